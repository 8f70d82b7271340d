/*
 * seasons: a warehouse with the four real seasons, raw rows and all ten tables, for the benchmarks.
 *
 * It is made in this process, without the engine: one thread, one table after the other in the
 * order of the pipeline, in batches as the engine makes them.
 */
#ifndef BACKCOURT_TESTS_SEASONS_H
#define BACKCOURT_TESTS_SEASONS_H

#include "native/processor.h"
#include "pipeline/pipeline.h"

struct seasons {
	struct pipeline *pipeline;
	struct warehouse *warehouse;
	struct calendar *calendar;
	date_t *dates; /* with games */
	size_t date_count;
	double import_ms, import_rows;
	double tables_ms, tables_cpu_ms, tables_rows;
	double table_cpu_ms[PIPELINE_TABLES_MAX]; /* by index in the pipeline */
};

/* Where the seasons are, or NULL; free it. */
char *seasons_data(void);
/* Makes a new file at `path`. Ends the process with a reason when it cannot. */
void seasons_import(struct seasons *seasons, const char *path, const char *data);
void seasons_compute(struct seasons *seasons);
void seasons_close(struct seasons *seasons);
/* The finished file of an earlier benchmark of this run, or made now; NULL without data; free it.
 */
char *seasons_finished(void);

#endif
