/* A full disk under the run folders: what the supervisor makes of it. */
#include "tests/processes/support/small_disk.h"
#include "tests/processes/support/yard.h"
#include "tests/test.h"

#include "base/path.h"

#include <fcntl.h>
#include <signal.h>

#define DISK_OPTIONS "size=256k"

static void open_small_disk(struct yard *yard)
{
	yard_open(yard);
	small_disk_mount(yard->folder, DISK_OPTIONS);
}

static void close_small_disk(struct yard *yard)
{
	small_disk_unmount(yard->folder);
	yard_close(yard);
}

static void fill(const struct yard *yard)
{
	small_disk_fill(yard->folder, "filler");
}

static void the_status_of_a_job_that_filled_the_disk_is_known(void **state)
{
	(void)state;
	struct yard yard;
	open_small_disk(&yard);
	char *run = yard_start(&yard, "r", "pcf", "yes 2>/dev/null; echo lost; exit 33");
	struct run_evidence evidence = yard_await_end(run);
	assert_int_equal(run_judge(&evidence), RUN_STATE_FINISHED);
	assert_int_equal(evidence.status.outcome, RUN_EXITED);
	assert_int_equal(evidence.status.code, 33);
	free(run);
	close_small_disk(&yard);
}

static void a_job_can_be_ended_on_a_full_disk(void **state)
{
	(void)state;
	struct yard yard;
	open_small_disk(&yard);
	char *run = yard_start(&yard, "r", "pcf", "echo up; exec sleep 1000");
	yard_await_log(run, "up\n");
	fill(&yard);
	yard_request(run, RUN_VERB_TERMINATE);
	struct run_evidence evidence = yard_await_end(run);
	assert_int_equal(evidence.status.outcome, RUN_SIGNALLED);
	assert_int_equal(evidence.status.code, SIGTERM);
	free(run);
	close_small_disk(&yard);
}

/* The block of `control` is used up as well: SIGTERM to the supervisor is left. */
static void it_can_be_ended_even_when_not_one_more_request_can_be_written(void **state)
{
	(void)state;
	struct yard yard;
	struct error err = {0};
	open_small_disk(&yard);
	char *run = yard_start(&yard, "r", "pcf", "echo up; exec sleep 1000");
	yard_await_log(run, "up\n");
	fill(&yard);
	int written = 0;
	while (run_request(run, RUN_VERB_CONTINUE, "the test", &err))
		written++;
	assert_true(written > 10); /* the block was reserved */
	assert_non_null(strstr(err.text, "No space left"));
	yard_request(run, RUN_VERB_KILL);
	struct run_evidence evidence = yard_await_end(run);
	assert_int_equal(evidence.status.outcome, RUN_SIGNALLED);
	assert_int_equal(evidence.status.asked, RUN_ASKED_SIGNAL);
	free(run);
	close_small_disk(&yard);
}

static void nothing_starts_on_a_full_disk_and_nothing_is_left_there(void **state)
{
	(void)state;
	struct yard yard;
	struct error err = {0};
	open_small_disk(&yard);
	fill(&yard);
	yard.launch.free_bytes_min = 4096;
	assert_false(yard_try(&yard, "r", "pcf", "exit 0", &err));
	assert_int_equal(err.kind, ERROR_LIMIT);
	char *run = run_folder_of(yard.folder, "r");
	assert_false(path_exists(run));
	free(run);
	close_small_disk(&yard);
}

/* Room for the folder but not for what the supervisor writes: every size of room in between. */
static void whatever_room_is_left_a_start_works_or_runs_nothing(void **state)
{
	(void)state;
	int started_count = 0;
	for (int kept = 0; kept < 16; kept++) {
		struct yard yard;
		struct error err = {0};
		open_small_disk(&yard);
		char *room = path_join(yard.folder, "room");
		char *alive = test_folder();
		char *mark = path_join(alive, "mark");
		char *script = memory_format("echo x > %s; exit 3", mark);
		int file = open(room, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		assert_int_equal(posix_fallocate(file, 0, kept * 4096 + 1), 0);
		close(file);
		fill(&yard);
		unlink(room);
		bool started = yard_try(&yard, "r", "pcf", script, &err);
		char *run = run_folder_of(yard.folder, "r");
		if (started) {
			struct run_evidence evidence = yard_await_end(run);
			assert_int_equal(run_judge(&evidence), RUN_STATE_FINISHED);
			assert_int_equal(evidence.status.code, 3);
		}
		assert_int_equal(path_exists(mark), started);
		if (!started && path_exists(run))
			assert_int_equal(yard_state(run), RUN_STATE_NOT_STARTED);
		started_count += started;
		free(run);
		free(script);
		free(mark);
		free(alive);
		free(room);
		close_small_disk(&yard);
	}
	assert_true(started_count > 0 && started_count < 16); /* both were met */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_status_of_a_job_that_filled_the_disk_is_known),
		cmocka_unit_test(a_job_can_be_ended_on_a_full_disk),
		cmocka_unit_test(it_can_be_ended_even_when_not_one_more_request_can_be_written),
		cmocka_unit_test(nothing_starts_on_a_full_disk_and_nothing_is_left_there),
		cmocka_unit_test(whatever_room_is_left_a_start_works_or_runs_nothing),
	};
	small_disk_enter();
	return RUN(tests);
}
