/* backcourt push, and backcourt pull: tables between the embedded warehouse and BigQuery. */
#include "verb_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/path.h"
#include "native/processor.h"
#include "transfer/transfer.h"
#include "warehouse/budget.h"
#include "warehouse/raw_tables.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define REMOTE_PREFIX "bigquery:"

struct errand {
	const struct config *config;
	struct config here; /* as `config`, with the embedded warehouse; borrows its texts */
	bool is_push;
	char *local, *remote; /* specs */
	struct session session;
	bool is_open;
	struct lock *lock; /* one push at a time; a pull holds the session's own lock */
	struct warehouse *near, *far;
	const struct table_layout *layouts[TRANSFER_TABLES_MAX];
	size_t count;
	struct transfer_report reports[TRANSFER_TABLES_MAX];
	struct cancel *cancel;
	pthread_t waiter;
	bool is_waiting;
	bool has_acted;
	int64_t compare_bytes;	    /* at the far side, estimated; -1: nobody has said */
	struct budget_state budget; /* before they were paid */
	FILE *out;		    /* of the progress lines: stderr beside JSON */
};

/* The first signal ends it after the dates in hand, the second at once. */
static void *wait_for_signals(void *context)
{
	struct errand *errand = context;
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1); /* the end of the errand */
	for (int number, count = 0; sigwait(&set, &number) == 0 && number != SIGUSR1; count++)
		cancel_raise(errand->cancel, count == 0 ? CANCEL_AFTER_DATE : CANCEL_NOW);
	return NULL;
}

static bool start_waiter(struct errand *errand, struct error *err)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	signal(SIGPIPE, SIG_IGN);
	if (!cancel_new(&errand->cancel, err))
		return false;
	if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0 ||
		pthread_create(&errand->waiter, NULL, wait_for_signals, errand) != 0)
		return error_set(err, ERROR_SYSTEM, "cannot wait for signals");
	errand->is_waiting = true;
	return true;
}

static bool is_remote(const char *spec)
{
	return spec != NULL && text_starts_with(spec, REMOTE_PREFIX);
}

/* --warehouse may name either of the two; the other comes from --remote or is the usual file. */
static bool find_places(struct errand *errand, struct error *err)
{
	const struct config *config = errand->config;
	const char *remote = config->remote != NULL ? config->remote : config->warehouse;
	if (!is_remote(remote))
		return error_set(err, ERROR_USAGE, "%s wants --remote " REMOTE_PREFIX "PROJECT",
			config->verb);
	errand->here = *config;
	if (is_remote(config->warehouse))
		errand->here.warehouse = NULL;
	errand->remote = memory_copy_text(remote);
	if (errand->here.warehouse != NULL) {
		errand->local = memory_copy_text(errand->here.warehouse);
		return true;
	}
	struct pipeline *pipeline;
	if (!pipeline_load(config->pipeline, &pipeline, err))
		return false;
	bool done = config_warehouse(&errand->here, pipeline->name, &errand->local, err);
	pipeline_free(pipeline);
	errand->here.warehouse = errand->local;
	return done;
}

static bool wants_raw(const struct config *config, const char *name)
{
	for (int i = 0; i < config->argument_count; i++)
		if (strcmp(config->arguments[i], name) == 0)
			return true;
	return config->argument_count == 0;
}

static bool choose_raw(struct errand *errand, struct error *err)
{
	const struct config *config = errand->config;
	const char *names[RAW_TABLE_COUNT];
	for (int i = 0; i < RAW_TABLE_COUNT; i++)
		names[i] = raw_table_layout((enum raw_table)i)->name;
	for (int k = 0; k < config->argument_count; k++) {
		bool is_known = false;
		for (int i = 0; i < RAW_TABLE_COUNT; i++)
			is_known |= strcmp(names[i], config->arguments[k]) == 0;
		const char *near = text_nearest(config->arguments[k], names, RAW_TABLE_COUNT);
		if (!is_known)
			return error_set(err, ERROR_USAGE, "no raw table is called \"%.60s\"%s%s%s",
				config->arguments[k], near != NULL ? "; did you mean " : "",
				near != NULL ? near : "", near != NULL ? "?" : "");
	}
	for (int i = 0; i < RAW_TABLE_COUNT; i++)
		if (wants_raw(config, names[i]))
			errand->layouts[errand->count++] = raw_table_layout((enum raw_table)i);
	return true;
}

/* In dependency order. What is computed by scripts alone has columns that nobody here knows. */
static bool choose_computed(struct errand *errand, struct error *err)
{
	const struct pipeline *pipeline = errand->session.pipeline;
	size_t tables[PIPELINE_TABLES_MAX], count;
	if (!verb_tables(pipeline, errand->config, tables, &count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		const char *name = pipeline->tables[tables[i]].name;
		const struct processor *processor = processor_find(name);
		if (processor != NULL)
			errand->layouts[errand->count++] = processor->layout;
		else if (errand->config->argument_count > 0)
			return error_set(err, ERROR_USAGE,
				"the columns of %s are not known to this program", name);
	}
	return errand->count > 0 ||
	       error_set(err, ERROR_USAGE, "no table of %s has columns that this program knows",
		       pipeline->name);
}

static bool choose_tables(struct errand *errand, struct error *err)
{
	if (errand->session.selection != NULL)
		return error_set(err, ERROR_USAGE, "%s wants one range of dates, A..B",
			errand->config->verb);
	if (errand->config->raw && !errand->session.range_is_given)
		errand->session.range =
			(struct date_range){date_of(1900, 1, 1), date_of(2199, 12, 31)};
	return errand->config->raw ? choose_raw(errand, err) : choose_computed(errand, err);
}

/* A push may go on beside an open console, but not beside another push. */
static bool take_lock(struct errand *errand, struct error *err)
{
	char holder[LOCK_HOLDER_BYTES];
	char *folder = path_join(errand->session.state_folder, "push");
	bool done = path_make_folder(folder, err) && lock_take(folder, &errand->lock, holder, err);
	free(folder);
	return done;
}

static bool open_near(struct errand *errand, struct error *err)
{
	const struct config *config = errand->config;
	bool is_written = !errand->is_push && !config->dry_run;
	enum warehouse_mode mode = !is_written	    ? WAREHOUSE_READ
				   : config->create ? WAREHOUSE_CREATE
						    : WAREHOUSE_WRITE;
	/* All of them, as an import makes them: the schedule is kept from several. */
	return warehouse_open(errand->local, mode, &errand->near, err) &&
	       (mode != WAREHOUSE_CREATE || processors_prepare(errand->near, err));
}

static void say_detail(void *context, char severity, const char *detail)
{
	const struct errand *errand = context;
	struct buffer line = {0};
	(void)severity;
	buffer_add_format(&line, "  %s\n", detail);
	verb_print(errand->out, &line);
}

static bool open_errand(struct errand *errand, struct error *err)
{
	const struct config *config = errand->config;
	if (config->read_only && !config->dry_run)
		return error_set(err, ERROR_USAGE, "this verb writes: it cannot be --read-only");
	bool writes_here = !errand->is_push && !config->dry_run;
	if (!find_places(errand, err) || !start_waiter(errand, err))
		return false;
	errand->is_open =
		session_open(&errand->here, writes_here, writes_here, &errand->session, err);
	if (!errand->is_open || !choose_tables(errand, err) ||
		(!writes_here && !config->dry_run && !take_lock(errand, err)))
		return false;
	bool writes_there = errand->is_push && !config->dry_run;
	if (!open_near(errand, err) ||
		!warehouse_open(errand->remote, writes_there ? WAREHOUSE_WRITE : WAREHOUSE_READ,
			&errand->far, err))
		return false;
	warehouse_set_cancel(errand->far, errand->cancel);
	warehouse_hear_details(errand->far, &(const struct detail_listener){errand, say_detail});
	return true;
}

static void close_errand(struct errand *errand)
{
	warehouse_close(errand->near);
	warehouse_close(errand->far);
	lock_free(errand->lock);
	if (errand->is_open)
		session_close(&errand->session);
	if (errand->is_waiting) {
		pthread_kill(errand->waiter, SIGUSR1);
		pthread_join(errand->waiter, NULL);
	}
	cancel_free(errand->cancel);
	free(errand->local);
	free(errand->remote);
}

static void say_act(void *context, enum transfer_act act, const struct table_layout *layout,
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

/* Before it is paid; the share is of what a day may cost. */
static void say_cost(void *context, int64_t bytes)
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

static bool transfer(struct errand *errand, struct error *err)
{
	const struct config *config = errand->config;
	const struct transfer_side near = {errand->near, true}, far = {errand->far, false};
	const struct transfer_listener listener = {errand, say_act, say_cost};
	const struct transfer_wish wish = {.from = errand->is_push ? near : far,
		.to = errand->is_push ? far : near,
		.range = errand->session.range,
		.is_raw = config->raw != 0,
		.is_dry = config->dry_run != 0,
		.makes_tables = config->create != 0,
		/* The embedded warehouse keeps its schedule by what is loaded into it. */
		.is_by_key = config->raw && !errand->is_push,
		.cancel = errand->cancel,
		.listener = &listener};
	return transfer_tables(&wish, errand->layouts, errand->count, errand->reports, err);
}

/* 0: all is the same now; 1: a dry run found something to send, dates were interrupted where they
 * come from, or it was stopped; 4: a table that was named is not there. */
static int status_of(const struct errand *errand)
{
	int64_t sent = 0, interrupted = 0;
	for (size_t i = 0; i < errand->count; i++) {
		const struct transfer_report *report = &errand->reports[i];
		sent += report->sent + report->renewed + report->failure_dates + report->attempts;
		interrupted += report->interrupted;
		if (errand->reports[i].is_absent && errand->config->argument_count > 0)
			return EXIT_WAREHOUSE;
	}
	bool is_left = interrupted > 0 || (errand->config->dry_run && sent > 0);
	return is_left ? EXIT_GAPS_REMAIN : EXIT_ALL_COMPLETE;
}

static int run(const struct config *config, bool is_push)
{
	struct errand errand = {.config = config,
		.is_push = is_push,
		.compare_bytes = -1,
		.out = config->json ? stderr : stdout};
	struct error err;
	setvbuf(errand.out, NULL, _IOLBF, 0); /* a pipe gets each line when it is said */
	bool opened = open_errand(&errand, &err);
	bool done = opened && transfer(&errand, &err);
	if ((done || errand.has_acted) && config->json)
		print_json(&errand);
	else if (done || errand.has_acted)
		print_table(&errand);
	int status = done ? status_of(&errand) : verb_fail(&err);
	if (!done && err.kind == ERROR_CANCELLED)
		status = EXIT_GAPS_REMAIN;
	close_errand(&errand);
	return status;
}

int verb_push(const struct config *config)
{
	return run(config, true);
}

int verb_pull(const struct config *config)
{
	return run(config, false);
}
