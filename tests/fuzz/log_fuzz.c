/* libFuzzer target: whatever the bytes are, and however they are cut, a log gives the same lines
 * and facts, all of them harmless. The first byte says how it is cut. */
#include "jobs/log_reader.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

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
	mix(heard, (const char *)&fact->offset, sizeof(fact->offset));
	mix(heard, (const char *)&fact->rows, sizeof(fact->rows));
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

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static struct log_rules *rules;
	static struct log_matcher *old;
	if (length == 0)
		return 0;
	if (rules == NULL) {
		rules = log_rules_new();
		old = log_matcher_new(rules);
	}
	/* One matcher remembers the lines of all inputs, the other has nothing to remember. */
	struct log_matcher *fresh = log_matcher_new(rules);
	const char *text = (const char *)bytes + 1;
	struct heard whole = read_in_pieces(old, text, length - 1, length);
	struct heard pieces = read_in_pieces(fresh, text, length - 1, 1 + bytes[0] % 64U);
	log_matcher_free(fresh);
	if (whole.digest != pieces.digest || whole.facts != pieces.facts ||
		whole.lines != pieces.lines)
		abort();
	return 0;
}
