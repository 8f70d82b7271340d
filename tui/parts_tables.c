#include "base/clock.h"
#include "tui/parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SIGN_COLUMN    2
#define NAME_COLUMN    4
#define NAME_LEAST     12
#define NAME_MOST      32
#define STATE_WIDTH    9
#define PERCENT_WIDTH  5
#define DONE_WIDTH     8
#define GAPS_WIDTH     6
#define RATE_WIDTH     7
#define ETA_WIDTH      7
#define BAR_MOST       32
#define LISTED_WIDTH   78 /* below: name and numbers only */
#define ROOMY_WIDTH    98
#define NOW_LEAST      14
#define STRIP_WIDTH    43 /* a month and a half */
#define ELAPSED_FACTOR 3  /* a date in hand that takes that much longer than usual is shown so */

/* Where the columns of the list are, counted from the left; a width of 0 leaves one out. */
struct columns {
	int phase, name, name_width, state, bar, bar_width, percent, done, gaps, rate, eta, now,
		now_width;
	int second; /* where the second line goes on behind the strip */
};

struct row {
	const struct scene *scene;
	struct rect line;
	const struct columns *columns;
	size_t position, table;
	struct table_status status;
};

static int longest_name(const struct pipeline *pipeline)
{
	size_t longest = NAME_LEAST;
	for (size_t i = 0; i < pipeline->table_count; i++)
		if (strlen(pipeline->tables[i].name) > longest)
			longest = strlen(pipeline->tables[i].name);
	return longest < NAME_MOST ? (int)longest + 1 : NAME_MOST;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* The numbers right of the bar, from `x` on; returns where they end. */
static int place_numbers(struct columns *columns, int x, bool roomy)
{
	columns->percent = x;
	columns->done = x += PERCENT_WIDTH;
	x += DONE_WIDTH;
	if (roomy) {
		columns->gaps = x;
		x += GAPS_WIDTH;
	}
	columns->rate = x;
	columns->eta = x += RATE_WIDTH;
	return x + ETA_WIDTH;
}

static struct columns place_small(const struct scene *scene, int width)
{
	struct columns columns = {.name = NAME_COLUMN};
	int room = width - NAME_COLUMN - PERCENT_WIDTH - DONE_WIDTH - 1;
	columns.name_width = least(longest_name(scene->model->pipeline), room);
	columns.percent = NAME_COLUMN + columns.name_width;
	columns.done = columns.percent + PERCENT_WIDTH;
	return columns;
}

static struct columns place_columns(const struct scene *scene, int width)
{
	bool roomy = width >= ROOMY_WIDTH, two_lines = scene->layout->table_lines == 2;
	if (width < LISTED_WIDTH)
		return place_small(scene, width);
	struct columns columns = {.name = NAME_COLUMN};
	if (roomy && !scene->layout->grouped) {
		columns.phase = NAME_COLUMN;
		columns.name += 2;
	}
	columns.name_width = longest_name(scene->model->pipeline);
	columns.state = columns.name + columns.name_width;
	columns.bar = columns.state + STATE_WIDTH;
	columns.second = NAME_COLUMN + STRIP_WIDTH + 2;
	if (two_lines && roomy && columns.bar < columns.second)
		columns.bar = columns.second;
	int numbers = place_numbers(&(struct columns){0}, 0, roomy);
	columns.bar_width = least(width - columns.bar - numbers - 2, BAR_MOST);
	if (roomy && !two_lines)
		columns.bar_width = least(columns.bar_width, 10 + (width - ROOMY_WIDTH) / 4);
	int end = place_numbers(&columns, columns.bar + columns.bar_width + 1, roomy);
	if (!two_lines && width - end > NOW_LEAST + 3) {
		columns.now = end + 2;
		columns.now_width = width - columns.now - 1;
	}
	return columns;
}

/* In a list of names and numbers only, most columns that sort are not seen: it is said. */
static void paint_small_heading(
	const struct scene *scene, struct rect line, const struct columns *c)
{
	int sort = scene->model->view.lists[VIEW_OVERVIEW].sort;
	char text[32];
	bool is_seen = sort == SORT_PIPELINE || sort == SORT_NAME || sort == SORT_PROGRESS;
	snprintf(text, sizeof(text), is_seen ? "table" : "table, by %s",
		model_sort_row(VIEW_OVERVIEW, sort)->name);
	part_head(
		scene, (struct rect){line.x + c->name, line.y, c->name_width, 1}, SORT_NAME, text);
	part_head_right(scene, (struct rect){line.x + c->done, line.y, DONE_WIDTH, 1},
		SORT_PROGRESS, "dates");
}

static void paint_heading(const struct scene *scene, struct rect line, const struct columns *c)
{
	int x = line.x, y = line.y;
	if (c->bar_width <= 0) {
		paint_small_heading(scene, line, c);
		return;
	}
	if (c->phase > 0)
		canvas_text(scene->canvas, x + c->phase - 1, y, PEN(HEADING), "ph");
	part_head(scene, (struct rect){x + c->name, y, c->name_width, 1}, SORT_NAME, "table");
	part_head(scene, (struct rect){x + c->state, y, STATE_WIDTH, 1}, SORT_STATE, "state");
	part_head(scene, (struct rect){x + c->bar, y, c->bar_width, 1}, SORT_PROGRESS, "progress");
	part_head_right(scene, (struct rect){x + c->done, y, DONE_WIDTH, 1},
		c->gaps > 0 ? SORT_PIPELINE : SORT_GAPS, "dates");
	if (c->gaps > 0)
		part_head_right(
			scene, (struct rect){x + c->gaps, y, GAPS_WIDTH, 1}, SORT_GAPS, "gaps");
	part_head_right(
		scene, (struct rect){x + c->rate, y, RATE_WIDTH, 1}, SORT_PIPELINE, "/date");
	part_head_right(scene, (struct rect){x + c->eta, y, ETA_WIDTH, 1}, SORT_ETA, "ETA");
	if (c->now > 0)
		canvas_text(scene->canvas, x + c->now, y, PEN(HEADING), "now / why");
}

static void paint_right(const struct row *row, int x, int width, struct pen pen, const char *text)
{
	canvas_text_right(row->scene->canvas, row->line.x + x, row->line.y, width, pen, text);
}

static void paint_durations(const struct row *row)
{
	const struct columns *c = row->columns;
	char text[DURATION_TEXT_BYTES], left[DURATION_TEXT_BYTES + 1];
	if (c->rate == 0)
		return;
	if (row->status.date_ms >= 0)
		paint_right(row, c->rate, RATE_WIDTH, PEN(DIM),
			clock_format_duration(row->status.date_ms, text));
	else
		paint_right(row, c->rate, RATE_WIDTH, PEN(FAINT), "-");
	if (row->status.eta_ms == 0)
		paint_right(row, c->eta, ETA_WIDTH, PEN(FAINT), "-");
	else
		paint_right(
			row, c->eta, ETA_WIDTH, PEN(TEXT), status_format_left(&row->status, left));
}

static bool is_finished(const struct table_summary *summary)
{
	return summary->expected > 0 && summary->complete == summary->expected;
}

/* What is finished recedes: the eye shall find what moves and what asks. */
static void paint_numbers(const struct row *row)
{
	const struct table_summary *summary = &row->status.summary;
	const struct columns *c = row->columns;
	char text[32];
	int percent = status_percent(summary);
	bool finished = is_finished(summary);
	snprintf(text, sizeof(text), percent < 0 ? "-" : "%d%%", percent);
	paint_right(row, c->percent, PERCENT_WIDTH,
		finished	      ? PEN(DIM)
		: row->status.is_loud ? PEN(STRONG)
				      : PEN(TEXT),
		text);
	snprintf(text, sizeof(text), "%d/%d", summary->complete, summary->expected);
	paint_right(row, c->done, DONE_WIDTH, finished ? PEN(DIM) : PEN(TEXT), text);
	if (c->gaps == 0)
		return;
	snprintf(text, sizeof(text), "%d", summary->gaps);
	paint_right(row, c->gaps, GAPS_WIDTH, summary->gaps > 0 ? PEN(TEXT) : PEN(FAINT), text);
}

static void paint_bar(const struct row *row)
{
	double expected = row->status.summary.expected;
	if (row->columns->bar_width <= 0)
		return;
	part_bar(row->scene->canvas, row->line.x + row->columns->bar, row->line.y,
		row->columns->bar_width, expected > 0 ? row->status.summary.complete / expected : 0,
		expected > 0 ? row->status.part / expected : 0);
}

static void paint_now(const struct row *row, int x, int room)
{
	const struct table_summary *summary = &row->status.summary;
	struct buffer now = {0};
	if (is_finished(summary) && !row->status.is_loud)
		buffer_add_format(&now, "%" PRId64 " rows", summary->rows);
	else
		model_now_or_why(row->scene->model, row->table, &now);
	canvas_text_fit(row->scene->canvas, row->line.x + x, row->line.y, room,
		row->status.is_loud ? PEN(TEXT) : PEN(DIM), buffer_text(&now));
	buffer_release(&now);
}

static bool begins_group(const struct pipeline *pipeline, size_t position)
{
	return position == 0 || pipeline->tables[pipeline->order[position]].phase !=
					pipeline->tables[pipeline->order[position - 1]].phase;
}

/* Once for each, but in every row where a sort mixes them. */
static bool shows_phase(const struct row *row)
{
	const struct model *model = row->scene->model;
	return model->view.lists[VIEW_OVERVIEW].sort != SORT_PIPELINE ||
	       begins_group(model->pipeline, row->position);
}

static void paint_row(const struct row *row)
{
	struct canvas *canvas = row->scene->canvas;
	const struct pipeline *pipeline = row->scene->model->pipeline;
	const struct pipeline_table *definition = &pipeline->tables[row->table];
	const struct columns *c = row->columns;
	bool selected = row->scene->model->view.table == row->position;
	int x = row->line.x, y = row->line.y;
	if (selected)
		canvas_glyph(canvas, x, y, PEN(FRAME_FOCUS), GLYPH_POINTER);
	part_cell(canvas, x + SIGN_COLUMN, y, row->status.sign,
		(struct part_cell_options){.is_dense = true});
	if (c->phase > 0 && shows_phase(row))
		canvas_format(canvas, x + c->phase, y, PEN(HEADING), "%d", definition->phase);
	part_name(canvas, x + c->name, y, c->name_width - 1, selected ? PEN(STRONG) : PEN(TEXT),
		definition->name);
	if (c->state > 0)
		canvas_text_fit(canvas, x + c->state, y, STATE_WIDTH - 1,
			is_finished(&row->status.summary) && !row->status.is_loud
				? PEN(DIM)
				: (struct pen){.role = (uint8_t)row->status.role},
			row->status.word);
	paint_bar(row);
	paint_numbers(row);
	paint_durations(row);
	if (c->now_width > 0)
		paint_now(row, c->now, c->now_width);
}

/* How long the date in hand takes so far, below the usual time of one. */
static void paint_elapsed(const struct row *row)
{
	const struct table_model *job = &row->scene->model->tables[row->table];
	int64_t elapsed = row->scene->model->now_ms - job->date_started_ms;
	char text[DURATION_TEXT_BYTES];
	bool slow = row->status.date_ms > 0 && elapsed > ELAPSED_FACTOR * row->status.date_ms;
	paint_right(row, row->columns->rate, RATE_WIDTH, slow ? PEN(WARNING) : PEN(TEXT),
		clock_format_duration(elapsed, text));
}

/* The dates, then the date in hand with its own bar below the table's; or why there is none. */
static void paint_second_line(const struct row *row)
{
	const struct table_model *job = &row->scene->model->tables[row->table];
	const struct columns *c = row->columns;
	struct canvas *canvas = row->scene->canvas;
	bool below_bar = c->bar == c->second;
	int x = c->second, width = row->line.width;
	part_strip(row->scene, row->line.x + NAME_COLUMN, row->line.y, STRIP_WIDTH, row->table);
	if (job->date == DATE_NONE) {
		paint_now(row, x, width - x - 1);
		return;
	}
	if (!below_bar) {
		paint_now(row, x, width - x - 1);
		return;
	}
	if (job->total > 0)
		part_thin_bar(canvas, row->line.x + x, row->line.y, c->bar_width,
			(double)job->done / job->total);
	x += c->bar_width + 2;
	paint_now(row, x, c->rate - x);
	paint_elapsed(row);
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
	snprintf(text, sizeof(text), " phase %d  %d %s  %d/%d dates ", first->phase, tables,
		tables == 1 ? "table" : "tables", complete, expected);
	canvas_repeat(scene->canvas, line.x + 1, line.y, line.width - 2, PEN(FRAME), GLYPH_RULE);
	canvas_text_fit(scene->canvas, line.x + NAME_COLUMN - 1, line.y, line.width - 6,
		PEN(HEADING), text);
}

void part_tables_shown(const struct scene *scene, struct rect rect, size_t *first, size_t *count)
{
	int lines = scene->layout->table_lines, rows = rect.height - 1;
	size_t fit = rows > lines ? (size_t)(rows / lines) : 1;
	size_t positions[PIPELINE_TABLES_MAX], total = model_sort_tables(scene->model, positions);
	size_t selected = model_sorted_row(scene->model, positions, total);
	*first = 0;
	*count = total < fit ? total : fit;
	if (total > fit && selected >= fit / 2)
		*first = selected - fit / 2;
	if (total > fit && *first > total - fit)
		*first = total - fit;
}

int part_tables_strip(const struct scene *scene, struct rect rect, int *x)
{
	struct columns columns = place_columns(scene, rect.width);
	*x = rect.x + NAME_COLUMN;
	return scene->layout->table_lines == 2 && columns.second > 0 ? STRIP_WIDTH : 0;
}

/* Returns the rows that it took. */
static int paint_table(
	const struct scene *scene, struct rect line, const struct columns *columns, size_t position)
{
	size_t table = scene->model->pipeline->order[position];
	struct row row = {
		scene, line, columns, position, table, status_of_table(scene->model, table)};
	int lines = scene->layout->table_lines;
	part_spot_cells(scene, (struct rect){line.x, line.y, line.width, lines}, table, NULL);
	paint_row(&row);
	row.line.y++;
	if (lines == 2)
		paint_second_line(&row);
	if (scene->model->view.table == position)
		canvas_ground(scene->canvas, (struct rect){line.x, line.y, line.width, lines},
			ROLE_SELECTED);
	return lines;
}

void part_tables(const struct scene *scene, struct rect rect)
{
	const struct pipeline *pipeline = scene->model->pipeline;
	size_t positions[PIPELINE_TABLES_MAX], total = model_sort_tables(scene->model, positions);
	struct columns columns = place_columns(scene, rect.width);
	struct rect before = canvas_clip(scene->canvas, rect);
	struct rect line = {rect.x, rect.y, rect.width, 1};
	size_t first, count;
	int end = rect.y + rect.height;
	part_tables_shown(scene, rect, &first, &count);
	paint_heading(scene, line, &columns);
	line.y++;
	for (size_t i = first; i < total && line.y < end; i++) {
		size_t position = positions[i];
		if (scene->layout->grouped && begins_group(pipeline, position))
			paint_group(
				scene, (struct rect){line.x, line.y++, line.width, 1}, position);
		line.y += paint_table(scene, line, &columns, position);
	}
	canvas_clip(scene->canvas, before);
}
