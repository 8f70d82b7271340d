/* The settings: what holds, where it came from, and what can be done about it. */
#include "tui/dialog_parts.h"

#include "settings.h"
#include "tui/theme.h"

#include <stdio.h>
#include <string.h>

#define NAME_WIDTH 15
#define FROM_WIDTH 14 /* "changed here" and a gap */
#define WHEN_WIDTH 11 /* "next start" and a gap */
#define WHEN_LEAST 64 /* columns of the text from which on they are shown */
#define FROM_LEAST 50
#define OTHER_ROWS 11 /* of the screen: borders, heading, what is said of the row at hand */

static const char *when_word(enum option_when when)
{
	switch (when) {
	case OPTION_NOW:
		return "at once";
	case OPTION_START:
		return "next start";
	case OPTION_FILE:
		return "in the file";
	case OPTION_VERB:
		return "";
	}
	return "";
}

static const char *from_word(const struct setting *setting)
{
	if (setting->is_written)
		return "written";
	return setting->is_changed ? "changed here" : settings_origin_word(setting->origin);
}

static struct pen from_pen(const struct setting *setting)
{
	if (setting->is_changed && !setting->is_written)
		return PEN(WARNING);
	return setting->is_written ? PEN(GOOD) : PEN(DIM);
}

/* What there is no room for is left out: the name and the value stay. */
static void paint_columns(struct sheet *sheet, const char *const texts[4], const struct pen pens[4])
{
	struct canvas *canvas = sheet->scene->canvas;
	int right = sheet->x + sheet->width, value = sheet->x + 2 + NAME_WIDTH, y = sheet->y++;
	int when = sheet->width < WHEN_LEAST ? right : right - WHEN_WIDTH;
	int from = sheet->width < FROM_LEAST ? when : when - FROM_WIDTH;
	canvas_text_fit(canvas, sheet->x + 2, y, NAME_WIDTH - 1, on_dialog(pens[0]), texts[0]);
	canvas_text_fit(canvas, value, y, from - value - 1, on_dialog(pens[1]), texts[1]);
	canvas_text_fit(canvas, from, y, when - from - 1, on_dialog(pens[2]), texts[2]);
	canvas_text_fit(canvas, when, y, right - when, on_dialog(pens[3]), texts[3]);
}

static void paint_row(struct sheet *sheet, const struct setting *setting, bool chosen)
{
	struct canvas *canvas = sheet->scene->canvas;
	struct rect line = {sheet->x, sheet->y, sheet->width, 1};
	bool is_given = setting->origin != ORIGIN_DEFAULT || setting->is_changed;
	const char *const texts[] = {setting->about.name,
		setting->value[0] != '\0' ? setting->value : "-", from_word(setting),
		when_word(setting->about.when)};
	const struct pen pens[] = {
		PEN(TEXT), is_given ? PEN(STRONG) : PEN(TEXT), from_pen(setting), PEN(DIM)};
	paint_columns(sheet, texts, pens);
	if (!chosen)
		return;
	struct rect cells = rect_cut(line, canvas->clip);
	for (int x = cells.x; x < cells.x + cells.width; x++)
		if (cells.height > 0)
			canvas->cells[line.y * canvas->width + x].pen.ground = ROLE_SELECTED;
	canvas_glyph(canvas, line.x, line.y, PEN_ON(FRAME_FOCUS, SELECTED), GLYPH_POINTER);
}

/* "1..64", "yes or no", the words; "" where any text will do. */
static void add_limits(const struct option_about *about, struct buffer *into)
{
	if (!about->takes_value)
		buffer_add_text(into, "yes or no");
	else if (about->is_word)
		buffer_add_text(into, about->argument);
	else if (about->highest != 0)
		buffer_add_format(
			into, "%lld..%lld", (long long)about->lowest, (long long)about->highest);
	else
		buffer_add_text(into, about->argument);
}

static void say_names(struct sheet *sheet, const struct setting *setting)
{
	struct buffer text = {0};
	add_limits(&setting->about, &text);
	if (setting->about.initial != NULL)
		buffer_add_format(&text, "   default %s", setting->about.initial);
	buffer_add_format(&text, "   --%s   %s", setting->about.name, setting->about.variable);
	sheet_line(sheet, PEN(DIM), buffer_text(&text));
	buffer_release(&text);
}

/* What beats the file, else what the last act came to, else where the file is. */
static void say_state(struct sheet *sheet, const struct setting *setting)
{
	const struct model *model = sheet->scene->model;
	char winner[72], text[512];
	bool is_fresh =
		model->message[0] != '\0' && model->now_ms - model->message_ms < MESSAGE_SHOWN_MS;
	const char *beats = settings_winner(setting, winner);
	if (is_fresh) {
		sheet_line(sheet, part_severity(model->message_severity), model->message);
		return;
	}
	if (beats != NULL)
		snprintf(text, sizeof(text), "%s beats the file %s", beats,
			settings_file(model->settings));
	else
		snprintf(text, sizeof(text), "file %s%s", settings_file(model->settings),
			settings_file_exists(model->settings) ? "" : " (not there yet)");
	sheet_line(sheet, beats != NULL ? PEN(WARNING) : PEN(DIM), text);
}

static size_t rows_shown(const struct sheet *sheet, size_t count)
{
	int room = sheet->scene->canvas->height - OTHER_ROWS;
	return room < 1 ? 1 : (size_t)room < count ? (size_t)room : count;
}

void dialog_fill_settings(struct sheet *sheet)
{
	static const char *const headings[] = {"setting", "value", "from", "holds"};
	static const struct pen pens[] = {PEN_ON(HEADING, DIALOG), PEN_ON(HEADING, DIALOG),
		PEN_ON(HEADING, DIALOG), PEN_ON(HEADING, DIALOG)};
	const struct model *model = sheet->scene->model;
	if (model->settings == NULL) {
		sheet_line(sheet, PEN(DIM), "there are none");
		return;
	}
	size_t count = settings_count(model->settings), rows = rows_shown(sheet, count);
	size_t chosen = model->view.setting < count ? model->view.setting : count - 1;
	size_t first = chosen >= rows ? chosen - rows + 1 : 0;
	sheet->place = (struct list_place){first, rows, count};
	paint_columns(sheet, headings, pens);
	for (size_t i = first; i < count && i < first + rows; i++) {
		struct setting setting = settings_at(model->settings, i);
		part_spot_row(sheet->scene, (struct rect){sheet->x, sheet->y, sheet->width, 1}, i);
		paint_row(sheet, &setting, i == chosen);
	}
	struct setting setting = settings_at(model->settings, chosen);
	sheet_blank(sheet);
	sheet_line(sheet, PEN(TEXT), setting.about.help);
	say_names(sheet, &setting);
	say_state(sheet, &setting);
}

static bool row_at_hand(const struct model *model, struct setting *setting)
{
	if (model->settings == NULL || model->view.setting >= settings_count(model->settings))
		return false;
	*setting = settings_at(model->settings, model->view.setting);
	return true;
}

void dialog_setting_title(const struct model *model, char *title, size_t room)
{
	struct setting setting;
	if (!row_at_hand(model, &setting))
		return;
	bool writes = model->view.dialog == DIALOG_WRITE_SETTING;
	snprintf(title, room, writes ? "write %s" : "set %s", setting.about.name);
}

static void say_themes(struct sheet *sheet)
{
	struct buffer text = {0};
	const char *name = THEME_DEFAULT;
	buffer_add_text(&text, "built in:");
	do {
		buffer_add_format(&text, " %s", name);
		name = theme_next(name);
	} while (strcmp(name, THEME_DEFAULT) != 0);
	sheet_paragraph(sheet, PEN(TEXT), buffer_text(&text));
	buffer_release(&text);
}

/* Why what is typed would be refused, while it is typed; of what only the console can judge, once
 * it was tried. */
void dialog_fill_setting(struct sheet *sheet)
{
	const struct model *model = sheet->scene->model;
	const char *typed = model->view.typed;
	struct setting setting;
	struct error err = {0};
	char prompt[80];
	if (!row_at_hand(model, &setting))
		return;
	snprintf(prompt, sizeof(prompt), "%s = ", setting.about.name);
	sheet_field(sheet, prompt, typed);
	if (settings_check(model->settings, model->view.setting, typed, &err))
		text_copy(err.text, sizeof(err.text), settings_refusal(model->settings, typed));
	if (err.text[0] != '\0')
		sheet_paragraph(sheet, PEN(ERROR), err.text);
	else
		sheet_blank(sheet);
	sheet_paragraph(sheet, PEN(TEXT), setting.about.help);
	if (setting.option == CONFIG_OPTION_theme)
		say_themes(sheet);
	sheet_blank(sheet);
	say_names(sheet, &setting);
	sheet_line(sheet, PEN(DIM),
		setting.about.when == OPTION_NOW
			? "holds at once; W in the list then writes it to the file"
			: "holds from the next start on, once W in the list has written it");
}

void dialog_fill_write_setting(struct sheet *sheet)
{
	const struct model *model = sheet->scene->model;
	struct setting setting;
	char winner[72];
	if (!row_at_hand(model, &setting))
		return;
	struct buffer text = {0};
	buffer_add_format(&text, "%s = %s", setting.about.name, setting.value);
	sheet_paragraph(sheet, PEN(STRONG), buffer_text(&text));
	sheet_blank(sheet);
	buffer_clear(&text);
	buffer_add_format(&text, "goes into %s%s", settings_file(model->settings),
		settings_file_exists(model->settings) ? ". Everything else in it stays as it is."
						      : ", a new file.");
	sheet_paragraph(sheet, PEN(TEXT), buffer_text(&text));
	buffer_clear(&text);
	if (settings_winner(&setting, winner) != NULL) {
		buffer_add_format(&text,
			"%s was given at this start: where it is given again, "
			"it beats the file.",
			winner);
		sheet_blank(sheet);
		sheet_paragraph(sheet, PEN(WARNING), buffer_text(&text));
	}
	buffer_release(&text);
	sheet_blank(sheet);
	sheet_key(sheet, ACTION_ACCEPT, "write it");
	sheet_key(sheet, ACTION_CANCEL, "cancel");
}
