#include "witness/audit.h"
#include "base/clock.h"
#include "coverage/failures.h"
#include "tui/parts.h"

#include <stdio.h>
#include <string.h>

/* Who did what, when, and how it ended: newest first. */

#define TIME_WIDTH  15 /* "11-26 14:05:31 " */
#define CLOCK_WIDTH 9
#define WHO_MOST    18
#define DATE_WIDTH  6
#define TITLE_BYTES 96
#define WHO_BYTES   96

struct columns {
	int time, name, date, who, who_width, text;
};

static struct columns place_columns(const struct scene *scene)
{
	struct columns c = {.time = 1};
	c.name = c.time + (scene->layout->size > LAYOUT_TINY ? TIME_WIDTH : CLOCK_WIDTH) + 1;
	c.date = c.name + part_short_names(scene->model->pipeline, "") + 1;
	c.who = c.date + DATE_WIDTH + 1;
	c.who_width = scene->layout->size >= LAYOUT_NORMAL ? WHO_MOST : 0;
	c.text = c.who + c.who_width;
	return c;
}

/* The day where it is not today's. */
static void format_time(const struct scene *scene, int64_t at_ms, char into[CLOCK_TEXT_BYTES])
{
	char day[DATE_TEXT_BYTES], clock[CLOCK_TEXT_BYTES];
	date_t date = clock_local_date(at_ms);
	clock_format_time(at_ms, clock);
	if (date == clock_local_date(scene->model->now_ms))
		snprintf(into, CLOCK_TEXT_BYTES, "      %s", clock);
	else
		snprintf(into, CLOCK_TEXT_BYTES, "%s %s", date_format_short(date, day), clock);
}

/* Without the table and the date that have columns of their own: events of this session, which the
 * Overview shows without columns, begin with them. */
static const char *text_of(const struct model *model, const struct audit_line *event)
{
	const char *text = event->text;
	char day[DATE_TEXT_BYTES];
	if (event->table < 0)
		return text;
	const char *name = model->pipeline->tables[event->table].short_name;
	size_t length = strlen(name);
	if (strncmp(text, name, length) != 0 || (text[length] != ':' && text[length] != ' '))
		return text;
	text += length;
	text += strspn(text, ": ");
	if (event->date == DATE_NONE)
		return text;
	length = strlen(date_format(event->date, day));
	return strncmp(text, day, length) == 0 ? text + length + strspn(text + length, " ") : text;
}

/* In a narrow list the person stands before the text, without the host. */
static void paint_text(const struct scene *scene, struct rect line, const struct columns *c,
	const struct audit_line *event)
{
	struct canvas *canvas = scene->canvas;
	int x = line.x + c->text, end = line.x + line.width - 1;
	char who[WHO_BYTES];
	if (c->who_width > 0)
		canvas_text_fit(
			canvas, line.x + c->who, line.y, c->who_width - 1, PEN(DIM), event->who);
	else if (event->who[0] != '\0') {
		size_t length = strcspn(event->who, "@");
		snprintf(who, sizeof(who), "%.*s:", (int)length, event->who);
		x += canvas_text_fit(canvas, x, line.y, WHO_MOST, PEN(DIM), who) + 1;
	}
	canvas_text_fit(canvas, x, line.y, end - x, part_severity(event->severity),
		text_of(scene->model, event));
}

static void paint_line(const struct scene *scene, struct rect line, const struct columns *c,
	const struct audit_line *event)
{
	const struct model *model = scene->model;
	struct canvas *canvas = scene->canvas;
	char text[CLOCK_TEXT_BYTES];
	if (scene->layout->size > LAYOUT_TINY)
		format_time(scene, event->at_ms, text);
	else
		clock_format_time(event->at_ms, text);
	canvas_text(canvas, line.x + c->time, line.y, PEN(FAINT), text);
	if (event->table >= 0)
		canvas_text(canvas, line.x + c->name, line.y, PEN(HEADING),
			model->pipeline->tables[event->table].short_name);
	if (event->date != DATE_NONE)
		canvas_text(canvas, line.x + c->date, line.y, PEN(TEXT),
			date_format_short(event->date, text));
	paint_text(scene, line, c, event);
}

static void paint_lines(const struct scene *scene, struct rect rect, const struct columns *c)
{
	size_t count, hidden, groups = model_failures(scene->model)->count;
	const struct audit_line *lines = model_trail(scene->model, &count, &hidden);
	size_t cursor = model_events_row(scene->model), first = 0;
	size_t rows = rect.height > 0 ? (size_t)rect.height : 0;
	bool is_here = cursor >= groups;
	if (is_here && cursor - groups >= rows && rows > 0)
		first = cursor - groups - rows + 1;
	for (size_t i = 0; i < rows && first + i < count; i++) {
		struct rect line = {rect.x, rect.y + (int)i, rect.width, 1};
		part_spot_row(scene, line, groups + first + i);
		paint_line(scene, line, c, &lines[first + i]);
		if (!is_here || cursor - groups != first + i)
			continue;
		canvas_glyph(scene->canvas, line.x, line.y, PEN(FRAME_FOCUS), GLYPH_POINTER);
		canvas_ground(scene->canvas, line, ROLE_SELECTED);
	}
}

static void write_note(const struct model *model, size_t hidden, char note[TITLE_BYTES])
{
	if (model->view.lists[VIEW_EVENTS].filter[0] == '\0')
		text_copy(note, TITLE_BYTES, "& filters");
	else
		snprintf(note, TITLE_BYTES, "& %.40s  %zu hidden",
			model->view.lists[VIEW_EVENTS].filter, hidden);
}

/* Where the log of the cursor's line lies, in the border below. */
static void paint_place(const struct scene *scene, struct rect area)
{
	size_t count, hidden, groups = model_failures(scene->model)->count;
	const struct audit_line *lines = model_trail(scene->model, &count, &hidden);
	size_t cursor = model_events_row(scene->model);
	struct buffer text = {0};
	if (cursor < groups || cursor - groups >= count || !scene->layout->framed ||
		lines[cursor - groups].log[0] == '\0')
		return;
	const struct audit_line *line = &lines[cursor - groups];
	buffer_add_text(&text, line->log);
	if (line->log_offset >= 0)
		buffer_add_format(&text, " from byte %lld", (long long)line->log_offset);
	canvas_frame_note(scene->canvas, area, true, PEN(DIM), buffer_text(&text));
	buffer_release(&text);
}

static void paint_nothing(const struct scene *scene, struct rect rect, size_t hidden)
{
	const struct audit *audit = scene->model->audit;
	const char *text = hidden > 0 ? "no event has that" : "nothing happened yet";
	canvas_text_fit(scene->canvas, rect.x + 1, rect.y, rect.width - 2, PEN(DIM),
		audit == NULL ? "asking the ledger" : text);
}

void part_trail(const struct scene *scene, struct rect area)
{
	const struct audit *audit = scene->model->audit;
	size_t count, hidden, groups = model_failures(scene->model)->count;
	char note[TITLE_BYTES];
	model_trail(scene->model, &count, &hidden);
	write_note(scene->model, hidden, note);
	struct rect rect =
		part_box(scene, area, "events", note, model_events_row(scene->model) >= groups);
	struct rect before = canvas_clip(scene->canvas, rect);
	struct columns columns = place_columns(scene);
	if (audit != NULL && audit->ledger_trouble[0] != '\0') {
		canvas_text_fit(scene->canvas, rect.x + 1, rect.y++, rect.width - 2, PEN(WARNING),
			audit->ledger_trouble);
		rect.height--;
	}
	if (count == 0)
		paint_nothing(scene, rect, hidden);
	else
		paint_lines(scene, rect, &columns);
	canvas_clip(scene->canvas, before);
	paint_place(scene, area);
}
