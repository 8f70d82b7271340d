#include "tests/bench/support/measure.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

bool measure_print(const struct measure *measure)
{
	double ratio = measure->reference == NULL ? 0 : measure->value / measure->reference_value;
	bool met = (measure->limit <= 0 || measure->value < measure->limit) &&
		   (measure->ratio_limit <= 0 || ratio < measure->ratio_limit);
	bool any = measure->limit > 0 || measure->ratio_limit > 0;
	printf("%-40s %10.3f %-8s", measure->what, measure->value, measure->unit);
	if (measure->reference != NULL)
		printf(" | %s %.3f, ratio %.3f", measure->reference, measure->reference_value,
			ratio);
	if (measure->limit > 0)
		printf(" | target < %g", measure->limit);
	if (measure->ratio_limit > 0)
		printf(" | target ratio < %g", measure->ratio_limit);
	printf(" | %s\n", !any ? "no target" : met ? "met" : "MISSED");
	fflush(stdout);
	return met;
}

void measure_skip(const char *what, const char *why)
{
	printf("%-40s skipped: %s\n", what, why);
	fflush(stdout);
}

static double milliseconds(clockid_t clock)
{
	struct timespec time;
	clock_gettime(clock, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

double measure_now_ms(void)
{
	return milliseconds(CLOCK_MONOTONIC);
}

double measure_cpu_ms(void)
{
	return milliseconds(CLOCK_PROCESS_CPUTIME_ID);
}

double measure_thread_ms(void)
{
	return milliseconds(CLOCK_THREAD_CPUTIME_ID);
}

double measure_peak_mib(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return (double)usage.ru_maxrss / 1024;
}

static double best_ms(
	double (*now_ms)(void), int rounds, void (*work)(void *context), void *context)
{
	double best = 0;
	for (int i = 0; i < rounds; i++) {
		double started = now_ms();
		work(context);
		double spent = now_ms() - started;
		if (i == 0 || spent < best)
			best = spent;
	}
	return best;
}

double measure_best_ms(int rounds, void (*work)(void *context), void *context)
{
	return best_ms(measure_now_ms, rounds, work, context);
}

double measure_best_cpu_ms(int rounds, void (*work)(void *context), void *context)
{
	return best_ms(measure_cpu_ms, rounds, work, context);
}

static int compare(const void *a, const void *b)
{
	double first = *(const double *)a, second = *(const double *)b;
	return (first > second) - (first < second);
}

double measure_quantile(double *values, int count, double share)
{
	if (count == 0)
		return 0;
	qsort(values, (size_t)count, sizeof(*values), compare);
	int at = (int)((double)count * share);
	return values[at < count ? at : count - 1];
}

/* Through a pipe: some programs do less work for /dev/null. */
static bool start_program(const char *const *argv, pid_t *pid, int *output)
{
	posix_spawn_file_actions_t actions;
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	int failed = posix_spawnp(pid, argv[0], &actions, NULL, (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	*output = ends[0];
	if (failed != 0)
		close(ends[0]);
	return failed == 0;
}

static bool run_program(const char *const *argv, struct rusage *usage)
{
	char thrown_away[4096];
	pid_t pid;
	int output, status = 0;
	if (!start_program(argv, &pid, &output))
		return false;
	while (read(output, thrown_away, sizeof(thrown_away)) > 0)
		;
	close(output);
	return wait4(pid, &status, 0, usage) == pid && status == 0;
}

double measure_program_ms(const char *const *argv)
{
	struct rusage usage;
	double started = measure_now_ms();
	return run_program(argv, &usage) ? measure_now_ms() - started : -1;
}

static double milliseconds_of(struct timeval time)
{
	return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

double measure_program_cpu_ms(const char *const *argv)
{
	struct rusage usage;
	if (!run_program(argv, &usage))
		return -1;
	return milliseconds_of(usage.ru_utime) + milliseconds_of(usage.ru_stime);
}
