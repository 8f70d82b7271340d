#include "tui/dialogs.h"

#include "base/clock.h"
#include "tui/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HELP_COLUMN 38
#define HELP_KEYS   9
#define CAUSES_MAX  12

/* A dialog being filled line by line. */
struct sheet {
	const struct scene *scene;
	struct rect rest;
};

bool dialog_reads_text(enum dialog_id dialog)
{
	return dialog == DIALOG_SEARCH || dialog == DIALOG_PALETTE || dialog == DIALOG_RANGE;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* The dialog's rectangle in the middle (or near the top), its ground and frame. */
static struct sheet open_sheet(const struct scene *scene, int width, int height, const char *title)
{
	struct canvas *canvas = scene->canvas;
	struct rect rect = {
		.width = least(width, canvas->width), .height = least(height, canvas->height)};
	rect.x = (canvas->width - rect.width) / 2;
	rect.y = (canvas->height - rect.height) / 2;
	canvas_fill(canvas, rect, PEN(DIALOG));
	canvas_frame(canvas, rect, PEN(DIALOG_FRAME), title);
	canvas_ground(canvas, rect, ROLE_DIALOG);
	struct rect inside = rect_inside(rect);
	inside.x += 2;
	inside.width -= 4;
	return (struct sheet){scene, inside};
}

static struct pen on_dialog(struct pen pen)
{
	pen.ground = ROLE_DIALOG;
	return pen;
}

static void add_line(struct sheet *sheet, struct pen pen, const char *text)
{
	if (sheet->rest.height <= 0)
		return;
	canvas_text_fit(sheet->scene->canvas, sheet->rest.x, sheet->rest.y, sheet->rest.width,
		on_dialog(pen), text);
	sheet->rest.y++;
	sheet->rest.height--;
}

/* Words that do not fit go to the next line. */
static void add_paragraph(struct sheet *sheet, struct pen pen, const char *text)
{
	size_t room = sheet->rest.width > 0 ? (size_t)sheet->rest.width : 1;
	while (*text != '\0' && sheet->rest.height > 0) {
		size_t length = strlen(text), cut = length;
		if (length > room) {
			cut = room;
			while (cut > 0 && text[cut] != ' ')
				cut--;
			if (cut == 0)
				cut = room;
		}
		char *line = memory_copy_span(text, cut);
		add_line(sheet, pen, line);
		free(line);
		text += cut;
		text += strspn(text, " ");
	}
}

/* "Enter  import the sample season": a key and what it does here. */
static void add_key(struct sheet *sheet, enum action action, const char *text)
{
	if (sheet->rest.height <= 0)
		return;
	const char *key = keymap_first_key(sheet->scene->keymap, action);
	struct rect rest = sheet->rest;
	canvas_text_right(sheet->scene->canvas, rest.x, rest.y, 6, PEN_ON(KEY, DIALOG), key);
	canvas_text_fit(sheet->scene->canvas, rest.x + 8, rest.y, rest.width - 8,
		PEN_ON(TEXT, DIALOG), text);
	sheet->rest.y++;
	sheet->rest.height--;
}

static void add_field(struct sheet *sheet, const char *prompt, const char *typed)
{
	struct canvas *canvas = sheet->scene->canvas;
	struct rect rest = sheet->rest;
	if (rest.height <= 0)
		return;
	canvas_fill(canvas, (struct rect){rest.x, rest.y, rest.width, 1}, PEN(FIELD));
	int x = rest.x + canvas_text(canvas, rest.x, rest.y, PEN_ON(KEY, FIELD), prompt);
	int room = rest.x + rest.width - x - 1, width = canvas_text_width(canvas, typed);
	struct rect before = canvas_clip(canvas, (struct rect){x, rest.y, room, 1});
	int shift = width > room - 1 ? width - room + 1 : 0;
	canvas_text(canvas, x - shift, rest.y, PEN(FIELD), typed);
	canvas_clip(canvas, before);
	canvas_attributes(
		canvas, (struct rect){x + width - shift, rest.y, 1, 1}, ATTRIBUTE_REVERSE);
	sheet->rest.y += 2;
	sheet->rest.height -= 2;
}

static void paint_sample(const struct scene *scene)
{
	struct sheet sheet = open_sheet(scene, 64, 13, "welcome to backcourt");
	char text[384];
	snprintf(text, sizeof(text), "There is no raw data in %s yet.",
		scene->model->warehouse_name[0] != '\0' ? scene->model->warehouse_name
							: "the warehouse");
	add_paragraph(&sheet, PEN(TEXT), text);
	add_line(&sheet, PEN(TEXT), "");
	add_paragraph(&sheet, PEN(TEXT),
		"backcourt can make a sample season to play with: schedule, box scores and "
		"shots, made here, in a few seconds.");
	add_line(&sheet, PEN(TEXT), "");
	add_key(&sheet, ACTION_ACCEPT, "make and import the sample season");
	add_key(&sheet, ACTION_CANCEL, "not now");
	add_line(&sheet, PEN(TEXT), "");
	add_paragraph(&sheet, PEN(DIM), "Your own data: backcourt import DIR");
}

static void paint_import(const struct scene *scene)
{
	struct sheet sheet = open_sheet(scene, 64, 9, "importing");
	const struct model *model = scene->model;
	double done = model->import_total > 0
			      ? (double)model->import_done / (double)model->import_total
			      : 0;
	char text[96];
	add_line(&sheet, PEN(TEXT),
		model->import_what[0] != '\0' ? model->import_what : "making the sample season");
	add_line(&sheet, PEN(TEXT), "");
	part_bar(scene->canvas, sheet.rest.x, sheet.rest.y, sheet.rest.width, done, 0);
	canvas_ground(scene->canvas, (struct rect){sheet.rest.x, sheet.rest.y, sheet.rest.width, 1},
		ROLE_DIALOG);
	sheet.rest.y += 2;
	sheet.rest.height -= 2;
	snprintf(text, sizeof(text), "%3d%%   %lld of %lld", (int)(done * 100),
		(long long)model->import_done, (long long)model->import_total);
	add_line(&sheet, PEN(DIM), text);
}

static void paint_pace(const struct scene *scene)
{
	struct sheet sheet = open_sheet(scene, 64, 12, "the sample season is in");
	add_paragraph(&sheet, PEN(TEXT),
		"The native processors compute the whole pipeline in seconds: too fast to "
		"watch. How shall it run?");
	add_line(&sheet, PEN(TEXT), "");
	add_key(&sheet, ACTION_SAMPLE_PACED, "watch it: about two minutes (Enter)");
	add_key(&sheet, ACTION_SAMPLE_FULL, "full speed");
	add_line(&sheet, PEN(TEXT), "");
	add_paragraph(&sheet, PEN(DIM), "Then S starts everything that is ready.");
}

static void paint_quit(const struct scene *scene)
{
	const struct model *model = scene->model;
	char text[128];
	int waiting = 0;
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		waiting += model->tables[i].queued;
	if (model->busy_workers == 0 && waiting == 0) {
		struct sheet sheet = open_sheet(scene, 50, 7, "quit");
		add_line(&sheet, PEN(TEXT), "Nothing is running. Quit backcourt?");
		add_line(&sheet, PEN(TEXT), "");
		add_key(&sheet, ACTION_QUIT_NOW, "quit (Enter)");
		add_key(&sheet, ACTION_CANCEL, "cancel");
		return;
	}
	struct sheet sheet = open_sheet(scene, 66, 13, "quit");
	snprintf(text, sizeof(text), "%d %s, %d dates wait.", model->busy_workers,
		model->busy_workers == 1 ? "table is being worked on"
					 : "tables are being worked on",
		waiting);
	add_line(&sheet, PEN(STRONG), text);
	add_line(&sheet, PEN(TEXT), "");
	add_paragraph(&sheet, PEN(TEXT),
		"Native work lives in this console: it stops after the dates in hand. No date is "
		"ever half written; the next start goes on from here.");
	add_line(&sheet, PEN(TEXT), "");
	add_key(&sheet, ACTION_QUIT_STOP, "stop after the dates in hand, then quit (Enter)");
	add_key(&sheet, ACTION_QUIT_NOW, "quit at once: the dates in hand are dropped");
	add_key(&sheet, ACTION_CANCEL, "cancel");
}

static void paint_kill(const struct scene *scene)
{
	const struct model *model = scene->model;
	size_t table = model_selected_table(model);
	char text[192], date[DATE_TEXT_BYTES];
	struct sheet sheet = open_sheet(scene, 62, 10, "stop at once");
	snprintf(text, sizeof(text), "%s  %s", model->pipeline->tables[table].name,
		date_format(model->tables[table].date, date));
	add_line(&sheet, PEN(STRONG), text);
	add_line(&sheet, PEN(TEXT), "");
	add_paragraph(&sheet, PEN(TEXT),
		"The date in hand is rolled back: it stays as it was. The dates that wait leave "
		"the queue.");
	add_line(&sheet, PEN(TEXT), "");
	add_key(&sheet, ACTION_QUIT_NOW, "stop at once");
	add_key(&sheet, ACTION_CANCEL, "cancel (x stops gently, after the date)");
}

static void paint_typed(
	const struct scene *scene, const char *title, const char *prompt, const char *hint)
{
	struct sheet sheet = open_sheet(scene, 64, 6, title);
	add_field(&sheet, prompt, scene->model->view.typed);
	add_line(&sheet, PEN(DIM), hint);
	add_line(&sheet, PEN(DIM), "Enter accepts   Esc closes");
}

static void paint_palette(const struct scene *scene)
{
	enum action choices[ACTION_COUNT];
	size_t count = palette_choices(scene->model, choices, ACTION_COUNT);
	int height = least(scene->canvas->height - 4, 22);
	struct sheet sheet = open_sheet(scene, 76, height, "command");
	struct canvas *canvas = scene->canvas;
	add_field(&sheet, ": ", scene->model->view.typed);
	size_t rows = sheet.rest.height > 0 ? (size_t)sheet.rest.height : 0;
	size_t choice = (size_t)scene->model->view.choice;
	if (count > 0 && choice >= count)
		choice = count - 1;
	size_t first = choice >= rows && rows > 0 ? choice - rows + 1 : 0;
	if (count == 0)
		add_line(&sheet, PEN(DIM), "no command has that");
	for (size_t i = first; i < count && sheet.rest.height > 0; i++) {
		const struct action_row *row = action_row(choices[i]);
		char keys[64];
		struct rect line = {sheet.rest.x - 1, sheet.rest.y, sheet.rest.width + 2, 1};
		keymap_keys(scene->keymap, choices[i], keys, sizeof(keys));
		enum role ground = i == choice ? ROLE_SELECTED : ROLE_DIALOG;
		canvas_text_fit(canvas, line.x + 1, line.y, 16, PEN(TEXT), row->name);
		canvas_text_right(canvas, line.x + 18, line.y, 10, PEN(KEY), keys);
		canvas_text_fit(canvas, line.x + 30, line.y, line.width - 31, PEN(DIM), row->help);
		if (i == choice)
			canvas_glyph(canvas, line.x, line.y, PEN(STRONG), GLYPH_POINTER);
		canvas_ground(canvas, line, ground);
		sheet.rest.y++;
		sheet.rest.height--;
	}
}

struct help_group {
	char where;
	const char *title;
};

static const struct help_group help_groups[] = {
	{'J', "JOBS"}, {'G', "EVERYWHERE"}, {'L', "LOG"}, {'M', "MATRIX"}};

/* The help as lines; paints those that lie in the two columns of the sheet. */
static void paint_help_line(
	const struct sheet *sheet, int line, const char *keys, const char *text, bool heading)
{
	int rows = sheet->rest.height, columns = sheet->rest.width >= 2 * HELP_COLUMN - 4 ? 2 : 1;
	int width = sheet->rest.width / columns;
	int at = line - sheet->scene->model->view.scroll;
	if (rows <= 0 || at < 0 || at >= rows * columns)
		return;
	int x = sheet->rest.x + (at / rows) * width, y = sheet->rest.y + at % rows;
	struct canvas *canvas = sheet->scene->canvas;
	if (heading) {
		canvas_text_fit(canvas, x, y, width - 1, PEN_ON(TITLE, DIALOG), text);
		return;
	}
	canvas_text_fit(canvas, x, y, HELP_KEYS - 1, PEN_ON(KEY, DIALOG), keys);
	canvas_text_fit(
		canvas, x + HELP_KEYS, y, width - HELP_KEYS - 1, PEN_ON(TEXT, DIALOG), text);
}

static int paint_help_group(const struct sheet *sheet, int line, const struct help_group *group)
{
	paint_help_line(sheet, line++, "", group->title, true);
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		const struct action_row *row = action_row((enum action)i);
		char keys[64];
		if (row->where != group->where)
			continue;
		keymap_keys(sheet->scene->keymap, (enum action)i, keys, sizeof(keys));
		paint_help_line(sheet, line++, keys, row->help, false);
	}
	return line + 1;
}

/* The view at hand comes first. */
static void paint_help(const struct scene *scene)
{
	struct canvas *canvas = scene->canvas;
	char title[64];
	snprintf(title, sizeof(title), "help: %s", view_of(scene->model->view.view)->name);
	struct sheet sheet = open_sheet(scene, least(canvas->width, 110), canvas->height, title);
	struct rect frame = {
		sheet.rest.x - 3, sheet.rest.y - 1, sheet.rest.width + 6, sheet.rest.height + 2};
	canvas_frame_note(canvas, frame, true, PEN_ON(DIM, DIALOG), "arrows scroll   Esc closes");
	int line = 0;
	char first = view_of(scene->model->view.view)->places[0];
	for (size_t i = 0; i < ARRAY_COUNT(help_groups); i++)
		if (help_groups[i].where == first)
			line = paint_help_group(&sheet, line, &help_groups[i]);
	for (size_t i = 0; i < ARRAY_COUNT(help_groups); i++)
		if (help_groups[i].where != first)
			line = paint_help_group(&sheet, line, &help_groups[i]);
	paint_help_line(&sheet, line++, "", "STATES", true);
	for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
		char glyph[5] = {0}, text[128];
		text_encode_utf8(canvas->glyphs[GLYPH_OF_VERDICT(verdict)], glyph);
		snprintf(text, sizeof(text), "%s: %s", verdict_word((enum verdict)verdict),
			verdict_meaning((enum verdict)verdict));
		paint_help_line(&sheet, line++, glyph, text, false);
	}
}

static void add_cell(struct sheet *sheet, size_t table, date_t date, int depth)
{
	const struct model *model = sheet->scene->model;
	const struct cell *cell = coverage_cell(model->coverage, table, date);
	if (cell == NULL || sheet->rest.height <= 0)
		return;
	struct canvas *canvas = sheet->scene->canvas;
	int x = sheet->rest.x + depth * 2, y = sheet->rest.y;
	char rows[64] = "";
	if (cell->rows_known && cell->expected >= 0)
		snprintf(rows, sizeof(rows), "%lld/%lld rows", (long long)cell->rows,
			(long long)cell->expected);
	canvas_glyph(canvas, x, y, on_dialog(PEN_VERDICT(cell->verdict)),
		GLYPH_OF_VERDICT(cell->verdict));
	canvas_text_fit(
		canvas, x + 2, y, 30, PEN_ON(TEXT, DIALOG), model->pipeline->tables[table].name);
	canvas_text_fit(canvas, sheet->rest.x + 38, y, 11, on_dialog(PEN_VERDICT(cell->verdict)),
		verdict_word(cell->verdict));
	canvas_text_fit(
		canvas, sheet->rest.x + 50, y, sheet->rest.width - 50, PEN_ON(DIM, DIALOG), rows);
	sheet->rest.y++;
	sheet->rest.height--;
}

/* The chain of causes: each cell's `because`, down to the root. */
static void add_causes(struct sheet *sheet, size_t table, date_t date)
{
	const struct model *model = sheet->scene->model;
	for (int depth = 0; depth < CAUSES_MAX; depth++) {
		const struct cell *cell = coverage_cell(model->coverage, table, date);
		add_cell(sheet, table, date, depth);
		if (cell == NULL || cell->because < 0 || (size_t)cell->because == table)
			return;
		table = (size_t)cell->because;
	}
}

static void add_edges(
	struct sheet *sheet, const char *title, const size_t *tables, size_t count, date_t date)
{
	if (count == 0)
		return;
	add_line(sheet, PEN(TEXT), "");
	add_line(sheet, PEN(HEADING), title);
	for (size_t i = 0; i < count; i++)
		add_cell(sheet, tables[i], date, 0);
}

/* Rows that paint_why needs, a second one for each paragraph included. */
static int why_height(const struct scene *scene, size_t table, date_t date)
{
	const struct model *model = scene->model;
	const struct pipeline_table *definition = &model->pipeline->tables[table];
	int rows = 13;
	if (definition->upstream_count > 0)
		rows += 2 + (int)definition->upstream_count;
	if (definition->guard_count > 0)
		rows += 2 + (int)definition->guard_count;
	for (int depth = 0; depth < CAUSES_MAX; depth++) {
		const struct cell *cell = coverage_cell(model->coverage, table, date);
		if (cell == NULL || cell->because < 0 || (size_t)cell->because == table)
			break;
		table = (size_t)cell->because;
		rows++;
	}
	return least(rows, scene->canvas->height);
}

static void paint_why(const struct scene *scene)
{
	const struct model *model = scene->model;
	size_t table = model_selected_table(model);
	date_t date = model->view.date;
	const struct pipeline_table *definition = &model->pipeline->tables[table];
	const struct cell *cell = coverage_cell(model->coverage, table, date);
	char title[128], text[DATE_TEXT_BYTES];
	struct buffer words = {0};
	snprintf(title, sizeof(title), "why: %s %s", definition->name, date_format(date, text));
	struct sheet sheet = open_sheet(scene, 78, why_height(scene, table, date), title);
	coverage_explain(model->coverage, table, date, &words);
	add_paragraph(
		&sheet, cell != NULL ? PEN_VERDICT(cell->verdict) : PEN(TEXT), buffer_text(&words));
	if (cell != NULL) {
		buffer_clear(&words);
		buffer_add_format(&words, "reason %s", reason_word(cell->reason));
		if (cell->attempt_words[0] != '\0')
			buffer_add_format(&words, "   last try: %s", cell->attempt_words);
		add_paragraph(&sheet, PEN(DIM), buffer_text(&words));
	}
	buffer_clear(&words);
	model_now_or_why(model, table, &words);
	if (words.length > 0) {
		add_line(&sheet, PEN(TEXT), "");
		add_paragraph(&sheet, PEN(TEXT), buffer_text(&words));
	}
	buffer_release(&words);
	add_line(&sheet, PEN(TEXT), "");
	add_line(&sheet, PEN(HEADING), "chain of causes");
	add_causes(&sheet, table, date);
	add_edges(&sheet, "upstreams", definition->upstreams, definition->upstream_count, date);
	add_edges(&sheet, "guards", definition->guards, definition->guard_count, date);
}

void dialogs_paint(const struct scene *scene)
{
	if (scene->model->view.dialog == DIALOG_NONE || scene->layout->size == LAYOUT_TOO_SMALL)
		return;
	canvas_fade(scene->canvas);
	switch (scene->model->view.dialog) {
	case DIALOG_NONE:
		break;
	case DIALOG_SAMPLE:
		paint_sample(scene);
		break;
	case DIALOG_IMPORT:
		paint_import(scene);
		break;
	case DIALOG_PACE:
		paint_pace(scene);
		break;
	case DIALOG_QUIT:
		paint_quit(scene);
		break;
	case DIALOG_KILL:
		paint_kill(scene);
		break;
	case DIALOG_HELP:
		paint_help(scene);
		break;
	case DIALOG_WHY:
		paint_why(scene);
		break;
	case DIALOG_PALETTE:
		paint_palette(scene);
		break;
	case DIALOG_SEARCH:
		paint_typed(scene, "search", "/",
			"a regular expression; capitals make it exact; n N go on");
		break;
	case DIALOG_RANGE:
		paint_typed(
			scene, "range of dates", "@ ", "2021-10-19..2021-11-30, a month, or a day");
		break;
	}
}
