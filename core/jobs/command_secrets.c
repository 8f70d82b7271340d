#include "command_parts.h"

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

/* The longest secret that begins at `at`: one may begin with another. 0 when none does. */
static size_t secret_at(const struct command *command, const char *at)
{
	size_t longest = 0;
	for (size_t i = 0; i < command->secret_count; i++) {
		const char *value = value_of(command, i);
		size_t length = value == NULL ? 0 : strlen(value);
		if (length >= COMMAND_SECRET_BYTES_MIN && length > longest &&
			strncmp(at, value, length) == 0)
			longest = length;
	}
	return longest;
}

bool command_quotes_secret(const struct command *command, const char *text, size_t length)
{
	for (size_t i = 0; i < command->secret_count; i++) {
		const char *value = value_of(command, i);
		size_t bytes = value == NULL ? 0 : strlen(value);
		if (bytes >= COMMAND_SECRET_BYTES_MIN && memmem(text, length, value, bytes) != NULL)
			return true;
	}
	return false;
}

char *command_mask(const struct command *command, const char *text)
{
	struct buffer masked = {0};
	if (!command_quotes_secret(command, text, strlen(text)))
		return memory_copy_text(text);
	while (*text != '\0') {
		size_t secret = secret_at(command, text);
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
