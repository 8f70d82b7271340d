#include "base/clock.h"
#include "tui/parts.h"

#include <stdio.h>
#include <string.h>

static const enum action footer[] = {ACTION_FOLLOW, ACTION_SEARCH, ACTION_FILTER,
	ACTION_SEARCH_NEXT, ACTION_NEXT_ERROR, ACTION_NEXT_DATE, ACTION_WRAP, ACTION_NEXT_TABLE,
	ACTION_START, ACTION_PAUSE, ACTION_STOP, ACTION_RETRY, ACTION_WHY, ACTION_COPY,
	ACTION_NONE};

static int page(const struct model *model, const struct layout *layout)
{
	(void)model;
	int rows = layout->areas[AREA_LOG].height - (layout->framed ? 2 : 1);
	return rows > 1 ? rows : 1;
}

static void log_note(
	const struct model *model, const struct table_log *log, char *into, size_t room)
{
	const struct view_state *view = &model->view;
	unsigned long long last = (unsigned long long)(log->next - 1);
	if (view->log_follow)
		snprintf(into, room, "following  line %llu", last);
	else
		snprintf(into, room, "line %llu/%llu  %llu new", (unsigned long long)view->log_top,
			last, (unsigned long long)view->log_new);
}

static void count_trouble(const struct table_log *log, int *errors, int *warnings)
{
	*errors = *warnings = 0;
	for (uint64_t number = log->first; number < log->next; number++) {
		char severity = log->lines[(number - 1) % MODEL_LOG_LINES_MAX].severity;
		*errors += severity == 'E';
		*warnings += severity == 'W';
	}
}

static void bottom_note(const struct scene *scene, const struct table_log *log, struct rect rect)
{
	const struct view_state *view = &scene->model->view;
	char note[512];
	int errors, warnings;
	count_trouble(log, &errors, &warnings);
	int used = snprintf(note, sizeof(note), "%d %s  %d %s  wrap %s", errors,
		errors == 1 ? "error" : "errors", warnings, warnings == 1 ? "warning" : "warnings",
		view->log_wrap ? "on" : "off");
	uint64_t noise = model_noise_count(scene->model, model_selected_table(scene->model));
	if (noise > 0 && used > 0)
		used += snprintf(note + used, sizeof(note) - (size_t)used, "  %llu noise %s (%s)",
			(unsigned long long)noise, view->log_noise ? "shown" : "hidden",
			keymap_first_key(scene->keymap, ACTION_NOISE));
	if (view->log_left > 0 && used > 0)
		used += snprintf(note + used, sizeof(note) - (size_t)used, "  from column %d",
			view->log_left + 1);
	if (view->search[0] != '\0' && used > 0)
		snprintf(note + used, sizeof(note) - (size_t)used, "  /%.60s", view->search);
	canvas_frame_note(scene->canvas, rect, true, PEN(DIM), note);
}

#define SUMMARY_STRIP	43
#define STATE_WIDTH	8
#define SUMMARY_NUMBERS 27 /* columns right of the bars */

/* The state of the table; where there is no room for everything, the numbers stay. */
static void paint_summary_table(const struct scene *scene, struct rect line, size_t table, int bar)
{
	struct canvas *canvas = scene->canvas;
	struct table_status status = status_of_table(scene->model, table);
	double expected = status.summary.expected > 0 ? status.summary.expected : 1;
	char eta[DURATION_TEXT_BYTES + 1], text[64];
	int width = line.width - bar - SUMMARY_NUMBERS, x = line.x + 1;
	canvas_glyph(canvas, x, line.y, PEN_VERDICT(status.sign), GLYPH_OF_VERDICT(status.sign));
	part_name(canvas, x + 2, line.y, bar - STATE_WIDTH - 5, PEN(STRONG),
		scene->model->pipeline->tables[table].name);
	canvas_text_fit(canvas, line.x + bar - STATE_WIDTH - 1, line.y, STATE_WIDTH,
		(struct pen){.role = (uint8_t)status.role}, status.word);
	part_bar(canvas, line.x + bar, line.y, width, status.summary.complete / expected,
		status.part / expected);
	int percent = status_percent(&status.summary);
	snprintf(text, sizeof(text), "%d%%", percent < 0 ? 0 : percent);
	x = line.x + bar + width;
	canvas_text_right(canvas, x, line.y, 5, PEN(STRONG), text);
	snprintf(text, sizeof(text), "%d/%d", status.summary.complete, status.summary.expected);
	canvas_text_right(canvas, x + 5, line.y, 9, PEN(TEXT), text);
	if (status.eta_ms == 0)
		return;
	snprintf(text, sizeof(text), "%s left", status_format_left(&status, eta));
	canvas_text_right(canvas, x + 14, line.y, SUMMARY_NUMBERS - 15, PEN(DIM), text);
}

/* The dates, and the date in hand below the bar of all. */
static void paint_summary_dates(const struct scene *scene, struct rect line, size_t table, int bar)
{
	struct canvas *canvas = scene->canvas;
	const struct table_model *job = &scene->model->tables[table];
	int width = line.width - bar - SUMMARY_NUMBERS, x = line.x + bar;
	struct buffer now = {0};
	part_strip(scene, line.x + 1, line.y, bar - 2, table);
	model_now_or_why(scene->model, table, &now);
	if (job->date != DATE_NONE && job->total > 0) {
		part_thin_bar(canvas, x, line.y, width, (double)job->done / job->total);
		x += width + 1;
	}
	canvas_text_fit(
		canvas, x, line.y, line.x + line.width - x - 1, PEN(TEXT), buffer_text(&now));
	buffer_release(&now);
}

/* Two lines above the log: how far the table and the date in hand are. */
static void paint_summary(const struct scene *scene, struct rect rect, size_t table)
{
	int half = rect.width / 2 + 1, bar = half < SUMMARY_STRIP + 3 ? half : SUMMARY_STRIP + 3;
	if (rect.height < 2)
		return;
	paint_summary_table(scene, (struct rect){rect.x, rect.y, rect.width, 1}, table, bar);
	paint_summary_dates(scene, (struct rect){rect.x, rect.y + 1, rect.width, 1}, table, bar);
}

struct facts {
	const struct scene *scene;
	struct rect rest;
};

static void add_fact(struct facts *facts, const char *name, struct pen pen, const char *text)
{
	if (facts->rest.height <= 0)
		return;
	canvas_text(facts->scene->canvas, facts->rest.x, facts->rest.y, PEN(DIM), name);
	canvas_text_fit(facts->scene->canvas, facts->rest.x + 14, facts->rest.y,
		facts->rest.width - 14, pen, text);
	facts->rest.y++;
	facts->rest.height--;
}

static void skip_line(struct facts *facts)
{
	facts->rest.y++;
	facts->rest.height--;
}

static void add_bars(struct facts *facts, size_t table, const struct table_status *status)
{
	const struct table_model *job = &facts->scene->model->tables[table];
	struct canvas *canvas = facts->scene->canvas;
	char text[64], date[DATE_TEXT_BYTES];
	double expected = status->summary.expected > 0 ? status->summary.expected : 1;
	snprintf(text, sizeof(text), "%d of %d, %d gaps", status->summary.complete,
		status->summary.expected, status->summary.gaps);
	add_fact(facts, "dates", PEN(TEXT), text);
	if (facts->rest.height > 0)
		part_bar(canvas, facts->rest.x, facts->rest.y, facts->rest.width,
			status->summary.complete / expected, status->part / expected);
	skip_line(facts);
	skip_line(facts);
	if (facts->rest.height > 0)
		part_strip(facts->scene, facts->rest.x, facts->rest.y, facts->rest.width, table);
	skip_line(facts);
	skip_line(facts);
	add_fact(facts, "date in hand", PEN(TEXT), date_format(job->date, date));
	if (job->total > 0 && facts->rest.height > 0) {
		part_thin_bar(canvas, facts->rest.x, facts->rest.y, facts->rest.width - 12,
			(double)job->done / job->total);
		canvas_format(canvas, facts->rest.x + facts->rest.width - 11, facts->rest.y,
			PEN(DIM), "%5d/%d", job->done, job->total);
	}
	skip_line(facts);
	skip_line(facts);
}

static void add_names(struct facts *facts, const char *what, const size_t *tables, size_t count)
{
	const struct model *model = facts->scene->model;
	for (size_t i = 0; i < count; i++) {
		struct table_status status = status_of_table(model, tables[i]);
		char text[128];
		snprintf(text, sizeof(text), "%s  %s", model->pipeline->tables[tables[i]].name,
			status.word);
		add_fact(facts, i == 0 ? what : "",
			status.summary.gaps == 0 ? PEN(TEXT) : PEN(STATE_BLOCKED), text);
	}
}

static void add_feeds(struct facts *facts, size_t table)
{
	const struct pipeline *pipeline = facts->scene->model->pipeline;
	struct buffer names = {0};
	for (size_t i = 0; i < pipeline->table_count; i++)
		if (pipeline_depends_on(pipeline, pipeline->order[i], table))
			buffer_add_format(&names, "%s%s", names.length > 0 ? "  " : "",
				pipeline->tables[pipeline->order[i]].short_name);
	if (names.length > 0)
		add_fact(facts, "feeds", PEN(TEXT), buffer_text(&names));
	buffer_release(&names);
}

static void add_date(struct facts *facts, size_t table, date_t date)
{
	const struct model *model = facts->scene->model;
	const struct cell *cell = coverage_cell(model->coverage, table, date);
	struct canvas *canvas = facts->scene->canvas;
	int x = facts->rest.x, y = facts->rest.y++;
	struct pen pen = PEN_VERDICT(cell->verdict);
	char text[64];
	facts->rest.height--;
	part_cell(canvas, x, y, cell->verdict, (struct part_cell_options){.is_dense = true});
	canvas_text(canvas, x + 2, y, date == model->tables[table].date ? PEN(STRONG) : PEN(TEXT),
		date_format_short(date, text));
	canvas_text(canvas, x + 9, y, pen, verdict_word(cell->verdict));
	if (!cell->rows_known || cell->rows == 0)
		return;
	if (cell->expected >= 0 && cell->expected != cell->rows)
		snprintf(text, sizeof(text), "%lld of %lld rows", (long long)cell->rows,
			(long long)cell->expected);
	else
		snprintf(text, sizeof(text), "%lld rows", (long long)cell->rows);
	canvas_text_right(canvas, x + 19, y, 22, PEN(DIM), text);
}

/* The dates around the one in hand, else around the first that is not complete. */
static void add_dates(struct facts *facts, size_t table)
{
	const struct model *model = facts->scene->model;
	struct date_range range = model->range;
	date_t middle = model->tables[table].date, first;
	for (date_t date = range.first; middle == DATE_NONE && date <= range.last; date++)
		if (verdict_is_gap(coverage_cell(model->coverage, table, date)->verdict))
			middle = date;
	if (middle == DATE_NONE)
		middle = range.last;
	first = middle - facts->rest.height / 2;
	if (first > range.last - facts->rest.height + 1)
		first = range.last - facts->rest.height + 1;
	if (first < range.first)
		first = range.first;
	for (date_t date = first; date <= range.last && facts->rest.height > 0; date++)
		add_date(facts, table, date);
}

static void paint_side(const struct scene *scene, struct rect rect, size_t table)
{
	const struct model *model = scene->model;
	const struct table_model *job = &model->tables[table];
	const struct pipeline_table *definition = &model->pipeline->tables[table];
	struct table_status status = status_of_table(model, table);
	struct facts facts = {scene, {rect.x + 1, rect.y, rect.width - 2, rect.height}};
	char text[EVENT_TEXT_BYTES + 16], age[DURATION_TEXT_BYTES + 8];
	struct buffer now = {0};
	add_fact(&facts, "state", (struct pen){.role = (uint8_t)status.role}, status.word);
	model_now_or_why(model, table, &now);
	add_fact(&facts, "now / why", PEN(TEXT), buffer_text(&now));
	buffer_release(&now);
	skip_line(&facts);
	add_bars(&facts, table, &status);
	add_fact(&facts, "a date takes", PEN(TEXT), clock_format_duration(status.date_ms, age));
	add_fact(&facts, "ETA", PEN(TEXT),
		status.eta_ms == 0 ? "nothing queued" : status_format_left(&status, age));
	snprintf(text, sizeof(text), "run %u: %d done, %d failed of %d", job->run, job->run_done,
		job->run_failed, job->run_dates);
	add_fact(&facts, "this run", PEN(TEXT), job->run == 0 ? "none in this session" : text);
	part_age(model, job->last_output_ms, age);
	add_fact(&facts, "last output", PEN(TEXT), age);
	snprintf(text, sizeof(text), "%lld in the range", (long long)status.summary.rows);
	add_fact(&facts, "rows", PEN(TEXT), text);
	if (job->trouble[0] != '\0')
		add_fact(&facts, "trouble", PEN(ERROR), job->trouble);
	skip_line(&facts);
	snprintf(text, sizeof(text), "%s.%s", definition->dataset, definition->name);
	add_fact(&facts, "table", PEN(TEXT), text);
	add_names(&facts, "upstreams", definition->upstreams, definition->upstream_count);
	add_names(&facts, "guards", definition->guards, definition->guard_count);
	add_feeds(&facts, table);
	skip_line(&facts);
	add_dates(&facts, table);
}

static void paint(const struct scene *scene)
{
	const struct rect *areas = scene->layout->areas;
	size_t table = model_selected_table(scene->model);
	const struct table_log *log = model_shown_log(scene->model, table);
	char note[64], title[192], date[DATE_TEXT_BYTES];
	paint_summary(scene, areas[AREA_SUMMARY], table);
	log_note(scene->model, log, note, sizeof(note));
	if (scene->model->view.log_excerpt)
		snprintf(title, sizeof(title), "log file: %s from %s on (%s: back to the newest)",
			scene->model->pipeline->tables[table].short_name,
			date_format(scene->model->excerpt_date, date),
			keymap_first_key(scene->keymap, ACTION_FOLLOW));
	else
		snprintf(title, sizeof(title), "log: %s",
			scene->model->pipeline->tables[table].name);
	if (scene->model->view.log_filter[0] != '\0')
		snprintf(title + strlen(title), sizeof(title) - strlen(title), "  &%.60s",
			scene->model->view.log_filter);
	struct rect inside = part_box(scene, areas[AREA_LOG], title, note, true);
	if (scene->layout->framed) {
		bottom_note(scene, log, areas[AREA_LOG]);
		inside.x++;
		inside.width -= 1;
	}
	part_log(scene, inside, table,
		(struct part_log_options){.has_dates = scene->layout->size > LAYOUT_TINY});
	if (areas[AREA_SIDE].width > 0)
		paint_side(scene, part_box(scene, areas[AREA_SIDE], "progress", "", false), table);
}

const struct view view_log = {
	.name = "Log", .places = "LFJG", .footer = footer, .paint = paint, .page = page};
