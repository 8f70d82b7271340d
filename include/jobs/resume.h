/*
 * resume: what is left to run, as a file: from a console that is left to whoever goes on.
 *
 * A JSON object: "version", "pipeline" (its name), "range" ("A..B"), "workers", "pace_ms",
 * "auto_launch", "paused", and "tables": a list of {"table", "paused", "dates": ["A..B", "C"]}.
 * `backcourt run --resume FILE` goes on from it: cells that are complete by then are passed over.
 * resume_read or filling the struct first, resume_release last. Any thread.
 */
#ifndef BACKCOURT_RESUME_H
#define BACKCOURT_RESUME_H

#include "base/date_set.h"
#include "pipeline/pipeline.h"

#define RESUME_FILE_BYTES_MAX (4UL * 1024 * 1024)

struct resume {
	struct date_range range;
	int workers, pace_ms;
	bool auto_launch, paused;
	struct resume_table {
		bool paused;
		bool is_script; /* not in the file: what is left is a script's, which runs */
		struct date_set dates;
	} tables[PIPELINE_TABLES_MAX]; /* by table */
};

void resume_release(struct resume *resume);
int64_t resume_count(const struct resume *resume); /* cells */
bool resume_write(const struct pipeline *pipeline, const struct resume *resume, const char *path,
	struct error *err);
/* False: the file cannot be read, or is of another pipeline or version. */
bool resume_read(const struct pipeline *pipeline, const char *path, struct resume *resume,
	struct error *err);

#endif
