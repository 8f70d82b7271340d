#include "tests/test.h"

#include "tests/support/model_world.h"

static const char small[] =
	"{\"version\": 1, \"name\": \"small\", \"calendar\": {\"seasons\": [{\"name\": \"S\", "
	"\"first\": \"2021-10-19\", \"last\": \"2021-12-30\"}]}, \"run\": {\"workers\": 2}, "
	"\"tables\": ["
	"{\"name\": \"a\", \"expect\": {\"per_game\": 2}},"
	"{\"name\": \"b\", \"expect\": {\"per_game\": 2}},"
	"{\"name\": \"c\", \"expect\": {\"same_as\": \"b\", \"min_ratio\": 0.5},"
	" \"upstreams\": [\"a\", \"b\"]}]}";

struct model_world model_world_new(void)
{
	struct model_world world = {.first = date_of(2021, 10, 19), .now_ms = START};
	struct error err;
	if (!pipeline_parse(small, sizeof(small) - 1, "small", &world.pipeline, &err))
		fail_msg("%s", err.text);
	world.model =
		model_new(world.pipeline, (struct date_range){world.first, world.first + DAYS - 1});
	return world;
}

void model_world_free(struct model_world *world)
{
	model_free(world->model);
	pipeline_free(world->pipeline);
}

void model_world_apply(struct model_world *world, struct event event)
{
	if (event.at_ms == 0)
		event.at_ms = world->now_ms += 1000;
	model_apply(world->model, &event);
	event_release(&event);
}

void model_world_act(struct model_world *world, enum action action, int argument)
{
	model_world_apply(world, (struct event){.kind = EVENT_ACTION,
					 .table = model_selected_table(world->model),
					 .action = {.action = action, .argument = argument}});
}

void model_world_type(struct model_world *world, const char *text)
{
	model_world_apply(
		world, (struct event){.kind = EVENT_ACTION,
			       .action = {.action = ACTION_TYPE, .text = memory_copy_text(text)}});
}

struct receipt model_world_receipt(
	const struct model_world *world, size_t table, int day, int64_t rows)
{
	static int64_t sequence;
	struct receipt receipt = {.date = world->first + day,
		.rows = rows,
		.distinct_keys = rows,
		.sequence = ++sequence};
	text_copy(receipt.table, sizeof(receipt.table), world->pipeline->tables[table].name);
	return receipt;
}

struct event model_world_coverage(struct model_world *world, struct date_range range)
{
	struct event event = {.kind = EVENT_COVERAGE, .coverage.range = range};
	struct raw_days *days = &event.coverage.raw_days;
	for (date_t date = range.first; date <= range.last; date++) {
		if (date == world->first + OFF)
			continue;
		ARRAY_GROW(days->items, days->count, days->capacity);
		days->items[days->count++] = (struct raw_day){.date = date, .regular_games = GAMES};
	}
	days->first_game = range.first;
	days->last_game = range.last;
	return event;
}

/* Nothing computed, everything known. */
void model_world_schedule(struct model_world *world)
{
	model_world_apply(world, model_world_coverage(world, world->model->range));
}

enum verdict model_world_verdict(const struct model_world *world, size_t table, int day)
{
	return coverage_cell(world->model->coverage, table, world->first + day)->verdict;
}

void model_world_queue(struct model_world *world, size_t table, bool queued, int first, int count)
{
	struct event event = {.kind = EVENT_QUEUED, .table = table, .queue.queued = queued};
	event.queue.dates = memory_new_array((size_t)count, sizeof(date_t));
	for (int i = 0; i < count; i++)
		event.queue.dates[event.queue.count++] = world->first + first + i;
	model_world_apply(world, event);
}

void model_world_start_run(struct model_world *world, size_t table, int worker)
{
	model_world_apply(world, (struct event){.kind = EVENT_RUN_STARTED,
					 .table = table,
					 .run = 7,
					 .run_started = {.date_count = 3, .worker = worker}});
}

void model_world_start_date(struct model_world *world, size_t table, int day)
{
	model_world_apply(world,
		(struct event){
			.kind = EVENT_DATE_STARTED, .table = table, .date = world->first + day});
}

void model_world_finish_date(struct model_world *world, size_t table, int day, int64_t duration_ms)
{
	struct event event = {.kind = EVENT_DATE_FINISHED,
		.table = table,
		.date = world->first + day,
		.finished = {.duration_ms = duration_ms}};
	event.finished.receipt = model_world_receipt(world, table, day, ROWS);
	model_world_apply(world, event);
}

void model_world_fail_date(struct model_world *world, size_t table, int day, const char *reason)
{
	struct event event = {
		.kind = EVENT_DATE_FAILED, .table = table, .date = world->first + day};
	text_copy(event.message.text, sizeof(event.message.text), reason);
	model_world_apply(world, event);
}

void model_world_finish_run(struct model_world *world, size_t table, enum run_outcome outcome)
{
	model_world_apply(world, (struct event){.kind = EVENT_RUN_FINISHED,
					 .table = table,
					 .run_finished = {.outcome = outcome}});
}

void model_world_log(
	struct model_world *world, size_t table, int day, char severity, const char *text)
{
	struct event event = {.kind = EVENT_LOG, .table = table, .date = world->first + day};
	event.log.lines[0] = memory_copy_text(text);
	event.log.severities[0] = severity;
	event.log.count = 1;
	model_world_apply(world, event);
}

const char *model_world_newest_event(const struct model_world *world)
{
	const struct model *model = world->model;
	return model->events[(model->event_count - 1) % MODEL_EVENTS_MAX].text;
}
