/*
 * golden: painted screens compared with pictures that were looked at and accepted.
 *
 * A picture is a text file: the screen's rows, then for each row what its cells mean (roles with
 * the columns they take: "0-10 brand  12-14 strong/header"), or, of the theme without colours, the
 * attributes of each cell. BACKCOURT_ACCEPT=1 writes pictures instead (`make golden`).
 */
#ifndef BACKCOURT_TESTS_GOLDEN_H
#define BACKCOURT_TESTS_GOLDEN_H

#include "tests/screens/support/stage.h"

enum golden_form { GOLDEN_UNICODE, GOLDEN_ASCII, GOLDEN_MONO };

/* Paints the stage at that size and compares it with tests/data/golden/NAME-WIDTHxHEIGHT.txt. */
void golden_check(
	struct stage *stage, const char *name, int width, int height, enum golden_form form);
/* 80x24, 120x40 and 200x60 in Unicode. */
void golden_check_sizes(struct stage *stage, const char *name);
/* The same in ASCII, and 120x40 without colours. */
void golden_check_forms(struct stage *stage, const char *name);

#endif
