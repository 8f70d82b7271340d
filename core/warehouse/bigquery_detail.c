/* What does not fit into the sentence of an error, line by line, for whoever keeps a log. */
#include "bigquery_parts.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_TOLD_MAX	  10
#define STATEMENT_COLUMNS 76 /* of the line with a mistake in it */
#define EXCERPT_COLUMNS	  40
#define PENDING_FIRST_MS  30000
#define PENDING_LAST_MS	  600000

void bigquery_hear_details(struct bigquery *bigquery, const struct detail_listener *listener)
{
	bigquery->listener = *listener;
}

static const struct detail_listener *_Atomic listener_by_default;

void detail_listen_by_default(const struct detail_listener *listener)
{
	listener_by_default = listener;
}

void bigquery_tell_wait(void *context, const char *why)
{
	const struct bigquery *bigquery = context;
	int64_t minutes = (bigquery_policy(bigquery)->total_ms + 59999) / 60000;
	bigquery_tell(
		bigquery, 'W', "%s; asking again for up to %" PRId64 " minutes", why, minutes);
}

void bigquery_tell(const struct bigquery *bigquery, char severity, const char *format, ...)
{
	char line[DETAIL_LINE_BYTES];
	va_list arguments;
	const struct detail_listener *listener =
		bigquery->listener.hear != NULL ? &bigquery->listener : listener_by_default;
	if (listener == NULL)
		return;
	va_start(arguments, format);
	if (vsnprintf(line, sizeof(line), format, arguments) < 0)
		line[0] = '\0';
	va_end(arguments);
	http_clean_text(line);
	listener->hear(listener->context, severity, line);
}

/* The list says the result once more, before or among the rows. */
static const char *bad_row(const json_t *errors, size_t index, const char *result)
{
	const char *message = bigquery_text_at(json_array_get(errors, index), "message");
	return message == NULL || (result != NULL && strcmp(message, result) == 0) ? NULL : message;
}

size_t bigquery_tell_bad_rows(
	const struct bigquery *bigquery, const json_t *errors, const char *result)
{
	size_t count = 0;
	for (size_t i = 0; i < json_array_size(errors); i++) {
		const char *row = bad_row(errors, i, result);
		if (row != NULL && ++count <= ROWS_TOLD_MAX)
			bigquery_tell(bigquery, 'W', "refused: %s", row);
	}
	if (count > ROWS_TOLD_MAX)
		bigquery_tell(bigquery, 'W', "refused: %zu more rows", count - ROWS_TOLD_MAX);
	return count;
}

const char *bigquery_first_bad_row(const json_t *errors, const char *result)
{
	const char *row = NULL;
	for (size_t i = 0; row == NULL && i < json_array_size(errors); i++)
		row = bad_row(errors, i, result);
	return row;
}

static bool read_number(const char **at, size_t *number)
{
	char *end;
	if (**at < '1' || **at > '9' || strspn(*at, "0123456789") > 7)
		return false;
	*number = strtoul(*at, &end, 10);
	*at = end;
	return true;
}

static bool read_place(const char *at, size_t *line, size_t *column)
{
	size_t first, second;
	if (!read_number(&at, &first) || *at != ':')
		return false;
	at++;
	if (!read_number(&at, &second) || *at != ']')
		return false;
	*line = first;
	*column = second;
	return true;
}

/* "... at [3:12]"; the last one, as a name that the message quotes may look alike. */
static bool find_place(const char *message, size_t *line, size_t *column)
{
	bool is_found = false;
	for (const char *at = strchr(message, '['); at != NULL; at = strchr(at + 1, '['))
		is_found = read_place(at + 1, line, column) || is_found;
	return is_found;
}

static const char *find_line(const char *sql, size_t number)
{
	for (; number > 1 && sql != NULL; number--) {
		sql = strchr(sql, '\n');
		sql = sql == NULL ? NULL : sql + 1;
	}
	return sql;
}

/* Past so many characters of the line; stops at its end. */
static const char *skip_columns(const char *line, size_t count)
{
	for (; count > 0 && *line != '\0' && *line != '\n'; count--) {
		uint32_t ignored;
		line += text_decode_utf8(line, strlen(line), &ignored);
	}
	return line;
}

/* The one behind the last letter too: there something is missing. */
static bool has_column(const char *line, size_t column)
{
	return column == 1 || strchr("\n", *skip_columns(line, column - 2)) == NULL;
}

static void tell_place(const struct bigquery *bigquery, const char *line, size_t column)
{
	size_t skipped = column > STATEMENT_COLUMNS / 2 ? column - STATEMENT_COLUMNS / 2 : 0;
	const char *first = skip_columns(line, skipped);
	const char *end = skip_columns(first, STATEMENT_COLUMNS);
	bigquery_tell(bigquery, 'W', "%.*s", (int)(end - first), first);
	bigquery_tell(bigquery, 'W', "%*s^ here in the statement", (int)(column - 1 - skipped), "");
}

static void add_excerpt(const char *place, struct error *err)
{
	const char *end = skip_columns(place, EXCERPT_COLUMNS);
	if (err == NULL || end == place)
		return;
	struct error plain = *err;
	error_set(err, plain.kind, "%s; there: \"%.*s\"", plain.text, (int)(end - place), place);
	http_clean_text(err->text);
}

void bigquery_show_place(const struct bigquery *bigquery, const char *sql, struct error *err)
{
	size_t number = 0, column = 0;
	if (bigquery->failure.trouble != TROUBLE_INVALID ||
		!find_place(bigquery->failure.message, &number, &column))
		return;
	const char *line = find_line(sql, number);
	if (line == NULL || !has_column(line, column))
		return;
	tell_place(bigquery, line, column);
	add_excerpt(skip_columns(line, column - 1), err);
}

static void tell_deferments(const json_t *reasons, struct buffer *words)
{
	for (size_t i = 0; i < json_array_size(reasons) && i < ROWS_TOLD_MAX; i++) {
		const char *reason = json_string_value(json_array_get(reasons, i));
		if (reason != NULL)
			buffer_add_format(words, "%s%.100s",
				words->length == 0 ? "; held back by the quota: " : ", ", reason);
	}
}

void bigquery_begin_pending(const struct bigquery *bigquery, struct bigquery_pending *pending)
{
	pending->since_ms = bigquery_policy(bigquery)->now_ms();
	pending->tell_after_ms = PENDING_FIRST_MS;
}

bool bigquery_is_pending_due(
	const struct bigquery *bigquery, const struct bigquery_pending *pending)
{
	return bigquery->listener.hear != NULL &&
	       bigquery_policy(bigquery)->now_ms() - pending->since_ms >= pending->tell_after_ms;
}

void bigquery_tell_pending(
	const struct bigquery *bigquery, struct bigquery_pending *pending, const json_t *job)
{
	const char *state = bigquery_text_at(job, "status.state");
	char age[DURATION_TEXT_BYTES];
	struct buffer words = {0};
	int64_t age_ms = bigquery_policy(bigquery)->now_ms() - pending->since_ms;
	if (!bigquery_is_pending_due(bigquery, pending))
		return;
	while (pending->tell_after_ms <= age_ms)
		pending->tell_after_ms += pending->tell_after_ms < PENDING_LAST_MS
						  ? pending->tell_after_ms
						  : PENDING_LAST_MS;
	if (state == NULL || strcmp(state, "PENDING") != 0)
		return;
	const char *id = bigquery_text_at(job, "jobReference.jobId");
	tell_deferments(bigquery_at(job, "statistics.quotaDeferments"), &words);
	bigquery_tell(bigquery, 'W', "BigQuery has not begun the job %.80s for %s%s",
		id == NULL ? "" : id, clock_format_duration(age_ms, age), buffer_text(&words));
	buffer_release(&words);
}
