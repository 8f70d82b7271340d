#include "tui/console_parts.h"

#include "engine/background.h"

#include <stdio.h>

void console_own(struct console *console)
{
	if (console->leaving || !session_own(&console->session))
		return;
	console->model->holder[0] = '\0';
	engine_own(console->engine, console->model);
}

void console_leave_rest(struct console *console)
{
	struct session *session = &console->session;
	struct resume left;
	char id[RUN_ID_BYTES];
	struct error err;
	if (!engine_take_left(console->engine, &left))
		return;
	struct background_start start = {
		session->config, session->pipeline, session->state_folder, &left};
	/* The folder is the background's now: its lock first. */
	lock_free(session->lock);
	session->lock = NULL;
	if (background_start(&start, id, &err))
		snprintf(console->rest, sizeof(console->rest),
			"%lld cells go on in the background (run %s); backcourt follows it",
			(long long)resume_count(&left), id);
	else
		snprintf(console->rest, sizeof(console->rest),
			"nothing goes on in the background: %s", err.text);
	resume_release(&left);
}
