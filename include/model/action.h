/*
 * action: everything the operator can do, once. Constants; any thread.
 *
 * Key bindings, help, footer, palette, `backcourt help keys` and the man page are generated from
 * this list. Adding an action: a line here and a `case` where it acts: in core/model/ what changes
 * only what is shown (model_view.c, model_move.c ...), in tui/controller*.c what asks for more.
 *
 * X(id, name, default keys (separated by blanks), where, short label for the footer, help, CLI
 * verb) where: G global, N lists that are sorted (Overview, Events, Health), J jobs (Overview and
 * Log and Matrix), L log, M matrix and calendar, Z matrix, C calendar, P plan, F lists that are
 * filtered (Log, Events, Health), H health, S settings, D dialog, T no key of its own. The argument
 * of a movement is the number of rows (days in the matrix) that a page has; of SHOW an enum
 * dialog_id; of SWITCH twice an enum view_switch, and 1 more for on.
 */
#ifndef BACKCOURT_ACTION_H
#define BACKCOURT_ACTION_H

#define ACTION_LIST(X)                                                                             \
	X(HELP, "help", "? F1", 'G', "help", "help for this view", "--help")                       \
	X(BACK, "back", "q", 'G', "quit", "back; at the root: quit", "")                           \
	X(CLOSE, "close", "Esc", 'G', "close", "close what is open, or back", "")                  \
	X(PALETTE, "palette", ":", 'G', "cmd", "command palette", "")                              \
	X(SEARCH, "search", "/", 'G', "search",                                                    \
		"go to what has a text; Events, Health: keep only that", "")                       \
	X(SEARCH_NEXT, "search-next", "n", 'G', "next", "next match", "")                          \
	X(SEARCH_PREVIOUS, "search-previous", "N", 'G', "", "previous match", "")                  \
	X(VIEW_OVERVIEW, "view-overview", "1", 'G', "overview", "Overview", "status")              \
	X(VIEW_LOG, "view-log", "2", 'G', "log", "Log", "")                                        \
	X(VIEW_MATRIX, "view-matrix", "3", 'G', "matrix", "Matrix", "coverage")                    \
	X(VIEW_CALENDAR, "view-calendar", "4", 'G', "calendar", "Calendar: a season of a table",   \
		"")                                                                                \
	X(VIEW_PLAN, "view-plan", "5 d", 'G', "plan", "Plan: what to run, in which order", "plan") \
	X(VIEW_EVENTS, "view-events", "6", 'G', "events", "Events: failures, and who did what",    \
		"")                                                                                \
	X(VIEW_HEALTH, "view-health", "7", 'G', "health", "Health of the tables", "health")        \
	X(NEXT_PANE, "next-pane", "Tab", 'G', "pane", "turn the lower panes round", "")            \
	X(UP, "up", "Up k", 'G', "", "up", "")                                                     \
	X(DOWN, "down", "Down j", 'G', "", "down", "")                                             \
	X(LEFT, "left", "Left h", 'G', "", "left", "")                                             \
	X(RIGHT, "right", "Right l", 'G', "", "right", "")                                         \
	X(TOP, "top", "g Home", 'G', "", "top", "")                                                \
	X(BOTTOM, "bottom", "G End", 'G', "", "bottom", "")                                        \
	X(PAGE_UP, "page-up", "PgUp", 'G', "", "page up", "")                                      \
	X(PAGE_DOWN, "page-down", "PgDn", 'G', "", "page down", "")                                \
	X(HALF_UP, "half-page-up", "^U", 'G', "", "half a page up", "")                            \
	X(HALF_DOWN, "half-page-down", "^D", 'G', "", "half a page down", "")                      \
	X(OPEN, "open", "Enter", 'G', "open", "open what is selected", "")                         \
	X(REFRESH, "refresh", "^R", 'G', "refresh", "count the tables again", "coverage --verify") \
	X(REDRAW, "redraw", "^L", 'G', "", "redraw the screen", "")                                \
	X(THEME, "theme", "T", 'G', "theme", "next theme", "theme")                                \
	X(MOUSE, "mouse", "M", 'G', "mouse", "mouse on or off; in the log by itself", "--mouse")   \
	X(COPY, "copy", "c y", 'G', "copy", "copy (OSC 52, and to a file)", "")                    \
	X(HANDOFF, "handoff", "H", 'G', "hand-off", "write the hand-off to a file", "handoff")     \
	X(RANGE, "range", "@", 'G', "range", "another range of dates", "--range")                  \
	X(SETTINGS, "settings", "F2", 'G', "settings", "settings, and where each came from", "")   \
	X(INTERRUPT, "quit", "^C", 'G', "quit", "quit (asks, kills nothing)", "")                  \
	X(SUSPEND, "suspend", "^Z", 'G', "", "suspend; native work waits", "")                     \
	X(SORT, "sort", "F6", 'N', "sort", "sort by the next column", "")                          \
	X(REVERSE, "reverse", "I", 'N', "", "the sort the other way round", "")                    \
	X(START, "start", "s F7", 'J', "start", "start the gaps of this table", "run TABLE")       \
	X(PAUSE, "pause", "p F8", 'J', "pause", "pause or resume this table", "pause")             \
	X(STOP, "stop", "x F9", 'J', "stop", "stop after the date in hand", "stop")                \
	X(KILL, "kill", "X", 'J', "kill", "stop at once (asks)", "stop --now")                     \
	X(FREEZE, "freeze", "Z", 'J', "freeze", "freeze its script at once (asks), or wake it",    \
		"pause --freeze")                                                                  \
	X(RETRY, "retry", "r", 'J', "retry", "retry failed, thin, empty", "run TABLE")             \
	X(START_ALL, "start-all", "S", 'J', "start all", "start all that are ready", "run")        \
	X(PAUSE_ALL, "pause-all", "P", 'J', "pause all", "pause or resume everything", "pause")    \
	X(AUTO_LAUNCH, "auto-launch", "a", 'J', "auto", "auto-launch on or off", "")               \
	X(MORE_WORKERS, "more-workers", "+ =", 'J', "", "one worker more", "--workers")            \
	X(FEWER_WORKERS, "fewer-workers", "-", 'J', "", "one worker less", "--workers")            \
	X(WHY, "why", "w", 'J', "why", "why this cell is as it is", "why TABLE DATE")              \
	X(ROWS, "rows", "i", 'J', "rows", "what this cell holds, and who is missing",              \
		"rows TABLE DATE")                                                                 \
	X(EXCUSE, "excuse", "b", 'J', "excuse", "excuse this cell or the marked ones", "excuse")   \
	X(ADOPT, "adopt", "A", 'J', "adopt", "look for a job started by hand", "")                 \
	X(FOLLOW, "follow", "F F5", 'L', "follow", "follow the end of the log", "")                \
	X(NEXT_ERROR, "next-error", "e", 'L', "error", "next error or warning", "")                \
	X(PREVIOUS_ERROR, "previous-error", "E", 'L', "", "previous error, warning", "")           \
	X(NEXT_DATE, "next-date", "}", 'L', "date", "next date", "")                               \
	X(PREVIOUS_DATE, "previous-date", "{", 'L', "", "previous date", "")                       \
	X(NOISE, "noise", "L", 'L', "noise", "show or hide known noise", "")                       \
	X(SET_PLACE, "set-place", "m", 'L', "", "mark this line", "")                              \
	X(GO_TO_PLACE, "go-to-place", "'", 'L', "", "back to the marked line", "")                 \
	X(TIMES, "arrival-times", "t", 'L', "", "times of arrival on or off", "")                  \
	X(PAGER, "pager", "o", 'L', "", "the log's file in the pager ($PAGER)", "")                \
	X(EDITOR, "editor", "O", 'L', "", "the log's file in the editor ($EDITOR)", "")            \
	X(WRAP, "wrap", "W", 'L', "wrap", "wrap long lines", "")                                   \
	X(NEXT_TABLE, "next-table", "> .", 'L', "next log", "the next table's log", "")            \
	X(PREVIOUS_TABLE, "previous-table", "< ,", 'L', "", "the previous table's log", "")        \
	X(NEXT_GAP, "next-gap", "]", 'M', "gap", "next gap", "gaps")                               \
	X(PREVIOUS_GAP, "previous-gap", "[", 'M', "", "previous gap", "")                          \
	X(NEXT_MONTH, "next-month", "}", 'M', "month", "next month", "")                           \
	X(PREVIOUS_MONTH, "previous-month", "{", 'M', "", "previous month", "")                    \
	X(MARK, "mark", "Space", 'M', "mark", "mark this cell, or take the mark off", "")          \
	X(MARK_RANGE, "mark-range", "V", 'M', "range", "mark from here to the cursor", "")         \
	X(SHOW_UPSTREAM, "show-upstream", "u", 'Z', "above", "what the table depends on", "")      \
	X(SHOW_DOWNSTREAM, "show-downstream", "U", 'Z', "", "what depends on the table", "")       \
	X(ZOOM, "zoom", "z", 'Z', "zoom", "days, weeks, months", "")                               \
	X(ZOOM_IN, "zoom-in", "+ =", 'Z', "", "closer", "")                                        \
	X(ZOOM_OUT, "zoom-out", "-", 'Z', "", "from further away", "")                             \
	X(NEXT_SEASON, "next-season", "> .", 'C', "season", "the next season", "")                 \
	X(PREVIOUS_SEASON, "previous-season", "< ,", 'C', "", "the season before", "")             \
	X(METRIC, "metric", "m", 'C', "metric", "state, rows, age, duration, failures", "")        \
	X(TAKE_OUT, "take-out", "Space", 'P', "out/in", "take a step or a date out, or back", "")  \
	X(PLAN_RANGE, "plan-range", "V", 'P', "range", "from here to the cursor, for Space, f",    \
		"")                                                                                \
	X(PUT_FIRST, "put-first", "f", 'P', "first", "put a step or a date first, or back", "")    \
	X(SAVE_PLAN, "save-plan", "W", 'P', "save", "save the plan to a file", "plan --json")      \
	X(RUN_PLAN, "run-plan", "s F7", 'P', "run", "run what the plan has", "run")                \
	X(ORDER, "order", "o F6", 'P', "order", "oldest, newest, unblocking first",                \
		"plan --order")                                                                    \
	X(WHAT_IF_MORE, "what-if-more", "+ =", 'P', "what if", "reckon with one worker more", "")  \
	X(WHAT_IF_FEWER, "what-if-fewer", "-", 'P', "", "reckon with one worker less", "")         \
	X(FILTER, "filter", "&", 'F', "filter", "keep only what has a text; !: has not", "")       \
	X(FIX, "fix", "f", 'H', "mend", "mend it, after a yes", "health --fix")                    \
	X(WRITE_SETTING, "write-setting", "W", 'S', "write", "write this setting to your file",    \
		"")                                                                                \
	X(ACCEPT, "accept", "Enter", 'D', "ok", "accept", "")                                      \
	X(SAMPLE_PACED, "sample-paced", "w", 'D', "watch it", "run the sample at a pace", "")      \
	X(SAMPLE_FULL, "sample-full-speed", "f", 'D', "full speed", "run the sample unpaced", "")  \
	X(QUIT_STOP, "quit-stop", "s", 'D', "stop", "stop after the dates, quit", "")              \
	X(QUIT_DETACH, "quit-detach", "d", 'D', "detach", "quit; work goes on", "")                \
	X(QUIT_NOW, "quit-now", "y", 'D', "yes", "yes", "")                                        \
	X(CANCEL, "cancel", "c n", 'D', "cancel", "cancel", "")                                    \
	X(TYPE, "type", "", 'T', "", "text typed into a dialog", "")                               \
	X(ERASE, "erase", "", 'T', "", "the last typed character", "")                             \
	X(POINT, "point", "", 'T', "", "the mouse puts the cursor there", "")                      \
	X(SORT_BY, "sort-by", "", 'T', "", "a click on a heading of a list", "")                   \
	X(SWITCH, "switch", "", 'T', "", "a setting of the view: on or off", "")                   \
	X(SHOW, "show", "", 'T', "", "a dialog that the console opens by itself", "")

enum action {
	ACTION_NONE,
#define X(id, name, keys, where, label, help, verb) ACTION_##id,
	ACTION_LIST(X)
#undef X
		ACTION_COUNT,
};

struct action_row {
	const char *name;
	const char *keys;
	char where;
	const char *label;
	const char *help;
	const char *verb;
};

const struct action_row *action_row(enum action action);
/* ACTION_NONE when no action is called so. */
enum action action_find(const char *name);

#endif
