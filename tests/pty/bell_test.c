/* Alerts on the terminal: the bell and the notification, as the bytes that reach it. */
#include "tests/test.h"

#include "tests/pty/support/operator.h"
#include "tests/pty/support/words.h"

#define P4	   "phase4_simulator"
#define GATE	   "\"SIMULATE_GATE\": \"2021-11-17\""
#define EMPTY(day) "\"SIMULATE_EMPTY\": \"" day "\""
#define ENV(x)	   "], \"env\": {" x "}"
#define TOLD	   ": success was reported, and not one row"
/* Frames of this size are more than a terminal takes at once. */
#define WIDTH	   200
#define HEIGHT	   60

static const struct script_table one[] = {
	{"pcf", P4, ENV(EMPTY("2021-11-16 2021-11-17 2021-11-18")), NULL}, {0}};

static struct pty *start(
	const struct scripts *scripts, const char *variable, const char *const *options)
{
	const char *argv[PROGRAM_ARGUMENTS_MAX] = {"/usr/bin/env", variable, program_path(),
		"--pipeline", scripts->pipeline, "--warehouse", scripts->warehouse,
		"--start-unasked"};
	size_t count = 8;
	for (; *options != NULL; options++)
		argv[count++] = *options;
	return pty_start(scripts->home, "xterm-256color", WIDTH, HEIGHT, argv);
}
#define START(scripts, ...) start(scripts, "A=1", (const char *const[]){__VA_ARGS__, NULL})

/* Until it has rung so often; whoever wants that it rang no more looks when the program has ended.
 */
static void wait_for_bells(struct pty *pty, int count)
{
	for (int i = 0; i < PTY_PATIENCE_MS / 1000 && pty_words(pty)->bells < count; i++)
		pty_read(pty, 1000);
	assert_int_equal(pty_words(pty)->bells, count);
}

static void leave(struct pty *pty, struct words *words)
{
	operator_quit(pty, "1q", "s");
	*words = *pty_words(pty);
	words->notes.bytes = memory_copy_text(buffer_text(&words->notes));
	pty_finish(pty);
	assert_int_equal(words->broken, 0);
}

/* What the terminal was told by a console with these options in which every date is empty. */
static struct words told_to(const char *variable, const char *const *options)
{
	struct scripts scripts;
	struct words words;
	scripts_open(&scripts, one);
	struct pty *pty = start(&scripts, variable, options);
	pty_wait_for(pty, "0/3");
	pty_send(pty, "s");
	pty_wait_for(pty, "3 empty");
	pty_wait_for(pty, "workers 0/4");
	leave(pty, &words);
	scripts_close(&scripts);
	return words;
}
#define TOLD_TO(variable, ...) told_to(variable, (const char *const[]){__VA_ARGS__, NULL})

static void expect(struct words words, int bells, const char *notes)
{
	assert_int_equal(words.bells, bells);
	assert_string_equal(words.notes.bytes, notes);
	free(words.notes.bytes);
}

/* It was true three times; the others are counted, and told when ten minutes are over. */
static void an_alert_is_told_once_in_the_form_that_was_asked_for(void **state)
{
	(void)state;
	expect(TOLD_TO("A=1", "--alert-notify", "osc9"), 1, "9;pcf: 2021-11-16" TOLD "\n");
	expect(TOLD_TO("A=1", "--alert-notify", "osc777"), 1,
		"777;notify;backcourt;pcf: 2021-11-16" TOLD "\n");
	expect(TOLD_TO("A=1", "--alert-bell"), 1, "");
}

static void what_is_switched_off_tells_nothing(void **state)
{
	(void)state;
	expect(TOLD_TO("A=1", "--no-alert-bell"), 0, "");
	expect(TOLD_TO("A=1", "--no-alert-bell", "--alert-notify", "osc9"), 0,
		"9;pcf: 2021-11-16" TOLD "\n");
	expect(TOLD_TO("A=1", "--alert-off", "empty-success", "--alert-notify", "osc9"), 0, "");
}

/* tmux(1): a DCS "tmux;" in which every escape stands twice. */
static void tmux_is_asked_to_hand_a_notification_on(void **state)
{
	(void)state;
	expect(TOLD_TO("TMUX=/tmp/tmux-0/default,1,0", "--alert-notify", "osc9"), 1,
		"Ptmux;\033]9;pcf: 2021-11-16" TOLD "\a\n");
}

/* Two tables, both while something is pasted: nothing then, and one bell for both at its end. */
static void nothing_breaks_into_a_paste_and_what_came_meanwhile_is_told_together(void **state)
{
	(void)state;
	static const struct script_table tables[] = {
		{"pcf", P4, ENV(GATE ", " EMPTY("2021-11-17")), NULL},
		{"pdc", P4, ENV(GATE ", " EMPTY("2021-11-17")), NULL}, {0}};
	struct scripts scripts;
	struct words words;
	scripts_open(&scripts, tables);
	struct pty *pty = START(&scripts, "--alert-notify", "osc9");
	pty_wait_for(pty, "0/3");
	pty_send(pty, "S");
	pty_wait_for(pty, "2 complete");
	pty_send(pty, "6:");
	pty_wait_for(pty, "Enter runs it");
	pty_send(pty, "\033[200~zzz");
	pty_wait_for(pty, ": zzz");
	scripts_open_gate(&scripts);
	pty_wait_for(pty, "pcf: 2021-11-17");
	pty_wait_for(pty, "pdc: 2021-11-17");
	pty_wait_for(pty, "4 complete");
	assert_int_equal(pty_words(pty)->bells, 0);
	assert_string_equal(buffer_text(&pty_words(pty)->notes), "");
	pty_send(pty, "\033[201~");
	wait_for_bells(pty, 1);
	pty_send(pty, "\033");
	pty_wait_until_gone(pty, "Enter runs it");
	leave(pty, &words);
	bool is_pcf = text_starts_with(words.notes.bytes, "9;pcf");
	expect(words, 1,
		is_pcf ? "9;pcf: 2021-11-17" TOLD " (and 1 more)\n"
		       : "9;pdc: 2021-11-17" TOLD " (and 1 more)\n");
	scripts_close(&scripts);
}

/* Bytes that would end the sequence, begin others, ring. */
static void what_a_script_says_stays_within_the_notification(void **state)
{
	(void)state;
	static const struct script_table tables[] = {
		{"pcf", P4,
			ENV("\"SIMULATE_ERROR\": \"2021-11-16 2021-11-17 2021-11-18\", "
			    "\"SIMULATE_SAY\": \"ERROR:precompute_base:PrecomputeProcessorBase "
			    "Error: evil \\\\007\\\\033]52;c;eA==\\\\007 \\\\302\\\\234 end\""),
			NULL},
		{0}};
	struct scripts scripts;
	struct words words;
	scripts_open(&scripts, tables);
	struct pty *pty = START(&scripts, "--alert-notify", "osc9");
	pty_wait_for(pty, "0/3");
	pty_send(pty, "s");
	wait_for_bells(pty, 1);
	pty_wait_for(pty, "workers 0/4");
	leave(pty, &words);
	expect(words, 1,
		"9;pcf: 3 dates failed for the same reason: PROCESSING_ERROR: evil   end\n");
	scripts_close(&scripts);
}

/* The instrument: what it counts, and that it sees what breaks in. */
static void the_reader_tells_bells_from_ends_and_sees_what_breaks_in(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		int bells, broken;
		const char *notes;
	} cases[] = {
		{"a\ab\a", 2, 0, ""},
		{"\033]2;title\a\033[1;31mx\033(B\033]9;hello\a", 0, 0, "9;hello\n"},
		{"\033]777;notify;a;b\033\\\a", 1, 0, "777;notify;a;b\n"},
		{"\033Ptmux;\033\033]9;x\a\033\\", 0, 0, "Ptmux;\033]9;x\a\n"},
		{"\033[1\a;31m", 0, 1, ""},
		{"\xE2\x96\a\x88", 1, 2, ""},
		{"\033\033[m", 0, 1, ""},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct words words = {0};
		for (const char *at = cases[i].bytes; *at != '\0'; at++)
			words_read(&words, at, 1);
		assert_int_equal(words.bells, cases[i].bells);
		assert_int_equal(words.broken, cases[i].broken);
		assert_string_equal(buffer_text(&words.notes), cases[i].notes);
		words_release(&words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_reader_tells_bells_from_ends_and_sees_what_breaks_in),
		cmocka_unit_test(an_alert_is_told_once_in_the_form_that_was_asked_for),
		cmocka_unit_test(what_is_switched_off_tells_nothing),
		cmocka_unit_test(tmux_is_asked_to_hand_a_notification_on),
		cmocka_unit_test(
			nothing_breaks_into_a_paste_and_what_came_meanwhile_is_told_together),
		cmocka_unit_test(what_a_script_says_stays_within_the_notification),
	};
	return cmocka_run_group_tests(tests, NULL, scripts_forget);
}
