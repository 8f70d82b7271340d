/*
 * large: ten seasons x 200 tables, for benchmarks: 20 layers of ten tables; each table reads two of
 * the layer above, is guarded by one, and looks back a season on one.
 */
#ifndef BACKCOURT_TESTS_LARGE_H
#define BACKCOURT_TESTS_LARGE_H

#include "pipeline/pipeline.h"
#include "warehouse/warehouse.h"

#define LARGE_FIRST date_of(2015, 10, 20)
#define LARGE_LAST  date_of(2025, 4, 10)

enum large_state {
	LARGE_NOTHING,	  /* never ran */
	LARGE_COMPLETE,	  /* every date right */
	LARGE_SOME_WRONG, /* of a hundred dates one is missing, thin or stale */
	LARGE_STALE,	  /* every date computed from older rows than there are */
	LARGE_STATE_COUNT,
};

const char *large_state_words(enum large_state state);

/* The definition, as text; free it. */
char *large_text(void);
struct pipeline *large_pipeline(void);
/* Games on any day of a season but every fifth. */
void large_raw_days(const struct pipeline *pipeline, struct raw_days *days);
void large_receipts(const struct pipeline *pipeline, const struct raw_days *days,
	enum large_state state, struct receipts *receipts);

#endif
