#include "sample_rows.h"

#include "base/memory.h"

#define TRIES_OF_GAME	       88  /* field goals a side attempts, about */
#define FREE_THROW_TENTHS      168 /* points a side has from the line, tenths */
#define NO_LINE_PER_MILLE      5
/* Leads shrink (sample_game.c, LEAD_EASE) and stars rest: this much of a difference is left. */
#define LEFT_OF_MARGIN_PERCENT 66

/* Points a shot of this player is worth, per mille, if `shift` is added to his accuracy. */
static int worth_of_shot(const struct sample_player *player, int shift)
{
	int weights = 1;
	int worth = 0;
	for (int area = 0; area < AREA_COUNT; area++) {
		int value = area >= AREA_CORNER ? 3 : 2;
		weights += player->areas[area];
		worth += player->areas[area] * (player->accuracy[area] + shift) / 10 * value;
	}
	return worth * 10 / weights;
}

/* What a side should score, in tenths: its players' shots by their minutes. */
static int expected_tenths(const struct sample_side *side)
{
	int64_t weights = 1;
	int64_t worth = 0;
	for (int i = 0; i < side->seat_count; i++) {
		const struct sample_player *player = side->seats[i].player;
		int64_t weight = (int64_t)side->seats[i].target * player->shots;
		weights += weight;
		worth += weight * worth_of_shot(player, side->shift);
	}
	return (int)(worth * TRIES_OF_GAME / weights / 100) + FREE_THROW_TENTHS;
}

/* Tenths as half points, to the nearest. */
static int halves(int tenths)
{
	int away = tenths < 0 ? -5 : 5;
	return (tenths * 2 + away) / 10;
}

/* Prices of favourite and outsider by the points between them, as they are usually quoted. */
static const int prices[][2] = {{-110, -110}, {-118, -102}, {-130, 110}, {-150, 130}, {-170, 145},
	{-195, 165}, {-225, 185}, {-265, 215}, {-310, 250}, {-360, 290}, {-425, 330}, {-500, 380},
	{-600, 440}, {-750, 525}, {-900, 600}, {-1100, 700}, {-1400, 825}, {-1800, 1000}};

static int price(int home_spread, bool of_home)
{
	bool is_home_favoured = home_spread < 0;
	size_t points = (size_t)(is_home_favoured ? -home_spread : home_spread) / 2;
	if (points >= ARRAY_COUNT(prices))
		points = ARRAY_COUNT(prices) - 1;
	return prices[points][of_home == is_home_favoured ? 0 : 1];
}

void sample_write_odds(const struct sample_rows *rows, int number, const struct sample_game *game)
{
	struct sheet *sheet = &rows->files->sheets[SHEET_ODDS];
	int home = expected_tenths(&game->sides[0]);
	int away = expected_tenths(&game->sides[1]);
	int margin = (home - away) * LEFT_OF_MARGIN_PERCENT / 100 + random_bell(rows->random, 6);
	int total = home + away + random_bell(rows->random, 15);
	int spread = halves(-margin);
	int spread_open = halves(-margin + random_bell(rows->random, 9));
	int total_open = halves(total + random_bell(rows->random, 15));
	char id[SAMPLE_GAME_ID_BYTES];
	if (random_chance(rows->random, NO_LINE_PER_MILLE))
		return;
	sample_game_id(rows->season, number, id);
	sheet_text(sheet, id);
	sheet_date(sheet, game->date);
	sheet_text(sheet, sample_team(game->sides[0].team)->code);
	sheet_text(sheet, sample_team(game->sides[1].team)->code);
	sheet_text(sheet, "sample");
	sheet_halves(sheet, spread_open);
	sheet_halves(sheet, total_open);
	sheet_halves(sheet, spread);
	sheet_halves(sheet, halves(total));
	sheet_integer(sheet, price(spread, true));
	sheet_integer(sheet, price(spread, false));
	sheet_end_row(sheet);
}
