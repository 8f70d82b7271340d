#include "shot_profile.h"

#include "number.h"

#include <math.h>

struct sums {
	int attempts[ZONE_COUNT], makes[ZONE_COUNT];
	int fg_makes, assisted, unassisted;
	int total; /* attempts of all zones */
	int games; /* that the zone columns run over */
	bool has_assists;
};

static int or_zero(int value)
{
	return value < 0 ? 0 : value;
}

/* Corrected: zone columns, three-point ones included, run over games with shots (decision 9). */
static struct sums sum_games(
	const struct rules *rules, const struct shooting_game *games, size_t count)
{
	struct sums sums = {.has_assists = rules->zone_null_is_zero};
	for (size_t i = 0; i < count; i++) {
		sums.fg_makes += or_zero(games[i].fg_makes);
		sums.assisted += or_zero(games[i].assisted);
		sums.unassisted += or_zero(games[i].unassisted);
		sums.has_assists = sums.has_assists || games[i].assisted >= 0;
		if (!rules->zone_null_is_zero && games[i].attempts[ZONE_PAINT] < 0)
			continue;
		sums.games++;
		for (int zone = 0; zone < ZONE_COUNT; zone++) {
			sums.attempts[zone] += or_zero(games[i].attempts[zone]);
			sums.makes[zone] += or_zero(games[i].makes[zone]);
			sums.total += or_zero(games[i].attempts[zone]);
		}
	}
	return sums;
}

static double share(int part, int whole, double scale, int decimals)
{
	return whole == 0 ? NAN : round_numpy((double)part / whole * scale, decimals);
}

static const char *primary_zone(const double rate[ZONE_COUNT])
{
	double paint = isnan(rate[ZONE_PAINT]) ? 0 : rate[ZONE_PAINT];
	double mid_range = isnan(rate[ZONE_MID_RANGE]) ? 0 : rate[ZONE_MID_RANGE];
	double three = isnan(rate[ZONE_THREE]) ? 0 : rate[ZONE_THREE];
	if (paint == 0 && mid_range == 0 && three == 0)
		return NULL;
	if (paint >= 40)
		return "paint";
	if (three >= 40)
		return "perimeter";
	return mid_range >= 35 ? "mid_range" : "balanced";
}

static size_t at_most(size_t value, size_t limit)
{
	return value < limit ? value : limit;
}

struct shot_profile shot_profile_of(
	const struct rules *rules, const struct shooting_game *games, size_t count)
{
	struct shot_profile profile = {.games_10 = (int)at_most(count, PROFILE_GAMES),
		.games_20 = (int)at_most(count, PROFILE_GAMES_LONG)};
	struct sums ten = sum_games(rules, games, (size_t)profile.games_10);
	struct sums twenty = sum_games(rules, games, (size_t)profile.games_20);
	int least = rules->zone_null_is_zero ? 0 : PROFILE_ZONE_MIN;
	bool enough = ten.games >= least;
	for (int zone = 0; zone < ZONE_COUNT; zone++) {
		profile.rate[zone] = enough ? share(ten.attempts[zone], ten.total, 100, 2) : NAN;
		profile.pct[zone] = enough ? share(ten.makes[zone], ten.attempts[zone], 1, 3) : NAN;
		profile.attempts_pg[zone] =
			enough ? share(ten.attempts[zone], ten.games, 1, 1) : NAN;
	}
	bool has_long = profile.games_20 >= PROFILE_LONG_MIN && twenty.games >= least;
	profile.paint_rate_20 =
		has_long ? share(twenty.attempts[ZONE_PAINT], twenty.total, 100, 2) : NAN;
	profile.paint_pct_20 =
		has_long ? share(twenty.makes[ZONE_PAINT], twenty.attempts[ZONE_PAINT], 1, 3) : NAN;
	profile.assisted_rate = ten.has_assists ? share(ten.assisted, ten.fg_makes, 100, 2) : NAN;
	profile.unassisted_rate =
		ten.has_assists ? share(ten.unassisted, ten.fg_makes, 100, 2) : NAN;
	profile.total_shots = enough && ten.total > 0 ? ten.total : -1;
	profile.primary = primary_zone(profile.rate);
	return profile;
}

const char *sample_quality(int games, int window)
{
	if (games >= window)
		return "excellent";
	if (games >= window * 7 / 10)
		return "good";
	return games >= window / 2 ? "limited" : "insufficient";
}
