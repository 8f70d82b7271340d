#include "tests/test.h"

#include "tests/screens/support/keys.h"
#include "tests/screens/support/golden.h"
#include "tests/screens/support/scenes.h"

static struct stage *calendar_of(const char *scene)
{
	return scene_at(scene, "4", VIEW_CALENDAR);
}

static void a_season_at_every_size_and_in_every_form(void **state)
{
	(void)state;
	struct stage *stage = calendar_of("season");
	stage_select(stage, "upgc");
	press(stage, "]");
	golden_check_sizes(stage, "calendar-season");
	golden_check_forms(stage, "calendar-season");
	stage_free(stage);
}

static void every_metric_in_every_form(void **state)
{
	(void)state;
	static const char *const names[] = {"rows", "age", NULL, "failures"};
	struct stage *stage = calendar_of("failures");
	stage_select(stage, "tdza");
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		press(stage, "m");
		if (names[i] == NULL)
			continue; /* durations have a test of their own */
		char *name = memory_format("calendar-%s", names[i]);
		golden_check_sizes(stage, name);
		golden_check_forms(stage, name);
		free(name);
	}
	press(stage, "m");
	assert_int_equal(stage->model->view.metric, METRIC_STATE);
	stage_free(stage);
}

static void every_other_situation(void **state)
{
	(void)state;
	static const char *const names[] = {"unchecked", "handoff", "one-day", "sixty-tables"};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct stage *stage = calendar_of(names[i]);
		char *name = memory_format("calendar-%s", names[i]);
		golden_check_sizes(stage, name);
		free(name);
		stage_free(stage);
	}
}

/* Every day of the season stands in the row of its weekday and the column of its week. */
static void the_heat_map_shows_the_coverage_day_for_day(void **state)
{
	(void)state;
	struct stage *stage = calendar_of("season");
	stage_select(stage, "upgc");
	stage_size(stage, 120, 40);
	size_t table = model_selected_table(stage->model);
	struct date_range season = model_season_dates(stage->model, 0);
	int monday = stage_row_of(stage, " Mo ");
	int32_t first_week = zoom_unit(ZOOM_WEEK, season.first);
	assert_true(monday > 0);
	assert_int_equal(season.first, stage->model->range.first);
	for (date_t date = season.first; date <= season.last; date++) {
		const struct cell *cell = coverage_cell(stage->model->coverage, table, date);
		int x = 1 + 4 + (zoom_unit(ZOOM_WEEK, date) - first_week) * 3;
		int y = monday + date_weekday(date);
		const struct canvas_cell *shown = canvas_at(stage->canvas, x, y);
		if (date == stage->model->view.date)
			assert_int_equal(shown->pen.role, ROLE_CURSOR);
		else
			assert_int_equal(shown->pen.role, ROLE_OF_VERDICT(cell->verdict));
	}
	stage_free(stage);
}

static void arrows_move_by_days_and_weeks_and_pages_by_tables(void **state)
{
	(void)state;
	struct stage *stage = calendar_of("season");
	date_t date = stage->model->view.date;
	size_t table = stage->model->view.table;
	press(stage, "End");
	assert_int_equal(stage->model->view.date, stage->model->range.last);
	press(stage, "Home");
	press(stage, "Right");
	press(stage, "Down");
	assert_int_equal(stage->model->view.date, stage->model->range.first + 8);
	press(stage, "Left");
	press(stage, "Left");
	assert_int_equal(stage->model->view.date, stage->model->range.first);
	press(stage, "PgDn");
	assert_int_equal(stage->model->view.table, table + 1);
	press(stage, "PgUp");
	assert_int_equal(stage->model->view.table, table);
	press(stage, "]");
	assert_true(stage->model->view.date != date || table > 0);
	press(stage, "Enter");
	assert_int_equal(stage->model->view.view, VIEW_MATRIX);
	stage_free(stage);
}

/* The cells of a season as a worker reads them: `rows` on each of its days but the first week. */
static void read_season(struct stage *stage, size_t season)
{
	struct event event = {.kind = EVENT_SEASON, .at_ms = STAGE_NOW_MS};
	struct date_range dates = model_season_dates(stage->model, season);
	struct raw_days days = {.first_game = dates.first, .last_game = dates.last};
	days.count = (size_t)date_range_days(dates);
	days.items = memory_new_array(days.count, sizeof(*days.items));
	for (size_t i = 0; i < days.count; i++)
		days.items[i] =
			(struct raw_day){.date = dates.first + (date_t)i, .regular_games = 3};
	event.season.number = season;
	event.season.calendar = calendar_new(stage->pipeline, &days);
	event.season.coverage = coverage_new(stage->pipeline, event.season.calendar, dates);
	struct receipts none = {0};
	coverage_set_receipts(event.season.coverage, &none, STAGE_NOW_MS);
	for (date_t date = dates.first + 7; date <= dates.last; date++)
		coverage_set_receipt(event.season.coverage,
			&(struct receipt){.table = "team_offense_game_summary",
				.date = date,
				.rows = 6,
				.distinct_keys = 6,
				.sequence = 1,
				.written_ms = STAGE_NOW_MS,
				.verified_ms = STAGE_NOW_MS},
			STAGE_NOW_MS);
	coverage_judge(event.season.coverage);
	free(days.items);
	stage_apply(stage, &event);
}

static void a_season_outside_the_range_is_unknown_until_it_was_read(void **state)
{
	(void)state;
	struct stage *stage = calendar_of("season");
	size_t count = stage->pipeline->season_count;
	stage_select(stage, "togs");
	stage_size(stage, 120, 40);
	assert_true(model_has_season(stage->model, 0));
	assert_int_equal(model_wanted_season(stage->model, 1), count);
	assert_int_equal(model_wanted_season(stage->model, 4), 1);
	press(stage, ">");
	assert_int_equal(model_wanted_season(stage->model, 1), 1);
	assert_true(stage_shows(stage, "unknown: it is being read"));
	assert_true(stage_shows(stage, "_  _  _"));
	read_season(stage, 1);
	assert_int_equal(model_wanted_season(stage->model, 1), count);
	assert_false(stage_shows(stage, "it is being read"));
	int days = date_range_days(model_season_dates(stage->model, 1));
	char line[64];
	snprintf(line, sizeof(line), "%d of %d dates complete", days - 7, days);
	assert_true(stage_shows(stage, line));
	/* Another answer of the warehouse makes it old: it is asked again. */
	press(stage, "<");
	press(stage, ">");
	stage_apply(stage,
		&(struct event){.kind = EVENT_COVERAGE,
			.at_ms = STAGE_NOW_MS,
			.coverage.range = stage->model->range,
			.coverage.raw_days = {.first_game = DATE_NONE, .last_game = DATE_NONE}});
	assert_int_equal(model_wanted_season(stage->model, 1), 1);
	stage_free(stage);
}

/* Once, and then only after another answer: a warehouse that is down is not asked in a circle. */
static void a_season_that_cannot_be_read_says_why_and_stays_unknown(void **state)
{
	(void)state;
	struct stage *stage = calendar_of("season");
	struct event event = {.kind = EVENT_SEASON, .season.number = 1};
	text_copy(event.season.why, sizeof(event.season.why), "the network is unreachable");
	stage_size(stage, 120, 40);
	press(stage, ">");
	stage_apply(stage, &event);
	assert_true(stage_shows(stage, "the network is unreachable"));
	assert_true(stage_shows(stage, "_  _  _"));
	assert_int_equal(model_wanted_season(stage->model, 1), stage->pipeline->season_count);
	stage_free(stage);
}

static void four_seasons_stand_side_by_side_on_a_wide_screen(void **state)
{
	(void)state;
	struct stage *stage = calendar_of("season");
	stage_select(stage, "togs");
	for (size_t i = 1; i < stage->pipeline->season_count; i++)
		read_season(stage, i);
	golden_check(stage, "calendar-four", 200, 60, GOLDEN_UNICODE);
	stage_free(stage);
}

/* Of each date as the ledger knows it, and of those that this console worked on. */
static void durations_come_from_the_ledger_and_slow_dates_stand_out(void **state)
{
	(void)state;
	struct stage *stage = calendar_of("season");
	struct event event = {.kind = EVENT_HISTORY, .at_ms = STAGE_NOW_MS};
	size_t table = pipeline_find(stage->pipeline, "pcf");
	event.history.items = memory_new_array(40, sizeof(*event.history.items));
	event.history.count = 40;
	for (size_t i = 0; i < 40; i++)
		event.history.items[i] = (struct cell_attempt){.table = table,
			.date = stage->model->range.first + 20 + (date_t)i,
			.state = ATTEMPT_SUCCEEDED,
			.at_ms = 1000 + (int64_t)i,
			.duration_ms = i == 7 ? 1287000 : 360000 + (int64_t)i,
			.rows = -1};
	stage_apply(stage, &event);
	stage_select(stage, "pcf");
	for (int i = 0; i < METRIC_DURATION; i++)
		press(stage, "m");
	assert_int_equal(stage->model->view.metric, METRIC_DURATION);
	stage_size(stage, 120, 40);
	assert_true(stage_shows(stage, "median 6m00, longest 21m27 (2021-11-15)"));
	golden_check_sizes(stage, "calendar-duration");
	golden_check_forms(stage, "calendar-duration");
	stage_free(stage);
}

/* The range is the operator's: the view shows what it has, and offers the season. */
static void the_range_can_be_moved_to_the_season_that_is_shown(void **state)
{
	(void)state;
	struct stage *stage = calendar_of("middle");
	stage_size(stage, 120, 40);
	press(stage, "@");
	assert_string_equal(stage->model->view.typed, "2021-10-19..2022-04-10");
	press(stage, "Esc");
	press(stage, ">");
	assert_int_equal(model_season(stage->model), 1);
	assert_true(stage_shows(stage, "season 2022-23"));
	press(stage, "@");
	struct wish wish = press(stage, "Enter");
	assert_int_equal(wish.kind, WISH_RANGE);
	assert_int_equal(wish.range.first, date_of(2022, 10, 18));
	assert_int_equal(wish.range.last, date_of(2023, 4, 9));
	press(stage, "<");
	assert_int_equal(model_season(stage->model), 0);
	press(stage, "<");
	assert_non_null(strstr(stage->model->message, "no further season"));
	press(stage, ">");
	press(stage, "Right");
	assert_int_equal(model_season(stage->model), 0);
	stage_free(stage);
}

static void months_are_summed_for_the_selected_table(void **state)
{
	(void)state;
	struct stage *stage = calendar_of("season");
	stage_select(stage, "upgc");
	stage_size(stage, 80, 24);
	press(stage, "End");
	assert_true(stage_shows(stage, "2022-03          31         1         0        29"));
	stage_size(stage, 200, 60);
	assert_true(stage_shows(stage, "all tables by month"));
	assert_true(stage_shows(stage, "Mar 22"));
	assert_true(stage_shows(stage, "1/31"));
	stage_free(stage);
}

static void a_pipeline_without_seasons_shows_its_range(void **state)
{
	(void)state;
	static const char json[] =
		"{\"version\":1,\"name\":\"plain\",\"range\":\"2021-10-19..2021-11-30\","
		"\"calendar\":{\"source\":\"schedule\"},\"tables\":[{\"name\":\"one\","
		"\"short\":\"one\",\"phase\":1,\"dataset\":\"d\",\"date_column\":\"day\","
		"\"key\":[\"day\"],\"expect\":{\"constant\":2},"
		"\"job\":{\"executor\":\"native\"}}]}";
	struct error err;
	struct pipeline *pipeline = NULL;
	if (!pipeline_parse(json, strlen(json), "plain", &pipeline, &err)) {
		print_message("# a pipeline must have seasons: %s\n", err.text);
		skip();
	}
	pipeline_free(pipeline);
	struct stage *stage =
		stage_open(json, (struct date_range){date_of(2021, 10, 19), date_of(2021, 11, 30)});
	press(stage, "4");
	press(stage, ">");
	struct date_range dates = model_season_dates(stage->model, model_season(stage->model));
	assert_int_equal(dates.first, stage->model->range.first);
	stage_paint(stage);
	stage_free(stage);
}

/* Nothing was read of the season but the range, which has the second half of November. */
static void a_month_that_was_not_read_is_unknown_and_of_half_of_one_a_count_is_the_least(
	void **state)
{
	(void)state;
	struct stage *stage = scene_at("handoff", "4", VIEW_CALENDAR);
	stage_size(stage, 120, 40);
	assert_true(stage_shows(stage, "2021-11                              14+        0+"));
	assert_true(stage_shows(stage, "2021-12                                ?         ?"));
	stage_size(stage, 200, 60);
	assert_true(stage_shows(stage, "player_composite_factors             ?   0/14+       ?"));
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_month_that_was_not_read_is_unknown_and_of_half_of_one_a_count_is_the_least),
		cmocka_unit_test(a_season_at_every_size_and_in_every_form),
		cmocka_unit_test(every_metric_in_every_form),
		cmocka_unit_test(every_other_situation),
		cmocka_unit_test(the_heat_map_shows_the_coverage_day_for_day),
		cmocka_unit_test(arrows_move_by_days_and_weeks_and_pages_by_tables),
		cmocka_unit_test(a_season_outside_the_range_is_unknown_until_it_was_read),
		cmocka_unit_test(a_season_that_cannot_be_read_says_why_and_stays_unknown),
		cmocka_unit_test(four_seasons_stand_side_by_side_on_a_wide_screen),
		cmocka_unit_test(durations_come_from_the_ledger_and_slow_dates_stand_out),
		cmocka_unit_test(the_range_can_be_moved_to_the_season_that_is_shown),
		cmocka_unit_test(months_are_summed_for_the_selected_table),
		cmocka_unit_test(a_pipeline_without_seasons_shows_its_range),
	};
	return RUN(tests);
}
