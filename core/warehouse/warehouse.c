/* The list of backends, and the calls handed on to the one that a spec names. */
#include "backend.h"

#include "base/memory.h"
#include "base/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The first is the one of a spec without prefix. */
static const struct warehouse_backend *const backends[] = {
	&sqlite_backend,
	&counts_backend,
	&bigquery_backend,
};

/* "sqlite:PATH" -> 6, a path -> 0: a colon in a path comes after a slash or a dot. */
static size_t prefix_length(const char *spec)
{
	size_t length = strspn(spec, "abcdefghijklmnopqrstuvwxyz");
	return spec[length] == ':' ? length : 0;
}

static const struct warehouse_backend *find_prefix(const char *spec, size_t length)
{
	for (size_t i = 0; i < ARRAY_COUNT(backends); i++)
		if (strlen(backends[i]->prefix) == length &&
			strncmp(spec, backends[i]->prefix, length) == 0)
			return backends[i];
	return NULL;
}

static const struct warehouse_backend *find_backend(
	const char *spec, const char **place, struct error *err)
{
	size_t length = prefix_length(spec);
	*place = length == 0 ? spec : spec + length + 1;
	const struct warehouse_backend *found = find_prefix(spec, length);
	bool is_enough = **place != '\0' || (found != NULL && found->finds_its_place);
	if (!is_enough) {
		error_set(err, ERROR_CONFIG, "\"%s\": the warehouse has no name", spec);
		return NULL;
	}
	if (length == 0 || found != NULL)
		return length == 0 ? backends[0] : found;
	error_set(err, ERROR_CONFIG,
		"\"%s\": there is no kind of warehouse \"%.*s\" (there are: %s, %s, %s)", spec,
		(int)length, spec, backends[0]->prefix, backends[1]->prefix, backends[2]->prefix);
	return NULL;
}

bool warehouse_open(
	const char *spec, enum warehouse_mode mode, struct warehouse **opened, struct error *err)
{
	const char *place;
	const struct warehouse_backend *backend = find_backend(spec, &place, err);
	return backend != NULL && backend->open(place, mode, opened, err);
}

char *warehouse_read_only_spec(const char *spec)
{
	const char *place;
	const struct warehouse_backend *backend = find_backend(spec, &place, NULL);
	if (backend == NULL || backend->read_only_option == NULL)
		return memory_copy_text(spec);
	return memory_format(
		"%s%c%s", spec, strchr(place, '?') == NULL ? '?' : '&', backend->read_only_option);
}

void warehouse_hear_costs(struct warehouse *warehouse,
	void (*hear)(void *context, const char *sentence), void *context)
{
	warehouse->hear_costs = hear;
	warehouse->costs_context = context;
}

void warehouse_hear_details(struct warehouse *warehouse, const struct detail_listener *listener)
{
	if (warehouse->backend->hear_details != NULL)
		warehouse->backend->hear_details(warehouse, listener);
}

bool warehouse_check_spec(const char *spec, struct error *err)
{
	const char *place;
	return find_backend(spec, &place, err) != NULL;
}

bool warehouse_counts_only(const struct warehouse *warehouse)
{
	return warehouse->backend->counts_only;
}

bool warehouse_spec_counts_only(const char *spec)
{
	const char *place;
	const struct warehouse_backend *backend = find_backend(spec, &place, NULL);
	return backend != NULL && backend->counts_only;
}

bool warehouse_exists(const char *spec)
{
	const char *place;
	const struct warehouse_backend *backend = find_backend(spec, &place, NULL);
	return backend == NULL || backend->exists(place);
}

bool warehouse_is_to_come(const char *spec)
{
	return !warehouse_spec_counts_only(spec) && !warehouse_exists(spec);
}

void warehouse_close(struct warehouse *warehouse)
{
	if (warehouse != NULL)
		warehouse->backend->close(warehouse);
}

void warehouse_set_cancel(struct warehouse *warehouse, struct cancel *cancel)
{
	warehouse->cancel = cancel;
}

const char *warehouse_name(const struct warehouse *warehouse)
{
	return warehouse->name;
}

int64_t warehouse_select_count(const struct warehouse *warehouse)
{
	return warehouse->selects;
}

bool warehouse_prepare(struct warehouse *warehouse, const struct table_layout *const *layouts,
	size_t count, struct error *err)
{
	warehouse->made_count = 0;
	return warehouse->backend->prepare(warehouse, layouts, count, err);
}

bool warehouse_only_estimate(struct warehouse *warehouse, int64_t *bytes)
{
	if (bytes != NULL && warehouse->backend->estimate_read == NULL)
		return false;
	warehouse->estimated_bytes = bytes;
	return true;
}

int64_t warehouse_billed_least(const struct warehouse *warehouse)
{
	return warehouse->backend->billed_least;
}

int64_t warehouse_billed_write_least(const struct warehouse *warehouse)
{
	return warehouse->backend->billed_write_least;
}

static bool estimate(struct warehouse *warehouse, const struct read_request *request,
	struct symbols *symbols, struct frame *frame, struct error *err)
{
	int64_t bytes;
	if (!warehouse->backend->estimate_read(warehouse, request, &bytes, err))
		return false;
	*warehouse->estimated_bytes += bytes;
	*frame = (struct frame){.symbols = symbols, .column_count = request->column_count};
	frame->columns = memory_new_array(request->column_count + 1, sizeof(*frame->columns));
	return true;
}

void warehouse_note_made(struct warehouse *warehouse, const struct table_layout *layout)
{
	if (warehouse->made_count < ARRAY_COUNT(warehouse->made))
		warehouse->made[warehouse->made_count++] = layout;
}

bool warehouse_has_made(const struct warehouse *warehouse, const struct table_layout *layout)
{
	for (size_t i = 0; i < warehouse->made_count; i++)
		if (warehouse->made[i] == layout)
			return true;
	return false;
}

bool warehouse_read(struct warehouse *warehouse, const struct read_request *request,
	struct symbols *symbols, struct frame *frame, struct error *err)
{
	if (warehouse->estimated_bytes != NULL)
		return estimate(warehouse, request, symbols, frame, err);
	return warehouse->backend->read(warehouse, request, symbols, frame, err);
}

bool warehouse_replace_day(struct warehouse *warehouse, const struct day_write *write,
	struct receipt *receipt, bool *unchanged, struct error *err)
{
	return warehouse->backend->replace_day(warehouse, write, receipt, unchanged, err);
}

static bool replace_one_by_one(struct warehouse *warehouse, const struct day_write *writes,
	size_t count, struct receipt *receipts, bool *unchanged, size_t *written, struct error *err)
{
	for (*written = 0; *written < count; ++*written)
		if (!warehouse->backend->replace_day(warehouse, &writes[*written],
			    &receipts[*written], &unchanged[*written], err))
			return false;
	return true;
}

bool warehouse_replace_days(struct warehouse *warehouse, const struct day_write *writes,
	size_t count, struct receipt *receipts, bool *unchanged, size_t *written, struct error *err)
{
	const struct warehouse_backend *backend = warehouse->backend;
	assert(count <= DAYS_WRITTEN_MAX);
	return backend->replace_days != NULL ? backend->replace_days(warehouse, writes, count,
						       receipts, unchanged, written, err)
					     : replace_one_by_one(warehouse, writes, count,
						       receipts, unchanged, written, err);
}

bool warehouse_withdraw(struct warehouse *warehouse, struct error *err)
{
	return warehouse->backend->withdraw == NULL || warehouse->backend->withdraw(warehouse, err);
}

bool warehouse_store_receipts(struct warehouse *warehouse, const struct receipt *receipts,
	size_t count, struct error *err)
{
	assert(count <= DAYS_WRITTEN_MAX);
	return warehouse->backend->store_receipts(warehouse, receipts, count, err);
}

bool warehouse_fit(struct warehouse *warehouse, const struct table_layout *layout,
	bool is_to_be_written, enum table_fit *fit, struct buffer *why, struct error *err)
{
	return warehouse->backend->fit(warehouse, layout, is_to_be_written, fit, why, err);
}

int64_t warehouse_rows_bytes(const struct warehouse *warehouse, const struct rows *rows)
{
	return warehouse->backend->rows_bytes == NULL
		       ? 0
		       : warehouse->backend->rows_bytes(warehouse, rows);
}

bool warehouse_estimate_read(struct warehouse *warehouse, const struct read_request *request,
	int64_t *bytes, struct error *err)
{
	if (warehouse->backend->estimate_read != NULL)
		return warehouse->backend->estimate_read(warehouse, request, bytes, err);
	*bytes = 0;
	return true;
}

bool warehouse_receipts(struct warehouse *warehouse, struct date_range range,
	struct receipts *receipts, struct error *err)
{
	return warehouse->backend->receipts(warehouse, range, receipts, err);
}

bool warehouse_count_days(struct warehouse *warehouse, const struct count_table *tables,
	size_t count, struct date_range range, struct day_counts *counts, struct error *err)
{
	return warehouse->backend->count_days(warehouse, tables, count, range, counts, err);
}

void day_counts_put(struct day_counts *counts, const struct day_count *count)
{
	size_t at = 0;
	while (at < counts->count && (counts->items[at].table < count->table ||
					     (counts->items[at].table == count->table &&
						     counts->items[at].date < count->date)))
		at++;
	bool is_there = at < counts->count && counts->items[at].table == count->table &&
			counts->items[at].date == count->date;
	if (!is_there) {
		ARRAY_GROW(counts->items, counts->count, counts->capacity);
		memmove(&counts->items[at + 1], &counts->items[at],
			(counts->count++ - at) * sizeof(*counts->items));
	}
	counts->items[at] = *count;
}

void day_counts_add(struct day_counts *counts, const struct day_count *count, const int64_t *nulls,
	size_t null_count)
{
	ARRAY_GROW(counts->items, counts->count, counts->capacity);
	counts->items[counts->count] = *count;
	counts->items[counts->count++].first_null = counts->null_count;
	for (size_t i = 0; i < null_count; i++) {
		ARRAY_GROW(counts->nulls, counts->null_count, counts->null_capacity);
		counts->nulls[counts->null_count++] = nulls == NULL ? -1 : nulls[i];
	}
}

void day_counts_release(struct day_counts *counts)
{
	free(counts->items);
	free(counts->nulls);
	*counts = (struct day_counts){0};
}

bool warehouse_has_overview(const struct warehouse *warehouse)
{
	return warehouse->backend->overview != NULL;
}

bool warehouse_overview(struct warehouse *warehouse, const struct count_table *tables, size_t count,
	struct date_range range, struct day_counts *counts, struct error *err)
{
	return warehouse->backend->overview(warehouse, tables, count, range, counts, err);
}

bool warehouse_raw_days(struct warehouse *warehouse, struct date_range range, struct raw_days *days,
	struct error *err)
{
	return warehouse->backend->raw_days(warehouse, range, days, err);
}

bool warehouse_load_begin(
	struct warehouse *warehouse, const struct table_layout *layout, struct error *err)
{
	return warehouse->backend->load_begin(warehouse, layout, err);
}

bool warehouse_load_row(struct warehouse *warehouse, const struct value *values, struct error *err)
{
	return warehouse->backend->load_row(warehouse, values, err);
}

bool warehouse_load_commit(
	struct warehouse *warehouse, struct raw_load_result *result, struct error *err)
{
	return warehouse->backend->load_commit(warehouse, result, err);
}

void warehouse_load_abandon(struct warehouse *warehouse)
{
	warehouse->backend->load_abandon(warehouse);
}

bool warehouse_read_attempts(struct warehouse *warehouse, const char *table,
	struct date_range range, struct attempt_rows *attempts, struct error *err)
{
	if (warehouse->estimated_bytes != NULL) {
		*attempts = (struct attempt_rows){0};
		return true;
	}
	return warehouse->backend->read_attempts(warehouse, table, range, attempts, err);
}

bool warehouse_add_attempt(struct warehouse *warehouse, const char *table,
	const struct attempt_row *attempt, double completeness_pct, const char *skip_reason,
	int64_t now_ms, struct error *err)
{
	return warehouse->backend->add_attempt(
		warehouse, table, attempt, completeness_pct, skip_reason, now_ms, err);
}

bool warehouse_reset_breaker(struct warehouse *warehouse, const char *table,
	struct date_range range, int64_t now_ms, int64_t *reset_count, struct error *err)
{
	return warehouse->backend->reset_breaker(warehouse, table, range, now_ms, reset_count, err);
}

bool warehouse_sample_rows(struct warehouse *warehouse, const struct sample_request *request,
	struct row_sample *sample, struct error *err)
{
	return sample_check(request, err) &&
	       warehouse->backend->sample_rows(warehouse, request, sample, err);
}

bool warehouse_look(struct warehouse *warehouse, const struct table_layout *const *layouts,
	size_t count, int64_t now_ms, struct health_facts *facts, struct error *err)
{
	struct health_facts found = {.at_ms = now_ms};
	if (!warehouse->backend->look(warehouse, layouts, count, &found, err)) {
		health_facts_release(&found);
		return false;
	}
	*facts = found;
	return true;
}

bool warehouse_repair(struct warehouse *warehouse, const struct health_finding *finding,
	int64_t now_ms, struct error *err)
{
	int64_t count;
	if (finding->repair == REPAIR_BREAKER)
		return warehouse_reset_breaker(
			warehouse, finding->subject, finding->dates, now_ms, &count, err);
	if (finding->repair == REPAIR_STATEMENT && warehouse->backend->repair != NULL)
		return warehouse->backend->repair(warehouse, finding->statement, err);
	return error_set(err, ERROR_USAGE, "%s: no statement repairs it", finding->id);
}

const struct table_layout *warehouse_record_layout(
	const struct warehouse *warehouse, enum record_kind kind)
{
	return warehouse->backend->records[kind];
}

bool warehouse_put_records(
	struct warehouse *warehouse, const struct record_write *write, struct error *err)
{
	if (write->date_count > RECORD_DATES_MAX)
		return error_set(err, ERROR_LIMIT,
			"%s: the failures of at most %d dates are replaced at once, not of %zu",
			write->table, RECORD_DATES_MAX, write->date_count);
	return warehouse->backend->put_records(warehouse, write, err);
}

bool warehouse_count_failures(struct warehouse *warehouse, struct date_range range,
	struct failure_counts *counts, struct error *err)
{
	return warehouse->backend->count_failures(warehouse, range, counts, err);
}

bool warehouse_count_locks(struct warehouse *warehouse, struct date_range range, int64_t tries,
	int64_t now_ms, struct lock_counts *counts, struct error *err)
{
	return warehouse->backend->count_locks(warehouse, range, tries, now_ms, counts, err);
}
