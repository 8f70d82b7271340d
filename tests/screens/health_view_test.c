#include "tests/test.h"

#include "tests/screens/support/keys.h"
#include "tests/screens/support/findings.h"
#include "tests/screens/support/golden.h"
#include "tests/screens/support/scenes.h"

/* Puts the cursor on the finding of that id. */
static void go_to(struct stage *stage, const char *id)
{
	press(stage, "g");
	for (size_t i = 0; i < stage->model->health.findings.count; i++) {
		if (strcmp(model_finding(stage->model)->id, id) == 0)
			return;
		press(stage, "j");
	}
	fail_msg("there is no finding %s", id);
}

static void findings_at_every_size_and_in_every_form(void **state)
{
	(void)state;
	struct stage *stage = scene_set("health");
	golden_check_sizes(stage, "health");
	golden_check_forms(stage, "health");
	go_to(stage, "breaker:player_composite_factors");
	golden_check(stage, "health-breaker", 120, 40, GOLDEN_UNICODE);
	press(stage, "Enter");
	golden_check_sizes(stage, "health-finding");
	press(stage, "f");
	golden_check_sizes(stage, "health-fix");
	stage_free(stage);
}

static void every_other_situation(void **state)
{
	(void)state;
	static const char *const names[] = {"health-good", "health-awaited", "health-unknown"};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct stage *stage = scene_set(names[i]);
		golden_check_sizes(stage, names[i]);
		stage_free(stage);
	}
}

/* Looking may cost money: once when it is opened first, then only when it is asked for. */
static void the_tables_are_looked_at_once_and_when_asked_for(void **state)
{
	(void)state;
	struct stage *stage = scene_set("complete");
	assert_int_equal(press(stage, "7").kind, WISH_HEALTH);
	assert_true(stage_shows(stage, "looking at the tables"));
	findings_answer_many(stage);
	for (int i = 0; i < 1000; i++)
		stage_apply(stage, &(struct event){.kind = EVENT_CLOCK});
	assert_int_equal(press(stage, "1").kind, WISH_NONE);
	assert_int_equal(press(stage, "7").kind, WISH_NONE);
	assert_int_equal(press(stage, "^R").kind, WISH_HEALTH);
	assert_true(stage->model->health.is_looking);
	assert_false(stage->model->checking); /* the coverage is not what was asked for */
	press(stage, "1");
	assert_int_equal(press(stage, "^R").kind, WISH_REFRESH);
	stage_free(stage);
}

static void a_look_that_failed_is_no_health(void **state)
{
	(void)state;
	struct stage *stage = scene_set("complete");
	press(stage, "7");
	findings_answer_failure(stage, "BigQuery: no answer");
	assert_true(stage_shows(stage, "BigQuery: no answer"));
	assert_false(stage_shows(stage, "nothing is wrong"));
	press(stage, "1");
	assert_int_equal(press(stage, "7").kind, WISH_HEALTH); /* once more */
	findings_answer_many(stage);
	findings_answer_failure(stage, "BigQuery: no answer");
	stage_size(stage, 120, 40);
	assert_true(stage_shows(stage, "a newer look failed; looked at 12s ago"));
	stage_free(stage);
}

static void nothing_is_mended_without_a_yes(void **state)
{
	(void)state;
	struct stage *stage = scene_set("health");
	go_to(stage, "partitions-expire:player_daily_cache");
	assert_int_equal(press(stage, "f").kind, WISH_NONE);
	assert_int_equal(stage->model->view.dialog, DIALOG_FIX);
	stage_size(stage, 120, 40);
	assert_true(stage_shows(stage, "(partition_expiration_days = NULL)"));
	assert_int_equal(press(stage, "Enter").kind, WISH_NONE); /* Enter alone is no yes */
	assert_int_equal(stage->model->view.dialog, DIALOG_FIX);
	assert_int_equal(press(stage, "n").kind, WISH_NONE);
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	press(stage, "Enter");
	press(stage, "f"); /* from the whole finding too */
	assert_int_equal(press(stage, "y").kind, WISH_REPAIR);
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	stage_free(stage);
}

static void what_cannot_be_mended_asks_nothing(void **state)
{
	(void)state;
	struct stage *stage = scene_set("health");
	go_to(stage, "streaming:team_defense_zone_analysis");
	assert_int_equal(press(stage, "f").kind, WISH_NONE);
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	assert_true(stage_shows(stage, "backcourt does not mend this"));
	stage_free(stage);
}

static void who_only_reads_mends_nothing(void **state)
{
	(void)state;
	struct stage *stage = scene_set("read-only");
	press(stage, "7");
	findings_answer_many(stage);
	press(stage, "f");
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	assert_true(stage_shows(stage, "read-only"));
	stage_free(stage);
}

static void the_cursor_stays_with_its_finding_and_takes_the_table_along(void **state)
{
	(void)state;
	struct stage *stage = scene_set("health");
	go_to(stage, "partitions-expire:player_daily_cache");
	const char *table = stage->pipeline->tables[model_selected_table(stage->model)].name;
	assert_string_equal(table, "player_daily_cache");
	findings_answer_repair(stage, "data-hash:player_game_summary");
	assert_string_equal(
		model_finding(stage->model)->id, "partitions-expire:player_daily_cache");
	assert_true(stage_shows(stage, "data-hash:player_game_summary is mended"));
	findings_answer_none(stage);
	assert_null(model_finding(stage->model));
	assert_int_equal(press(stage, "Enter").kind, WISH_NONE);
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	stage_free(stage);
}

/* A finding that went away while its question was open is not mended. */
static void a_question_whose_finding_is_gone_runs_nothing(void **state)
{
	(void)state;
	struct stage *stage = scene_set("health");
	go_to(stage, "partitions-expire:player_daily_cache");
	press(stage, "f");
	findings_answer_none(stage);
	assert_true(stage_shows(stage, "nothing to mend here any more"));
	assert_int_equal(press(stage, "y").kind, WISH_NONE);
	stage_free(stage);
}

static void filter(struct stage *stage, const char *key, const char *text)
{
	press(stage, key);
	while (stage->model->view.typed[0] != '\0')
		press(stage, "Backspace");
	type(stage, text);
	press(stage, "Enter");
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
}

/* "/" and "&" do the same here; what is hidden is still counted. */
static void the_filter_keeps_what_has_it_or_what_has_it_not(void **state)
{
	(void)state;
	static const struct {
		const char *key, *text;
		bool excludes;
	} rows[] = {{"/", "expire", false}, {"&", "expire", false}, {"/", "!expire", true},
		{"/", "player_daily", false}, {"&", "!error|warning", true}};
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct stage *stage = scene_set("health");
		const struct model_health *health = &stage->model->health;
		size_t count = health->findings.count, kept = 0;
		stage_size(stage, 120, 40);
		filter(stage, rows[i].key, rows[i].text);
		for (size_t row = 0; row < count; row++) {
			const struct health_finding *finding = &health->findings.items[row];
			char *text = memory_format("%s %s %s %s",
				health_severity_word(finding->severity),
				health_kind_name(finding->kind), finding->subject,
				finding->evidence);
			bool has_it = i < 3   ? strstr(text, "expire") != NULL
				      : i < 4 ? strstr(text, "player_daily") != NULL
					      : strstr(text, "error") != NULL ||
							strstr(text, "warning") != NULL;
			assert_int_equal(row < health->shown, has_it != rows[i].excludes);
			kept += has_it != rows[i].excludes;
			free(text);
		}
		assert_true(kept > 0 && kept < count);
		char *note = memory_format("%zu hidden", count - kept);
		assert_true(stage_shows(stage, note));
		assert_true(stage_shows(stage, "2 errors, 9 warnings"));
		press(stage, "G");
		assert_int_equal(stage->model->view.finding, kept - 1);
		press(stage, "Esc");
		assert_int_equal(stage->model->view.view, VIEW_HEALTH);
		assert_int_equal(health->shown, count);
		free(note);
		stage_free(stage);
	}
}

/* While it is typed; Esc goes back to what was kept before, and then to all. */
static void findings_follow_the_filter_while_it_is_typed(void **state)
{
	(void)state;
	struct stage *stage = scene_set("health");
	const struct model_health *health = &stage->model->health;
	filter(stage, "/", "expire");
	size_t kept = health->shown;
	assert_true(kept > 0 && kept < health->findings.count);
	press(stage, "&");
	type(stage, "zzz");
	assert_int_equal(stage->model->view.dialog, DIALOG_SEARCH);
	assert_int_equal(health->shown, 0);
	for (int i = 0; i < 3; i++)
		press(stage, "Backspace");
	assert_int_equal(health->shown, kept);
	type(stage, "nonesuch");
	press(stage, "Esc");
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	assert_string_equal(stage->model->view.lists[VIEW_HEALTH].filter, "expire");
	assert_int_equal(health->shown, kept);
	press(stage, "Esc");
	assert_int_equal(health->shown, health->findings.count);
	assert_int_equal(stage->model->view.view, VIEW_HEALTH);
	stage_free(stage);
}

static void a_filter_that_nothing_passes_is_no_health_and_outlives_a_new_look(void **state)
{
	(void)state;
	struct stage *stage = scene_set("health");
	stage_size(stage, 120, 40);
	filter(stage, "/", "nonesuch");
	assert_null(model_finding(stage->model));
	assert_true(stage_shows(stage, "no finding has that"));
	assert_false(stage_shows(stage, "nothing is wrong"));
	press_all(stage, (const char *const[]){"Down", "G", "PgUp", "n", "F6", "I", NULL});
	assert_int_equal(press(stage, "Enter").kind, WISH_NONE);
	assert_int_equal(press(stage, "f").kind, WISH_NONE);
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	findings_answer_many(stage);
	assert_int_equal(stage->model->health.shown, 0);
	press(stage, "Esc");
	assert_int_equal(stage->model->health.shown, stage->model->health.findings.count);
	assert_non_null(model_finding(stage->model));
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(findings_at_every_size_and_in_every_form),
		cmocka_unit_test(every_other_situation),
		cmocka_unit_test(the_tables_are_looked_at_once_and_when_asked_for),
		cmocka_unit_test(a_look_that_failed_is_no_health),
		cmocka_unit_test(nothing_is_mended_without_a_yes),
		cmocka_unit_test(what_cannot_be_mended_asks_nothing),
		cmocka_unit_test(who_only_reads_mends_nothing),
		cmocka_unit_test(the_cursor_stays_with_its_finding_and_takes_the_table_along),
		cmocka_unit_test(a_question_whose_finding_is_gone_runs_nothing),
		cmocka_unit_test(the_filter_keeps_what_has_it_or_what_has_it_not),
		cmocka_unit_test(findings_follow_the_filter_while_it_is_typed),
		cmocka_unit_test(a_filter_that_nothing_passes_is_no_health_and_outlives_a_new_look),
	};
	return RUN(tests);
}
