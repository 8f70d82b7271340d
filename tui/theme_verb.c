/* backcourt theme: the themes that there are, one of them, or whether a file is one. */
#include "tui/theme_verb.h"

#include "base/embedded.h"
#include "base/memory.h"
#include "tui/theme.h"
#include "verbs/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fail(const struct error *err)
{
	fprintf(stderr, "backcourt: %s\n", err->text);
	return error_exit_status(err->kind);
}

static int list(void)
{
	const char *name = THEME_DEFAULT;
	char *folder = theme_user_folder();
	do
		printf("%s\n", name);
	while (strcmp(name = theme_next(name), THEME_DEFAULT) != 0);
	if (folder != NULL)
		printf("and the files NAME.theme in %s\n", folder);
	free(folder);
	return EXIT_ALL_COMPLETE;
}

static int print(const char *name)
{
	size_t length;
	char *file = memory_format("themes/%s.theme", name);
	const char *text = embedded_find(file, &length);
	struct error err;
	free(file);
	if (text != NULL) {
		fwrite(text, 1, length, stdout);
		return EXIT_ALL_COMPLETE;
	}
	error_set(
		&err, ERROR_USAGE, "%.60s is no built-in theme: --print shows one of those", name);
	return fail(&err);
}

static int check(const char *name)
{
	static const char *const words[] = {
		[THEME_COLOURS_GOOD] = "its states can be told apart and read by everybody",
		[THEME_COLOURS_POOR] = "states cannot all be told apart or read",
		[THEME_COLOURS_UNKNOWN] = "no errors"};
	char *folder = theme_user_folder();
	struct theme theme;
	struct error err;
	struct buffer text = {0};
	bool done = theme_load(name, folder, &theme, &err);
	free(folder);
	if (!done)
		return fail(&err);
	enum theme_colours colours = theme_check(&theme, &text);
	buffer_add_format(&text, "%s: %s\n", theme.name, words[colours]);
	text_make_printable(text.bytes);
	fputs(buffer_text(&text), stdout);
	buffer_release(&text);
	return colours == THEME_COLOURS_POOR ? EXIT_GAPS_REMAIN : EXIT_ALL_COMPLETE;
}

int theme_verb(const struct config *config)
{
	struct error err;
	const char *name = config->argument_count > 0 ? config->arguments[0]
			   : config->theme != NULL    ? config->theme
						      : THEME_DEFAULT;
	if (config->argument_count > 1 || (config->print && config->check)) {
		error_set(&err, ERROR_USAGE, "theme wants --print [NAME] or --check FILE|NAME");
		return fail(&err);
	}
	if (config->print)
		return print(name);
	return config->check ? check(name) : list();
}
