/*
 * What the scripts noted about themselves, beside what is there: real files, the real program. The
 * situations are those of the users' own notes ("checkpoint says complete but gaps exist").
 */
#include "tests/support/scripts.h"
#include "tests/test.h"

#include "base/path.h"
#include "base/text.h"
#include "witness/checkpoints.h"
#include "jobs/launch_preview.h"
#include "pipeline/pipeline.h"

#define CHECKPOINT "], \"checkpoint\": \"~/checkpoints/pcf_{start}_{end}.json\""

static const struct script_table tables[] = {{"pcf", "phase4_simulator", CHECKPOINT, NULL}, {0}};

static void note(const struct scripts *scripts, const char *name, const char *json)
{
	struct error err = {0};
	char *path = memory_format("%s/checkpoints/%s", scripts->home, name);
	if (!path_make_parent(path, &err) || !path_write_file(path, json, strlen(json), &err))
		fail_msg("%s", err.text);
	free(path);
}

static void expect(struct program_result result, const char *const *texts)
{
	for (size_t i = 0; texts[i] != NULL; i++)
		if (strstr(result.output, texts[i]) == NULL)
			fail_msg("no \"%s\" in:\n%s", texts[i], result.output);
	free(result.output);
}
#define EXPECT(result, ...) expect(result, (const char *const[]){__VA_ARGS__, NULL})

#define DECEMBER                                                                                 \
	"{\"job_name\": \"pcf\", \"start_date\": \"2021-12-01\", \"end_date\": \"2021-12-05\", " \
	"\"last_updated\": \"2021-12-06T10:00:00\", \"last_successful_date\": \"2021-12-05\", "  \
	"\"successful_dates\": [\"2021-12-03\", \"2021-12-04\", \"2021-12-05\"], "               \
	"\"failed_dates\": [\"2021-12-01\"], \"skipped_dates\": []}"

static void a_checkpoint_that_says_complete_where_the_table_lacks_the_date_is_told(void **state)
{
	(void)state;
	struct scripts scripts;
	scripts_open(&scripts, tables);
	note(&scripts, "pcf_2021-12-01_2021-12-05.json", DECEMBER);
	EXPECT(SCRIPTS_RUN(&scripts, "run", "--range", "2021-12-03"), "382 rows");
	EXPECT(SCRIPTS_RUN(&scripts, "why", "pcf", "2021-12-04"),
		"the script noted: success; the table lacks it");
	EXPECT(SCRIPTS_RUN(&scripts, "why", "pcf", "2021-12-03"), "the script noted: success");
	EXPECT(SCRIPTS_RUN(&scripts, "why", "pcf", "2021-12-01"), "the script noted: failed");
	EXPECT(SCRIPTS_RUN(&scripts, "gaps", "--range", "2021-12-01..2021-12-05"),
		"pcf: the checkpoint says success on 2 dates that the table lacks: "
		"2021-12-04..2021-12-05",
		"start over at 12-01");
	scripts_close(&scripts);
}

#define NOVEMBER                                                                                 \
	"{\"job_name\": \"pcf\", \"start_date\": \"2021-11-16\", \"end_date\": \"2021-11-30\", " \
	"\"last_successful_date\": \"2021-11-22\", \"successful_dates\": [\"2021-11-17\", "      \
	"\"2021-11-22\"], "                                                                      \
	"\"failed_dates\": [\"2021-11-16\", \"2021-11-18\"], \"skipped_dates\": []}"

static void the_trap_of_a_resume_is_told_for_the_date_and_for_the_table(void **state)
{
	(void)state;
	struct scripts scripts;
	scripts_open(&scripts, tables);
	note(&scripts, "pcf_2021-11-16_2021-11-30.json", NOVEMBER);
	EXPECT(SCRIPTS_RUN(&scripts, "why", "pcf", "2021-11-18"),
		"failed; the job would resume at 2021-11-23 and never retry it");
	EXPECT(SCRIPTS_RUN(&scripts, "gaps", "--range", "2021-11-16..2021-11-30"),
		"pcf: by its checkpoint the job would resume at 11-23; 11-16 and 11-18 failed "
		"before and would never be retried");
	scripts_close(&scripts);
}

static void a_damaged_checkpoint_is_named_and_is_no_witness(void **state)
{
	(void)state;
	struct scripts scripts;
	scripts_open(&scripts, tables);
	note(&scripts, "pcf_2021-11-16_2021-11-30.json", "{\"job_name\": \"pcf\", \"start");
	EXPECT(SCRIPTS_RUN(&scripts, "gaps", "--range", "2021-11-16..2021-11-30"),
		"pcf: the checkpoint ", "not JSON");
	struct program_result why = SCRIPTS_RUN(&scripts, "why", "pcf", "2021-11-18");
	assert_null(strstr(why.output, "the script noted"));
	free(why.output);
	scripts_close(&scripts);
}

static struct coverage *cover(const struct pipeline *pipeline, struct calendar **calendar)
{
	*calendar = calendar_new(pipeline, NULL);
	return coverage_new(pipeline, *calendar, pipeline->range);
}

/* Read while it is written in place: what was known stays until a whole file is there. */
static void a_torn_file_leaves_what_was_known(void **state)
{
	(void)state;
	struct scripts scripts;
	struct pipeline *pipeline;
	struct calendar *calendar;
	struct checkpoints checkpoints;
	struct error err;
	date_t day = date_of(2021, 11, 17);
	scripts_open(&scripts, tables);
	char *home = memory_copy_text(getenv("HOME") != NULL ? getenv("HOME") : "");
	setenv("HOME", scripts.home, 1);
	assert_true(pipeline_load(scripts.pipeline, &pipeline, &err));
	struct coverage *coverage = cover(pipeline, &calendar);
	note(&scripts, "pcf_2021-11-16_2021-11-30.json", NOVEMBER);
	checkpoints_read(pipeline, pipeline->range, &checkpoints);
	checkpoints_apply(&checkpoints, coverage);
	checkpoints_release(&checkpoints);
	assert_true(coverage_checkpoint(coverage, 0, day)->is_success);
	assert_false(coverage_checkpoint(coverage, 0, day + 1)->is_success);
	note(&scripts, "pcf_2021-11-16_2021-11-30.json", "");
	checkpoints_read(pipeline, pipeline->range, &checkpoints);
	assert_false(checkpoints.states[0].is_read);
	checkpoints_apply(&checkpoints, coverage);
	checkpoints_release(&checkpoints);
	assert_true(coverage_checkpoint(coverage, 0, day)->is_success);
	char *path = path_join(scripts.home, "checkpoints/pcf_2021-11-16_2021-11-30.json");
	assert_int_equal(unlink(path), 0); /* cleared: it says nothing any more */
	checkpoints_read(pipeline, pipeline->range, &checkpoints);
	checkpoints_apply(&checkpoints, coverage);
	checkpoints_release(&checkpoints);
	assert_null(coverage_checkpoint(coverage, 0, day));
	setenv("HOME", home, 1);
	free(home);
	free(path);
	coverage_free(coverage);
	calendar_free(calendar);
	pipeline_free(pipeline);
	scripts_close(&scripts);
}

static bool says(const struct launch_preview *preview, const char *text)
{
	for (size_t i = 0; i < preview->line_count; i++)
		if (strstr(preview->lines[i].text, text) != NULL)
			return true;
	return false;
}

/* The launch dialog asks ledger, checkpoint and disk. */
static void a_launch_tells_what_failed_before_and_where_the_checkpoint_would_resume(void **state)
{
	(void)state;
	static const struct script_table failing[] = {
		{"pcf", "phase4_simulator",
			CHECKPOINT ", \"env\": {\"SIMULATE_FAILED\": \"2021-11-17\"}", NULL},
		{0}};
	struct scripts scripts;
	struct pipeline *pipeline;
	struct calendar *calendar;
	struct command *command;
	struct launch_item item;
	struct error err;
	date_t dates[] = {date_of(2021, 11, 16), date_of(2021, 11, 17), date_of(2021, 11, 18)};
	scripts_open(&scripts, failing);
	for (int i = 0; i < 2; i++)
		free(SCRIPTS_RUN(&scripts, "run").output);
	note(&scripts, "pcf_2021-11-16_2021-11-18.json",
		"{\"job_name\": \"pcf\", \"start_date\": \"2021-11-16\", \"end_date\": "
		"\"2021-11-18\", \"last_successful_date\": \"2021-11-16\", "
		"\"successful_dates\": [\"2021-11-16\"], \"failed_dates\": [], "
		"\"skipped_dates\": []}");
	char *home = memory_copy_text(getenv("HOME") != NULL ? getenv("HOME") : "");
	setenv("HOME", scripts.home, 1);
	assert_true(pipeline_load(scripts.pipeline, &pipeline, &err));
	assert_true(command_parse(pipeline, 0, &command, &err));
	struct coverage *coverage = cover(pipeline, &calendar);
	launch_item_init(&item, coverage, 0, command, dates, ARRAY_COUNT(dates));
	launch_item_look(&item, "pcf", scripts.state);
	struct launch_preview *preview = launch_say(pipeline, &item, 1);
	assert_int_equal(preview->process_count, 1);
	assert_true(says(preview, "11-17 (2) so often before; after the third failure"));
	assert_true(says(preview, "--start-date 2021-11-16 --end-date 2021-11-18"));
	assert_true(says(preview, "not known")); /* no repository there */
	assert_false(says(preview, "would never be retried"));
	launch_preview_free(preview);
	note(&scripts, "pcf_2021-11-16_2021-11-18.json",
		"{\"job_name\": \"pcf\", \"start_date\": \"2021-11-16\", \"end_date\": "
		"\"2021-11-18\", \"last_successful_date\": \"2021-11-17\", "
		"\"successful_dates\": [\"2021-11-17\"], \"failed_dates\": "
		"[\"2021-11-16\"], \"skipped_dates\": []}");
	launch_item_release(&item);
	launch_item_init(&item, coverage, 0, command, dates, ARRAY_COUNT(dates));
	launch_item_look(&item, "pcf", scripts.state);
	preview = launch_say(pipeline, &item, 1);
	assert_true(says(preview, "the job would resume at 11-18; 11-16 failed before and would"));
	launch_preview_free(preview);
	launch_item_release(&item);
	setenv("HOME", home, 1);
	free(home);
	coverage_free(coverage);
	calendar_free(calendar);
	command_free(command);
	pipeline_free(pipeline);
	scripts_close(&scripts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_checkpoint_that_says_complete_where_the_table_lacks_the_date_is_told),
		cmocka_unit_test(the_trap_of_a_resume_is_told_for_the_date_and_for_the_table),
		cmocka_unit_test(a_damaged_checkpoint_is_named_and_is_no_witness),
		cmocka_unit_test(a_torn_file_leaves_what_was_known),
		cmocka_unit_test(
			a_launch_tells_what_failed_before_and_where_the_checkpoint_would_resume),
	};
	return cmocka_run_group_tests(tests, NULL, scripts_forget);
}
