/*
 * The scheduler in random worlds: workers that take their time, events that reach the coverage
 * late, dates that fail or come out thin, and an operator who pauses, stops and starts. Every start
 * is checked against the rules, and in the end nothing that could run is left.
 */
#include "tests/test.h"

#include "jobs/scheduler.h"
#include "tests/support/world.h"

#define EVENTS_MAX 8192
#define STEPS_MAX  20000
#define CELLS_MAX  (WORLD_TABLES_MAX * (WORLD_DAYS_MAX + 4))

enum fate { FATE_GOOD, FATE_FAILS_ONCE, FATE_FAILS, FATE_THIN };

/* What is on its way to the coverage. */
struct news {
	enum { NEWS_QUEUED, NEWS_UNQUEUED, NEWS_STARTED, NEWS_FINISHED, NEWS_BATCH_DONE } kind;
	size_t table;
	date_t date;
	bool succeeded, requeue;
	struct receipt receipt;
};

struct worker {
	struct turn batch;
	size_t at;
	bool busy, in_date, told_to_stop;
};

struct simulation {
	struct world world;
	struct scheduler *scheduler;
	uint32_t seed;
	enum fate fates[CELLS_MAX];
	int ends[CELLS_MAX], own_starts[CELLS_MAX]; /* own: by auto-launch */
	bool was_gap[CELLS_MAX];		    /* when everything was started */
	int renewals[CELLS_MAX];		    /* writes of its upstreams and guards */
	bool held[WORLD_TABLES_MAX];
	struct worker workers[PIPELINE_WORKERS_MAX];
	int worker_limit;
	bool auto_launch;
	struct news *news; /* a queue */
	size_t news_first, news_count;
};

static size_t cell_number(const struct simulation *simulation, size_t table, date_t date)
{
	return table * (size_t)simulation->world.coverage->days +
	       (size_t)(date - simulation->world.first);
}

#define CHECK(simulation, condition, ...)                             \
	do {                                                          \
		if (!(condition)) {                                   \
			print_error("seed %u: ", (simulation)->seed); \
			print_error(__VA_ARGS__);                     \
			fail_msg(" (%s)", #condition);                \
		}                                                     \
	} while (0)

static void tell(struct simulation *simulation, struct news news)
{
	assert_true(simulation->news_first + simulation->news_count < EVENTS_MAX);
	simulation->news[simulation->news_first + simulation->news_count++] = news;
}

static bool is_in_work(const struct simulation *simulation, size_t table, date_t date)
{
	for (int i = 0; i < PIPELINE_WORKERS_MAX; i++) {
		const struct worker *worker = &simulation->workers[i];
		for (size_t k = worker->at; worker->busy && k < worker->batch.count; k++)
			if (worker->batch.table == table && worker->batch.dates[k] == date)
				return true;
	}
	return scheduler_is_queued(simulation->scheduler, table, date);
}

static bool has_work(const struct simulation *simulation, size_t table)
{
	const struct coverage *coverage = simulation->world.coverage;
	for (date_t date = coverage->range.first; date <= coverage->range.last; date++)
		if (is_in_work(simulation, table, date))
			return true;
	return false;
}

/* The rules of a start, from the outside. */
static void check_cell(const struct simulation *simulation, size_t table, date_t date)
{
	const struct coverage *coverage = simulation->world.coverage;
	const struct pipeline_table *described = &coverage->pipeline->tables[table];
	enum reason reason;
	int because;
	CHECK(simulation, coverage_gate(coverage, table, date, &reason, &because),
		"table %zu day %d: %s", table, date - simulation->world.first, reason_word(reason));
	for (size_t i = 0; i < pipeline_edge_count(described); i++) {
		size_t other = pipeline_edge(described, i);
		enum verdict verdict = coverage_cell(coverage, other, date)->verdict;
		CHECK(simulation, verdict_opens_gate(verdict), "table %zu above %zu is %s", other,
			table, verdict_word(verdict));
		CHECK(simulation, !is_in_work(simulation, other, date),
			"table %zu above %zu is at work", other, table);
	}
	for (size_t i = 0; i < described->history_count; i++) {
		struct date_range window =
			coverage_history_window(coverage, &described->history[i], date);
		for (date_t day = window.first; day <= window.last; day++)
			CHECK(simulation, !is_in_work(simulation, described->history[i].table, day),
				"history %zu of %zu is at work", described->history[i].table,
				table);
	}
}

static void check_launch(struct simulation *simulation, size_t table, date_t date, bool queued)
{
	const struct pipeline_table *described = &simulation->world.pipeline->tables[table];
	size_t number = cell_number(simulation, table, date);
	if (queued)
		return;
	simulation->own_starts[number]++;
	CHECK(simulation, simulation->auto_launch, "launched table %zu", table);
	CHECK(simulation, !simulation->held[table], "launched table %zu", table);
	CHECK(simulation, pipeline_edge_count(described) > 0, "launched table %zu", table);
	CHECK(simulation,
		verdict_is_gap(coverage_cell(simulation->world.coverage, table, date)->verdict),
		"launched table %zu", table);
	CHECK(simulation, simulation->own_starts[number] <= 1 + simulation->renewals[number],
		"table %zu day %d was started %d times by itself", table,
		date - simulation->world.first, simulation->own_starts[number]);
	if (simulation->world.pipeline->release == RELEASE_DATE)
		return;
	for (size_t i = 0; i < pipeline_edge_count(described); i++)
		CHECK(simulation, !has_work(simulation, pipeline_edge(described, i)),
			"table %zu was launched before table %zu was done", table,
			pipeline_edge(described, i));
}

static bool is_foundation(const struct pipeline *pipeline, size_t table)
{
	for (size_t i = 0; i < pipeline->table_count; i++) {
		const struct pipeline_table *described = &pipeline->tables[i];
		for (size_t k = 0; k < described->guard_count; k++)
			if (described->guards[k] == table)
				return true;
		for (size_t k = 0; k < described->history_count; k++)
			if (described->history[k].table == table)
				return true;
	}
	return false;
}

/* A queued foundation that needs nothing is never passed over. */
static void check_order(const struct simulation *simulation, const struct turn *batch)
{
	const struct pipeline *pipeline = simulation->world.pipeline;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		const struct pipeline_table *described = &pipeline->tables[i];
		if (i == batch->table || scheduler_is_running(simulation->scheduler, i) ||
			scheduler_is_paused(simulation->scheduler, i) ||
			described->history_count + pipeline_edge_count(described) > 0)
			continue;
		CHECK(simulation,
			!is_foundation(pipeline, i) ||
				scheduler_queued_count(simulation->scheduler, i) == 0 ||
				is_foundation(pipeline, batch->table),
			"table %zu went before the foundation %zu", batch->table, i);
	}
	for (size_t i = 1; i < batch->count; i++)
		CHECK(simulation,
			pipeline->run_order == ORDER_OLDEST ? batch->dates[i - 1] < batch->dates[i]
							    : batch->dates[i - 1] > batch->dates[i],
			"the dates of table %zu are not in order", batch->table);
}

static void note_queue(const struct simulation *simulation, bool queued[CELLS_MAX])
{
	const struct coverage *coverage = simulation->world.coverage;
	for (size_t table = 0; table < coverage->pipeline->table_count; table++)
		for (date_t date = coverage->range.first; date <= coverage->range.last; date++)
			queued[cell_number(simulation, table, date)] =
				scheduler_is_queued(simulation->scheduler, table, date);
}

/* Tells the coverage what a call changed in the queue. */
static void tell_queue(struct simulation *simulation, const bool before[CELLS_MAX])
{
	const struct coverage *coverage = simulation->world.coverage;
	bool after[CELLS_MAX];
	note_queue(simulation, after);
	for (size_t table = 0; table < coverage->pipeline->table_count; table++)
		for (date_t date = coverage->range.first; date <= coverage->range.last; date++) {
			size_t number = cell_number(simulation, table, date);
			if (before[number] != after[number])
				tell(simulation,
					(struct news){
						.kind = after[number] ? NEWS_QUEUED : NEWS_UNQUEUED,
						.table = table,
						.date = date});
		}
}

static struct worker *free_worker(struct simulation *simulation)
{
	for (int i = 0; i < PIPELINE_WORKERS_MAX; i++)
		if (!simulation->workers[i].busy)
			return &simulation->workers[i];
	fail();
	return NULL;
}

static void start_batch(
	struct simulation *simulation, const struct turn *batch, const bool queued[CELLS_MAX])
{
	bool launched = false;
	CHECK(simulation, batch->count > 0, "an empty batch");
	check_order(simulation, batch);
	for (size_t i = 0; i < batch->count; i++) {
		bool was_queued = queued[cell_number(simulation, batch->table, batch->dates[i])];
		launched = launched || !was_queued;
		check_cell(simulation, batch->table, batch->dates[i]);
		check_launch(simulation, batch->table, batch->dates[i], was_queued);
	}
	CHECK(simulation, launched == batch->launched, "table %zu launched", batch->table);
	CHECK(simulation, !scheduler_is_paused(simulation->scheduler, batch->table),
		"table %zu is paused", batch->table);
	for (int i = 0; i < PIPELINE_WORKERS_MAX; i++)
		CHECK(simulation,
			!simulation->workers[i].busy ||
				simulation->workers[i].batch.table != batch->table,
			"table %zu runs twice", batch->table);
	*free_worker(simulation) = (struct worker){.batch = *batch, .busy = true};
	int running = scheduler_running_count(simulation->scheduler);
	CHECK(simulation, running <= simulation->worker_limit, "%d tables run", running);
}

/* What the engine does after every event. */
static void step(struct simulation *simulation)
{
	struct turn batch;
	bool queued[CELLS_MAX];
	note_queue(simulation, queued);
	while (scheduler_take_stuck(simulation->scheduler, simulation->world.coverage, &batch))
		CHECK(simulation, batch.count > 0, "an empty batch");
	tell_queue(simulation, queued);
	note_queue(simulation, queued);
	while (scheduler_next(simulation->scheduler, simulation->world.coverage, &batch)) {
		start_batch(simulation, &batch, queued);
		note_queue(simulation, queued);
	}
}

static void renew_below(struct simulation *simulation, size_t table, date_t date)
{
	for (size_t i = 0; i < simulation->world.pipeline->table_count; i++)
		if (pipeline_depends_on(simulation->world.pipeline, i, table))
			simulation->renewals[cell_number(simulation, i, date)]++;
}

static void learn_end(struct simulation *simulation, const struct news *news)
{
	struct coverage *coverage = simulation->world.coverage;
	if (news->succeeded)
		coverage_set_receipt(coverage, &news->receipt, 3000);
	coverage_set_attempt(coverage, news->table, news->date,
		news->succeeded ? ATTEMPT_SUCCEEDED : ATTEMPT_FAILED, "", 3000);
	coverage_judge_changes(coverage);
	scheduler_date_done(simulation->scheduler, news->table, news->date, news->succeeded);
	if (news->succeeded)
		renew_below(simulation, news->table, news->date);
}

static void learn_one(struct simulation *simulation)
{
	struct coverage *coverage = simulation->world.coverage;
	struct news news = simulation->news[simulation->news_first++];
	simulation->news_count--;
	bool queued[CELLS_MAX];
	switch (news.kind) {
	case NEWS_QUEUED:
		coverage_set_attempt(coverage, news.table, news.date, ATTEMPT_QUEUED, "", 2000);
		break;
	case NEWS_UNQUEUED:
		coverage_set_attempt(coverage, news.table, news.date, ATTEMPT_NONE, "", 2000);
		break;
	case NEWS_STARTED:
		coverage_set_attempt(coverage, news.table, news.date, ATTEMPT_RUNNING, "", 2000);
		break;
	case NEWS_FINISHED:
		learn_end(simulation, &news);
		break;
	case NEWS_BATCH_DONE:
		note_queue(simulation, queued);
		scheduler_batch_done(simulation->scheduler, news.table, news.requeue);
		tell_queue(simulation, queued);
		break;
	}
	coverage_judge_changes(coverage);
	step(simulation);
}

static void finish_date(struct simulation *simulation, struct worker *worker)
{
	struct world *world = &simulation->world;
	size_t table = worker->batch.table;
	date_t date = worker->batch.dates[worker->at++];
	enum fate *fate = &simulation->fates[cell_number(simulation, table, date)];
	struct news news = {.kind = NEWS_FINISHED,
		.table = table,
		.date = date,
		.succeeded = *fate == FATE_GOOD || *fate == FATE_THIN};
	int64_t rows = world_right_rows(world, table, date);
	if (news.succeeded)
		news.receipt =
			world_receipt(world, table, date, *fate == FATE_THIN ? rows / 2 : rows);
	if (*fate == FATE_FAILS_ONCE)
		*fate = FATE_GOOD;
	tell(simulation, news);
	worker->in_date = false;
	simulation->ends[cell_number(simulation, table, date)]++;
}

/* What was queued, started and not reached looks queued until somebody says otherwise. */
static void forget_rest(struct simulation *simulation, const struct worker *worker)
{
	for (size_t i = worker->at;
		simulation->held[worker->batch.table] && i < worker->batch.count; i++)
		tell(simulation, (struct news){.kind = NEWS_UNQUEUED,
					 .table = worker->batch.table,
					 .date = worker->batch.dates[i]});
}

static void work(struct simulation *simulation, struct worker *worker)
{
	bool stops = worker->told_to_stop && !worker->in_date;
	if (stops || worker->at == worker->batch.count) {
		tell(simulation, (struct news){.kind = NEWS_BATCH_DONE,
					 .table = worker->batch.table,
					 .requeue = !simulation->held[worker->batch.table]});
		worker->busy = false;
		forget_rest(simulation, worker);
	} else if (worker->in_date)
		finish_date(simulation, worker);
	else {
		worker->in_date = true;
		tell(simulation, (struct news){.kind = NEWS_STARTED,
					 .table = worker->batch.table,
					 .date = worker->batch.dates[worker->at]});
	}
}

static void stop_table(struct simulation *simulation, size_t table)
{
	bool queued[CELLS_MAX];
	note_queue(simulation, queued);
	int count = scheduler_queued_count(simulation->scheduler, table);
	assert_int_equal(scheduler_unqueue(simulation->scheduler, table), count);
	simulation->held[table] = true;
	tell_queue(simulation, queued);
	for (int i = 0; i < PIPELINE_WORKERS_MAX; i++)
		if (simulation->workers[i].busy && simulation->workers[i].batch.table == table)
			simulation->workers[i].told_to_stop = true;
}

static void start_table(struct simulation *simulation, size_t table, date_t date)
{
	bool queued[CELLS_MAX];
	note_queue(simulation, queued);
	int count = scheduler_queue(simulation->scheduler, simulation->world.coverage, table, date,
		world_random(&simulation->world, 2) == 0 ? QUEUE_GAPS : QUEUE_RETRY);
	if (count > 0)
		simulation->held[table] = false;
	tell_queue(simulation, queued);
}

static void note_gaps(struct simulation *simulation)
{
	const struct coverage *coverage = simulation->world.coverage;
	for (size_t table = 0; table < coverage->pipeline->table_count; table++)
		for (date_t date = coverage->range.first; date <= coverage->range.last; date++)
			simulation->was_gap[cell_number(simulation, table, date)] =
				verdict_is_gap(coverage_cell(coverage, table, date)->verdict);
}

static void start_all(struct simulation *simulation)
{
	bool queued[CELLS_MAX];
	note_queue(simulation, queued);
	scheduler_queue_all(simulation->scheduler, simulation->world.coverage);
	memset(simulation->held, 0, sizeof(simulation->held));
	memset(simulation->ends, 0, sizeof(simulation->ends));
	memset(simulation->own_starts, 0, sizeof(simulation->own_starts));
	note_gaps(simulation);
	tell_queue(simulation, queued);
}

static void set_workers(struct simulation *simulation, int count)
{
	int running = scheduler_running_count(simulation->scheduler);
	scheduler_set_workers(simulation->scheduler, count);
	simulation->worker_limit = count > running ? count : running;
}

static void meddle(struct simulation *simulation)
{
	struct world *world = &simulation->world;
	size_t table = world_random(world, (uint32_t)world->pipeline->table_count);
	switch (world_random(world, 7)) {
	case 0:
	case 1:
		scheduler_set_paused(simulation->scheduler, table,
			!scheduler_is_paused(simulation->scheduler, table));
		break;
	case 2:
		stop_table(simulation, table);
		break;
	case 3:
		start_table(simulation, table, DATE_NONE);
		break;
	case 4:
		start_table(simulation, table,
			world_day(
				world, (int)world_random(world, (uint32_t)world->coverage->days)));
		break;
	case 5:
		set_workers(simulation, 1 + (int)world_random(world, 5));
		break;
	case 6:
		simulation->auto_launch = world_random(world, 2) == 0;
		scheduler_set_auto_launch(simulation->scheduler, simulation->auto_launch);
		break;
	}
	step(simulation);
}

/* One thing happens: an event arrives or a worker goes on. False when nothing can happen. */
static bool happen(struct simulation *simulation)
{
	struct worker *busy[PIPELINE_WORKERS_MAX];
	uint32_t count = 0;
	for (int i = 0; i < PIPELINE_WORKERS_MAX; i++)
		if (simulation->workers[i].busy)
			busy[count++] = &simulation->workers[i];
	if (count > 0 && (simulation->news_count == 0 || world_random(&simulation->world, 2) == 0))
		work(simulation, busy[world_random(&simulation->world, count)]);
	else if (simulation->news_count > 0)
		learn_one(simulation);
	else
		return false;
	return true;
}

static void run_to_the_end(struct simulation *simulation, bool with_operator)
{
	int steps = 0;
	step(simulation);
	while (happen(simulation)) {
		CHECK(simulation, ++steps < STEPS_MAX, "it does not end");
		if (with_operator && world_random(&simulation->world, 12) == 0)
			meddle(simulation);
		if (simulation->news_count == 0)
			simulation->news_first = 0;
	}
	CHECK(simulation, scheduler_is_idle(simulation->scheduler, simulation->world.coverage),
		"it ended, but is not idle");
}

/* A gap that could have run, and did not. A top table is only started once by `S`: a date of it
 * that became thin because the date before it got more rows stays. */
static bool was_forgotten(const struct simulation *simulation, size_t table, date_t date)
{
	const struct coverage *coverage = simulation->world.coverage;
	size_t number = cell_number(simulation, table, date);
	bool is_top = pipeline_edge_count(&coverage->pipeline->tables[table]) == 0;
	enum reason reason;
	int because;
	return verdict_is_gap(coverage_cell(coverage, table, date)->verdict) &&
	       simulation->ends[number] == 0 && (!is_top || simulation->was_gap[number]) &&
	       coverage_gate(coverage, table, date, &reason, &because);
}

static void check_end(const struct simulation *simulation)
{
	const struct coverage *coverage = simulation->world.coverage;
	for (size_t table = 0; table < coverage->pipeline->table_count; table++)
		for (date_t date = coverage->range.first; date <= coverage->range.last; date++) {
			enum verdict verdict = coverage_cell(coverage, table, date)->verdict;
			CHECK(simulation, verdict != VERDICT_QUEUED && verdict != VERDICT_RUNNING,
				"table %zu day %d is %s in the end", table,
				date - simulation->world.first, verdict_word(verdict));
			CHECK(simulation, !was_forgotten(simulation, table, date),
				"table %zu day %d is %s, its gate is open, and it was not run",
				table, date - simulation->world.first, verdict_word(verdict));
		}
}

static void open_simulation(struct simulation *simulation, uint32_t seed, bool all_good)
{
	*simulation = (struct simulation){.seed = seed, .auto_launch = true};
	world_random_new(&simulation->world, seed);
	world_litter(&simulation->world);
	simulation->scheduler =
		scheduler_new(simulation->world.pipeline, simulation->world.coverage->range);
	simulation->worker_limit = simulation->world.pipeline->workers;
	simulation->news = memory_new_array(EVENTS_MAX, sizeof(*simulation->news));
	for (size_t i = 0; !all_good && i < CELLS_MAX; i++) {
		uint32_t chance = world_random(&simulation->world, 12);
		simulation->fates[i] = chance < 3 ? (enum fate)(chance + 1) : FATE_GOOD;
	}
}

static void close_simulation(struct simulation *simulation)
{
	free(simulation->news);
	scheduler_free(simulation->scheduler);
	world_close(&simulation->world);
}

static struct simulation simulation; /* large */

static void everything_that_can_run_has_run_in_the_end(void **state)
{
	(void)state;
	uint32_t worlds = world_count(150);
	int own_starts = 0, gaps_left = 0;
	for (uint32_t seed = 1; seed <= worlds; seed++) {
		open_simulation(&simulation, seed, false);
		start_all(&simulation);
		run_to_the_end(&simulation, false);
		check_end(&simulation);
		for (size_t i = 0; i < CELLS_MAX; i++)
			own_starts += simulation.own_starts[i];
		gaps_left += coverage_total(simulation.world.coverage).gaps;
		close_simulation(&simulation);
	}
	assert_true(own_starts > (int)worlds); /* the worlds are worth looking at */
	assert_true(gaps_left > (int)worlds);
}

static void where_every_run_succeeds_everything_is_complete_in_the_end(void **state)
{
	(void)state;
	uint32_t worlds = world_count(150);
	int complete = 0;
	for (uint32_t seed = 1; seed <= worlds; seed++) {
		open_simulation(&simulation, seed, true);
		struct table_summary total = coverage_total(simulation.world.coverage);
		for (int round = 0; round <= WORLD_DAYS_MAX && total.gaps > 0; round++) {
			start_all(&simulation);
			run_to_the_end(&simulation, false);
			check_end(&simulation);
			total = coverage_total(simulation.world.coverage);
		}
		CHECK(&simulation, total.gaps == 0, "%d gaps are left", total.gaps);
		complete += total.complete;
		close_simulation(&simulation);
	}
	assert_true(complete > 10 * (int)worlds);
}

static void an_operator_who_meddles_breaks_no_rule(void **state)
{
	(void)state;
	uint32_t worlds = world_count(150);
	for (uint32_t seed = 1; seed <= worlds; seed++) {
		open_simulation(&simulation, seed, false);
		if (world_random(&simulation.world, 2) == 0)
			start_all(&simulation);
		else
			start_table(&simulation, 0, DATE_NONE);
		run_to_the_end(&simulation, true);
		for (size_t i = 0; i < simulation.world.pipeline->table_count; i++)
			scheduler_set_paused(simulation.scheduler, i, false);
		scheduler_set_auto_launch(simulation.scheduler, true);
		simulation.auto_launch = true;
		start_all(&simulation);
		run_to_the_end(&simulation, false);
		check_end(&simulation);
		close_simulation(&simulation);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_that_can_run_has_run_in_the_end),
		cmocka_unit_test(where_every_run_succeeds_everything_is_complete_in_the_end),
		cmocka_unit_test(an_operator_who_meddles_breaks_no_rule),
	};
	return RUN(tests);
}
