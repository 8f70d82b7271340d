#include "tui/dialog_parts.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TITLE_BYTES 128

bool dialog_reads_text(enum dialog_id dialog)
{
	return dialog_keys(dialog) == DIALOG_KEYS_TYPE;
}

static void fill_sample(struct sheet *sheet)
{
	const struct model *model = sheet->scene->model;
	char text[384];
	snprintf(text, sizeof(text), "There is no raw data in %s yet.",
		model->warehouse_name[0] != '\0' ? model->warehouse_name : "the warehouse");
	sheet_paragraph(sheet, PEN(STRONG), text);
	sheet_blank(sheet);
	sheet_paragraph(sheet, PEN(TEXT),
		"backcourt can make a sample season to play with: schedule, box scores and "
		"shots, made here, in a few seconds.");
	sheet_blank(sheet);
	sheet_key(sheet, ACTION_ACCEPT, "make and import the sample season");
	sheet_key(sheet, ACTION_CANCEL, "not now");
	sheet_blank(sheet);
	sheet_paragraph(sheet, PEN(DIM), "Your own data: backcourt import DIR");
}

static void fill_import(struct sheet *sheet)
{
	const struct model *model = sheet->scene->model;
	double done = model->import_total > 0
			      ? (double)model->import_done / (double)model->import_total
			      : 0;
	struct buffer text = {0};
	sheet_line(sheet, PEN(STRONG),
		model->import_what[0] != '\0' ? model->import_what : "making the sample season");
	sheet_blank(sheet);
	part_bar(sheet->scene->canvas, sheet->x, sheet->y++, sheet->width, done, 0);
	sheet_blank(sheet);
	if (model->import_total > 0)
		buffer_add_format(&text, "%d%%   ", (int)(done * 100));
	buffer_add_size(&text, model->import_done);
	buffer_add_text(&text, model->import_total > 0 ? " of " : " so far");
	if (model->import_total > 0)
		buffer_add_size(&text, model->import_total);
	sheet_line(sheet, PEN(DIM), buffer_text(&text));
	buffer_release(&text);
}

static void fill_pace(struct sheet *sheet)
{
	sheet_paragraph(sheet, PEN(TEXT),
		"The native processors compute the whole pipeline in seconds: too fast to "
		"watch. How shall it run?");
	sheet_blank(sheet);
	sheet_key(sheet, ACTION_SAMPLE_PACED, "watch it: about two minutes (Enter)");
	sheet_key(sheet, ACTION_SAMPLE_FULL, "full speed");
	sheet_blank(sheet);
	sheet_paragraph(sheet, PEN(DIM), "Then S starts everything that is ready.");
}

/* Whom a failing attempt would lock out has to be known before. */
static void fill_retry(struct sheet *sheet)
{
	const struct model *model = sheet->scene->model;
	size_t table = model_selected_table(model);
	struct table_summary summary = coverage_summary(model->coverage, table);
	struct buffer text = {0};
	sheet_paragraph(sheet, PEN(STRONG), model->pipeline->tables[table].name);
	sheet_blank(sheet);
	buffer_add_format(&text,
		"Every failed, killed, suspect, empty and thin date of it in the range is tried "
		"again: %d of %d gaps.",
		summary.by_verdict[VERDICT_FAILED] + summary.by_verdict[VERDICT_KILLED] +
			summary.by_verdict[VERDICT_SUSPECT] + summary.by_verdict[VERDICT_EMPTY] +
			summary.by_verdict[VERDICT_THIN],
		summary.gaps);
	sheet_paragraph(sheet, PEN(TEXT), buffer_text(&text));
	buffer_release(&text);
	part_tries(sheet->scene, table, &text);
	if (text.length > 0) {
		sheet_blank(sheet);
		sheet_paragraph(sheet, PEN(WARNING), buffer_text(&text));
	}
	buffer_release(&text);
	sheet_blank(sheet);
	sheet_key(sheet, ACTION_QUIT_NOW, "retry (Enter)");
	sheet_key(sheet, ACTION_CANCEL, "cancel");
}

static void fill_typed(struct sheet *sheet, const char *prompt, const char *hint)
{
	sheet_field(sheet, prompt, sheet->scene->model->view.typed);
	sheet_blank(sheet);
	sheet_paragraph(sheet, PEN(DIM), hint);
}

static void fill_search(struct sheet *sheet)
{
	enum view_id view = sheet->scene->model->view.view;
	if (model_filters_rows(view)) {
		fill_typed(sheet, "& ",
			view == VIEW_HEALTH
				? "a regular expression over severity, kind, table and what was "
				  "found; ! before it hides what has it; empty shows all; Esc: "
				  "as before"
				: "a regular expression over who, table, date and text; ! before "
				  "it hides what has it; empty shows all; Esc: as before");
		return;
	}
	fill_typed(sheet, "/", "a regular expression; capitals make it exact; n and N go on");
}

/* What the search looks for, in its title. */
static const char *const searches[VIEW_COUNT] = {[VIEW_OVERVIEW] = "find a table",
	[VIEW_LOG] = "search the log",
	[VIEW_MATRIX] = "find a table, or a date",
	[VIEW_CALENDAR] = "find a table, or a date",
	[VIEW_PLAN] = "find a step of the plan",
	[VIEW_EVENTS] = "filter the events",
	[VIEW_HEALTH] = "filter the findings"};

static void fill_filter(struct sheet *sheet)
{
	fill_typed(sheet, "& ",
		"lines that have this regular expression; ! before it: lines that have not; empty "
		"shows all");
}

static void fill_excuse(struct sheet *sheet)
{
	const struct model *model = sheet->scene->model;
	const struct cell *cell =
		coverage_cell(model->coverage, model_selected_table(model), model->view.date);
	bool takes_back = !model_has_marks(model) && cell->verdict == VERDICT_EXCUSED;
	fill_typed(sheet, "because ",
		takes_back ? "nothing is expected there; an empty line takes the excuse back"
			   : "nothing is to be expected there, and tables below need not wait for "
			     "it; an empty line takes an excuse back");
}

static void fill_range(struct sheet *sheet)
{
	fill_typed(sheet, "@ ",
		"2021-10-19..2021-11-30, a month (2021-11), a day, season:2021-22, or goal");
}

static void fill_save_plan(struct sheet *sheet)
{
	fill_typed(sheet, "to ",
		"a JSON file that one may edit: backcourt run --plan FILE runs it, without what is "
		"complete by then");
}

static const struct dialog dialogs[DIALOG_COUNT] = {
	[DIALOG_SAMPLE] = {64, fill_sample, "welcome to backcourt", "", true},
	[DIALOG_IMPORT] = {64, fill_import, "importing", "Esc closes this; it goes on", false},
	[DIALOG_PACE] = {64, fill_pace, "the sample season is in", "", true},
	[DIALOG_QUIT] = {64, dialog_fill_quit, "quit", "", true},
	[DIALOG_KILL] = {64, dialog_fill_kill, "stop at once", "", true},
	[DIALOG_FREEZE] = {76, dialog_fill_freeze, "freeze", "", true},
	[DIALOG_STOP_OUTSIDE] = {76, dialog_fill_outside, NULL, "", true},
	[DIALOG_KILL_OUTSIDE] = {76, dialog_fill_outside, NULL, "", true},
	[DIALOG_LAUNCH] = {116, dialog_fill_launch, "about to start",
		"Enter start   c copy   Esc cancel", false},
	[DIALOG_HELP] = {118, dialog_fill_help, NULL, "arrows scroll   Esc closes", false},
	[DIALOG_WHY] = {116, dialog_fill_why, NULL, "Enter cause   s start   c copy   Esc close",
		false},
	[DIALOG_FINDING] = {100, dialog_fill_finding, "finding", "arrows scroll   Esc closes",
		false},
	[DIALOG_FIX] = {88, dialog_fill_fix, "mend", "", true},
	[DIALOG_LOG] = {196, dialog_fill_log, NULL, "arrows scroll   c copy   Esc close", false},
	[DIALOG_ROWS] = {196, dialog_fill_rows, NULL,
		"arrows scroll   ] [ gap   w why   2 log   ^R again   c copy   Esc close", false},
	[DIALOG_PALETTE] = {76, dialog_fill_palette, "command", "Enter runs it   Esc closes",
		false},
	[DIALOG_SEARCH] = {64, fill_search, NULL, "Enter searches   Esc closes", .is_low = true},
	[DIALOG_FILTER] = {64, fill_filter, "filter the log", "Enter filters   Esc closes",
		.is_low = true},
	[DIALOG_EXCUSE] = {76, fill_excuse, NULL, "Enter excuses   Esc closes", false},
	[DIALOG_RETRY] = {64, fill_retry, "retry", "", true},
	[DIALOG_RANGE] = {64, fill_range, "range of dates", "Enter accepts   Esc closes", false},
	[DIALOG_SAVE_PLAN] = {64, fill_save_plan, "save the plan", "Enter writes it   Esc closes",
		false},
	[DIALOG_SETTINGS] = {108, dialog_fill_settings, "settings",
		"arrows move   Enter change   W write   Esc close", false},
	[DIALOG_SETTING] = {76, dialog_fill_setting, NULL, "Enter sets it   Esc back", false},
	[DIALOG_WRITE_SETTING] = {76, dialog_fill_write_setting, NULL, "", true},
	[DIALOG_RESUME] = {64, dialog_fill_resume, "unfinished work", "", true}};

static void write_excuse_title(const struct model *model, char title[TITLE_BYTES])
{
	char date[DATE_TEXT_BYTES];
	if (model_has_marks(model))
		text_copy(title, TITLE_BYTES, "excuse the marked cells");
	else
		snprintf(title, TITLE_BYTES, "excuse %s %s",
			model->pipeline->tables[model_selected_table(model)].name,
			date_format(model->view.date, date));
}

static void write_title(const struct scene *scene, char title[TITLE_BYTES])
{
	const struct model *model = scene->model;
	const struct pipeline_table *table = &model->pipeline->tables[model_selected_table(model)];
	enum dialog_id dialog = model->view.dialog;
	char date[DATE_TEXT_BYTES];
	if (dialogs[dialog].title != NULL)
		text_copy(title, TITLE_BYTES, dialogs[dialog].title);
	else if (dialog == DIALOG_STOP_OUTSIDE || dialog == DIALOG_KILL_OUTSIDE)
		snprintf(title, TITLE_BYTES, "%s a job that was not started here: %s",
			dialog == DIALOG_KILL_OUTSIDE ? "kill" : "stop", table->short_name);
	else if (dialog == DIALOG_HELP)
		snprintf(title, TITLE_BYTES, "help: %s", view_of(model->view.view)->name);
	else if (dialog == DIALOG_LOG)
		snprintf(title, TITLE_BYTES, "log: %s", table->name);
	else if (dialog == DIALOG_WHY || dialog == DIALOG_ROWS)
		snprintf(title, TITLE_BYTES, "%s: %s %s", dialog == DIALOG_WHY ? "why" : "rows",
			table->name, date_format(model->view.date, date));
	else if (dialog == DIALOG_SEARCH)
		text_copy(title, TITLE_BYTES, searches[model->view.view]);
	else if (dialog == DIALOG_EXCUSE)
		write_excuse_title(model, title);
	else
		dialog_setting_title(model, title, TITLE_BYTES);
}

bool dialog_asks(enum dialog_id dialog)
{
	return dialogs[dialog].asks;
}

int dialog_scroll_most(const struct model *model, const struct keymap *keymap)
{
	struct layout layout = layout_of_model(model);
	if (model->view.dialog == DIALOG_NONE || layout.size == LAYOUT_TOO_SMALL)
		return 0;
	struct canvas *canvas = canvas_new(model->width, model->height);
	struct scene scene = {
		.canvas = canvas, .model = model, .layout = &layout, .keymap = keymap};
	int most = dialog_hidden_rows(&scene, &dialogs[model->view.dialog]);
	canvas_free(canvas);
	return most;
}

void dialogs_paint(const struct scene *scene)
{
	enum dialog_id dialog = scene->model->view.dialog;
	if (dialog == DIALOG_NONE || scene->layout->size == LAYOUT_TOO_SMALL)
		return;
	char title[TITLE_BYTES] = "";
	write_title(scene, title);
	if (!dialogs[dialog].is_low)
		canvas_fade(scene->canvas);
	dialog_paint(scene, &dialogs[dialog], title);
}
