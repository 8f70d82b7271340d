/*
 * checkpoint: what a backfill script noted about its own progress, as a witness among others.
 *
 * The scripts of phase 4 (later ones all) keep /tmp/backfill_checkpoints/<job>_<start>_<end>.json
 * and write it in place, without a lock: a reader may meet an empty or a cut file. So a
 * checkpoint_file keeps the last good reading; a torn one is tried again by the caller after
 * CHECKPOINT_RETRY_MS, and after CHECKPOINT_RETRIES_MAX times in a row it is called damaged.
 *
 * Order of calls: checkpoint_file_new, checkpoint_file_read whenever the file may have changed,
 * checkpoint_file_good for what is known. One thread at a time; nothing waits.
 *
 * Numbers are counted from the arrays: the file's own stats can be one too high and are never
 * trusted. A run resumes at last_successful_date + 1, whatever failed before; when that lies behind
 * the range it starts over from its first date.
 */
#ifndef BACKCOURT_JOBS_CHECKPOINT_H
#define BACKCOURT_JOBS_CHECKPOINT_H

#include "base/date.h"
#include "base/text.h"

#define CHECKPOINT_BYTES_MAX	 1048576
#define CHECKPOINT_DATES_MAX	 DATE_RANGE_DAYS_MAX /* in each list */
#define CHECKPOINT_JOB_BYTES	 96
#define CHECKPOINT_RETRY_MS	 50
#define CHECKPOINT_RETRIES_MAX	 20
#define CHECKPOINT_FINDINGS_MAX	 16
#define CHECKPOINT_FINDING_BYTES 160
#define CHECKPOINT_LIST_MAX	 1000

struct checkpoint_dates {
	date_t *items; /* ascending, each once */
	size_t count;
};

struct checkpoint {
	char job[CHECKPOINT_JOB_BYTES];
	struct date_range range;
	int64_t created_ms, updated_ms; /* -1: not said */
	struct checkpoint_dates successful, failed, skipped;
	date_t last_successful; /* counted; DATE_NONE: none */
	date_t resume_date;	/* where the script would go on; range.first when it starts over */
	bool is_starting_over;	/* its range is done: the next run does all of it again */
	struct checkpoint_dates never_retried; /* failed, and before the resume date */
	/* Sentences about what in the file contradicts itself. */
	char findings[CHECKPOINT_FINDINGS_MAX][CHECKPOINT_FINDING_BYTES];
	int finding_count;
};

/* False: not a whole checkpoint (ERROR_INPUT), or too large (ERROR_LIMIT). */
bool checkpoint_parse(
	const char *bytes, size_t length, struct checkpoint *checkpoint, struct error *err);
void checkpoint_release(struct checkpoint *checkpoint);

/* "the job would resume at 11-23; 11-16 and 11-18 failed before and would never be retried". Empty
 * where there is nothing to warn of. */
void checkpoint_describe_resume(const struct checkpoint *checkpoint, struct buffer *into);

enum checkpoint_reading {
	CHECKPOINT_ABSENT,  /* no such file: the job has no verdict yet, or it was cleared */
	CHECKPOINT_SAME,    /* as read before */
	CHECKPOINT_NEW,	    /* checkpoint_file_good has changed */
	CHECKPOINT_TORN,    /* half written: try again after CHECKPOINT_RETRY_MS */
	CHECKPOINT_DAMAGED, /* and stays so; or it cannot be read; err says why */
};

struct checkpoint_file;

struct checkpoint_file *checkpoint_file_new(const char *path);
void checkpoint_file_free(struct checkpoint_file *file);
enum checkpoint_reading checkpoint_file_read(struct checkpoint_file *file, struct error *err);
/* The same with patience: a torn file is read again every CHECKPOINT_RETRY_MS until it is whole or
 * called damaged. Blocks for up to a second. */
enum checkpoint_reading checkpoint_file_read_whole(struct checkpoint_file *file, struct error *err);
/* The last good reading, kept even when the file is gone; NULL before the first. */
const struct checkpoint *checkpoint_file_good(const struct checkpoint_file *file);

/* Checkpoints of a job in a folder, whatever their range: "<job>_<start>_<end>.json". A folder that
 * does not exist has none. */
struct checkpoint_list {
	struct checkpoint_place {
		char *path;
		struct date_range range;
	} * items; /* by range */
	size_t count, capacity;
};
bool checkpoint_list(
	const char *folder, const char *job, struct checkpoint_list *list, struct error *err);
void checkpoint_list_release(struct checkpoint_list *list);

#endif
