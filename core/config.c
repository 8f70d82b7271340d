#include "config_parts.h"

#include "base/memory.h"
#include "base/name_values.h"
#include "base/path.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct option_row config_options[CONFIG_OPTION_COUNT] = {
#define X(member, name, kind, when, argument, lowest, highest, initial, help)                 \
	{name, KIND_##kind, OPTION_##when, offsetof(struct config, member), argument, lowest, \
		highest, initial, help},
	OPTION_LIST(X)
#undef X
};

static const char *const option_names[] = {
#define X(member, name, ...) name,
	OPTION_LIST(X)
#undef X
};

static char **text_of(struct config *config, const struct option_row *option)
{
	return (char **)((char *)config + option->offset);
}

static int *number_of(struct config *config, const struct option_row *option)
{
	return (int *)((char *)config + option->offset);
}

void config_set_origin(
	struct config *config, const struct option_row *option, enum config_origin origin)
{
	config->origins[option - config_options] = origin;
}

const struct option_row *config_find_option(const char *name)
{
	for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++)
		if (strcmp(config_options[i].name, name) == 0)
			return &config_options[i];
	return NULL;
}

bool config_takes_value(const struct option_row *option)
{
	return option->kind != KIND_FLAG && option->kind != KIND_SWITCH;
}

/* Is `word` one of the words of "a|b|c"? */
static bool is_choice(const char *choices, const char *word)
{
	size_t length = strlen(word);
	for (const char *at = choices; *at != '\0';) {
		size_t size = strcspn(at, "|");
		if (size == length && memcmp(at, word, size) == 0)
			return true;
		at += size + (at[size] == '|' ? 1 : 0);
	}
	return false;
}

bool config_holds_text(const struct option_row *option)
{
	return option->kind == KIND_TEXT || option->kind == KIND_WORD;
}

static bool parse_yes(const char *text, int *yes)
{
	static const char *const words[] = {"no", "yes", "false", "true", "off", "on", "0", "1"};
	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if (strcmp(text, words[i]) == 0) {
			*yes = (int)(i % 2);
			return true;
		}
	return false;
}

static void set_text(struct config *config, const struct option_row *option, const char *text)
{
	char **into = text_of(config, option);
	free(*into);
	*into = memory_copy_text(text);
}

bool config_set_option(struct config *config, const struct option_row *option, const char *said,
	const char *text, struct error *err)
{
	int64_t number;
	int yes;
	if (strlen(text) > CONFIG_VALUE_BYTES_MAX)
		return error_set(err, ERROR_USAGE, "%s: the value is longer than %d bytes", said,
			CONFIG_VALUE_BYTES_MAX);
	switch (option->kind) {
	case KIND_TEXT:
		if (text[0] == '\0')
			return error_set(err, ERROR_USAGE, "%s wants %s", said, option->argument);
		set_text(config, option, text);
		return true;
	case KIND_WORD:
		if (!is_choice(option->argument, text))
			return error_set(err, ERROR_USAGE, "%s wants %s, not \"%s\"", said,
				option->argument, text);
		set_text(config, option, text);
		return true;
	case KIND_NUMBER:
		if (!text_to_integer(text, &number) || number < option->lowest ||
			number > option->highest)
			return error_set(err, ERROR_USAGE,
				"%s wants a number from %lld to %lld, not \"%s\"", said,
				(long long)option->lowest, (long long)option->highest, text);
		*number_of(config, option) = (int)number;
		return true;
	case KIND_FLAG:
	case KIND_SWITCH:
		if (!parse_yes(text, &yes))
			return error_set(
				err, ERROR_USAGE, "%s wants yes or no, not \"%s\"", said, text);
		*number_of(config, option) = yes;
		return true;
	}
	return false;
}

bool config_refuse_option(const char *said, const char *name, struct error *err)
{
	const char *near = text_nearest(name, option_names, CONFIG_OPTION_COUNT);
	if (near == NULL)
		return error_set(err, ERROR_USAGE,
			"there is no option %s (backcourt --help lists them)", said);
	return error_set(err, ERROR_USAGE, "there is no option %s; did you mean %s%s?", said,
		text_starts_with(said, "--") ? "--" : "", near);
}

bool config_set(struct config *config, const char *name, const char *text, struct error *err)
{
	const struct option_row *option = config_find_option(name);
	if (option == NULL)
		return config_refuse_option(name, name, err);
	return config_set_option(config, option, name, text, err);
}

static void set_defaults(struct config *config)
{
	memset(config, 0, sizeof(*config));
	for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++) {
		int64_t number = 0;
		if (config_holds_text(&config_options[i]))
			*text_of(config, &config_options[i]) =
				memory_copy_text(config_options[i].initial);
		else if (text_to_integer(config_options[i].initial, &number))
			*number_of(config, &config_options[i]) = (int)number;
	}
}

void config_copy_options(const struct config *from, struct config *into)
{
	*into = *from;
	into->verb = NULL;
	into->argument_count = 0;
	for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++)
		if (config_holds_text(&config_options[i]))
			*text_of(into, &config_options[i]) =
				memory_copy_text(*text_of(into, &config_options[i]));
}

void config_release(struct config *config)
{
	for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++)
		if (config_holds_text(&config_options[i]))
			free(*text_of(config, &config_options[i]));
	for (int i = 0; i < config->argument_count; i++)
		free(config->arguments[i]);
	free(config->verb);
	memset(config, 0, sizeof(*config));
}

/* The file */

static bool take_line(void *context, const char *name, const char *value, struct error *err)
{
	struct config *config = context;
	if (!config_set(config, name, value, err))
		return false;
	config_set_origin(config, config_find_option(name), ORIGIN_FILE);
	return true;
}

/* The named one, or the usual one of that name. */
static bool find_file(const char *named, const char *usual, char **path, struct error *err)
{
	char *folder = NULL;
	if (named == NULL && !path_config_home(&folder, err))
		return false;
	*path = named != NULL ? memory_copy_text(named) : path_join(folder, usual);
	free(folder);
	return true;
}

bool config_file_path(const struct config *config, char **path, struct error *err)
{
	return find_file(config->config, "config", path, err);
}

bool config_keys_path(const struct config *config, char **path, struct error *err)
{
	return find_file(config->keys, "keys", path, err);
}

/* A file that was named must be there; the usual one need not. */
static bool read_files(struct config *config, const char *named, struct error *err)
{
	char *path = NULL;
	if (!find_file(named, "config", &path, NULL))
		return true;
	bool done = (named == NULL && !path_exists(path)) ||
		    name_values_read_file(path, take_line, config, err);
	free(path);
	return done;
}

/* The environment */

void config_variable(const struct option_row *option, char into[64])
{
	snprintf(into, 64, "BACKCOURT_%s", option->name);
	for (char *at = into; *at != '\0'; at++)
		*at = *at == '-' ? '_' : (char)toupper((unsigned char)*at);
}

static bool read_environment(
	struct config *config, const char *(*lookup)(const char *variable), struct error *err)
{
	for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++) {
		char variable[64];
		config_variable(&config_options[i], variable);
		const char *text = lookup(variable);
		if (text == NULL || text[0] == '\0')
			continue;
		if (!config_set_option(config, &config_options[i], variable, text, err))
			return false;
		config_set_origin(config, &config_options[i], ORIGIN_ENVIRONMENT);
	}
	return true;
}

/* Which file to read is known only from the flags and the environment, so that the flags are read
 * twice: once to find the file, once to beat it. */
static bool find_named_file(int argc, char *const *argv,
	const char *(*lookup)(const char *variable), char **path, struct error *err)
{
	struct config first;
	set_defaults(&first);
	bool done = read_environment(&first, lookup, err) &&
		    config_read_arguments(&first, argc, argv, err);
	if (done && first.config != NULL)
		*path = memory_copy_text(first.config);
	config_release(&first);
	return done;
}

bool config_load(int argc, char *const *argv, const char *(*lookup)(const char *variable),
	struct config *config, struct error *err)
{
	char *path = NULL;
	if (!find_named_file(argc, argv, lookup, &path, err))
		return false;
	set_defaults(config);
	bool done = read_files(config, path, err) && read_environment(config, lookup, err) &&
		    config_read_arguments(config, argc, argv, err);
	if (!done)
		config_release(config);
	free(path);
	return done;
}

/* Places */

bool config_state_folder(
	const struct config *config, const char *pipeline, char **path, struct error *err)
{
	if (config->state != NULL) {
		*path = memory_copy_text(config->state);
		return true;
	}
	char *home = NULL;
	if (!path_state_home(&home, err))
		return false;
	*path = path_join(home, pipeline);
	free(home);
	return true;
}

char *config_spec(const struct config *config, const char *spec)
{
	if (!config->allow_remote_emulator || !text_starts_with(spec, "bigquery:"))
		return memory_copy_text(spec);
	return memory_format("%s%cremote_emulator=1", spec, strchr(spec, '?') == NULL ? '?' : '&');
}

bool config_warehouse(
	const struct config *config, const char *pipeline, char **spec, struct error *err)
{
	if (config->warehouse != NULL) {
		*spec = config_spec(config, config->warehouse);
		return true;
	}
	char *home = NULL;
	if (!path_data_home(&home, err))
		return false;
	*spec = memory_format("%s/%s/warehouse.db", home, pipeline);
	free(home);
	return true;
}
