#include "tui/console_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/path.h"
#include "jobs/launch_preview.h"
#include "witness/cell_rows.h"
#include "verbs/plan_file.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void console_apply(struct console *console, struct event *event)
{
	engine_apply(console->engine, console->model, event);
}

void console_say(struct console *console, enum severity severity, const char *format, ...)
{
	struct event event = {
		.kind = EVENT_MESSAGE, .at_ms = clock_wall_ms(), .message.severity = severity};
	va_list arguments;
	va_start(arguments, format);
	if (vsnprintf(event.message.text, sizeof(event.message.text), format, arguments) < 0)
		event.message.text[0] = '\0';
	va_end(arguments);
	console_apply(console, &event);
}

/* So that all open dates, spread over the workers, take about CONSOLE_WATCH_MS. */
static int watching_pace_ms(const struct model *model)
{
	struct table_summary total = coverage_total(model->coverage);
	int open = total.expected - total.complete;
	if (open <= 0)
		return 0;
	int64_t pace = (int64_t)CONSOLE_WATCH_MS * model->workers / open;
	return pace > CONSOLE_WATCH_PACE_MS_MAX ? CONSOLE_WATCH_PACE_MS_MAX : (int)pace;
}

static void change_range(struct console *console, struct date_range range)
{
	console->range_settled = true;
	engine_refresh(console->engine, range, false);
	console_say(console, SEVERITY_INFO, "reading the coverage of the new range");
}

static void describe_rows(const struct model *model, struct buffer *into)
{
	const struct cell_rows *rows = model->cell_rows;
	struct cell_facts facts;
	char date[DATE_TEXT_BYTES];
	if (rows == NULL)
		return;
	buffer_add_format(into, "%s %s\n", model->pipeline->tables[rows->table].name,
		date_format(rows->date, date));
	model_cell_facts(model, &facts);
	cell_rows_say(rows, &facts, SAMPLE_ROWS_MAX, into);
	cell_facts_release(&facts);
}

static void describe_log_piece(const struct model *model, struct buffer *into)
{
	const struct log_window *piece = model->log_piece;
	for (size_t i = 0; piece != NULL && i < piece->count; i++)
		buffer_add_format(into, "%s\n", piece->items[i].text);
}

static void describe_selection(const struct model *model, struct buffer *into)
{
	size_t table = model_selected_table(model);
	char text[DATE_RANGE_TEXT_BYTES];
	const struct why *why = model->view.dialog == DIALOG_WHY ? model_why(model) : NULL;
	if (model->view.dialog == DIALOG_LOG) {
		describe_log_piece(model, into);
		return;
	}
	if (model->view.dialog == DIALOG_ROWS) {
		describe_rows(model, into);
		return;
	}
	if (why != NULL) {
		why_say(model->coverage, why, into);
		return;
	}
	if (model->view.dialog == DIALOG_LAUNCH && model->launch != NULL) {
		buffer_add_text(into, buffer_text(&model->launch->commands));
		return;
	}
	const struct health_finding *finding = model_finding(model);
	if (model->view.view == VIEW_HEALTH && finding != NULL) {
		buffer_add_text(
			into, finding->statement != NULL ? finding->statement : finding->evidence);
		return;
	}
	if (model->view.view == VIEW_PLAN) {
		plan_say_commands(model->coverage, model_plan(model), into);
		return;
	}
	if (model->view.view == VIEW_LOG) {
		const struct table_log *log = model_shown_log(model, table);
		for (uint64_t n = log->first; n < log->next; n++)
			buffer_add_format(
				into, "%s\n", log->lines[(n - 1) % MODEL_LOG_LINES_MAX].text);
		return;
	}
	buffer_add_format(into, "backcourt run %s --range %s", model->pipeline->tables[table].name,
		date_range_format(model->range, text));
}

/* OSC 52 is ignored by many terminals: a file has it too, and the message names it. */
static void copy_selection(struct console *console)
{
	struct buffer text = {0};
	struct error err;
	char *path = path_join(console->session.state_folder, "copied.txt");
	describe_selection(console->model, &text);
	terminal_copy(console->terminal, buffer_text(&text));
	if (path_write_file(path, buffer_text(&text), text.length, &err))
		console_say(console, SEVERITY_INFO, "copied, and written to %s", path);
	else
		console_say(console, SEVERITY_ERROR, "%s", err.text);
	free(path);
	buffer_release(&text);
}

void console_take_size(struct console *console)
{
	console_apply(console, &(struct event){.kind = EVENT_SIZE,
				       .at_ms = clock_wall_ms(),
				       .size = {.width = terminal_width(console->terminal),
					       .height = terminal_height(console->terminal)}});
}

static void suspend(struct console *console)
{
	bool suspended = terminal_suspend(console->terminal);
	console_take_size(console);
	console_say(console, SEVERITY_INFO,
		suspended ? "native work waited while the console was suspended"
			  : "the terminal took nothing: not suspended");
}

static void change_number(struct console *console, enum config_option option, int number)
{
	char text[16];
	snprintf(text, sizeof(text), "%d", number);
	console_change(console, option, text);
}

/* A second key may come before the model has heard of the first: the setting has. */
static void change_workers(struct console *console, int step)
{
	int given = console->config->workers;
	int workers = (given > 0 ? given : console->session.pipeline->workers) + step;
	if (workers >= 1 && workers <= PIPELINE_WORKERS_MAX)
		change_number(console, CONFIG_OPTION_workers, workers);
}

static void set_pace(struct console *console, bool watch)
{
	int pace_ms = watch ? watching_pace_ms(console->model) : 0;
	change_number(console, CONFIG_OPTION_pace, pace_ms);
	console_say(console, SEVERITY_GOOD, "%s starts everything that is ready%s",
		keymap_first_key(console->keymap, ACTION_START_ALL),
		watch ? ", slowly enough to watch" : "");
}

static void run_plan(struct console *console)
{
	const struct plan *plan = model_plan(console->model);
	int queued = engine_run_plan(console->engine, console->model, plan);
	if (queued > 0)
		console_say(console, SEVERITY_GOOD, "the plan runs: %zu %s, %d %s",
			plan->step_count, plan->step_count == 1 ? "step" : "steps", queued,
			queued == 1 ? "cell" : "cells");
}

static void say_holder(const void *context, size_t table, struct buffer *into)
{
	const struct model *model = context;
	model_say_holder(model, table, into);
}

static void save_plan(struct console *console, const char *path)
{
	const struct model *model = console->model;
	struct plan_words words = {.coverage = model->coverage,
		.plan = model_plan(model),
		.workers = model_plan_workers(model),
		.now_ms = clock_wall_ms(),
		.holder = say_holder,
		.context = model};
	struct buffer text = {0};
	struct error err;
	if (path_exists(path)) { /* it may be one that somebody edited */
		console_say(console, SEVERITY_ERROR, "%s is there already: another name", path);
		return;
	}
	plan_file_say(&words, &text);
	if (path_write_file(path, buffer_text(&text), text.length, &err))
		console_say(console, SEVERITY_GOOD, "written: backcourt run --plan %s", path);
	else
		console_say(console, SEVERITY_ERROR, "%s", err.text);
	buffer_release(&text);
}

/* Tables above first; what is no gap is left alone. */
static void run_marked(struct console *console)
{
	const struct model *model = console->model;
	int queued = 0;
	for (size_t i = 0; i < model->pipeline->table_count; i++) {
		size_t table = model->pipeline->order[i];
		for (date_t date = model->range.first; date <= model->range.last; date++)
			if (model_is_marked(model, table, date) &&
				verdict_is_gap(
					coverage_cell(model->coverage, table, date)->verdict))
				queued += engine_start(console->engine, model, table, date);
	}
	if (queued == 0) {
		console_say(console, SEVERITY_WARNING,
			"nothing started: no marked cell is a gap that a run can cure; a complete "
			"one is never run again");
		return;
	}
	console_say(console, SEVERITY_GOOD, "%d marked %s started", queued,
		queued == 1 ? "cell is" : "cells are");
	console_apply(console, &(struct event){.kind = EVENT_ACTION,
				       .at_ms = clock_wall_ms(),
				       .action.action = ACTION_CLOSE});
}

/* The marked cells, or the one of the cursor. */
static void excuse(struct console *console, const char *reason)
{
	const struct model *model = console->model;
	size_t count = model->pipeline->table_count;
	struct date_set *dates = memory_new_array(count, sizeof(*dates));
	for (size_t table = 0; table < count; table++)
		for (date_t date = model->range.first; date <= model->range.last; date++)
			if (model_has_marks(model) ? model_is_marked(model, table, date)
						   : table == model_selected_table(model) &&
							     date == model->view.date)
				date_set_add(&dates[table], (struct date_range){date, date});
	engine_excuse(console->engine, model, dates, reason);
	if (model_has_marks(model))
		console_apply(console, &(struct event){.kind = EVENT_ACTION,
					       .at_ms = clock_wall_ms(),
					       .action.action = ACTION_CLOSE});
	for (size_t table = 0; table < count; table++)
		date_set_release(&dates[table]);
	free(dates);
}

/* The date may be one that the model chose when the dialog opened. */
static void read_rows(struct console *console, bool is_wanted)
{
	const struct model *model = console->model;
	bool is_shown = is_wanted && model->view.dialog == DIALOG_ROWS;
	engine_read_rows(console->engine, model_selected_table(model),
		is_shown ? model->view.date : DATE_NONE, model->view.rows_generation);
}

static void mend(struct console *console)
{
	const struct health_finding *finding = model_finding(console->model);
	if (finding == NULL)
		return;
	console_say(console, SEVERITY_INFO, "mending %s", finding->id);
	engine_repair(console->engine, engine_range(console->engine, console->model), finding->id);
}

static void carry_out(struct console *console, const struct wish *wish)
{
	struct engine *engine = console->engine;
	switch (wish->kind) {
	case WISH_NONE:
		break;
	case WISH_START:
		engine_start(engine, console->model, wish->table, wish->date);
		break;
	case WISH_START_ALL:
		engine_start_all(engine, console->model);
		break;
	case WISH_MARKED:
		run_marked(console);
		break;
	case WISH_PLAN:
		run_plan(console);
		break;
	case WISH_SAVE_PLAN:
		save_plan(console, wish->text);
		break;
	case WISH_RETRY:
		engine_retry(engine, console->model, wish->table);
		break;
	case WISH_STOP:
	case WISH_KILL:
		engine_stop(engine, wish->table, wish->kind == WISH_KILL);
		break;
	case WISH_STOP_OUTSIDE:
	case WISH_KILL_OUTSIDE:
		engine_stop_outside(
			engine, wish->table, wish->kind == WISH_KILL_OUTSIDE, wish->number);
		break;
	case WISH_LOG_OF_DATE:
		engine_read_excerpt(engine, wish->table, wish->date);
		break;
	case WISH_ADOPT:
		engine_scan(engine, wish->table, true);
		break;
	case WISH_FREEZE:
		engine_freeze(engine, wish->table, wish->flag);
		break;
	case WISH_PAUSE:
		engine_pause(engine, wish->table, wish->flag);
		break;
	case WISH_PAUSE_ALL:
		engine_pause_all(engine, wish->flag);
		break;
	case WISH_WORKERS:
		change_workers(console, wish->number);
		break;
	case WISH_AUTO_LAUNCH:
		console_change(console, CONFIG_OPTION_auto_launch, wish->flag ? "yes" : "no");
		break;
	case WISH_REFRESH:
		engine_refresh(engine, engine_range(engine, console->model), true);
		engine_scan(engine, wish->table, false);
		break;
	case WISH_ROWS:
		read_rows(console, wish->flag);
		break;
	case WISH_HEALTH:
		engine_look_at_health(engine, engine_range(engine, console->model));
		break;
	case WISH_REPAIR:
		mend(console);
		break;
	case WISH_EXCUSE:
		excuse(console, wish->text);
		break;
	case WISH_RANGE:
		change_range(console, wish->range);
		break;
	case WISH_IMPORT_SAMPLE:
		engine_import_sample(engine);
		break;
	case WISH_PACE:
		set_pace(console, wish->flag);
		break;
	case WISH_DETACH:
		engine_detach(engine, console->model);
		console->leaving = true;
		break;
	case WISH_RESUME:
		engine_go_on(engine, console->model, wish->flag);
		break;
	case WISH_LEAVE:
		engine_leave(engine, wish->flag ? LEAVE_AT_ONCE : LEAVE_AFTER_DATES);
		console->leaving = true;
		break;
	case WISH_THEME:
		console_change(console, CONFIG_OPTION_theme, theme_next(console->theme.name));
		console_say(console, SEVERITY_INFO, "theme %s", console->theme.name);
		break;
	case WISH_SETTING:
		console_set_setting(console, (size_t)wish->number, wish->text);
		break;
	case WISH_WRITE_SETTING:
		console_write_setting(console, (size_t)wish->number);
		break;
	case WISH_READ_LOG:
		engine_find_log(engine, model_selected_table(console->model), wish->flag);
		break;
	case WISH_HANDOFF:
		engine_write_handoff(engine, console->model->range);
		console_say(console, SEVERITY_INFO, "writing the hand-off");
		break;
	case WISH_COPY:
		copy_selection(console);
		break;
	case WISH_REDRAW:
		terminal_redraw(console->terminal);
		break;
	case WISH_SUSPEND:
		suspend(console);
		break;
	}
}

void console_answer(struct console *console, struct controller_answer *answer)
{
	for (int i = 0; i < answer->event_count; i++)
		console_apply(console, &answer->events[i]);
	console_keep_switches(console);
	if (!console_shows_first(console, &answer->wish))
		carry_out(console, &answer->wish);
	if (console->model->view.dialog == DIALOG_LOG)
		engine_read_log(console->engine, &console->model->log_place,
			console->model->view.log_piece_generation);
	engine_watch_audit(console->engine, console->model->view.view == VIEW_EVENTS);
	engine_step(console->engine, console->model);
	console->key_changed = true;
}
