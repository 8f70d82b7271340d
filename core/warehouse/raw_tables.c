#include "warehouse/raw_tables.h"

#include "base/text.h"
#include "warehouse/warehouse.h"

#define K COLUMN_KEY
#define R COLUMN_REQUIRED

static const struct column games_columns[] = {
	{"game_id", COLUMN_TEXT, K},
	{"season", COLUMN_TEXT, R},
	{"game_date", COLUMN_DATE, R},
	{"home", COLUMN_TEXT, R},
	{"away", COLUMN_TEXT, R},
	{"home_pts", COLUMN_INTEGER, 0}, /* empty: not played yet */
	{"away_pts", COLUMN_INTEGER, 0},
	{"home_q", COLUMN_TEXT, 0},
	{"away_q", COLUMN_TEXT, 0},
	{"n_ot", COLUMN_INTEGER, 0},
	{"tip_et", COLUMN_TEXT, 0},
	{"arena", COLUMN_TEXT, 0},
	{"arena_city", COLUMN_TEXT, 0},
	{"attendance", COLUMN_INTEGER, 0},
	{"duration_min", COLUMN_INTEGER, 0},
	{"officials", COLUMN_TEXT, 0},
};

static const struct column player_box_columns[] = {
	{"game_id", COLUMN_TEXT, K},
	{"player_id", COLUMN_INTEGER, K},
	{"game_date", COLUMN_DATE, R},
	{"team", COLUMN_TEXT, R},
	{"opp", COLUMN_TEXT, R},
	{"home", COLUMN_BOOLEAN, R},
	{"player", COLUMN_TEXT, R},
	{"player_lookup", COLUMN_TEXT, R},
	{"starter", COLUMN_BOOLEAN, 0},
	{"min", COLUMN_INTEGER, 0},
	{"sec", COLUMN_INTEGER, 0},
	{"pts", COLUMN_INTEGER, R},
	{"fgm", COLUMN_INTEGER, R},
	{"fga", COLUMN_INTEGER, R},
	{"fg3m", COLUMN_INTEGER, R},
	{"fg3a", COLUMN_INTEGER, R},
	{"ftm", COLUMN_INTEGER, R},
	{"fta", COLUMN_INTEGER, R},
	{"oreb", COLUMN_INTEGER, R},
	{"dreb", COLUMN_INTEGER, R},
	{"ast", COLUMN_INTEGER, R},
	{"stl", COLUMN_INTEGER, R},
	{"blk", COLUMN_INTEGER, R},
	{"tov", COLUMN_INTEGER, R},
	{"pf", COLUMN_INTEGER, R},
	{"plus_minus", COLUMN_INTEGER, 0},
};

static const struct column team_box_columns[] = {
	{"game_id", COLUMN_TEXT, K},
	{"team", COLUMN_TEXT, K},
	{"game_date", COLUMN_DATE, R},
	{"opp", COLUMN_TEXT, R},
	{"home", COLUMN_BOOLEAN, R},
	{"win", COLUMN_BOOLEAN, R},
	{"min", COLUMN_INTEGER, R},
	{"pts", COLUMN_INTEGER, R},
	{"fgm", COLUMN_INTEGER, R},
	{"fga", COLUMN_INTEGER, R},
	{"fg3m", COLUMN_INTEGER, R},
	{"fg3a", COLUMN_INTEGER, R},
	{"ftm", COLUMN_INTEGER, R},
	{"fta", COLUMN_INTEGER, R},
	{"oreb", COLUMN_INTEGER, R},
	{"dreb", COLUMN_INTEGER, R},
	{"reb", COLUMN_INTEGER, R},
	{"ast", COLUMN_INTEGER, R},
	{"stl", COLUMN_INTEGER, R},
	{"blk", COLUMN_INTEGER, R},
	{"tov", COLUMN_INTEGER, R},
	{"tov_players", COLUMN_INTEGER, 0},
	{"pf", COLUMN_INTEGER, R},
	{"plus_minus", COLUMN_INTEGER, 0},
};

static const struct column shots_columns[] = {
	{"game_id", COLUMN_TEXT, K},
	{"shot_no", COLUMN_INTEGER, K},
	{"game_date", COLUMN_DATE, R},
	{"team", COLUMN_TEXT, R},
	{"opp", COLUMN_TEXT, R},
	{"player_id", COLUMN_INTEGER, R},
	{"period", COLUMN_INTEGER, R},
	{"sec_left", COLUMN_INTEGER, 0},
	{"made", COLUMN_BOOLEAN, R},
	{"pts_value", COLUMN_INTEGER, R},
	{"zone", COLUMN_TEXT, 0},
	{"dist_ft", COLUMN_INTEGER, 0},
	{"loc_x", COLUMN_INTEGER, 0},
	{"loc_y", COLUMN_INTEGER, 0},
	{"action", COLUMN_TEXT, 0},
};

/* A player without an id has his name as his key: two such players of one game never share one. */
static const struct column did_not_play_columns[] = {
	{"game_id", COLUMN_TEXT, K},
	{"team", COLUMN_TEXT, K},
	{"player_lookup", COLUMN_TEXT, K},
	{"game_date", COLUMN_DATE, R},
	{"player_id", COLUMN_INTEGER, 0},
	{"player", COLUMN_TEXT, R},
	{"status", COLUMN_TEXT, R}, /* DNP or INACTIVE */
	{"reason", COLUMN_TEXT, 0},
};

static const struct column odds_columns[] = {
	{"game_id", COLUMN_TEXT, K},
	{"game_date", COLUMN_DATE, R},
	{"home", COLUMN_TEXT, R},
	{"away", COLUMN_TEXT, R},
	{"source", COLUMN_TEXT, 0},
	{"home_spread_open", COLUMN_REAL, 0},
	{"total_open", COLUMN_REAL, 0},
	{"home_spread", COLUMN_REAL, 0},
	{"total", COLUMN_REAL, 0},
	{"ml_home", COLUMN_INTEGER, 0},
	{"ml_away", COLUMN_INTEGER, 0},
};

static const struct column injuries_columns[] = {
	{"report_date", COLUMN_DATE, K},
	{"game_id", COLUMN_TEXT, K},
	{"team", COLUMN_TEXT, K},
	{"player_lookup", COLUMN_TEXT, K},
	{"game_date", COLUMN_DATE, R},
	{"player_id", COLUMN_INTEGER, 0},
	{"player", COLUMN_TEXT, 0},
	{"status", COLUMN_TEXT, 0}, /* empty: the team had not reported */
	{"reason", COLUMN_TEXT, 0},
};

static const struct column players_columns[] = {
	{"player_id", COLUMN_INTEGER, K},
	{"player", COLUMN_TEXT, R},
	{"lookup", COLUMN_TEXT, R},
	{"bbref_id", COLUMN_TEXT, 0},
};

static const struct column teams_columns[] = {
	{"season", COLUMN_TEXT, K},
	{"team", COLUMN_TEXT, K},
	{"team_id", COLUMN_INTEGER, 0},
	{"name", COLUMN_TEXT, 0},
	{"arena", COLUMN_TEXT, 0},
	{"arena_city", COLUMN_TEXT, 0},
	{"home_games_there", COLUMN_INTEGER, 0},
	{"home_games_elsewhere", COLUMN_INTEGER, 0},
	{"lat", COLUMN_REAL, 0},
	{"lon", COLUMN_REAL, 0},
	{"elev_m", COLUMN_INTEGER, 0},
	{"tz", COLUMN_TEXT, 0},
};

#define RAW(name, date_column)                                                              \
	{                                                                                   \
		"nba_raw", #name, date_column, name##_columns, ARRAY_COUNT(name##_columns), \
			HASH_NONE                                                           \
	}

static const struct table_layout layouts[RAW_TABLE_COUNT] = {
	[RAW_GAMES] = RAW(games, "game_date"),
	[RAW_PLAYER_BOX] = RAW(player_box, "game_date"),
	[RAW_TEAM_BOX] = RAW(team_box, "game_date"),
	[RAW_SHOTS] = RAW(shots, "game_date"),
	[RAW_DID_NOT_PLAY] = RAW(did_not_play, "game_date"),
	[RAW_ODDS] = RAW(odds, "game_date"),
	[RAW_INJURIES] = RAW(injuries, "report_date"),
	[RAW_PLAYERS] = RAW(players, NULL),
	[RAW_TEAMS] = RAW(teams, NULL),
};

const struct table_layout *raw_table_layout(enum raw_table table)
{
	return &layouts[table];
}

bool raw_tables_remade(const struct warehouse *warehouse, struct buffer *names)
{
	int made = 0;
	for (int i = 0; i < RAW_TABLE_COUNT; i++)
		made += warehouse_has_made(warehouse, &layouts[i]);
	if (made == 0 || made == RAW_TABLE_COUNT) /* all of them: a new warehouse */
		return false;
	for (int i = 0; i < RAW_TABLE_COUNT; i++)
		if (warehouse_has_made(warehouse, &layouts[i]))
			buffer_add_format(
				names, "%s%s", names->length > 0 ? ", " : "", layouts[i].name);
	return true;
}
