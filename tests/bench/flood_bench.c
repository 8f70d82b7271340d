/*
 * Four scripts that print as fast as they can: how much longer they take when a console follows
 * them than alone, each with its output to a file; what the console needs; how fast keys are
 * answered meanwhile.
 */
#include "tests/bench/support/measure.h"
#include "tests/pty/support/pty.h"
#include "tests/support/scripts.h"

#include "base/memory.h"
#include "base/path.h"
#include "jobs/run_folder.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FLOOD_BYTES "128000000" /* of each of three dates */
#define JOBS	    4
#define KEYS	    40
#define CORES_FREE  (JOBS * 2 + 1) /* yes and head of each, and one for the console */
#define P4	    "phase4_simulator"
#define WET	    "], \"env\": {\"SIMULATE_FLOOD\": \"" FLOOD_BYTES "\"}"

static const struct script_table tables[] = {{"upgc", P4, WET, NULL}, {"utgc", P4, WET, NULL},
	{"tdza", P4, WET, NULL}, {"psza", P4, WET, NULL}, {0}};

_Noreturn static void give_up(const char *reason)
{
	fprintf(stderr, "benchmark: %s\n", reason);
	exit(1);
}

static pid_t start_alone(const struct scripts *scripts, size_t job)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	char *script = memory_format("%s/%s.sh", scripts->home, tables[job].name);
	char *log = memory_format("%s/%s.log", scripts->home, tables[job].name);
	char *argv[] = {(char *)"sh", script, (char *)"--start-date", (char *)"2021-11-16",
		(char *)"--end-date", (char *)"2021-11-18", NULL};
	char *environment[] = {
		(char *)"PATH=/usr/bin:/bin", (char *)"SIMULATE_FLOOD=" FLOOD_BYTES, NULL};
	posix_spawn_file_actions_init(&actions);
	for (int output = STDOUT_FILENO; output <= STDERR_FILENO; output++)
		posix_spawn_file_actions_addopen(
			&actions, output, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (posix_spawnp(&pid, "sh", &actions, NULL, argv, environment) != 0)
		give_up("cannot start a script");
	posix_spawn_file_actions_destroy(&actions);
	free(script);
	free(log);
	return pid;
}

static void remove_logs(const struct scripts *scripts)
{
	for (size_t job = 0; job < JOBS; job++) {
		char *log = memory_format("%s/%s.log", scripts->home, tables[job].name);
		unlink(log);
		free(log);
	}
}

/* The mean of the four. */
static double alone_ms(const struct scripts *scripts)
{
	double started = measure_now_ms(), sum = 0;
	pid_t pids[JOBS];
	for (size_t job = 0; job < JOBS; job++)
		pids[job] = start_alone(scripts, job);
	for (size_t job = 0; job < JOBS; job++) {
		waitpid(pids[job], NULL, 0);
		sum += measure_now_ms() - started;
	}
	remove_logs(scripts);
	return sum / JOBS;
}

static double key_ms(struct pty *pty, const char *key, const char *text)
{
	double started = measure_now_ms();
	pty_send(pty, key);
	while (!pty_shows(pty, text))
		if (!pty_read(pty, 5000))
			give_up(pty_screen(pty));
	return measure_now_ms() - started;
}

static double peak_mib(pid_t pid)
{
	struct buffer text = {0};
	char *path = memory_format("/proc/%d/status", (int)pid);
	double mib = 0;
	if (path_read_file(path, PATH_FILE_BYTES_MAX, &text, NULL)) {
		const char *line = strstr(buffer_text(&text), "VmHWM:");
		mib = line == NULL ? 0 : strtod(line + strlen("VmHWM:"), NULL) / 1024;
	}
	buffer_release(&text);
	free(path);
	return mib;
}

/* From the status files: start and end of each job itself. */
static double followed_ms(const struct scripts *scripts)
{
	char *paths[SCRIPTS_RUNS_MAX];
	double sum = 0;
	int count = scripts_runs(scripts, NULL, paths);
	for (int i = 0; i < count; i++) {
		struct run_evidence evidence;
		if (!run_look(paths[i], &evidence, NULL) || !evidence.has_status)
			give_up("a run has no end");
		sum += (double)(evidence.status.ended_ms - evidence.process.started_ms);
		free(paths[i]);
	}
	return count > 0 ? sum / count : 0;
}

static struct pty *open_console(const struct scripts *scripts)
{
	const char *argv[] = {program_path(), "--pipeline", scripts->pipeline, "--warehouse",
		scripts->warehouse, "--no-ascii", "--start-unasked", NULL};
	struct pty *pty = pty_start(scripts->home, "xterm-256color", 120, 40, argv);
	pty_wait_for(pty, "0/3");
	return pty;
}

static void print(double alone, double followed, double keys, double memory)
{
	bool has_room = sysconf(_SC_NPROCESSORS_ONLN) >= CORES_FREE;
	measure_print(
		&(struct measure){.what = has_room ? "flood: a job under the console"
						   : "flood: a job under the console, cores short",
			.unit = "ms",
			.value = followed,
			.reference = "to a file",
			.reference_value = alone,
			.ratio_limit = has_room ? 1.05 : 0});
	measure_print(&(struct measure){
		.what = "flood: key to screen, p99", .unit = "ms", .value = keys, .limit = 5});
	measure_print(&(struct measure){.what = "flood: memory of the console",
		.unit = "MiB",
		.value = memory,
		.limit = 64});
}

int main(void)
{
	struct scripts scripts;
	double times[2 * KEYS], *next = times;
	scripts_open(&scripts, tables);
	double alone = alone_ms(&scripts);
	struct pty *pty = open_console(&scripts);
	pty_send(pty, "S");
	pty_wait_for(pty, "4 running");
	for (int i = 0; i < KEYS; i++) {
		*next++ = key_ms(pty, "3", "Nov 2021");
		*next++ = key_ms(pty, "1", "progress");
	}
	pty_wait_for(pty, "12 complete");
	double memory = peak_mib(pty_process(pty));
	print(alone, followed_ms(&scripts), measure_quantile(times, 2 * KEYS, 0.99), memory);
	pty_send(pty, "q\r");
	pty_wait_for_end(pty);
	pty_finish(pty);
	scripts_close(&scripts);
	scripts_forget();
	return 0;
}
