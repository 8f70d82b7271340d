#include "player_form.h"

#include "number.h"
#include "support.h"

#include <math.h>
#include <stdlib.h>

#define ORIGINAL_HORIZON_DAYS 30

/* Games that count, newest first. */
struct games {
	const struct player_game **items;
	size_t count;
};

static struct games collect(
	const struct batch *batch, const struct history *history, const char *lookup, date_t date)
{
	date_t since = window_start(batch, date, ORIGINAL_HORIZON_DAYS);
	struct span span = player_games_between(history, lookup, since, date);
	struct games games = {0};
	games.items =
		memory_new_array(span.end - span.first + 1, sizeof(const struct player_game *));
	for (size_t i = span.end; i-- > span.first;) {
		const struct player_game *game = &history->player_games[i];
		if (game->played || !batch->rules->played_rows_only)
			games.items[games.count++] = game;
	}
	return games;
}

static void find_rest(const struct games *games, date_t date, struct form *form)
{
	form->days_rest = form->days_rest_before_last = form->days_since_rest = -1;
	if (games->count > 0)
		form->days_rest = date - games->items[0]->date;
	if (games->count > 1)
		form->days_rest_before_last = games->items[0]->date - games->items[1]->date;
	for (size_t i = 0; i + 1 < games->count; i++)
		if (games->items[i]->date - games->items[i + 1]->date >= 2) {
			form->days_since_rest = date - games->items[i]->date;
			return;
		}
}

/* Games, minutes and their mean over the dates from D - days on. */
static int sum_window(const struct batch *batch, const struct games *games, date_t since,
	int64_t *minutes, double *mean)
{
	int count = 0;
	int64_t seconds = 0;
	double sum = 0;
	for (; (size_t)count < games->count && games->items[count]->date >= since; count++) {
		seconds += games->items[count]->seconds;
		sum += (double)games->items[count]->seconds / 60.0;
	}
	bool exact = batch->rules->seconds_exact;
	*minutes = exact ? seconds / 60 : (int64_t)sum;
	double average = (exact ? (double)seconds / 60.0 : sum) / count;
	*mean = count == 0 ? NAN : round_numpy(average, 1);
	if (!batch->rules->keep_zero && *mean == 0)
		*mean = NAN;
	return count;
}

static int count_back_to_backs(const struct games *games, date_t since)
{
	int count = 0;
	for (size_t i = 0; i + 1 < games->count && games->items[i + 1]->date >= since; i++)
		count += games->items[i]->date - games->items[i + 1]->date == 1;
	return count;
}

static double mean_points(const struct batch *batch, const struct games *games, size_t limit)
{
	size_t count = games->count < limit ? games->count : limit;
	double sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += (double)games->items[i]->points;
	double mean = count == 0 ? NAN : round_numpy(sum / (double)count, 1);
	return !batch->rules->keep_zero && mean == 0 ? NAN : mean;
}

static double mean_usage(const struct games *games, int count)
{
	struct exact_mean mean = {0};
	for (int i = 0; i < count; i++)
		if (!isnan(games->items[i]->usage))
			exact_mean_add(&mean, games->items[i]->usage);
	double value = exact_mean_value(&mean);
	return isnan(value) ? NAN : round_python(value, 1);
}

struct form form_of_player(
	const struct batch *batch, const struct history *history, const char *lookup, date_t date)
{
	struct form form = {0};
	double ignored;
	struct games games = collect(batch, history, lookup, date);
	form.game_count = (int)games.count;
	find_rest(&games, date, &form);
	form.games_7 = sum_window(batch, &games, date - 7, &form.minutes_7, &form.avg_minutes_7);
	form.games_14 = sum_window(batch, &games, date - 14, &form.minutes_14, &ignored);
	form.back_to_backs_14 = count_back_to_backs(&games, date - 14);
	form.points_5 = mean_points(batch, &games, 5);
	form.points_10 = mean_points(batch, &games, 10);
	form.usage_7 = mean_usage(&games, form.games_7);
	free(games.items);
	return form;
}

double team_pace_last_10(
	const struct history *history, const char *team, date_t since, date_t before)
{
	struct span span = team_games_between(history, team, since, before);
	struct exact_mean mean = {0};
	for (size_t i = span.end; i-- > span.first && mean.count < 10;)
		if (history->team_games[i].box != NULL)
			exact_mean_add(&mean, box_pace(&history->team_games[i].box->line));
	return exact_mean_value(&mean);
}
