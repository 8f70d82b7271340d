/* Ten seasons x 200 tables: all verdicts, root causes and the plan, in four states; the verdicts
 * after one event; what the scheduler queues. */
#include "base/memory.h"
#include "coverage/causes.h"
#include "coverage/plan.h"
#include "jobs/scheduler.h"
#include "tests/bench/support/large.h"
#include "tests/bench/support/measure.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 7

struct bench {
	struct pipeline *pipeline;
	struct raw_days days;
	struct calendar *calendar;
	struct coverage *coverage;
	struct table_summary total;
	size_t causes;
	int planned;
	int queued;
	double scheduler_mib, coverage_mib;
	int64_t sum;
	date_t date; /* of the newest event */
};

static void set_state(struct bench *bench, enum large_state state)
{
	struct receipts receipts;
	large_receipts(bench->pipeline, &bench->days, state, &receipts);
	coverage_set_receipts(bench->coverage, &receipts, 1000);
	receipts_release(&receipts);
}

static void judge_and_plan(void *context)
{
	struct bench *bench = context;
	struct causes causes;
	struct plan plan;
	coverage_judge(bench->coverage);
	coverage_causes(bench->coverage, &causes);
	plan_make(bench->coverage, &(struct plan_wish){.order = PLAN_UNBLOCKING}, &plan);
	bench->causes = causes.count;
	bench->planned = plan.cells;
	causes_release(&causes);
	plan_release(&plan);
}

static void judge(void *context)
{
	struct bench *bench = context;
	coverage_judge(bench->coverage);
}

/* A date of the first table starts, which everything else depends on. */
static void judge_one_event(void *context)
{
	struct bench *bench = context;
	coverage_set_attempt(
		bench->coverage, 0, bench->days.items[bench->date++].date, ATTEMPT_RUNNING, "", 1);
	coverage_judge_changes(bench->coverage);
}

static void add_up(void *context)
{
	struct bench *bench = context;
	bench->total = coverage_total(bench->coverage);
}

static double allocated_mib(void)
{
	struct mallinfo2 info = mallinfo2();
	return (double)(info.uordblks + info.hblkhd) / (1024 * 1024);
}

static void queue(void *context)
{
	struct bench *bench = context;
	double before = allocated_mib();
	struct scheduler *scheduler = scheduler_new(bench->pipeline, bench->coverage->range);
	scheduler_set_workers(scheduler, 4);
	scheduler_set_auto_launch(scheduler, true);
	bench->queued = scheduler_queue_all(scheduler, bench->coverage);
	bench->scheduler_mib = allocated_mib() - before;
	scheduler_free(scheduler);
}

/* One look at every cell: what no judge can do without. */
static void walk(void *context)
{
	struct bench *bench = context;
	size_t count = bench->pipeline->table_count * (size_t)bench->coverage->days;
	int64_t sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += bench->coverage->cells[i].rows + bench->coverage->cells[i].sequence;
	bench->sum = sum;
}

static void measure_states(struct bench *bench, double reference)
{
	for (enum large_state state = 0; state < LARGE_STATE_COUNT; state++) {
		char what[64];
		set_state(bench, state);
		snprintf(
			what, sizeof(what), "verdicts, causes, plan: %s", large_state_words(state));
		measure_print(&(struct measure){.what = what,
			.unit = "ms",
			.value = measure_best_cpu_ms(ROUNDS, judge_and_plan, bench),
			.reference = "one look at every cell",
			.reference_value = reference,
			.limit = 50});
		add_up(bench);
		printf("# %d expected, %d complete, %d gaps; %zu causes; %d cells planned\n",
			bench->total.expected, bench->total.complete, bench->total.gaps,
			bench->causes, bench->planned);
	}
}

static void measure_parts(struct bench *bench, double reference)
{
	static const struct {
		const char *what;
		void (*work)(void *context);
	} parts[] = {{"verdicts alone", judge}, {"verdicts after one event", judge_one_event},
		{"totals of all tables", add_up}, {"queueing everything", queue}};
	set_state(bench, LARGE_SOME_WRONG);
	coverage_judge(bench->coverage);
	for (size_t i = 0; i < ARRAY_COUNT(parts); i++)
		measure_print(&(struct measure){.what = parts[i].what,
			.unit = "ms",
			.value = measure_best_cpu_ms(ROUNDS, parts[i].work, bench),
			.reference = "one look at every cell",
			.reference_value = reference});
	printf("# %d queued; the scheduler has %.0f MiB, the coverage %.0f, and this program with "
	       "the "
	       "receipts that it makes %.0f at its peak\n",
		bench->queued, bench->scheduler_mib, bench->coverage_mib, measure_peak_mib());
}

int main(void)
{
	struct bench bench = {.pipeline = large_pipeline()};
	large_raw_days(bench.pipeline, &bench.days);
	bench.calendar = calendar_new(bench.pipeline, &bench.days);
	double before = allocated_mib();
	bench.coverage = coverage_new(bench.pipeline, bench.calendar, bench.pipeline->range);
	bench.coverage_mib = allocated_mib() - before;
	double reference = measure_best_cpu_ms(ROUNDS, walk, &bench);
	printf("# 10 seasons x 200 tables, CPU time of one run\n");
	measure_states(&bench, reference);
	measure_parts(&bench, reference);
	coverage_free(bench.coverage);
	calendar_free(bench.calendar);
	free(bench.days.items);
	pipeline_free(bench.pipeline);
	return 0;
}
