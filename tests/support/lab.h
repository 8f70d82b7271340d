/*
 * lab: a small warehouse for the tests of native processors.
 *
 * lab_open, lab_put for every input row, lab_run for a table and a date, then look at lab->output,
 * and lab_close.
 */
#ifndef BACKCOURT_TESTS_LAB_H
#define BACKCOURT_TESTS_LAB_H

#include "native/processor.h"
#include "pipeline/pipeline.h"
#include "warehouse/raw_tables.h"

struct lab {
	char *folder, *path;
	struct warehouse *warehouse;
	struct pipeline *pipeline;
	struct calendar *calendar;
	struct day_output output; /* of the newest lab_run */
	bool has_output;
	struct buffer log; /* of the newest lab_run: a line each, "I text" or "player 50/389" */
	int64_t now_ms;
};

void lab_open(struct lab *lab);
void lab_close(struct lab *lab);
/* "column=value column=value": columns that are required and not named get 0 or "". A value may
 * hold
 * '_' for a blank. */
void lab_put(struct lab *lab, const struct table_layout *layout, const char *text);
#define LAB_RAW(lab, table, text) lab_put((lab), raw_table_layout(RAW_##table), (text))
/* The same for a native table, with a format. */
void lab_put_native(struct lab *lab, const char *table, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* "2021-11-15"; lives until the next call but three. */
const char *lab_date(date_t date);
/* The other way round; the test fails when it is none. */
date_t lab_day(const char *text);
/* rules_original without the row counts that it demands of whole tables. */
struct rules lab_original_without_gates(void);
/* Takes all rows of a native table off a date. */
void lab_empty(struct lab *lab, const char *table, const char *date);
/* Computes one date; the output is not written. */
void lab_run(struct lab *lab, const char *table, const struct rules *rules, const char *date);
/* How many SELECTs one batch of `days` dates takes, from loading to the last date; lab_run
 * must have made the calendar. */
int64_t lab_select_count(struct lab *lab, const char *table, const char *first, size_t days);
/* Whether the log of the newest run has a line that matches the extended regular expression. */
bool lab_has_line(const struct lab *lab, const char *pattern);
/* The same with the output written, attempts included. */
void lab_run_and_write(
	struct lab *lab, const char *table, const struct rules *rules, const char *date);
/* The date must fail with this error. */
void lab_run_fails(struct lab *lab, const char *table, const struct rules *rules, const char *date,
	const char *text);
/* "CATEGORY: reason" of the entity's failure record in the output, or "none"; lives until the next
 * call. */
const char *lab_failure(const struct lab *lab, const char *entity);
/* Row of the output whose `column` has this text; fails when there is none. */
size_t lab_row(const struct lab *lab, const char *column, const char *text);
/* The value as text: "NULL", "12", "3.5", "true", the text itself. Lives until the next call but 7.
 */
const char *lab_value(const struct lab *lab, size_t row, const char *column);
/* Compares several values of a row: "column=value column=value". */
void lab_expect(const struct lab *lab, size_t row, const char *text);

#endif
