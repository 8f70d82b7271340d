/* What a cell should hold. Shared by the files of core/coverage. */
#ifndef BACKCOURT_COVERAGE_EXPECTATION_H
#define BACKCOURT_COVERAGE_EXPECTATION_H

#include "coverage/coverage.h"

/* Fills expected, expected_min and expected_max (-1: unknown) from the table's rule; the tables
 * before it in the pipeline's order and the dates before this one must have theirs. */
void expectation_fill(const struct coverage *coverage, size_t table, date_t date);

#endif
