#include "jobs/launch.h"

#include "base/clock.h"
#include "base/helper.h"
#include "base/memory.h"
#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define SUPERVISOR_NAME	 "backcourt-supervise"
#define HOLDER_RUN	 "run " /* then its id */
#define SUPERVISOR_WORDS 12	/* before the command */

static bool is_program(const char *path, struct error *err)
{
	if (access(path, X_OK) == 0)
		return true;
	return error_set_system(err, errno, "cannot use the supervisor %s", path);
}

bool launch_find_supervisor(const char *given, char **path, struct error *err)
{
	char self[PATH_MAX];
	const char *named = given != NULL ? given : getenv(LAUNCH_SUPERVISOR_VARIABLE);
	if (named != NULL && named[0] != '\0') {
		if (!is_program(named, err))
			return false;
		*path = memory_copy_text(named);
		return true;
	}
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (length <= 0)
		return error_set_system(err, errno, "cannot find out where this program lies");
	self[length] = '\0';
	char *slash = strrchr(self, '/');
	char *beside = memory_format("%.*s/%s", (int)(slash - self), self, SUPERVISOR_NAME);
	bool found = is_program(beside, err);
	if (found)
		*path = beside;
	else
		free(beside);
	return found;
}

static bool check_space(const struct launch *launch, struct error *err)
{
	struct statvfs disk;
	int64_t wanted = launch->free_bytes_min > 0 ? launch->free_bytes_min : RUN_FREE_BYTES_MIN;
	if (!path_make_folder(launch->state_folder, err))
		return false;
	if (statvfs(launch->state_folder, &disk) != 0)
		return error_set_system(
			err, errno, "cannot ask for the free space of %s", launch->state_folder);
	uint64_t free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
	if (free_bytes >= (uint64_t)wanted)
		return true;
	return error_set(err, ERROR_LIMIT,
		"too little space for a log: %llu MiB free where %s lies, %llu MiB wanted",
		(unsigned long long)(free_bytes >> 20), launch->state_folder,
		(unsigned long long)wanted >> 20);
}

struct arguments {
	char **words;
	size_t count;
	char numbers[4][24];
};

static void add_number(struct arguments *arguments, int slot, const char *option, int64_t value)
{
	snprintf(arguments->numbers[slot], sizeof(arguments->numbers[slot]), "%lld",
		(long long)value);
	arguments->words[arguments->count++] = (char *)option;
	arguments->words[arguments->count++] = arguments->numbers[slot];
}

static void make_arguments(
	const struct launch *launch, const char *folder, struct arguments *arguments)
{
	const struct run_about *about = launch->about;
	size_t count = 0;
	while (launch->argv[count] != NULL)
		count++;
	arguments->words = memory_new_array(count + SUPERVISOR_WORDS + 2, sizeof(char *));
	arguments->words[arguments->count++] = (char *)launch->supervisor;
	arguments->words[arguments->count++] = (char *)folder;
	if (about->cwd != NULL) {
		arguments->words[arguments->count++] = (char *)"--cwd";
		arguments->words[arguments->count++] = about->cwd;
	}
	add_number(arguments, 0, "--timeout-ms", about->timeout_ms);
	add_number(arguments, 1, "--nice", about->nice);
	add_number(arguments, 2, "--kill-after-ms",
		launch->kill_after_ms > 0 ? launch->kill_after_ms : RUN_KILL_AFTER_MS);
	add_number(arguments, 3, "--stop-signal",
		launch->stop_signal > 0 ? launch->stop_signal : SIGTERM);
	arguments->words[arguments->count++] = (char *)"--";
	for (size_t i = 0; i < count; i++)
		arguments->words[arguments->count++] = launch->argv[i];
}

static int spawn(const struct launch *launch, char **words, const struct run_folder *folder,
	const struct table_lock *lock, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	posix_spawn_file_actions_init(&actions);
	helper_init_attributes(&attributes, POSIX_SPAWN_SETSID);
	for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; standard++)
		posix_spawn_file_actions_addopen(&actions, standard, "/dev/null", O_RDWR, 0);
	posix_spawn_file_actions_adddup2(&actions, run_folder_lock(folder), RUN_LOCK_DESCRIPTOR);
	posix_spawn_file_actions_adddup2(
		&actions, table_lock_descriptor(lock), RUN_TABLE_DESCRIPTOR);
	int reason = posix_spawn(
		pid, launch->supervisor, &actions, &attributes, words, launch->environment);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return reason;
}

static bool explain_refusal(const struct launch *launch, const char *folder, struct error *err)
{
	struct run_evidence evidence;
	if (run_look(folder, &evidence, NULL) && evidence.has_status)
		return error_set(
			err, ERROR_CONFIG, "%s: %s", launch->about->table, evidence.status.reason);
	return error_set(
		err, ERROR_SYSTEM, "%s could not be started; see %s", launch->about->table, folder);
}

/* The process that we started ends as soon as the job runs; the supervisor is its child. */
static bool await_start(
	const struct launch *launch, const char *folder, pid_t pid, struct error *err)
{
	int wait_status;
	pid_t got;
	do
		got = waitpid(pid, &wait_status, 0);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return error_set_system(err, errno, "cannot wait for %s", launch->supervisor);
	if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == RUN_SUPERVISOR_STARTED)
		return true;
	if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == RUN_SUPERVISOR_NOT_STARTED)
		return explain_refusal(launch, folder, err);
	return error_set(err, ERROR_SYSTEM, "%s could not work in %s (it ended with %s %d)",
		launch->supervisor, folder, WIFEXITED(wait_status) ? "status" : "signal",
		WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : WTERMSIG(wait_status));
}

static bool start_in(const struct launch *launch, struct run_folder *folder,
	const struct table_lock *lock, struct error *err)
{
	struct arguments arguments = {0};
	pid_t pid = 0;
	make_arguments(launch, run_folder_path(folder), &arguments);
	int reason = spawn(launch, arguments.words, folder, lock, &pid);
	free(arguments.words);
	if (reason != 0) {
		error_set_system(err, reason, "cannot start %s", launch->supervisor);
		run_folder_discard(folder);
		return false;
	}
	bool started = await_start(launch, run_folder_path(folder), pid, err);
	run_folder_free(folder);
	return started;
}

/* The run that the lock's holder names; false when it is none, or its end is not told. */
static bool find_ended_run(const struct launch *launch, struct process_identity *supervisor)
{
	char holder[LOCK_HOLDER_BYTES], id[RUN_ID_BYTES];
	struct run_evidence evidence = {0};
	size_t before = strlen(HOLDER_RUN);
	if (!table_lock_is_held(launch->state_folder, launch->about->table, holder) ||
		!text_starts_with(holder, HOLDER_RUN))
		return false;
	size_t length = strcspn(holder + before, " ");
	if (length >= sizeof(id))
		return false;
	memcpy(id, holder + before, length);
	id[length] = '\0';
	char *path = run_folder_of(launch->state_folder, id);
	bool has_ended = run_look(path, &evidence, NULL) && evidence.has_status;
	free(path);
	*supervisor = evidence.process.supervisor;
	return has_ended;
}

/*
 * A run tells its end, and frees its table when its supervisor is gone: at once, or after what the
 * job left behind. Whoever starts the next one has seen the end and need not know of that.
 */
static bool take_table(const struct launch *launch, const char *holder, struct table_lock **lock,
	struct error *err)
{
	const struct run_about *about = launch->about;
	struct process_identity supervisor;
	if (table_lock_take(launch->state_folder, about->table, holder, lock, err))
		return true;
	if (err->kind == ERROR_BUSY && find_ended_run(launch, &supervisor)) {
		struct pollfd end = {.fd = process_open(supervisor), .events = POLLIN};
		if (end.fd >= 0) {
			(void)poll(&end, 1, LAUNCH_ENDING_MS);
			close(end.fd);
		}
	}
	return err->kind == ERROR_BUSY &&
	       table_lock_take(launch->state_folder, about->table, holder, lock, err);
}

bool launch_run(const struct launch *launch, struct error *err)
{
	char holder[LOCK_HOLDER_BYTES], host[64] = "", at[CLOCK_TEXT_BYTES];
	const struct run_about *about = launch->about;
	struct table_lock *lock = NULL;
	struct run_folder *folder = NULL;
	gethostname(host, sizeof(host) - 1);
	clock_format_rfc3339(about->made_ms, at);
	snprintf(holder, sizeof(holder), HOLDER_RUN "%s (started by process %ld on %.40s, %s)",
		about->id, (long)getpid(), host, at);
	bool started = check_space(launch, err) && take_table(launch, holder, &lock, err) &&
		       run_folder_make(launch->state_folder, about, &folder, err) &&
		       start_in(launch, folder, lock, err);
	table_lock_free(lock);
	return started;
}
