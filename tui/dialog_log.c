#include "tui/dialog_parts.h"

/* What a run said at a place of its log. */

static struct pen pen_of(const struct log_window_line *line)
{
	switch (line->severity) {
	case LOG_PROGRESS:
	case LOG_INFORMATION:
		return line->is_hidden ? PEN(DIM) : PEN(TEXT);
	case LOG_NOISE:
		return PEN(DIM);
	case LOG_WATCH:
	case LOG_SILENT:
		return PEN(WARNING);
	case LOG_ERROR:
	case LOG_REASON:
		return PEN(ERROR);
	}
	return PEN(TEXT);
}

static void add_line(struct sheet *sheet, const struct log_window_line *line)
{
	if (line->text[0] == '\0')
		sheet_blank(sheet);
	else
		sheet_paragraph(sheet, pen_of(line), line->text);
}

static void add_place(struct sheet *sheet)
{
	const struct model *model = sheet->scene->model;
	struct buffer text = {0};
	buffer_add_text(&text, model->log_place.path);
	if (model->log_place.offset >= 0)
		buffer_add_format(&text, " from byte %lld", (long long)model->log_place.offset);
	else
		buffer_add_text(&text, ": its end");
	sheet_paragraph(sheet, PEN(HEADING), buffer_text(&text));
	sheet_blank(sheet);
	buffer_release(&text);
}

void dialog_fill_log(struct sheet *sheet)
{
	const struct model *model = sheet->scene->model;
	const struct log_window *piece = model->log_piece;
	add_place(sheet);
	if (model->log_piece_trouble[0] != '\0')
		sheet_paragraph(sheet, PEN(ERROR), model->log_piece_trouble);
	else if (piece == NULL)
		sheet_line(sheet, PEN(DIM), "reading the log");
	else if (piece->count == 0)
		sheet_line(sheet, PEN(DIM), "the log is empty");
	for (size_t i = 0; piece != NULL && i < piece->count; i++)
		add_line(sheet, &piece->items[i]);
	if (piece != NULL && piece->end < piece->file_bytes)
		sheet_line(sheet, PEN(DIM), "the log goes on");
}
