#include "tests/support/league.h"

#include "tests/test.h"

void league_put_row(struct lab *lab, const char *table, const char *format, ...)
{
	char text[700];
	va_list arguments;
	va_start(arguments, format);
	assert_true(vsnprintf(text, sizeof(text), format, arguments) < (int)sizeof(text));
	va_end(arguments);
	lab_put(lab, processor_find(table)->layout, text);
}

void league_put_context(struct lab *lab, const char *date, const char *player, const char *values)
{
	league_put_row(lab, "upcoming_player_game_context",
		"game_date=%s player_lookup=%s universal_player_id=%s game_id=g team_abbr=T00 "
		"opponent_team_abbr=T01 is_production_ready=1 %s",
		date, player, player, values);
}

void league_put_shots(struct lab *lab, const char *date, const char *player, const char *values)
{
	league_put_row(lab, "player_shot_zone_analysis",
		"analysis_date=%s player_lookup=%s is_production_ready=1 %s", date, player, values);
}

void league_put_team(struct lab *lab, const char *date, const char *team, const char *defence)
{
	league_put_row(lab, "team_defense_zone_analysis",
		"analysis_date=%s team_abbr=%s is_production_ready=1 %s", date, team, defence);
	league_put_row(lab, "upcoming_team_game_context",
		"game_date=%s team_abbr=%s game_id=g is_production_ready=1", date, team);
}

void league_put(struct lab *lab, const char *date)
{
	char name[8];
	for (int i = 0; i < LEAGUE_TEAMS; i++) {
		snprintf(name, sizeof(name), "T%02d", i);
		league_put_team(lab, date, name,
			i == 1 ? "paint_defense_vs_league_avg=4 three_pt_defense_vs_league_avg=-6.3"
			       : "");
	}
	for (int i = 0; i < LEAGUE_PLAYERS; i++) {
		snprintf(name, sizeof(name), "p%02d", i);
		league_put_context(lab, date, name, "");
		league_put_shots(lab, date, name, "");
	}
}

void league_put_games(struct lab *lab, const char *player, int played_count)
{
	char text[300];
	for (int i = 0; i < 11; i++) {
		date_t day = date_of(2021, 11, 3) + 2 * i;
		char date[DATE_TEXT_BYTES];
		date_format(day, date);
		snprintf(text, sizeof(text),
			"game_id=00221%05d game_date=%s away=T00 home=T01 away_pts=1 home_pts=2", i,
			date);
		LAB_RAW(lab, GAMES, text);
		snprintf(text, sizeof(text),
			"game_id=00221%05d player_id=1 game_date=%s team=T00 opp=T01 player=%s "
			"player_lookup=%s sec=600 pts=3",
			i, date, player, player);
		if (i < played_count)
			LAB_RAW(lab, PLAYER_BOX, text);
	}
}

void league_put_preseason(struct lab *lab, const char *player, int played_count)
{
	char text[300];
	for (int i = 0; i < played_count; i++) {
		char date[DATE_TEXT_BYTES];
		date_format(date_of(2021, 10, 4) + i, date);
		snprintf(text, sizeof(text),
			"game_id=00121%05d player_id=1 game_date=%s team=T00 opp=T01 player=%s "
			"player_lookup=%s sec=600 pts=3",
			i, date, player, player);
		LAB_RAW(lab, PLAYER_BOX, text);
	}
}

void league_check_selects(const char *table)
{
	struct lab lab;
	lab_open(&lab);
	for (int i = 0; i < 40; i++) {
		char date[DATE_TEXT_BYTES];
		date_format(date_of(2021, 11, 2) + i, date);
		league_put_context(&lab, date, "one", "");
		league_put_context(&lab, date, "two", "");
	}
	lab_run(&lab, table, &rules_corrected, "2021-11-02");
	int64_t one = lab_select_count(&lab, table, "2021-11-02", 1);
	assert_true(one > 0);
	assert_int_equal(lab_select_count(&lab, table, "2021-11-02", 40), one);
	assert_int_equal(lab.output.rows.count, 2); /* the fortieth date was computed */
	lab_close(&lab);
}
