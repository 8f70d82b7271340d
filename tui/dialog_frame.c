/* The frame of a dialog, and which of its rows are seen. */
#include "tui/dialog_parts.h"

#include <stdio.h>
#include <string.h>

#define NOTE_BLANKS  3
#define ROWS_BELOW   2 /* of the screen: what needs somebody, and the keys */
#define SCROLLS_NOTE "arrows scroll"

/* Rows of the text that are seen one below the other. */
struct pane {
	struct rect rect;
	int first; /* row of the text in its top line */
};

/* What is read is one pane; what asks has the question, what is scrolled, and the answers. */
struct panes {
	struct pane items[3];
	int count;
	int scrolled_first, scrolled_shown, scrolled_end; /* rows */
	int hidden;					  /* of those that are scrolled */
	struct list_place list;
};

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* The sheet behind its last row, when there is room for all of it. */
static struct sheet measure(
	const struct scene *scene, const struct dialog *dialog, struct rect text)
{
	struct sheet sheet = {
		.scene = scene, .x = text.x, .width = text.width, .height = text.height};
	struct rect before = canvas_clip(scene->canvas, (struct rect){0});
	dialog->fill(&sheet);
	canvas_clip(scene->canvas, before);
	return sheet;
}

/* What lies under the dialog cannot be pointed at; a click beside one that is read closes it. */
static void cover_spots(const struct scene *scene, const struct dialog *dialog, struct rect frame)
{
	struct rect all = {0, 0, scene->canvas->width, scene->canvas->height};
	bool asks = dialog->asks || dialog_reads_text(scene->model->view.dialog);
	struct spot wheel = {.rect = all,
		.kind = SPOT_WHEEL,
		.wheel = {ACTION_UP, ACTION_DOWN, ACTION_LEFT, ACTION_RIGHT,
			scene->model->view.dialog == DIALOG_PALETTE ||
					scene->model->view.dialog == DIALOG_SETTINGS
				? 1
				: 3,
			false}};
	if (scene->spots == NULL)
		return;
	scene->spots->count = 0;
	spots_add(scene->spots, all, wheel);
	if (!asks)
		part_spot_key(scene, all, ACTION_CLOSE);
	spots_add(scene->spots, all, (struct spot){.rect = frame, .kind = SPOT_NOTHING});
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

static void add_pane(struct panes *panes, struct rect *text, int height, int first)
{
	struct rect rect = *text;
	rect.height = height;
	text->y += height;
	text->height -= height;
	panes->items[panes->count++] = (struct pane){rect, first};
}

/* The rows first..end in what `text` has left. */
static void add_scrolled(
	struct panes *panes, struct rect text, const struct model *model, int first, int end)
{
	int rows = end > first ? end - first : 0;
	int shown = least(rows, text.height), hidden = rows - shown;
	int scroll = least(model->view.scroll, hidden);
	if (model_shows_end_of_log(model))
		scroll = hidden + model->view.scroll;
	scroll = scroll > 0 ? scroll : 0;
	panes->scrolled_first = first + scroll;
	panes->scrolled_shown = shown;
	panes->scrolled_end = end;
	panes->hidden = hidden;
	add_pane(panes, &text, shown, first + scroll);
}

/* Where there is little room, the blank lines around the middle go first, then what stands below
 * the answers, and at last the question scrolls with the rest. */
static void split(
	struct panes *panes, const struct model *model, const struct sheet *all, struct rect text)
{
	int question = all->question, least_rows = all->answers - 1 > question + 1;
	int end = all->y;
	if (question + end - all->answers + least_rows > text.height)
		end = all->answered;
	int answers = least(end - all->answers, text.height);
	if (question > all->answers || question + answers + least_rows > text.height)
		question = 0;
	struct rect below = text;
	below.y += text.height - answers;
	text.height -= answers;
	add_pane(panes, &below, answers, end - answers);
	add_pane(panes, &text, question, 0);
	add_scrolled(panes, text, model, question + (question > 0), all->answers - 1);
}

/* "12-24 of 60", where not all lines are seen at once. Returns its columns. */
static int paint_place(const struct scene *scene, struct rect frame, const struct panes *panes)
{
	char text[48];
	struct list_place place = panes->list;
	if (panes->hidden > 0)
		place = (struct list_place){(size_t)panes->scrolled_first,
			(size_t)panes->scrolled_shown, (size_t)panes->scrolled_end};
	if (place.shown == 0 || place.shown >= place.count)
		return 0;
	int used = snprintf(text, sizeof(text), "%zu-%zu of %zu", place.first + 1,
		place.first + place.shown, place.count);
	canvas_frame_note(scene->canvas, frame, false, PEN_ON(DIM, DIALOG), text);
	return used;
}

/* As many of its keys as there is room for: the last is how to get out. */
static void paint_note(const struct scene *scene, struct rect frame, const char *note)
{
	const char *cut = note;
	while (canvas_text_width(scene->canvas, cut) > frame.width - 6) {
		const char *gap = strstr(cut, "   ");
		if (gap == NULL)
			return;
		cut = gap + NOTE_BLANKS;
	}
	canvas_frame_note(scene->canvas, frame, true, PEN_ON(DIM, DIALOG), cut);
}

static void paint_pane(
	const struct scene *scene, const struct dialog *dialog, const struct pane *pane)
{
	struct sheet sheet = {.scene = scene,
		.x = pane->rect.x,
		.width = pane->rect.width,
		.y = pane->rect.y - pane->first,
		.height = pane->rect.height};
	struct rect before = canvas_clip(scene->canvas, pane->rect);
	dialog->fill(&sheet);
	canvas_clip(scene->canvas, before);
}

/* Where the frame lies, and what is seen in it. */
static struct panes place(
	const struct scene *scene, const struct dialog *dialog, struct rect *frame)
{
	const struct canvas *canvas = scene->canvas;
	struct panes panes = {.count = 0};
	*frame = (struct rect){
		.width = least(dialog->width, canvas->width), .height = canvas->height};
	struct sheet all = measure(scene, dialog, text_of(*frame, 0));
	panes.list = all.place;
	int padding = all.y + 4 <= canvas->height ? 1 : 0;
	frame->height = least(all.y + 2 + 2 * padding, canvas->height);
	frame->x = (canvas->width - frame->width) / 2;
	frame->y = dialog->is_low ? canvas->height - frame->height - ROWS_BELOW
				  : (canvas->height - frame->height) / 2;
	frame->y = frame->y > 0 ? frame->y : 0;
	struct rect text = text_of(*frame, padding);
	if (dialog->asks && all.y > text.height)
		split(&panes, scene->model, &all, text);
	else
		add_scrolled(&panes, text, scene->model, 0, all.y);
	return panes;
}

int dialog_hidden_rows(const struct scene *scene, const struct dialog *dialog)
{
	struct rect frame;
	return place(scene, dialog, &frame).hidden;
}

void dialog_paint(const struct scene *scene, const struct dialog *dialog, const char *title)
{
	struct canvas *canvas = scene->canvas;
	struct rect frame;
	struct panes panes = place(scene, dialog, &frame);
	canvas_fill(canvas, frame, PEN_ON(DIALOG, DIALOG));
	canvas_frame(canvas, frame, PEN_ON(DIALOG_FRAME, DIALOG), "");
	int used = paint_place(scene, frame, &panes);
	canvas_frame_title(canvas, frame, PEN_ON(DIALOG_FRAME, DIALOG), title, used);
	paint_note(scene, frame, dialog->asks && panes.hidden > 0 ? SCROLLS_NOTE : dialog->note);
	cover_spots(scene, dialog, frame);
	for (int i = 0; i < panes.count; i++)
		paint_pane(scene, dialog, &panes.items[i]);
}
