/*
 * plan_file: a plan as JSON: what `plan --json` prints, the console saves, people edit, and
 * `run --plan FILE` runs.
 *
 *     {"version": 1, "pipeline": "nba", "range": {"first": "2021-11-16", "last": "2021-11-30"},
 *      "steps": [{"table": "player_game_summary", "first": 1,
 *                 "dates": ["2021-11-21", "2021-11-16..2021-11-18"]}]}
 *
 * Steps may stand in any order: a cell waits for what it needs. The dates of a step run in their
 * order, the first `first` of them (0) before everything else. "range" (default: from the first
 * date to the last) is what is read and judged. "at", "cells", "duration_ms", "eta", "left", and of
 * a step "below", "cells", "duration_ms", "bytes", "held_by" are for people and are not read; a key
 * that begins with '#' is a comment; any other is an error. Pure but for plan_file_read.
 */
#ifndef BACKCOURT_PLAN_FILE_H
#define BACKCOURT_PLAN_FILE_H

#include "coverage/plan.h"

#define PLAN_FILE_VERSION   1
#define PLAN_FILE_BYTES_MAX ((size_t)4 * 1024 * 1024)

struct plan_file_step {
	size_t table;
	date_t *dates; /* as they stand there, each once */
	size_t count, capacity;
	size_t first_count;
};

struct plan_file {
	struct date_range range;
	struct plan_file_step *steps; /* each table once */
	size_t step_count;
};

/* ERROR_USAGE names the file and the line, or the path inside it: "plan.json: steps[2].dates[0]:
 * ...". */
bool plan_file_parse(const char *text, size_t length, const char *name,
	const struct pipeline *pipeline, struct plan_file *file, struct error *err);
bool plan_file_read(const char *path, const struct pipeline *pipeline, struct plan_file *file,
	struct error *err);
void plan_file_release(struct plan_file *file);

/*
 * What of the file is still to be done: its gaps that can start, in its order. What is complete by
 * now, or not expected, is in no step; plan->left has what waits or needs somebody.
 */
void plan_file_make(const struct plan_file *file, const struct coverage *coverage,
	const struct eta_speed *speeds, struct plan *plan);
/* The dates of the file that need no run any more, or cannot be said to: one line for each table
 * and verdict. */
void plan_file_say_settled(
	const struct plan_file *file, const struct coverage *coverage, struct buffer *into);

/* Who writes a table besides ourselves: adds nothing where nobody does. */
typedef void (*plan_holder)(const void *context, size_t table, struct buffer *into);

struct plan_words {
	const struct coverage *coverage;
	const struct plan *plan;
	int workers; /* that the forecast was made with */
	int64_t now_ms;
	plan_holder holder; /* NULL: not asked */
	const void *context;
};

/* The plan as JSON text with a newline at its end. */
void plan_file_say(const struct plan_words *words, struct buffer *into);

#endif
