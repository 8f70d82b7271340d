/* backcourt push, and backcourt pull: tables between the embedded warehouse and BigQuery. */
#include "verb_push_parts.h"

#include "base/memory.h"
#include "base/path.h"
#include "native/processor.h"
#include "warehouse/raw_tables.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define REMOTE_PREFIX "bigquery:"

static void fill_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGUSR1); /* the end of the errand */
}

/* The first signal ends it after the dates in hand, the second at once. */
static void *wait_for_signals(void *context)
{
	struct errand *errand = context;
	sigset_t set;
	fill_signals(&set);
	for (int number, count = 0; sigwait(&set, &number) == 0 && number != SIGUSR1; count++)
		cancel_raise(errand->cancel, count == 0 ? CANCEL_AFTER_DATE : CANCEL_NOW);
	return NULL;
}

static bool start_waiter(struct errand *errand, struct error *err)
{
	sigset_t set;
	fill_signals(&set);
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
	char *spec = config_spec(config, remote);
	errand->remote =
		config->read_only ? warehouse_read_only_spec(spec) : memory_copy_text(spec);
	free(spec);
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
		errand->session.range = DATE_RANGE_ALWAYS;
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
	warehouse_hear_details(
		errand->far, &(const struct detail_listener){errand, push_say_detail});
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

static bool transfer(struct errand *errand, struct error *err)
{
	const struct config *config = errand->config;
	const struct transfer_side near = {errand->near, true}, far = {errand->far, false};
	const struct transfer_listener listener = {errand, push_say_act, push_say_cost};
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
	if (done || errand.has_acted)
		push_print(&errand);
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
