#include "command_parts.h"

#include "line_splitter.h"
#include "jobs/log_window.h"

#include <stdlib.h>
#include <string.h>

bool command_is_secret(const struct command *command, const char *name)
{
	for (size_t i = 0; i < command->secret_count; i++)
		if (strcmp(command->secrets[i], name) == 0)
			return true;
	return false;
}

static const char *value_of(const struct command *command, size_t secret)
{
	const char *value = command_variable_value(command, command->secrets[secret]);
	return value != NULL ? value : getenv(command->secrets[secret]);
}

/* A secret of several lines (a key in PEM, a JSON file) reaches a log line by line. */
static const char *next_piece(const char *at, size_t *length)
{
	at += strspn(at, "\r\n");
	*length = strcspn(at, "\r\n");
	return *length > 0 ? at : NULL;
}

/* Where the text ends, or was cut (core/jobs/line_splitter.h): what stands there may be the
 * beginning of a secret. */
static const char *end_of(const char *text, size_t length)
{
	static const char mark[] = " [cut: ";
	const char *end = text + length;
	size_t most = sizeof(mark) - 1 + LINE_CUT_MARK_BYTES;
	const char *from = length > most ? end - most : text;
	const char *found = memmem(from, (size_t)(end - from), mark, sizeof(mark) - 1);
	return found != NULL ? found : end;
}

/* How much of the text that begins at `at` is the piece. */
static size_t length_at(const char *at, const char *end, const char *piece, size_t length)
{
	size_t same = 0;
	while (same < length && at + same < end && at[same] == piece[same])
		same++;
	bool is_secret = same == length || at + same == end;
	return is_secret && same >= COMMAND_SECRET_BYTES_MIN ? same : 0;
}

/* The longest secret that begins at `at`: one may begin with another. 0 when none does. */
static size_t secret_at(const struct command *command, const char *at, const char *end)
{
	size_t longest = 0, length;
	for (size_t i = 0; i < command->secret_count; i++) {
		const char *piece = value_of(command, i);
		for (; piece != NULL && (piece = next_piece(piece, &length)) != NULL;
			piece += length) {
			size_t found = length_at(at, end, piece, length);
			longest = found > longest ? found : longest;
		}
	}
	return longest;
}

static bool has_piece(const char *text, size_t text_length, const char *piece, size_t length)
{
	const char *end = end_of(text, text_length);
	if (length < COMMAND_SECRET_BYTES_MIN)
		return false;
	if (memmem(text, text_length, piece, length) != NULL)
		return true;
	size_t most = (size_t)(end - text) < length ? (size_t)(end - text) : length;
	for (size_t same = COMMAND_SECRET_BYTES_MIN; same <= most; same++)
		if (memcmp(end - same, piece, same) == 0)
			return true;
	return false;
}

bool command_quotes_secret(const struct command *command, const char *text, size_t length)
{
	size_t bytes;
	for (size_t i = 0; i < command->secret_count; i++) {
		const char *piece = value_of(command, i);
		for (; piece != NULL && (piece = next_piece(piece, &bytes)) != NULL; piece += bytes)
			if (has_piece(text, length, piece, bytes))
				return true;
	}
	return false;
}

char *command_mask(const struct command *command, const char *text)
{
	struct buffer masked = {0};
	size_t length = strlen(text);
	const char *end = end_of(text, length);
	if (!command_quotes_secret(command, text, length))
		return memory_copy_text(text);
	while (*text != '\0') {
		size_t secret = secret_at(command, text, end);
		if (secret > 0)
			buffer_add_text(&masked, COMMAND_MASK);
		else
			buffer_add_char(&masked, *text);
		text += secret > 0 ? secret : 1;
	}
	char *copy = memory_copy_text(buffer_text(&masked));
	buffer_release(&masked);
	return copy;
}

void command_mask_piece(struct command *const *commands, size_t count, struct log_window *piece)
{
	for (size_t i = 0; i < piece->count; i++)
		for (size_t job = 0; job < count; job++) {
			char **text = &piece->items[i].text;
			if (commands[job] == NULL ||
				!command_quotes_secret(commands[job], *text, strlen(*text)))
				continue;
			char *masked = command_mask(commands[job], *text);
			free(*text);
			*text = masked;
		}
}
