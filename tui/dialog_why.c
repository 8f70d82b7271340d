#include "tui/dialog_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Why a cell is as it is. What to do stands before the evidence: it has to be on the screen. */

#define WITNESS_WIDTH 13
#define INDENT	      3

static void add_paragraph(struct sheet *sheet, const char *label, struct pen pen, const char *text)
{
	struct sheet inner = sheet_open_section(sheet, label);
	sheet_paragraph(&inner, pen, text);
	sheet_close_section(sheet, &inner);
}

/* What asks for nobody is painted faint in the matrix; here it is to be read. */
static struct pen pen_of(enum verdict verdict)
{
	return verdict_opens_gate(verdict) && verdict != VERDICT_COMPLETE ? PEN(TEXT)
									  : PEN_VERDICT(verdict);
}

/* The cell keeps only the beginning of a failure's words; the newest of the table is whole. */
static void add_verdict(struct sheet *sheet, const struct why *why)
{
	const struct table_model *job = &sheet->scene->model->tables[why->table];
	struct sheet inner = sheet_open_section(sheet, verdict_word(why->verdict));
	struct buffer text = {0};
	if (why->verdict == VERDICT_FAILED && job->trouble_date == why->date)
		buffer_add_format(&text, "the newest attempt failed: %s", job->trouble);
	else
		buffer_add_text(&text, without_verdict(why->verdict, why->sentence));
	sheet_paragraph(&inner, pen_of(why->verdict), buffer_text(&text));
	sheet_line(&inner, PEN(DIM), reason_word(why->reason));
	buffer_release(&text);
	sheet_close_section(sheet, &inner);
}

static void paint_age(struct sheet *sheet, const struct why_fact *fact)
{
	int64_t age_ms = model_why_age_ms(sheet->scene->model, fact);
	if (age_ms >= 0)
		sheet_age(sheet, sheet->scene->model->now_ms - age_ms);
}

/* A line of the tree: the branch, the state, the words. */
static void add_branch(
	struct sheet *sheet, int depth, bool is_last, enum verdict verdict, const char *text)
{
	struct canvas *canvas = sheet->scene->canvas;
	struct sheet words = *sheet;
	int x = sheet->x + depth * INDENT;
	struct pen pen = on_dialog(PEN_VERDICT(verdict));
	canvas_glyph(canvas, x, sheet->y, PEN_ON(DIM, DIALOG),
		is_last ? GLYPH_BOTTOM_LEFT : GLYPH_TEE_LEFT);
	canvas_glyph(canvas, x + 1, sheet->y, PEN_ON(DIM, DIALOG), GLYPH_HORIZONTAL);
	canvas_glyph(canvas, x + 3, sheet->y, pen, GLYPH_OF_VERDICT(verdict));
	words.x = x + 5;
	words.width = sheet->x + sheet->width - words.x;
	sheet_paragraph(&words, PEN(TEXT), text);
	sheet->y = words.y;
}

static bool is_on_chain(const struct why *why, const struct why_fact *fact)
{
	return why->link_count > 0 && (int)why->links[0].table == fact->table &&
	       why->links[0].date == why->date;
}

/* Upstreams and guards that do not matter here come first: the chain goes on below the last. */
static void add_edges(struct sheet *sheet, const struct why *why)
{
	const struct coverage *coverage = sheet->scene->model->coverage;
	size_t last = why->fact_count;
	for (size_t i = 0; i < why->fact_count && why->link_count == 0; i++)
		if (why->facts[i].table >= 0)
			last = i;
	for (size_t i = 0; i < why->fact_count; i++) {
		const struct why_fact *fact = &why->facts[i];
		if (fact->table < 0 || is_on_chain(why, fact))
			continue;
		struct sheet line = *sheet;
		paint_age(sheet, fact);
		line.width -= SHEET_AGE_WIDTH + 1;
		add_branch(&line, 0, i == last,
			coverage_cell(coverage, (size_t)fact->table, why->date)->verdict,
			fact->text);
		sheet->y = line.y;
	}
}

static void add_links(struct sheet *sheet, const struct why *why)
{
	const struct pipeline *pipeline = sheet->scene->model->pipeline;
	for (size_t i = 0; i < why->link_count; i++) {
		const struct why_link *link = &why->links[i];
		struct buffer text = {0};
		char date[DATE_TEXT_BYTES];
		buffer_add_text(&text, pipeline->tables[link->table].name);
		if (link->date != why->date)
			buffer_add_format(&text, " %s", date_format(link->date, date));
		buffer_add_format(&text, "%s: %s", i + 1 == why->link_count ? " (root cause)" : "",
			link->sentence);
		add_branch(sheet, (int)i, true, link->verdict, buffer_text(&text));
		buffer_release(&text);
	}
}

static void add_tree(struct sheet *sheet, const struct why *why)
{
	bool has_edges = false;
	for (size_t i = 0; i < why->fact_count; i++)
		has_edges |= why->facts[i].table >= 0;
	if (!has_edges && why->link_count == 0)
		return;
	struct sheet inner = sheet_open_section(sheet, "chain");
	sheet_line(&inner, PEN(TEXT), sheet->scene->model->pipeline->tables[why->table].name);
	add_edges(&inner, why);
	add_links(&inner, why);
	sheet_close_section(sheet, &inner);
}

static void add_next(struct sheet *sheet, const struct why *why)
{
	struct sheet inner = sheet_open_section(sheet, "next");
	sheet_paragraph(&inner, PEN(STRONG), why->next);
	sheet_close_section(sheet, &inner);
	if (why->command[0] == '\0')
		return;
	inner = sheet_open_section(sheet, "repair");
	sheet_paragraph(&inner, PEN(KEY), why->command);
	if (why->work_ms >= 0) {
		char spent[DURATION_TEXT_BYTES], text[64];
		snprintf(text, sizeof(text), "about %s of work",
			clock_format_duration(why->work_ms, spent));
		sheet_line(&inner, PEN(DIM), text);
	}
	sheet_close_section(sheet, &inner);
}

static void add_below(struct sheet *sheet, const struct why *why)
{
	const struct pipeline *pipeline = sheet->scene->model->pipeline;
	struct buffer text = {0};
	if (why->below_cells == 0)
		return;
	buffer_add_format(&text, "%d cell%s:", why->below_cells, why->below_cells == 1 ? "" : "s");
	for (size_t i = 0; i < why->below_count; i++)
		buffer_add_format(&text, "%s %s %d", i == 0 ? "" : ",",
			pipeline->tables[why->below[i].table].short_name, why->below[i].cells);
	add_paragraph(sheet, "holds up", PEN(TEXT), buffer_text(&text));
	buffer_release(&text);
}

static void add_evidence(struct sheet *sheet, const struct why *why)
{
	struct sheet inner = sheet_open_section(sheet, "evidence");
	for (size_t i = 0; i < why->fact_count; i++) {
		const struct why_fact *fact = &why->facts[i];
		struct sheet words = inner;
		if (fact->table >= 0)
			continue;
		paint_age(&inner, fact);
		canvas_text_fit(inner.scene->canvas, inner.x, inner.y, WITNESS_WIDTH - 1,
			PEN_ON(DIM, DIALOG), fact->witness);
		words.x += WITNESS_WIDTH;
		words.width -= WITNESS_WIDTH + SHEET_AGE_WIDTH + 1;
		sheet_paragraph(&words, PEN(TEXT), fact->text);
		inner.y = words.y;
	}
	sheet_close_section(sheet, &inner);
}

static void add_ruled_out(struct sheet *sheet, const struct why *why)
{
	if (why->ruled_out_count == 0)
		return;
	struct sheet inner = sheet_open_section(sheet, "ruled out");
	for (size_t i = 0; i < why->ruled_out_count; i++)
		sheet_paragraph(&inner, PEN(DIM), why->ruled_out[i]);
	sheet_close_section(sheet, &inner);
}

/* What the table does, where it is not this date that keeps it. */
static void add_table_now(struct sheet *sheet, const struct why *why)
{
	const struct model *model = sheet->scene->model;
	const struct table_model *job = &model->tables[why->table];
	bool works = job->date != DATE_NONE || job->queued > 0;
	struct buffer text = {0};
	if (job->date == why->date ||
		(!works && model_telling_date(model, why->table) == why->date))
		return;
	model_now_or_why(model, why->table, &text);
	add_paragraph(sheet, "table now", PEN(TEXT), buffer_text(&text));
	buffer_release(&text);
}

void dialog_fill_why(struct sheet *sheet)
{
	const struct why *why = model_why(sheet->scene->model);
	if (why == NULL) {
		sheet_line(sheet, PEN(TEXT), "this date is outside the range");
		return;
	}
	add_verdict(sheet, why);
	add_tree(sheet, why);
	add_next(sheet, why);
	add_below(sheet, why);
	add_table_now(sheet, why);
	add_evidence(sheet, why);
	add_ruled_out(sheet, why);
	sheet->y--; /* the blank line of the last section */
}
