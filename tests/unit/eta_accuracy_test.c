/*
 * How near the forecast comes to the truth, in simulated backfills (tests/support/backfill.h):
 * random pipelines, workers, games and noise, jobs that say their times, are watched, or talk in
 * bursts.
 *
 * The error of a moment is |foreseen end - true end| as a part of the whole run: from its start
 * (after a resume: from there) to its end, pauses left out. Looked at are the moments of the last
 * 80 % of each run at which an end is foreseen; after a disturbance, only those behind it. Of all
 * of them SHARE_WITHIN must lie within ERROR_MOST, and none may be farther off than ERROR_EVER: a
 * table of which ten dates are known, which scatter by a quarter, cannot be foreseen better.
 *
 * The same error as a part of the time that is left is stricter, and towards the end it cannot be
 * small: what is left then is a part of one date. It is held to LEFT_WITHIN of the moments at which
 * a tenth of the run is left.
 *
 * p90 promises that one end in ten comes later: of the moments of each story between LATE_LEAST and
 * LATE_MOST do (those of one run say nearly the same, so that a story tells some forty things).
 *
 * A table that became twice as slow must be known as such after two blocks of samples (eta.h); for
 * jobs that talk in bursts a sample is a burst.
 */
#include "tests/test.h"

#include "tests/support/backfill.h"
#include "tests/support/world.h"

#include <math.h>

#define RUNS	     40	 /* per story; $BACKCOURT_TEST_WORLDS makes it more */
#define LOOKS	     100 /* at the forecast, within a run */
#define MOMENTS_MAX  1000
#define ERROR_MOST   0.15
#define ERROR_EVER   0.25
#define SHARE_WITHIN 0.99
#define LEFT_WITHIN  0.85
#define LATE_LEAST   0.05 /* of the ends are later than p90 says, of a story: it means 0.10 */
#define LATE_MOST    0.15

enum story {
	STORY_KNOWN, /* earlier runs have said how fast the tables are */
	STORY_FRESH, /* nothing is known at first */
	STORY_PAUSE,
	STORY_SLOWER,	/* a table takes twice as long from some point on */
	STORY_REATTACH, /* the console goes away, its jobs go on, it comes back */
	STORY_RESUME,	/* everything is stopped, and started again later */
	STORY_COUNT
};

static const char *const words[] = {[STORY_KNOWN] = "speeds known",
	[STORY_FRESH] = "first run ever",
	[STORY_PAUSE] = "paused and resumed",
	[STORY_SLOWER] = "one table slower",
	[STORY_REATTACH] = "left and found again",
	[STORY_RESUME] = "stopped and gone on"};

struct moment {
	int64_t at_ms, end_ms, late_ms; /* foreseen */
	bool is_least;
};

struct run {
	struct backfill backfill;
	enum story story;
	struct moment moments[MOMENTS_MAX];
	size_t moment_count;
	int64_t begin_ms, estimate_ms, disturb_ms;
	bool is_disturbed;
	size_t slower; /* table */
};

struct tally {
	double *errors, *left_errors;
	size_t count, capacity, left_count, left_capacity;
	size_t late, later;	/* than p90 and p50 said */
	size_t least, too_much; /* too_much: "at least" more than it took */
};

static struct run run; /* large */

static bool may_look(void)
{
	const struct backfill_job *job = &run.backfill.jobs[run.slower];
	int sample = job->voice == VOICE_BURSTS ? job->burst : 1;
	return run.story != STORY_SLOWER || !run.is_disturbed ||
	       job->done_slower >= 2 * ETA_BLOCK * sample;
}

static void look(void)
{
	const struct eta_plan *eta = model_eta(run.backfill.model);
	if (eta->p50_ms < 0 || !may_look() || run.moment_count == MOMENTS_MAX)
		return;
	int64_t now_ms = run.backfill.now_ms;
	run.moments[run.moment_count++] =
		(struct moment){now_ms, now_ms + eta->p50_ms, now_ms + eta->p90_ms, eta->is_least};
}

static void work_until(int64_t until_ms)
{
	while (run.backfill.now_ms < until_ms && backfill_go_on(&run.backfill, until_ms))
		;
	if (run.backfill.now_ms < until_ms)
		run.backfill.now_ms = until_ms;
}

static void disturb(void)
{
	struct backfill *backfill = &run.backfill;
	int64_t before_ms = backfill->now_ms;
	run.is_disturbed = true;
	run.moment_count = 0;
	switch (run.story) {
	case STORY_PAUSE:
		backfill_pause(backfill, true);
		work_until(before_ms + run.estimate_ms / 3);
		backfill_pause(backfill, false);
		run.begin_ms += backfill->now_ms - before_ms;
		break;
	case STORY_SLOWER:
		backfill->jobs[run.slower].slower = 2;
		break;
	case STORY_REATTACH:
		backfill_leave(backfill, true);
		work_until(before_ms + run.estimate_ms / 8);
		backfill_return(backfill);
		break;
	case STORY_RESUME:
		backfill_leave(backfill, false);
		work_until(before_ms + run.estimate_ms);
		backfill_return(backfill);
		run.begin_ms = backfill->now_ms;
		break;
	case STORY_KNOWN:
	case STORY_FRESH:
	case STORY_COUNT:
		break;
	}
}

static bool is_told_story(void)
{
	return run.story != STORY_KNOWN && run.story != STORY_FRESH;
}

/* If every worker always had something to do. */
static int64_t least_time_ms(const struct backfill *backfill)
{
	double sum_ms = 0;
	for (size_t i = 0; i < backfill->pipeline->table_count; i++)
		sum_ms += backfill->jobs[i].base_ms * backfill->days;
	return (int64_t)sum_ms / backfill->pipeline->workers;
}

static void open_run(enum story story, uint32_t seed)
{
	struct backfill *backfill = &run.backfill;
	memset(&run, 0, sizeof(run));
	run.story = story;
	backfill_open(backfill, seed);
	if (story != STORY_FRESH)
		backfill_remember_earlier_runs(backfill);
	backfill_start(backfill);
	run.begin_ms = backfill->now_ms;
	run.estimate_ms = least_time_ms(backfill);
	run.disturb_ms =
		run.begin_ms + run.estimate_ms * (30 + (int)backfill_random(backfill, 40)) / 100;
	run.slower = backfill_random(backfill, (uint32_t)backfill->pipeline->table_count);
}

static void work_and_look(void)
{
	struct backfill *backfill = &run.backfill;
	int64_t step_ms = run.estimate_ms / LOOKS + 1, next_ms = backfill->now_ms + step_ms;
	while (backfill_go_on(backfill, next_ms)) {
		if (is_told_story() && !run.is_disturbed && backfill->now_ms >= run.disturb_ms) {
			disturb();
			next_ms = backfill->now_ms;
		}
		if (backfill->now_ms < next_ms)
			continue;
		look();
		next_ms += step_ms;
	}
	assert_int_equal(coverage_total(backfill->model->coverage).gaps, 0);
}

static void add(double **errors, size_t *count, size_t *capacity, double error)
{
	if (*count == *capacity) {
		*capacity = *capacity * 2 + 1000;
		*errors = memory_resize(*errors, *capacity, sizeof(**errors));
	}
	(*errors)[(*count)++] = error;
}

static void judge(struct tally *tally)
{
	int64_t end_ms = run.backfill.now_ms, all_ms = end_ms - run.begin_ms;
	for (size_t i = 0; i < run.moment_count; i++) {
		const struct moment *moment = &run.moments[i];
		int64_t left_ms = end_ms - moment->at_ms;
		double off = (double)(moment->end_ms - end_ms);
		if (left_ms <= 0 || left_ms > all_ms * 8 / 10)
			continue;
		if (moment->is_least) {
			tally->least++;
			tally->too_much += off > ERROR_MOST * (double)all_ms;
			continue;
		}
		add(&tally->errors, &tally->count, &tally->capacity, fabs(off) / (double)all_ms);
		tally->late += end_ms > moment->late_ms;
		tally->later += off < 0;
		if (left_ms >= all_ms / 10)
			add(&tally->left_errors, &tally->left_count, &tally->left_capacity,
				fabs(off) / (double)left_ms);
	}
}

static int compare(const void *a, const void *b)
{
	double first = *(const double *)a, second = *(const double *)b;
	return (first > second) - (first < second);
}

static double quantile(const double *sorted, size_t count, double part)
{
	return 100 * sorted[(size_t)((double)(count - 1) * part)];
}

static double share_within(const double *sorted, size_t count, double most)
{
	size_t within = 0;
	while (within < count && sorted[within] <= most)
		within++;
	return (double)within / (double)count;
}

static void check(enum story story, struct tally *tally)
{
	const double *errors = tally->errors, *left = tally->left_errors;
	if (errors == NULL || left == NULL || tally->count < 500 || tally->left_count < 400)
		fail_msg("%s: too few moments", words[story]);
	qsort(tally->errors, tally->count, sizeof(*errors), compare);
	qsort(tally->left_errors, tally->left_count, sizeof(*left), compare);
	double within = share_within(errors, tally->count, ERROR_MOST);
	double late = (double)tally->late / (double)tally->count;
	print_message(
		"# %-20s %5zu moments: %% of the run p50 %4.1f p90 %4.1f p99 %4.1f most %4.1f;"
		" of what is left p50 %4.1f p90 %4.1f; later than p50 %2.0f %%, than p90 %2.0f %%;"
		" \"at least\" %zu\n",
		words[story], tally->count, quantile(errors, tally->count, 0.5),
		quantile(errors, tally->count, 0.9), quantile(errors, tally->count, 0.99),
		quantile(errors, tally->count, 1), quantile(left, tally->left_count, 0.5),
		quantile(left, tally->left_count, 0.9),
		100 * (double)tally->later / (double)tally->count, 100 * late, tally->least);
	assert_true(within >= SHARE_WITHIN);
	assert_true(errors[tally->count - 1] <= ERROR_EVER);
	assert_true(share_within(left, tally->left_count, ERROR_MOST) >= LEFT_WITHIN);
	assert_true(late >= LATE_LEAST && late <= LATE_MOST);
	assert_true((double)tally->too_much <= (1 - SHARE_WITHIN) * (double)tally->least);
	assert_true(story == STORY_FRESH ? tally->least > 0 : tally->least == 0);
}

static void tell(enum story story)
{
	struct tally tally = {0};
	uint32_t runs = world_count(RUNS);
	for (uint32_t seed = 1; seed <= runs; seed++) {
		open_run(story, seed);
		work_and_look();
		judge(&tally);
		backfill_close(&run.backfill);
	}
	check(story, &tally);
	free(tally.errors);
	free(tally.left_errors);
}

static void with_speeds_of_earlier_runs_the_end_is_foreseen(void **state)
{
	(void)state;
	tell(STORY_KNOWN);
}

static void in_the_first_run_ever_the_end_is_foreseen_once_every_table_has_worked(void **state)
{
	(void)state;
	tell(STORY_FRESH);
}

static void after_a_pause_the_end_is_foreseen(void **state)
{
	(void)state;
	tell(STORY_PAUSE);
}

static void a_table_that_became_slower_is_known_soon(void **state)
{
	(void)state;
	tell(STORY_SLOWER);
}

static void after_the_console_came_back_to_its_jobs_the_end_is_foreseen(void **state)
{
	(void)state;
	tell(STORY_REATTACH);
}

static void after_everything_was_stopped_and_started_again_the_end_is_foreseen(void **state)
{
	(void)state;
	tell(STORY_RESUME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_speeds_of_earlier_runs_the_end_is_foreseen),
		cmocka_unit_test(
			in_the_first_run_ever_the_end_is_foreseen_once_every_table_has_worked),
		cmocka_unit_test(after_a_pause_the_end_is_foreseen),
		cmocka_unit_test(a_table_that_became_slower_is_known_soon),
		cmocka_unit_test(after_the_console_came_back_to_its_jobs_the_end_is_foreseen),
		cmocka_unit_test(
			after_everything_was_stopped_and_started_again_the_end_is_foreseen),
	};
	return RUN(tests);
}
