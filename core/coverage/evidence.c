/* Evidence in: receipts, reports, attempts, excuses, checkpoints. Nothing is judged here. */
#include "coverage_parts.h"

#include <stdlib.h>
#include <string.h>

void stir_all(const struct coverage *coverage)
{
	struct coverage_memory *memory = coverage->memory;
	memory->all_stirred = true;
	memset(memory->is_summed, 0, coverage->pipeline->table_count * sizeof(*memory->is_summed));
}

static int64_t sequence_of(const struct receipt *receipt, const char *table)
{
	for (size_t i = 0; i < receipt->source_count; i++)
		if (strcmp(receipt->sources[i].table, table) == 0)
			return receipt->sources[i].sequence;
	return -1;
}

/* What the rows were computed from, by upstream, then guard. */
static void take_sources(
	const struct coverage *coverage, size_t table, const struct receipt *receipt)
{
	const struct pipeline_table *described = &coverage->pipeline->tables[table];
	size_t edges = pipeline_edge_count(described);
	int64_t *sources =
		&coverage->memory
			 ->sources[table][edges * (size_t)(receipt->date - coverage->range.first)];
	for (size_t i = 0; i < edges; i++)
		sources[i] = sequence_of(
			receipt, coverage->pipeline->tables[pipeline_edge(described, i)].name);
}

static void take_nulls(const struct coverage *coverage, size_t table, const struct receipt *receipt)
{
	const struct pipeline_table *described = &coverage->pipeline->tables[table];
	int64_t *nulls = nulls_of(coverage, table, receipt->date - coverage->range.first);
	for (size_t i = 0; i < described->critical_count; i++)
		nulls[i] = receipt_nulls(receipt, described->critical[i].column);
}

void evidence_set_nulls(
	const struct coverage *coverage, size_t table, date_t date, const int64_t *counted)
{
	int64_t *nulls = nulls_of(coverage, table, date - coverage->range.first);
	for (size_t i = 0; i < coverage->pipeline->tables[table].critical_count; i++)
		nulls[i] = counted == NULL ? -1 : counted[i];
}

static void set_receipt(
	struct coverage *coverage, size_t table, const struct receipt *receipt, int64_t checked_ms)
{
	struct cell *cell = coverage_cell(coverage, table, receipt->date);
	if (cell == NULL)
		return;
	cell->rows_known = true;
	cell->rows = receipt_is_announcement(receipt) ? 0 : receipt->rows;
	cell->distinct_keys = receipt->distinct_keys;
	cell->has_receipt = !receipt->is_open;
	cell->is_open = receipt->is_open;
	cell->is_uncounted = false;
	cell->sequence = receipt->sequence;
	cell->written_ms = receipt->written_ms;
	cell->proved_ms = receipt->verified_ms > receipt->written_ms ? receipt->verified_ms
								     : receipt->written_ms;
	cell->checked_ms = checked_ms;
	take_sources(coverage, table, receipt);
	take_nulls(coverage, table, receipt);
	stir(coverage, table, receipt->date);
}

void coverage_set_receipt(
	struct coverage *coverage, const struct receipt *receipt, int64_t checked_ms)
{
	set_receipt(
		coverage, pipeline_find(coverage->pipeline, receipt->table), receipt, checked_ms);
}

void evidence_set_empty(struct cell *cell, int64_t checked_ms)
{
	cell->rows_known = true;
	cell->rows = 0;
	cell->distinct_keys = 0;
	cell->is_uncounted = false;
	cell->checked_ms = checked_ms;
}

/* Unless a receipt is newer. */
static void show_report(struct coverage *coverage, size_t table, date_t date, int64_t checked_ms)
{
	struct cell *cell = coverage_cell(coverage, table, date);
	const struct report *reports = coverage->memory->reports[table];
	const struct report *report =
		reports == NULL ? NULL : &reports[date - coverage->range.first];
	if (report == NULL || report->at_ms == 0 ||
		((cell->has_receipt || cell->is_open) && cell->proved_ms > report->at_ms))
		return;
	cell->has_receipt = cell->is_open = cell->is_uncounted = false;
	cell->rows_known = true;
	cell->rows = report->rows;
	cell->distinct_keys = -1;
	evidence_set_nulls(coverage, table, date, NULL);
	cell->written_ms = cell->proved_ms = report->at_ms;
	cell->checked_ms = checked_ms;
}

static void show_reports(struct coverage *coverage, int64_t checked_ms)
{
	for (size_t i = 0; i < coverage->pipeline->table_count; i++)
		for (date_t date = coverage->range.first;
			coverage->memory->reports[i] != NULL && date <= coverage->range.last;
			date++)
			show_report(coverage, i, date, checked_ms);
}

void coverage_set_reported(
	struct coverage *coverage, size_t table, date_t date, int64_t rows, int64_t at_ms)
{
	struct cell *cell = coverage_cell(coverage, table, date);
	struct report **reports = &coverage->memory->reports[table];
	if (cell == NULL || (rows < 0 && *reports == NULL))
		return;
	if (*reports == NULL)
		*reports = memory_new_array((size_t)coverage->days, sizeof(**reports));
	struct report *report = &(*reports)[date - coverage->range.first];
	bool was_shown = report->at_ms > 0 && !cell->has_receipt;
	stir(coverage, table, date);
	*report = rows < 0 ? (struct report){0} : (struct report){rows, at_ms};
	if (rows >= 0)
		show_report(coverage, table, date, at_ms);
	else if (was_shown)
		evidence_set_empty(cell, at_ms);
}

void coverage_set_receipts(
	struct coverage *coverage, const struct receipts *receipts, int64_t checked_ms)
{
	size_t count = coverage->pipeline->table_count * (size_t)coverage->days;
	stir_all(coverage);
	for (size_t i = 0; i < count; i++) {
		evidence_set_empty(&coverage->cells[i], checked_ms);
		coverage->cells[i].has_receipt = false;
		coverage->cells[i].is_open = false;
		coverage->cells[i].sequence = 0;
		coverage->cells[i].written_ms = 0;
		coverage->cells[i].proved_ms = 0;
	}
	size_t table = coverage->pipeline->table_count;
	for (size_t i = 0; i < receipts->count; i++) {
		const struct receipt *receipt = &receipts->items[i];
		if (i == 0 || strcmp(receipt->table, receipts->items[i - 1].table) != 0)
			table = pipeline_find(coverage->pipeline, receipt->table);
		set_receipt(coverage, table, receipt, checked_ms);
	}
	show_reports(coverage, checked_ms);
}

void coverage_set_unknown(struct coverage *coverage)
{
	size_t count = coverage->pipeline->table_count * (size_t)coverage->days;
	stir_all(coverage);
	for (size_t i = 0; i < count; i++)
		coverage->cells[i].rows_known = false;
}

static const char *keep_words(struct coverage *coverage, const char *words, size_t limit)
{
	if (words == NULL || words[0] == '\0')
		return "";
	return symbols_add(coverage->memory->words, words, strnlen(words, limit));
}

void coverage_set_attempt(struct coverage *coverage, size_t table, date_t date,
	enum attempt_state state, const char *words, int64_t at_ms)
{
	struct cell *cell = coverage_cell(coverage, table, date);
	if (cell == NULL)
		return;
	stir(coverage, table, date);
	cell->attempt = state;
	cell->attempt_ms = at_ms;
	cell->done = cell->total = 0;
	cell->attempt_words = keep_words(coverage, words, ATTEMPT_WORDS_BYTES - 1);
}

void coverage_set_progress(
	struct coverage *coverage, size_t table, date_t date, int done, int total)
{
	struct cell *cell = coverage_cell(coverage, table, date);
	if (cell == NULL)
		return;
	cell->done = done;
	cell->total = total;
}

/* The first excuse that is not before the cell; they are sorted by table and date. */
static size_t excuse_place(const struct coverage_memory *memory, size_t table, date_t date)
{
	size_t low = 0;
	size_t high = memory->excuse_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct excuse *excuse = &memory->excuses[middle];
		bool before =
			excuse->table < table || (excuse->table == table && excuse->date < date);
		low = before ? middle + 1 : low;
		high = before ? high : middle;
	}
	return low;
}

const struct excuse *coverage_excuse(const struct coverage *coverage, size_t table, date_t date)
{
	const struct coverage_memory *memory = coverage->memory;
	size_t place = excuse_place(memory, table, date);
	bool found = place < memory->excuse_count && memory->excuses[place].table == table &&
		     memory->excuses[place].date == date;
	return found ? &memory->excuses[place] : NULL;
}

static void move_excuses(struct coverage_memory *memory, size_t from, size_t to)
{
	memmove(&memory->excuses[to], &memory->excuses[from],
		(memory->excuse_count - from) * sizeof(*memory->excuses));
	memory->excuse_count = memory->excuse_count - from + to;
}

void coverage_set_excuse(struct coverage *coverage, const struct excuse *excuse)
{
	struct coverage_memory *memory = coverage->memory;
	if (coverage_cell(coverage, excuse->table, excuse->date) == NULL)
		return;
	stir(coverage, excuse->table, excuse->date);
	bool is_known = coverage_excuse(coverage, excuse->table, excuse->date) != NULL;
	size_t place = excuse_place(memory, excuse->table, excuse->date);
	if (is_known)
		move_excuses(memory, place + 1, place);
	if (excuse->words == NULL)
		return;
	ARRAY_GROW(memory->excuses, memory->excuse_count, memory->excuse_capacity);
	move_excuses(memory, place, place + 1);
	memory->excuses[place] = *excuse;
	memory->excuses[place].words = keep_words(coverage, excuse->words, EXCUSE_WORDS_BYTES - 1);
}

static void stir_excused(const struct coverage *coverage)
{
	const struct coverage_memory *memory = coverage->memory;
	for (size_t i = 0; i < memory->excuse_count; i++)
		stir(coverage, memory->excuses[i].table, memory->excuses[i].date);
}

void coverage_forget_excuses(struct coverage *coverage)
{
	stir_excused(coverage);
	coverage->memory->excuse_count = 0;
}

void coverage_set_checkpoint(
	struct coverage *coverage, size_t table, date_t date, const struct checkpoint_note *note)
{
	struct checkpoint_note **notes = &coverage->memory->checkpoints[table];
	if (coverage_cell(coverage, table, date) == NULL)
		return;
	if (*notes == NULL)
		*notes = memory_new_array((size_t)coverage->days, sizeof(**notes));
	(*notes)[date - coverage->range.first] = (struct checkpoint_note){note->is_success,
		keep_words(coverage, note->words, EXCUSE_WORDS_BYTES), note->at_ms};
}

void coverage_forget_checkpoints(struct coverage *coverage, size_t table)
{
	free(coverage->memory->checkpoints[table]);
	coverage->memory->checkpoints[table] = NULL;
}

const struct checkpoint_note *coverage_checkpoint(
	const struct coverage *coverage, size_t table, date_t date)
{
	const struct checkpoint_note *notes = coverage->memory->checkpoints[table];
	if (notes == NULL || !date_range_has(coverage->range, date))
		return NULL;
	const struct checkpoint_note *note = &notes[date - coverage->range.first];
	return note->words == NULL ? NULL : note;
}

bool coverage_checkpoint_is_wrong(const struct coverage *coverage, size_t table, date_t date)
{
	const struct checkpoint_note *note = coverage_checkpoint(coverage, table, date);
	const struct cell *cell = coverage_cell(coverage, table, date);
	return note != NULL && note->is_success && cell->expects == EXPECTED_YES &&
	       verdict_is_gap(cell->verdict) && cell->rows_known && !cell->passes;
}

void coverage_set_today(struct coverage *coverage, date_t today)
{
	const struct pipeline *pipeline = coverage->pipeline;
	if (coverage->memory->today != today)
		stir_excused(coverage);
	coverage->memory->today = today;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		date_t first_kept = today - pipeline->tables[i].retention_days;
		if (pipeline->tables[i].retention_days > 0 &&
			coverage->memory->first_kept[i] != first_kept)
			coverage_set_retention(coverage, i, first_kept);
	}
}

void coverage_set_calendar(struct coverage *coverage, const struct calendar *calendar)
{
	coverage->calendar = calendar;
	stir_all(coverage);
}

void coverage_set_retention(struct coverage *coverage, size_t table, date_t first_kept)
{
	stir_all(coverage);
	coverage->memory->first_kept[table] = first_kept;
}
