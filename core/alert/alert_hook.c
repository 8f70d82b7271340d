/* The hook: a program of the operator's, started with the facts of an alert. */
#include "alert/alert.h"

#include "base/clock.h"
#include "base/memory.h"
#include "jobs/process_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX     64
#define VARIABLES_MAX 16

/* A tree that grows while it is killed is looked at again. */
#define KILL_AGAIN_MS	5
#define KILL_ROUNDS_MAX 200

extern char **environ;

struct hook {
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
	char date[DATE_TEXT_BYTES] = "", at[CLOCK_TEXT_BYTES], times[24];
	if (alert->date != DATE_NONE)
		date_format(alert->date, date);
	snprintf(times, sizeof(times), "%d", alert->times);
	add(hook, "KIND", alert_row(alert->kind)->name);
	add(hook, "SEVERITY", alert_severity_word(alert->kind));
	add(hook, "PIPELINE", call->pipeline);
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

/* A group of its own, nothing blocked, nothing ignored, no terminal to write on. */
static int start(const struct hook *hook, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes,
		POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; standard++)
		posix_spawn_file_actions_addopen(&actions, standard, "/dev/null", O_RDWR, 0);
	int reason = posix_spawnp(
		pid, hook->words[0], &actions, &attributes, hook->words, hook->environment);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return reason;
}

/* It is not reaped before: its number and its group are its own until then. */
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
	kill(-pid, SIGKILL); /* orphans of its group, which no parent led to */
}

static bool await(pid_t pid, const char *name, int limit_ms, struct error *err)
{
	int status = 0, descriptor = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd end = {.fd = descriptor, .events = POLLIN};
	bool in_time = descriptor >= 0 && poll(&end, 1, limit_ms) > 0;
	if (descriptor >= 0)
		close(descriptor);
	if (!in_time)
		kill_all(pid);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!in_time)
		return error_set(err, ERROR_LIMIT,
			"the alert hook %s took more than %d s and was killed", name,
			limit_ms / 1000);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	return error_set(err, ERROR_CONFIG, "the alert hook %s ended with %s %d", name,
		WIFEXITED(status) ? "status" : "signal",
		WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

bool alert_hook_run(const struct alert_call *call, struct error *err)
{
	struct hook hook = {0};
	pid_t pid;
	bool done = split(&hook, call->command, err);
	if (done) {
		add_facts(&hook, call);
		make_environment(&hook);
		int reason = start(&hook, &pid);
		done = reason == 0 ? await(pid, hook.words[0], call->limit_ms, err)
				   : error_set_system(err, reason, "cannot start the alert hook %s",
					     hook.words[0]);
	}
	for (size_t i = 0; i < hook.variable_count; i++)
		free(hook.variables[i]);
	free(hook.environment);
	free(hook.command);
	return done;
}
