/*
 * season: a warehouse filled from a folder of raw CSV files, and native tables computed in it.
 *
 * season_open imports; season_run computes and writes one table, season_run_all those of the
 * embedded pipeline in its order; then look with season_number or season_rows; season_close. The
 * dates are those that the calendar expects of the table, the batches and writes are those of the
 * native executor: one load per batch, one warehouse_replace_day per date. Everything that fails
 * ends the test, but for dates that a processor refuses: these are counted.
 */
#ifndef BACKCOURT_TESTS_SEASON_H
#define BACKCOURT_TESTS_SEASON_H

#include "native/processor.h"
#include "pipeline/pipeline.h"

struct sqlite3;

struct season {
	char *folder, *path;
	struct warehouse *warehouse;
	struct pipeline *pipeline;
	struct calendar *calendar;
	struct sqlite3 *reader; /* for season_number */
	int64_t now_ms;
};

/* What one season_run did. */
struct season_work {
	size_t date_count, row_count, failure_count;
	size_t unchanged_count;	      /* dates whose rows stood there already */
	int64_t select_count;	      /* of loading and computing, not of writing */
	int64_t compute_us, write_us; /* processor time */
	size_t failed_count;   /* dates that the processor refused; nothing is written for them */
	char failed_text[200]; /* why, for the newest one */
};

/* The files are those of native.md, "Raw input". */
void season_open(struct season *season, const char *csv_folder);
void season_close(struct season *season); /* also one that was never opened */
/* The real games of October and November 2021; false where they are not beside this project. */
bool season_open_slice(struct season *season);
/* Ends the test as skipped, and says why, where they are not. */
#define NEED_SLICE(season)                                                                       \
	if ((season).warehouse == NULL) {                                                        \
		print_message("# skipped: nba/slice_2021_oct_nov is not beside this project\n"); \
		skip();                                                                          \
	}

/* `table` has a native processor. At most `batch_dates` dates are loaded at once. */
struct season_work season_run(struct season *season, const char *table, const struct rules *rules,
	struct date_range range, size_t batch_dates);
/* All tables of the pipeline, each after those that it reads; no date may be refused. */
void season_run_all(struct season *season, const struct rules *rules, struct date_range range,
	size_t batch_dates);
/* The dates of the range on which the table is expected to have rows; the caller frees. */
date_t *season_dates(
	const struct season *season, const char *table, struct date_range range, size_t *count);

/* The one number that a SELECT gives; NULL and no row end the test. */
double season_number(const struct season *season, const char *sql, ...)
	__attribute__((format(printf, 2, 3)));

#endif
