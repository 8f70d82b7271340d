#include "tests/processes/support/yard.h"

#include "base/clock.h"
#include "base/path.h"
#include "tests/test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/wait.h>

extern char **environ;

static int count_descriptors(void)
{
	int count = 0;
	DIR *all = opendir("/proc/self/fd");
	assert_non_null(all);
	while (readdir(all) != NULL)
		count++;
	closedir(all);
	return count;
}

void yard_open(struct yard *yard)
{
	struct error err;
	*yard = (struct yard){.folder = test_folder()};
	sigset_t ended;
	sigemptyset(&ended);
	sigaddset(&ended, SIGCHLD);
	sigprocmask(SIG_BLOCK, &ended, NULL);
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	if (!launch_find_supervisor(NULL, &yard->supervisor, &err))
		fail_msg("%s", err.text);
	yard->launch = (struct launch){.supervisor = yard->supervisor,
		.state_folder = yard->folder,
		.environment = environ,
		.kill_after_ms = 20000,
		.free_bytes_min = 1};
	yard->about.cwd = memory_copy_text("/tmp");
	yard->descriptor_count = count_descriptors();
}

/* Orphans of runs are our children now: they must end by themselves. */
void yard_close(struct yard *yard)
{
	const struct timespec deadline = {.tv_sec = YARD_DEADLINE_MS / 1000};
	sigset_t ended;
	sigemptyset(&ended);
	sigaddset(&ended, SIGCHLD);
	pid_t pid;
	while ((pid = waitpid(-1, NULL, WNOHANG)) >= 0)
		if (pid == 0 && sigtimedwait(&ended, NULL, &deadline) < 0)
			break;
	if (pid >= 0)
		fail_msg("a process of the test still lives");
	assert_int_equal(count_descriptors(), yard->descriptor_count);
	free(yard->folder);
	free(yard->supervisor);
	free(yard->about.cwd);
}

bool yard_try_command(
	struct yard *yard, const char *id, const char *table, char *const *argv, struct error *err)
{
	struct run_about about = yard->about;
	text_copy(about.id, sizeof(about.id), id);
	about.pipeline = (char *)"yard";
	about.table = (char *)table;
	about.argv = (char **)argv;
	about.range = (struct date_range){18947, 18947};
	about.made_ms = clock_wall_ms();
	struct launch launch = yard->launch;
	launch.about = &about;
	launch.argv = argv;
	return launch_run(&launch, err);
}

bool yard_try(
	struct yard *yard, const char *id, const char *table, const char *script, struct error *err)
{
	char *argv[] = {(char *)"/bin/sh", (char *)"-c", (char *)script, NULL};
	return yard_try_command(yard, id, table, argv, err);
}

char *yard_start(struct yard *yard, const char *id, const char *table, const char *script)
{
	struct error err;
	if (!yard_try(yard, id, table, script, &err))
		fail_msg("%s", err.text);
	return run_folder_of(yard->folder, id);
}

struct run_evidence yard_look(const char *run)
{
	struct run_evidence evidence;
	struct error err;
	if (!run_look(run, &evidence, &err))
		fail_msg("%s", err.text);
	return evidence;
}

enum run_state yard_state(const char *run)
{
	struct run_evidence evidence = yard_look(run);
	return run_judge(&evidence);
}

char *yard_read(const char *run, const char *name)
{
	struct buffer text = {0};
	char *path = path_join(run, name);
	path_read_file(path, YARD_FILE_BYTES_MAX, &text, NULL);
	free(path);
	return text.bytes != NULL ? text.bytes : memory_copy_text("");
}

static bool log_holds(const char *run, const char *text)
{
	char *log = yard_read(run, RUN_FILE_LOG);
	bool holds = strstr(log, text) != NULL;
	free(log);
	return holds;
}

static int watch(const char *path)
{
	int descriptor = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	assert_true(descriptor >= 0);
	assert_true(inotify_add_watch(descriptor, path, IN_MODIFY | IN_CREATE | IN_MOVED_TO) >= 0);
	return descriptor;
}

static void await_descriptor(int descriptor, int64_t deadline, const char *what)
{
	char bytes[4096];
	struct pollfd source = {.fd = descriptor, .events = POLLIN};
	int64_t left = deadline - clock_monotonic_ms();
	if (left <= 0 || poll(&source, 1, (int)left) == 0)
		fail_msg("waited in vain for %s", what);
	while (read(descriptor, bytes, sizeof(bytes)) > 0)
		;
}

void yard_await_log(const char *run, const char *text)
{
	int64_t deadline = clock_monotonic_ms() + YARD_DEADLINE_MS;
	int changes = watch(run);
	while (!log_holds(run, text))
		await_descriptor(changes, deadline, text);
	close(changes);
}

void yard_await_file(const char *run, const char *name)
{
	int64_t deadline = clock_monotonic_ms() + YARD_DEADLINE_MS;
	int changes = watch(run);
	char *path = path_join(run, name);
	while (!path_exists(path))
		await_descriptor(changes, deadline, name);
	free(path);
	close(changes);
}

void yard_await_process(struct process_identity identity)
{
	int64_t left = YARD_DEADLINE_MS;
	int descriptor = process_open(identity);
	struct pollfd source = {.fd = descriptor, .events = POLLIN};
	if (descriptor >= 0 && poll(&source, 1, (int)left) == 0)
		fail_msg("process %d does not end", (int)identity.pid);
	if (descriptor >= 0)
		close(descriptor);
}

void yard_signal(struct process_identity identity, int signal)
{
	struct error err;
	if (!process_signal(identity, signal, &err))
		fail_msg("%s", err.text);
}

void yard_signal_group(struct process_identity leader, int signal)
{
	assert_true(leader.pid > 1 && process_is_alive(leader));
	assert_int_equal(kill(-leader.pid, signal), 0);
}

/* The job may have printed before its number is written down. */
struct process_identity yard_child(const char *run)
{
	int64_t deadline = clock_monotonic_ms() + YARD_DEADLINE_MS;
	struct run_evidence evidence = yard_look(run);
	while (evidence.process.child.pid == 0) {
		if (clock_monotonic_ms() > deadline)
			fail_msg("%s does not name its process", run);
		poll(NULL, 0, 5);
		evidence = yard_look(run);
	}
	return evidence.process.child;
}

void yard_kill_both(const char *run)
{
	struct run_evidence evidence = yard_look(run);
	struct process_identity child = yard_child(run);
	yard_signal(evidence.process.supervisor, SIGKILL);
	yard_signal_group(child, SIGKILL);
	yard_await_process(evidence.process.supervisor);
	yard_await_process(child);
}

/* The supervisor's own end frees the lock; the status comes before it. */
struct run_evidence yard_await_end(const char *run)
{
	struct run_evidence evidence = yard_look(run);
	yard_await_process(evidence.process.supervisor);
	evidence = yard_look(run);
	enum run_state state = run_judge(&evidence);
	if (state == RUN_STATE_RUNNING || state == RUN_STATE_ENDING)
		fail_msg("%s is %s after its supervisor's end", run, run_state_word(state));
	return evidence;
}

void yard_request(const char *run, enum run_verb verb)
{
	struct error err;
	if (!run_request(run, verb, "the test", &err))
		fail_msg("%s", err.text);
}

static bool is_match(const char *pid, const char *text)
{
	struct process_stat stat;
	struct buffer line = {0};
	char *path = memory_format("/proc/%s/cmdline", pid);
	bool matches = false;
	if (process_read_stat((pid_t)strtol(pid, NULL, 10), &stat) && stat.state != 'Z' &&
		path_read_file(path, YARD_FILE_BYTES_MAX, &line, NULL) && line.length > 0)
		matches = memmem(line.bytes, line.length, text, strlen(text)) != NULL;
	buffer_release(&line);
	free(path);
	return matches;
}

int yard_count_processes(const char *text)
{
	int count = 0;
	DIR *all = opendir("/proc");
	assert_non_null(all);
	for (struct dirent *entry = readdir(all); entry != NULL; entry = readdir(all))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			count += is_match(entry->d_name, text);
	closedir(all);
	return count;
}
