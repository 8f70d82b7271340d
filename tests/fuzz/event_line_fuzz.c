/*
 * A line of a run in the background, whatever it says: it is an event or none; an event gives a
 * line that is read back as the same one, and its numbers are such as the model can count with.
 */
#include "tests/fuzz/support/fuzz.h"

#include "event/event_lines.h"

#include <string.h>

static struct pipeline *pipeline;

static void check(const struct event *event)
{
	struct event again;
	struct buffer line = {0}, second = {0};
	MUST(event->table < pipeline->table_count);
	MUST(event->kind != EVENT_LOG || event->log.count <= EVENT_LOG_LINES_MAX);
	MUST(event->kind != EVENT_RUN_STARTED || event->run_started.worker >= 0);
	MUST(event_line_format(pipeline, event, &line));
	MUST(memchr(line.bytes, '\n', line.length) == line.bytes + line.length - 1);
	MUST(event_line_parse(pipeline, line.bytes, line.length - 1, &again));
	MUST(event_line_format(pipeline, &again, &second));
	MUST(strcmp(line.bytes, second.bytes) == 0);
	event_release(&again);
	buffer_release(&line);
	buffer_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct event event;
	struct error err;
	if (pipeline == NULL)
		MUST(pipeline_load("nba", &pipeline, &err));
	if (event_line_parse(pipeline, (const char *)bytes, length, &event)) {
		check(&event);
		event_release(&event);
	}
	return 0;
}
