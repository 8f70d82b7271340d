#include "raw/sample.h"

#include "base/memory.h"
#include "raw/import.h"
#include "player_key.h"
#include "sample_files.h"
#include "sample_rows.h"

#include <stdio.h>
#include <stdlib.h>

/* Streams of the seed; the league has its own. */
enum { STREAM_SCHEDULE = 2, STREAM_GAMES, STREAM_PAPERS };

struct sample {
	const struct sample_options *options;
	const struct import_listener *listener;
	const struct cancel *cancel;
	struct sample_files *files;
	struct sample_league *league;
	struct random schedule, games, papers;
	struct sample_game *game;
	struct sample_match *matches;
	int days_done, days_total;
};

static void tell_progress(const struct sample *sample, const char *season)
{
	const struct import_listener *listener = sample->listener;
	if (listener != NULL && listener->progress != NULL)
		listener->progress(
			listener->context, season, sample->days_done, sample->days_total);
}

static void write_game(const struct sample_rows *rows, struct sample *sample, int number)
{
	const struct sample_match *match = &sample->matches[number];
	sample_play(sample->league, match->home, match->away, match->date, &sample->games,
		sample->game);
	sample_write_odds(rows, number, sample->game);
	sample_write_game(rows, number, sample->game);
}

/* One day: who is lost tomorrow, then the reports, then the games. */
static bool pass_day(struct sample *sample, const struct sample_rows *rows, date_t date,
	int *number, struct error *err)
{
	bool plays[SAMPLE_TEAM_COUNT] = {false};
	int end = *number;
	for (; end < SAMPLE_GAME_COUNT && sample->matches[end].date == date; end++) {
		plays[sample->matches[end].home] = true;
		plays[sample->matches[end].away] = true;
	}
	league_pass_day(sample->league, rows->season, date, plays);
	sample_write_reports(rows, date);
	for (; *number < end; (*number)++)
		write_game(rows, sample, *number);
	sample->days_done++;
	tell_progress(sample, rows->season->name);
	if (cancel_level(sample->cancel) != CANCEL_NOT)
		return error_set(err, ERROR_CANCELLED,
			"the sample was stopped; nothing of it is left in %s",
			sample->files->target);
	return sample_files_flush(sample->files, err);
}

static void write_teams(const struct sample *sample, const char *season)
{
	struct sheet *sheet = &sample->files->sheets[SHEET_TEAMS];
	for (int i = 0; i < SAMPLE_TEAM_COUNT; i++) {
		const struct sample_team *team = sample_team(i);
		sheet_text(sheet, season);
		sheet_text(sheet, team->code);
		sheet_integer(sheet, team->id);
		sheet_text(sheet, team->name);
		sheet_text(sheet, team->arena);
		sheet_text(sheet, team->city);
		sheet_integer(sheet, 41);
		sheet_integer(sheet, 0);
		sheet_text(sheet, team->latitude);
		sheet_text(sheet, team->longitude);
		sheet_integer(sheet, team->elevation_m);
		sheet_text(sheet, team->zone);
		sheet_end_row(sheet);
	}
}

static void write_players(const struct sample *sample)
{
	struct sheet *sheet = &sample->files->sheets[SHEET_PLAYERS];
	char key[PLAYER_KEY_BYTES];
	for (int i = 0; i < sample->league->player_count; i++) {
		const struct sample_player *player = &sample->league->players[i];
		if (player->id == 0)
			continue;
		sheet_integer(sheet, player->id);
		sheet_text(sheet, player->name);
		sheet_text(sheet, player_key_normalise(player->name, key));
		sheet_text(sheet, NULL);
		sheet_end_row(sheet);
	}
}

/* From the day before the first game, whose report names that game. */
static bool pass_season(struct sample *sample, int index, struct error *err)
{
	struct sample_season season = sample_season(index);
	struct sample_rows rows = {
		sample->files, sample->league, &season, sample->matches, &sample->papers};
	int number = 0;
	league_begin_season(sample->league);
	sample_schedule(&season, &sample->schedule, sample->matches);
	write_teams(sample, season.name);
	for (date_t date = season.first - 1; date <= season.last; date++)
		if (!pass_day(sample, &rows, date, &number, err))
			return false;
	league_pass_summer(sample->league);
	return true;
}

static int count_days(const struct sample_options *options)
{
	int days = 0;
	for (int i = 0; i < options->seasons; i++)
		days += sample_season(i).last - sample_season(i).first + 2;
	return days;
}

static bool finish(struct sample *sample, struct error *err)
{
	write_players(sample);
	char *note = memory_format("Invented games of real teams, made by: backcourt sample "
				   "--seasons %d --seed %lu\n"
				   "Players, scores, injuries and lines are fiction.\n",
		sample->options->seasons, (unsigned long)sample->options->seed);
	bool done = sample_files_finish(sample->files, note, err);
	free(note);
	return done;
}

static bool make(struct sample *sample, struct error *err)
{
	for (int i = 0; i < sample->options->seasons; i++)
		if (!pass_season(sample, i, err))
			return false;
	return finish(sample, err);
}

bool sample_write(const char *folder, const struct sample_options *options,
	const struct import_listener *listener, const struct cancel *cancel, struct error *err)
{
	if (options->seasons < 1 || options->seasons > SAMPLE_SEASONS_MAX)
		return error_set(err, ERROR_USAGE, "a sample has 1 to %d seasons, not %d",
			SAMPLE_SEASONS_MAX, options->seasons);
	struct sample sample = {.options = options,
		.listener = listener,
		.cancel = cancel,
		.days_total = count_days(options)};
	if (!sample_files_open(folder, &sample.files, err))
		return false;
	sample.league = league_new(options->seed);
	sample.game = memory_new(sizeof(*sample.game));
	sample.matches = memory_new_array(SAMPLE_GAME_COUNT, sizeof(*sample.matches));
	random_seed(&sample.schedule, options->seed, STREAM_SCHEDULE);
	random_seed(&sample.games, options->seed, STREAM_GAMES);
	random_seed(&sample.papers, options->seed, STREAM_PAPERS);
	bool done = make(&sample, err);
	free(sample.matches);
	free(sample.game);
	league_free(sample.league);
	sample_files_free(sample.files);
	return done;
}
