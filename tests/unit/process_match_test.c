/* Which command lines are a job, and which dates they ask for: recorded texts, no processes. */
#include "tests/test.h"

#include "jobs/process_scan.h"

#include <fcntl.h>

#define SCRIPT                                               \
	"backfill_jobs/precompute/player_composite_factors/" \
	"player_composite_factors_precompute_backfill.py"

static struct command *job(const char *cwd, const char *argv, const char *more)
{
	struct pipeline *pipeline = NULL;
	struct command *command = NULL;
	struct error err = {0};
	char *json =
		memory_format("{\"version\": 1, \"name\": \"p\", \"tables\": [{\"name\": \"t\", "
			      "\"job\": {\"executor\": \"command\", \"cwd\": \"%s\", \"argv\": "
			      "[%s]%s}}]}",
			cwd, argv, more);
	if (!pipeline_parse(json, strlen(json), "p.json", &pipeline, &err) ||
		!command_parse(pipeline, 0, &command, &err))
		fail_msg("%s: %s", json, err.text);
	pipeline_free(pipeline);
	free(json);
	return command;
}

/* Blanks stand for the ends of arguments, '_' for a blank inside one. */
static struct process_line line_of(const char *text)
{
	struct process_line line;
	char *bytes = memory_copy_text(text);
	size_t length = strlen(bytes);
	for (size_t i = 0; i < length; i++)
		bytes[i] = (char)(bytes[i] == ' ' ? '\0' : bytes[i] == '~' ? ' ' : bytes[i]);
	process_split_line(bytes, length + 1, &line);
	free(bytes);
	return line;
}

static void a_command_line_is_split_at_its_ends(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t length, count;
		const char *last;
	} cases[] = {
		{"", 0, 0, NULL},
		{"python\0x.py\0", 12, 2, "x.py"},
		{"python\0x.py", 11, 2, "x.py"}, /* cut, or rewritten by the process */
		{"python\0\0", 8, 2, ""},
		{"\0", 1, 1, ""},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct process_line line;
		process_split_line(cases[i].bytes, cases[i].length, &line);
		assert_int_equal(line.count, cases[i].count);
		if (line.count > 0)
			assert_string_equal(line.items[line.count - 1], cases[i].last);
		process_line_release(&line);
	}
	char *many = memory_new(PROCESS_ARGUMENTS_MAX + 10);
	struct process_line line;
	process_split_line(many, PROCESS_ARGUMENTS_MAX + 10, &line);
	assert_int_equal(line.count, PROCESS_ARGUMENTS_MAX);
	process_line_release(&line);
	free(many);
}

static void a_job_is_known_by_interpreter_and_script(void **state)
{
	(void)state;
	static const struct {
		const char *line, *cwd;
		bool matches;
	} cases[] = {
		{".venv/bin/python " SCRIPT " --start-date 2021-11-16", "/home/naji/code", true},
		{"/usr/bin/python3.12 " SCRIPT, NULL, true},
		{"python -u -X utf8 " SCRIPT, NULL, true},
		{"python /other/checkout/" SCRIPT, "/", false},
		{"python /home/naji/code/" SCRIPT, "/", true},
		{"python " SCRIPT, "/other/checkout", false},
		{"python " SCRIPT, NULL, true},
		{"python ./" SCRIPT, NULL, true},
		{"python ./" SCRIPT, "/home/naji/code/", true},
		{"python x" SCRIPT, NULL, false},
		{"python -m backfill_jobs.precompute.player_composite_factors."
		 "player_composite_factors_precompute_backfill --start-date x",
			NULL, true},
		{"python -m backfill_jobs.precompute.player_composite_factors."
		 "player_composite_factors_precompute_backfill",
			"/other/checkout", false},
		{"python backfill_jobs.precompute.player_composite_factors."
		 "player_composite_factors_precompute_backfill",
			NULL, false},
		{"python player_composite_factors_precompute_backfill.py",
			"/home/naji/code/backfill_jobs/precompute/player_composite_factors", true},
		{"python player_composite_factors_precompute_backfill.py", "/elsewhere", false},
		{"python ../player_composite_factors/"
		 "player_composite_factors_precompute_backfill.py",
			"/home/naji/code/backfill_jobs/precompute/x", true},
		{"vim " SCRIPT, NULL, false},
		{"grep -c x " SCRIPT, NULL, false},
		{"tail -f " SCRIPT, NULL, false},
		{"pythonista " SCRIPT, NULL, false},
		{"bash -c PYTHONPATH=.~.venv/bin/python~" SCRIPT "~|~tee~x", NULL, false},
		{"tee /tmp/pcf_backfill.log", NULL, false},
		{"/usr/bin/backcourt-supervise /state/runs/r --nice 5 -- .venv/bin/python " SCRIPT,
			NULL, false},
		{"python a b c d e f g h i " SCRIPT, NULL, false},
		{"python", NULL, false},
		{"", NULL, false},
	};
	struct command *command = job("/home/naji/code",
		"\".venv/bin/python\", \"" SCRIPT "\", \"--start-date\", \"{start}\", "
		"\"--end-date\", \"{end}\", \"--no-resume\"",
		"");
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct process_line line = line_of(cases[i].line);
		if (process_matches(command, &line, cases[i].cwd) != cases[i].matches)
			fail_msg("'%s' in %s", cases[i].line, cases[i].cwd);
		process_line_release(&line);
	}
	command_free(command);
}

static void programs_without_an_interpreter_are_known_by_their_words(void **state)
{
	(void)state;
	static const struct {
		const char *argv, *line;
		bool matches;
	} cases[] = {
		{"\"dbt\", \"run\", \"--select\", \"pcf\", \"--vars\", \"{start}..{end}\"",
			"/usr/bin/python3 /usr/bin/dbt run --select pcf --vars x", true},
		{"\"dbt\", \"run\", \"--select\", \"pcf\", \"--vars\", \"{start}..{end}\"",
			"dbt run --select other --vars x", false},
		{"\"dbt\", \"run\", \"--select\", \"pcf\", \"--vars\", \"{start}..{end}\"",
			"dbt pcf run", false},
		{"\"./load\", \"{start}\", \"{end}\"", "./load 2021-11-16 2021-11-17", true},
		{"\"./load\", \"{start}\", \"{end}\"", "/bin/sh ./load 2021-11-16", true},
		{"\"./load\", \"{start}\", \"{end}\"", "/bin/sh -x ./load 2021-11-16", false},
		{"\"./load\", \"{start}\", \"{end}\"", "cat ./payload", false},
		{"\"sh\", \"run.sh\", \"{start}\", \"{end}\"", "sh run.sh", true},
		{"\"sh\", \"run.sh\", \"{start}\", \"{end}\"", "sh /other/run.sh", false},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct command *command = job("/work", cases[i].argv, "");
		struct process_line line = line_of(cases[i].line);
		if (process_matches(command, &line, "/work") != cases[i].matches)
			fail_msg("'%s' for %s", cases[i].line, cases[i].argv);
		process_line_release(&line);
		command_free(command);
	}
}

static void the_dates_of_a_job_are_read_from_its_line(void **state)
{
	(void)state;
	static const struct {
		const char *line, *range;
		size_t listed;
	} cases[] = {
		{"python s.py --start-date 2021-11-16 --end-date 2021-11-30 --no-resume",
			"2021-11-16..2021-11-30", 0},
		{"python s.py --end-date=2021-11-30 --start-date=2021-11-16",
			"2021-11-16..2021-11-30", 0},
		{"python s.py --start-date 2020-01-01 --end-date 2021-11-16 --start-date "
		 "2021-11-16",
			"2021-11-16..2021-11-16", 0},
		{"python s.py --dates 2021-11-18,2021-11-16,2021-11-23", "2021-11-16..2021-11-23",
			3},
		{"python s.py --dates=2021-11-18", "2021-11-18..2021-11-18", 1},
		{"python s.py --dates 2021-11-18, ", NULL, 0},
		{"python s.py --dates 2021-11-18,x", NULL, 0},
		{"python s.py --start-date 2021-11-16", NULL, 0},
		{"python s.py --start-date 2021-11-16 --end-date", NULL, 0},
		{"python s.py --start-date 2021-11-16 --end-date 2021-11-15", NULL, 0},
		{"python s.py --start-date 2021-11-31 --end-date 2021-12-15", NULL, 0},
		{"python s.py", NULL, 0},
		{"", NULL, 0},
	};
	struct command *command = job("/work",
		"\"python\", \"s.py\", \"--start-date\", \"{start}\", \"--end-date={end}\"",
		", \"argv_dates\": [\"python\", \"s.py\", \"--dates\", \"{dates}\"]");
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct process_line line = line_of(cases[i].line);
		struct process_dates dates;
		struct date_range wanted;
		process_read_dates(command, &line, &dates);
		if (dates.is_known != (cases[i].range != NULL))
			fail_msg("%s", cases[i].line);
		if (dates.is_known) {
			assert_true(date_range_parse(cases[i].range, &wanted, NULL));
			assert_int_equal(dates.range.first, wanted.first);
			assert_int_equal(dates.range.last, wanted.last);
			assert_int_equal(dates.date_count, cases[i].listed);
		}
		free(dates.dates);
		process_line_release(&line);
	}
	struct process_line nothing = {0};
	struct process_dates dates;
	process_read_dates(command, &nothing, &dates);
	assert_false(dates.is_known);
	command_free(command);
}

static void descriptor_flags_are_octal(void **state)
{
	(void)state;
	assert_int_equal(
		process_parse_flags("pos:\t0\nflags:\t02100001\nmnt_id:\t27\n") & O_ACCMODE,
		O_WRONLY);
	assert_int_equal(process_parse_flags("pos:\t0\nflags:\t0100000\n") & O_ACCMODE, O_RDONLY);
	assert_int_equal(process_parse_flags("flags:\t02\n"), 2);
	assert_int_equal(process_parse_flags("pos:\t0\nmyflags:\t01\n"), -1);
	assert_int_equal(process_parse_flags("flags:\tx\n"), -1);
	assert_int_equal(process_parse_flags("flags:\t7777777777777777777777777\n"), -1);
	assert_int_equal(process_parse_flags(""), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_line_is_split_at_its_ends),
		cmocka_unit_test(a_job_is_known_by_interpreter_and_script),
		cmocka_unit_test(programs_without_an_interpreter_are_known_by_their_words),
		cmocka_unit_test(the_dates_of_a_job_are_read_from_its_line),
		cmocka_unit_test(descriptor_flags_are_octal),
	};
	return RUN(tests);
}
