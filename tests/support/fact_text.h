/* fact_text: the sample logs, and their facts as lines of text, to compare with what a test
 * expects. */
#ifndef BACKCOURT_TESTS_FACT_TEXT_H
#define BACKCOURT_TESTS_FACT_TEXT_H

#include "base/text.h"
#include "core/jobs/log_reader.h"

/* "ended 2021-11-17 ok rows 382": one line per fact, without offsets. */
void fact_text_add(struct buffer *into, const struct log_fact *fact);

/* tests/data/logs/NAME; fails the test where it cannot be read. */
struct buffer log_sample(const char *name);

#endif
