#include "tests/test.h"

#include "base/clock.h"
#include "jobs/run_files.h"
#include "tests/support/model_world.h"

static void begins_empty_and_unknown(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	assert_int_equal(model_world_verdict(&world, A, 0), VERDICT_UNKNOWN);
	assert_int_equal(world.model->workers, 2);
	assert_true(world.model->view.log_follow);
	assert_int_equal(world.model->view.view, VIEW_OVERVIEW);
	assert_int_equal(world.model->view.date, world.first);
	assert_int_equal(world.model->tables[C].worker, -1);
	model_world_free(&world);
}

static void coverage_brings_schedule_receipts_and_time(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	struct event event = model_world_coverage(&world, world.model->range);
	struct receipts *receipts = &event.coverage.receipts;
	ARRAY_GROW(receipts->items, receipts->count, receipts->capacity);
	receipts->items[receipts->count++] = model_world_receipt(&world, A, 0, ROWS);
	event.at_ms = START + 5;
	model_world_apply(&world, event);
	assert_int_equal(model_world_verdict(&world, A, 0), VERDICT_COMPLETE);
	assert_int_equal(model_world_verdict(&world, A, 1), VERDICT_READY);
	assert_int_equal(model_world_verdict(&world, A, OFF), VERDICT_OFF);
	assert_int_equal(model_world_verdict(&world, C, 0), VERDICT_BLOCKED);
	assert_true(world.model->has_warehouse);
	assert_int_equal(world.model->checked_ms, START + 5);
	assert_int_equal(world.model->now_ms, START + 5);
	assert_false(world.model->counted);
	model_world_free(&world);
}

static void coverage_without_a_game_is_no_warehouse(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	struct event event = {.kind = EVENT_COVERAGE, .coverage.range = world.model->range};
	event.coverage.raw_days.first_game = event.coverage.raw_days.last_game = DATE_NONE;
	model_world_apply(&world, event);
	assert_false(world.model->has_warehouse);
	assert_int_equal(model_world_verdict(&world, A, 0), VERDICT_UNKNOWN);
	model_world_free(&world);
}

static void another_range_keeps_what_is_known_of_the_dates_in_both(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	model_world_schedule(&world);
	model_world_queue(&world, A, true, 6, 2);
	model_world_act(&world, ACTION_VIEW_MATRIX, 0);
	struct date_range range = {world.first + 5, world.first + 30};
	model_world_apply(&world, model_world_coverage(&world, range));
	assert_int_equal(world.model->range.last, world.first + 30);
	assert_int_equal(model_world_verdict(&world, A, 6), VERDICT_QUEUED);
	assert_int_equal(model_world_verdict(&world, A, 8), VERDICT_READY);
	assert_null(coverage_cell(world.model->coverage, A, world.first));
	assert_int_equal(world.model->view.date, world.first + 5);
	model_world_free(&world);
}

static void counts_beat_receipts_and_end_the_trouble(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	model_world_schedule(&world);
	struct event failed = {.kind = EVENT_COVERAGE_FAILED};
	text_copy(failed.message.text, sizeof(failed.message.text), "disk I/O error");
	model_world_apply(&world, failed);
	assert_string_equal(world.model->coverage_trouble, "disk I/O error");
	assert_int_equal(model_world_verdict(&world, A, 0), VERDICT_UNKNOWN);
	assert_non_null(
		strstr(model_world_newest_event(&world), "coverage unknown: disk I/O error"));
	struct event counts = {.kind = EVENT_COUNTS};
	counts.counts.layout_count = 1;
	counts.counts.table_of_layout = memory_new_array(1, sizeof(size_t));
	counts.counts.table_of_layout[0] = A;
	struct day_counts *days = &counts.counts.counts;
	ARRAY_GROW(days->items, days->count, days->capacity);
	days->items[days->count++] = (struct day_count){
		.table = 0, .date = world.first + 1, .rows = 3, .distinct_keys = 3};
	model_world_apply(&world, counts);
	assert_int_equal(model_world_verdict(&world, A, 1), VERDICT_THIN);
	assert_int_equal(model_world_verdict(&world, A, 0), VERDICT_READY);
	assert_int_equal(model_world_verdict(&world, B, 0), VERDICT_UNKNOWN);
	assert_true(world.model->counted);
	assert_string_equal(world.model->coverage_trouble, "");
	model_world_free(&world);
}

static void a_refresh_shows_until_it_is_answered(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	model_world_act(&world, ACTION_REFRESH, 0);
	assert_true(world.model->checking);
	model_world_schedule(&world);
	assert_false(world.model->checking);
	model_world_free(&world);
}

static void a_run_goes_from_the_queue_to_its_end(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	const struct table_model *a = &world.model->tables[A];
	model_world_schedule(&world);
	model_world_queue(&world, A, true, 0, 3);
	assert_int_equal(a->state, JOB_WAITING);
	assert_int_equal(a->queued, 3);
	assert_int_equal(model_world_verdict(&world, A, 2), VERDICT_QUEUED);
	model_world_start_run(&world, A, 1);
	assert_int_equal(a->state, JOB_RUNNING);
	assert_int_equal(a->worker, 1);
	assert_int_equal(world.model->busy_workers, 1);
	model_world_start_date(&world, A, 0);
	assert_int_equal(a->queued, 2);
	assert_int_equal(a->date, world.first);
	assert_int_equal(model_world_verdict(&world, A, 0), VERDICT_RUNNING);
	model_world_apply(&world, (struct event){.kind = EVENT_DATE_PROGRESS,
					  .table = A,
					  .date = world.first,
					  .progress = {.done = 3, .total = 8}});
	assert_int_equal(a->done, 3);
	assert_int_equal(coverage_cell(world.model->coverage, A, world.first)->total, 8);
	model_world_finish_date(&world, A, 0, 500);
	assert_int_equal(a->run_done, 1);
	assert_int_equal(a->date, DATE_NONE);
	assert_int_equal(a->total, 0);
	assert_int_equal(model_world_verdict(&world, A, 0), VERDICT_COMPLETE);
	model_world_start_date(&world, A, 1);
	model_world_fail_date(&world, A, 1, "io: disk full");
	assert_int_equal(a->run_failed, 1);
	assert_string_equal(a->trouble, "io: disk full");
	assert_int_equal(a->trouble_date, world.first + 1);
	assert_int_equal(model_world_verdict(&world, A, 1), VERDICT_FAILED);
	model_world_start_date(&world, A, 2);
	model_world_finish_run(&world, A, RUN_KILLED);
	assert_int_equal(model_world_verdict(&world, A, 2), VERDICT_KILLED);
	assert_int_equal(a->worker, -1);
	assert_int_equal(a->state, JOB_IDLE);
	assert_int_equal(world.model->busy_workers, 0);
	assert_non_null(strstr(model_world_newest_event(&world), "run 0 killed"));
	model_world_free(&world);
}

static void the_end_of_a_run_says_how_it_ended(void **state)
{
	(void)state;
	static const struct {
		enum run_outcome outcome;
		enum job_state state;
	} ends[] = {{RUN_SUCCEEDED, JOB_DONE}, {RUN_FAILED, JOB_FAILED}, {RUN_STOPPED, JOB_IDLE},
		{RUN_KILLED, JOB_IDLE}};
	struct model_world world = model_world_new();
	for (size_t i = 0; i < ARRAY_COUNT(ends); i++) {
		model_world_start_run(&world, A, 0);
		model_world_finish_run(&world, A, ends[i].outcome);
		assert_int_equal(world.model->tables[A].state, ends[i].state);
	}
	model_world_queue(&world, A, true, 0, 1);
	model_world_start_run(&world, A, 0);
	model_world_finish_run(&world, A, RUN_SUCCEEDED);
	assert_int_equal(world.model->tables[A].state, JOB_WAITING);
	model_world_free(&world);
}

static void a_cell_that_leaves_the_queue_shows_its_old_failure_again(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	model_world_schedule(&world);
	model_world_start_run(&world, A, 0);
	model_world_start_date(&world, A, 1);
	model_world_fail_date(&world, A, 1, "io: disk full");
	model_world_finish_run(&world, A, RUN_FAILED);
	model_world_queue(&world, A, true, 1, 2);
	assert_int_equal(model_world_verdict(&world, A, 1), VERDICT_QUEUED);
	model_world_queue(&world, A, false, 1, 2);
	assert_int_equal(model_world_verdict(&world, A, 1), VERDICT_FAILED);
	assert_int_equal(model_world_verdict(&world, A, 2), VERDICT_READY);
	assert_int_equal(world.model->tables[A].queued, 0);
	assert_int_equal(world.model->tables[A].state, JOB_FAILED);
	model_world_free(&world);
}

static void history_fills_only_cells_that_nothing_is_known_of(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	model_world_schedule(&world);
	model_world_queue(&world, A, true, 0, 1);
	struct event event = {.kind = EVENT_HISTORY};
	event.history.items = memory_new_array(3, sizeof(*event.history.items));
	event.history.count = 3;
	for (int i = 0; i < 3; i++)
		event.history.items[i] = (struct cell_attempt){.table = A,
			.date = world.first + (i == 2 ? 1000 : i),
			.state = ATTEMPT_FAILED,
			.words = "io: earlier"};
	model_world_apply(&world, event);
	assert_int_equal(model_world_verdict(&world, A, 0), VERDICT_QUEUED);
	assert_int_equal(model_world_verdict(&world, A, 1), VERDICT_FAILED);
	model_world_free(&world);
}

static void give_history(struct model_world *world, int64_t at_ms, int excused)
{
	struct event event = {.kind = EVENT_HISTORY, .at_ms = at_ms};
	event.history.excuses = memory_new_array(2, sizeof(*event.history.excuses));
	event.history.excuse_count = (size_t)excused;
	for (int i = 0; i < excused; i++)
		event.history.excuses[i] = (struct cell_excuse){.table = A,
			.date = world->first + i,
			.until = i == 0 ? DATE_NONE : clock_local_date(at_ms),
			.words = "no source (mk)"};
	model_world_apply(world, event);
}

static void excuses_come_with_the_history_end_at_midnight_and_go_when_taken_back(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	const int64_t day_ms = 86400000, now_ms = 20000 * day_ms;
	model_world_schedule(&world);
	enum verdict before = model_world_verdict(&world, A, 0);
	assert_true(verdict_is_gap(before));
	give_history(&world, now_ms, 2);
	assert_int_equal(model_world_verdict(&world, A, 0), VERDICT_EXCUSED);
	assert_int_equal(model_world_verdict(&world, A, 1), VERDICT_EXCUSED);
	model_world_apply(&world, (struct event){.kind = EVENT_CLOCK, .at_ms = now_ms + day_ms});
	assert_int_equal(model_world_verdict(&world, A, 0), VERDICT_EXCUSED);
	assert_int_equal(model_world_verdict(&world, A, 1), before);
	give_history(&world, now_ms, 0);
	assert_int_equal(model_world_verdict(&world, A, 0), before);
	model_world_free(&world);
}

static void import_shows_its_progress_and_then_asks_for_the_pace(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	model_world_act(&world, ACTION_SHOW, DIALOG_SAMPLE);
	model_world_act(&world, ACTION_ACCEPT, 0);
	assert_int_equal(world.model->view.dialog, DIALOG_IMPORT);
	model_world_apply(&world, (struct event){.kind = EVENT_IMPORT_PROGRESS,
					  .import = {.done = 3, .total = 9, .what = "shots.csv"}});
	assert_int_equal(world.model->import_done, 3);
	assert_string_equal(world.model->import_what, "shots.csv");
	struct event finished = {.kind = EVENT_IMPORT_FINISHED};
	text_copy(finished.message.text, sizeof(finished.message.text), "9 rows");
	model_world_apply(&world, finished);
	assert_int_equal(world.model->view.dialog, DIALOG_PACE);
	assert_int_equal(world.model->import_total, 0);
	assert_string_equal(world.model->message, "9 rows");
	model_world_act(&world, ACTION_SHOW, DIALOG_IMPORT);
	finished.message.severity = SEVERITY_ERROR;
	model_world_apply(&world, finished);
	assert_int_equal(world.model->view.dialog, DIALOG_NONE);
	model_world_free(&world);
}

static void control_pauses_tables_and_everything(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	const struct table_model *tables = world.model->tables;
	model_world_start_run(&world, A, 0);
	model_world_start_run(&world, B, 1);
	model_world_apply(&world, (struct event){.kind = EVENT_CONTROL,
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
	model_world_apply(&world, (struct event){.kind = EVENT_CONTROL,
					  .control = {.all_paused = true, .paused_table = -1}});
	assert_int_equal(tables[B].state, JOB_PAUSED);
	model_world_apply(
		&world, (struct event){.kind = EVENT_CONTROL, .control = {.paused_table = -1}});
	assert_int_equal(tables[A].state, JOB_PAUSED);
	assert_int_equal(tables[B].state, JOB_RUNNING);
	model_world_free(&world);
}

static void a_wish_to_stop_shows_at_once(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	model_world_start_run(&world, A, 0);
	model_world_start_run(&world, B, 1);
	model_world_act(&world, ACTION_STOP, 0);
	assert_int_equal(world.model->tables[A].state, JOB_STOPPING);
	assert_int_equal(world.model->tables[B].state, JOB_RUNNING);
	model_world_act(&world, ACTION_QUIT_STOP, 0);
	assert_int_equal(world.model->tables[B].state, JOB_STOPPING);
	assert_int_equal(world.model->tables[C].state, JOB_IDLE);
	assert_true(world.model->leaving);
	model_world_free(&world);
}

static void messages_size_and_clock_arrive(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	struct event event = {.kind = EVENT_MESSAGE, .at_ms = START + 9};
	event.message.severity = SEVERITY_WARNING;
	text_copy(event.message.text, sizeof(event.message.text), "hello");
	model_world_apply(&world, event);
	assert_string_equal(world.model->message, "hello");
	assert_int_equal(world.model->message_ms, START + 9);
	assert_string_equal(model_world_newest_event(&world), "hello");
	model_world_apply(
		&world, (struct event){.kind = EVENT_SIZE, .size = {.width = 9, .height = 4}});
	assert_int_equal(world.model->width * 10 + world.model->height, 94);
	model_world_apply(&world, (struct event){.kind = EVENT_CLOCK, .at_ms = START + 100000});
	assert_int_equal(world.model->now_ms, START + 100000);
	event.at_ms = START + 70000; /* of a slow thread */
	model_world_apply(&world, event);
	assert_int_equal(world.model->now_ms, START + 100000);
	/* somebody sets the clock back: it does not stand still until then */
	model_world_apply(&world, (struct event){.kind = EVENT_CLOCK, .at_ms = START + 50000});
	assert_int_equal(world.model->now_ms, START + 50000);
	model_world_free(&world);
}

static void the_log_keeps_the_newest_lines(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	const struct table_log *log = &world.model->tables[A].log;
	char text[32];
	for (int i = 1; i <= MODEL_LOG_LINES_MAX + 5; i++) {
		snprintf(text, sizeof(text), "line %d", i);
		model_world_log(&world, A, 0, 'I', text);
	}
	assert_int_equal(log->first, 6);
	assert_int_equal(log->next, MODEL_LOG_LINES_MAX + 6);
	assert_string_equal(log->lines[(log->first - 1) % MODEL_LOG_LINES_MAX].text, "line 6");
	assert_string_equal(log->lines[(log->next - 2) % MODEL_LOG_LINES_MAX].text, text);
	assert_null(world.model->tables[B].log.lines);
	model_world_free(&world);
}

static void the_events_keep_the_newest(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	struct event event = {.kind = EVENT_MESSAGE};
	for (int i = 0; i <= MODEL_EVENTS_MAX; i++) {
		snprintf(event.message.text, sizeof(event.message.text), "event %d", i);
		model_world_apply(&world, event);
	}
	assert_int_equal(world.model->event_count, MODEL_EVENTS_MAX + 1);
	assert_string_equal(world.model->events[0].text, event.message.text);
	assert_string_equal(world.model->events[1].text, "event 1");
	model_world_free(&world);
}

static void assert_now(const struct model_world *world, size_t table, const char *wanted)
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
	struct model_world world = model_world_new();
	assert_now(&world, A, "not known yet");
	model_world_schedule(&world);
	assert_now(&world, A, "10-19 never ran");
	assert_now(&world, C, "10-19 blocked by a");
	model_world_queue(&world, C, true, 0, 2);
	assert_now(&world, C, "2 wait for a");
	model_world_queue(&world, A, true, 0, 2);
	assert_now(&world, A, "2 wait for a worker");
	model_world_start_run(&world, A, 0);
	assert_now(&world, A, "between two dates");
	model_world_start_date(&world, A, 0);
	assert_now(&world, A, "10-19  reading");
	model_world_apply(&world, (struct event){.kind = EVENT_DATE_PROGRESS,
					  .table = A,
					  .date = world.first,
					  .progress = {.done = 3, .total = 8}});
	assert_now(&world, A, "10-19  3/8");
	model_world_act(&world, ACTION_STOP, 0);
	assert_now(&world, A, "stops after 10-19");
	model_world_free(&world);
}

/* A story of every kind of event, chosen at random; the seed makes it the same again. */
static void tell_story(struct model_world *world, unsigned seed)
{
	model_world_schedule(world);
	for (int i = 0; i < 400; i++) {
		size_t table = (size_t)rand_r(&seed) % TABLES;
		int day = rand_r(&seed) % DAYS, count = 1 + rand_r(&seed) % 3;
		switch (rand_r(&seed) % 12) {
		case 0:
			model_world_queue(world, table, rand_r(&seed) % 2 == 0, day, count);
			break;
		case 1:
			model_world_start_run(world, table, count);
			break;
		case 2:
			model_world_finish_run(world, table, (enum run_outcome)(rand_r(&seed) % 4));
			break;
		case 3:
			model_world_start_date(world, table, day);
			break;
		case 4:
			model_world_finish_date(world, table, day, count);
			break;
		case 5:
			model_world_fail_date(world, table, day, "io: disk full");
			break;
		case 6:
			model_world_log(world, table, day, 'W', "a line");
			break;
		case 7:
			model_world_type(world, "x");
			break;
		default:
			model_world_act(world,
				(enum action)(1 + rand_r(&seed) % (ACTION_COUNT - 1)),
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
	assert_true(view->log_left >= 0 && view->log_left <= LOG_LINE_BYTES_MAX);
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
		struct model_world one = model_world_new(), two = model_world_new();
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
			assert_int_equal(a.speed.date_ms, b.speed.date_ms);
			assert_int_equal(
				date_set_days(&a.queued_dates), date_set_days(&b.queued_dates));
			memset(&a.speed, 0, sizeof(a.speed)); /* it has padding */
			memset(&b.speed, 0, sizeof(b.speed));
			memset(&a.queued_dates, 0, sizeof(a.queued_dates));
			memset(&b.queued_dates, 0, sizeof(b.queued_dates));
			assert_memory_equal(&a, &b, sizeof(a));
		}
		assert_same_cells(one.model, two.model);
		assert_int_equal(model_eta(one.model)->p50_ms, model_eta(two.model)->p50_ms);
		model_world_free(&one);
		model_world_free(&two);
	}
}

static void a_reader_sees_how_the_attempts_of_the_owner_went_on(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	model_world_schedule(&world);
	model_world_apply(
		&world, (struct event){.kind = EVENT_CONTROL,
				.control = {.workers = 2, .read_only = true, .paused_table = -1}});
	static const enum attempt_state states[] = {
		ATTEMPT_RUNNING, ATTEMPT_FAILED, ATTEMPT_RUNNING, ATTEMPT_KILLED};
	static const enum verdict verdicts[] = {
		VERDICT_RUNNING, VERDICT_FAILED, VERDICT_RUNNING, VERDICT_KILLED};
	for (size_t i = 0; i < ARRAY_COUNT(states); i++) {
		struct event event = {.kind = EVENT_HISTORY};
		event.history.items = memory_new_array(1, sizeof(*event.history.items));
		event.history.items[0] = (struct cell_attempt){
			.table = A, .date = world.first + 1, .state = states[i]};
		event.history.count = 1;
		model_world_apply(&world, event);
		assert_int_equal(model_world_verdict(&world, A, 1), verdicts[i]);
	}
	model_world_free(&world);
}

static void tick_at(struct model_world *world, int64_t at_ms)
{
	model_world_apply(world, (struct event){.kind = EVENT_CLOCK, .at_ms = at_ms});
}

static void ask_at(struct model_world *world, enum run_verb verb, int64_t at_ms)
{
	model_world_apply(world,
		(struct event){
			.kind = EVENT_ASKED, .table = A, .at_ms = at_ms, .asked.verb = verb});
}

static bool warns_of_freeze(const struct model_world *world)
{
	return strstr(world->model->message, "is frozen for 5 minutes") != NULL;
}

/* Once for each freeze, by the clock that it is given; what was woken in time is not warned of. */
static void a_freeze_of_five_minutes_is_warned_of_once(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	ask_at(&world, RUN_VERB_FREEZE, START);
	tick_at(&world, START + MODEL_FREEZE_MS - 1);
	assert_false(warns_of_freeze(&world));
	tick_at(&world, START + MODEL_FREEZE_MS);
	assert_true(warns_of_freeze(&world));
	assert_int_equal(world.model->message_severity, SEVERITY_WARNING);
	struct event other = {.kind = EVENT_MESSAGE, .at_ms = START + MODEL_FREEZE_MS + 1};
	text_copy(other.message.text, sizeof(other.message.text), "something");
	model_world_apply(&world, other);
	tick_at(&world, START + 3LL * MODEL_FREEZE_MS);
	assert_false(warns_of_freeze(&world));

	int64_t again = START + 4LL * MODEL_FREEZE_MS;
	ask_at(&world, RUN_VERB_CONTINUE, again);
	assert_int_equal(world.model->tables[A].frozen_ms, 0);
	ask_at(&world, RUN_VERB_FREEZE, again);
	ask_at(&world, RUN_VERB_CONTINUE, again + MODEL_FREEZE_MS - 1);
	tick_at(&world, again + 2LL * MODEL_FREEZE_MS);
	assert_false(warns_of_freeze(&world));
	ask_at(&world, RUN_VERB_FREEZE, again + 2LL * MODEL_FREEZE_MS);
	tick_at(&world, again + 3LL * MODEL_FREEZE_MS);
	assert_true(warns_of_freeze(&world));
	model_world_free(&world);
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reader_sees_how_the_attempts_of_the_owner_went_on),
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
		cmocka_unit_test(
			excuses_come_with_the_history_end_at_midnight_and_go_when_taken_back),
		cmocka_unit_test(import_shows_its_progress_and_then_asks_for_the_pace),
		cmocka_unit_test(control_pauses_tables_and_everything),
		cmocka_unit_test(a_wish_to_stop_shows_at_once),
		cmocka_unit_test(messages_size_and_clock_arrive),
		cmocka_unit_test(the_log_keeps_the_newest_lines),
		cmocka_unit_test(the_events_keep_the_newest),
		cmocka_unit_test(a_table_says_what_it_does_or_why_it_does_not),
		cmocka_unit_test(the_same_events_give_the_same_model),
		cmocka_unit_test(a_freeze_of_five_minutes_is_warned_of_once),
	};
	return RUN(tests);
}
