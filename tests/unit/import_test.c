#include "tests/test.h"

#include "base/path.h"
#include "base/csv.h"
#include "raw/import.h"
#include "core/raw/player_key.h"

#include <sqlite3.h>

static void names_become_keys(void **state)
{
	(void)state;
	static const struct {
		const char *name, *key;
	} cases[] = {
		{"LeBron James", "lebronjames"},
		{"Luka Dončić", "lukadoncic"},
		{"Robert Williams III", "robertwilliamsiii"},
		{"Nikola Jokić", "nikolajokic"},
		{"Dennis Schröder", "dennisschroder"},
		{"Kristaps Porziņģis", "kristapsporzingis"},
		{"D'Angelo Russell", "dangelorussell"},
		{"Shai Gilgeous-Alexander", "shaigilgeousalexander"},
		{"Karl-Anthony Towns Jr.", "karlanthonytownsjr"},
		{"Alperen Şengün", "alperensengun"},
		{"Jose\xcc\x81", "jose"}, /* a combining accent */
		{"", ""},
	};
	char key[PLAYER_KEY_BYTES];
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		assert_string_equal(player_key_normalise(cases[i].name, key), cases[i].key);
}

static void the_first_key_of_an_id_stays(void **state)
{
	(void)state;
	struct player_keys *keys = player_keys_new();
	for (int64_t id = 0; id < 5000; id++) {
		char key[32];
		snprintf(key, sizeof(key), "player%d", (int)id);
		player_keys_add(keys, id * 1024, key);
	}
	player_keys_add(keys, 1024, "another");
	assert_string_equal(player_keys_find(keys, 1024), "player1");
	assert_string_equal(player_keys_find(keys, INT64_C(4999) * 1024), "player4999");
	assert_null(player_keys_find(keys, 7));
	player_keys_free(keys);
}

static enum csv_result read_text(
	const char *text, size_t length, struct csv_record *record, struct error *err)
{
	struct csv *csv = csv_open_bytes("test.csv", text, length);
	enum csv_result result = csv_next(csv, record, err);
	while (result == CSV_RECORD && record->field_count > 0) {
		result = csv_next(csv, record, err);
	}
	csv_close(csv);
	return result;
}

static void reads_what_rfc_4180_allows(void **state)
{
	(void)state;
	const char text[] = "\xef\xbb\xbf"
			    "a,b\r\n\"x,\"\"y\"\"\n2\",\n\nlast,one";
	struct csv *csv = csv_open_bytes("test.csv", text, sizeof(text) - 1);
	struct csv_record record;
	struct error err;
	assert_int_equal(csv_next(csv, &record, &err), CSV_RECORD);
	assert_string_equal(record.fields[0].text, "a");
	assert_int_equal(record.field_count, 2);
	assert_int_equal(csv_next(csv, &record, &err), CSV_RECORD);
	assert_string_equal(record.fields[0].text, "x,\"y\"\n2");
	assert_string_equal(record.fields[1].text, "");
	assert_int_equal(record.line, 2);
	assert_false(record.cut);
	assert_int_equal(csv_next(csv, &record, &err), CSV_RECORD);
	assert_string_equal(record.fields[1].text, "one");
	assert_int_equal(record.fields[1].column, 6);
	assert_true(record.cut);
	assert_int_equal(csv_next(csv, &record, &err), CSV_END);
	csv_close(csv);
}

static void says_where_a_file_cannot_be_read(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t length;
		const char *message;
	} cases[] = {
		{"a,b\n1,\"open", 11, "test.csv:2:8: the file ends inside a quoted field"},
		{"a,\"b\"c\n", 7, "test.csv:1:6: bytes after a closing quote"},
		{"a,b\0c\n", 6, "test.csv:1:4: a NUL byte"},
		{"a\n\xff\n", 4, "test.csv:2:2: invalid UTF-8"},
		{"a\rb\n", 4, "test.csv:1:3: a carriage return inside a line"},
	};
	struct csv_record record;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct error err = {0};
		assert_int_equal(
			read_text(cases[i].text, cases[i].length, &record, &err), CSV_FAILED);
		assert_non_null(strstr(err.text, cases[i].message));
	}
}

static void a_field_may_have_one_mebibyte_and_no_byte_more(void **state)
{
	(void)state;
	char *text = memory_new(CSV_FIELD_BYTES_MAX + 2);
	struct csv_record record;
	struct error err;
	memset(text, 'x', CSV_FIELD_BYTES_MAX + 1);
	text[CSV_FIELD_BYTES_MAX] = '\n';
	assert_int_equal(read_text(text, CSV_FIELD_BYTES_MAX + 1, &record, &err), CSV_END);
	text[CSV_FIELD_BYTES_MAX] = 'x';
	assert_int_equal(read_text(text, CSV_FIELD_BYTES_MAX + 1, &record, &err), CSV_FAILED);
	assert_int_equal(err.kind, ERROR_LIMIT);
	free(text);
}

struct place {
	char *folder, *rejected, *path;
	struct warehouse *warehouse;
	struct import_report report;
	struct error err;
	struct buffer notes;
};

static void take_note(void *context, char severity, const char *text)
{
	struct place *place = context;
	buffer_add_format(&place->notes, "%c %s\n", severity, text);
}

static void open_place(struct place *place)
{
	*place = (struct place){.folder = test_folder()};
	place->rejected = path_join(place->folder, "rejected");
	place->path = path_join(place->folder, "warehouse.db");
	assert_true(warehouse_open(place->path, WAREHOUSE_CREATE, &place->warehouse, &place->err));
}

static void leave(struct place *place)
{
	warehouse_close(place->warehouse);
	buffer_release(&place->notes);
	free(place->folder);
	free(place->rejected);
	free(place->path);
}

static bool import_from(struct place *place, const char *folder)
{
	struct import_listener listener = {.context = place, .note = take_note};
	struct import_options options = {
		.rejected_folder = place->rejected, .range = {0, -1}, .listener = &listener};
	buffer_clear(&place->notes);
	return raw_import_folder(place->warehouse, folder, &options, &place->report, &place->err);
}

static void put_file(const struct place *place, const char *name, const char *text, size_t length)
{
	struct error err;
	char *path = path_join(place->folder, name);
	assert_true(path_write_file(path, text, length, &err));
	free(path);
}

#define TEAMS_HEADER "season,team,lat\n"

static int64_t team_rows(struct place *place)
{
	struct symbols *symbols = symbols_new();
	struct frame frame;
	struct read_request request = {.layout = raw_table_layout(RAW_TEAMS),
		.columns = (const char *const[]){"team", "lat"},
		.column_count = 2};
	assert_true(warehouse_read(place->warehouse, &request, symbols, &frame, &place->err));
	int64_t rows = (int64_t)frame.row_count;
	frame_release(&frame);
	symbols_free(symbols);
	return rows;
}

static void import_teams(struct place *place, const char *text, bool expected)
{
	put_file(place, "teams.csv", text, strlen(text));
	if (import_from(place, place->folder) != expected)
		fail_msg("%s", place->err.text);
}

static void bad_rows_are_told_and_kept_apart(void **state)
{
	(void)state;
	struct place place;
	open_place(&place);
	import_teams(&place,
		TEAMS_HEADER "S1,ATL,33.7\nS1,BOS\nS1,BKN,4x.6\nS1,ATL,1.0\n,CHI,1\nS1,CLE,\n",
		true);
	assert_int_equal(place.report.tables[RAW_TEAMS].added, 2);
	assert_int_equal(place.report.rejected, 4);
	const char *notes = buffer_text(&place.notes);
	assert_non_null(strstr(notes, "teams.csv:3:1: 2 fields where the header has 3"));
	assert_non_null(strstr(notes, "teams.csv:4:8: not a number: \"4x.6\""));
	assert_non_null(strstr(notes, "teams.csv:5:1: the same key stands in an earlier line"));
	assert_non_null(strstr(notes, "teams.csv:6:1: season is empty"));
	char *kept = path_join(place.rejected, "teams.rejected.csv");
	struct buffer text = {0};
	assert_true(path_read_file(kept, 10000, &text, &place.err));
	assert_non_null(strstr(text.bytes, "4,\"not a number: \"\"4x.6\"\"\",S1,BKN,4x.6"));
	buffer_release(&text);
	free(kept);
	assert_int_equal(team_rows(&place), 2);
	leave(&place);
}

/* "a|" beside "b" and "a" beside "|b" once were one key. */
static void keys_whose_texts_run_together_are_two(void **state)
{
	(void)state;
	struct place place;
	open_place(&place);
	import_teams(
		&place, TEAMS_HEADER "S|,ATL,1\nS,|ATL,2\nS|A,T,3\nS,A|T,4\n2:S,3:A,5\n", true);
	assert_int_equal(place.report.rejected, 0);
	assert_int_equal(team_rows(&place), 5);
	leave(&place);
}

static void a_dropped_raw_table_is_not_remade_in_silence(void **state)
{
	(void)state;
	struct place place;
	sqlite3 *file;
	open_place(&place);
	import_teams(&place, TEAMS_HEADER "S1,ATL,33.7\n", true);
	assert_null(strstr(buffer_text(&place.notes), "missing")); /* a new warehouse */
	assert_int_equal(sqlite3_open(place.path, &file), SQLITE_OK);
	assert_int_equal(sqlite3_exec(file, "DROP TABLE nba_raw__shots; DROP TABLE nba_raw__odds",
				 NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(file);
	import_teams(&place, TEAMS_HEADER "S1,ATL,33.7\n", true);
	assert_non_null(strstr(buffer_text(&place.notes),
		"W of the raw tables shots, odds was missing: made anew"));
	import_teams(&place, TEAMS_HEADER "S1,ATL,33.7\n", true);
	assert_null(strstr(buffer_text(&place.notes), "missing"));
	leave(&place);
}

static void a_wrong_header_or_a_cut_file_loads_nothing_of_it(void **state)
{
	(void)state;
	struct place place;
	open_place(&place);
	import_teams(&place, "season,lat\nS1,1\n", false);
	assert_non_null(strstr(place.err.text, "teams.csv:1: the column team is missing"));
	import_teams(&place, TEAMS_HEADER "S1,ATL,33.7\n", true);
	import_teams(&place, TEAMS_HEADER "S1,BOS,33.7\nS1,BK", false);
	assert_non_null(strstr(place.err.text, "teams.csv:3:1: the file is cut"));
	assert_int_equal(team_rows(&place), 1);
	import_teams(&place, TEAMS_HEADER "S1,BOS,33.7\nS1,\"BK", false);
	assert_int_equal(team_rows(&place), 1);
	import_teams(&place, TEAMS_HEADER "S1,BOS,33.7\r\nS1,BKN,1\r\n", true);
	assert_int_equal(team_rows(&place), 3);
	import_teams(&place, "", false);
	assert_non_null(strstr(place.err.text, "the file is empty"));
	leave(&place);
}

static void a_ten_megabyte_field_is_refused_in_bounded_memory(void **state)
{
	(void)state;
	struct place place;
	struct buffer text = {0};
	open_place(&place);
	buffer_add_text(&text, TEAMS_HEADER "S1,ATL,1\nS1,");
	for (int i = 0; i < 10 * 1024; i++)
		for (int j = 0; j < 16; j++)
			buffer_add_text(&text,
				"0123456789012345678901234567890123456789012345678901234567890123");
	buffer_add_text(&text, ",1\n");
	import_teams(&place, text.bytes, false);
	assert_int_equal(place.err.kind, ERROR_LIMIT);
	assert_non_null(strstr(place.err.text, "teams.csv:3:"));
	assert_int_equal(team_rows(&place), 0);
	buffer_release(&text);
	leave(&place);
}

static void check_slice(const struct place *place, bool again)
{
	static const struct {
		enum raw_table table;
		int64_t rows;
	} wanted[] = {{RAW_GAMES, 318}, {RAW_PLAYER_BOX, 6935}, {RAW_TEAM_BOX, 636},
		{RAW_SHOTS, 56331}, {RAW_DID_NOT_PLAY, 3733}};
	for (size_t i = 0; i < ARRAY_COUNT(wanted); i++) {
		const struct raw_load_result *result = &place->report.tables[wanted[i].table];
		assert_int_equal(again ? result->same : result->added, wanted[i].rows);
		assert_int_equal(result->changed, 0);
	}
	if (place->report.rejected != 0)
		fail_msg("%s", buffer_text(&place->notes));
}

static void the_slice_comes_in_whole_and_twice_changes_nothing(void **state)
{
	(void)state;
	NEED_DATA(games, "nba/slice_2021_oct_nov/games.csv");
	struct place place;
	open_place(&place);
	*strrchr(games, '/') = '\0';
	assert_true(import_from(&place, games));
	check_slice(&place, false);
	assert_true(import_from(&place, games));
	check_slice(&place, true);
	struct raw_days days;
	struct date_range range = {date_of(2021, 10, 19), date_of(2021, 11, 30)};
	assert_true(warehouse_raw_days(place.warehouse, range, &days, &place.err));
	int64_t games_count = 0, box = 0, roster = 0;
	for (size_t i = 0; i < days.count; i++) {
		games_count += days.items[i].regular_games;
		box += days.items[i].box_rows;
		roster += days.items[i].roster_rows;
		assert_int_not_equal(days.items[i].date, date_of(2021, 11, 25));
	}
	assert_int_equal(days.count, 42);
	assert_int_equal(games_count, 318);
	assert_int_equal(box, 6935);
	assert_int_equal(roster, 10668);
	free(days.items);
	leave(&place);
	free(games);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_become_keys),
		cmocka_unit_test(the_first_key_of_an_id_stays),
		cmocka_unit_test(reads_what_rfc_4180_allows),
		cmocka_unit_test(says_where_a_file_cannot_be_read),
		cmocka_unit_test(a_field_may_have_one_mebibyte_and_no_byte_more),
		cmocka_unit_test(bad_rows_are_told_and_kept_apart),
		cmocka_unit_test(keys_whose_texts_run_together_are_two),
		cmocka_unit_test(a_dropped_raw_table_is_not_remade_in_silence),
		cmocka_unit_test(a_wrong_header_or_a_cut_file_loads_nothing_of_it),
		cmocka_unit_test(a_ten_megabyte_field_is_refused_in_bounded_memory),
		cmocka_unit_test(the_slice_comes_in_whole_and_twice_changes_nothing),
	};
	return RUN(tests);
}
