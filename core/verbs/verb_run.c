/* backcourt run: the engine without a screen. One poll over events and signals, as the console. */
#include "verb_run_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "coverage/select.h"
#include "jobs/process.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

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

/* What another process writes is started when that has ended. */
static void note_held(struct runner *runner)
{
	for (size_t i = 0; runner->session.config->wait && i < runner->table_count; i++) {
		size_t table = runner->tables[i];
		runner->waits[table] = engine_is_table_busy(runner->engine, table);
	}
}

static void start_held(struct runner *runner, size_t table)
{
	struct error err;
	runner->waits[table] = false;
	if (runner->was_stopped)
		return;
	if (runner->session.selection == NULL)
		engine_start(runner->engine, runner->model, table, DATE_NONE);
	else if (!start_selection(runner, table, &err))
		run_say(runner, clock_wall_ms(), "%s", err.text);
}

/* After all that the end of a run has caused was applied to the model. */
static void start_released(struct runner *runner)
{
	for (size_t i = 0; i < runner->table_count; i++) {
		size_t table = runner->tables[i];
		if (runner->waits[table] && !engine_is_table_busy(runner->engine, table))
			start_held(runner, table);
	}
}

static void start(struct runner *runner)
{
	runner->is_started = true;
	note_held(runner);
	if (runner->is_resuming) {
		engine_resume(runner->engine, runner->model, &runner->resume);
		return;
	}
	if (runner->session.config->plan) {
		run_start_plan(runner);
		return;
	}
	if (runner->session.selection != NULL) {
		struct error err;
		for (size_t i = 0; i < runner->table_count; i++)
			if (!start_selection(runner, runner->tables[i], &err)) {
				run_say(runner, clock_wall_ms(), "%s", err.text);
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

/* Receipts tell rows and NULLs of what this program wrote; of what scripts wrote, and of receipts
 * of an older backcourt, only the tables themselves do. */
static bool must_count(const struct runner *runner)
{
	const struct pipeline *pipeline = runner->session.pipeline;
	for (size_t i = 0; i < runner->table_count; i++)
		if (pipeline->tables[runner->tables[i]].job.executor == EXECUTOR_COMMAND)
			return true;
	return coverage_lacks_nulls(runner->model->coverage);
}

static void count(struct runner *runner)
{
	runner->is_counted = true;
	if (must_count(runner))
		engine_refresh(runner->engine, engine_range(runner->engine, runner->model), true);
}

/* Paused is not done. */
static bool is_idle(const struct runner *runner)
{
	return engine_is_idle(runner->engine) && !engine_is_held(runner->engine);
}

/* Scripts that still run are no reason to wait with what others left, nor with other tables; a plan
 * has an order. */
static bool may_start(const struct runner *runner)
{
	const struct config *config = runner->session.config;
	if (runner->is_started || runner->is_unknown)
		return false;
	return runner->is_resuming || (config->wait && !config->plan && !runner->is_importing)
		       ? runner->has_history
		       : engine_is_idle(runner->engine);
}

static void take_events(struct runner *runner)
{
	struct event event;
	while (event_queue_take(runner->queue, &event)) {
		enum event_kind kind = event.kind;
		if (kind == EVENT_COVERAGE || kind == EVENT_COVERAGE_FAILED)
			runner->is_unknown = kind == EVENT_COVERAGE_FAILED;
		runner->has_history |= kind == EVENT_HISTORY;
		run_say_event(runner, &event);
		engine_apply(runner->engine, runner->model, &event);
		if (kind == EVENT_COVERAGE && runner->is_importing && runner->model->has_warehouse)
			look_at_range(runner);
	}
	start_released(runner);
	engine_step(runner->engine, runner->model);
	if (may_start(runner)) {
		start(runner);
		engine_step(runner->engine, runner->model);
	}
	if (runner->is_started && !runner->is_counted && is_idle(runner))
		count(runner);
	run_say_forecast(runner);
}

/* Whose wish it was: a signal that nobody remembers sending would be a riddle the next morning. */
static void say_signal(const struct runner *runner, const struct signalfd_siginfo *info)
{
	struct process_stat sender;
	char from[PROCESS_NAME_BYTES + 40] = "";
	const char *name = sigabbrev_np((int)info->ssi_signo);
	if (info->ssi_code <= 0 && info->ssi_pid > 0) /* not the kernel's, as ^C is */
		snprintf(from, sizeof(from), " from process %u (%s)", info->ssi_pid,
			process_read_stat((pid_t)info->ssi_pid, &sender) ? sender.name : "gone");
	run_say(runner, clock_wall_ms(), "%s: SIG%s%s",
		runner->was_stopped ? "stopping now" : "stopping after the dates in hand",
		name != NULL ? name : "?", from);
}

/* The first signal ends after the dates in hand, a second one at once. */
static void read_signals(struct runner *runner)
{
	struct signalfd_siginfo info;
	while (read(runner->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		say_signal(runner, &info);
		if (info.ssi_signo == SIGHUP && !runner->is_resuming)
			engine_detach(runner->engine, runner->model);
		else
			engine_leave(runner->engine,
				runner->was_stopped ? LEAVE_AT_ONCE : LEAVE_AFTER_DATES);
		runner->was_stopped = true;
		runner->is_started = true;
	}
}

static bool has_events(const struct runner *runner, int wait_ms)
{
	struct pollfd source = {.fd = event_queue_descriptor(runner->queue), .events = POLLIN};
	return poll(&source, 1, wait_ms) > 0;
}

/* Until the engine has something to tell by itself; -1: only events matter. */
static int wait_ms(const struct runner *runner)
{
	int64_t due = engine_due_ms(runner->engine, runner->model);
	int64_t left = due == INT64_MAX ? -1 : due - clock_wall_ms();
	return left > INT_MAX ? INT_MAX : due != INT64_MAX && left < 0 ? 0 : (int)left;
}

static void loop(struct runner *runner)
{
	while (!(is_idle(runner) && (runner->is_started || runner->is_unknown) &&
		 !has_events(runner, 0))) {
		struct pollfd sources[] = {
			{.fd = event_queue_descriptor(runner->queue), .events = POLLIN},
			{.fd = runner->signals, .events = POLLIN},
			{.fd = runner->control == NULL ? -1
						       : run_control_descriptor(runner->control),
				.events = POLLIN}};
		if (poll(sources, ARRAY_COUNT(sources), wait_ms(runner)) < 0 && errno != EINTR)
			return;
		if (sources[1].revents & POLLIN)
			read_signals(runner);
		if (sources[2].revents & POLLIN)
			run_obey(runner);
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

static bool is_limited(const struct runner *runner)
{
	const struct session *session = &runner->session;
	return runner->names_tables || session->selection != NULL || session->config->plan;
}

static bool open_session(const struct config *config, struct runner *runner, struct error *err)
{
	if (!run_open_session(config, runner, err))
		return false;
	runner->chosen =
		memory_new_array(runner->session.pipeline->table_count, sizeof(*runner->chosen));
	return run_read_plan(runner, err) && run_choose_tables(runner, err);
}

static bool open_runner(const struct config *config, struct runner *runner, struct error *err)
{
	*runner = (struct runner){.signals = -1, .out = config->json ? stderr : stdout};
	setvbuf(runner->out, NULL, _IOLBF, 0); /* a pipe gets each line when it is said */
	/* Before anything that takes time: what a signal asks for must not be its default. */
	if (!open_signals(runner, err) || !open_session(config, runner, err) ||
		!event_queue_new(&runner->queue, err))
		return false;
	struct engine_options options = session_engine_options(&runner->session);
	options.follow_outside = config->wait;
	runner->names_tables = config->argument_count > 0;
	if (config->resume != NULL && !run_read_resume(runner, &options, err))
		return false;
	if (is_limited(runner))
		options.auto_launch = config->auto_launch > 0;
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
	plan_file_release(&runner->file);
	model_free(runner->model);
	session_close(&runner->session);
	run_control_close(runner->control);
	resume_release(&runner->resume);
	if (runner->signals >= 0)
		close(runner->signals);
}

/* With a selection or a file only what was asked for counts, as it was before the run. */
static int status_of_cells(const struct runner *runner)
{
	const struct coverage *coverage = runner->model->coverage;
	int status = EXIT_ALL_COMPLETE;
	if (runner->session.selection == NULL && !runner->has_file)
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
	if (config->json && !config->events)
		run_print_json(runner, status);
	else if (!config->events)
		run_print_end(runner);
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
	if (config->events)
		run_say_begin(&runner);
	if (runner.is_importing)
		engine_import_sample(runner.engine);
	else
		engine_refresh(runner.engine, runner.session.range, config->verify);
	loop(&runner);
	int status = finish(&runner);
	run_leave_rest(&runner);
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
