#include "base/clock.h"
#include "tui/parts.h"

#include <stdio.h>
#include <string.h>

#define GAPS_MAX      512
#define DATES_WIDTH   12 /* "11-23..12-04" */
#define VERDICT_WIDTH 10
#define CELLS_WIDTH   4
#define CAUSE_LEAST   8 /* columns: less says nothing */

char *part_dates(struct date_range dates, char into[DATE_RANGE_TEXT_BYTES])
{
	char first[DATE_TEXT_BYTES], last[DATE_TEXT_BYTES];
	date_format_short(dates.first, first);
	date_format_short(dates.last, last);
	if (dates.first == dates.last)
		text_copy(into, DATE_RANGE_TEXT_BYTES, first);
	else if (date_month(dates.first) == date_month(dates.last) && dates.last - dates.first < 31)
		snprintf(into, DATE_RANGE_TEXT_BYTES, "%s..%s", first, last + 3);
	else
		snprintf(into, DATE_RANGE_TEXT_BYTES, "%s..%s", first, last);
	return into;
}

static void describe_cause(
	const struct model *model, const struct status_gap *gap, struct buffer *into)
{
	const struct cell *cell = coverage_cell(model->coverage, gap->table, gap->dates.first);
	if (gap->because >= 0 && gap->verdict == VERDICT_BLOCKED)
		buffer_add_format(into, "by %s", model->pipeline->tables[gap->because].name);
	else if (gap->because >= 0 && gap->verdict == VERDICT_STALE)
		buffer_add_format(
			into, "because of %s", model->pipeline->tables[gap->because].name);
	else if (gap->verdict == VERDICT_FAILED && cell->attempt_words[0] != '\0')
		buffer_add_text(into, cell->attempt_words);
	else if (gap->verdict == VERDICT_READY)
		buffer_add_text(into, "can start now");
	else if (cell->rows_known && cell->expected >= 0)
		buffer_add_format(into, "%lld of %lld rows", (long long)cell->rows,
			(long long)cell->expected);
	else
		buffer_add_text(into, verdict_meaning(gap->verdict));
}

static void paint_cause(
	const struct scene *scene, int x, int y, int room, const struct status_gap *gap)
{
	struct buffer text = {0};
	if (gap->held > 0)
		buffer_add_format(&text, "holds %d: ", gap->held);
	describe_cause(scene->model, gap, &text);
	canvas_text_fit(scene->canvas, x, y, room, PEN(DIM), buffer_text(&text));
	buffer_release(&text);
}

static int gap_rank(const struct status_gap *gap)
{
	return gap->verdict == VERDICT_BLOCKED ? 2 : gap->verdict == VERDICT_READY ? 1 : 0;
}

static int short_name_width(const struct pipeline *pipeline)
{
	int longest = 0;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		int length = (int)strlen(pipeline->tables[i].short_name);
		longest = length > longest ? length : longest;
	}
	return longest;
}

static void paint_gap(const struct scene *scene, struct rect line, const struct status_gap *gap)
{
	struct canvas *canvas = scene->canvas;
	const struct pipeline *pipeline = scene->model->pipeline;
	char text[DATE_RANGE_TEXT_BYTES];
	int x = line.x + 1, y = line.y, end = line.x + line.width - 1;
	int name_width = short_name_width(pipeline);
	canvas_glyph(canvas, x, y, PEN_VERDICT(gap->verdict), GLYPH_OF_VERDICT(gap->verdict));
	canvas_text(canvas, x + 2, y, PEN(TEXT), pipeline->tables[gap->table].short_name);
	x += 2 + name_width + 2;
	canvas_text_fit(canvas, x, y, DATES_WIDTH, PEN(TEXT), part_dates(gap->dates, text));
	x += DATES_WIDTH + 1;
	canvas_text(canvas, x, y, PEN_VERDICT(gap->verdict), verdict_word(gap->verdict));
	x += VERDICT_WIDTH;
	snprintf(text, sizeof(text), "%d", gap->cells);
	canvas_text_right(canvas, x, y, CELLS_WIDTH, PEN(TEXT), text);
	x += CELLS_WIDTH + 2;
	if (end - x >= CAUSE_LEAST)
		paint_cause(scene, x, y, end - x, gap);
}

void part_gaps(const struct scene *scene, struct rect rect)
{
	static struct status_gap gaps[GAPS_MAX];
	size_t count = status_gaps(scene->model, gaps, GAPS_MAX);
	status_count_held(scene->model, gaps, count);
	struct rect line = {rect.x, rect.y, rect.width, 1};
	int end = rect.y + rect.height, total = 0, shown = 0;
	for (size_t i = 0; i < count; i++)
		total += gaps[i].cells;
	if (count == 0) {
		struct table_summary all = coverage_total(scene->model->coverage);
		canvas_text_fit(scene->canvas, rect.x + 1, rect.y, rect.width - 2,
			all.expected > 0 ? PEN(GOOD) : PEN(DIM),
			all.expected > 0 ? "no gaps: every expected date is complete or on its way"
					 : "nothing is expected in this range yet");
		return;
	}
	for (int rank = 0; rank <= 2; rank++)
		for (size_t i = 0; i < count && line.y < end; i++) {
			if (gap_rank(&gaps[i]) != rank)
				continue;
			if (line.y == end - 1 && count - (size_t)shown > 1) {
				int left = total;
				canvas_format(scene->canvas, line.x + 1, line.y, PEN(FAINT),
					"%zu more, %d cells open in all", count - (size_t)shown,
					left);
				return;
			}
			paint_gap(scene, line, &gaps[i]);
			shown++;
			line.y++;
		}
}

void part_events(const struct scene *scene, struct rect rect)
{
	const struct model *model = scene->model;
	for (int i = 0; i < rect.height; i++) {
		if ((uint64_t)i >= model->event_count || i >= MODEL_EVENTS_MAX)
			break;
		const struct event_line *event =
			&model->events[(model->event_count - 1 - (uint64_t)i) % MODEL_EVENTS_MAX];
		char time[CLOCK_TEXT_BYTES];
		canvas_text(scene->canvas, rect.x + 1, rect.y + i, PEN(FAINT),
			clock_format_time(event->at_ms, time));
		canvas_text_fit(scene->canvas, rect.x + 10, rect.y + i, rect.width - 11,
			part_severity(event->severity), event->text);
	}
	if (model->event_count == 0 && rect.height > 0)
		canvas_text_fit(scene->canvas, rect.x + 1, rect.y, rect.width - 2, PEN(DIM),
			"nothing happened yet");
}

static void paint_lane(const struct scene *scene, struct rect line, int lane)
{
	const struct model *model = scene->model;
	struct canvas *canvas = scene->canvas;
	canvas_format(canvas, line.x + 1, line.y, PEN(HEADING), "w%d", lane + 1);
	for (size_t i = 0; i < model->pipeline->table_count; i++) {
		const struct table_model *job = &model->tables[i];
		char date[DATE_TEXT_BYTES], text[DURATION_TEXT_BYTES];
		if (job->worker != lane)
			continue;
		canvas_text_fit(canvas, line.x + 5, line.y, 6, PEN(STATE_RUNNING),
			model->pipeline->tables[i].short_name);
		canvas_text(canvas, line.x + 12, line.y, PEN(TEXT), date_format(job->date, date));
		int width = line.width - 24 - 20;
		if (job->total > 0 && width > 4) {
			part_thin_bar(
				canvas, line.x + 24, line.y, width, (double)job->done / job->total);
			canvas_format(canvas, line.x + 25 + width, line.y, PEN(DIM), "%4d/%d",
				job->done, job->total);
		}
		canvas_text_right(canvas, line.x + line.width - 8, line.y, 7, PEN(DIM),
			clock_format_duration(model->now_ms - job->started_ms, text));
		return;
	}
	canvas_text(canvas, line.x + 5, line.y, PEN(FAINT), "idle");
}

void part_workers(const struct scene *scene, struct rect rect)
{
	int lanes = scene->model->workers;
	for (int i = 0; i < rect.height && i < lanes; i++) {
		struct rect line = {rect.x, rect.y + i, rect.width, 1};
		if (i == rect.height - 1 && lanes > rect.height)
			canvas_format(scene->canvas, line.x + 1, line.y, PEN(FAINT),
				"%d more workers", lanes - i);
		else
			paint_lane(scene, line, i);
	}
}

void part_legend(const struct scene *scene, struct rect rect)
{
	static const enum verdict shown[] = {VERDICT_COMPLETE, VERDICT_RUNNING, VERDICT_QUEUED,
		VERDICT_READY, VERDICT_BLOCKED, VERDICT_THIN, VERDICT_EMPTY, VERDICT_STALE,
		VERDICT_FAILED, VERDICT_KILLED, VERDICT_SUSPECT, VERDICT_DUPLICATE, VERDICT_OFF,
		VERDICT_BOOTSTRAP, VERDICT_UNKNOWN};
	int x = rect.x + 1, y = rect.y + (rect.height > 2 ? 1 : 0);
	for (size_t i = 0; i < ARRAY_COUNT(shown); i++) {
		const char *word = verdict_word(shown[i]);
		int width = canvas_text_width(scene->canvas, word) + 5;
		if (x + width > rect.x + rect.width) {
			x = rect.x + 1;
			y++;
		}
		if (y >= rect.y + rect.height)
			return;
		canvas_glyph(
			scene->canvas, x, y, PEN_VERDICT(shown[i]), GLYPH_OF_VERDICT(shown[i]));
		canvas_text(scene->canvas, x + 2, y, PEN(DIM), word);
		x += width;
	}
}
