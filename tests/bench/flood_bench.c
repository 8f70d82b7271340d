/*
 * Four scripts that print as fast as they can: how much longer they take when a console follows
 * them than alone, each with its output to a file; what the console needs; how fast keys are
 * answered meanwhile. The console has a processor of its own and the scripts share the others, in
 * both cases: what is measured is whether they wait for it. Alone and followed take turns, and the
 * best of each counts: whatever else the machine does hits both.
 */
#include "tests/bench/support/keys.h"
#include "tests/bench/support/measure.h"
#include "tests/pty/support/pty.h"
#include "tests/support/scripts.h"

#include "base/memory.h"
#include "base/path.h"
#include "jobs/run_folder.h"

#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define FLOOD_BYTES "64000000" /* of each of three dates */
#define JOBS	    4
#define KEYS	    200 /* of a round */
#define ROUNDS	    6
#define P4	    "phase4_simulator"

static const char *const names[JOBS] = {"upgc", "utgc", "tdza", "psza"};

struct flood {
	double alone_ms, followed_ms; /* the best of the rounds */
	double alone_cpu_ms, followed_cpu_ms;
	struct keys keys;
	double peak_mib;
	char cores[32]; /* of the scripts, for taskset */
};

_Noreturn static void give_up(const char *reason)
{
	fprintf(stderr, "benchmark: %s\n", reason);
	exit(1);
}

static void keep_best(double *best, double value)
{
	if (*best == 0 || value < *best)
		*best = value;
}

/* In a session of its own, as under a supervisor: the kernel shares the processors by sessions. */
static void start_alone(const struct flood *flood, const struct scripts *scripts, size_t job)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	pid_t pid;
	char *script = memory_format("%s/%s.sh", scripts->home, names[job]);
	char *log = memory_format("%s/%s.log", scripts->home, names[job]);
	char *cores = memory_format("SIMULATE_CORES=%s", flood->cores);
	char *argv[] = {(char *)"sh", script, (char *)"--start-date", (char *)"2021-11-16",
		(char *)"--end-date", (char *)"2021-11-18", NULL};
	char *environment[] = {
		(char *)"PATH=/usr/bin:/bin", (char *)"SIMULATE_FLOOD=" FLOOD_BYTES, cores, NULL};
	posix_spawn_file_actions_init(&actions);
	for (int output = STDOUT_FILENO; output <= STDERR_FILENO; output++)
		posix_spawn_file_actions_addopen(
			&actions, output, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
	if (posix_spawnp(&pid, "sh", &actions, &attributes, argv, environment) != 0)
		give_up("cannot start a script");
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	free(script);
	free(log);
	free(cores);
}

static void remove_logs(const struct scripts *scripts)
{
	for (size_t job = 0; job < JOBS; job++) {
		char *log = memory_format("%s/%s.log", scripts->home, names[job]);
		unlink(log);
		free(log);
	}
}

static double cpu_ms_of(const struct rusage *used)
{
	return (double)(used->ru_utime.tv_sec + used->ru_stime.tv_sec) * 1e3 +
	       (double)(used->ru_utime.tv_usec + used->ru_stime.tv_usec) / 1e3;
}

/* The mean of the four. */
static void run_alone(struct flood *flood, const struct scripts *scripts)
{
	double started = measure_now_ms(), wall = 0, cpu = 0;
	for (size_t job = 0; job < JOBS; job++)
		start_alone(flood, scripts, job);
	for (size_t job = 0; job < JOBS; job++) {
		struct rusage used;
		if (wait4(-1, NULL, 0, &used) < 0)
			give_up("a script is gone");
		wall += measure_now_ms() - started;
		cpu += cpu_ms_of(&used);
	}
	remove_logs(scripts);
	keep_best(&flood->alone_ms, wall / JOBS);
	keep_best(&flood->alone_cpu_ms, cpu / JOBS);
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

/* From the status files: start, end and processor time of each job itself. */
static void take_followed(struct flood *flood, const struct scripts *scripts)
{
	char *paths[SCRIPTS_RUNS_MAX];
	double wall = 0, cpu = 0;
	int count = scripts_runs(scripts, NULL, paths);
	for (int i = 0; i < count; i++) {
		struct run_evidence evidence;
		if (!run_look(paths[i], &evidence, NULL) || !evidence.has_status)
			give_up("a run has no end");
		wall += (double)(evidence.status.ended_ms - evidence.process.started_ms);
		cpu += (double)(evidence.status.user_ms + evidence.status.system_ms);
		free(paths[i]);
	}
	if (count != JOBS)
		give_up("not every script ran");
	keep_best(&flood->followed_ms, wall / JOBS);
	keep_best(&flood->followed_cpu_ms, cpu / JOBS);
}

/* What is started from here on has the last processor, or all of them. */
static void stay_on_the_last_core(bool stay)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	cpu_set_t set;
	CPU_ZERO(&set);
	for (long core = stay ? cores - 1 : 0; core < cores; core++)
		CPU_SET((size_t)core, &set);
	(void)sched_setaffinity(0, sizeof(set), &set);
}

static struct pty *open_console(const struct scripts *scripts)
{
	const char *argv[] = {program_path(), "--pipeline", scripts->pipeline, "--warehouse",
		scripts->warehouse, "--no-ascii", "--start-unasked", NULL};
	stay_on_the_last_core(true);
	struct pty *pty = pty_start(scripts->home, "xterm-256color", 120, 40, argv);
	stay_on_the_last_core(false);
	pty_wait_for(pty, "0/3");
	return pty;
}

static bool is_running(struct pty *pty)
{
	return pty_shows(pty, "4 running");
}

static void run_followed(struct flood *flood, const struct scripts *scripts)
{
	struct pty *pty = open_console(scripts);
	pty_send(pty, "S");
	pty_wait_for(pty, "4 running");
	keys_press(&flood->keys, pty, flood->keys.count + KEYS, is_running);
	pty_wait_for(pty, "12 complete");
	double peak = peak_mib(pty_process(pty));
	flood->peak_mib = peak > flood->peak_mib ? peak : flood->peak_mib;
	take_followed(flood, scripts);
	pty_send(pty, "q\r");
	pty_wait_for_end(pty);
	pty_finish(pty);
}

static void print(struct flood *flood)
{
	bool has_room = sysconf(_SC_NPROCESSORS_ONLN) > 1;
	measure_print(&(struct measure){.what = "flood: a job under the console",
		.unit = "ms",
		.value = flood->followed_ms,
		.reference = "to a file",
		.reference_value = flood->alone_ms,
		.ratio_limit = has_room ? 1.05 : 0});
	measure_print(&(struct measure){.what = "flood: processor time of such a job",
		.unit = "ms",
		.value = flood->followed_cpu_ms,
		.reference = "to a file",
		.reference_value = flood->alone_cpu_ms});
	keys_print(&flood->keys, "flood: key to screen", 5);
	measure_print(&(struct measure){.what = "flood: memory of the console",
		.unit = "MiB",
		.value = flood->peak_mib,
		.limit = 64});
}

int main(void)
{
	struct flood flood = {0};
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	snprintf(flood.cores, sizeof(flood.cores), "0-%ld", cores > 1 ? cores - 2 : 0);
	char *wet = memory_format("], \"env\": {\"SIMULATE_FLOOD\": \"" FLOOD_BYTES
				  "\", \"SIMULATE_CORES\": \"%s\"}",
		flood.cores);
	struct script_table tables[JOBS + 1] = {0};
	for (size_t job = 0; job < JOBS; job++)
		tables[job] = (struct script_table){names[job], P4, wet, NULL};
	for (int round = 0; round < ROUNDS; round++) {
		struct scripts scripts;
		scripts_open(&scripts, tables);
		run_alone(&flood, &scripts);
		run_followed(&flood, &scripts);
		scripts_close(&scripts);
	}
	print(&flood);
	scripts_forget(NULL);
	free(wet);
	return 0;
}
