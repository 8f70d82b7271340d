#include "engine/background.h"

#include "base/clock.h"
#include "base/lock.h"
#include "base/memory.h"
#include "base/path.h"
#include "jobs/launch.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ARGUMENTS_MAX	  32
#define OWNER_LOOK_MS	  10
#define OWNER_WAIT_MS_MAX 10000

extern char **environ;

char *background_resume_path(const char *state_folder)
{
	return path_join(state_folder, "resume.json");
}

static void make_id(int64_t now_ms, char id[RUN_ID_BYTES])
{
	time_t seconds = (time_t)(now_ms / 1000);
	struct tm parts;
	char stamp[20] = "";
	gmtime_r(&seconds, &parts);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%S", &parts);
	snprintf(id, RUN_ID_BYTES, "%s%03d-background", stamp, (int)(now_ms % 1000));
}

/* What a person would have to say again; the rest is in the environment and the folder we share. */
static void make_arguments(const struct config *config, const char *self, const char *resume,
	const char *arguments[ARGUMENTS_MAX])
{
	const char *const given[][2] = {{"--pipeline", config->pipeline},
		{"--rules", config->rules}, {"--warehouse", config->warehouse},
		{"--state", config->state}, {"--config", config->config},
		{"--alert-hook", config->alert_hook}, {"--alert-slack", config->alert_slack},
		{"--alert-webhook", config->alert_webhook}, {"--alert-mail", config->alert_mail},
		{"--alert-off", config->alert_off}};
	size_t count = 0;
	arguments[count++] = self;
	arguments[count++] = "run";
	arguments[count++] = "--resume";
	arguments[count++] = resume;
	arguments[count++] = "--events";
	for (size_t i = 0; i < ARRAY_COUNT(given); i++) {
		if (given[i][1] == NULL)
			continue;
		arguments[count++] = given[i][0];
		arguments[count++] = given[i][1];
	}
	if (config->allow_remote_emulator)
		arguments[count++] = "--allow-remote-emulator";
	arguments[count] = NULL;
}

/* Ours, and the name of the run folder; free() it, not its texts but the first. */
static char **make_environment(char *folder)
{
	size_t count = 0;
	while (environ[count] != NULL)
		count++;
	char **environment = memory_new_array(count + 2, sizeof(*environment));
	environment[0] = folder;
	memcpy(environment + 1, environ, count * sizeof(*environment));
	return environment;
}

static bool launch(const struct background_start *start, const char *self, const char *resume,
	char id[RUN_ID_BYTES], struct error *err)
{
	const char *arguments[ARGUMENTS_MAX];
	char here[PATH_MAX], *supervisor;
	struct run_about about = {.pipeline = (char *)start->pipeline->name,
		.table = (char *)BACKGROUND_TABLE,
		.argv = (char **)arguments,
		.cwd = here,
		.range = start->resume->range,
		.attempt = 1,
		.made_ms = clock_wall_ms()};
	if (getcwd(here, sizeof(here)) == NULL)
		return error_set_system(err, errno, "cannot find out the working folder");
	if (!launch_find_supervisor(NULL, &supervisor, err))
		return false;
	make_id(about.made_ms, about.id);
	make_arguments(start->config, self, resume, arguments);
	char *path = run_folder_of(start->state_folder, about.id);
	char *folder = memory_format("%s=%s", BACKGROUND_FOLDER_VARIABLE, path);
	char **environment = make_environment(folder);
	struct launch launch = {.supervisor = supervisor,
		.state_folder = start->state_folder,
		.about = &about,
		.argv = about.argv,
		.environment = environment};
	bool started = launch_run(&launch, err);
	text_copy(id, RUN_ID_BYTES, about.id);
	free(environment);
	free(folder);
	free(path);
	free(supervisor);
	return started;
}

/* Nobody owns the folder until the run does: a console that starts at once must find it taken. A
 * run that cannot even open its session ends, and is not waited for. */
static void await_owner(const char *state_folder, const char *id)
{
	const struct timespec instant = {.tv_nsec = OWNER_LOOK_MS * 1000000L};
	char *path = run_folder_of(state_folder, id);
	for (int i = 0; i < OWNER_WAIT_MS_MAX / OWNER_LOOK_MS && run_lives(path) &&
			!lock_is_held(state_folder);
		i++)
		nanosleep(&instant, NULL);
	free(path);
}

bool background_start(
	const struct background_start *start, char id[RUN_ID_BYTES], struct error *err)
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (length <= 0)
		return error_set_system(err, errno, "cannot find out where this program lies");
	self[length] = '\0';
	char *resume = background_resume_path(start->state_folder);
	bool started = resume_write(start->pipeline, start->resume, resume, err) &&
		       launch(start, self, resume, id, err);
	free(resume);
	if (started)
		await_owner(start->state_folder, id);
	return started;
}

static bool is_background(const char *path)
{
	struct run_about about = {0};
	bool is = run_folder_read(path, &about, NULL) && strcmp(about.table, BACKGROUND_TABLE) == 0;
	run_about_release(&about);
	return is;
}

char *background_find(const char *state_folder)
{
	struct run_list list = {0};
	char *found = NULL;
	if (!run_folder_list(state_folder, &list, NULL))
		return NULL;
	for (size_t i = 0; i < list.count && found == NULL; i++) {
		if (!text_ends_with(list.ids[i], "-background"))
			continue;
		char *path = run_folder_of(state_folder, list.ids[i]);
		if (is_background(path) && run_lives(path))
			found = path;
		else
			free(path);
	}
	run_list_release(&list);
	return found;
}

static void await_end(const char *path)
{
	struct run_evidence evidence;
	while (run_lives(path) && run_look(path, &evidence, NULL)) {
		struct pollfd end = {.fd = process_open(evidence.is_supervisor_alive
								? evidence.process.supervisor
								: evidence.process.child),
			.events = POLLIN};
		if (end.fd < 0)
			continue;
		(void)poll(&end, 1, -1);
		close(end.fd);
	}
}

bool background_stop(const char *state_folder, bool now, bool *found, struct error *err)
{
	char who[64];
	char *path = background_find(state_folder);
	*found = path != NULL;
	if (path == NULL)
		return true;
	snprintf(who, sizeof(who), "backcourt stop, process %ld", (long)getpid());
	bool asked = run_request(path, now ? RUN_VERB_TERMINATE : RUN_VERB_STOP, who, err);
	if (asked)
		await_end(path);
	free(path);
	if (asked) {
		path = background_resume_path(state_folder);
		unlink(path); /* whoever stops it does not want it to go on */
		free(path);
	}
	return asked;
}
