#include "tests/test.h"

#include "jobs/launch_preview.h"
#include "jobs/run_files.h"
#include "tests/screens/support/keys.h"
#include "tests/screens/support/scenes.h"
#include "tests/screens/support/stage.h"
#include "tui/dialogs.h"

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
			struct stage *stage = stage_middle();
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
			struct stage *stage = stage_middle();
			press(stage, (char[]){*view, '\0'});
			bool changes = press(stage, keys[i]).kind == WISH_WORKERS;
			assert_int_equal(changes, strchr("124", *view) != NULL);
			stage_free(stage);
		}
}

static void switches_wish_the_opposite_of_what_is(void **state)
{
	(void)state;
	struct stage *stage = stage_middle();
	assert_true(press(stage, "p").flag);
	assert_true(press(stage, "P").flag);
	assert_false(press(stage, "a").flag);
	assert_int_equal(press(stage, "+").number, 1);
	assert_int_equal(press(stage, "-").number, -1);
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
	struct stage *stage = stage_middle();
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
	struct stage *stage = stage_middle();
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
	stage = stage_middle(); /* native work */
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
	case WISH_SETTING:
	case WISH_WRITE_SETTING:
	case WISH_IMPORT_SAMPLE:
	case WISH_REPAIR:
	case WISH_EXCUSE:
	case WISH_LEAVE:
	case WISH_DETACH:
		return true;
	case WISH_RESUME: /* false: what is left stays where it is */
		return wish->flag;
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
	for (int dialog = DIALOG_NONE; dialog < DIALOG_COUNT; dialog++)
		for (int view = VIEW_OVERVIEW; view < VIEW_COUNT; view++) {
			struct stage *stage = stage_middle();
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

/* Whatever was opened or set: one Esc takes it back, another leads to the Overview, no more. */
static void Esc_always_leads_back(void **state)
{
	(void)state;
	static const char *const ways[][6] = {{"2"}, {"3"}, {"4"}, {"5"}, {"6"}, {"7"}, {"3", "w"},
		{"3", "Space"}, {"2", "/", "x", "Enter"}, {"2", "&", "x", "Enter"},
		{"6", "&", "x", "Enter"}, {"4", ":"}, {"1", "?"}};
	for (size_t i = 0; i < ARRAY_COUNT(ways); i++) {
		struct stage *stage = stage_middle();
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
		if (row->where == 'D' || row->where == 'T' || row->where == 'S')
			continue;
		struct stage *stage = stage_middle();
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
	struct stage *stage = stage_middle();
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
		struct stage *stage = stage_middle();
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
		cmocka_unit_test(Esc_always_leads_back),
		cmocka_unit_test(no_key_is_dead),
		cmocka_unit_test(signals_act_without_a_keymap),
		cmocka_unit_test(random_keys_lead_nowhere_bad),
		cmocka_unit_test(a_retry_of_a_script_from_the_events_asks_by_its_command_alone),
	};
	return RUN(tests);
}
