/* The mouse as a terminal reports it, byte by byte, to the whole console. */
#include "tests/test.h"

#include "base/text.h"
#include "tests/pty/support/operator.h"
#include "tests/support/sample_home.h"

#include <signal.h>

#define PRESS(x, y)   "\033[<0;" #x ";" #y "M\033[<0;" #x ";" #y "m"
#define WHEEL_DOWN    "\033[<65;10;5M"
#define FLOOD_REPORTS 4000

static struct pty *start(const char *home, const char *option)
{
	struct pty *pty = OPERATOR_START(home, "--no-ascii", option);
	pty_wait_for(pty, "0/42");
	return pty;
}

static void leave(struct pty *pty)
{
	operator_quit(pty, "1\x03", "s");
	assert_false(pty_takes_mouse(pty));
	pty_finish(pty);
}

static void wait_for_mouse(struct pty *pty, bool takes)
{
	while (pty_takes_mouse(pty) != takes)
		assert_true(pty_read(pty, PTY_PATIENCE_MS));
}

static void it_is_the_terminals_until_M_and_always_in_the_log(void **state)
{
	(void)state;
	char *home = sample_home();
	struct pty *pty = start(home, NULL);
	assert_false(pty_takes_mouse(pty));
	pty_send(pty, PRESS(30, 2)); /* nobody asked: it goes nowhere, and presses no 3 */
	pty_send(pty, "M");
	wait_for_mouse(pty, true);
	assert_true(pty_shows(pty, "progress"));
	pty_send(pty, "2");
	wait_for_mouse(pty, false);
	pty_send(pty, "3");
	wait_for_mouse(pty, true);
	leave(pty);
	free(home);
}

/* Tabs are " 1 Overview  2 Log  3 Matrix ": the third begins in column 19. */
static void clicks_go_to_views_and_tables(void **state)
{
	(void)state;
	char *home = sample_home();
	struct pty *pty = start(home, "--mouse");
	wait_for_mouse(pty, true);
	pty_send(pty, PRESS(22, 2));
	pty_wait_for(pty, "Oct 2021");
	pty_send(pty, PRESS(3, 2));
	pty_wait_for(pty, "progress");
	pty_send(pty, PRESS(20, 8)); /* the second table */
	pty_wait_for(pty, "log: team_offense_game_summary");
	pty_send(pty, WHEEL_DOWN);
	pty_wait_until_gone(pty, "log: team_offense_game_summary");
	leave(pty);
	free(home);
}

/* The report in pieces, with time for the program to read each. */
static void a_report_in_pieces_is_one(void **state)
{
	(void)state;
	char *home = sample_home();
	struct pty *pty = start(home, "--mouse");
	pty_send(pty, "\033[<0;2");
	pty_send(pty, "2;");
	pty_send(pty, "?"); /* makes it nonsense: no help opens */
	pty_send(pty, "2M");
	pty_send(pty, "\033[<0;2");
	pty_send(pty, "2;2");
	pty_send(pty, "M");
	pty_wait_for(pty, "Oct 2021");
	leave(pty);
	free(home);
}

static void hostile_reports_and_a_flood_leave_a_console_that_answers(void **state)
{
	(void)state;
	static const char *const hostile[] = {"\033[<0;99999999999;99999999999M", "\033[<0;0;0M",
		"\033[<0;121;41M", "\033[<;;;;;;M", "\033[<4294967296;1;1M", "\033[<0;-5;-5M",
		"\033[<12345678901234567890123456789012345678901234567890123456789012345678901M",
		"\033[<0;1\033[<0;1;1m", "\033[<\033[<\033[<", "x"};
	char *home = sample_home();
	struct pty *pty = start(home, "--mouse");
	struct buffer flood = {0};
	for (size_t i = 0; i < ARRAY_COUNT(hostile); i++)
		pty_send(pty, hostile[i]);
	pty_send(pty, "3");
	pty_wait_for(pty, "Oct 2021");
	for (int i = 0; i < FLOOD_REPORTS; i++)
		buffer_add_text(&flood, i % 2 == 0 ? WHEEL_DOWN : "\033[<35;10;5M");
	pty_send(pty, buffer_text(&flood));
	buffer_release(&flood);
	pty_send(pty, "1");
	pty_wait_for(pty, "progress");
	leave(pty);
	free(home);
}

static void a_crash_and_a_pause_give_the_mouse_back(void **state)
{
	(void)state;
	static const int signals[] = {SIGSEGV, SIGTERM};
	char *home = sample_home();
	for (size_t i = 0; i < ARRAY_COUNT(signals); i++) {
		struct pty *pty = start(home, "--mouse");
		wait_for_mouse(pty, true);
		kill(pty_process(pty), signals[i]);
		pty_wait_for_end(pty);
		assert_false(pty_takes_mouse(pty));
		pty_finish(pty);
	}
	struct pty *pty = start(home, "--mouse");
	wait_for_mouse(pty, true);
	pty_send(pty, "\x1a");
	wait_for_mouse(pty, false);
	pty_wait_for(pty, "backcourt is suspended");
	pty_wait_until_stopped(pty);
	kill(pty_process(pty), SIGCONT);
	wait_for_mouse(pty, true);
	pty_wait_for(pty, "native work waited while the console was suspended");
	leave(pty);
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_the_terminals_until_M_and_always_in_the_log),
		cmocka_unit_test(clicks_go_to_views_and_tables),
		cmocka_unit_test(a_report_in_pieces_is_one),
		cmocka_unit_test(hostile_reports_and_a_flood_leave_a_console_that_answers),
		cmocka_unit_test(a_crash_and_a_pause_give_the_mouse_back),
	};
	return RUN(tests);
}
