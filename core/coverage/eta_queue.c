/* The queue, run once with the expected time of every date. */
#include "eta_parts.h"

#include "base/memory.h"

#include <stdlib.h>

#define TURNS_A_PIECE 32

int64_t eta_later(int64_t from_ms, int64_t by_ms)
{
	int64_t sum;
	return __builtin_add_overflow(from_ms, by_ms, &sum) || sum > ETA_TIME_MOST ? ETA_TIME_MOST
										   : sum;
}

/* A table of unknown speed takes no time: the plan says that it is the least. */
static int64_t whole_date_ms(const struct simulation *simulation, size_t table, int games)
{
	int64_t *known_ms = &simulation->known_ms[table * (ETA_GAMES_MOST + 1)];
	const struct eta_speed *speed = &eta_wanted(simulation, table)->speed;
	if (speed->date_ms < 0)
		return 0;
	if (games < 0 || games > ETA_GAMES_MOST)
		return eta_date_ms(speed, games);
	if (known_ms[games] < 0)
		known_ms[games] = eta_date_ms(speed, games);
	return known_ms[games];
}

static int64_t date_ms(const struct simulation *simulation, size_t table, size_t number)
{
	const struct eta_table *want = eta_wanted(simulation, table);
	if (number == 0 && want->batch > 0 && want->left_ms >= 0)
		return want->left_ms;
	return whole_date_ms(simulation, table, simulation->queue->games[want->days[number]]);
}

static void ask_again(struct simulation *simulation, size_t table)
{
	table_bits_add(&simulation->asked, simulation->lines[table].place);
}

/* What could not be said of those that wait for this table can be said now. */
static void ask_below_again(struct simulation *simulation, size_t table)
{
	const struct table_bits *below = &simulation->lines[table].below;
	for (size_t word = 0; word < TABLE_WORDS; word++)
		for (uint64_t bits = below->words[word]; bits != 0; bits &= bits - 1) {
			size_t other = word * WORD_BITS + (size_t)__builtin_ctzll(bits);
			if (simulation->lines[other].waits_for == (int32_t)table)
				ask_again(simulation, other);
		}
}

static void look_at_asked(struct simulation *simulation)
{
	const struct pipeline *pipeline = simulation->queue->pipeline;
	for (size_t word = 0; word < TABLE_WORDS; word++) {
		for (uint64_t bits = simulation->asked.words[word]; bits != 0; bits &= bits - 1) {
			size_t place = word * WORD_BITS + (size_t)__builtin_ctzll(bits);
			size_t table = pipeline->order[place];
			struct line *line = &simulation->lines[table];
			if (line->is_running || !eta_has_left(simulation, table))
				continue;
			if (!line->is_open)
				eta_find_ready(simulation, table);
			simulation->starts_ms[place] = line->ready_ms;
		}
		simulation->asked.words[word] = 0;
	}
}

/* What a plan put first is done in turns of its own. */
static bool is_urgent(const struct simulation *simulation, size_t table)
{
	return simulation->lines[table].next < eta_wanted(simulation, table)->first_count;
}

static size_t turn_limit(const struct simulation *simulation, size_t table, size_t limit)
{
	if (!is_urgent(simulation, table))
		return limit;
	size_t left = eta_wanted(simulation, table)->first_count - simulation->lines[table].next;
	return left < limit ? left : limit;
}

static void take_worker(struct simulation *simulation, size_t table)
{
	struct line *line = &simulation->lines[table];
	line->is_running = true;
	line->last_turn = ++simulation->turns;
	simulation->starts_ms[line->place] = ETA_NEVER;
	simulation->running[simulation->running_count++] = table;
}

/* One date more in the turn: when it is ready and what is before it has ended, its time begins.
 * Returns its end. */
static struct cell_end end_date(struct simulation *simulation, size_t table, struct cell_end before)
{
	struct line *line = &simulation->lines[table];
	int32_t cell = (int32_t)(line->first + line->next);
	if (line->ready_ms > before.end_ms ||
		(line->ready_ms == before.end_ms && line->ready_from >= 0))
		before = (struct cell_end){line->ready_ms, line->ready_from, 0};
	line->turn_ends_ms = eta_later(before.end_ms, date_ms(simulation, table, line->next));
	simulation->ends[cell] = (struct cell_end){line->turn_ends_ms, before.from, (int32_t)table};
	line->next++;
	return (struct cell_end){line->turn_ends_ms, cell, (int32_t)table};
}

/* `limit` dates, as far as they are ready; with `follows` also those that will be. */
static void start_turn(struct simulation *simulation, size_t table, size_t limit, bool follows)
{
	struct line *line = &simulation->lines[table];
	struct cell_end newest = {.end_ms = simulation->now_ms, .from = simulation->freed};
	take_worker(simulation, table);
	for (;;) {
		newest = end_date(simulation, table, newest);
		if (--limit == 0 || !eta_has_left(simulation, table))
			break;
		if (!line->is_open)
			eta_find_ready(simulation, table);
		if (line->ready_ms == ETA_NEVER ||
			(line->ready_ms > simulation->now_ms && !follows))
			break;
	}
	ask_below_again(simulation, table);
}

static bool goes_before(const struct simulation *simulation, size_t a, size_t b)
{
	const struct line *one = &simulation->lines[a], *other = &simulation->lines[b];
	bool is_first = is_urgent(simulation, a);
	if (is_first != is_urgent(simulation, b))
		return is_first;
	if (one->is_foundation != other->is_foundation)
		return one->is_foundation;
	return one->last_turn < other->last_turn;
}

/* The table that is next, or the count of tables; *candidates: how many could start. */
static size_t choose(struct simulation *simulation, size_t *candidates)
{
	const struct pipeline *pipeline = simulation->queue->pipeline;
	size_t chosen = pipeline->table_count;
	*candidates = 0;
	look_at_asked(simulation);
	for (size_t place = 0; place < pipeline->table_count; place++) {
		size_t table = pipeline->order[place];
		if (simulation->starts_ms[place] > simulation->now_ms)
			continue;
		(*candidates)++;
		if (chosen == pipeline->table_count || goes_before(simulation, table, chosen))
			chosen = table;
	}
	return chosen;
}

static void start_what_can(struct simulation *simulation)
{
	while (simulation->running_count < simulation->workers) {
		size_t candidates;
		size_t table = choose(simulation, &candidates);
		if (table == simulation->queue->pipeline->table_count)
			return;
		bool is_crowded = simulation->running_count + candidates > simulation->workers;
		start_turn(simulation, table,
			turn_limit(
				simulation, table, is_crowded ? ETA_TURN_DATES : ETA_BATCH_DATES),
			simulation->open_count <= simulation->workers);
	}
}

static void end_turn(struct simulation *simulation, size_t table)
{
	struct line *line = &simulation->lines[table];
	line->is_running = false;
	simulation->freed = (int32_t)(line->first + line->next) - 1;
	if (eta_has_left(simulation, table))
		ask_again(simulation, table);
	else
		simulation->open_count--;
}

static void end_turns(struct simulation *simulation)
{
	size_t still = 0;
	for (size_t i = 0; i < simulation->running_count; i++) {
		size_t table = simulation->running[i];
		if (simulation->lines[table].turn_ends_ms <= simulation->now_ms)
			end_turn(simulation, table);
		else
			simulation->running[still++] = table;
	}
	simulation->running_count = still;
}

/* To the next end of a turn, or to the next date that becomes ready while a worker is free. */
static bool advance(struct simulation *simulation)
{
	int64_t next_ms = ETA_NEVER;
	size_t tables = simulation->queue->pipeline->table_count;
	bool has_worker = simulation->running_count < simulation->workers;
	for (size_t i = 0; i < simulation->running_count; i++) {
		int64_t ends_ms = simulation->lines[simulation->running[i]].turn_ends_ms;
		next_ms = ends_ms < next_ms ? ends_ms : next_ms;
	}
	for (size_t place = 0; has_worker && place < tables; place++)
		if (simulation->starts_ms[place] < next_ms)
			next_ms = simulation->starts_ms[place];
	if (next_ms == ETA_NEVER)
		return false;
	simulation->now_ms = next_ms;
	end_turns(simulation);
	return true;
}

static void find_relations(struct simulation *simulation)
{
	const struct pipeline *pipeline = simulation->queue->pipeline;
	struct line *lines = simulation->lines;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		const struct pipeline_table *table = &pipeline->tables[i];
		for (size_t k = 0; k < pipeline_edge_count(table); k++)
			table_bits_add(&lines[pipeline_edge(table, k)].below, i);
		for (size_t k = 0; k < table->guard_count; k++)
			lines[table->guards[k]].is_foundation = true;
		for (size_t k = 0; k < table->history_count; k++) {
			table_bits_add(&lines[table->history[k].table].below, i);
			lines[table->history[k].table].is_foundation = true;
		}
	}
}

static void make_lines(struct simulation *simulation)
{
	const struct pipeline *pipeline = simulation->queue->pipeline;
	for (size_t place = 0; place < pipeline->table_count; place++) {
		size_t table = pipeline->order[place];
		const struct eta_table *want = eta_wanted(simulation, table);
		struct line *line = &simulation->lines[table];
		line->first = simulation->cell_count;
		line->place = place;
		line->last_turn = want->last_turn;
		line->ready_from = line->waits_for = -1;
		simulation->starts_ms[place] = ETA_NEVER;
		if (line->last_turn > simulation->turns)
			simulation->turns = line->last_turn;
		simulation->cell_count += want->count;
		simulation->open_count += want->count > 0;
		ask_again(simulation, table);
	}
	/* Every cell is written before it is read: nothing to clear. */
	simulation->ends =
		memory_resize(NULL, simulation->cell_count + 1, sizeof(*simulation->ends));
}

struct simulation *eta_queue_open(const struct eta_queue *queue)
{
	const struct pipeline *pipeline = queue->pipeline;
	size_t tables = pipeline->table_count, known = tables * (ETA_GAMES_MOST + 1);
	struct simulation *simulation = memory_new(sizeof(*simulation));
	*simulation = (struct simulation){.queue = queue,
		.workers = queue->workers > 1 ? (size_t)queue->workers : 1,
		.freed = -1,
		.is_newest_first = pipeline->run_order == ORDER_NEWEST};
	simulation->lines = memory_new_array(tables, sizeof(*simulation->lines));
	simulation->running = memory_new_array(tables, sizeof(*simulation->running));
	simulation->starts_ms = memory_new_array(tables, sizeof(*simulation->starts_ms));
	simulation->known_ms = memory_new_array(known, sizeof(*simulation->known_ms));
	for (size_t i = 0; i < known; i++)
		simulation->known_ms[i] = -1;
	make_lines(simulation);
	find_relations(simulation);
	return simulation;
}

void eta_queue_close(struct simulation *simulation)
{
	if (simulation == NULL)
		return;
	free(simulation->lines);
	free(simulation->running);
	free(simulation->starts_ms);
	free(simulation->known_ms);
	free(simulation->numbers);
	free(simulation->most_until);
	free(simulation->ends);
	free(simulation);
}

/* What runs keeps its worker, also when there are fewer workers now than there were. */
static void go_on(struct simulation *simulation)
{
	for (size_t place = 0; place < simulation->queue->pipeline->table_count; place++) {
		size_t table = simulation->queue->pipeline->order[place];
		struct line *line = &simulation->lines[table];
		int64_t last_turn = line->last_turn;
		size_t batch = eta_wanted(simulation, table)->batch;
		if (batch == 0 || !eta_has_left(simulation, table))
			continue;
		take_worker(simulation, table);
		/* Their gates were open when it started. */
		struct cell_end newest = {.from = -1};
		while (line->next < batch && eta_has_left(simulation, table))
			newest = end_date(simulation, table, newest);
		ask_below_again(simulation, table);
		line->last_turn = last_turn;
	}
}

bool eta_queue_go_on(struct simulation *simulation)
{
	bool more = true;
	if (eta_number_dates(simulation))
		return true;
	if (!simulation->has_begun)
		go_on(simulation);
	simulation->has_begun = true;
	for (int i = 0; i < TURNS_A_PIECE && more; i++) {
		start_what_can(simulation);
		more = advance(simulation);
	}
	return more;
}
