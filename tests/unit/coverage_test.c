#include "tests/test.h"

#include "coverage/coverage.h"

/* a and b are upstreams of c; d guards c; e reads the last 3 days of a. Every table expects 2 rows
 * a game; the season starts at day 0 and has a game a day but for day 5. */
static const char small[] =
	"{\"version\": 1, \"name\": \"small\", \"calendar\": {\"bootstrap_days\": 2, \"seasons\":"
	" [{\"name\": \"S\", \"first\": \"2021-10-19\", \"last\": \"2021-10-30\"}]}, \"tables\": ["
	"{\"name\": \"a\", \"expect\": {\"per_game\": 2}},"
	"{\"name\": \"b\", \"expect\": {\"per_game\": 2, \"min\": 1, \"max\": 3}},"
	"{\"name\": \"d\", \"expect\": {\"constant\": 10, \"min\": 9}},"
	"{\"name\": \"c\", \"bootstrap\": true, \"expect\": {\"same_as\": \"b\", \"min_ratio\": "
	"0.5},"
	" \"upstreams\": [\"a\", \"b\"], \"guards\": [\"d\"]},"
	"{\"name\": \"e\", \"expect\": {\"at_least_previous\": true, \"min\": 3},"
	" \"history\": [{\"table\": \"a\", \"days\": 3}]}]}";

enum { A, B, D, C, E };

struct world {
	struct pipeline *pipeline;
	struct calendar *calendar;
	struct coverage *coverage;
	date_t first;
	int64_t sequence;
};

static struct world new_world(void)
{
	struct world world = {.first = date_of(2021, 10, 19)};
	struct error err;
	if (!pipeline_parse(small, sizeof(small) - 1, "small", &world.pipeline, &err))
		fail_msg("%s", err.text);
	struct raw_day days[10];
	size_t count = 0;
	for (int i = 0; i < 10; i++)
		if (i != 5)
			days[count++] = (struct raw_day){.date = world.first + i,
				.regular_games = 4,
				.box_rows = 80,
				.roster_rows = 120};
	struct raw_days raw = {.items = days,
		.count = count,
		.first_game = world.first,
		.last_game = world.first + 9};
	world.calendar = calendar_new(world.pipeline, &raw);
	world.coverage = coverage_new(world.pipeline, world.calendar,
		(struct date_range){world.first - 1, world.first + 11});
	struct receipts none = {0};
	coverage_set_receipts(world.coverage, &none, 1000);
	return world;
}

static void free_world(struct world *world)
{
	coverage_free(world->coverage);
	calendar_free(world->calendar);
	pipeline_free(world->pipeline);
}

static const struct cell *cell_of(const struct world *world, size_t table, int day)
{
	return coverage_cell(world->coverage, table, world->first + day);
}

/* Writes a receipt that was computed from what is there now. */
static void write_rows(struct world *world, size_t table, int day, int64_t rows)
{
	const struct pipeline_table *described = &world->pipeline->tables[table];
	struct receipt receipt = {.date = world->first + day,
		.rows = rows,
		.distinct_keys = rows,
		.sequence = ++world->sequence};
	text_copy(receipt.table, sizeof(receipt.table), described->name);
	for (size_t i = 0; i < pipeline_edge_count(described); i++) {
		size_t other = pipeline_edge(described, i);
		struct receipt_source *source = &receipt.sources[receipt.source_count++];
		text_copy(
			source->table, sizeof(source->table), world->pipeline->tables[other].name);
		source->sequence = cell_of(world, other, day)->sequence;
	}
	coverage_set_receipt(world->coverage, &receipt, 2000);
}

static void expect(
	const struct world *world, size_t table, int day, enum verdict verdict, enum reason reason)
{
	coverage_judge(world->coverage);
	const struct cell *cell = cell_of(world, table, day);
	if (cell->verdict != verdict || cell->reason != reason)
		fail_msg("table %zu day %d is %s %s, not %s %s", table, day,
			verdict_word(cell->verdict), reason_word(cell->reason),
			verdict_word(verdict), reason_word(reason));
}

static void attempt(struct world *world, size_t table, int day, enum attempt_state state)
{
	coverage_set_attempt(world->coverage, table, world->first + day, state, "words", 3000);
}

static void the_calendar_decides_what_is_expected(void **state)
{
	(void)state;
	struct world world = new_world();
	expect(&world, A, 0, VERDICT_READY, REASON_NEVER_RUN);
	expect(&world, A, 5, VERDICT_OFF, REASON_NOT_EXPECTED_OFF_DAY);
	expect(&world, A, -1, VERDICT_OFF, REASON_NOT_EXPECTED_OFF_DAY);
	expect(&world, C, 1, VERDICT_BOOTSTRAP, REASON_BOOTSTRAP);
	expect(&world, C, 2, VERDICT_BLOCKED, REASON_BLOCKED_UPSTREAM_MISSING);
	expect(&world, A, 10, VERDICT_UNKNOWN, REASON_WITNESS_UNAVAILABLE);
	write_rows(&world, A, 5, 3);
	expect(&world, A, 5, VERDICT_OFF, REASON_NOT_EXPECTED_OFF_DAY);
	free_world(&world);
}

static void rows_are_held_against_the_rule(void **state)
{
	(void)state;
	static const struct {
		size_t table;
		int64_t rows;
		enum verdict verdict;
		enum reason reason;
	} cases[] = {
		{A, 8, VERDICT_COMPLETE, REASON_COMPLETE},
		{A, 7, VERDICT_THIN, REASON_THIN_ROWS},
		{A, 9, VERDICT_DUPLICATE, REASON_THICK_ROWS},
		{A, 0, VERDICT_EMPTY, REASON_EMPTY_SUCCESS},
		{B, 4, VERDICT_COMPLETE, REASON_COMPLETE},
		{B, 12, VERDICT_COMPLETE, REASON_COMPLETE},
		{B, 3, VERDICT_THIN, REASON_THIN_ROWS},
		{B, 13, VERDICT_DUPLICATE, REASON_THICK_ROWS},
		{D, 9, VERDICT_COMPLETE, REASON_COMPLETE},
		{D, 8, VERDICT_THIN, REASON_THIN_ROWS},
		{D, 11, VERDICT_DUPLICATE, REASON_THICK_ROWS},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct world world = new_world();
		write_rows(&world, cases[i].table, 3, cases[i].rows);
		expect(&world, cases[i].table, 3, cases[i].verdict, cases[i].reason);
		free_world(&world);
	}
}

static void attempts_decide_where_rows_do_not_pass(void **state)
{
	(void)state;
	struct world world = new_world();
	attempt(&world, A, 3, ATTEMPT_QUEUED);
	expect(&world, A, 3, VERDICT_QUEUED, REASON_QUEUED);
	attempt(&world, A, 3, ATTEMPT_RUNNING);
	expect(&world, A, 3, VERDICT_RUNNING, REASON_RUNNING);
	attempt(&world, A, 3, ATTEMPT_FAILED);
	expect(&world, A, 3, VERDICT_FAILED, REASON_FAILED);
	attempt(&world, A, 3, ATTEMPT_KILLED);
	expect(&world, A, 3, VERDICT_KILLED, REASON_KILLED);
	attempt(&world, A, 3, ATTEMPT_SUSPECT);
	expect(&world, A, 3, VERDICT_SUSPECT, REASON_INTERRUPTED_IN_WRITE);
	attempt(&world, A, 3, ATTEMPT_SUCCEEDED);
	expect(&world, A, 3, VERDICT_EMPTY, REASON_EMPTY_SUCCESS);
	write_rows(&world, A, 3, 8);
	attempt(&world, A, 3, ATTEMPT_FAILED);
	expect(&world, A, 3, VERDICT_COMPLETE, REASON_LEDGER_DISAGREES);
	free_world(&world);
}

static void fill_upstreams(struct world *world, int day)
{
	write_rows(world, A, day, 8);
	write_rows(world, B, day, 8);
	write_rows(world, D, day, 10);
}

static void a_gate_opens_when_upstreams_and_guards_are_complete(void **state)
{
	(void)state;
	struct world world = new_world();
	write_rows(&world, A, 3, 8);
	expect(&world, C, 3, VERDICT_BLOCKED, REASON_BLOCKED_UPSTREAM_MISSING);
	assert_int_equal(cell_of(&world, C, 3)->because, B);
	write_rows(&world, B, 3, 2);
	expect(&world, C, 3, VERDICT_BLOCKED, REASON_BLOCKED_UPSTREAM_THIN);
	write_rows(&world, B, 3, 8);
	expect(&world, C, 3, VERDICT_BLOCKED, REASON_BLOCKED_GUARD);
	attempt(&world, A, 3, ATTEMPT_RUNNING);
	expect(&world, C, 3, VERDICT_BLOCKED, REASON_BLOCKED_UPSTREAM_RUNNING);
	attempt(&world, A, 3, ATTEMPT_NONE);
	write_rows(&world, D, 3, 10);
	expect(&world, C, 3, VERDICT_READY, REASON_NEVER_RUN);
	write_rows(&world, C, 3, 4);
	expect(&world, C, 3, VERDICT_COMPLETE, REASON_COMPLETE);
	free_world(&world);
}

/* Partitions of table a, whose keys a recount would count, as written at that time. */
static void look_over(struct world *world, int day, int64_t rows, int64_t written_ms)
{
	static const size_t table_of_layout[] = {A};
	struct day_counts counts = {.is_overview = true};
	const struct day_count count = {.date = world->first + day,
		.rows = rows,
		.distinct_keys = -1,
		.written_ms = written_ms};
	day_counts_set_keyed(&counts, 0);
	day_counts_put(&counts, &count);
	coverage_set_overview(world->coverage, &counts, table_of_layout, 1, 5000);
	day_counts_release(&counts);
}

static void count_keys(struct world *world, int day, int64_t rows, int64_t keys)
{
	const struct day_count count = {
		.date = world->first + day, .rows = rows, .distinct_keys = keys};
	coverage_set_count(world->coverage, A, &count, NULL, INT64_MAX);
}

/* Rows that would pass are no success while their keys could be counted and are not. */
static void an_overview_alone_is_never_complete(void **state)
{
	(void)state;
	struct world world = new_world();
	write_rows(&world, B, 3, 8);
	write_rows(&world, D, 3, 10);
	look_over(&world, 3, 8, 1500);
	expect(&world, A, 3, VERDICT_UNKNOWN, REASON_WITNESS_UNAVAILABLE);
	expect(&world, C, 3, VERDICT_UNKNOWN, REASON_WITNESS_UNAVAILABLE);
	expect(&world, A, 4, VERDICT_READY, REASON_NEVER_RUN); /* no partition, no rows */
	assert_true(coverage_lacks_nulls(world.coverage));
	struct buffer text = {0};
	coverage_explain(world.coverage, A, world.first + 3, &text);
	assert_string_equal(buffer_text(&text),
		"unknown: 8 rows, as expected, but a recount must tell their keys and NULLs");
	buffer_release(&text);
	attempt(&world, A, 3, ATTEMPT_LOST); /* it was to write a receipt too */
	expect(&world, A, 3, VERDICT_KILLED, REASON_LOST);
	assert_false(coverage_lacks_nulls(world.coverage));
	attempt(&world, A, 3, ATTEMPT_NONE);
	count_keys(&world, 3, 8, 8);
	expect(&world, A, 3, VERDICT_COMPLETE, REASON_COMPLETE);
	expect(&world, C, 3, VERDICT_READY, REASON_NEVER_RUN);
	count_keys(&world, 3, 8, 4);
	expect(&world, A, 3, VERDICT_DUPLICATE, REASON_DUPLICATE_ROWS);
	look_over(&world, 3, 7, 1500);
	expect(&world, A, 3, VERDICT_THIN, REASON_THIN_ROWS);
	look_over(&world, 3, 9, 1500);
	expect(&world, A, 3, VERDICT_DUPLICATE, REASON_THICK_ROWS);
	free_world(&world);
}

static void an_overview_bears_a_receipt_out_or_takes_its_place(void **state)
{
	(void)state;
	struct world world = new_world();
	write_rows(&world, A, 3, 8); /* proved at 2000 */
	coverage_cell(world.coverage, A, world.first + 3)->proved_ms = 2000;
	look_over(&world, 3, 8, 2000 + OVERVIEW_SLACK_MS);
	expect(&world, A, 3, VERDICT_COMPLETE, REASON_COMPLETE);
	look_over(&world, 3, 8, 2001 + OVERVIEW_SLACK_MS); /* somebody else has written */
	expect(&world, A, 3, VERDICT_UNKNOWN, REASON_WITNESS_UNAVAILABLE);
	write_rows(&world, A, 3, 8);
	expect(&world, A, 3, VERDICT_COMPLETE, REASON_COMPLETE);
	look_over(&world, 4, 8, 2000); /* and the rows of day 3 are gone */
	expect(&world, A, 3, VERDICT_READY, REASON_NEVER_RUN);
	write_rows(&world, A, 3, 8);
	struct day_counts gone = {.is_overview = true};
	day_counts_set_missing(&gone, 0);
	coverage_set_overview(world.coverage, &gone, (const size_t[]){A}, 1, 5000);
	expect(&world, A, 3, VERDICT_UNKNOWN, REASON_WITNESS_UNAVAILABLE);
	expect(&world, A, 2, VERDICT_READY, REASON_NEVER_RUN); /* whoever writes makes it */
	free_world(&world);
}

/* Its rows may be of before or of a write that nobody saw end: no count of them clears that up. */
static void a_receipt_that_a_write_has_opened_is_suspect_until_it_is_closed(void **state)
{
	(void)state;
	struct world world = new_world();
	struct receipt opened = {.date = world.first + 3,
		.rows = 8,
		.distinct_keys = 8,
		.sequence = 1,
		.is_open = true,
		.table = "a"};
	write_rows(&world, A, 3, 8);
	write_rows(&world, B, 3, 8);
	write_rows(&world, D, 3, 10);
	write_rows(&world, C, 3, 8);
	expect(&world, C, 3, VERDICT_COMPLETE, REASON_COMPLETE);
	coverage_set_receipt(world.coverage, &opened, 3000);
	expect(&world, A, 3, VERDICT_SUSPECT, REASON_INTERRUPTED_IN_WRITE);
	expect(&world, C, 3, VERDICT_STALE, REASON_STALE_COMPUTED_ON_THIN);
	attempt(&world, A, 3, ATTEMPT_KILLED);
	expect(&world, A, 3, VERDICT_SUSPECT, REASON_INTERRUPTED_IN_WRITE);
	const struct day_count counted = {
		.table = 0, .date = world.first + 3, .rows = 8, .distinct_keys = 8};
	coverage_set_count(world.coverage, A, &counted, NULL, 4000);
	expect(&world, A, 3, VERDICT_SUSPECT, REASON_INTERRUPTED_IN_WRITE);
	attempt(&world, A, 3, ATTEMPT_NONE);
	write_rows(&world, A, 3, 8);
	expect(&world, A, 3, VERDICT_COMPLETE, REASON_COMPLETE);
	expect(&world, C, 3, VERDICT_STALE, REASON_STALE_UPSTREAM_NEWER);
	free_world(&world);
}

/* A first write: rows without a receipt are in doubt then, none at all never came. */
static void an_announced_write_is_suspect_until_a_count_finds_nothing(void **state)
{
	(void)state;
	struct world world = new_world();
	const struct receipt announced = {.date = world.first + 3,
		.rows = -1,
		.distinct_keys = -1,
		.verified_ms = 3000,
		.is_open = true,
		.table = "a"};
	struct day_count counted = {.table = 0, .date = world.first + 3};
	coverage_set_receipt(world.coverage, &announced, 3000);
	expect(&world, A, 3, VERDICT_SUSPECT, REASON_INTERRUPTED_IN_WRITE); /* not counted */
	look_over(&world, 3, 0, 0);
	expect(&world, A, 3, VERDICT_READY, REASON_NEVER_RUN);
	look_over(&world, 3, 8, 4000); /* a load that was under way has landed */
	expect(&world, A, 3, VERDICT_SUSPECT, REASON_INTERRUPTED_IN_WRITE);
	coverage_set_receipt(world.coverage, &announced, 5000);
	coverage_set_count(world.coverage, A, &counted, NULL, 5000);
	expect(&world, A, 3, VERDICT_READY, REASON_NEVER_RUN);
	counted.rows = counted.distinct_keys = 8;
	coverage_set_count(world.coverage, A, &counted, NULL, 6000);
	expect(&world, A, 3, VERDICT_SUSPECT, REASON_INTERRUPTED_IN_WRITE);
	write_rows(&world, A, 3, 8);
	expect(&world, A, 3, VERDICT_COMPLETE, REASON_COMPLETE);
	free_world(&world);
}

static void a_later_upstream_makes_stale_and_a_rerun_ends_it(void **state)
{
	(void)state;
	struct world world = new_world();
	fill_upstreams(&world, 3);
	write_rows(&world, C, 3, 8);
	write_rows(&world, A, 3, 8);
	expect(&world, C, 3, VERDICT_STALE, REASON_STALE_UPSTREAM_NEWER);
	assert_int_equal(cell_of(&world, C, 3)->because, A);
	write_rows(&world, C, 3, 8);
	expect(&world, C, 3, VERDICT_COMPLETE, REASON_COMPLETE);

	write_rows(&world, A, 4, 8);
	write_rows(&world, B, 4, 8);
	write_rows(&world, C, 4, 8);
	expect(&world, C, 4, VERDICT_STALE, REASON_STALE_COMPUTED_ON_THIN);
	write_rows(&world, D, 4, 10);
	expect(&world, C, 4, VERDICT_STALE, REASON_STALE_COMPUTED_ON_THIN);
	free_world(&world);
}

static void an_unknown_never_opens_a_gate(void **state)
{
	(void)state;
	struct world world = new_world();
	fill_upstreams(&world, 3);
	coverage_set_unknown(world.coverage);
	coverage_judge(world.coverage);
	enum reason reason;
	int because;
	for (size_t table = 0; table < 5; table++)
		for (int day = 0; day < 10; day++) {
			assert_int_not_equal(
				cell_of(&world, table, day)->verdict, VERDICT_COMPLETE);
			if (table == C && day >= 2 && day != 5)
				assert_false(coverage_gate(
					world.coverage, C, world.first + day, &reason, &because));
		}
	assert_int_equal(cell_of(&world, A, 3)->rows, 8); /* the last good value stays */
	free_world(&world);
}

static void history_waits_while_its_window_is_worked_on_or_empty(void **state)
{
	(void)state;
	struct world world = new_world();
	expect(&world, E, 0, VERDICT_READY, REASON_NEVER_RUN);
	expect(&world, E, 3, VERDICT_BLOCKED, REASON_BLOCKED_LOOKBACK);
	write_rows(&world, A, 1, 8);
	expect(&world, E, 3, VERDICT_READY, REASON_NEVER_RUN);
	expect(&world, E, 6, VERDICT_BLOCKED, REASON_BLOCKED_LOOKBACK);
	attempt(&world, A, 2, ATTEMPT_QUEUED);
	expect(&world, E, 3, VERDICT_BLOCKED, REASON_BLOCKED_LOOKBACK);
	attempt(&world, A, 2, ATTEMPT_NONE);
	attempt(&world, A, 3, ATTEMPT_QUEUED); /* not before day 3 */
	expect(&world, E, 3, VERDICT_READY, REASON_NEVER_RUN);
	free_world(&world);
}

static void counts_never_fall_from_one_date_to_the_next(void **state)
{
	(void)state;
	struct world world = new_world();
	write_rows(&world, E, 0, 3);
	expect(&world, E, 0, VERDICT_COMPLETE, REASON_COMPLETE);
	write_rows(&world, E, 1, 9);
	write_rows(&world, E, 2, 8);
	expect(&world, E, 2, VERDICT_THIN, REASON_THIN_ROWS);
	write_rows(&world, E, 2, 9);
	expect(&world, E, 2, VERDICT_COMPLETE, REASON_COMPLETE);
	free_world(&world);
}

static void a_recount_beats_receipts_and_sees_nulls_and_duplicates(void **state)
{
	(void)state;
	struct world world = new_world();
	fill_upstreams(&world, 3);
	size_t tables[] = {A};
	struct day_count rows = {
		.table = 0, .date = world.first + 3, .rows = 8, .distinct_keys = 4};
	struct day_counts counts = {.items = &rows, .count = 1};
	coverage_set_counts(world.coverage, &counts, tables, 1, 4000);
	expect(&world, A, 3, VERDICT_DUPLICATE, REASON_DUPLICATE_ROWS);
	counts.count = 0;
	coverage_set_counts(world.coverage, &counts, tables, 1, 4000);
	expect(&world, A, 3, VERDICT_EMPTY, REASON_EMPTY_SUCCESS); /* the receipt says it ran */
	expect(&world, B, 3, VERDICT_COMPLETE, REASON_COMPLETE);
	free_world(&world);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* In any state of the evidence every cell has one verdict, and a closed gate never shows as ready.
 */
static void a_table_that_is_not_there_is_unknown_and_opens_no_gate(void **state)
{
	(void)state;
	struct world world = new_world();
	struct day_counts counts = {0};
	size_t tables[] = {A};
	fill_upstreams(&world, 3);
	coverage_judge(world.coverage);
	assert_int_equal(coverage_cell(world.coverage, C, world.first + 3)->verdict, VERDICT_READY);
	day_counts_set_missing(&counts, 0);
	coverage_set_counts(world.coverage, &counts, tables, 1, 4000);
	coverage_judge(world.coverage);
	assert_int_equal(
		coverage_cell(world.coverage, A, world.first + 3)->verdict, VERDICT_UNKNOWN);
	assert_int_equal(
		coverage_cell(world.coverage, C, world.first + 3)->verdict, VERDICT_UNKNOWN);
	free_world(&world);
}

static void random_evidence_always_has_one_verdict_and_one_reason(void **state)
{
	(void)state;
	uint32_t seed = 20211119;
	for (int round = 0; round < 2000; round++) {
		struct world world = new_world();
		for (int i = 0; i < 40; i++) {
			size_t table = next_random(&seed) % 5;
			int day = (int)(next_random(&seed) % 10);
			if (next_random(&seed) % 3 == 0)
				attempt(&world, table, day,
					(enum attempt_state)(next_random(&seed) % 7));
			else
				write_rows(&world, table, day, next_random(&seed) % 12);
		}
		coverage_judge(world.coverage);
		for (size_t table = 0; table < 5; table++)
			for (int day = 0; day < 10; day++) {
				const struct cell *cell = cell_of(&world, table, day);
				enum reason reason;
				int because;
				bool open = coverage_gate(world.coverage, table, world.first + day,
					&reason, &because);
				assert_int_not_equal(cell->reason, REASON_NONE);
				assert_true(cell->verdict != VERDICT_READY || open);
				assert_true(cell->verdict != VERDICT_BLOCKED || !open);
				assert_true(cell->verdict != VERDICT_COMPLETE ||
					    (cell->rows >= cell->expected_min &&
						    cell->rows <= cell->expected_max));
			}
		struct table_summary total = coverage_total(world.coverage);
		int sum = 0;
		for (int i = 0; i < VERDICT_COUNT; i++)
			sum += total.by_verdict[i];
		assert_int_equal(sum, 5 * 13);
		free_world(&world);
	}
}

static void sentences_name_the_cause(void **state)
{
	(void)state;
	struct world world = new_world();
	struct buffer text = {0};
	write_rows(&world, A, 3, 8);
	write_rows(&world, B, 3, 2);
	coverage_judge(world.coverage);
	coverage_explain(world.coverage, C, world.first + 3, &text);
	assert_string_equal(buffer_text(&text), "blocked by b: thin, 2 rows, 4 to 12 expected");
	buffer_clear(&text);
	coverage_explain(world.coverage, A, world.first + 3, &text);
	assert_string_equal(buffer_text(&text), "complete: 8 rows of 8");
	buffer_release(&text);
	free_world(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_calendar_decides_what_is_expected),
		cmocka_unit_test(rows_are_held_against_the_rule),
		cmocka_unit_test(attempts_decide_where_rows_do_not_pass),
		cmocka_unit_test(a_gate_opens_when_upstreams_and_guards_are_complete),
		cmocka_unit_test(an_overview_alone_is_never_complete),
		cmocka_unit_test(an_overview_bears_a_receipt_out_or_takes_its_place),
		cmocka_unit_test(a_receipt_that_a_write_has_opened_is_suspect_until_it_is_closed),
		cmocka_unit_test(an_announced_write_is_suspect_until_a_count_finds_nothing),
		cmocka_unit_test(a_later_upstream_makes_stale_and_a_rerun_ends_it),
		cmocka_unit_test(an_unknown_never_opens_a_gate),
		cmocka_unit_test(history_waits_while_its_window_is_worked_on_or_empty),
		cmocka_unit_test(counts_never_fall_from_one_date_to_the_next),
		cmocka_unit_test(a_recount_beats_receipts_and_sees_nulls_and_duplicates),
		cmocka_unit_test(a_table_that_is_not_there_is_unknown_and_opens_no_gate),
		cmocka_unit_test(random_evidence_always_has_one_verdict_and_one_reason),
		cmocka_unit_test(sentences_name_the_cause),
	};
	return RUN(tests);
}
