#include "number.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static double power_of_ten(int decimals)
{
	static const double powers[] = {1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
	return powers[decimals];
}

double round_numpy(double value, int decimals)
{
	double power = power_of_ten(decimals);
	return rint(value * power) / power + 0.0;
}

/* The product is off by less than 1e-6 below a billion: only near a tie do exact digits decide. */
static bool is_far_from_tie(double scaled)
{
	return fabs(scaled) < 1e9 && fabs(fabs(scaled - rint(scaled)) - 0.5) > 1e-6;
}

double round_python(double value, int decimals)
{
	char text[400];
	double power = power_of_ten(decimals);
	if (is_far_from_tie(value * power))
		return rint(value * power) / power + 0.0;
	snprintf(text, sizeof(text), "%.*f", decimals, value);
	return strtod(text, NULL) + 0.0;
}

double round_sql(double value, int decimals)
{
	double power = power_of_ten(decimals);
	return round(value * power) / power + 0.0;
}

void exact_mean_add(struct exact_mean *mean, double value)
{
	mean->billionths += llround(value * 1e9);
	mean->count++;
}

double exact_mean_value(const struct exact_mean *mean)
{
	return mean->count == 0 ? NAN : (double)mean->billionths / 1e9 / (double)mean->count;
}

double sample_deviation(const double *values, size_t count)
{
	if (count < 2)
		return NAN;
	double sum = 0.0;
	for (size_t i = 0; i < count; i++)
		sum += values[i];
	double mean = sum / (double)count;
	double squares = 0.0;
	for (size_t i = 0; i < count; i++)
		squares += (values[i] - mean) * (values[i] - mean);
	return sqrt(squares / (double)(count - 1));
}
