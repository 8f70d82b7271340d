/*
 * command_run: the executor of command jobs.
 *
 * A task becomes one process after the other (jobs/command.h plans them), each under its own
 * supervisor and with its own run in the ledger. What the process writes into its log is followed,
 * read, and told to ledger and screen as it comes; the verdicts per date decide how the run ended,
 * the exit status is a witness beside them. The worker only looks on: when it goes, the process
 * stays.
 */
#ifndef BACKCOURT_JOBS_COMMAND_RUN_H
#define BACKCOURT_JOBS_COMMAND_RUN_H

#include "jobs/executor.h"

extern const struct executor command_executor;

#endif
