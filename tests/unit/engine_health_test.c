/* Looking at the tables, and mending them, by the engine's workers. */
#include "tests/support/engine_lab.h"
#include "tests/test.h"

#include "base/path.h"

#define FINDING "data-hash:team_offense_game_summary"

static struct engine_lab open_lab(struct engine_lab_options options)
{
	struct engine_lab lab;
	engine_lab_open(&lab, &options);
	engine_lab_read(&lab, lab.pipeline->range);
	return lab;
}

static bool health_came(const struct engine_lab *lab)
{
	return lab->seen_count[EVENT_HEALTH] > 0;
}

static void look(struct engine_lab *lab)
{
	lab->seen_count[EVENT_HEALTH] = 0;
	engine_look_at_health(lab->engine, lab->pipeline->range);
	engine_look_at_health(lab->engine, lab->pipeline->range); /* one is enough */
	assert_false(engine_is_idle(lab->engine));
	engine_lab_until(lab, health_came, "the health");
}

static void mend(struct engine_lab *lab, const char *id)
{
	lab->seen_count[EVENT_HEALTH] = 0;
	engine_repair(lab->engine, lab->pipeline->range, id);
	engine_lab_until(lab, health_came, "the repair");
}

static void findings_come_and_go_with_what_is_wrong(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){0});
	look(&lab);
	assert_true(lab.model->health.was_seen);
	assert_null(health_find(&lab.model->health.findings, FINDING));
	engine_lab_sql(&lab, "ALTER TABLE nba_analytics__team_offense_game_summary DROP COLUMN "
			     "data_hash");
	look(&lab);
	assert_non_null(health_find(&lab.model->health.findings, FINDING));
	mend(&lab, FINDING);
	assert_null(health_find(&lab.model->health.findings, FINDING));
	assert_string_equal(lab.model->message, FINDING " is mended");
	assert_true(engine_is_idle(lab.engine));
	engine_lab_close(&lab);
}

static void a_repair_of_nothing_says_so_and_keeps_what_is_known(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){0});
	look(&lab);
	size_t count = lab.model->health.findings.count;
	mend(&lab, "types:nothing");
	assert_non_null(strstr(lab.model->message, "no finding"));
	assert_int_equal(lab.model->health.findings.count, count);
	assert_string_equal(lab.model->health.trouble, "");
	engine_lab_close(&lab);
}

static void who_only_reads_looks_and_mends_nothing(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){.read_only = true});
	engine_lab_sql(&lab, "ALTER TABLE nba_analytics__team_offense_game_summary DROP COLUMN "
			     "data_hash");
	look(&lab);
	mend(&lab, FINDING);
	assert_non_null(strstr(lab.model->message, "read-only"));
	look(&lab);
	assert_non_null(health_find(&lab.model->health.findings, FINDING));
	engine_lab_close(&lab);
}

static void a_warehouse_that_is_gone_is_trouble_and_no_health(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){0});
	assert_int_equal(unlink(lab.path), 0);
	look(&lab);
	assert_false(lab.model->health.was_seen);
	assert_true(lab.model->health.trouble[0] != '\0');
	assert_false(lab.model->health.is_looking);
	engine_lab_close(&lab);
}

static void nothing_is_looked_at_while_leaving(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){0});
	engine_look_at_health(lab.engine, lab.pipeline->range);
	engine_leave(lab.engine, LEAVE_AFTER_DATES);
	engine_lab_until_idle(&lab);
	int count = lab.seen_count[EVENT_HEALTH];
	assert_int_equal(count, 1); /* told, whatever came of it */
	engine_look_at_health(lab.engine, lab.pipeline->range);
	engine_repair(lab.engine, lab.pipeline->range, FINDING);
	assert_true(engine_is_idle(lab.engine));
	engine_lab_close(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(findings_come_and_go_with_what_is_wrong),
		cmocka_unit_test(a_repair_of_nothing_says_so_and_keeps_what_is_known),
		cmocka_unit_test(who_only_reads_looks_and_mends_nothing),
		cmocka_unit_test(a_warehouse_that_is_gone_is_trouble_and_no_health),
		cmocka_unit_test(nothing_is_looked_at_while_leaving),
	};
	return RUN(tests);
}
