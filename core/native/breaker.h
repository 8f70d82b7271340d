/*
 * breaker: entities that failed too often on a date are left alone for a while (phase 3, 1.7; phase
 * 4, 2.3). Read once per batch; attempts to remember go out with the day_output.
 *
 * Three attempts trip it for seven days. It bites under the original rules only: the corrected ones
 * count attempts for PROCESSING_ERROR alone, which no native formula raises (native.md, 7).
 */
#ifndef BACKCOURT_NATIVE_BREAKER_H
#define BACKCOURT_NATIVE_BREAKER_H

#include "native/processor.h"
#include "native/rules.h"

struct breaker;

/* One SELECT. `table` is a constant text. */
bool breaker_load(
	const struct batch *batch, const char *table, struct breaker **loaded, struct error *err);
void breaker_free(struct breaker *breaker);

struct breaker_state {
	bool active;
	int64_t attempts;
	int64_t until_ms; /* 0 where inactive */
};
struct breaker_state breaker_state(
	const struct breaker *breaker, const char *entity, date_t date, int64_t now_ms);

/* Active: records the failure CIRCUIT_BREAKER_ACTIVE and returns true. */
bool breaker_skips(const struct breaker *breaker, const struct batch *batch, const char *entity,
	date_t date, struct day_output *output);
/* Puts the next attempt into the output. `reason` is a constant text. */
void breaker_count(const struct breaker *breaker, const struct batch *batch, const char *entity,
	date_t date, double completeness_pct, const char *reason, struct day_output *output);

#endif
