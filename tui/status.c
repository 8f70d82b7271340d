#include "tui/status.h"

#include "base/memory.h"

#include <stdio.h>
#include <string.h>

#define ETA_CLOCK_MS   120000 /* below it the minutes of a clock say too little */
#define ETA_MATTERS_MS 60000
#define ETA_MATTERS    20 /* parts of the time that is left */

/* Worst first: what the operator has to see when cells share a place. */
static const enum verdict attention[] = {VERDICT_FAILED, VERDICT_KILLED, VERDICT_SUSPECT,
	VERDICT_DUPLICATE, VERDICT_EMPTY, VERDICT_THIN, VERDICT_STALE};

static enum verdict first_of(const struct table_summary *summary, const enum verdict *list,
	size_t count, enum verdict otherwise)
{
	for (size_t i = 0; i < count; i++)
		if (summary->by_verdict[list[i]] > 0)
			return list[i];
	return otherwise;
}

static void judge_coverage(struct table_status *status)
{
	static const enum verdict quiet[] = {VERDICT_READY, VERDICT_BLOCKED, VERDICT_UNKNOWN,
		VERDICT_BOOTSTRAP, VERDICT_EXCUSED, VERDICT_EXPIRED, VERDICT_OFF};
	const struct table_summary *summary = &status->summary;
	enum verdict worst = first_of(summary, attention, ARRAY_COUNT(attention), VERDICT_UNKNOWN);
	status->is_loud = worst != VERDICT_UNKNOWN;
	if (worst == VERDICT_FAILED || worst == VERDICT_KILLED)
		status->word = "FAILED";
	else if (worst != VERDICT_UNKNOWN)
		status->word = "CHECK";
	else if (summary->by_verdict[VERDICT_QUEUED] > 0) {
		status->word = "WAITING";
		worst = VERDICT_QUEUED;
	} else if (summary->expected > 0 && summary->complete == summary->expected) {
		status->word = "done";
		worst = VERDICT_COMPLETE;
	} else {
		worst = first_of(summary, quiet, ARRAY_COUNT(quiet), VERDICT_UNKNOWN);
		status->word = worst == VERDICT_READY			  ? "ready"
			       : worst == VERDICT_BLOCKED		  ? "blocked"
			       : summary->by_verdict[VERDICT_UNKNOWN] > 0 ? "unknown"
			       : worst == VERDICT_BOOTSTRAP		  ? "early"
									  : "no dates";
	}
	status->sign = worst;
}

struct table_status status_of_table(const struct model *model, size_t table)
{
	const struct table_model *job = &model->tables[table];
	struct table_status status = {.summary = coverage_summary(model->coverage, table),
		.date_ms = model_date_ms(model, table),
		.eta_ms = model_table_eta_ms(model, table),
		.is_eta_old = job->speed.is_old};
	judge_coverage(&status);
	if (job->total > 0)
		status.part = (double)job->done / job->total;
	const char *running = job->outside.pid != 0 ? "EXTERNAL"
			      : job->is_unattended  ? "ORPHANED"
						    : "RUNNING";
	const char *word = job->state == JOB_RUNNING	? running
			   : job->state == JOB_PAUSED	? "PAUSED"
			   : job->state == JOB_STOPPING ? "STOPPING"
							: NULL;
	status.role = ROLE_OF_VERDICT(status.sign);
	if (word != NULL) {
		status.sign = VERDICT_RUNNING;
		status.is_silent = model_silent_ms(model, table) > 0;
		status.word = status.is_silent ? "SILENT" : job->frozen_ms > 0 ? "FROZEN" : word;
		status.role = status.is_silent			   ? ROLE_ERROR
			      : model_is_half_silent(model, table) ? ROLE_WARNING
								   : ROLE_STATE_RUNNING;
		status.is_loud = true;
	} else if (job->paused || (model->all_paused && status.sign == VERDICT_QUEUED)) {
		status.word = "PAUSED";
	}
	return status;
}

int status_percent(const struct table_summary *summary)
{
	if (summary->expected <= 0)
		return -1;
	return (int)((int64_t)summary->complete * 100 / summary->expected);
}

static bool is_counted(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_OFF:
	case VERDICT_BOOTSTRAP:
	case VERDICT_EXCUSED:
	case VERDICT_EXPIRED:
		return false;
	case VERDICT_UNKNOWN:
	case VERDICT_RUNNING:
	case VERDICT_QUEUED:
	case VERDICT_SUSPECT:
	case VERDICT_DUPLICATE:
	case VERDICT_FAILED:
	case VERDICT_KILLED:
	case VERDICT_EMPTY:
	case VERDICT_THIN:
	case VERDICT_STALE:
	case VERDICT_COMPLETE:
	case VERDICT_BLOCKED:
	case VERDICT_READY:
	case VERDICT_PARTIAL:
	case VERDICT_COUNT:
		return true;
	}
	return true;
}

struct status_span status_of_season_span(
	const struct model *model, size_t season, size_t table, struct date_range range)
{
	static const enum verdict rest[] = {VERDICT_QUEUED, VERDICT_READY, VERDICT_BLOCKED,
		VERDICT_UNKNOWN, VERDICT_OFF, VERDICT_BOOTSTRAP, VERDICT_EXCUSED, VERDICT_EXPIRED};
	struct table_summary seen = {0};
	int unread = 0;
	for (date_t date = range.first; date <= range.last; date++) {
		const struct cell *cell = model_season_cell(model, season, table, date);
		unread += cell == NULL;
		if (cell == NULL)
			continue;
		seen.by_verdict[cell->verdict]++;
		seen.expected += is_counted(cell->verdict);
		seen.complete += cell->verdict == VERDICT_COMPLETE;
	}
	struct status_span span = {
		.complete = seen.complete, .expected = seen.expected, .unread = unread};
	span.verdict = first_of(&seen, attention, ARRAY_COUNT(attention), VERDICT_UNKNOWN);
	if (span.verdict != VERDICT_UNKNOWN)
		return span;
	if (seen.by_verdict[VERDICT_RUNNING] > 0)
		span.verdict = VERDICT_RUNNING;
	else if (seen.expected > 0 && seen.complete == seen.expected)
		span.verdict = VERDICT_COMPLETE;
	else if (seen.complete > 0)
		span.verdict = VERDICT_PARTIAL;
	else
		span.verdict = first_of(&seen, rest, ARRAY_COUNT(rest), VERDICT_UNKNOWN);
	return span;
}

struct status_span status_of_span(const struct model *model, size_t table, struct date_range range)
{
	return status_of_season_span(model, PIPELINE_SEASONS_MAX, table, range);
}

struct status_dates status_of_dates(const struct model *model)
{
	struct status_dates dates = {0};
	for (date_t date = model->range.first; date <= model->range.last; date++) {
		enum day_class class = calendar_day(model->calendar, date).class;
		if (class == DAY_GAME || class == DAY_POSTSEASON)
			dates.games++;
		else if (class == DAY_UNKNOWN)
			dates.unknown++;
		else
			dates.off++;
	}
	return dates;
}

const char *status_format_left(
	const struct table_status *status, char into[DURATION_TEXT_BYTES + 1])
{
	char left[DURATION_TEXT_BYTES];
	bool is_rough = status->is_eta_old && status->eta_ms > 0;
	snprintf(into, DURATION_TEXT_BYTES + 1, "%s%s", is_rough ? "~" : "",
		clock_format_duration(status->eta_ms, left));
	return into;
}

/* "14:32", or with its day where that is not today. */
static void format_end(const struct model *model, int64_t left_ms, char into[CLOCK_TEXT_BYTES])
{
	char time[CLOCK_TEXT_BYTES], day[DATE_TEXT_BYTES];
	int64_t end_ms;
	if (__builtin_add_overflow(model->now_ms, left_ms, &end_ms) ||
		left_ms > (int64_t)DATE_RANGE_DAYS_MAX * 86400000) {
		text_copy(into, CLOCK_TEXT_BYTES, "never");
		return;
	}
	date_t date = clock_local_date(end_ms);
	clock_format_time(end_ms, time);
	if (date == clock_local_date(model->now_ms))
		snprintf(into, CLOCK_TEXT_BYTES, "%.5s", time);
	else
		snprintf(into, CLOCK_TEXT_BYTES, "%s %.5s", date_format_short(date, day), time);
}

static bool does_range_matter(const struct eta_plan *eta)
{
	int64_t more_ms = eta->p90_ms - eta->p50_ms;
	return more_ms >= ETA_MATTERS_MS && more_ms >= eta->p50_ms / ETA_MATTERS;
}

const char *status_format_eta(const struct model *model, size_t room, char into[STATUS_ETA_BYTES])
{
	const struct eta_plan *eta = model_eta(model);
	char end[CLOCK_TEXT_BYTES], late[CLOCK_TEXT_BYTES], left[DURATION_TEXT_BYTES];
	struct buffer text = {0};
	if (eta->p50_ms <= 0) {
		text_copy(into, STATUS_ETA_BYTES, eta->p50_ms == 0 && !eta->is_least ? "-" : "--");
		return into;
	}
	clock_format_duration(eta->p50_ms, left);
	format_end(model, eta->p50_ms, end);
	buffer_add_format(&text, "%s%s%s", eta->is_old ? "~" : "",
		eta->p50_ms < ETA_CLOCK_MS ? left : end, eta->is_least ? "+" : "");
	format_end(model, eta->p90_ms, late);
	size_t range = text.length + strlen(late) + strlen(" (..)");
	if (!eta->is_least && eta->p50_ms >= ETA_CLOCK_MS && does_range_matter(eta) &&
		range <= room)
		buffer_add_format(&text, " (..%s)", late);
	if (eta->p50_ms >= ETA_CLOCK_MS && text.length + strlen(left) + strlen(" in ") <= room)
		buffer_add_format(&text, " in %s", left);
	text_copy(into, STATUS_ETA_BYTES, buffer_text(&text));
	buffer_release(&text);
	return into;
}
