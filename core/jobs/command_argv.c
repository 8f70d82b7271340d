#include "command_parts.h"

#include <stdlib.h>
#include <string.h>

const char *command_variable_value(const struct command *command, const char *name)
{
	for (size_t i = 0; i < command->variable_count; i++)
		if (strcmp(command->variables[i].name, name) == 0)
			return command->variables[i].value;
	return NULL;
}

void command_list_free(char **list)
{
	for (size_t i = 0; list != NULL && list[i] != NULL; i++)
		free(list[i]);
	free(list);
}

static const char *const *template_of(
	const struct command *command, const struct command_run *run, size_t *count)
{
	bool listed = run->by_list && !command->takes_list;
	*count = listed ? command->argv_dates_count : command->argv_count;
	return listed ? command->argv_dates : command->argv;
}

char **command_argv(const struct command *command, const struct command_run *run)
{
	size_t count;
	const char *const *texts = template_of(command, run, &count);
	char **argv = memory_new_array(count + 1, sizeof(*argv));
	for (size_t i = 0; i < count; i++) {
		struct buffer text = {0};
		template_expand(texts[i], run, &text);
		argv[i] = memory_copy_text(buffer_text(&text));
		buffer_release(&text);
	}
	return argv;
}

static bool is_changed(const struct command *command, const char *assignment)
{
	for (size_t i = 0; i < command->variable_count; i++) {
		size_t length = strlen(command->variables[i].name);
		if (strncmp(assignment, command->variables[i].name, length) == 0 &&
			assignment[length] == '=')
			return true;
	}
	return false;
}

char **command_environment(const struct command *command, char *const *inherited)
{
	size_t count = 0, used = 0;
	while (inherited[count] != NULL)
		count++;
	char **list = memory_new_array(count + command->variable_count + 1, sizeof(*list));
	for (size_t i = 0; i < count; i++)
		if (!is_changed(command, inherited[i]))
			list[used++] = memory_copy_text(inherited[i]);
	for (size_t i = 0; i < command->variable_count; i++)
		list[used++] = memory_format(
			"%s=%s", command->variables[i].name, command->variables[i].value);
	return list;
}

char **command_shown_environment(const struct command *command)
{
	size_t used = 0;
	char **list = memory_new_array(
		command->variable_count + command->secret_count + 1, sizeof(*list));
	for (size_t i = 0; i < command->variable_count; i++) {
		const struct command_variable *variable = &command->variables[i];
		bool is_secret = command_is_secret(command, variable->name);
		char *value = command_mask(command, is_secret ? COMMAND_MASK : variable->value);
		list[used++] = memory_format("%s=%s", variable->name, value);
		free(value);
	}
	for (size_t i = 0; i < command->secret_count; i++)
		if (command_variable_value(command, command->secrets[i]) == NULL &&
			getenv(command->secrets[i]) != NULL)
			list[used++] = memory_format("%s=" COMMAND_MASK, command->secrets[i]);
	return list;
}

char **command_shown_argv(const struct command *command, const struct command_run *run)
{
	char **argv = command_argv(command, run);
	for (size_t i = 0; argv[i] != NULL; i++) {
		char *masked = command_mask(command, argv[i]);
		free(argv[i]);
		argv[i] = masked;
	}
	return argv;
}

/* Single quotes keep every byte as it is; a quote itself is closed, escaped and opened again. */
static void add_in_quotes(struct buffer *into, const char *text)
{
	buffer_add_char(into, '\'');
	for (; *text != '\0'; text++)
		if (*text == '\'')
			buffer_add_text(into, "'\\''");
		else
			buffer_add_char(into, *text);
	buffer_add_char(into, '\'');
}

static void add_quoted(struct buffer *into, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-./,:=@%+";
	if (text[0] != '\0' && strspn(text, plain) == strlen(text))
		buffer_add_text(into, text);
	else
		add_in_quotes(into, text);
}

/* An assignment before a command must keep its name and '=' outside the quotes. */
static void add_assignment(
	const struct command *command, const struct command_variable *variable, struct buffer *into)
{
	buffer_add_format(into, "%s=", variable->name);
	if (command_is_secret(command, variable->name)) {
		buffer_add_format(into, "\"$%s\"", variable->name);
	} else {
		char *value = command_mask(command, variable->value);
		add_quoted(into, value);
		free(value);
	}
	buffer_add_char(into, ' ');
}

void command_show(const struct command *command, const struct command_run *run, struct buffer *into)
{
	char **argv = command_shown_argv(command, run);
	buffer_add_text(into, "cd ");
	add_quoted(into, command->cwd);
	buffer_add_text(into, " && ");
	for (size_t i = 0; i < command->variable_count; i++)
		add_assignment(command, &command->variables[i], into);
	for (size_t i = 0; argv[i] != NULL; i++) {
		buffer_add_text(into, i == 0 ? "" : " ");
		if (i == 0 && strchr(argv[i], '=') != NULL)
			add_in_quotes(
				into, argv[i]); /* else the shell takes it for an assignment */
		else
			add_quoted(into, argv[i]);
	}
	command_list_free(argv);
}

char *command_checkpoint(const struct command *command, struct date_range range)
{
	struct command_run run = {.range = range};
	struct buffer path = {0};
	if (command->checkpoint == NULL)
		return NULL;
	template_expand(command->checkpoint, &run, &path);
	char *copy = memory_copy_text(buffer_text(&path));
	buffer_release(&path);
	return copy;
}
