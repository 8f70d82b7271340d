#include "verbs/verbs.h"

#include "base/clock.h"
#include "base/memory.h"
#include "warehouse/detail.h"
#include "verb_parts.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name;
	int (*run)(const struct config *config);
} verbs[] = {
#define X(id, name, page, arguments, help) {name, verb_##id},
	VERB_LIST(X)
#undef X
};

int verb_fail(const struct error *err)
{
	struct buffer text = {0};
	fflush(stdout);
	buffer_add_format(&text, "backcourt: %s\n", err->text);
	verb_print(stderr, &text);
	return error_exit_status(err->kind);
}

void verb_print(FILE *out, struct buffer *text)
{
	if (text->length > 0)
		text_make_printable(text->bytes);
	fputs(buffer_text(text), out);
	buffer_release(text);
}

static bool unknown_verb(const char *name, struct error *err)
{
	const char *names[ARRAY_COUNT(verbs)];
	for (size_t i = 0; i < ARRAY_COUNT(verbs); i++)
		names[i] = verbs[i].name;
	const char *nearest = text_nearest(name, names, ARRAY_COUNT(verbs));
	return error_set(err, ERROR_USAGE,
		"there is no verb \"%.60s\"%s%s%s (backcourt help lists them)", name,
		nearest != NULL ? "; did you mean \"" : "", nearest != NULL ? nearest : "",
		nearest != NULL ? "\"?" : "");
}

static bool is_screen_possible(const struct config *config)
{
	const char *term = getenv("TERM");
	return !config->plain && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term != NULL &&
	       term[0] != '\0' && strcmp(term, "dumb") != 0;
}

/* Until a screen is there: nobody should sit before a silent program. */
static void say_detail(void *context, char severity, const char *line)
{
	struct buffer text = {0};
	(void)context, (void)severity;
	buffer_add_format(&text, "%s\n", line);
	verb_print(stderr, &text);
}

static const struct verbs_of_screen *screen;

int verb_theme(const struct config *config)
{
	return screen->theme(config);
}

static int dispatch(const struct config *config)
{
	struct error err;
	if (config->help)
		return verb_help(config);
	if (config->version)
		return verb_version(config);
	if (config->verb == NULL)
		return is_screen_possible(config) ? screen->console(config)
						  : verb_run_plain(config);
	for (size_t i = 0; i < ARRAY_COUNT(verbs); i++)
		if (strcmp(verbs[i].name, config->verb) == 0)
			return verbs[i].run(config);
	unknown_verb(config->verb, &err);
	return verb_fail(&err);
}

/* The next file that is opened would get the number of a closed one: what is printed would go into
 * a lock or a log. Reading and writing fail here as they did there. */
static void hold_standard_descriptors(void)
{
	for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++)
		if (fcntl(descriptor, F_GETFD) < 0 &&
			open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
			return;
}

static const char *environment(const char *variable)
{
	return getenv(variable);
}

int verbs_main(int argc, char *const *argv, const struct verbs_of_screen *of_screen)
{
	struct config config;
	struct error err;
	screen = of_screen;
	hold_standard_descriptors();
	/* Here, where there is one thread: two that make the first object at once both seed. */
	json_object_seed(0);
	detail_listen_by_default(&(const struct detail_listener){NULL, say_detail});
	if (!config_load(argc, argv, environment, &config, &err))
		return verb_fail(&err);
	int status = dispatch(&config);
	config_release(&config);
	/* What was printed and could not be written (a full disk, a closed pipe) is no success. */
	if (fflush(stdout) != 0 || ferror(stdout))
		return status == EXIT_ALL_COMPLETE ? EXIT_WAREHOUSE : status;
	return status;
}
