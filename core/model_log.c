#include "base/memory.h"
#include "model_parts.h"

#include <stdlib.h>

static void add_line(struct table_log *log, const struct event *event, char *text, char severity)
{
	if (log->lines == NULL)
		log->lines = memory_new_array(MODEL_LOG_LINES_MAX, sizeof(*log->lines));
	struct log_line *line = &log->lines[(log->next - 1) % MODEL_LOG_LINES_MAX];
	if (log->next - log->first == MODEL_LOG_LINES_MAX) {
		free(line->text);
		log->first++;
	}
	*line = (struct log_line){
		.at_ms = event->at_ms, .date = event->date, .severity = severity, .text = text};
	log->next++;
}

void model_apply_log(struct model *model, struct event *event)
{
	struct table_model *table = &model->tables[event->table];
	for (int i = 0; i < event->log.count; i++) {
		add_line(&table->log, event, event->log.lines[i], event->log.severities[i]);
		event->log.lines[i] = NULL; /* the log owns it now */
	}
	if (event->at_ms > table->last_output_ms)
		table->last_output_ms = event->at_ms;
	if (!model->view.log_follow && model_selected_table(model) == event->table)
		model->view.log_new += (uint64_t)event->log.count;
}

void model_log_release(struct table_log *log)
{
	for (uint64_t number = log->first; number < log->next; number++)
		free(log->lines[(number - 1) % MODEL_LOG_LINES_MAX].text);
	free(log->lines);
}
