#include "base/clock.h"
#include "tui/parts.h"

#include <stdio.h>

#define NAME_WIDTH 32
#define DONE_WIDTH 9
#define PAGE_DAYS  14

static const enum action footer[] = {ACTION_NEXT_GAP, ACTION_NEXT_MONTH, ACTION_WHY, ACTION_START,
	ACTION_RETRY, ACTION_START_ALL, ACTION_PAUSE, ACTION_STOP, ACTION_OPEN, ACTION_RANGE,
	ACTION_REFRESH, ACTION_NONE};

static const char *const weekday_names[] = {"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"};

/* Which days are shown, and how wide. */
struct window {
	struct rect grid; /* without its frame */
	int name_width;
	int each;	    /* columns per day */
	date_t first, last; /* shown */
};

static int page(const struct model *model, const struct layout *layout)
{
	(void)model;
	(void)layout;
	return PAGE_DAYS;
}

/* The widest cells with which the whole range fits; else a window of days around the cursor. */
static struct window place_window(const struct scene *scene, struct rect grid)
{
	struct date_range range = scene->model->range;
	struct window window = {.grid = grid, .name_width = NAME_WIDTH};
	if (grid.width < 60)
		window.name_width = 12;
	int room = grid.width - window.name_width - DONE_WIDTH, days = date_range_days(range);
	window.each = days * 3 <= room ? 3 : 2;
	if (days * 2 > room && days <= room)
		window.each = grid.width >= LAYOUT_NORMAL_WIDTH ? 1 : 2;
	int fit = room / window.each;
	if (fit < 1)
		fit = 1;
	window.first = range.first;
	if (days > fit) {
		window.first = scene->model->view.date - fit / 2;
		if (window.first > range.last - fit + 1)
			window.first = range.last - fit + 1;
		if (window.first < range.first)
			window.first = range.first;
	}
	window.last = window.first + fit - 1 < range.last ? window.first + fit - 1 : range.last;
	return window;
}

static int column_of(const struct window *window, date_t date)
{
	return window->grid.x + window->name_width + (date - window->first) * window->each +
	       (window->each == 3 ? 1 : 0);
}

static const char *month_name(date_t date)
{
	static const char *const names[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	return names[date_month(date) - 1];
}

static void paint_months(const struct scene *scene, const struct window *window, int y)
{
	int free_from = window->grid.x;
	for (date_t date = window->first; date <= window->last; date++) {
		char text[16];
		int x = column_of(window, date);
		if ((date != window->first && date_day(date) != 1) || x < free_from)
			continue;
		snprintf(text, sizeof(text), "%s %d", month_name(date), date_year(date));
		if (x + 8 > window->grid.x + window->grid.width)
			break;
		free_from = x + canvas_text(scene->canvas, x, y, PEN(HEADING), text) + 1;
	}
}

/* Day numbers in one row of three columns, or in two rows of one digit. */
static void paint_days(const struct scene *scene, const struct window *window, int y)
{
	struct canvas *canvas = scene->canvas;
	for (date_t date = window->first; date <= window->last; date++) {
		int x = column_of(window, date), weekday = date_weekday(date);
		bool cursor = date == scene->model->view.date;
		struct pen pen = cursor ? PEN(STRONG) : weekday >= 5 ? PEN(WEEKEND) : PEN(TEXT);
		if (window->each == 3) {
			canvas_format(canvas, x - 1, y, pen, "%2d", date_day(date));
			canvas_format(canvas, x - 1, y + 1, pen, "%s", weekday_names[weekday]);
			continue;
		}
		canvas_format(canvas, x, y, pen, "%d", date_day(date) / 10);
		canvas_format(canvas, x, y + 1, pen, "%d", date_day(date) % 10);
	}
}

static void paint_games(const struct scene *scene, const struct window *window, int y)
{
	canvas_text_fit(scene->canvas, window->grid.x + 5, y, window->name_width - 6, PEN(HEADING),
		window->each == 3 ? "games" : "games (+ ten or more)");
	for (date_t date = window->first; date <= window->last; date++) {
		int games = calendar_day(scene->model->calendar, date).games;
		int x = column_of(window, date);
		if (games == 0)
			canvas_glyph(scene->canvas, x, y, PEN(FAINT), GLYPH_STATE_OFF);
		else if (window->each == 3)
			canvas_format(scene->canvas, x - 1, y, PEN(FAINT), "%2d", games);
		else
			canvas_format(
				scene->canvas, x, y, PEN(FAINT), games > 9 ? "+" : "%d", games);
	}
}

static void paint_cursor(const struct scene *scene, const struct window *window, int y)
{
	date_t date = scene->model->view.date;
	if (date < window->first || date > window->last)
		return;
	int x = column_of(window, date);
	const struct cell *cell =
		coverage_cell(scene->model->coverage, model_selected_table(scene->model), date);
	char letter[2] = {cell != NULL ? verdict_letter(cell->verdict) : ' ', '\0'};
	struct canvas *canvas = scene->canvas;
	canvas_text(canvas, x, y, PEN(CURSOR), letter);
	if (window->each < 2)
		return;
	if (x > window->grid.x + window->name_width)
		canvas_text(canvas, x - 1, y, PEN_ON(STRONG, SELECTED), "[");
	canvas_text(canvas, x + 1, y, PEN_ON(STRONG, SELECTED), "]");
}

static void paint_row(
	const struct scene *scene, const struct window *window, int y, size_t position)
{
	const struct model *model = scene->model;
	struct canvas *canvas = scene->canvas;
	size_t table = model->pipeline->order[position];
	const struct pipeline_table *definition = &model->pipeline->tables[table];
	bool selected = model->view.table == position;
	int x = window->grid.x;
	struct table_summary summary = coverage_summary(model->coverage, table);
	if (selected)
		canvas_glyph(canvas, x, y, PEN(STRONG), GLYPH_POINTER);
	bool named = window->name_width == NAME_WIDTH;
	if (named)
		canvas_format(canvas, x + 1, y, PEN(HEADING), "%d", definition->phase);
	canvas_text_fit(canvas, x + (named ? 3 : 1), y, window->name_width - 4,
		selected ? PEN(STRONG) : PEN(TEXT),
		named ? definition->name : definition->short_name);
	for (date_t date = window->first; date <= window->last; date++) {
		const struct cell *cell = coverage_cell(model->coverage, table, date);
		if (cell != NULL)
			part_cell(canvas, column_of(window, date), y, cell->verdict, 0, 0);
	}
	char done[24];
	snprintf(done, sizeof(done), "%d/%d", summary.complete, summary.expected);
	int end = window->grid.x + window->name_width +
		  (window->last - window->first + 1) * window->each;
	canvas_text_right(canvas, end + 1, y, DONE_WIDTH - 1,
		summary.complete > 0 && summary.complete == summary.expected ? PEN(GOOD)
									     : PEN(TEXT),
		done);
	if (!selected)
		return;
	canvas_ground(
		canvas, (struct rect){window->grid.x, y, window->grid.width, 1}, ROLE_SELECTED);
	paint_cursor(scene, window, y);
}

static void paint_phase(const struct scene *scene, struct rect line, size_t position)
{
	const struct pipeline *pipeline = scene->model->pipeline;
	const struct pipeline_table *table = &pipeline->tables[pipeline->order[position]];
	canvas_repeat(scene->canvas, line.x, line.y, line.width, PEN(FRAME), GLYPH_RULE);
	canvas_format(scene->canvas, line.x + 2, line.y, PEN(HEADING), " Phase %d  %s ",
		table->phase, table->dataset);
}

static void paint_grid(const struct scene *scene, struct rect rect)
{
	const struct pipeline *pipeline = scene->model->pipeline;
	struct window window = place_window(scene, rect);
	struct rect before = canvas_clip(scene->canvas, rect);
	paint_months(scene, &window, rect.y);
	paint_days(scene, &window, rect.y + 1);
	paint_games(scene, &window, rect.y + 3);
	int y = rect.y + 4, end = rect.y + rect.height;
	size_t rows = rect.height > 4 ? (size_t)rect.height - 4 : 0, first = 0;
	if (pipeline->table_count > rows && scene->model->view.table > rows / 2)
		first = scene->model->view.table - rows / 2;
	if (rows > 0 && pipeline->table_count > rows && first > pipeline->table_count - rows)
		first = pipeline->table_count - rows;
	for (size_t i = first; i < pipeline->table_count && y < end; i++, y++) {
		bool begins = i == 0 || pipeline->tables[pipeline->order[i]].phase !=
						pipeline->tables[pipeline->order[i - 1]].phase;
		if (scene->layout->grouped && begins)
			paint_phase(scene, (struct rect){rect.x, y++, rect.width, 1}, i);
		paint_row(scene, &window, y, i);
	}
	canvas_clip(scene->canvas, before);
}

struct detail {
	const struct scene *scene;
	struct rect rest;
};

static void add_detail(struct detail *detail, struct pen pen, const char *name, const char *text)
{
	if (detail->rest.height <= 0)
		return;
	canvas_text(detail->scene->canvas, detail->rest.x, detail->rest.y, PEN(DIM), name);
	canvas_text_fit(detail->scene->canvas, detail->rest.x + 11, detail->rest.y,
		detail->rest.width - 11, pen, text);
	detail->rest.y++;
	detail->rest.height--;
}

static void describe_rows(const struct cell *cell, struct buffer *into)
{
	if (cell->rows_known)
		buffer_add_format(into, "%lld rows", (long long)cell->rows);
	else
		buffer_add_text(into, "rows unknown");
	if (cell->expected < 0 || cell->expected_min > cell->expected_max)
		buffer_add_text(into, ", expected not known yet");
	else if (cell->expected_min != cell->expected_max)
		buffer_add_format(into, ", expected %lld (%lld to %lld)", (long long)cell->expected,
			(long long)cell->expected_min, (long long)cell->expected_max);
	else
		buffer_add_format(into, ", expected %lld", (long long)cell->expected);
	if (cell->distinct_keys >= 0)
		buffer_add_format(into, ", %lld keys", (long long)cell->distinct_keys);
	if (cell->critical_nulls > 0)
		buffer_add_format(into, ", %lld critical nulls", (long long)cell->critical_nulls);
}

static void describe_edges(const struct scene *scene, const size_t *tables, size_t count,
	date_t date, struct buffer *into)
{
	for (size_t i = 0; i < count; i++) {
		const struct cell *cell = coverage_cell(scene->model->coverage, tables[i], date);
		if (cell == NULL)
			continue;
		buffer_add_format(into, "%s%s %s", into->length > 0 ? "   " : "",
			scene->model->pipeline->tables[tables[i]].short_name,
			verdict_word(cell->verdict));
	}
}

static void describe_downstream(
	const struct scene *scene, size_t table, date_t date, struct buffer *into)
{
	const struct pipeline *pipeline = scene->model->pipeline;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		size_t other = pipeline->order[i];
		if (pipeline_depends_on(pipeline, other, table))
			describe_edges(scene, &other, 1, date, into);
	}
}

static void add_edges(struct detail *detail, size_t table, date_t date)
{
	const struct pipeline_table *definition = &detail->scene->model->pipeline->tables[table];
	struct buffer text = {0};
	describe_edges(
		detail->scene, definition->upstreams, definition->upstream_count, date, &text);
	add_detail(detail, PEN(TEXT), "upstreams", text.length > 0 ? text.bytes : "none");
	buffer_clear(&text);
	describe_edges(detail->scene, definition->guards, definition->guard_count, date, &text);
	if (text.length > 0)
		add_detail(detail, PEN(TEXT), "guards", text.bytes);
	buffer_clear(&text);
	describe_downstream(detail->scene, table, date, &text);
	if (text.length > 0)
		add_detail(detail, PEN(TEXT), "downstream", text.bytes);
	buffer_release(&text);
}

static void paint_detail(const struct scene *scene, struct rect rect)
{
	const struct model *model = scene->model;
	size_t table = model_selected_table(model);
	date_t date = model->view.date;
	const struct cell *cell = coverage_cell(model->coverage, table, date);
	struct detail detail = {scene, {rect.x + 1, rect.y, rect.width - 2, rect.height}};
	if (cell == NULL)
		return;
	struct buffer text = {0};
	char age[DURATION_TEXT_BYTES + 8];
	coverage_explain(model->coverage, table, date, &text);
	add_detail(&detail, PEN_VERDICT(cell->verdict), "state", buffer_text(&text));
	buffer_clear(&text);
	describe_rows(cell, &text);
	part_age(model, cell->checked_ms, age);
	buffer_add_format(&text, "   checked %s", age);
	add_detail(&detail, PEN(TEXT), "warehouse", buffer_text(&text));
	struct calendar_day day = calendar_day(model->calendar, date);
	buffer_clear(&text);
	buffer_add_format(&text, "%d games", day.games);
	if (day.season >= 0)
		buffer_add_format(&text, ", day %d of season %s", day.day_of_season + 1,
			model->pipeline->seasons[day.season].name);
	add_detail(&detail, PEN(TEXT), "schedule", buffer_text(&text));
	buffer_release(&text);
	add_edges(&detail, table, date);
	if (cell->attempt_words[0] != '\0')
		add_detail(&detail, PEN(ERROR), "last try", cell->attempt_words);
}

static void detail_title(const struct model *model, char *into, size_t room)
{
	char date[DATE_TEXT_BYTES];
	snprintf(into, room, "%s %s", model->pipeline->tables[model_selected_table(model)].name,
		date_format(model->view.date, date));
}

static void paint(const struct scene *scene)
{
	const struct rect *areas = scene->layout->areas;
	char title[128];
	size_t table = model_selected_table(scene->model);
	struct rect grid = areas[AREA_GRID];
	if (scene->layout->framed)
		grid = part_box(scene, grid, "coverage: tables in dependency order, dates",
			"arrows move", true);
	paint_grid(scene, grid);
	part_legend(scene, areas[AREA_LEGEND]);
	detail_title(scene->model, title, sizeof(title));
	if (areas[AREA_DETAIL].height > 1)
		paint_detail(scene, part_box(scene, areas[AREA_DETAIL], title,
					    "w tells the whole chain", false));
	if (areas[AREA_GAPS].height > 1)
		part_gaps(scene, part_box(scene, areas[AREA_GAPS], "gaps: what is open, and why",
					 "", false));
	if (areas[AREA_LOG].height < 3)
		return;
	snprintf(title, sizeof(title), "log: %s", scene->model->pipeline->tables[table].name);
	struct rect inside = part_box(scene, areas[AREA_LOG], title, "", false);
	inside.x++;
	inside.width -= 2;
	part_log(scene, inside, table, (struct part_log_options){.is_tail = true});
}

const struct view view_matrix = {
	.name = "Matrix", .places = "MJG", .footer = footer, .paint = paint, .page = page};
