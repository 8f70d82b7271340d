/*
 * dialog_parts: what tui/dialog*.c share: a sheet that is filled line by line. Nobody else includes
 * this.
 *
 * A dialog is filled first on a canvas that shows nothing, to see how high it is, then in its place
 * (tui/dialog_frame.c). What does not fit is scrolled by view.scroll. One that asks never hides its
 * question (what it says up to its first blank line) or its answers (from its first key on): what
 * lies between them is scrolled.
 */
#ifndef BACKCOURT_TUI_DIALOG_PARTS_H
#define BACKCOURT_TUI_DIALOG_PARTS_H

#include "tui/dialogs.h"
#include "tui/parts.h"

/* Which rows of a list that scrolls by its cursor are seen; 0 of 0 without one. */
struct list_place {
	size_t first, shown, count;
};

struct sheet {
	const struct scene *scene;
	int x, width; /* of the text */
	int y;	      /* of the next line */
	int height;   /* rows that are seen; of the text */
	int question; /* where its first blank line was, 0 before it */
	int answers;  /* where its first key was, 0 before it */
	int answered; /* behind its last key */
	struct list_place place;
};

struct dialog {
	int width;
	void (*fill)(struct sheet *sheet);
	const char *title; /* NULL: it names a table, a date, a view */
	const char *note;  /* in the bottom border: keys, three blanks between them */
	bool asks;	   /* its answers stand last */
	bool is_low;	   /* below, and nothing fades: what is looked through stays in sight */
};

/* tui/dialog_frame.c */
void dialog_paint(const struct scene *scene, const struct dialog *dialog, const char *title);
/* How far it can be scrolled. The canvas has the size of the screen; nothing is painted. */
int dialog_hidden_rows(const struct scene *scene, const struct dialog *dialog);

/* tui/dialog_sheet.c */
/* Everything on a dialog has its ground. */
struct pen on_dialog(struct pen pen);
void sheet_line(struct sheet *sheet, struct pen pen, const char *text);
void sheet_blank(struct sheet *sheet);
/* Bytes of the text that fit into `room` columns, up to a blank where there is one. */
size_t text_line_length(const struct canvas *canvas, const char *text, int room);
/* Words that do not fit go to the next line. */
void sheet_paragraph(struct sheet *sheet, struct pen pen, const char *text);
/* A key and what it does here. */
void sheet_key(struct sheet *sheet, enum action action, const char *text);
void sheet_field(struct sheet *sheet, const char *prompt, const char *typed);

/* The text right of its label, or below it where there is little room: fill the inner sheet, then
 * close it; a blank line follows. */
struct sheet sheet_open_section(struct sheet *sheet, const char *label);
void sheet_close_section(struct sheet *sheet, const struct sheet *inner);
#define SHEET_LABEL_WIDTH 11
#define SHEET_AGE_WIDTH	  9
/* How long ago, at the right end of the next line. */
void sheet_age(struct sheet *sheet, int64_t at_ms);

/* The sentence without the word that stands before it anyway. */
const char *without_verdict(enum verdict verdict, const char *sentence);

/* tui/dialog_leave.c */
void dialog_fill_quit(struct sheet *sheet);
void dialog_fill_resume(struct sheet *sheet);
void dialog_fill_kill(struct sheet *sheet);
void dialog_fill_freeze(struct sheet *sheet);
void dialog_fill_outside(struct sheet *sheet);

/* tui/dialog_launch.c */
void dialog_fill_launch(struct sheet *sheet);

/* tui/dialog_health.c */
void dialog_fill_finding(struct sheet *sheet);
void dialog_fill_fix(struct sheet *sheet);

/* tui/dialog_log.c */
void dialog_fill_log(struct sheet *sheet);

/* tui/dialog_rows.c */
void dialog_fill_rows(struct sheet *sheet);

/* tui/dialog_settings.c */
void dialog_fill_settings(struct sheet *sheet);
void dialog_fill_setting(struct sheet *sheet);
void dialog_fill_write_setting(struct sheet *sheet);
void dialog_setting_title(const struct model *model, char *title, size_t room);

/* tui/dialog_why.c */
void dialog_fill_why(struct sheet *sheet);

/* tui/dialog_read.c */
void dialog_fill_help(struct sheet *sheet);
void dialog_fill_palette(struct sheet *sheet);

#endif
