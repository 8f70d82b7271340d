/* Four seasons x ten tables: a refresh from receipts, and a recount against the sqlite3 shell. */
#include "base/memory.h"
#include "core/warehouse/sqlite.h"
#include "tests/bench/support/measure.h"
#include "tests/bench/support/seasons.h"

#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 5

static const struct date_range all = {18900, 20400}; /* 2021-09-30 to 2025-11-08 */

struct asked {
	struct warehouse *warehouse;
	struct count_table tables[64];
	size_t count;
	size_t rows; /* of the answer */
	char *sql;
};

_Noreturn static void give_up(const char *reason)
{
	fprintf(stderr, "benchmark: %s\n", reason);
	exit(1);
}

static void refresh(void *context)
{
	struct asked *asked = context;
	struct receipts receipts;
	struct error err;
	if (!warehouse_receipts(asked->warehouse, all, &receipts, &err))
		give_up(err.text);
	asked->rows = receipts.count;
	receipts_release(&receipts);
}

static void recount(void *context)
{
	struct asked *asked = context;
	struct day_counts counts;
	struct error err;
	if (!warehouse_count_days(
		    asked->warehouse, asked->tables, asked->count, all, &counts, &err))
		give_up(err.text);
	asked->rows = counts.count;
	day_counts_release(&counts);
}

static int keep_sql(unsigned event, void *context, void *statement, void *unused)
{
	(void)event;
	(void)unused;
	struct asked *asked = context;
	char *sql = sqlite3_expanded_sql(statement);
	free(asked->sql);
	asked->sql = memory_copy_text(sql);
	sqlite3_free(sql);
	return 0;
}

/* The same statement, word for word, in the shell; its start is taken off. */
static double shell_ms(const char *path, const char *sql)
{
	double best = -1, start = -1;
	for (int i = 0; i < ROUNDS; i++) {
		double spent = measure_program_ms(
			(const char *const[]){"sqlite3", "-readonly", path, sql, NULL});
		double empty = measure_program_ms(
			(const char *const[]){"sqlite3", "-readonly", path, "SELECT 1", NULL});
		if (spent < 0 || empty < 0)
			give_up("the sqlite3 shell failed");
		best = best < 0 || spent < best ? spent : best;
		start = start < 0 || empty < start ? empty : start;
	}
	return best - start;
}

static double ask(struct asked *asked, const char *path, void (*question)(void *context))
{
	sqlite3 *database = connection_of(asked->warehouse)->database;
	sqlite3_trace_v2(database, SQLITE_TRACE_STMT, keep_sql, asked);
	int64_t before = warehouse_select_count(asked->warehouse);
	question(asked);
	if (warehouse_select_count(asked->warehouse) - before != 1)
		give_up("it takes more than one query");
	sqlite3_trace_v2(database, 0, NULL, NULL);
	return shell_ms(path, asked->sql);
}

static void measure(struct asked *asked, const char *path)
{
	double reference = ask(asked, path, refresh);
	measure_print(&(struct measure){.what = "coverage: refresh from receipts",
		.unit = "ms",
		.value = measure_best_ms(ROUNDS, refresh, asked),
		.reference = "sqlite3 shell",
		.reference_value = reference,
		.limit = 20});
	printf("# %zu receipts\n", asked->rows);
	reference = ask(asked, path, recount);
	measure_print(&(struct measure){.what = "coverage: recount of the tables",
		.unit = "ms",
		.value = measure_best_ms(ROUNDS, recount, asked),
		.reference = "sqlite3 shell",
		.reference_value = reference,
		.ratio_limit = 1.5});
	printf("# %zu dates counted\n", asked->rows);
}

int main(void)
{
	char *path = seasons_finished();
	if (path == NULL) {
		measure_skip("coverage", "../shared/data/nba is not beside this project");
		return 0;
	}
	struct asked asked = {.count = processor_count()};
	struct error err;
	for (size_t i = 0; i < asked.count; i++)
		asked.tables[i] = (struct count_table){.layout = processor_at(i)->layout};
	if (!warehouse_open(path, WAREHOUSE_READ, &asked.warehouse, &err))
		give_up(err.text);
	measure(&asked, path);
	warehouse_close(asked.warehouse);
	free(asked.sql);
	free(path);
	return 0;
}
