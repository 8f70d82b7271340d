/* Before work ends: the console's, a table's, or that of somebody else; and what a dead run left.
 */
#include "tui/dialog_parts.h"

#include "base/clock.h"

#include <stdio.h>

static bool has_outside(const struct model *model)
{
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		if (model->tables[i].outside.pid != 0)
			return true;
	return false;
}

static void fill_quit_following(struct sheet *sheet)
{
	sheet_paragraph(sheet, PEN(STRONG), "The run in the background goes on without you.");
	sheet_blank(sheet);
	sheet_paragraph(sheet, PEN(TEXT),
		"The next console follows it again. `backcourt stop` stops it from anywhere.");
	sheet_blank(sheet);
	sheet_key(sheet, ACTION_QUIT_NOW, "quit (Enter)");
	sheet_key(sheet, ACTION_CANCEL, "cancel (x stops the run, p pauses it)");
}

void dialog_fill_resume(struct sheet *sheet)
{
	const struct model *model = sheet->scene->model;
	char text[96];
	snprintf(text, sizeof(text), "%lld %s left.", (long long)model->left,
		model->left == 1 ? "cell is" : "cells are");
	sheet_paragraph(sheet, PEN(STRONG), text);
	sheet_blank(sheet);
	sheet_paragraph(sheet, PEN(TEXT),
		"Native work went on in the background and died before its end: killed, or with "
		"the machine. What it had written is intact.");
	sheet_blank(sheet);
	sheet_key(sheet, ACTION_ACCEPT, "go on with what is left");
	sheet_key(sheet, ACTION_CANCEL, "leave it (the gaps show what is missing)");
}

void dialog_fill_quit(struct sheet *sheet)
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
		sheet_paragraph(sheet, PEN(STRONG), "Nothing is running. Quit backcourt?");
		sheet_blank(sheet);
		sheet_key(sheet, ACTION_QUIT_NOW, "quit (Enter)");
		sheet_key(sheet, ACTION_CANCEL, "cancel");
		return;
	}
	snprintf(text, sizeof(text), "%d %s, %d %s.", model->busy_workers,
		model->busy_workers == 1 ? "table is being worked on"
					 : "tables are being worked on",
		waiting, waiting == 1 ? "date waits" : "dates wait");
	sheet_paragraph(sheet, PEN(STRONG), text);
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
	sheet_key(sheet, ACTION_QUIT_DETACH, "quit, and let the work go on (Enter)");
	sheet_key(sheet, ACTION_QUIT_STOP, "stop after the dates in hand, then quit");
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
	sheet_paragraph(sheet, PEN(STRONG), text);
	sheet_blank(sheet);
}

void dialog_fill_kill(struct sheet *sheet)
{
	add_date_in_hand(sheet, "waits");
	sheet_paragraph(sheet, PEN(TEXT),
		"The date in hand is rolled back: it stays as it was. The dates that wait leave "
		"the queue.");
	sheet_blank(sheet);
	sheet_key(sheet, ACTION_QUIT_NOW, "stop at once");
	sheet_key(sheet, ACTION_CANCEL, "cancel (x stops gently, after the date)");
}

void dialog_fill_freeze(struct sheet *sheet)
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
	sheet_paragraph(sheet, PEN(STRONG), text);
	sheet_blank(sheet);
	sheet_paragraph(sheet, PEN(TEXT), job->line);
	sheet_blank(sheet);
}

void dialog_fill_outside(struct sheet *sheet)
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
