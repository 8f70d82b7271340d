/* One test per row of the table of verdicts (design: coverage, Verdicts), and their precedence. */
#include "tests/test.h"

#include "tests/support/world.h"

/* Two games a day; "low" is what is looked at: it reads "base", "guard" guards it, it wants 10 rows
 * (9 will do) with at most a fifth of c NULL, and a hundredth of pace. Day 3 is an off day. */
static const char pipeline_text[] =
	"{\"version\": 1, \"name\": \"verdicts\", \"calendar\": {\"bootstrap_days\": 2, "
	"\"seasons\": [{\"name\": \"S\", \"first\": \"2021-10-19\", \"last\": \"2022-04-10\"}]}, "
	"\"tables\": [{\"name\": \"base\", \"expect\": {\"per_game\": 2}}, "
	"{\"name\": \"guard\", \"expect\": {\"per_game\": 2}}, "
	"{\"name\": \"low\", \"bootstrap\": true, \"expect\": {\"constant\": 10, \"min\": 9}, "
	"\"critical\": [{\"column\": \"c\", \"max_null_ratio\": 0.2}, "
	"{\"column\": \"pace\", \"max_null_ratio\": 0.01}], "
	"\"upstreams\": [\"base\"], \"guards\": [\"guard\"], "
	"\"first_date\": {\"S\": \"2021-10-22\"}}, "
	"{\"name\": \"picky\", \"expect\": {\"constant\": 10}, \"upstreams\": [\"base\"], "
	"\"job\": {\"executor\": \"command\", \"argv\": [\"x\"], \"requires\": {\"base\": 5}}}, "
	"{\"name\": \"twin\", \"expect\": {\"same_as\": \"low\", \"min_ratio\": 0.5}, "
	"\"upstreams\": [\"low\"]}, "
	"{\"name\": \"cousin\", \"expect\": {\"same_as\": \"low\", \"min_ratio\": 0.5}}]}";

enum { BASE, GUARD, LOW, PICKY, TWIN, COUSIN };
#define OFF_DAY 3
#define DAY	5

static struct world open_world(void)
{
	struct world world;
	world_open(&world, pipeline_text, "222.2222");
	return world;
}

static struct cell *cell_at(const struct world *world, size_t table, int day)
{
	return coverage_cell(world->coverage, table, world_day(world, day));
}

static void expect_at(
	struct world *world, size_t table, int day, enum verdict verdict, enum reason reason)
{
	coverage_judge(world->coverage);
	const struct cell *cell = cell_at(world, table, day);
	if (cell->verdict != verdict || cell->reason != reason)
		fail_msg("%s day %d is %s %s, not %s %s", world->pipeline->tables[table].name, day,
			verdict_word(cell->verdict), reason_word(cell->reason),
			verdict_word(verdict), reason_word(reason));
}

static void expect(struct world *world, enum verdict verdict, enum reason reason)
{
	expect_at(world, LOW, DAY, verdict, reason);
}

static void expect_words(struct world *world, size_t table, int day, const char *words)
{
	struct buffer text = {0};
	coverage_judge(world->coverage);
	coverage_explain(world->coverage, table, world_day(world, day), &text);
	assert_string_equal(buffer_text(&text), words);
	buffer_release(&text);
}

static void write_at(struct world *world, size_t table, int day, int64_t rows)
{
	world_write(world, table, world_day(world, day), rows);
	coverage_judge(world->coverage);
}

static void fill_upstreams(struct world *world, int day)
{
	write_at(world, BASE, day, 4);
	write_at(world, GUARD, day, 4);
}

static void attempt(struct world *world, enum attempt_state state, int64_t at_ms)
{
	coverage_set_attempt(
		world->coverage, LOW, world_day(world, DAY), state, "CATEGORY: why", at_ms);
}

static void count(struct world *world, int64_t rows, int64_t distinct_keys, int64_t nulls)
{
	size_t layouts[] = {LOW};
	struct day_count item = {
		.date = world_day(world, DAY), .rows = rows, .distinct_keys = distinct_keys};
	int64_t of_columns[] = {nulls, 0};
	struct day_counts counts = {
		.items = &item, .count = 1, .nulls = of_columns, .null_count = 2};
	coverage_set_counts(world->coverage, &counts, layouts, 1, 5000);
}

static void excuse(struct world *world, int day, const char *words, date_t until)
{
	struct excuse one = {
		.table = LOW, .date = world_day(world, day), .until = until, .words = words};
	coverage_set_excuse(world->coverage, &one);
}

static void complete_rows_pass_the_rule_and_are_fresh(void **state)
{
	(void)state;
	struct world world = open_world();
	fill_upstreams(&world, DAY);
	write_at(&world, LOW, DAY, 9);
	expect(&world, VERDICT_COMPLETE, REASON_COMPLETE);
	write_at(&world, LOW, DAY, 10);
	expect(&world, VERDICT_COMPLETE, REASON_COMPLETE);
	expect_words(&world, LOW, DAY, "complete: 10 rows, 9 to 10 expected");
	world_close(&world);
}

static void thin_is_too_few_rows_or_too_many_nulls(void **state)
{
	(void)state;
	struct world world = open_world();
	fill_upstreams(&world, DAY);
	write_at(&world, LOW, DAY, 8);
	expect(&world, VERDICT_THIN, REASON_THIN_ROWS);
	attempt(&world, ATTEMPT_SUCCEEDED, 3000);
	expect_words(
		&world, LOW, DAY, "thin: 8 rows, 9 to 10 expected; but its run reported success");
	count(&world, 10, 10, 2);
	expect(&world, VERDICT_COMPLETE, REASON_COMPLETE);
	count(&world, 10, 10, 3);
	expect(&world, VERDICT_THIN, REASON_NULL_CRITICAL);
	expect_words(&world, LOW, DAY,
		"thin: 10 rows, 9 to 10 expected; but its run reported success; c is NULL in 3 of "
		"10 rows, 30 % (20 % allowed)");
	world_close(&world);
}

static void set_receipt_with_nulls(struct world *world, const char *nulls)
{
	struct receipt receipt = world_receipt(world, LOW, world_day(world, DAY), 10);
	text_copy(receipt.nulls, sizeof(receipt.nulls), nulls);
	coverage_set_receipt(world->coverage, &receipt, 2000);
}

static void every_critical_column_has_its_own_ratio(void **state)
{
	(void)state;
	struct world world = open_world();
	fill_upstreams(&world, DAY);
	set_receipt_with_nulls(&world, "pace:0 c:2");
	expect(&world, VERDICT_COMPLETE, REASON_COMPLETE);
	assert_false(coverage_lacks_nulls(world.coverage));
	set_receipt_with_nulls(&world, "c:2 pace:1");
	expect(&world, VERDICT_THIN, REASON_NULL_CRITICAL);
	assert_int_equal(cell_at(&world, LOW, DAY)->null_column, 1);
	expect_words(&world, LOW, DAY,
		"thin: 10 rows, 9 to 10 expected; pace is NULL in 1 of 10 rows, 10 % (1 % "
		"allowed)");
	set_receipt_with_nulls(&world, "c:5 pace:5");
	expect_words(&world, LOW, DAY,
		"thin: 10 rows, 9 to 10 expected; c is NULL in 5 of 10 rows, 50 % (20 % allowed); "
		"pace is NULL in 5 of 10 rows, 50 % (1 % allowed)");
	expect_at(&world, TWIN, DAY, VERDICT_BLOCKED, REASON_BLOCKED_UPSTREAM_THIN);
	world_close(&world);
}

static void a_receipt_names_the_columns_that_it_tells_of(void **state)
{
	(void)state;
	char names[RECEIPT_NULLS_BYTES];
	const char *columns[3] = {NULL};
	struct receipt receipt = {.nulls = "pace:12 threes:0"};
	assert_int_equal(receipt_null_columns(&receipt, names, columns, 3), 2);
	assert_string_equal(columns[0], "pace");
	assert_string_equal(columns[1], "threes");
	assert_int_equal(receipt_null_columns(&receipt, names, columns, 1), 1);
	receipt.nulls[0] = '\0';
	assert_int_equal(receipt_null_columns(&receipt, names, columns, 3), 0);
}

/* As those of an older backcourt, or of another list of critical columns. */
static void nulls_that_were_not_counted_are_not_zero(void **state)
{
	(void)state;
	struct world world = open_world();
	date_t date = world_day(&world, DAY);
	fill_upstreams(&world, DAY);
	set_receipt_with_nulls(&world, "");
	assert_int_equal(coverage_nulls(world.coverage, LOW, date, 0), -1);
	assert_true(coverage_lacks_nulls(world.coverage));
	set_receipt_with_nulls(&world, "c:0 spacex:1");
	assert_int_equal(coverage_nulls(world.coverage, LOW, date, 0), 0);
	assert_int_equal(coverage_nulls(world.coverage, LOW, date, 1), -1);
	assert_true(coverage_lacks_nulls(world.coverage));
	count(&world, 10, 10, 0);
	assert_false(coverage_lacks_nulls(world.coverage));
	world_close(&world);
}

static void empty_is_a_success_without_rows(void **state)
{
	(void)state;
	struct world world = open_world();
	fill_upstreams(&world, DAY);
	expect(&world, VERDICT_READY, REASON_NEVER_RUN);
	attempt(&world, ATTEMPT_SUCCEEDED, 3000);
	expect(&world, VERDICT_EMPTY, REASON_EMPTY_SUCCESS);
	attempt(&world, ATTEMPT_NONE, 0);
	write_at(&world, LOW, DAY, 0);
	expect(&world, VERDICT_EMPTY, REASON_EMPTY_SUCCESS);
	write_at(&world, LOW, DAY, 10);
	count(&world, 0, 0, 0); /* the rows vanished behind the receipt */
	expect(&world, VERDICT_EMPTY, REASON_EMPTY_SUCCESS);
	world_close(&world);
}

static void duplicate_is_more_rows_than_keys_else_more_than_the_rule_allows(void **state)
{
	(void)state;
	struct world world = open_world();
	fill_upstreams(&world, DAY);
	count(&world, 10, 5, 0); /* as many rows as expected, but twice the same */
	expect(&world, VERDICT_DUPLICATE, REASON_DUPLICATE_ROWS);
	expect_words(
		&world, LOW, DAY, "duplicate: 10 rows, 9 to 10 expected, 5 different keys, 2.0x");
	count(&world, 40, -1, 0);
	expect(&world, VERDICT_DUPLICATE, REASON_THICK_ROWS);
	expect_words(&world, LOW, DAY, "too many: 40 rows, 9 to 10 expected, 4.0x");
	count(&world, 11, 11, 0);
	expect(&world, VERDICT_DUPLICATE, REASON_THICK_ROWS);
	world_close(&world);
}

static void stale_is_an_upstream_or_guard_written_later(void **state)
{
	(void)state;
	for (size_t other = BASE; other <= GUARD; other++) {
		struct world world = open_world();
		fill_upstreams(&world, DAY);
		write_at(&world, LOW, DAY, 10);
		write_at(&world, other, DAY, 4);
		expect(&world, VERDICT_STALE, REASON_STALE_UPSTREAM_NEWER);
		assert_int_equal(cell_at(&world, LOW, DAY)->because, other);
		write_at(&world, LOW, DAY, 10);
		expect(&world, VERDICT_COMPLETE, REASON_COMPLETE);
		world_close(&world);
	}
}

static void an_upstream_found_unchanged_makes_nothing_stale(void **state)
{
	(void)state;
	struct world world = open_world();
	fill_upstreams(&world, DAY);
	struct receipt receipt = world_receipt(&world, BASE, world_day(&world, DAY), 4);
	coverage_set_receipt(world.coverage, &receipt, 2000);
	write_at(&world, LOW, DAY, 10);
	receipt.verified_ms = 9000; /* the same sequence: the rows had the same hash */
	coverage_set_receipt(world.coverage, &receipt, 9000);
	expect(&world, VERDICT_COMPLETE, REASON_COMPLETE);
	world_close(&world);
}

static void without_receipts_the_later_write_time_makes_stale(void **state)
{
	(void)state;
	struct world world = open_world();
	fill_upstreams(&world, DAY);
	write_at(&world, LOW, DAY, 10);
	for (size_t table = BASE; table <= LOW; table++)
		cell_at(&world, table, DAY)->has_receipt = false;
	expect(&world, VERDICT_COMPLETE, REASON_COMPLETE);
	cell_at(&world, BASE, DAY)->written_ms = cell_at(&world, LOW, DAY)->written_ms + 1;
	expect(&world, VERDICT_STALE, REASON_STALE_UPSTREAM_NEWER);
	cell_at(&world, BASE, DAY)->written_ms = 0; /* a counts file knows no times */
	expect(&world, VERDICT_COMPLETE, REASON_COMPLETE);
	world_close(&world);
}

static void stale_is_computed_while_an_upstream_was_missing_or_thin(void **state)
{
	(void)state;
	struct world world = open_world();
	write_at(&world, BASE, DAY, 4);
	write_at(&world, LOW, DAY, 10);
	expect(&world, VERDICT_STALE, REASON_STALE_COMPUTED_ON_THIN);
	assert_int_equal(cell_at(&world, LOW, DAY)->because, GUARD);
	expect_words(&world, LOW, DAY, "stale: computed while guard was missing or thin");
	write_at(&world, GUARD, DAY, 4); /* it is there now, and was not then */
	expect(&world, VERDICT_STALE, REASON_STALE_COMPUTED_ON_THIN);
	write_at(&world, LOW, DAY, 10);
	expect(&world, VERDICT_COMPLETE, REASON_COMPLETE);
	static const int64_t wrong[] = {0, 3, 8};
	for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
		write_at(&world, BASE, DAY, wrong[i]);
		write_at(&world, LOW, DAY, 10);
		expect(&world, VERDICT_STALE, REASON_STALE_COMPUTED_ON_THIN);
	}
	/* It stays so while the upstream is worked on. */
	coverage_set_attempt(
		world.coverage, BASE, world_day(&world, DAY), ATTEMPT_RUNNING, "", 4000);
	expect(&world, VERDICT_STALE, REASON_STALE_COMPUTED_ON_THIN);
	world_close(&world);
}

static void stale_goes_down_the_chain(void **state)
{
	(void)state;
	struct world world = open_world();
	fill_upstreams(&world, DAY);
	write_at(&world, LOW, DAY, 10);
	write_at(&world, TWIN, DAY, 10);
	expect_at(&world, TWIN, DAY, VERDICT_COMPLETE, REASON_COMPLETE);
	write_at(&world, BASE, DAY, 4);
	expect_at(&world, TWIN, DAY, VERDICT_STALE, REASON_STALE_UPSTREAM_NEWER);
	attempt(&world, ATTEMPT_QUEUED, 4000);
	expect_at(&world, TWIN, DAY, VERDICT_STALE, REASON_STALE_UPSTREAM_NEWER);
	attempt(&world, ATTEMPT_SUSPECT, 4000);
	expect_at(&world, TWIN, DAY, VERDICT_STALE, REASON_STALE_COMPUTED_ON_THIN);
	world_close(&world);
}

static void suspect_is_cut_while_it_was_written_whatever_the_rows(void **state)
{
	(void)state;
	struct world world = open_world();
	fill_upstreams(&world, DAY);
	attempt(&world, ATTEMPT_SUSPECT, 3000);
	expect(&world, VERDICT_SUSPECT, REASON_INTERRUPTED_IN_WRITE);
	write_at(&world, LOW, DAY, 10); /* receipts of this world are from 1000 ms on */
	expect(&world, VERDICT_SUSPECT, REASON_INTERRUPTED_IN_WRITE);
	world_close(&world);
}

static void running_and_queued_beat_what_the_rows_say(void **state)
{
	(void)state;
	struct world world = open_world();
	fill_upstreams(&world, DAY);
	write_at(&world, LOW, DAY, 20);
	attempt(&world, ATTEMPT_RUNNING, 3000);
	expect(&world, VERDICT_RUNNING, REASON_RUNNING);
	coverage_set_progress(world.coverage, LOW, world_day(&world, DAY), 3, 30);
	expect_words(&world, LOW, DAY, "being computed now, 3 of 30");
	attempt(&world, ATTEMPT_QUEUED, 3000);
	expect(&world, VERDICT_QUEUED, REASON_QUEUED);
	world_close(&world);
}

static void ready_never_ran_and_everything_above_is_complete_or_excused(void **state)
{
	(void)state;
	struct world world = open_world();
	expect_at(&world, BASE, DAY, VERDICT_READY, REASON_NEVER_RUN);
	fill_upstreams(&world, DAY);
	expect(&world, VERDICT_READY, REASON_NEVER_RUN);
	struct excuse no_base = {.table = BASE,
		.date = world_day(&world, 6),
		.until = DATE_NONE,
		.words = "no data (mk)"};
	coverage_set_excuse(world.coverage, &no_base);
	write_at(&world, GUARD, 6, 4);
	expect_at(&world, LOW, 6, VERDICT_READY, REASON_NEVER_RUN);
	world_close(&world);
}

static void blocked_names_what_the_upstream_is(void **state)
{
	(void)state;
	static const struct {
		int64_t rows; /* -1: none */
		enum attempt_state state;
		enum reason reason;
	} cases[] = {
		{-1, ATTEMPT_NONE, REASON_BLOCKED_UPSTREAM_MISSING},
		{2, ATTEMPT_NONE, REASON_BLOCKED_UPSTREAM_THIN},
		{0, ATTEMPT_NONE, REASON_BLOCKED_UPSTREAM_THIN},
		{8, ATTEMPT_NONE, REASON_BLOCKED_UPSTREAM_THIN},
		{-1, ATTEMPT_FAILED, REASON_BLOCKED_UPSTREAM_FAILED},
		{-1, ATTEMPT_TIMED_OUT, REASON_BLOCKED_UPSTREAM_FAILED},
		{-1, ATTEMPT_KILLED, REASON_BLOCKED_UPSTREAM_FAILED},
		{-1, ATTEMPT_LOST, REASON_BLOCKED_UPSTREAM_FAILED},
		{4, ATTEMPT_SUSPECT, REASON_BLOCKED_UPSTREAM_FAILED},
		{-1, ATTEMPT_RUNNING, REASON_BLOCKED_UPSTREAM_RUNNING},
		{4, ATTEMPT_QUEUED, REASON_BLOCKED_UPSTREAM_RUNNING},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct world world = open_world();
		write_at(&world, GUARD, DAY, 4);
		if (cases[i].rows >= 0)
			write_at(&world, BASE, DAY, cases[i].rows);
		coverage_set_attempt(
			world.coverage, BASE, world_day(&world, DAY), cases[i].state, "", 3000);
		expect(&world, VERDICT_BLOCKED, cases[i].reason);
		assert_int_equal(cell_at(&world, LOW, DAY)->because, BASE);
		world_close(&world);
	}
}

static void blocked_by_a_guard_or_by_a_stale_upstream(void **state)
{
	(void)state;
	struct world world = open_world();
	write_at(&world, BASE, DAY, 4);
	expect(&world, VERDICT_BLOCKED, REASON_BLOCKED_GUARD);
	expect_words(&world, LOW, DAY, "blocked by its guard guard: ready to be built");
	write_at(&world, GUARD, DAY, 4);
	write_at(&world, LOW, DAY, 10);
	write_at(&world, BASE, DAY, 4);
	expect_at(&world, TWIN, DAY, VERDICT_BLOCKED, REASON_BLOCKED_UPSTREAM_STALE);
	world_close(&world);
}

static void blocked_by_what_the_job_itself_demands(void **state)
{
	(void)state;
	struct world world = open_world();
	expect_at(&world, PICKY, DAY, VERDICT_BLOCKED, REASON_BLOCKED_UPSTREAM_MISSING);
	write_at(&world, BASE, DAY, 4); /* complete, and too few for the job */
	expect_at(&world, PICKY, DAY, VERDICT_BLOCKED, REASON_BLOCKED_JOB_MINIMUM);
	expect_words(&world, PICKY, DAY,
		"blocked: the job refuses fewer than 5 rows of base; there are 4");
	world_close(&world);
}

static void failed_and_killed_say_how(void **state)
{
	(void)state;
	static const struct {
		enum attempt_state state;
		enum verdict verdict;
		enum reason reason;
		const char *words;
	} cases[] = {
		{ATTEMPT_FAILED, VERDICT_FAILED, REASON_FAILED,
			"the newest attempt failed: CATEGORY: why"},
		{ATTEMPT_TIMED_OUT, VERDICT_FAILED, REASON_TIMEOUT,
			"the newest attempt took too long: CATEGORY: why"},
		{ATTEMPT_KILLED, VERDICT_KILLED, REASON_KILLED,
			"stopped before it was written: CATEGORY: why"},
		{ATTEMPT_LOST, VERDICT_KILLED, REASON_LOST,
			"nobody saw the end of the newest attempt: CATEGORY: why"},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct world world = open_world();
		attempt(&world, cases[i].state, 3000);
		expect(&world, cases[i].verdict, cases[i].reason); /* whatever lies above */
		fill_upstreams(&world, DAY);
		expect(&world, cases[i].verdict, cases[i].reason);
		write_at(&world, LOW, DAY, 3); /* beats thin */
		expect(&world, cases[i].verdict, cases[i].reason);
		expect_words(&world, LOW, DAY, cases[i].words);
		world_close(&world);
	}
}

static void a_failure_over_rows_that_pass_is_a_disagreement(void **state)
{
	(void)state;
	struct world world = open_world();
	fill_upstreams(&world, DAY);
	write_at(&world, LOW, DAY, 10);
	attempt(&world, ATTEMPT_FAILED, 3000);
	expect(&world, VERDICT_COMPLETE, REASON_LEDGER_DISAGREES);
	expect_words(&world, LOW, DAY,
		"complete: 10 rows, 9 to 10 expected; but the newest attempt failed: CATEGORY: "
		"why");
	attempt(&world, ATTEMPT_TIMED_OUT, 3000);
	expect(&world, VERDICT_COMPLETE, REASON_LEDGER_DISAGREES);
	world_close(&world);
}

static void a_receipt_newer_than_the_newest_attempt_is_the_truth(void **state)
{
	(void)state;
	struct world world = open_world();
	fill_upstreams(&world, DAY);
	struct receipt receipt = world_receipt(&world, LOW, world_day(&world, DAY), 10);
	receipt.verified_ms = 3001;
	coverage_set_receipt(world.coverage, &receipt, 4000);
	static const enum attempt_state states[] = {
		ATTEMPT_FAILED, ATTEMPT_TIMED_OUT, ATTEMPT_KILLED, ATTEMPT_LOST, ATTEMPT_SUSPECT};
	for (size_t i = 0; i < ARRAY_COUNT(states); i++) {
		attempt(&world, states[i], 3000);
		expect(&world, VERDICT_COMPLETE, REASON_COMPLETE);
	}
	attempt(&world, ATTEMPT_SUSPECT, 3002);
	expect(&world, VERDICT_SUSPECT, REASON_INTERRUPTED_IN_WRITE);
	attempt(&world, ATTEMPT_RUNNING, 3000);
	expect(&world, VERDICT_RUNNING, REASON_RUNNING);
	world_close(&world);
}

static void off_days_and_bootstrap_expect_nothing_and_show_rows_that_are_there(void **state)
{
	(void)state;
	struct world world = open_world();
	expect_at(&world, LOW, OFF_DAY, VERDICT_OFF, REASON_NOT_EXPECTED_OFF_DAY);
	expect_at(&world, LOW, 1, VERDICT_BOOTSTRAP, REASON_BOOTSTRAP);
	expect_at(&world, LOW, 2, VERDICT_BOOTSTRAP, REASON_BOOTSTRAP);	 /* before first_date */
	expect_at(&world, TWIN, 1, VERDICT_BOOTSTRAP, REASON_BOOTSTRAP); /* as many as low */
	write_at(&world, LOW, OFF_DAY, 1);
	expect_words(&world, LOW, OFF_DAY, "no games: nothing expected; 1 row is there");
	write_at(&world, LOW, 1, 7);
	expect_words(&world, LOW, 1, "too early in the season: nothing expected; 7 rows are there");
	assert_int_equal(coverage_summary(world.coverage, LOW).expected, 4);
	world_close(&world);
}

static void an_excuse_holds_until_its_day(void **state)
{
	(void)state;
	struct world world = open_world();
	attempt(&world, ATTEMPT_FAILED, 3000);
	excuse(&world, DAY, "covid (mk)", world_day(&world, 90));
	expect(&world, VERDICT_EXCUSED, REASON_EXCUSED);
	expect_words(&world, LOW, DAY, "excused: covid (mk), until 2022-01-17");
	expect_at(&world, TWIN, DAY, VERDICT_EXCUSED, REASON_EXCUSED); /* as many as none */
	assert_int_equal(coverage_summary(world.coverage, LOW).expected, 3);
	coverage_set_today(world.coverage, world_day(&world, 90));
	expect(&world, VERDICT_EXCUSED, REASON_EXCUSED);
	coverage_set_today(world.coverage, world_day(&world, 91));
	expect(&world, VERDICT_FAILED, REASON_FAILED);
	excuse(&world, DAY, "for good (mk)", DATE_NONE);
	expect(&world, VERDICT_EXCUSED, REASON_EXCUSED);
	excuse(&world, DAY, NULL, DATE_NONE);
	expect(&world, VERDICT_FAILED, REASON_FAILED);
	world_close(&world);
}

static void excuses_of_many_cells_do_not_mix(void **state)
{
	(void)state;
	struct world world = open_world();
	static const int days[] = {6, 4, 7, 5};
	for (size_t i = 0; i < ARRAY_COUNT(days); i++)
		excuse(&world, days[i], "x", DATE_NONE);
	excuse(&world, 6, NULL, DATE_NONE);
	excuse(&world, 99, "outside the range", DATE_NONE);
	coverage_judge(world.coverage);
	for (int day = 4; day <= 7; day++) {
		assert_int_equal(cell_at(&world, LOW, day)->verdict == VERDICT_EXCUSED, day != 6);
		assert_int_not_equal(cell_at(&world, BASE, day)->verdict, VERDICT_EXCUSED);
	}
	assert_null(coverage_excuse(world.coverage, LOW, world_day(&world, 99)));
	world_close(&world);
}

static void what_retention_removed_is_no_gap(void **state)
{
	(void)state;
	struct world world = open_world();
	fill_upstreams(&world, 4);
	coverage_set_retention(world.coverage, LOW, world_day(&world, DAY));
	expect_at(&world, LOW, 4, VERDICT_EXPIRED, REASON_EXPIRED_RETENTION);
	expect_at(&world, LOW, 1, VERDICT_BOOTSTRAP, REASON_BOOTSTRAP);
	expect_at(&world, LOW, DAY, VERDICT_BLOCKED, REASON_BLOCKED_UPSTREAM_MISSING);
	assert_int_equal(coverage_summary(world.coverage, LOW).expected, 3);
	write_at(&world, LOW, 4, 10); /* still there */
	expect_at(&world, LOW, 4, VERDICT_COMPLETE, REASON_COMPLETE);
	world_close(&world);
}

/* The key of the pipeline, counted back from today; the day after takes one date more. */
static void retention_of_the_pipeline_moves_with_the_day(void **state)
{
	(void)state;
	static const char kept[] =
		"{\"version\": 1, \"name\": \"kept\", \"calendar\": {\"bootstrap_days\": 0, "
		"\"seasons\": [{\"name\": \"S\", \"first\": \"2021-10-19\", \"last\": "
		"\"2022-04-10\"}]}, \"tables\": [{\"name\": \"short\", \"expect\": "
		"{\"per_game\": 2}, \"retention_days\": 30}, {\"name\": \"long\", "
		"\"expect\": {\"per_game\": 2}}]}";
	struct world world;
	world_open(&world, kept, "333");
	coverage_judge(world.coverage);
	assert_int_equal(cell_at(&world, 0, 0)->verdict, VERDICT_READY); /* no day is set */
	coverage_set_today(world.coverage, world_day(&world, 31));
	expect_at(&world, 0, 0, VERDICT_EXPIRED, REASON_EXPIRED_RETENTION);
	expect_at(&world, 0, 1, VERDICT_READY, REASON_NEVER_RUN);
	coverage_set_today(world.coverage, world_day(&world, 32));
	expect_at(&world, 0, 1, VERDICT_EXPIRED, REASON_EXPIRED_RETENTION);
	expect_at(&world, 1, 0, VERDICT_READY, REASON_NEVER_RUN);
	world_close(&world);
}

static void unknown_is_said_where_the_witness_that_decides_could_not_be_asked(void **state)
{
	(void)state;
	struct world world = open_world();
	fill_upstreams(&world, DAY);
	write_at(&world, LOW, DAY, 10);
	coverage_set_unknown(world.coverage);
	expect(&world, VERDICT_UNKNOWN, REASON_WITNESS_UNAVAILABLE);
	expect_words(&world, LOW, DAY,
		"unknown: the warehouse could not be asked; 10 rows when it last could");
	expect_at(&world, LOW, OFF_DAY, VERDICT_OFF, REASON_NOT_EXPECTED_OFF_DAY);
	attempt(&world, ATTEMPT_RUNNING, 3000);
	expect(&world, VERDICT_RUNNING, REASON_RUNNING);
	world_close(&world);
}

static void an_unknown_upstream_makes_a_cell_that_never_ran_unknown(void **state)
{
	(void)state;
	struct world world = open_world();
	fill_upstreams(&world, DAY);
	for (size_t unknown = BASE; unknown <= GUARD; unknown++) {
		cell_at(&world, unknown, DAY)->rows_known = false;
		cell_at(&world, BASE + GUARD - unknown, DAY)->rows_known = true;
		cell_at(&world, BASE + GUARD - unknown, DAY)->rows = 1; /* thin besides */
		expect(&world, VERDICT_UNKNOWN, REASON_WITNESS_UNAVAILABLE);
		assert_int_equal(cell_at(&world, LOW, DAY)->because, unknown);
	}
	expect_words(&world, LOW, DAY, "unknown: guard could not be asked or was not checked");
	world_close(&world);
}

static void rows_that_do_not_pass_are_no_measure_for_others(void **state)
{
	(void)state;
	struct world world = open_world();
	fill_upstreams(&world, DAY);
	write_at(&world, TWIN, DAY, 10);
	write_at(&world, COUSIN, DAY, 10);
	expect_at(&world, TWIN, DAY, VERDICT_STALE, REASON_STALE_COMPUTED_ON_THIN);
	expect_at(&world, COUSIN, DAY, VERDICT_UNKNOWN, REASON_WITNESS_UNAVAILABLE);
	expect_words(
		&world, COUSIN, DAY, "unknown: it is to hold as many rows as low, which is ready");
	write_at(&world, LOW, DAY, 10);
	write_at(&world, TWIN, DAY, 5);
	write_at(&world, COUSIN, DAY, 4);
	expect_at(&world, TWIN, DAY, VERDICT_COMPLETE, REASON_COMPLETE);
	expect_at(&world, COUSIN, DAY, VERDICT_THIN, REASON_THIN_ROWS);
	world_close(&world);
}

/* cousin is to hold as many rows as low, and is no neighbour of it otherwise. */
static void judging_what_changed_follows_the_measure_of_a_rule(void **state)
{
	(void)state;
	struct world world = open_world();
	fill_upstreams(&world, DAY);
	write_at(&world, LOW, DAY, 10);
	write_at(&world, COUSIN, DAY, 10);
	expect_at(&world, COUSIN, DAY, VERDICT_COMPLETE, REASON_COMPLETE);
	world_write(&world, LOW, world_day(&world, DAY), 9);
	coverage_judge_changes(world.coverage);
	assert_int_equal(cell_at(&world, COUSIN, DAY)->reason, REASON_THICK_ROWS);
	world_close(&world);
}

static void another_range_keeps_the_evidence(void **state)
{
	(void)state;
	struct world world = open_world();
	fill_upstreams(&world, DAY);
	write_at(&world, LOW, DAY, 10);
	write_at(&world, BASE, DAY, 4);
	attempt(&world, ATTEMPT_FAILED, 3000);
	excuse(&world, 6, "x (mk)", DATE_NONE);
	struct coverage *other = coverage_new(world.pipeline, world.calendar,
		(struct date_range){world_day(&world, 4), world_day(&world, 9)});
	coverage_keep(other, world.coverage);
	coverage_free(world.coverage);
	world.coverage = other;
	expect(&world, VERDICT_STALE, REASON_STALE_UPSTREAM_NEWER);
	assert_string_equal(cell_at(&world, LOW, DAY)->attempt_words, "CATEGORY: why");
	expect_at(&world, LOW, 6, VERDICT_EXCUSED, REASON_EXCUSED);
	assert_null(cell_at(&world, LOW, 3));
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(complete_rows_pass_the_rule_and_are_fresh),
		cmocka_unit_test(thin_is_too_few_rows_or_too_many_nulls),
		cmocka_unit_test(every_critical_column_has_its_own_ratio),
		cmocka_unit_test(a_receipt_names_the_columns_that_it_tells_of),
		cmocka_unit_test(nulls_that_were_not_counted_are_not_zero),
		cmocka_unit_test(empty_is_a_success_without_rows),
		cmocka_unit_test(duplicate_is_more_rows_than_keys_else_more_than_the_rule_allows),
		cmocka_unit_test(stale_is_an_upstream_or_guard_written_later),
		cmocka_unit_test(an_upstream_found_unchanged_makes_nothing_stale),
		cmocka_unit_test(without_receipts_the_later_write_time_makes_stale),
		cmocka_unit_test(stale_is_computed_while_an_upstream_was_missing_or_thin),
		cmocka_unit_test(stale_goes_down_the_chain),
		cmocka_unit_test(suspect_is_cut_while_it_was_written_whatever_the_rows),
		cmocka_unit_test(running_and_queued_beat_what_the_rows_say),
		cmocka_unit_test(ready_never_ran_and_everything_above_is_complete_or_excused),
		cmocka_unit_test(blocked_names_what_the_upstream_is),
		cmocka_unit_test(blocked_by_a_guard_or_by_a_stale_upstream),
		cmocka_unit_test(blocked_by_what_the_job_itself_demands),
		cmocka_unit_test(failed_and_killed_say_how),
		cmocka_unit_test(a_failure_over_rows_that_pass_is_a_disagreement),
		cmocka_unit_test(a_receipt_newer_than_the_newest_attempt_is_the_truth),
		cmocka_unit_test(
			off_days_and_bootstrap_expect_nothing_and_show_rows_that_are_there),
		cmocka_unit_test(an_excuse_holds_until_its_day),
		cmocka_unit_test(excuses_of_many_cells_do_not_mix),
		cmocka_unit_test(what_retention_removed_is_no_gap),
		cmocka_unit_test(retention_of_the_pipeline_moves_with_the_day),
		cmocka_unit_test(unknown_is_said_where_the_witness_that_decides_could_not_be_asked),
		cmocka_unit_test(an_unknown_upstream_makes_a_cell_that_never_ran_unknown),
		cmocka_unit_test(rows_that_do_not_pass_are_no_measure_for_others),
		cmocka_unit_test(judging_what_changed_follows_the_measure_of_a_rule),
		cmocka_unit_test(another_range_keeps_the_evidence),
	};
	return RUN(tests);
}
