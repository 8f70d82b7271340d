/*
 * cells: what was found in a cell, put together by hand for the pictures of the rows dialog.
 */
#ifndef BACKCOURT_TESTS_CELLS_H
#define BACKCOURT_TESTS_CELLS_H

#include "tests/screens/support/stage.h"

/* Opens the rows of the selected table on the date; nothing has answered yet. */
void cells_open(struct stage *stage, const char *table, date_t date);
/* 3 of 8 team rows: five teams are missing, the receipt and the run say otherwise. */
void cells_answer_teams(struct stage *stage);
/* Players of two teams are missing; one value is NULL, one is long, one would command a terminal.
 */
void cells_answer_players(struct stage *stage);
/* A file of counts. */
void cells_answer_counts(struct stage *stage);
void cells_answer_failure(struct stage *stage, const char *text);

/* The piece of a log that was asked for. */
void cells_answer_log(struct stage *stage);
/* What the ledger and the failure records tell, of the scene "failures" and of two days before. */
void cells_answer_audit(struct stage *stage);
/* A ledger without anything, and records that could not be asked. */
void cells_answer_no_audit(struct stage *stage);

#endif
