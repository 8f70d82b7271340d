#include "tests/test.h"

#include "coverage/why.h"
#include "tests/support/world.h"

/* low reads top and is guarded by guard; last reads low; past looks back on guard; picky's job
 * wants 5 rows of top, which has 4 on a day with two games; after reads picky. Day 3 is an off day.
 */
static const char pipeline_text[] =
	"{\"version\": 1, \"name\": \"whys\", \"calendar\": {\"bootstrap_days\": 1, \"seasons\": "
	"[{\"name\": \"2021-22\", \"first\": \"2021-10-19\", \"last\": \"2022-04-10\"}]}, "
	"\"tables\": [{\"name\": \"top\", \"expect\": {\"per_game\": 2}}, "
	"{\"name\": \"guard\", \"expect\": {\"constant\": 10, \"min\": 9}}, "
	"{\"name\": \"low\", \"bootstrap\": true, \"expect\": {\"same_as\": \"top\", "
	"\"min_ratio\": 0.5}, \"upstreams\": [\"top\"], \"guards\": [\"guard\"]}, "
	"{\"name\": \"last\", \"expect\": {\"at_least_previous\": true}, \"upstreams\": "
	"[\"low\"]}, "
	"{\"name\": \"past\", \"expect\": {\"per_game\": 2}, \"history\": [{\"table\": \"guard\", "
	"\"days\": 2}]}, "
	"{\"name\": \"picky\", \"upstreams\": [\"top\"], \"job\": "
	"{\"executor\": \"command\", \"argv\": [\"x\"], \"requires\": {\"top\": 5}}}, "
	"{\"name\": \"after\", \"upstreams\": [\"picky\"]}]}";
enum { TOP, GUARD, LOW, LAST, PAST, PICKY, AFTER };

static struct world open_world(void)
{
	struct world world;
	world_open(&world, pipeline_text, "333.32");
	return world;
}

static void expect_text(struct world *world, size_t table, int day,
	const struct why_setting *setting, const char *expected)
{
	struct why why;
	struct error err;
	struct buffer text = {0};
	coverage_judge(world->coverage);
	assert_true(why_find(world->coverage, table, world_day(world, day), setting, &why, &err));
	why_say(world->coverage, &why, &text);
	assert_string_equal(buffer_text(&text), expected);
	buffer_release(&text);
	why_release(&why);
}

static void a_blocked_cell_leads_to_its_root_cause(void **state)
{
	(void)state;
	struct world world = open_world();
	const struct eta_speed speeds[] = {{.date_ms = 1000}, {.date_ms = 5000}, {.date_ms = 30000},
		{.date_ms = 400000}, {.date_ms = 1}, {.date_ms = 1}, {.date_ms = 1}};
	world_write(&world, GUARD, world_day(&world, 1), 10);
	coverage_set_attempt(world.coverage, TOP, world_day(&world, 1), ATTEMPT_FAILED,
		"PROCESSING_ERROR: boom", 61000);
	expect_text(&world, LAST, 1,
		&(struct why_setting){.now_ms = 4000000, .auto_launch = true, .speeds = speeds},
		"last 2021-10-20 x BLOCKED_UPSTREAM_MISSING\n"
		"blocked by low: blocked itself by top\n"
		"because low 2021-10-20 x blocked by top: failed, PROCESSING_ERROR: boom\n"
		"        top 2021-10-20 ! the newest attempt failed: PROCESSING_ERROR: boom\n"
		"expectation: at least 1 row\n"
		"warehouse: 0 rows (66 min ago)\n"
		"ledger: no attempt is known\n"
		"upstream: low: blocked\n"
		"not an off day: 3 games\n"
		"not an excuse: there is none\n"
		"not a run under way: none of ours computes it or waits to\n"
		"next: nothing by itself: top 2021-10-20 has to be run; this can start by itself "
		"then\n"
		"repair: backcourt run top low last --range 2021-10-20 # about 7 min\n");
	world_close(&world);
}

static void a_failure_says_what_it_holds_up(void **state)
{
	(void)state;
	struct world world = open_world();
	coverage_set_attempt(world.coverage, GUARD, world_day(&world, 1), ATTEMPT_FAILED,
		"SCHEMA: no such column", 61000);
	expect_text(&world, GUARD, 1, &(struct why_setting){0},
		"guard 2021-10-20 ! FAILED\n"
		"the newest attempt failed: SCHEMA: no such column\n"
		"expectation: 10 rows; 9 will do\n"
		"warehouse: 0 rows\n"
		"ledger: the newest attempt failed: SCHEMA: no such column\n"
		"not an off day: 3 games\n"
		"not an excuse: there is none\n"
		"not a run under way: none of ours computes it or waits to\n"
		"not a cut write: the newest attempt ended outside of it\n"
		"holds up: 3 cells (low 1, last 1, past 1)\n"
		"next: nothing by itself: it needs you; no run cures it\n");
	world_close(&world);
}

static void a_stale_cell_names_what_is_newer(void **state)
{
	(void)state;
	struct world world = open_world();
	date_t date = world_day(&world, 2);
	world_write(&world, TOP, date, 6);
	world_write(&world, GUARD, date, 10);
	world_write(&world, LOW, date, 6);
	world_write(&world, TOP, date, 6);
	expect_text(&world, LOW, 2, &(struct why_setting){.now_ms = 2500},
		"low 2021-10-21 ~ STALE_UPSTREAM_NEWER\n"
		"stale: top was written later\n"
		"because top 2021-10-21 # complete: 6 rows of 6\n"
		"expectation: 3 to 6 rows: 50 to 100 % of the rows of top\n"
		"warehouse: 6 rows, 6 different keys, receipt 3 (0 s ago)\n"
		"ledger: no attempt is known\n"
		"upstream: top: complete, receipt 4; this was computed from 1 (1 s ago)\n"
		"guard: guard: complete, receipt 2; this was computed from 2 (1 s ago)\n"
		"not an off day: 3 games\n"
		"not bootstrap: day 3 of the season, after the first 1\n"
		"not an excuse: there is none\n"
		"not duplicates: 6 rows, as many different keys\n"
		"not a run under way: none of ours computes it or waits to\n"
		"not upstreams and guards: all 2 are complete or not expected\n"
		"holds up: 1 cell (last 1)\n"
		"next: nothing by itself: it can start now, when you start it\n"
		"repair: backcourt run low --range 2021-10-21\n");
	world_close(&world);
}

static void what_reads_a_stale_cell_says_that_that_one_is_stale(void **state)
{
	(void)state;
	struct world world = open_world();
	date_t date = world_day(&world, 2);
	const size_t written[] = {TOP, GUARD, LOW, LAST, TOP};
	for (size_t i = 0; i < ARRAY_COUNT(written); i++)
		world_write(&world, written[i], date, written[i] == GUARD ? 10 : 6);
	coverage_judge(world.coverage);
	struct why why;
	struct error err;
	assert_true(why_find(world.coverage, LAST, date, &(struct why_setting){0}, &why, &err));
	assert_string_equal(why.sentence, "stale: low is stale itself");
	/* top and guard are right: no command runs them again */
	assert_string_equal(why.command, "backcourt run low last --range 2021-10-21");
	why_release(&why);
	world_close(&world);
}

static void a_cell_without_a_past_leads_to_another_date(void **state)
{
	(void)state;
	struct world world = open_world();
	struct why why;
	struct error err;
	coverage_judge(world.coverage);
	assert_true(why_find(
		world.coverage, PAST, world_day(&world, 4), &(struct why_setting){0}, &why, &err));
	assert_int_equal(why.link_count, 1);
	assert_int_equal(why.links[0].table, GUARD);
	assert_int_equal(why.links[0].date, world_day(&world, 2)); /* over the off day */
	assert_string_equal(why.command, "backcourt run guard past --range 2021-10-21,2021-10-23");
	why_release(&why);
	world_close(&world);
}

static void what_the_job_refuses_has_no_command(void **state)
{
	(void)state;
	struct world world = open_world();
	struct why why;
	struct error err;
	world_write(&world, TOP, world_day(&world, 5), 4);
	coverage_judge(world.coverage);
	assert_true(why_find(world.coverage, PICKY, world_day(&world, 5),
		&(struct why_setting){.auto_launch = true}, &why, &err));
	assert_int_equal(why.reason, REASON_BLOCKED_JOB_MINIMUM);
	assert_string_equal(why.command, "");
	assert_string_equal(why.next, "nothing by itself: it needs you; no run cures it");
	why_release(&why);
	world_close(&world);
}

static void what_waits_for_a_refusal_does_not_claim_that_it_can_start(void **state)
{
	(void)state;
	struct world world = open_world();
	struct why why;
	struct error err;
	date_t date = world_day(&world, 5);
	coverage_judge(world.coverage);
	assert_true(why_find(world.coverage, AFTER, date, &(struct why_setting){0}, &why, &err));
	assert_string_equal(why.next,
		"nothing by itself: top 2021-10-24 has to be run, but then the "
		"job of picky refuses fewer than 5 rows of top; there are 0");
	why_release(&why);
	world_write(&world, TOP, date, 4);
	coverage_judge(world.coverage);
	assert_true(why_find(world.coverage, AFTER, date, &(struct why_setting){0}, &why, &err));
	assert_string_equal(
		why.next, "nothing by itself: picky 2021-10-24 needs you; no run cures it");
	assert_string_equal(why.command, "");
	why_release(&why);
	world_close(&world);
}

static void expect_next(struct world *world, size_t table, int day,
	const struct why_setting *setting, const char *next)
{
	struct why why;
	struct error err;
	coverage_judge(world->coverage);
	assert_true(why_find(world->coverage, table, world_day(world, day), setting, &why, &err));
	assert_string_equal(why.next, next);
	why_release(&why);
}

static void what_happens_next_depends_on_who_works(void **state)
{
	(void)state;
	static const struct why_setting by_hand = {0}, by_itself = {.auto_launch = true},
					paused = {.paused = true};
	struct world world = open_world();
	date_t date = world_day(&world, 1);
	expect_next(&world, TOP, 1, &by_itself,
		"nothing by itself: it can start now, when you start it");
	expect_next(&world, TOP, 1, &paused, "nothing while the table is paused");
	expect_next(&world, TOP, 3, &by_hand, "nothing: no rows are expected");
	coverage_set_attempt(world.coverage, TOP, date, ATTEMPT_QUEUED, "", 1);
	expect_next(&world, TOP, 1, &by_hand, "it starts when a worker is free");
	expect_next(&world, TOP, 1, &paused, "it starts when the table is no longer paused");
	coverage_set_attempt(world.coverage, TOP, date, ATTEMPT_RUNNING, "", 1);
	coverage_set_progress(world.coverage, TOP, date, 3, 30);
	expect_next(&world, TOP, 1, &by_hand,
		"its rows are checked when it ends; 4 cells wait for that");
	expect_next(&world, LOW, 1, &by_itself,
		"top 2021-10-20 is running; when it is complete, this can start by itself");
	expect_next(&world, LOW, 1, &by_hand,
		"top 2021-10-20 is running; start this one when it is complete, or switch "
		"auto-launch on");
	coverage_set_attempt(world.coverage, LOW, date, ATTEMPT_QUEUED, "", 1);
	expect_next(&world, LOW, 1, &by_itself,
		"it starts when top 2021-10-20 is complete; now it is running");
	coverage_set_attempt(world.coverage, LOW, date, ATTEMPT_NONE, "", 1);
	coverage_set_attempt(world.coverage, TOP, date, ATTEMPT_FAILED, "SCHEMA: x", 1);
	expect_next(&world, LOW, 1, &by_itself,
		"nothing by itself: top 2021-10-20 needs you; no run cures it");
	coverage_set_attempt(world.coverage, TOP, date, ATTEMPT_NONE, "", 1);
	world_write(&world, TOP, date, 6);
	world_write(&world, GUARD, date, 10);
	expect_next(&world, LOW, 1, &by_itself,
		"it can start now: by itself after a run of what it reads, or when you start it");
	world_write(&world, LOW, date, 6);
	expect_next(&world, LOW, 1, &by_itself, "nothing: it is complete");
	coverage_set_unknown(world.coverage);
	expect_next(&world, LOW, 1, &by_itself, "a refresh asks the witnesses again");
	world_close(&world);
}

static void a_cell_outside_the_range_is_an_error(void **state)
{
	(void)state;
	struct world world = open_world();
	struct why why;
	struct error err;
	assert_false(why_find(
		world.coverage, TOP, world_day(&world, 6), &(struct why_setting){0}, &why, &err));
	assert_string_equal(err.text, "2021-10-25 lies outside the range 2021-10-19..2021-10-24");
	world_close(&world);
}

/* The chain ends at a cell that waits for nothing; every gap has a command or says who is needed.
 */
static void every_cell_of_every_world_can_be_asked(void **state)
{
	(void)state;
	uint32_t worlds = world_count(300);
	for (uint32_t seed = 1; seed <= worlds; seed++) {
		struct world world;
		world_random_hard(&world, seed);
		world_litter(&world);
		world_trouble(&world);
		const struct coverage *coverage = world.coverage;
		for (size_t i = 0; i < coverage->pipeline->table_count * (size_t)coverage->days;
			i++) {
			size_t table = i / (size_t)coverage->days;
			date_t date = world_day(&world, (int)(i % (size_t)coverage->days));
			struct why why;
			struct error err;
			struct buffer text = {0};
			enum reason reason;
			int because;
			assert_true(why_find(
				coverage, table, date, &(struct why_setting){0}, &why, &err));
			why_say(coverage, &why, &text);
			assert_true(text.length > 0 && why.next[0] != '\0');
			assert_true(why.fact_count >= 3);
			if (why.command[0] != '\0' && !verdict_is_gap(why.verdict))
				fail_msg("seed %u: a command for %s", seed,
					verdict_word(why.verdict));
			if (why.link_count > 0) {
				const struct why_link *root = &why.links[why.link_count - 1];
				if (!verdict_opens_gate(root->verdict) &&
					!coverage_gate(coverage, root->table, root->date, &reason,
						&because))
					fail_msg("seed %u: the chain of table %zu day %zu ends "
						 "at a closed gate (%s)",
						seed, table, i % (size_t)coverage->days,
						reason_word(reason));
			}
			buffer_release(&text);
			why_release(&why);
		}
		world_close(&world);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_blocked_cell_leads_to_its_root_cause),
		cmocka_unit_test(a_failure_says_what_it_holds_up),
		cmocka_unit_test(a_stale_cell_names_what_is_newer),
		cmocka_unit_test(what_reads_a_stale_cell_says_that_that_one_is_stale),
		cmocka_unit_test(what_waits_for_a_refusal_does_not_claim_that_it_can_start),
		cmocka_unit_test(a_cell_without_a_past_leads_to_another_date),
		cmocka_unit_test(what_the_job_refuses_has_no_command),
		cmocka_unit_test(what_happens_next_depends_on_who_works),
		cmocka_unit_test(a_cell_outside_the_range_is_an_error),
		cmocka_unit_test(every_cell_of_every_world_can_be_asked),
	};
	return RUN(tests);
}
