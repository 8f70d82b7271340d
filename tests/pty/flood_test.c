/* Four scripts that print as fast as they can: the console answers, and does not grow. */
#include "tests/test.h"

#include "base/path.h"
#include "base/text.h"
#include "tests/pty/support/operator.h"

/* The sanitizers slow the reader down and take memory of their own. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FLOOD		"1000000"
#define MEMORY_MOST_KIB INT64_MAX
#else
#define FLOOD		"16000000"
#define MEMORY_MOST_KIB 65536
#endif
#define P4  "phase4_simulator"
/* The second date waits until the test has looked around in the flood of the first. */
#define WET "], \"env\": {\"SIMULATE_FLOOD\": \"" FLOOD "\", \"SIMULATE_GATE\": \"2021-11-17\"}"

static int64_t peak_kib(pid_t pid)
{
	struct buffer text = {0};
	struct error err;
	int64_t kib = -1;
	char *path = memory_format("/proc/%d/status", (int)pid);
	if (!path_read_file(path, PATH_FILE_BYTES_MAX, &text, &err))
		fail_msg("%s", err.text);
	const char *line = strstr(buffer_text(&text), "VmHWM:");
	assert_non_null(line);
	kib = strtoll(line + strlen("VmHWM:"), NULL, 10);
	buffer_release(&text);
	free(path);
	return kib;
}

static void four_floods_are_read_to_their_end_by_a_console_that_stays_small(void **state)
{
	(void)state;
	static const struct script_table tables[] = {{"upgc", P4, WET, NULL},
		{"utgc", P4, WET, NULL}, {"tdza", P4, WET, NULL}, {"psza", P4, WET, NULL}, {0}};
	struct scripts scripts;
	scripts_open(&scripts, tables);
	struct pty *pty = OPERATOR_START_SCRIPTS(&scripts, "--start-unasked");
	pty_wait_for(pty, "0/3");
	pty_send(pty, "S");
	pty_wait_for(pty, "4 running");
	for (int i = 0; i < 10; i++) {
		pty_send(pty, "3");
		pty_wait_for(pty, "Nov 2021");
		pty_send(pty, "2");
		pty_wait_for(pty, "following");
		pty_send(pty, "1");
		pty_wait_for(pty, "progress");
	}
	scripts_open_gate(&scripts);
	pty_wait_for(pty, "12 complete"); /* every byte was parsed */
	int64_t peak = peak_kib(pty_process(pty));
	print_message("# %lld KiB\n", (long long)peak);
	assert_true(peak < MEMORY_MOST_KIB);
	operator_leave(pty, "q", "s");
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(scripts_newest(&scripts, tables[i].name).done, 3);
	scripts_close(&scripts);
	scripts_forget(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_floods_are_read_to_their_end_by_a_console_that_stays_small),
	};
	return RUN(tests);
}
