/* backcourt pause and resume: the runs of a pipeline, through their `control` files. */
#include "verb_parts.h"

#include "engine/background.h"
#include "base/lock.h"
#include "base/memory.h"
#include "jobs/log_rules.h"
#include "jobs/run_folder.h"
#include "jobs/run_stop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct pausing {
	struct session session;
	size_t tables[PIPELINE_TABLES_MAX];
	size_t table_count;
	bool resumes, freezes;
	bool is_owned;	  /* somebody works in the state folder, and hears the requests */
	char *background; /* the folder of native work in the background; NULL: there is none */
	int reached;
};

static const char *name_of(const struct pausing *pausing, size_t i)
{
	return pausing->session.pipeline->tables[pausing->tables[i]].name;
}

static bool ask(const char *path, enum run_verb verb, struct error *err)
{
	char who[64];
	snprintf(who, sizeof(who), "backcourt, process %ld", (long)getpid());
	return run_request(path, verb, who, err);
}

static void say_stops(void *context, size_t run)
{
	(void)run;
	printf("%s: stops after the date in hand: nobody follows it, so that `backcourt run` "
	       "starts the others\n",
		*(const char *const *)context);
	fflush(stdout);
}

/* For a script a pause is a stop after the date. */
static bool stop_without_owner(const char *path, const char *name, struct error *err)
{
	struct run_to_stop run = {path, RUN_STOP_AFTER_DATE};
	struct log_rules *rules = log_rules_new();
	bool done = run_stop(&(struct run_stop){&run, 1, rules, say_stops, &name}, err);
	log_rules_free(rules);
	return done;
}

static bool pause_run(
	struct pausing *pausing, const char *path, const char *name, struct error *err)
{
	if (!run_lives(path))
		return true;
	pausing->reached++;
	if (pausing->freezes) {
		printf("%s: frozen; connections may break when that takes minutes\n", name);
		return ask(path, RUN_VERB_FREEZE, err);
	}
	if (!pausing->is_owned)
		return stop_without_owner(path, name, err);
	printf("%s: pauses after the date in hand\n", name);
	return ask(path, RUN_VERB_PAUSE, err);
}

static bool resume_run(
	struct pausing *pausing, const char *path, const char *name, struct error *err)
{
	char who[64];
	snprintf(who, sizeof(who), "backcourt, process %ld", (long)getpid());
	if (run_lives(path)) {
		pausing->reached++;
		printf("%s: goes on\n", name);
		return ask(path, RUN_VERB_CONTINUE, err) && ask(path, RUN_VERB_RESUME, err);
	}
	if (!pausing->is_owned)
		return true;
	pausing->reached++;
	printf("%s: goes on\n", name);
	return run_note(path, RUN_VERB_RESUME, who, err);
}

/* One table of the run in the background; the others go on. A signal could not tell them apart. */
static bool reach_background_table(struct pausing *pausing, const char *name, struct error *err)
{
	char who[RUN_CONTROL_LINE_MAX];
	if (pausing->freezes)
		return error_set(err, ERROR_INPUT,
			"%s is computed in the background, which is frozen as a whole: without a "
			"table; or pause it without --freeze",
			name);
	snprintf(who, sizeof(who), RUN_CONTROL_TABLE "%s backcourt, process %ld", name,
		(long)getpid());
	pausing->reached++;
	printf("%s: %s, in the background\n", name,
		pausing->resumes ? "goes on" : "pauses after the date in hand");
	return run_request(
		pausing->background, pausing->resumes ? RUN_VERB_RESUME : RUN_VERB_PAUSE, who, err);
}

static bool reach_table(struct pausing *pausing, const char *name, struct error *err)
{
	char *path = NULL;
	bool is_named = pausing->session.config->argument_count > 0, done = true;
	if (!run_folder_newest(pausing->session.state_folder, name, &path, err))
		return false;
	bool lives = path != NULL && run_lives(path);
	if (is_named && pausing->background != NULL && !lives)
		done = reach_background_table(pausing, name, err);
	else if (path != NULL)
		done = pausing->resumes ? resume_run(pausing, path, name, err)
					: pause_run(pausing, path, name, err);
	free(path);
	return done;
}

/* Native work in the background is one run over all tables. */
static bool reach_background(struct pausing *pausing, struct error *err)
{
	const char *path = pausing->background;
	if (path == NULL || pausing->session.config->argument_count > 0)
		return true;
	pausing->reached++;
	printf("the background run %s\n",
		pausing->resumes ? "goes on" : "pauses after the dates in hand");
	enum run_verb verb = pausing->resumes	? RUN_VERB_RESUME
			     : pausing->freezes ? RUN_VERB_FREEZE
						: RUN_VERB_PAUSE;
	return (!pausing->resumes || ask(path, RUN_VERB_CONTINUE, err)) && ask(path, verb, err);
}

static bool reach_all(struct pausing *pausing, struct error *err)
{
	pausing->is_owned = lock_is_held(pausing->session.state_folder);
	pausing->background = background_find(pausing->session.state_folder);
	bool done = reach_background(pausing, err);
	for (size_t i = 0; done && i < pausing->table_count; i++)
		done = reach_table(pausing, name_of(pausing, i), err);
	if (done && pausing->reached == 0)
		return error_set(err, ERROR_INPUT,
			pausing->resumes ? "nothing waits to go on: `backcourt run` starts what "
					   "is missing"
					 : "no command job of these tables is running");
	return done;
}

static int pause_or_resume(const struct config *config, bool resumes)
{
	struct pausing pausing = {.resumes = resumes, .freezes = config->freeze};
	struct error err;
	bool done = session_open(config, false, false, &pausing.session, &err) &&
		    verb_tables(pausing.session.pipeline, config, pausing.tables,
			    &pausing.table_count, &err) &&
		    reach_all(&pausing, &err);
	free(pausing.background);
	session_close(&pausing.session);
	return done ? EXIT_ALL_COMPLETE : verb_fail(&err);
}

int verb_pause(const struct config *config)
{
	return pause_or_resume(config, false);
}

int verb_resume(const struct config *config)
{
	return pause_or_resume(config, true);
}
