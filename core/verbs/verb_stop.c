/* backcourt stop: ends the command runs of a pipeline, whoever follows them. */
#include "verb_parts.h"

#include "engine/background.h"
#include "base/memory.h"
#include "jobs/command.h"
#include "jobs/log_rules.h"
#include "jobs/run_folder.h"
#include "jobs/run_stop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct stopping {
	struct session session;
	size_t tables[PIPELINE_TABLES_MAX];
	size_t table_count;
	struct run_to_stop *runs; /* their paths are ours */
	char **words;		  /* of each, when it is being stopped */
	size_t count, capacity, words_capacity;
};

static bool is_named(const struct stopping *stopping, const char *table)
{
	for (size_t i = 0; i < stopping->table_count; i++)
		if (strcmp(stopping->session.pipeline->tables[stopping->tables[i]].name, table) ==
			0)
			return true;
	return false;
}

static enum run_stop_how how_to_stop(const struct stopping *stopping, const char *table)
{
	const struct pipeline *pipeline = stopping->session.pipeline;
	struct command *command = NULL;
	if (stopping->session.config->now)
		return RUN_STOP_NOW;
	bool known = command_parse(pipeline, pipeline_find(pipeline, table), &command, NULL);
	bool anywhere = known && command->stop == COMMAND_STOP_AT_ONCE;
	command_free(command);
	return anywhere ? RUN_STOP_ANYWHERE : RUN_STOP_AFTER_DATE;
}

static void add_run(struct stopping *stopping, const char *id)
{
	struct run_about about = {0};
	char *path = run_folder_of(stopping->session.state_folder, id);
	if (!run_lives(path) || !run_folder_read(path, &about, NULL) ||
		!is_named(stopping, about.table)) {
		run_about_release(&about);
		free(path);
		return;
	}
	enum run_stop_how how = how_to_stop(stopping, about.table);
	ARRAY_GROW(stopping->words, stopping->count, stopping->words_capacity);
	stopping->words[stopping->count] = memory_format("%s: run %s %s", about.table, id,
		how == RUN_STOP_AFTER_DATE ? "stops after the date in hand" : "is being stopped");
	ARRAY_GROW(stopping->runs, stopping->count, stopping->capacity);
	stopping->runs[stopping->count++] = (struct run_to_stop){path, how};
	run_about_release(&about);
}

static void say_begun(void *context, size_t run)
{
	const struct stopping *stopping = context;
	puts(stopping->words[run]);
	fflush(stdout);
}

/* Native work in the background is one run over all tables. */
static bool stop_background(const struct stopping *stopping, bool *found, struct error *err)
{
	const struct config *config = stopping->session.config;
	const char *state_folder = stopping->session.state_folder;
	char *path = config->argument_count == 0 ? background_find(state_folder) : NULL;
	*found = path != NULL;
	if (path == NULL)
		return true;
	printf("the background run %s\n",
		config->now ? "is being stopped" : "stops after the dates in hand");
	fflush(stdout);
	free(path);
	return background_stop(state_folder, config->now, found, err);
}

static bool stop_all(struct stopping *stopping, struct error *err)
{
	struct run_list list = {0};
	bool is_background;
	if (!stop_background(stopping, &is_background, err))
		return false;
	if (!run_folder_list(stopping->session.state_folder, &list, err))
		return false;
	for (size_t i = 0; i < list.count; i++)
		add_run(stopping, list.ids[i]);
	run_list_release(&list);
	if (stopping->count == 0 && is_background)
		return true;
	if (stopping->count == 0)
		return error_set(err, ERROR_INPUT, "no command job of these tables is running");
	struct log_rules *rules = log_rules_new();
	bool done = run_stop(
		&(struct run_stop){stopping->runs, stopping->count, rules, say_begun, stopping},
		err);
	log_rules_free(rules);
	if (done)
		printf("%zu stopped\n", stopping->count);
	return done;
}

int verb_stop(const struct config *config)
{
	struct stopping stopping = {0};
	struct error err;
	bool done = session_open(config, false, false, &stopping.session, &err) &&
		    verb_tables(stopping.session.pipeline, config, stopping.tables,
			    &stopping.table_count, &err) &&
		    stop_all(&stopping, &err);
	for (size_t i = 0; i < stopping.count; i++) {
		free((char *)stopping.runs[i].path);
		free(stopping.words[i]);
	}
	free(stopping.words);
	free(stopping.runs);
	session_close(&stopping.session);
	return done ? EXIT_ALL_COMPLETE : verb_fail(&err);
}
