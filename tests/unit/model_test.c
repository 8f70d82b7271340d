#include "tests/test.h"

#include "model.h"

/* a and b feed c. A game a day from 2021-10-19 to 28, none on the sixth day. */
static const char small[] =
	"{\"version\": 1, \"name\": \"small\", \"calendar\": {\"seasons\": [{\"name\": \"S\", "
	"\"first\": \"2021-10-19\", \"last\": \"2021-12-30\"}]}, \"run\": {\"workers\": 2}, "
	"\"tables\": ["
	"{\"name\": \"a\", \"expect\": {\"per_game\": 2}},"
	"{\"name\": \"b\", \"expect\": {\"per_game\": 2}},"
	"{\"name\": \"c\", \"expect\": {\"same_as\": \"b\", \"min_ratio\": 0.5},"
	" \"upstreams\": [\"a\", \"b\"]}]}";

enum { A, B, C, TABLES };

#define DAYS  10
#define OFF   5
#define GAMES 4
#define ROWS  8		    /* of a whole date: two a game */
#define START 1634641200000 /* 2021-10-19T11:00Z */

struct world {
	struct pipeline *pipeline;
	struct model *model;
	date_t first;
	int64_t now_ms;
};

static struct world new_world(void)
{
	struct world world = {.first = date_of(2021, 10, 19), .now_ms = START};
	struct error err;
	if (!pipeline_parse(small, sizeof(small) - 1, "small", &world.pipeline, &err))
		fail_msg("%s", err.text);
	world.model =
		model_new(world.pipeline, (struct date_range){world.first, world.first + DAYS - 1});
	return world;
}

static void free_world(struct world *world)
{
	model_free(world->model);
	pipeline_free(world->pipeline);
}

static void apply(struct world *world, struct event event)
{
	if (event.at_ms == 0)
		event.at_ms = world->now_ms += 1000;
	model_apply(world->model, &event);
	event_release(&event);
}

static void act(struct world *world, enum action action, int argument)
{
	apply(world, (struct event){.kind = EVENT_ACTION,
			     .table = model_selected_table(world->model),
			     .action = {.action = action, .argument = argument}});
}

static void type(struct world *world, const char *text)
{
	apply(world, (struct event){.kind = EVENT_ACTION,
			     .action = {.action = ACTION_TYPE, .text = memory_copy_text(text)}});
}

static struct receipt receipt_of(const struct world *world, size_t table, int day, int64_t rows)
{
	static int64_t sequence;
	struct receipt receipt = {.date = world->first + day,
		.rows = rows,
		.distinct_keys = rows,
		.sequence = ++sequence};
	text_copy(receipt.table, sizeof(receipt.table), world->pipeline->tables[table].name);
	return receipt;
}

static struct event coverage_event(struct world *world, struct date_range range)
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
static void know_the_schedule(struct world *world)
{
	apply(world, coverage_event(world, world->model->range));
}

static enum verdict verdict_of(const struct world *world, size_t table, int day)
{
	return coverage_cell(world->model->coverage, table, world->first + day)->verdict;
}

static void queue(struct world *world, size_t table, bool queued, int first, int count)
{
	struct event event = {.kind = EVENT_QUEUED, .table = table, .queue.queued = queued};
	event.queue.dates = memory_new_array((size_t)count, sizeof(date_t));
	for (int i = 0; i < count; i++)
		event.queue.dates[event.queue.count++] = world->first + first + i;
	apply(world, event);
}

static void start_run(struct world *world, size_t table, int worker)
{
	apply(world, (struct event){.kind = EVENT_RUN_STARTED,
			     .table = table,
			     .run = 7,
			     .run_started = {.date_count = 3, .worker = worker}});
}

static void start_date(struct world *world, size_t table, int day)
{
	apply(world,
		(struct event){
			.kind = EVENT_DATE_STARTED, .table = table, .date = world->first + day});
}

static void finish_date(struct world *world, size_t table, int day, int64_t duration_ms)
{
	struct event event = {.kind = EVENT_DATE_FINISHED,
		.table = table,
		.date = world->first + day,
		.finished = {.duration_ms = duration_ms}};
	event.finished.receipt = receipt_of(world, table, day, ROWS);
	apply(world, event);
}

static void fail_date(struct world *world, size_t table, int day, const char *reason)
{
	struct event event = {
		.kind = EVENT_DATE_FAILED, .table = table, .date = world->first + day};
	text_copy(event.message.text, sizeof(event.message.text), reason);
	apply(world, event);
}

static void finish_run(struct world *world, size_t table, enum run_outcome outcome)
{
	apply(world, (struct event){.kind = EVENT_RUN_FINISHED,
			     .table = table,
			     .run_finished = {.outcome = outcome}});
}

static void log_line(struct world *world, size_t table, int day, char severity, const char *text)
{
	struct event event = {.kind = EVENT_LOG, .table = table, .date = world->first + day};
	event.log.lines[0] = memory_copy_text(text);
	event.log.severities[0] = severity;
	event.log.count = 1;
	apply(world, event);
}

static const char *newest_event(const struct world *world)
{
	const struct model *model = world->model;
	return model->events[(model->event_count - 1) % MODEL_EVENTS_MAX].text;
}

static void begins_empty_and_unknown(void **state)
{
	(void)state;
	struct world world = new_world();
	assert_int_equal(verdict_of(&world, A, 0), VERDICT_UNKNOWN);
	assert_int_equal(world.model->workers, 2);
	assert_true(world.model->view.log_follow);
	assert_int_equal(world.model->view.view, VIEW_OVERVIEW);
	assert_int_equal(world.model->view.date, world.first);
	assert_int_equal(world.model->tables[C].worker, -1);
	free_world(&world);
}

static void coverage_brings_schedule_receipts_and_time(void **state)
{
	(void)state;
	struct world world = new_world();
	struct event event = coverage_event(&world, world.model->range);
	struct receipts *receipts = &event.coverage.receipts;
	ARRAY_GROW(receipts->items, receipts->count, receipts->capacity);
	receipts->items[receipts->count++] = receipt_of(&world, A, 0, ROWS);
	event.at_ms = START + 5;
	apply(&world, event);
	assert_int_equal(verdict_of(&world, A, 0), VERDICT_COMPLETE);
	assert_int_equal(verdict_of(&world, A, 1), VERDICT_READY);
	assert_int_equal(verdict_of(&world, A, OFF), VERDICT_OFF);
	assert_int_equal(verdict_of(&world, C, 0), VERDICT_BLOCKED);
	assert_true(world.model->has_warehouse);
	assert_int_equal(world.model->checked_ms, START + 5);
	assert_int_equal(world.model->now_ms, START + 5);
	assert_false(world.model->counted);
	free_world(&world);
}

static void coverage_without_a_game_is_no_warehouse(void **state)
{
	(void)state;
	struct world world = new_world();
	struct event event = {.kind = EVENT_COVERAGE, .coverage.range = world.model->range};
	event.coverage.raw_days.first_game = event.coverage.raw_days.last_game = DATE_NONE;
	apply(&world, event);
	assert_false(world.model->has_warehouse);
	assert_int_equal(verdict_of(&world, A, 0), VERDICT_UNKNOWN);
	free_world(&world);
}

static void another_range_keeps_what_is_known_of_the_dates_in_both(void **state)
{
	(void)state;
	struct world world = new_world();
	know_the_schedule(&world);
	queue(&world, A, true, 6, 2);
	act(&world, ACTION_VIEW_MATRIX, 0);
	struct date_range range = {world.first + 5, world.first + 30};
	apply(&world, coverage_event(&world, range));
	assert_int_equal(world.model->range.last, world.first + 30);
	assert_int_equal(verdict_of(&world, A, 6), VERDICT_QUEUED);
	assert_int_equal(verdict_of(&world, A, 8), VERDICT_READY);
	assert_null(coverage_cell(world.model->coverage, A, world.first));
	assert_int_equal(world.model->view.date, world.first + 5);
	free_world(&world);
}

static void counts_beat_receipts_and_end_the_trouble(void **state)
{
	(void)state;
	struct world world = new_world();
	know_the_schedule(&world);
	struct event failed = {.kind = EVENT_COVERAGE_FAILED};
	text_copy(failed.message.text, sizeof(failed.message.text), "disk I/O error");
	apply(&world, failed);
	assert_string_equal(world.model->coverage_trouble, "disk I/O error");
	assert_int_equal(verdict_of(&world, A, 0), VERDICT_UNKNOWN);
	assert_non_null(strstr(newest_event(&world), "coverage unknown: disk I/O error"));
	struct event counts = {.kind = EVENT_COUNTS};
	counts.counts.layout_count = 1;
	counts.counts.table_of_layout = memory_new_array(1, sizeof(size_t));
	counts.counts.table_of_layout[0] = A;
	struct day_counts *days = &counts.counts.counts;
	ARRAY_GROW(days->items, days->count, days->capacity);
	days->items[days->count++] = (struct day_count){
		.table = 0, .date = world.first + 1, .rows = 3, .distinct_keys = 3};
	apply(&world, counts);
	assert_int_equal(verdict_of(&world, A, 1), VERDICT_THIN);
	assert_int_equal(verdict_of(&world, A, 0), VERDICT_READY);
	assert_int_equal(verdict_of(&world, B, 0), VERDICT_UNKNOWN);
	assert_true(world.model->counted);
	assert_string_equal(world.model->coverage_trouble, "");
	free_world(&world);
}

static void a_refresh_shows_until_it_is_answered(void **state)
{
	(void)state;
	struct world world = new_world();
	act(&world, ACTION_REFRESH, 0);
	assert_true(world.model->checking);
	know_the_schedule(&world);
	assert_false(world.model->checking);
	free_world(&world);
}

static void a_run_goes_from_the_queue_to_its_end(void **state)
{
	(void)state;
	struct world world = new_world();
	const struct table_model *a = &world.model->tables[A];
	know_the_schedule(&world);
	queue(&world, A, true, 0, 3);
	assert_int_equal(a->state, JOB_WAITING);
	assert_int_equal(a->queued, 3);
	assert_int_equal(verdict_of(&world, A, 2), VERDICT_QUEUED);
	start_run(&world, A, 1);
	assert_int_equal(a->state, JOB_RUNNING);
	assert_int_equal(a->worker, 1);
	assert_int_equal(world.model->busy_workers, 1);
	start_date(&world, A, 0);
	assert_int_equal(a->queued, 2);
	assert_int_equal(a->date, world.first);
	assert_int_equal(verdict_of(&world, A, 0), VERDICT_RUNNING);
	apply(&world, (struct event){.kind = EVENT_DATE_PROGRESS,
			      .table = A,
			      .date = world.first,
			      .progress = {.done = 3, .total = 8}});
	assert_int_equal(a->done, 3);
	assert_int_equal(coverage_cell(world.model->coverage, A, world.first)->total, 8);
	finish_date(&world, A, 0, 500);
	assert_int_equal(a->run_done, 1);
	assert_int_equal(a->date, DATE_NONE);
	assert_int_equal(a->total, 0);
	assert_int_equal(verdict_of(&world, A, 0), VERDICT_COMPLETE);
	start_date(&world, A, 1);
	fail_date(&world, A, 1, "io: disk full");
	assert_int_equal(a->run_failed, 1);
	assert_string_equal(a->trouble, "io: disk full");
	assert_int_equal(a->trouble_date, world.first + 1);
	assert_int_equal(verdict_of(&world, A, 1), VERDICT_FAILED);
	start_date(&world, A, 2);
	finish_run(&world, A, RUN_KILLED);
	assert_int_equal(verdict_of(&world, A, 2), VERDICT_KILLED);
	assert_int_equal(a->worker, -1);
	assert_int_equal(a->state, JOB_IDLE);
	assert_int_equal(world.model->busy_workers, 0);
	assert_non_null(strstr(newest_event(&world), "run 0 killed"));
	free_world(&world);
}

static void the_end_of_a_run_says_how_it_ended(void **state)
{
	(void)state;
	static const struct {
		enum run_outcome outcome;
		enum job_state state;
	} ends[] = {{RUN_SUCCEEDED, JOB_DONE}, {RUN_FAILED, JOB_FAILED}, {RUN_STOPPED, JOB_IDLE},
		{RUN_KILLED, JOB_IDLE}};
	struct world world = new_world();
	for (size_t i = 0; i < ARRAY_COUNT(ends); i++) {
		start_run(&world, A, 0);
		finish_run(&world, A, ends[i].outcome);
		assert_int_equal(world.model->tables[A].state, ends[i].state);
	}
	queue(&world, A, true, 0, 1);
	start_run(&world, A, 0);
	finish_run(&world, A, RUN_SUCCEEDED);
	assert_int_equal(world.model->tables[A].state, JOB_WAITING);
	free_world(&world);
}

static void a_cell_that_leaves_the_queue_shows_its_old_failure_again(void **state)
{
	(void)state;
	struct world world = new_world();
	know_the_schedule(&world);
	start_run(&world, A, 0);
	start_date(&world, A, 1);
	fail_date(&world, A, 1, "io: disk full");
	finish_run(&world, A, RUN_FAILED);
	queue(&world, A, true, 1, 2);
	assert_int_equal(verdict_of(&world, A, 1), VERDICT_QUEUED);
	queue(&world, A, false, 1, 2);
	assert_int_equal(verdict_of(&world, A, 1), VERDICT_FAILED);
	assert_int_equal(verdict_of(&world, A, 2), VERDICT_READY);
	assert_int_equal(world.model->tables[A].queued, 0);
	assert_int_equal(world.model->tables[A].state, JOB_IDLE);
	free_world(&world);
}

static void history_fills_only_cells_that_nothing_is_known_of(void **state)
{
	(void)state;
	struct world world = new_world();
	know_the_schedule(&world);
	queue(&world, A, true, 0, 1);
	struct event event = {.kind = EVENT_HISTORY};
	event.history.items = memory_new_array(3, sizeof(*event.history.items));
	event.history.count = 3;
	for (int i = 0; i < 3; i++)
		event.history.items[i] = (struct cell_attempt){.table = A,
			.date = world.first + (i == 2 ? 1000 : i),
			.state = ATTEMPT_FAILED,
			.words = "io: earlier"};
	apply(&world, event);
	assert_int_equal(verdict_of(&world, A, 0), VERDICT_QUEUED);
	assert_int_equal(verdict_of(&world, A, 1), VERDICT_FAILED);
	free_world(&world);
}

static void import_shows_its_progress_and_then_asks_for_the_pace(void **state)
{
	(void)state;
	struct world world = new_world();
	act(&world, ACTION_SHOW, DIALOG_SAMPLE);
	act(&world, ACTION_ACCEPT, 0);
	assert_int_equal(world.model->view.dialog, DIALOG_IMPORT);
	apply(&world, (struct event){.kind = EVENT_IMPORT_PROGRESS,
			      .import = {.done = 3, .total = 9, .what = "shots.csv"}});
	assert_int_equal(world.model->import_done, 3);
	assert_string_equal(world.model->import_what, "shots.csv");
	struct event finished = {.kind = EVENT_IMPORT_FINISHED};
	text_copy(finished.message.text, sizeof(finished.message.text), "9 rows");
	apply(&world, finished);
	assert_int_equal(world.model->view.dialog, DIALOG_PACE);
	assert_int_equal(world.model->import_total, 0);
	assert_string_equal(world.model->message, "9 rows");
	act(&world, ACTION_SHOW, DIALOG_IMPORT);
	finished.message.severity = SEVERITY_ERROR;
	apply(&world, finished);
	assert_int_equal(world.model->view.dialog, DIALOG_NONE);
	free_world(&world);
}

static void control_pauses_tables_and_everything(void **state)
{
	(void)state;
	struct world world = new_world();
	const struct table_model *tables = world.model->tables;
	start_run(&world, A, 0);
	start_run(&world, B, 1);
	apply(&world, (struct event){.kind = EVENT_CONTROL,
			      .control = {.workers = 5,
				      .auto_launch = false,
				      .read_only = true,
				      .paused_table = A,
				      .table_paused = true}});
	assert_int_equal(world.model->workers, 5);
	assert_false(world.model->auto_launch);
	assert_true(world.model->read_only);
	assert_int_equal(tables[A].state, JOB_PAUSED);
	assert_int_equal(tables[B].state, JOB_RUNNING);
	apply(&world, (struct event){.kind = EVENT_CONTROL,
			      .control = {.all_paused = true, .paused_table = -1}});
	assert_int_equal(tables[B].state, JOB_PAUSED);
	apply(&world, (struct event){.kind = EVENT_CONTROL, .control = {.paused_table = -1}});
	assert_int_equal(tables[A].state, JOB_PAUSED);
	assert_int_equal(tables[B].state, JOB_RUNNING);
	free_world(&world);
}

static void a_wish_to_stop_shows_at_once(void **state)
{
	(void)state;
	struct world world = new_world();
	start_run(&world, A, 0);
	start_run(&world, B, 1);
	act(&world, ACTION_STOP, 0);
	assert_int_equal(world.model->tables[A].state, JOB_STOPPING);
	assert_int_equal(world.model->tables[B].state, JOB_RUNNING);
	act(&world, ACTION_QUIT_STOP, 0);
	assert_int_equal(world.model->tables[B].state, JOB_STOPPING);
	assert_int_equal(world.model->tables[C].state, JOB_IDLE);
	assert_true(world.model->leaving);
	free_world(&world);
}

static void messages_size_and_clock_arrive(void **state)
{
	(void)state;
	struct world world = new_world();
	struct event event = {.kind = EVENT_MESSAGE, .at_ms = START + 9};
	event.message.severity = SEVERITY_WARNING;
	text_copy(event.message.text, sizeof(event.message.text), "hello");
	apply(&world, event);
	assert_string_equal(world.model->message, "hello");
	assert_int_equal(world.model->message_ms, START + 9);
	assert_string_equal(newest_event(&world), "hello");
	apply(&world, (struct event){.kind = EVENT_SIZE, .size = {.width = 9, .height = 4}});
	assert_int_equal(world.model->width * 10 + world.model->height, 94);
	apply(&world, (struct event){.kind = EVENT_CLOCK, .at_ms = START + 100000});
	apply(&world, (struct event){.kind = EVENT_CLOCK, .at_ms = START + 50000});
	assert_int_equal(world.model->now_ms, START + 100000);
	free_world(&world);
}

static void the_log_keeps_the_newest_lines(void **state)
{
	(void)state;
	struct world world = new_world();
	const struct table_log *log = &world.model->tables[A].log;
	char text[32];
	for (int i = 1; i <= MODEL_LOG_LINES_MAX + 5; i++) {
		snprintf(text, sizeof(text), "line %d", i);
		log_line(&world, A, 0, 'I', text);
	}
	assert_int_equal(log->first, 6);
	assert_int_equal(log->next, MODEL_LOG_LINES_MAX + 6);
	assert_string_equal(log->lines[(log->first - 1) % MODEL_LOG_LINES_MAX].text, "line 6");
	assert_string_equal(log->lines[(log->next - 2) % MODEL_LOG_LINES_MAX].text, text);
	assert_null(world.model->tables[B].log.lines);
	free_world(&world);
}

static void the_events_keep_the_newest(void **state)
{
	(void)state;
	struct world world = new_world();
	struct event event = {.kind = EVENT_MESSAGE};
	for (int i = 0; i <= MODEL_EVENTS_MAX; i++) {
		snprintf(event.message.text, sizeof(event.message.text), "event %d", i);
		apply(&world, event);
	}
	assert_int_equal(world.model->event_count, MODEL_EVENTS_MAX + 1);
	assert_string_equal(world.model->events[0].text, event.message.text);
	assert_string_equal(world.model->events[1].text, "event 1");
	free_world(&world);
}

static void fill_log(struct world *world, int lines)
{
	for (int i = 1; i <= lines; i++)
		log_line(world, A, i / 20,
			i == 30	  ? 'W'
			: i == 60 ? 'E'
				  : 'I',
			i % 25 == 0 ? "Needle" : "hay");
}

static void scrolling_stops_following_and_counts_the_new_lines(void **state)
{
	(void)state;
	struct world world = new_world();
	const struct view_state *view = &world.model->view;
	fill_log(&world, 100);
	act(&world, ACTION_VIEW_LOG, 0);
	act(&world, ACTION_UP, 10);
	assert_false(view->log_follow);
	assert_int_equal(view->log_top, 90);
	log_line(&world, A, 0, 'I', "new");
	log_line(&world, B, 0, 'I', "elsewhere");
	assert_int_equal(view->log_new, 1);
	act(&world, ACTION_PAGE_UP, 10);
	assert_int_equal(view->log_top, 80);
	act(&world, ACTION_TOP, 10);
	assert_int_equal(view->log_top, 1);
	act(&world, ACTION_UP, 10);
	assert_int_equal(view->log_top, 1);
	act(&world, ACTION_HALF_DOWN, 10);
	assert_int_equal(view->log_top, 6);
	act(&world, ACTION_BOTTOM, 10);
	assert_true(view->log_follow);
	assert_int_equal(view->log_new, 0);
	act(&world, ACTION_FOLLOW, 10);
	assert_false(view->log_follow);
	act(&world, ACTION_FOLLOW, 10);
	assert_true(view->log_follow);
	free_world(&world);
}

static void search_and_jumps_find_lines_and_stop_at_the_ends(void **state)
{
	(void)state;
	struct world world = new_world();
	const struct view_state *view = &world.model->view;
	fill_log(&world, 100);
	act(&world, ACTION_SEARCH, 10);
	type(&world, "needlE");
	apply(&world, (struct event){.kind = EVENT_ACTION, .action = {.action = ACTION_ERASE}});
	type(&world, "e");
	act(&world, ACTION_ACCEPT, 10);
	assert_int_equal(view->view, VIEW_LOG);
	assert_int_equal(view->log_mark, 100);
	act(&world, ACTION_SEARCH_PREVIOUS, 10);
	assert_int_equal(view->log_mark, 75);
	assert_int_equal(view->log_top, 72);
	act(&world, ACTION_SEARCH_NEXT, 10);
	act(&world, ACTION_SEARCH_NEXT, 10);
	assert_int_equal(view->log_mark, 100);
	assert_string_equal(world.model->message, "no further line has it");
	act(&world, ACTION_PREVIOUS_ERROR, 10);
	assert_int_equal(view->log_mark, 60);
	act(&world, ACTION_PREVIOUS_ERROR, 10);
	assert_int_equal(view->log_mark, 30);
	act(&world, ACTION_PREVIOUS_ERROR, 10);
	assert_string_equal(world.model->message, "no further warning or error");
	act(&world, ACTION_NEXT_DATE, 10);
	assert_int_equal(view->log_mark, 40);
	act(&world, ACTION_CLOSE, 10);
	assert_string_equal(view->search, "");
	assert_int_equal(view->log_mark, 0);
	/* From here on what is on the screen counts. */
	act(&world, ACTION_NEXT_ERROR, 10);
	assert_int_equal(view->log_mark, 60);
	free_world(&world);
}

static void a_closed_dialog_leaves_the_place_in_the_log(void **state)
{
	(void)state;
	struct world world = new_world();
	fill_log(&world, 100);
	act(&world, ACTION_VIEW_LOG, 0);
	act(&world, ACTION_PREVIOUS_ERROR, 10);
	act(&world, ACTION_HELP, 10);
	act(&world, ACTION_CLOSE, 10);
	assert_int_equal(world.model->view.dialog, DIALOG_NONE);
	assert_int_equal(world.model->view.log_mark, 60);
	free_world(&world);
}

static void the_cursor_stays_in_the_range_and_the_list(void **state)
{
	(void)state;
	struct world world = new_world();
	const struct view_state *view = &world.model->view;
	know_the_schedule(&world);
	act(&world, ACTION_VIEW_MATRIX, 0);
	for (int i = 0; i < DAYS + 5; i++)
		act(&world, ACTION_RIGHT, 14);
	assert_int_equal(view->date, world.first + DAYS - 1);
	for (int i = 0; i < DAYS + 5; i++)
		act(&world, ACTION_LEFT, 14);
	assert_int_equal(view->date, world.first);
	act(&world, ACTION_PAGE_DOWN, 14);
	assert_int_equal(view->date, world.first + DAYS - 1);
	act(&world, ACTION_PREVIOUS_MONTH, 14);
	assert_int_equal(view->date, world.first);
	act(&world, ACTION_NEXT_MONTH, 14);
	assert_int_equal(view->date, world.first + DAYS - 1);
	act(&world, ACTION_TOP, 14);
	assert_int_equal(view->date, world.first);
	act(&world, ACTION_UP, 14);
	assert_int_equal(view->table, 0);
	for (int i = 0; i < TABLES + 3; i++)
		act(&world, ACTION_DOWN, 14);
	assert_int_equal(view->table, TABLES - 1);
	free_world(&world);
}

static void gaps_are_found_in_the_row_of_the_cursor(void **state)
{
	(void)state;
	struct world world = new_world();
	know_the_schedule(&world);
	for (int day = 0; day < DAYS; day++)
		if (day != OFF && day != 3)
			finish_date(&world, A, day, 100);
	act(&world, ACTION_VIEW_MATRIX, 0);
	act(&world, ACTION_TOP, 0);
	act(&world, ACTION_NEXT_GAP, 0);
	assert_int_equal(world.model->view.date, world.first + 3);
	act(&world, ACTION_NEXT_GAP, 0);
	assert_int_equal(world.model->view.date, world.first + 3);
	assert_non_null(strstr(world.model->message, "no further gap"));
	act(&world, ACTION_BOTTOM, 0);
	act(&world, ACTION_PREVIOUS_GAP, 0);
	assert_int_equal(world.model->view.date, world.first + 3);
	free_world(&world);
}

static void the_matrix_opens_on_the_date_that_matters_until_one_is_chosen(void **state)
{
	(void)state;
	struct world world = new_world();
	know_the_schedule(&world);
	fail_date(&world, A, 4, "io: disk full");
	act(&world, ACTION_VIEW_MATRIX, 0);
	assert_int_equal(world.model->view.date, world.first + 4);
	act(&world, ACTION_RIGHT, 0);
	act(&world, ACTION_RIGHT, 0);
	act(&world, ACTION_VIEW_LOG, 0);
	act(&world, ACTION_VIEW_MATRIX, 0);
	assert_int_equal(world.model->view.date, world.first + 6);
	act(&world, ACTION_TOP, 0);
	act(&world, ACTION_VIEW_MATRIX, 0);
	assert_int_equal(world.model->view.date, world.first);
	free_world(&world);
}

static void why_outside_the_matrix_means_the_date_that_matters(void **state)
{
	(void)state;
	struct world world = new_world();
	know_the_schedule(&world);
	finish_date(&world, A, 0, 100);
	act(&world, ACTION_WHY, 0);
	assert_int_equal(world.model->view.dialog, DIALOG_WHY);
	assert_int_equal(world.model->view.date, world.first + 1);
	act(&world, ACTION_CLOSE, 0);
	start_run(&world, A, 0);
	start_date(&world, A, 4);
	act(&world, ACTION_WHY, 0);
	assert_int_equal(world.model->view.date, world.first + 4);
	free_world(&world);
}

static void views_open_and_lead_back_to_the_quit_dialog(void **state)
{
	(void)state;
	struct world world = new_world();
	const struct view_state *view = &world.model->view;
	act(&world, ACTION_OPEN, 0);
	assert_int_equal(view->view, VIEW_LOG);
	act(&world, ACTION_VIEW_MATRIX, 0);
	act(&world, ACTION_OPEN, 0);
	assert_int_equal(view->dialog, DIALOG_WHY);
	act(&world, ACTION_BACK, 0);
	assert_int_equal(view->dialog, DIALOG_NONE);
	act(&world, ACTION_BACK, 0);
	assert_int_equal(view->view, VIEW_OVERVIEW);
	act(&world, ACTION_BACK, 0);
	assert_int_equal(view->dialog, DIALOG_QUIT);
	act(&world, ACTION_CANCEL, 0);
	assert_int_equal(view->dialog, DIALOG_NONE);
	for (int i = 0; i < MODEL_PANES; i++) {
		assert_int_equal(view->pane, i);
		act(&world, ACTION_NEXT_PANE, 0);
	}
	assert_int_equal(view->pane, 0);
	free_world(&world);
}

static void typed_text_has_a_limit_and_is_erased_by_characters(void **state)
{
	(void)state;
	struct world world = new_world();
	const char *typed = world.model->view.typed;
	act(&world, ACTION_PALETTE, 0);
	for (int i = 0; i < MODEL_TYPED_BYTES + 10; i++)
		type(&world, "x");
	assert_int_equal(strlen(typed), MODEL_TYPED_BYTES - 1);
	type(&world, "\xc3\xa9");
	assert_int_equal(strlen(typed), MODEL_TYPED_BYTES - 1);
	act(&world, ACTION_ERASE, 0);
	act(&world, ACTION_ERASE, 0);
	type(&world, "\xc3\xa9");
	assert_int_equal(strlen(typed), MODEL_TYPED_BYTES - 1);
	act(&world, ACTION_ERASE, 0);
	assert_int_equal(strlen(typed), MODEL_TYPED_BYTES - 3);
	for (int i = 0; i < MODEL_TYPED_BYTES + 10; i++)
		act(&world, ACTION_ERASE, 0);
	assert_string_equal(typed, "");
	free_world(&world);
}

static void the_speed_is_the_median_of_the_newest_dates(void **state)
{
	(void)state;
	struct world world = new_world();
	finish_date(&world, A, 0, 100);
	finish_date(&world, A, 1, 900);
	assert_int_equal(model_date_ms(world.model, A), -1);
	finish_date(&world, A, 2, 300);
	assert_int_equal(model_date_ms(world.model, A), 300);
	finish_date(&world, A, 3, 500);
	assert_int_equal(model_date_ms(world.model, A), 400);
	for (int i = 0; i < MODEL_DURATIONS; i++)
		finish_date(&world, A, 4, 1000);
	assert_int_equal(model_date_ms(world.model, A), 1000);
	free_world(&world);
}

static void the_eta_counts_what_waits_and_what_will_be_released(void **state)
{
	(void)state;
	struct world world = new_world();
	know_the_schedule(&world);
	assert_int_equal(model_plan_eta_ms(world.model), 0);
	queue(&world, A, true, 0, 5);
	assert_int_equal(model_table_eta_ms(world.model, A), -1);
	assert_int_equal(model_plan_eta_ms(world.model), -1);
	for (int i = 6; i < 9; i++)
		finish_date(&world, B, i, 1000);
	for (int i = 6; i < 9; i++)
		finish_date(&world, A, i, 2000);
	assert_int_equal(model_table_eta_ms(world.model, A), 10000);
	assert_int_equal(model_plan_eta_ms(world.model), 10000);
	apply(&world, (struct event){.kind = EVENT_CONTROL,
			      .control = {.workers = 2, .auto_launch = true, .paused_table = -1}});
	/* c follows a by itself: nine dates as slow as the slowest table. */
	assert_int_equal(model_plan_eta_ms(world.model), 10000 + 9 * 2000);
	free_world(&world);
}

static void assert_now(const struct world *world, size_t table, const char *wanted)
{
	struct buffer now = {0};
	model_now_or_why(world->model, table, &now);
	if (strstr(buffer_text(&now), wanted) == NULL)
		fail_msg("'%s' is not in '%s'", wanted, buffer_text(&now));
	buffer_release(&now);
}

static void a_table_says_what_it_does_or_why_it_does_not(void **state)
{
	(void)state;
	struct world world = new_world();
	assert_now(&world, A, "not known yet");
	know_the_schedule(&world);
	assert_now(&world, A, "10-19 never ran");
	assert_now(&world, C, "10-19 blocked by a");
	queue(&world, C, true, 0, 2);
	assert_now(&world, C, "2 wait for a");
	queue(&world, A, true, 0, 2);
	assert_now(&world, A, "2 wait for a worker");
	start_run(&world, A, 0);
	assert_now(&world, A, "between two dates");
	start_date(&world, A, 0);
	assert_now(&world, A, "10-19  reading");
	apply(&world, (struct event){.kind = EVENT_DATE_PROGRESS,
			      .table = A,
			      .date = world.first,
			      .progress = {.done = 3, .total = 8}});
	assert_now(&world, A, "10-19  3/8");
	act(&world, ACTION_STOP, 0);
	assert_now(&world, A, "stops after 10-19");
	free_world(&world);
}

/* A story of every kind of event, chosen at random; the seed makes it the same again. */
static void tell_story(struct world *world, unsigned seed)
{
	know_the_schedule(world);
	for (int i = 0; i < 400; i++) {
		size_t table = (size_t)rand_r(&seed) % TABLES;
		int day = rand_r(&seed) % DAYS, count = 1 + rand_r(&seed) % 3;
		switch (rand_r(&seed) % 12) {
		case 0:
			queue(world, table, rand_r(&seed) % 2 == 0, day, count);
			break;
		case 1:
			start_run(world, table, count);
			break;
		case 2:
			finish_run(world, table, (enum run_outcome)(rand_r(&seed) % 4));
			break;
		case 3:
			start_date(world, table, day);
			break;
		case 4:
			finish_date(world, table, day, count);
			break;
		case 5:
			fail_date(world, table, day, "io: disk full");
			break;
		case 6:
			log_line(world, table, day, 'W', "a line");
			break;
		case 7:
			type(world, "x");
			break;
		default:
			act(world, (enum action)(1 + rand_r(&seed) % (ACTION_COUNT - 1)),
				rand_r(&seed) % 12);
			break;
		}
	}
}

static void assert_whole(const struct model *model)
{
	const struct view_state *view = &model->view;
	assert_true(view->table < model->pipeline->table_count);
	assert_true(date_range_has(model->range, view->date));
	assert_true(view->pane >= 0 && view->pane < MODEL_PANES);
	assert_true(view->scroll >= 0 && view->choice >= 0);
	assert_true(view->view < VIEW_COUNT);
	assert_true(model->busy_workers >= 0);
	for (size_t i = 0; i < model->pipeline->table_count; i++) {
		const struct table_model *table = &model->tables[i];
		assert_true(table->queued >= 0);
		assert_true(table->log.next - table->log.first <= MODEL_LOG_LINES_MAX);
	}
}

static void assert_same_logs(const struct model *one, const struct model *two, size_t table)
{
	const struct table_log *a = &one->tables[table].log, *b = &two->tables[table].log;
	assert_int_equal(a->first, b->first);
	assert_int_equal(a->next, b->next);
	for (uint64_t n = a->first; n < a->next; n++)
		assert_string_equal(a->lines[n - 1].text, b->lines[n - 1].text);
}

static void assert_same_cells(const struct model *one, const struct model *two)
{
	for (size_t table = 0; table < TABLES; table++)
		for (date_t date = one->range.first; date <= one->range.last; date++) {
			const struct cell *a = coverage_cell(one->coverage, table, date);
			const struct cell *b = coverage_cell(two->coverage, table, date);
			assert_int_equal(a->verdict, b->verdict);
			assert_int_equal(a->reason, b->reason);
			assert_int_equal(a->rows, b->rows);
			assert_string_equal(a->attempt_words, b->attempt_words);
		}
}

static void the_same_events_give_the_same_model(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 40; seed++) {
		struct world one = new_world(), two = new_world();
		print_message("# seed %u\n", seed);
		tell_story(&one, seed);
		tell_story(&two, seed);
		assert_whole(one.model);
		assert_memory_equal(&one.model->view, &two.model->view, sizeof(one.model->view));
		assert_memory_equal(
			one.model->events, two.model->events, sizeof(one.model->events));
		assert_int_equal(one.model->event_count, two.model->event_count);
		assert_string_equal(one.model->message, two.model->message);
		for (size_t table = 0; table < TABLES; table++) {
			struct table_model a = one.model->tables[table];
			struct table_model b = two.model->tables[table];
			assert_same_logs(one.model, two.model, table);
			a.log = b.log = (struct table_log){0};
			assert_memory_equal(&a, &b, sizeof(a));
		}
		assert_same_cells(one.model, two.model);
		free_world(&one);
		free_world(&two);
	}
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(begins_empty_and_unknown),
		cmocka_unit_test(coverage_brings_schedule_receipts_and_time),
		cmocka_unit_test(coverage_without_a_game_is_no_warehouse),
		cmocka_unit_test(another_range_keeps_what_is_known_of_the_dates_in_both),
		cmocka_unit_test(counts_beat_receipts_and_end_the_trouble),
		cmocka_unit_test(a_refresh_shows_until_it_is_answered),
		cmocka_unit_test(a_run_goes_from_the_queue_to_its_end),
		cmocka_unit_test(the_end_of_a_run_says_how_it_ended),
		cmocka_unit_test(a_cell_that_leaves_the_queue_shows_its_old_failure_again),
		cmocka_unit_test(history_fills_only_cells_that_nothing_is_known_of),
		cmocka_unit_test(import_shows_its_progress_and_then_asks_for_the_pace),
		cmocka_unit_test(control_pauses_tables_and_everything),
		cmocka_unit_test(a_wish_to_stop_shows_at_once),
		cmocka_unit_test(messages_size_and_clock_arrive),
		cmocka_unit_test(the_log_keeps_the_newest_lines),
		cmocka_unit_test(the_events_keep_the_newest),
		cmocka_unit_test(scrolling_stops_following_and_counts_the_new_lines),
		cmocka_unit_test(search_and_jumps_find_lines_and_stop_at_the_ends),
		cmocka_unit_test(a_closed_dialog_leaves_the_place_in_the_log),
		cmocka_unit_test(the_cursor_stays_in_the_range_and_the_list),
		cmocka_unit_test(gaps_are_found_in_the_row_of_the_cursor),
		cmocka_unit_test(the_matrix_opens_on_the_date_that_matters_until_one_is_chosen),
		cmocka_unit_test(why_outside_the_matrix_means_the_date_that_matters),
		cmocka_unit_test(views_open_and_lead_back_to_the_quit_dialog),
		cmocka_unit_test(typed_text_has_a_limit_and_is_erased_by_characters),
		cmocka_unit_test(the_speed_is_the_median_of_the_newest_dates),
		cmocka_unit_test(the_eta_counts_what_waits_and_what_will_be_released),
		cmocka_unit_test(a_table_says_what_it_does_or_why_it_does_not),
		cmocka_unit_test(the_same_events_give_the_same_model),
	};
	return RUN(tests);
}
