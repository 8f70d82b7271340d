/* Which days are game days: by schedule, by a file, by weekdays. */
#include "tests/test.h"

#include "base/path.h"
#include "calendar/calendar.h"

static const char head[] =
	"{\"version\": 1, \"name\": \"t\", \"range\": \"2021-10-19..2021-10-31\", "
	"\"calendar\": {\"bootstrap_days\": 3, %s \"seasons\": [{\"name\": "
	"\"s\", \"first\": \"2021-10-19\", \"last\": \"2021-11-30\"}]}, "
	"\"tables\": [{\"name\": \"a\", \"dataset\": \"d\", \"date_column\": "
	"\"day\", \"key\": [\"day\"], \"expect\": {\"constant\": 1}, \"job\": "
	"{\"executor\": \"native\"}}]}";

static struct pipeline *parse(const char *calendar, const char *source, struct error *err)
{
	struct pipeline *pipeline = NULL;
	struct buffer text = {0};
	const char *hole = strstr(head, "%s");
	buffer_add(&text, head, (size_t)(hole - head));
	buffer_add_text(&text, calendar);
	buffer_add_text(&text, hole + 2);
	bool done = pipeline_parse(buffer_text(&text), text.length, source, &pipeline, err);
	buffer_release(&text);
	return done ? pipeline : NULL;
}

static struct pipeline *must_parse(const char *calendar, const char *source)
{
	struct error err = {0};
	struct pipeline *pipeline = parse(calendar, source, &err);
	if (pipeline == NULL)
		fail_msg("%s", err.text);
	return pipeline;
}

static void expect_classes(const struct calendar *calendar, date_t first, const char *classes)
{
	static const char letters[] = {[DAY_UNKNOWN] = '_',
		[DAY_GAME] = 'g',
		[DAY_OFF] = '.',
		[DAY_POSTSEASON] = 'p',
		[DAY_OUT_OF_SEASON] = 'x'};
	char found[64] = "";
	size_t count = strlen(classes);
	for (size_t i = 0; i < count; i++)
		found[i] = letters[calendar_day(calendar, first + (date_t)i).class];
	assert_string_equal(found, classes);
}

/* Of a warehouse: dates whose games are All-Star or preseason have no game that counts. */
static void the_schedule_tells_games_off_days_and_postseason(void **state)
{
	(void)state;
	struct pipeline *pipeline = must_parse("\"weekdays\": [\"Sun\"],", "t");
	date_t first = date_of(2021, 10, 19);
	struct raw_day days[] = {{.date = first, .regular_games = 2}, {.date = first + 2},
		{.date = first + 3, .other_games = 4}, {.date = first + 50, .other_games = 1}};
	struct raw_days raw = {.items = days,
		.count = ARRAY_COUNT(days),
		.first_game = first,
		.last_game = first + 50};
	struct calendar *calendar = calendar_new(pipeline, &raw);
	expect_classes(calendar, first - 1, "xg..p.");
	expect_classes(calendar, first + 49, "xpx");
	assert_int_equal(calendar_day(calendar, first + 3).games, 4);
	assert_true(calendar_is_bootstrap(calendar, first + 2));
	assert_false(calendar_is_bootstrap(calendar, first + 3));
	calendar_free(calendar);
	pipeline_free(pipeline);
}

static void without_anything_every_day_of_a_season_is_unknown(void **state)
{
	(void)state;
	struct pipeline *pipeline = must_parse("", "t");
	struct calendar *calendar = calendar_new(pipeline, NULL);
	expect_classes(calendar, date_of(2021, 10, 18), "x___");
	calendar_free(calendar);
	pipeline_free(pipeline);
}

static void weekdays_stand_for_a_schedule_that_is_not_there(void **state)
{
	(void)state;
	struct pipeline *pipeline = must_parse("\"weekdays\": [\"Tue\", \"Sun\"],", "t");
	struct raw_days empty = {.first_game = DATE_NONE, .last_game = DATE_NONE};
	struct calendar *calendar = calendar_new(pipeline, &empty);
	expect_classes(calendar, date_of(2021, 10, 18), "xg....g.g");
	assert_int_equal(calendar_day(calendar, date_of(2021, 10, 19)).games, 1);
	assert_int_equal(calendar_day(calendar, date_of(2021, 10, 20)).games, 0);
	calendar_free(calendar);
	pipeline_free(pipeline);
}

static void a_rule_alone_asks_no_schedule_and_means_working_days(void **state)
{
	(void)state;
	struct pipeline *pipeline = must_parse("\"source\": \"weekdays\",", "t");
	date_t first = date_of(2021, 10, 23); /* a Saturday */
	struct raw_day day = {.date = first, .regular_games = 2};
	struct raw_days raw = {.items = &day, .count = 1, .first_game = first, .last_game = first};
	struct calendar *calendar = calendar_new(pipeline, &raw);
	expect_classes(calendar, first, "..ggggg.");
	calendar_free(calendar);
	pipeline_free(pipeline);
}

static char *write_file(const char *folder, const char *text)
{
	struct error err;
	char *path = path_join(folder, "games.csv");
	if (!path_write_file(path, text, strlen(text), &err))
		fail_msg("%s", err.text);
	return path;
}

static void a_file_beside_the_pipeline_tells_games_and_off_days(void **state)
{
	(void)state;
	char *folder = test_folder();
	char *source = path_join(folder, "mine.json");
	char *path = write_file(folder, "date,games\n2021-10-19,2\n2021-10-20,0\n2021-10-22,11\n");
	struct pipeline *pipeline =
		must_parse("\"weekdays\": [\"Sun\"], \"file\": \"games.csv\",", source);
	struct calendar *calendar = calendar_new(pipeline, NULL);
	expect_classes(calendar, date_of(2021, 10, 18), "xg..g__");
	assert_int_equal(calendar_day(calendar, date_of(2021, 10, 22)).games, 11);
	assert_int_equal(calendar_day(calendar, date_of(2021, 10, 22)).box_rows, -1);
	calendar_free(calendar);
	pipeline_free(pipeline);
	free(path);
	free(source);
	free(folder);
}

static void expect_refusal(const char *calendar, const char *source, const char *wanted)
{
	struct error err = {0};
	assert_null(parse(calendar, source, &err));
	if (strstr(err.text, wanted) == NULL)
		fail_msg("'%s' is not in '%s'", wanted, err.text);
}

static void mistakes_of_a_calendar_have_their_place(void **state)
{
	(void)state;
	char *folder = test_folder();
	char *source = path_join(folder, "mine.json");
	expect_refusal("\"weekdays\": [\"Tue\", \"Sunday\"],", "t", "weekdays[1]");
	expect_refusal("\"file\": \"games.csv\",", source, "games.csv");
	static const char *const files[] = {"date,games\n2021-10-19,2\n2021-10-19,3\n",
		"2021-10-19,x\n", "2021-10-19,1001\n", "2021-10-19\n", "yesterday,2\n"};
	static const char *const wanted[] = {"games.csv:3: the dates do not ascend",
		"games.csv:1: a line is DATE,GAMES",
		"games.csv:1:", "games.csv:1:", "games.csv:1:"};
	for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
		char *path = write_file(folder, files[i]);
		expect_refusal("\"file\": \"games.csv\",", source, wanted[i]);
		free(path);
	}
	free(source);
	free(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_schedule_tells_games_off_days_and_postseason),
		cmocka_unit_test(without_anything_every_day_of_a_season_is_unknown),
		cmocka_unit_test(weekdays_stand_for_a_schedule_that_is_not_there),
		cmocka_unit_test(a_rule_alone_asks_no_schedule_and_means_working_days),
		cmocka_unit_test(a_file_beside_the_pipeline_tells_games_and_off_days),
		cmocka_unit_test(mistakes_of_a_calendar_have_their_place),
	};
	return RUN(tests);
}
