/* Invented games and real ones in one warehouse, and an import that was cut. */
#include "tests/test.h"

#include "base/path.h"
#include "raw/import.h"
#include "raw/sample.h"
#include "warehouse/raw_kind.h"

static void the_number_of_a_game_tells_what_it_is(void **state)
{
	(void)state;
	static const struct {
		const char *id;
		enum raw_kind kind;
	} cases[] = {
		{"0022100001", RAW_KIND_REAL},
		{"0022101230", RAW_KIND_REAL},
		{"0042100407", RAW_KIND_REAL},
		{"0022150000", RAW_KIND_REAL},
		{"0022150001", RAW_KIND_SAMPLE},
		{"", RAW_KIND_NONE},
		{"002215000", RAW_KIND_NONE},
		{"00221500011", RAW_KIND_NONE},
		{"002215000x", RAW_KIND_NONE},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		assert_int_equal(raw_kind_of_game(cases[i].id), cases[i].kind);
	assert_int_equal(raw_kind_with(RAW_KIND_NONE, RAW_KIND_SAMPLE), RAW_KIND_SAMPLE);
	assert_int_equal(raw_kind_with(RAW_KIND_REAL, RAW_KIND_NONE), RAW_KIND_REAL);
	assert_int_equal(raw_kind_with(RAW_KIND_REAL, RAW_KIND_SAMPLE), RAW_KIND_MIXED);
	assert_int_equal(raw_kind_with(RAW_KIND_MIXED, RAW_KIND_REAL), RAW_KIND_MIXED);
}

/* A folder with the sample, one with a real game, and an empty warehouse. */
struct place {
	char *home, *sample, *real, *rejected;
	struct warehouse *warehouse;
};

static void write_text(const char *folder, const char *name, const char *text)
{
	struct error err;
	char *path = path_join(folder, name);
	if (!path_write_file(path, text, strlen(text), &err))
		fail_msg("%s", err.text);
	free(path);
}

static struct place open_place(void)
{
	struct place place = {.home = test_folder()};
	struct error err;
	char *store = path_join(place.home, "warehouse.db");
	place.sample = path_join(place.home, "sample");
	place.real = path_join(place.home, "real");
	place.rejected = path_join(place.home, "rejected");
	if (!sample_write(
		    place.sample, &(struct sample_options){1, SAMPLE_SEED}, NULL, NULL, &err) ||
		!path_make_folder(place.real, &err) ||
		!warehouse_open(store, WAREHOUSE_CREATE, &place.warehouse, &err))
		fail_msg("%s", err.text);
	write_text(place.real, "games.csv",
		"game_id,season,game_date,home,away,home_pts,away_pts\n"
		"0022100001,2021-22,2021-10-19,MIL,BKN,127,104\n");
	free(store);
	return place;
}

static void close_place(struct place *place)
{
	warehouse_close(place->warehouse);
	free(place->sample);
	free(place->real);
	free(place->rejected);
	free(place->home);
}

static bool import(const struct place *place, const char *folder,
	const struct import_listener *listener, const struct cancel *cancel, struct error *err)
{
	struct import_options options = {.rejected_folder = place->rejected,
		.range = {0, -1},
		.listener = listener,
		.cancel = cancel};
	struct import_report report;
	return raw_import_folder(place->warehouse, folder, &options, &report, err);
}

static date_t first_game(const struct place *place)
{
	struct raw_days days;
	struct error err;
	assert_true(warehouse_raw_days(place->warehouse, (struct date_range){0, -1}, &days, &err));
	free(days.items);
	return days.first_game;
}

static enum raw_kind kind_of(const struct place *place)
{
	enum raw_kind kind;
	struct error err;
	if (!raw_kind_of_warehouse(place->warehouse, &kind, &err))
		fail_msg("%s", err.text);
	return kind;
}

static void expect_refused(const struct place *place, const char *folder, const char *words)
{
	struct error err;
	assert_false(import(place, folder, NULL, NULL, &err));
	assert_int_equal(err.kind, ERROR_INPUT);
	if (strstr(err.text, words) == NULL)
		fail_msg("%s", err.text);
}

static void sample_and_real_games_never_meet_in_a_warehouse(void **state)
{
	(void)state;
	struct error err;
	struct place place = open_place();
	if (!import(&place, place.sample, NULL, NULL, &err))
		fail_msg("%s", err.text);
	assert_int_equal(kind_of(&place), RAW_KIND_SAMPLE);
	expect_refused(&place, place.real, "warehouse.db holds the sample season");
	assert_int_equal(kind_of(&place), RAW_KIND_SAMPLE);
	assert_true(import(&place, place.sample, NULL, NULL, &err)); /* the same again */
	close_place(&place);

	place = open_place();
	if (!import(&place, place.real, NULL, NULL, &err))
		fail_msg("%s", err.text);
	assert_int_equal(kind_of(&place), RAW_KIND_REAL);
	expect_refused(&place, place.sample, "warehouse.db holds real games");
	assert_int_equal(kind_of(&place), RAW_KIND_REAL);
	close_place(&place);
}

static void a_folder_with_both_is_refused_before_anything_is_written(void **state)
{
	(void)state;
	struct place place = open_place();
	write_text(place.real, "games_more.csv",
		"game_id,season,game_date,home,away,home_pts,away_pts\n"
		"0022150001,2021-22,2021-10-19,MIL,BKN,127,104\n");
	expect_refused(&place, place.real, "in one folder");
	assert_int_equal(kind_of(&place), RAW_KIND_NONE);
	close_place(&place);
}

static void cancel_at_the_shots(void *context, const char *what, int64_t done, int64_t total)
{
	(void)done;
	(void)total;
	if (text_starts_with(what, "shots"))
		cancel_raise(context, CANCEL_NOW);
}

/* It would count as data, and the sample would not be offered again. */
static void an_import_that_was_cut_has_brought_no_schedule(void **state)
{
	(void)state;
	struct error err;
	struct cancel *cancel;
	struct place place = open_place();
	assert_true(cancel_new(&cancel, &err));
	struct import_listener listener = {.context = cancel, .progress = cancel_at_the_shots};
	assert_false(import(&place, place.sample, &listener, cancel, &err));
	assert_int_equal(err.kind, ERROR_CANCELLED);
	cancel_free(cancel);
	assert_int_equal(first_game(&place), DATE_NONE);
	assert_int_equal(kind_of(&place), RAW_KIND_SAMPLE); /* by the box rows that are there */
	expect_refused(&place, place.real, "warehouse.db holds the sample season");
	if (!import(&place, place.sample, NULL, NULL, &err))
		fail_msg("%s", err.text);
	assert_int_equal(first_game(&place), date_of(2021, 10, 19));
	close_place(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_number_of_a_game_tells_what_it_is),
		cmocka_unit_test(sample_and_real_games_never_meet_in_a_warehouse),
		cmocka_unit_test(a_folder_with_both_is_refused_before_anything_is_written),
		cmocka_unit_test(an_import_that_was_cut_has_brought_no_schedule),
	};
	return RUN(tests);
}
