#include "recent_games.h"

#include "number.h"
#include "support.h"

#include <math.h>

#define ORIGINAL_REACH 400 /* the last ten games may be of an earlier season */
#define FEW_GAMES      5

struct sums {
	int64_t points, seconds;
	struct exact_mean minutes; /* of minutes_played, NULL left out */
	size_t count;
};

static void add_game(struct sums *sums, const struct summary_game *game)
{
	sums->points += game->points;
	sums->seconds += game->seconds;
	if (game->has_minutes)
		exact_mean_add(&sums->minutes, game->minutes);
	sums->count++;
}

static double mean_points(const struct sums *sums)
{
	return sums->count == 0 ? NAN : (double)sums->points / (double)sums->count;
}

/* Corrected: from integer seconds, one decimal (decision 3). */
static double mean_minutes(const struct rules *rules, const struct sums *sums)
{
	if (!rules->seconds_exact)
		return exact_mean_value(&sums->minutes);
	return sums->count == 0
		       ? NAN
		       : round_numpy((double)sums->seconds / 60.0 / (double)sums->count, 1);
}

void find_recent_games(const struct batch *batch, const struct summary_log *log, const char *lookup,
	date_t date, struct feature_inputs *inputs)
{
	struct sums recent = {0};
	struct sums season = {0};
	date_t since = window_start(batch, date, ORIGINAL_REACH);
	struct span span = summaries_between(log, lookup, since, date);
	for (size_t i = span.end; i-- > span.first;) {
		const struct summary_game *game = &log->games[i];
		if (batch->rules->played_rows_only && game->seconds == 0)
			continue;
		if (game->season_year == season_year_of(date))
			add_game(&season, game);
		if (recent.count == FEATURE_GAMES)
			continue;
		inputs->points[recent.count] = (double)game->points;
		inputs->ft_makes[recent.count] = (double)game->ft_makes;
		add_game(&recent, game);
		if (recent.count == FEW_GAMES)
			inputs->recent_points_5 = mean_points(&recent);
	}
	inputs->game_count = recent.count;
	inputs->recent_points_10 = mean_points(&recent);
	inputs->recent_minutes_10 = mean_minutes(batch->rules, &recent);
	inputs->season_points = mean_points(&season);
	inputs->season_minutes = mean_minutes(batch->rules, &season);
}

void find_team_record(const struct batch *batch, const struct history *history, const char *team,
	date_t date, struct feature_inputs *inputs)
{
	date_t since =
		batch->rules->season_windows ? window_start(batch, date, 0) : season_floor_of(date);
	struct span span = team_games_between(history, team, since, date);
	for (size_t i = span.first; i < span.end; i++) {
		const struct team_game *game = &history->team_games[i];
		inputs->team_games += game->final;
		inputs->team_wins += game->final && game->own_points > game->other_points;
	}
}
