#include "tui/dialog_parts.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The dialogs that are read: help, the palette. */

#define HELP_COLUMN_LEAST 36
#define HELP_COLUMNS_MAX  3
#define HELP_KEYS	  8
#define HELP_GAP	  2 /* blanks before the next column, at least */
#define PALETTE_ROWS_MAX  16
#define PALETTE_FRAME	  8 /* rows of the screen that the list does not get */

struct help_group {
	char where;
	const char *title;
};

static const struct help_group help_groups[] = {{'J', "JOBS"}, {'N', "OVERVIEW, EVENTS, HEALTH"},
	{'L', "LOG"}, {'Z', "MATRIX"}, {'C', "CALENDAR"}, {'M', "MATRIX AND CALENDAR"},
	{'P', "PLAN"}, {'F', "LOG, EVENTS, HEALTH"}, {'H', "HEALTH"}, {'S', "SETTINGS"},
	{'G', "EVERYWHERE"}};

/* The help as lines, in as many columns as there is room for. */
struct help {
	const struct sheet *sheet;
	int rows, columns;
	int line; /* the next */
};

/* With the gap behind it, which the last one does not need. */
static int help_width(const struct help *help)
{
	return (help->sheet->width + HELP_GAP) / help->columns;
}

static void help_line(struct help *help, const char *keys, struct pen pen, const char *text)
{
	const struct sheet *sheet = help->sheet;
	int width = help_width(help), at = help->line++;
	int page = at / (help->rows * help->columns);
	int column = at / help->rows % help->columns;
	int x = sheet->x + column * width, y = sheet->y + page * help->rows + at % help->rows;
	int indent = pen.role == ROLE_TITLE ? 0 : HELP_KEYS;
	canvas_text_fit(sheet->scene->canvas, x, y, HELP_KEYS - 1, PEN_ON(KEY, DIALOG), keys);
	canvas_text_fit(sheet->scene->canvas, x + indent, y, width - indent - 1, pen, text);
}

/* Several lines where one is too short. */
static void help_text(struct help *help, const char *keys, const char *text)
{
	int room = help_width(help) - HELP_KEYS - HELP_GAP;
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

/* The signs of numbers that no heading explains. */
static void help_numbers(struct help *help)
{
	static const char *const numbers[][2] = {
		{"ETA", "until what runs, waits or starts by itself is done; or when"},
		{"24s+", "at least: the speed of some tables is not known yet"},
		{"~15:20", "by the speed of earlier runs"}, {"--", "not known yet"},
		{"/date", "what a date took lately; below it: the one in hand"},
		{"14+", "at least: some dates are not read yet"},
		{"holds", "cells below that cannot start before these are done"},
		{"frees", "of them: those that wait for nothing else"}};
	help->line++;
	help_line(help, "", PEN_ON(TITLE, DIALOG), "NUMBERS");
	for (size_t i = 0; i < ARRAY_COUNT(numbers); i++)
		help_text(help, numbers[i][0], numbers[i][1]);
}

/* First what works in the view at hand, in the order in which a key means something there. */
static void help_all(struct help *help)
{
	const char *here = view_of(help->sheet->scene->model->view.view)->places;
	for (const char *place = here; *place != '\0'; place++)
		for (size_t i = 0; i < ARRAY_COUNT(help_groups); i++)
			if (help_groups[i].where == *place)
				help_group(help, &help_groups[i]);
	for (size_t i = 0; i < ARRAY_COUNT(help_groups); i++)
		if (strchr(here, help_groups[i].where) == NULL)
			help_group(help, &help_groups[i]);
	help_states(help);
	help_numbers(help);
}

/* Columns are as long as they must be to hold everything: counted first, then painted. What is
 * more than a screen is read page by page, each from its left column to its right one. */
void dialog_fill_help(struct sheet *sheet)
{
	struct canvas *canvas = sheet->scene->canvas;
	int columns = sheet->width / HELP_COLUMN_LEAST;
	struct help help = {.sheet = sheet,
		.columns = columns < 1			? 1
			   : columns > HELP_COLUMNS_MAX ? HELP_COLUMNS_MAX
							: columns,
		.rows = INT_MAX / HELP_COLUMNS_MAX};
	struct rect before = canvas_clip(canvas, (struct rect){0});
	help_all(&help);
	canvas_clip(canvas, before);
	int lines = help.line, rows = (lines + help.columns - 1) / help.columns;
	help.rows = rows > sheet->height && sheet->height > 0 ? sheet->height : rows;
	help.line = 0;
	help_all(&help);
	int page = help.rows * help.columns, rest = lines % page;
	sheet->y += lines / page * help.rows + (rest < help.rows ? rest : help.rows);
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
	sheet->place = (struct list_place){first, rows, count};
	for (size_t i = first; i < count && i < first + rows; i++) {
		part_spot_row(sheet->scene, (struct rect){sheet->x, sheet->y, sheet->width, 1}, i);
		palette_row(sheet, choices[i], i == choice);
	}
	sheet->y = end;
}
