#include "tests/support/scripts.h"

#include "base/path.h"
#include "base/text.h"
#include "jobs/run_folder.h"
#include "tests/support/table.h"
#include "tests/test.h"

#include <fcntl.h>
#include <spawn.h>

#define RANGE	       "2021-11-16..2021-11-18"
#define FILE_BYTES_MAX (16UL * 1024 * 1024)

static char *season_home;

static void copy_simulator(const struct scripts *scripts, const struct script_table *table)
{
	struct buffer text = {0};
	struct error err;
	char *from = memory_format("tests/data/jobs/%s.sh", table->simulator);
	char *to = memory_format("%s/%s.sh", scripts->home, table->name);
	if (!path_read_file(from, FILE_BYTES_MAX, &text, &err) ||
		!path_write_file(to, text.bytes, text.length, &err))
		fail_msg("%s", err.text);
	buffer_release(&text);
	free(from);
	free(to);
}

/* Whole paths: a script named "./pcf.sh" is the same job in any folder, also in that of a test that
 * runs beside this one. */
static void add_table(
	const struct scripts *scripts, const struct script_table *table, struct buffer *json)
{
	buffer_add_format(json,
		"%s{\"name\": \"%s\", \"expect\": {\"constant\": 382}, \"upstreams\": %s, "
		"\"job\": {\"executor\": \"command\", \"cwd\": \"%s\", \"argv\": [\"sh\", "
		"\"%s/%s.sh\", \"--start-date\", \"{start}\", \"--end-date\", \"{end}\"%s}}",
		text_ends_with(json->bytes, "[") ? "" : ",\n", table->name,
		table->upstreams != NULL ? table->upstreams : "[]", scripts->home, scripts->home,
		table->name, table->more != NULL ? table->more : "]");
}

static void write_pipeline(const struct scripts *scripts, const struct script_table *tables)
{
	struct buffer json = {0};
	struct error err;
	buffer_add_text(&json, "{\"version\": 1, \"name\": \"scripts\", \"range\": \"" RANGE
			       "\", \"run\": {\"workers\": 4, \"auto_launch\": true}, "
			       "\"tables\": [");
	for (const struct script_table *table = tables; table->name != NULL; table++) {
		copy_simulator(scripts, table);
		add_table(scripts, table, &json);
	}
	buffer_add_text(&json, "]}\n");
	if (!path_write_file(scripts->pipeline, json.bytes, json.length, &err))
		fail_msg("%s", err.text);
	buffer_release(&json);
}

static void make_season(const struct scripts *scripts)
{
	season_home = test_folder();
	struct program_result result =
		PROGRAM_RUN(season_home, "sample", "--pipeline", scripts->pipeline);
	if (result.status != 0)
		fail_msg("%s", result.output);
	free(result.output);
}

void scripts_open(struct scripts *scripts, const struct script_table *tables)
{
	*scripts = (struct scripts){.home = test_folder()};
	scripts->pipeline = path_join(scripts->home, "scripts.json");
	scripts->state = path_join(scripts->home, "state/backcourt/scripts");
	write_pipeline(scripts, tables);
	if (season_home == NULL)
		make_season(scripts);
	scripts->warehouse = path_join(season_home, "data/backcourt/scripts/warehouse.db");
}

void scripts_close(struct scripts *scripts)
{
	free(scripts->home);
	free(scripts->pipeline);
	free(scripts->state);
	free(scripts->warehouse);
}

int scripts_forget(void **state)
{
	(void)state;
	free(season_home);
	season_home = NULL;
	return 0;
}

struct program scripts_start(const struct scripts *scripts, const char *const *arguments)
{
	const char *all[PROGRAM_ARGUMENTS_MAX + 1] = {NULL};
	size_t count = 0;
	for (; arguments[count] != NULL; count++)
		all[count] = arguments[count];
	assert_true(count + 4 < PROGRAM_ARGUMENTS_MAX);
	all[count++] = "--pipeline";
	all[count++] = scripts->pipeline;
	all[count++] = "--warehouse";
	all[count++] = scripts->warehouse;
	return program_start(scripts->home, all);
}

struct program_result scripts_run(const struct scripts *scripts, const char *const *arguments)
{
	struct program program = scripts_start(scripts, arguments);
	return program_finish(&program);
}

pid_t scripts_start_by_hand(const struct scripts *scripts, const char *const *argv)
{
	extern char **environ;
	pid_t pid;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addchdir_np(&actions, scripts->home);
	posix_spawn_file_actions_addopen(
		&actions, STDERR_FILENO, "by_hand.log", O_WRONLY | O_CREAT | O_APPEND, 0600);
	posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
	assert_int_equal(
		posix_spawnp(&pid, argv[0], &actions, &attributes, (char *const *)argv, environ),
		0);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return pid;
}

void scripts_touch(const struct scripts *scripts, const char *name)
{
	struct error err;
	char *path = path_join(scripts->home, name);
	if (!path_write_file(path, "", 0, &err))
		fail_msg("%s", err.text);
	free(path);
}

void scripts_open_gate(const struct scripts *scripts)
{
	scripts_touch(scripts, "go");
}

void scripts_let_on(const struct scripts *scripts)
{
	scripts_touch(scripts, "on");
}

int scripts_runs(const struct scripts *scripts, const char *table, char **paths)
{
	struct run_list list = {0};
	struct error err;
	int count = 0;
	if (!run_folder_list(scripts->state, &list, &err))
		fail_msg("%s", err.text);
	for (size_t i = list.count; i > 0; i--) {
		struct run_about about = {0};
		char *path = run_folder_of(scripts->state, list.ids[i - 1]);
		if (!run_folder_read(path, &about, &err))
			fail_msg("%s", err.text);
		bool is_meant = table == NULL || strcmp(about.table, table) == 0;
		if (is_meant && paths != NULL)
			paths[count] = path;
		else
			free(path);
		count += is_meant;
		assert_true(count < SCRIPTS_RUNS_MAX);
		run_about_release(&about);
	}
	run_list_release(&list);
	return count;
}

static int count_in(const char *path, const char *text)
{
	struct buffer log = {0};
	char *file = path_join(path, RUN_FILE_LOG);
	int count = 0;
	if (path_read_file(file, FILE_BYTES_MAX, &log, NULL))
		for (const char *at = buffer_text(&log); (at = strstr(at, text)) != NULL; at++)
			count++;
	buffer_release(&log);
	free(file);
	return count;
}

int scripts_count(const struct scripts *scripts, const char *table, const char *text)
{
	char *paths[SCRIPTS_RUNS_MAX];
	int runs = scripts_runs(scripts, table, paths), count = 0;
	for (int i = 0; i < runs; i++) {
		count += count_in(paths[i], text);
		free(paths[i]);
	}
	return count;
}

char *scripts_coverage(const struct scripts *scripts)
{
	return SCRIPTS_RUN(scripts, "coverage", "--format", "csv").output;
}

bool scripts_cell_is(
	const struct scripts *scripts, const char *table, const char *date, const char *verdict)
{
	char *csv = scripts_coverage(scripts);
	bool is = csv_is(csv, table, date, verdict);
	if (!is)
		print_message("%s", csv);
	free(csv);
	return is;
}

struct ledger_run scripts_newest(const struct scripts *scripts, const char *table)
{
	struct ledger *ledger;
	struct ledger_runs runs = {0};
	struct error err;
	if (!ledger_open(scripts->state, LEDGER_READ, &ledger, &err) ||
		!ledger_newest_runs(ledger, table, 1, &runs, &err))
		fail_msg("%s", err.text);
	ledger_close(ledger);
	assert_int_equal(runs.count, 1);
	struct ledger_run newest = runs.items[0];
	free(runs.items);
	return newest;
}
