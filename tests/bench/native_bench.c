/* The four real seasons: import, then all ten tables on one thread; and the memory that took. */
#include "base/memory.h"
#include "tests/bench/support/measure.h"
#include "tests/bench/support/seasons.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ORIGINAL_MS_A_DATE 37000 /* of one table, after its queries had been batched */

/* The same rows through the sqlite3 shell, which neither checks nor keys them. */
static double shell_import_ms(const char *data)
{
	char *script = memory_format(
		"rm -f build/bench/shell.db; for f in '%s'/*.csv '%s'/*.csv.gz; do"
		" gzip -dcf \"$f\" >build/bench/shell.csv;"
		" t=${f##*/}; sqlite3 build/bench/shell.db"
		" \".import --csv build/bench/shell.csv ${t%%%%.*}\" 2>/dev/null || exit 1; done;"
		" rm -f build/bench/shell.db build/bench/shell.csv",
		data, data);
	double spent = measure_program_ms((const char *const[]){"bash", "-c", script, NULL});
	free(script);
	return spent;
}

static void report(const struct seasons *seasons, double shell_ms)
{
	double dates = (double)seasons->date_count;
	measure_print(&(struct measure){.what = "native: import of four seasons",
		.unit = "us/row",
		.value = 1000 * seasons->import_ms / seasons->import_rows,
		.reference = "sqlite3 .import",
		.reference_value = 1000 * shell_ms / seasons->import_rows});
	measure_print(&(struct measure){.what = "native: ten tables",
		.unit = "us/row",
		.value = 1000 * seasons->tables_ms / seasons->tables_rows});
	measure_print(&(struct measure){.what = "native: a date of all ten tables, CPU",
		.unit = "ms",
		.value = seasons->tables_cpu_ms / dates,
		.limit = 37});
	measure_print(&(struct measure){.what = "native: a date of all ten tables",
		.unit = "ms",
		.value = seasons->tables_ms / dates,
		.reference = "the original, one table",
		.reference_value = ORIGINAL_MS_A_DATE,
		.limit = 37,
		.ratio_limit = 0.001});
	measure_print(&(struct measure){.what = "native: memory",
		.unit = "MiB",
		.value = measure_peak_mib(),
		.limit = 256});
	for (size_t i = 0; i < seasons->pipeline->table_count; i++)
		printf("# %-32s %8.3f ms CPU a date\n", seasons->pipeline->tables[i].name,
			seasons->table_cpu_ms[i] / dates);
	printf("# %.0f raw rows, %zu dates, %.0f rows of ten tables in %.1f s\n",
		seasons->import_rows, seasons->date_count, seasons->tables_rows,
		seasons->tables_ms / 1000);
}

int main(void)
{
	char *data = seasons_data();
	if (data == NULL) {
		measure_skip("native", "../shared/data/nba is not beside this project");
		return 0;
	}
	struct seasons seasons;
	const char *part = "build/bench/seasons.db.part";
	unlink(part);
	double shell_ms = shell_import_ms(data);
	seasons_import(&seasons, part, data);
	seasons_compute(&seasons);
	report(&seasons, shell_ms);
	seasons_close(&seasons);
	free(data);
	return rename(part, "build/bench/seasons.db") == 0 ? 0 : 1;
}
