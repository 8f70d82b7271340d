#include "tests/bench/support/keys.h"

#include "base/memory.h"
#include "base/text.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_MS    20000
#define GAP_MS	       5 /* between an answer and the next key: frames of events come between */
#define CAT_KEYS       300
#define MATRIX_SHOWS   "} month"
#define OVERVIEW_SHOWS "Tab pane"

_Noreturn static void give_up(struct pty *pty, const char *text)
{
	fprintf(stderr, "benchmark: \"%s\" is not to be measured on\n%s\n", text, pty_screen(pty));
	exit(1);
}

/* The bottom row is written in pieces: it is there when the row before it is gone. */
static bool is_answered(struct pty *pty, const char *text, const char *gone)
{
	return pty_shows(pty, text) && (gone == NULL || !pty_shows(pty, gone));
}

/* What was on the screen before would be no answer. */
static double answer_ms(struct pty *pty, const char *key, const char *text, const char *gone)
{
	if (pty_shows(pty, text))
		give_up(pty, text);
	double started = measure_now_ms(), last = started;
	pty_send(pty, key);
	while (!is_answered(pty, text, gone)) {
		if (!pty_read(pty, PATIENCE_MS))
			give_up(pty, text);
		last = measure_now_ms();
	}
	while (pty_read(pty, 0))
		last = measure_now_ms();
	return last - started;
}

static void read_for(struct pty *pty, int ms)
{
	for (double left, until = measure_now_ms() + ms; (left = until - measure_now_ms()) > 0;)
		pty_read(pty, (int)left + 1);
}

/* Of the first thread of a process, so far. */
static void read_times(pid_t pid, double *ran_ms, double *waited_ms)
{
	char path[64], text[128] = "";
	snprintf(path, sizeof(path), "/proc/%d/task/%d/schedstat", (int)pid, (int)pid);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return;
	char *end = text;
	if (fgets(text, sizeof(text), file) != NULL) {
		*ran_ms = strtod(text, &end) / 1e6;
		*waited_ms = strtod(end, NULL) / 1e6;
	}
	fclose(file);
}

void keys_press(struct keys *keys, struct pty *pty, int limit, bool (*goes_on)(struct pty *pty))
{
	double ran = 0, waited = 0, ran_before = 0, waited_before = 0;
	read_times(pty_process(pty), &ran_before, &waited_before);
	while (keys->count + 2 <= limit && (goes_on == NULL || goes_on(pty))) {
		keys->times_ms[keys->count++] = answer_ms(pty, "3", MATRIX_SHOWS, OVERVIEW_SHOWS);
		read_for(pty, GAP_MS);
		keys->times_ms[keys->count++] = answer_ms(pty, "1", OVERVIEW_SHOWS, MATRIX_SHOWS);
		read_for(pty, GAP_MS);
	}
	read_times(pty_process(pty), &ran, &waited);
	keys->ran_ms += ran - ran_before;
	keys->waited_ms += waited - waited_before;
}

static void measure_cat(struct keys *keys)
{
	char line[16], shown[16];
	struct pty *pty = pty_start(
		"/tmp", "xterm-256color", 120, 40, (const char *const[]){"/bin/cat", NULL});
	for (int i = 0; i < CAT_KEYS; i++) {
		snprintf(line, sizeof(line), "k%d.\r", i);
		snprintf(shown, sizeof(shown), "k%d.", i);
		keys->times_ms[keys->count++] = answer_ms(pty, line, shown, NULL);
	}
	pty_finish(pty);
}

void keys_print(struct keys *keys, const char *what, double limit_ms)
{
	struct keys cat = {.count = 0};
	measure_cat(&cat);
	static const double shares[] = {0.5, 0.99};
	for (size_t i = 0; i < ARRAY_COUNT(shares); i++) {
		char words[128];
		snprintf(words, sizeof(words), "%s, p%.0f", what, 100 * shares[i]);
		measure_print(&(struct measure){.what = words,
			.unit = "ms",
			.value = measure_quantile(keys->times_ms, keys->count, shares[i]),
			.reference = "cat gives a line back",
			.reference_value = measure_quantile(cat.times_ms, cat.count, shares[i]),
			.limit = shares[i] > 0.5 ? limit_ms : 0});
	}
	printf("# %d keys, worst %.1f ms; per key the first thread ran %.2f ms and waited %.2f ms "
	       "for a core\n",
		keys->count, measure_quantile(keys->times_ms, keys->count, 1),
		keys->ran_ms / keys->count, keys->waited_ms / keys->count);
}
