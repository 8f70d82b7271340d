/*
 * launch_preview: what is about to be started, shown before it is: exact commands, folder and
 * commit, dates, what the scripts will refuse, and what a retry costs.
 *
 * Order of calls: launch_item_init per table on the UI thread (coverage in), launch_item_look on a
 * worker (git, ledger and checkpoints: some 100 ms), launch_say for all of them (pure), and
 * launch_item_release, launch_preview_free. Texts hold no secret (jobs/command.h).
 */
#ifndef BACKCOURT_LAUNCH_PREVIEW_H
#define BACKCOURT_LAUNCH_PREVIEW_H

#include "base/text.h"
#include "coverage/coverage.h"
#include "jobs/command.h"
#include "jobs/git_state.h"

#define LAUNCH_ITEMS_MAX     PIPELINE_TABLES_MAX
#define LAUNCH_COMMANDS_MAX  20 /* shown of one table; all are copied */
#define LAUNCH_LOCKOUT_TRIES 3	/* failures of a date that lock its players out for days */

/* The dates of one table. */
struct launch_item {
	size_t table;
	const struct command *command; /* lent */
	date_t *dates, *off_days;      /* owned, ascending */
	size_t date_count, off_day_count;
	/* By `requires`; owned sentences, "" = none. */
	struct buffer refused, unknown;
	int refused_count, unknown_count;
	/* What launch_item_look found. */
	struct git_state git;
	int64_t *failed; /* attempts, by date; NULL: the ledger could not be asked */
	struct buffer checkpoint;
	char trouble[ERROR_TEXT_BYTES]; /* why the job cannot start at all, "" */
};

void launch_item_init(struct launch_item *item, const struct coverage *coverage, size_t table,
	const struct command *command, const date_t *dates, size_t date_count);
void launch_item_release(struct launch_item *item);
/* Also whether it could start (command_preflight). */
void launch_item_look(struct launch_item *item, const char *table_name, const char *state_folder);

enum launch_line_kind {
	LAUNCH_TABLE,
	LAUNCH_COMMAND,
	LAUNCH_FACT,
	LAUNCH_WARNING,
	LAUNCH_ERROR,
};

struct launch_line {
	enum launch_line_kind kind;
	const char *label; /* of a fact, a constant; "" */
	char *text;	   /* owned */
};

struct launch_preview {
	struct launch_line *lines;
	size_t line_count, line_capacity;
	struct buffer commands; /* for a shell, a line each */
	int process_count;
	/* What Enter carries out (tui/controller.h, enum wish_kind). */
	int wish;
	size_t table;
	date_t date;
};

struct launch_preview *launch_say(
	const struct pipeline *pipeline, const struct launch_item *items, size_t count);
void launch_preview_free(struct launch_preview *preview);

#endif
