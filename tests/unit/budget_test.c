/* The daily budget of BigQuery: a file that consoles share and that outlives them. */
#include "tests/test.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/path.h"
#include "warehouse/budget.h"

#include <sys/stat.h>
#include <sys/wait.h>

#define MIB INT64_C(1048576)

struct place {
	char *folder, *path;
	struct error err;
};

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	place->folder = test_folder();
	place->path = path_join(place->folder, "state/" BUDGET_FILE);
	budget_set(place->path, 100 * MIB);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	budget_set(NULL, 0);
	free(place->folder);
	free(place->path);
	free(place);
	return 0;
}

static int64_t used(struct place *place)
{
	struct budget_state look;
	if (!budget_look(&look, &place->err))
		fail_msg("%s", place->err.text);
	return look.used_bytes;
}

static void write_file(struct place *place, const char *text)
{
	if (!path_make_parent(place->path, &place->err) ||
		!path_write_file(place->path, text, strlen(text), &place->err))
		fail_msg("%s", place->err.text);
}

static void what_is_taken_is_settled_by_what_was_paid(void **state)
{
	struct place *place = *state;
	int64_t left;
	assert_int_equal(used(place), 0);
	assert_false(path_exists(place->path)); /* nothing is made by looking */
	assert_true(budget_take(10 * MIB, &left, &place->err));
	assert_int_equal(left, 100 * MIB);
	assert_int_equal(used(place), 10 * MIB);
	assert_true(budget_settle(10 * MIB, 30 * MIB, &place->err));
	assert_int_equal(used(place), 30 * MIB);
	assert_true(budget_take(10 * MIB, &left, &place->err));
	assert_int_equal(left, 70 * MIB);
	assert_true(budget_settle(10 * MIB, 0, &place->err)); /* out of the cache */
	assert_int_equal(used(place), 30 * MIB);
}

static void what_is_over_is_refused_and_not_taken(void **state)
{
	struct place *place = *state;
	int64_t left;
	assert_true(budget_take(100 * MIB, &left, &place->err)); /* exactly all */
	assert_false(budget_take(1, &left, &place->err));
	assert_int_equal(place->err.kind, ERROR_LIMIT);
	assert_non_null(strstr(place->err.text, "--budget MIB raises it"));
	assert_non_null(strstr(place->err.text, "0 of 100 MiB are left today"));
	assert_int_equal(used(place), 100 * MIB);
	assert_false(budget_check(1, &place->err));
	budget_set(place->path, 200 * MIB); /* raised: the file is the same */
	assert_true(budget_check(100 * MIB, &place->err));
	assert_false(budget_check(100 * MIB + 1, &place->err));
	assert_int_equal(used(place), 100 * MIB);
}

static void a_new_day_is_a_fresh_start(void **state)
{
	struct place *place = *state;
	char today[DATE_TEXT_BYTES], text[64];
	date_t date = (date_t)(clock_wall_ms() / 86400000);
	write_file(place, "2021-11-16 00000000000000000099\n");
	assert_int_equal(used(place), 0);
	snprintf(text, sizeof(text), "%s 77\n", date_format(date, today));
	write_file(place, text);
	assert_int_equal(used(place), 77);
}

static void a_file_that_is_no_record_is_not_nothing_spent(void **state)
{
	struct place *place = *state;
	static const char *const texts[] = {"x", "2021-11-16", "2021-11-16 -5\n", "2021-11-16 5",
		"2021-13-16 5\n", "2021-11-16 99999999999999999999\n"};
	int64_t left;
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		struct budget_state look;
		write_file(place, texts[i]);
		assert_false(budget_look(&look, &place->err));
		assert_false(budget_take(1, &left, &place->err));
		assert_non_null(strstr(place->err.text, "remove it to begin anew"));
	}
}

static void where_nothing_can_be_written_nothing_is_paid(void **state)
{
	struct place *place = *state;
	int64_t left;
	char *folder = path_join(place->folder, "state");
	write_file(place, "");
	unlink(place->path);
	assert_int_equal(symlink("/dev/null", place->path), 0); /* never through a link */
	assert_false(budget_take(1, &left, &place->err));
	free(folder);
}

static void without_a_budget_nothing_is_refused(void **state)
{
	struct place *place = *state;
	int64_t left;
	budget_set(place->path, 0);
	assert_true(budget_take(INT64_MAX, &left, &place->err));
	assert_int_equal(left, INT64_MAX);
	assert_true(budget_check(INT64_MAX, &place->err));
	assert_false(path_exists(place->path));
}

/* Two consoles of a state folder: together they never take more than there is. */
static void processes_share_the_file(void **state)
{
	struct place *place = *state;
	pid_t children[4];
	int total = 0;
	for (size_t i = 0; i < ARRAY_COUNT(children); i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] != 0)
			continue;
		int taken = 0;
		int64_t left;
		while (budget_take(MIB, &left, NULL))
			taken++;
		_exit(taken);
	}
	for (size_t i = 0; i < ARRAY_COUNT(children); i++) {
		int status;
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFEXITED(status));
		total += WEXITSTATUS(status);
	}
	assert_int_equal(total, 100);
	assert_int_equal(used(place), 100 * MIB);
}

int main(void)
{
#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_PLACE(what_is_taken_is_settled_by_what_was_paid),
		AT_A_PLACE(what_is_over_is_refused_and_not_taken),
		AT_A_PLACE(a_new_day_is_a_fresh_start),
		AT_A_PLACE(a_file_that_is_no_record_is_not_nothing_spent),
		AT_A_PLACE(where_nothing_can_be_written_nothing_is_paid),
		AT_A_PLACE(without_a_budget_nothing_is_refused),
		AT_A_PLACE(processes_share_the_file),
	};
	return RUN(tests);
}
