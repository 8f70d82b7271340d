/* A session: which range, who may write, and what a warehouse that is not right does to it. */
#include "tests/test.h"

#include "base/path.h"
#include "engine/session.h"
#include "tests/support/engine_lab.h"

static const char *nothing(const char *variable)
{
	(void)variable;
	return NULL;
}

/* What a session needs on disk: a warehouse with games from 2021-10-19 to 2021-11-07. */
struct place {
	struct engine_lab lab;
	char *state;
	struct config config;
};

static void open_place(struct place *place, bool has_warehouse)
{
	struct engine_lab_options options = {.no_warehouse = !has_warehouse};
	engine_lab_open(&place->lab, &options);
	place->state = path_join(place->lab.folder, "state/nba");
	setenv("XDG_CONFIG_HOME", place->lab.folder, 1); /* no configuration of whoever tests */
	char *const argv[] = {(char *)"backcourt", (char *)"--state", place->state,
		(char *)"--warehouse", place->lab.path};
	struct error err;
	if (!config_load(ARRAY_COUNT(argv), argv, nothing, &place->config, &err))
		fail_msg("%s", err.text);
}

static void close_place(struct place *place)
{
	config_release(&place->config);
	free(place->state);
	engine_lab_close(&place->lab);
}

static void set(struct place *place, const char *option, const char *value)
{
	struct error err;
	if (!config_set(&place->config, option, value, &err))
		fail_msg("%s", err.text);
}

static struct session open_writer(const struct place *place)
{
	struct session session;
	struct error err;
	if (!session_open(&place->config, true, false, &session, &err))
		fail_msg("%s", err.text);
	return session;
}

static void expect_range(const struct place *place, const char *range)
{
	char text[DATE_RANGE_TEXT_BYTES];
	struct session session = open_writer(place);
	assert_string_equal(date_range_format(session.range, text), range);
	session_close(&session);
}

static struct date_range range_of(const char *text)
{
	struct date_range range;
	assert_true(date_range_parse(text, &range, NULL));
	return range;
}

static void remember(const struct place *place, const char *range)
{
	struct error err;
	assert_true(path_make_folder(place->state, &err));
	if (!session_remember_range(place->state, range_of(range), &err))
		fail_msg("%s", err.text);
}

static void the_range_is_the_given_one_then_the_last_one_then_the_pipelines(void **state)
{
	(void)state;
	struct place place;
	open_place(&place, true);
	expect_range(&place, "2021-10-19..2021-11-30");
	remember(&place, "2021-10-25..2021-10-26");
	expect_range(&place, "2021-10-25..2021-10-26");
	/* no game is there: it was of another warehouse */
	remember(&place, "2023-01-01..2023-01-31");
	expect_range(&place, "2021-10-19..2021-11-30");
	set(&place, "range", "2030-01-01..2030-01-02");
	expect_range(&place, "2030-01-01..2030-01-02");
	close_place(&place);
}

static struct date_range choose(
	const struct pipeline *pipeline, const char *first, const char *last, const char *used)
{
	struct raw_day games[2] = {{.regular_games = 1}, {.regular_games = 1}};
	assert_true(date_parse(first, &games[0].date) && date_parse(last, &games[1].date));
	struct raw_days days = {.items = games,
		.count = 2,
		.first_game = games[0].date,
		.last_game = games[1].date};
	struct calendar *calendar = calendar_new(pipeline, &days);
	struct date_range range = used == NULL ? (struct date_range){0, -1} : range_of(used);
	range = session_choose_range(pipeline, calendar, range);
	calendar_free(calendar);
	return range;
}

static void a_schedule_that_the_pipeline_does_not_reach_opens_on_its_newest_season(void **state)
{
	(void)state;
	struct pipeline *pipeline;
	struct error err;
	assert_true(pipeline_load(NULL, &pipeline, &err));
	struct date_range range = choose(pipeline, "2022-12-01", "2023-11-15", NULL);
	assert_int_equal(range.first, date_of(2023, 10, 24));
	assert_int_equal(range.last, date_of(2023, 11, 15));
	range = choose(pipeline, "2022-12-01", "2023-11-15", "2023-01-01..2023-01-02");
	assert_int_equal(range.first, date_of(2023, 1, 1));
	range = choose(pipeline, "1999-01-01", "1999-01-09", NULL); /* of no season */
	assert_int_equal(range.first, date_of(1999, 1, 1));
	assert_int_equal(range.last, date_of(1999, 1, 9));
	pipeline_free(pipeline);
}

static void a_damaged_range_file_is_as_none(void **state)
{
	(void)state;
	static const char *const damaged[] = {"", "2021-10-25", "2021-10-25..",
		"2021-10-26..2021-10-25", "2021-13-01..2021-13-02", "\xff\x1b[31m",
		"2021-10-25..2021-10-26                                                "};
	struct place place;
	struct error err;
	open_place(&place, true);
	char *path = path_join(place.state, "range");
	assert_true(path_make_folder(place.state, &err));
	for (size_t i = 0; i < ARRAY_COUNT(damaged); i++) {
		struct date_range range = {1, 2};
		assert_true(path_write_file(path, damaged[i], strlen(damaged[i]), &err));
		if (i == 1) { /* a single day is a range */
			assert_true(session_recall_range(place.state, &range));
			continue;
		}
		assert_false(session_recall_range(place.state, &range));
		assert_int_equal(range.last - range.first, 1);
		expect_range(&place, "2021-10-19..2021-11-30");
	}
	unlink(path);
	assert_true(path_make_folder(path, &err)); /* not even a file */
	expect_range(&place, "2021-10-19..2021-11-30");
	free(path);
	close_place(&place);
}

static void the_second_session_reads_and_knows_who_writes(void **state)
{
	(void)state;
	struct place place;
	struct error err;
	open_place(&place, true);
	struct session first = open_writer(&place);
	assert_false(first.read_only);
	assert_non_null(first.lock);
	struct session second = open_writer(&place);
	assert_true(second.read_only);
	assert_null(second.lock);
	char *me = memory_format("process %ld on ", (long)getpid());
	assert_non_null(strstr(second.holder, me));
	assert_true(session_engine_options(&second).read_only);
	struct session third;
	assert_false(session_open(&place.config, true, true, &third, &err));
	assert_int_equal(err.kind, ERROR_BUSY);
	assert_non_null(strstr(err.text, me));
	session_close(&first);
	assert_true(session_open(&place.config, true, true, &third, &err));
	assert_false(third.read_only);
	session_close(&second);
	session_close(&third);
	free(me);
	close_place(&place);
}

static void a_reader_takes_no_lock_and_makes_no_folder(void **state)
{
	(void)state;
	struct place place;
	struct session session;
	struct error err;
	open_place(&place, true);
	set(&place, "read-only", "yes");
	session = open_writer(&place);
	assert_true(session.read_only);
	assert_string_equal(session.holder, "");
	assert_false(path_exists(place.state));
	session_close(&session);
	assert_false(session_open(&place.config, true, true, &session, &err));
	assert_int_equal(err.kind, ERROR_USAGE);
	set(&place, "read-only", "no");
	assert_true(session_open(&place.config, false, false, &session, &err)); /* as `status` */
	assert_true(session.read_only);
	assert_false(path_exists(place.state));
	session_close(&session);
	close_place(&place);
}

static void without_a_warehouse_there_is_a_range_and_no_data(void **state)
{
	(void)state;
	struct place place;
	open_place(&place, false);
	struct session session = open_writer(&place);
	assert_false(session.has_data);
	assert_int_equal(session.range.first, date_of(2021, 10, 19));
	assert_false(path_exists(place.lab.path)); /* looking makes none */
	session_close(&session);
	close_place(&place);
}

/* What an import leaves that is killed at its very start. */
static void a_warehouse_without_tables_is_none_yet(void **state)
{
	(void)state;
	struct place place;
	struct error err;
	open_place(&place, false);
	assert_true(path_write_file(place.lab.path, "", 0, &err));
	struct session session = open_writer(&place);
	assert_false(session.has_data);
	session_close(&session);
	engine_lab_sql(&place.lab, "PRAGMA journal_mode = WAL");
	session = open_writer(&place);
	assert_false(session.has_data);
	session_close(&session);
	close_place(&place);
}

static void what_cannot_be_opened_is_an_error_and_leaves_no_lock(void **state)
{
	(void)state;
	struct place place;
	struct session session;
	struct error err;
	open_place(&place, false);
	assert_true(path_write_file(place.lab.path, "this is no database", 19, &err));
	assert_false(session_open(&place.config, true, false, &session, &err));
	assert_int_equal(err.kind, ERROR_WAREHOUSE);
	assert_non_null(strstr(err.text, place.lab.path));
	assert_false(lock_is_held(place.state));
	set(&place, "range", "yesterday");
	assert_false(session_open(&place.config, true, false, &session, &err));
	assert_non_null(strstr(err.text, "--range"));
	assert_false(lock_is_held(place.state));
	set(&place, "warehouse", "oracle:x");
	assert_false(session_open(&place.config, true, false, &session, &err));
	assert_int_equal(err.kind, ERROR_CONFIG);
	close_place(&place);
}

static void options_beat_the_pipeline(void **state)
{
	(void)state;
	struct place place;
	open_place(&place, true);
	struct session session = open_writer(&place);
	struct engine_options options = session_engine_options(&session);
	assert_int_equal(options.workers, session.pipeline->workers);
	assert_int_equal(options.auto_launch, session.pipeline->auto_launch);
	assert_ptr_equal(options.rules, &rules_corrected);
	session_close(&session);
	set(&place, "workers", "64");
	set(&place, "auto-launch", "no");
	set(&place, "rules", "original");
	session = open_writer(&place);
	options = session_engine_options(&session);
	assert_int_equal(options.workers, 64);
	assert_false(options.auto_launch);
	assert_ptr_equal(options.rules, &rules_original);
	session_close(&session);
	close_place(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_range_is_the_given_one_then_the_last_one_then_the_pipelines),
		cmocka_unit_test(
			a_schedule_that_the_pipeline_does_not_reach_opens_on_its_newest_season),
		cmocka_unit_test(a_damaged_range_file_is_as_none),
		cmocka_unit_test(the_second_session_reads_and_knows_who_writes),
		cmocka_unit_test(a_reader_takes_no_lock_and_makes_no_folder),
		cmocka_unit_test(without_a_warehouse_there_is_a_range_and_no_data),
		cmocka_unit_test(a_warehouse_without_tables_is_none_yet),
		cmocka_unit_test(what_cannot_be_opened_is_an_error_and_leaves_no_lock),
		cmocka_unit_test(options_beat_the_pipeline),
	};
	return RUN(tests);
}
