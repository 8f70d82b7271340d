/*
 * sample_rows: a game, its line and the injury reports as rows of the CSV files.
 */
#ifndef BACKCOURT_RAW_SAMPLE_ROWS_H
#define BACKCOURT_RAW_SAMPLE_ROWS_H

#include "sample_files.h"
#include "sample_game.h"
#include "sample_schedule.h"

#define SAMPLE_GAME_ID_BYTES 11

/* Numbers from 0, in the order of the schedule. */
void sample_game_id(const struct sample_season *season, int number, char id[SAMPLE_GAME_ID_BYTES]);

struct sample_rows {
	struct sample_files *files;
	const struct sample_league *league;
	const struct sample_season *season;
	const struct sample_match *matches; /* of the season */
	struct random *random;
};

/* Rows of games, team_box, player_box, shots and did_not_play. */
void sample_write_game(const struct sample_rows *rows, int number, const struct sample_game *game);
/* The closing line is near the expected margin; now and then a game has none. */
void sample_write_odds(const struct sample_rows *rows, int number, const struct sample_game *game);
/* The report of a day: today's games as they will be, tomorrow's as they look. */
void sample_write_reports(const struct sample_rows *rows, date_t report_date);

#endif
