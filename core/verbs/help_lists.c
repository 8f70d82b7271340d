/* The lists that `backcourt help LIST` and the README show, made from those that the program itself
 * uses. */
#include "help_pages.h"

#include "alert/alert.h"
#include "base/memory.h"
#include "coverage/coverage.h"
#include "model/action.h"
#include "verbs/verbs.h"

/* A cell of a Markdown table: the bar is its only letter that means something. */
static void add_cell(struct buffer *into, const char *text)
{
	for (const char *at = text; *at != '\0'; at++)
		buffer_add_format(into, *at == '|' ? "\\%c" : "%c", *at);
}

void help_add_verbs(struct buffer *into)
{
	buffer_add_text(into, "| verb | what it does |\n|---|---|\n");
	struct verb_about about;
	for (size_t i = 0; help_verb_at(i, &about); i++) {
		buffer_add_format(into, "| `backcourt %s", about.name);
		if (about.arguments[0] != '\0')
			buffer_add_char(into, ' ');
		add_cell(into, about.arguments);
		buffer_add_format(into, "` | %s |\n", about.help);
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
	case 'F':
		return "log, events";
	case 'H':
		return "health";
	case 'S':
		return "settings";
	case 'D':
		return "dialogs";
	default:
		return NULL; /* no key of its own */
	}
}

void help_add_keys(struct buffer *into)
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

void help_add_verdicts(struct buffer *into)
{
	buffer_add_text(into, "| letter | verdict | a gap? | meaning |\n|---|---|---|---|\n");
	for (int i = 0; i < VERDICT_COUNT; i++) {
		enum verdict verdict = (enum verdict)i;
		buffer_add_format(into, "| `%c` | %s | %s | %s |\n", verdict_letter(verdict),
			verdict_word(verdict), verdict_is_gap(verdict) ? "yes" : "no",
			verdict_meaning(verdict));
	}
}

void help_add_alerts(struct buffer *into)
{
	buffer_add_text(into, "| alert | severity | when |\n|---|---|---|\n");
	for (int i = 0; i < ALERT_KIND_COUNT; i++) {
		const struct alert_row *row = alert_row((enum alert_kind)i);
		buffer_add_format(into, "| `%s` | %s | %s |\n", row->name,
			severity_words[row->severity], row->help);
	}
}

void help_add_reasons(struct buffer *into)
{
	for (int i = REASON_NONE + 1; i < REASON_COUNT; i++)
		buffer_add_format(into, "`%s`%s", reason_word((enum reason)i),
			i + 1 < REASON_COUNT ? " " : "\n");
}

bool help_verb_at(size_t i, struct verb_about *into)
{
	static const struct verb_about verbs[] = {
#define X(id, name, page, arguments, help) {name, page, arguments, help},
		VERB_LIST(X)
#undef X
	};
	if (i >= ARRAY_COUNT(verbs))
		return false;
	*into = verbs[i];
	return true;
}
