/* How often what follows from very many cells is made anew, and how much of it at a time. */
#include "model_parts.h"

#define CELLS_PER_MS                                                                \
	200 /* making takes some 20 ns a cell: a hundredth of the time is 200 cells \
	     */

void model_set_hurry(struct model *model, bool hurries)
{
	model->hurries = hurries;
}

int64_t model_slow_ms(const struct model *model)
{
	int64_t cells = (int64_t)model->pipeline->table_count * date_range_days(model->range);
	return cells > MODEL_MANY_CELLS ? cells / CELLS_PER_MS : 0;
}

bool model_keeps(const struct model *model, struct date_range range, int64_t made_ms)
{
	int64_t age_ms = model->now_ms - made_ms;
	if (range.first != model->range.first || range.last != model->range.last)
		return false;
	return model->hurries || (age_ms >= 0 && age_ms < model_slow_ms(model));
}

void model_set_pieces(struct model *model, bool in_pieces)
{
	model->in_pieces = in_pieces;
}

bool model_takes_pieces(const struct model *model, struct date_range range)
{
	return model->in_pieces && model_slow_ms(model) > 0 && range.first == model->range.first &&
	       range.last == model->range.last;
}

bool model_has_pieces(const struct model *model)
{
	return model_causes_are_wanted(model) || model_forecast_is_wanted(model);
}

void model_make_piece(struct model *model)
{
	if (model_causes_are_wanted(model))
		model_causes_go_on(model);
	else if (model_forecast_is_wanted(model))
		model_forecast_go_on(model);
}
