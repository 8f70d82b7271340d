/* Checkpoints lie in a folder of everybody's: what is no checkpoint is named, never followed for
 * long, and never takes away what was known. */
#include "jobs/checkpoint.h"

#include "base/path.h"
#include "tests/test.h"

#include <fcntl.h>
#include <sys/stat.h>

#define NOBODY 65534
#define GOOD                                                                         \
	"{\"job_name\": \"pcf\", \"start_date\": \"2021-11-16\", \"end_date\": "     \
	"\"2021-11-18\", \"last_successful_date\": \"2021-11-17\", "                 \
	"\"successful_dates\": [\"2021-11-16\", \"2021-11-17\"], \"failed_dates\": " \
	"[], \"skipped_dates\": []}"
#define DEEP 100000

static void put(const char *path, const char *text)
{
	struct error err;
	assert_true(path_write_file(path, text, strlen(text), &err));
}

/* The file is whole, then something else takes its name. */
static struct checkpoint_file *whole(const char *path)
{
	struct error err;
	put(path, GOOD);
	struct checkpoint_file *file = checkpoint_file_new(path);
	assert_int_equal(checkpoint_file_read(file, &err), CHECKPOINT_NEW);
	assert_int_equal(unlink(path), 0);
	return file;
}

static void expect_damaged(struct checkpoint_file *file, const char *path, const char *words)
{
	struct error err = {0};
	assert_int_equal(checkpoint_file_read_whole(file, &err), CHECKPOINT_DAMAGED);
	if (strstr(err.text, path) == NULL || strstr(err.text, words) == NULL)
		fail_msg("no \"%s\" in: %s", words, err.text);
	assert_non_null(checkpoint_file_good(file)); /* what was known stays */
	assert_int_equal(checkpoint_file_good(file)->successful.count, 2);
	checkpoint_file_free(file);
}

static void what_is_no_file_is_not_opened(void **state)
{
	(void)state;
	char *folder = test_folder();
	char *path = path_join(folder, "pcf_2021-11-16_2021-11-18.json");
	struct checkpoint_file *file = whole(path);
	assert_int_equal(mkfifo(path, 0600), 0); /* an open would wait for a writer */
	expect_damaged(file, path, "is not a regular file");
	assert_int_equal(unlink(path), 0);
	file = whole(path);
	assert_int_equal(symlink("/dev/zero", path), 0); /* has no end */
	expect_damaged(file, path, "is not a regular file");
	assert_int_equal(unlink(path), 0);
	file = whole(path);
	assert_int_equal(mkdir(path, 0700), 0);
	expect_damaged(file, path, "is not a regular file");
	assert_int_equal(rmdir(path), 0);
	file = whole(path);
	assert_int_equal(symlink(path, path), 0);
	expect_damaged(file, path, "cannot look at it");
	free(path);
	free(folder);
}

static void a_link_to_a_checkpoint_is_one_and_a_dangling_one_is_none(void **state)
{
	(void)state;
	struct error err;
	char *folder = test_folder();
	char *path = path_join(folder, "link.json"), *target = path_join(folder, "target.json");
	assert_int_equal(symlink(target, path), 0);
	struct checkpoint_file *file = checkpoint_file_new(path);
	assert_int_equal(checkpoint_file_read(file, &err), CHECKPOINT_ABSENT);
	put(target, GOOD);
	assert_int_equal(checkpoint_file_read(file, &err), CHECKPOINT_NEW);
	checkpoint_file_free(file);
	free(path);
	free(target);
	free(folder);
}

static void a_file_that_may_not_be_read_is_named(void **state)
{
	(void)state;
	uid_t user = geteuid();
	char *folder = test_folder();
	char *path = path_join(folder, "x.json");
	struct checkpoint_file *file = whole(path);
	put(path, GOOD);
	assert_int_equal(chmod(path, 0), 0);
	if (user == 0) /* who may read everything */
		assert_int_equal(seteuid(NOBODY), 0);
	expect_damaged(file, path, "Permission denied");
	assert_int_equal(seteuid(user), 0);
	free(path);
	free(folder);
}

static void a_file_without_end_is_a_limit_at_once(void **state)
{
	(void)state;
	char *folder = test_folder();
	char *path = path_join(folder, "x.json");
	struct checkpoint_file *file = whole(path);
	int sparse = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(sparse >= 0);
	assert_int_equal(ftruncate(sparse, (off_t)1 << 40), 0);
	close(sparse);
	expect_damaged(file, path, "is larger than");
	free(path);
	free(folder);
}

static char *repeated(const char *text, size_t count, const char *end)
{
	struct buffer made = {0};
	for (size_t i = 0; i < count; i++)
		buffer_add_text(&made, text);
	buffer_add_text(&made, end);
	char *copy = memory_copy_text(buffer_text(&made));
	buffer_release(&made);
	return copy;
}

static void depth_and_odd_types_are_refused(void **state)
{
	(void)state;
	char *arrays = repeated("[", DEEP, ""), *objects = repeated("{\"a\":", DEEP, "1");
	const char *const texts[] = {arrays, objects, "null", "5", "\"x\"", "{\"job_name\": null}",
		"{\"job_name\": \"a\\u0000b\"}",
		"{\"job_name\": \"x\", \"start_date\": {}, \"end_date\": []}",
		"{\"job_name\": \"x\", \"start_date\": \"9999-99-99\", \"end_date\": "
		"\"2021-11-16\"}",
		"{\"job_name\": \"x\", \"start_date\": \"2021-11-16\", \"end_date\": "
		"\"2021-11-16\", "
		"\"successful_dates\": null, \"failed_dates\": [], \"skipped_dates\": []}",
		"{\"job_name\": \"x\", \"start_date\": \"2021-11-16\", \"end_date\": "
		"\"2021-11-16\", "
		"\"successful_dates\": [[]], \"failed_dates\": [], \"skipped_dates\": []}",
		"\xEF\xBB\xBF{}", "{\"job_name\": \"\xFF\xFE\"}"};
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		struct checkpoint checkpoint = {.finding_count = 77};
		struct error err = {0};
		if (checkpoint_parse(texts[i], strlen(texts[i]), &checkpoint, &err))
			fail_msg("taken: %.80s", texts[i]);
		assert_int_equal(err.kind, ERROR_INPUT);
		assert_int_equal(checkpoint.finding_count, 77);
	}
	free(arrays);
	free(objects);
}

/* Numbers and dates at their ends; the file of a script that went mad. */
static void what_contradicts_itself_in_every_way_is_counted_from_its_lists(void **state)
{
	(void)state;
	static const char mad[] =
		"{\"job_name\": \"pcf\", \"start_date\": \"2021-11-16\", \"end_date\": "
		"\"2021-11-18\", \"last_successful_date\": \"2199-12-31\", \"created_at\": 5, "
		"\"last_updated\": \"never\", \"successful_dates\": [\"2021-11-17\"], "
		"\"failed_dates\": [\"2021-11-17\", \"1900-01-01\"], \"skipped_dates\": "
		"[\"2021-11-17\"], \"stats\": {\"processed\": -9223372036854775808, "
		"\"successful\": 9223372036854775807, \"failed\": 1.5, \"skipped\": \"x\"}}";
	struct checkpoint checkpoint;
	struct error err;
	struct buffer words = {0};
	assert_true(checkpoint_parse(mad, strlen(mad), &checkpoint, &err));
	assert_int_equal(checkpoint.successful.count, 1);
	assert_int_equal(checkpoint.updated_ms, -1);
	assert_true(checkpoint.is_starting_over); /* as the script would */
	assert_true(checkpoint.finding_count >= 5);
	checkpoint_describe_resume(&checkpoint, &words);
	assert_non_null(strstr(buffer_text(&words), "start over"));
	buffer_release(&words);
	checkpoint_release(&checkpoint);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_file_is_not_opened),
		cmocka_unit_test(a_link_to_a_checkpoint_is_one_and_a_dangling_one_is_none),
		cmocka_unit_test(a_file_that_may_not_be_read_is_named),
		cmocka_unit_test(a_file_without_end_is_a_limit_at_once),
		cmocka_unit_test(depth_and_odd_types_are_refused),
		cmocka_unit_test(what_contradicts_itself_in_every_way_is_counted_from_its_lists),
	};
	return RUN(tests);
}
