/*
 * The terminal itself: this program starts itself on a pseudo-terminal, where it shows a staged
 * scene, and compares what libvterm then holds with what was painted.
 */
#include "tests/test.h"

#include "tests/pty/support/pty.h"
#include "tests/screens/support/scenes.h"
#include "tui/controller.h"
#include "tui/terminal.h"

#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#define CRASH_KEY 0x1c /* ^\ */

/* False to leave. */
static bool press_in_child(struct stage *stage, input_t input)
{
	struct controller_answer answer;
	if (input == CRASH_KEY)
		raise(SIGSEGV);
	controller_key(stage->model, stage->keymap, input, STAGE_NOW_MS, &answer);
	for (int i = 0; i < answer.event_count; i++)
		stage_apply(stage, &answer.events[i]);
	return answer.wish.kind != WISH_LEAVE;
}

/* A signal that comes before the poll must not be lost: it is read from a descriptor. */
static int open_window_signals(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static bool turn_in_child(struct stage *stage, struct terminal *terminal, int signals)
{
	struct pollfd sources[] = {{.fd = terminal_descriptor(terminal), .events = POLLIN},
		{.fd = signals, .events = POLLIN}, {.fd = -1, .events = POLLOUT}};
	struct signalfd_siginfo info;
	scene_paint(stage->canvas, stage->model, stage->keymap, "dark");
	terminal_draw(terminal, stage->canvas);
	sources[2].fd = terminal_output(terminal);
	poll(sources, ARRAY_COUNT(sources), -1);
	terminal_send(terminal);
	while (read(signals, &info, sizeof(info)) > 0)
		if (terminal_resize(terminal))
			stage_size(stage, terminal_width(terminal), terminal_height(terminal));
	for (input_t input; (input = terminal_key(terminal)) != INPUT_NONE;)
		if (!press_in_child(stage, input))
			return false;
	return true;
}

/* What the pseudo-terminal runs: a scene that answers keys. */
static int run_child(const char *scene, const char *theme_name)
{
	struct stage *stage = scene_set(scene);
	struct terminal *terminal;
	struct theme theme;
	struct error err;
	setlocale(LC_ALL, "C.UTF-8");
	int signals = open_window_signals();
	if (!theme_load(theme_name, NULL, &theme, &err) ||
		!terminal_open(&terminal, "auto", &err)) {
		printf("refused: %s\n", err.text);
		stage_free(stage);
		return 3;
	}
	canvas_set_glyphs(stage->canvas, &theme, terminal_wants_ascii(terminal));
	terminal_set_theme(terminal, &theme);
	stage_size(stage, terminal_width(terminal), terminal_height(terminal));
	while (turn_in_child(stage, terminal, signals))
		;
	terminal_close(terminal, "");
	stage_free(stage);
	return 0;
}

struct show {
	struct pty *pty;
	struct stage *stage; /* the same scene here, with the same keys pressed */
	char *home;
};

static struct show show(const char *scene, const char *theme, const char *term)
{
	char self[256];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	assert_true(length > 0);
	self[length] = '\0';
	struct show show = {.stage = scene_set(scene), .home = test_folder()};
	show.pty = pty_start(
		show.home, term, 120, 40, (const char *const[]){self, "child", scene, theme, NULL});
	stage_size(show.stage, 120, 40);
	return show;
}

static void end_show(struct show *show)
{
	pty_finish(show->pty);
	stage_free(show->stage);
	free(show->home);
}

/* The end of lines is not compared: the terminal's have blanks there. */
static bool same_picture(const char *a, const char *b)
{
	while (*a != '\0' || *b != '\0') {
		size_t blanks_a = strspn(a, " "), blanks_b = strspn(b, " ");
		bool ends_a = a[blanks_a] == '\n' || a[blanks_a] == '\0';
		bool ends_b = b[blanks_b] == '\n' || b[blanks_b] == '\0';
		if (ends_a != ends_b)
			return false;
		if (ends_a) {
			a += blanks_a;
			b += blanks_b;
		}
		if (*a != *b)
			return false;
		if (*a == '\0')
			return true;
		a++;
		b++;
	}
	return true;
}

/* Reads until the terminal shows what is painted here. */
static void wait_for_the_same(struct show *show)
{
	char *painted = memory_copy_text(stage_paint(show->stage));
	int silent = 0;
	while (!same_picture(painted, pty_screen(show->pty)) && silent < PTY_PATIENCE_MS / 1000)
		silent += !pty_read(show->pty, 1000);
	if (!same_picture(painted, pty_screen(show->pty))) {
		print_message("painted:\n%s\nshown:\n%s\n", painted, pty_screen(show->pty));
		fail();
	}
	free(painted);
}

static void press(struct show *show, const char *bytes, const char *key)
{
	pty_send(show->pty, bytes);
	press_in_child(show->stage, input_parse(key, strlen(key)));
}

static void shows_what_is_painted_key_after_key(void **state)
{
	(void)state;
	static const struct {
		const char *bytes, *key;
	} keys[] = {{"3", "3"}, {"\033OB", "Down"}, {"\033OC", "Right"}, {"w", "w"},
		{"\033", "Esc"}, {"2", "2"}, {"W", "W"}, {"\033[5~", "PgUp"}, {"?", "?"},
		{"\033[6~", "PgDn"}, {"\033", "Esc"}, {":", ":"}, {"p", "p"}, {"\177", "Backspace"},
		{"\033", "Esc"}, {"1", "1"}, {"\t", "Tab"}, {"q", "q"}};
	struct show it = show("strange-log", "dark", "xterm-256color");
	wait_for_the_same(&it);
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
		press(&it, keys[i].bytes, keys[i].key);
		wait_for_the_same(&it);
	}
	end_show(&it);
}

static int shown_index(struct colour colour)
{
	return colour.kind == COLOUR_INDEX ? (int)colour.value : -1;
}

static void check_colours(struct show *it, const struct theme *theme)
{
	for (int y = 0; y < 40; y++)
		for (int x = 0; x < 120; x++) {
			const struct canvas_cell *cell = canvas_at(it->stage->canvas, x, y);
			struct theme_style style = theme_style(
				theme, cell->pen.role, cell->pen.ground, cell->pen.attributes);
			struct pty_cell shown = pty_cell_at(it->pty, x, y);
			if (cell->glyph == 0)
				continue;
			bool seen = cell->glyph != ' ';
			if (shown.background != shown_index(style.background) ||
				(seen && shown.foreground != shown_index(style.foreground)) ||
				(seen && shown.bold != ((style.attributes & ATTRIBUTE_BOLD) != 0)))
				fail_msg("%s in %s at %d,%d: %d on %d", role_name(cell->pen.role),
					theme->name, x, y, shown.foreground, shown.background);
		}
}

static void every_cell_has_the_colours_of_the_theme(void **state)
{
	(void)state;
	static const char *const names[] = {"dark", "light", "tritanopia"};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct theme theme;
		struct error err;
		struct show it = show("middle", names[i], "xterm-256color");
		assert_true(theme_load(names[i], NULL, &theme, &err));
		canvas_set_glyphs(it.stage->canvas, &theme, false);
		wait_for_the_same(&it);
		check_colours(&it, &theme);
		end_show(&it);
	}
}

static void only_what_changed_is_sent(void **state)
{
	(void)state;
	struct show it = show("middle", "dark", "xterm-256color");
	wait_for_the_same(&it);
	int64_t whole = pty_bytes(it.pty);
	press(&it, "\033OB", "Down");
	wait_for_the_same(&it);
	int64_t step = pty_bytes(it.pty) - whole;
	if (step * 3 > whole)
		fail_msg("a step sent %lld bytes, the first frame %lld", (long long)step,
			(long long)whole);
	end_show(&it);
}

static void follows_every_change_of_size(void **state)
{
	(void)state;
	static const int sizes[][2] = {{80, 24}, {200, 60}, {40, 8}, {20, 4}, {100, 30}, {120, 40}};
	struct show it = show("middle", "dark", "xterm-256color");
	wait_for_the_same(&it);
	for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
		pty_resize(it.pty, sizes[i][0], sizes[i][1]);
		stage_size(it.stage, sizes[i][0], sizes[i][1]);
		wait_for_the_same(&it);
	}
	end_show(&it);
}

static void leaves_the_terminal_as_it_was(void **state)
{
	(void)state;
	struct show it = show("complete", "dark", "xterm-256color");
	wait_for_the_same(&it);
	assert_true(pty_is_alternate(it.pty));
	press(&it, "q", "q");
	wait_for_the_same(&it);
	pty_send(it.pty, "y");
	assert_int_equal(pty_wait_for_end(it.pty), 0);
	assert_false(pty_is_alternate(it.pty));
	end_show(&it);
}

static void a_crash_leaves_the_terminal_usable_and_says_so(void **state)
{
	(void)state;
	struct show it = show("middle", "dark", "xterm-256color");
	wait_for_the_same(&it);
	pty_send(it.pty, "\x1c");
	assert_int_equal(pty_wait_for_end(it.pty), 128 + SIGSEGV);
	assert_false(pty_is_alternate(it.pty));
	assert_true(pty_shows(it.pty, "backcourt crashed"));
	end_show(&it);
}

static void simple_terminals_are_served_and_the_simplest_refused(void **state)
{
	(void)state;
	static const char *const terms[] = {"xterm", "vt100", "screen", "linux"};
	for (size_t i = 0; i < ARRAY_COUNT(terms); i++) {
		struct show it = show("middle", "terminal", terms[i]);
		pty_wait_for(it.pty, "needs you: pdc 11-13 failed");
		assert_int_equal(pty_has_colour(it.pty), strcmp(terms[i], "vt100") != 0);
		end_show(&it);
	}
	struct show it = show("middle", "mono", "dumb");
	assert_int_equal(pty_wait_for_end(it.pty), 3);
	assert_true(pty_shows(it.pty, "refused: the terminal type dumb"));
	assert_false(pty_is_alternate(it.pty));
	end_show(&it);
}

/* What a job prints gets into alerts: it must not command the terminal. */
static void a_notification_is_one_sequence_whatever_its_text_holds(void **state)
{
	(void)state;
	static const struct {
		const char *form, *text, *sequence;
	} cases[] = {
		{"osc9", "pcf: silent for 10m", "\033]9;pcf: silent for 10m\a"},
		{"osc777", "pcf; silent", "\033]777;notify;backcourt;pcf; silent\a"},
		{"osc9", "a\a\033]52;c;eA==\a\nb", "\033]9;a??]52;c;eA==? b\a"},
		{"osc9", "x\xc2\x9cy\xff", "\033]9;x??y?\a"},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct buffer made = {0};
		terminal_make_notification(cases[i].form, cases[i].text, &made);
		assert_string_equal(buffer_text(&made), cases[i].sequence);
		buffer_release(&made);
	}
}

int main(int count, char **words)
{
	if (count == 4 && strcmp(words[1], "child") == 0)
		return run_child(words[2], words[3]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_notification_is_one_sequence_whatever_its_text_holds),
		cmocka_unit_test(shows_what_is_painted_key_after_key),
		cmocka_unit_test(every_cell_has_the_colours_of_the_theme),
		cmocka_unit_test(only_what_changed_is_sent),
		cmocka_unit_test(follows_every_change_of_size),
		cmocka_unit_test(leaves_the_terminal_as_it_was),
		cmocka_unit_test(a_crash_leaves_the_terminal_usable_and_says_so),
		cmocka_unit_test(simple_terminals_are_served_and_the_simplest_refused),
	};
	return RUN(tests);
}
