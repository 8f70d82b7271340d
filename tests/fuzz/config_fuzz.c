/*
 * The lines of the input up to an empty one are arguments, the rest is the configuration file. A
 * configuration within its limits comes out, or a reason that can be shown.
 */
#include "tests/fuzz/support/fuzz.h"

#include "base/memory.h"
#include "base/path.h"
#include "config.h"

#include <stdlib.h>
#include <string.h>

#define ARGUMENTS_MAX 32

static const char *empty_environment(const char *variable)
{
	(void)variable;
	return NULL;
}

static void check_config(const struct config *config)
{
	MUST(config->workers >= 0 && config->workers <= 64);
	MUST(config->seasons >= 1 && config->seasons <= 4);
	MUST(config->auto_launch >= -1 && config->auto_launch <= 1);
	MUST(config->argument_count >= 0 && config->argument_count <= CONFIG_ARGUMENTS_MAX);
	MUST(strcmp(config->rules, "corrected") == 0 || strcmp(config->rules, "original") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct fuzz_input input = fuzz_input(bytes, length);
	struct error err = {0};
	char *path = path_join(fuzz_folder(), "config");
	char *arguments[ARGUMENTS_MAX + 3] = {
		memory_copy_text("backcourt"), memory_format("--config=%s", path)};
	int count = 2;
	while (count < ARGUMENTS_MAX) {
		char *text = fuzz_next_text(&input);
		arguments[count] = text;
		if (text[0] == '\0')
			break;
		count++;
	}
	struct config config;
	bool written = path_write_file(path, input.at, (size_t)(input.end - input.at), &err);
	MUST(written);
	bool loaded = config_load(count, arguments, empty_environment, &config, &err);
	fuzz_check_error(loaded, &err);
	if (loaded) {
		check_config(&config);
		config_release(&config);
	}
	for (size_t i = 0; i < ARRAY_COUNT(arguments); i++)
		free(arguments[i]);
	free(path);
	return 0;
}
