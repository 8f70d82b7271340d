#include "log_reader_parts.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define GLUED_RECORDS_MAX 8

struct log_reader *log_reader_new(
	const struct log_rules *rules, const struct log_listener *listener)
{
	struct log_reader *reader = memory_new(sizeof(*reader));
	reader->rules = rules;
	reader->listener = *listener;
	reader->splitter = line_splitter_new();
	reader->matcher = log_matcher_new(rules);
	reader->rule_counts = memory_new_array(log_rules_count(rules) + 1, sizeof(int64_t));
	reader->counts.said_ok = reader->counts.said_failed = reader->counts.said_skipped = -1;
	state_clear(&reader->hand);
	reader->hand.is_from_start = true;
	return reader;
}

void log_reader_free(struct log_reader *reader)
{
	if (reader == NULL)
		return;
	line_splitter_free(reader->splitter);
	log_matcher_free(reader->matcher);
	free(reader->rule_counts);
	free(reader->open);
	free(reader);
}

struct log_fact fact_of(enum log_fact_kind kind, date_t date)
{
	return (struct log_fact){
		.kind = kind,
		.date = date,
		.range = {.first = 1, .last = 0},
		.total = -1,
		.category = "",
		.text = "",
		.rows = -1,
		.entities = -1,
		.failures = -1,
		.began_offset = -1,
		.started_ms = -1,
		.seconds_ms = -1,
	};
}

void reader_tell(struct log_reader *reader, struct log_fact fact)
{
	fact.offset = reader->offset;
	fact.at_ms = reader->time == NULL ? -1 : log_prefix_time_ms(reader->time, 19);
	reader->listener.fact(reader->listener.context, &fact);
}

static void tell_line(struct log_reader *reader, const struct line *line,
	const struct log_rule *rule, enum log_severity severity, size_t message_start)
{
	bool is_hidden = severity == LOG_NOISE;
	reader->line_count++;
	reader->hidden_count += is_hidden;
	if (reader->listener.line == NULL)
		return;
	struct log_line told = {line, severity, rule, message_start, message_start == 0, is_hidden};
	reader->listener.line(reader->listener.context, &told);
}

/* A reason given by a verdict is one of its date, so the verdict comes last. */
static void act_on(
	struct log_reader *reader, const char *message, const struct log_hit *hits, int count)
{
	for (int i = 0; i < count; i++)
		reader->rule_counts[hits[i].rule_number]++;
	for (int i = 0; i < count; i++)
		if (hits[i].rule->act != LOG_ACT_NOTE && !reader_is_verdict(hits[i].rule->act))
			reader_act(reader, message, &hits[i]);
	for (int i = 0; i < count; i++)
		if (reader_is_verdict(hits[i].rule->act))
			reader_act(reader, message, &hits[i]);
}

static enum log_severity severity_of_level(enum log_level level)
{
	switch (level) {
	case LEVEL_DEBUG:
	case LEVEL_INFO:
		return LOG_INFORMATION;
	case LEVEL_WARNING:
		return LOG_WATCH;
	case LEVEL_ERROR:
	case LEVEL_CRITICAL:
		return LOG_ERROR;
	}
	return LOG_INFORMATION;
}

static unsigned scope_of_record(const struct log_prefix *prefix)
{
	unsigned scope = prefix->level >= LEVEL_WARNING ? LOG_SCOPE_LOUD : 0;
	/* Without a logger the line may be of either. */
	if (prefix->logger == NULL)
		return scope | LOG_SCOPE_MAIN | LOG_SCOPE_LOWER;
	bool is_main = prefix->logger_length == strlen("__main__") &&
		       memcmp(prefix->logger, "__main__", strlen("__main__")) == 0;
	return scope | (is_main ? LOG_SCOPE_MAIN : LOG_SCOPE_LOWER);
}

static bool read_hex(const char *text, size_t digits, uint32_t *value)
{
	*value = 0;
	for (size_t i = 0; i < digits; i++) {
		char c = text[i];
		if (c >= '0' && c <= '9')
			*value = *value * 16 + (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			*value = *value * 16 + (uint32_t)(c - 'a') + 10;
		else
			return false;
	}
	return true;
}

/* Python writes marks as \u2713 where the locale has no UTF-8. Returns the length, 0 = leave it. */
static size_t unescape(const char *text, size_t length, char into[LOG_ESCAPED_BYTES_MAX])
{
	size_t made = 0;
	bool has_escape = false;
	for (size_t i = 0; i < length;) {
		uint32_t code_point = 0;
		size_t digits = 0;
		if (text[i] == '\\' && i + 1 < length)
			digits = text[i + 1] == 'u' ? 4 : text[i + 1] == 'U' ? 8 : 0;
		if (made + 4 > LOG_ESCAPED_BYTES_MAX)
			return 0;
		if (digits > 0 && i + 2 + digits <= length &&
			read_hex(text + i + 2, digits, &code_point) && code_point >= 0xA0 &&
			code_point < 0x110000 && (code_point < 0xD800 || code_point > 0xDFFF)) {
			made += text_encode_utf8(code_point, into + made);
			i += 2 + digits;
			has_escape = true;
		} else {
			into[made++] = text[i++];
		}
	}
	return has_escape ? made : 0;
}

static bool may_be_escaped(const char *message, size_t length)
{
	size_t at = 0;
	while (at < length && message[at] == ' ')
		at++;
	return at + 1 < length && message[at] == '\\' &&
	       (message[at + 1] == 'u' || message[at + 1] == 'U');
}

static int match_message(struct log_reader *reader, const char *message, size_t length,
	unsigned scope, struct log_hit hits[LOG_HITS_MAX])
{
	int count;
	char unescaped[LOG_ESCAPED_BYTES_MAX];
	if (may_be_escaped(message, length)) {
		size_t made = unescape(message, length, unescaped);
		if (made > 0) {
			count = log_matcher_match(reader->matcher, unescaped, made, scope, hits);
			act_on(reader, unescaped, hits, count);
			return count;
		}
	}
	count = log_matcher_match(reader->matcher, message, length, scope, hits);
	act_on(reader, message, hits, count);
	return count;
}

static void begin_record(struct log_reader *reader, unsigned scope, enum log_severity severity)
{
	reader->has_record = true;
	reader->is_record_lower = (scope & LOG_SCOPE_MAIN) == 0;
	reader->record_severity = severity;
	reader->is_record_in_traceback = false;
	/* The process lives: the traceback was only logged. */
	reader->crash.weight = WEIGHT_NONE;
}

static bool give_record(struct log_reader *reader, const struct line *line)
{
	struct log_prefix prefix;
	struct log_hit hits[LOG_HITS_MAX];
	if (!log_prefix_parse(line->text, line->length, &prefix))
		return false;
	unsigned scope = scope_of_record(&prefix);
	const char *message = line->text + prefix.message_start;
	reader->time = prefix.time;
	begin_record(reader, scope, severity_of_level(prefix.level));
	int count =
		match_message(reader, message, line->length - prefix.message_start, scope, hits);
	if (count > 0)
		reader->record_severity = hits[0].rule->severity;
	tell_line(reader, line, count > 0 ? hits[0].rule : NULL, reader->record_severity,
		prefix.message_start);
	return true;
}

/* In a traceback the first line that is not indented is its end, whatever the exception's name. */
static bool ends_traceback(const struct log_reader *reader, const struct line *line)
{
	return reader->is_record_in_traceback && line->length > 0 && line->text[0] != ' ';
}

static void give_bare(struct log_reader *reader, const struct line *line)
{
	struct log_hit hits[LOG_HITS_MAX];
	unsigned scope = LOG_SCOPE_BARE | LOG_SCOPE_LOUD;
	if (!reader->has_record || !reader->is_record_lower)
		scope |= LOG_SCOPE_MAIN;
	reader->time = NULL;
	bool is_end = ends_traceback(reader, line);
	int count = match_message(reader, line->text, line->length, scope, hits);
	enum log_severity severity = reader->has_record ? reader->record_severity : LOG_INFORMATION;
	if (count > 0) {
		severity = hits[0].rule->severity;
	} else if (is_end) {
		struct log_span whole = {0, (uint32_t)line->length};
		static const struct log_rule exception = {.id = "",
			.pattern = "",
			.word = "",
			.act = LOG_ACT_EXCEPTION,
			.capture_count = 1,
			.captures = {{LOG_CAPTURE_TEXT, 0}}};
		struct log_hit hit = {.rule = &exception, .captures = {whole}};
		reader_act(reader, line->text, &hit);
		severity = LOG_ERROR;
	} else if (reader->is_record_in_traceback) {
		severity = LOG_ERROR;
	}
	tell_line(reader, line, count > 0 ? hits[0].rule : NULL, severity, 0);
}

static void give_piece(struct log_reader *reader, const struct line *line)
{
	if (!give_record(reader, line))
		give_bare(reader, line);
}

/* Two processes that share a file can glue two records into one line. */
static void take_line(void *context, const struct line *line)
{
	struct log_reader *reader = context;
	struct line piece = *line;
	reader->offset = line->offset;
	for (int i = 0; i < GLUED_RECORDS_MAX; i++) {
		size_t next = log_prefix_find_glued(piece.text, piece.length, 1);
		if (next == 0)
			break;
		struct line head = piece;
		head.length = next;
		give_piece(reader, &head);
		piece.text += next;
		piece.length -= next;
	}
	give_piece(reader, &piece);
}

void log_reader_begin_at(struct log_reader *reader, int64_t offset)
{
	line_splitter_restart(reader->splitter, offset);
	reader->hand.is_from_start = offset == 0;
}

void log_reader_add(struct log_reader *reader, const char *bytes, size_t length)
{
	line_splitter_add(reader->splitter, bytes, length, take_line, reader);
}

void log_reader_restart(struct log_reader *reader)
{
	line_splitter_end(reader->splitter, take_line, reader);
	line_splitter_restart(reader->splitter, 0);
	reader->hand.began_offset = -1;
	for (size_t i = 0; i < reader->open_count; i++)
		reader->open[i].began_offset = -1;
}

void log_reader_end(struct log_reader *reader)
{
	line_splitter_end(reader->splitter, take_line, reader);
	reader->offset = -1;
	reader->time = NULL;
	reader_end_run(reader);
}

int64_t log_reader_offset(const struct log_reader *reader)
{
	return line_splitter_offset(reader->splitter);
}

bool log_reader_is_in_window(const struct log_reader *reader)
{
	if (reader->hand.is_window_open)
		return true;
	for (size_t i = 0; i < reader->open_count; i++)
		if (reader->open[i].is_window_open)
			return true;
	return false;
}

bool log_reader_pending(struct log_reader *reader, struct line *line)
{
	return line_splitter_pending(reader->splitter, line);
}

int64_t log_reader_line_count(const struct log_reader *reader)
{
	return reader->line_count;
}

int64_t log_reader_hidden_count(const struct log_reader *reader)
{
	return reader->hidden_count;
}

int64_t log_reader_rule_count(const struct log_reader *reader, size_t rule_number)
{
	return reader->rule_counts[rule_number];
}
