#include "command_follow.h"

#include "base/clock.h"
#include "base/memory.h"
#include "jobs/command.h"
#include "jobs/log_piece.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A script may quote a secret of its job: ledger, screen, hand-off and alerts shall not. */
static bool quotes_secret(const struct command_follow *follow, const char *text, size_t length)
{
	const struct command *command = follow->report->task->command;
	return command != NULL && command->secret_count > 0 &&
	       command_quotes_secret(command, text, length);
}

static void hear_fact(void *context, const struct log_fact *fact)
{
	struct command_follow *follow = context;
	struct command_book *book = &follow->book;
	struct log_fact told = *fact;
	char *masked = NULL;
	if (fact->text != NULL && quotes_secret(follow, fact->text, strlen(fact->text)))
		told.text = masked = command_mask(follow->report->task->command, fact->text);
	book->is_replay = fact->offset >= 0 && fact->offset < follow->replay_bytes;
	book->is_stopping = run_watch_is_stopping(follow->watch);
	command_book_fact(book, &told);
	free(masked);
}

static void tell_unshown(struct command_follow *follow)
{
	char text[80];
	int length = snprintf(text, sizeof(text), "[%lld lines are in the log and not shown here]",
		(long long)follow->unshown_count);
	follow->unshown_count = 0;
	run_report_show(follow->report, 'W', text, (size_t)length);
}

static void show_line(
	struct command_follow *follow, const struct log_line *line, const char *text, size_t length)
{
	if (length >= LOG_LINE_BYTES_MAX) {
		length = LOG_LINE_BYTES_MAX - 1;
		while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
			length--; /* not within a character */
	}
	run_report_show(follow->report, log_severity_mark(line->severity), text, length);
}

static void show_masked(
	struct command_follow *follow, const struct log_line *line, const char *text, size_t length)
{
	char *whole = memory_copy_span(text, length);
	char *masked = command_mask(follow->report->task->command, whole);
	show_line(follow, line, masked, strlen(masked));
	free(masked);
	free(whole);
}

static void show_harmless(
	struct command_follow *follow, const struct log_line *line, const char *text, size_t length)
{
	if (quotes_secret(follow, text, length))
		show_masked(follow, line, text, length);
	else
		show_line(follow, line, text, length);
}

/* A log that grows faster than a screen can show is read to its end all the same. */
static void hear_line(void *context, const struct log_line *line)
{
	struct command_follow *follow = context;
	const struct line *read = line->line;
	if (read->offset < follow->heard_offset)
		follow->shown_bytes = 0; /* another file, or it was cut */
	follow->heard_offset = read->offset;
	if (follow->report->task->queue == NULL || read->offset < follow->shown_bytes)
		return;
	if (run_watch_backlog(follow->watch, read->offset) > FOLLOW_BEHIND_BYTES) {
		follow->unshown_count++;
		return;
	}
	if (follow->unshown_count > 0)
		tell_unshown(follow);
	show_harmless(follow, line, read->text, read->length);
}

static void note_end(struct command_follow *follow)
{
	const struct run_evidence *evidence = run_watch_evidence(follow->watch);
	struct command_book *book = &follow->book;
	bool has_asked = follow->is_outside && run_watch_has_asked(follow->watch);
	book->is_end_lost = run_judge(evidence) == RUN_STATE_LOST && !has_asked;
	book->end_by = has_asked	      ? RUN_ASKED_TERMINATE
		       : evidence->has_status ? evidence->status.asked
					      : RUN_ASKED_NOTHING;
	/* Whoever was killed was cut anywhere; one that exits has ended its lines. */
	book->is_log_torn = evidence->has_status && evidence->status.outcome == RUN_EXITED &&
			    run_watch_is_log_torn(follow->watch);
	book->ended_ms = evidence->has_status ? evidence->status.ended_ms : clock_wall_ms();
}

static bool open_watch(
	struct command_follow *follow, const struct follow_target *target, struct error *err)
{
	struct log_listener listener = {follow, hear_fact, hear_line};
	const struct log_rules *rules = follow->report->task->log_rules;
	if (follow->is_outside)
		return run_watch_open_outside(
			target->outside, rules, &listener, &follow->watch, err);
	return run_watch_open(target->path, rules, &listener, &follow->watch, err);
}

bool command_follow_open(struct command_follow *follow, struct run_report *report,
	const struct follow_target *target, struct error *err)
{
	*follow = (struct command_follow){.report = report, .is_outside = target->outside != NULL};
	if (!open_watch(follow, target, err))
		return false;
	command_book_open(&follow->book, report, target->dates, target->date_count);
	const struct run_evidence *evidence = run_watch_evidence(follow->watch);
	if (target->is_found && evidence->log_bytes > 0)
		follow->replay_bytes = evidence->log_bytes;
	if (target->is_found && !command_follow_lives(follow))
		note_end(follow);
	return true;
}

void command_follow_close(struct command_follow *follow)
{
	run_watch_close(follow->watch);
	command_book_release(&follow->book);
}

bool command_follow_lives(const struct command_follow *follow)
{
	return !run_has_ended(run_watch_evidence(follow->watch));
}

void command_follow_catch_up(struct command_follow *follow)
{
	run_watch_catch_up(follow->watch);
}

/* The same failure over and over is not worth the night, and locks players out. */
static bool fails_too_often(struct command_follow *follow)
{
	int allowed = follow->report->task->pipeline->failures_in_row;
	if (allowed <= 0 || follow->is_outside || follow->book.failures_in_row < allowed)
		return false;
	if (!follow->has_said_limit)
		run_report_say(follow->report, SEVERITY_ERROR,
			"%d dates failed one after the other for the same reason: stopping",
			follow->book.failures_in_row);
	follow->has_said_limit = true;
	return true;
}

/* False: leave the run alone, it goes on. */
static bool obey(struct command_follow *follow)
{
	const struct run_task *task = follow->report->task;
	bool anywhere = task->command != NULL && task->command->stop == COMMAND_STOP_AT_ONCE;
	enum watch_stop gently = anywhere ? WATCH_STOP_ANYWHERE : WATCH_STOP_AFTER_DATE;
	if (task->cancel == NULL)
		return true;
	cancel_note_change(task->cancel);
	switch (cancel_level(task->cancel)) {
	case CANCEL_NOT:
		run_watch_want_stop(follow->watch,
			fails_too_often(follow) ? WATCH_STOP_OUTSIDE_WINDOW
			: cancel_is_paused(task->cancel) && !follow->is_outside ? gently
										: WATCH_STOP_NOT);
		return true;
	case CANCEL_AFTER_DATE:
		run_watch_want_stop(follow->watch, gently);
		return true;
	case CANCEL_DETACH:
		return false;
	case CANCEL_NOW:
		if (!follow->has_killed)
			run_watch_kill(follow->watch);
		follow->has_killed = true;
		return true;
	}
	return true;
}

static bool is_whole(const struct command_follow *follow)
{
	return follow->book.cut == 0 && command_book_left(&follow->book) == 0;
}

/* Only its own summary tells that it came to its end. */
static enum run_outcome judge_outside(const struct command_follow *follow)
{
	const struct command_book *book = &follow->book;
	if (!is_whole(follow) && run_watch_has_asked(follow->watch))
		return follow->has_killed ? RUN_KILLED : RUN_STOPPED;
	if (book->run_end == LOG_RUN_FINISHED && is_whole(follow) && book->failed == 0)
		return RUN_SUCCEEDED;
	return book->run_end == LOG_RUN_ABORTED ? RUN_LOST : RUN_FAILED;
}

/* The verdicts decide; the exit status can only make it worse. */
static enum run_outcome judge_end(const struct command_follow *follow)
{
	if (follow->is_outside)
		return judge_outside(follow);
	const struct run_evidence *evidence = run_watch_evidence(follow->watch);
	enum run_state state = run_judge(evidence);
	if (follow->has_killed && !is_whole(follow))
		return RUN_KILLED;
	if (state == RUN_STATE_LOST)
		return RUN_LOST;
	if (state != RUN_STATE_FINISHED)
		return RUN_FAILED;
	enum run_asked asked = evidence->status.asked;
	if (!is_whole(follow) && (asked == RUN_ASKED_STOP || asked == RUN_ASKED_TERMINATE))
		return follow->has_said_limit ? RUN_FAILED : RUN_STOPPED;
	if (!is_whole(follow) && (asked == RUN_ASKED_KILL || asked == RUN_ASKED_SIGNAL))
		return RUN_KILLED;
	bool is_clean = evidence->status.outcome == RUN_EXITED && evidence->status.code == 0;
	return is_whole(follow) && is_clean && follow->book.failed == 0 ? RUN_SUCCEEDED
									: RUN_FAILED;
}

/* What nobody asked for and no verdict explains. */
static void explain_end(struct command_follow *follow, enum run_outcome outcome)
{
	const struct run_evidence *evidence = run_watch_evidence(follow->watch);
	bool is_clean = evidence->has_status && evidence->status.outcome == RUN_EXITED &&
			evidence->status.code == 0;
	struct buffer words = {0};
	int left = command_book_left(&follow->book) + follow->book.cut;
	if (outcome != RUN_LOST && (outcome != RUN_FAILED || (is_clean && left == 0)))
		return;
	const struct pipeline_table *table =
		&follow->report->task->pipeline->tables[follow->report->task->table];
	buffer_add_format(&words, "%s: ", table->short_name);
	if (follow->is_outside)
		buffer_add_format(&words, "process %d has ended, its exit status is not known",
			(int)evidence->process.child.pid);
	else
		run_explain(evidence, &words);
	if (left > 0)
		buffer_add_format(
			&words, ", %d %s without a verdict", left, left == 1 ? "date" : "dates");
	if (follow->book.end_reason[0] != '\0')
		buffer_add_format(&words, ": %s", follow->book.end_reason);
	run_report_say(follow->report, SEVERITY_ERROR, "%s", buffer_text(&words));
	buffer_release(&words);
}

static void tell_trouble(struct command_follow *follow)
{
	const char *trouble = run_watch_trouble(follow->watch);
	const struct run_task *task = follow->report->task;
	if (trouble[0] == '\0' || strcmp(trouble, follow->said_trouble) == 0)
		return;
	text_copy(follow->said_trouble, sizeof(follow->said_trouble), trouble);
	run_report_say(follow->report, SEVERITY_ERROR, "%s: %s",
		task->pipeline->tables[task->table].short_name, trouble);
}

static void tell_large_log(struct command_follow *follow)
{
	const struct run_task *task = follow->report->task;
	if (follow->has_said_large || run_watch_backlog(follow->watch, 0) <= RUN_LOG_LARGE_BYTES)
		return;
	follow->has_said_large = true;
	run_report_say(follow->report, SEVERITY_WARNING, "%s: its log has passed %lld MiB",
		task->pipeline->tables[task->table].short_name, RUN_LOG_LARGE_BYTES >> 20);
}

static void tell_unattended(struct command_follow *follow)
{
	const struct run_task *task = follow->report->task;
	if (follow->is_outside || follow->has_said_unattended ||
		run_judge(run_watch_evidence(follow->watch)) != RUN_STATE_UNATTENDED)
		return;
	follow->has_said_unattended = true;
	struct event event = run_report_event(follow->report, EVENT_UNATTENDED);
	run_report_push(follow->report, &event);
	run_report_say(follow->report, SEVERITY_WARNING,
		"%s: the supervisor of its run is gone: the job goes on unattended, and its exit "
		"status will be unknown",
		task->pipeline->tables[task->table].short_name);
}

/* What a pause means is for the engine to say: it has the other dates. */
static void tell_requests(struct command_follow *follow)
{
	enum run_verb verb;
	while (run_watch_take_request(follow->watch, &verb)) {
		struct event event = run_report_event(follow->report, EVENT_ASKED);
		event.asked.verb = verb;
		run_report_push(follow->report, &event);
	}
}

bool command_follow_is_large(const struct command_follow *follow)
{
	return follow->replay_bytes > FOLLOW_LARGE_BYTES;
}

/* Of a large log: whoever looks at it wants to see its end at once, not when the rest is read. The
 * last line may not be whole yet: it comes with what follows. */
static void show_end_first(struct command_follow *follow)
{
	struct run_report *report = follow->report;
	struct log_place place = {.offset = -1};
	struct log_window *piece;
	date_t date = report->date;
	char text[80];
	if (report->task->queue == NULL || !command_follow_is_large(follow) ||
		!text_copy(place.path, sizeof(place.path), run_watch_log_path(follow->watch)) ||
		!log_piece_read(&place, report->task->log_rules, &piece, NULL))
		return;
	int length = snprintf(text, sizeof(text), "[the end of a log of %lld MiB]",
		(long long)(follow->replay_bytes / 1048576));
	run_report_show(report, 'W', text, (size_t)length);
	for (size_t i = 0; i + 1 < piece->count; i++) {
		const struct log_window_line *item = &piece->items[i];
		struct log_line line = {.severity = item->severity};
		report->date = item->date;
		show_harmless(follow, &line, item->text, strlen(item->text));
	}
	if (piece->count > 0)
		follow->shown_bytes = piece->items[piece->count - 1].offset;
	report->date = date;
	run_report_flush(report);
	log_piece_free(piece);
}

enum run_outcome command_follow_to_end(struct command_follow *follow)
{
	const struct cancel *cancel = follow->report->task->cancel;
	int wake = cancel == NULL ? -1 : cancel_change_descriptor(cancel);
	show_end_first(follow);
	if (follow->replay_bytes > 0)
		command_follow_catch_up(follow);
	while (!run_watch_is_over(follow->watch)) {
		if (!obey(follow)) {
			/* What was said until here is told by us: nobody else reads it for now. */
			command_follow_catch_up(follow);
			run_report_flush(follow->report);
			return RUN_GOES_ON;
		}
		run_watch_step(follow->watch, wake, run_report_flush(follow->report));
		tell_unattended(follow);
		tell_large_log(follow);
		tell_trouble(follow);
		tell_requests(follow);
	}
	note_end(follow);
	run_watch_end(follow->watch);
	if (follow->unshown_count > 0)
		tell_unshown(follow);
	enum run_outcome outcome = judge_end(follow);
	explain_end(follow, outcome);
	return outcome;
}

struct ledger_run command_follow_summary(
	const struct command_follow *follow, enum run_outcome outcome)
{
	const struct command_book *book = &follow->book;
	return (struct ledger_run){.outcome = outcome,
		.done = book->done,
		.failed = book->failed,
		.left = (int64_t)book->count - book->done - book->failed};
}
