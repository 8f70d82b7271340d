#include "native/processor.h"

#include "base/memory.h"
#include "tables.h"
#include "warehouse/raw_tables.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct processor *const processors[] = {
#define X(table) &(table),
	NATIVE_TABLE_LIST(X)
#undef X
};

size_t processor_count(void)
{
	return ARRAY_COUNT(processors);
}

const struct processor *processor_at(size_t index)
{
	return processors[index];
}

const struct processor *processor_find(const char *table)
{
	for (size_t i = 0; i < ARRAY_COUNT(processors); i++)
		if (strcmp(processors[i]->layout->name, table) == 0)
			return processors[i];
	return NULL;
}

bool processors_prepare(struct warehouse *warehouse, struct error *err)
{
	const struct table_layout *layouts[RAW_TABLE_COUNT + ARRAY_COUNT(processors)];
	size_t count = 0;
	for (int i = 0; i < RAW_TABLE_COUNT; i++)
		layouts[count++] = raw_table_layout((enum raw_table)i);
	for (size_t i = 0; i < ARRAY_COUNT(processors); i++)
		layouts[count++] = processors[i]->layout;
	return warehouse_prepare(warehouse, layouts, count, err);
}

void day_output_init(struct day_output *output, const struct table_layout *layout)
{
	*output = (struct day_output){0};
	rows_init(&output->rows, layout);
}

void day_output_clear(struct day_output *output)
{
	rows_clear(&output->rows);
	arena_release(&output->arena);
	output->failure_count = 0;
	output->attempt_count = 0;
}

void day_output_release(struct day_output *output)
{
	rows_release(&output->rows);
	arena_release(&output->arena);
	free(output->failures);
	free(output->attempts);
	*output = (struct day_output){0};
}

void day_output_fail(struct day_output *output, const char *entity, const char *category,
	bool can_retry, const char *format, ...)
{
	char reason[256];
	va_list arguments;
	va_start(arguments, format);
	if (vsnprintf(reason, sizeof(reason), format, arguments) < 0)
		reason[0] = '\0';
	va_end(arguments);
	ARRAY_GROW(output->failures, output->failure_count, output->failure_capacity);
	output->failures[output->failure_count++] = (struct failure){
		.entity = arena_copy_text(&output->arena, entity),
		.category = category,
		.reason = arena_copy_text(&output->arena, reason),
		.can_retry = can_retry,
	};
}

void batch_progress(const struct batch *batch, const char *entity, int done, int total)
{
	const struct processor_listener *listener = batch->listener;
	if (listener != NULL && listener->progress != NULL)
		listener->progress(listener->context, entity, done, total);
}

void batch_log(const struct batch *batch, char severity, const char *format, ...)
{
	const struct processor_listener *listener = batch->listener;
	if (listener == NULL || listener->log == NULL)
		return;
	char text[512];
	va_list arguments;
	va_start(arguments, format);
	if (vsnprintf(text, sizeof(text), format, arguments) >= 0)
		listener->log(listener->context, severity, text);
	va_end(arguments);
}
