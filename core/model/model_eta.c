/* What is to do, and how fast it goes, as the model knows it: for coverage/eta.h. */
#include "model_forecast.h"

#include "base/memory.h"
#include "jobs/scheduler.h"

#include <string.h>

_Static_assert(ETA_TURN_DATES == SCHEDULER_TURN_DATES && ETA_BATCH_DATES == SCHEDULER_BATCH_MAX,
	"the forecast takes turns as the scheduler does");

#define PROGRESS_PARTS 10 /* of a date: before the first one progress says nothing */

/* Of a cell. */
enum {
	CELL_IN_PLAN = 1, /* runs, is queued or will start by itself */
	CELL_FOLLOWS = 2, /* below something that was started */
	CELL_QUEUED_HERE = 4,
	CELL_OPEN = 8, /* what waits for it may start */
};
/* The dates to do */

static uint8_t *cells_of(const struct model *model, size_t table)
{
	return &model->forecast->cells[table * model->forecast->day_count];
}

static bool has_failed(enum attempt_state state)
{
	return state != ATTEMPT_NONE && state != ATTEMPT_SUCCEEDED;
}

/* The cell itself is looked at only where its verdict does not say it: there are many of them. */
static bool may_follow(
	const struct model *model, size_t table, size_t day, enum verdict verdict, bool is_renewed)
{
	bool was_queued = cells_of(model, table)[day] & CELL_QUEUED_HERE;
	bool may_need_you =
		verdict == VERDICT_FAILED || model->pipeline->tables[table].job.minimum_count > 0;
	if (!was_queued && !may_need_you)
		return true;
	const struct cell *cell =
		coverage_cell(model->coverage, table, model->range.first + (date_t)day);
	return !cell_needs_you(cell) && (is_renewed || !was_queued || !has_failed(cell->attempt));
}

/* A gap that will start by itself once what it reads is there. */
static bool will_follow(const struct model *model, size_t table, size_t day, enum verdict verdict)
{
	const struct pipeline_table *described = &model->pipeline->tables[table];
	bool is_renewed = false;
	for (size_t i = 0; i < pipeline_edge_count(described); i++) {
		uint8_t other = cells_of(model, pipeline_edge(described, i))[day];
		if (!(other & (CELL_IN_PLAN | CELL_OPEN)))
			return false;
		is_renewed |= other & CELL_IN_PLAN;
	}
	return may_follow(model, table, day, verdict, is_renewed);
}

static bool is_below_started(const struct model *model, size_t table, size_t day)
{
	const struct pipeline_table *described = &model->pipeline->tables[table];
	if (model->tables[table].follows)
		return true;
	for (size_t i = 0; i < pipeline_edge_count(described); i++)
		if (cells_of(model, pipeline_edge(described, i))[day] &
			(CELL_FOLLOWS | CELL_QUEUED_HERE))
			return true;
	return false;
}

static bool launches_itself(const struct model *model, size_t table)
{
	const struct pipeline_table *described = &model->pipeline->tables[table];
	return model->auto_launch && !model->tables[table].is_held &&
	       pipeline_edge_count(described) > 0;
}

static void mark_queued_here(const struct model *model, size_t table)
{
	const struct date_set *dates = &model->tables[table].queued_dates;
	uint8_t *cells = cells_of(model, table);
	memset(cells, 0, model->forecast->day_count);
	for (date_t date = date_set_first(dates); date != DATE_NONE;
		date = date_set_next(dates, date))
		if (date_range_has(model->range, date))
			cells[date - model->range.first] = CELL_QUEUED_HERE;
}

/* Fills the days of the table; returns how many are queued or run. */
static size_t list_days(const struct model *model, size_t table, int32_t *days, size_t *count)
{
	uint8_t *cells = cells_of(model, table);
	bool launches = launches_itself(model, table);
	size_t in_work = 0;
	*count = 0;
	mark_queued_here(model, table);
	for (size_t day = 0; day < model->forecast->day_count; day++) {
		enum verdict verdict =
			coverage_verdict(model->coverage, table, model->range.first + (date_t)day);
		bool works = verdict == VERDICT_RUNNING || verdict == VERDICT_QUEUED;
		if (verdict_opens_gate(verdict))
			cells[day] |= CELL_OPEN;
		if (launches && is_below_started(model, table, day))
			cells[day] |= CELL_FOLLOWS;
		if (!works && !(cells[day] & CELL_FOLLOWS && verdict_is_gap(verdict) &&
				      will_follow(model, table, day, verdict)))
			continue;
		cells[day] |= CELL_IN_PLAN;
		in_work += works;
		days[(*count)++] = (int32_t)day;
	}
	return in_work;
}

static void reverse(int32_t *days, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		int32_t first = days[i];
		days[i] = days[count - 1 - i];
		days[count - 1 - i] = first;
	}
}

/* A date that takes longer than it should, by how far it had come when it last said something:
 * silence is no progress. */
static int64_t late_left_ms(const struct table_model *job)
{
	int64_t spoke_ms = job->last_output_ms - job->date_started_ms;
	if (spoke_ms <= 0 || job->done < job->total / PROGRESS_PARTS || job->done <= 0)
		return 0;
	return (int64_t)((double)spoke_ms * (job->total - job->done) / job->done);
}

static int64_t date_left_ms(const struct model *model, size_t table)
{
	const struct table_model *job = &model->tables[table];
	if (job->date == DATE_NONE)
		return -1;
	int64_t whole_ms = eta_date_ms(&job->speed, calendar_day(model->calendar, job->date).games);
	int64_t spent_ms = model->forecast->now_ms - job->date_started_ms;
	if (whole_ms < 0 || spent_ms < 0)
		return whole_ms;
	return spent_ms < whole_ms ? whole_ms - spent_ms : late_left_ms(job);
}

static size_t batch_left(const struct table_model *job, size_t count)
{
	int left = job->run_dates - job->run_done - job->run_failed;
	if (job->worker < 0)
		return 0;
	if (left < 1)
		left = job->date != DATE_NONE;
	return (size_t)left < count ? (size_t)left : count;
}

size_t forecast_look_at_table(const struct model *model, size_t table, int32_t *days)
{
	const struct table_model *job = &model->tables[table];
	struct eta_table *wanted = &model->forecast->tables[table];
	size_t count, in_work = list_days(model, table, days, &count);
	if (model->pipeline->run_order == ORDER_NEWEST)
		reverse(days, count);
	size_t first_count = model_sort_by_ranks(model, table, days, count);
	*wanted = (struct eta_table){.speed = job->speed,
		.days = days,
		.count = count,
		.first_count = first_count,
		.batch = batch_left(job, count),
		.left_ms = date_left_ms(model, table),
		.last_turn = job->started_ms,
		.waits_for_all = in_work == 0 && model->pipeline->release == RELEASE_RANGE,
		.paused = job->paused || model->all_paused};
	return count;
}

int64_t forecast_table_left_ms(const struct model *model, size_t table)
{
	const struct eta_table *wanted = &model->forecast->tables[table];
	int64_t sum_ms = 0;
	for (size_t i = 0; i < wanted->count; i++) {
		int32_t day = wanted->days[i];
		enum verdict verdict =
			coverage_verdict(model->coverage, table, model->range.first + day);
		if (verdict != VERDICT_RUNNING && verdict != VERDICT_QUEUED)
			continue;
		int64_t date_ms =
			i == 0 && wanted->batch > 0 && wanted->left_ms >= 0
				? wanted->left_ms
				: eta_date_ms(&wanted->speed, model->forecast->games[day]);
		if (date_ms < 0)
			return -1;
		if (__builtin_add_overflow(sum_ms, date_ms, &sum_ms))
			return INT64_MAX;
	}
	return sum_ms;
}

void forecast_make_room(const struct model *model)
{
	struct forecast *forecast = model->forecast;
	size_t days = (size_t)date_range_days(model->range);
	size_t cells = days * model->pipeline->table_count;
	if (days != forecast->day_count) {
		forecast->day_count = days;
		forecast->games =
			memory_resize(forecast->games, days + 1, sizeof(*forecast->games));
	}
	if (cells > forecast->cell_count) {
		forecast->cell_count = cells;
		forecast->cells = memory_resize(forecast->cells, cells, sizeof(*forecast->cells));
		forecast->days = memory_resize(forecast->days, cells, sizeof(*forecast->days));
	}
	for (size_t day = 0; day < days; day++)
		forecast->games[day] =
			calendar_day(model->calendar, model->range.first + (date_t)day).games;
}
