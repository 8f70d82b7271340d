/* libFuzzer target: whatever the bytes are, and however they are cut, a log gives the same lines
 * and facts, all of them harmless, with the reader's shortcuts and without them. The first byte
 * says how it is cut. */
#include "core/jobs/log_rules_parts.h"
#include "core/jobs/log_reader.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define MEMO_LINES 2500 /* more than a matcher wants to see before it remembers */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

struct heard {
	uint64_t digest;
	int64_t facts, lines;
};

static void mix(struct heard *heard, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		heard->digest = (heard->digest ^ (unsigned char)bytes[i]) * 1099511628211U;
}

static void take_fact(void *context, const struct log_fact *fact)
{
	struct heard *heard = context;
	heard->facts++;
	const int64_t numbers[] = {fact->kind, fact->offset, fact->at_ms, fact->date, fact->done,
		fact->total, fact->stage, fact->severity, fact->outcome, fact->rows, fact->entities,
		fact->failures, fact->started_ms, fact->seconds_ms};
	mix(heard, (const char *)numbers, sizeof(numbers));
	mix(heard, fact->category, strlen(fact->category));
	if (!text_is_utf8(fact->text, strlen(fact->text)) || strlen(fact->text) >= LOG_REASON_BYTES)
		abort();
	mix(heard, fact->text, strlen(fact->text));
}

static void take_line(void *context, const struct log_line *line)
{
	struct heard *heard = context;
	heard->lines++;
	if (line->message_start > line->line->length ||
		line->line->length > LINE_BYTES_MAX + LINE_CUT_MARK_BYTES ||
		!text_is_utf8(line->line->text, line->line->length))
		abort();
	for (size_t i = 0; i < line->line->length; i++)
		if ((unsigned char)line->line->text[i] < ' ' && line->line->text[i] != '\t')
			abort();
	mix(heard, line->line->text, line->line->length);
	mix(heard, (const char *)&line->severity, sizeof(line->severity));
	mix(heard, (const char *)&line->rule, sizeof(line->rule));
}

static struct heard read_in_pieces(
	struct log_matcher *matcher, const char *bytes, size_t length, size_t piece)
{
	struct heard heard = {0};
	struct log_listener listener = {&heard, take_fact, take_line};
	struct log_reader *reader = log_reader_new_with(matcher, &listener);
	for (size_t at = 0; at < length; at += piece)
		log_reader_add(reader, bytes + at, length - at < piece ? length - at : piece);
	log_reader_end(reader);
	log_reader_free(reader);
	return heard;
}

/* The same lines with other digits. */
static void read_with_other_digits(struct log_matcher *matcher, const char *bytes, size_t length)
{
	char *copy = malloc(length + 1);
	for (size_t i = 0; copy != NULL && i < length; i++) {
		bool is_digit = bytes[i] >= '0' && bytes[i] <= '9';
		copy[i] = is_digit ? (char)('0' + (bytes[i] - '0' + i) % 10) : bytes[i];
	}
	if (copy != NULL)
		read_in_pieces(matcher, copy, length, length + 1);
	free(copy);
}

static struct log_matcher *new_matcher_with_memory(const struct log_rules *rules)
{
	struct log_hit hits[LOG_HITS_MAX];
	struct log_matcher *matcher = log_matcher_new(rules);
	for (int i = 0; i < MEMO_LINES; i++)
		log_matcher_match(matcher, "", 0, LOG_SCOPE_BARE, hits);
	return matcher;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static struct log_rules *rules;
	static struct log_matcher *old;
	if (length == 0)
		return 0;
	if (rules == NULL) {
		rules = log_rules_new();
		old = new_matcher_with_memory(rules);
	}
	/* One matcher remembers the lines of all inputs, the other tries every rule on each. */
	struct log_matcher *thorough = log_matcher_new(rules);
	log_matcher_be_thorough(thorough);
	const char *text = (const char *)bytes + 1;
	read_with_other_digits(old, text, length - 1);
	struct heard whole = read_in_pieces(old, text, length - 1, length);
	struct heard pieces = read_in_pieces(thorough, text, length - 1, 1 + bytes[0] % 64U);
	log_matcher_free(thorough);
	if (whole.digest != pieces.digest || whole.facts != pieces.facts ||
		whole.lines != pieces.lines)
		abort();
	return 0;
}
