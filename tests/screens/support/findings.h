/*
 * findings: the health of a warehouse, judged from facts that are put together by hand, for the
 * pictures of the Health.
 */
#ifndef BACKCOURT_TESTS_FINDINGS_H
#define BACKCOURT_TESTS_FINDINGS_H

#include "tests/screens/support/stage.h"

/* The tables of the users after the hand-off of 2025-12-03, with one of every trouble. */
void findings_answer_many(struct stage *stage);
void findings_answer_none(struct stage *stage);
/* They could not be looked at. */
void findings_answer_failure(struct stage *stage, const char *text);
/* A repair has ended; what is left is the health without the finding of that id. */
void findings_answer_repair(struct stage *stage, const char *id);

#endif
