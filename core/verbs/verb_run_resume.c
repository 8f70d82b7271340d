/* A run that goes on from what another one left: in the background, or by hand. */
#include "verb_run_parts.h"

#include "engine/background.h"
#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

bool run_read_resume(struct runner *runner, struct engine_options *options, struct error *err)
{
	const char *folder = getenv(BACKGROUND_FOLDER_VARIABLE);
	struct session *session = &runner->session;
	if (runner->names_tables || session->selection != NULL || session->config->plan)
		return error_set(err, ERROR_USAGE, "--resume goes on with what its file names");
	if (!resume_read(session->pipeline, session->config->resume, &runner->resume, err))
		return false;
	runner->is_resuming = true;
	session->range = runner->resume.range;
	session->range_is_given = true;
	options->workers = runner->resume.workers;
	options->pace_ms = runner->resume.pace_ms;
	options->auto_launch = runner->resume.auto_launch;
	return folder == NULL || folder[0] == '\0' ||
	       run_control_open(folder, &runner->control, err);
}

/* A table that is not of this pipeline is nobody's. */
static void pause_or_go_on(struct runner *runner, bool pauses)
{
	const struct pipeline *pipeline = runner->session.pipeline;
	const char *name = run_control_table(runner->control);
	size_t table = pipeline_find(pipeline, name);
	if (name[0] == '\0')
		engine_pause_all(runner->engine, pauses);
	else if (table < pipeline->table_count)
		engine_pause(runner->engine, table, pauses);
}

void run_obey(struct runner *runner)
{
	enum run_verb verb;
	while (run_control_next(runner->control, &verb))
		switch (verb) {
		case RUN_VERB_PAUSE:
		case RUN_VERB_RESUME:
			pause_or_go_on(runner, verb == RUN_VERB_PAUSE);
			break;
		case RUN_VERB_STOP:
		case RUN_VERB_TERMINATE:
		case RUN_VERB_KILL:
			runner->was_told_to_stop = true; /* the signal comes by itself */
			break;
		case RUN_VERB_FREEZE:
		case RUN_VERB_CONTINUE:
		case RUN_VERB_COUNT:
			break;
		}
}

/* The folder is the background's now: its lock first. */
static void go_on_in_background(struct runner *runner, const struct resume *left)
{
	struct session *session = &runner->session;
	struct background_start start = {
		session->config, session->pipeline, session->state_folder, left};
	char id[RUN_ID_BYTES];
	struct error err;
	lock_free(session->lock);
	session->lock = NULL;
	if (background_start(&start, id, &err))
		run_say(runner, clock_wall_ms(), "run %s goes on in the background", id);
	else
		run_say(runner, clock_wall_ms(), "nothing goes on in the background: %s", err.text);
}

/* A signal that nobody of ours sent (a shutdown) is no wish to forget the rest. */
static void forget_rest(const struct runner *runner)
{
	char *path = background_resume_path(runner->session.state_folder);
	if (!runner->was_stopped || runner->was_told_to_stop)
		unlink(path);
	free(path);
}

void run_leave_rest(struct runner *runner)
{
	struct resume left;
	if (runner->control != NULL)
		run_obey(runner);
	if (runner->is_resuming)
		forget_rest(runner);
	if (!engine_take_left(runner->engine, &left))
		return;
	go_on_in_background(runner, &left);
	resume_release(&left);
}
