/* The trail of the ledger and the records of the warehouse. */
#include "witness/audit.h"

#include "base/clock.h"
#include "base/memory.h"
#include "ledger/ledger.h"
#include "native/rules.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	const struct audit_request *request;
	struct audit *audit;
	struct ledger_events events;
	struct ledger_runs runs;
	struct ledger_attempts attempts; /* newest first */
	size_t line_room;
	struct symbols *run_ids; /* their numbers are places in the two lists */
	const char **logs, **authors;
};

static int table_of(const struct reading *reading, const char *name)
{
	const struct pipeline *pipeline = reading->request->pipeline;
	size_t table = pipeline_find(pipeline, name);
	return table < pipeline->table_count ? (int)table : -1;
}

/* A table of an earlier shape of the pipeline is only a name. */
static void name_stranger(const struct reading *reading, const char *table, struct buffer *text)
{
	if (table[0] != '\0' && table_of(reading, table) < 0)
		buffer_add_format(text, "%s: ", table);
}

/* Takes the text. */
static struct audit_line *add_line(struct reading *reading, int64_t at_ms, struct buffer *text)
{
	struct audit *audit = reading->audit;
	if (audit->line_count == reading->line_room) {
		reading->line_room = reading->line_room == 0 ? 256 : reading->line_room * 2;
		audit->lines =
			memory_resize(audit->lines, reading->line_room, sizeof(*audit->lines));
	}
	struct audit_line *line = &audit->lines[audit->line_count++];
	*line = (struct audit_line){.at_ms = at_ms,
		.table = -1,
		.date = DATE_NONE,
		.who = "",
		.text = arena_copy_text(&audit->arena, buffer_text(text)),
		.log = "",
		.log_offset = -1};
	buffer_release(text);
	return line;
}

static bool is_started(const struct ledger_event *event)
{
	return strcmp(event->kind, LEDGER_EVENT_STARTED) == 0;
}

/* The place of a run in the lists; their length when it is none of the newest. */
static size_t run_place(const struct reading *reading, const char *id)
{
	const char *known = symbols_find(reading->run_ids, id);
	return known == NULL ? reading->runs.count : symbols_number(known);
}

/* Log and author of each run, once: many attempts share them. */
static void note_runs(struct reading *reading)
{
	struct arena *arena = &reading->audit->arena;
	size_t count = reading->runs.count;
	reading->run_ids = symbols_new();
	reading->logs = memory_new_array(count + 1, sizeof(*reading->logs));
	reading->authors = memory_new_array(count + 1, sizeof(*reading->authors));
	reading->logs[count] = reading->authors[count] = "";
	for (size_t i = 0; i < count; i++) {
		const struct ledger_run *run = &reading->runs.items[i];
		symbols_add(reading->run_ids, run->id, strlen(run->id));
		reading->logs[i] = arena_copy_text(arena, run->log_path);
		reading->authors[i] = "";
	}
	for (size_t i = 0; i < reading->events.count; i++) {
		const struct ledger_event *event = &reading->events.items[i];
		size_t place = run_place(reading, event->run);
		if (is_started(event) && place < count)
			reading->authors[place] = arena_copy_text(arena, event->text);
	}
}

static enum severity severity_of(char letter)
{
	return letter == 'E' ? SEVERITY_ERROR : letter == 'W' ? SEVERITY_WARNING : SEVERITY_INFO;
}

static void add_events(struct reading *reading)
{
	for (size_t i = 0; i < reading->events.count; i++) {
		const struct ledger_event *event = &reading->events.items[i];
		struct buffer text = {0};
		if (is_started(event))
			continue; /* the run itself tells it */
		name_stranger(reading, event->table, &text);
		buffer_add_text(&text, event->text);
		struct audit_line *line = add_line(reading, event->at_ms, &text);
		line->severity = severity_of(event->severity);
		line->table = table_of(reading, event->table);
		line->date = event->date;
	}
}

static void say_start(const struct ledger_run *run, struct buffer *text)
{
	char range[DATE_RANGE_TEXT_BYTES];
	buffer_add_format(text, "run started: %" PRId64 " %s of %s, %s", run->planned,
		run->planned == 1 ? "date" : "dates", date_range_format(run->range, range),
		run->executor);
}

static void say_end(const struct ledger_run *run, struct buffer *text)
{
	static const char *const words[] = {[RUN_GOES_ON] = "running",
		[RUN_SUCCEEDED] = "run finished",
		[RUN_STOPPED] = "run stopped",
		[RUN_FAILED] = "run failed",
		[RUN_KILLED] = "run killed",
		[RUN_LOST] = "run lost, nobody saw its end"};
	char spent[DURATION_TEXT_BYTES];
	buffer_add_format(text, "%s: %" PRId64 " done", words[run->outcome], run->done);
	if (run->failed != 0)
		buffer_add_format(text, ", %" PRId64 " failed", run->failed);
	if (run->left != 0)
		buffer_add_format(text, ", %" PRId64 " left", run->left);
	if (run->ended_ms > run->started_ms)
		buffer_add_format(text, ", after %s",
			clock_format_duration(run->ended_ms - run->started_ms, spent));
}

static enum severity severity_of_end(enum run_outcome outcome)
{
	switch (outcome) {
	case RUN_GOES_ON:
		return SEVERITY_INFO;
	case RUN_SUCCEEDED:
		return SEVERITY_GOOD;
	case RUN_STOPPED:
	case RUN_KILLED:
		return SEVERITY_WARNING;
	case RUN_FAILED:
	case RUN_LOST:
		return SEVERITY_ERROR;
	}
	return SEVERITY_ERROR;
}

static void add_run(struct reading *reading, const struct ledger_run *run)
{
	struct buffer text = {0};
	size_t place = run_place(reading, run->id);
	if (run->outcome != RUN_GOES_ON) {
		name_stranger(reading, run->table, &text);
		say_end(run, &text);
		struct audit_line *end = add_line(reading, run->ended_ms, &text);
		end->severity = severity_of_end(run->outcome);
		end->table = table_of(reading, run->table);
		end->log = reading->logs[place];
	}
	name_stranger(reading, run->table, &text);
	say_start(run, &text);
	struct audit_line *start = add_line(reading, run->started_ms, &text);
	start->table = table_of(reading, run->table);
	start->who = reading->authors[place];
	start->log = reading->logs[place];
}

static void add_attempt(struct reading *reading, const struct ledger_attempt *attempt)
{
	static const char *const words[] = {[LEDGER_DATE_RUNNING] = "",
		[LEDGER_DATE_SUCCEEDED] = "",
		[LEDGER_DATE_FAILED] = "failed",
		[LEDGER_DATE_KILLED] = "stopped",
		[LEDGER_DATE_SUSPECT] = "cut while it was written"};
	struct buffer text = {0};
	if (words[attempt->state][0] == '\0')
		return;
	name_stranger(reading, attempt->table, &text);
	buffer_add_text(&text, words[attempt->state]);
	if (attempt->category[0] != '\0')
		buffer_add_format(&text, ": %s", attempt->category);
	if (attempt->reason[0] != '\0')
		buffer_add_format(&text, ": %s", attempt->reason);
	struct audit_line *line = add_line(
		reading, attempt->ended_ms > 0 ? attempt->ended_ms : attempt->started_ms, &text);
	line->severity = attempt->state == LEDGER_DATE_FAILED ? SEVERITY_ERROR : SEVERITY_WARNING;
	line->table = table_of(reading, attempt->table);
	line->date = attempt->date;
	line->log = reading->logs[run_place(reading, attempt->run)];
	line->log_offset = attempt->log_offset;
}

static int newest_first(const void *a, const void *b)
{
	const struct audit_line *first = a, *second = b;
	return (first->at_ms < second->at_ms) - (first->at_ms > second->at_ms);
}

static void make_lines(struct reading *reading)
{
	struct audit *audit = reading->audit;
	note_runs(reading);
	add_events(reading);
	for (size_t i = 0; i < reading->runs.count; i++)
		add_run(reading, &reading->runs.items[i]);
	for (size_t i = 0; i < reading->attempts.count; i++)
		add_attempt(reading, &reading->attempts.items[i]);
	if (audit->line_count > 0)
		qsort(audit->lines, audit->line_count, sizeof(*audit->lines), newest_first);
	if (audit->line_count > AUDIT_LINES_MAX)
		audit->line_count = AUDIT_LINES_MAX;
}

static int by_cell(const void *a, const void *b)
{
	const struct try_count *first = a, *second = b;
	if (first->table != second->table)
		return first->table < second->table ? -1 : 1;
	return (first->date > second->date) - (first->date < second->date);
}

/* Newest first: a success ends the count of its cell. */
struct cell_tries {
	int tries;
	bool is_over;
};

static void count_tries(struct reading *reading)
{
	const struct pipeline *pipeline = reading->request->pipeline;
	struct date_range range = reading->request->range;
	size_t days = (size_t)date_range_days(range);
	struct cell_tries *cells =
		memory_new_array(pipeline->table_count * days + 1, sizeof(*cells));
	struct audit *audit = reading->audit;
	for (size_t i = 0; i < reading->attempts.count; i++) {
		const struct ledger_attempt *attempt = &reading->attempts.items[i];
		int table = table_of(reading, attempt->table);
		if (table < 0 || !date_range_has(range, attempt->date))
			continue;
		struct cell_tries *cell =
			&cells[(size_t)table * days + (size_t)(attempt->date - range.first)];
		cell->is_over |= attempt->state == LEDGER_DATE_SUCCEEDED;
		cell->tries += !cell->is_over && attempt->state == LEDGER_DATE_FAILED;
	}
	audit->tries = memory_new_array(reading->attempts.count + 1, sizeof(*audit->tries));
	for (size_t i = 0; i < pipeline->table_count * days; i++)
		if (cells[i].tries > 0)
			audit->tries[audit->try_count++] = (struct try_count){
				i / days, range.first + (date_t)(i % days), cells[i].tries};
	qsort(audit->tries, audit->try_count, sizeof(*audit->tries), by_cell);
	free(cells);
}

static bool ask_ledger(struct reading *reading, struct error *err)
{
	struct ledger *ledger;
	const struct audit_request *request = reading->request;
	if (!ledger_open(request->state_folder, LEDGER_READ, &ledger, err))
		return false;
	bool done = ledger_newest_events(ledger, AUDIT_LINES_MAX, &reading->events, err) &&
		    ledger_newest_runs(ledger, NULL, AUDIT_LINES_MAX, &reading->runs, err) &&
		    ledger_all_attempts(
			    ledger, NULL, request->range, LEDGER_LIST_MAX, &reading->attempts, err);
	ledger_close(ledger);
	return done;
}

static void read_ledger(const struct audit_request *request, struct audit *audit)
{
	struct reading reading = {.request = request, .audit = audit};
	struct error err;
	if (!ledger_exists(request->state_folder))
		return;
	if (ask_ledger(&reading, &err)) {
		make_lines(&reading);
		count_tries(&reading);
	} else {
		text_copy(audit->ledger_trouble, sizeof(audit->ledger_trouble), err.text);
	}
	symbols_free(reading.run_ids);
	free(reading.logs);
	free(reading.authors);
	free(reading.events.items);
	free(reading.runs.items);
	free(reading.attempts.items);
}

static bool ask_warehouse(
	const struct audit_request *request, struct audit *audit, struct error *err)
{
	struct warehouse *warehouse;
	if (!warehouse_open(request->warehouse, WAREHOUSE_READ, &warehouse, err))
		return false;
	warehouse_set_cancel(warehouse, request->cancel);
	audit->is_without_records = warehouse_counts_only(warehouse);
	bool done = !audit->is_without_records &&
		    warehouse_count_failures(warehouse, request->range, &audit->records, err) &&
		    warehouse_count_locks(warehouse, request->range, BREAKER_ATTEMPTS,
			    audit->read_ms, &audit->locks, err);
	warehouse_close(warehouse);
	return done;
}

static void read_warehouse(const struct audit_request *request, struct audit *audit)
{
	struct error err;
	if (request->warehouse == NULL)
		return;
	audit->has_records = ask_warehouse(request, audit, &err);
	if (!audit->has_records && !audit->is_without_records)
		text_copy(audit->records_trouble, sizeof(audit->records_trouble), err.text);
}

struct audit *audit_read(const struct audit_request *request)
{
	struct audit *audit = memory_new(sizeof(*audit));
	audit->read_ms = clock_wall_ms();
	read_ledger(request, audit);
	read_warehouse(request, audit);
	return audit;
}

void audit_free(struct audit *audit)
{
	if (audit == NULL)
		return;
	free(audit->lines);
	free(audit->tries);
	free(audit->records.items);
	free(audit->locks.items);
	arena_release(&audit->arena);
	free(audit);
}

void audit_keep_records(struct audit *audit, struct audit *older)
{
	if (audit->has_records || audit->is_without_records || audit->records_trouble[0] != '\0')
		return;
	audit->has_records = older->has_records;
	audit->is_without_records = older->is_without_records;
	audit->records = older->records;
	audit->locks = older->locks;
	text_copy(audit->records_trouble, sizeof(audit->records_trouble), older->records_trouble);
	older->records = (struct failure_counts){0};
	older->locks = (struct lock_counts){0};
}
