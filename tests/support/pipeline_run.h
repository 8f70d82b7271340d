/*
 * pipeline_run: the sample in a warehouse of any kind, and all native tables computed over it, as
 * the executor does it. Every failure fails the test.
 */
#ifndef BACKCOURT_TESTS_PIPELINE_RUN_H
#define BACKCOURT_TESTS_PIPELINE_RUN_H

#include "calendar/calendar.h"
#include "pipeline/pipeline.h"
#include "raw/sample.h"
#include "warehouse/warehouse.h"

struct pipeline_run {
	char *parent; /* a new folder */
	struct warehouse *warehouse;
	struct pipeline *pipeline;
	struct calendar *calendar;
	struct error err;
};

/* spec NULL: a file of its own. Rows of the sample outside `imported` are left out (empty: none).
 */
void pipeline_run_open(struct pipeline_run *run, const char *spec,
	const struct sample_options *options, struct date_range imported);
void pipeline_run_close(struct pipeline_run *run);
/* Every table in order, every date that it expects rows on. */
void pipeline_run_compute(struct pipeline_run *run, struct date_range range);
/* The last date of the range only, with whatever it looks back into. */
void pipeline_run_compute_last(struct pipeline_run *run, struct date_range range);
/* Fails the test with run->err unless done. */
void pipeline_run_check(bool done, const struct pipeline_run *run);

#endif
