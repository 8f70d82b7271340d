/*
 * run_watch: follows one command run by its folder: what its log says, whether it lives, and when
 * it can be stopped without cutting a date.
 *
 * Order of calls: run_watch_open, run_watch_step until run_watch_is_over, run_watch_end (what is
 * open in the log is judged then, with the end of the process known: run_watch_evidence), and
 * run_watch_close; closing earlier leaves the run alone. Facts and lines come through the listener,
 * from the first byte of the log. It does not matter who started the run, nor whether it has ended
 * long ago. One thread at a time.
 *
 * Stopping after the date (spec: TERM at the first line after a verdict line): once wanted, the
 * date in hand may come to its verdict; then, as soon as everything that the log has was read and
 * no date is between its delete and its load, "terminate" is asked for. A date that begins
 * meanwhile is given up before it deletes anything; one that has deleted is left to its own
 * verdict.
 */
#ifndef BACKCOURT_JOBS_RUN_WATCH_H
#define BACKCOURT_JOBS_RUN_WATCH_H

#include "log_reader.h"
#include "jobs/process_scan.h"
#include "jobs/run_folder.h"

#define RUN_WATCH_LOOK_MS 200 /* where there is no process to wait for */

struct run_watch;

/* `path` is the run folder. The rules must outlive the watch. */
bool run_watch_open(const char *path, const struct log_rules *rules,
	const struct log_listener *listener, struct run_watch **opened, struct error *err);
/* A job that nobody supervises (jobs/outside.h): its evidence is that of a run which goes on
 * unattended and is lost when it ends, its log begins where this process began in it, and what it
 * is asked for is a signal. */
bool run_watch_open_outside(const struct found_process *process, const struct log_rules *rules,
	const struct log_listener *listener, struct run_watch **opened, struct error *err);
void run_watch_close(struct run_watch *watch);

/* Waits for bytes of the log, the end of the run, `wake` (a descriptor, or -1) or `timeout_ms` (-1:
 * for ever), then reads what has come (at most LOG_STEP_BYTES of it). */
void run_watch_step(struct run_watch *watch, int wake, int timeout_ms);
/* Reads what the log has now, without waiting. */
void run_watch_catch_up(struct run_watch *watch);
/* The run has ended (or is lost), and its whole log was read. */
bool run_watch_is_over(const struct run_watch *watch);
/* As last looked at. */
const struct run_evidence *run_watch_evidence(const struct run_watch *watch);
void run_watch_end(struct run_watch *watch);

/* The log ends within a line, which no script does by itself: its disk was full, or its process was
 * killed. What it did afterwards is not known. */
bool run_watch_is_log_torn(const struct run_watch *watch);
/* Where its log can be opened now; NULL: it has none. */
const char *run_watch_log_path(const struct run_watch *watch);
/* Bytes of the log that are not read yet, from `offset` on. */
int64_t run_watch_backlog(const struct run_watch *watch, int64_t offset);

enum watch_stop {
	WATCH_STOP_NOT,
	WATCH_STOP_AFTER_DATE,
	WATCH_STOP_OUTSIDE_WINDOW, /* the date in hand is given up unless it was deleted already */
	WATCH_STOP_ANYWHERE,	   /* the job's own policy: it may be cut at any moment */
};
/* What is wanted from now on. */
void run_watch_want_stop(struct run_watch *watch, enum watch_stop wanted);
/* A date that begins now is to be given up. */
bool run_watch_is_stopping(const struct run_watch *watch);
/* The stop was asked for (by this watch). */
bool run_watch_has_asked(const struct run_watch *watch);
/* What somebody else asked of the run since the last call (pause, resume, freeze, continue). */
bool run_watch_take_request(struct run_watch *watch, enum run_verb *verb);
/* Why a request did not reach the job; "" = nothing went wrong. */
const char *run_watch_trouble(const struct run_watch *watch);
/* The whole tree, now. Asked again when the first time did not reach everything. */
void run_watch_kill(struct run_watch *watch);

#endif
