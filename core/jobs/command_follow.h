/*
 * command_follow: one command run from wherever it is to its end: log, ledger and screen.
 *
 * Order of calls: run_report_begin, command_follow_open, command_follow_to_end (or
 * command_follow_catch_up, which only reads what is there), command_follow_close. It serves a run
 * that was just started, one of an earlier console that still lives, and one that ended while
 * nobody looked; for the last two all of the log is read again, and what the ledger knows already
 * is not recorded twice.
 */
#ifndef BACKCOURT_JOBS_COMMAND_FOLLOW_H
#define BACKCOURT_JOBS_COMMAND_FOLLOW_H

#include "command_book.h"
#include "run_watch.h"

#define FOLLOW_BEHIND_BYTES 1048576  /* further behind, lines are not shown one by one */
#define FOLLOW_LARGE_BYTES  16777216 /* of a log that takes a moment: its end is shown first */

struct command_follow {
	struct run_report *report; /* lent; its task has cancel, command and rules */
	struct command_book book;
	struct run_watch *watch;
	int64_t replay_bytes;  /* of the log, written before we looked */
	int64_t heard_offset;  /* of the newest line */
	int64_t shown_bytes;   /* of the log: lines that begin in them are not shown (again) */
	int64_t unshown_count; /* lines */
	bool has_killed, has_said_limit, has_said_unattended, has_said_large;
	char said_trouble[ERROR_TEXT_BYTES];
	bool is_outside; /* jobs/outside.h: obeys a stop, and nothing else */
};

struct follow_target {
	const char *path; /* of the run folder */
	const date_t *dates;
	size_t date_count;
	bool is_found;			     /* it was started by an earlier console */
	const struct found_process *outside; /* not NULL: a job from outside; path is not used */
};

bool command_follow_open(struct command_follow *follow, struct run_report *report,
	const struct follow_target *target, struct error *err);
void command_follow_close(struct command_follow *follow);

void command_follow_catch_up(struct command_follow *follow);
/* Blocks until the run is over, or the task's cancel says CANCEL_DETACH (RUN_GOES_ON: the run goes
 * on). Obeys the cancel: stop after the date, kill, pause (which stops after the date, too). */
enum run_outcome command_follow_to_end(struct command_follow *follow);
/* Its log is so long that reading it takes a moment. */
bool command_follow_is_large(const struct command_follow *follow);
/* Whether the run still lives, as last looked at. */
bool command_follow_lives(const struct command_follow *follow);
/* What the ledger is told at the end: outcome and counts. */
struct ledger_run command_follow_summary(
	const struct command_follow *follow, enum run_outcome outcome);

#endif
