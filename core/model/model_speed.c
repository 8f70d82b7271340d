/* What the model learns for the forecast: how fast its tables are, and what may start by itself. */
#include "model_parts.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define BURST_MS 100 /* between the ends of dates that were told together */

/* Off days and dates that came out empty say nothing about those that have work. */
static bool is_work(const struct model *model, const struct event *event)
{
	const struct cell *cell = coverage_cell(model->coverage, event->table, event->date);
	return event->finished.duration_ms >= 0 && event->finished.receipt.rows != 0 &&
	       (cell == NULL || cell->expects == EXPECTED_YES || cell->expects == EXPECTED_UNKNOWN);
}

/* Our own dates, then those of earlier runs: the older, the less they count (eta.h). */
static void set_speed(struct table_model *table)
{
	const struct worked_dates *worked = &table->worked;
	struct eta_sample samples[2 * ETA_DATES_MAX];
	memcpy(samples, worked->own, worked->own_count * sizeof(samples[0]));
	memcpy(&samples[worked->own_count], worked->past, worked->past_count * sizeof(samples[0]));
	table->speed = eta_speed_of(samples, worked->own_count + worked->past_count);
	table->speed.is_old = worked->own_dates < ETA_DATES_MIN;
}

static void add_own(struct worked_dates *worked, struct eta_sample sample)
{
	if (worked->own_count < ETA_DATES_MAX)
		worked->own_count++;
	memmove(&worked->own[1], worked->own, (worked->own_count - 1) * sizeof(worked->own[0]));
	worked->own[0] = sample;
	worked->own_dates++;
	worked->may_join = true;
}

/* Output that is buffered tells of many dates at once: the first seems to have taken all the time,
 * the others none. */
static void join_newest(struct worked_dates *worked, struct eta_sample sample)
{
	struct eta_sample *newest = &worked->own[0];
	if (!worked->may_join)
		return; /* the first was disturbed: none of them counts */
	newest->games = newest->games > 0 && sample.games > 0 ? newest->games + sample.games : 0;
	newest->dates++;
	worked->own_dates++;
}

void model_learn_date(struct model *model, const struct event *event)
{
	struct table_model *table = &model->tables[event->table];
	struct worked_dates *worked = &table->worked;
	int64_t duration_ms = event->finished.duration_ms;
	if (!is_work(model, event))
		return;
	struct eta_sample sample = {
		duration_ms, calendar_day(model->calendar, event->date).games, 1};
	bool joins = duration_ms < BURST_MS && worked->newest_ms > 0 &&
		     event->at_ms - worked->newest_ms < BURST_MS;
	worked->newest_ms = event->at_ms;
	if (worked->first_ms == 0 || event->at_ms < worked->first_ms)
		worked->first_ms = event->at_ms;
	if (joins)
		join_newest(worked, sample);
	else if (worked->is_disturbed)
		worked->may_join = false;
	else
		add_own(worked, sample);
	set_speed(table);
}

void model_note_pauses(struct model *model)
{
	for (size_t i = 0; i < model->pipeline->table_count; i++) {
		struct table_model *table = &model->tables[i];
		if (table->date != DATE_NONE && (table->paused || model->all_paused))
			table->worked.is_disturbed = true;
	}
}

/* The newest dates of a table that earlier runs worked on, newest first. */
struct past_dates {
	int64_t ended_ms[ETA_DATES_MAX];
	struct eta_sample samples[ETA_DATES_MAX];
	size_t count;
};

static void note_date(
	struct past_dates *past, const struct cell_attempt *attempt, struct eta_sample sample)
{
	size_t at = past->count;
	while (at > 0 && past->ended_ms[at - 1] < attempt->at_ms)
		at--;
	if (at == ETA_DATES_MAX)
		return;
	if (past->count < ETA_DATES_MAX)
		past->count++;
	for (size_t i = past->count - 1; i > at; i--) {
		past->ended_ms[i] = past->ended_ms[i - 1];
		past->samples[i] = past->samples[i - 1];
	}
	past->ended_ms[at] = attempt->at_ms;
	past->samples[at] = sample;
}

/* The ledger has what this console did, too. */
static bool is_earlier(const struct model *model, const struct cell_attempt *attempt)
{
	int64_t first_ms = model->tables[attempt->table].worked.first_ms;
	return first_ms == 0 || attempt->at_ms < first_ms;
}

void model_learn_history(struct model *model, const struct event *event)
{
	size_t tables = model->pipeline->table_count;
	struct past_dates *past = memory_new_array(tables, sizeof(*past));
	for (size_t i = 0; i < event->history.count; i++) {
		const struct cell_attempt *attempt = &event->history.items[i];
		if (cell_attempt_worked(attempt) && is_earlier(model, attempt))
			note_date(&past[attempt->table], attempt,
				(struct eta_sample){attempt->duration_ms,
					calendar_day(model->calendar, attempt->date).games, 1});
	}
	for (size_t i = 0; i < tables; i++) {
		struct worked_dates *worked = &model->tables[i].worked;
		memcpy(worked->past, past[i].samples, sizeof(worked->past));
		worked->past_count = past[i].count;
		set_speed(&model->tables[i]);
	}
	free(past);
}

int64_t model_date_ms(const struct model *model, size_t table)
{
	const struct eta_speed *speed = &model->tables[table].speed;
	return speed->is_old ? -1 : speed->date_ms;
}

/* What may start by itself (jobs/scheduler.h: auto-launch) */

static void let_below_follow(struct model *model, size_t start)
{
	bool is_below[PIPELINE_TABLES_MAX];
	pipeline_find_below(model->pipeline, start, is_below);
	for (size_t table = 0; table < model->pipeline->table_count; table++)
		model->tables[table].follows |= is_below[table];
}

static void let_everything_follow(struct model *model)
{
	for (size_t i = 0; i < model->pipeline->table_count; i++) {
		model->tables[i].follows = true;
		model->tables[i].is_held = false;
		date_set_clear(&model->tables[i].queued_dates); /* failures may be tried again */
	}
}

static void take_back(struct table_model *table)
{
	table->is_held = true;
	table->follows = false;
}

static void note_queued(struct table_model *table, const struct event *event)
{
	table->is_held = false;
	if (table->is_found)
		return; /* nobody here asked for them: nothing follows */
	for (size_t i = 0; i < event->queue.count; i++)
		date_set_add(&table->queued_dates,
			(struct date_range){event->queue.dates[i], event->queue.dates[i]});
}

void model_learn_queue(struct model *model, const struct event *event)
{
	struct table_model *table = &model->tables[event->table];
	bool queued = event->queue.queued;
	switch (event->queue.reach) {
	case REACH_DATES:
		model_note_ranks(model, event);
		if (queued)
			note_queued(table, event);
		break;
	case REACH_TABLE:
		if (queued)
			let_below_follow(model, event->table);
		else
			take_back(table);
		break;
	case REACH_EVERYTHING:
		let_everything_follow(model);
		break;
	}
}
