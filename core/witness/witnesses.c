#include "witness/witnesses.h"

#include "base/clock.h"
#include "warehouse/detail.h"
#include "base/lock.h"
#include "base/memory.h"
#include "base/path.h"
#include "jobs/table_lock.h"
#include "ledger/ledger.h"
#include "model/model.h"
#include "native/processor.h"
#include "second_look.h"

#include <stdio.h>
#include <stdlib.h>

struct table_layout witnesses_layout(const struct pipeline_table *table)
{
	const struct processor *processor = processor_find(table->name);
	if (processor != NULL && table->job.executor == EXECUTOR_NATIVE)
		return *processor->layout;
	return (struct table_layout){
		.dataset = table->dataset, .name = table->name, .date_column = table->date_column};
}

/* A file of counts may hold any table; elsewhere only those are counted whose processor this
 * program has, because only they are known to exist. */
static void choose_layouts(const struct pipeline *pipeline, bool every_table,
	struct table_layout *layouts, struct witnesses *witnesses)
{
	for (size_t i = 0; i < pipeline->table_count; i++) {
		if (!every_table && processor_find(pipeline->tables[i].name) == NULL)
			continue;
		layouts[witnesses->layout_count] = witnesses_layout(&pipeline->tables[i]);
		witnesses->table_of_layout[witnesses->layout_count++] = i;
	}
}

/* All tables are counted, or (is_overview) only looked over. */
static bool count(struct warehouse *warehouse, const struct witness_request *request,
	bool is_overview, struct witnesses *witnesses, struct error *err)
{
	const struct pipeline *pipeline = request->pipeline;
	struct table_layout *layouts = memory_new_array(pipeline->table_count, sizeof(*layouts));
	struct count_table tables[PIPELINE_TABLES_MAX];
	const char *(*critical)[PIPELINE_EDGES_MAX] =
		memory_new_array(pipeline->table_count, sizeof(*critical));
	witnesses->table_of_layout =
		memory_new_array(pipeline->table_count, sizeof(*witnesses->table_of_layout));
	choose_layouts(pipeline, warehouse_counts_only(warehouse), layouts, witnesses);
	for (size_t i = 0; i < witnesses->layout_count; i++) {
		const struct pipeline_table *table =
			&pipeline->tables[witnesses->table_of_layout[i]];
		size_t count = pipeline_critical(table, critical[i]);
		tables[i] = (struct count_table){&layouts[i], critical[i], count};
	}
	witnesses->has_counts = (is_overview ? warehouse_overview : warehouse_count_days)(warehouse,
		tables, witnesses->layout_count, request->range, &witnesses->counts, err);
	free(layouts);
	free(critical);
	return witnesses->has_counts;
}

/* Where it cannot be had (an emulator without the view, a right that is missing) the receipts alone
 * speak, as ever; that is told. */
static void look_over(struct warehouse *warehouse, const struct witness_request *request,
	struct witnesses *witnesses)
{
	struct error err;
	if (count(warehouse, request, true, witnesses, &err))
		return;
	free(witnesses->table_of_layout);
	witnesses->table_of_layout = NULL;
	witnesses->layout_count = 0;
	char *words = memory_format(
		"the partitions could not be looked over, receipts alone are shown: %s", err.text);
	if (request->hear != NULL)
		request->hear(request->hear_context, words);
	free(words);
}

static bool count_or_look_over(struct warehouse *warehouse, const struct witness_request *request,
	struct witnesses *witnesses, struct error *err)
{
	if (request->recount || warehouse_counts_only(warehouse))
		return count(warehouse, request, false, witnesses, err);
	if (warehouse_has_overview(warehouse))
		look_over(warehouse, request, witnesses);
	return true;
}

struct listener {
	void (*hear)(void *context, const char *sentence);
	void *context;
};

static void hear_detail(void *context, char severity, const char *line)
{
	const struct listener *listener = context;
	(void)severity;
	listener->hear(listener->context, line);
}

static bool read_warehouse(
	const struct witness_request *request, struct witnesses *witnesses, struct error *err)
{
	struct warehouse *warehouse;
	if (!request->must_exist && warehouse_is_to_come(request->warehouse))
		return true;
	if (!warehouse_open(request->warehouse, WAREHOUSE_READ, &warehouse, err))
		return false;
	struct listener listener = {request->hear, request->hear_context};
	warehouse_hear_costs(warehouse, listener.hear, listener.context);
	if (listener.hear != NULL)
		warehouse_hear_details(
			warehouse, &(const struct detail_listener){&listener, hear_detail});
	bool done = warehouse_raw_days(warehouse, DATE_RANGE_ALWAYS, &witnesses->raw_days, err) &&
		    warehouse_receipts(warehouse, request->range, &witnesses->receipts, err) &&
		    count_or_look_over(warehouse, request, witnesses, err) &&
		    second_look(warehouse, request, witnesses, err);
	warehouse_close(warehouse);
	return done;
}

/* What the ledger calls running is so only while somebody owns the state folder. */
static enum attempt_state attempt_state_of(const struct ledger_attempt *attempt, bool is_owned)
{
	switch (attempt->state) {
	case LEDGER_DATE_RUNNING:
		return is_owned ? ATTEMPT_RUNNING : ATTEMPT_KILLED;
	case LEDGER_DATE_KILLED:
		return text_equal(attempt->category, LEDGER_CATEGORY_LOST) ? ATTEMPT_LOST
									   : ATTEMPT_KILLED;
	case LEDGER_DATE_SUCCEEDED:
		return ATTEMPT_SUCCEEDED;
	case LEDGER_DATE_FAILED:
		return text_equal(attempt->category, LEDGER_CATEGORY_TIMEOUT) ? ATTEMPT_TIMED_OUT
									      : ATTEMPT_FAILED;
	case LEDGER_DATE_SUSPECT:
		return ATTEMPT_SUSPECT;
	}
	return ATTEMPT_NONE;
}

/* While somebody owns the state folder, or the table's own job lives on without a console. */
static bool is_worked_on(
	const struct witness_request *request, const struct pipeline_table *table, bool is_owned)
{
	char holder[LOCK_HOLDER_BYTES];
	return is_owned || (table->job.executor == EXECUTOR_COMMAND &&
				   table_lock_is_held(request->state_folder, table->name, holder));
}

/* A date that came out of a log in one go has no time of its own: it began when it ended. What is
 * computed here may end within the same millisecond. */
static int64_t duration_of(const struct ledger_attempt *attempt, const struct pipeline_table *table)
{
	int64_t least_ms = table->job.executor == EXECUTOR_COMMAND ? 1 : 0;
	int64_t duration_ms = attempt->ended_ms - attempt->started_ms;
	return attempt->started_ms > 0 && duration_ms >= least_ms ? duration_ms : -1;
}

static void take_attempts(const struct witness_request *request,
	const struct ledger_attempts *attempts, struct witnesses *witnesses)
{
	const struct pipeline *pipeline = request->pipeline;
	bool is_owned = lock_is_held(request->state_folder);
	witnesses->attempts = memory_new_array(attempts->count + 1, sizeof(*witnesses->attempts));
	for (size_t i = 0; i < attempts->count; i++) {
		const struct ledger_attempt *attempt = &attempts->items[i];
		size_t table = pipeline_find(pipeline, attempt->table);
		if (table == pipeline->table_count)
			continue; /* of an earlier shape of the pipeline */
		struct cell_attempt *taken = &witnesses->attempts[witnesses->attempt_count++];
		*taken = (struct cell_attempt){.table = table,
			.date = attempt->date,
			.state = attempt_state_of(
				attempt, is_worked_on(request, &pipeline->tables[table], is_owned)),
			.at_ms = attempt->ended_ms,
			.duration_ms = duration_of(attempt, &pipeline->tables[table]),
			.rows = pipeline->tables[table].job.executor == EXECUTOR_COMMAND &&
						attempt->state == LEDGER_DATE_SUCCEEDED
					? attempt->rows
					: -1};
		struct buffer words = {0};
		if (attempt->category[0] != '\0')
			buffer_add_format(&words, "%s: ", attempt->category);
		buffer_add_text(&words, attempt->reason);
		text_copy(taken->words, sizeof(taken->words), buffer_text(&words));
		buffer_release(&words);
	}
}

/* "covid postponement (mk@host, 2021-11-20)" */
static void take_excuses(const struct witness_request *request,
	const struct ledger_excuses *excuses, struct witnesses *witnesses)
{
	char made[DATE_TEXT_BYTES];
	witnesses->excuses = memory_new_array(excuses->count + 1, sizeof(*witnesses->excuses));
	for (size_t i = 0; i < excuses->count; i++) {
		const struct ledger_excuse *excuse = &excuses->items[i];
		size_t table = pipeline_find(request->pipeline, excuse->table);
		if (table == request->pipeline->table_count)
			continue;
		struct cell_excuse *taken = &witnesses->excuses[witnesses->excuse_count++];
		taken->table = table;
		taken->date = excuse->date;
		taken->until = excuse->until;
		snprintf(taken->words, sizeof(taken->words), "%s (%s, %s)", excuse->reason,
			excuse->author, date_format(clock_local_date(excuse->made_ms), made));
	}
}

static bool read_ledger(
	const struct witness_request *request, struct witnesses *witnesses, struct error *err)
{
	struct ledger *ledger;
	struct ledger_attempts attempts = {0};
	struct ledger_excuses excuses = {0};
	if (request->state_folder == NULL || !ledger_exists(request->state_folder))
		return true;
	if (!ledger_open(request->state_folder, LEDGER_READ, &ledger, err))
		return false;
	bool done = ledger_newest_attempts(ledger, request->range, &attempts, err) &&
		    ledger_read_excuses(ledger, request->range, &excuses, err);
	if (done) {
		take_attempts(request, &attempts, witnesses);
		take_excuses(request, &excuses, witnesses);
	}
	free(attempts.items);
	free(excuses.items);
	ledger_close(ledger);
	return done;
}

/* What a reading that failed half-way has left is no answer. */
static void forget_warehouse(struct witnesses *witnesses)
{
	receipts_release(&witnesses->receipts);
	free(witnesses->raw_days.items);
	day_counts_release(&witnesses->counts);
	free(witnesses->table_of_layout);
	witnesses->receipts = (struct receipts){0};
	witnesses->raw_days = (struct raw_days){.first_game = DATE_NONE, .last_game = DATE_NONE};
	witnesses->table_of_layout = NULL;
	witnesses->layout_count = 0;
	witnesses->has_counts = false;
}

bool witnesses_read(
	const struct witness_request *request, struct witnesses *witnesses, struct error *err)
{
	*witnesses =
		(struct witnesses){.raw_days = {.first_game = DATE_NONE, .last_game = DATE_NONE}};
	struct error why;
	checkpoints_read(request->pipeline, request->range, &witnesses->checkpoints);
	/* The ledger first: a date that ends between the two readings has its rows, and is not
	 * taken for one that succeeded without any. */
	bool has_ledger = read_ledger(request, witnesses, &why);
	if (!has_ledger)
		text_copy(witnesses->ledger_trouble, sizeof(witnesses->ledger_trouble), why.text);
	bool has_warehouse =
		(has_ledger || request->accept_partial) && read_warehouse(request, witnesses, &why);
	if (!has_warehouse && (has_ledger || request->accept_partial)) {
		forget_warehouse(witnesses);
		text_copy(witnesses->warehouse_trouble, sizeof(witnesses->warehouse_trouble),
			why.text);
	}
	if ((has_ledger && has_warehouse) || request->accept_partial)
		return true;
	if (err != NULL)
		*err = why;
	witnesses_release(witnesses);
	return false;
}

void witnesses_release(struct witnesses *witnesses)
{
	forget_warehouse(witnesses);
	free(witnesses->attempts);
	free(witnesses->excuses);
	checkpoints_release(&witnesses->checkpoints);
	*witnesses = (struct witnesses){0};
}

struct coverage *witnesses_judge(const struct witnesses *witnesses, const struct pipeline *pipeline,
	struct date_range range, int64_t now_ms, struct calendar **calendar)
{
	*calendar = calendar_new(pipeline, &witnesses->raw_days);
	struct coverage *coverage = coverage_new(pipeline, *calendar, range);
	if (witnesses->warehouse_trouble[0] == '\0')
		coverage_set_receipts(coverage, &witnesses->receipts, now_ms);
	if (witnesses->has_counts && witnesses->counts.is_overview)
		coverage_set_overview(coverage, &witnesses->counts, witnesses->table_of_layout,
			witnesses->layout_count, now_ms);
	else if (witnesses->has_counts)
		coverage_set_counts(coverage, &witnesses->counts, witnesses->table_of_layout,
			witnesses->layout_count, now_ms);
	for (size_t i = 0; i < witnesses->attempt_count; i++) {
		const struct cell_attempt *attempt = &witnesses->attempts[i];
		coverage_set_attempt(coverage, attempt->table, attempt->date, attempt->state,
			attempt->words, attempt->at_ms);
		coverage_set_spent(coverage, attempt->table, attempt->date, attempt->duration_ms);
		coverage_set_reported(
			coverage, attempt->table, attempt->date, attempt->rows, attempt->at_ms);
	}
	checkpoints_apply(&witnesses->checkpoints, coverage);
	coverage_set_today(coverage, clock_local_date(now_ms));
	for (size_t i = 0; i < witnesses->excuse_count; i++) {
		const struct cell_excuse *excuse = &witnesses->excuses[i];
		coverage_set_excuse(coverage, &(struct excuse){excuse->table, excuse->date,
						      excuse->until, excuse->words});
	}
	coverage_judge(coverage);
	return coverage;
}

/* Newest first, of the dates that succeeded. */
static int by_end(const void *a, const void *b)
{
	const struct cell_attempt *const *first = a, *const *second = b;
	return ((*first)->at_ms < (*second)->at_ms) - ((*first)->at_ms > (*second)->at_ms);
}

struct eta_speed witnesses_speed(
	const struct witnesses *witnesses, const struct calendar *calendar, size_t table)
{
	size_t count = 0;
	const struct cell_attempt **worked =
		memory_new_array(witnesses->attempt_count + 1, sizeof(*worked));
	for (size_t i = 0; i < witnesses->attempt_count; i++) {
		const struct cell_attempt *attempt = &witnesses->attempts[i];
		if (attempt->table == table && cell_attempt_worked(attempt))
			worked[count++] = attempt;
	}
	qsort(worked, count, sizeof(worked[0]), by_end);
	struct eta_sample samples[ETA_DATES_MAX];
	size_t used = count < ETA_DATES_MAX ? count : ETA_DATES_MAX;
	for (size_t i = 0; i < used; i++)
		samples[i] = (struct eta_sample){
			worked[i]->duration_ms, calendar_day(calendar, worked[i]->date).games, 1};
	free(worked);
	struct eta_speed speed = eta_speed_of(samples, used);
	speed.is_old = true;
	return speed;
}

/* One that a write has opened proves nothing. */
static struct ledger_proof *prove(const struct receipts *receipts, size_t *count)
{
	struct ledger_proof *proofs = memory_new_array(receipts->count + 1, sizeof(*proofs));
	*count = 0;
	for (size_t i = 0; i < receipts->count; i++) {
		const struct receipt *receipt = &receipts->items[i];
		if (receipt->is_open)
			continue;
		proofs[(*count)++] = (struct ledger_proof){.run = receipt->run,
			.table = receipt->table,
			.date = receipt->date,
			.rows = receipt->rows,
			.at_ms = receipt->verified_ms};
	}
	return proofs;
}

static bool read_all_receipts(const char *spec, struct receipts *receipts, struct error *err)
{
	struct warehouse *warehouse;
	*receipts = (struct receipts){0};
	if (!warehouse_exists(spec))
		return true;
	if (!warehouse_open(spec, WAREHOUSE_READ, &warehouse, err))
		return false;
	bool done = warehouse_receipts(warehouse, DATE_RANGE_ALWAYS, receipts, err);
	warehouse_close(warehouse);
	return done;
}

bool witnesses_reconcile(
	const char *warehouse, const char *state_folder, int64_t *lost, struct error *err)
{
	struct ledger *ledger;
	struct receipts receipts;
	struct ledger_reconciled result = {0};
	*lost = 0;
	if (!ledger_exists(state_folder))
		return true;
	if (!read_all_receipts(warehouse, &receipts, err))
		return false;
	size_t count;
	struct ledger_proof *proofs = prove(&receipts, &count);
	bool done = ledger_open(state_folder, LEDGER_WRITE, &ledger, err);
	if (done) {
		done = ledger_reconcile(ledger, proofs, count, clock_wall_ms(), &result, err);
		ledger_close(ledger);
	}
	free(proofs);
	receipts_release(&receipts);
	*lost = result.runs;
	return done;
}
