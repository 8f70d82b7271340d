#include "tests/test.h"

#include "base/lock.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

static void the_second_one_is_told_who_the_holder_is(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct lock *first = NULL, *second = NULL;
	struct error err = {0};
	char holder[LOCK_HOLDER_BYTES] = "", expected[64];
	assert_true(lock_take(folder, &first, NULL, &err));
	assert_false(lock_take(folder, &second, holder, &err));
	assert_int_equal(err.kind, ERROR_BUSY);
	snprintf(expected, sizeof(expected), "process %ld on ", (long)getpid());
	assert_non_null(strstr(holder, expected));
	assert_non_null(strstr(err.text, expected));
	assert_null(second);
	lock_free(first);
	free(folder);
}

static void asking_whether_it_is_held_does_not_take_it(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct lock *lock = NULL;
	struct error err;
	assert_false(lock_is_held(folder));
	assert_true(lock_take(folder, &lock, NULL, &err));
	assert_true(lock_is_held(folder));
	lock_free(lock);
	assert_false(lock_is_held(folder));
	assert_true(lock_take(folder, &lock, NULL, &err));
	lock_free(lock);
	free(folder);
}

static void a_released_lock_can_be_taken_again(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct lock *lock = NULL;
	struct error err;
	assert_true(lock_take(folder, &lock, NULL, &err));
	lock_free(lock);
	assert_true(lock_take(folder, &lock, NULL, &err));
	lock_free(lock);
	lock_free(NULL);
	free(folder);
}

static void take_after_death_of(pid_t child, const char *folder)
{
	struct lock *lock = NULL;
	struct error err;
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_true(lock_take(folder, &lock, NULL, &err));
	lock_free(lock);
}

static void a_holder_that_was_killed_holds_nothing(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct lock *lock = NULL;
	struct error err;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (!lock_take(folder, &lock, NULL, &err))
			_exit(1);
		kill(getpid(), SIGKILL);
	}
	take_after_death_of(child, folder);
	free(folder);
}

/* As between fork and exec: a copy of the holder's descriptor outlives the holder. */
static void a_copy_that_a_killed_holder_left_is_waited_for(void **state)
{
	(void)state;
	const struct timespec while_copied = {.tv_nsec = 200000000};
	char *folder = test_folder();
	struct lock *lock = NULL;
	struct error err;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (!lock_take(folder, &lock, NULL, &err))
			_exit(1);
		if (fork() == 0) {
			nanosleep(&while_copied, NULL);
			_exit(0);
		}
		kill(getpid(), SIGKILL);
	}
	take_after_death_of(child, folder);
	free(folder);
}

static void a_missing_folder_is_an_error_that_names_it(void **state)
{
	(void)state;
	struct lock *lock = NULL;
	struct error err;
	assert_false(lock_take("/nowhere/at/all", &lock, NULL, &err));
	assert_int_equal(err.kind, ERROR_SYSTEM);
	assert_non_null(strstr(err.text, "/nowhere/at/all/owner.lock"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_second_one_is_told_who_the_holder_is),
		cmocka_unit_test(asking_whether_it_is_held_does_not_take_it),
		cmocka_unit_test(a_released_lock_can_be_taken_again),
		cmocka_unit_test(a_holder_that_was_killed_holds_nothing),
		cmocka_unit_test(a_copy_that_a_killed_holder_left_is_waited_for),
		cmocka_unit_test(a_missing_folder_is_an_error_that_names_it),
	};
	return RUN(tests);
}
