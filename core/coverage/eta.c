/* The speed of a table. */
#include "coverage/eta.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FIT_DATES_MIN 4 /* fewer say nothing about the share of the games */
#define NEARLY_ALL    0.8
#define SHARE_PRIOR   0.5
#define FIT_PRIOR     3.0  /* dates that the prior counts as */
#define SLOW_COUNTS   2.0  /* at most so many medians */
#define SCATTER_PRIOR 0.25 /* of a table of which few dates are known ... */
#define SCATTER_DATES 3.0  /* ... counts as so many dates */
#define PAIRS_MAX     ((size_t)ETA_DATES_MAX * (ETA_DATES_MAX - 1) / 2)

static int compare(const void *a, const void *b)
{
	double first = *(const double *)a, second = *(const double *)b;
	return (first > second) - (first < second);
}

static double median_of(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
	return count % 2 == 1 ? values[count / 2]
			      : values[count / 2 - 1] / 2 + values[count / 2] / 2;
}

static double median_within(const double *values, size_t count)
{
	double sorted[ETA_DATES_MAX];
	memcpy(sorted, values, count * sizeof(*values));
	return median_of(sorted, count);
}

/* Of a date. */
struct observed {
	double date_ms, games; /* means, where it is more than one; games 0 unknown */
	int dates;
};

static int observe(const struct eta_sample *samples, size_t count, struct observed *seen)
{
	int dates = 0;
	for (size_t i = 0; i < count; i++) {
		int of_it = samples[i].dates > 0 ? samples[i].dates : 1;
		seen[i] = (struct observed){(double)samples[i].duration_ms / of_it,
			(double)samples[i].games / of_it, of_it};
		dates += of_it;
	}
	return dates;
}

static double usual_games(const struct observed *seen, size_t count)
{
	double games[ETA_DATES_MAX];
	size_t known = 0;
	for (size_t i = 0; i < count; i++)
		if (seen[i].games > 0)
			games[known++] = seen[i].games;
	return known > count / 2 ? median_of(games, known) : 0;
}

/* Milliseconds per game, -1 where the dates are too much alike to say. */
static double slope_of(const struct observed *seen, size_t count)
{
	double slopes[PAIRS_MAX];
	size_t pairs = 0;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < i; k++) {
			double games = seen[i].games - seen[k].games;
			if (seen[i].games > 0 && seen[k].games > 0 && games != 0)
				slopes[pairs++] = (seen[i].date_ms - seen[k].date_ms) / games;
		}
	return pairs < FIT_DATES_MIN ? -1 : fmax(median_of(slopes, pairs), 0);
}

static double share_of_games(const struct observed *seen, size_t count, double usual)
{
	double durations[ETA_DATES_MAX];
	if (usual <= 0)
		return 0;
	for (size_t i = 0; i < count; i++)
		durations[i] = seen[i].date_ms;
	double whole = median_of(durations, count) / usual;
	double slope = slope_of(seen, count);
	if (count < FIT_DATES_MIN || slope < 0 || whole <= 0)
		return SHARE_PRIOR;
	double weight = (double)count / ((double)count + FIT_PRIOR);
	return weight * fmin(slope / whole, 1) + (1 - weight) * SHARE_PRIOR;
}

static double factor_of(double usual, double share, double games)
{
	return usual > 0 && games > 0 ? 1 - share + share * games / usual : 1;
}

/* Nearly all of them lie above the limit. */
static bool lie_above(const double *levels, size_t count, double limit)
{
	size_t above = 0;
	for (size_t i = 0; i < count; i++)
		above += levels[i] > limit;
	return (double)above >= NEARLY_ALL * (double)count;
}

static bool lie_below(const double *levels, size_t count, double limit)
{
	size_t below = 0;
	for (size_t i = 0; i < count; i++)
		below += levels[i] < limit;
	return (double)below >= NEARLY_ALL * (double)count;
}

static bool has_changed(const double *newer, size_t newer_count, const double *older, size_t count)
{
	double now = median_within(newer, newer_count), then = median_within(older, count);
	bool is_slower = lie_above(newer, newer_count, then * ETA_CHANGE) &&
			 lie_below(older, count, now / ETA_CHANGE);
	bool is_faster = lie_below(newer, newer_count, then / ETA_CHANGE) &&
			 lie_above(older, count, now * ETA_CHANGE);
	return is_slower || is_faster;
}

/* How many of the newest samples are of one speed. */
static size_t newest_of_one_speed(const double *levels, size_t count)
{
	for (size_t newer = ETA_BLOCK; newer + ETA_DATES_MIN <= count; newer++) {
		size_t older = count - newer < ETA_BLOCK ? count - newer : ETA_BLOCK;
		if (has_changed(levels, newer, &levels[newer], older))
			return newer;
	}
	return count;
}

/* Of one date, as a part of it, squared: of those that went as usual, and of those that hung: of
 * n dates none may have hung and one of the next n still does, so one more of n + 2 is taken to
 * (Laplace's rule of succession), and to take the least time that counts as hung. */
static double variance_of(
	const double *levels, const struct observed *seen, size_t count, double usual_ms)
{
	double squares = SCATTER_DATES * SCATTER_PRIOR * SCATTER_PRIOR, hung = 0, all = 0;
	double of_hung = (SLOW_COUNTS - 1) * (SLOW_COUNTS - 1);
	for (size_t i = 0; i < count; i++) {
		double off = levels[i] / usual_ms - 1;
		all += seen[i].dates;
		if (off > SLOW_COUNTS - 1)
			of_hung += off * off, hung += 1;
		else
			squares += off * off * seen[i].dates;
	}
	return squares / ((double)count - hung - 1 + SCATTER_DATES) + of_hung / (all + 2);
}

static void set_level(
	const double *levels, const struct observed *seen, size_t count, struct eta_speed *speed)
{
	double usual_ms = median_within(levels, count), sum = 0;
	for (size_t i = 0; i < count; i++) {
		sum += fmin(levels[i], SLOW_COUNTS * usual_ms) * seen[i].dates;
		speed->dates += seen[i].dates;
	}
	double level = sum / speed->dates;
	speed->date_ms = level < (double)INT64_MAX ? (int64_t)llround(level) : INT64_MAX;
	speed->scatter = level > 0 ? sqrt(variance_of(levels, seen, count, level)) : 0;
}

struct eta_speed eta_speed_of(const struct eta_sample *samples, size_t count)
{
	struct eta_speed speed = ETA_UNKNOWN;
	struct observed seen[ETA_DATES_MAX];
	double levels[ETA_DATES_MAX];
	if (count > ETA_DATES_MAX)
		count = ETA_DATES_MAX;
	if (observe(samples, count, seen) < ETA_DATES_MIN)
		return speed;
	speed.usual_games = usual_games(seen, count);
	speed.games_share = share_of_games(seen, count, speed.usual_games);
	for (size_t i = 0; i < count; i++)
		levels[i] = seen[i].date_ms /
			    factor_of(speed.usual_games, speed.games_share, seen[i].games);
	set_level(levels, seen, newest_of_one_speed(levels, count), &speed);
	return speed;
}

int64_t eta_date_ms(const struct eta_speed *speed, int games)
{
	if (speed->date_ms < 0)
		return -1;
	double date_ms =
		(double)speed->date_ms * factor_of(speed->usual_games, speed->games_share, games);
	return date_ms < (double)INT64_MAX ? (int64_t)llround(date_ms) : INT64_MAX;
}
