#include "offense_log.h"

#include "number.h"
#include "support.h"
#include "tables.h"

#include <math.h>
#include <stdlib.h>

static const char *const names[] = {
	"team_abbr", "game_date", "win_flag", "pace", "offensive_rating"};
enum { TEAM, DATE, WIN, PACE, RATING };

static int compare_games(const void *a, const void *b)
{
	const struct offense_game *first = a;
	const struct offense_game *second = b;
	size_t one = symbols_number(first->team);
	size_t two = symbols_number(second->team);
	return one != two ? (one < two ? -1 : 1) : first->date - second->date;
}

static const char *team_at(const void *items, size_t i)
{
	return ((const struct offense_game *)items)[i].team;
}

bool offense_log_load(const struct batch *batch, struct date_range range,
	struct offense_log **loaded, struct error *err)
{
	struct frame frame;
	struct query query = {
		.layout = team_offense_game_summary.layout, COLUMNS(names), .range = range};
	if (!batch_read(batch, &query, &frame, err))
		return false;
	struct offense_log *log = memory_new(sizeof(*log));
	log->count = frame.row_count;
	log->games = memory_new_array(frame.row_count + 1, sizeof(*log->games));
	for (size_t row = 0; row < frame.row_count; row++)
		log->games[row] = (struct offense_game){
			.team = frame_text(&frame, TEAM, row),
			.date = frame_date(&frame, DATE, row),
			.win = frame_integer(&frame, WIN, row) != 0,
			.pace = frame_real_or_nan(&frame, PACE, row),
			.rating = frame_real_or_nan(&frame, RATING, row),
		};
	frame_release(&frame);
	qsort(log->games, log->count, sizeof(*log->games), compare_games);
	index_build(&log->teams, symbols_count(batch->symbols), log->games, log->count, team_at);
	*loaded = log;
	return true;
}

void offense_log_free(struct offense_log *log)
{
	if (log == NULL)
		return;
	free(log->games);
	free(log->teams.first_of);
	free(log);
}

static date_t date_at(const void *items, size_t i)
{
	return ((const struct offense_game *)items)[i].date;
}

struct span offense_between(
	const struct offense_log *log, const char *team, date_t since, date_t before)
{
	return span_between(index_span(&log->teams, team), log->games, date_at, since, before);
}

static double rounded_mean(const struct exact_mean *mean)
{
	return mean->count == 0 ? NAN : round_python(exact_mean_value(mean), 4);
}

struct offense_form offense_form_of(const struct offense_log *log, struct span span)
{
	struct exact_mean pace = {0};
	struct exact_mean rating = {0};
	for (size_t i = span.first; i < span.end; i++) {
		if (!isnan(log->games[i].pace))
			exact_mean_add(&pace, log->games[i].pace);
		if (!isnan(log->games[i].rating))
			exact_mean_add(&rating, log->games[i].rating);
	}
	return (struct offense_form){rounded_mean(&pace), rounded_mean(&rating)};
}
