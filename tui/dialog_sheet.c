#include "tui/dialog_parts.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define LABEL_LEAST 60 /* columns of the text from which on labels stand beside it */

struct pen on_dialog(struct pen pen)
{
	pen.ground = ROLE_DIALOG;
	return pen;
}

void sheet_line(struct sheet *sheet, struct pen pen, const char *text)
{
	canvas_text_fit(
		sheet->scene->canvas, sheet->x, sheet->y++, sheet->width, on_dialog(pen), text);
}

void sheet_blank(struct sheet *sheet)
{
	if (sheet->question == 0)
		sheet->question = sheet->y;
	sheet->y++;
}

size_t text_line_length(const struct canvas *canvas, const char *text, int room)
{
	size_t fits = canvas_text_cut(canvas, text, room), cut = fits;
	if (text[fits] == '\0' || text[fits] == ' ')
		return fits;
	while (cut > 0 && text[cut] != ' ')
		cut--;
	if (cut > 0)
		return cut;
	uint32_t code_point;
	return fits > 0 ? fits : text_decode_utf8(text, strlen(text), &code_point);
}

void sheet_paragraph(struct sheet *sheet, struct pen pen, const char *text)
{
	while (*text != '\0') {
		size_t length = text_line_length(sheet->scene->canvas, text, sheet->width);
		char *line = memory_copy_span(text, length);
		sheet_line(sheet, pen, line);
		free(line);
		text += length;
		text += strspn(text, " ");
	}
}

struct sheet sheet_open_section(struct sheet *sheet, const char *label)
{
	struct sheet inner = *sheet;
	if (sheet->width < LABEL_LEAST) {
		if (label[0] != '\0')
			sheet_line(&inner, PEN(HEADING), label);
		return inner;
	}
	canvas_text(sheet->scene->canvas, sheet->x, sheet->y, PEN_ON(HEADING, DIALOG), label);
	inner.x += SHEET_LABEL_WIDTH;
	inner.width -= SHEET_LABEL_WIDTH;
	return inner;
}

void sheet_close_section(struct sheet *sheet, const struct sheet *inner)
{
	sheet->y = inner->y + 1;
}

const char *without_verdict(enum verdict verdict, const char *sentence)
{
	const char *word = verdict_word(verdict);
	size_t length = strlen(word);
	bool repeats =
		text_starts_with(sentence, word) && text_starts_with(sentence + length, ": ");
	return repeats ? sentence + length + 2 : sentence;
}

void sheet_age(struct sheet *sheet, int64_t at_ms)
{
	char age[DURATION_TEXT_BYTES + 8];
	part_age(sheet->scene->model, at_ms, age);
	canvas_text_right(sheet->scene->canvas, sheet->x + sheet->width - SHEET_AGE_WIDTH - 1,
		sheet->y, SHEET_AGE_WIDTH + 1, PEN_ON(DIM, DIALOG), age);
}

void sheet_key(struct sheet *sheet, enum action action, const char *text)
{
	struct canvas *canvas = sheet->scene->canvas;
	const char *key = keymap_first_key(sheet->scene->keymap, action);
	if (sheet->answers == 0)
		sheet->answers = sheet->y;
	part_spot_key(sheet->scene, (struct rect){sheet->x, sheet->y, sheet->width, 1}, action);
	canvas_text_right(canvas, sheet->x, sheet->y, 6, PEN_ON(KEY, DIALOG), key);
	canvas_text_fit(
		canvas, sheet->x + 8, sheet->y++, sheet->width - 8, PEN_ON(TEXT, DIALOG), text);
	sheet->answered = sheet->y;
}

/* The end of what was typed is always seen, with the cursor behind it. */
void sheet_field(struct sheet *sheet, const char *prompt, const char *typed)
{
	struct canvas *canvas = sheet->scene->canvas;
	int y = sheet->y++;
	canvas_fill(canvas, (struct rect){sheet->x, y, sheet->width, 1}, PEN_ON(FIELD, FIELD));
	int x = sheet->x + canvas_text(canvas, sheet->x, y, PEN_ON(KEY, FIELD), prompt);
	int room = sheet->x + sheet->width - x - 1, width = canvas_text_width(canvas, typed);
	int shift = width > room - 1 ? width - room + 1 : 0;
	struct rect field = {x, y, room, 1};
	struct rect before = canvas_clip(canvas, rect_cut(canvas->clip, field));
	canvas_text(canvas, x - shift, y, PEN_ON(FIELD, FIELD), typed);
	canvas_attributes(canvas, (struct rect){x + width - shift, y, 1, 1}, ATTRIBUTE_REVERSE);
	canvas_clip(canvas, before);
}
