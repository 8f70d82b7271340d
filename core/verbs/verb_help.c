/* backcourt help: the whole command line; help TOPIC: a list that the program itself uses, a page
 * of the manual, or what is installed (man, bash); help VERB: its line and its page. */
#include "help_pages.h"
#include "verb_parts.h"

#include "base/embedded.h"
#include "base/memory.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	void (*add)(struct buffer *into);
} lists[] = {
	{"verbs", help_add_verbs},
	{"options", config_describe_markdown},
	{"keys", help_add_keys},
	{"verdicts", help_add_verdicts},
	{"reasons", help_add_reasons},
	{"alerts", help_add_alerts},
	{"json", help_add_json},
	{"man", help_add_manual},
	{"bash", help_add_completion},
};

int verb_version(const struct config *config)
{
	(void)config;
	puts("backcourt " BACKCOURT_VERSION);
	return EXIT_ALL_COMPLETE;
}

/* The names of lists and pages, each once. */
static void add_topics(struct buffer *into)
{
	for (size_t i = 0; i < ARRAY_COUNT(lists); i++)
		buffer_add_format(into, "%s%s", i == 0 ? "" : ", ", lists[i].name);
	for (size_t i = 0; i < embedded_file_count; i++) {
		char name[HELP_PAGE_NAME_BYTES];
		if (help_page_name(embedded_files[i].name, name) && strcmp(name, "alerts") != 0)
			buffer_add_format(into, ", %s", name);
	}
}

/* The column of the options below. What does not fit has its help on the next line. */
#define LEFT_WIDTH 32

static void add_usage_line(struct buffer *into, const struct verb_about *about)
{
	char left[96];
	int width = snprintf(left, sizeof(left), "%s %s", about->name, about->arguments);
	if (width > LEFT_WIDTH)
		buffer_add_format(into, "  %s\n  %*s %s\n", left, LEFT_WIDTH, "", about->help);
	else
		buffer_add_format(into, "  %-*s %s\n", LEFT_WIDTH, left, about->help);
}

static void add_usage(struct buffer *into)
{
	struct verb_about about;
	buffer_add_text(into,
		"backcourt: a console for date-partitioned backfills\n\n"
		"  backcourt [OPTIONS] [VERB [ARGUMENTS]]\n\n"
		"Without a verb the console opens; without a terminal everything runs.\n\n"
		"verbs:\n");
	for (size_t i = 0; help_verb_at(i, &about); i++)
		add_usage_line(into, &about);
	buffer_add_text(into, "\noptions:\n");
	config_describe(into);
	buffer_add_text(into,
		"\nexit status: 0 all expected dates complete, 1 gaps remain, 2 a run failed,\n"
		"             3 usage or configuration, 4 warehouse or network\n"
		"\nbackcourt help VERB, or: ");
	add_topics(into);
	buffer_add_char(into, '\n');
}

static bool find_verb(const char *name, struct verb_about *verb)
{
	for (size_t i = 0; help_verb_at(i, verb); i++)
		if (strcmp(verb->name, name) == 0)
			return true;
	return false;
}

/* The page of that name, or the one that tells of the verb. */
static bool add_page(const char *name, struct buffer *into)
{
	struct verb_about verb;
	size_t length;
	const char *page = find_verb(name, &verb) && verb.page != NULL ? verb.page : name;
	const char *text = help_page(page, &length);
	if (text == NULL)
		return false;
	buffer_add(into, text, length);
	return true;
}

static bool add_verb(const char *name, struct buffer *into)
{
	struct verb_about verb;
	if (!find_verb(name, &verb))
		return false;
	buffer_add_format(into, "backcourt %s%s%s: %s\n", name,
		verb.arguments[0] != '\0' ? " " : "", verb.arguments, verb.help);
	return true;
}

static bool add_list(const char *name, struct buffer *into)
{
	for (size_t i = 0; i < ARRAY_COUNT(lists); i++)
		if (strcmp(lists[i].name, name) == 0) {
			lists[i].add(into);
			return true;
		}
	return false;
}

/* Verb, page and list may share a name; what there is of it follows each other. */
static bool add_topic(const char *name, struct buffer *into)
{
	bool (*const parts[])(const char *, struct buffer *) = {add_verb, add_page, add_list};
	bool any = false;
	for (size_t i = 0; i < ARRAY_COUNT(parts); i++) {
		struct buffer part = {0};
		if (parts[i](name, &part)) {
			buffer_add_format(into, "%s%s", any ? "\n" : "", buffer_text(&part));
			any = true;
		}
		buffer_release(&part);
	}
	return any;
}

/* The names of the pipeline's tables, one a line. */
static int print_tables(const struct config *config)
{
	struct pipeline *pipeline = NULL;
	struct buffer text = {0};
	struct error err;
	if (!pipeline_load(config->pipeline, &pipeline, &err))
		return verb_fail(&err);
	for (size_t i = 0; i < pipeline->table_count; i++)
		buffer_add_format(&text, "%s\n", pipeline->tables[i].name);
	verb_print(stdout, &text);
	pipeline_free(pipeline);
	return EXIT_ALL_COMPLETE;
}

static int fail_unknown(const char *name)
{
	struct error err;
	struct buffer names = {0};
	add_topics(&names);
	error_set(&err, ERROR_USAGE, "there is no help on \"%.60s\" (there is: a verb, %s, tables)",
		name, buffer_text(&names));
	buffer_release(&names);
	return verb_fail(&err);
}

int verb_help(const struct config *config)
{
	const char *topic =
		config->verb == NULL || config->argument_count == 0 ? NULL : config->arguments[0];
	struct buffer text = {0};
	if (topic != NULL && strcmp(topic, "tables") == 0)
		return print_tables(config);
	if (topic == NULL)
		add_usage(&text);
	else if (!add_topic(topic, &text))
		return fail_unknown(topic);
	fputs(buffer_text(&text), stdout);
	buffer_release(&text);
	return EXIT_ALL_COMPLETE;
}
