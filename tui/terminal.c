#include "tui/terminal.h"

#include "base/memory.h"
#include "tui/terminal_frame.h"
#include "tui/terminal_output.h"
#include "tui/terminal_parts.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#define KEY_PASTE_BEGIN (KEY_MAX + 1)
#define KEY_PASTE_END	(KEY_MAX + 2)
#define KEY_FOCUS_IN	(KEY_MAX + 3)
#define KEY_FOCUS_OUT	(KEY_MAX + 4)
#define KEY_REPORT	(KEY_MAX + 5)

/* One pair of colours as ncurses knows it. */
struct pair {
	int foreground, background; /* -1: the terminal's own */
};

struct terminal {
	SCREEN *screen;
	struct terminal_frame frame;
	struct termios settings; /* while the screen is ours; kept while it is lent */
	struct theme theme;
	struct canvas *shown; /* the last frame; NULL: paint everything */
	struct pair pairs[TERMINAL_PAIRS_MAX];
	int pair_count; /* pair numbers 1 .. pair_count */
	int pair_limit;
	int colours;
	bool ascii;
	bool has_title;
	bool takes_mouse;
	struct mouse_reader mouse;
};

static const char *capability(const char *name)
{
	const char *text = tigetstr(name);
	return text == (const char *)-1 ? NULL : text;
}

static void prepare_rescue(const struct terminal *terminal)
{
	static const char *const capabilities[] = {"sgr0", "cnorm", "rmkx", "rmcup"};
	terminal_rescue_add(MOUSE_OFF "\033[?1004l\033[?2004l");
	for (size_t i = 0; i < ARRAY_COUNT(capabilities); i++)
		terminal_rescue_add(capability(capabilities[i]));
	if (terminal->has_title)
		terminal_rescue_add("\033[23;2t");
	terminal_rescue_arm();
}

/* To keep its title, and to tell of its focus and of pastes. */
static void ask_terminal(const struct terminal *terminal)
{
	if (terminal->has_title)
		terminal_write("\033[22;2t");
	terminal_write("\033[?1004h\033[?2004h");
	if (terminal->takes_mouse)
		terminal_write(MOUSE_ON);
}

static void enter_modes(const struct terminal *terminal)
{
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	typeahead(-1); /* a frame is painted to its end: the key that waits gets one of its own */
	curs_set(0);
	set_escdelay(TERMINAL_ESCAPE_DELAY_MS);
	ask_terminal(terminal);
}

/* The settings are given back apart from it: ncurses would wait until all is shown. */
static void leave_screen(struct terminal *terminal)
{
	terminal_write(MOUSE_OFF "\033[?1004l\033[?2004l");
	if (terminal->has_title)
		terminal_write("\033[23;2t");
	terminal_frame_begin(&terminal->frame);
	endwin();
	terminal_frame_end(&terminal->frame);
	if (capability("rmcup") == NULL)
		terminal_write("\r\n"); /* the last frame stays: what follows stands below it */
}

static bool wants_colours(const char *color)
{
	const char *none = getenv("NO_COLOR");
	if (color != NULL && strcmp(color, "auto") != 0)
		return strcmp(color, "always") == 0;
	return none == NULL || none[0] == '\0';
}

static void prepare_colours(struct terminal *terminal, const char *color)
{
	if (!wants_colours(color) || !has_colors())
		return;
	start_color();
	bool own = use_default_colors() == OK;
	terminal->colours = COLORS >= 256 ? 256 : COLORS >= 16 ? 16 : COLORS >= 8 ? 8 : 0;
	terminal->pair_limit =
		COLOR_PAIRS - 1 < TERMINAL_PAIRS_MAX ? COLOR_PAIRS - 1 : TERMINAL_PAIRS_MAX;
	if (!own)
		assume_default_colors(COLOR_WHITE, COLOR_BLACK);
}

/* newterm ends the program where it does not know the terminal: asked first, with a description of
 * its own that is given back. */
static bool is_known(const char *name, struct error *err)
{
	int problem = 0;
	if (name == NULL || setupterm(name, STDOUT_FILENO, &problem) != OK)
		return error_set(err, ERROR_USAGE, "the terminal type %s is not known here",
			name == NULL ? "(none)" : name);
	bool places = capability("cup") != NULL && capability("clear") != NULL;
	del_curterm(cur_term);
	if (!places)
		return error_set(
			err, ERROR_USAGE, "the terminal type %s cannot place its cursor", name);
	return true;
}

bool terminal_open(struct terminal **opened, const char *color, struct error *err)
{
	const char *name = getenv("TERM");
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return error_set(err, ERROR_USAGE, "standard input and output are no terminal");
	if (!is_known(name, err))
		return false;
	terminal_rescue_begin();
	struct terminal *terminal = memory_new(sizeof(*terminal));
	terminal_frame_open(&terminal->frame);
	terminal_output_open();
	if (terminal->frame.screen != NULL)
		terminal->screen = newterm(NULL, terminal->frame.screen, stdin);
	if (terminal->screen == NULL) {
		terminal_frame_close(&terminal->frame);
		terminal_output_close();
		free(terminal);
		return error_set(err, ERROR_USAGE, "the terminal type %s is too simple", name);
	}
	terminal->has_title = terminal_is_title_capable(name);
	terminal->ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0 || strcmp(name, "linux") == 0;
	prepare_colours(terminal, color);
	enter_modes(terminal);
	define_key("\033[200~", KEY_PASTE_BEGIN);
	define_key("\033[201~", KEY_PASTE_END);
	define_key("\033[I", KEY_FOCUS_IN);
	define_key("\033[O", KEY_FOCUS_OUT);
	define_key(MOUSE_REPORT_BEGIN, KEY_REPORT);
	prepare_rescue(terminal);
	*opened = terminal;
	return true;
}

/* Who does not read it gets the way out alone, and no word. */
static void say_farewell(const char *words)
{
	if (!terminal_output_drain(TERMINAL_PATIENCE_MS)) {
		terminal_output_drop();
		terminal_rescue_leave();
		return;
	}
	terminal_rescue_restore();
	terminal_output_add(words, strlen(words));
	terminal_output_drain(TERMINAL_PATIENCE_MS);
}

void terminal_close(struct terminal *terminal, const char *words)
{
	if (terminal == NULL)
		return;
	leave_screen(terminal);
	say_farewell(words);
	terminal_rescue_set_needed(false);
	delscreen(terminal->screen);
	terminal_frame_close(&terminal->frame);
	terminal_output_close();
	canvas_free(terminal->shown);
	free(terminal);
	terminal_rescue_disarm();
}

int terminal_width(const struct terminal *terminal)
{
	(void)terminal;
	return COLS;
}

int terminal_height(const struct terminal *terminal)
{
	(void)terminal;
	return LINES;
}

bool terminal_has_title(const struct terminal *terminal)
{
	return terminal->has_title;
}

int terminal_colours(const struct terminal *terminal)
{
	return terminal->colours;
}

bool terminal_wants_ascii(const struct terminal *terminal)
{
	return terminal->ascii;
}

void terminal_set_theme(struct terminal *terminal, const struct theme *theme)
{
	terminal->theme = *theme;
	terminal_redraw(terminal);
}

int terminal_descriptor(const struct terminal *terminal)
{
	(void)terminal;
	return STDIN_FILENO;
}

static input_t special_input(wint_t key)
{
	static const struct {
		wint_t key;
		input_t input;
	} keys[] = {{KEY_UP, INPUT_UP}, {KEY_DOWN, INPUT_DOWN}, {KEY_LEFT, INPUT_LEFT},
		{KEY_RIGHT, INPUT_RIGHT}, {KEY_HOME, INPUT_HOME}, {KEY_END, INPUT_END},
		{KEY_PPAGE, INPUT_PAGE_UP}, {KEY_NPAGE, INPUT_PAGE_DOWN}, {KEY_IC, INPUT_INSERT},
		{KEY_DC, INPUT_DELETE}, {KEY_BTAB, INPUT_BACK_TAB},
		{KEY_BACKSPACE, INPUT_BACKSPACE}, {KEY_ENTER, INPUT_ENTER},
		{KEY_PASTE_BEGIN, INPUT_PASTE_BEGIN}, {KEY_PASTE_END, INPUT_PASTE_END},
		{KEY_FOCUS_IN, INPUT_FOCUS_IN}, {KEY_FOCUS_OUT, INPUT_FOCUS_OUT},
		{KEY_RESIZE, INPUT_RESIZE}};
	if (key >= (wint_t)KEY_F(1) && key <= (wint_t)KEY_F(12))
		return INPUT_F1 + (input_t)(key - (wint_t)KEY_F(1));
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
		if (keys[i].key == key)
			return keys[i].input;
	return INPUT_LIMIT; /* a key that nothing is bound to */
}

void terminal_take_mouse(struct terminal *terminal, bool takes)
{
	if (takes != terminal->takes_mouse)
		terminal_write(takes ? MOUSE_ON : MOUSE_OFF);
	set_escdelay(takes ? TERMINAL_MOUSE_ESCAPE_DELAY_MS : TERMINAL_ESCAPE_DELAY_MS);
	terminal->takes_mouse = takes;
}

struct mouse_event terminal_mouse(const struct terminal *terminal)
{
	return terminal->mouse.event;
}

input_t terminal_key(struct terminal *terminal)
{
	wint_t key;
	int kind;
	do {
		kind = get_wch(&key);
		if (kind == ERR)
			return INPUT_NONE;
		bool begins = kind == KEY_CODE_YES && key == KEY_REPORT;
		if (!mouse_take(&terminal->mouse, begins, kind == OK ? key : INPUT_LIMIT))
			break;
	} while (terminal->mouse.event.kind == MOUSE_NONE);
	if (terminal->mouse.event.kind != MOUSE_NONE)
		return INPUT_MOUSE;
	if (kind == KEY_CODE_YES)
		return special_input(key);
	if (key == '\n')
		return INPUT_ENTER;
	if (key == 8)
		return INPUT_BACKSPACE;
	return key == 0 ? INPUT_LIMIT : key;
}

/* Pairs are made when first needed; when they run out, text keeps the terminal's own colours. */
static int pair_number(struct terminal *terminal, struct theme_style style)
{
	unsigned count = (unsigned)terminal->colours;
	struct pair wanted = {
		colour_number(style.foreground, count), colour_number(style.background, count)};
	for (int i = 0; i < terminal->pair_count; i++)
		if (terminal->pairs[i].foreground == wanted.foreground &&
			terminal->pairs[i].background == wanted.background)
			return i + 1;
	if (terminal->pair_count >= terminal->pair_limit)
		return 0;
	terminal->pairs[terminal->pair_count++] = wanted;
	init_extended_pair(terminal->pair_count, wanted.foreground, wanted.background);
	return terminal->pair_count;
}

static attr_t curses_attributes(unsigned attributes)
{
	attr_t result = A_NORMAL;
	if (attributes & ATTRIBUTE_BOLD)
		result |= A_BOLD;
	if (attributes & ATTRIBUTE_DIM)
		result |= A_DIM;
	if (attributes & ATTRIBUTE_UNDERLINE)
		result |= A_UNDERLINE;
	if (attributes & ATTRIBUTE_REVERSE)
		result |= A_REVERSE;
	return result;
}

struct painter {
	struct terminal *terminal;
	const struct canvas *canvas;
};

static void paint_run(void *context, int x, int y, int count)
{
	struct painter *painter = context;
	for (int i = 0; i < count; i++) {
		const struct canvas_cell *cell = canvas_at(painter->canvas, x + i, y);
		if (cell->glyph == 0)
			continue;
		struct theme_style style = theme_style(&painter->terminal->theme, cell->pen.role,
			cell->pen.ground, cell->pen.attributes);
		int pair =
			painter->terminal->colours > 0 ? pair_number(painter->terminal, style) : 0;
		wchar_t text[2] = {(wchar_t)cell->glyph, L'\0'};
		cchar_t shown;
		setcchar(&shown, text, curses_attributes(style.attributes), 0, &pair);
		mvadd_wch(y, x + i, &shown);
	}
}

static void remember(struct terminal *terminal, const struct canvas *canvas)
{
	struct canvas *shown = terminal->shown;
	if (shown == NULL)
		shown = terminal->shown = canvas_new(canvas->width, canvas->height);
	if (shown->width != canvas->width || shown->height != canvas->height)
		canvas_resize(shown, canvas->width, canvas->height);
	memcpy(shown->cells, canvas->cells,
		(size_t)canvas->width * (size_t)canvas->height * sizeof(*canvas->cells));
}

int terminal_output(const struct terminal *terminal)
{
	(void)terminal;
	return terminal_output_waits() ? terminal_output_descriptor() : -1;
}

void terminal_send(struct terminal *terminal)
{
	(void)terminal;
	terminal_output_flush();
}

/* Of what waits already nothing may be left out, or the next differences would be from a frame that
 * was never shown; so the next frame is not made before the last one is out. */
int terminal_draw(struct terminal *terminal, const struct canvas *canvas)
{
	if (terminal_output_waits())
		return 0;
	struct painter painter = {terminal, canvas};
	int changed = canvas_difference(terminal->shown, canvas, paint_run, &painter);
	if (changed > 0) {
		terminal_frame_begin(&terminal->frame);
		refresh();
		terminal_frame_end(&terminal->frame);
		remember(terminal, canvas);
	}
	return changed;
}

void terminal_redraw(struct terminal *terminal)
{
	canvas_free(terminal->shown);
	terminal->shown = NULL;
	clearok(stdscr, TRUE);
}

bool terminal_resize(struct terminal *terminal)
{
	struct winsize size;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
		return false;
	if (size.ws_col == COLS && size.ws_row == LINES)
		return false;
	resizeterm(size.ws_row, size.ws_col);
	erase();
	terminal_redraw(terminal);
	return true;
}

bool terminal_lend(struct terminal *terminal)
{
	if (!terminal_output_drain(TERMINAL_PATIENCE_MS))
		return false;
	tcgetattr(STDIN_FILENO, &terminal->settings);
	leave_screen(terminal);
	terminal_output_drain(TERMINAL_PATIENCE_MS);
	terminal_rescue_restore();
	terminal_rescue_set_needed(false);
	return true;
}

void terminal_take_back(struct terminal *terminal)
{
	terminal_rescue_set_needed(true);
	tcsetattr(STDIN_FILENO, TCSANOW, &terminal->settings);
	terminal_frame_begin(&terminal->frame);
	refresh();
	keypad(stdscr, TRUE);
	curs_set(0);
	terminal_frame_end(&terminal->frame);
	ask_terminal(terminal);
	terminal_resize(terminal);
	terminal_redraw(terminal);
}

bool terminal_suspend(struct terminal *terminal)
{
	if (!terminal_lend(terminal))
		return false;
	terminal_write(
		"backcourt is suspended: native work waits, scripts go on. fg brings it back.\r\n");
	terminal_output_drain(TERMINAL_PATIENCE_MS);
	kill(0, SIGSTOP);
	terminal_take_back(terminal);
	return true;
}
