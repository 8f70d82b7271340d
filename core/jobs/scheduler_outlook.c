/* What can still start, and what it waits for: one pass over the cells in dependency order. */
#include "scheduler_parts.h"

#include "coverage/causes.h"

#include <stdlib.h>
#include <string.h>

/* Days that are looked at. */
struct span {
	int32_t first, last;
};

const uint8_t *scheduler_outlooks(const struct scheduler *scheduler, size_t table)
{
	return &scheduler->look->outlooks[table * (size_t)scheduler->days];
}

enum outlook scheduler_outlook(const struct scheduler *scheduler, size_t table, date_t date)
{
	if (!date_range_has(scheduler->range, date))
		return OUTLOOK_NOT_PLANNED;
	return scheduler_outlooks(scheduler, table)[date - scheduler->range.first];
}

static int32_t *counts_of(const struct scheduler *scheduler, size_t table)
{
	return &scheduler->look->planned_before[table * ((size_t)scheduler->days + 1)];
}

int scheduler_planned_count(const struct scheduler *scheduler, size_t table)
{
	return counts_of(scheduler, table)[scheduler->days];
}

static bool is_planned_within(
	const struct scheduler *scheduler, size_t table, struct date_range window)
{
	const int32_t *before = counts_of(scheduler, table);
	date_t first =
		window.first < scheduler->range.first ? scheduler->range.first : window.first;
	date_t last = window.last > scheduler->range.last ? scheduler->range.last : window.last;
	if (last < first)
		return false;
	return before[last - scheduler->range.first + 1] > before[first - scheduler->range.first];
}

/* What a cell means for those below it. */
static enum outlook below(enum outlook outlook, enum verdict verdict)
{
	switch (outlook) {
	case OUTLOOK_STUCK:
		return OUTLOOK_STUCK;
	case OUTLOOK_UNKNOWN:
		return OUTLOOK_UNKNOWN;
	case OUTLOOK_WAITS:
	case OUTLOOK_OPEN:
		return OUTLOOK_WAITS;
	case OUTLOOK_NOT_PLANNED:
		break;
	}
	if (verdict == VERDICT_UNKNOWN)
		return OUTLOOK_UNKNOWN;
	if (verdict_opens_gate(verdict))
		return OUTLOOK_OPEN;
	/* The coverage has not heard yet of what was taken back, or somebody else runs it. */
	if (verdict == VERDICT_RUNNING || verdict == VERDICT_QUEUED)
		return OUTLOOK_WAITS;
	return OUTLOOK_STUCK;
}

static size_t day_count(const struct span *span)
{
	return (size_t)(span->last - span->first) + 1;
}

static void read_verdicts(const struct scheduler *scheduler, const struct coverage *coverage,
	size_t table, const struct span *span)
{
	date_t first = scheduler->range.first;
	coverage_verdicts(coverage, table,
		(struct date_range){first + span->first, first + span->last},
		scheduler->look->verdicts);
}

/* No cell may hope for more than an upstream or guard lets it. */
static void limit_by_edge(const struct scheduler *scheduler, const struct coverage *coverage,
	size_t other, const struct span *span)
{
	const struct look *look = scheduler->look;
	const uint8_t *outlooks = scheduler_outlooks(scheduler, other) + span->first;
	const uint8_t *verdicts = look->verdicts;
	uint8_t *hopes = look->hopes;
	size_t days = day_count(span);
	read_verdicts(scheduler, coverage, other, span);
	for (size_t i = 0; i < days; i++) {
		uint8_t edge = look->below[outlooks[i]][verdicts[i]];
		hopes[i] = edge < hopes[i] ? edge : hopes[i];
	}
}

/* What is too little now may get more while the table still has this date to run. */
static enum outlook across_minimum(const struct scheduler *scheduler,
	const struct coverage *coverage, const struct job_minimum *minimum, date_t date)
{
	const struct cell *cell = coverage_cell(coverage, minimum->table, date);
	if (cell == NULL)
		return OUTLOOK_UNKNOWN;
	if (cell->rows_known && cell->rows >= minimum->rows)
		return OUTLOOK_OPEN;
	enum outlook edge =
		below(scheduler_outlook(scheduler, minimum->table, date), cell->verdict);
	if (edge != OUTLOOK_OPEN)
		return edge;
	return cell->rows_known ? OUTLOOK_STUCK : OUTLOOK_UNKNOWN;
}

static void limit_by_minimum(const struct scheduler *scheduler, const struct coverage *coverage,
	const struct job_minimum *minimum, const struct span *span)
{
	uint8_t *hopes = scheduler->look->hopes;
	for (int32_t day = span->first; day <= span->last; day++, hopes++) {
		enum outlook edge =
			across_minimum(scheduler, coverage, minimum, scheduler->range.first + day);
		*hopes = edge < *hopes ? (uint8_t)edge : *hopes;
	}
}

static void find_hopes(const struct scheduler *scheduler, const struct coverage *coverage,
	size_t table, const struct span *span)
{
	const struct pipeline_table *described = &scheduler->pipeline->tables[table];
	memset(scheduler->look->hopes, OUTLOOK_OPEN, day_count(span));
	for (size_t i = 0; i < described->upstream_count; i++)
		limit_by_edge(scheduler, coverage, described->upstreams[i], span);
	for (size_t i = 0; i < described->guard_count; i++)
		limit_by_edge(scheduler, coverage, described->guards[i], span);
	for (size_t i = 0; i < described->job.minimum_count; i++)
		limit_by_minimum(scheduler, coverage, &described->job.minimums[i], span);
}

static enum outlook look_back(const struct scheduler *scheduler, const struct coverage *coverage,
	size_t table, date_t date)
{
	const struct pipeline_table *described = &scheduler->pipeline->tables[table];
	enum reason reason;
	int because;
	for (size_t i = 0; i < described->history_count; i++) {
		const struct history_edge *edge = &described->history[i];
		if (is_planned_within(scheduler, edge->table,
			    coverage_history_window(coverage, edge, date)) ||
			coverage_past(coverage, edge, date).busy > 0)
			return OUTLOOK_WAITS;
	}
	if (coverage_gate(coverage, table, date, &reason, &because))
		return OUTLOOK_OPEN;
	return reason == REASON_WITNESS_UNAVAILABLE ? OUTLOOK_UNKNOWN : OUTLOOK_STUCK;
}

/* A day as it is looked at: of its table hopes and verdict are known. */
struct glance {
	const struct scheduler *scheduler;
	const struct coverage *coverage;
	size_t table;
	date_t date;
	enum outlook hope;
	enum verdict verdict;
};

static enum outlook foresee(const struct glance *glance)
{
	if (glance->hope < OUTLOOK_OPEN)
		return glance->hope;
	return look_back(glance->scheduler, glance->coverage, glance->table, glance->date);
}

enum outlook scheduler_foresee(const struct scheduler *scheduler, const struct coverage *coverage,
	size_t table, date_t date)
{
	int32_t day = date - scheduler->range.first;
	find_hopes(scheduler, coverage, table, &(struct span){day, day});
	return foresee(&(struct glance){.scheduler = scheduler,
		.coverage = coverage,
		.table = table,
		.date = date,
		.hope = (enum outlook)scheduler->look->hopes[0]});
}

/* Queued, and then the calendar or an excuse said that nothing is expected, or it got complete. */
static bool is_obsolete(enum verdict verdict)
{
	return verdict_opens_gate(verdict) || verdict == VERDICT_EXPIRED;
}

static enum outlook look_at_queued(const struct glance *glance)
{
	if (!date_range_has(glance->coverage->range, glance->date))
		return OUTLOOK_UNKNOWN;
	return is_obsolete(glance->verdict) ? OUTLOOK_STUCK : foresee(glance);
}

/* Below something that was started, a gap, and not tried yet. */
static enum outlook look_at_armed(const struct glance *glance)
{
	if (!verdict_is_gap(glance->verdict) ||
		coverage_needs_you(glance->coverage, glance->table, glance->date))
		return OUTLOOK_NOT_PLANNED;
	enum outlook outlook = foresee(glance);
	return outlook >= OUTLOOK_WAITS ? outlook : OUTLOOK_NOT_PLANNED;
}

static bool launches_itself(const struct scheduler *scheduler, size_t table)
{
	const struct pipeline_table *described = &scheduler->pipeline->tables[table];
	return scheduler->auto_launch && !scheduler->lanes[table].held &&
	       pipeline_edge_count(described) > 0;
}

static enum outlook look_at_cell(const struct glance *glance, uint8_t flags, bool launches)
{
	if (flags & CELL_RUNNING)
		return OUTLOOK_OPEN;
	if (flags & CELL_QUEUED)
		return look_at_queued(glance);
	if (launches && flags & CELL_ARMED && !(flags & CELL_TRIED))
		return look_at_armed(glance);
	return OUTLOOK_NOT_PLANNED;
}

static void look_at_days(const struct scheduler *scheduler, const struct coverage *coverage,
	size_t table, const struct span *span)
{
	size_t first = table * (size_t)scheduler->days + (size_t)span->first;
	size_t days = day_count(span);
	uint8_t *outlooks = &scheduler->look->outlooks[first];
	const uint8_t *flags = &scheduler->flags[first], *hopes = scheduler->look->hopes;
	const uint8_t *verdicts = scheduler->look->verdicts;
	bool launches = launches_itself(scheduler, table);
	struct glance glance = {.scheduler = scheduler, .coverage = coverage, .table = table};
	find_hopes(scheduler, coverage, table, span);
	read_verdicts(scheduler, coverage, table, span);
	for (size_t i = 0; i < days; i++) {
		glance.date = scheduler->range.first + span->first + (date_t)i;
		glance.hope = (enum outlook)hopes[i];
		glance.verdict = (enum verdict)verdicts[i];
		outlooks[i] = (uint8_t)look_at_cell(&glance, flags[i], launches);
	}
}

/* What changed in the span is carried on to the counts behind it. */
static void look_at_span(const struct scheduler *scheduler, const struct coverage *coverage,
	size_t table, const struct span *span)
{
	const uint8_t *outlooks = scheduler_outlooks(scheduler, table);
	int32_t *before = counts_of(scheduler, table);
	look_at_days(scheduler, coverage, table, span);
	int32_t count = before[span->first], was = before[span->last + 1];
	for (int32_t day = span->first; day <= span->last; day++)
		before[day + 1] = count += outlooks[day] >= OUTLOOK_WAITS;
	if (count == was)
		return;
	for (int32_t day = span->last + 1; day < scheduler->days; day++)
		before[day + 1] += count - was;
}

void scheduler_look_at_table(
	const struct scheduler *scheduler, const struct coverage *coverage, size_t table)
{
	look_at_span(scheduler, coverage, table, &(struct span){0, scheduler->days - 1});
}

/* Which days to look at again */

struct look *scheduler_new_look(size_t tables, int32_t days)
{
	struct look *look = memory_new(sizeof(*look));
	size_t cells = tables * (size_t)days;
	look->outlooks = memory_new_array(cells, sizeof(*look->outlooks));
	look->planned_before = memory_new_array(cells + tables, sizeof(*look->planned_before));
	look->is_stale = memory_new_array((size_t)days, sizeof(*look->is_stale));
	look->stretches = memory_new_array((size_t)days, sizeof(*look->stretches));
	look->spans = memory_new_array((size_t)days, sizeof(*look->spans));
	look->verdicts = memory_new_array((size_t)days, sizeof(*look->verdicts));
	look->hopes = memory_new_array((size_t)days, sizeof(*look->hopes));
	for (enum outlook outlook = 0; outlook <= OUTLOOK_OPEN; outlook++)
		for (int verdict = 0; verdict < VERDICT_COUNT; verdict++)
			look->below[outlook][verdict] =
				(uint8_t)below(outlook, (enum verdict)verdict);
	look->is_all_stale = true;
	return look;
}

void scheduler_free_look(struct look *look)
{
	free(look->outlooks);
	free(look->planned_before);
	free(look->is_stale);
	free(look->stretches);
	free(look->spans);
	free(look->verdicts);
	free(look->hopes);
	free(look);
}

void scheduler_forget_look(const struct scheduler *scheduler)
{
	scheduler->look->is_all_stale = true;
	scheduler->look->changes++;
}

static bool looks_back(const struct pipeline *pipeline)
{
	for (size_t i = 0; i < pipeline->table_count; i++)
		if (pipeline->tables[i].history_count > 0)
			return true;
	return false;
}

/* A look back ends at the first day of the season, and one from behind the season goes no further
 * back than into it: a stretch is a season with the days behind it. */
static void find_stretches(const struct scheduler *scheduler, const struct coverage *coverage)
{
	int32_t *stretches = scheduler->look->stretches;
	bool has_history = looks_back(scheduler->pipeline);
	for (int32_t day = scheduler->days - 1; day >= 0; day--) {
		date_t next = scheduler->range.first + day + 1;
		bool is_last = !has_history || day == scheduler->days - 1 ||
			       calendar_season_first(coverage->calendar, next) == next;
		stretches[day] = is_last ? day : stretches[day + 1];
	}
}

static bool must_look_at_all(const struct look *look, const struct coverage *coverage)
{
	return look->is_all_stale || look->coverage != coverage ||
	       coverage_judgement(coverage) < look->judgement;
}

/* Fills look->spans; returns how many. */
static size_t find_spans(const struct scheduler *scheduler, const struct coverage *coverage)
{
	struct look *look = scheduler->look;
	size_t count = 0;
	if (must_look_at_all(look, coverage)) {
		find_stretches(scheduler, coverage);
		look->spans[0] = (struct span){0, scheduler->days - 1};
		return 1;
	}
	for (int32_t day = 0; day < scheduler->days; day++) {
		date_t date = scheduler->range.first + day;
		if (!look->is_stale[day] &&
			coverage_day_judgement(coverage, date) <= look->judgement)
			continue;
		look->spans[count++] = (struct span){day, look->stretches[day]};
		day = look->stretches[day];
	}
	return count;
}

void scheduler_look_ahead(const struct scheduler *scheduler, const struct coverage *coverage)
{
	struct look *look = scheduler->look;
	size_t count = find_spans(scheduler, coverage);
	if (count == 0)
		return;
	for (size_t i = 0; i < scheduler->pipeline->table_count; i++)
		for (size_t k = 0; k < count; k++)
			look_at_span(scheduler, coverage, scheduler->pipeline->order[i],
				&look->spans[k]);
	memset(look->is_stale, 0, (size_t)scheduler->days * sizeof(*look->is_stale));
	look->is_all_stale = false;
	look->coverage = coverage;
	look->judgement = coverage_judgement(coverage);
	look->number++;
}
