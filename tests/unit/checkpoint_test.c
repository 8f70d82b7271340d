/* Checkpoints of the scripts: whole, torn, contradicting themselves, and the trap of their resume.
 */
#include "jobs/checkpoint.h"

#include "base/path.h"
#include "tests/test.h"

#define HEAD                                                                             \
	"{\"job_name\": \"player_composite_factors\", \"start_date\": \"2021-11-16\", "  \
	"\"end_date\": \"2021-11-30\", \"created_at\": \"2025-12-03T21:20:11.482913\", " \
	"\"last_updated\": \"2025-12-03T21:31:40.003127\", "
#define GOOD                                                                                     \
	HEAD "\"last_successful_date\": \"2021-11-22\", \"successful_dates\": [\"2021-11-17\", " \
	     "\"2021-11-22\", \"2021-11-19\"], \"failed_dates\": [\"2021-11-18\", "              \
	     "\"2021-11-16\", \"2021-11-23\"], \"skipped_dates\": [], \"stats\": "               \
	     "{\"total_days\": 15, \"processed\": 6, \"successful\": 3, \"failed\": 3, "         \
	     "\"skipped\": 0}}"

static struct checkpoint parse(const char *text)
{
	struct checkpoint checkpoint;
	struct error err;
	if (!checkpoint_parse(text, strlen(text), &checkpoint, &err))
		fail_msg("%s", err.text);
	return checkpoint;
}

static void assert_resume(struct checkpoint *checkpoint, const char *expected)
{
	struct buffer text = {0};
	checkpoint_describe_resume(checkpoint, &text);
	assert_string_equal(buffer_text(&text), expected);
	buffer_release(&text);
	checkpoint_release(checkpoint);
}

static void a_whole_checkpoint_and_its_trap(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	struct checkpoint checkpoint = parse(GOOD);
	assert_string_equal(checkpoint.job, "player_composite_factors");
	assert_int_equal(checkpoint.range.first, date_of(2021, 11, 16));
	assert_int_equal(checkpoint.range.last, date_of(2021, 11, 30));
	assert_int_equal(checkpoint.successful.count, 3);
	assert_int_equal(checkpoint.successful.items[1], date_of(2021, 11, 19));
	assert_int_equal(checkpoint.last_successful, date_of(2021, 11, 22));
	assert_int_equal(checkpoint.resume_date, date_of(2021, 11, 23));
	assert_int_equal(checkpoint.updated_ms, 1764797500000);
	assert_int_equal(checkpoint.never_retried.count, 2);
	assert_int_equal(checkpoint.finding_count, 0);
	assert_resume(&checkpoint,
		"the job would resume at 11-23; 11-16 and 11-18 failed before and "
		"would never be retried");
}

static void a_range_that_is_done_starts_over(void **state)
{
	(void)state;
	struct checkpoint checkpoint =
		parse(HEAD "\"last_successful_date\": \"2021-11-30\", \"successful_dates\": "
			   "[\"2021-11-30\"], \"failed_dates\": [\"2021-11-20\"], "
			   "\"skipped_dates\": []}");
	assert_true(checkpoint.is_starting_over);
	assert_int_equal(checkpoint.resume_date, date_of(2021, 11, 16));
	assert_int_equal(checkpoint.never_retried.count, 0);
	assert_resume(&checkpoint,
		"its range is done: the job would start over at 11-16 and do all of it again");
}

static void skipped_dates_do_not_move_the_resume(void **state)
{
	(void)state;
	struct checkpoint checkpoint =
		parse(HEAD "\"last_successful_date\": null, \"successful_dates\": [], "
			   "\"failed_dates\": [\"2021-11-18\"], \"skipped_dates\": "
			   "[\"2021-11-16\", \"2021-11-17\"]}");
	assert_int_equal(checkpoint.last_successful, DATE_NONE);
	assert_int_equal(checkpoint.resume_date, date_of(2021, 11, 16));
	assert_resume(&checkpoint, "");
}

static void many_dates_are_counted_not_listed(void **state)
{
	(void)state;
	struct checkpoint checkpoint =
		parse(HEAD "\"last_successful_date\": \"2021-11-29\", \"successful_dates\": "
			   "[\"2021-11-29\"], \"failed_dates\": [\"2021-11-16\", \"2021-11-17\", "
			   "\"2021-11-18\", \"2021-11-19\", \"2021-11-20\", \"2021-11-21\", "
			   "\"2021-11-22\", \"2021-11-23\"], \"skipped_dates\": []}");
	assert_resume(&checkpoint, "the job would resume at 11-30; 11-16, 11-17, 11-18, 11-19, "
				   "11-20, 11-21 and 2 more "
				   "failed before and would never be retried");
}

static void contradictions_are_reported(void **state)
{
	(void)state;
	struct checkpoint checkpoint =
		parse(HEAD "\"last_successful_date\": \"2021-11-18\", \"successful_dates\": "
			   "[\"2021-11-17\", \"2021-11-17\", \"2021-11-20\"], \"failed_dates\": "
			   "[\"2021-11-17\", \"2021-12-24\"], \"skipped_dates\": [\"2021-11-20\"], "
			   "\"stats\": {\"processed\": 9, \"successful\": 3, \"failed\": 2, "
			   "\"skipped\": 1}}");
	static const char *const expected[] = {
		"2021-11-17 is in successful_dates twice",
		"2021-12-24 in failed_dates lies outside the range",
		"stats.successful says 3, the lists hold 2",
		"stats.processed says 9, the lists hold 5",
		"2021-11-17 is both successful and failed",
		"2021-11-20 is both successful and skipped",
		"last_successful_date says 2021-11-18, the list ends at 2021-11-20",
	};
	assert_int_equal(checkpoint.finding_count, ARRAY_COUNT(expected));
	for (size_t i = 0; i < ARRAY_COUNT(expected); i++)
		assert_string_equal(checkpoint.findings[i], expected[i]);
	/* The script goes by what the file says. */
	assert_int_equal(checkpoint.resume_date, date_of(2021, 11, 19));
	assert_int_equal(checkpoint.successful.count, 2);
	checkpoint_release(&checkpoint);
}

static void what_is_no_checkpoint_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = {"", "[]", "{}", "{\"job_name\": 5}", HEAD "}",
		HEAD "\"successful_dates\": {}, \"failed_dates\": [], \"skipped_dates\": []}",
		HEAD "\"successful_dates\": [5], \"failed_dates\": [], \"skipped_dates\": []}",
		HEAD "\"successful_dates\": [\"2021-11-31\"], \"failed_dates\": [], "
		     "\"skipped_dates\": []}",
		"{\"job_name\": \"x\", \"start_date\": \"2021-11-16\", \"end_date\": "
		"\"2021-11-15\", "
		"\"successful_dates\": [], \"failed_dates\": [], \"skipped_dates\": []}"};
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		struct checkpoint checkpoint = {.finding_count = 77};
		struct error err = {0};
		assert_false(checkpoint_parse(texts[i], strlen(texts[i]), &checkpoint, &err));
		assert_int_equal(err.kind, ERROR_INPUT);
		assert_int_equal(checkpoint.finding_count, 77);
	}
	/* Every cut of a whole one. */
	for (size_t length = 0; length + 1 < sizeof(GOOD) - 1; length++) {
		struct checkpoint checkpoint;
		struct error err;
		assert_false(checkpoint_parse(GOOD, length, &checkpoint, &err));
	}
}

static void too_large_is_a_limit(void **state)
{
	(void)state;
	struct checkpoint checkpoint;
	struct error err;
	char *large = memory_new(CHECKPOINT_BYTES_MAX + 1);
	assert_false(checkpoint_parse(large, CHECKPOINT_BYTES_MAX + 1, &checkpoint, &err));
	assert_int_equal(err.kind, ERROR_LIMIT);
	free(large);
	struct buffer many = {0};
	buffer_add_text(&many, HEAD "\"failed_dates\": [], \"skipped_dates\": [], "
				    "\"successful_dates\": [\"2021-11-16\"");
	for (int i = 0; i < CHECKPOINT_DATES_MAX; i++)
		buffer_add_text(&many, ", \"2021-11-17\"");
	buffer_add_text(&many, "]}");
	assert_false(checkpoint_parse(many.bytes, many.length, &checkpoint, &err));
	assert_int_equal(err.kind, ERROR_LIMIT);
	buffer_release(&many);
}

static void put(const char *path, const char *text)
{
	struct error err;
	assert_true(path_write_file(path, text, strlen(text), &err));
}

static void a_torn_file_is_tried_again_and_the_last_good_reading_kept(void **state)
{
	(void)state;
	struct error err;
	char *folder = test_folder();
	char *path = path_join(folder, "x_2021-11-16_2021-11-30.json");
	struct checkpoint_file *file = checkpoint_file_new(path);
	assert_int_equal(checkpoint_file_read(file, &err), CHECKPOINT_ABSENT);
	assert_null(checkpoint_file_good(file));
	put(path, "");
	assert_int_equal(checkpoint_file_read(file, &err), CHECKPOINT_TORN);
	put(path, GOOD);
	assert_int_equal(checkpoint_file_read(file, &err), CHECKPOINT_NEW);
	assert_int_equal(checkpoint_file_good(file)->successful.count, 3);
	assert_int_equal(checkpoint_file_read(file, &err), CHECKPOINT_SAME);
	put(path, "{\"job_name\": \"player_comp");
	for (int i = 1; i < CHECKPOINT_RETRIES_MAX; i++)
		assert_int_equal(checkpoint_file_read(file, &err), CHECKPOINT_TORN);
	assert_int_equal(checkpoint_file_read(file, &err), CHECKPOINT_DAMAGED);
	assert_non_null(strstr(err.text, path));
	assert_int_equal(checkpoint_file_good(file)->successful.count, 3);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(checkpoint_file_read(file, &err), CHECKPOINT_ABSENT);
	assert_int_equal(checkpoint_file_good(file)->successful.count, 3);
	put(path, HEAD "\"successful_dates\": [], \"failed_dates\": [], \"skipped_dates\": []}");
	assert_int_equal(checkpoint_file_read(file, &err), CHECKPOINT_NEW);
	assert_int_equal(checkpoint_file_good(file)->successful.count, 0);
	checkpoint_file_free(file);
	file = checkpoint_file_new(folder);
	assert_int_equal(checkpoint_file_read(file, &err), CHECKPOINT_DAMAGED);
	checkpoint_file_free(file);
	free(path);
	free(folder);
}

static void checkpoints_of_a_job_are_found_by_name(void **state)
{
	(void)state;
	struct error err;
	char *folder = test_folder();
	static const char *const names[] = {"pcf_2021-11-16_2021-11-30.json",
		"pcf_2021-10-19_2021-11-01.json", "pcf_2021-10-19_2021-10-30.json",
		"pcf_2021-11-16_2021-11-30.json.tmp", "pcf_2021-11-16_2021-11-30.lock",
		"xpcf_2021-11-16_2021-11-30.json", "pcf_2021-11-16_2021-11-3x.json", "pcf_.json"};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		char *path = path_join(folder, names[i]);
		put(path, GOOD);
		free(path);
	}
	struct checkpoint_list list;
	assert_true(checkpoint_list(folder, "pcf", &list, &err));
	assert_int_equal(list.count, 3);
	assert_int_equal(list.items[0].range.last, date_of(2021, 10, 30));
	assert_int_equal(list.items[2].range.first, date_of(2021, 11, 16));
	assert_true(text_ends_with(list.items[2].path, names[0]));
	checkpoint_list_release(&list);
	assert_true(checkpoint_list("/nowhere/at/all", "pcf", &list, &err));
	assert_int_equal(list.count, 0);
	free(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_checkpoint_and_its_trap),
		cmocka_unit_test(a_range_that_is_done_starts_over),
		cmocka_unit_test(skipped_dates_do_not_move_the_resume),
		cmocka_unit_test(many_dates_are_counted_not_listed),
		cmocka_unit_test(contradictions_are_reported),
		cmocka_unit_test(what_is_no_checkpoint_is_refused),
		cmocka_unit_test(too_large_is_a_limit),
		cmocka_unit_test(a_torn_file_is_tried_again_and_the_last_good_reading_kept),
		cmocka_unit_test(checkpoints_of_a_job_are_found_by_name),
	};
	return RUN(tests);
}
