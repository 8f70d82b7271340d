#include "player_averages.h"

#include "number.h"

#include <math.h>

#define NEWEST 10

static size_t at_most(size_t value, size_t limit)
{
	return value < limit ? value : limit;
}

static double rounded(double value)
{
	return isnan(value) ? NAN : round_python(value, 4);
}

static double mean_points(const struct summary_game *const *games, size_t count)
{
	int64_t sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += games[i]->points;
	return count == 0 ? NAN : round_python((double)sum / (double)count, 4);
}

static double deviation_points(const struct summary_game *const *games, size_t count)
{
	double points[NEWEST] = {0};
	for (size_t i = 0; i < count; i++)
		points[i] = (double)games[i]->points;
	return rounded(sample_deviation(points, count));
}

/* Decision 3: from integer seconds, one decimal. */
static double mean_minutes(
	const struct rules *rules, const struct summary_game *const *games, size_t count)
{
	struct exact_mean mean = {0};
	int64_t seconds = 0;
	for (size_t i = 0; i < count; i++) {
		seconds += games[i]->seconds;
		if (games[i]->has_minutes)
			exact_mean_add(&mean, games[i]->minutes);
	}
	if (rules->seconds_exact)
		return count == 0 ? NAN : round_numpy((double)seconds / 60.0 / (double)count, 1);
	return rounded(exact_mean_value(&mean));
}

static double mean_usage(const struct summary_game *const *games, size_t count)
{
	struct exact_mean mean = {0};
	for (size_t i = 0; i < count; i++)
		if (!isnan(games[i]->usage))
			exact_mean_add(&mean, games[i]->usage);
	return rounded(exact_mean_value(&mean));
}

static double mean_true_shooting(const struct summary_game *const *games, size_t count)
{
	struct exact_mean mean = {0};
	for (size_t i = 0; i < count; i++)
		if (!isnan(games[i]->ts_pct))
			exact_mean_add(&mean, games[i]->ts_pct);
	return rounded(exact_mean_value(&mean));
}

/* Corrected: NULL, not 0, where no source knows who assisted (decision 9). */
static double assisted_share(
	const struct rules *rules, const struct summary_game *const *games, size_t count)
{
	bool known = rules->zone_null_is_zero;
	int assisted = 0;
	int makes = 0;
	for (size_t i = 0; i < count; i++) {
		const struct shooting_game *game = &games[i]->shooting;
		known = known || game->assisted >= 0;
		assisted += game->assisted < 0 ? 0 : game->assisted;
		makes += game->fg_makes < 0 ? 0 : game->fg_makes;
	}
	return known && makes > 0 ? (double)assisted / makes : NAN;
}

struct player_averages player_averages_of(
	const struct rules *rules, const struct summary_game *const *games, size_t count)
{
	size_t ten = at_most(count, NEWEST);
	return (struct player_averages){
		.points_5 = mean_points(games, at_most(count, 5)),
		.points_10 = mean_points(games, ten),
		.points_season = mean_points(games, count),
		.points_deviation_10 = deviation_points(games, ten),
		.minutes_10 = mean_minutes(rules, games, ten),
		.usage_10 = mean_usage(games, ten),
		.usage_season = mean_usage(games, count),
		.ts_10 = mean_true_shooting(games, ten),
		.assisted_10 = assisted_share(rules, games, ten),
	};
}
