#include "tui/dialog_parts.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The dialogs that are read: help, why, the palette. */

#define HELP_COLUMN_LEAST 36
#define HELP_COLUMNS_MAX  3
#define HELP_KEYS	  8
#define CAUSES_MAX	  12
#define PALETTE_ROWS_MAX  16
#define PALETTE_FRAME	  8 /* rows of the screen that the list does not get */

struct help_group {
	char where;
	const char *title;
};

static const struct help_group help_groups[] = {
	{'J', "JOBS"}, {'L', "LOG"}, {'M', "MATRIX"}, {'G', "EVERYWHERE"}};

/* The help as lines, in as many columns as there is room for. */
struct help {
	const struct sheet *sheet;
	int rows, columns;
	int line; /* the next */
};

static int help_width(const struct help *help)
{
	return help->sheet->width / help->columns;
}

static void help_line(struct help *help, const char *keys, struct pen pen, const char *text)
{
	const struct sheet *sheet = help->sheet;
	int width = help_width(help), at = help->line++;
	int x = sheet->x + at / help->rows * width, y = sheet->y + at % help->rows;
	int indent = pen.role == ROLE_TITLE ? 0 : HELP_KEYS;
	canvas_text_fit(sheet->scene->canvas, x, y, HELP_KEYS - 1, PEN_ON(KEY, DIALOG), keys);
	canvas_text_fit(sheet->scene->canvas, x + indent, y, width - indent - 1, pen, text);
}

/* Several lines where one is too short. */
static void help_text(struct help *help, const char *keys, const char *text)
{
	int room = help_width(help) - HELP_KEYS - 1;
	while (*text != '\0') {
		size_t length = text_line_length(help->sheet->scene->canvas, text, room);
		char *line = memory_copy_span(text, length);
		help_line(help, keys, PEN_ON(TEXT, DIALOG), line);
		free(line);
		keys = "";
		text += length;
		text += strspn(text, " ");
	}
}

static void help_group(struct help *help, const struct help_group *group)
{
	help_line(help, "", PEN_ON(TITLE, DIALOG), group->title);
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		const struct action_row *row = action_row((enum action)i);
		char keys[64];
		if (row->where != group->where)
			continue;
		keymap_keys(help->sheet->scene->keymap, (enum action)i, keys, sizeof(keys));
		help_text(help, keys, row->help);
	}
	help->line++;
}

static void help_states(struct help *help)
{
	const struct canvas *canvas = help->sheet->scene->canvas;
	help_line(help, "", PEN_ON(TITLE, DIALOG), "STATES");
	for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
		char glyph[5] = {0}, text[128];
		text_encode_utf8(canvas->glyphs[GLYPH_OF_VERDICT(verdict)], glyph);
		snprintf(text, sizeof(text), "%s: %s", verdict_word((enum verdict)verdict),
			verdict_meaning((enum verdict)verdict));
		help_text(help, glyph, text);
	}
}

/* The view at hand comes first. */
static void help_all(struct help *help)
{
	char first = view_of(help->sheet->scene->model->view.view)->places[0];
	for (size_t i = 0; i < ARRAY_COUNT(help_groups); i++)
		if (help_groups[i].where == first)
			help_group(help, &help_groups[i]);
	for (size_t i = 0; i < ARRAY_COUNT(help_groups); i++)
		if (help_groups[i].where != first)
			help_group(help, &help_groups[i]);
	help_states(help);
}

/* Columns are as long as they must be to hold everything: counted first, then painted. */
void dialog_fill_help(struct sheet *sheet)
{
	struct canvas *canvas = sheet->scene->canvas;
	int columns = sheet->width / HELP_COLUMN_LEAST;
	struct help help = {.sheet = sheet,
		.columns = columns < 1			? 1
			   : columns > HELP_COLUMNS_MAX ? HELP_COLUMNS_MAX
							: columns,
		.rows = INT_MAX};
	struct rect before = canvas_clip(canvas, (struct rect){0});
	help_all(&help);
	canvas_clip(canvas, before);
	help.rows = (help.line + help.columns - 1) / help.columns;
	help.line = 0;
	help_all(&help);
	sheet->y += help.rows;
}

static void add_cell(struct sheet *sheet, size_t table, date_t date, int depth)
{
	const struct model *model = sheet->scene->model;
	const struct cell *cell = coverage_cell(model->coverage, table, date);
	struct canvas *canvas = sheet->scene->canvas;
	int x = sheet->x + depth * 2, y = sheet->y;
	int state = sheet->width * 3 / 5, rows_at = state + 11;
	char rows[64] = "", name[PIPELINE_NAME_BYTES + DATE_TEXT_BYTES], day[DATE_TEXT_BYTES];
	if (cell == NULL)
		return;
	snprintf(name, sizeof(name), "%s", model->pipeline->tables[table].name);
	if (date != model->view.date)
		snprintf(name, sizeof(name), "%s %s", model->pipeline->tables[table].name,
			date_format_short(date, day));
	struct pen pen = on_dialog(PEN_VERDICT(cell->verdict));
	if (cell->rows_known && cell->expected >= 0)
		snprintf(rows, sizeof(rows), "%lld/%lld rows", (long long)cell->rows,
			(long long)cell->expected);
	canvas_glyph(canvas, x, y, pen, GLYPH_OF_VERDICT(cell->verdict));
	part_name(canvas, x + 2, y, state - depth * 2 - 3, PEN_ON(TEXT, DIALOG), name);
	canvas_text_fit(canvas, sheet->x + state, y, 10, pen, verdict_word(cell->verdict));
	canvas_text_fit(
		canvas, sheet->x + rows_at, y, sheet->width - rows_at, PEN_ON(DIM, DIALOG), rows);
	sheet->y++;
}

/* Down to the root. */
static void add_causes(struct sheet *sheet, size_t table, date_t date)
{
	const struct model *model = sheet->scene->model;
	size_t cause = table;
	date_t day = date;
	if (!model_go_to_cause(model, &cause, &day))
		return;
	sheet_blank(sheet);
	sheet_line(sheet, PEN(HEADING), "chain of causes");
	for (int depth = 0; depth < CAUSES_MAX; depth++) {
		add_cell(sheet, table, date, depth);
		if (!model_go_to_cause(model, &table, &date))
			return;
	}
}

static void add_edges(
	struct sheet *sheet, const char *title, const size_t *tables, size_t count, date_t date)
{
	if (count == 0)
		return;
	sheet_blank(sheet);
	sheet_line(sheet, PEN(HEADING), title);
	for (size_t i = 0; i < count; i++)
		add_cell(sheet, tables[i], date, 0);
}

/* The cell keeps only the beginning of a reason; the newest failure of the table is whole. */
static void add_explanation(struct sheet *sheet, size_t table, date_t date, const struct cell *cell)
{
	const struct model *model = sheet->scene->model;
	const struct table_model *job = &model->tables[table];
	struct buffer words = {0};
	if (cell->verdict == VERDICT_FAILED && job->trouble_date == date)
		buffer_add_format(&words, "the newest attempt failed: %s", job->trouble);
	else
		coverage_explain(model->coverage, table, date, &words);
	sheet_paragraph(sheet, PEN_VERDICT(cell->verdict), buffer_text(&words));
	buffer_clear(&words);
	buffer_add_text(&words, reason_word(cell->reason));
	if (cell->rows_known && cell->expected >= 0)
		buffer_add_format(&words, "   %lld of %lld rows", (long long)cell->rows,
			(long long)cell->expected);
	sheet_line(sheet, PEN(DIM), buffer_text(&words));
	buffer_clear(&words);
	if (cell->verdict != VERDICT_FAILED && cell->attempt_words[0] != '\0')
		buffer_add_format(&words, "last try: %s", cell->attempt_words);
	sheet_paragraph(sheet, PEN(DIM), buffer_text(&words));
	buffer_release(&words);
}

/* What the table does, where it is not this date that keeps it. */
static void add_table_now(struct sheet *sheet, size_t table, date_t date)
{
	const struct model *model = sheet->scene->model;
	const struct table_model *job = &model->tables[table];
	bool works = job->date != DATE_NONE || job->queued > 0;
	struct buffer words = {0};
	if (!works && model_telling_date(model, table) == date)
		return;
	buffer_add_text(&words, "the table now: ");
	model_now_or_why(model, table, &words);
	sheet_blank(sheet);
	sheet_paragraph(sheet, PEN(TEXT), buffer_text(&words));
	buffer_release(&words);
}

void dialog_fill_why(struct sheet *sheet)
{
	const struct model *model = sheet->scene->model;
	size_t table = model_selected_table(model);
	date_t date = model->view.date;
	const struct pipeline_table *definition = &model->pipeline->tables[table];
	const struct cell *cell = coverage_cell(model->coverage, table, date);
	if (cell == NULL) {
		sheet_line(sheet, PEN(TEXT), "this date is outside the range");
		return;
	}
	add_explanation(sheet, table, date, cell);
	add_table_now(sheet, table, date);
	add_causes(sheet, table, date);
	add_edges(sheet, "upstreams", definition->upstreams, definition->upstream_count, date);
	add_edges(sheet, "guards", definition->guards, definition->guard_count, date);
}

static void palette_row(struct sheet *sheet, enum action action, bool chosen)
{
	struct canvas *canvas = sheet->scene->canvas;
	const struct action_row *row = action_row(action);
	struct pen ground = chosen ? PEN_ON(TEXT, SELECTED) : PEN_ON(TEXT, DIALOG);
	struct rect line = {sheet->x, sheet->y++, sheet->width, 1};
	char keys[64];
	keymap_keys(sheet->scene->keymap, action, keys, sizeof(keys));
	canvas_fill(canvas, line, ground);
	canvas_text_fit(canvas, line.x + 2, line.y, 16, PEN(TEXT), row->name);
	canvas_text_right(canvas, line.x + 19, line.y, 9, PEN(KEY), keys);
	canvas_text_fit(canvas, line.x + 31, line.y, line.width - 32, PEN(DIM), row->help);
	if (chosen)
		canvas_glyph(canvas, line.x, line.y, PEN(FRAME_FOCUS), GLYPH_POINTER);
	canvas_ground(canvas, line, (enum role)ground.ground);
}

/* As many rows as the screen has room for, so that the dialog keeps its size while one types. */
void dialog_fill_palette(struct sheet *sheet)
{
	enum action choices[ACTION_COUNT];
	const struct model *model = sheet->scene->model;
	size_t count = palette_choices(model, choices, ACTION_COUNT);
	int room = sheet->scene->canvas->height - PALETTE_FRAME;
	size_t rows = room < 1 ? 1 : room > PALETTE_ROWS_MAX ? PALETTE_ROWS_MAX : (size_t)room;
	size_t choice = (size_t)model->view.choice;
	sheet_field(sheet, ": ", model->view.typed);
	sheet_blank(sheet);
	int end = sheet->y + (int)rows;
	if (count == 0)
		sheet_line(sheet, PEN(DIM), "no command has that");
	else if (choice >= count)
		choice = count - 1;
	size_t first = choice >= rows ? choice - rows + 1 : 0;
	for (size_t i = first; i < count && i < first + rows; i++)
		palette_row(sheet, choices[i], i == choice);
	sheet->y = end;
}
