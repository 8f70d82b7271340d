/*
 * console_parts: what tui/console*.c share. Nobody else includes this.
 */
#ifndef BACKCOURT_TUI_CONSOLE_PARTS_H
#define BACKCOURT_TUI_CONSOLE_PARTS_H

#include "engine/engine.h"
#include "engine/session.h"
#include "settings.h"
#include "tui/console.h"
#include "tui/controller.h"
#include "tui/paste.h"
#include "tui/terminal.h"

struct console {
	const struct config *config; /* of the settings: what holds now */
	struct settings *settings;
	struct session session;
	char *theme_folder;
	struct event_queue *queue;
	struct engine *engine;
	struct model *model;
	struct terminal *terminal;
	struct keymap *keymap;
	struct canvas *canvas;
	struct theme theme;
	struct spots *spots; /* of the frame that is shown */
	struct mouse_presses presses;
	struct paste paste;
	int signals; /* signalfd */
	int64_t started_ms;
	int64_t framed_ms;  /* monotonic, of the last frame that no key caused */
	int64_t beat_ms;    /* monotonic, of the last heartbeat */
	int64_t scanned_ms; /* monotonic, of the last look for jobs started by hand */
	bool is_away;	    /* the terminal has lost the focus, and says so */
	bool key_changed;   /* a frame now */
	bool event_changed; /* a frame soon */
	bool coverage_came, background_ended; /* in this turn */
	bool events_wait;		      /* there are some, and their turn comes soon */
	int64_t taken_ms;		      /* monotonic, when events were taken last */
	bool range_settled;		      /* given, or the schedule has games in it */
	bool sample_offered;
	bool counted;	   /* the tables, once after the start, or their receipts knew enough */
	int alerts_untold; /* that neither bell nor note told of */
	char alert_text[ALERT_TEXT_BYTES + 24]; /* the newest of them */
	int64_t alert_ready_ms;			/* monotonic: not before */
	bool leaving;
	bool was_terminated; /* by SIGTERM: the next one does not wait */
	char *log_path; /* owned: a pager is to be started, or, where log_is_edited, an editor */
	bool log_is_edited;
	char rest[EVENT_TEXT_BYTES + 100]; /* what became of the rest; "" = there was none */
};

/* tui/console_open.c: everything but the loop. */
bool console_open(struct console *console, const struct config *config, struct error *err);
/* `words` are left on the normal screen. */
void console_close(struct console *console, const char *words);
void console_choose_theme(struct console *console, const char *name);
void console_show_glyphs(struct console *console);

/* tui/console_slice.c: for the calling thread; where the system does not know it, nothing. */
void console_shorten_slice(void);

/* tui/console_wish.c */
void console_apply(struct console *console, struct event *event);
void console_answer(struct console *console, struct controller_answer *answer);
/* Tells the model the size that the terminal has. */
void console_take_size(struct console *console);
void console_say(struct console *console, enum severity severity, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* tui/console.c: those that came; at most TURN_EVENTS_MAX. */
void console_take_events(struct console *console);

/* tui/console_alert.c: a bell and a note for all that was heard since the last ones. */
void console_hear_alert(struct console *console, const struct event *event);
int64_t console_alert_due_ms(const struct console *console); /* monotonic; INT64_MAX: not */
void console_tell_alerts(struct console *console);

/* tui/console_leave.c */
/* SIGHUP: the work goes on in the background. Any other: the dates in hand are finished; a second
 * one waits for nothing, and does not return. */
void console_told_to_leave(struct console *console, int signal_number);
/* After the keyboard is gone: returns when nothing is in hand any more. */
void console_drain(struct console *console);

/* tui/console_setting.c */
/* The setting, and what follows from it; false, and said, when the value will not do. */
bool console_change(struct console *console, enum config_option option, const char *text);
/* The same of what somebody typed in the settings: `row` is one of theirs. */
void console_set_setting(struct console *console, size_t row, const char *text);
void console_write_setting(struct console *console, size_t row);
void console_resolve_settings(struct console *console);
/* What the settings say of the views, to the model; and back, what a key has switched. */
void console_apply_switches(struct console *console);
void console_keep_switches(struct console *console);

/* tui/console_reader.c: what EVENT_LOG_FOUND found, in a pager or an editor; between two turns. */
void console_read_log(struct console *console);

/* tui/console_launch.c: true when the wish starts scripts that were not shown: EVENT_LAUNCH shows
 * them, and nothing is started. */
bool console_shows_first(struct console *console, const struct wish *wish);

/* tui/console_background.c: what goes on when this console does not. */
/* The run in the background has ended: the folder may be ours now. */
void console_own(struct console *console);
/* At the end: what is left goes to the background. */
void console_leave_rest(struct console *console);

/* tui/console_summary.c: at most ten lines on the normal screen. */
void console_summarize(const struct console *console, struct buffer *into);

#endif
