/*
 * checkpoints: what the scripts of a pipeline noted about their own progress, as a witness.
 *
 * checkpoints_read looks at every file of the jobs' `checkpoint` (any range), newest last; a file
 * that is being written is read again, for up to a second. The witness decides nothing: it is shown
 * beside ledger and warehouse, and where it contradicts the table that is said. A table whose
 * checkpoint is damaged is not among those that were read: what was known of it stays. Blocks: not
 * on the UI thread.
 */
#ifndef BACKCOURT_CHECKPOINTS_H
#define BACKCOURT_CHECKPOINTS_H

#include "coverage/coverage.h"

#define CHECKPOINT_WORDS_BYTES 160

struct checkpoint_says {
	size_t table;
	date_t date;
	bool is_success;
	char words[CHECKPOINT_WORDS_BYTES];
	int64_t at_ms; /* of the file's newest note; -1 unknown */
};

/* Of one table. */
struct checkpoint_state {
	bool is_read;
	struct buffer trap;    /* where a job without --no-resume would go on; "" */
	struct buffer trouble; /* damaged, or contradicts itself; "" */
};

struct checkpoints {
	struct checkpoint_says *items;
	size_t count, capacity;
	struct checkpoint_state *states; /* by table */
	size_t table_count;
};

void checkpoints_read(
	const struct pipeline *pipeline, struct date_range range, struct checkpoints *checkpoints);
void checkpoints_release(struct checkpoints *checkpoints); /* accepts a zeroed struct */
/* Into the evidence; tables that were not read keep what they have. */
void checkpoints_apply(const struct checkpoints *checkpoints, struct coverage *coverage);
/* "the checkpoint says success on 2 dates that the table lacks: 12-04 and 12-06"; the number of
 * such dates. After coverage_judge. */
int checkpoints_contradictions(const struct coverage *coverage, size_t table, struct buffer *into);

#endif
