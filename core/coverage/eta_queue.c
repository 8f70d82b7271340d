/* The queue, run once with the expected time of every date. */
#include "eta_ends.h"

#include "base/memory.h"
#include "coverage_parts.h"

#include <stdlib.h>

#define NEVER	   INT64_MAX
#define GAMES_MOST 31 /* of a date; more are reckoned every time */

struct line {
	size_t first; /* of its cells */
	size_t next;  /* the first that has no worker yet */
	bool is_running, is_foundation;
	bool is_ready_known;
	int64_t turn_ends_ms, last_turn;
	int64_t ready_ms; /* when the next date could start; NEVER: cannot be said yet */
	int32_t ready_from;
	bool is_open;		 /* every date is ready when the first one is */
	struct table_bits below; /* that read it, on the same date or as history */
	size_t *cursors;	 /* by edge, then history: how far the other line was looked at */
};

struct simulation {
	const struct eta_queue *queue;
	struct line *lines; /* by table */
	struct cell_end *ends;
	size_t cell_count;
	size_t *cursors;
	int64_t *known_ms; /* of a date, by table and games; -1 not asked yet */
	size_t *open;	   /* tables that have dates left or run, in dependency order */
	size_t open_count;
	size_t running; /* lines */
	size_t workers;
	int64_t now_ms, turns;
	int32_t freed; /* the cell that freed a worker last */
	bool is_newest_first;
};

static const struct eta_table *wanted(const struct simulation *simulation, size_t table)
{
	return &simulation->queue->tables[table];
}

static bool has_left(const struct simulation *simulation, size_t table)
{
	return simulation->lines[table].next < wanted(simulation, table)->count;
}

int64_t eta_later(int64_t from_ms, int64_t by_ms)
{
	int64_t sum;
	return __builtin_add_overflow(from_ms, by_ms, &sum) || sum > ETA_TIME_MOST ? ETA_TIME_MOST
										   : sum;
}

/* Days of another table that a date waits for; the last of them in run order is enough. */
struct window {
	int64_t first, last;
};

static struct window history_window(const struct history_edge *edge, int32_t day)
{
	return (struct window){edge->span == HISTORY_SEASON ? INT32_MIN : (int64_t)day - edge->days,
		(int64_t)day - 1};
}

/* The number of the last date of the table within the window, or its count. */
static size_t last_within(
	const struct simulation *simulation, size_t table, struct window window, size_t *cursor)
{
	const struct eta_table *other = wanted(simulation, table);
	while (*cursor < other->count &&
		(simulation->is_newest_first ? other->days[*cursor] >= window.first
					     : other->days[*cursor] <= window.last))
		(*cursor)++;
	if (*cursor == 0)
		return other->count;
	int32_t day = other->days[*cursor - 1];
	return day >= window.first && day <= window.last ? *cursor - 1 : other->count;
}

/* False: a date that is waited for has no worker yet. */
static bool wait_for(
	const struct simulation *simulation, size_t table, size_t number, struct line *line)
{
	const struct line *other = &simulation->lines[table];
	if (number >= wanted(simulation, table)->count)
		return true; /* there is nothing to wait for */
	if (number >= other->next)
		return false;
	size_t cell = other->first + number;
	if (simulation->ends[cell].end_ms > line->ready_ms) {
		line->ready_ms = simulation->ends[cell].end_ms;
		line->ready_from = (int32_t)cell;
	}
	return true;
}

static bool find_ready(const struct simulation *simulation, size_t table, struct line *line)
{
	const struct eta_table *want = wanted(simulation, table);
	const struct pipeline_table *described = &simulation->queue->pipeline->tables[table];
	size_t edges = edge_count(described);
	int32_t day = want->days[line->next];
	for (size_t i = 0; i < edges; i++) {
		size_t other = edge_table(described, i);
		size_t count = wanted(simulation, other)->count;
		if (count == 0)
			continue;
		size_t number = want->waits_for_all
					? count - 1
					: last_within(simulation, other, (struct window){day, day},
						  &line->cursors[i]);
		if (!wait_for(simulation, other, number, line))
			return false;
	}
	for (size_t i = 0; i < described->history_count; i++) {
		const struct history_edge *edge = &described->history[i];
		if (!wait_for(simulation, edge->table,
			    last_within(simulation, edge->table, history_window(edge, day),
				    &line->cursors[edges + i]),
			    line))
			return false;
	}
	return true;
}

static void look_at_next(struct simulation *simulation, size_t table)
{
	struct line *line = &simulation->lines[table];
	if (line->is_ready_known)
		return;
	line->is_ready_known = true;
	line->ready_ms = 0;
	line->ready_from = -1;
	if (!has_left(simulation, table) || !find_ready(simulation, table, line))
		line->ready_ms = NEVER;
	else
		line->is_open = wanted(simulation, table)->waits_for_all &&
				simulation->queue->pipeline->tables[table].history_count == 0;
}

/* What could not be said of those that wait for this table can be said now. */
static void look_below_again(struct simulation *simulation, size_t table)
{
	const struct table_bits *below = &simulation->lines[table].below;
	for (size_t word = 0; word < TABLE_WORDS; word++)
		for (uint64_t bits = below->words[word]; bits != 0; bits &= bits - 1) {
			size_t other = word * WORD_BITS + (size_t)__builtin_ctzll(bits);
			if (simulation->lines[other].ready_ms == NEVER)
				simulation->lines[other].is_ready_known = false;
		}
}

/* A table of unknown speed takes no time: the plan says that it is the least. */
static int64_t whole_date_ms(const struct simulation *simulation, size_t table, int games)
{
	int64_t *known_ms = &simulation->known_ms[table * (GAMES_MOST + 1)];
	const struct eta_speed *speed = &wanted(simulation, table)->speed;
	if (speed->date_ms < 0)
		return 0;
	if (games < 0 || games > GAMES_MOST)
		return eta_date_ms(speed, games);
	if (known_ms[games] < 0)
		known_ms[games] = eta_date_ms(speed, games);
	return known_ms[games];
}

static int64_t date_ms(const struct simulation *simulation, size_t table, size_t number)
{
	const struct eta_table *want = wanted(simulation, table);
	if (number == 0 && want->batch > 0 && want->left_ms >= 0)
		return want->left_ms;
	return whole_date_ms(simulation, table, simulation->queue->games[want->days[number]]);
}

/* `limit` dates, as far as they are ready; with `follows` also those that will be. */
static void start_turn(struct simulation *simulation, size_t table, size_t limit, bool follows)
{
	struct line *line = &simulation->lines[table];
	int64_t end_ms = simulation->now_ms;
	int32_t from = simulation->freed;
	line->is_running = true;
	line->last_turn = ++simulation->turns;
	simulation->running++;
	for (; limit > 0 && has_left(simulation, table); limit--) {
		look_at_next(simulation, table);
		if (line->ready_ms == NEVER || (line->ready_ms > simulation->now_ms && !follows))
			break;
		if (line->ready_ms > end_ms ||
			(line->ready_ms == end_ms && line->ready_from >= 0)) {
			end_ms = line->ready_ms;
			from = line->ready_from;
		}
		size_t cell = line->first + line->next;
		end_ms = eta_later(end_ms, date_ms(simulation, table, line->next));
		simulation->ends[cell] = (struct cell_end){end_ms, from, (int32_t)table};
		from = (int32_t)cell;
		line->next++;
		line->is_ready_known = line->is_open && has_left(simulation, table);
	}
	line->turn_ends_ms = end_ms;
	look_below_again(simulation, table);
}

static bool goes_before(const struct line *a, const struct line *b)
{
	if (a->is_foundation != b->is_foundation)
		return a->is_foundation;
	return a->last_turn < b->last_turn;
}

/* The table that is next, or the count of tables; *candidates: how many could start. */
static size_t choose(struct simulation *simulation, size_t *candidates)
{
	const struct pipeline *pipeline = simulation->queue->pipeline;
	size_t chosen = pipeline->table_count;
	*candidates = 0;
	for (size_t i = 0; i < simulation->open_count; i++) {
		size_t table = simulation->open[i];
		struct line *line = &simulation->lines[table];
		if (line->is_running || !has_left(simulation, table))
			continue;
		look_at_next(simulation, table);
		if (line->ready_ms > simulation->now_ms)
			continue;
		(*candidates)++;
		if (chosen == pipeline->table_count ||
			goes_before(line, &simulation->lines[chosen]))
			chosen = table;
	}
	return chosen;
}

static void start_what_can(struct simulation *simulation)
{
	while (simulation->running < simulation->workers) {
		size_t candidates;
		size_t table = choose(simulation, &candidates);
		if (table == simulation->queue->pipeline->table_count)
			return;
		bool is_crowded = simulation->running + candidates > simulation->workers;
		start_turn(simulation, table, is_crowded ? ETA_TURN_DATES : ETA_BATCH_DATES,
			simulation->open_count <= simulation->workers);
	}
}

static void end_turns(struct simulation *simulation)
{
	size_t still_open = 0;
	for (size_t i = 0; i < simulation->open_count; i++) {
		size_t table = simulation->open[i];
		struct line *line = &simulation->lines[table];
		if (line->is_running && line->turn_ends_ms <= simulation->now_ms) {
			line->is_running = false;
			simulation->running--;
			simulation->freed = (int32_t)(line->first + line->next) - 1;
		}
		if (line->is_running || has_left(simulation, table))
			simulation->open[still_open++] = table;
	}
	simulation->open_count = still_open;
}

/* To the next end of a turn, or to the next date that becomes ready while a worker is free. */
static bool advance(struct simulation *simulation)
{
	int64_t next_ms = NEVER;
	bool has_worker = simulation->running < simulation->workers;
	for (size_t i = 0; i < simulation->open_count; i++) {
		const struct line *line = &simulation->lines[simulation->open[i]];
		if (line->is_running && line->turn_ends_ms < next_ms)
			next_ms = line->turn_ends_ms;
		else if (!line->is_running && has_worker && line->ready_ms < next_ms)
			next_ms = line->ready_ms;
	}
	if (next_ms == NEVER)
		return false;
	simulation->now_ms = next_ms;
	end_turns(simulation);
	return true;
}

static void put_below(struct simulation *simulation, size_t table, size_t below)
{
	simulation->lines[table].below.words[below / WORD_BITS] |= (uint64_t)1
								   << (below % WORD_BITS);
}

static void find_relations(struct simulation *simulation)
{
	const struct pipeline *pipeline = simulation->queue->pipeline;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		const struct pipeline_table *table = &pipeline->tables[i];
		for (size_t k = 0; k < edge_count(table); k++)
			put_below(simulation, edge_table(table, k), i);
		for (size_t k = 0; k < table->history_count; k++)
			put_below(simulation, table->history[k].table, i);
		for (size_t k = 0; k < table->guard_count; k++)
			simulation->lines[table->guards[k]].is_foundation = true;
		for (size_t k = 0; k < table->history_count; k++)
			simulation->lines[table->history[k].table].is_foundation = true;
	}
}

static size_t looks_of(const struct pipeline_table *table)
{
	return edge_count(table) + table->history_count;
}

static void make_lines(struct simulation *simulation)
{
	const struct pipeline *pipeline = simulation->queue->pipeline;
	size_t cells = 0, cursors = 0;
	for (size_t i = 0; i < pipeline->table_count; i++)
		cursors += looks_of(&pipeline->tables[i]);
	simulation->cursors = memory_new_array(cursors + 1, sizeof(*simulation->cursors));
	cursors = 0;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		size_t table = pipeline->order[i];
		const struct eta_table *want = wanted(simulation, table);
		struct line *line = &simulation->lines[table];
		line->first = cells;
		line->cursors = &simulation->cursors[cursors];
		line->last_turn = want->last_turn;
		if (line->last_turn > simulation->turns)
			simulation->turns = line->last_turn;
		cells += want->count;
		cursors += looks_of(&pipeline->tables[table]);
		if (want->count > 0)
			simulation->open[simulation->open_count++] = table;
	}
	simulation->ends = memory_new_array(cells + 1, sizeof(*simulation->ends));
	simulation->cell_count = cells;
}

static void open_simulation(struct simulation *simulation, const struct eta_queue *queue)
{
	const struct pipeline *pipeline = queue->pipeline;
	size_t tables = pipeline->table_count, known = tables * (GAMES_MOST + 1);
	*simulation = (struct simulation){.queue = queue,
		.workers = queue->workers > 1 ? (size_t)queue->workers : 1,
		.freed = -1,
		.is_newest_first = pipeline->run_order == ORDER_NEWEST};
	simulation->lines = memory_new_array(tables, sizeof(*simulation->lines));
	simulation->open = memory_new_array(tables, sizeof(*simulation->open));
	simulation->known_ms = memory_new_array(known, sizeof(*simulation->known_ms));
	for (size_t i = 0; i < known; i++)
		simulation->known_ms[i] = -1;
	make_lines(simulation);
	find_relations(simulation);
}

static void close_simulation(struct simulation *simulation)
{
	free(simulation->lines);
	free(simulation->cursors);
	free(simulation->known_ms);
	free(simulation->open);
}

/* What runs keeps its worker, also when there are fewer workers now than there were. */
static void go_on(struct simulation *simulation)
{
	for (size_t i = 0; i < simulation->queue->pipeline->table_count; i++) {
		struct line *line = &simulation->lines[i];
		int64_t last_turn = line->last_turn;
		if (wanted(simulation, i)->batch == 0 || !has_left(simulation, i))
			continue;
		/* Its gates were open when it started. */
		line->is_ready_known = true;
		line->ready_ms = 0;
		line->ready_from = -1;
		start_turn(simulation, i, 1, true);
		while (line->next < wanted(simulation, i)->batch && has_left(simulation, i)) {
			size_t cell = line->first + line->next;
			line->turn_ends_ms =
				eta_later(line->turn_ends_ms, date_ms(simulation, i, line->next));
			simulation->ends[cell] = (struct cell_end){
				line->turn_ends_ms, (int32_t)cell - 1, (int32_t)i};
			line->next++;
		}
		line->last_turn = last_turn;
	}
}

bool eta_queue_run(const struct eta_queue *queue, struct eta_ends *ends)
{
	struct simulation simulation;
	open_simulation(&simulation, queue);
	go_on(&simulation);
	do
		start_what_can(&simulation);
	while (advance(&simulation));
	*ends = (struct eta_ends){simulation.ends, simulation.cell_count};
	close_simulation(&simulation);
	return simulation.open_count == 0;
}

void eta_ends_release(struct eta_ends *ends)
{
	free(ends->cells);
	*ends = (struct eta_ends){0};
}
