#include "coverage/progress.h"

/* The dates of the range, as one phase has them. */
struct progress {
	int expected;  /* dates on which any table of the phase expects something */
	int complete;  /* of them, those on which all tables are complete or excused */
	int unknown;   /* of them, those on which nothing is open but the unknown */
	int bootstrap; /* dates on which nothing is expected, because the season is young */
};

static void note_date(
	const struct coverage *coverage, int phase, date_t date, struct progress *progress)
{
	int expected = 0, open = 0, unknown = 0, bootstrap = 0;
	for (size_t table = 0; table < coverage->pipeline->table_count; table++) {
		const struct cell *cell = coverage_cell(coverage, table, date);
		if (coverage->pipeline->tables[table].phase != phase)
			continue;
		bootstrap += cell->verdict == VERDICT_BOOTSTRAP;
		if (cell->expects != EXPECTED_YES && cell->verdict != VERDICT_UNKNOWN)
			continue;
		expected++;
		unknown += cell->verdict == VERDICT_UNKNOWN;
		open += cell->verdict != VERDICT_UNKNOWN && !verdict_opens_gate(cell->verdict);
	}
	progress->expected += expected > 0;
	progress->complete += expected > 0 && open == 0 && unknown == 0;
	progress->unknown += expected > 0 && open == 0 && unknown > 0;
	progress->bootstrap += expected == 0 && bootstrap > 0;
}

static struct progress progress_of(const struct coverage *coverage, int phase)
{
	struct progress progress = {0};
	for (date_t date = coverage->range.first; date <= coverage->range.last; date++)
		note_date(coverage, phase, date, &progress);
	return progress;
}

static void say_phase(const struct coverage *coverage, int phase, struct buffer *into)
{
	struct progress progress = progress_of(coverage, phase);
	if (progress.expected == 0 && progress.bootstrap > 0) {
		buffer_add_format(into, "all of it is bootstrap for Phase %d", phase);
		return;
	}
	if (progress.expected == 0) {
		buffer_add_format(into, "nothing of it is expected of Phase %d", phase);
		return;
	}
	buffer_add_format(into, "Phase %d %d of %d", phase, progress.complete, progress.expected);
	if (progress.unknown > 0)
		buffer_add_format(into, " (%d unknown)", progress.unknown);
}

/* Each phase once; table: its first in dependency order. */
static bool is_first_of_phase(const struct pipeline *pipeline, size_t place)
{
	for (size_t i = 0; i < place; i++)
		if (pipeline->tables[pipeline->order[i]].phase ==
			pipeline->tables[pipeline->order[place]].phase)
			return false;
	return true;
}

/* Phases with bootstrap first: what need not be done is said before what is done. */
void coverage_say_progress(const struct coverage *coverage, struct buffer *into)
{
	const struct pipeline *pipeline = coverage->pipeline;
	bool any = false;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < pipeline->table_count; i++) {
			int phase = pipeline->tables[pipeline->order[i]].phase;
			if (!is_first_of_phase(pipeline, i) ||
				(progress_of(coverage, phase).expected > 0) != (pass == 1))
				continue;
			buffer_add_text(into, any ? "; " : "");
			say_phase(coverage, phase, into);
			any = true;
		}
}

bool coverage_is_early(const struct coverage *coverage)
{
	const struct pipeline *pipeline = coverage->pipeline;
	if (coverage->days > PROGRESS_EARLY_DAYS_MAX)
		return false;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		if (!is_first_of_phase(pipeline, i))
			continue;
		struct progress progress =
			progress_of(coverage, pipeline->tables[pipeline->order[i]].phase);
		if (progress.expected == 0 && progress.bootstrap > 0)
			return true;
	}
	return false;
}

void coverage_say_unknown(int cells, struct buffer *into)
{
	if (cells > 0)
		buffer_add_format(into, " as far as is known: %d %s unknown", cells,
			cells == 1 ? "cell is" : "cells are");
}
