/* A process and all that it started: found, told apart from its neighbours, ended. */
#include "jobs/process_tree.h"
#include "tests/processes/support/yard.h"
#include "tests/test.h"

#include "base/clock.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* A shell in a group of its own (`group` 0) or in that one. It says a line on `said` when its
 * script does, and waits for one on `told` when its script reads. */
struct shell {
	pid_t pid;
	struct process_identity identity;
	FILE *told, *said;
};

static struct shell open_shell(const char *script, pid_t group)
{
	char *argv[] = {(char *)"sh", (char *)"-c", (char *)script, NULL};
	int to[2], from[2];
	struct process_stat stat;
	struct shell shell = {0};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	assert_int_equal(pipe2(to, O_CLOEXEC), 0);
	assert_int_equal(pipe2(from, O_CLOEXEC), 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
	posix_spawnattr_setpgroup(&attributes, group);
	assert_int_equal(posix_spawnp(&shell.pid, "sh", &actions, &attributes, argv, environ), 0);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	close(to[0]);
	close(from[1]);
	shell.told = fdopen(to[1], "w");
	shell.said = fdopen(from[0], "r");
	assert_true(process_read_stat(shell.pid, &stat));
	shell.identity = (struct process_identity){shell.pid, stat.start_ticks};
	return shell;
}

static void tell(struct shell *shell)
{
	assert_true(fputs("go\n", shell->told) >= 0 && fflush(shell->told) == 0);
}

static void hear(struct shell *shell)
{
	char line[64];
	assert_non_null(fgets(line, sizeof(line), shell->said));
}

static void end_shell(struct shell *shell)
{
	if (process_is_alive(shell->identity))
		assert_int_equal(kill(shell->pid, SIGKILL), 0);
	assert_int_equal(waitpid(shell->pid, NULL, 0), shell->pid);
	fclose(shell->told);
	fclose(shell->said);
}

/* Until none of it lives. */
static void await_none(struct process_tree *tree)
{
	int64_t deadline = clock_monotonic_ms() + YARD_DEADLINE_MS;
	while (process_tree_look(tree) > 0) {
		if (clock_monotonic_ms() > deadline)
			fail_msg("something of the tree lives");
		poll(NULL, 0, 5);
	}
}

/* Orphans come to us and not to init, so that none of them is left as a zombie. */
static void reap_orphans(void)
{
	while (waitpid(-1, NULL, 0) > 0)
		;
}

/* Told by the job when the shell between has ended: "there" of the orphan's own could come before,
 * and that shell would be one of the tree. */
#define ORPHAN "(sleep 1000 &); echo there"

static void an_orphan_in_the_group_is_of_the_tree_also_when_the_process_is_gone(void **state)
{
	(void)state;
	struct error err;
	struct process_tree tree;
	struct shell job = open_shell("read go; " ORPHAN "; exec sleep 1000", 0);
	process_tree_open(&tree, job.identity, (struct process_identity){0});
	assert_int_equal(process_tree_look(&tree), 1);
	tell(&job);
	hear(&job);
	assert_int_equal(process_tree_look(&tree), 2);
	assert_int_equal(kill(job.pid, SIGKILL), 0);
	yard_await_process(job.identity);
	assert_int_equal(process_tree_look(&tree), 1);
	assert_true(process_tree_signal(&tree, SIGTERM, &err));
	await_none(&tree);
	process_tree_release(&tree);
	end_shell(&job);
	reap_orphans();
}

static void what_was_beside_it_in_its_group_is_left_alone(void **state)
{
	(void)state;
	struct error err;
	struct process_tree tree;
	struct shell job = open_shell("sleep 1000 & echo there; wait", 0);
	hear(&job);
	struct shell tee = open_shell("echo there; exec cat", job.pid);
	hear(&tee);
	process_tree_open(&tree, job.identity, (struct process_identity){0});
	assert_int_equal(process_tree_look(&tree), 2);
	assert_true(process_tree_signal(&tree, SIGTERM, &err));
	await_none(&tree);
	assert_true(process_is_alive(tee.identity));
	process_tree_release(&tree);
	end_shell(&job);
	end_shell(&tee);
	reap_orphans();
}

/* bash's `exec > >(tee FILE)`: the tee is a child, and ends when its input does. */
static void a_child_that_is_to_be_spared_is_left_alone(void **state)
{
	(void)state;
	struct error err;
	struct process_stat stat;
	struct process_tree tree;
	char line[64];
	struct shell job = open_shell("sleep 1000 & echo $!; wait", 0);
	assert_non_null(fgets(line, sizeof(line), job.said));
	assert_true(process_read_stat((pid_t)strtol(line, NULL, 10), &stat));
	struct process_identity child = {stat.pid, stat.start_ticks};
	process_tree_open(&tree, job.identity, child);
	assert_int_equal(process_tree_look(&tree), 1);
	assert_true(process_tree_signal(&tree, SIGKILL, &err));
	await_none(&tree);
	assert_true(process_is_alive(child));
	assert_true(process_signal(child, SIGKILL, &err));
	process_tree_release(&tree);
	end_shell(&job);
	reap_orphans();
}

/* A number that somebody else has by now: neither he nor what he started is touched. */
static void a_process_with_a_recycled_number_is_not_touched(void **state)
{
	(void)state;
	struct error err;
	struct process_tree tree;
	struct shell other = open_shell("sleep 1000 & echo there; wait", 0);
	hear(&other);
	struct process_identity before = {other.pid, other.identity.start_ticks - 1};
	process_tree_open(&tree, before, (struct process_identity){0});
	assert_int_equal(process_tree_look(&tree), 0);
	assert_true(process_tree_signal(&tree, SIGKILL, &err));
	assert_int_equal(tree.count, 1);
	assert_true(process_is_alive(other.identity));
	process_tree_release(&tree);
	process_tree_open(&tree, other.identity, (struct process_identity){0});
	assert_true(process_tree_signal(&tree, SIGKILL, &err));
	await_none(&tree);
	process_tree_release(&tree);
	end_shell(&other);
	reap_orphans();
}

/* Ctrl-Z stopped it: it could not answer. */
static void what_is_stopped_is_woken_to_end(void **state)
{
	(void)state;
	struct error err;
	struct process_tree tree;
	struct shell job = open_shell("echo there; exec sleep 1000", 0);
	hear(&job);
	assert_int_equal(kill(job.pid, SIGSTOP), 0);
	assert_int_equal(waitpid(job.pid, NULL, WUNTRACED), job.pid);
	process_tree_open(&tree, job.identity, (struct process_identity){0});
	assert_true(process_tree_signal(&tree, SIGTERM, &err));
	await_none(&tree);
	process_tree_release(&tree);
	end_shell(&job);
}

static int adopt_orphans(void **state)
{
	(void)state;
	return prctl(PR_SET_CHILD_SUBREAPER, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			an_orphan_in_the_group_is_of_the_tree_also_when_the_process_is_gone),
		cmocka_unit_test(what_was_beside_it_in_its_group_is_left_alone),
		cmocka_unit_test(a_child_that_is_to_be_spared_is_left_alone),
		cmocka_unit_test(a_process_with_a_recycled_number_is_not_touched),
		cmocka_unit_test(what_is_stopped_is_woken_to_end),
	};
	return cmocka_run_group_tests(tests, adopt_orphans, NULL);
}
