/* Seasons: those of the range, and those that were read besides for the calendar. */
#include "model_parts.h"

struct date_range model_season_dates(const struct model *model, size_t season)
{
	if (season >= model->pipeline->season_count)
		return model->range;
	date_t opening = model->pipeline->seasons[season].first;
	return (struct date_range){calendar_season_first(model->calendar, opening),
		calendar_season_last(model->calendar, opening)};
}

/* The newest season that had begun on the date of the cursor. */
size_t model_season(const struct model *model)
{
	size_t count = model->pipeline->season_count;
	if (model->view.season >= 0 && (size_t)model->view.season < count)
		return (size_t)model->view.season;
	for (size_t i = count; i-- > 1;)
		if (model_season_dates(model, i).first <= model->view.date)
			return i;
	return 0;
}

void model_change_season(struct model *model, int step)
{
	int64_t season = (int64_t)model_season(model) + step;
	if (season < 0 || season >= (int64_t)model->pipeline->season_count) {
		model_set_message(
			model, model->now_ms, SEVERITY_INFO, "the pipeline has no further season");
		return;
	}
	struct date_range dates = model_season_dates(model, (size_t)season);
	if (dates.first <= model->range.last && dates.last >= model->range.first)
		model_select_date(model, dates.first);
	model->view.season = (int)season;
}

bool model_has_season(const struct model *model, size_t season)
{
	struct date_range dates = model_season_dates(model, season);
	return dates.first >= model->range.first && dates.last <= model->range.last;
}

const struct cell *model_season_cell(
	const struct model *model, size_t season, size_t table, date_t date)
{
	const struct cell *cell = coverage_cell(model->coverage, table, date);
	if (cell != NULL || season >= model->pipeline->season_count ||
		model->seasons[season].coverage == NULL)
		return cell;
	return coverage_cell(model->seasons[season].coverage, table, date);
}

int64_t model_season_spent_ms(const struct model *model, size_t season, size_t table, date_t date)
{
	if (date_range_has(model->range, date))
		return coverage_spent_ms(model->coverage, table, date);
	if (season >= model->pipeline->season_count || model->seasons[season].coverage == NULL)
		return 0;
	return coverage_spent_ms(model->seasons[season].coverage, table, date);
}

/* The seasons around the one that is shown, `most` of them. */
size_t model_first_season(const struct model *model, size_t most)
{
	size_t count = model->pipeline->season_count, season = model_season(model);
	size_t first = season / most * most;
	return first + most > count && count > most ? count - most : first;
}

size_t model_wanted_season(const struct model *model, size_t most)
{
	size_t count = model->pipeline->season_count, first = model_first_season(model, most);
	if (model->view.view != VIEW_CALENDAR || model->checked_ms == 0)
		return count;
	for (size_t i = first; i < first + most && i < count; i++)
		if (!model_has_season(model, i) && model->seasons[i].coverage == NULL &&
			model->seasons[i].why[0] == '\0')
			return i;
	return count;
}

static void forget(struct season_part *part)
{
	coverage_free(part->coverage);
	calendar_free(part->calendar);
	*part = (struct season_part){0};
}

void model_take_season(struct model *model, struct event *event)
{
	struct season_part *part = &model->seasons[event->season.number];
	forget(part);
	part->coverage = event->season.coverage;
	part->calendar = event->season.calendar;
	text_copy(part->why, sizeof(part->why), event->season.why);
	event->season.coverage = NULL;
	event->season.calendar = NULL;
	if (part->why[0] != '\0')
		model_add_event(model, event->at_ms, SEVERITY_ERROR, "season %s: %s",
			model->pipeline->seasons[event->season.number].name, part->why);
}

void model_forget_seasons(struct model *model)
{
	for (size_t i = 0; i < model->pipeline->season_count; i++)
		forget(&model->seasons[i]);
}
