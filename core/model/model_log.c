#include "base/memory.h"
#include "model_parts.h"

#include <stdlib.h>
#include <string.h>

static void add_line(struct table_log *log, const struct table_line *line)
{
	if (log->lines == NULL)
		log->lines = memory_new_array(MODEL_LOG_LINES_MAX, sizeof(*log->lines));
	struct table_line *place = &log->lines[(log->next - 1) % MODEL_LOG_LINES_MAX];
	if (log->next - log->first == MODEL_LOG_LINES_MAX) {
		free(place->text);
		log->first++;
	}
	*place = *line;
	log->next++;
}

const struct table_line *model_log_line(const struct table_log *log, uint64_t number)
{
	return &log->lines[(number - 1) % MODEL_LOG_LINES_MAX];
}

void model_log_add_copy(struct table_log *log, const struct table_line *line)
{
	struct table_line copy = *line;
	copy.text = memory_copy_text(line->text);
	add_line(log, &copy);
}

/* The whole log is kept apart from the first noise on. */
static void begin_whole(struct table_model *table)
{
	for (uint64_t number = table->log.first; number < table->log.next; number++)
		model_log_add_copy(&table->whole, model_log_line(&table->log, number));
}

/* Owns the text. */
static void take_line(struct table_model *table, struct table_line *line)
{
	bool is_noise = line->severity == LOG_LINE_NOISE;
	line->order = table->line_count++;
	if (is_noise && table->noise_count++ == 0)
		begin_whole(table);
	if (is_noise)
		add_line(&table->whole, line);
	else {
		if (table->noise_count > 0)
			model_log_add_copy(&table->whole, line);
		add_line(&table->log, line);
	}
}

void model_apply_log(struct model *model, struct event *event)
{
	struct table_model *table = &model->tables[event->table];
	const struct table_log *shown = model_shown_log(model, event->table);
	uint64_t before = shown->next;
	for (int i = 0; i < event->log.count; i++) {
		struct table_line line = {.at_ms = event->at_ms,
			.date = event->date,
			.severity = event->log.severities[i],
			.text = event->log.lines[i]};
		take_line(table, &line);
		event->log.lines[i] = NULL; /* the log owns it now */
	}
	if (event->at_ms > table->last_output_ms)
		table->last_output_ms = event->at_ms;
	if (!model->view.log_follow && model_selected_table(model) == event->table &&
		shown == model_shown_log(model, event->table))
		model->view.log_new += shown->next - before;
}

void model_logs_init(struct table_model *table)
{
	table->log.first = table->log.next = 1;
	table->whole.first = table->whole.next = 1;
}

void model_logs_release(struct table_model *table)
{
	model_log_release(&table->log);
	model_log_release(&table->whole);
}

/* Not cut within a character. */
static char *take_text(struct log_window_line *line)
{
	char *text = line->text;
	line->text = NULL;
	if (strlen(text) >= LOG_LINE_BYTES_MAX) {
		size_t length = LOG_LINE_BYTES_MAX - 1;
		while (((unsigned char)text[length] & 0xC0) == 0x80)
			length--;
		text[length] = '\0';
	}
	return text;
}

void model_apply_excerpt(struct model *model, struct event *event)
{
	struct log_window *excerpt = event->log_piece.piece;
	if (excerpt == NULL || excerpt->count == 0) {
		model_set_message(model, event->at_ms, SEVERITY_WARNING,
			excerpt == NULL ? event->log_piece.text
					: "the log has no line of that date");
		return;
	}
	model_log_filter_forget(model);
	model_logs_release(&model->excerpt);
	model->excerpt = (struct table_model){0};
	model_logs_init(&model->excerpt);
	for (size_t i = 0; i < excerpt->count; i++) {
		struct table_line line = {.date = excerpt->items[i].date,
			.severity = log_severity_mark(excerpt->items[i].severity),
			.text = take_text(&excerpt->items[i])};
		take_line(&model->excerpt, &line);
	}
	model->excerpt_table = event->table;
	model->excerpt_date = event->date;
}

static const struct table_model *logs_of(const struct model *model, size_t table)
{
	bool is_excerpt = model->view.log_excerpt && model->excerpt_table == table;
	return is_excerpt ? &model->excerpt : &model->tables[table];
}

const struct table_log *model_source_log(const struct model *model, size_t table)
{
	const struct table_model *logs = logs_of(model, table);
	return model->view.log_noise && logs->noise_count > 0 ? &logs->whole : &logs->log;
}

const struct table_log *model_shown_log(const struct model *model, size_t table)
{
	return model_log_filtered(model, model_source_log(model, table));
}

uint64_t model_noise_count(const struct model *model, size_t table)
{
	return logs_of(model, table)->noise_count;
}

void model_log_release(struct table_log *log)
{
	for (uint64_t number = log->first; number < log->next; number++)
		free(log->lines[(number - 1) % MODEL_LOG_LINES_MAX].text);
	free(log->lines);
}
