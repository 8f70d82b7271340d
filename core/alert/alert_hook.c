/* The hook: a program of the operator's, started with the facts of an alert. */
#include "alert/alert.h"

#include "base/clock.h"
#include "base/helper.h"
#include "base/memory.h"
#include "jobs/process_tree.h"

#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX     64
#define VARIABLES_MAX 16

/* A tree that grows while it is killed is looked at again. */
#define KILL_AGAIN_MS	5
#define KILL_ROUNDS_MAX 200

extern char **environ;

struct hook {
	char *name;    /* in messages */
	char *command; /* its blanks are NULs */
	char *words[WORDS_MAX + 1];
	size_t count;
	char *variables[VARIABLES_MAX];
	size_t variable_count;
	char **environment;
};

static bool split(struct hook *hook, const char *command, struct error *err)
{
	char *words[WORDS_MAX + 1];
	hook->command = memory_copy_text(command);
	hook->count = text_split_words(hook->command, words, WORDS_MAX + 1);
	if (hook->count == 0)
		return error_set(err, ERROR_CONFIG, "--alert-hook names no program");
	if (hook->count > WORDS_MAX)
		return error_set(
			err, ERROR_CONFIG, "--alert-hook has more than %d words", WORDS_MAX);
	memcpy(hook->words, words, hook->count * sizeof(*words));
	hook->name = memory_format("the alert hook %s", words[0]);
	return true;
}

static void add(struct hook *hook, const char *name, const char *value)
{
	hook->variables[hook->variable_count++] =
		memory_format("BACKCOURT_ALERT_%s=%s", name, value);
}

static void add_lines(struct hook *hook, const struct alert *alert)
{
	struct buffer lines = {0};
	for (int i = 0; i < ALERT_LINES_MAX && alert->lines[i][0] != '\0'; i++)
		buffer_add_format(&lines, "%s%s", i > 0 ? "\n" : "", alert->lines[i]);
	add(hook, "LINES", buffer_text(&lines));
	buffer_release(&lines);
}

static void add_facts(struct hook *hook, const struct alert_call *call)
{
	const struct alert *alert = call->alert;
	char date[DATE_TEXT_BYTES] = "", at[CLOCK_TEXT_BYTES], times[24], run[24] = "";
	if (alert->date != DATE_NONE)
		date_format(alert->date, date);
	if (alert->run > 0)
		snprintf(run, sizeof(run), "%" PRIu32, alert->run);
	snprintf(times, sizeof(times), "%d", alert->times);
	add(hook, "KIND", alert_row(alert->kind)->name);
	add(hook, "SEVERITY", severity_words[alert_row(alert->kind)->severity]);
	add(hook, "PIPELINE", call->pipeline);
	add(hook, "RUN", run);
	add(hook, "TABLE", call->table);
	add(hook, "DATE", date);
	add(hook, "AT", clock_format_rfc3339(alert->at_ms, at));
	add(hook, "TIMES", times);
	add(hook, "TEXT", alert->text);
	add_lines(hook, alert);
}

static void make_environment(struct hook *hook)
{
	size_t count = 0;
	while (environ[count] != NULL)
		count++;
	hook->environment =
		memory_new_array(hook->variable_count + count + 1, sizeof(*hook->environment));
	memcpy(hook->environment, hook->variables, hook->variable_count * sizeof(*hook->variables));
	memcpy(hook->environment + hook->variable_count, environ, count * sizeof(*environ));
}

/* Also what has left its group. */
static void kill_all(pid_t pid)
{
	struct process_tree tree;
	struct process_stat stat;
	if (!process_read_stat(pid, &stat))
		return;
	process_tree_open(&tree, (struct process_identity){pid, stat.start_ticks},
		(struct process_identity){0});
	for (int i = 0; i < KILL_ROUNDS_MAX && process_tree_look(&tree) > 0; i++) {
		process_tree_signal(&tree, SIGKILL, NULL);
		(void)poll(NULL, 0, KILL_AGAIN_MS);
	}
	process_tree_release(&tree);
}

static bool judge(const char *name, struct helper_result result, int limit_ms, struct error *err)
{
	switch (result.end) {
	case HELPER_EXITED:
		return result.code == 0 ||
		       error_set(err, ERROR_CONFIG, "%s ended with status %d", name, result.code);
	case HELPER_SIGNALLED:
		return error_set(err, ERROR_CONFIG, "%s ended with signal %d", name, result.code);
	case HELPER_LATE:
		return error_set(err, ERROR_LIMIT, "%s took more than %d s and was killed", name,
			limit_ms / 1000);
	case HELPER_STOPPED:
	case HELPER_TALKED:
	case HELPER_LOST:
		break;
	}
	return error_set(err, ERROR_SYSTEM, "nobody knows how %s ended", name);
}

bool alert_hook_run(const struct alert_call *call, struct error *err)
{
	struct hook hook = {0};
	struct helper_result result;
	bool done = split(&hook, call->command, err);
	if (done) {
		add_facts(&hook, call);
		make_environment(&hook);
		const struct helper helper = {.name = hook.name,
			.argv = hook.words,
			.environment = hook.environment,
			.limit_ms = call->limit_ms,
			.kill_all = kill_all};
		done = helper_run(&helper, &result, err) &&
		       judge(hook.name, result, call->limit_ms, err);
	}
	for (size_t i = 0; i < hook.variable_count; i++)
		free(hook.variables[i]);
	free(hook.environment);
	free(hook.command);
	free(hook.name);
	return done;
}
