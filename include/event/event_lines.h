/*
 * event_lines: events as lines of JSON, one object a line: what `backcourt run --events` prints,
 * and what a console reads that follows a run in the background.
 *
 * The first line names the format: {"event": "begin", "version": 1, "pipeline": NAME, "range":
 * "A..B"}. Every other line has "event" (a word of EVENT_LINES), "at" (RFC 3339) and "at_ms" (since
 * 1970), "table", "date" and "run" (a number) where they make sense, and:
 *
 *   run_started    dates, worker (a lane, from 0), paced
 *   run_finished   outcome (succeeded stopped failed killed lost detached), done, failed, left
 *   date_started   -
 *   date_progress  entity, done, total
 *   date_finished  rows, failures, unchanged, reported (by a log, no receipt), duration_ms (-1
 *                  unknown), and without `reported` receipt: run, rows, distinct_keys, hash,
 *                  sequence, written_ms, verified_ms, sources ({table: sequence})
 *   date_failed    reason ("CATEGORY: sentence")
 *   date_cut       state (killed suspect lost), reason
 *   log            severities ("IWE...", one letter a line), lines
 *   queued         queued (false: taken out), dates (["A..B", "C"])
 *   control        workers, auto_launch, paced, all_paused; table and table_paused
 *   message        severity (info good warning error), text
 *   alert          kind (alert.h), times, text, lines
 *
 * A reader skips events and members that it does not know. Events that are none of these have no
 * line: they are of one process only. Pure; any thread.
 */
#ifndef BACKCOURT_EVENT_LINES_H
#define BACKCOURT_EVENT_LINES_H

#include "event/event.h"
#include "pipeline/pipeline.h"

#define EVENT_LINES_VERSION  1
/* Longer lines are skipped. An EVENT_LOG of the longest lines, each byte of it escaped. */
#define EVENT_LINE_BYTES_MAX ((size_t)EVENT_LOG_LINES_MAX * LOG_LINE_BYTES_MAX * 6 + 4096)

#define EVENT_LINES(X)                    \
	X(RUN_STARTED, "run_started")     \
	X(RUN_FINISHED, "run_finished")   \
	X(DATE_STARTED, "date_started")   \
	X(DATE_PROGRESS, "date_progress") \
	X(DATE_FINISHED, "date_finished") \
	X(DATE_FAILED, "date_failed")     \
	X(DATE_CUT, "date_cut")           \
	X(LOG, "log")                     \
	X(QUEUED, "queued")               \
	X(CONTROL, "control")             \
	X(MESSAGE, "message")             \
	X(ALERT, "alert")

/* The first line, with its newline. */
void event_lines_begin(
	const struct pipeline *pipeline, struct date_range range, struct buffer *into);
/* Adds the event's line with its newline; false: it has none. */
bool event_line_format(
	const struct pipeline *pipeline, const struct event *event, struct buffer *into);
/* The event of a line without its newline; false: none that is known here. The caller owns what the
 * event has (event_release). */
bool event_line_parse(
	const struct pipeline *pipeline, const char *line, size_t length, struct event *into);

#endif
