/*
 * preview: prints a staged scene the way a terminal of 256 colours shows it.
 *
 *     build/tests/preview SCENE [WIDTH HEIGHT] [--theme NAME] [--ascii] [ACTION[=ARGUMENT] ...]
 *     build/tests/preview middle 120 40 view-matrix right right
 *     build/tests/preview middle 120 40 show=8        (a dialog, by its number)
 *     build/tests/preview season 200 60 --time view-matrix
 *
 * Without arguments it lists the scenes. Not a test: `make build/tests/preview`.
 */
#include "tests/test.h"

#include "tests/screens/support/ansi.h"
#include "tests/screens/support/scenes.h"

#include <time.h>

static const char *theme_name = "dark";
static bool ascii, timed;
static int sizes[2] = {120, 40}, size_count;

#define TIMED_FRAMES 200

static int compare_times(const void *a, const void *b)
{
	double first = *(const double *)a, second = *(const double *)b;
	return (first > second) - (first < second);
}

static void usage(void)
{
	printf("preview SCENE [WIDTH HEIGHT] [--theme NAME] [--ascii] [ACTION[=ARGUMENT] ...]\n");
	for (size_t i = 0; i < scene_count; i++)
		printf("  %s\n", scenes[i].name);
}

static bool act(struct stage *stage, const char *word)
{
	char name[64];
	const char *equals = strchr(word, '=');
	int64_t argument = 10;
	text_copy(name, sizeof(name), word);
	if (equals != NULL && (size_t)(equals - word) < sizeof(name))
		name[equals - word] = '\0';
	enum action action = action_find(name);
	if (action == ACTION_NONE)
		return false;
	if (equals != NULL && action != ACTION_TYPE && !text_to_integer(equals + 1, &argument))
		return false;
	stage_action(stage, action, (int)argument, equals == NULL ? NULL : equals + 1);
	return true;
}

static bool take(struct stage *stage, const char *word)
{
	int64_t number;
	if (strcmp(word, "--ascii") == 0)
		ascii = true;
	else if (strcmp(word, "--time") == 0)
		timed = true;
	else if (text_to_integer(word, &number) && size_count < 2)
		sizes[size_count++] = (int)number;
	else
		return act(stage, word);
	return true;
}

/* Milliseconds of one frame, the median of many. */
static void tell_time(struct stage *stage, const char *theme)
{
	double times[TIMED_FRAMES];
	for (int i = 0; i < TIMED_FRAMES; i++) {
		struct timespec before, after;
		clock_gettime(CLOCK_MONOTONIC, &before);
		scene_paint(stage->canvas, stage->model, stage->keymap, theme);
		clock_gettime(CLOCK_MONOTONIC, &after);
		times[i] = (double)(after.tv_sec - before.tv_sec) * 1e3 +
			   (double)(after.tv_nsec - before.tv_nsec) / 1e6;
	}
	qsort(times, TIMED_FRAMES, sizeof(times[0]), compare_times);
	printf("%.3f ms a frame, at most %.3f\n", times[TIMED_FRAMES / 2], times[TIMED_FRAMES - 1]);
}

int main(int count, char **words)
{
	struct stage *stage = count > 1 ? scene_set(words[1]) : NULL;
	struct theme theme;
	struct error err;
	struct buffer text = {0};
	if (stage == NULL) {
		usage();
		return 1;
	}
	for (int i = 2; i < count; i++) {
		if (strcmp(words[i], "--theme") == 0 && i + 1 < count)
			theme_name = words[++i];
		else if (!take(stage, words[i]))
			fprintf(stderr, "preview: not understood: %s\n", words[i]);
	}
	if (!theme_load(theme_name, "themes", &theme, &err)) {
		fprintf(stderr, "preview: %s\n", err.text);
		return 1;
	}
	canvas_set_glyphs(stage->canvas, &theme, ascii);
	stage_size(stage, sizes[0], sizes[1]);
	scene_paint(stage->canvas, stage->model, stage->keymap, theme.name);
	if (timed)
		tell_time(stage, theme.name);
	else
		ansi_dump(stage->canvas, &theme, &text);
	fputs(buffer_text(&text), stdout);
	buffer_release(&text);
	stage_free(stage);
	return 0;
}
