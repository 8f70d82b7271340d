/*
 * verb_parts: what the verbs share. Nobody else includes this.
 */
#ifndef BACKCOURT_VERB_PARTS_H
#define BACKCOURT_VERB_PARTS_H

#include "base/date_set.h"
#include "coverage/plan.h"
#include "engine/session.h"
#include "verbs/plan_file.h"
#include "verbs/verbs.h"
#include "witness/witnesses.h"

#include <jansson.h>
#include <stdio.h>

#define VERB_JSON_VERSION 1

/* Says the error on stderr; returns the exit status that belongs to it. */
int verb_fail(const struct error *err);

/* Prints what was gathered; control bytes in it do not reach the terminal. Releases it. */
void verb_print(FILE *out, struct buffer *text);

/* What a verb that looks at the coverage works on: a session that only reads, and its cells. */
struct verb_view {
	struct session session;
	struct calendar *calendar;
	struct coverage *coverage;
	struct checkpoints checkpoints;
	size_t tables[PIPELINE_TABLES_MAX]; /* the tables named, or all, in dependency order */
	size_t table_count;
	struct eta_speed speeds[PIPELINE_TABLES_MAX]; /* by table; of earlier runs */
	int64_t now_ms;
	bool counted; /* --verify */
};

bool verb_view_open(const struct config *config, struct verb_view *view, struct error *err);
/* The second of two arguments, TABLE DATE; `example` is how the verb is called. */
bool verb_cell_date(
	const struct config *config, const char *example, date_t *date, struct error *err);
/* One table (tables[0]); the range reaches to the date. */
bool verb_view_open_cell(const struct config *config, const char *table, date_t date,
	struct verb_view *view, struct error *err);
void verb_view_close(struct verb_view *view);

/* The tables that the arguments name (or all), in dependency order. */
bool verb_tables(const struct pipeline *pipeline, const struct config *config, size_t *tables,
	size_t *count, struct error *err);
/* 0 when every expected cell of the tables is complete, 4 when a witness is unknown, else 1. */
int verb_status_of(const struct coverage *coverage, const size_t *tables, size_t count);
/* Cells of the tables of which nobody can say what they are. */
int verb_unknown_cells(const struct coverage *coverage, const size_t *tables, size_t count);
int verb_status_of_cell(const struct coverage *coverage, size_t table, date_t date);

/* Prints the object with a newline, and releases it. */
void verb_print_json(json_t *object);
/* {"version": 1, "pipeline": ..., "range": {...}, "at": ...} */
json_t *verb_json_head(const struct pipeline *pipeline, struct date_range range, int64_t now_ms);
/* coverage_say_progress */
json_t *verb_json_progress(const struct coverage *coverage);
json_t *verb_json_date(date_t date);
/* A number, or a duration; negative is unknown: null. */
json_t *verb_json_count(int64_t count);
/* {"p50_ms", "p90_ms", "at_least", "workers", "path": [{"table", "dates", "duration_ms"}]} */
json_t *verb_json_eta(const struct pipeline *pipeline, const struct eta_plan *eta, int workers);
json_t *verb_json_dates(const struct date_set *dates);
/* As json_string, which knows no text that is not UTF-8: its wrong bytes become U+FFFD. */
json_t *verb_json_text(const char *text);

/* core/verbs/verb_status.c: {"table", "expected", "complete", "gaps", "rows", "verdicts": {word:
 * n}} */
json_t *verb_json_summary(const struct coverage *coverage, size_t table);

/* What a plan is made of: the order is --order. */
struct verb_plan_request {
	const struct session *session;
	const struct coverage *coverage;
	const size_t *tables;
	size_t table_count;
	const struct eta_speed *speeds; /* by table; NULL: unknown */
};

/* core/verbs/verb_plan.c: what `plan` says of these tables. */
bool verb_make_plan(const struct verb_plan_request *request, struct plan *plan, struct error *err);
/* core/verbs/verb_plan_bytes.c: what each step of ours would read, where the warehouse can say: its
 * own free estimates, as many questions as there are tables to read, whatever the dates. */
void verb_estimate_plan(const struct verb_view *view, struct plan *plan);
/* "2 steps, 9 cells, about 1h05 with 4 workers, ..." and who decides the end; two lines. */
void verb_say_plan(const struct plan_words *words, struct buffer *into);

/* core/verbs/verb_coverage.c: one line per table: expected, complete, gaps by verdict. */
void verb_print_summary(
	const struct coverage *coverage, const size_t *tables, size_t count, struct buffer *into);

/* core/verbs/verb_run.c: everything, on the sample season where there is no warehouse yet. */
int verb_run_plain(const struct config *config);

#endif
