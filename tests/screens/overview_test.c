#include "tests/test.h"

#include "tests/screens/support/golden.h"
#include "tests/screens/support/scenes.h"
#include "tui/parts.h"
#include "tui/status.h"

static void the_hand_off_at_every_size_and_in_every_form(void **state)
{
	(void)state;
	struct stage *stage = scene_set("handoff");
	golden_check_sizes(stage, "overview-handoff");
	golden_check_forms(stage, "overview-handoff");
	stage_free(stage);
}

static void the_middle_of_a_run_at_every_size_and_in_every_form(void **state)
{
	(void)state;
	struct stage *stage = scene_set("middle");
	golden_check_sizes(stage, "overview-middle");
	golden_check_forms(stage, "overview-middle");
	stage_free(stage);
}

static void every_other_situation(void **state)
{
	(void)state;
	static const char *const names[] = {"unchecked", "ready", "complete", "failures",
		"read-only", "unreachable", "paused", "outside", "one-day", "season",
		"sixty-tables", "long-names"};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct stage *stage = scene_set(names[i]);
		char *name = memory_format("overview-%s", names[i]);
		golden_check(stage, name, 80, 24, GOLDEN_UNICODE);
		golden_check(stage, name, 120, 40, GOLDEN_UNICODE);
		free(name);
		stage_free(stage);
	}
}

static void small_screens_keep_what_matters(void **state)
{
	(void)state;
	static const int sizes[][2] = {{59, 24}, {80, 14}, {40, 8}, {39, 20}, {30, 5}, {100, 24}};
	struct stage *stage = scene_set("middle");
	for (size_t i = 0; i < ARRAY_COUNT(sizes); i++)
		golden_check(stage, "overview-middle", sizes[i][0], sizes[i][1], GOLDEN_UNICODE);
	stage_free(stage);
}

static void tab_brings_gaps_and_events_to_a_small_screen(void **state)
{
	(void)state;
	struct stage *stage = scene_set("middle");
	assert_false(stage_shows(stage, "root causes"));
	stage_action(stage, ACTION_NEXT_PANE, 0, NULL);
	golden_check(stage, "overview-gaps", 80, 24, GOLDEN_UNICODE);
	golden_check(stage, "overview-gaps", 120, 40, GOLDEN_UNICODE);
	golden_check_forms(stage, "overview-gaps");
	stage_action(stage, ACTION_NEXT_PANE, 0, NULL);
	golden_check(stage, "overview-events", 80, 24, GOLDEN_UNICODE);
	stage_action(stage, ACTION_NEXT_PANE, 0, NULL);
	assert_true(stage_shows(stage, "log: upcoming_player_game_context"));
	stage_free(stage);
}

static void the_header_counts_every_cell_once(void **state)
{
	(void)state;
	struct stage *stage = scene_set("middle");
	struct table_summary total = coverage_total(stage->model->coverage);
	stage_size(stage, 200, 60);
	for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
		char text[48];
		snprintf(text, sizeof(text), " %d %s", total.by_verdict[verdict],
			verdict_word((enum verdict)verdict));
		bool counted = verdict != VERDICT_OFF && verdict != VERDICT_BOOTSTRAP &&
			       total.by_verdict[verdict] > 0;
		if (stage_shows(stage, text) != counted)
			fail_msg("'%s' is %sin the header", text, counted ? "not " : "");
	}
	stage_free(stage);
}

static void the_line_above_the_keys_says_what_needs_the_operator(void **state)
{
	(void)state;
	static const struct {
		const char *scene, *text;
	} rows[] = {{"middle", "needs you: pdc 11-13 failed (r retry)  tdza 11-16 thin (r retry)"},
		{"failures", "needs you: tdza 11-09..14 failed (r retry)  and 2 more"},
		{"handoff", "auto-launch on   coverage checked 56s ago"},
		{"ready", "S starts everything that is ready"},
		{"complete", "everything expected is complete"},
		{"read-only", "read-only: backcourt of naji on pts/3, pid 48121"},
		{"unreachable", "cannot read warehouse.db: disk I/O error (5898)"},
		{"unchecked", "reading the coverage"},
		{"import", "importing shots_2021-22.csv.gz: 34%"}};
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct stage *stage = scene_set(rows[i].scene);
		if (stage_row_of(stage, rows[i].text) != 22)
			fail_msg("%s does not say: %s", rows[i].scene, rows[i].text);
		stage_free(stage);
	}
}

static void a_message_gives_way_to_what_needs_the_operator(void **state)
{
	(void)state;
	struct stage *stage = scene_set("middle");
	struct event event = {.kind = EVENT_MESSAGE};
	text_copy(event.message.text, sizeof(event.message.text), "copied");
	stage_apply(stage, &event);
	assert_int_equal(stage_row_of(stage, "copied"), 22);
	assert_false(stage_shows(stage, "needs you"));
	stage_apply(stage, &(struct event){.kind = EVENT_CLOCK, .at_ms = STAGE_NOW_MS + 9000});
	assert_true(stage_shows(stage, "needs you"));
	stage_free(stage);
}

/* Twelve minutes without a line: the pipeline's limit is ten. */
static void a_table_that_hangs_is_loud(void **state)
{
	(void)state;
	struct stage *stage = scene_set("handoff");
	stage_apply(stage, &(struct event){.kind = EVENT_CLOCK, .at_ms = STAGE_NOW_MS + 590000});
	assert_false(stage_shows(stage, "SILENT"));
	stage_apply(stage, &(struct event){.kind = EVENT_CLOCK, .at_ms = STAGE_NOW_MS + 720000});
	stage_log(stage, "upgc", date_of(2021, 11, 17), 'I', "alive");
	stage->model->tables[pipeline_find(stage->pipeline, "upgc")].last_output_ms =
		STAGE_NOW_MS + 719000;
	assert_true(stage_row_of(stage, "SILENT") > 0);
	assert_true(stage_shows(stage, "needs you: utgc silent 12m00 (X kill)  and 2 more"));
	golden_check(stage, "overview-silent", 120, 40, GOLDEN_UNICODE);
	assert_true(stage_shows(stage, "11-20 silent 12m00"));
	int row = stage_row_of(stage, "upcoming_player_game_context");
	assert_int_equal(canvas_at(stage->canvas, 37, row)->pen.role, ROLE_STATE_RUNNING);
	stage_free(stage);
}

/* Every root cause is one line with its rank and its numbers, as far as there are rows. */
static void root_causes_are_listed_by_what_they_free(void **state)
{
	(void)state;
	struct stage *stage = scene_set("failures");
	const struct causes *causes = model_causes(stage->model);
	stage_size(stage, 200, 60);
	assert_int_equal(causes->count, 7);
	int above = stage_row_of(stage, "table state      cells holds frees");
	assert_true(above > 0);
	for (size_t i = 0; i < causes->count; i++) {
		const struct cause *cause = &causes->items[i];
		char line[64];
		snprintf(line, sizeof(line), "%-5s %-10s%6d%6d%6d",
			stage->pipeline->tables[cause->table].short_name,
			verdict_word(cause->verdict), cause->cells, cause->holds_up, cause->frees);
		assert_int_equal(stage_row_of(stage, line), ++above);
	}
	assert_true(stage_shows(stage, "root causes: 7"));
	assert_true(stage_shows(stage, "76 cells held up"));
	stage_free(stage);
}

static void what_no_run_can_cure_says_that_it_needs_you(void **state)
{
	(void)state;
	struct stage *stage = scene_set("ready");
	stage_fail(stage, "pgs", date_of(2021, 11, 3), "SCHEMA: no column points");
	stage_size(stage, 200, 60);
	assert_true(stage_shows(stage, "needs you  "));
	stage_apply(stage, &(struct event){.kind = EVENT_CLOCK, .at_ms = STAGE_NOW_MS + 20000});
	assert_true(stage_shows(stage, "needs you: pgs 11-03 failed (w why)"));
	stage_free(stage);
}

static void badges_tell_what_holds_for_the_whole_console(void **state)
{
	(void)state;
	struct stage *stage = scene_set("read-only");
	assert_int_equal(stage_row_of(stage, "READ-ONLY"), 0);
	stage->model->is_emulated = true;
	assert_int_equal(stage_row_of(stage, "EMULATOR, READ-ONLY"), 0);
	stage->model->read_only = false;
	for (int view = VIEW_OVERVIEW; view < VIEW_COUNT; view++) {
		stage->model->view.view = (enum view_id)view;
		assert_int_equal(stage_row_of(stage, "backcourt  EMULATOR"), 0);
	}
	stage_free(stage);
	stage = scene_set("paused");
	assert_int_equal(stage_row_of(stage, "backcourt  PAUSED"), 0);
	stage_action(stage, ACTION_QUIT_STOP, 0, NULL);
	assert_int_equal(stage_row_of(stage, "LEAVING"), 0);
	stage_free(stage);
}

static void the_selected_table_is_always_shown(void **state)
{
	(void)state;
	static const int sizes[][2] = {{200, 60}, {120, 40}, {80, 24}, {50, 10}, {40, 8}};
	struct stage *stage = scene_set("sixty-tables");
	for (size_t s = 0; s < ARRAY_COUNT(sizes); s++)
		for (size_t i = 0; i < stage->pipeline->table_count; i++) {
			const char *name = stage->pipeline->tables[stage->pipeline->order[i]].name;
			stage->model->view.table = i;
			stage_size(stage, sizes[s][0], sizes[s][1]);
			if (!stage_shows(stage, name))
				fail_msg(
					"%s is not shown at %dx%d", name, sizes[s][0], sizes[s][1]);
		}
	stage_free(stage);
}

static int count_cells(const struct canvas *canvas, int y, enum role role)
{
	int count = 0;
	for (int x = 0; x < canvas->width; x++)
		count += canvas_at(canvas, x, y)->pen.role == role;
	return count;
}

/* One more date changes the bar, in a bar of far fewer columns than dates. */
static void the_bar_moves_by_less_than_a_column(void **state)
{
	(void)state;
	struct canvas *canvas = canvas_new(10, 1);
	struct buffer before = {0}, after = {0};
	canvas_set_glyphs(canvas, NULL, false);
	for (int done = 1; done < 80; done++) {
		buffer_clear(&before);
		buffer_clear(&after);
		part_bar(canvas, 0, 0, 10, done / 80.0, 0);
		canvas_dump(canvas, &before);
		part_bar(canvas, 0, 0, 10, (done + 1) / 80.0 + 1e-9, 0);
		canvas_dump(canvas, &after);
		assert_string_not_equal(buffer_text(&before), buffer_text(&after));
	}
	buffer_release(&before);
	buffer_release(&after);
	canvas_free(canvas);
}

static void a_bar_shows_what_is_begun_and_is_full_only_when_all_is_done(void **state)
{
	(void)state;
	struct canvas *canvas = canvas_new(10, 1);
	canvas_set_glyphs(canvas, NULL, false);
	part_bar(canvas, 0, 0, 10, 0.0001, 0);
	assert_int_equal(count_cells(canvas, 0, ROLE_BAR), 1);
	part_bar(canvas, 0, 0, 10, 0.9999, 0);
	assert_int_not_equal(canvas_at(canvas, 9, 0)->glyph, canvas->glyphs[GLYPH_BAR_FULL]);
	part_bar(canvas, 0, 0, 10, 0.98, 0.0199);
	assert_int_not_equal(canvas_at(canvas, 9, 0)->pen.ground, ROLE_BAR_INNER);
	part_bar(canvas, 0, 0, 10, 1, 0);
	assert_int_equal(count_cells(canvas, 0, ROLE_BAR_DONE), 10);
	part_bar(canvas, 0, 0, 10, 0.25, 0.5);
	assert_int_equal(canvas_at(canvas, 2, 0)->pen.ground, ROLE_BAR_INNER);
	assert_int_equal(count_cells(canvas, 0, ROLE_BAR), 3);
	assert_int_equal(count_cells(canvas, 0, ROLE_BAR_INNER), 5);
	assert_int_equal(count_cells(canvas, 0, ROLE_BAR_TRACK), 2);
	canvas_free(canvas);
}

/* Where days share a column the height, or in ASCII the digit, says how many are complete. */
static void shared_columns_show_tenths(void **state)
{
	(void)state;
	struct canvas *canvas = canvas_new(1, 1);
	for (int form = 0; form < 2; form++)
		for (int done = 1; done < 10; done++) {
			canvas_set_glyphs(canvas, NULL, form == 1);
			part_cell(canvas, 0, 0, VERDICT_PARTIAL,
				(struct part_cell_options){.complete = done, .expected = 10});
			uint32_t glyph = canvas_at(canvas, 0, 0)->glyph;
			if (form == 1)
				assert_int_equal(glyph, '0' + done);
			else
				assert_int_equal(glyph, 0x2581 + (done - 1) * STRIP_PARTS / 9);
		}
	canvas_free(canvas);
}

/* The goal of the hand-off, as @ shows it: what is grey for ever is said, what is left is counted.
 */
static void the_first_days_of_the_season_say_that_phase_4_is_bootstrap(void **state)
{
	(void)state;
	struct stage *stage = scene_set("goal");
	static const int sizes[][2] = {{80, 24}, {120, 40}, {200, 60}};
	for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
		stage_size(stage, sizes[i][0], sizes[i][1]);
		assert_true(
			stage_shows(stage, "all of it is bootstrap for Phase 4; Phase 3 3 of 14"));
	}
	for (size_t table = 0; table < stage->pipeline->table_count; table++)
		if (stage->pipeline->tables[table].phase == 4)
			assert_int_equal(coverage_summary(stage->model->coverage, table)
						 .by_verdict[VERDICT_BOOTSTRAP],
				14);
	golden_check_sizes(stage, "overview-goal");
	stage_free(stage);
	stage = scene_set("middle"); /* of the whole range it is not so */
	assert_false(stage_shows(stage, "all of it is bootstrap"));
	stage_free(stage);
}

static void hours_to_go_show_when_and_how_late_it_may_be(void **state)
{
	(void)state;
	struct stage *stage = scene_set("middle");
	scene_make_long(stage);
	golden_check_sizes(stage, "overview-long-run");
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hours_to_go_show_when_and_how_late_it_may_be),
		cmocka_unit_test(the_hand_off_at_every_size_and_in_every_form),
		cmocka_unit_test(the_middle_of_a_run_at_every_size_and_in_every_form),
		cmocka_unit_test(every_other_situation),
		cmocka_unit_test(small_screens_keep_what_matters),
		cmocka_unit_test(tab_brings_gaps_and_events_to_a_small_screen),
		cmocka_unit_test(the_header_counts_every_cell_once),
		cmocka_unit_test(the_line_above_the_keys_says_what_needs_the_operator),
		cmocka_unit_test(a_message_gives_way_to_what_needs_the_operator),
		cmocka_unit_test(a_table_that_hangs_is_loud),
		cmocka_unit_test(root_causes_are_listed_by_what_they_free),
		cmocka_unit_test(what_no_run_can_cure_says_that_it_needs_you),
		cmocka_unit_test(badges_tell_what_holds_for_the_whole_console),
		cmocka_unit_test(the_selected_table_is_always_shown),
		cmocka_unit_test(the_bar_moves_by_less_than_a_column),
		cmocka_unit_test(a_bar_shows_what_is_begun_and_is_full_only_when_all_is_done),
		cmocka_unit_test(shared_columns_show_tenths),
		cmocka_unit_test(the_first_days_of_the_season_say_that_phase_4_is_bootstrap),
	};
	return RUN(tests);
}
