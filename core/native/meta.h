/*
 * meta: the fourteen columns that all Phase 4 tables share (phase 4, 2.8), and tiers (2.9).
 *
 * META_LIST(X) stands in each table's list; rows_set_meta fills the columns that follow
 * COL_expected_games_count, which it begins with.
 */
#ifndef BACKCOURT_NATIVE_META_H
#define BACKCOURT_NATIVE_META_H

#include "completeness.h"
#include "support.h"

#define META_LIST(X)                               \
	X(expected_games_count, INTEGER, 0)        \
	X(actual_games_count, INTEGER, 0)          \
	X(missing_games_count, INTEGER, 0)         \
	X(completeness_percentage, REAL, 0)        \
	X(is_production_ready, BOOLEAN, 0)         \
	X(data_quality_issues, LIST, 0)            \
	X(last_reprocess_attempt_at, TIMESTAMP, 0) \
	X(reprocess_attempt_count, INTEGER, 0)     \
	X(circuit_breaker_active, BOOLEAN, 0)      \
	X(circuit_breaker_until, TIMESTAMP, 0)     \
	X(manual_override_required, BOOLEAN, 0)    \
	X(season_boundary_detected, BOOLEAN, 0)    \
	X(backfill_bootstrap_mode, BOOLEAN, 0)     \
	X(processing_decision_reason, TEXT, 0)

struct meta {
	struct completeness completeness;
	bool ready, bootstrap;
	date_t date;
	int64_t attempts;
	struct text_list issues; /* taken over */
};

/* `first` is the column expected_games_count. */
void rows_set_meta(struct rows *rows, size_t first, struct meta *meta);
/* gold, silver, bronze, poor, unusable */
const char *tier_of_score(double score);

#endif
