#include "base/clock.h"
#include "tui/parts.h"

#include <stdio.h>
#include <string.h>

#define TABS_GAP 2 /* columns between the views and the counts */

static struct rect area_of(const struct scene *scene, enum area area)
{
	return scene->layout->areas[area];
}

struct rect part_box(const struct scene *scene, struct rect rect, const char *title,
	const char *note, bool focus)
{
	struct canvas *canvas = scene->canvas;
	struct pen pen = focus ? PEN(FRAME_FOCUS) : PEN(FRAME);
	if (rect.width <= 0 || rect.height <= 0)
		return (struct rect){0};
	if (scene->layout->framed) {
		canvas_frame(canvas, rect, pen, title);
		canvas_frame_note(canvas, rect, false, PEN(DIM), note == NULL ? "" : note);
		return rect_inside(rect);
	}
	canvas_repeat(canvas, rect.x, rect.y, rect.width, PEN(FRAME), GLYPH_RULE);
	canvas_text(canvas, rect.x + 1, rect.y, PEN(TEXT), " ");
	int used = canvas_text_fit(canvas, rect.x + 2, rect.y, rect.width - 4, PEN(TITLE), title);
	canvas_text(canvas, rect.x + 2 + used, rect.y, PEN(TEXT), " ");
	if (note != NULL && note[0] != '\0' &&
		used + canvas_text_width(canvas, note) + 8 < rect.width) {
		int x = rect.x + rect.width - canvas_text_width(canvas, note) - 3;
		canvas_format(canvas, x, rect.y, PEN(DIM), " %s ", note);
	}
	return (struct rect){rect.x, rect.y + 1, rect.width, rect.height - 1};
}

void part_age(const struct model *model, int64_t at_ms, char into[DURATION_TEXT_BYTES + 8])
{
	char duration[DURATION_TEXT_BYTES];
	int64_t age = model->now_ms - at_ms;
	if (at_ms <= 0)
		text_copy(into, DURATION_TEXT_BYTES + 8, "never");
	else if (age < 2000)
		text_copy(into, DURATION_TEXT_BYTES + 8, "just now");
	else
		snprintf(into, DURATION_TEXT_BYTES + 8, "%s ago",
			clock_format_duration(age / 1000 * 1000, duration));
}

/* Which states the header counts, in the order of the legend. */
static const enum verdict counted[] = {VERDICT_COMPLETE, VERDICT_RUNNING, VERDICT_QUEUED,
	VERDICT_READY, VERDICT_BLOCKED, VERDICT_THIN, VERDICT_EMPTY, VERDICT_STALE, VERDICT_FAILED,
	VERDICT_KILLED, VERDICT_SUSPECT, VERDICT_DUPLICATE, VERDICT_UNKNOWN};

/* The counts are right-aligned: measured first, then painted. Returns the columns. */
static int paint_counts(const struct scene *scene, int x, int y, bool words, bool paint)
{
	struct table_summary total = coverage_total(scene->model->coverage);
	struct canvas *canvas = scene->canvas;
	int used = 0;
	for (size_t i = 0; i < ARRAY_COUNT(counted); i++) {
		enum verdict verdict = counted[i];
		char text[48];
		if (total.by_verdict[verdict] == 0)
			continue;
		snprintf(text, sizeof(text), words ? "%d %s" : "%d", total.by_verdict[verdict],
			verdict_word(verdict));
		if (paint) {
			struct pen pen = PEN_VERDICT(verdict);
			pen.ground = ROLE_HEADER;
			canvas_glyph(canvas, x + used, y, pen, GLYPH_OF_VERDICT(verdict));
			canvas_text(canvas, x + used + 2, y, PEN_ON(TEXT, HEADER), text);
		}
		used += 2 + canvas_text_width(canvas, text) + 2;
	}
	return used > 0 ? used - 2 : 0;
}

static void paint_too_small(const struct scene *scene)
{
	struct rect area = area_of(scene, AREA_HEADER);
	canvas_text_fit(scene->canvas, area.x, area.y, area.width, PEN(WARNING), "too small");
	struct table_summary total = coverage_total(scene->model->coverage);
	int y = area.y + 1;
	for (size_t i = 0; i < ARRAY_COUNT(counted); i++) {
		if (total.by_verdict[counted[i]] == 0)
			continue;
		canvas_glyph(scene->canvas, area.x, y, PEN_VERDICT(counted[i]),
			GLYPH_OF_VERDICT(counted[i]));
		canvas_format(scene->canvas, area.x + 2, y++, PEN(TEXT), "%d %s",
			total.by_verdict[counted[i]], verdict_word(counted[i]));
	}
}

/* "2021-10-19..11-30": the year once where it is the same. */
static void format_range(struct date_range range, bool whole, char into[DATE_RANGE_TEXT_BYTES])
{
	char first[DATE_TEXT_BYTES], last[DATE_TEXT_BYTES];
	if (range.last < range.first) {
		text_copy(into, DATE_RANGE_TEXT_BYTES, "no dates");
		return;
	}
	date_format(range.first, first);
	if (range.first == range.last) {
		text_copy(into, DATE_RANGE_TEXT_BYTES, first);
		return;
	}
	if (!whole && date_year(range.first) == date_year(range.last))
		date_format_short(range.last, last);
	else
		date_format(range.last, last);
	snprintf(into, DATE_RANGE_TEXT_BYTES, "%s..%s", first, last);
}

/* What holds for the whole console and must not be overlooked; NULL for nothing. */
static const char *badge_of(const struct model *model)
{
	if (model->leaving)
		return " LEAVING ";
	if (model->is_emulated)
		return model->read_only ? " EMULATOR, READ-ONLY " : " EMULATOR ";
	if (model->follows)
		return model->all_paused ? " BACKGROUND, PAUSED " : " BACKGROUND ";
	if (model->read_only)
		return " READ-ONLY ";
	if (model->all_paused)
		return " PAUSED ";
	return model->paced ? " PACED " : NULL;
}

/* Only where there is room for all of it, up to `end`. Returns where it ends. */
static int paint_game_dates(const struct scene *scene, int x, int y, int end)
{
	struct status_dates dates = status_of_dates(scene->model);
	const char *plural = dates.games == 1 ? "" : "s";
	char text[64];
	if (dates.games + dates.off == 0)
		text_copy(text, sizeof(text), "no schedule yet");
	else if (scene->layout->size == LAYOUT_COMPACT)
		snprintf(text, sizeof(text), "%d date%s", dates.games, plural);
	else if (dates.off == 0)
		snprintf(text, sizeof(text), "%d game date%s", dates.games, plural);
	else
		snprintf(text, sizeof(text), "%d game date%s, %d without", dates.games, plural,
			dates.off);
	int after = x + canvas_text_width(scene->canvas, text);
	if (after <= end)
		canvas_text(scene->canvas, x, y, PEN_ON(DIM, HEADER), text);
	return after;
}

/* In the smallest screens the program's own name makes room. */
static int paint_brand(const struct scene *scene, struct rect area, int rest)
{
	static const char brand[] = " backcourt ";
	int width = canvas_text_width(scene->canvas, brand);
	if (scene->layout->size == LAYOUT_TINY && width + rest > area.width)
		return 0;
	return canvas_text(scene->canvas, area.x, area.y, PEN_ON(BRAND, BRAND), brand);
}

/* Returns where it would end with room for all of it. */
static int paint_header_left(const struct scene *scene, struct rect area)
{
	struct canvas *canvas = scene->canvas;
	const struct model *model = scene->model;
	char range[DATE_RANGE_TEXT_BYTES];
	const char *badge = badge_of(model) == NULL ? "" : badge_of(model);
	format_range(model->range, scene->layout->size >= LAYOUT_NORMAL, range);
	int rest = canvas_text_width(canvas, badge) + 1 +
		   canvas_text_width(canvas, model->pipeline->name) + 2 +
		   canvas_text_width(canvas, range);
	int x = area.x + paint_brand(scene, area, rest);
	int end = x + rest;
	x += canvas_text(canvas, x, area.y, PEN_ON(MATCH, MATCH), badge);
	x += canvas_format(
		canvas, x + 1, area.y, PEN_ON(STRONG, HEADER), "%s", model->pipeline->name);
	x += 3;
	canvas_text_fit(canvas, x, area.y, area.x + area.width - x, PEN_ON(TEXT, HEADER), range);
	x = end;
	if (scene->layout->size == LAYOUT_TINY)
		return x;
	return paint_game_dates(scene, x + 2, area.y, area.x + area.width);
}

/* `taken`: the columns that what stands on the left would like to have. Returns its own. */
static int paint_header_right(const struct scene *scene, struct rect area, int taken)
{
	/* Columns for the end: the clock time; with its range; and how long until then. */
	static const size_t rooms[] = {
		[LAYOUT_COMPACT] = 5, [LAYOUT_NORMAL] = 16, [LAYOUT_WIDE] = 32};
	const struct model *model = scene->model;
	char eta[STATUS_ETA_BYTES], clock[CLOCK_TEXT_BYTES], text[128];
	status_format_eta(model, rooms[scene->layout->size], eta);
	clock_format_time(model->now_ms, clock);
	const char *gap = scene->layout->size >= LAYOUT_NORMAL ? "   " : "  ";
	snprintf(text, sizeof(text), "workers %d/%d%sETA %s%s%s", model->busy_workers,
		model->workers, gap, eta, gap, clock);
	const char *shown = text;
	if (taken + canvas_text_width(scene->canvas, text) + 3 > area.width)
		shown += strlen("workers ");
	int width = canvas_text_width(scene->canvas, shown) + 1;
	canvas_text(
		scene->canvas, area.x + area.width - width, area.y, PEN_ON(TEXT, HEADER), shown);
	return width;
}

void part_header(const struct scene *scene)
{
	struct canvas *canvas = scene->canvas;
	struct rect area = area_of(scene, AREA_HEADER);
	if (scene->layout->size == LAYOUT_TOO_SMALL) {
		paint_too_small(scene);
		return;
	}
	canvas_fill(canvas, area, PEN_ON(HEADER, HEADER));
	struct rect before = canvas_clip(canvas, (struct rect){0});
	int left = paint_header_left(scene, area) - area.x, right = 0;
	canvas_clip(canvas, before);
	if (scene->layout->size > LAYOUT_TINY)
		right = paint_header_right(scene, area, left);
	area.width -= right + 2;
	before = canvas_clip(canvas, area);
	paint_header_left(scene, area);
	canvas_clip(canvas, before);
}

/* The view at hand is always named; of the others those from the first on, as many as are asked
 * for. Returns the columns. */
static int paint_tabs(const struct scene *scene, struct rect area, int named, bool paint)
{
	struct canvas *canvas = scene->canvas;
	int x = area.x;
	for (int i = 0; i < VIEW_COUNT; i++) {
		bool active = scene->model->view.view == (enum view_id)i;
		const char *key =
			keymap_first_key(scene->keymap, (enum action)(ACTION_VIEW_OVERVIEW + i));
		const char *name = view_of((enum view_id)i)->name;
		char text[64];
		if (active || i < named) /* brackets in ASCII: colour is never the only sign */
			snprintf(text, sizeof(text),
				active && canvas->ascii ? "<%s %s>" : " %s %s ", key, name);
		else
			snprintf(text, sizeof(text), " %s ", key);
		int width = canvas_text_width(canvas, text);
		if (paint) {
			canvas_text(canvas, x, area.y, active ? PEN(TAB_ACTIVE) : PEN(TAB), text);
			part_spot_key(scene, (struct rect){x, area.y, width, 1},
				(enum action)(ACTION_VIEW_OVERVIEW + i));
		}
		x += width;
	}
	return x - area.x;
}

/* Where there is not room for all, the counts come first: names of views are in the help too. */
void part_tabs(const struct scene *scene)
{
	struct canvas *canvas = scene->canvas;
	struct rect area = area_of(scene, AREA_TABS);
	if (area.height == 0)
		return;
	canvas_fill(canvas, area, PEN(TAB));
	int counts = paint_counts(scene, 0, area.y, false, false), named = VIEW_COUNT;
	while (named > 0 &&
		paint_tabs(scene, area, named, false) + TABS_GAP + counts + 1 > area.width)
		named--;
	int tabs = paint_tabs(scene, area, named, true);
	int x = area.x + tabs + TABS_GAP, room = area.x + area.width - x - 1;
	bool words = paint_counts(scene, 0, area.y, true, false) <= room;
	int width = words ? paint_counts(scene, 0, area.y, true, false) : counts;
	paint_counts(scene, width > room ? x : x + room - width, area.y, words, true);
}

void part_keys(const struct scene *scene, const enum action *actions)
{
	static const enum action always[] = {ACTION_PALETTE, ACTION_HELP, ACTION_BACK};
	struct canvas *canvas = scene->canvas;
	struct rect area = area_of(scene, AREA_KEYS);
	if (area.height == 0)
		return;
	canvas_fill(canvas, area, PEN(FOOTER));
	int right = 1;
	for (size_t i = 0; i < ARRAY_COUNT(always); i++)
		right += canvas_text_width(canvas, keymap_first_key(scene->keymap, always[i])) +
			 (int)strlen(action_row(always[i])->label) + 3;
	int x = area.x + 1, end = area.x + area.width - right;
	for (size_t i = 0; i < 64; i++) {
		bool last = actions[i] == ACTION_NONE;
		size_t rest = 0;
		do {
			enum action action = last ? always[rest++] : actions[i];
			const char *key = keymap_first_key(scene->keymap, action);
			const char *label = action_row(action)->label;
			int width = canvas_text_width(canvas, key) + (int)strlen(label) + 3;
			if (!last && x + width > end)
				break;
			part_spot_key(scene, (struct rect){x, area.y, width - 2, 1}, action);
			x += canvas_text(canvas, x, area.y, PEN_ON(KEY, FOOTER), key) + 1;
			x += canvas_text(canvas, x, area.y, PEN_ON(KEY_LABEL, FOOTER), label) + 2;
		} while (last && rest < ARRAY_COUNT(always));
		if (last)
			break;
	}
}

void part_name(struct canvas *canvas, int x, int y, int room, struct pen pen, const char *name)
{
	int width = canvas_text_width(canvas, name);
	if (width <= room || room < 5) {
		canvas_text_fit(canvas, x, y, room, pen, name);
		return;
	}
	int tail = room / 3, head = room - tail - 1;
	struct rect before = canvas->clip;
	canvas_clip(canvas, rect_cut(before, (struct rect){x, y, head, 1}));
	canvas_text(canvas, x, y, pen, name);
	canvas_clip(canvas, rect_cut(before, (struct rect){x + head + 1, y, tail, 1}));
	canvas_text(canvas, x + room - width, y, pen, name);
	canvas_clip(canvas, before);
	canvas_glyph(canvas, x + head, y, pen, GLYPH_ELLIPSIS);
}

int part_short_names(const struct pipeline *pipeline, const char *heading)
{
	int longest = (int)strlen(heading);
	for (size_t i = 0; i < pipeline->table_count; i++) {
		int length = (int)strlen(pipeline->tables[i].short_name);
		longest = length > longest ? length : longest;
	}
	return longest;
}
