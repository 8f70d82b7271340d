/* backcourt(1), in roff with the man macros. */
#include "help_pages.h"

#include "model/action.h"
#include "base/embedded.h"
#include "coverage/coverage.h"
#include "verbs/verbs.h"

#include <stdio.h>
#include <string.h>

/* Text as it stands: no dot or quote begins a request, a hyphen is the one that can be copied. */
static void add_text(struct buffer *into, const char *text)
{
	if (*text == '.' || *text == '\'')
		buffer_add_text(into, "\\&");
	for (; *text != '\0'; text++) {
		if (*text == '\\')
			buffer_add_text(into, "\\e");
		else if (*text == '-')
			buffer_add_text(into, "\\-");
		else
			buffer_add_char(into, *text);
	}
}

static void add_item(struct buffer *into, const char *term, const char *arguments, const char *text)
{
	buffer_add_text(into, ".TP\n\\fB");
	add_text(into, term);
	buffer_add_text(into, "\\fR ");
	add_text(into, arguments);
	buffer_add_char(into, '\n');
	add_text(into, text);
	buffer_add_char(into, '\n');
}

static void add_verbs(struct buffer *into)
{
	struct verb_about about;
	buffer_add_text(into, ".SH VERBS\n");
	for (size_t i = 0; help_verb_at(i, &about); i++)
		add_item(into, about.name, about.arguments, about.help);
}

static void add_options(struct buffer *into)
{
	struct option_about about;
	buffer_add_text(into, ".SH OPTIONS\nA flag beats the environment, which beats the "
			      "configuration file, which beats the default.\n");
	for (size_t i = 0; config_option_at(i, &about); i++) {
		char name[80], text[512];
		snprintf(name, sizeof(name), "--%s%s", about.can_say_no ? "[no-]" : "", about.name);
		snprintf(text, sizeof(text), "%s%s%s (%s)", about.help,
			about.initial != NULL ? "; default: " : "",
			about.initial != NULL ? about.initial : "", about.variable);
		add_item(into, name, about.argument, text);
	}
}

static void add_keys_of(struct buffer *into, char where, const char *title)
{
	buffer_add_format(into, ".SS %s\n", title);
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		const struct action_row *row = action_row((enum action)i);
		if (row->where == where && row->keys[0] != '\0')
			add_item(into, row->keys, "", row->help);
	}
}

static void add_keys(struct buffer *into)
{
	buffer_add_text(into, ".SH KEYS\n");
	add_keys_of(into, 'G', "Everywhere");
	add_keys_of(into, 'J', "Jobs");
	add_keys_of(into, 'L', "Log");
	add_keys_of(into, 'M', "Matrix and Calendar");
	add_keys_of(into, 'Z', "Matrix");
	add_keys_of(into, 'C', "Calendar");
	add_keys_of(into, 'P', "Plan");
	add_keys_of(into, 'E', "Events");
	add_keys_of(into, 'F', "Log and Events");
	add_keys_of(into, 'H', "Health");
	add_keys_of(into, 'S', "Settings");
	add_keys_of(into, 'D', "Dialogs");
}

static void add_verdicts(struct buffer *into)
{
	buffer_add_text(into, ".SH VERDICTS\nWhat becomes of every table and date.\n");
	for (int i = 0; i < VERDICT_COUNT; i++) {
		enum verdict verdict = (enum verdict)i;
		const char letter[] = {verdict_letter(verdict), '\0'};
		add_item(into, letter, verdict_word(verdict), verdict_meaning(verdict));
	}
}

/* A line of a page: what stands between backquotes is bold. */
static void add_marked(struct buffer *into, const char *text)
{
	char piece[512];
	bool bold = false;
	while (true) {
		size_t length = strcspn(text, "`");
		snprintf(piece, sizeof(piece), "%.*s", (int)length, text);
		add_text(into, piece);
		if (text[length] == '\0')
			break;
		bold = !bold;
		buffer_add_text(into, bold ? "\\fB" : "\\fR");
		text += length + 1;
	}
	buffer_add_char(into, '\n');
}

/* "| term | text |"; the two rows of a head are left out. */
static void add_row(struct buffer *into, char *line)
{
	char *bar = strstr(line, " | ");
	size_t length = strlen(line);
	if (line[2] != '`' || bar == NULL || length < 2 || line[length - 1] != '|')
		return;
	*bar = line[length - 2] = '\0';
	buffer_add_text(into, ".TP\n");
	add_marked(into, line + 2);
	add_marked(into, bar + 3);
}

/* A title, paragraphs, items, lines of code (four spaces), tables of two columns. */
static void add_line_of_page(struct buffer *into, char *line, bool after_blank)
{
	if (strncmp(line, "# ", 2) == 0) {
		buffer_add_format(into, ".SS %s\n", line + 2);
	} else if (strncmp(line, "- ", 2) == 0) {
		buffer_add_text(into, ".IP \\(bu 2\n");
		add_marked(into, line + 2);
	} else if (strncmp(line, "    ", 4) == 0) {
		if (!after_blank)
			buffer_add_text(into, ".br\n");
		add_marked(into, line + 4);
	} else if (line[0] == '|') {
		add_row(into, line);
	} else {
		add_marked(into, line);
	}
}

static void add_page(struct buffer *into, const char *text)
{
	char line[1024];
	bool after_blank = false;
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		snprintf(line, sizeof(line), "%.*s", (int)length, text);
		text += length + (text[length] == '\n');
		if (line[0] != '\0') {
			if (after_blank)
				buffer_add_text(into, ".PP\n");
			add_line_of_page(into, line, after_blank);
		}
		after_blank = line[0] == '\0';
	}
}

static void add_pages(struct buffer *into)
{
	buffer_add_text(into, ".SH TOPICS\n");
	for (size_t i = 0; i < embedded_file_count; i++) {
		char name[HELP_PAGE_NAME_BYTES];
		if (help_page_name(embedded_files[i].name, name))
			add_page(into, embedded_files[i].bytes);
	}
}

static void add_end(struct buffer *into)
{
	buffer_add_text(into,
		".SH EXIT STATUS\n"
		".TP\n0\nall expected dates are complete\n"
		".TP\n1\ngaps remain\n"
		".TP\n2\na run failed\n"
		".TP\n3\nusage or configuration\n"
		".TP\n4\nwarehouse or network\n"
		".SH FILES\n"
		".TP\n$XDG_CONFIG_HOME/backcourt/config\nthe configuration: lines of name = value\n"
		".TP\n$XDG_CONFIG_HOME/backcourt/themes\nthemes of your own\n"
		".TP\n$XDG_DATA_HOME/backcourt/PIPELINE/warehouse.db\nthe embedded warehouse\n"
		".TP\n$XDG_STATE_HOME/backcourt/PIPELINE\nthe ledger, runs and their logs\n");
}

void help_add_manual(struct buffer *into)
{
	buffer_add_text(into,
		".\\\" made by `backcourt help man`\n"
		".TH BACKCOURT 1 \"\" \"backcourt " BACKCOURT_VERSION "\"\n"
		".SH NAME\nbackcourt \\- a console for date\\-partitioned backfills\n"
		".SH SYNOPSIS\n\\fBbackcourt\\fR [\\fIOPTIONS\\fR]\n.br\n"
		"\\fBbackcourt\\fR \\fIVERB\\fR [\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]\n"
		".SH DESCRIPTION\nRuns backfills of tables over ranges of dates, shows live what "
		"they do, explains every gap, and starts what comes next when all that it needs "
		"is really there. Without a verb it opens the console; without a terminal it runs "
		"everything and prints lines.\n");
	add_verbs(into);
	add_options(into);
	add_keys(into);
	add_verdicts(into);
	add_pages(into);
	add_end(into);
}
