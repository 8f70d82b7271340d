#include "support.h"

#include "base/clock.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int season_year_of(date_t date)
{
	return date_month(date) >= 10 ? date_year(date) : date_year(date) - 1;
}

date_t season_floor_of(date_t date)
{
	return date_of(season_year_of(date), 10, 1);
}

bool is_october_bootstrap(date_t date)
{
	return date - season_floor_of(date) < 30;
}

bool is_opening_bootstrap(const struct batch *batch, date_t date)
{
	date_t opening = calendar_season_first(batch->calendar, date);
	if (opening == DATE_NONE)
		opening = date_of(season_year_of(date), 10, 22);
	return date - opening < 30;
}

bool is_season_boundary(date_t date)
{
	int month = date_month(date);
	return month == 10 || month == 11 || month == 4;
}

const char *season_phase_of(date_t date)
{
	int month = date_month(date);
	if (month == 10 || month == 11)
		return "early";
	if (month == 12 || month <= 2)
		return "mid";
	return month <= 4 ? "late" : "playoffs";
}

date_t window_start(const struct batch *batch, date_t date, int days)
{
	date_t season = calendar_season_first(batch->calendar, date);
	return batch->rules->season_windows && season != DATE_NONE ? season : date - days;
}

date_t batch_reach(const struct batch *batch, int days)
{
	date_t reach = batch->dates[0] - days;
	date_t season = calendar_season_first(batch->calendar, batch->dates[0]);
	return season != DATE_NONE && season < reach ? season : reach;
}

date_t batch_last(const struct batch *batch)
{
	return batch->dates[batch->date_count - 1];
}

bool batch_read(const struct batch *batch, const struct query *query, struct frame *frame,
	struct error *err)
{
	struct read_request request = {
		.layout = query->layout,
		.columns = query->columns,
		.column_count = query->column_count,
		.range = query->range,
		.order_by = query->order_by,
		.order_by_count = query->order_by_count,
	};
	return warehouse_read(batch->warehouse, &request, batch->symbols, frame, err);
}

size_t frame_lower_bound(const struct frame *frame, size_t column, date_t date)
{
	size_t low = 0;
	size_t high = frame->row_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (frame_date(frame, column, middle) < date)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t frame_find(const struct frame *frame, size_t date_column, date_t date, size_t text_column,
	const char *text)
{
	size_t low = frame_lower_bound(frame, date_column, date);
	size_t high = frame_lower_bound(frame, date_column, date + 1);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(frame_text(frame, text_column, middle), text);
		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return frame->row_count;
}

void batch_stamp(const struct batch *batch, char into[40])
{
	clock_format_rfc3339(batch->now_ms, into);
}

void tell_progress(const struct batch *batch, const char *entity, size_t done, size_t total)
{
	if (done % PROGRESS_EVERY == 0 || done == total)
		batch_progress(batch, entity, (int)done, (int)total);
}

bool skips_opening_days(const struct batch *batch, date_t date)
{
	char text[DATE_TEXT_BYTES];
	if (batch->rules->upstream_gates || !calendar_is_bootstrap(batch->calendar, date))
		return false;
	batch_log(batch, 'I', "BOOTSTRAP: Skipping %s (early season period)",
		date_format(date, text));
	return true;
}

bool is_cancelled(const struct batch *batch, struct error *err)
{
	if (cancel_level(batch->cancel) != CANCEL_NOW)
		return false;
	error_set(err, ERROR_CANCELLED, "stopped");
	return true;
}

void list_add(struct text_list *list, const char *format, ...)
{
	char text[256];
	va_list arguments;
	va_start(arguments, format);
	if (vsnprintf(text, sizeof(text), format, arguments) < 0)
		text[0] = '\0';
	va_end(arguments);
	buffer_add_text(&list->text, list->text.length == 0 ? "[" : ", ");
	buffer_add_json_text(&list->text, text);
}

void rows_set_list(struct rows *rows, size_t column, struct text_list *list)
{
	buffer_add_text(&list->text, list->text.length == 0 ? "[]" : "]");
	rows_set_text(rows, column, list->text.bytes);
	buffer_release(&list->text);
}
