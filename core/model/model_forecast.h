/*
 * model_forecast: the forecast between core/model/model_eta.c (what is to do) and model_forecast.c
 * (when it is made, and a piece at a time). Nobody else includes this.
 */
#ifndef BACKCOURT_MODEL_FORECAST_H
#define BACKCOURT_MODEL_FORECAST_H

#include "model_parts.h"

/* What it is made for. */
struct forecast_key {
	uint64_t judgement, state;
	int64_t second;
};

struct forecast {
	struct forecast_key key;
	bool is_made, is_wanted; /* anew, in pieces */
	int64_t made_ms;
	struct date_range range;
	size_t cells_in_plan;
	struct eta_plan plan;
	int64_t left_ms[PIPELINE_TABLES_MAX]; /* of what runs or is queued, by table */

	/* While it is made. */
	bool is_making;
	struct forecast_key making;
	int64_t now_ms;
	size_t listed, used; /* tables, in dependency order; their days */
	size_t added_up;     /* tables */
	int64_t new_left_ms[PIPELINE_TABLES_MAX];
	struct eta_walk *walk;
	struct eta_table tables[PIPELINE_TABLES_MAX];
	int *games;	/* by day */
	uint8_t *cells; /* by table, then day */
	int32_t *days;	/* room for every cell */
	size_t cell_count, day_count;
};

/* Room for all cells of the range, and the games of its days. */
void forecast_make_room(const struct model *model);
/* Fills its eta_table, and `days`, which has room for all of the range; returns how many. Those
 * that it reads come before it. */
size_t forecast_look_at_table(const struct model *model, size_t table, int32_t *days);
/* Of a table that was looked at: what runs or is queued, one date after the other. */
int64_t forecast_table_left_ms(const struct model *model, size_t table);

#endif
