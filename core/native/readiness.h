/*
 * readiness: whether a player gets a row in the last two tables of phase 4, and what the row says
 * about it (phase 4, 7.2 and 8.2; native.md, decision 7).
 *
 * Original: a player whose own games or whose upstream rows are not ready gets no row, outside the
 * bootstrap. Corrected: he is written, not production ready, with an issue for each reason.
 */
#ifndef BACKCOURT_NATIVE_READINESS_H
#define BACKCOURT_NATIVE_READINESS_H

#include "breaker.h"
#include "completeness.h"
#include "meta.h"

#define UPSTREAMS_MAX 4

/* The words of one table. */
struct readiness_words {
	const char *incomplete_category;
	const char *upstream_reason;
	struct {
		const char *issue; /* of data_quality_issues */
		const char *label; /* of the log line */
	} upstreams[UPSTREAMS_MAX];
};

struct readiness {
	const char *lookup;
	date_t date;
	struct completeness own;
	bool upstream_ready[UPSTREAMS_MAX];
	bool bootstrap;
};

/* A table that must hold a number of rows on the date (original only; phase 4, 2.6). */
struct gate {
	const struct table_layout *layout;
	size_t row_count, needed_count;
};
/* False: the tables that hold too few are named in *err and in the log. */
bool gates_pass(
	const struct batch *batch, const struct gate *gates, size_t count, struct error *err);

bool readiness_is_full(const struct readiness *readiness);
/* True when the player gets no row: the failure, and the attempt, are in the output. */
bool readiness_skips(const struct readiness *readiness, const struct readiness_words *words,
	const struct breaker *breaker, const struct batch *batch, struct day_output *output);
struct meta readiness_meta(const struct readiness *readiness, const struct readiness_words *words,
	const struct breaker *breaker, const struct batch *batch);

#endif
