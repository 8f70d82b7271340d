#include "tui/console_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "tui/dialogs.h"
#include "tui/turn.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

static bool takes_frames(const struct console *console)
{
	return terminal_output(console->terminal) < 0;
}

/* A key is answered with what is known: where events came before it, their frame is still due. A
 * terminal that has not taken the last frame gets the newest one when it has. */
static void paint(struct console *console)
{
	if (!takes_frames(console))
		return;
	bool answers = console->key_changed;
	model_set_hurry(console->model, answers);
	scene_paint_spots(console->canvas, console->model, console->keymap, console->theme.name,
		console->spots);
	model_set_hurry(console->model, false);
	terminal_take_mouse(console->terminal, model_takes_mouse(console->model));
	terminal_draw(console->terminal, console->canvas);
	console->key_changed = false;
	if (answers)
		return;
	console->event_changed = false;
	console->framed_ms = clock_monotonic_ms();
}

static void press(struct console *console, input_t input)
{
	struct controller_answer answer;
	controller_key(console->model, console->keymap, input, clock_wall_ms(), &answer);
	console_answer(console, &answer);
}

static void act(struct console *console, enum action action)
{
	struct controller_answer answer;
	controller_action(console->model, action, clock_wall_ms(), &answer);
	console_answer(console, &answer);
}

/* Reports that are on their way when the mouse is given back mean nothing. A wheel may report
 * faster than frames are painted: they are scrolled past. */
static void use_mouse(struct console *console)
{
	struct mouse_event event = terminal_mouse(console->terminal);
	struct controller_answer answer;
	if (console->paste.is_on || !model_takes_mouse(console->model))
		return;
	struct pointing pointing =
		mouse_point(&console->presses, console->spots, event, clock_monotonic_ms());
	controller_mouse(console->model, console->keymap, &pointing, clock_wall_ms(), &answer);
	console_answer(console, &answer);
	if (event.kind == MOUSE_PRESS)
		paint(console);
}

/* A frame for every key: what was pressed first is seen first. Pasted text counts as one key, and
 * only where text is typed; elsewhere it would press keys at random. */
static void read_keys(struct console *console)
{
	for (input_t input; (input = terminal_key(console->terminal)) != INPUT_NONE;) {
		if (input == INPUT_FOCUS_IN || input == INPUT_FOCUS_OUT) {
			console->is_away = input == INPUT_FOCUS_OUT;
			continue;
		}
		if (paste_take(&console->paste, input))
			continue;
		if (input == INPUT_MOUSE) {
			use_mouse(console);
			continue;
		}
		bool typing = dialog_reads_text(console->model->view.dialog);
		if (console->paste.is_on && (!typing || input < ' '))
			continue;
		press(console, input);
		if (!console->paste.is_on)
			paint(console);
	}
}

static void change_size(struct console *console)
{
	if (!terminal_resize(console->terminal))
		return;
	console_take_size(console);
	console->key_changed = true;
}

static void read_signals(struct console *console)
{
	struct signalfd_siginfo info;
	while (read(console->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGWINCH)
			change_size(console);
		else if (info.ssi_signo == SIGTSTP)
			act(console, ACTION_SUSPEND);
		else if (info.ssi_signo == SIGCONT) {
			change_size(console);
			terminal_redraw(console->terminal);
			console->key_changed = true;
		} else if (info.ssi_signo == SIGINT)
			act(console, ACTION_INTERRUPT);
		else
			console_told_to_leave(console, (int)info.ssi_signo);
	}
}

/* Receipts tell what this program wrote, NULLs included; the rest is counted, once. */
static bool must_count(const struct model *model)
{
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		if (model->pipeline->tables[i].job.executor == EXECUTOR_COMMAND)
			return true;
	return coverage_lacks_nulls(model->coverage);
}

/* The first coverage tells whether there are raw data, and whether the range lies in them. */
static void look_at_coverage(struct console *console)
{
	struct model *model = console->model;
	if (!model->has_warehouse) {
		if (!console->sample_offered && !model->read_only)
			console_apply(console, &(struct event){.kind = EVENT_ACTION,
						       .at_ms = clock_wall_ms(),
						       .action = {.action = ACTION_SHOW,
							       .argument = DIALOG_SAMPLE}});
		console->sample_offered = true;
		return;
	}
	struct date_range range = engine_range(console->engine, model);
	if (!console->range_settled)
		range = session_choose_range(
			model->pipeline, model->calendar, console->session.range);
	bool moved = range.first != model->range.first || range.last != model->range.last;
	bool counts = !console->counted && !moved && must_count(model);
	if (moved || counts)
		engine_refresh(console->engine, range, counts);
	console->counted |= !moved;
	console->range_settled = true;
}

/* Between two turns, not in the middle of one. */
static void note_log(struct console *console, struct event *event)
{
	if (event->log_found.path == NULL) {
		console_say(console, SEVERITY_INFO, "no run of this table has a log yet");
		return;
	}
	free(console->log_path);
	console->log_path = event->log_found.path;
	console->log_is_edited = event->log_found.edits;
	event->log_found.path = NULL;
}

static void take_event(void *context, struct event *event)
{
	struct console *console = context;
	console->coverage_came |= event->kind == EVENT_COVERAGE;
	console->key_changed |= event->kind == EVENT_IMPORT_FINISHED;
	console->background_ended |= event->kind == EVENT_BACKGROUND && !event->background.lives;
	console_hear_alert(console, event);
	if (event->kind == EVENT_LOG_FOUND)
		note_log(console, event);
	console_apply(console, event);
	console->event_changed = true;
}

static bool key_waits(void *context)
{
	const struct console *console = context;
	struct pollfd keyboard = {.fd = terminal_descriptor(console->terminal), .events = POLLIN};
	return poll(&keyboard, 1, 0) > 0 && keyboard.revents & POLLIN;
}

void console_take_events(struct console *console)
{
	console->coverage_came = console->background_ended = console->events_wait = false;
	console->taken_ms = clock_monotonic_ms();
	turn_take_events(&(struct turn_events){.queue = console->queue,
		.apply = take_event,
		.key_waits = key_waits,
		.context = console});
	if (console->background_ended)
		console_own(console);
	if (console->coverage_came)
		look_at_coverage(console);
	engine_step(console->engine, console->model);
}

/* While somebody looks, and only where there are scripts: else nothing is done. */
static void look_for_outsiders(struct console *console, int64_t now_ms)
{
	if (console->is_away || console->leaving || !engine_can_scan(console->engine) ||
		now_ms - console->scanned_ms < CONSOLE_SCAN_MS)
		return;
	console->scanned_ms = now_ms;
	engine_scan(console->engine, 0, false);
}

static void beat(struct console *console)
{
	int64_t now = clock_monotonic_ms();
	if (now - console->beat_ms < CONSOLE_HEARTBEAT_MS)
		return;
	console->beat_ms = now;
	console_apply(console, &(struct event){.kind = EVENT_CLOCK, .at_ms = clock_wall_ms()});
	console->event_changed = true;
	paste_beat(&console->paste);
	look_for_outsiders(console, now);
}

static int wait_ms(const struct console *console)
{
	int64_t now = clock_monotonic_ms();
	int64_t due = console->beat_ms + CONSOLE_HEARTBEAT_MS;
	int64_t engine_due = engine_due_ms(console->engine, console->model);
	if (model_has_pieces(console->model))
		return 0;
	if (console->events_wait)
		due = now + turn_events_wait_ms(console->taken_ms, now);
	if (console->event_changed && takes_frames(console) &&
		console->framed_ms + TURN_FRAME_MS < due)
		due = console->framed_ms + TURN_FRAME_MS;
	if (console_alert_due_ms(console) < due)
		due = console_alert_due_ms(console);
	if (engine_due != INT64_MAX && now + engine_due - clock_wall_ms() < due)
		due = now + engine_due - clock_wall_ms();
	return due <= now ? 0 : (int)(due - now);
}

/* One after the other: the calendar shows them as they come. */
static void read_wanted_season(struct console *console)
{
	struct model *model = console->model;
	struct layout layout = layout_of_model(model);
	size_t season = model_wanted_season(model, calendar_seasons_shown(model, &layout));
	if (season < model->pipeline->season_count && !model->checking)
		engine_read_season(console->engine, model, season);
}

/* Events that come while others were just taken wait for more of them; and for pieces, which would
 * have to be made anew after them. */
static void meet_events(struct console *console, bool came)
{
	console->events_wait |= came;
	if (console->events_wait && !model_has_pieces(console->model) &&
		turn_events_wait_ms(console->taken_ms, clock_monotonic_ms()) == 0)
		console_take_events(console);
}

/* Some of what follows from very many cells, between two looks at the keyboard. */
static void make_pieces(struct console *console)
{
	int64_t started_ms = clock_monotonic_ms();
	if (!model_has_pieces(console->model))
		return;
	do
		model_make_piece(console->model);
	while (model_has_pieces(console->model) && clock_monotonic_ms() == started_ms);
	console->event_changed |= !model_has_pieces(console->model);
}

/* False when the keyboard is gone: the window was closed. */
static bool turn(struct console *console)
{
	struct pollfd sources[] = {{.fd = terminal_descriptor(console->terminal), .events = POLLIN},
		{.fd = event_queue_descriptor(console->queue),
			.events = console->events_wait ? 0 : POLLIN},
		{.fd = console->signals, .events = POLLIN},
		{.fd = terminal_output(console->terminal), .events = POLLOUT}};
	if (poll(sources, ARRAY_COUNT(sources), wait_ms(console)) < 0 && errno != EINTR)
		return false;
	if (sources[3].revents != 0)
		terminal_send(console->terminal);
	if (sources[2].revents & POLLIN)
		read_signals(console);
	if (sources[0].revents & POLLIN)
		read_keys(console);
	make_pieces(console);
	meet_events(console, sources[1].revents & POLLIN);
	if (console->log_path != NULL && !console->leaving)
		console_read_log(console);
	read_wanted_season(console);
	beat(console);
	if (clock_wall_ms() >= engine_due_ms(console->engine, console->model))
		engine_step(console->engine, console->model);
	if (turn_frame_is_due(&(struct turn_frame){.key_changed = console->key_changed,
		    .event_changed = console->event_changed,
		    .key_waits = key_waits(console),
		    .framed_ms = console->framed_ms,
		    .now_ms = clock_monotonic_ms()}))
		paint(console);
	console_tell_alerts(console);
	return (sources[0].revents & (POLLHUP | POLLERR | POLLNVAL)) == 0;
}

static void loop(struct console *console)
{
	paint(console);
	while (!(console->leaving && engine_is_idle(console->engine)))
		if (!turn(console)) {
			console_drain(console);
			return;
		}
}

int console_run(const struct config *config)
{
	struct console console;
	struct error err = {0};
	struct buffer summary = {0};
	bool opened = console_open(&console, config, &err);
	if (opened) {
		loop(&console);
		if (!console.model->read_only && console.model->has_warehouse)
			session_remember_range(
				console.session.state_folder, console.model->range, NULL);
		console_leave_rest(&console);
		console_summarize(&console, &summary);
	}
	if (summary.length > 0)
		text_make_printable(summary.bytes);
	console_close(&console, buffer_text(&summary));
	text_make_printable(err.text);
	if (!opened)
		fprintf(stderr, "backcourt: %s\n", err.text);
	buffer_release(&summary);
	return opened ? EXIT_ALL_COMPLETE : error_exit_status(err.kind);
}
