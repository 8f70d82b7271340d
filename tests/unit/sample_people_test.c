/* The sample's players: names, rosters, absences, trades, and what the pipeline needs of them. */
#include "tests/test.h"

#include "base/date.h"
#include "core/raw/player_key.h"
#include "raw/sample.h"
#include "tests/support/sheet_rows.h"

#include "base/path.h"

#define TEAM_SHEETS    ((size_t)2 * 1230)
#define SIGHTINGS      42000 /* about as many as a season has */
#define FIRST_ID       90000001
#define REAL_ID_LAST   9999999
#define KEYS_MAX       2000
#define EARLY_GAMES    5
#define BOOTSTRAP_DAYS 14

static char *make_sample(int seasons, uint32_t seed)
{
	struct error err;
	struct sample_options options = {.seasons = seasons, .seed = seed};
	char *parent = test_folder();
	char *folder = path_join(parent, "sample");
	free(parent);
	if (!sample_write(folder, &options, NULL, NULL, &err))
		fail_msg("%s", err.text);
	return folder;
}

static void names_are_invented_and_every_key_is_one_player(void **state)
{
	(void)state;
	char *folder = make_sample(4, 7);
	struct sheet_rows players;
	struct symbols *keys = symbols_new();
	char key[PLAYER_KEY_BYTES];
	int accents = 0;
	int suffixes = 0;
	sheet_rows_load(&players, folder, "players.csv");
	for (size_t row = 0; row < players.row_count; row++) {
		const char *name = sheet_cell(&players, row, "player");
		const char *lookup = sheet_cell(&players, row, "lookup");
		assert_string_equal(player_key_normalise(name, key), lookup);
		assert_true(sheet_number(&players, row, "player_id") >= FIRST_ID);
		assert_int_equal(sheet_text_number(keys, lookup), row); /* never seen before */
		for (const char *at = name; *at != '\0'; at++)
			accents += (unsigned char)*at >= 0xC3 && (unsigned char)*at <= 0xC5;
		suffixes += text_ends_with(name, " Jr.") || text_ends_with(name, " III");
	}
	assert_in_range(players.row_count, 700, 1200);
	assert_in_range(accents, 100, 1000);
	assert_in_range(suffixes, 5, 100);
	sheet_rows_release(&players);
	symbols_free(keys);
	free(folder);
}

static void nobody_has_the_name_or_the_id_of_a_real_player(void **state)
{
	(void)state;
	NEED_DATA(real_players, "nba/players.csv");
	char *folder = make_sample(4, 7);
	struct sheet_rows real, players;
	struct symbols *keys = symbols_new();
	*strrchr(real_players, '/') = '\0';
	sheet_rows_load(&real, real_players, "players.csv");
	sheet_rows_load(&players, folder, "players.csv");
	for (size_t row = 0; row < real.row_count; row++) {
		sheet_text_number(keys, sheet_cell(&real, row, "lookup"));
		assert_true(sheet_number(&real, row, "player_id") <= REAL_ID_LAST);
	}
	for (size_t row = 0; row < players.row_count; row++)
		if (symbols_find(keys, sheet_cell(&players, row, "lookup")) != NULL)
			fail_msg("%s plays in the league", sheet_cell(&players, row, "player"));
	sheet_rows_release(&real);
	sheet_rows_release(&players);
	symbols_free(keys);
	free(real_players);
	free(folder);
}

/* Where everybody was on every date, from box rows and from those who did not play. */
struct sighting {
	date_t date;
	char player[64], team[4];
	bool played;
};

struct sightings {
	struct sighting *items; /* by player, then date */
	size_t count, capacity;
};

static void add_sightings(struct sightings *sightings, const struct sheet_rows *sheet, bool played)
{
	for (size_t row = 0; row < sheet->row_count; row++) {
		struct sighting sighting = {
			.date = sheet_cell_date(sheet, row, "game_date"), .played = played};
		text_copy(
			sighting.player, sizeof(sighting.player), sheet_cell(sheet, row, "player"));
		text_copy(sighting.team, sizeof(sighting.team), sheet_cell(sheet, row, "team"));
		ARRAY_GROW(sightings->items, sightings->count, sightings->capacity);
		sightings->items[sightings->count++] = sighting;
	}
}

static int compare_sightings(const void *a, const void *b)
{
	const struct sighting *first = a;
	const struct sighting *second = b;
	int by_player = strcmp(first->player, second->player);
	return by_player != 0 ? by_player : first->date - second->date;
}

static struct sightings load_sightings(const char *folder)
{
	struct sightings sightings = {.capacity = SIGHTINGS};
	struct sheet_rows sheet;
	sightings.items = memory_new_array(sightings.capacity, sizeof(*sightings.items));
	sheet_rows_load(&sheet, folder, "player_box.csv");
	add_sightings(&sightings, &sheet, true);
	sheet_rows_release(&sheet);
	sheet_rows_load(&sheet, folder, "did_not_play.csv");
	add_sightings(&sightings, &sheet, false);
	sheet_rows_release(&sheet);
	qsort(sightings.items, sightings.count, sizeof(*sightings.items), compare_sightings);
	return sightings;
}

static void everybody_is_on_one_team_a_day_and_some_are_traded(void **state)
{
	(void)state;
	char *folder = make_sample(1, SAMPLE_SEED);
	struct sightings sightings = load_sightings(folder);
	int moves = 0;
	for (size_t i = 1; i < sightings.count; i++) {
		const struct sighting *before = &sightings.items[i - 1];
		const struct sighting *now = &sightings.items[i];
		if (strcmp(before->player, now->player) != 0)
			continue;
		assert_true(before->date < now->date);
		if (strcmp(before->team, now->team) != 0) {
			moves++;
			assert_in_range(now->date, date_of(2022, 1, 10), date_of(2022, 2, 14));
		}
	}
	assert_in_range(moves, 4, 40);
	free(sightings.items);
	free(folder);
}

static void a_team_has_fifteen_to_seventeen_men(void **state)
{
	(void)state;
	char *folder = make_sample(1, SAMPLE_SEED);
	struct sightings sightings = load_sightings(folder);
	struct symbols *sheets = symbols_new();
	int counts[TEAM_SHEETS] = {0};
	for (size_t i = 0; i < sightings.count; i++) {
		char key[32];
		snprintf(key, sizeof(key), "%s %d", sightings.items[i].team,
			(int)sightings.items[i].date);
		size_t number = sheet_text_number(sheets, key);
		assert_true(number < TEAM_SHEETS);
		counts[number]++;
	}
	assert_int_equal(symbols_count(sheets), TEAM_SHEETS);
	for (size_t i = 0; i < TEAM_SHEETS; i++)
		assert_in_range(counts[i], 15, 17);
	symbols_free(sheets);
	free(sightings.items);
	free(folder);
}

static const struct sighting *find_sighting(
	const struct sightings *sightings, const char *player, date_t date)
{
	struct sighting key = {.date = date};
	text_copy(key.player, sizeof(key.player), player);
	return bsearch(&key, sightings->items, sightings->count, sizeof(key), compare_sightings);
}

static void who_is_reported_out_on_the_day_does_not_play(void **state)
{
	(void)state;
	char *folder = make_sample(1, SAMPLE_SEED);
	struct sightings sightings = load_sightings(folder);
	struct sheet_rows reports;
	int out = 0, unsure = 0, unsure_played = 0, late = 0;
	sheet_rows_load(&reports, folder, "injuries.csv");
	for (size_t row = 0; row < reports.row_count; row++) {
		date_t game_date = sheet_cell_date(&reports, row, "game_date");
		int ahead = game_date - sheet_cell_date(&reports, row, "report_date");
		const char *status = sheet_cell(&reports, row, "status");
		const struct sighting *seen =
			find_sighting(&sightings, sheet_cell(&reports, row, "player"), game_date);
		assert_in_range(ahead, 0, 1);
		late += status[0] == '\0';
		if (seen == NULL)
			continue; /* not reported yet, or traded since */
		if (strcmp(status, "Out") == 0) {
			assert_false(seen->played);
			out += ahead == 0;
		}
		bool is_unsure = strcmp(status, "Probable") == 0;
		unsure += is_unsure;
		unsure_played += is_unsure && seen->played;
	}
	assert_in_range(out, 2000, 9000);
	assert_in_range(late, 10, 200);
	assert_true(unsure > 100 && unsure_played * 2 > unsure);
	sheet_rows_release(&reports);
	free(sightings.items);
	free(folder);
}

static int compare_dates(const void *a, const void *b)
{
	return ((const struct sighting *)a)->date - ((const struct sighting *)b)->date;
}

/* player_daily_cache must have 45 % of the context's rows on every date after the bootstrap days:
 * that many of a day's men need five games before it. */
static void check_experience(const struct sightings *sightings)
{
	struct symbols *names = symbols_new();
	int played[KEYS_MAX] = {0};
	date_t first = sightings->items[0].date;
	for (size_t i = 0; i < sightings->count;) {
		date_t date = sightings->items[i].date;
		int men = 0;
		int ready = 0;
		size_t end = i;
		for (; end < sightings->count && sightings->items[end].date == date; end++) {
			size_t number = sheet_text_number(names, sightings->items[end].player);
			assert_true(number < KEYS_MAX);
			men++;
			ready += played[number] >= EARLY_GAMES;
		}
		if (date >= first + BOOTSTRAP_DAYS && ready * 100 < men * 48)
			fail_msg("only %d of %d have five games on day %d", ready, men,
				date - first);
		for (; i < end; i++)
			played[sheet_text_number(names, sightings->items[i].player)] +=
				sightings->items[i].played;
	}
	symbols_free(names);
}

static void half_of_the_men_have_five_games_from_the_fifteenth_day_on(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 5; seed++) {
		char *folder = make_sample(1, seed == 5 ? SAMPLE_SEED : seed);
		struct sightings sightings = load_sightings(folder);
		qsort(sightings.items, sightings.count, sizeof(*sightings.items), compare_dates);
		check_experience(&sightings);
		free(sightings.items);
		free(folder);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_invented_and_every_key_is_one_player),
		cmocka_unit_test(nobody_has_the_name_or_the_id_of_a_real_player),
		cmocka_unit_test(everybody_is_on_one_team_a_day_and_some_are_traded),
		cmocka_unit_test(a_team_has_fifteen_to_seventeen_men),
		cmocka_unit_test(who_is_reported_out_on_the_day_does_not_play),
		cmocka_unit_test(half_of_the_men_have_five_games_from_the_fifteenth_day_on),
	};
	return RUN(tests);
}
