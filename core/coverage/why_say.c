#include "coverage/why.h"

#include <inttypes.h>

#define SECOND_MS ((int64_t)1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS	  (60 * MINUTE_MS)
#define DAY_MS	  (24 * HOUR_MS)

/* "12 s", "5 min", "3 h", "2 d": the largest unit of which there are two. */
static void say_span(int64_t span_ms, struct buffer *into)
{
	static const struct {
		int64_t unit_ms;
		const char *word;
	} units[] = {{DAY_MS, "d"}, {HOUR_MS, "h"}, {MINUTE_MS, "min"}, {SECOND_MS, "s"}};
	size_t i = 0;
	while (i < ARRAY_COUNT(units) - 1 && span_ms < 2 * units[i].unit_ms)
		i++;
	buffer_add_format(into, "%" PRId64 " %s", span_ms / units[i].unit_ms, units[i].word);
}

static void say_links(const struct coverage *coverage, const struct why *why, struct buffer *into)
{
	char date[DATE_TEXT_BYTES];
	for (size_t i = 0; i < why->link_count; i++) {
		const struct why_link *link = &why->links[i];
		buffer_add_format(into, "%s %s %s %c %s\n", i == 0 ? "because" : "       ",
			coverage->pipeline->tables[link->table].name, date_format(link->date, date),
			verdict_letter(link->verdict), link->sentence);
	}
}

static void say_facts(const struct why *why, struct buffer *into)
{
	for (size_t i = 0; i < why->fact_count; i++) {
		const struct why_fact *fact = &why->facts[i];
		buffer_add_format(into, "%s: %s", fact->witness, fact->text);
		if (fact->age_ms >= 0) {
			buffer_add_text(into, " (");
			say_span(fact->age_ms, into);
			buffer_add_text(into, " ago)");
		}
		buffer_add_char(into, '\n');
	}
}

static void say_below(const struct coverage *coverage, const struct why *why, struct buffer *into)
{
	if (why->below_cells == 0)
		return;
	buffer_add_format(
		into, "holds up: %d cell%s (", why->below_cells, why->below_cells == 1 ? "" : "s");
	for (size_t i = 0; i < why->below_count; i++)
		buffer_add_format(into, "%s%s %d", i == 0 ? "" : ", ",
			coverage->pipeline->tables[why->below[i].table].short_name,
			why->below[i].cells);
	buffer_add_text(into, ")\n");
}

void why_say(const struct coverage *coverage, const struct why *why, struct buffer *into)
{
	char date[DATE_TEXT_BYTES];
	buffer_add_format(into, "%s %s %c %s\n%s\n", coverage->pipeline->tables[why->table].name,
		date_format(why->date, date), verdict_letter(why->verdict),
		reason_word(why->reason), why->sentence);
	say_links(coverage, why, into);
	say_facts(why, into);
	for (size_t i = 0; i < why->ruled_out_count; i++)
		buffer_add_format(into, "not %s\n", why->ruled_out[i]);
	say_below(coverage, why, into);
	buffer_add_format(into, "next: %s\n", why->next);
	if (why->command[0] == '\0')
		return;
	buffer_add_format(into, "repair: %s", why->command);
	if (why->work_ms >= 0) {
		buffer_add_text(into, " # about ");
		say_span(why->work_ms, into);
	}
	buffer_add_char(into, '\n');
}
