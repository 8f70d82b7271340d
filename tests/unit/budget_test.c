/* The daily budget of BigQuery: a file that consoles share and that outlives them. */
#include "tests/test.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/path.h"
#include "warehouse/budget.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define MIB	  INT64_C(1048576)
#define LIMIT	  (100 * MIB)
#define RACERS	  6
#define LAPS	  200
#define HEAD_TEXT "%s %020lld\n"

struct place {
	char *folder, *path;
	struct error err;
};

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	place->folder = test_folder();
	place->path = path_join(place->folder, "state/" BUDGET_FILE);
	budget_set(place->path, LIMIT);
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

static struct budget_state look(struct place *place)
{
	struct budget_state state;
	if (!budget_look(&state, &place->err))
		fail_msg("%s", place->err.text);
	return state;
}

static void expect(struct place *place, int64_t used_mib, int64_t reserved_mib)
{
	struct budget_state state = look(place);
	assert_int_equal(state.used_bytes, used_mib * MIB);
	assert_int_equal(state.reserved_bytes, reserved_mib * MIB);
}

static struct budget_hold hold(struct place *place, int64_t least_mib, int64_t most_mib)
{
	struct budget_hold made;
	if (!budget_reserve(least_mib * MIB, most_mib * MIB, &made, &place->err))
		fail_msg("%s", place->err.text);
	return made;
}

static void settle(struct place *place, struct budget_hold *made, int64_t paid_mib)
{
	if (!budget_settle(made, paid_mib * MIB, &place->err))
		fail_msg("%s", place->err.text);
}

static void expect_refused(struct place *place, int64_t least_mib, enum error_kind kind)
{
	struct budget_hold none;
	assert_false(budget_reserve(least_mib * MIB, LIMIT, &none, &place->err));
	assert_int_equal(none.descriptor, -1);
	assert_int_equal(place->err.kind, kind);
	assert_non_null(strstr(place->err.text, "--budget MIB raises it"));
}

static void write_file(struct place *place, const char *text)
{
	if (!path_make_parent(place->path, &place->err) ||
		!path_write_file(place->path, text, strlen(text), &place->err))
		fail_msg("%s", place->err.text);
}

/* As an older backcourt does: it knows no more than the first line. */
static void write_head(struct place *place, date_t date, int64_t bytes)
{
	char text[64], day[DATE_TEXT_BYTES];
	int descriptor = open(place->path, O_RDWR | O_CLOEXEC);
	snprintf(text, sizeof(text), HEAD_TEXT, date_format(date, day), (long long)bytes);
	assert_int_equal(pwrite(descriptor, text, 32, 0), 32);
	close(descriptor);
}

static date_t today(void)
{
	return (date_t)(clock_wall_ms() / 86400000);
}

static void what_is_reserved_is_settled_by_what_was_paid(void **state)
{
	struct place *place = *state;
	expect(place, 0, 0);
	assert_false(path_exists(place->path)); /* nothing is made by looking */
	struct budget_hold first = hold(place, 10, 40);
	assert_int_equal(first.bytes, 40 * MIB);
	expect(place, 0, 40);
	settle(place, &first, 30);
	expect(place, 30, 0);
	struct budget_hold second = hold(place, 10, 400); /* never more than what is left */
	assert_int_equal(second.bytes, 70 * MIB);
	settle(place, &second, 0); /* out of the cache */
	expect(place, 30, 0);
	settle(place, &second, 50); /* it is over: nothing happens */
	expect(place, 30, 0);
}

static void two_at_once_share_what_is_left(void **state)
{
	struct place *place = *state;
	struct budget_hold first = hold(place, 10, 60), second = hold(place, 10, 60);
	assert_int_equal(second.bytes, 40 * MIB);
	expect_refused(place, 10, ERROR_BUSY);
	assert_non_null(strstr(place->err.text, "statements under way have reserved 100 of them"));
	settle(place, &first, 10);
	struct budget_hold third = hold(place, 10, 60);
	assert_int_equal(third.bytes, 50 * MIB);
	expect(place, 10, 90);
	settle(place, &second, 40);
	settle(place, &third, 50);
	expect(place, 100, 0);
	expect_refused(place, 10, ERROR_LIMIT);
	assert_non_null(strstr(
		place->err.text, "this costs at least 10 MiB, and 0 of 100 MiB are left today"));
	budget_set(place->path, 2 * LIMIT); /* raised: the file is the same */
	first = hold(place, 100, 100);
	assert_true(budget_check(100 * MIB, &place->err)); /* what is under way may cost nothing */
	settle(place, &first, 0);
	assert_false(budget_check(101 * MIB, &place->err));
	assert_int_equal(place->err.kind, ERROR_LIMIT);
	expect_refused(place, 101, ERROR_LIMIT);
}

/* The lowest free record is taken again: the file does not grow with the statements. */
static void records_are_used_again(void **state)
{
	struct place *place = *state;
	struct stat status;
	for (int i = 0; i < 1000; i++) {
		struct budget_hold first = hold(place, 0, 1), second = hold(place, 0, 1);
		settle(place, &first, 0);
		settle(place, &second, 0);
	}
	assert_int_equal(stat(place->path, &status), 0);
	assert_int_equal(status.st_size, 32 + 2 * 42);
}

static void a_new_day_is_a_fresh_start(void **state)
{
	struct place *place = *state;
	char day[DATE_TEXT_BYTES], text[64];
	write_file(place, "2021-11-16 00000000000000000099\n");
	expect(place, 0, 0);
	snprintf(text, sizeof(text), "%s 1048576\n", date_format(today(), day));
	write_file(place, text);
	expect(place, 1, 0);
	struct budget_hold over_midnight = hold(place, 10, 40);
	write_head(place, today() - 1, 90 * MIB);
	expect(place, 0, 40); /* what is under way counts on both days */
	settle(place, &over_midnight, 20);
	expect(place, 20, 0);
}

static void an_older_backcourt_and_this_one_read_each_other(void **state)
{
	struct place *place = *state;
	char text[64] = "", day[DATE_TEXT_BYTES], wanted[64];
	write_file(place, "2021-11-16 00000000000000000099\n");
	write_head(place, today(), 5 * MIB);
	expect(place, 5, 0);
	struct budget_hold made = hold(place, 10, 40);
	write_head(place, today(), 25 * MIB); /* it takes 20 */
	expect(place, 25, 40);
	settle(place, &made, 10);
	expect(place, 35, 0);
	int descriptor = open(place->path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(pread(descriptor, text, 32, 0), 32);
	close(descriptor);
	snprintf(wanted, sizeof(wanted), HEAD_TEXT, date_format(today(), day),
		(long long)(35 * MIB));
	assert_string_equal(text, wanted);
}

#define HEAD "2021-11-16 00000000000000000000\n"
#define FREE "00000000000000000000 00000000000000000000\n"

static void a_file_that_is_no_record_is_not_nothing_spent(void **state)
{
	struct place *place = *state;
	static const char *const texts[] = {"x", "2021-11-16", "2021-11-16 -5\n", "2021-11-16 5",
		"2021-13-16 5\n", "2021-11-16 99999999999999999999\n", "\n", " \n", HEAD "x",
		HEAD FREE "\n", "2021-11-16 0\n" FREE FREE,
		HEAD "00000000000000000000-00000000000000000000\n",
		HEAD "-0000000000000000001 00000000000000000000\n",
		HEAD "00000000000000000000 0000000000000000000x\n",
		HEAD "09999999999999999999 00000000000000000000\n",
		HEAD "0000000000000000000000000000000 000000000\n\n",
		HEAD FREE "00000000000000000000 00000000000000000000 "};
	struct budget_hold none;
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		struct budget_state seen;
		write_file(place, texts[i]);
		if (budget_look(&seen, &place->err))
			fail_msg("\"%s\" was believed", texts[i]);
		assert_false(budget_reserve(1, 1, &none, &place->err));
		assert_non_null(strstr(place->err.text, "remove it to begin anew"));
	}
}

/* At the limit of records, and one more. */
static void a_file_has_so_many_records_and_no_more(void **state)
{
	struct place *place = *state;
	struct budget_state seen;
	struct buffer text = {0};
	buffer_add_text(&text, HEAD);
	for (int i = 0; i < BUDGET_HOLDS_MAX; i++)
		buffer_add_text(&text, FREE);
	write_file(place, buffer_text(&text));
	expect(place, 0, 0);
	buffer_add_text(&text, FREE);
	write_file(place, buffer_text(&text));
	assert_false(budget_look(&seen, &place->err));
	buffer_release(&text);
}

/* Reservations of another day that nobody holds, of sizes that have no sum. */
static void what_was_left_on_another_day_is_its_least(void **state)
{
	struct place *place = *state;
	write_file(place, HEAD "01152921504606846976 00000000000001048576\n"
			       "01152921504606846976 00000000000002097152\n");
	expect(place, 3, 0);
	write_file(place, HEAD "00000000000000000001 01152921504606846976\n"
			       "00000000000000000001 01152921504606846976\n");
	assert_true(look(place).used_bytes > LIMIT);
	expect_refused(place, 1, ERROR_LIMIT);
}

static void where_nothing_can_be_written_nothing_is_paid(void **state)
{
	struct place *place = *state;
	struct budget_hold none;
	write_file(place, "");
	unlink(place->path);
	assert_int_equal(symlink("/dev/null", place->path), 0); /* never through a link */
	assert_false(budget_reserve(1, 1, &none, &place->err));
}

static void without_a_budget_nothing_is_refused(void **state)
{
	struct place *place = *state;
	struct budget_hold made;
	budget_set(place->path, 0);
	assert_true(budget_reserve(INT64_MAX, INT64_MAX, &made, &place->err));
	assert_int_equal(made.bytes, INT64_MAX);
	assert_true(budget_settle(&made, 5, &place->err));
	assert_true(budget_check(INT64_MAX, &place->err));
	assert_false(path_exists(place->path));
}

/* Removed to begin anew, while something is under way. */
static void a_file_that_was_removed_begins_anew(void **state)
{
	struct place *place = *state;
	struct budget_hold first = hold(place, 10, 40), second = hold(place, 10, 40);
	unlink(place->path);
	settle(place, &second, 20);
	expect(place, 20, 0);
	struct budget_hold third = hold(place, 10, 80);
	settle(place, &first, 5); /* and leaves the record of another alone */
	expect(place, 25, 80);
	settle(place, &third, 5);
	expect(place, 30, 0);
}

/* Several at once */

/* What all of them have paid or may pay yet, by their own words; never over the limit. */
struct race {
	_Atomic int64_t claimed;
	_Atomic int64_t paid;
	_Atomic int laps;
	_Atomic bool is_over;
};

static void run_a_lap(struct race *race, unsigned lap)
{
	static const int64_t mosts[] = {MIB / 4, MIB, 40 * MIB, 400 * MIB};
	struct budget_hold made;
	struct error err;
	int64_t least = MIB / 8;
	if (!budget_reserve(least, mosts[lap % 4], &made, &err)) {
		race->is_over |= err.kind != ERROR_BUSY && err.kind != ERROR_LIMIT;
		return;
	}
	int64_t claimed = atomic_fetch_add(&race->claimed, made.bytes) + made.bytes;
	race->is_over |= claimed > LIMIT || made.bytes < least;
	int64_t paid = lap % 3 == 0 ? made.bytes / 64 : lap % 3 == 1 ? 0 : MIB / 16;
	race->claimed -= made.bytes - paid;
	race->paid += paid;
	race->laps++;
	race->is_over |= !budget_settle(&made, paid, &err);
}

static void expect_fair(struct place *place, struct race *race)
{
	print_message("# %d statements were let through\n", race->laps);
	assert_false(race->is_over);
	assert_true(race->laps > RACERS);
	struct budget_state state = look(place);
	assert_int_equal(state.used_bytes, race->paid);
	assert_int_equal(state.reserved_bytes, 0);
	assert_true(state.used_bytes <= LIMIT);
}

static struct race *share_race(void)
{
	struct race *race = mmap(
		NULL, sizeof(*race), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(race, MAP_FAILED);
	return race;
}

static void processes_together_never_pass_the_limit(void **state)
{
	struct place *place = *state;
	struct race *race = share_race();
	pid_t children[RACERS];
	for (unsigned i = 0; i < RACERS; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] != 0)
			continue;
		for (unsigned lap = 0; lap < LAPS; lap++)
			run_a_lap(race, lap + i);
		_exit(0);
	}
	for (size_t i = 0; i < RACERS; i++) {
		int status;
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	expect_fair(place, race);
	munmap(race, sizeof(*race));
}

static void *race_on(void *context)
{
	for (unsigned lap = 0; lap < LAPS; lap++)
		run_a_lap(context, lap);
	return NULL;
}

static void threads_together_never_pass_the_limit(void **state)
{
	struct place *place = *state;
	struct race race = {0};
	pthread_t threads[RACERS];
	for (size_t i = 0; i < RACERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, race_on, &race), 0);
	for (size_t i = 0; i < RACERS; i++)
		pthread_join(threads[i], NULL);
	expect_fair(place, &race);
}

/* Reserves 60 MiB, for a statement that is called so (NULL: it has no name yet). */
static pid_t reserve_in_a_child(struct place *place, const char *name)
{
	int pipes[2];
	char told;
	assert_int_equal(pipe(pipes), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct budget_hold made = hold(place, 10, 60);
		if (name != NULL)
			budget_name(&made, name);
		ssize_t written = write(pipes[1], "x", 1);
		pause();
		_exit(written == 1 && made.bytes > 0);
	}
	assert_int_equal(read(pipes[0], &told, 1), 1);
	close(pipes[0]);
	close(pipes[1]);
	return child;
}

static void end_child(pid_t child)
{
	int status;
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
}

static size_t find_owed(struct place *place, struct budget_owed *owed)
{
	size_t count;
	if (!budget_find_owed(owed, 4, &count, &place->err))
		fail_msg("%s", place->err.text);
	return count;
}

/* Until it is dead what it holds is held; then it is owed, and nobody waits for it to end. */
static void what_a_killed_process_held_is_owed_until_its_bill_is_known(void **state)
{
	struct place *place = *state;
	struct budget_owed owed[4];
	pid_t child = reserve_in_a_child(place, "p job_1");
	expect(place, 0, 60);
	expect_refused(place, 50, ERROR_BUSY);
	assert_int_equal(find_owed(place, owed), 0);
	end_child(child);
	expect(place, 60, 0);
	expect_refused(place, 50, ERROR_LIMIT);
	assert_int_equal(find_owed(place, owed), 1);
	assert_string_equal(owed[0].name, "p job_1");
	assert_int_equal(owed[0].least, 10 * MIB);
	assert_int_equal(owed[0].bytes, 60 * MIB);
	assert_true(budget_settle_owed(&owed[0], 20 * MIB, &place->err));
	expect(place, 20, 0);
	assert_true(budget_settle_owed(&owed[0], 20 * MIB, &place->err)); /* it was settled */
	expect(place, 20, 0);
	struct budget_hold next = hold(place, 50, 100);
	assert_int_equal(next.bytes, 80 * MIB);
	/* Another one in its place is not what was asked for. */
	assert_true(budget_settle_owed(&owed[0], 20 * MIB, &place->err));
	expect(place, 20, 80);
	settle(place, &next, 50);
	expect(place, 70, 0);
}

/* The name that stood there before is not its own. */
static void what_has_no_name_is_owed_in_full_for_the_rest_of_the_day(void **state)
{
	struct place *place = *state;
	struct budget_owed owed[4];
	struct budget_hold first = hold(place, 0, 1);
	budget_name(&first, "p job_1");
	settle(place, &first, 1);
	end_child(reserve_in_a_child(place, NULL));
	expect(place, 61, 0);
	assert_int_equal(find_owed(place, owed), 0);
	expect_refused(place, 40, ERROR_LIMIT);
	write_head(place, today() - 1, 61 * MIB);
	expect(place, 10, 0); /* the least, on the day on which it may have ended */
}

static void a_name_has_so_many_bytes_and_no_more(void **state)
{
	struct place *place = *state;
	struct budget_owed owed[4];
	char name[BUDGET_NAME_BYTES + 1];
	memset(name, 'a', sizeof(name));
	name[BUDGET_NAME_BYTES - 1] = '\0';
	end_child(reserve_in_a_child(place, name));
	assert_int_equal(find_owed(place, owed), 1);
	assert_string_equal(owed[0].name, name);
	assert_true(budget_settle_owed(&owed[0], 0, &place->err));
	name[BUDGET_NAME_BYTES - 1] = 'a';
	name[BUDGET_NAME_BYTES] = '\0';
	end_child(reserve_in_a_child(place, name));
	assert_int_equal(find_owed(place, owed), 0);
	expect(place, 60, 0);
}

/* Nobody asks for so many bills: they are counted as they stand, and there is room again. */
static void the_dead_do_not_take_all_room(void **state)
{
	struct place *place = *state;
	struct buffer text = {0};
	char day[DATE_TEXT_BYTES];
	buffer_add_format(&text, "%s %020d\n", date_format(today(), day), 0);
	for (int i = 0; i < BUDGET_HOLDS_MAX; i++)
		buffer_add_format(&text, "%020d %020d\n", 1024, 1);
	write_file(place, buffer_text(&text));
	int64_t owed_bytes = INT64_C(1024) * BUDGET_HOLDS_MAX;
	assert_int_equal(look(place).used_bytes, owed_bytes);
	struct budget_hold made = hold(place, 10, 20);
	assert_int_equal(look(place).used_bytes, owed_bytes);
	settle(place, &made, 20);
	assert_int_equal(look(place).used_bytes, owed_bytes + 20 * MIB);
	buffer_release(&text);
}

int main(void)
{
#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_PLACE(what_is_reserved_is_settled_by_what_was_paid),
		AT_A_PLACE(two_at_once_share_what_is_left),
		AT_A_PLACE(records_are_used_again),
		AT_A_PLACE(a_new_day_is_a_fresh_start),
		AT_A_PLACE(an_older_backcourt_and_this_one_read_each_other),
		AT_A_PLACE(a_file_that_is_no_record_is_not_nothing_spent),
		AT_A_PLACE(a_file_has_so_many_records_and_no_more),
		AT_A_PLACE(what_was_left_on_another_day_is_its_least),
		AT_A_PLACE(where_nothing_can_be_written_nothing_is_paid),
		AT_A_PLACE(without_a_budget_nothing_is_refused),
		AT_A_PLACE(a_file_that_was_removed_begins_anew),
		AT_A_PLACE(processes_together_never_pass_the_limit),
		AT_A_PLACE(threads_together_never_pass_the_limit),
		AT_A_PLACE(what_a_killed_process_held_is_owed_until_its_bill_is_known),
		AT_A_PLACE(what_has_no_name_is_owed_in_full_for_the_rest_of_the_day),
		AT_A_PLACE(a_name_has_so_many_bytes_and_no_more),
		AT_A_PLACE(the_dead_do_not_take_all_room),
	};
	return RUN(tests);
}
