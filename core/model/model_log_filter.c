#include "base/memory.h"
#include "jobs/log_search.h"
#include "model_parts.h"

#include <stdlib.h>
#include <string.h>

/* The lines of a log that pass the filter, as a log of their own: whatever scrolls, searches and
 * paints takes it for one. Each line is looked at once. */
struct log_filter {
	struct table_log lines;
	const struct table_log *source; /* whose lines these are; NULL: there is no filter */
	uint64_t next;			/* of the source: the first that was not looked at */
	char text[MODEL_TYPED_BYTES];
	bool excludes;
	struct log_search *search;
};

static void stop(struct log_filter *filter)
{
	model_log_release(&filter->lines);
	log_search_free(filter->search);
	*filter = (struct log_filter){.lines = {.first = 1, .next = 1}};
}

static void begin(struct log_filter *filter, const struct table_log *source, const char *text)
{
	stop(filter);
	filter->source = source;
	filter->next = source->first;
	filter->excludes = text[0] == '!';
	filter->search = log_search_new(text + (filter->excludes ? 1 : 0));
	text_copy(filter->text, sizeof(filter->text), text);
}

static bool passes(const struct log_filter *filter, const struct table_line *line)
{
	return filter->search == NULL ||
	       log_search_is_in(filter->search, line->text) != filter->excludes;
}

/* How many lines came to it. */
static uint64_t look_further(struct log_filter *filter)
{
	const struct table_log *source = filter->source;
	uint64_t before = filter->lines.next;
	if (filter->next < source->first)
		filter->next = source->first;
	for (; filter->next < source->next; filter->next++) {
		const struct table_line *line = model_log_line(source, filter->next);
		if (passes(filter, line))
			model_log_add_copy(&filter->lines, line);
	}
	return filter->lines.next - before;
}

struct log_filter *model_log_filter_new(void)
{
	struct log_filter *filter = memory_new(sizeof(*filter));
	stop(filter);
	return filter;
}

void model_log_filter_free(struct log_filter *filter)
{
	stop(filter);
	free(filter);
}

void model_log_filter_forget(struct model *model)
{
	stop(model->log_filter);
}

const struct table_log *model_log_filtered(
	const struct model *model, const struct table_log *source)
{
	const struct log_filter *filter = model->log_filter;
	return model->view.view == VIEW_LOG && filter->source == source ? &filter->lines : source;
}

/* What was on the screen stays there, as far as it passes. */
static void keep_place(struct view_state *view, const struct table_log *log, uint64_t order)
{
	if (!view->log_follow)
		view->log_top = model_log_line_of_order(log, order);
	view->log_mark = 0;
	view->log_new = 0;
}

void model_log_filter_apply(struct model *model)
{
	struct log_filter *filter = model->log_filter;
	struct view_state *view = &model->view;
	const char *text = view->log_filter;
	if (view->view != VIEW_LOG || (text[0] == '\0' && filter->source == NULL))
		return;
	const struct table_log *source = model_source_log(model, model_selected_table(model));
	const struct table_log *shown = filter->source == source ? &filter->lines : source;
	bool is_placed = view->log_top >= shown->first && view->log_top < shown->next;
	uint64_t order = is_placed ? model_log_line(shown, view->log_top)->order : 0;
	if (text[0] == '\0') {
		stop(filter);
		keep_place(view, source, order);
	} else if (filter->source != source || strcmp(filter->text, text) != 0) {
		begin(filter, source, text);
		look_further(filter);
		keep_place(view, &filter->lines, order);
	} else {
		uint64_t came = look_further(filter);
		if (!view->log_follow)
			view->log_new += came;
	}
}
