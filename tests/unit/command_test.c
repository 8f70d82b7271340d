/* Command jobs: what the definition allows, how dates become runs, what is shown. */
#include "tests/test.h"

#include "base/path.h"
#include "jobs/command.h"
#include "jobs/log_window.h"

#include <signal.h>
#include <sys/stat.h>

/* A pipeline of two tables; the second has this job. NULL when the pipeline refuses it. */
static struct pipeline *pipeline_with(const char *job)
{
	struct pipeline *pipeline = NULL;
	struct error err = {0};
	char *json = memory_format("{\"version\": 1, \"name\": \"p\", \"tables\": [{\"name\": "
				   "\"upstream\"}, {\"name\": \"mine\", \"job\": %s}]}",
		job);
	if (!pipeline_parse(json, strlen(json), "p.json", &pipeline, &err))
		fail_msg("%s: %s", job, err.text);
	free(json);
	return pipeline;
}

static struct command *command_of(const char *job)
{
	struct command *command = NULL;
	struct error err = {0};
	struct pipeline *pipeline = pipeline_with(job);
	if (!command_parse(pipeline, 1, &command, &err))
		fail_msg("%s: %s", job, err.text);
	pipeline_free(pipeline);
	return command;
}

#define JOB(more) "{\"executor\": \"command\", \"cwd\": \"/tmp\", " more "}"
#define RANGE	  "\"argv\": [\"run\", \"{start}\", \"{end}\"]"
#define PER_DATE  "\"argv\": [\"run\", \"{date}\"], \"granularity\": \"date\""

static void every_mistake_in_a_job_is_told_with_its_place(void **state)
{
	(void)state;
	static const struct {
		const char *job, *message;
	} cases[] = {
		{"{\"executor\": \"command\", " RANGE "}", "p.json: tables[1].job.cwd: is missing"},
		{JOB("\"argv\": []"), "tables[1].job.argv: must be a list of texts, not empty"},
		{JOB("\"argv\": [\"run\", 7]"), "tables[1].job.argv[1]: must be a text"},
		{JOB("\"argv\": [\"\", \"{start}\", \"{end}\"]"), "job.argv[0]: must not be empty"},
		{JOB("\"argv\": [\"run\", \"a\\nb\"]"),
			"job.argv[1]: holds a control character (byte 1)"},
		{JOB("\"argv\": [\"run\"]"), "would not learn its dates"},
		{JOB("\"argv\": [\"run\", \"{strat}\", \"{end}\"]"),
			"job.argv[1]: nothing is put in for {strat} (did you mean {start}?)"},
		{JOB("\"argv\": [\"run\", \"{xyz}\"]"), "{xyz}: {start} {end} {date} {dates}"},
		{JOB("\"argv\": [\"run\", \"{date}\"]"), "{date} needs \"granularity\": \"date\""},
		{JOB("\"argv\": [\"run\", \"{start}\"]"), "{start} without {end} needs"},
		{JOB("\"argv\": [\"run\", \"{end}\"]"), "none of {start}, {date}, {dates}"},
		{JOB("\"argv\": [\"run\", \"{end}\", \"{dates}\"]"),
			"{end} stands there without {start}"},
		{JOB(RANGE ", \"argv_dates\": [\"run\", \"{start}\"]"),
			"job.argv_dates: does not hold {dates}"},
		{JOB(RANGE ", \"argv_dates\": [\"run\", \"{dates}\", \"{date}\"]"),
			"job.argv_dates: cannot hold {date}"},
		{JOB(RANGE ", \"granularity\": \"weekly\""), "must be \"range\", \"date\" or"},
		{JOB(RANGE ", \"granularity\": \"chunk(0)\""), "not \"chunk(0)\""},
		{JOB(RANGE ", \"granularity\": \"chunk(1001)\""), "not \"chunk(1001)\""},
		{JOB(RANGE ", \"granularity\": \"chunk(7\""), "not \"chunk(7\""},
		{JOB(RANGE ", \"granularity\": \"chunk(99999999999)\""), "not \"chunk("},
		{JOB(RANGE ", \"env\": []"), "job.env: must be an object of texts"},
		{JOB(RANGE ", \"env\": {\"A B\": \"x\"}"), "job.env.A B: is no name"},
		{JOB(RANGE ", \"env\": {\"1A\": \"x\"}"), "job.env.1A: is no name"},
		{JOB(RANGE ", \"env\": {\"A\": 1}"), "job.env.A: must be a text"},
		{JOB(RANGE ", \"secret_env\": [\"A=B\"]"), "\"A=B\" is no name of a variable"},
		{JOB(RANGE ", \"timeout\": \"soon\""), "\"soon\" is no duration"},
		{JOB(RANGE ", \"timeout\": \"0h\""), "\"0h\" is no duration"},
		{JOB(RANGE ", \"nice\": 20"), "job.nice: must be a whole number from 0 to 19"},
		{JOB(RANGE ", \"nice\": -1"), "from 0 to 19"},
		{JOB(RANGE ", \"stop\": \"now\""), "job.stop: must be an object"},
		{JOB(RANGE ", \"stop\": {\"when\": \"now\"}"),
			"job.stop.when: must be \"after_date\" or \"at_once\""},
		{JOB(RANGE ", \"stop\": {\"signal\": \"KILL\"}"),
			"job.stop.signal: must be \"TERM\" or \"INT\""},
		{JOB(RANGE ", \"stop\": {\"then\": 1}"), "job.stop: unknown key \"then\""},
		{JOB(RANGE ", \"stop\": {\"kill_after\": 5}"), "job.stop.kill_after: must be a"},
		{JOB(RANGE ", \"checkpoint\": \"/tmp/{dates}.json\""),
			"job.checkpoint: may hold {start} and {end} only"},
		{JOB(RANGE ", \"external_log\": \"log\""), "external_log: must begin with / or ~/"},
		{"{\"executor\": \"command\", \"cwd\": \"here\", " RANGE "}",
			"job.cwd: must begin with / or ~/, not \"here\""},
		{"{\"executor\": \"command\", \"cwd\": \"~naji/x\", " RANGE "}", "not \"~naji/x\""},
		{"{\"executor\": \"native\"}", "p.json: tables[1]: mine has no command job"},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct command *command = NULL;
		struct error err = {0};
		struct pipeline *pipeline = pipeline_with(cases[i].job);
		bool parsed = command_parse(pipeline, 1, &command, &err);
		if (parsed || strstr(err.text, cases[i].message) == NULL)
			fail_msg("%s\ngave: %s", cases[i].job, parsed ? "no error" : err.text);
		assert_int_equal(err.kind, ERROR_CONFIG);
		pipeline_free(pipeline);
	}
}

static void a_whole_job_is_read(void **state)
{
	(void)state;
	setenv("HOME", "/home/naji", 1);
	struct command *command = command_of(
		"{\"executor\": \"command\", \"cwd\": \"~/code\", \"argv\": [\".venv/bin/python\", "
		"\"x.py\", \"--start-date\", \"{start}\", \"--end-date={end}\"], \"argv_dates\": "
		"[\"x\", \"{dates}\"], \"env\": {\"# why\": 1, \"A\": \"b c\"}, \"secret_env\": "
		"[\"TOKEN\"], \"granularity\": \"chunk(7)\", \"requires\": {\"# see\": 1, "
		"\"upstream\": 100}, \"external_log\": \"/tmp/x.log\", \"checkpoint\": "
		"\"/tmp/c_{start}_{end}.json\", \"silent_after\": \"90s\", \"timeout\": \"8h\", "
		"\"nice\": 5, \"stop\": {\"# x\": 1, \"when\": \"at_once\", \"signal\": \"INT\", "
		"\"kill_after\": \"2m\"}}");
	assert_string_equal(command->cwd, "/home/naji/code");
	assert_int_equal(command->argv_count, 5);
	assert_int_equal(command->argv_dates_count, 2);
	assert_int_equal(command->variable_count, 1);
	assert_int_equal(command->granularity, COMMAND_BY_CHUNK);
	assert_int_equal(command->chunk_dates, 7);
	assert_int_equal(command->silent_after_ms, 90000);
	assert_int_equal(command->timeout_ms, 8 * 3600000);
	assert_int_equal(command->nice, 5);
	assert_int_equal(command->stop, COMMAND_STOP_AT_ONCE);
	assert_int_equal(command->stop_signal, SIGINT);
	assert_int_equal(command->kill_after_ms, 120000);
	char *checkpoint = command_checkpoint(
		command, (struct date_range){date_of(2021, 11, 16), date_of(2021, 11, 30)});
	assert_string_equal(checkpoint, "/tmp/c_2021-11-16_2021-11-30.json");
	free(checkpoint);
	command_free(command);
}

static void other_braces_are_themselves(void **state)
{
	(void)state;
	struct command *command = command_of(JOB(
		"\"argv\": [\"run\", \"{\\\"a\\\": {}}\", \"{START}\", \"{start\", "
		"\"x{start}..{end}y{start}\", \"{{end}}\", \"${HOME}\", \"$(reboot)\", \"a b\"]"));
	date_t dates[] = {date_of(2021, 11, 16)};
	struct command_run run = {
		.dates = dates, .date_count = 1, .range = {dates[0], dates[0] + 1}};
	char **argv = command_argv(command, &run);
	assert_string_equal(argv[1], "{\"a\": {}}");
	assert_string_equal(argv[2], "{START}");
	assert_string_equal(argv[3], "{start");
	assert_string_equal(argv[4], "x2021-11-16..2021-11-17y2021-11-16");
	assert_string_equal(argv[5], "{2021-11-17}");
	assert_string_equal(argv[6], "${HOME}");
	assert_string_equal(argv[7], "$(reboot)");
	assert_string_equal(argv[8], "a b");
	assert_null(argv[9]);
	command_list_free(argv);
	command_free(command);
}

/* --- dates into runs -------------------------------------------------------------------------- */

/* "16 18 19" (November 2021); returns how many. */
static size_t november(const char *days, date_t into[31])
{
	size_t count = 0;
	for (const char *at = days; *at != '\0';) {
		char *end;
		into[count++] = date_of(2021, 11, (int)strtol(at, &end, 10));
		at = *end == ' ' ? end + 1 : end;
	}
	return count;
}

/* "16-20 22,24" : ranges with '-', lists with ','. */
static char *plan_text(const struct command *command, const char *days, const char *off)
{
	date_t dates[31], off_days[31];
	struct command_runs runs = {0};
	struct buffer text = {0};
	struct command_dates all = {.dates = dates, .off_days = off_days};
	all.date_count = november(days, dates);
	all.off_day_count = november(off, off_days);
	command_plan(command, &all, &runs);
	size_t planned = 0;
	for (size_t i = 0; i < runs.count; i++) {
		const struct command_run *run = &runs.items[i];
		buffer_add_text(&text, i == 0 ? "" : " ");
		if (run->by_list)
			for (size_t date = 0; date < run->date_count; date++)
				buffer_add_format(&text, "%s%d", date == 0 ? "" : ",",
					date_day(run->dates[date]));
		else
			buffer_add_format(&text, "%d-%d", date_day(run->range.first),
				date_day(run->range.last));
		for (size_t date = 0; date < run->date_count; date++)
			assert_int_equal(run->dates[date], dates[planned++]);
		assert_int_equal(run->range.first, run->dates[0]);
		assert_int_equal(run->range.last, run->dates[run->date_count - 1]);
	}
	assert_int_equal(planned, all.date_count); /* each once, in order */
	command_runs_release(&runs);
	return text.bytes != NULL ? text.bytes : memory_copy_text("");
}

static void dates_become_runs_by_granularity(void **state)
{
	(void)state;
	static const struct {
		const char *job, *days, *off, *plan;
	} cases[] = {
		{JOB(RANGE), "16 17 18", "", "16-18"},
		{JOB(RANGE), "16 18 19 23", "", "16-16 18-19 23-23"},
		{JOB(RANGE), "24 26", "25", "24-26"},
		{JOB(RANGE), "24 27", "25", "24-24 27-27"},
		{JOB(RANGE), "", "", ""},
		{JOB(RANGE ", \"granularity\": \"date\""), "16 17 23", "", "16-16 17-17 23-23"},
		{JOB(PER_DATE), "16 17", "", "16-16 17-17"},
		{JOB(RANGE ", \"granularity\": \"chunk(2)\""), "16 17 18 19 20 22 23", "",
			"16-17 18-19 20-20 22-23"},
		{JOB(RANGE ", \"granularity\": \"chunk(3)\""), "23 24 26 27", "25", "23-26 27-27"},
		{JOB(RANGE ", \"argv_dates\": [\"x\", \"{dates}\"]"), "16 17 18", "", "16-18"},
		{JOB(RANGE ", \"argv_dates\": [\"x\", \"{dates}\"]"), "16 18 23 24", "",
			"16,18,23,24"},
		{JOB(RANGE ", \"argv_dates\": [\"x\", \"{dates}\"]"), "24 26", "25", "24-26"},
		{JOB(RANGE ", \"argv_dates\": [\"x\", \"{dates}\"], \"granularity\": \"chunk(3)\""),
			"16 18 23 24 25 26 27", "", "16,18,23 24-26 27-27"},
		{JOB(RANGE ", \"argv_dates\": [\"x\", \"{dates}\"], \"granularity\": \"date\""),
			"16 18", "", "16-16 18-18"},
		{JOB("\"argv\": [\"x\", \"{dates}\"]"), "16 17 18 20", "", "16,17,18,20"},
		{JOB("\"argv\": [\"x\", \"{dates}\"], \"granularity\": \"chunk(2)\""), "16 17 18",
			"", "16,17 18"},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct command *command = command_of(cases[i].job);
		char *plan = plan_text(command, cases[i].days, cases[i].off);
		if (strcmp(plan, cases[i].plan) != 0)
			fail_msg("%s of %s: '%s', not '%s'", cases[i].days, cases[i].job, plan,
				cases[i].plan);
		free(plan);
		command_free(command);
	}
}

/* Random lists: every date once, in order, no range over a day that is neither asked nor off. */
static void no_plan_runs_a_date_that_nobody_asked_for(void **state)
{
	(void)state;
	static const char *const jobs[] = {JOB(RANGE), JOB(RANGE ", \"granularity\": \"chunk(4)\""),
		JOB(PER_DATE), JOB(RANGE ", \"argv_dates\": [\"x\", \"{dates}\"]")};
	srand(7);
	for (int round = 0; round < 2000; round++) {
		struct command *command = command_of(jobs[round % 4]);
		date_t dates[60], off[60];
		struct command_dates all = {.dates = dates, .off_days = off};
		struct command_runs runs = {0};
		char kind[60];
		for (int day = 0; day < 60; day++) {
			kind[day] = "ddo "[rand() % 4];
			if (kind[day] == 'd')
				dates[all.date_count++] = day;
			if (kind[day] == 'o')
				off[all.off_day_count++] = day;
		}
		command_plan(command, &all, &runs);
		size_t planned = 0;
		for (size_t i = 0; i < runs.count; i++) {
			const struct command_run *run = &runs.items[i];
			for (size_t date = 0; date < run->date_count; date++)
				assert_int_equal(run->dates[date], dates[planned++]);
			for (date_t day = run->range.first; !run->by_list && day <= run->range.last;
				day++)
				assert_int_not_equal(kind[day], ' ');
		}
		assert_int_equal(planned, all.date_count);
		command_runs_release(&runs);
		command_free(command);
	}
}

static void the_longest_list_fits_into_one_argument(void **state)
{
	(void)state;
	struct command *command = command_of(JOB("\"argv\": [\"x\", \"{dates}\"]"));
	static date_t dates[COMMAND_LIST_DATES_MAX + 1];
	struct command_dates all = {.dates = dates, .date_count = ARRAY_COUNT(dates)};
	struct command_runs runs = {0};
	for (int i = 0; i <= COMMAND_LIST_DATES_MAX; i++)
		dates[i] = 3 * i;
	command_plan(command, &all, &runs);
	assert_int_equal(runs.count, 2);
	assert_int_equal(runs.items[0].date_count, COMMAND_LIST_DATES_MAX);
	char **argv = command_argv(command, &runs.items[0]);
	assert_true(strlen(argv[1]) < 131072); /* MAX_ARG_STRLEN */
	command_list_free(argv);
	command_runs_release(&runs);
	command_free(command);
}

/* --- what is shown ---------------------------------------------------------------------------- */

static char *shown(const struct command *command)
{
	static date_t dates[] = {18947};
	struct command_run run = {.dates = dates, .date_count = 1, .range = {18947, 18961}};
	struct buffer text = {0};
	command_show(command, &run, &text);
	return text.bytes;
}

static void the_command_can_be_copied_to_a_shell(void **state)
{
	(void)state;
	static const struct {
		const char *job, *text;
	} cases[] = {
		{JOB("\"argv\": [\".venv/bin/python\", \"x.py\", \"--start-date\", \"{start}\", "
		     "\"--end-date\", \"{end}\"], \"env\": {\"PYTHONPATH\": \".\"}"),
			"cd /tmp && PYTHONPATH=. .venv/bin/python x.py --start-date 2021-11-16 "
			"--end-date 2021-11-30"},
		{JOB("\"argv\": [\"a b\", \"it's\", \"$HOME\", \"\", \"*\", \"{start}\", "
		     "\"{end}\"]"),
			"cd /tmp && 'a b' 'it'\\''s' '$HOME' '' '*' 2021-11-16 2021-11-30"},
		{JOB("\"argv\": [\"X=1\", \"Y=2\", \"{start}\", \"{end}\"], \"env\": {\"E\": \"a "
		     "b\"}"),
			"cd /tmp && E='a b' 'X=1' Y=2 2021-11-16 2021-11-30"},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct command *command = command_of(cases[i].job);
		char *text = shown(command);
		assert_string_equal(text, cases[i].text);
		free(text);
		command_free(command);
	}
}

static void a_secret_is_shown_nowhere(void **state)
{
	(void)state;
	static date_t dates[] = {18947};
	struct command_run run = {.dates = dates, .date_count = 1, .range = {18947, 18947}};
	setenv("INHERITED_SECRET", "hunter2hunter2", 1);
	struct command *command = command_of(JOB(
		"\"argv\": [\"run\", \"{start}\", \"{end}\", \"--token=s3cr3t-value\", "
		"\"xhunter2hunter2x\"], \"env\": {\"MINE\": \"s3cr3t-value\", \"OPEN\": \"yes\"}, "
		"\"secret_env\": [\"MINE\", \"INHERITED_SECRET\", \"NOT_SET\"]"));
	char *text = shown(command);
	char **environment = command_shown_environment(command);
	char **argv = command_shown_argv(command, &run);
	assert_null(strstr(text, "s3cr3t"));
	assert_null(strstr(text, "hunter2"));
	assert_non_null(strstr(text, "MINE=\"$MINE\" OPEN=yes run"));
	assert_string_equal(environment[0], "MINE=***");
	assert_string_equal(environment[1], "OPEN=yes");
	assert_string_equal(environment[2], "INHERITED_SECRET=***");
	assert_null(environment[3]);
	assert_string_equal(argv[3], "--token=***");
	assert_string_equal(argv[4], "x***x");
	command_list_free(argv);
	command_list_free(environment);
	argv = command_argv(command, &run); /* what runs has it, of course */
	assert_string_equal(argv[3], "--token=s3cr3t-value");
	command_list_free(argv);
	free(text);
	command_free(command);
	unsetenv("INHERITED_SECRET");
}

/* A text that was cut ends somewhere within the secret; of a key in PEM each line comes alone. */
static void pieces_of_a_secret_are_shown_nowhere(void **state)
{
	(void)state;
	static const struct {
		const char *text, *shown;
	} cases[] = {
		{"token s3cr3t-value!", "token ***!"},
		{"token s3cr3t-valu", "token ***"},
		{"token s3cr3t", "token ***"},
		{"token s3cr3", "token s3cr3"}, /* five bytes may be anything */
		{"s3cr3t [cut: 20000 bytes]", "*** [cut: 20000 bytes]"},
		{"s3cr3t [cut: is no mark here, but a text that goes on and on and on",
			"s3cr3t [cut: is no mark here, but a text that goes on and on and on"},
		{"s3cr3t is no secret", "s3cr3t is no secret"},
		{"s3cr3t-values3cr3t-value", "******"},
		{"MIIEvQIBADAN", "***"},
		{"  qhkiG9w0BAQE and", "  *** and"},
		{"qhkiG9w0", "***"},
		{"MIIEvQIBADA is another key", "MIIEvQIBADA is another key"},
		{"", ""},
	};
	setenv("INHERITED_SECRET", "MIIEvQIBADAN\r\nqhkiG9w0BAQE\nend\n", 1);
	struct command *command = command_of(JOB(RANGE ", \"env\": {\"MINE\": \"s3cr3t-value\"}, "
						       "\"secret_env\": [\"MINE\", "
						       "\"INHERITED_SECRET\", \"NOT_SET\"]"));
	struct log_window piece = {
		.items = memory_new_array(ARRAY_COUNT(cases), sizeof(struct log_window_line)),
		.count = ARRAY_COUNT(cases)};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		char *shown = command_mask(command, cases[i].text);
		assert_string_equal(shown, cases[i].shown);
		assert_int_equal(
			command_quotes_secret(command, cases[i].text, strlen(cases[i].text)),
			strcmp(cases[i].text, cases[i].shown) != 0);
		free(shown);
		piece.items[i].text = memory_copy_text(cases[i].text);
	}
	command_mask_piece((struct command *[]){NULL, command}, 2, &piece);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		assert_string_equal(piece.items[i].text, cases[i].shown);
	log_window_release(&piece);
	command_free(command);
	unsetenv("INHERITED_SECRET");
}

static void the_jobs_variables_replace_the_inherited_ones(void **state)
{
	(void)state;
	char *inherited[] = {(char *)"A=1", (char *)"AB=2", (char *)"PATH=/bin", NULL};
	struct command *command = command_of(JOB(RANGE ", \"env\": {\"A\": \"x=y\", \"N\": \"\"}"));
	char **environment = command_environment(command, inherited);
	assert_string_equal(environment[0], "AB=2");
	assert_string_equal(environment[1], "PATH=/bin");
	assert_string_equal(environment[2], "A=x=y");
	assert_string_equal(environment[3], "N=");
	assert_null(environment[4]);
	command_list_free(environment);
	command_free(command);
}

/* --- before the start ------------------------------------------------------------------------- */

static void write_file(const char *folder, const char *name, const char *text, mode_t mode)
{
	struct error err;
	char *path = path_join(folder, name);
	assert_true(path_write_file(path, text, strlen(text), &err));
	assert_int_equal(chmod(path, mode), 0);
	free(path);
}

static void what_is_missing_is_said_before_the_start(void **state)
{
	(void)state;
	static const struct {
		const char *cwd, *argv, *message; /* NULL: it is ready */
	} cases[] = {
		{"/no/such/project", "\"run\"", "cannot use the folder /no/such/project (job.cwd)"},
		{"%s/file", "\"run\"", "(job.cwd) is no folder"},
		{"%s", "\"no-such-program\"", "no program no-such-program in PATH"},
		{"%s", "\".venv/bin/python\"", ".venv/bin/python (job.argv[0]): No such file"},
		{"%s", "\"./dangling\"", "is a link to /no/such/python3.12, which is not there"},
		{"%s", "\"./file\"", "file (job.argv[0]): Permission denied"},
		{"%s", "\"./folder\"", "folder (job.argv[0]): Permission denied"},
		{"%s", "\"./script\"", "its first line asks for /no/such/interpreter"},
		{"%s", "\"sh\", \"jobs/missing.py\"",
			"jobs/missing.py (job.argv[1]): No such file"},
		{"%s", "\"sh\", \"folder/there.py\"", NULL},
		{"%s", "\"sh\", \"-c\"", NULL},
		{"%s", "\"./good\"", NULL},
		{"%s", "\"/bin/sh\", \"out/{start}/x\"", NULL},
	};
	struct error err;
	char *folder = test_folder();
	char *sub = path_join(folder, "folder"), *link = path_join(folder, "dangling");
	assert_true(path_make_folder(sub, &err));
	write_file(folder, "file", "x", 0600);
	write_file(folder, "script", "#! /no/such/interpreter -u\n", 0700);
	write_file(folder, "good", "#!/bin/sh\n", 0700);
	write_file(sub, "there.py", "", 0600);
	assert_int_equal(symlink("/no/such/python3.12", link), 0);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		char cwd[512];
		err = (struct error){0};
		const char *rest = strncmp(cases[i].cwd, "%s", 2) == 0 ? cases[i].cwd + 2 : NULL;
		snprintf(cwd, sizeof(cwd), "%s%s", rest != NULL ? folder : cases[i].cwd,
			rest != NULL ? rest : "");
		char *job = memory_format("{\"executor\": \"command\", \"cwd\": \"%s\", \"argv\": "
					  "[%s, \"{start}\", \"{end}\"]}",
			cwd, cases[i].argv);
		struct command *command = command_of(job);
		bool ready = command_preflight(command, &err);
		if (ready != (cases[i].message == NULL) ||
			(!ready && strstr(err.text, cases[i].message) == NULL))
			fail_msg("%s in %s: %s", cases[i].argv, cwd, ready ? "ready" : err.text);
		command_free(command);
		free(job);
	}
	free(link);
	free(sub);
	free(folder);
}

/* --- the users' jobs -------------------------------------------------------------------------- */

static struct pipeline *scripts(void)
{
	struct pipeline *pipeline = NULL;
	struct error err = {0};
	if (!pipeline_load("nba-scripts", &pipeline, &err))
		fail_msg("%s", err.text);
	return pipeline;
}

static struct command *script(const struct pipeline *pipeline, const char *name)
{
	struct command *command = NULL;
	struct error err = {0};
	if (!command_parse(pipeline, pipeline_find(pipeline, name), &command, &err))
		fail_msg("%s", err.text);
	return command;
}

static void the_seven_jobs_start_as_in_the_hand_off(void **state)
{
	(void)state;
	static const struct {
		const char *name, *script, *more, *log;
	} jobs[] = {
		{"upgc",
			"analytics/upcoming_player_game_context/"
			"upcoming_player_game_context_analytics",
			"", "/tmp/upgc_backfill.log"},
		{"utgc",
			"analytics/upcoming_team_game_context/upcoming_team_game_context_analytics",
			"", "/tmp/utgc_backfill.log"},
		{"tdza",
			"precompute/team_defense_zone_analysis/"
			"team_defense_zone_analysis_precompute",
			" --no-resume", "/tmp/tdza_backfill.log"},
		{"psza",
			"precompute/player_shot_zone_analysis/player_shot_zone_analysis_precompute",
			" --no-resume", "/tmp/psza_backfill.log"},
		{"pcf", "precompute/player_composite_factors/player_composite_factors_precompute",
			" --no-resume", "/tmp/pcf_backfill.log"},
		{"pdc", "precompute/player_daily_cache/player_daily_cache_precompute",
			" --no-resume", "/tmp/pdc_backfill.log"},
		{"mlfs", "precompute/ml_feature_store/ml_feature_store_precompute", " --no-resume",
			"/tmp/mlfs_backfill.log"},
	};
	setenv("HOME", "/home/naji", 1);
	struct pipeline *pipeline = scripts();
	for (size_t i = 0; i < ARRAY_COUNT(jobs); i++) {
		struct command *command = script(pipeline, jobs[i].name);
		char *wanted = memory_format(
			"cd /home/naji/code/nba-stats-scraper && PYTHONPATH=. PYTHONUNBUFFERED=1 "
			"PYTHONUTF8=1 .venv/bin/python backfill_jobs/%s_backfill.py --start-date "
			"2021-11-16 --end-date 2021-11-30%s",
			jobs[i].script, jobs[i].more);
		char *text = shown(command);
		assert_string_equal(text, wanted);
		assert_string_equal(command->external_log, jobs[i].log);
		assert_int_equal(command->argv_dates_count > 0, jobs[i].more[0] != '\0');
		free(text);
		free(wanted);
		command_free(command);
	}
	pipeline_free(pipeline);
}

static void every_job_of_the_scripts_pipeline_is_whole(void **state)
{
	(void)state;
	struct pipeline *pipeline = scripts();
	assert_int_equal(pipeline->table_count, 10);
	for (size_t i = 0; i < pipeline->table_count; i++) {
		struct command *command = script(pipeline, pipeline->tables[i].name);
		assert_int_equal(command->nice, 5);
		assert_int_equal(command->timeout_ms, 8 * 3600000);
		command_free(command);
	}
	pipeline_free(pipeline);
}

/* Rows of November 2021 as they were, and which dates the scripts took (spec: jobs, Appendix A). */
static void the_refusals_of_november_2021_are_predicted(void **state)
{
	(void)state;
	static const struct {
		int day;
		int upgc, utgc, psza, tdza, pcf, pdc;
		const char *pcf_why, *mlfs_why; /* "" = accepted */
	} dates[] = {
		{15, 389, 22, 272, 30, 389, 202, "", ""},
		{16, 105, 6, 272, 30, 0, 54, "upcoming_team_game_context 6 < 10",
			"player_daily_cache 54 < 100, player_composite_factors 0 < 100"},
		{17, 382, 22, 280, 30, 382, 207, "", ""},
		{18, 212, 12, 280, 30, 212, 110, "", ""},
		{19, 314, 18, 289, 30, 314, 177, "", ""},
		{20, 312, 18, 294, 30, 312, 181, "", ""},
		{21, 179, 10, 294, 30, 179, 95, "", "player_daily_cache 95 < 100"},
		{22, 346, 20, 303, 30, 346, 207, "", ""},
		{23, 141, 8, 303, 30, 0, 75, "upcoming_team_game_context 8 < 10",
			"player_daily_cache 75 < 100, player_composite_factors 0 < 100"},
		{24, 450, 26, 313, 30, 450, 276, "", ""},
		{25, 0, 0, 313, 30, 0, 0,
			"upcoming_player_game_context 0 < 100, upcoming_team_game_context 0 < 10",
			"player_daily_cache 0 < 100, player_composite_factors 0 < 100"},
		{26, 418, 24, 316, 30, 418, 253, "", ""},
		{27, 289, 16, 322, 30, 289, 171, "", ""},
		{28, 169, 10, 322, 30, 169, 107, "", ""},
		{29, 325, 18, 325, 29, 0, 0, "team_defense_zone_analysis 29 < 30",
			"player_daily_cache 0 < 100, player_composite_factors 0 < 100"},
		{30, 179, 10, 325, 29, 0, 0, "team_defense_zone_analysis 29 < 30",
			"player_daily_cache 0 < 100, player_composite_factors 0 < 100"},
	};
	struct pipeline *pipeline = scripts();
	size_t pcf = pipeline_find(pipeline, "pcf"), mlfs = pipeline_find(pipeline, "mlfs");
	for (size_t i = 0; i < ARRAY_COUNT(dates); i++) {
		int64_t rows[PIPELINE_TABLES_MAX] = {0};
		struct buffer why = {0};
		rows[pipeline_find(pipeline, "upgc")] = dates[i].upgc;
		rows[pipeline_find(pipeline, "utgc")] = dates[i].utgc;
		rows[pipeline_find(pipeline, "psza")] = dates[i].psza;
		rows[pipeline_find(pipeline, "tdza")] = dates[i].tdza;
		rows[pipeline_find(pipeline, "pcf")] = dates[i].pcf;
		rows[pipeline_find(pipeline, "pdc")] = dates[i].pdc;
		assert_int_equal(command_predict(pipeline, pcf, rows, &why),
			dates[i].pcf_why[0] == '\0' ? COMMAND_ACCEPTS : COMMAND_REFUSES);
		assert_string_equal(buffer_text(&why), dates[i].pcf_why);
		buffer_clear(&why);
		assert_int_equal(command_predict(pipeline, mlfs, rows, &why),
			dates[i].mlfs_why[0] == '\0' ? COMMAND_ACCEPTS : COMMAND_REFUSES);
		assert_string_equal(buffer_text(&why), dates[i].mlfs_why);
		buffer_release(&why);
	}
	pipeline_free(pipeline);
}

static void an_unknown_count_is_neither_enough_nor_too_few(void **state)
{
	(void)state;
	int64_t rows[PIPELINE_TABLES_MAX];
	struct buffer why = {0};
	struct pipeline *pipeline = scripts();
	size_t pcf = pipeline_find(pipeline, "pcf");
	for (size_t i = 0; i < PIPELINE_TABLES_MAX; i++)
		rows[i] = 1000;
	rows[pipeline_find(pipeline, "tdza")] = -1;
	assert_int_equal(command_predict(pipeline, pcf, rows, &why), COMMAND_UNKNOWN);
	assert_string_equal(why.bytes, "team_defense_zone_analysis unknown");
	buffer_clear(&why);
	rows[pipeline_find(pipeline, "utgc")] = 6;
	assert_int_equal(command_predict(pipeline, pcf, rows, &why), COMMAND_REFUSES);
	buffer_release(&why);
	pipeline_free(pipeline);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mistake_in_a_job_is_told_with_its_place),
		cmocka_unit_test(a_whole_job_is_read),
		cmocka_unit_test(other_braces_are_themselves),
		cmocka_unit_test(dates_become_runs_by_granularity),
		cmocka_unit_test(no_plan_runs_a_date_that_nobody_asked_for),
		cmocka_unit_test(the_longest_list_fits_into_one_argument),
		cmocka_unit_test(the_command_can_be_copied_to_a_shell),
		cmocka_unit_test(a_secret_is_shown_nowhere),
		cmocka_unit_test(pieces_of_a_secret_are_shown_nowhere),
		cmocka_unit_test(the_jobs_variables_replace_the_inherited_ones),
		cmocka_unit_test(what_is_missing_is_said_before_the_start),
		cmocka_unit_test(the_seven_jobs_start_as_in_the_hand_off),
		cmocka_unit_test(every_job_of_the_scripts_pipeline_is_whole),
		cmocka_unit_test(the_refusals_of_november_2021_are_predicted),
		cmocka_unit_test(an_unknown_count_is_neither_enough_nor_too_few),
	};
	return RUN(tests);
}
