/* Alerts for whoever is not looking: a bell and a note of the terminal. */
#include "tui/console_parts.h"

#include "base/clock.h"

#include <stdio.h>

/* Terminals and people take several at once for one: what comes within it is told together. */
#define ALERT_BELL_GAP_MS 1000

void console_hear_alert(struct console *console, const struct event *event)
{
	const struct alert *alert = &event->alert.alert;
	if (event->kind != EVENT_ALERT || event->alert.stage != ALERT_RAISED)
		return;
	console->alerts_untold++;
	if (alert->times > 1)
		snprintf(console->alert_text, sizeof(console->alert_text), "%s (%d times)",
			alert->text, alert->times);
	else
		text_copy(console->alert_text, sizeof(console->alert_text), alert->text);
}

/* A terminal that nobody reads gets one bell when it is read again, not as many as came. */
static bool is_held(const struct console *console)
{
	return console->paste.is_on || terminal_output(console->terminal) >= 0;
}

int64_t console_alert_due_ms(const struct console *console)
{
	bool is_due = console->alerts_untold > 0 && !is_held(console);
	return is_due ? console->alert_ready_ms : INT64_MAX;
}

/* Behind a whole frame, and never within a paste: a bell there says that something is wrong with
 * what is pasted. */
void console_tell_alerts(struct console *console)
{
	const struct config *config = console->config;
	struct buffer note = {0};
	int64_t now_ms = clock_monotonic_ms();
	if (now_ms < console_alert_due_ms(console))
		return;
	buffer_add_text(&note, console->alert_text);
	if (console->alerts_untold > 1)
		buffer_add_format(&note, " (and %d more)", console->alerts_untold - 1);
	if (config->alert_bell != 0)
		terminal_bell(console->terminal);
	terminal_notify(console->terminal, config->alert_notify, buffer_text(&note));
	buffer_release(&note);
	console->alerts_untold = 0;
	console->alert_ready_ms = now_ms + ALERT_BELL_GAP_MS;
}
