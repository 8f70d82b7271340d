/*
 * The program itself over the four real seasons: import and run without a screen; then the console
 * on a pseudo-terminal: first frame, a key while four jobs print, and a minute of nothing.
 */
#include "tests/bench/support/keys.h"
#include "tests/bench/support/measure.h"
#include "tests/bench/support/seasons.h"
#include "tests/pty/support/pty.h"
#include "tests/support/program.h"

#include "base/memory.h"
#include "base/text.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RANGE	     "2021-10-19..2025-04-13"
#define STARTS	     15
#define KEYS	     600
#define RUNS_MAX     8
#define IDLE_SECONDS 60
#define SETTLE_MS    3000
#define DATES	     652 /* with games */
#define RAW_ROWS     950675

static char home[PATH_MAX], raw[PATH_MAX + 32], whole[PATH_MAX + 32];

_Noreturn static void give_up(const char *reason)
{
	fprintf(stderr, "benchmark: %s\n", reason);
	exit(1);
}

static double run_ms(const char *const *arguments, int largest_status)
{
	double started = measure_now_ms();
	struct program_result result = program_run(home, arguments);
	double spent = measure_now_ms() - started;
	if (result.status > largest_status)
		give_up(result.output);
	free(result.output);
	return spent;
}
#define RUN_MS(largest_status, ...) run_ms((const char *const[]){__VA_ARGS__, NULL}, largest_status)

static void copy_file(const char *from, const char *to)
{
	if (measure_program_ms((const char *const[]){"cp", from, to, NULL}) < 0)
		give_up("cannot copy the warehouse");
}

/* A ledger of an earlier run would say that its dates were written. */
static void remove_with_state(const char *warehouse)
{
	char state[PATH_MAX + 64], log[PATH_MAX + 64], memory[PATH_MAX + 64];
	snprintf(state, sizeof(state), "%s.state", warehouse);
	snprintf(log, sizeof(log), "%s-wal", warehouse);
	snprintf(memory, sizeof(memory), "%s-shm", warehouse);
	if (measure_program_ms(
		    (const char *const[]){"rm", "-rf", warehouse, log, memory, state, NULL}) < 0)
		give_up("cannot remove a warehouse");
}

/* Leaves `raw` with the raw rows and `whole` with all tables. */
static void measure_without_screen(const char *data)
{
	double import_ms = RUN_MS(0, "import", data, "--warehouse", raw);
	measure_print(&(struct measure){.what = "program: import of four seasons",
		.unit = "us/row",
		.value = 1000 * import_ms / RAW_ROWS});
	copy_file(raw, whole);
	/* Real seasons keep a few gaps that no run can cure. */
	double spent = RUN_MS(1, "run", "--warehouse", whole, "--range", RANGE, "--workers", "4");
	measure_print(&(struct measure){.what = "program: a date of all ten tables, 4 workers",
		.unit = "ms",
		.value = spent / DATES,
		.limit = 37});
}

/* The ledger of another warehouse would say that its dates were written. */
static struct pty *open_console(const char *warehouse)
{
	char state[PATH_MAX + 64];
	snprintf(state, sizeof(state), "%s.state", warehouse);
	const char *const argv[] = {program_path(), "--warehouse", warehouse, "--state", state,
		"--range", RANGE, "--workers", "4", NULL};
	return pty_start(home, "xterm-256color", 120, 40, argv);
}

static double start_ms(const char *text)
{
	double started = measure_now_ms();
	struct pty *pty = open_console(whole);
	pty_wait_for(pty, text);
	double spent = measure_now_ms() - started;
	pty_finish(pty);
	return spent;
}

static void measure_first_frame(void)
{
	double frames[STARTS], facts[STARTS], starts[STARTS];
	for (int i = 0; i < STARTS; i++) {
		frames[i] = start_ms("player_game_summary");
		facts[i] = start_ms(" complete");
		starts[i] = RUN_MS(0, "version");
	}
	double reference = measure_quantile(starts, STARTS, 0.5);
	measure_print(&(struct measure){.what = "console: exec to first frame, median",
		.unit = "ms",
		.value = measure_quantile(frames, STARTS, 0.5),
		.reference = "backcourt version",
		.reference_value = reference,
		.limit = 50});
	measure_print(&(struct measure){.what = "console: exec to the coverage, median",
		.unit = "ms",
		.value = measure_quantile(facts, STARTS, 0.5),
		.reference = "backcourt version",
		.reference_value = reference});
}

/* The run is at work; read from the Overview. */
static bool is_running(struct pty *pty)
{
	return pty_shows(pty, "RUNNING");
}

/* A run is over sooner than all keys are pressed: then comes another one. */
static void measure_keys(void)
{
	struct keys keys = {.count = 0};
	char busy[PATH_MAX + 40];
	snprintf(busy, sizeof(busy), "%s.busy", raw);
	remove_with_state(busy);
	for (int run = 0; run < RUNS_MAX && keys.count < KEYS; run++) {
		copy_file(raw, busy);
		struct pty *pty = open_console(busy);
		pty_wait_for(pty, "player_game_summary");
		pty_wait_for(pty, "0/652");
		pty_send(pty, "S");
		pty_wait_for(pty, "RUNNING");
		keys_press(&keys, pty, KEYS, is_running);
		pty_finish(pty);
		remove_with_state(busy);
	}
	keys_print(&keys, "console: key to screen, 4 jobs print", 5);
}

/* CPU milliseconds of a process so far. */
static double process_cpu_ms(pid_t pid)
{
	char path[64], text[1024];
	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	FILE *file = fopen(path, "re");
	size_t got = file == NULL ? 0 : fread(text, 1, sizeof(text) - 1, file);
	text[got] = '\0';
	if (file != NULL)
		fclose(file);
	char *field = strrchr(text, ')');
	for (int i = 0; field != NULL && i < 12; i++)
		field = strchr(field + 1, ' ');
	if (field == NULL)
		give_up("the console is gone");
	char *end;
	double ticks = strtod(field, &end);
	ticks += strtod(end, NULL);
	return ticks * 1000 / (double)sysconf(_SC_CLK_TCK);
}

static void measure_idle(void)
{
	struct pty *pty = open_console(whole);
	pty_wait_for(pty, " complete");
	/* What a start still does in the background is no idling. */
	for (double settled = measure_now_ms() + SETTLE_MS; measure_now_ms() < settled;)
		pty_read(pty, 100);
	double cpu = process_cpu_ms(pty_process(pty)),
	       until = measure_now_ms() + IDLE_SECONDS * 1e3;
	int64_t bytes = pty_bytes(pty);
	for (double left; (left = until - measure_now_ms()) > 0;)
		pty_read(pty, (int)left + 1);
	cpu = process_cpu_ms(pty_process(pty)) - cpu;
	measure_print(&(struct measure){.what = "console: CPU while idle",
		.unit = "%",
		.value = cpu / (IDLE_SECONDS * 10),
		.limit = 0.1});
	measure_print(&(struct measure){.what = "console: bytes written while idle",
		.unit = "B/s",
		.value = (double)(pty_bytes(pty) - bytes) / IDLE_SECONDS,
		.limit = 100});
	pty_finish(pty);
}

/* `console_bench keys` measures the keys alone. */
int main(int argc, char **argv)
{
	bool keys_alone = argc > 1 && strcmp(argv[1], "keys") == 0;
	char *data = seasons_data();
	if (data == NULL) {
		measure_skip(
			"program and console", "../shared/data/nba is not beside this project");
		return 0;
	}
	if (realpath("build/bench", home) == NULL)
		give_up("there is no build/bench");
	char absolute[PATH_MAX];
	if (realpath(data, absolute) == NULL)
		give_up("the seasons are gone");
	snprintf(raw, sizeof(raw), "%s/raw.db", home);
	snprintf(whole, sizeof(whole), "%s/whole.db", home);

	measure_without_screen(absolute);
	if (!keys_alone)
		measure_first_frame();
	measure_keys();
	if (!keys_alone)
		measure_idle();
	remove_with_state(raw);
	remove_with_state(whole);
	free(data);
	return 0;
}
