#include "tests/test.h"

#include "base/path.h"
#include "jobs/run_logs.h"

static void make_file(const char *folder, const char *name)
{
	struct error err;
	char *path = path_join(folder, name);
	assert_true(path_make_parent(path, &err));
	assert_true(path_write_file(path, "x", 1, &err));
	free(path);
}

static bool has_file(const char *folder, const char *name)
{
	char *path = path_join(folder, name);
	bool exists = path_exists(path);
	free(path);
	return exists;
}

static void only_the_newest_logs_stay(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct error err;
	size_t removed;
	make_file(folder, "logs/20261126T061700000-pgs-3.log");
	make_file(folder, "logs/20261126T061600000-pgs-1.log");
	make_file(folder, "logs/20261126T061650000-upgc-2.log");
	make_file(folder, "logs/notes.txt");
	assert_true(run_logs_prune(folder, 3, &removed, &err));
	assert_int_equal(removed, 0);
	assert_true(run_logs_prune(folder, 1, &removed, &err));
	assert_int_equal(removed, 2);
	assert_true(has_file(folder, "logs/20261126T061700000-pgs-3.log"));
	assert_true(has_file(folder, "logs/notes.txt"));
	assert_false(has_file(folder, "logs/20261126T061600000-pgs-1.log"));
	free(folder);
}

static void a_folder_without_logs_is_fine_and_one_that_cannot_be_read_is_not(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct error err;
	size_t removed;
	assert_true(run_logs_prune(folder, 1, &removed, &err));
	make_file(folder, "logs"); /* a file where the folder should be */
	assert_false(run_logs_prune(folder, 1, &removed, &err));
	assert_non_null(strstr(err.text, "logs"));
	free(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_newest_logs_stay),
		cmocka_unit_test(a_folder_without_logs_is_fine_and_one_that_cannot_be_read_is_not),
	};
	return RUN(tests);
}
