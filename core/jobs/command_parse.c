#include "command_parts.h"

#include "jobs/run_files.h"

#include <ctype.h>
#include <jansson.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool command_fail(const struct command_reader *reader, const char *key, const char *format, ...)
{
	char text[ERROR_TEXT_BYTES];
	va_list arguments;
	va_start(arguments, format);
	if (vsnprintf(text, sizeof(text), format, arguments) < 0)
		text[0] = '\0';
	va_end(arguments);
	return error_set(reader->err, ERROR_CONFIG, "%s: tables[%zu].job.%s: %s",
		reader->pipeline->source, reader->table, key, text);
}

/* No control bytes: they have no use in a command and would spoil every place that shows it. */
static bool check_text(const struct command_reader *reader, const char *key, const json_t *value)
{
	const char *text = json_string_value(value);
	if (text == NULL)
		return command_fail(reader, key, "must be a text");
	if (json_string_length(value) > COMMAND_TEXT_BYTES_MAX)
		return command_fail(reader, key, "is longer than %d bytes", COMMAND_TEXT_BYTES_MAX);
	for (size_t i = 0; i < json_string_length(value); i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 127)
			return command_fail(reader, key, "holds a control character (byte %zu)", i);
	return true;
}

/* An absent key leaves *into alone. */
static bool read_text(const struct command_reader *reader, const char *key, const char **into)
{
	const json_t *value = json_object_get(reader->job, key);
	if (value == NULL)
		return true;
	if (!check_text(reader, key, value))
		return false;
	if (json_string_length(value) == 0)
		return command_fail(reader, key, "must not be empty");
	*into = arena_copy_text(&reader->command->texts, json_string_value(value));
	return true;
}

static bool read_texts(
	const struct command_reader *reader, const char *key, const char ***into, size_t *count)
{
	const json_t *list = json_object_get(reader->job, key);
	size_t wanted = json_array_size(list);
	if (list == NULL)
		return true;
	if (!json_is_array(list) || wanted == 0)
		return command_fail(reader, key, "must be a list of texts, not empty");
	if (wanted > COMMAND_ARGUMENTS_MAX)
		return command_fail(reader, key, "has more than %d entries", COMMAND_ARGUMENTS_MAX);
	*into = arena_new(&reader->command->texts, (wanted + 1) * sizeof(**into));
	for (size_t i = 0; i < wanted; i++) {
		char place[64];
		const json_t *item = json_array_get(list, i);
		snprintf(place, sizeof(place), "%s[%zu]", key, i);
		if (!check_text(reader, place, item))
			return false;
		(*into)[i] = arena_copy_text(&reader->command->texts, json_string_value(item));
	}
	*count = wanted;
	return true;
}

static bool is_variable_name(const char *name)
{
	if (name[0] == '\0' || isdigit((unsigned char)name[0]))
		return false;
	for (const char *at = name; *at != '\0'; at++)
		if (!isalnum((unsigned char)*at) && *at != '_')
			return false;
	return true;
}

static bool read_variables(const struct command_reader *reader)
{
	struct command *command = reader->command;
	json_t *object = json_object_get(reader->job, "env");
	const char *name;
	json_t *value;
	if (object == NULL)
		return true;
	if (!json_is_object(object))
		return command_fail(reader, "env", "must be an object of texts");
	if (json_object_size(object) > COMMAND_VARIABLES_MAX)
		return command_fail(
			reader, "env", "has more than %d variables", COMMAND_VARIABLES_MAX);
	command->variables = arena_new(
		&command->texts, (json_object_size(object) + 1) * sizeof(*command->variables));
	json_object_foreach(object, name, value)
	{
		char place[96];
		if (name[0] == '#')
			continue;
		snprintf(place, sizeof(place), "env.%.80s", name);
		if (!is_variable_name(name))
			return command_fail(reader, place, "is no name of a variable");
		if (!check_text(reader, place, value))
			return false;
		command->variables[command->variable_count++] = (struct command_variable){
			.name = arena_copy_text(&command->texts, name),
			.value = arena_copy_text(&command->texts, json_string_value(value))};
	}
	return true;
}

static bool read_secrets(const struct command_reader *reader)
{
	struct command *command = reader->command;
	if (!read_texts(reader, "secret_env", &command->secrets, &command->secret_count))
		return false;
	for (size_t i = 0; i < command->secret_count; i++)
		if (!is_variable_name(command->secrets[i]))
			return command_fail(reader, "secret_env",
				"\"%.60s\" is no name of a variable", command->secrets[i]);
	return true;
}

/* "range", "date" or "chunk(N)" */
static bool read_granularity(const struct command_reader *reader)
{
	struct command *command = reader->command;
	const char *word = "range";
	char digits[8];
	int64_t dates = 0;
	if (!read_text(reader, "granularity", &word))
		return false;
	size_t length = strlen(word);
	if (strcmp(word, "range") == 0) {
		command->granularity = COMMAND_BY_RANGE;
		return true;
	}
	if (strcmp(word, "date") == 0) {
		command->granularity = COMMAND_BY_DATE;
		return true;
	}
	if (text_starts_with(word, "chunk(") && text_ends_with(word, ")") &&
		length - 6 < sizeof(digits)) {
		text_copy(digits, length - 6, word + 6);
		if (text_to_integer(digits, &dates) && dates >= 1 &&
			dates <= COMMAND_CHUNK_DATES_MAX) {
			command->granularity = COMMAND_BY_CHUNK;
			command->chunk_dates = (size_t)dates;
			return true;
		}
	}
	return command_fail(reader, "granularity",
		"must be \"range\", \"date\" or \"chunk(N)\" with N from 1 to %d, not \"%.40s\"",
		COMMAND_CHUNK_DATES_MAX, word);
}

static bool duration_of(const char *text, int64_t *into_ms)
{
	static const struct {
		char letter;
		int64_t ms;
	} units[] = {{'s', 1000}, {'m', 60000}, {'h', 3600000}};
	char digits[8];
	int64_t count;
	size_t length = strlen(text);
	if (length < 2 || length > sizeof(digits))
		return false;
	text_copy(digits, length, text); /* all but the unit */
	for (size_t i = 0; i < ARRAY_COUNT(units); i++)
		if (text[length - 1] == units[i].letter && text_to_integer(digits, &count) &&
			count > 0) {
			*into_ms = count * units[i].ms;
			return true;
		}
	return false;
}

static bool read_duration(const struct command_reader *reader, const char *key, int64_t *into_ms)
{
	const char *text = NULL;
	if (!read_text(reader, key, &text))
		return false;
	return text == NULL || duration_of(text, into_ms) ||
	       command_fail(reader, key, "\"%.40s\" is no duration (90s, 10m, 8h)", text);
}

static bool read_nice(const struct command_reader *reader)
{
	const json_t *value = json_object_get(reader->job, "nice");
	if (value == NULL)
		return true;
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
		json_integer_value(value) > 19)
		return command_fail(reader, "nice", "must be a whole number from 0 to 19");
	reader->command->nice = json_integer_value(value);
	return true;
}

static bool read_stop_member(const struct command_reader *reader, const char *key,
	const char *const words[2], int *which)
{
	char place[32];
	const json_t *value = json_object_get(json_object_get(reader->job, "stop"), key);
	const char *text = json_string_value(value);
	snprintf(place, sizeof(place), "stop.%s", key);
	if (value == NULL)
		return true;
	for (*which = 0; text != NULL && *which < 2; ++*which)
		if (strcmp(text, words[*which]) == 0)
			return true;
	return command_fail(reader, place, "must be \"%s\" or \"%s\"", words[0], words[1]);
}

static bool check_stop_keys(const struct command_reader *reader, json_t *stop)
{
	static const char *const keys[] = {"when", "signal", "kill_after"};
	const char *key;
	json_t *value;
	if (!json_is_object(stop))
		return command_fail(reader, "stop", "must be an object");
	json_object_foreach(stop, key, value)
	{
		bool is_known = key[0] == '#';
		for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
			is_known |= strcmp(key, keys[i]) == 0;
		if (!is_known)
			return command_fail(reader, "stop", "unknown key \"%.40s\"", key);
	}
	return true;
}

static bool read_stop(const struct command_reader *reader)
{
	static const char *const moments[] = {"after_date", "at_once"};
	static const char *const signals[] = {"TERM", "INT"};
	struct command *command = reader->command;
	json_t *stop = json_object_get(reader->job, "stop");
	int moment = 0, signal = 0;
	if (stop == NULL)
		return true;
	if (!check_stop_keys(reader, stop) || !read_stop_member(reader, "when", moments, &moment) ||
		!read_stop_member(reader, "signal", signals, &signal))
		return false;
	command->stop = moment == 0 ? COMMAND_STOP_AFTER_DATE : COMMAND_STOP_AT_ONCE;
	command->stop_signal = signal == 0 ? SIGTERM : SIGINT;
	const json_t *after = json_object_get(stop, "kill_after");
	if (after == NULL)
		return true;
	return (json_is_string(after) &&
		       duration_of(json_string_value(after), &command->kill_after_ms)) ||
	       command_fail(reader, "stop.kill_after", "must be a duration (90s, 10m, 8h)");
}

/* "~" and "~/..." become paths below HOME. */
static bool expand_home(const struct command_reader *reader, const char *key, const char **path)
{
	const char *home = getenv("HOME");
	if (*path == NULL || (*path)[0] == '/')
		return true;
	if ((*path)[0] != '~' || ((*path)[1] != '/' && (*path)[1] != '\0'))
		return command_fail(reader, key, "must begin with / or ~/, not \"%.60s\"", *path);
	if (home == NULL || home[0] != '/')
		return command_fail(reader, key, "begins with ~, but HOME names no folder");
	*path = arena_format(&reader->command->texts, "%s%s", home, *path + 1);
	return true;
}

static bool read_all(const struct command_reader *reader)
{
	struct command *command = reader->command;
	if (!read_texts(reader, "argv", &command->argv, &command->argv_count) ||
		!read_texts(
			reader, "argv_dates", &command->argv_dates, &command->argv_dates_count) ||
		!read_text(reader, "cwd", &command->cwd) || !read_variables(reader) ||
		!read_secrets(reader) || !read_granularity(reader) ||
		!read_text(reader, "external_log", &command->external_log) ||
		!read_text(reader, "checkpoint", &command->checkpoint) ||
		!read_duration(reader, "timeout", &command->timeout_ms) || !read_nice(reader) ||
		!read_stop(reader))
		return false;
	if (command->cwd == NULL)
		return command_fail(
			reader, "cwd", "is missing: the folder that the command starts in");
	return expand_home(reader, "cwd", &command->cwd) &&
	       expand_home(reader, "external_log", &command->external_log) &&
	       expand_home(reader, "checkpoint", &command->checkpoint) &&
	       command_check_templates(reader);
}

bool command_parse(
	const struct pipeline *pipeline, size_t table, struct command **parsed, struct error *err)
{
	const struct pipeline_table *described = &pipeline->tables[table];
	if (described->job.executor != EXECUTOR_COMMAND || described->job.json == NULL)
		return error_set(err, ERROR_CONFIG, "%s: tables[%zu]: %s has no command job",
			pipeline->source, table, described->name);
	json_t *job = json_loads(described->job.json, 0, NULL);
	struct command *command = memory_new(sizeof(*command));
	command->table = arena_copy_text(&command->texts, described->name);
	command->silent_after_ms = described->job.silent_after_ms;
	command->stop_signal = SIGTERM;
	command->kill_after_ms = RUN_KILL_AFTER_MS;
	struct command_reader reader = {
		.pipeline = pipeline, .table = table, .job = job, .command = command, .err = err};
	bool done = read_all(&reader);
	json_decref(job);
	if (done)
		*parsed = command;
	else
		command_free(command);
	return done;
}

void command_free(struct command *command)
{
	if (command == NULL)
		return;
	arena_release(&command->texts);
	free(command);
}
