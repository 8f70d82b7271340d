#include "sample_rows.h"

#include <string.h>

#define NOT_REPORTED_PER_MILLE 20 /* a team is late with tomorrow's report */
#define BACK_FOR_DAYS	       3  /* a man who has just come back is still named */

struct entry {
	const struct sample_match *match;
	int number; /* of the match */
	int team;
	date_t report_date;
};

static void write_entry(const struct sample_rows *rows, const struct entry *entry,
	const struct sample_player *player, const char *status, const char *reason)
{
	struct sheet *sheet = &rows->files->sheets[SHEET_INJURIES];
	char id[SAMPLE_GAME_ID_BYTES];
	sample_game_id(rows->season, entry->number, id);
	sheet_date(sheet, entry->report_date);
	sheet_date(sheet, entry->match->date);
	sheet_text(sheet, id);
	sheet_text(sheet, sample_team(entry->team)->code);
	if (player == NULL || player->id == 0)
		sheet_text(sheet, NULL);
	else
		sheet_integer(sheet, player->id);
	sheet_text(sheet, player == NULL ? NULL : player->name);
	sheet_text(sheet, status);
	sheet_text(sheet, reason);
	sheet_end_row(sheet);
}

/* The day before, a fresh loss is not yet certain. */
static const char *status_of_absent(
	struct random *random, const struct sample_player *player, const struct entry *entry)
{
	static const char *const words[] = {"Out", "Questionable", "Doubtful"};
	static const int weights[] = {40, 40, 20};
	bool is_fresh = player->out_from == entry->match->date;
	if (!is_fresh || entry->report_date == entry->match->date)
		return "Out";
	return words[random_pick(random, weights, 3)];
}

static bool is_just_back(const struct sample_player *player, date_t date)
{
	return player->reason != NULL && date >= player->back_on &&
	       date < player->back_on + BACK_FOR_DAYS;
}

static void write_player(const struct sample_rows *rows, const struct entry *entry, int place,
	const struct sample_player *player, bool dressed)
{
	date_t date = entry->match->date;
	bool is_today = entry->report_date == date;
	if (player_is_out(player, date))
		write_entry(rows, entry, player, status_of_absent(rows->random, player, entry),
			player->reason);
	else if (date < player->arrives_on)
		write_entry(rows, entry, player, "Out", "Trade Pending");
	else if (is_just_back(player, date))
		write_entry(
			rows, entry, player, is_today ? "Available" : "Probable", player->reason);
	else if (place >= SAMPLE_REGULARS && !dressed)
		write_entry(rows, entry, player, "Out", "G League - Two-Way");
}

static void write_team(const struct sample_rows *rows, const struct entry *entry)
{
	const struct sample_roster *roster = &rows->league->rosters[entry->team];
	date_t date = entry->match->date;
	int places[SAMPLE_ROSTER_MAX];
	bool dressed[SAMPLE_ROSTER_MAX] = {false};
	if (entry->report_date < date && random_chance(rows->random, NOT_REPORTED_PER_MILLE)) {
		write_entry(rows, entry, NULL, NULL, NULL);
		return;
	}
	int count = league_sheet(rows->league, entry->team, date, places);
	for (int i = 0; i < count; i++)
		dressed[places[i]] = true;
	for (int place = 0; place < roster->count; place++)
		write_player(rows, entry, place, &rows->league->players[roster->players[place]],
			dressed[place]);
}

void sample_write_reports(const struct sample_rows *rows, date_t report_date)
{
	for (int number = 0; number < SAMPLE_GAME_COUNT; number++) {
		const struct sample_match *match = &rows->matches[number];
		if (match->date > report_date + 1)
			return;
		if (match->date < report_date)
			continue;
		struct entry entry = {match, number, match->away, report_date};
		write_team(rows, &entry);
		entry.team = match->home;
		write_team(rows, &entry);
	}
}
