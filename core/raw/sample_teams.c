#include "sample_teams.h"

#include "base/memory.h"

#define EAST	    "America/New_York"
#define CENTRAL	    "America/Chicago"
#define MOUNTAIN    "America/Denver"
#define PACIFIC	    "America/Los_Angeles"
#define CLOCK(h, m) ((h)*60 + (m))

/* Arenas have no sponsor here; coordinates are those of the cities. */
#define TEAM(code, id, name, town, state, latitude, longitude, elevation, zone, tip, seats) \
	{                                                                                   \
		code, 1610612700 + (id), name, town ", " state, town " Arena", latitude,    \
			longitude, elevation, zone, tip, seats                              \
	}

static const struct sample_team teams[SAMPLE_TEAM_COUNT] = {
	/* Atlantic */
	TEAM("BOS", 38, "Boston Celtics", "Boston", "Massachusetts", "42.36", "-71.06", 10, EAST,
		CLOCK(19, 30), 19200),
	TEAM("BKN", 51, "Brooklyn Nets", "Brooklyn", "New York", "40.68", "-73.97", 10, EAST,
		CLOCK(19, 30), 17700),
	TEAM("NYK", 52, "New York Knicks", "New York", "New York", "40.75", "-73.99", 10, EAST,
		CLOCK(19, 30), 19800),
	TEAM("PHI", 55, "Philadelphia 76ers", "Philadelphia", "Pennsylvania", "39.95", "-75.17", 10,
		EAST, CLOCK(19, 0), 20500),
	TEAM("TOR", 61, "Toronto Raptors", "Toronto", "Canada", "43.65", "-79.38", 80,
		"America/Toronto", CLOCK(19, 30), 19800),
	/* Central */
	TEAM("CHI", 41, "Chicago Bulls", "Chicago", "Illinois", "41.88", "-87.63", 180, CENTRAL,
		CLOCK(20, 0), 20900),
	TEAM("CLE", 39, "Cleveland Cavaliers", "Cleveland", "Ohio", "41.50", "-81.69", 200, EAST,
		CLOCK(19, 0), 19400),
	TEAM("DET", 65, "Detroit Pistons", "Detroit", "Michigan", "42.33", "-83.05", 180, EAST,
		CLOCK(19, 0), 20300),
	TEAM("IND", 54, "Indiana Pacers", "Indianapolis", "Indiana", "39.77", "-86.16", 220,
		"America/Indiana/Indianapolis", CLOCK(19, 0), 17300),
	TEAM("MIL", 49, "Milwaukee Bucks", "Milwaukee", "Wisconsin", "43.04", "-87.91", 190,
		CENTRAL, CLOCK(20, 0), 17300),
	/* Southeast */
	TEAM("ATL", 37, "Atlanta Hawks", "Atlanta", "Georgia", "33.75", "-84.39", 320, EAST,
		CLOCK(19, 30), 16900),
	TEAM("CHA", 66, "Charlotte Hornets", "Charlotte", "North Carolina", "35.23", "-80.84", 230,
		EAST, CLOCK(19, 0), 19100),
	TEAM("MIA", 48, "Miami Heat", "Miami", "Florida", "25.76", "-80.19", 2, EAST, CLOCK(19, 30),
		19600),
	TEAM("ORL", 53, "Orlando Magic", "Orlando", "Florida", "28.54", "-81.38", 30, EAST,
		CLOCK(19, 0), 18800),
	TEAM("WAS", 64, "Washington Wizards", "Washington", "District of Columbia", "38.91",
		"-77.04", 10, EAST, CLOCK(19, 0), 20300),
	/* Northwest */
	TEAM("DEN", 43, "Denver Nuggets", "Denver", "Colorado", "39.74", "-104.99", 1610, MOUNTAIN,
		CLOCK(21, 0), 19500),
	TEAM("MIN", 50, "Minnesota Timberwolves", "Minneapolis", "Minnesota", "44.98", "-93.27",
		260, CENTRAL, CLOCK(20, 0), 18900),
	TEAM("OKC", 60, "Oklahoma City Thunder", "Oklahoma City", "Oklahoma", "35.47", "-97.52",
		370, CENTRAL, CLOCK(20, 0), 18200),
	TEAM("POR", 57, "Portland Trail Blazers", "Portland", "Oregon", "45.52", "-122.68", 20,
		PACIFIC, CLOCK(22, 0), 19400),
	TEAM("UTA", 62, "Utah Jazz", "Salt Lake City", "Utah", "40.76", "-111.89", 1290, MOUNTAIN,
		CLOCK(21, 0), 18300),
	/* Pacific */
	TEAM("GSW", 44, "Golden State Warriors", "San Francisco", "California", "37.77", "-122.42",
		5, PACIFIC, CLOCK(22, 0), 18100),
	TEAM("LAC", 46, "LA Clippers", "Los Angeles", "California", "34.05", "-118.24", 90, PACIFIC,
		CLOCK(22, 30), 18900),
	TEAM("LAL", 47, "Los Angeles Lakers", "Los Angeles", "California", "34.05", "-118.24", 90,
		PACIFIC, CLOCK(22, 30), 18900),
	TEAM("PHX", 56, "Phoenix Suns", "Phoenix", "Arizona", "33.45", "-112.07", 330,
		"America/Phoenix", CLOCK(22, 0), 17100),
	TEAM("SAC", 58, "Sacramento Kings", "Sacramento", "California", "38.58", "-121.49", 10,
		PACIFIC, CLOCK(22, 0), 17600),
	/* Southwest */
	TEAM("DAL", 42, "Dallas Mavericks", "Dallas", "Texas", "32.78", "-96.80", 130, CENTRAL,
		CLOCK(20, 30), 19200),
	TEAM("HOU", 45, "Houston Rockets", "Houston", "Texas", "29.76", "-95.37", 15, CENTRAL,
		CLOCK(20, 0), 18000),
	TEAM("MEM", 63, "Memphis Grizzlies", "Memphis", "Tennessee", "35.15", "-90.05", 80, CENTRAL,
		CLOCK(20, 0), 17800),
	TEAM("NOP", 40, "New Orleans Pelicans", "New Orleans", "Louisiana", "29.95", "-90.07", 2,
		CENTRAL, CLOCK(20, 0), 16900),
	TEAM("SAS", 59, "San Antonio Spurs", "San Antonio", "Texas", "29.42", "-98.49", 200,
		CENTRAL, CLOCK(20, 30), 18400),
};

struct day {
	int year, month, day;
};

/* Off: Thanksgiving, 24 December, the night of the college final. */
static const struct {
	const char *name;
	int game_id_year, opening_games;
	struct day first, last, off[3], break_first, break_last, deadline;
} seasons[] = {
	{"2021-22", 21, 2, {2021, 10, 19}, {2022, 4, 10},
		{{2021, 11, 25}, {2021, 12, 24}, {2022, 4, 4}}, {2022, 2, 18}, {2022, 2, 23},
		{2022, 2, 10}},
	{"2022-23", 22, 2, {2022, 10, 18}, {2023, 4, 9},
		{{2022, 11, 24}, {2022, 12, 24}, {2023, 4, 3}}, {2023, 2, 17}, {2023, 2, 22},
		{2023, 2, 9}},
	{"2023-24", 23, 2, {2023, 10, 24}, {2024, 4, 14},
		{{2023, 11, 23}, {2023, 12, 24}, {2024, 4, 8}}, {2024, 2, 16}, {2024, 2, 21},
		{2024, 2, 8}},
	{"2024-25", 24, 2, {2024, 10, 22}, {2025, 4, 13},
		{{2024, 11, 28}, {2024, 12, 24}, {2025, 4, 7}}, {2025, 2, 14}, {2025, 2, 18},
		{2025, 2, 6}},
};

static date_t date_of_day(struct day day)
{
	return date_of(day.year, day.month, day.day);
}

const struct sample_team *sample_team(int index)
{
	return &teams[index];
}

struct sample_season sample_season(int index)
{
	struct sample_season season = {
		.name = seasons[index].name,
		.game_id_year = seasons[index].game_id_year,
		.first = date_of_day(seasons[index].first),
		.last = date_of_day(seasons[index].last),
		.opening_games = seasons[index].opening_games,
		.break_days = {date_of_day(seasons[index].break_first),
			date_of_day(seasons[index].break_last)},
		.trade_deadline = date_of_day(seasons[index].deadline),
	};
	for (size_t i = 0; i < ARRAY_COUNT(season.off_days); i++)
		season.off_days[i] = date_of_day(seasons[index].off[i]);
	return season;
}

bool sample_season_has_games(const struct sample_season *season, date_t date)
{
	for (size_t i = 0; i < ARRAY_COUNT(season->off_days); i++)
		if (season->off_days[i] == date)
			return false;
	return date >= season->first && date <= season->last &&
	       !date_range_has(season->break_days, date);
}
