/* Every read, write and allocation of the warehouse fails once, and once for good (sweep.h). */
#include "tests/test.h"

#include "base/path.h"
#include "tests/support/faulty_sqlite.h"
#include "tests/support/sweep.h"
#include "warehouse/raw_tables.h"
#include "warehouse/warehouse.h"

#include <inttypes.h>

#define DAY 18947

#define LIST(X)                                     \
	X(player, TEXT, COLUMN_KEY | COLUMN_HASHED) \
	X(day, DATE, COLUMN_KEY | COLUMN_HASHED)    \
	X(points, INTEGER, COLUMN_HASHED)

enum { LIST(COLUMN_INDEX) };
static const struct column columns[] = {LIST(COLUMN_ROW)};
static const struct table_layout layout = {
	"lab", "points", "day", columns, ARRAY_COUNT(columns), HASH_NONE};
static const struct date_range around = {DAY - 10, DAY + 10};

static bool open_and_prepare(
	const char *folder, enum warehouse_mode mode, struct warehouse **opened, struct error *err)
{
	const struct table_layout *layouts[] = {&layout, raw_table_layout(RAW_GAMES),
		raw_table_layout(RAW_PLAYER_BOX), raw_table_layout(RAW_DID_NOT_PLAY)};
	char *path = path_join(folder, "warehouse.db");
	bool done = warehouse_open(path, mode, opened, err);
	if (done && mode == WAREHOUSE_CREATE &&
		!warehouse_prepare(*opened, layouts, ARRAY_COUNT(layouts), err)) {
		warehouse_close(*opened);
		done = false;
	}
	free(path);
	return done;
}

static bool write_day(
	struct warehouse *warehouse, int factor, struct buffer *said, struct error *err)
{
	struct rows rows;
	struct receipt receipt;
	bool unchanged;
	rows_init(&rows, &layout);
	for (int i = 0; i < 40; i++) {
		char name[16];
		snprintf(name, sizeof(name), "player%d", i);
		rows_add(&rows);
		rows_set_text(&rows, COL_player, name);
		rows_set_date(&rows, COL_day, DAY);
		rows_set_integer(&rows, COL_points, (int64_t)i * factor);
	}
	struct failure failure = {"late", "INSUFFICIENT_DATA", "2 of 5 games", true};
	struct receipt_source source = {"upstream", 7};
	struct day_write write = {.layout = &layout,
		.date = DAY,
		.run = factor == 1 ? "first" : "second",
		.rows = &rows,
		.failures = &failure,
		.failure_count = 1,
		.sources = &source,
		.source_count = 1,
		.now_ms = INT64_C(1000) * factor};
	bool done = warehouse_replace_day(warehouse, &write, &receipt, &unchanged, err);
	if (done)
		buffer_add_format(said, "%" PRId64 " rows, sequence %" PRId64 ", %d\n",
			receipt.rows, receipt.sequence, unchanged);
	rows_release(&rows);
	return done;
}

static bool load_games(struct warehouse *warehouse, struct buffer *said, struct error *err)
{
	const struct table_layout *games = raw_table_layout(RAW_GAMES);
	struct raw_load_result result;
	struct rows rows;
	bool done = warehouse_load_begin(warehouse, games, err);
	rows_init(&rows, games);
	for (int i = 0; done && i < 30; i++) {
		char id[16];
		snprintf(id, sizeof(id), "00221%05d", i);
		rows_add(&rows);
		for (size_t k = 0; k < games->column_count; k++)
			if (games->columns[k].type == COLUMN_INTEGER)
				rows_set_integer(&rows, k, 100 + i);
			else if (games->columns[k].type == COLUMN_TEXT)
				rows_set_text(&rows, k, id);
			else if (games->columns[k].type == COLUMN_DATE)
				rows_set_date(&rows, k, DAY + i % 5);
		done = warehouse_load_row(warehouse, rows.values, err);
		rows_clear(&rows);
	}
	if (done)
		done = warehouse_load_commit(warehouse, &result, err);
	else
		warehouse_load_abandon(warehouse);
	if (done)
		buffer_add_format(said, "%" PRId64 " new games\n", result.added);
	rows_release(&rows);
	return done;
}

static bool try_points(struct warehouse *warehouse, int64_t number, struct error *err)
{
	struct attempt_row attempt = {.date = DAY,
		.entity = "playera",
		.attempts = number,
		.tripped = number == 3,
		.until_ms = number == 3 ? 5000 : 0};
	return warehouse_add_attempt(warehouse, "points", &attempt, 81.25, "incomplete", 1000, err);
}

static void empty(const char *folder)
{
	struct warehouse *warehouse;
	struct error err = {0};
	if (!open_and_prepare(folder, WAREHOUSE_CREATE, &warehouse, &err))
		fail_msg("%s", err.text);
	warehouse_close(warehouse);
}

static void filled(const char *folder)
{
	struct warehouse *warehouse;
	struct error err = {0};
	struct buffer said = {0};
	if (!open_and_prepare(folder, WAREHOUSE_CREATE, &warehouse, &err) ||
		!write_day(warehouse, 1, &said, &err) || !load_games(warehouse, &said, &err) ||
		!try_points(warehouse, 3, &err))
		fail_msg("%s", err.text);
	warehouse_close(warehouse);
	buffer_release(&said);
}

typedef bool (*warehouse_act)(struct warehouse *warehouse, struct buffer *said, struct error *err);

static bool act_on(const char *folder, enum warehouse_mode mode, warehouse_act act,
	struct buffer *said, struct error *err)
{
	struct warehouse *warehouse;
	if (!open_and_prepare(folder, mode, &warehouse, err))
		return false;
	bool done = act(warehouse, said, err);
	warehouse_close(warehouse);
	return done;
}

static bool nothing(struct warehouse *warehouse, struct buffer *said, struct error *err)
{
	(void)warehouse;
	(void)err;
	buffer_add_text(said, "open");
	return true;
}

static bool write_first(struct warehouse *warehouse, struct buffer *said, struct error *err)
{
	return write_day(warehouse, 1, said, err);
}

static bool write_second(struct warehouse *warehouse, struct buffer *said, struct error *err)
{
	return write_day(warehouse, 2, said, err);
}

static bool add_attempt(struct warehouse *warehouse, struct buffer *said, struct error *err)
{
	buffer_add_text(said, "tried");
	return try_points(warehouse, 4, err);
}

static bool reset_breaker(struct warehouse *warehouse, struct buffer *said, struct error *err)
{
	int64_t count;
	if (!warehouse_reset_breaker(warehouse, "points", around, 2000, &count, err))
		return false;
	buffer_add_format(said, "%" PRId64 " reset", count);
	return true;
}

static bool read_points(struct warehouse *warehouse, struct buffer *said, struct error *err)
{
	struct symbols *symbols = symbols_new();
	struct frame frame;
	struct read_request request = {.layout = &layout,
		.columns = (const char *const[]){"player", "points"},
		.column_count = 2,
		.range = around,
		.order_by = (const char *const[]){"player"},
		.order_by_count = 1};
	bool done = warehouse_read(warehouse, &request, symbols, &frame, err);
	for (size_t row = 0; done && row < frame.row_count; row++)
		buffer_add_format(said, "%s %" PRId64 "\n", frame_text(&frame, 0, row),
			frame_integer(&frame, 1, row));
	if (done)
		frame_release(&frame);
	symbols_free(symbols);
	return done;
}

static bool read_receipts(struct warehouse *warehouse, struct buffer *said, struct error *err)
{
	struct receipts receipts;
	if (!warehouse_receipts(warehouse, around, &receipts, err))
		return false;
	for (size_t i = 0; i < receipts.count; i++)
		buffer_add_format(said, "%s %d %s %" PRId64 " %s %s:%" PRId64 "\n",
			receipts.items[i].table, (int)receipts.items[i].date, receipts.items[i].run,
			receipts.items[i].rows, receipts.items[i].hash,
			receipts.items[i].sources[0].table, receipts.items[i].sources[0].sequence);
	receipts_release(&receipts);
	return true;
}

static bool count_days(struct warehouse *warehouse, struct buffer *said, struct error *err)
{
	const char *const critical[] = {"points", "player"};
	const struct count_table tables[] = {
		{&layout, critical, 2}, {.layout = raw_table_layout(RAW_GAMES)}};
	struct day_counts counts;
	if (!warehouse_count_days(warehouse, tables, 2, around, &counts, err))
		return false;
	for (size_t i = 0; i < counts.count; i++)
		buffer_add_format(said, "%zu %d %" PRId64 "\n", counts.items[i].table,
			(int)counts.items[i].date, counts.items[i].rows);
	day_counts_release(&counts);
	return true;
}

static bool read_days(struct warehouse *warehouse, struct buffer *said, struct error *err)
{
	struct raw_days days;
	if (!warehouse_raw_days(warehouse, around, &days, err))
		return false;
	for (size_t i = 0; i < days.count; i++)
		buffer_add_format(said, "%d %" PRId64 "\n", (int)days.items[i].date,
			days.items[i].regular_games);
	free(days.items);
	return true;
}

static bool read_attempts(struct warehouse *warehouse, struct buffer *said, struct error *err)
{
	struct attempt_rows attempts;
	if (!warehouse_read_attempts(warehouse, "points", around, &attempts, err))
		return false;
	for (size_t i = 0; i < attempts.count; i++)
		buffer_add_format(said, "%s %" PRId64 " %d\n", attempts.items[i].entity,
			attempts.items[i].attempts, attempts.items[i].tripped);
	free(attempts.items);
	return true;
}

/* X(what is swept, what is there before, mode, what is done) */
#define ACT_LIST(X)                                            \
	X(creating, NULL, CREATE, nothing)                     \
	X(opening_again, filled, CREATE, nothing)              \
	X(writing_a_day, empty, WRITE, write_first)            \
	X(writing_other_rows, filled, WRITE, write_second)     \
	X(writing_the_same_rows, filled, WRITE, write_first)   \
	X(loading_a_file, empty, WRITE, load_games)            \
	X(loading_it_again, filled, WRITE, load_games)         \
	X(recording_an_attempt, filled, WRITE, add_attempt)    \
	X(resetting_the_breaker, filled, WRITE, reset_breaker) \
	X(reading_rows, filled, READ, read_points)             \
	X(reading_receipts, filled, READ, read_receipts)       \
	X(counting_days, filled, READ, count_days)             \
	X(reading_the_schedule, filled, READ, read_days)       \
	X(reading_attempts, filled, READ, read_attempts)

#define X(name, before, mode, act)                                                         \
	static bool act_##name(const char *folder, struct buffer *said, struct error *err) \
	{                                                                                  \
		return act_on(folder, WAREHOUSE_##mode, act, said, err);                   \
	}                                                                                  \
	static void name##_survives_every_failure(void **state)                            \
	{                                                                                  \
		(void)state;                                                               \
		sweep_run("warehouse.db", &(struct sweep_act){#name, before, act_##name}); \
	}
ACT_LIST(X)
#undef X

int main(void)
{
	faulty_sqlite_install();
	const struct CMUnitTest tests[] = {
#define X(name, before, mode, act) cmocka_unit_test(name##_survives_every_failure),
		ACT_LIST(X)
#undef X
	};
	return RUN(tests);
}
