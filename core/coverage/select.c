#include "coverage/select.h"

#include "coverage_parts.h"

#include <string.h>

struct selection {
	const struct coverage *coverage;
	size_t table; /* table_count: all */
};

static void add_dates_with(
	const struct coverage *coverage, size_t table, enum verdict verdict, struct date_set *into)
{
	for (date_t date = coverage->range.first; date <= coverage->range.last; date++)
		if (verdict_at(coverage, table, date - coverage->range.first) == verdict)
			date_set_add(into, (struct date_range){date, date});
}

static void add_verdict(
	const struct selection *selection, enum verdict verdict, struct date_set *into)
{
	size_t count = selection->coverage->pipeline->table_count;
	if (selection->table < count)
		add_dates_with(selection->coverage, selection->table, verdict, into);
	else
		for (size_t table = 0; table < count; table++)
			add_dates_with(selection->coverage, table, verdict, into);
}

static bool fail_name(const char *name, const char *what, const char *near, struct error *err)
{
	if (near == NULL)
		return error_set(err, ERROR_USAGE, "no %s is called '%s'", what, name);
	return error_set(
		err, ERROR_USAGE, "no %s is called '%s' (did you mean '%s'?)", what, name, near);
}

static bool fail_season(const struct pipeline *pipeline, const char *name, struct error *err)
{
	const char *names[PIPELINE_SEASONS_MAX];
	for (size_t i = 0; i < pipeline->season_count; i++)
		names[i] = pipeline->seasons[i].name;
	return fail_name(name, "season", text_nearest(name, names, pipeline->season_count), err);
}

static bool find_cells(const struct selection *selection, const char *name, struct date_set *into,
	struct error *err)
{
	const char *names[VERDICT_COUNT + 1];
	bool found = false;
	for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
		names[verdict] = verdict_word(verdict);
		bool wanted = strcmp(name, names[verdict]) == 0 ||
			      (strcmp(name, "gaps") == 0 && verdict_is_gap(verdict));
		if (wanted)
			add_verdict(selection, verdict, into);
		found = found || wanted;
	}
	names[VERDICT_COUNT] = "gaps";
	return found ||
	       fail_name(name, "verdict", text_nearest(name, names, VERDICT_COUNT + 1), err);
}

static bool find_name(
	const void *context, const char *name, struct date_set *into, struct error *err)
{
	const struct selection *selection = context;
	struct date_range dates;
	if (pipeline_dates(selection->coverage->pipeline, name, &dates)) {
		date_set_add(into, dates);
		return true;
	}
	if (name[0] == '@')
		return find_cells(selection, name + 1, into, err);
	return fail_season(selection->coverage->pipeline, name + strlen("season:"), err);
}

bool coverage_select(const struct coverage *coverage, size_t table, const char *text,
	struct date_set *dates, struct error *err)
{
	struct selection selection = {coverage, table};
	struct date_names names = {
		.find = find_name, .context = &selection, .everything = coverage->range};
	return date_set_parse(text, &names, dates, err);
}

void coverage_add_date(
	const struct coverage *coverage, size_t table, date_t date, struct date_set *into)
{
	date_t first = date;
	if (into->count > 0) {
		date_t newest = into->ranges[into->count - 1].last;
		while (first - 1 > newest && date_range_has(coverage->range, first - 1) &&
			!is_expected_at(coverage, table, first - 1 - coverage->range.first))
			first--;
		if (first - 1 > newest)
			first = date;
	}
	date_set_add(into, (struct date_range){first, date});
}

void date_set_say(const struct date_set *dates, size_t limit, struct buffer *into)
{
	char text[DATE_RANGE_TEXT_BYTES];
	for (size_t i = 0; i < dates->count && i < limit; i++) {
		struct date_range range = dates->ranges[i];
		buffer_add_text(into, i == 0 ? "" : ", ");
		buffer_add_text(into, range.first == range.last ? date_format(range.first, text)
								: date_range_format(range, text));
	}
	if (dates->count > limit)
		buffer_add_format(into, " and %zu more", dates->count - limit);
}
