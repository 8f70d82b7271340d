#include "tui/dialog_parts.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TITLE_BYTES 128
#define LABEL_LEAST 60 /* columns of the text from which on labels stand beside it */

struct dialog {
	int width;
	void (*fill)(struct sheet *sheet);
	const char *note; /* in the bottom border */
	bool is_answered; /* its keys stand last: where there is no room for all, its end is seen */
};

bool dialog_reads_text(enum dialog_id dialog)
{
	return dialog == DIALOG_SEARCH || dialog == DIALOG_PALETTE || dialog == DIALOG_RANGE ||
	       dialog == DIALOG_SAVE_PLAN || dialog == DIALOG_FILTER || dialog == DIALOG_EXCUSE;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

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
	canvas_text_right(canvas, sheet->x, sheet->y, 6, PEN_ON(KEY, DIALOG), key);
	canvas_text_fit(
		canvas, sheet->x + 8, sheet->y++, sheet->width - 8, PEN_ON(TEXT, DIALOG), text);
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

static bool has_outside(const struct model *model)
{
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		if (model->tables[i].outside.pid != 0)
			return true;
	return false;
}

static void fill_quit_following(struct sheet *sheet)
{
	sheet_line(sheet, PEN(STRONG), "The run in the background goes on without you.");
	sheet_blank(sheet);
	sheet_paragraph(sheet, PEN(TEXT),
		"The next console follows it again. `backcourt stop` stops it from anywhere.");
	sheet_blank(sheet);
	sheet_key(sheet, ACTION_QUIT_NOW, "quit (Enter)");
	sheet_key(sheet, ACTION_CANCEL, "cancel (x stops the run, p pauses it)");
}

static void fill_resume(struct sheet *sheet)
{
	const struct model *model = sheet->scene->model;
	char text[96];
	snprintf(text, sizeof(text), "%lld %s left.", (long long)model->left,
		model->left == 1 ? "cell is" : "cells are");
	sheet_line(sheet, PEN(STRONG), text);
	sheet_blank(sheet);
	sheet_paragraph(sheet, PEN(TEXT),
		"Native work went on in the background and died before its end: killed, or with "
		"the machine. What it had written is intact.");
	sheet_blank(sheet);
	sheet_key(sheet, ACTION_ACCEPT, "go on with what is left");
	sheet_key(sheet, ACTION_CANCEL, "leave it (the gaps show what is missing)");
}

static void fill_quit(struct sheet *sheet)
{
	const struct model *model = sheet->scene->model;
	char text[128];
	int waiting = 0;
	if (model->follows) {
		fill_quit_following(sheet);
		return;
	}
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		waiting += model->tables[i].queued;
	if (model->busy_workers == 0 && waiting == 0) {
		sheet_line(sheet, PEN(STRONG), "Nothing is running. Quit backcourt?");
		sheet_blank(sheet);
		sheet_key(sheet, ACTION_QUIT_NOW, "quit (Enter)");
		sheet_key(sheet, ACTION_CANCEL, "cancel");
		return;
	}
	snprintf(text, sizeof(text), "%d %s, %d %s.", model->busy_workers,
		model->busy_workers == 1 ? "table is being worked on"
					 : "tables are being worked on",
		waiting, waiting == 1 ? "date waits" : "dates wait");
	sheet_line(sheet, PEN(STRONG), text);
	sheet_blank(sheet);
	sheet_paragraph(sheet, PEN(TEXT),
		"All of it can go on in the background: scripts as they are, native work once the "
		"dates in hand are finished. The next console follows it. Or it stops after the "
		"dates in hand. No date is ever half written.");
	sheet_blank(sheet);
	if (has_outside(model)) {
		sheet_paragraph(
			sheet, PEN(DIM), "Jobs that were started by hand go on in any case.");
		sheet_blank(sheet);
	}
	sheet_key(sheet, ACTION_QUIT_DETACH, "quit, and let the work go on");
	sheet_key(sheet, ACTION_QUIT_STOP, "stop after the dates in hand, then quit (Enter)");
	sheet_key(sheet, ACTION_QUIT_NOW, "quit at once: the dates in hand are dropped");
	sheet_key(sheet, ACTION_CANCEL, "cancel");
}

/* The selected table, and the date that it has in hand. */
static void add_date_in_hand(struct sheet *sheet, const char *when_none)
{
	const struct model *model = sheet->scene->model;
	size_t table = model_selected_table(model);
	char text[192], date[DATE_TEXT_BYTES];
	snprintf(text, sizeof(text), "%s  %s", model->pipeline->tables[table].name,
		model->tables[table].date == DATE_NONE
			? when_none
			: date_format(model->tables[table].date, date));
	sheet_line(sheet, PEN(STRONG), text);
	sheet_blank(sheet);
}

static void fill_kill(struct sheet *sheet)
{
	add_date_in_hand(sheet, "waits");
	sheet_paragraph(sheet, PEN(TEXT),
		"The date in hand is rolled back: it stays as it was. The dates that wait leave "
		"the queue.");
	sheet_blank(sheet);
	sheet_key(sheet, ACTION_QUIT_NOW, "stop at once");
	sheet_key(sheet, ACTION_CANCEL, "cancel (x stops gently, after the date)");
}

static void fill_freeze(struct sheet *sheet)
{
	add_date_in_hand(sheet, "between two dates");
	sheet_paragraph(sheet, PEN(TEXT),
		"Its processes stop where they are (SIGSTOP), also between delete and load, and go "
		"on when they are woken. Its timeout and the silent check stand still.");
	sheet_paragraph(sheet, PEN(WARNING),
		"Connections may break when that takes more than a few minutes: after 5 you are "
		"warned.");
	sheet_blank(sheet);
	sheet_key(sheet, ACTION_QUIT_NOW, "freeze it (the same key wakes it)");
	sheet_key(sheet, ACTION_CANCEL, "cancel (a pause waits for the end of the date)");
}

static void add_process(struct sheet *sheet, const struct outside_job *job)
{
	char text[EVENT_TEXT_BYTES + 64], at[CLOCK_TEXT_BYTES], day[DATE_TEXT_BYTES];
	snprintf(text, sizeof(text), "process %d of %s, since %s %s", job->pid, job->user,
		date_format(clock_local_date(job->started_ms), day),
		clock_format_time(job->started_ms, at));
	sheet_line(sheet, PEN(STRONG), text);
	sheet_blank(sheet);
	sheet_paragraph(sheet, PEN(TEXT), job->line);
	sheet_blank(sheet);
}

static void fill_outside(struct sheet *sheet)
{
	const struct model *model = sheet->scene->model;
	const struct outside_job *job = &model->tables[model_selected_table(model)].outside;
	bool kills = model->view.dialog == DIALOG_KILL_OUTSIDE;
	if (job->pid == 0) {
		sheet_paragraph(sheet, PEN(STRONG), "It has ended: there is nothing to stop.");
		sheet_blank(sheet);
		sheet_key(sheet, ACTION_CANCEL, "close");
		return;
	}
	add_process(sheet, job);
	sheet_paragraph(sheet, PEN(WARNING),
		"This job was started by somebody else. The signal goes to this process and to all "
		"that it has started; a tee beside it ends by itself.");
	sheet_paragraph(sheet, PEN(TEXT),
		kills ? "KILL, at once: a date between its delete and its load loses its rows."
		      : "TERM after the date in hand: when its verdict is in the log, before "
			"the next delete.");
	sheet_blank(sheet);
	sheet_key(sheet, ACTION_QUIT_NOW, kills ? "kill it" : "stop it after the date in hand");
	sheet_key(sheet, ACTION_CANCEL, "cancel: it goes on");
}

/* Whom a failing attempt would lock out has to be known before. */
static void fill_retry(struct sheet *sheet)
{
	const struct model *model = sheet->scene->model;
	size_t table = model_selected_table(model);
	struct table_summary summary = coverage_summary(model->coverage, table);
	struct buffer text = {0};
	sheet_line(sheet, PEN(STRONG), model->pipeline->tables[table].name);
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
	if (sheet->scene->model->view.view == VIEW_EVENTS) {
		fill_typed(sheet, "& ",
			"a regular expression over who, table, date and text; ! before it hides "
			"what has it; empty shows all");
		return;
	}
	fill_typed(sheet, "/", "a regular expression; capitals make it exact; n and N go on");
}

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

static const struct dialog dialogs[] = {[DIALOG_SAMPLE] = {64, fill_sample, "", true},
	[DIALOG_IMPORT] = {64, fill_import, "", false},
	[DIALOG_PACE] = {64, fill_pace, "", true},
	[DIALOG_QUIT] = {64, fill_quit, "", true},
	[DIALOG_KILL] = {64, fill_kill, "", true},
	[DIALOG_FREEZE] = {76, fill_freeze, "", true},
	[DIALOG_STOP_OUTSIDE] = {76, fill_outside, "", true},
	[DIALOG_KILL_OUTSIDE] = {76, fill_outside, "", true},
	[DIALOG_LAUNCH] = {116, dialog_fill_launch, "Enter start   c copy   Esc cancel", false},
	[DIALOG_HELP] = {118, dialog_fill_help, "arrows scroll   Esc closes", false},
	[DIALOG_WHY] = {116, dialog_fill_why, "Enter cause   s start   c copy   Esc close", false},
	[DIALOG_FINDING] = {100, dialog_fill_finding, "arrows scroll   Esc closes", false},
	[DIALOG_FIX] = {88, dialog_fill_fix, "", true},
	[DIALOG_LOG] = {196, dialog_fill_log, "arrows scroll   c copy   Esc close", false},
	[DIALOG_ROWS] = {196, dialog_fill_rows,
		"arrows scroll   ] [ gap   w why   2 log   ^R again   c copy   Esc close", false},
	[DIALOG_PALETTE] = {76, dialog_fill_palette, "Enter runs it   Esc closes", false},
	[DIALOG_SEARCH] = {64, fill_search, "Enter searches   Esc closes", false},
	[DIALOG_FILTER] = {64, fill_filter, "Enter filters   Esc closes", false},
	[DIALOG_EXCUSE] = {76, fill_excuse, "Enter excuses   Esc closes", false},
	[DIALOG_RETRY] = {64, fill_retry, "", true},
	[DIALOG_RANGE] = {64, fill_range, "Enter accepts   Esc closes", false},
	[DIALOG_SAVE_PLAN] = {64, fill_save_plan, "Enter writes it   Esc closes", false},
	[DIALOG_RESUME] = {64, fill_resume, "", true}};

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
	char date[DATE_TEXT_BYTES];
	switch (model->view.dialog) {
	case DIALOG_NONE:
		break;
	case DIALOG_SAMPLE:
		text_copy(title, TITLE_BYTES, "welcome to backcourt");
		break;
	case DIALOG_IMPORT:
		text_copy(title, TITLE_BYTES, "importing");
		break;
	case DIALOG_PACE:
		text_copy(title, TITLE_BYTES, "the sample season is in");
		break;
	case DIALOG_QUIT:
		text_copy(title, TITLE_BYTES, "quit");
		break;
	case DIALOG_RESUME:
		text_copy(title, TITLE_BYTES, "unfinished work");
		break;
	case DIALOG_KILL:
		text_copy(title, TITLE_BYTES, "stop at once");
		break;
	case DIALOG_FREEZE:
		text_copy(title, TITLE_BYTES, "freeze");
		break;
	case DIALOG_LAUNCH:
		text_copy(title, TITLE_BYTES, "about to start");
		break;
	case DIALOG_STOP_OUTSIDE:
	case DIALOG_KILL_OUTSIDE:
		snprintf(title, TITLE_BYTES, "%s a job that was not started here: %s",
			model->view.dialog == DIALOG_KILL_OUTSIDE ? "kill" : "stop",
			model->pipeline->tables[model_selected_table(model)].short_name);
		break;
	case DIALOG_HELP:
		snprintf(title, TITLE_BYTES, "help: %s", view_of(model->view.view)->name);
		break;
	case DIALOG_WHY:
		snprintf(title, TITLE_BYTES, "why: %s %s",
			model->pipeline->tables[model_selected_table(model)].name,
			date_format(model->view.date, date));
		break;
	case DIALOG_FINDING:
		text_copy(title, TITLE_BYTES, "finding");
		break;
	case DIALOG_FIX:
		text_copy(title, TITLE_BYTES, "mend");
		break;
	case DIALOG_LOG:
		snprintf(title, TITLE_BYTES, "log: %s",
			model->pipeline->tables[model_selected_table(model)].name);
		break;
	case DIALOG_ROWS:
		snprintf(title, TITLE_BYTES, "rows: %s %s",
			model->pipeline->tables[model_selected_table(model)].name,
			date_format(model->view.date, date));
		break;
	case DIALOG_PALETTE:
		text_copy(title, TITLE_BYTES, "command");
		break;
	case DIALOG_SEARCH:
		text_copy(title, TITLE_BYTES,
			model->view.view == VIEW_EVENTS ? "filter the events" : "search the log");
		break;
	case DIALOG_FILTER:
		text_copy(title, TITLE_BYTES, "filter the log");
		break;
	case DIALOG_EXCUSE:
		write_excuse_title(model, title);
		break;
	case DIALOG_RETRY:
		text_copy(title, TITLE_BYTES, "retry");
		break;
	case DIALOG_RANGE:
		text_copy(title, TITLE_BYTES, "range of dates");
		break;
	case DIALOG_SAVE_PLAN:
		text_copy(title, TITLE_BYTES, "save the plan");
		break;
	}
}

/* Rows of the text when there is room for all of it. */
static int measure(const struct scene *scene, const struct dialog *dialog, struct rect text)
{
	struct sheet sheet = {scene, text.x, text.width, 0, text.height};
	struct rect before = canvas_clip(scene->canvas, (struct rect){0});
	dialog->fill(&sheet);
	canvas_clip(scene->canvas, before);
	return sheet.y;
}

/* A dialog with much room has a blank line inside its border. */
static struct rect text_of(struct rect frame, int padding)
{
	struct rect text = rect_inside(frame);
	text.x += 2;
	text.width -= 4;
	text.y += padding;
	text.height -= 2 * padding;
	return text;
}

static void paint(const struct scene *scene, const struct dialog *dialog)
{
	struct canvas *canvas = scene->canvas;
	char title[TITLE_BYTES] = "";
	struct rect frame = {
		.width = least(dialog->width, canvas->width), .height = canvas->height};
	int rows = measure(scene, dialog, text_of(frame, 0));
	int padding = rows + 4 <= canvas->height ? 1 : 0;
	frame.height = least(rows + 2 + 2 * padding, canvas->height);
	frame.x = (canvas->width - frame.width) / 2;
	frame.y = (canvas->height - frame.height) / 2;
	write_title(scene, title);
	canvas_fill(canvas, frame, PEN_ON(DIALOG, DIALOG));
	canvas_frame(canvas, frame, PEN_ON(DIALOG_FRAME, DIALOG), title);
	canvas_frame_note(canvas, frame, true, PEN_ON(DIM, DIALOG), dialog->note);
	struct rect text = text_of(frame, padding);
	int hidden = rows - text.height;
	int scroll = least(dialog->is_answered ? rows : scene->model->view.scroll, hidden);
	if (model_shows_end_of_log(scene->model))
		scroll = hidden + scene->model->view.scroll;
	struct sheet sheet = {
		scene, text.x, text.width, text.y - (scroll > 0 ? scroll : 0), text.height};
	struct rect before = canvas_clip(canvas, text);
	dialog->fill(&sheet);
	canvas_clip(canvas, before);
}

void dialogs_paint(const struct scene *scene)
{
	enum dialog_id dialog = scene->model->view.dialog;
	if (dialog == DIALOG_NONE || scene->layout->size == LAYOUT_TOO_SMALL)
		return;
	canvas_fade(scene->canvas);
	paint(scene, &dialogs[dialog]);
}
