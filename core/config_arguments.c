/* The command line. */
#include "config_parts.h"

#include "base/memory.h"

#include <string.h>

/* An argument "--name=value", "--name" or "--no-name", taken apart. */
struct said_option {
	char name[64];
	const char *value; /* NULL: none with it */
	const struct option_row *option;
	bool is_no;
};

static bool take_apart(const char *argument, struct said_option *said, struct error *err)
{
	const char *equals = strchr(argument, '=');
	size_t length = equals == NULL ? strlen(argument) : (size_t)(equals - argument);
	if (length >= sizeof(said->name) || length <= 2)
		return error_set(err, ERROR_USAGE, "there is no option %.60s", argument);
	memcpy(said->name, argument, length);
	said->name[length] = '\0';
	said->value = equals == NULL ? NULL : equals + 1;
	said->is_no = false;
	said->option = config_find_option(said->name + 2);
	if (said->option == NULL && text_starts_with(said->name, "--no-")) {
		said->option = config_find_option(said->name + 5);
		said->is_no = said->option != NULL && !config_takes_value(said->option);
		if (!said->is_no)
			said->option = NULL;
	}
	if (said->option != NULL)
		return true;
	config_refuse_option(said->name, said->name + 2, err);
	return false;
}

static bool read_option(
	struct config *config, int argc, char *const *argv, int *at, struct error *err)
{
	struct said_option said = {0};
	if (!take_apart(argv[*at], &said, err))
		return false;
	const char *value = said.value;
	if (!config_takes_value(said.option)) {
		if (value != NULL && said.is_no)
			return error_set(err, ERROR_USAGE, "%s takes no value", said.name);
		if (value == NULL)
			value = said.is_no ? "no" : "yes";
	} else if (value == NULL) {
		if (*at + 1 >= argc)
			return error_set(
				err, ERROR_USAGE, "%s wants %s", said.name, said.option->argument);
		value = argv[++*at];
	}
	if (!config_set_option(config, said.option, said.name, value, err))
		return false;
	config_set_origin(config, said.option, ORIGIN_FLAG);
	return true;
}

static bool read_plain_argument(struct config *config, const char *argument, struct error *err)
{
	if (strlen(argument) > CONFIG_VALUE_BYTES_MAX)
		return error_set(err, ERROR_USAGE, "an argument is longer than %d bytes",
			CONFIG_VALUE_BYTES_MAX);
	if (config->verb == NULL) {
		config->verb = memory_copy_text(argument);
		return true;
	}
	if (config->argument_count == CONFIG_ARGUMENTS_MAX)
		return error_set(err, ERROR_USAGE, "more than %d arguments", CONFIG_ARGUMENTS_MAX);
	config->arguments[config->argument_count++] = memory_copy_text(argument);
	return true;
}

bool config_read_arguments(struct config *config, int argc, char *const *argv, struct error *err)
{
	bool only_plain = false;
	for (int i = 1; i < argc; i++) {
		const char *argument = argv[i];
		if (strcmp(argument, "-h") == 0 && !only_plain)
			argument = "--help";
		if (strcmp(argument, "--") == 0 && !only_plain) {
			only_plain = true;
			continue;
		}
		bool is_option = !only_plain && argument[0] == '-' && argument[1] != '\0';
		if (is_option && argument[1] != '-')
			return error_set(err, ERROR_USAGE,
				"there is no option %.60s; options begin with --", argument);
		if (!is_option && !read_plain_argument(config, argument, err))
			return false;
		if (is_option && argument != argv[i])
			config->help = 1;
		else if (is_option && !read_option(config, argc, argv, &i, err))
			return false;
	}
	return true;
}
