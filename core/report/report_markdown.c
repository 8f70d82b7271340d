/* Text from outside in Markdown: it is read there, and formats nothing. */
#include "report_parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* One line of it, without what a terminal or a reader could be misled by; free it. */
static char *one_line(const char *text)
{
	char *line = memory_copy_text(text);
	text_make_printable(line);
	for (char *at = line; *at != '\0'; at++)
		*at = *at == '\n' || *at == '\t' ? ' ' : *at;
	return line;
}

/* An underscore within a word (a table's name) is itself. */
static bool must_escape(const char *line, const char *at)
{
	static const char special[] = "\\`*<>[]|&~$";
	bool is_within = at > line && isalnum((unsigned char)at[-1]) != 0 &&
			 isalnum((unsigned char)at[1]) != 0;
	return *at == '_' ? !is_within : strchr(special, *at) != NULL;
}

void report_add_prose(const char *text, struct buffer *into)
{
	char *line = one_line(text);
	for (const char *at = line; *at != '\0'; at++) {
		if (must_escape(line, at))
			buffer_add_char(into, '\\');
		buffer_add_char(into, *at);
	}
	free(line);
}

static size_t longest_ticks(const char *line)
{
	size_t longest = 0;
	for (const char *at = line; (at = strchr(at, '`')) != NULL;) {
		size_t length = strspn(at, "`");
		longest = length > longest ? length : longest;
		at += length;
	}
	return longest;
}

static void add_ticks(size_t count, struct buffer *into)
{
	while (count-- > 0)
		buffer_add_char(into, '`');
}

/* https://spec.commonmark.org/0.31.2/#code-spans: no run of backticks within is as long as the ones
 * around it; a blank at both ends is taken away. */
void report_add_code(const char *text, bool is_in_table, struct buffer *into)
{
	char *line = one_line(text);
	size_t length = strlen(line), ticks = longest_ticks(line) + 1;
	bool is_padded = length == 0 || line[0] == '`' || line[length - 1] == '`' ||
			 (line[0] == ' ' && line[length - 1] == ' ');
	add_ticks(ticks, into);
	buffer_add_text(into, is_padded ? " " : "");
	for (const char *at = line; *at != '\0'; at++) {
		if (is_in_table && *at == '|')
			buffer_add_char(into, '\\'); /* a cell ends at it, even within code */
		buffer_add_char(into, *at);
	}
	buffer_add_text(into, is_padded ? " " : "");
	add_ticks(ticks, into);
	free(line);
}

/* The last place: what a job said stands at the end of a sentence. */
static const char *find_last(const char *sentence, const char *words)
{
	const char *last = NULL;
	if (words == NULL || words[0] == '\0')
		return NULL;
	for (const char *at = sentence; (at = strstr(at, words)) != NULL; at++)
		last = at;
	return last;
}

void report_add_sentence(const char *sentence, const char *words, struct buffer *into)
{
	const char *found = find_last(sentence, words);
	if (found == NULL) {
		report_add_prose(sentence, into);
		return;
	}
	char *before = memory_copy_span(sentence, (size_t)(found - sentence));
	report_add_prose(before, into);
	report_add_code(words, false, into);
	report_add_prose(found + strlen(words), into);
	free(before);
}

/* Its own attempt's, or those of what it waits for. */
const char *report_words(const struct report *report, size_t table, date_t date)
{
	const struct cell *cell = coverage_cell(report->coverage, table, date);
	const struct cell *other =
		cell == NULL || cell->because < 0
			? NULL
			: coverage_cell(report->coverage, (size_t)cell->because, date);
	if (cell != NULL && cell->verdict != VERDICT_BLOCKED && cell->attempt_words[0] != '\0')
		return cell->attempt_words;
	return other == NULL ? "" : other->attempt_words;
}

static bool has_control(const char *text)
{
	while (*text != '\0' && (unsigned char)*text >= ' ' && *text != 127)
		text++;
	return *text != '\0';
}

/* $'...': a line break in a word would end the fence that it stands in. */
static void add_ansi_word(const char *text, struct buffer *into)
{
	buffer_add_text(into, "$'");
	for (; *text != '\0'; text++) {
		bool is_control = (unsigned char)*text < ' ' || *text == 127;
		if (is_control)
			buffer_add_format(into, "\\%03o", (unsigned)(unsigned char)*text);
		else
			buffer_add_format(
				into, *text == '\'' || *text == '\\' ? "\\%c" : "%c", *text);
	}
	buffer_add_char(into, '\'');
}

/* A word for a shell: in single quotes unless it needs none. */
void report_add_word(const char *text, struct buffer *into)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-./,:=@%+";
	if (text[0] != '\0' && strspn(text, plain) == strlen(text)) {
		buffer_add_text(into, text);
		return;
	}
	if (has_control(text)) {
		add_ansi_word(text, into);
		return;
	}
	buffer_add_char(into, '\'');
	for (; *text != '\0'; text++)
		buffer_add_format(into, *text == '\'' ? "'\\'%c" : "%c", *text);
	buffer_add_char(into, '\'');
}
