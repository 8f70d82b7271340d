#include "base/clock.h"
#include "coverage/progress.h"
#include "tui/parts.h"

#include <stdio.h>
#include <string.h>

/* The line above the keys: trouble, a message, what needs the operator, or how things are. */

#define NEEDS_TITLE_WIDTH 12 /* " needs you: " */
#define NEEDS_MORE_WIDTH  14 /* "  and 123 more" */
#define NEEDS_DATES_WIDTH 18

static const char *needed_act(const struct cause *cause)
{
	bool runs_again = cause->verdict == VERDICT_FAILED || cause->verdict == VERDICT_KILLED ||
			  cause->verdict == VERDICT_EMPTY || cause->verdict == VERDICT_THIN;
	return runs_again && !cause->needs_you ? "r retry" : "w why";
}

/* What is ready needs a start, not a decision; what is unknown is told elsewhere. */
static bool needs_operator(const struct cause *cause)
{
	return cause->cells > 0 && verdict_is_gap(cause->verdict) &&
	       cause->verdict != VERDICT_READY;
}

/* "tdza 11-16 thin (w why)", measured first; returns its columns. */
static int paint_need(
	const struct scene *scene, int x, int y, const struct cause *cause, bool paint)
{
	struct buffer text = {0};
	struct canvas *canvas = scene->canvas;
	const char *word = verdict_word(cause->verdict), *act = needed_act(cause);
	buffer_add_format(&text, "%s ", scene->model->pipeline->tables[cause->table].short_name);
	part_date_set(&cause->dates, NEEDS_DATES_WIDTH, &text);
	buffer_add_char(&text, ' ');
	int used = canvas_text_width(canvas, buffer_text(&text));
	if (paint) {
		canvas_text(canvas, x, y, PEN(TEXT), buffer_text(&text));
		canvas_text(canvas, x + used, y, PEN_VERDICT(cause->verdict), word);
		canvas_format(canvas, x + used + (int)strlen(word), y, PEN(DIM), " (%s)", act);
	}
	buffer_release(&text);
	return used + (int)strlen(word) + (int)strlen(act) + 3;
}

/* What is being put into the line: only whole needs, then how many more. */
struct needs {
	const struct scene *scene;
	int x, y, end;
	size_t left; /* not shown yet */
};

/* Tables that hang: "psza silent 12m (w why)". */
static int paint_silent(const struct needs *needs, size_t table, bool paint)
{
	const struct model *model = needs->scene->model;
	struct canvas *canvas = needs->scene->canvas;
	char text[64], silent[DURATION_TEXT_BYTES];
	snprintf(text, sizeof(text), "%s silent %s", model->pipeline->tables[table].short_name,
		clock_format_duration(model_silent_ms(model, table), silent));
	int used = canvas_text_width(canvas, text);
	if (paint) {
		canvas_text(canvas, needs->x, needs->y, PEN(ERROR), text);
		canvas_text(canvas, needs->x + used, needs->y, PEN(DIM), " (X kill)");
	}
	return used + (int)strlen(" (X kill)");
}

/* Whether a need of that width goes in; where not, how many are left is painted. */
static bool has_room(struct needs *needs, int width)
{
	int start = needs->scene->layout->areas[AREA_NEEDS].x + NEEDS_TITLE_WIDTH;
	int more = needs->left > 1 ? NEEDS_MORE_WIDTH : 0;
	if (needs->x == start || needs->x + width + more <= needs->end) {
		needs->left--;
		return true;
	}
	canvas_format(
		needs->scene->canvas, needs->x, needs->y, PEN(DIM), "and %zu more", needs->left);
	return false;
}

static bool paint_silent_tables(struct needs *needs)
{
	const struct model *model = needs->scene->model;
	for (size_t i = 0; i < model->pipeline->table_count; i++) {
		size_t table = model->pipeline->order[i];
		if (model_silent_ms(model, table) == 0)
			continue;
		if (!has_room(needs, paint_silent(needs, table, false)))
			return false;
		needs->x += paint_silent(needs, table, true) + 2;
	}
	return true;
}

static size_t count_silent(const struct model *model)
{
	size_t count = 0;
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		count += model_silent_ms(model, i) > 0;
	return count;
}

/* False when nothing needs the operator. */
static bool paint_needs(const struct scene *scene, struct rect area)
{
	const struct causes *causes = model_causes(scene->model);
	size_t needed = 0;
	for (size_t i = 0; i < causes->count; i++)
		needed += needs_operator(&causes->items[i]);
	struct needs needs = {scene, area.x + NEEDS_TITLE_WIDTH, area.y, area.x + area.width - 1,
		needed + count_silent(scene->model)};
	if (needs.left == 0)
		return false;
	canvas_text(scene->canvas, area.x + 1, area.y, PEN(WARNING), "needs you:");
	if (!paint_silent_tables(&needs))
		return true;
	for (size_t i = 0; i < causes->count; i++) {
		const struct cause *cause = &causes->items[i];
		if (!needs_operator(cause))
			continue;
		if (!has_room(&needs, paint_need(scene, needs.x, area.y, cause, false)))
			break;
		needs.x += paint_need(scene, needs.x, area.y, cause, true) + 2;
	}
	return true;
}

/* That some phase is grey for good is said before anything can be started. */
static void paint_early(const struct scene *scene, struct rect area)
{
	struct buffer text = {0};
	coverage_say_progress(scene->model->coverage, &text);
	if (scene->model->busy_workers == 0 && coverage_total(scene->model->coverage).gaps > 0)
		buffer_add_format(&text, "   %s starts it",
			keymap_first_key(scene->keymap, ACTION_START_ALL));
	canvas_text_fit(
		scene->canvas, area.x + 1, area.y, area.width - 2, PEN(TEXT), buffer_text(&text));
	buffer_release(&text);
}

static bool is_early(const struct model *model)
{
	return model->checked_ms > 0 && model->has_warehouse && !model->read_only &&
	       model->import_total == 0 && coverage_is_early(model->coverage);
}

static void paint_state_of_things(const struct scene *scene, struct rect area)
{
	const struct model *model = scene->model;
	char age[DURATION_TEXT_BYTES + 8], text[256];
	struct table_summary total = coverage_total(model->coverage);
	part_age(model, model->checked_ms, age);
	if (model->import_total > 0)
		snprintf(text, sizeof(text), "importing %s: %d%%", model->import_what,
			(int)(model->import_done * 100 / model->import_total));
	else if (model->checked_ms == 0)
		text_copy(text, sizeof(text), "reading the coverage");
	else if (model->follows)
		snprintf(text, sizeof(text),
			"native work goes on in the background: %s pauses it, %s stops it",
			keymap_first_key(scene->keymap, ACTION_PAUSE),
			keymap_first_key(scene->keymap, ACTION_STOP));
	else if (model->read_only)
		snprintf(text, sizeof(text), "read-only: %s", model->holder);
	else if (!model->has_warehouse && model->checked_ms > 0)
		snprintf(text, sizeof(text),
			"no raw data yet: `backcourt import DIR` or "
			"`backcourt sample` puts some in");
	else if (model->busy_workers == 0 && total.gaps > 0)
		snprintf(text, sizeof(text), "%s starts everything that is ready   auto-launch %s",
			keymap_first_key(scene->keymap, ACTION_START_ALL),
			model->auto_launch ? "on" : "off");
	else if (total.expected > 0 && total.complete == total.expected)
		snprintf(text, sizeof(text), "everything expected is complete   coverage %s %s",
			model->counted ? "counted" : "checked", age);
	else
		snprintf(text, sizeof(text), "auto-launch %s   coverage %s %s",
			model->auto_launch ? "on" : "off", model->counted ? "counted" : "checked",
			model->checking ? "now" : age);
	canvas_text_fit(scene->canvas, area.x + 1, area.y, area.width - 2, PEN(DIM), text);
}

struct pen part_severity(enum severity severity)
{
	switch (severity) {
	case SEVERITY_INFO:
		return PEN(TEXT);
	case SEVERITY_GOOD:
		return PEN(GOOD);
	case SEVERITY_WARNING:
		return PEN(WARNING);
	case SEVERITY_ERROR:
		return PEN(ERROR);
	}
	return PEN(TEXT);
}

void part_needs(const struct scene *scene)
{
	const struct model *model = scene->model;
	struct rect area = scene->layout->areas[AREA_NEEDS];
	if (area.height == 0)
		return;
	if (model->leaving)
		canvas_text_fit(scene->canvas, area.x + 1, area.y, area.width - 2, PEN(WARNING),
			"stopping after the dates in hand, then leaving; ^C asks again");
	else if (model->coverage_trouble[0] != '\0')
		canvas_text_fit(scene->canvas, area.x + 1, area.y, area.width - 2, PEN(ERROR),
			model->coverage_trouble);
	else if (model->message[0] != '\0' && model->now_ms - model->message_ms < MESSAGE_SHOWN_MS)
		canvas_text_fit(scene->canvas, area.x + 1, area.y, area.width - 2,
			part_severity(model->message_severity), model->message);
	else if (paint_needs(scene, area))
		return;
	else if (is_early(model))
		paint_early(scene, area);
	else
		paint_state_of_things(scene, area);
}
