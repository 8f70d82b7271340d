/* backcourt help: the whole command line; help keys, options, verbs, verdicts, reasons: the tables
 * of the README, made from the lists that the program itself uses; help man, bash, tables: what is
 * installed, and what the completion asks for. */
#include "help_pages.h"
#include "verb_parts.h"

#include "model/action.h"
#include "base/memory.h"

#include <stdio.h>
#include <string.h>

static const struct verb_row {
	const char *name;
	const char *arguments;
	const char *help;
} verbs[] = {
#define X(id, name, arguments, help) {name, arguments, help},
	VERB_LIST(X)
#undef X
};

int verb_version(const struct config *config)
{
	(void)config;
	puts("backcourt " BACKCOURT_VERSION);
	return EXIT_ALL_COMPLETE;
}

static void add_usage(struct buffer *into)
{
	buffer_add_text(into,
		"backcourt: a console for date-partitioned backfills\n\n"
		"  backcourt [OPTIONS]                opens the console (without a terminal: runs "
		"everything)\n");
	for (size_t i = 0; i < ARRAY_COUNT(verbs); i++) {
		char left[96];
		snprintf(left, sizeof(left), "backcourt %s %s", verbs[i].name, verbs[i].arguments);
		buffer_add_format(into, "  %-34s %s\n", left, verbs[i].help);
	}
	buffer_add_text(into, "\noptions:\n");
	config_describe(into);
	buffer_add_text(into,
		"\nexit status: 0 all expected dates complete, 1 gaps remain, 2 a run failed,\n"
		"             3 usage or configuration, 4 warehouse or network\n");
}

/* A cell of a Markdown table: the bar is its only letter that means something. */
static void add_cell(struct buffer *into, const char *text)
{
	for (const char *at = text; *at != '\0'; at++)
		buffer_add_format(into, *at == '|' ? "\\%c" : "%c", *at);
}

static void add_verbs(struct buffer *into)
{
	buffer_add_text(into, "| verb | what it does |\n|---|---|\n");
	for (size_t i = 0; i < ARRAY_COUNT(verbs); i++) {
		buffer_add_format(into, "| `backcourt %s", verbs[i].name);
		if (verbs[i].arguments[0] != '\0')
			buffer_add_char(into, ' ');
		add_cell(into, verbs[i].arguments);
		buffer_add_format(into, "` | %s |\n", verbs[i].help);
	}
}

static const char *place_of(char where)
{
	switch (where) {
	case 'G':
		return "everywhere";
	case 'J':
		return "jobs";
	case 'L':
		return "log";
	case 'M':
		return "matrix, calendar";
	case 'Z':
		return "matrix";
	case 'C':
		return "calendar";
	case 'P':
		return "plan";
	case 'E':
		return "events";
	case 'H':
		return "health";
	case 'D':
		return "dialogs";
	default:
		return NULL; /* no key of its own */
	}
}

static void add_keys(struct buffer *into)
{
	buffer_add_text(into, "| key | where | action | what it does |\n|---|---|---|---|\n");
	for (int i = 1; i < ACTION_COUNT; i++) {
		const struct action_row *row = action_row((enum action)i);
		if (place_of(row->where) == NULL)
			continue;
		buffer_add_text(into, "| `");
		for (const char *at = row->keys; *at != '\0'; at++)
			buffer_add_format(into, *at == ' ' ? "` `" : "%c", *at);
		buffer_add_format(into, "` | %s | `%s` | ", place_of(row->where), row->name);
		add_cell(into, row->help);
		buffer_add_text(into, " |\n");
	}
}

static void add_verdicts(struct buffer *into)
{
	buffer_add_text(into, "| letter | verdict | a gap? | meaning |\n|---|---|---|---|\n");
	for (int i = 0; i < VERDICT_COUNT; i++) {
		enum verdict verdict = (enum verdict)i;
		buffer_add_format(into, "| `%c` | %s | %s | %s |\n", verdict_letter(verdict),
			verdict_word(verdict), verdict_is_gap(verdict) ? "yes" : "no",
			verdict_meaning(verdict));
	}
}

static void add_alerts(struct buffer *into)
{
	buffer_add_text(into, "| alert | severity | when |\n|---|---|---|\n");
	for (int i = 0; i < ALERT_KIND_COUNT; i++) {
		const struct alert_row *row = alert_row((enum alert_kind)i);
		buffer_add_format(into, "| `%s` | %s | %s |\n", row->name,
			row->is_grave ? "error" : "warning", row->help);
	}
}

static void add_reasons(struct buffer *into)
{
	for (int i = REASON_NONE + 1; i < REASON_COUNT; i++)
		buffer_add_format(into, "`%s`%s", reason_word((enum reason)i),
			i + 1 < REASON_COUNT ? " " : "\n");
}

static const struct {
	const char *name;
	void (*add)(struct buffer *into);
} topics[] = {
	{"verbs", add_verbs},
	{"options", config_describe_markdown},
	{"keys", add_keys},
	{"verdicts", add_verdicts},
	{"reasons", add_reasons},
	{"alerts", add_alerts},
	{"json", help_add_json},
	{"man", help_add_manual},
	{"bash", help_add_completion},
};

static bool add_topic(const char *name, struct buffer *into)
{
	for (size_t i = 0; i < ARRAY_COUNT(topics); i++)
		if (strcmp(topics[i].name, name) == 0) {
			topics[i].add(into);
			return true;
		}
	return false;
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
	for (size_t i = 0; i < ARRAY_COUNT(topics); i++)
		buffer_add_format(&names, "%s, ", topics[i].name);
	error_set(&err, ERROR_USAGE, "there is no help on \"%.60s\" (there is: %stables)", name,
		buffer_text(&names));
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
