/*
 * A full disk under the run folders: a small tmpfs of this process alone (a mount namespace, and a
 * user namespace where we are not root). Skipped where the kernel allows neither.
 */
#include "tests/processes/support/yard.h"
#include "tests/test.h"

#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>

#define DISK_OPTIONS "size=256k"

static bool can_mount;

static bool enter_namespace(void)
{
	int flags = geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER;
	return unshare(flags) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static void open_small_disk(struct yard *yard)
{
	if (!can_mount) {
		print_message("# skipped: no mount namespace to be had\n");
		skip();
	}
	yard_open(yard);
	assert_int_equal(mount("none", yard->folder, "tmpfs", 0, DISK_OPTIONS), 0);
}

static void close_small_disk(struct yard *yard)
{
	assert_int_equal(umount2(yard->folder, MNT_DETACH), 0);
	yard_close(yard);
}

/* Eats whatever room is left. */
static void fill(const struct yard *yard)
{
	static const char zeros[4096];
	char *path = path_join(yard->folder, "filler");
	int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	assert_true(file >= 0);
	while (write(file, zeros, sizeof(zeros)) > 0)
		;
	assert_int_equal(errno, ENOSPC);
	close(file);
	free(path);
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
	can_mount = enter_namespace();
	return RUN(tests);
}
