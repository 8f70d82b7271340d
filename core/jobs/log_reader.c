#include "log_reader_parts.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define GLUED_RECORDS_MAX 8

static int8_t stage_named(const char *word)
{
	for (int i = 0; i <= LOG_STAGE_RECORD; i++)
		if (strcmp(word, log_stage_word((enum log_stage)i)) == 0)
			return (int8_t)i;
	return -1;
}

struct log_reader *log_reader_new_with(
	struct log_matcher *matcher, const struct log_listener *listener)
{
	struct log_reader *reader = memory_new(sizeof(*reader));
	const struct log_rules *rules = log_matcher_rules(matcher);
	size_t count = log_rules_count(rules);
	reader->listener = *listener;
	reader->splitter = line_splitter_new();
	reader->matcher = matcher;
	reader->rule_stages = memory_new_array(count + 1, sizeof(int8_t));
	for (size_t i = 0; i < count; i++)
		reader->rule_stages[i] = stage_named(log_rules_at(rules, i)->word);
	reader->counts.said_ok = reader->counts.said_failed = reader->counts.said_skipped = -1;
	state_clear(&reader->hand);
	reader->hand.is_from_start = true;
	reader->hour.ms = -1;
	return reader;
}

struct log_reader *log_reader_new(
	const struct log_rules *rules, const struct log_listener *listener)
{
	struct log_reader *reader = log_reader_new_with(log_matcher_new(rules), listener);
	reader->owns_matcher = true;
	return reader;
}

void log_reader_free(struct log_reader *reader)
{
	if (reader == NULL)
		return;
	line_splitter_free(reader->splitter);
	if (reader->owns_matcher)
		log_matcher_free(reader->matcher);
	free(reader->rule_stages);
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

void reader_tell(struct log_reader *reader, struct log_fact *fact)
{
	fact->offset = reader->offset;
	fact->at_ms =
		reader->time == NULL ? -1 : log_prefix_time_in(&reader->hour, reader->time, 19);
	reader->listener.fact(reader->listener.context, fact);
}

void reader_tell_of(struct log_reader *reader, enum log_fact_kind kind, date_t date)
{
	struct log_fact fact = fact_of(kind, date);
	reader_tell(reader, &fact);
}

static void tell_line(struct log_reader *reader, const struct line *line,
	const struct log_rule *rule, enum log_severity severity, size_t message_start)
{
	bool is_hidden = severity == LOG_NOISE;
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

static void begin_record(struct log_reader *reader, unsigned scope, enum log_severity severity)
{
	reader->has_record = true;
	reader->is_record_lower = (scope & LOG_SCOPE_MAIN) == 0;
	reader->record_severity = severity;
	reader->is_record_in_traceback = false;
	/* The process lives: the traceback was only logged. */
	reader->crash.weight = WEIGHT_NONE;
}

static void tell_record(
	struct log_reader *reader, const struct line *line, const struct log_meaning *meaning)
{
	const struct log_rule *rule = meaning->hit_count > 0 ? meaning->hits[0].rule : NULL;
	if (rule != NULL)
		reader->record_severity = rule->severity;
	tell_line(reader, line, rule, reader->record_severity, meaning->message_start);
}

static void give_record(struct log_reader *reader, const struct line *line,
	const struct log_meaning *meaning, const char *message)
{
	reader->time = meaning->is_timed ? line->text : NULL;
	begin_record(reader, meaning->scope, severity_of_level(meaning->level));
	act_on(reader, message, meaning->hits, meaning->hit_count);
	tell_record(reader, line, meaning);
}

/* In a traceback the first line that is not indented is its end, whatever the exception's name. */
static bool ends_traceback(const struct log_reader *reader, const struct line *line)
{
	return reader->is_record_in_traceback && line->length > 0 && line->text[0] != ' ';
}

static void give_bare(struct log_reader *reader, const struct line *line,
	const struct log_meaning *meaning, const char *message)
{
	reader->time = NULL;
	bool is_end = ends_traceback(reader, line);
	act_on(reader, message, meaning->hits, meaning->hit_count);
	const struct log_rule *rule = meaning->hit_count > 0 ? meaning->hits[0].rule : NULL;
	enum log_severity severity = reader->has_record ? reader->record_severity : LOG_INFORMATION;
	if (rule != NULL) {
		severity = rule->severity;
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
	tell_line(reader, line, rule, severity, 0);
}

static unsigned bare_scope(const struct log_reader *reader)
{
	unsigned scope = LOG_SCOPE_BARE | LOG_SCOPE_LOUD;
	return reader->has_record && reader->is_record_lower ? scope : scope | LOG_SCOPE_MAIN;
}

static void give_meaning(struct log_reader *reader, const struct line *line,
	const struct log_meaning *meaning, const char *message)
{
	if ((meaning->scope & LOG_SCOPE_BARE) != 0)
		give_bare(reader, line, meaning, message);
	else
		give_record(reader, line, meaning, message);
}

/* Fills all of the meaning but its hits. */
static void take_prefix(
	const struct log_reader *reader, const struct line *line, struct log_meaning *meaning)
{
	struct log_prefix prefix;
	bool is_record = log_prefix_parse(line->text, line->length, &prefix);
	meaning->scope = is_record ? scope_of_record(&prefix) : bare_scope(reader);
	meaning->level = is_record ? prefix.level : LEVEL_INFO;
	meaning->message_start = is_record ? prefix.message_start : 0;
	meaning->is_timed = is_record && prefix.time != NULL;
}

static void give_new(struct log_reader *reader, const struct line *line, struct log_memo *memo,
	const struct memo_key *key)
{
	char unescaped[LOG_ESCAPED_BYTES_MAX];
	struct log_meaning meaning;
	take_prefix(reader, line, &meaning);
	const char *message = line->text + meaning.message_start;
	size_t length = line->length - meaning.message_start;
	bool is_escaped = may_be_escaped(message, length);
	size_t made = is_escaped ? unescape(message, length, unescaped) : 0;
	if (made > 0) {
		message = unescaped;
		length = made;
	}
	meaning.hit_count =
		log_matcher_match(reader->matcher, message, length, meaning.scope, meaning.hits);
	if (memo != NULL && !is_escaped)
		log_memo_keep(memo, key, &meaning);
	give_meaning(reader, line, &meaning, message);
}

static bool give_known(struct log_reader *reader, const struct line *line, struct log_memo *memo,
	const struct memo_key *key)
{
	struct log_meaning meaning;
	if (!log_memo_find(memo, key, bare_scope(reader), &meaning))
		return false;
	give_meaning(reader, line, &meaning, line->text + meaning.message_start);
	return true;
}

static void give_line(struct log_reader *reader, const struct line *line, struct log_memo *memo,
	const struct memo_key *key)
{
	reader->offset = line->offset;
	/* What was said before means what it meant before. */
	if (memo != NULL && give_known(reader, line, memo, key))
		return;
	/* Two processes that share a file can glue two records into one line. */
	struct line piece = *line;
	size_t next;
	for (int i = 0; i < GLUED_RECORDS_MAX &&
			(next = log_prefix_find_glued(piece.text, piece.length, 1)) != 0;
		i++) {
		struct line head = piece;
		head.length = next;
		give_new(reader, &head, NULL, NULL);
		piece.text += next;
		piece.length -= next;
	}
	give_new(reader, &piece, piece.text == line->text ? memo : NULL, key);
}

static void give_ahead(struct log_reader *reader, struct log_memo *memo)
{
	const struct ahead *first = &reader->ahead[reader->ahead_first];
	reader->ahead_first = (reader->ahead_first + 1) % AHEAD_MAX;
	reader->ahead_count--;
	give_line(reader, &first->line, memo, &first->key);
}

static void take_line(void *context, const struct line *line)
{
	struct log_reader *reader = context;
	struct log_memo *memo = log_matcher_memo(reader->matcher);
	/* What was copied is overwritten by the next line that is. */
	bool can_wait = memo != NULL &&
			(uintptr_t)line->text - (uintptr_t)reader->given < reader->given_length;
	while (reader->ahead_count > (can_wait ? AHEAD_MAX - 1 : 0))
		give_ahead(reader, memo);
	struct memo_key key = {0};
	if (memo != NULL)
		key = log_memo_key(memo, line->text, line->length);
	if (!can_wait) {
		give_line(reader, line, memo, &key);
		return;
	}
	size_t last = (reader->ahead_first + reader->ahead_count++) % AHEAD_MAX;
	reader->ahead[last] = (struct ahead){*line, key};
}

void log_reader_begin_at(struct log_reader *reader, int64_t offset)
{
	line_splitter_restart(reader->splitter, offset);
	reader->hand.is_from_start = offset == 0;
}

void log_reader_add(struct log_reader *reader, const char *bytes, size_t length)
{
	reader->given = bytes;
	reader->given_length = length;
	line_splitter_add(reader->splitter, bytes, length, take_line, reader);
	while (reader->ahead_count > 0)
		give_ahead(reader, log_matcher_memo(reader->matcher));
	reader->given_length = 0;
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

bool log_reader_is_in_window(const struct log_reader *reader)
{
	if (reader->hand.is_window_open)
		return true;
	for (size_t i = 0; i < reader->open_count; i++)
		if (reader->open[i].is_window_open)
			return true;
	return false;
}
