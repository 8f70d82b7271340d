/* The backend of "counts:FILE": row counts that somebody else took, to look at and to plan by. */
#include "backend.h"

#include "base/memory.h"
#include "base/path.h"
#include "counts.h"

#include <stdlib.h>

struct counts_warehouse {
	struct warehouse base;
	struct counts counts;
};

static const struct counts *counts_of(const struct warehouse *warehouse)
{
	return &((const struct counts_warehouse *)warehouse)->counts;
}

static void close_counts(struct warehouse *warehouse)
{
	struct counts_warehouse *opened = (struct counts_warehouse *)warehouse;
	counts_release(&opened->counts);
	free(warehouse->name);
	free(opened);
}

static bool open_counts(
	const char *place, enum warehouse_mode mode, struct warehouse **opened, struct error *err)
{
	if (mode != WAREHOUSE_READ)
		return error_set(err, ERROR_CONFIG,
			"counts:%s is a file of counts: nothing can be written to it", place);
	struct counts_warehouse *made = memory_new(sizeof(*made));
	made->base.backend = &counts_backend;
	made->base.name = memory_format("counts:%s", place);
	if (!counts_read(place, &made->counts, err)) {
		close_counts(&made->base);
		return false;
	}
	*opened = &made->base;
	return true;
}

static bool refuse(const struct warehouse *warehouse, struct error *err)
{
	return error_set(err, ERROR_CONFIG, "%s holds counts only, no rows to read or write",
		warehouse->name);
}

static bool prepare(struct warehouse *warehouse, const struct table_layout *const *layouts,
	size_t count, struct error *err)
{
	(void)layouts;
	(void)count;
	return refuse(warehouse, err);
}

static bool read_rows(struct warehouse *warehouse, const struct read_request *request,
	struct symbols *symbols, struct frame *frame, struct error *err)
{
	(void)request;
	(void)symbols;
	(void)frame;
	return refuse(warehouse, err);
}

static bool replace_day(struct warehouse *warehouse, const struct day_write *write,
	struct receipt *receipt, bool *unchanged, struct error *err)
{
	(void)write;
	(void)receipt;
	(void)unchanged;
	return refuse(warehouse, err);
}

static bool receipts(struct warehouse *warehouse, struct date_range range, struct receipts *none,
	struct error *err)
{
	(void)warehouse;
	(void)range;
	(void)err;
	*none = (struct receipts){0};
	return true;
}

static const struct counts_cell *find_cell(const struct counts *counts, size_t table, date_t date)
{
	size_t low = 0, high = counts->cell_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct counts_cell *cell = &counts->cells[middle];
		if (cell->table < table || (cell->table == table && cell->date < date))
			low = middle + 1;
		else
			high = middle;
	}
	const struct counts_cell *cell = low < counts->cell_count ? &counts->cells[low] : NULL;
	return cell != NULL && cell->table == table && cell->date == date ? cell : NULL;
}

/* A file of counts says nothing about NULLs. */
static bool count_days(struct warehouse *warehouse, const struct count_table *tables, size_t count,
	struct date_range range, struct day_counts *found, struct error *err)
{
	const struct counts *counts = counts_of(warehouse);
	(void)err;
	*found = (struct day_counts){0};
	for (size_t i = 0; i < count; i++) {
		size_t table = counts_find_table(counts, tables[i].layout->name);
		for (date_t date = range.first; date <= range.last; date++) {
			const struct counts_cell *cell = find_cell(counts, table, date);
			day_counts_add(found,
				&(struct day_count){.table = i,
					.date = date,
					.rows = cell == NULL ? -1 : cell->rows,
					.distinct_keys = cell == NULL ? -1 : cell->distinct},
				NULL, tables[i].critical_count);
		}
	}
	return true;
}

static bool raw_days(struct warehouse *warehouse, struct date_range range, struct raw_days *days,
	struct error *err)
{
	const struct counts *counts = counts_of(warehouse);
	(void)err;
	*days = (struct raw_days){.first_game = DATE_NONE, .last_game = DATE_NONE};
	if (!counts->has_games || counts->day_count == 0)
		return true;
	days->first_game = counts->days[0].date;
	days->last_game = counts->days[counts->day_count - 1].date;
	for (size_t i = 0; i < counts->day_count; i++) {
		const struct counts_day *day = &counts->days[i];
		if (day->games <= 0 || !date_range_has(range, day->date))
			continue;
		ARRAY_GROW(days->items, days->count, days->capacity);
		days->items[days->count++] = (struct raw_day){.date = day->date,
			.regular_games = day->games,
			.box_rows = -1,
			.roster_rows = -1};
	}
	return true;
}

static bool load_begin(
	struct warehouse *warehouse, const struct table_layout *layout, struct error *err)
{
	(void)layout;
	return refuse(warehouse, err);
}

static bool load_row(struct warehouse *warehouse, const struct value *values, struct error *err)
{
	(void)values;
	return refuse(warehouse, err);
}

static bool load_commit(
	struct warehouse *warehouse, struct raw_load_result *result, struct error *err)
{
	(void)result;
	return refuse(warehouse, err);
}

static void load_abandon(struct warehouse *warehouse)
{
	(void)warehouse;
}

static bool read_attempts(struct warehouse *warehouse, const char *table, struct date_range range,
	struct attempt_rows *attempts, struct error *err)
{
	(void)table;
	(void)range;
	(void)attempts;
	return refuse(warehouse, err);
}

static bool add_attempt(struct warehouse *warehouse, const char *table,
	const struct attempt_row *attempt, double completeness_pct, const char *skip_reason,
	int64_t now_ms, struct error *err)
{
	(void)table;
	(void)attempt;
	(void)completeness_pct;
	(void)skip_reason;
	(void)now_ms;
	return refuse(warehouse, err);
}

static bool reset_breaker(struct warehouse *warehouse, const char *table, struct date_range range,
	int64_t now_ms, int64_t *reset_count, struct error *err)
{
	(void)table;
	(void)range;
	(void)now_ms;
	(void)reset_count;
	return refuse(warehouse, err);
}

static bool count_failures(struct warehouse *warehouse, struct date_range range,
	struct failure_counts *counts, struct error *err)
{
	(void)range;
	(void)counts;
	return refuse(warehouse, err);
}

static bool count_locks(struct warehouse *warehouse, struct date_range range, int64_t tries,
	int64_t now_ms, struct lock_counts *counts, struct error *err)
{
	(void)range;
	(void)tries;
	(void)now_ms;
	(void)counts;
	return refuse(warehouse, err);
}

static bool sample_rows(struct warehouse *warehouse, const struct sample_request *request,
	struct row_sample *sample, struct error *err)
{
	(void)request;
	(void)sample;
	return refuse(warehouse, err);
}

static bool store_receipts(struct warehouse *warehouse, const struct receipt *receipts,
	size_t count, struct error *err)
{
	(void)receipts;
	(void)count;
	return refuse(warehouse, err);
}

static bool fit_table(struct warehouse *warehouse, const struct table_layout *layout,
	bool is_to_be_written, enum table_fit *fit, struct buffer *why, struct error *err)
{
	(void)layout;
	(void)is_to_be_written;
	(void)fit;
	(void)why;
	return refuse(warehouse, err);
}

static bool look(struct warehouse *warehouse, const struct table_layout *const *layouts,
	size_t count, struct health_facts *facts, struct error *err)
{
	(void)layouts;
	(void)count;
	(void)err;
	facts->is_counts = true;
	facts->place = memory_copy_text(warehouse->name);
	facts->breaker_state = facts->damage_state = HEALTH_ABSENT;
	return true;
}

const struct warehouse_backend counts_backend = {
	.prefix = "counts",
	.counts_only = true,
	.exists = path_exists,
	.open = open_counts,
	.close = close_counts,
	.prepare = prepare,
	.read = read_rows,
	.replace_day = replace_day,
	.store_receipts = store_receipts,
	.fit = fit_table,
	.receipts = receipts,
	.count_days = count_days,
	.raw_days = raw_days,
	.load_begin = load_begin,
	.load_row = load_row,
	.load_commit = load_commit,
	.load_abandon = load_abandon,
	.read_attempts = read_attempts,
	.add_attempt = add_attempt,
	.reset_breaker = reset_breaker,
	.count_failures = count_failures,
	.count_locks = count_locks,
	.sample_rows = sample_rows,
	.look = look,
};
