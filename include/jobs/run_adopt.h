/*
 * run_adopt: what became of the command runs that an earlier console left behind.
 *
 * run_settle once at the start of whoever owns the state folder, before anything is started. Runs
 * that have ended are settled: their logs are read, the verdicts per date and the end go into the
 * ledger (a run whose end nobody saw is lost, never a success). Runs that still live are told, with
 * what they did so far in the ledger: an executor follows them (struct run_task, adopted). Old run
 * folders are removed then. Blocks as long as it takes to read the logs: on a worker thread.
 */
#ifndef BACKCOURT_JOBS_RUN_ADOPT_H
#define BACKCOURT_JOBS_RUN_ADOPT_H

#include "base/date.h"
#include "base/error.h"
#include "jobs/process.h"
#include "pipeline/pipeline.h"

#define RUN_KEEP_AGE_MS (60LL * 24 * 3600 * 1000)
#define RUN_KEEP_COUNT	1000

struct log_rules;

struct living_run {
	char id[40];
	size_t table;
	date_t *dates; /* owned, ascending */
	size_t date_count;
	struct process_identity supervisor, child;
};

struct run_settlement {
	struct living_run *living; /* oldest first */
	size_t living_count, living_capacity;
	int ended_count, lost_count; /* runs that ended, and how many of them are lost */
	/* Dates whose end the ledger did not know; `cut`: killed, suspect or lost. */
	int done, failed, cut;
	int unread_count; /* runs that live, whose logs are too long to be read twice: not counted
			   */
};

bool run_settle(const struct pipeline *pipeline, const char *state_folder,
	const struct log_rules *rules, struct run_settlement *settled, struct error *err);
void run_settlement_release(struct run_settlement *settled);

#endif
