/* The forecast in words, for every verb. */
#include "coverage/eta.h"

#include "base/clock.h"
#include "base/text.h"

void eta_say(const struct eta_plan *eta, int workers, struct buffer *into)
{
	char spent[DURATION_TEXT_BYTES];
	if (eta->p50_ms >= 0)
		buffer_add_text(into, eta->is_least ? "at least " : "about ");
	buffer_add_format(into, "%s with %d %s", clock_format_duration(eta->p50_ms, spent), workers,
		workers == 1 ? "worker" : "workers");
	if (!eta->is_least && eta->p50_ms > 0)
		buffer_add_format(
			into, ", hardly more than %s", clock_format_duration(eta->p90_ms, spent));
}

#define NEVER_MS ((int64_t)DATE_RANGE_DAYS_MAX * 86400000)

/* With its date where that is another one. */
static void say_time(int64_t at_ms, int64_t now_ms, struct buffer *into)
{
	char text[CLOCK_TEXT_BYTES], date[DATE_TEXT_BYTES];
	date_t day = clock_local_date(at_ms);
	if (day != clock_local_date(now_ms))
		buffer_add_format(into, "%s ", date_format(day, date));
	buffer_add_text(into, clock_format_time(at_ms, text));
}

void eta_say_end(const struct eta_plan *eta, int64_t now_ms, struct buffer *into)
{
	if (!eta_is_known(eta)) {
		buffer_add_text(into, "--");
		return;
	}
	if (eta->p90_ms > NEVER_MS) {
		buffer_add_text(into, "never");
		return;
	}
	buffer_add_text(into, eta->is_least ? "not before " : "about ");
	say_time(eta_later(now_ms, eta->p50_ms), now_ms, into);
	if (eta->is_least)
		return;
	buffer_add_text(into, ", hardly after ");
	say_time(eta_later(now_ms, eta->p90_ms), now_ms, into);
}

void eta_say_path(const struct pipeline *pipeline, const struct eta_plan *eta, struct buffer *into)
{
	char spent[DURATION_TEXT_BYTES];
	for (size_t i = 0; i < eta->path_count; i++) {
		const struct eta_stretch *stretch = &eta->path[i];
		buffer_add_format(into, "%s%s %s", i == 0 ? "" : " > ",
			pipeline->tables[stretch->table].short_name,
			clock_format_duration(
				stretch->duration_ms > 0 ? stretch->duration_ms : -1, spent));
	}
}
