#include "model/model.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

/* Longer than so long; else 0. */
static int64_t silent_for(const struct model *model, size_t table, int64_t limit)
{
	const struct table_model *job = &model->tables[table];
	int64_t silent = model->now_ms - job->last_output_ms;
	if (job->frozen_ms > 0)
		return 0;
	bool works = job->state == JOB_RUNNING || job->state == JOB_STOPPING;
	return works && limit > 0 && silent > limit ? silent : 0;
}

int64_t model_silent_ms(const struct model *model, size_t table)
{
	return silent_for(model, table, model->pipeline->tables[table].job.silent_after_ms);
}

bool model_is_half_silent(const struct model *model, size_t table)
{
	return silent_for(model, table, model->pipeline->tables[table].job.silent_after_ms / 2) > 0;
}

date_t model_telling_date(const struct model *model, size_t table)
{
	date_t best = DATE_NONE;
	int best_rank = 3;
	for (date_t date = model->range.first; date <= model->range.last; date++) {
		enum verdict verdict = coverage_cell(model->coverage, table, date)->verdict;
		int rank = !verdict_is_gap(verdict)	? 3
			   : verdict == VERDICT_BLOCKED ? 2
			   : verdict == VERDICT_READY	? 1
							: 0;
		if (rank < best_rank) {
			best = date;
			best_rank = rank;
		}
	}
	return best;
}

static date_t first_queued(const struct model *model, size_t table)
{
	for (date_t date = model->range.first; date <= model->range.last; date++)
		if (coverage_cell(model->coverage, table, date)->verdict == VERDICT_QUEUED)
			return date;
	return DATE_NONE;
}

static void tell_queue(const struct model *model, size_t table, struct buffer *into)
{
	const struct table_model *job = &model->tables[table];
	date_t date = first_queued(model, table);
	enum reason reason;
	int because = -1;
	if (job->paused || model->all_paused)
		buffer_add_format(into, "paused, %d wait", job->queued);
	else if (date != DATE_NONE &&
		 !coverage_gate(model->coverage, table, date, &reason, &because) && because >= 0)
		buffer_add_format(into, "%d wait for %s", job->queued,
			model->pipeline->tables[because].short_name);
	else
		buffer_add_format(into, "%d wait for a worker", job->queued);
}

static void tell_date_in_hand(const struct model *model, size_t table, struct buffer *into)
{
	const struct table_model *job = &model->tables[table];
	char date[DATE_TEXT_BYTES], silent[DURATION_TEXT_BYTES];
	int64_t silent_ms = model_silent_ms(model, table);
	date_format_short(job->date, date);
	if (silent_ms > 0)
		buffer_add_format(
			into, "%s silent %s", date, clock_format_duration(silent_ms, silent));
	else if (job->state == JOB_STOPPING)
		buffer_add_format(into, "stops after %s", date);
	else if (job->state == JOB_PAUSED)
		buffer_add_format(into, "pauses after %s", date);
	else if (job->total > 0)
		buffer_add_format(into, "%s  %d/%d", date, job->done, job->total);
	else
		buffer_add_format(into, "%s  reading", date);
}

/* The state says already that it failed: the reason has the room. */
static void tell_cell(const struct model *model, size_t table, date_t date, struct buffer *into)
{
	const struct cell *cell = coverage_cell(model->coverage, table, date);
	if (cell->verdict == VERDICT_FAILED && cell->attempt_words[0] != '\0')
		buffer_add_text(into, cell->attempt_words);
	else
		coverage_explain(model->coverage, table, date, into);
}

static void tell_coverage(const struct model *model, size_t table, struct buffer *into)
{
	struct table_summary summary = coverage_summary(model->coverage, table);
	date_t date = model_telling_date(model, table);
	char text[DATE_TEXT_BYTES];
	if (date != DATE_NONE) {
		buffer_add_format(into, "%s ", date_format_short(date, text));
		tell_cell(model, table, date, into);
	} else if (summary.expected == 0)
		buffer_add_text(into, summary.by_verdict[VERDICT_UNKNOWN] > 0
					      ? "not known yet"
					      : "nothing expected in the range");
	else if (summary.complete == summary.expected)
		buffer_add_text(into, "all dates complete");
	else
		buffer_add_text(into, "not known yet");
}

void model_now_or_why(const struct model *model, size_t table, struct buffer *into)
{
	const struct table_model *job = &model->tables[table];
	if (job->date != DATE_NONE)
		tell_date_in_hand(model, table, into);
	else if (job->worker >= 0)
		buffer_add_text(into, job->state == JOB_PAUSED ? "paused" : "between two dates");
	else if (job->queued > 0)
		tell_queue(model, table, into);
	else
		tell_coverage(model, table, into);
	if (job->outside.pid != 0)
		buffer_add_format(into, "  by hand (%d)", job->outside.pid);
}

bool model_is_busy(const struct model *model)
{
	if (model->busy_workers > 0)
		return true;
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		if (model->tables[i].queued > 0)
			return true;
	return false;
}
