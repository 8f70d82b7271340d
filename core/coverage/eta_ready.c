/* What the next date of a table waits for, in the run of the queue. */
#include "eta_parts.h"

#include "base/memory.h"

#define TABLES_A_PIECE 16

/* Of the days, and whether they lie in the order of the pipeline. */
static int32_t look_at_order(const struct simulation *simulation, size_t table)
{
	const struct eta_table *want = eta_wanted(simulation, table);
	struct line *line = &simulation->lines[table];
	int32_t last = -1, previous = simulation->is_newest_first ? INT32_MAX : -1;
	line->is_in_order = true;
	for (size_t i = 0; i < want->count; i++) {
		int32_t day = want->days[i];
		line->is_in_order &= simulation->is_newest_first ? day < previous : day > previous;
		previous = day;
		last = day > last ? day : last;
	}
	return last;
}

static void number_table(const struct simulation *simulation, size_t table)
{
	const struct eta_table *want = eta_wanted(simulation, table);
	struct line *line = &simulation->lines[table];
	for (size_t i = 0; i < want->count; i++)
		line->numbers[want->days[i]] = (int32_t)i + 1;
	if (line->is_in_order)
		return;
	int32_t most = 0;
	for (int32_t day = 0; day < simulation->day_count; day++) {
		most = line->numbers[day] > most ? line->numbers[day] : most;
		line->most_until[day] = most;
	}
}

static void make_room(struct simulation *simulation)
{
	size_t tables = simulation->queue->pipeline->table_count, unordered = 0;
	for (size_t i = 0; i < tables; i++) {
		int32_t last = look_at_order(simulation, i);
		unordered += !simulation->lines[i].is_in_order;
		if (last >= simulation->day_count)
			simulation->day_count = last + 1;
	}
	size_t days = (size_t)simulation->day_count;
	simulation->numbers = memory_new_array(tables * days + 1, sizeof(*simulation->numbers));
	simulation->most_until =
		memory_new_array(unordered * days + 1, sizeof(*simulation->most_until));
	unordered = 0;
	for (size_t i = 0; i < tables; i++) {
		struct line *line = &simulation->lines[i];
		line->numbers = &simulation->numbers[i * days];
		if (!line->is_in_order)
			line->most_until = &simulation->most_until[unordered++ * days];
	}
}

bool eta_number_dates(struct simulation *simulation)
{
	size_t tables = simulation->queue->pipeline->table_count;
	if (simulation->numbers == NULL)
		make_room(simulation);
	else
		for (int i = 0; i < TABLES_A_PIECE && simulation->numbered < tables; i++)
			number_table(simulation, simulation->numbered++);
	return simulation->numbered < tables;
}

/* Days of another table that a date waits for. */
struct window {
	int32_t first, last;
};

static struct window history_window(const struct history_edge *edge, int32_t day)
{
	bool is_cut = edge->span == HISTORY_SEASON || edge->days > day;
	return (struct window){is_cut ? 0 : day - edge->days, day - 1};
}

static int32_t most_within(const struct line *line, struct window window)
{
	int32_t most = 0;
	if (window.first == 0)
		return line->most_until[window.last];
	for (int32_t day = window.first; day <= window.last; day++)
		most = line->numbers[day] > most ? line->numbers[day] : most;
	return most;
}

/* 1 + the number of the date within the window that comes last in run order; 0: none is wanted. */
static int32_t last_within(
	const struct simulation *simulation, const struct line *line, struct window window)
{
	if (window.first > window.last)
		return 0;
	if (!line->is_in_order)
		return most_within(line, window);
	for (int32_t day = window.last; !simulation->is_newest_first && day >= window.first; day--)
		if (line->numbers[day] != 0)
			return line->numbers[day];
	for (int32_t day = window.first; simulation->is_newest_first && day <= window.last; day++)
		if (line->numbers[day] != 0)
			return line->numbers[day];
	return 0;
}

/* number: 1 + that of the date that is waited for; 0: there is nothing to wait for. */
static bool wait_for(
	const struct simulation *simulation, size_t table, int32_t number, struct line *line)
{
	const struct line *other = &simulation->lines[table];
	if (number == 0)
		return true;
	if ((size_t)number > other->next) {
		line->ready_ms = ETA_NEVER;
		line->waits_for = (int32_t)table;
		return false;
	}
	size_t cell = other->first + (size_t)number - 1;
	if (simulation->ends[cell].end_ms > line->ready_ms) {
		line->ready_ms = simulation->ends[cell].end_ms;
		line->ready_from = (int32_t)cell;
	}
	return true;
}

void eta_find_ready(const struct simulation *simulation, size_t table)
{
	const struct eta_table *want = eta_wanted(simulation, table);
	const struct pipeline_table *described = &simulation->queue->pipeline->tables[table];
	struct line *line = &simulation->lines[table];
	int32_t day = want->days[line->next];
	line->ready_ms = 0;
	line->ready_from = line->waits_for = -1;
	for (size_t i = 0; i < pipeline_edge_count(described); i++) {
		size_t other = pipeline_edge(described, i);
		int32_t number = want->waits_for_all ? (int32_t)eta_wanted(simulation, other)->count
						     : simulation->lines[other].numbers[day];
		if (!wait_for(simulation, other, number, line))
			return;
	}
	for (size_t i = 0; i < described->history_count; i++) {
		const struct history_edge *edge = &described->history[i];
		struct window window = history_window(edge, day);
		if (!wait_for(simulation, edge->table,
			    last_within(simulation, &simulation->lines[edge->table], window), line))
			return;
	}
	line->is_open = want->waits_for_all && described->history_count == 0;
}
