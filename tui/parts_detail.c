#include "tui/parts.h"

#define NAME_WIDTH 11

struct detail {
	const struct scene *scene;
	struct rect rest;
};

static void add_detail(struct detail *detail, struct pen pen, const char *name, const char *text)
{
	if (detail->rest.height <= 0)
		return;
	canvas_text(detail->scene->canvas, detail->rest.x, detail->rest.y, PEN(DIM), name);
	canvas_text_fit(detail->scene->canvas, detail->rest.x + NAME_WIDTH, detail->rest.y,
		detail->rest.width - NAME_WIDTH, pen, text);
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
	if (cell->distinct_keys > 0)
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

void part_detail(const struct scene *scene, struct rect rect)
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
