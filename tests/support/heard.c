#include "tests/support/heard.h"

#include "tests/test.h"

struct log_rules *heard_rules;

int heard_set_up(void **state)
{
	(void)state;
	heard_rules = log_rules_new();
	return 0;
}

int heard_tear_down(void **state)
{
	(void)state;
	log_rules_free(heard_rules);
	return 0;
}

void heard_take_fact(void *context, const struct log_fact *fact)
{
	struct heard *heard = context;
	if (heard->wants_offsets)
		buffer_add_format(&heard->facts, "%lld ", (long long)fact->offset);
	fact_text_add(&heard->facts, fact);
	if (fact->kind == LOG_FACT_DATE_ENDED) {
		heard->ended_offset = fact->offset;
		heard->began_offset = fact->began_offset;
		heard->at_ms = fact->at_ms;
		heard->started_ms = fact->started_ms;
	}
}

void heard_take_line(void *context, const struct log_line *line)
{
	struct heard *heard = context;
	buffer_add_format(&heard->lines, "%c%c %s ", log_severity_letter(line->severity),
		line->is_continuation ? '+' : ' ', line->rule == NULL ? "-" : line->rule->id);
	buffer_add(&heard->lines, line->line->text + line->message_start,
		line->line->length - line->message_start);
	buffer_add_char(&heard->lines, '\n');
	heard->line_count++;
	heard->hidden_count += line->is_hidden;
}

struct log_reader *heard_reader(struct heard *heard)
{
	struct log_listener listener = {heard, heard_take_fact, heard_take_line};
	return log_reader_new(heard_rules, &listener);
}

struct heard heard_text(const char *text)
{
	struct heard heard = {0};
	struct log_reader *reader = heard_reader(&heard);
	log_reader_add(reader, text, strlen(text));
	log_reader_end(reader);
	log_reader_free(reader);
	return heard;
}

struct heard heard_file(const char *name)
{
	struct heard heard = {0};
	struct buffer file = log_sample(name);
	struct log_reader *reader = heard_reader(&heard);
	log_reader_add(reader, file.bytes, file.length);
	log_reader_end(reader);
	log_reader_free(reader);
	buffer_release(&file);
	return heard;
}

void heard_release(struct heard *heard)
{
	buffer_release(&heard->facts);
	buffer_release(&heard->lines);
}

const char *const heard_ends[] = {"ended", "run ended", "problem", "refused", "listed", NULL};
const char *const heard_everything[] = {"", NULL};

void heard_assert_facts(struct heard *heard, const char *const *words, const char *expected)
{
	struct buffer kept = {0};
	char *rest = heard->facts.bytes;
	for (char *line; (line = strsep(&rest, "\n")) != NULL && line[0] != '\0';)
		for (size_t i = 0; words[i] != NULL; i++)
			if (strncmp(line, words[i], strlen(words[i])) == 0)
				buffer_add_format(&kept, "%s\n", line);
	assert_string_equal(buffer_text(&kept), expected);
	buffer_release(&kept);
	heard_release(heard);
}

void heard_assert_ends(const char *text, const char *expected)
{
	struct heard heard = heard_text(text);
	heard_assert_facts(&heard, heard_ends, expected);
}
