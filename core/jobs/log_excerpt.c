#include "jobs/log_excerpt.h"

#include "base/memory.h"
#include "jobs/log_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct gathering {
	struct log_excerpt *excerpt;
	date_t date; /* in hand, as the log says */
};

static void hear_fact(void *context, const struct log_fact *fact)
{
	struct gathering *gathering = context;
	if (fact->kind == LOG_FACT_DATE_BEGAN)
		gathering->date = fact->date;
}

static char severity_of(const struct log_line *line)
{
	if (line->is_hidden)
		return LOG_LINE_NOISE;
	if (line->severity == LOG_WATCH)
		return 'W';
	return line->severity == LOG_ERROR || line->severity == LOG_REASON ||
			       line->severity == LOG_SILENT
		       ? 'E'
		       : 'I';
}

static void hear_line(void *context, const struct log_line *line)
{
	struct gathering *gathering = context;
	struct log_excerpt *excerpt = gathering->excerpt;
	if (excerpt->count == LOG_EXCERPT_LINES_MAX)
		return;
	size_t length = line->line->length;
	excerpt->lines[excerpt->count++] = (struct log_excerpt_line){
		.text = memory_copy_span(line->line->text,
			length < LOG_LINE_BYTES_MAX ? length : LOG_LINE_BYTES_MAX - 1),
		.severity = severity_of(line),
		.date = gathering->date};
}

bool log_excerpt_read(const char *path, int64_t offset, const struct log_rules *rules,
	struct log_excerpt *excerpt, struct error *err)
{
	struct gathering gathering = {excerpt, DATE_NONE};
	struct log_listener listener = {&gathering, hear_fact, hear_line};
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (file < 0)
		return error_set_system(err, errno, "cannot open the log %s", path);
	struct log_reader *reader = log_reader_new(rules, &listener);
	char *bytes = memory_new(LOG_EXCERPT_BYTES_MAX);
	ssize_t got = pread(file, bytes, LOG_EXCERPT_BYTES_MAX, offset);
	if (got < 0)
		error_set_system(err, errno, "cannot read the log %s", path);
	log_reader_begin_at(reader, offset);
	if (got > 0)
		log_reader_add(reader, bytes, (size_t)got);
	log_reader_end(reader);
	log_reader_free(reader);
	free(bytes);
	close(file);
	if (got == 0)
		return error_set(err, ERROR_INPUT, "the log %s is shorter than it was", path);
	return got > 0;
}
