#include "team_zones.h"

#include "number.h"

#include <math.h>
#include <string.h>

const double league_default[ZONE_COUNT] = {0.580, 0.410, 0.355};

static const char *const labels[ZONE_COUNT] = {"paint", "mid_range", "perimeter"};
static const char *const notes[ZONE_COUNT] = {
	"No paint attempts", "No mid-range attempts", "No three-point attempts"};

/* Corrected only: attempts that nobody recorded are not "no attempts". */
static const char too_few_known[] = "Shots known in fewer than 5 games";

struct sums {
	int attempts[ZONE_COUNT], makes[ZONE_COUNT], blocks[ZONE_COUNT];
	int points_in_paint;
	int zone_games; /* games that the zone columns run over */
};

static struct sums sum_games(
	const struct rules *rules, const struct defence_game *games, size_t count)
{
	struct sums sums = {0};
	for (size_t i = 0; i < count; i++) {
		if (!games[i].has_zones && !rules->zone_null_is_zero)
			continue;
		sums.zone_games++;
		sums.points_in_paint += games[i].points_in_paint;
		for (int zone = 0; zone < ZONE_COUNT; zone++) {
			sums.attempts[zone] += games[i].attempts[zone];
			sums.makes[zone] += games[i].makes[zone];
			sums.blocks[zone] += games[i].blocks[zone];
		}
	}
	return sums;
}

static void add_note(struct team_zones *zones, const char *note)
{
	size_t length = strlen(zones->notes);
	text_copy(zones->notes + length, sizeof(zones->notes) - length, length == 0 ? "" : "; ");
	length = strlen(zones->notes);
	text_copy(zones->notes + length, sizeof(zones->notes) - length, note);
}

static void set_zones(struct team_zones *zones, const struct rules *rules, const struct sums *sums,
	const double league[ZONE_COUNT])
{
	bool enough = rules->zone_null_is_zero || sums->zone_games >= ZONE_GAMES_MIN;
	double games = enough ? sums->zone_games : NAN;
	zones->paint_points = sums->points_in_paint / games;
	for (int zone = 0; zone < ZONE_COUNT; zone++) {
		bool has_attempts = enough && sums->attempts[zone] > 0;
		zones->attempts[zone] = sums->attempts[zone] / games;
		/* No source has blocks by zone: NULL, not 0 (decision 9). */
		zones->blocks[zone] = rules->zone_null_is_zero ? sums->blocks[zone] / games : NAN;
		zones->pct[zone] =
			has_attempts ? (double)sums->makes[zone] / sums->attempts[zone] : NAN;
		zones->versus[zone] = (zones->pct[zone] - league[zone]) * 100;
		if (enough && !has_attempts)
			add_note(zones, notes[zone]);
	}
	if (!enough)
		add_note(zones, too_few_known);
}

static void find_extremes(struct team_zones *zones)
{
	int low = -1;
	int high = -1;
	for (int zone = 0; zone < ZONE_COUNT; zone++) {
		if (isnan(zones->versus[zone]))
			continue;
		if (low < 0 || zones->versus[zone] < zones->versus[low])
			low = zone;
		if (high < 0 || zones->versus[zone] > zones->versus[high])
			high = zone;
	}
	zones->strongest = low < 0 ? NULL : labels[low];
	zones->weakest = high < 0 ? NULL : labels[high];
}

struct team_zones team_zones_of(const struct rules *rules, const struct defence_game *games,
	size_t count, const double league[ZONE_COUNT])
{
	struct team_zones zones = {0};
	struct sums sums = sum_games(rules, games, count);
	struct exact_mean rating = {0};
	struct exact_mean pace = {0};
	int points = 0;
	for (size_t i = 0; i < count; i++) {
		points += games[i].points_allowed;
		if (!isnan(games[i].rating))
			exact_mean_add(&rating, games[i].rating);
		if (!isnan(games[i].pace))
			exact_mean_add(&pace, games[i].pace);
	}
	set_zones(&zones, rules, &sums, league);
	find_extremes(&zones);
	zones.points = (double)points / (double)count;
	zones.rating = exact_mean_value(&rating);
	zones.pace = exact_mean_value(&pace);
	return zones;
}
