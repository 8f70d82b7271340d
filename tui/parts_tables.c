#include "base/clock.h"
#include "tui/parts.h"

#include <stdio.h>
#include <string.h>

/* Where the columns of the list are, counted from the left; a width of 0 leaves one out. */
struct columns {
	int sign, phase, name, name_width, state, bar, bar_width, percent, done, gaps, rate, eta,
		now, now_width;
};

#define NAME_WIDTH    29
#define STATE_WIDTH   9
#define PERCENT_WIDTH 4
#define DONE_WIDTH    7
#define GAPS_WIDTH    5
#define RATE_WIDTH    6
#define ETA_WIDTH     6
#define STRIP_NOW     44 /* columns of the second line that the date in hand takes */

static struct columns place_columns(int width)
{
	struct columns columns = {.sign = 1, .phase = 3, .name = 5, .name_width = NAME_WIDTH};
	bool roomy = width >= 98;
	if (width < 78)
		columns.name_width = width - 5 - DONE_WIDTH - PERCENT_WIDTH - 3;
	if (columns.name_width > NAME_WIDTH)
		columns.name_width = NAME_WIDTH;
	int x = columns.name + columns.name_width;
	int fixed = PERCENT_WIDTH + 1 + DONE_WIDTH;
	if (width >= 78) {
		columns.state = x;
		x += STATE_WIDTH;
		fixed += RATE_WIDTH + ETA_WIDTH + (roomy ? GAPS_WIDTH : 0);
		columns.bar_width = roomy ? 14 + (width - 98) / 3 : width - x - fixed - 1;
		if (columns.bar_width > 28)
			columns.bar_width = 28;
		columns.bar = x;
		x += columns.bar_width + 1;
	}
	columns.percent = x;
	columns.done = x += PERCENT_WIDTH + 1;
	x += DONE_WIDTH;
	if (columns.bar_width == 0)
		return columns;
	if (roomy) {
		columns.gaps = x;
		x += GAPS_WIDTH;
	}
	columns.rate = x;
	columns.eta = x += RATE_WIDTH;
	x += ETA_WIDTH;
	if (width - x > 12) {
		columns.now = x + 2;
		columns.now_width = width - columns.now - 1;
	}
	return columns;
}

static void paint_heading(const struct scene *scene, struct rect line, const struct columns *c)
{
	struct canvas *canvas = scene->canvas;
	struct pen pen = PEN(HEADING);
	int x = line.x, y = line.y;
	canvas_text(canvas, x + c->phase - 1, y, pen, "ph");
	canvas_text(canvas, x + c->name, y, pen, "table");
	canvas_text_right(canvas, x + c->done, y, DONE_WIDTH, pen, "dates");
	if (c->bar_width == 0)
		return;
	canvas_text(canvas, x + c->state, y, pen, "state");
	canvas_text(canvas, x + c->bar, y, pen, "progress");
	if (c->gaps > 0)
		canvas_text_right(canvas, x + c->gaps, y, GAPS_WIDTH, pen, "gaps");
	canvas_text_right(canvas, x + c->rate, y, RATE_WIDTH, pen, "/date");
	canvas_text_right(canvas, x + c->eta, y, ETA_WIDTH, pen, "ETA");
	if (c->now > 0)
		canvas_text(canvas, x + c->now, y, pen, "now / why");
}

static void paint_durations(const struct scene *scene, struct rect line, const struct columns *c,
	const struct table_status *status)
{
	struct canvas *canvas = scene->canvas;
	char text[DURATION_TEXT_BYTES];
	if (c->rate == 0)
		return;
	if (status->date_ms >= 0)
		canvas_text_right(canvas, line.x + c->rate, line.y, RATE_WIDTH, PEN(DIM),
			clock_format_duration(status->date_ms, text));
	else
		canvas_text_right(canvas, line.x + c->rate, line.y, RATE_WIDTH, PEN(FAINT), "-");
	if (status->eta_ms == 0)
		canvas_text_right(canvas, line.x + c->eta, line.y, ETA_WIDTH, PEN(FAINT), "-");
	else
		canvas_text_right(canvas, line.x + c->eta, line.y, ETA_WIDTH, PEN(TEXT),
			clock_format_duration(status->eta_ms, text));
}

static void paint_numbers(const struct scene *scene, struct rect line, const struct columns *c,
	const struct table_status *status)
{
	struct canvas *canvas = scene->canvas;
	char text[32];
	int percent = status_percent(&status->summary);
	struct pen pen = status->is_loud ? PEN(STRONG) : PEN(TEXT);
	snprintf(text, sizeof(text), percent < 0 ? "-" : "%d%%", percent);
	canvas_text_right(canvas, line.x + c->percent, line.y, PERCENT_WIDTH, pen, text);
	snprintf(text, sizeof(text), "%d/%d", status->summary.complete, status->summary.expected);
	canvas_text_right(canvas, line.x + c->done, line.y, DONE_WIDTH, PEN(TEXT), text);
	if (c->gaps == 0)
		return;
	snprintf(text, sizeof(text), "%d", status->summary.gaps);
	canvas_text_right(canvas, line.x + c->gaps, line.y, GAPS_WIDTH,
		status->summary.gaps > 0 ? PEN(TEXT) : PEN(FAINT),
		status->summary.gaps > 0 ? text : "0");
}

static void paint_bar(const struct scene *scene, struct rect line, const struct columns *c,
	const struct table_status *status)
{
	double expected = status->summary.expected;
	if (c->bar_width <= 0)
		return;
	part_bar(scene->canvas, line.x + c->bar, line.y, c->bar_width,
		expected > 0 ? status->summary.complete / expected : 0,
		expected > 0 ? status->part / expected : 0);
}

/* What does not fit into the first line goes to the second, beside the dates. */
static void paint_now(const struct scene *scene, struct rect line, size_t table,
	const struct columns *c, const struct table_status *status)
{
	struct canvas *canvas = scene->canvas;
	const struct table_model *job = &scene->model->tables[table];
	struct pen pen = status->is_loud ? PEN(TEXT) : PEN(DIM);
	struct buffer now = {0};
	int x = line.x + c->now, y = line.y, room = c->now_width;
	if (scene->layout->table_lines == 2 && job->date != DATE_NONE && job->run_dates > 0)
		buffer_add_format(
			&now, "run %u: %d of %d dates", job->run, job->run_done, job->run_dates);
	else
		model_now_or_why(scene->model, table, &now);
	if (scene->layout->table_lines == 2 &&
		canvas_text_width(canvas, buffer_text(&now)) > room) {
		x = line.x + line.width - STRIP_NOW;
		room = STRIP_NOW - 1;
		y++;
	}
	canvas_text_fit(canvas, x, y, room, pen, buffer_text(&now));
	buffer_release(&now);
}

static void paint_row(const struct scene *scene, struct rect line, size_t position,
	const struct columns *c, const struct table_status *status)
{
	struct canvas *canvas = scene->canvas;
	size_t table = scene->model->pipeline->order[position];
	const struct pipeline_table *definition = &scene->model->pipeline->tables[table];
	bool selected = scene->model->view.table == position;
	bool begins =
		position == 0 ||
		scene->model->pipeline->tables[scene->model->pipeline->order[position - 1]].phase !=
			definition->phase;
	if (selected)
		canvas_glyph(canvas, line.x, line.y, PEN(STRONG), GLYPH_POINTER);
	canvas_glyph(canvas, line.x + c->sign, line.y, PEN_VERDICT(status->sign),
		GLYPH_OF_VERDICT(status->sign));
	if (begins)
		canvas_format(
			canvas, line.x + c->phase, line.y, PEN(HEADING), "%d", definition->phase);
	canvas_text_fit(canvas, line.x + c->name, line.y, c->name_width - 1,
		selected ? PEN(STRONG) : PEN(TEXT), definition->name);
	if (c->state > 0)
		canvas_text_fit(canvas, line.x + c->state, line.y, STATE_WIDTH - 1,
			(struct pen){.role = (uint8_t)status->role}, status->word);
	paint_bar(scene, line, c, status);
	paint_numbers(scene, line, c, status);
	paint_durations(scene, line, c, status);
	if (c->now_width > 0)
		paint_now(scene, line, table, c, status);
}

/* The date in hand, with its own bar, at the right of the second line. */
static void paint_date_in_hand(const struct scene *scene, struct rect line, size_t table, int x)
{
	const struct table_model *job = &scene->model->tables[table];
	char date[DATE_TEXT_BYTES], count[32];
	int room = line.x + line.width - 1 - x;
	if (job->date == DATE_NONE || room < 12)
		return;
	canvas_text(scene->canvas, x, line.y, PEN(TEXT), date_format_short(job->date, date));
	if (job->total <= 0)
		return;
	snprintf(count, sizeof(count), "%d/%d", job->done, job->total);
	int width = room - 6 - 10;
	part_thin_bar(scene->canvas, x + 6, line.y, width, (double)job->done / job->total);
	canvas_text_right(scene->canvas, x + 6 + width, line.y, 10, PEN(DIM), count);
}

static void paint_second_line(
	const struct scene *scene, struct rect line, size_t position, const struct columns *c)
{
	struct canvas *canvas = scene->canvas;
	size_t table = scene->model->pipeline->order[position];
	char first[DATE_TEXT_BYTES], last[DATE_TEXT_BYTES];
	int x = line.x + c->name;
	int now = line.x + line.width - STRIP_NOW;
	int room = now - x - 6 - 8;
	canvas_text(
		canvas, x, line.y, PEN(FAINT), date_format_short(scene->model->range.first, first));
	int used =
		part_strip(scene, x + 6, line.y, room, table, scene->model->view.table == position);
	canvas_text(canvas, x + 6 + used + 1, line.y, PEN(FAINT),
		date_format_short(scene->model->range.last, last));
	paint_date_in_hand(scene, line, table, now);
}

static void paint_group(const struct scene *scene, struct rect line, size_t position)
{
	const struct pipeline *pipeline = scene->model->pipeline;
	const struct pipeline_table *first = &pipeline->tables[pipeline->order[position]];
	int expected = 0, complete = 0, tables = 0;
	for (size_t i = position; i < pipeline->table_count; i++) {
		size_t table = pipeline->order[i];
		if (pipeline->tables[table].phase != first->phase)
			break;
		struct table_summary summary = coverage_summary(scene->model->coverage, table);
		expected += summary.expected;
		complete += summary.complete;
		tables++;
	}
	char text[160];
	snprintf(text, sizeof(text), " Phase %d  %s  %d tables  %d/%d dates ", first->phase,
		first->dataset, tables, complete, expected);
	canvas_repeat(scene->canvas, line.x, line.y, line.width, PEN(FRAME), GLYPH_RULE);
	canvas_text_fit(scene->canvas, line.x + 2, line.y, line.width - 4, PEN(HEADING), text);
}

/* The first table shown, so that the selected one is. */
static size_t first_shown(const struct scene *scene, int rows)
{
	int lines = scene->layout->table_lines;
	size_t fit = rows > lines ? (size_t)(rows / lines) : 1;
	size_t selected = scene->model->view.table, count = scene->model->pipeline->table_count;
	if (count <= fit || selected < fit / 2)
		return 0;
	size_t first = selected - fit / 2;
	return first > count - fit ? count - fit : first;
}

static bool begins_group(const struct pipeline *pipeline, size_t position)
{
	return position == 0 || pipeline->tables[pipeline->order[position]].phase !=
					pipeline->tables[pipeline->order[position - 1]].phase;
}

void part_tables(const struct scene *scene, struct rect rect)
{
	const struct pipeline *pipeline = scene->model->pipeline;
	struct columns columns = place_columns(rect.width);
	struct rect before = canvas_clip(scene->canvas, rect);
	struct rect line = {rect.x, rect.y, rect.width, 1};
	int end = rect.y + rect.height;
	paint_heading(scene, line, &columns);
	line.y++;
	for (size_t i = first_shown(scene, rect.height - 1);
		i < pipeline->table_count && line.y < end; i++) {
		struct table_status status = status_of_table(scene->model, pipeline->order[i]);
		struct rect row = {rect.x, line.y, rect.width, scene->layout->table_lines};
		if (scene->layout->grouped && begins_group(pipeline, i)) {
			paint_group(scene, line, i);
			row.y = ++line.y;
		}
		paint_row(scene, line, i, &columns, &status);
		line.y++;
		if (scene->layout->table_lines == 2) {
			paint_second_line(scene, line, i, &columns);
			line.y++;
		}
		if (scene->model->view.table == i)
			canvas_ground(scene->canvas, row, ROLE_SELECTED);
	}
	canvas_clip(scene->canvas, before);
}
