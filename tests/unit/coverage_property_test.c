/* What holds in every world: verdicts, gates, causes, plans and cascades of random pipelines. */
#include "tests/test.h"

#include "coverage/causes.h"
#include "coverage/plan.h"
#include "coverage/select.h"
#include "tests/support/world.h"

#define WORLDS 10000

#define CHECK(seed, condition, ...)                     \
	do {                                            \
		if (!(condition)) {                     \
			print_error("seed %u: ", seed); \
			print_error(__VA_ARGS__);       \
			fail_msg(" (%s)", #condition);  \
		}                                       \
	} while (0)

#define EACH_CELL(coverage, table, date)                                           \
	for (size_t table = 0; table < (coverage)->pipeline->table_count; table++) \
		for (date_t date = (coverage)->range.first; date <= (coverage)->range.last; date++)

static void open_hard(struct world *world, uint32_t seed)
{
	world_random_hard(world, seed);
	world_litter(world);
	if (world_random(world, 2) == 0)
		world_trouble(world);
}

static void write_right(struct world *world, size_t table, date_t date)
{
	world_write(world, table, date, world_right_rows(world, table, date));
	coverage_set_attempt(world->coverage, table, date, ATTEMPT_SUCCEEDED, "", 1500);
}

static bool has_witness(const struct cell *cell)
{
	return cell->rows_known || cell->attempt != ATTEMPT_NONE ||
	       cell->reason == REASON_WITNESS_UNAVAILABLE ||
	       cell->reason == REASON_EXPIRED_RETENTION || cell->reason == REASON_EXCUSED;
}

static void check_gate(
	const struct world *world, uint32_t seed, size_t table, date_t date, bool open)
{
	const struct pipeline_table *described = &world->pipeline->tables[table];
	for (size_t i = 0; open && i < pipeline_edge_count(described); i++) {
		const struct cell *above =
			coverage_cell(world->coverage, pipeline_edge(described, i), date);
		CHECK(seed, verdict_opens_gate(above->verdict), "table %zu below %s", table,
			verdict_word(above->verdict));
		CHECK(seed, above->verdict != VERDICT_COMPLETE || above->rows_known,
			"table %zu below an unknown", table);
	}
}

static void every_cell_has_one_verdict_one_reason_and_a_witness(void **state)
{
	(void)state;
	uint32_t worlds = world_count(WORLDS);
	for (uint32_t seed = 1; seed <= worlds; seed++) {
		struct world world;
		open_hard(&world, seed);
		EACH_CELL(world.coverage, table, date)
		{
			const struct cell *cell = coverage_cell(world.coverage, table, date);
			enum reason reason;
			int because;
			bool open = coverage_gate(world.coverage, table, date, &reason, &because);
			check_gate(&world, seed, table, date, open);
			CHECK(seed, cell->verdict < VERDICT_COUNT && cell->reason < REASON_COUNT,
				"out of range");
			CHECK(seed, cell->reason != REASON_NONE, "no reason");
			CHECK(seed, open == (reason == REASON_NONE), "the gate has no reason");
			CHECK(seed, cell->expects != EXPECTED_YES || has_witness(cell),
				"table %zu: %s without a witness", table,
				verdict_word(cell->verdict));
			CHECK(seed, cell->verdict != VERDICT_READY || open, "ready behind a gate");
			CHECK(seed, cell->verdict != VERDICT_BLOCKED || (!open && because >= 0),
				"blocked by nothing");
			CHECK(seed,
				cell->verdict != VERDICT_COMPLETE || (cell->passes && cell->fresh),
				"complete, and not fresh");
		}
		world_close(&world);
	}
}

/* Evidence as it may come at any time, of one cell. */
static void stir_cell(struct world *world, size_t table, date_t date)
{
	const struct cell *cell = coverage_cell(world->coverage, table, date);
	switch (world_random(world, 7)) {
	case 6:
		coverage_set_count(world->coverage, table,
			&(struct day_count){.date = date,
				.rows = (int64_t)world_random(world, 30),
				.distinct_keys = (int64_t)world_random(world, 30)},
			NULL, 5000);
		break;
	case 0:
		coverage_set_attempt(world->coverage, table, date,
			(enum attempt_state)world_random(world, ATTEMPT_LOST + 1), "words",
			world_random(world, 2) == 0 ? 1500 : 3000);
		break;
	case 1:
		coverage_set_reported(
			world->coverage, table, date, (int64_t)world_random(world, 30) - 1, 2500);
		break;
	case 2:
		coverage_set_excuse(world->coverage,
			&(struct excuse){.table = table,
				.date = date,
				.until = world_day(world, (int)world_random(world, 9)),
				.words = world_random(world, 2) == 0 ? NULL : "words"});
		break;
	case 3:
		world_rerun(world, table, date);
		break;
	default:
		world_write(world, table, date,
			world_random(world, 3) == 0 ? cell->rows / 2
						    : world_right_rows(world, table, date));
		break;
	}
}

/* Evidence of many cells at once; without it everything would be judged anew. */
static void stir_all(struct world *world)
{
	struct coverage *coverage = world->coverage;
	size_t table = world_random(world, (uint32_t)world->pipeline->table_count);
	switch (world_random(world, 12)) {
	case 0:
		coverage_set_today(coverage, world_day(world, (int)world_random(world, 9)));
		break;
	case 1:
		coverage_forget_excuses(coverage);
		break;
	case 2:
		coverage_set_retention(coverage, table, world_day(world, 3));
		break;
	case 3:
		coverage_set_calendar(coverage, world->calendar);
		break;
	case 4:
		coverage_set_receipts(coverage, &(struct receipts){0}, 2000);
		break;
	default:
		break;
	}
}

static bool is_judged_alike(const struct cell *a, const struct cell *b)
{
	return a->verdict == b->verdict && a->reason == b->reason && a->because == b->because &&
	       a->passes == b->passes && a->fresh == b->fresh && a->expects == b->expects &&
	       a->expected == b->expected && a->expected_min == b->expected_min &&
	       a->expected_max == b->expected_max;
}

static bool is_summed_alike(const struct table_summary *a, const struct table_summary *b)
{
	return a->expected == b->expected && a->complete == b->complete && a->gaps == b->gaps &&
	       a->rows == b->rows &&
	       memcmp(a->by_verdict, b->by_verdict, sizeof(a->by_verdict)) == 0;
}

static void check_changes(struct world *world, uint32_t seed)
{
	size_t count = world->pipeline->table_count * (size_t)world->coverage->days;
	struct cell *cells = memory_new_array(count, sizeof(*cells));
	coverage_judge_changes(world->coverage);
	memcpy(cells, world->coverage->cells, count * sizeof(*cells));
	struct table_summary kept = coverage_total(world->coverage);
	coverage_judge(world->coverage);
	struct table_summary total = coverage_total(world->coverage);
	CHECK(seed, is_summed_alike(&kept, &total), "another sum");
	for (size_t i = 0; i < count; i++)
		CHECK(seed, is_judged_alike(&cells[i], &world->coverage->cells[i]),
			"table %zu day %zu: %s, and judged anew %s",
			i / (size_t)world->coverage->days, i % (size_t)world->coverage->days,
			verdict_word(cells[i].verdict),
			verdict_word(world->coverage->cells[i].verdict));
	free(cells);
}

static void judging_what_changed_is_judging_everything(void **state)
{
	(void)state;
	uint32_t worlds = world_count(WORLDS);
	for (uint32_t seed = 1; seed <= worlds; seed++) {
		struct world world;
		open_hard(&world, seed);
		for (uint32_t turn = 0; turn < 6; turn++) {
			for (uint32_t i = world_random(&world, 4); i > 0; i--)
				stir_cell(&world,
					world_random(&world, (uint32_t)world.pipeline->table_count),
					world_day(&world, (int)world_random(&world,
								  (uint32_t)world.coverage->days)));
			stir_all(&world);
			check_changes(&world, seed);
		}
		world_close(&world);
	}
}

/* The verdicts as they were before something was changed. */
struct memory {
	struct cell cells[WORLD_TABLES_MAX][WORLD_DAYS_MAX + 4];
	date_t first;
};

static void remember(const struct world *world, struct memory *memory)
{
	memory->first = world->first;
	EACH_CELL(world->coverage, table, date)
	memory->cells[table][date - world->first] = *coverage_cell(world->coverage, table, date);
}

static bool belongs_to(
	const struct cause *cause, size_t table, date_t date, const struct cell *cell)
{
	return cause->table == table && cause->reason == cell->reason &&
	       cause->needs_you == cell_needs_you(cell) && date_set_has(&cause->dates, date);
}

/* Somebody counts the rows of a cell of which nothing is expected: enough for every job. */
static void tell_number(const struct world *world, size_t table, date_t date)
{
	struct cell *cell = coverage_cell(world->coverage, table, date);
	int64_t right = world_right_rows(world, table, date);
	cell->rows_known = true;
	cell->rows = right < WORLD_MINIMUM_MAX ? WORLD_MINIMUM_MAX : right;
	cell->distinct_keys = -1;
}

/* Makes right what is wrong with one cell, whatever it is. */
static void fix_cell(struct world *world, size_t table, date_t date, const struct cell *cell)
{
	struct excuse excuse = {.table = table, .date = date, .until = DATE_NONE, .words = "fixed"};
	bool is_refused = cell->reason == REASON_BLOCKED_JOB_MINIMUM;
	bool never = is_refused || cell->expects != EXPECTED_YES;
	const struct expectation *rule = &world->pipeline->tables[table].expect;
	if (cell->verdict == VERDICT_UNKNOWN && cell->because >= 0)
		tell_number(world, (size_t)cell->because, date);
	else if (cell->verdict == VERDICT_UNKNOWN && rule->rule == EXPECT_SAME_AS &&
		 !coverage_cell(world->coverage, rule->same_as, date)->rows_known)
		tell_number(world, rule->same_as, date);
	if (!never)
		excuse.words = NULL;
	coverage_set_excuse(world->coverage, &excuse);
	write_right(world, table, date);
}

/* What a job demands came to light behind other causes: rows that are not there, or not counted. */
static bool is_refused(const struct world *world, const struct causes *causes, size_t count,
	size_t table, const struct cell *cell)
{
	bool lacks_a_number = cell->verdict == VERDICT_UNKNOWN && cell->because >= 0;
	if (cell->reason != REASON_BLOCKED_JOB_MINIMUM && !lacks_a_number)
		return false;
	for (size_t i = 0; i < count; i++)
		if (causes->items[i].table == table && causes->items[i].reason == cell->reason &&
			world->pipeline->tables[table].job.minimum_count > 0)
			return true;
	return false;
}

static bool is_fixed(const struct causes *causes, size_t count, size_t table, date_t date,
	const struct cell *cell)
{
	for (size_t i = 0; i < count; i++)
		if (belongs_to(&causes->items[i], table, date, cell))
			return true;
	return false;
}

/* Its rows passed, and got stale on the way; they may wait for their next run already. */
static bool got_stale(enum verdict was, const struct cell *cell)
{
	bool is_busy = cell->verdict == VERDICT_QUEUED || cell->verdict == VERDICT_RUNNING;
	return cell->passes && !cell->fresh && (was == VERDICT_COMPLETE || is_busy);
}

/* It got stale on the way, may start now, or is known at last and turns out to be a gap. */
static bool is_released(enum verdict was, const struct cell *cell)
{
	enum verdict is = cell->verdict;
	return got_stale(was, cell) || (was == VERDICT_BLOCKED && is == VERDICT_READY) ||
	       (was == VERDICT_UNKNOWN && verdict_is_gap(is) && is != VERDICT_BLOCKED);
}

/* The first `count` causes are fixed, and what they held up or made stale runs; from above. */
static void fix_and_run(
	struct world *world, const struct causes *causes, size_t count, const struct memory *before)
{
	struct date_range range = world->coverage->range;
	for (size_t i = 0; i < world->pipeline->table_count; i++) {
		size_t table = world->pipeline->order[i];
		for (date_t date = range.first; date <= range.last; date++) {
			const struct cell *was = &before->cells[table][date - world->first];
			if (is_fixed(causes, count, table, date, was))
				fix_cell(world, table, date, was);
		}
		coverage_judge(world->coverage);
		for (date_t date = range.first; date <= range.last; date++) {
			const struct cell *was = &before->cells[table][date - world->first];
			const struct cell *cell = coverage_cell(world->coverage, table, date);
			if (is_released(was->verdict, cell))
				write_right(world, table, date);
			else if (is_refused(world, causes, count, table, cell))
				fix_cell(world, table, date, cell);
		}
		coverage_judge(world->coverage);
	}
}

/* Refusals of jobs are causes themselves. */
static int count_blocked(const struct world *world)
{
	int count = 0;
	EACH_CELL(world->coverage, table, date)
	{
		const struct cell *cell = coverage_cell(world->coverage, table, date);
		count += cell->verdict == VERDICT_BLOCKED &&
			 cell->reason != REASON_BLOCKED_JOB_MINIMUM;
	}
	return count;
}

/* Unknown because of what is wrong with another cell. */
static bool is_held_up(const struct world *world, size_t table, date_t date)
{
	const struct cell *cell = coverage_cell(world->coverage, table, date);
	if (cell->verdict != VERDICT_UNKNOWN || cell->because < 0)
		return false;
	return !verdict_opens_gate(coverage_verdict(world->coverage, (size_t)cell->because, date));
}

static int count_unknown(const struct world *world, const struct memory *before)
{
	int count = 0;
	EACH_CELL(world->coverage, table, date)
	{
		enum verdict was = before->cells[table][date - world->first].verdict;
		count += (was == VERDICT_BLOCKED || was == VERDICT_UNKNOWN) &&
			 is_held_up(world, table, date);
	}
	return count;
}

static void fixing_the_causes_leaves_no_blocked_cell(void **state)
{
	(void)state;
	uint32_t worlds = world_count(WORLDS);
	int blocked = 0;
	for (uint32_t seed = 1; seed <= worlds; seed++) {
		struct world world;
		struct memory before;
		struct causes causes;
		open_hard(&world, seed);
		remember(&world, &before);
		coverage_causes(world.coverage, &causes);
		CHECK(seed, causes.held_up >= count_blocked(&world), "%d held up", causes.held_up);
		blocked += causes.held_up;
		fix_and_run(&world, &causes, causes.count, &before);
		CHECK(seed, count_blocked(&world) == 0, "%d are still blocked",
			count_blocked(&world));
		CHECK(seed, count_unknown(&world, &before) == 0, "%d are still unknown",
			count_unknown(&world, &before));
		causes_release(&causes);
		world_close(&world);
	}
	assert_true(blocked > (int)worlds);
}

static void every_gap_is_a_cause_or_blocked(void **state)
{
	(void)state;
	uint32_t worlds = world_count(WORLDS);
	for (uint32_t seed = 1; seed <= worlds; seed++) {
		struct world world;
		struct causes causes;
		open_hard(&world, seed);
		coverage_causes(world.coverage, &causes);
		EACH_CELL(world.coverage, table, date)
		{
			const struct cell *cell = coverage_cell(world.coverage, table, date);
			int found = 0;
			for (size_t i = 0; i < causes.count; i++)
				found += belongs_to(&causes.items[i], table, date, cell);
			bool handed_down = cell->verdict == VERDICT_BLOCKED &&
					   cell->reason != REASON_BLOCKED_JOB_MINIMUM;
			CHECK(seed, !verdict_is_gap(cell->verdict) || found == !handed_down,
				"table %zu: %s is in %d causes", table, verdict_word(cell->verdict),
				found);
		}
		for (size_t i = 0; i < causes.count; i++) {
			const struct cause *cause = &causes.items[i];
			CHECK(seed, cause->frees <= cause->holds_up, "frees more than it blocks");
			CHECK(seed, cause->holds_up <= causes.held_up,
				"blocks more than there are");
			CHECK(seed,
				i == 0 || cause[-1].frees > cause->frees ||
					(cause[-1].frees == cause->frees &&
						cause[-1].holds_up >= cause->holds_up),
				"not in order");
		}
		causes_release(&causes);
		world_close(&world);
	}
}

static bool looks_back(const struct pipeline *pipeline)
{
	for (size_t i = 0; i < pipeline->table_count; i++)
		if (pipeline->tables[i].history_count > 0 ||
			pipeline->tables[i].job.minimum_count > 0)
			return true;
	return false;
}

/* Without history, where one of several dates would do. */
static void a_cause_frees_as_many_cells_as_it_says(void **state)
{
	(void)state;
	uint32_t worlds = world_count(WORLDS);
	int freed = 0;
	for (uint32_t seed = 1; seed <= worlds; seed++) {
		struct world world;
		struct memory before;
		struct causes causes;
		world_random_new(&world, seed);
		world_litter(&world);
		remember(&world, &before);
		coverage_causes(world.coverage, &causes);
		if (causes.count > 0 && !looks_back(world.pipeline)) {
			int frees = causes.items[0].frees;
			fix_and_run(&world, &causes, 1, &before);
			int left = count_blocked(&world);
			CHECK(seed, causes.held_up - left >= frees,
				"%d of %d are still blocked; it should free %d", left,
				causes.held_up, frees);
			freed += frees;
		}
		causes_release(&causes);
		world_close(&world);
	}
	assert_true(freed > (int)worlds / 4);
}

static bool is_left(const struct plan *plan, size_t table, date_t date)
{
	for (size_t i = 0; i < plan->left_count; i++)
		if (plan->left[i].table == table && date_set_has(&plan->left[i].dates, date))
			return true;
	return false;
}

static void check_steps(const struct world *world, uint32_t seed, const struct plan *plan)
{
	int cells = 0;
	for (size_t i = 0; i < plan->step_count; i++) {
		const struct plan_step *step = &plan->steps[i];
		cells += (int)step->count;
		for (size_t k = 0; k < step->count; k++) {
			const struct cell *cell =
				coverage_cell(world->coverage, step->table, step->dates[k]);
			CHECK(seed, verdict_is_gap(cell->verdict), "table %zu: %s is planned",
				step->table, verdict_word(cell->verdict));
			CHECK(seed, !is_left(plan, step->table, step->dates[k]),
				"planned and left");
			for (size_t other = 0; other < k; other++)
				CHECK(seed, step->dates[other] != step->dates[k], "twice");
		}
		for (size_t k = i; k < plan->step_count; k++)
			CHECK(seed,
				!pipeline_depends_on(
					world->pipeline, step->table, plan->steps[k].table),
				"table %zu comes before %zu", step->table, plan->steps[k].table);
	}
	CHECK(seed, cells == plan->cells, "the sum of the steps");
}

/* What runs or waits already ends well, if it stands on something right. */
static void finish_busy(struct world *world, const struct plan *plan, size_t table)
{
	for (date_t date = world->coverage->range.first; date <= world->coverage->range.last;
		date++) {
		enum verdict verdict = coverage_cell(world->coverage, table, date)->verdict;
		if (verdict != VERDICT_RUNNING && verdict != VERDICT_QUEUED)
			continue;
		if (is_left(plan, table, date))
			coverage_set_attempt(
				world->coverage, table, date, ATTEMPT_FAILED, "", 1500);
		else
			world_rerun(world, table, date);
	}
	coverage_judge(world->coverage);
}

static void execute(struct world *world, uint32_t seed, const struct plan *plan)
{
	size_t next = 0;
	for (size_t i = 0; i < world->pipeline->table_count; i++) {
		size_t table = world->pipeline->order[i];
		finish_busy(world, plan, table);
		if (next == plan->step_count || plan->steps[next].table != table)
			continue;
		const struct plan_step *step = &plan->steps[next++];
		for (size_t k = 0; k < step->count; k++) {
			enum reason reason;
			int because;
			CHECK(seed,
				coverage_gate(
					world->coverage, table, step->dates[k], &reason, &because),
				"table %zu day %d starts behind %s", table,
				step->dates[k] - world->first, reason_word(reason));
			world_rerun(world, table, step->dates[k]);
		}
		coverage_judge(world->coverage);
	}
	CHECK(seed, next == plan->step_count, "a step was not reached");
}

static void a_plan_executed_where_runs_succeed_reaches_full_coverage(void **state)
{
	(void)state;
	uint32_t worlds = world_count(WORLDS);
	int planned = 0, full = 0;
	for (uint32_t seed = 1; seed <= worlds; seed++) {
		struct world world;
		struct plan plan;
		struct plan_wish wish = {.order = (enum plan_order)(seed % 3)};
		open_hard(&world, seed);
		plan_make(world.coverage, &wish, &plan);
		check_steps(&world, seed, &plan);
		execute(&world, seed, &plan);
		EACH_CELL(world.coverage, table, date)
		{
			enum verdict verdict = coverage_cell(world.coverage, table, date)->verdict;
			CHECK(seed, !verdict_is_gap(verdict) || is_left(&plan, table, date),
				"table %zu day %d is %s", table, date - world.first,
				verdict_word(verdict));
		}
		struct table_summary total = coverage_total(world.coverage);
		CHECK(seed, total.gaps <= plan.left_cells, "%d gaps", total.gaps);
		full += plan.left_cells == 0;
		planned += plan.cells;
		plan_release(&plan);
		world_close(&world);
	}
	assert_true(planned > 5 * (int)worlds);
	assert_true(full > (int)worlds / 3);
}

static void a_plan_of_chosen_tables_and_dates_runs_as_far_as_it_goes(void **state)
{
	(void)state;
	uint32_t worlds = world_count(WORLDS);
	for (uint32_t seed = 1; seed <= worlds; seed++) {
		struct world world;
		struct plan plan;
		struct date_set dates = {0};
		bool tables[WORLD_TABLES_MAX];
		open_hard(&world, seed);
		for (size_t i = 0; i < WORLD_TABLES_MAX; i++)
			tables[i] = world_random(&world, 3) != 0;
		date_set_add(&dates, world.coverage->range);
		date_t without = world_day(
			&world, (int)world_random(&world, (uint32_t)world.coverage->days));
		date_set_remove(&dates, (struct date_range){without, without + 1});
		struct plan_wish wish = {
			.tables = tables, .dates = &dates, .order = PLAN_UNBLOCKING};
		plan_make(world.coverage, &wish, &plan);
		check_steps(&world, seed, &plan);
		for (size_t i = 0; i < plan.step_count; i++) {
			CHECK(seed, tables[plan.steps[i].table], "not chosen");
			for (size_t k = 0; k < plan.steps[i].count; k++)
				CHECK(seed, date_set_has(&dates, plan.steps[i].dates[k]),
					"not chosen");
		}
		execute(&world, seed, &plan);
		plan_release(&plan);
		date_set_release(&dates);
		world_close(&world);
	}
}

static bool is_in_cascade(const struct cascade *cascade, size_t table, date_t date)
{
	for (size_t i = 0; i < cascade->count; i++)
		if (cascade->tables[i].table == table &&
			date_set_has(&cascade->tables[i].dates, date))
			return true;
	return false;
}

static void a_cascade_is_what_becomes_stale(void **state)
{
	(void)state;
	uint32_t worlds = world_count(WORLDS);
	int cells = 0;
	for (uint32_t seed = 1; seed <= worlds; seed++) {
		struct world world;
		struct memory before;
		struct cascade cascade;
		struct date_set dates = {0};
		world_random_hard(&world, seed);
		for (size_t i = 0; i < world.pipeline->table_count; i++)
			for (date_t day = world.first; day <= world.coverage->range.last; day++)
				write_right(&world, world.pipeline->order[i], day);
		world_trouble(&world);
		size_t table = world_random(&world, (uint32_t)world.pipeline->table_count);
		date_t date = world_day(
			&world, (int)world_random(&world, (uint32_t)world.coverage->days));
		date_set_add(&dates, (struct date_range){date, date + 1});
		remember(&world, &before);
		cascade_find(world.coverage, table, &dates, &cascade);
		for (date_t day = date; day <= date + 1 && day <= world.coverage->range.last;
			day++) {
			const struct cell *cell = coverage_cell(world.coverage, table, day);
			if (cell->passes)
				world_write(&world, table, day, cell->rows);
		}
		coverage_judge(world.coverage);
		EACH_CELL(world.coverage, other, day)
		{
			const struct cell *cell = coverage_cell(world.coverage, other, day);
			const struct cell *was = &before.cells[other][day - world.first];
			bool became =
				was->verdict == VERDICT_COMPLETE && cell->verdict == VERDICT_STALE;
			CHECK(seed, !became || is_in_cascade(&cascade, other, day),
				"table %zu became stale unannounced", other);
			CHECK(seed,
				!is_in_cascade(&cascade, other, day) ||
					was->expects != EXPECTED_YES ||
					was->verdict == VERDICT_COMPLETE,
				"table %zu was %s", other, verdict_word(was->verdict));
			bool rewritten = date_set_has(&dates, day) &&
					 before.cells[table][day - world.first].passes;
			CHECK(seed,
				became || !rewritten || was->verdict != VERDICT_COMPLETE ||
					!is_in_cascade(&cascade, other, day),
				"table %zu did not become stale", other);
		}
		cells += cascade.cells;
		cascade_release(&cascade);
		date_set_release(&dates);
		world_close(&world);
	}
	assert_true(cells > (int)worlds / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cell_has_one_verdict_one_reason_and_a_witness),
		cmocka_unit_test(judging_what_changed_is_judging_everything),
		cmocka_unit_test(every_gap_is_a_cause_or_blocked),
		cmocka_unit_test(fixing_the_causes_leaves_no_blocked_cell),
		cmocka_unit_test(a_cause_frees_as_many_cells_as_it_says),
		cmocka_unit_test(a_plan_executed_where_runs_succeed_reaches_full_coverage),
		cmocka_unit_test(a_plan_of_chosen_tables_and_dates_runs_as_far_as_it_goes),
		cmocka_unit_test(a_cascade_is_what_becomes_stale),
	};
	return RUN(tests);
}
