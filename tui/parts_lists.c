#include "base/clock.h"
#include "tui/parts.h"

#include <stdio.h>
#include <string.h>

void part_head(const struct scene *scene, struct rect at, int sort, const char *text)
{
	const struct model *model = scene->model;
	enum view_id view = model->view.view;
	struct canvas *canvas = scene->canvas;
	int used = canvas_text_fit(canvas, at.x, at.y, at.width, PEN(HEADING), text);
	if (sort == 0)
		return;
	struct rect spot = {at.x - 1, at.y, used + 1, 1};
	spots_add(scene->spots, canvas->clip,
		(struct spot){.rect = spot, .kind = SPOT_HEADING, .row = (size_t)sort});
	if (model->view.lists[view].sort != sort)
		return;
	canvas_text_fit(canvas, at.x, at.y, at.width, PEN(STRONG), text);
	canvas_glyph(canvas, at.x - 1, at.y, PEN(KEY),
		model_sort_rises(model, view) ? GLYPH_RISES : GLYPH_FALLS);
}

void part_head_right(const struct scene *scene, struct rect at, int sort, const char *text)
{
	int width = (int)strlen(text);
	part_head(scene, (struct rect){at.x + at.width - width, at.y, width, 1}, sort, text);
}

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

void part_date_set(const struct date_set *dates, int room, struct buffer *into)
{
	size_t start = into->length;
	for (size_t i = 0; i < dates->count; i++) {
		char text[DATE_RANGE_TEXT_BYTES], more[16];
		part_dates(dates->ranges[i], text);
		snprintf(more, sizeof(more), "+%zu", dates->count - i);
		size_t used = into->length - start + (i > 0), width = used + strlen(text);
		size_t tail = i + 1 < dates->count ? strlen(more) + 1 : 0;
		if (i > 0 && width + tail > (size_t)room) {
			buffer_add_format(into, " %s", more);
			return;
		}
		buffer_add_format(into, "%s%s", i > 0 ? " " : "", text);
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
