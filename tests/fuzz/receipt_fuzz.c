/*
 * A warehouse file that somebody else wrote into: the eleven lines of the input are the columns of
 * one receipt, a day of the schedule and an attempt. Whatever they say, they are read within
 * limits.
 */
#include "tests/fuzz/support/fuzz.h"

#include "base/path.h"
#include "warehouse/warehouse.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define TEXTS 11 /* columns of a receipt */

static struct warehouse *warehouse;
static sqlite3 *other;
static const struct date_range all = {-25567, 84006}; /* 1900 to 2199 */

static void open_both(void)
{
	struct error err;
	char *path = path_join(fuzz_folder(), "warehouse.db");
	MUST(warehouse_open(path, WAREHOUSE_CREATE, &warehouse, &err));
	MUST(warehouse_prepare(warehouse, NULL, 0, &err));
	MUST(sqlite3_open(path, &other) == SQLITE_OK);
	MUST(sqlite3_exec(other, "PRAGMA synchronous = OFF", NULL, NULL, NULL) == SQLITE_OK);
	free(path);
}

/* False where the table refuses the values (it is STRICT). */
static bool put(const char *sql, char *const texts[TEXTS])
{
	sqlite3_stmt *statement;
	MUST(sqlite3_prepare_v2(other, sql, -1, &statement, NULL) == SQLITE_OK);
	for (int i = 0; i < sqlite3_bind_parameter_count(statement); i++)
		sqlite3_bind_text(statement, i + 1, texts[i], -1, SQLITE_STATIC);
	bool done = sqlite3_step(statement) == SQLITE_DONE;
	sqlite3_finalize(statement);
	return done;
}

static void check_receipts(void)
{
	struct receipts receipts;
	struct error err = {0};
	MUST(warehouse_receipts(warehouse, all, &receipts, &err));
	for (size_t i = 0; i < receipts.count; i++) {
		const struct receipt *receipt = &receipts.items[i];
		MUST(strlen(receipt->table) < TABLE_NAME_BYTES);
		MUST(strlen(receipt->run) < RECEIPT_RUN_BYTES);
		MUST(strlen(receipt->hash) < DIGEST_TEXT_BYTES);
		MUST(receipt->source_count <= RECEIPT_SOURCES_MAX);
		for (size_t k = 0; k < receipt->source_count; k++)
			MUST(strlen(receipt->sources[k].table) < TABLE_NAME_BYTES);
		if (receipt->date != DATE_NONE)
			receipts_find(&receipts, receipt->table, receipt->date);
	}
	receipts_release(&receipts);
}

static void check_days_and_attempts(const char *table)
{
	struct raw_days days;
	struct attempt_rows attempts;
	struct error err = {0};
	MUST(warehouse_raw_days(warehouse, all, &days, &err));
	for (size_t i = 0; i < days.count; i++)
		MUST(date_range_has(all, days.items[i].date));
	free(days.items);
	MUST(warehouse_read_attempts(warehouse, table, all, &attempts, &err));
	for (size_t i = 0; i < attempts.count; i++)
		MUST(strlen(attempts.items[i].entity) < sizeof(attempts.items[i].entity));
	free(attempts.items);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct fuzz_input input = fuzz_input(bytes, length);
	char *texts[TEXTS];
	if (warehouse == NULL)
		open_both();
	for (int i = 0; i < TEXTS; i++)
		texts[i] = fuzz_next_text(&input);
	sqlite3_exec(other, "BEGIN", NULL, NULL, NULL);
	put("INSERT INTO backcourt__receipts VALUES(?,?,?,?,?,?,?,?,?,?,?)", texts);
	put("INSERT INTO backcourt__raw_days VALUES(?2,?4,?5,?7,?8)", texts);
	put("INSERT INTO nba_orchestration__reprocess_attempts"
	    " VALUES(?1,?3,?2,?4,?5,NULL,?6,?7,?8,0,?10)",
		texts);
	MUST(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
	check_receipts();
	check_days_and_attempts(texts[0]);
	MUST(sqlite3_exec(other,
		     "DELETE FROM backcourt__receipts; DELETE FROM backcourt__raw_days;"
		     "DELETE FROM nba_orchestration__reprocess_attempts",
		     NULL, NULL, NULL) == SQLITE_OK);
	for (int i = 0; i < TEXTS; i++)
		free(texts[i]);
	return 0;
}
