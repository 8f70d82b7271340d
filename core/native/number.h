/*
 * number: the two rounding rules of the specifications, and exact means.
 * Sources: phase 3, 1.4; phase 4, 2.4. Pure; any thread. Every result is never -0.0.
 */
#ifndef BACKCOURT_NATIVE_NUMBER_H
#define BACKCOURT_NATIVE_NUMBER_H

#include <stddef.h>
#include <stdint.h>

/* numpy: rint(x * 10^n) / 10^n (ties to even after scaling). */
double round_numpy(double value, int decimals);
/* Python: the correctly rounded decimal of the exact binary value. */
double round_python(double value, int decimals);
/* SQL ROUND: half away from zero. */
double round_sql(double value, int decimals);

/* Mean of NUMERIC values: exact sum of billionths, one conversion, one division. NAN when count =
 * 0. */
struct exact_mean {
	int64_t billionths;
	size_t count;
};
void exact_mean_add(struct exact_mean *mean, double value);
double exact_mean_value(const struct exact_mean *mean);

/* Sample standard deviation (n - 1) of `count` values; NAN below two. */
double sample_deviation(const double *values, size_t count);

#endif
