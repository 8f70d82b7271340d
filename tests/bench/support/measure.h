/*
 * measure: what the benchmarks share. Each program of tests/bench measures one row (or a few) of
 * the table of targets and prints one line per measure: value, reference measured in the same run,
 * their ratio, target, and whether it was met. A benchmark is no test: nothing fails by being slow.
 */
#ifndef BACKCOURT_TESTS_MEASURE_H
#define BACKCOURT_TESTS_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

struct measure {
	const char *what, *unit;
	double value;
	const char *reference;	/* NULL: there is none */
	double reference_value; /* in the same unit */
	double limit;		/* 0: no target of its own */
	double ratio_limit;	/* of value to reference; 0: none */
};

/* Prints the line; returns whether the targets were met. */
bool measure_print(const struct measure *measure);
void measure_skip(const char *what, const char *why);

double measure_now_ms(void);	/* monotonic */
double measure_cpu_ms(void);	/* of this process, all threads */
double measure_thread_ms(void); /* of the calling thread */
double measure_peak_mib(void);	/* most memory that this process ever had */

/* The smallest time of `rounds` calls. */
double measure_best_ms(int rounds, void (*work)(void *context), void *context);
/* The same of the processor time that this program spends. */
double measure_best_cpu_ms(int rounds, void (*work)(void *context), void *context);
/* The value below which `share` (0.99) of the values lie; sorts them. */
double measure_quantile(double *values, int count, double share);

/* Runs a program with its output thrown away; its wall time, or -1 when it failed. */
double measure_program_ms(const char *const *argv);
/* The same of the processor time that it spends. */
double measure_program_cpu_ms(const char *const *argv);

#endif
