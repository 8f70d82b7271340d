#include "coverage/causes.h"

#include "coverage/select.h"

#define RANGES_NAMED 3

static const char *plural(int count)
{
	return count == 1 ? "" : "s";
}

void cause_explain(const struct coverage *coverage, const struct cause *cause, struct buffer *into)
{
	const char *name = coverage->pipeline->tables[cause->table].name;
	if (cause->cells == 0)
		buffer_add_format(into, "%s: its job will %s", name,
			cause->reason == REASON_BLOCKED_JOB_MINIMUM
				? "refuse the rows that there are"
				: "ask for rows that nobody counted");
	else {
		buffer_add_format(into, "%s: %s (%s) on %d date%s (", name,
			verdict_word(cause->verdict), reason_word(cause->reason), cause->cells,
			plural(cause->cells));
		date_set_say(&cause->dates, RANGES_NAMED, into);
		buffer_add_text(into, ")");
	}
	if (cause->holds_up > 0)
		buffer_add_format(
			into, "; holds up %d cell%s", cause->holds_up, plural(cause->holds_up));
	if (cause->frees > 0 && cause->frees < cause->holds_up)
		buffer_add_format(into, ", %d of them alone", cause->frees);
	if (cause->needs_you)
		buffer_add_text(into, "; no run can cure it");
}
