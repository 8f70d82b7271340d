/* What push and pull print: lines on the way, and the table or JSON at the end. */
#include "verb_push_parts.h"

#include "base/clock.h"

#include <inttypes.h>

void push_say_detail(void *context, char severity, const char *detail)
{
	const struct errand *errand = context;
	struct buffer line = {0};
	(void)severity;
	buffer_add_format(&line, "  %s\n", detail);
	verb_print(errand->out, &line);
}

void push_say_act(void *context, enum transfer_act act, const struct table_layout *layout,
	date_t date, int64_t rows, int64_t bytes)
{
	struct errand *errand = context;
	errand->has_acted = true;
	bool is_dry = errand->config->dry_run != 0;
	const char *would_go = is_dry ? " would go" : "";
	struct buffer line = {0};
	char day[DATE_TEXT_BYTES];
	buffer_add_format(&line, "%s ", layout->name);
	if (date != DATE_NONE)
		buffer_add_format(&line, "%s ", date_format(date, day));
	if (act == TRANSFER_MADE_TABLE)
		buffer_add_text(&line, is_dry ? "would be made" : "made");
	else if (act == TRANSFER_RENEWED)
		buffer_add_text(&line, is_dry ? "its receipt would be renewed" : "receipt renewed");
	else if (act == TRANSFER_SENT_FAILURES)
		buffer_add_format(&line, "%" PRId64 " failure records%s", rows, would_go);
	else if (act == TRANSFER_SENT_ATTEMPTS)
		buffer_add_format(&line, "%" PRId64 " breaker attempts%s", rows, would_go);
	else
		buffer_add_format(&line, "%" PRId64 " rows%s", rows, would_go);
	if (act == TRANSFER_SENT && bytes > 0) {
		buffer_add_text(&line, ", ");
		buffer_add_size(&line, bytes);
	}
	buffer_add_char(&line, '\n');
	verb_print(errand->out, &line);
}

/* What nobody can say before it was compared: how many dates go. */
static void say_cost_of_going(const struct errand *errand, int64_t batch_bytes)
{
	struct buffer line = {0};
	if (errand->is_push && batch_bytes > 0) {
		buffer_add_format(
			&line, "each %d dates of a table that go read ", TRANSFER_DATES_MAX);
		buffer_add_size(&line, batch_bytes);
		buffer_add_text(&line, " more at least: their receipts, and a recount\n");
	} else if (!errand->is_push) {
		buffer_add_text(&line, "the rows that come are read on top of that\n");
	}
	if (line.length > 0)
		verb_print(errand->out, &line);
}

/* Before it is paid; the share is of what a day may cost. */
void push_say_cost(void *context, int64_t bytes, int64_t batch_bytes)
{
	struct errand *errand = context;
	struct buffer line = {0};
	errand->compare_bytes = bytes;
	buffer_add_format(&line, "comparing reads about ");
	buffer_add_size(&line, bytes);
	buffer_add_format(&line, " in %s", warehouse_name(errand->far));
	if (budget_look(&errand->budget, NULL) && errand->budget.bytes_per_day > 0) {
		buffer_add_format(&line, ": %.2f %% of the day's ",
			100.0 * (double)bytes / (double)errand->budget.bytes_per_day);
		buffer_add_size(&line, errand->budget.bytes_per_day);
		buffer_add_text(&line, ", of which ");
		buffer_add_size(&line, errand->budget.used_bytes);
		buffer_add_text(&line, " are used");
	}
	buffer_add_char(&line, '\n');
	verb_print(errand->out, &line);
	say_cost_of_going(errand, batch_bytes);
}

static void add_report(
	const struct errand *errand, size_t index, struct buffer *text, struct buffer *notes)
{
	const struct transfer_report *report = &errand->reports[index];
	const char *name = errand->layouts[index]->name;
	char date[DATE_TEXT_BYTES];
	if (report->is_absent) {
		buffer_add_format(notes, "%s is not in %s: left out\n", name,
			warehouse_name(errand->is_push ? errand->near : errand->far));
		return;
	}
	buffer_add_format(text, "%-30s %7" PRId64 " %7" PRId64 " %8" PRId64 " %10" PRId64 "  ",
		name, report->same, report->sent, report->renewed, report->rows);
	buffer_add_size(text, report->bytes);
	buffer_add_char(text, '\n');
	if (report->only_there > 0)
		buffer_add_format(notes,
			"warning: %s has rows of %" PRId64 " dates there that are not here "
			"(%s is the first); they were left alone\n",
			name, report->only_there, date_format(report->first_only_there, date));
	if (report->interrupted > 0)
		buffer_add_format(notes,
			"warning: %s was interrupted on %" PRId64 " date%s (%s is the first); left "
			"out: compute there again, then copy\n",
			name, report->interrupted, report->interrupted == 1 ? "" : "s",
			date_format(report->first_interrupted, date));
}

static void add_records(const struct errand *errand, struct buffer *text)
{
	struct transfer_report sum = {0};
	for (size_t i = 0; i < errand->count; i++) {
		sum.failures += errand->reports[i].failures;
		sum.failure_dates += errand->reports[i].failure_dates;
		sum.attempts += errand->reports[i].attempts;
	}
	if (sum.failure_dates + sum.attempts > 0)
		buffer_add_format(text,
			"%s: %" PRId64 " failure records of %" PRId64 " dates, %" PRId64
			" breaker attempts\n",
			errand->config->dry_run ? "to go with them" : "sent with them",
			sum.failures, sum.failure_dates, sum.attempts);
}

static void print_table(const struct errand *errand)
{
	struct buffer text = {0}, notes = {0};
	buffer_add_format(&text, "\n%s -> %s\n%-30s %7s %7s %8s %10s  %s\n",
		warehouse_name(errand->is_push ? errand->near : errand->far),
		warehouse_name(errand->is_push ? errand->far : errand->near), "table", "same",
		errand->config->dry_run ? "to go" : "sent", "renewed", "rows", "bytes");
	for (size_t i = 0; i < errand->count; i++)
		add_report(errand, i, &text, &notes);
	add_records(errand, &text);
	buffer_add_text(&text, buffer_text(&notes));
	buffer_release(&notes);
	verb_print(stdout, &text);
}

static json_t *json_report(const struct errand *errand, size_t index)
{
	const struct transfer_report *report = &errand->reports[index];
	return json_pack("{s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "table",
		errand->layouts[index]->name, "absent", report->is_absent, "same",
		(json_int_t)report->same, "sent", (json_int_t)report->sent, "renewed",
		(json_int_t)report->renewed, "rows", (json_int_t)report->rows, "bytes",
		(json_int_t)report->bytes, "only_there", (json_int_t)report->only_there,
		"interrupted", (json_int_t)report->interrupted, "failures",
		(json_int_t)report->failures, "failure_dates", (json_int_t)report->failure_dates,
		"attempts", (json_int_t)report->attempts);
}

/* null: nothing was asked, or nobody bills it. */
static json_t *json_cost(const struct errand *errand)
{
	if (errand->compare_bytes < 0)
		return json_null();
	return json_pack("{s:I, s:I, s:I}", "bytes", (json_int_t)errand->compare_bytes,
		"budget_bytes", (json_int_t)errand->budget.bytes_per_day, "budget_used_bytes",
		(json_int_t)errand->budget.used_bytes);
}

static void print_json(const struct errand *errand)
{
	const struct session *session = &errand->session;
	json_t *head = verb_json_head(session->pipeline, session->range, clock_wall_ms());
	json_t *tables = json_array();
	for (size_t i = 0; i < errand->count; i++)
		json_array_append_new(tables, json_report(errand, i));
	json_object_set_new(head, "from",
		verb_json_text(warehouse_name(errand->is_push ? errand->near : errand->far)));
	json_object_set_new(head, "to",
		verb_json_text(warehouse_name(errand->is_push ? errand->far : errand->near)));
	json_object_set_new(head, "dry_run", json_boolean(errand->config->dry_run));
	json_object_set_new(head, "compare", json_cost(errand));
	json_object_set_new(head, "tables", tables);
	verb_print_json(head);
}

void push_print(const struct errand *errand)
{
	if (errand->config->json)
		print_json(errand);
	else
		print_table(errand);
}
