#include "tests/test.h"

#include "jobs/launch_preview.h"
#include "jobs/run_files.h"
#include "tests/screens/support/keys.h"
#include "tests/screens/support/scenes.h"
#include "tests/screens/support/stage.h"
#include "tui/dialogs.h"

static struct stage *middle(void)
{
	struct stage *stage = stage_new(120, 40);
	stage_middle_of_a_run(stage);
	return stage;
}

/* What each key of the jobs wishes for, with a running table selected, in every view. */
static void job_keys_wish_the_same_in_every_view(void **state)
{
	(void)state;
	static const struct {
		const char *key;
		enum wish_kind kind;
	} rows[] = {{"s", WISH_START}, {"F7", WISH_START}, {"p", WISH_PAUSE}, {"F8", WISH_PAUSE},
		{"x", WISH_STOP}, {"F9", WISH_STOP}, {"r", WISH_RETRY}, {"S", WISH_START_ALL},
		{"P", WISH_PAUSE_ALL}, {"a", WISH_AUTO_LAUNCH}, {"T", WISH_THEME}, {"c", WISH_COPY},
		{"H", WISH_HANDOFF}, {"y", WISH_COPY}, {"^L", WISH_REDRAW}, {"^Z", WISH_SUSPEND},
		{"^R", WISH_REFRESH}};
	static const char *const views[] = {"1", "2", "3", "4"};
	for (size_t v = 0; v < ARRAY_COUNT(views); v++)
		for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
			struct stage *stage = middle();
			press(stage, views[v]);
			struct wish wish = press(stage, rows[i].key);
			if (wish.kind != rows[i].kind)
				fail_msg("%s in view %s wishes %d", rows[i].key, views[v],
					wish.kind);
			assert_int_equal(wish.table, pipeline_find(stage->pipeline, "upgc"));
			assert_int_equal(wish.date, DATE_NONE);
			stage_free(stage);
		}
}

/* In the matrix these keys zoom, in the plan they reckon with other workers. */
static void plus_and_minus_change_the_workers_where_they_mean_nothing_else(void **state)
{
	(void)state;
	static const char *const keys[] = {"+", "=", "-"};
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
		for (const char *view = "12345"; *view != '\0'; view++) {
			struct stage *stage = middle();
			press(stage, (char[]){*view, '\0'});
			bool changes = press(stage, keys[i]).kind == WISH_WORKERS;
			assert_int_equal(changes, strchr("124", *view) != NULL);
			stage_free(stage);
		}
}

static void switches_wish_the_opposite_of_what_is(void **state)
{
	(void)state;
	struct stage *stage = middle();
	assert_true(press(stage, "p").flag);
	assert_true(press(stage, "P").flag);
	assert_false(press(stage, "a").flag);
	assert_int_equal(press(stage, "+").number, 5);
	assert_int_equal(press(stage, "-").number, 3);
	size_t table = model_selected_table(stage->model);
	stage_apply(stage, &(struct event){.kind = EVENT_CONTROL,
				   .control = {.workers = 1,
					   .all_paused = true,
					   .paused_table = (int)table,
					   .table_paused = true}});
	assert_false(press(stage, "p").flag);
	assert_false(press(stage, "P").flag);
	assert_true(press(stage, "a").flag);
	assert_int_equal(press(stage, "-").kind, WISH_NONE);
	assert_string_equal(stage->model->message, "at least one worker");
	stage_apply(
		stage, &(struct event){.kind = EVENT_CONTROL,
			       .control = {.workers = PIPELINE_WORKERS_MAX, .paused_table = -1}});
	assert_int_equal(press(stage, "+").kind, WISH_NONE);
	stage_free(stage);
}

static void read_only_refuses_all_work_and_names_the_holder(void **state)
{
	(void)state;
	static const char *const keys[] = {"s", "p", "x", "X", "r", "S", "P", "a", "+", "-"};
	struct stage *stage = middle();
	text_copy(stage->model->holder, sizeof(stage->model->holder), "pid 4711");
	stage->model->read_only = true;
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
		stage->model->message[0] = '\0';
		assert_int_equal(press(stage, keys[i]).kind, WISH_NONE);
		assert_string_equal(stage->model->message, "read-only: pid 4711");
		assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	}
	press(stage, "w");
	assert_int_equal(press(stage, "s").kind, WISH_NONE);
	assert_string_equal(stage->model->message, "read-only: pid 4711");
	press(stage, ":");
	type(stage, "start-all");
	assert_int_equal(press(stage, "Enter").kind, WISH_NONE);
	/* Looking is free. */
	assert_int_equal(press(stage, "^R").kind, WISH_REFRESH);
	assert_int_equal(press(stage, "T").kind, WISH_THEME);
	stage_free(stage);
}

static void stopping_is_gentle_and_killing_asks(void **state)
{
	(void)state;
	struct stage *stage = middle();
	size_t table = model_selected_table(stage->model);
	assert_int_equal(press(stage, "X").kind, WISH_NONE);
	assert_int_equal(stage->model->view.dialog, DIALOG_KILL);
	static const char *const refusals[] = {"Enter", "n", "x", "X", "s", "Space"};
	for (size_t i = 0; i < ARRAY_COUNT(refusals); i++) {
		assert_int_equal(press(stage, refusals[i]).kind, WISH_NONE);
		assert_int_equal(stage->model->tables[table].state, JOB_RUNNING);
		if (stage->model->view.dialog == DIALOG_NONE)
			press(stage, "X");
	}
	struct wish wish = press(stage, "y");
	assert_int_equal(wish.kind, WISH_KILL);
	assert_int_equal(wish.table, table);
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	assert_int_equal(stage->model->tables[table].state, JOB_STOPPING);
	stage_free(stage);
}

/* Also the gentle stop: the job is somebody else's. */
static void a_job_from_outside_is_signalled_only_after_a_question_that_names_it(void **state)
{
	(void)state;
	static const struct {
		const char *key;
		enum dialog_id dialog;
		enum wish_kind kind;
	} rows[] = {{"x", DIALOG_STOP_OUTSIDE, WISH_STOP_OUTSIDE},
		{"X", DIALOG_KILL_OUTSIDE, WISH_KILL_OUTSIDE}};
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct stage *stage = scene_set("outside");
		size_t table = model_selected_table(stage->model);
		assert_int_equal(press(stage, rows[i].key).kind, WISH_NONE);
		assert_int_equal(stage->model->view.dialog, rows[i].dialog);
		static const char *const shown[] = {
			"process 974361 of naji, since 2021-11-24", "--start-date 2021-11-16"};
		for (size_t k = 0; k < ARRAY_COUNT(shown); k++)
			assert_true(stage_shows(stage, shown[k]));
		assert_int_equal(press(stage, "Enter").kind, WISH_NONE);
		assert_int_equal(press(stage, "n").kind, WISH_NONE);
		assert_int_equal(stage->model->tables[table].state, JOB_RUNNING);
		press(stage, rows[i].key);
		struct wish wish = press(stage, "y");
		assert_int_equal(wish.kind, rows[i].kind);
		assert_int_equal(wish.number, 974361);
		assert_int_equal(wish.table, table);
		assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
		assert_int_equal(stage->model->tables[table].state, JOB_STOPPING);
		/* the process that the question was about has gone */
		press(stage, rows[i].key);
		stage_apply(stage, &(struct event){.kind = EVENT_RUN_FINISHED,
					   .table = table,
					   .run_finished = {.outcome = RUN_LOST}});
		assert_true(stage_shows(stage, "It has ended"));
		assert_int_equal(press(stage, "y").kind, WISH_NONE);
		stage_free(stage);
	}
}

/* A freeze may fall into a write: only after a yes. Waking is always right. */
static void a_script_is_frozen_after_a_question_and_woken_without_one(void **state)
{
	(void)state;
	struct stage *stage = scene_set("launch");
	size_t table = model_selected_table(stage->model);
	press(stage, "Esc");
	assert_int_equal(press(stage, "Z").kind, WISH_NONE);
	assert_string_equal(stage->model->message, "this table is not running");
	stage_apply(stage,
		&(struct event){
			.kind = EVENT_RUN_STARTED, .table = table, .run_started.date_count = 3});
	for (int i = 0; i < 2; i++) {
		assert_int_equal(press(stage, "Z").kind, WISH_NONE);
		assert_int_equal(stage->model->view.dialog, DIALOG_FREEZE);
		assert_int_equal(press(stage, "Enter").kind, WISH_NONE);
		struct wish wish = press(stage, i == 0 ? "n" : "y");
		assert_int_equal(wish.kind, i == 0 ? WISH_NONE : WISH_FREEZE);
		assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
		assert_true(i == 0 || (wish.flag && wish.table == table));
	}
	stage_apply(stage, &(struct event){.kind = EVENT_ASKED,
				   .table = table,
				   .at_ms = STAGE_NOW_MS,
				   .asked.verb = RUN_VERB_FREEZE});
	struct wish wish = press(stage, "Z");
	assert_int_equal(wish.kind, WISH_FREEZE);
	assert_false(wish.flag);
	stage_free(stage);
	stage = middle(); /* native work */
	assert_int_equal(press(stage, "Z").kind, WISH_NONE);
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	assert_non_null(strstr(stage->model->message, "only scripts are frozen"));
	stage_free(stage);
}

static void the_launch_dialog_starts_what_it_shows_and_copies_it(void **state)
{
	(void)state;
	struct stage *stage = scene_set("launch");
	static const char *const shown[] = {"cd /home/naji/code", "'it'\\''s mine'",
		"SLACK_WEBHOOK_URL=***", "2 of 3 dates", "7ccb8501, and files that differ",
		"11-16 (2) so often before", "would never be"};
	stage_size(stage, 120, 40);
	for (size_t i = 0; i < ARRAY_COUNT(shown); i++)
		if (!stage_shows(stage, shown[i]))
			fail_msg("no '%s' in\n%s", shown[i], stage_paint(stage));
	assert_false(stage_shows(stage, "hooks.example"));
	assert_int_equal(press(stage, "s").kind, WISH_NONE);
	assert_int_equal(press(stage, "y").kind, WISH_COPY);
	assert_int_equal(stage->model->view.dialog, DIALOG_LAUNCH);
	struct wish wish = press(stage, "Enter");
	assert_int_equal(wish.kind, WISH_RETRY);
	assert_int_equal(wish.table, 1);
	assert_true(wish.is_confirmed);
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	stage_free(stage);
	stage = scene_set("launch");
	assert_int_equal(press(stage, "Esc").kind, WISH_NONE);
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	stage_free(stage);
}

/* Its keys would answer something else. */
static void a_launch_that_comes_late_opens_over_no_other_dialog(void **state)
{
	(void)state;
	struct stage *stage = scene_set("launch");
	press(stage, "Esc");
	stage_action(stage, ACTION_SHOW, DIALOG_QUIT, NULL);
	struct event event = {.kind = EVENT_LAUNCH};
	event.launch = memory_new(sizeof(*event.launch));
	stage_apply(stage, &event);
	assert_int_equal(stage->model->view.dialog, DIALOG_QUIT);
	assert_non_null(strstr(stage->model->message, "nothing was started"));
	stage_free(stage);
}

static void a_table_that_does_nothing_cannot_be_killed(void **state)
{
	(void)state;
	struct stage *stage = stage_new(120, 40);
	stage_complete(stage);
	press(stage, "X");
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	assert_string_equal(stage->model->message, "this table is not running");
	stage_free(stage);
}

static bool is_destructive(const struct wish *wish)
{
	switch (wish->kind) {
	case WISH_START:
	case WISH_START_ALL:
	case WISH_MARKED:
	case WISH_PLAN:
	case WISH_RETRY:
	case WISH_STOP:
	case WISH_KILL:
	case WISH_STOP_OUTSIDE:
	case WISH_KILL_OUTSIDE:
	case WISH_PAUSE:
	case WISH_FREEZE:
	case WISH_PAUSE_ALL:
	case WISH_WORKERS:
	case WISH_AUTO_LAUNCH:
	case WISH_IMPORT_SAMPLE:
	case WISH_REPAIR:
	case WISH_EXCUSE:
	case WISH_LEAVE:
	case WISH_DETACH:
	case WISH_RESUME:
		return true;
	case WISH_NONE:
	case WISH_LOG_OF_DATE:
	case WISH_ADOPT:
	case WISH_HEALTH:
	case WISH_REFRESH:
	case WISH_ROWS:
	case WISH_RANGE:
	case WISH_PACE:
	case WISH_THEME:
	case WISH_COPY:
	case WISH_SAVE_PLAN:
	case WISH_READ_LOG:
	case WISH_HANDOFF:
	case WISH_REDRAW:
	case WISH_SUSPEND:
		return false;
	}
	return true;
}

/* Enter accepts a dialog by design (it is ^M); the others must never change work or leave. */
static void no_control_key_changes_work_anywhere(void **state)
{
	(void)state;
	for (int dialog = DIALOG_NONE; dialog <= DIALOG_SAVE_PLAN; dialog++)
		for (int view = VIEW_OVERVIEW; view < VIEW_COUNT; view++) {
			struct stage *stage = middle();
			stage->model->view.view = (enum view_id)view;
			stage_action(stage, ACTION_SHOW, dialog, NULL);
			for (input_t input = 1; input < 32; input++) {
				struct controller_answer answer;
				if (input == INPUT_ENTER)
					continue;
				controller_key(
					stage->model, stage->keymap, input, STAGE_NOW_MS, &answer);
				if (is_destructive(&answer.wish))
					fail_msg("^%c in dialog %d wishes %d", '@' + (int)input,
						dialog, answer.wish.kind);
				for (int i = 0; i < answer.event_count; i++)
					event_release(&answer.events[i]);
			}
			stage_free(stage);
		}
}

static void interrupt_asks_and_never_leaves_by_itself(void **state)
{
	(void)state;
	struct stage *stage = middle();
	for (int i = 0; i < 3; i++) {
		assert_int_equal(press(stage, "^C").kind, WISH_NONE);
		assert_int_equal(stage->model->view.dialog, DIALOG_QUIT);
	}
	press(stage, "c");
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	press(stage, "?");
	press(stage, "^C");
	assert_int_equal(stage->model->view.dialog, DIALOG_QUIT);
	stage_free(stage);
}

static void quitting_while_work_runs_stops_after_the_dates(void **state)
{
	(void)state;
	struct stage *stage = middle();
	press(stage, "q");
	assert_int_equal(stage->model->view.dialog, DIALOG_QUIT);
	struct wish wish = press(stage, "Enter");
	assert_int_equal(wish.kind, WISH_LEAVE);
	assert_false(wish.flag);
	assert_true(stage->model->leaving);
	press(stage, "q");
	wish = press(stage, "y");
	assert_int_equal(wish.kind, WISH_LEAVE);
	assert_true(wish.flag);
	stage_free(stage);
}

static void quitting_when_nothing_runs_leaves_at_once(void **state)
{
	(void)state;
	static const char *const keys[] = {"Enter", "y", "s"};
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
		struct stage *stage = stage_new(80, 24);
		stage_complete(stage);
		press(stage, "q");
		struct wish wish = press(stage, keys[i]);
		assert_int_equal(wish.kind, WISH_LEAVE);
		assert_true(wish.flag);
		assert_false(stage->model->leaving);
		stage_free(stage);
	}
}

static void back_closes_then_goes_to_the_overview_then_asks(void **state)
{
	(void)state;
	struct stage *stage = middle();
	press_all(stage, (const char *const[]){"3", "?", "q", NULL});
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	assert_int_equal(stage->model->view.view, VIEW_MATRIX);
	press(stage, "q");
	assert_int_equal(stage->model->view.view, VIEW_OVERVIEW);
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	press(stage, "q");
	assert_int_equal(stage->model->view.dialog, DIALOG_QUIT);
	stage_free(stage);
}

static void the_sample_is_imported_and_then_paced(void **state)
{
	(void)state;
	struct stage *stage = stage_new(80, 24);
	stage_action(stage, ACTION_SHOW, DIALOG_SAMPLE, NULL);
	assert_int_equal(press(stage, "s").kind, WISH_NONE);
	assert_int_equal(press(stage, "Enter").kind, WISH_IMPORT_SAMPLE);
	assert_int_equal(stage->model->view.dialog, DIALOG_IMPORT);
	assert_int_equal(press(stage, "Enter").kind, WISH_NONE);
	assert_int_equal(stage->model->view.dialog, DIALOG_IMPORT);
	stage_apply(stage, &(struct event){.kind = EVENT_IMPORT_FINISHED});
	assert_int_equal(stage->model->view.dialog, DIALOG_PACE);
	struct wish wish = press(stage, "f");
	assert_int_equal(wish.kind, WISH_PACE);
	assert_false(wish.flag);
	stage_action(stage, ACTION_SHOW, DIALOG_PACE, NULL);
	assert_true(press(stage, "Enter").flag);
	stage_action(stage, ACTION_SHOW, DIALOG_PACE, NULL);
	assert_true(press(stage, "w").flag);
	stage_action(stage, ACTION_SHOW, DIALOG_SAMPLE, NULL);
	assert_int_equal(press(stage, "Esc").kind, WISH_NONE);
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	stage_free(stage);
}

static void an_import_can_go_on_behind_the_screen(void **state)
{
	(void)state;
	struct stage *stage = stage_new(80, 24);
	stage_action(stage, ACTION_SHOW, DIALOG_IMPORT, NULL);
	struct event event = {.kind = EVENT_IMPORT_PROGRESS,
		.import = {.done = 1, .total = 4, .what = "shots.csv"}};
	stage_apply(stage, &event);
	press(stage, "Esc");
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	assert_true(stage_shows(stage, "importing shots.csv: 25%"));
	stage_apply(stage, &(struct event){.kind = EVENT_IMPORT_FINISHED});
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	stage_free(stage);
}

static void a_range_is_read_and_a_bad_one_keeps_the_dialog(void **state)
{
	(void)state;
	struct stage *stage = middle();
	press(stage, "@");
	assert_string_equal(stage->model->view.typed, "2021-10-19..2021-11-30");
	for (int i = 0; i < 22; i++)
		press(stage, "Backspace");
	type(stage, "2021-13");
	assert_int_equal(press(stage, "Enter").kind, WISH_NONE);
	assert_int_equal(stage->model->view.dialog, DIALOG_RANGE);
	assert_int_equal(stage->model->message_severity, SEVERITY_ERROR);
	press(stage, "Backspace");
	type(stage, "2");
	struct wish wish = press(stage, "Enter");
	assert_int_equal(wish.kind, WISH_RANGE);
	assert_int_equal(wish.range.first, date_of(2021, 12, 1));
	assert_int_equal(wish.range.last, date_of(2021, 12, 31));
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	stage_free(stage);
}

/* Whatever was opened or set: one Esc takes it back, another leads to the Overview, no more. */
static void Esc_always_leads_back(void **state)
{
	(void)state;
	static const char *const ways[][6] = {{"2"}, {"3"}, {"4"}, {"5"}, {"6"}, {"7"}, {"3", "w"},
		{"3", "Space"}, {"2", "/", "x", "Enter"}, {"2", "&", "x", "Enter"},
		{"6", "&", "x", "Enter"}, {"4", ":"}, {"1", "?"}};
	for (size_t i = 0; i < ARRAY_COUNT(ways); i++) {
		struct stage *stage = middle();
		press_all(stage, ways[i]);
		if (ways[i][1] != NULL) {
			enum view_id view = stage->model->view.view;
			press(stage, "Esc");
			assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
			assert_int_equal(stage->model->view.view, view);
		}
		press(stage, "Esc");
		if (stage->model->view.view != VIEW_OVERVIEW)
			fail_msg("%s %s: still in %s", ways[i][0],
				ways[i][1] == NULL ? "" : ways[i][1],
				view_of(stage->model->view.view)->name);
		press(stage, "Esc");
		assert_int_equal(
			stage->model->view.dialog, DIALOG_NONE); /* it never asks to quit */
		stage_free(stage);
	}
}

static void a_range_has_names_of_the_pipeline(void **state)
{
	(void)state;
	const struct {
		const char *name;
		date_t first, last;
	} rows[] = {{"goal", date_of(2021, 10, 19), date_of(2021, 11, 1)},
		{"@goal", date_of(2021, 10, 19), date_of(2021, 11, 1)},
		{"season:2021-22", date_of(2021, 10, 19), date_of(2022, 4, 10)}};
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct stage *stage = middle();
		press(stage, "@");
		for (int k = 0; k < 22; k++)
			press(stage, "Backspace");
		type(stage, rows[i].name);
		struct wish wish = press(stage, "Enter");
		assert_int_equal(wish.kind, WISH_RANGE);
		assert_int_equal(wish.range.first, rows[i].first);
		assert_int_equal(wish.range.last, rows[i].last);
		stage_free(stage);
	}
}

/* Every letter is text in a dialog that reads text: none acts. */
static void typed_dialogs_take_every_character(void **state)
{
	(void)state;
	static const enum dialog_id dialogs[] = {DIALOG_SEARCH, DIALOG_PALETTE, DIALOG_RANGE,
		DIALOG_SAVE_PLAN, DIALOG_FILTER, DIALOG_EXCUSE};
	for (size_t i = 0; i < ARRAY_COUNT(dialogs); i++)
		for (int c = '!'; c <= '~'; c++) {
			struct stage *stage = middle();
			char key[2] = {(char)c, '\0'};
			stage_action(stage, ACTION_SHOW, (int)dialogs[i], NULL);
			stage->model->view.typed[0] = '\0';
			assert_int_equal(press(stage, key).kind, WISH_NONE);
			assert_string_equal(stage->model->view.typed, key);
			assert_int_equal(stage->model->view.dialog, dialogs[i]);
			stage_free(stage);
		}
}

static void typed_dialogs_close_with_escape_and_interrupt(void **state)
{
	(void)state;
	static const char *const keys[] = {"Esc", "^C"};
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
		struct stage *stage = middle();
		press(stage, "/");
		type(stage, "player");
		press(stage, keys[i]);
		assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
		assert_string_equal(stage->model->view.search, "");
		stage_free(stage);
	}
}

static void search_goes_to_the_newest_match(void **state)
{
	(void)state;
	struct stage *stage = middle();
	press(stage, "/");
	type(stage, "of 204");
	press(stage, "Enter");
	assert_int_equal(stage->model->view.view, VIEW_LOG);
	assert_string_equal(stage->model->view.search, "of 204");
	assert_int_equal(stage->model->view.log_mark, 10);
	press(stage, "N");
	assert_int_equal(stage->model->view.log_mark, 8);
	press(stage, "n");
	assert_int_equal(stage->model->view.log_mark, 10);
	press(stage, "E");
	assert_int_equal(stage->model->view.log_mark, 9);
	press(stage, "F");
	assert_true(stage->model->view.log_follow);
	press(stage, "W");
	assert_true(stage->model->view.log_wrap);
	press(stage, ">");
	assert_int_equal(
		model_selected_table(stage->model), pipeline_find(stage->pipeline, "utgc"));
	stage_free(stage);
}

static void the_palette_carries_out_the_chosen_action(void **state)
{
	(void)state;
	struct stage *stage = middle();
	press(stage, ":");
	type(stage, "pause-a");
	struct wish wish = press(stage, "Enter");
	assert_int_equal(wish.kind, WISH_PAUSE_ALL);
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	press(stage, ":");
	type(stage, "sta");
	press(stage, "Down");
	assert_int_equal(press(stage, "Enter").kind, WISH_START_ALL);
	press(stage, ":");
	type(stage, "help");
	press(stage, "Enter");
	assert_int_equal(stage->model->view.dialog, DIALOG_HELP);
	press_all(stage, (const char *const[]){"Esc", ":", NULL});
	type(stage, "no such command");
	assert_int_equal(press(stage, "Enter").kind, WISH_NONE);
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	stage_free(stage);
}

/* Whatever has a place of its own can be called from the palette by its name. */
static void the_palette_finds_every_action_by_name(void **state)
{
	(void)state;
	struct stage *stage = middle();
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		const struct action_row *row = action_row((enum action)i);
		enum action choices[ACTION_COUNT];
		if (row->where == 'G' || row->where == 'D' || row->where == 'T')
			continue;
		text_copy(stage->model->view.typed, sizeof(stage->model->view.typed), row->name);
		size_t count = palette_choices(stage->model, choices, ACTION_COUNT);
		bool found = false;
		for (size_t k = 0; k < count; k++)
			found |= choices[k] == (enum action)i;
		if (!found)
			fail_msg("the palette does not find %s", row->name);
	}
	stage_free(stage);
}

static void why_starts_the_date_that_it_explains(void **state)
{
	(void)state;
	struct stage *stage = middle();
	stage_select(stage, "pdc");
	press(stage, "w");
	assert_int_equal(stage->model->view.dialog, DIALOG_WHY);
	assert_int_equal(stage->model->view.date, date_of(2021, 11, 13));
	press(stage, "Down");
	assert_int_equal(stage->model->view.scroll, 1);
	struct wish wish = press(stage, "s");
	assert_int_equal(wish.kind, WISH_START);
	assert_int_equal(wish.date, date_of(2021, 11, 13));
	assert_int_equal(wish.table, pipeline_find(stage->pipeline, "pdc"));
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	stage_free(stage);
}

/* Over mlfs, pcf, upgc and its history: the date moves too. */
static void why_goes_to_the_root_cause(void **state)
{
	(void)state;
	date_t date = date_of(2021, 11, 10);
	struct stage *stage = stage_new(120, 40);
	stage_schedule(stage);
	stage_select(stage, "mlfs");
	press(stage, "3");
	stage->model->view.date = date;
	press(stage, "w");
	const struct why *why = model_why(stage->model);
	struct why_link root = why->links[why->link_count - 1];
	assert_true(why->link_count > 2);
	assert_int_equal(root.table, pipeline_find(stage->pipeline, "pgs"));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(press(stage, "Enter").kind, WISH_NONE);
		assert_int_equal(stage->model->view.dialog, DIALOG_WHY);
		assert_int_equal(model_selected_table(stage->model), root.table);
		assert_int_equal(stage->model->view.date, root.date);
	}
	assert_non_null(strstr(stage->model->message, "root"));
	struct wish wish = press(stage, "s");
	assert_int_equal(wish.table, pipeline_find(stage->pipeline, "pgs"));
	assert_int_equal(wish.date, root.date);
	press(stage, "w");
	assert_int_equal(press(stage, "c").kind, WISH_COPY);
	assert_int_equal(stage->model->view.dialog, DIALOG_WHY);
	stage_free(stage);
}

static void help_scrolls_and_closes_by_its_own_key(void **state)
{
	(void)state;
	static const char *const keys[] = {"?", "F1", "Esc", "q", "Enter", "c"};
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
		struct stage *stage = middle();
		press(stage, "?");
		press(stage, "PgDn");
		assert_true(stage->model->view.scroll > 1);
		press(stage, "Home");
		assert_int_equal(stage->model->view.scroll, 0);
		press(stage, keys[i]);
		assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
		stage_free(stage);
	}
}

static void the_matrix_moves_by_days_gaps_and_months(void **state)
{
	(void)state;
	struct stage *stage = middle();
	stage_select(stage, "tdza");
	press_all(stage, (const char *const[]){"3", "Home", "l", "Right", NULL});
	assert_int_equal(stage->model->view.date, date_of(2021, 10, 21));
	press(stage, "]");
	assert_int_equal(stage->model->view.date, date_of(2021, 11, 16));
	press(stage, "{");
	assert_int_equal(stage->model->view.date, date_of(2021, 10, 19));
	press(stage, "}");
	assert_int_equal(stage->model->view.date, date_of(2021, 11, 1));
	press(stage, "PgDn");
	assert_int_equal(stage->model->view.date, date_of(2021, 11, 15));
	press(stage, "Enter");
	assert_int_equal(stage->model->view.dialog, DIALOG_WHY);
	stage_free(stage);
}

/* Every action of the list does something or says something in a place where its key works. */
static void no_key_is_dead(void **state)
{
	(void)state;
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		const struct action_row *row = action_row((enum action)i);
		const char *view = row->where == 'L'   ? "2"
				   : row->where == 'M' ? "3"
				   : row->where == 'Z' ? "3"
				   : row->where == 'C' ? "4"
				   : row->where == 'P' ? "5"
				   : row->where == 'E' ? "6"
				   : row->where == 'F' ? "6"
				   : row->where == 'H' ? "7"
						       : "1";
		struct controller_answer answer;
		char key[16];
		if (row->where == 'D' || row->where == 'T')
			continue;
		struct stage *stage = middle();
		press(stage, view);
		text_copy(key, sizeof(key), keymap_first_key(stage->keymap, (enum action)i));
		controller_key(stage->model, stage->keymap, input_parse(key, strlen(key)),
			STAGE_NOW_MS, &answer);
		if (answer.event_count == 0 && answer.wish.kind == WISH_NONE)
			fail_msg("%s (%s) does nothing", row->name, key);
		for (int k = 0; k < answer.event_count; k++)
			stage_apply(stage, &answer.events[k]);
		stage_free(stage);
	}
}

static void signals_act_without_a_keymap(void **state)
{
	(void)state;
	struct stage *stage = middle();
	struct controller_answer answer;
	controller_action(stage->model, ACTION_SUSPEND, STAGE_NOW_MS, &answer);
	assert_int_equal(answer.wish.kind, WISH_SUSPEND);
	controller_action(stage->model, ACTION_INTERRUPT, STAGE_NOW_MS, &answer);
	assert_int_equal(answer.event_count, 1);
	stage_apply(stage, &answer.events[0]);
	assert_int_equal(stage->model->view.dialog, DIALOG_QUIT);
	stage_free(stage);
}

/* Keys at random, at every place they lead to: nothing breaks, events stay within their limit. */
static void random_keys_lead_nowhere_bad(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 20; seed++) {
		struct stage *stage = middle();
		unsigned random = seed;
		print_message("# seed %u\n", seed);
		for (int i = 0; i < 2000; i++) {
			struct controller_answer answer;
			input_t input =
				rand_r(&random) % 5 == 0
					? INPUT_FIRST_SPECIAL + (input_t)rand_r(&random) % 30
					: 1 + (input_t)rand_r(&random) % 126;
			controller_key(stage->model, stage->keymap, input, STAGE_NOW_MS, &answer);
			assert_true(answer.event_count <= CONTROLLER_EVENTS_MAX);
			for (int k = 0; k < answer.event_count; k++)
				stage_apply(stage, &answer.events[k]);
			assert_true(stage->model->view.table < stage->pipeline->table_count);
			assert_true(date_range_has(stage->model->range, stage->model->view.date));
		}
		stage_paint(stage);
		stage_free(stage);
	}
}

static void rows_are_asked_for_by_a_key_and_by_nothing_else(void **state)
{
	(void)state;
	for (const char *view = "13456"; *view != '\0'; view++) {
		struct stage *stage = middle();
		press(stage, (char[]){*view, '\0'});
		struct wish wish = press(stage, "i");
		assert_int_equal(wish.kind, WISH_ROWS);
		assert_true(wish.flag);
		assert_int_equal(stage->model->view.dialog, DIALOG_ROWS);
		uint32_t asked = stage->model->view.rows_generation;
		stage_apply(stage, &(struct event){.kind = EVENT_CLOCK});
		for (const char *const *key = (const char *const[]){"Down", "Right", "PgDn", "s",
			     "r", "X", "+", NULL};
			*key != NULL; key++)
			assert_int_equal(press(stage, *key).kind, WISH_NONE);
		assert_int_equal(stage->model->view.rows_generation, asked);
		wish = press(stage, "^R");
		assert_int_equal(wish.kind, WISH_ROWS);
		assert_int_equal(stage->model->view.rows_generation, asked + 1);
		wish = press(stage, "Esc");
		assert_int_equal(wish.kind, WISH_ROWS);
		assert_false(wish.flag);
		assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
		stage_free(stage);
	}
}

static void a_retry_from_the_events_asks_first(void **state)
{
	(void)state;
	static const struct {
		const char *key;
		enum wish_kind wish;
	} rows[] = {{"y", WISH_RETRY}, {"Enter", WISH_RETRY}, {"c", WISH_NONE}, {"Esc", WISH_NONE}};
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct stage *stage = middle();
		press(stage, "6");
		assert_int_equal(stage->model->view.view, VIEW_EVENTS);
		assert_int_equal(press(stage, "r").kind, WISH_NONE);
		assert_int_equal(stage->model->view.dialog, DIALOG_RETRY);
		assert_int_equal(press(stage, rows[i].key).kind, rows[i].wish);
		assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
		stage_free(stage);
	}
	struct stage *stage = middle();
	stage->model->read_only = true;
	press(stage, "6");
	assert_int_equal(press(stage, "r").kind, WISH_NONE);
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE); /* refused before it asks */
	stage_free(stage);
}

/* The launch dialog shows its command, and asks: once is enough. */
static void a_retry_of_a_script_from_the_events_asks_by_its_command_alone(void **state)
{
	(void)state;
	struct stage *stage = scene_set("launch"); /* a pipeline of scripts */
	press(stage, "Esc");
	press(stage, "6");
	assert_int_equal(stage->model->view.view, VIEW_EVENTS);
	struct wish wish = press(stage, "r");
	assert_int_equal(wish.kind, WISH_RETRY);
	assert_false(wish.is_confirmed); /* console_shows_first asks */
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	stage_free(stage);
}

static void rows_leaf_through_the_gaps_and_lead_to_why_and_back(void **state)
{
	(void)state;
	struct stage *stage = middle();
	stage_select(stage, "pdc");
	press(stage, "3");
	date_t first = stage->model->view.date = date_of(2021, 11, 13);
	press(stage, "i");
	uint32_t asked = stage->model->view.rows_generation;
	assert_int_equal(press(stage, "]").kind, WISH_ROWS);
	assert_true(stage->model->view.date > first);
	assert_int_equal(stage->model->view.rows_generation, asked + 1);
	date_t second = stage->model->view.date;
	struct wish wish = press(stage, "w");
	assert_int_equal(wish.kind, WISH_ROWS);
	assert_false(wish.flag);
	assert_int_equal(stage->model->view.dialog, DIALOG_WHY);
	assert_int_equal(stage->model->view.date, second);
	wish = press(stage, "i");
	assert_true(wish.flag);
	assert_int_equal(stage->model->view.dialog, DIALOG_ROWS);
	assert_int_equal(stage->model->view.date, second);
	assert_int_equal(press(stage, "c").kind, WISH_COPY);
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(job_keys_wish_the_same_in_every_view),
		cmocka_unit_test(plus_and_minus_change_the_workers_where_they_mean_nothing_else),
		cmocka_unit_test(switches_wish_the_opposite_of_what_is),
		cmocka_unit_test(read_only_refuses_all_work_and_names_the_holder),
		cmocka_unit_test(stopping_is_gentle_and_killing_asks),
		cmocka_unit_test(
			a_job_from_outside_is_signalled_only_after_a_question_that_names_it),
		cmocka_unit_test(a_script_is_frozen_after_a_question_and_woken_without_one),
		cmocka_unit_test(the_launch_dialog_starts_what_it_shows_and_copies_it),
		cmocka_unit_test(a_launch_that_comes_late_opens_over_no_other_dialog),
		cmocka_unit_test(a_table_that_does_nothing_cannot_be_killed),
		cmocka_unit_test(no_control_key_changes_work_anywhere),
		cmocka_unit_test(interrupt_asks_and_never_leaves_by_itself),
		cmocka_unit_test(quitting_while_work_runs_stops_after_the_dates),
		cmocka_unit_test(quitting_when_nothing_runs_leaves_at_once),
		cmocka_unit_test(back_closes_then_goes_to_the_overview_then_asks),
		cmocka_unit_test(the_sample_is_imported_and_then_paced),
		cmocka_unit_test(an_import_can_go_on_behind_the_screen),
		cmocka_unit_test(a_range_is_read_and_a_bad_one_keeps_the_dialog),
		cmocka_unit_test(a_range_has_names_of_the_pipeline),
		cmocka_unit_test(Esc_always_leads_back),
		cmocka_unit_test(typed_dialogs_take_every_character),
		cmocka_unit_test(typed_dialogs_close_with_escape_and_interrupt),
		cmocka_unit_test(search_goes_to_the_newest_match),
		cmocka_unit_test(the_palette_carries_out_the_chosen_action),
		cmocka_unit_test(the_palette_finds_every_action_by_name),
		cmocka_unit_test(why_starts_the_date_that_it_explains),
		cmocka_unit_test(why_goes_to_the_root_cause),
		cmocka_unit_test(help_scrolls_and_closes_by_its_own_key),
		cmocka_unit_test(the_matrix_moves_by_days_gaps_and_months),
		cmocka_unit_test(no_key_is_dead),
		cmocka_unit_test(signals_act_without_a_keymap),
		cmocka_unit_test(random_keys_lead_nowhere_bad),
		cmocka_unit_test(rows_are_asked_for_by_a_key_and_by_nothing_else),
		cmocka_unit_test(a_retry_from_the_events_asks_first),
		cmocka_unit_test(a_retry_of_a_script_from_the_events_asks_by_its_command_alone),
		cmocka_unit_test(rows_leaf_through_the_gaps_and_lead_to_why_and_back),
	};
	return RUN(tests);
}
