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
}

/* Critical columns that have NULLs at all. */
static void describe_nulls(
	const struct model *model, size_t table, date_t date, struct buffer *into)
{
	const struct pipeline_table *described = &model->pipeline->tables[table];
	for (size_t i = 0; i < described->critical_count; i++) {
		int64_t nulls = coverage_nulls(model->coverage, table, date, i);
		if (nulls > 0)
			buffer_add_format(into, ", %lld without %s", (long long)nulls,
				described->critical[i].column);
	}
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

/* What the ledger says, and what a re-run would make stale. */
static void describe_attempt(
	const struct model *model, const struct cell *cell, struct buffer *into)
{
	static const char *const words[] = {[ATTEMPT_NONE] = "no attempt is known",
		[ATTEMPT_QUEUED] = "waits for a worker",
		[ATTEMPT_RUNNING] = "being computed now",
		[ATTEMPT_SUCCEEDED] = "the newest attempt succeeded",
		[ATTEMPT_FAILED] = "failed: ",
		[ATTEMPT_KILLED] = "stopped: ",
		[ATTEMPT_SUSPECT] = "cut inside the write: ",
		[ATTEMPT_TIMED_OUT] = "took too long: ",
		[ATTEMPT_LOST] = "nobody saw its end: "};
	char age[DURATION_TEXT_BYTES + 8];
	bool has_words = cell->attempt >= ATTEMPT_FAILED;
	buffer_add_format(into, "%s%s", words[cell->attempt], has_words ? cell->attempt_words : "");
	if (cell->attempt_ms <= 0 || cell->attempt < ATTEMPT_SUCCEEDED)
		return;
	part_age(model, cell->attempt_ms, age);
	buffer_add_format(into, "   %s", age);
}

static void describe_cascade(const struct model *model, struct buffer *into)
{
	const struct cascade *cascade = model_cascade(model);
	buffer_add_text(into, cascade->cells == 0 ? "makes nothing stale" : "makes stale:");
	for (size_t i = 0; i < cascade->count; i++)
		buffer_add_format(into, "%s %s %d", i == 0 ? "" : ",",
			model->pipeline->tables[cascade->tables[i].table].short_name,
			cascade->tables[i].cells);
}

/* The marked cells, and those of them that are gaps. */
static void add_marks(struct detail *detail)
{
	const struct model *model = detail->scene->model;
	struct buffer text = {0};
	int cells = 0, gaps = 0;
	for (size_t i = 0; model_has_marks(model) && i < model->pipeline->table_count; i++)
		for (date_t date = model->range.first; date <= model->range.last; date++) {
			bool marked = model_is_marked(model, i, date);
			cells += marked;
			gaps += marked &&
				verdict_is_gap(coverage_cell(model->coverage, i, date)->verdict);
		}
	if (cells == 0)
		return;
	buffer_add_format(&text, "%d cell%s, %d of them gaps: s starts these, Esc forgets them",
		cells, cells == 1 ? "" : "s", gaps);
	add_detail(detail, PEN(STRONG), "marked", buffer_text(&text));
	buffer_release(&text);
}

static void add_schedule(struct detail *detail, date_t date)
{
	const struct model *model = detail->scene->model;
	struct buffer text = {0};
	struct calendar_day day = calendar_day(model->calendar, date);
	buffer_add_format(&text, "%d games", day.games);
	if (day.season >= 0)
		buffer_add_format(&text, ", day %d of season %s", day.day_of_season + 1,
			model->pipeline->seasons[day.season].name);
	add_detail(detail, PEN(TEXT), "schedule", buffer_text(&text));
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
	add_marks(&detail);
	coverage_explain(model->coverage, table, date, &text);
	add_detail(&detail, PEN_VERDICT(cell->verdict), "state", buffer_text(&text));
	buffer_clear(&text);
	describe_rows(cell, &text);
	describe_nulls(model, table, date, &text);
	part_age(model, cell->checked_ms, age);
	buffer_add_format(&text, "   checked %s", age);
	add_detail(&detail, PEN(TEXT), "warehouse", buffer_text(&text));
	buffer_clear(&text);
	describe_attempt(model, cell, &text);
	add_detail(&detail, cell->attempt >= ATTEMPT_FAILED ? PEN(ERROR) : PEN(TEXT), "ledger",
		buffer_text(&text));
	add_edges(&detail, table, date);
	buffer_clear(&text);
	describe_cascade(model, &text);
	add_detail(&detail, PEN(TEXT), "a re-run", buffer_text(&text));
	add_schedule(&detail, date);
	buffer_release(&text);
}
