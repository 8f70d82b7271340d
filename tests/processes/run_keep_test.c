/* The folders of runs: which are kept, which are swept, and when none is made. */
#include "tests/processes/support/yard.h"
#include "tests/test.h"

#include "base/clock.h"
#include "base/path.h"

#include <fcntl.h>
#include <sys/stat.h>

static void make_older(const char *run, int64_t by_ms)
{
	char *about = path_join(run, RUN_FILE_ABOUT);
	int64_t then_ms = clock_wall_ms() - by_ms;
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = then_ms / 1000}};
	assert_int_equal(utimensat(AT_FDCWD, about, times, 0), 0);
	free(about);
}

static void old_runs_are_removed_and_those_that_live_are_not(void **state)
{
	(void)state;
	static const int64_t day_ms = 86400000;
	struct yard yard;
	struct error err;
	struct run_list list = {0};
	size_t removed;
	yard_open(&yard);
	char *alive = yard_start(&yard, "alive", "pcf", "exec sleep 1000");
	make_older(alive, 100 * day_ms);
	for (int i = 0; i < 6; i++) {
		char *id = memory_format("r%d", i);
		char *run = yard_start(&yard, id, "mlfs", "echo x");
		yard_await_end(run);
		make_older(run, 10 * day_ms * i);
		free(run);
		free(id);
	}
	struct run_keep keep = {.now_ms = clock_wall_ms(), .age_ms = 45 * day_ms, .count = 4};
	assert_true(run_folder_prune(yard.folder, &keep, &removed, &err));
	assert_int_equal(removed, 2); /* r5 by age, r4 by count */
	assert_true(run_folder_list(yard.folder, &list, &err));
	assert_int_equal(list.count, 5);
	assert_string_equal(list.ids[0], "r0");
	assert_string_equal(list.ids[3], "r3");
	assert_string_equal(list.ids[4], "alive");
	assert_int_equal(yard_state(alive), RUN_STATE_RUNNING);
	run_list_release(&list);
	yard_request(alive, RUN_VERB_KILL);
	yard_await_end(alive);
	keep.count = 0;
	assert_true(run_folder_prune(yard.folder, &keep, &removed, &err));
	assert_int_equal(removed, 5);
	assert_true(run_folder_list(yard.folder, &list, &err));
	assert_int_equal(list.count, 0);
	run_list_release(&list);
	free(alive);
	yard_close(&yard);
}

static void what_a_dying_console_left_half_made_is_swept(void **state)
{
	(void)state;
	struct yard yard;
	struct error err;
	size_t removed;
	yard_open(&yard);
	char *half = memory_format("%s/runs/.new-abcdef", yard.folder);
	char *foreign = memory_format("%s/runs/notes", yard.folder);
	char *note = path_join(foreign, "note.txt");
	assert_true(path_make_folder(half, &err) && path_make_folder(foreign, &err));
	assert_true(path_write_file(note, "mine", 4, &err));
	struct timespec long_ago[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
	assert_int_equal(utimensat(AT_FDCWD, half, long_ago, 0), 0);
	struct run_keep keep = {.now_ms = clock_wall_ms()};
	assert_true(run_folder_prune(yard.folder, &keep, &removed, &err));
	assert_false(path_exists(half));
	free(note);
	free(foreign);
	free(half);
	yard_close(&yard);
}

static void too_little_space_refuses_a_start(void **state)
{
	(void)state;
	struct yard yard;
	struct error err = {0};
	yard_open(&yard);
	yard.launch.free_bytes_min = INT64_MAX;
	assert_false(yard_try(&yard, "r", "pcf", "exit 0", &err));
	assert_int_equal(err.kind, ERROR_LIMIT);
	assert_non_null(strstr(err.text, "too little space"));
	char *run = run_folder_of(yard.folder, "r");
	assert_false(path_exists(run));
	free(run);
	yard_close(&yard);
}

static void a_supervisor_that_is_not_there_is_named(void **state)
{
	(void)state;
	struct yard yard;
	struct error err = {0};
	char *path;
	yard_open(&yard);
	assert_false(launch_find_supervisor("/no/such/supervisor", &path, &err));
	assert_non_null(strstr(err.text, "/no/such/supervisor: No such file"));
	yard.launch.supervisor = "/no/such/supervisor";
	assert_false(yard_try(&yard, "r", "pcf", "exit 0", &err));
	char *run = run_folder_of(yard.folder, "r");
	assert_false(path_exists(run));
	free(run);
	yard_close(&yard);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(old_runs_are_removed_and_those_that_live_are_not),
		cmocka_unit_test(what_a_dying_console_left_half_made_is_swept),
		cmocka_unit_test(too_little_space_refuses_a_start),
		cmocka_unit_test(a_supervisor_that_is_not_there_is_named),
	};
	return RUN(tests);
}
