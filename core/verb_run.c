/* backcourt run: the engine without a screen. One poll over events and signals, as the console. */
#include "verb_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "coverage/select.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct runner {
	struct session session;
	struct event_queue *queue;
	struct engine *engine;
	struct model *model;
	int signals;
	FILE *out; /* of the progress lines: stderr beside JSON */
	size_t tables[PIPELINE_TABLES_MAX];
	size_t table_count;
	struct date_set *chosen; /* by table, with a selection: what was asked for */
	bool names_tables;
	bool is_importing; /* the sample season comes first */
	bool is_started;
	bool is_counted; /* the tables are counted once, after the last run */
	bool was_stopped;
	bool is_unknown; /* the coverage could not be read */
	bool is_refused; /* --range names what there is not */
	int done, failed;
	bool has_run_failed; /* a run, whatever its dates say */
	char imported[64];
};

static void say(const struct runner *runner, int64_t at_ms, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void say(const struct runner *runner, int64_t at_ms, const char *format, ...)
{
	char time[CLOCK_TEXT_BYTES];
	char words[2 * EVENT_TEXT_BYTES];
	struct buffer line = {0};
	va_list arguments;
	va_start(arguments, format);
	if (vsnprintf(words, sizeof(words), format, arguments) < 0)
		words[0] = '\0';
	va_end(arguments);
	buffer_add_format(&line, "%s %s\n", clock_format_time(at_ms, time), words);
	verb_print(runner->out, &line);
}

static const char *table_name(const struct runner *runner, const struct event *event)
{
	return runner->session.pipeline->tables[event->table].name;
}

static void say_date(struct runner *runner, const struct event *event)
{
	char date[DATE_TEXT_BYTES], spent[DURATION_TEXT_BYTES];
	say(runner, event->at_ms, "%s %s: %" PRId64 " rows in %s%s", table_name(runner, event),
		date_format(event->date, date), event->finished.receipt.rows,
		clock_format_duration(event->finished.duration_ms, spent),
		event->finished.unchanged ? ", unchanged" : "");
	runner->done++;
}

static void say_failure(struct runner *runner, const struct event *event)
{
	char date[DATE_TEXT_BYTES];
	say(runner, event->at_ms, "%s %s FAILED: %s", table_name(runner, event),
		date_format(event->date, date), event->message.text);
	runner->failed++;
}

static void say_cut(const struct runner *runner, const struct event *event)
{
	char date[DATE_TEXT_BYTES];
	say(runner, event->at_ms, "%s %s: %s", table_name(runner, event),
		date_format(event->date, date), event->cut.text);
}

static void say_run(const struct runner *runner, const struct event *event)
{
	static const char *const words[] = {[RUN_SUCCEEDED] = "finished",
		[RUN_STOPPED] = "stopped",
		[RUN_FAILED] = "failed",
		[RUN_KILLED] = "killed",
		[RUN_LOST] = "lost",
		[RUN_DETACHED] = "goes on in the background"};
	say(runner, event->at_ms, "%s: %s, %d done, %d failed, %d left", table_name(runner, event),
		words[event->run_finished.outcome], event->run_finished.done,
		event->run_finished.failed, event->run_finished.left);
}

static void say_import(struct runner *runner, const struct event *event)
{
	if (text_equal(runner->imported, event->import.what))
		return;
	text_copy(runner->imported, sizeof(runner->imported), event->import.what);
	say(runner, event->at_ms, "sample season: %s", event->import.what);
}

static void say_event(struct runner *runner, const struct event *event)
{
	switch (event->kind) {
	case EVENT_RUN_STARTED:
		say(runner, event->at_ms, "%s: %d %s", table_name(runner, event),
			event->run_started.date_count,
			event->run_started.date_count == 1 ? "date" : "dates");
		break;
	case EVENT_RUN_FINISHED:
		say_run(runner, event);
		runner->has_run_failed |= event->run_finished.outcome == RUN_FAILED ||
					  event->run_finished.outcome == RUN_LOST;
		break;
	case EVENT_DATE_FINISHED:
		say_date(runner, event);
		break;
	case EVENT_DATE_FAILED:
		say_failure(runner, event);
		break;
	case EVENT_DATE_CUT:
		say_cut(runner, event);
		break;
	case EVENT_RUN_FOUND:
		say(runner, event->at_ms, "%s: run %s of an earlier console still works",
			table_name(runner, event), event->found.id);
		break;
	case EVENT_COVERAGE_FAILED:
		say(runner, event->at_ms, "coverage unknown: %s", event->message.text);
		break;
	case EVENT_MESSAGE:
	case EVENT_CELL_ROWS:
	case EVENT_HANDOFF:
	case EVENT_IMPORT_FINISHED:
		say(runner, event->at_ms, "%s", event->message.text);
		break;
	case EVENT_IMPORT_PROGRESS:
		say_import(runner, event);
		break;
	case EVENT_PROCESSES:
	case EVENT_COVERAGE:
	case EVENT_COUNTS:
	case EVENT_DATE_STARTED:
	case EVENT_DATE_PROGRESS:
	case EVENT_LOG:
	case EVENT_HISTORY:
	case EVENT_ACTION:
	case EVENT_QUEUED:
	case EVENT_CONTROL:
	case EVENT_SIZE:
	case EVENT_CLOCK:
		break;
	}
}

/* The range is chosen anew once the sample's schedule is there. */
static void look_at_range(struct runner *runner)
{
	struct model *model = runner->model;
	struct date_range range =
		session_choose_range(model->pipeline, model->calendar, (struct date_range){0, -1});
	runner->is_importing = false;
	if (!runner->session.range_is_given &&
		(range.first != model->range.first || range.last != model->range.last))
		engine_refresh(runner->engine, range, false);
}

/* Only the gaps among the dates that were asked for. */
static bool start_selection(struct runner *runner, size_t table, struct error *err)
{
	const struct coverage *coverage = runner->model->coverage;
	struct date_set *dates = &runner->chosen[table];
	if (!coverage_select(coverage, table, runner->session.selection, dates, err))
		return error_prefix(err, "--range");
	for (date_t date = date_set_first(dates); date != DATE_NONE;
		date = date_set_next(dates, date)) {
		const struct cell *cell = coverage_cell(coverage, table, date);
		if (cell != NULL && verdict_is_gap(cell->verdict))
			engine_start(runner->engine, runner->model, table, date);
	}
	return true;
}

static void start(struct runner *runner)
{
	runner->is_started = true;
	if (runner->session.selection != NULL) {
		struct error err;
		for (size_t i = 0; i < runner->table_count; i++)
			if (!start_selection(runner, runner->tables[i], &err)) {
				say(runner, clock_wall_ms(), "%s", err.text);
				runner->is_refused = true;
				return;
			}
		return;
	}
	if (!runner->names_tables) {
		engine_start_all(runner->engine, runner->model);
		return;
	}
	for (size_t i = 0; i < runner->table_count; i++)
		engine_start(runner->engine, runner->model, runner->tables[i], DATE_NONE);
}

/* A receipt knows how many rows were written, not whether a critical column is empty. */
static void count(struct runner *runner)
{
	runner->is_counted = true;
	engine_refresh(runner->engine, engine_range(runner->engine, runner->model), true);
}

static void take_events(struct runner *runner)
{
	struct event event;
	while (event_queue_take(runner->queue, &event)) {
		enum event_kind kind = event.kind;
		if (kind == EVENT_COVERAGE || kind == EVENT_COVERAGE_FAILED)
			runner->is_unknown = kind == EVENT_COVERAGE_FAILED;
		say_event(runner, &event);
		engine_apply(runner->engine, runner->model, &event);
		if (kind == EVENT_COVERAGE && runner->is_importing && runner->model->has_warehouse)
			look_at_range(runner);
	}
	engine_step(runner->engine, runner->model);
	if (!runner->is_started && engine_is_idle(runner->engine) && !runner->is_unknown) {
		start(runner);
		engine_step(runner->engine, runner->model);
	}
	if (runner->is_started && !runner->is_counted && engine_is_idle(runner->engine))
		count(runner);
}

/* The first signal ends after the dates in hand, a second one at once. */
static void read_signals(struct runner *runner)
{
	struct signalfd_siginfo info;
	while (read(runner->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		say(runner, clock_wall_ms(), "%s",
			runner->was_stopped ? "stopping now" : "stopping after the dates in hand");
		engine_leave(runner->engine, info.ssi_signo == SIGHUP ? LEAVE_DETACHED
					     : runner->was_stopped    ? LEAVE_AT_ONCE
								      : LEAVE_AFTER_DATES);
		runner->was_stopped = true;
		runner->is_started = true;
	}
}

static bool has_events(const struct runner *runner, int wait_ms)
{
	struct pollfd source = {.fd = event_queue_descriptor(runner->queue), .events = POLLIN};
	return poll(&source, 1, wait_ms) > 0;
}

static void loop(struct runner *runner)
{
	while (!(engine_is_idle(runner->engine) && (runner->is_started || runner->is_unknown) &&
		 !has_events(runner, 0))) {
		struct pollfd sources[] = {
			{.fd = event_queue_descriptor(runner->queue), .events = POLLIN},
			{.fd = runner->signals, .events = POLLIN}};
		if (poll(sources, ARRAY_COUNT(sources), -1) < 0 && errno != EINTR)
			return;
		if (sources[1].revents & POLLIN)
			read_signals(runner);
		take_events(runner);
	}
}

static bool open_signals(struct runner *runner, struct error *err)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	signal(SIGPIPE, SIG_IGN);
	if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
		return error_set_system(err, errno, "cannot block signals");
	runner->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return runner->signals >= 0 ||
	       error_set_system(err, errno, "cannot open a descriptor for signals");
}

static bool open_runner(const struct config *config, struct runner *runner, struct error *err)
{
	*runner = (struct runner){.signals = -1, .out = config->json ? stderr : stdout};
	setvbuf(runner->out, NULL, _IOLBF, 0); /* a pipe gets each line when it is said */
	if (!session_open(config, true, true, &runner->session, err) ||
		!verb_tables(runner->session.pipeline, config, runner->tables, &runner->table_count,
			err) ||
		!open_signals(runner, err) || !event_queue_new(&runner->queue, err))
		return false;
	struct engine_options options = session_engine_options(&runner->session);
	runner->names_tables = config->argument_count > 0;
	if (runner->names_tables || runner->session.selection != NULL)
		options.auto_launch = config->auto_launch > 0;
	runner->chosen =
		memory_new_array(runner->session.pipeline->table_count, sizeof(*runner->chosen));
	runner->model = model_new(runner->session.pipeline, runner->session.range);
	runner->model->auto_launch = options.auto_launch;
	runner->model->workers = options.workers;
	return engine_new(&options, runner->queue, &runner->engine, err);
}

static void close_runner(struct runner *runner)
{
	engine_free(runner->engine);
	event_queue_free(runner->queue);
	for (size_t i = 0; runner->chosen != NULL && i < runner->session.pipeline->table_count; i++)
		date_set_release(&runner->chosen[i]);
	free(runner->chosen);
	model_free(runner->model);
	session_close(&runner->session);
	if (runner->signals >= 0)
		close(runner->signals);
}

static void print_json(const struct runner *runner, int status)
{
	const struct coverage *coverage = runner->model->coverage;
	json_t *head = verb_json_head(coverage->pipeline, coverage->range, clock_wall_ms());
	json_t *tables = json_array();
	for (size_t i = 0; i < runner->table_count; i++)
		json_array_append_new(tables, verb_json_summary(coverage, runner->tables[i]));
	json_object_set_new(head, "status", json_integer(status));
	json_object_set_new(head, "done", json_integer(runner->done));
	json_object_set_new(head, "failed", json_integer(runner->failed));
	json_object_set_new(head, "stopped", json_boolean(runner->was_stopped));
	json_object_set_new(head, "tables", tables);
	verb_print_json(head);
}

static void print_end(const struct runner *runner)
{
	const struct coverage *coverage = runner->model->coverage;
	struct buffer text = {0};
	char range[DATE_RANGE_TEXT_BYTES];
	buffer_add_format(&text, "\n%s %s\n", coverage->pipeline->name,
		date_range_format(coverage->range, range));
	verb_print_summary(coverage, runner->tables, runner->table_count, &text);
	for (size_t i = 0; i < runner->table_count; i++)
		for (date_t date = coverage->range.first; date <= coverage->range.last; date++) {
			char day[DATE_TEXT_BYTES];
			enum verdict verdict =
				coverage_cell(coverage, runner->tables[i], date)->verdict;
			if (verdict != VERDICT_FAILED && verdict != VERDICT_KILLED)
				continue;
			buffer_add_format(&text,
				"%s %s: ", coverage->pipeline->tables[runner->tables[i]].name,
				date_format(date, day));
			coverage_explain(coverage, runner->tables[i], date, &text);
			buffer_add_char(&text, '\n');
		}
	verb_print(stdout, &text);
}

/* With a selection only what was asked for counts, as it was before the run. */
static int status_of_cells(const struct runner *runner)
{
	const struct coverage *coverage = runner->model->coverage;
	int status = EXIT_ALL_COMPLETE;
	if (runner->session.selection == NULL)
		return verb_status_of(coverage, runner->tables, runner->table_count);
	for (size_t i = 0; i < runner->table_count; i++) {
		const struct date_set *dates = &runner->chosen[runner->tables[i]];
		for (date_t date = date_set_first(dates); date != DATE_NONE;
			date = date_set_next(dates, date)) {
			const struct cell *cell = coverage_cell(coverage, runner->tables[i], date);
			if (cell != NULL && verdict_is_gap(cell->verdict))
				return EXIT_GAPS_REMAIN;
			if (cell == NULL || cell->verdict == VERDICT_UNKNOWN)
				status = EXIT_WAREHOUSE;
		}
	}
	return status;
}

static int finish(const struct runner *runner)
{
	const struct config *config = runner->session.config;
	int status = runner->is_refused				    ? EXIT_CONFIGURATION
		     : runner->is_unknown			    ? EXIT_WAREHOUSE
		     : runner->failed > 0 || runner->has_run_failed ? EXIT_RUN_FAILED
								    : status_of_cells(runner);
	if (config->json)
		print_json(runner, status);
	else
		print_end(runner);
	if (!runner->is_unknown)
		session_remember_range(runner->session.state_folder, runner->model->range, NULL);
	return status;
}

static int run(const struct config *config, bool with_sample)
{
	struct runner runner;
	struct error err;
	bool opened = open_runner(config, &runner, &err);
	if (opened && !runner.session.has_data && !with_sample)
		opened = error_set(&err, ERROR_WAREHOUSE,
			"%s has no schedule yet: `backcourt import DIR` or `backcourt sample` "
			"first",
			runner.session.warehouse);
	if (!opened) {
		close_runner(&runner);
		return verb_fail(&err);
	}
	runner.is_importing = !runner.session.has_data;
	if (runner.is_importing)
		engine_import_sample(runner.engine);
	else
		engine_refresh(runner.engine, runner.session.range, config->verify);
	loop(&runner);
	int status = finish(&runner);
	close_runner(&runner);
	return status;
}

int verb_run(const struct config *config)
{
	return run(config, false);
}

int verb_run_plain(const struct config *config)
{
	return run(config, true);
}
