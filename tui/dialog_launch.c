#include "jobs/launch_preview.h"
#include "tui/dialog_parts.h"

#include <stdio.h>

static struct pen pen_of(enum launch_line_kind kind)
{
	switch (kind) {
	case LAUNCH_TABLE:
		return PEN(STRONG);
	case LAUNCH_COMMAND:
		return PEN(KEY);
	case LAUNCH_FACT:
		return PEN(TEXT);
	case LAUNCH_WARNING:
		return PEN(WARNING);
	case LAUNCH_ERROR:
		return PEN(ERROR);
	}
	return PEN(TEXT);
}

static void add_line(struct sheet *sheet, const struct launch_line *line)
{
	if (line->label[0] == '\0') {
		sheet_paragraph(sheet, pen_of(line->kind), line->text);
		return;
	}
	struct sheet inner = *sheet;
	canvas_text(sheet->scene->canvas, sheet->x, sheet->y, PEN_ON(DIM, DIALOG), line->label);
	inner.x += SHEET_LABEL_WIDTH;
	inner.width -= SHEET_LABEL_WIDTH;
	sheet_paragraph(&inner, pen_of(line->kind), line->text);
	sheet->y = inner.y;
}

void dialog_fill_launch(struct sheet *sheet)
{
	const struct launch_preview *launch = sheet->scene->model->launch;
	if (launch == NULL) {
		sheet_paragraph(sheet, PEN(DIM), "Nothing is about to be started.");
		return;
	}
	for (size_t i = 0; i < launch->line_count; i++) {
		const struct launch_line *line = &launch->lines[i];
		if (line->kind == LAUNCH_TABLE && i > 0)
			sheet_blank(sheet);
		add_line(sheet, line);
		bool ends_commands = line->kind == LAUNCH_COMMAND && i + 1 < launch->line_count &&
				     launch->lines[i + 1].kind != LAUNCH_COMMAND;
		if (line->kind == LAUNCH_TABLE || ends_commands)
			sheet_blank(sheet);
	}
}
