#include "formulas.h"

#include "number.h"

#include <math.h>

static double chances(const struct box_line *line)
{
	return (double)line->fg_attempts + FREE_THROW_SHARE * (double)line->ft_attempts;
}

double box_possessions(const struct box_line *team)
{
	return round_python(
		chances(team) + (double)team->turnovers - (double)team->offensive_rebounds, 1);
}

double box_pace(const struct box_line *team)
{
	double minutes = team->seconds > 0 ? (double)team->seconds / 60.0 : 240.0;
	return round_python(box_possessions(team) * (48.0 / (minutes / 5.0)), 1);
}

double box_offensive_rating(const struct box_line *team)
{
	double possessions = box_possessions(team);
	if (possessions == 0)
		return NAN;
	return round_python((double)team->points / possessions * 100.0, 2);
}

/* The SQL of team_defense_game_summary: unrounded possessions, half away from zero. */
static double sql_possessions(const struct box_line *other)
{
	return chances(other) - (double)other->offensive_rebounds + (double)other->turnovers;
}

double box_defensive_rating(const struct box_line *other)
{
	double possessions = sql_possessions(other);
	if (possessions == 0)
		return NAN;
	return round_sql((double)other->points / possessions * 100.0, 2);
}

double box_opponent_pace(const struct box_line *other)
{
	return round_sql(sql_possessions(other), 1);
}

double box_true_shooting(const struct box_line *line)
{
	if (line->fg_attempts == 0)
		return NAN;
	return round_python((double)line->points / (2.0 * chances(line)), 3);
}

double box_usage(const struct box_line *player, const struct box_line *team)
{
	double team_plays = chances(team) + (double)team->turnovers;
	double minutes = (double)player->seconds / 60.0;
	if (player->seconds <= 0 || team_plays == 0)
		return NAN;
	double plays = chances(player) + (double)player->turnovers;
	double team_minutes = (double)team->seconds / 60.0;
	double usage = 100.0 * plays * (team_minutes / 5.0) / (minutes * team_plays);
	/* A shot in the last second of a quarter is no usage: above 100 it is undefined. */
	return usage > 100.0 ? NAN : round_python(usage, 2);
}
