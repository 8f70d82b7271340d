/*
 * backcourt-supervise: runs one command so that it outlives whoever asked for it, and so that its
 * end is known.
 *
 *     backcourt-supervise FOLDER [--cwd DIR] [--timeout-ms N] [--kill-after-ms N]
 *                         [--stop-signal N] [--nice N] -- PROGRAM [ARGUMENT]...
 *
 * FOLDER is a run folder (include/jobs/run_files.h describes its files). The environment is the
 * command's. Descriptor 20 may be the run's lock and 21 the table's, both taken already; the
 * command inherits them, so that a lock is free only when the whole tree is gone.
 *
 * What it promises:
 *  - It leaves the caller at once (fork, setsid): neither a closed terminal nor the caller's death
 *    reaches it. Every signal is blocked; only SIGCHLD and SIGTERM are read.
 *  - It never touches the command's output, which goes straight to the file.
 *  - `status` appears, whole, by rename, when the command has ended, and never otherwise. Its
 *    block on the disk was reserved before the command started.
 *  - It is a subreaper: a daemonised grandchild becomes its child. It stays, with the locks, until
 *    it has no child left, and ends what the command left behind.
 *  - It kills only its own children and, until the command is reaped, the command's group. Neither
 *    number can belong to anybody else, because only this process reaps them.
 *
 * Exit status of the first process, which ends when the command runs: 0 it runs, 1 it could not be
 * started (status says why), 2 nothing could be written to FOLDER, 3 usage.
 */
#include "jobs/run_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NEVER	       INT64_MAX
#define STATUS_BEGUN   RUN_FILE_STATUS ".begun"
#define PROCESS_BEGUN  RUN_FILE_PROCESS ".begun"
#define RESERVED_BYTES 4096
#define KILL_AGAIN_MS  50
#define LOOK_AGAIN_MS  1000 /* at `control` where inotify is not to be had; at a full disk */

extern char **environ;

static const char *const verbs[] = {RUN_VERBS(RUN_WORD)};
static const char *const outcomes[] = {RUN_ENDINGS(RUN_WORD)};
static const char *const askings[] = {RUN_ASKED(RUN_WORD)};

struct options {
	const char *folder, *cwd;
	long timeout_ms, kill_after_ms, stop_signal, nice; /* timeout 0 = none */
	char **command;
};

struct supervisor {
	struct options options;
	int signals, timer, status;
	int watch; /* inotify; -1: look every LOOK_AGAIN_MS */
	off_t control_read;
	bool is_inside_long_line; /* of control: what follows is no request */
	int64_t wall_started_ms;
	pid_t child; /* 0 once it is reaped */
	bool has_children;
	bool is_status_written;
	int status_tries;
	bool is_told_to_leave; /* SIGTERM: nobody waits for a disk */
	enum run_asked asked;
	int64_t frozen_at_ms; /* NEVER: it runs */
	/* When to do what, on the monotonic clock; NEVER = not asked. */
	int64_t terminate_at_ms, kill_at_ms, status_at_ms;
	char ending[RUN_TEXT_BYTES_MAX]; /* the text of `status` */
};

static int64_t now_ms(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* --- files ------------------------------------------------------------------------------------ */

static bool write_whole(int file, const char *text)
{
	size_t length = strlen(text);
	return pwrite(file, text, length, 0) == (ssize_t)length &&
	       ftruncate(file, (off_t)length) == 0 && fsync(file) == 0;
}

static void sync_folder(void)
{
	int folder = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder >= 0) {
		fsync(folder);
		close(folder);
	}
}

/* The block is taken now, so that the end can be written on a disk that is full by then. */
static int reserve_status(void)
{
	int file = open(STATUS_BEGUN, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file >= 0 && (posix_fallocate(file, 0, RESERVED_BYTES) != 0 || fsync(file) != 0)) {
		close(file);
		return -1;
	}
	return file;
}

/* Removed while the command ran: nobody will ever look for a status. */
static bool is_folder_gone(void)
{
	struct stat here;
	return stat(".", &here) != 0 || here.st_nlink == 0;
}

static void write_status(struct supervisor *self)
{
	if (write_whole(self->status, self->ending) && rename(STATUS_BEGUN, RUN_FILE_STATUS) == 0) {
		sync_folder();
		self->is_status_written = true;
		self->status_at_ms = NEVER;
		return;
	}
	bool gives_up = self->is_told_to_leave || is_folder_gone();
	self->status_tries = gives_up ? RUN_STATUS_TRIES_MAX : self->status_tries + 1;
	self->status_at_ms = now_ms(CLOCK_MONOTONIC) + LOOK_AGAIN_MS;
}

static void describe_end(struct supervisor *self, enum run_ending outcome, int code,
	const struct rusage *usage, const char *reason)
{
	snprintf(self->ending, sizeof(self->ending),
		"outcome %s\ncode %d\nasked %s\nended_ms %lld\nuser_ms %lld\nsystem_ms %lld\n"
		"peak_kib %ld\nreason %s\nend\n",
		outcomes[outcome], code, askings[self->asked], (long long)now_ms(CLOCK_REALTIME),
		(long long)usage->ru_utime.tv_sec * 1000 + usage->ru_utime.tv_usec / 1000,
		(long long)usage->ru_stime.tv_sec * 1000 + usage->ru_stime.tv_usec / 1000,
		usage->ru_maxrss, reason);
}

/* "" when it cannot be read. */
static void read_proc(const char *path, char *text, size_t room)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = file < 0 ? -1 : read(file, text, room - 1);
	if (file >= 0)
		close(file);
	text[got > 0 ? got : 0] = '\0';
}

/* A number of /proc/PID/stat; 0 when the process is gone. The name before it may hold blanks and
 * brackets: count from its end. */
static unsigned long long read_stat(pid_t pid, int wanted_field)
{
	char path[64], text[RUN_TEXT_BYTES_MAX];
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	read_proc(path, text, sizeof(text));
	const char *at = strrchr(text, ')');
	for (int field = 2; at != NULL && field < wanted_field; field++)
		at = strchr(at + 1, ' ');
	return at == NULL ? 0 : strtoull(at, NULL, 10);
}

static unsigned long long start_ticks(pid_t pid)
{
	return read_stat(pid, 22);
}

static pid_t parent_of(pid_t pid)
{
	return (pid_t)read_stat(pid, 4);
}

static bool write_process(const struct supervisor *self)
{
	char text[RUN_TEXT_BYTES_MAX], boot[RUN_BOOT_ID_BYTES];
	read_proc("/proc/sys/kernel/random/boot_id", boot, sizeof(boot));
	boot[strcspn(boot, "\n")] = '\0';
	snprintf(text, sizeof(text),
		"supervisor %d %llu\nchild %d %llu\nboot %s\nstarted_ms %lld\nend\n", (int)getpid(),
		start_ticks(getpid()), (int)self->child,
		self->child > 0 ? start_ticks(self->child) : 0, boot,
		(long long)self->wall_started_ms);
	int file = open(PROCESS_BEGUN, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool written = file >= 0 && write_whole(file, text);
	if (file >= 0)
		close(file);
	if (!written || rename(PROCESS_BEGUN, RUN_FILE_PROCESS) != 0)
		return false;
	sync_folder(); /* without it a run is taken for one that never started */
	return true;
}

static int open_log(void)
{
	struct stat found;
	int log = open(RUN_FILE_LOG,
		O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (log >= 0 && (fstat(log, &found) != 0 || !S_ISREG(found.st_mode))) {
		close(log);
		errno = EINVAL;
		return -1;
	}
	return log;
}

/* --- processes -------------------------------------------------------------------------------- */

/*
 * The command's group, and every child of ours outside it: a daemonised process is our child as
 * soon as its parent is gone. Its own children follow when it is gone, and so on down.
 */
static void signal_all(const struct supervisor *self, int signal)
{
	if (self->child > 0)
		kill(-self->child, signal);
	DIR *all = opendir("/proc");
	if (all == NULL)
		return;
	for (struct dirent *entry = readdir(all); entry != NULL; entry = readdir(all)) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
		if (pid <= 0 || parent_of(pid) != getpid())
			continue;
		if (self->child <= 0 || getpgid(pid) != self->child)
			kill(pid, signal);
	}
	closedir(all);
}

static int spawn(struct supervisor *self, int log)
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
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawn_file_actions_adddup2(&actions, log, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, log, STDERR_FILENO);
	if (self->options.cwd != NULL)
		posix_spawn_file_actions_addchdir_np(&actions, self->options.cwd);
	pid_t child = 0;
	int reason = posix_spawnp(&child, self->options.command[0], &actions, &attributes,
		self->options.command, environ);
	self->child = reason == 0 ? child : 0;
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return reason;
}

static void note_end(struct supervisor *self, int wait_status, const struct rusage *usage)
{
	bool exited = WIFEXITED(wait_status);
	self->child = 0;
	self->frozen_at_ms = NEVER;
	describe_end(self, exited ? RUN_EXITED : RUN_SIGNALLED,
		exited ? WEXITSTATUS(wait_status) : WTERMSIG(wait_status), usage, "");
	write_status(self);
	self->terminate_at_ms =
		earlier(self->terminate_at_ms, now_ms(CLOCK_MONOTONIC) + RUN_LEFT_BEHIND_MS);
}

static void reap(struct supervisor *self)
{
	struct rusage usage;
	int wait_status;
	pid_t pid;
	while ((pid = wait4(-1, &wait_status, WNOHANG, &usage)) > 0)
		if (pid == self->child)
			note_end(self, wait_status, &usage);
	self->has_children = pid == 0;
}

/* --- requests --------------------------------------------------------------------------------- */

static void terminate(struct supervisor *self, int signal)
{
	signal_all(self, signal);
	signal_all(self, SIGCONT); /* a frozen process could not answer */
	self->frozen_at_ms = NEVER;
	self->terminate_at_ms = NEVER;
	self->kill_at_ms =
		earlier(self->kill_at_ms, now_ms(CLOCK_MONOTONIC) + self->options.kill_after_ms);
}

static void thaw(struct supervisor *self)
{
	if (self->frozen_at_ms == NEVER)
		return;
	signal_all(self, SIGCONT);
	/* Frozen time is not the job's: the timeout moves by it. */
	if (self->terminate_at_ms != NEVER)
		self->terminate_at_ms += now_ms(CLOCK_MONOTONIC) - self->frozen_at_ms;
	self->frozen_at_ms = NEVER;
}

static void obey(struct supervisor *self, enum run_verb verb)
{
	switch (verb) {
	case RUN_VERB_STOP:
		self->asked = RUN_ASKED_STOP;
		signal_all(self, (int)self->options.stop_signal);
		thaw(self);
		break;
	case RUN_VERB_TERMINATE:
		self->asked = RUN_ASKED_TERMINATE;
		terminate(self, (int)self->options.stop_signal);
		break;
	case RUN_VERB_KILL:
		self->asked = RUN_ASKED_KILL;
		self->kill_at_ms = 0;
		break;
	case RUN_VERB_FREEZE:
		if (self->frozen_at_ms == NEVER && self->kill_at_ms == NEVER) {
			signal_all(self, SIGSTOP);
			self->frozen_at_ms = now_ms(CLOCK_MONOTONIC);
		}
		break;
	case RUN_VERB_CONTINUE:
		thaw(self);
		break;
	case RUN_VERB_PAUSE:
	case RUN_VERB_RESUME:
	case RUN_VERB_COUNT:
		break;
	}
}

static void obey_line(struct supervisor *self, const char *line, size_t length)
{
	size_t word = strcspn(line, " \t\r\n");
	if (length > RUN_CONTROL_LINE_MAX || strlen(line) != length)
		return; /* too long, or with a NUL in it */
	for (int verb = 0; verb < RUN_VERB_COUNT; verb++)
		if (strlen(verbs[verb]) == word && memcmp(line, verbs[verb], word) == 0)
			obey(self, (enum run_verb)verb);
}

/* Takes whole lines from where it stopped; a file that became shorter is read from its begin. */
static void read_control(struct supervisor *self)
{
	char text[RUN_TEXT_BYTES_MAX + 1];
	struct stat found;
	int file = open(RUN_FILE_CONTROL, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (file < 0 || fstat(file, &found) != 0 || !S_ISREG(found.st_mode))
		found.st_size = 0;
	if (found.st_size < self->control_read) {
		self->control_read = 0;
		self->is_inside_long_line = false;
	}
	while (found.st_size > self->control_read) {
		ssize_t got = pread(file, text, RUN_TEXT_BYTES_MAX, self->control_read);
		if (got <= 0)
			break;
		text[got] = '\0';
		char *line = text, *end;
		while ((end = memchr(line, '\n', (size_t)(text + got - line))) != NULL) {
			*end = '\0';
			if (!self->is_inside_long_line)
				obey_line(self, line, (size_t)(end - line));
			self->is_inside_long_line = false;
			line = end + 1;
		}
		if (line == text && got < RUN_TEXT_BYTES_MAX)
			break; /* the rest of the line is still to come */
		self->is_inside_long_line |= line == text;
		self->control_read += line == text ? got : line - text;
	}
	if (file >= 0)
		close(file);
}

/* --- the loop --------------------------------------------------------------------------------- */

static void act_on_time(struct supervisor *self)
{
	int64_t now = now_ms(CLOCK_MONOTONIC);
	if (now >= self->kill_at_ms) {
		signal_all(self, SIGKILL);
		self->kill_at_ms = now + KILL_AGAIN_MS;
	} else if (now >= self->terminate_at_ms && self->frozen_at_ms == NEVER) {
		if (self->child > 0)
			self->asked = RUN_ASKED_TIMEOUT;
		terminate(self, self->child > 0 ? (int)self->options.stop_signal : SIGTERM);
	}
	if (now >= self->status_at_ms)
		write_status(self);
}

static void set_timer(const struct supervisor *self)
{
	int64_t next = earlier(self->kill_at_ms, self->status_at_ms);
	struct itimerspec at = {0};
	if (self->frozen_at_ms == NEVER)
		next = earlier(next, self->terminate_at_ms);
	if (self->watch < 0)
		next = earlier(next, now_ms(CLOCK_MONOTONIC) + LOOK_AGAIN_MS);
	if (next != NEVER) {
		at.it_value.tv_sec = next / 1000;
		at.it_value.tv_nsec = next % 1000 * 1000000 + 1; /* 0 would disarm it */
	}
	timerfd_settime(self->timer, TFD_TIMER_ABSTIME, &at, NULL);
}

static void drain(int descriptor)
{
	char bytes[RUN_TEXT_BYTES_MAX];
	while (read(descriptor, bytes, sizeof(bytes)) > 0)
		;
}

/* A shutdown. When the command has ended, what it left behind is all that there is to end, and a
 * status that the disk still refuses is given up: the run is lost then, and no success. */
static void obey_signal(struct supervisor *self)
{
	self->is_told_to_leave = true;
	if (self->child > 0)
		self->asked = RUN_ASKED_SIGNAL;
	else if (!self->is_status_written)
		write_status(self);
	terminate(self, self->child > 0 ? (int)self->options.stop_signal : SIGTERM);
}

static void wait_for_something(struct supervisor *self)
{
	struct signalfd_siginfo arrived;
	struct pollfd sources[] = {{.fd = self->signals, .events = POLLIN},
		{.fd = self->timer, .events = POLLIN}, {.fd = self->watch, .events = POLLIN}};
	set_timer(self);
	poll(sources, sizeof(sources) / sizeof(sources[0]), -1);
	drain(self->timer);
	if (self->watch >= 0)
		drain(self->watch);
	while (read(self->signals, &arrived, sizeof(arrived)) == (ssize_t)sizeof(arrived))
		if (arrived.ssi_signo == SIGTERM)
			obey_signal(self);
}

static void supervise(struct supervisor *self)
{
	for (;;) {
		reap(self);
		bool is_told =
			self->is_status_written || self->status_tries >= RUN_STATUS_TRIES_MAX;
		if (!self->has_children && is_told)
			return;
		read_control(self);
		act_on_time(self);
		wait_for_something(self);
	}
}

/* --- the start -------------------------------------------------------------------------------- */

/* Whole-file OFD lock; on a descriptor that was handed over locked it changes nothing. */
static bool take_run_lock(void)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	if (access(RUN_FILE_PROCESS, F_OK) == 0)
		return false; /* one folder, one run */
	if (fcntl(RUN_LOCK_DESCRIPTOR, F_GETFD) < 0) {
		int file = open(RUN_FILE_LOCK, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
		if (file < 0 || dup2(file, RUN_LOCK_DESCRIPTOR) < 0)
			return false;
		close(file);
	}
	return fcntl(RUN_LOCK_DESCRIPTOR, F_OFD_SETLK, &whole) == 0;
}

static bool open_sources(struct supervisor *self)
{
	sigset_t wanted;
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGCHLD);
	sigaddset(&wanted, SIGTERM);
	signal(SIGCHLD, SIG_DFL); /* inherited as ignored, it would eat the exit status */
	signal(SIGTERM, SIG_DFL);
	self->signals = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
	self->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	self->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	/* Not the folder: every line of the log would wake us. */
	if (self->watch >= 0 && inotify_add_watch(self->watch, RUN_FILE_CONTROL, IN_MODIFY) < 0) {
		close(self->watch);
		self->watch = -1;
	}
	return self->signals >= 0 && self->timer >= 0;
}

static int fail(struct supervisor *self, int number, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(struct supervisor *self, int number, const char *format, ...)
{
	char what[1024], reason[1200];
	struct rusage nothing = {0};
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	for (char *at = what; *at != '\0'; at++)
		if (*at == '\n')
			*at = ' ';
	snprintf(reason, sizeof(reason), "%s: %s", what, strerror(number));
	describe_end(self, RUN_NOT_STARTED, number, &nothing, reason);
	write_status(self);
	return self->is_status_written ? RUN_SUPERVISOR_NOT_STARTED : RUN_SUPERVISOR_NOT_WRITABLE;
}

static int start(struct supervisor *self)
{
	const struct options *options = &self->options;
	if (!take_run_lock())
		return RUN_SUPERVISOR_NOT_WRITABLE; /* another run has this folder: leave its files
						       alone */
	self->status = reserve_status();
	if (self->status < 0 || !write_process(self))
		return RUN_SUPERVISOR_NOT_WRITABLE;
	if (!open_sources(self))
		return fail(self, errno, "cannot wait for signals and time");
	if (options->nice != 0)
		setpriority(PRIO_PROCESS, 0, (int)options->nice);
	int log = open_log();
	if (log < 0)
		return fail(self, errno, "cannot open the log");
	int reason = spawn(self, log);
	close(log);
	if (reason != 0)
		return fail(self, reason, "cannot start %s in %s", options->command[0],
			options->cwd != NULL ? options->cwd : options->folder);
	write_process(self); /* without it the locks still tell that it runs */
	if (options->timeout_ms > 0)
		self->terminate_at_ms = now_ms(CLOCK_MONOTONIC) + options->timeout_ms;
	return RUN_SUPERVISOR_STARTED;
}

/* The caller's descriptors end here: what it forgot to close must not live as long as the job. */
static void leave_descriptors(void)
{
	close_range(STDERR_FILENO + 1, RUN_LOCK_DESCRIPTOR - 1, 0);
	close_range(RUN_TABLE_DESCRIPTOR + 1, ~0U, 0);
}

static void leave_terminal(void)
{
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int standard = STDIN_FILENO; nothing >= 0 && standard <= STDERR_FILENO; standard++)
		dup2(nothing, standard);
	if (nothing > STDERR_FILENO)
		close(nothing);
}

/* In the process that stays. `tell` is where the first one waits. */
static int stay(struct supervisor *self, int tell)
{
	sigset_t all;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	setsid();
	leave_terminal();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	int started = start(self);
	char byte = (char)started;
	ssize_t told = write(tell, &byte, 1);
	(void)told; /* when nobody waits any more, the run goes on all the same */
	close(tell);
	if (started == RUN_SUPERVISOR_STARTED)
		supervise(self);
	return started;
}

static int usage(void)
{
	fputs("usage: backcourt-supervise FOLDER [--cwd DIR] [--timeout-ms N] [--kill-after-ms N]\n"
	      "                           [--stop-signal N] [--nice N] -- PROGRAM [ARGUMENT]...\n"
	      "It is started by backcourt, for jobs that outlive the console.\n",
		stderr);
	return RUN_SUPERVISOR_USAGE;
}

static bool read_number(const char *text, long low, long high, long *into)
{
	char *end;
	errno = 0;
	*into = strtol(text, &end, 10);
	return errno == 0 && end != text && *end == '\0' && *into >= low && *into <= high;
}

static bool read_option(struct options *options, const char *name, const char *value)
{
	if (strcmp(name, "--cwd") == 0) {
		options->cwd = value;
		return value[0] == '/';
	}
	if (strcmp(name, "--timeout-ms") == 0)
		return read_number(value, 0, LONG_MAX / 2, &options->timeout_ms);
	if (strcmp(name, "--kill-after-ms") == 0)
		return read_number(value, 0, LONG_MAX / 2, &options->kill_after_ms);
	if (strcmp(name, "--stop-signal") == 0)
		return read_number(value, 1, SIGRTMAX, &options->stop_signal);
	if (strcmp(name, "--nice") == 0)
		return read_number(value, 0, 19, &options->nice);
	return false;
}

static bool read_options(int count, char **arguments, struct options *options)
{
	int at = 2;
	if (count < 4)
		return false;
	options->folder = arguments[1];
	for (; at + 1 < count && strcmp(arguments[at], "--") != 0; at += 2)
		if (!read_option(options, arguments[at], arguments[at + 1]))
			return false;
	if (at + 1 >= count || strcmp(arguments[at], "--") != 0)
		return false;
	options->command = &arguments[at + 1];
	return true;
}

int main(int count, char **arguments)
{
	struct supervisor self = {
		.options = {.kill_after_ms = RUN_KILL_AFTER_MS, .stop_signal = SIGTERM},
		.terminate_at_ms = NEVER,
		.kill_at_ms = NEVER,
		.status_at_ms = NEVER,
		.frozen_at_ms = NEVER,
		.wall_started_ms = now_ms(CLOCK_REALTIME)};
	int ends[2];
	char told = RUN_SUPERVISOR_NOT_WRITABLE;
	if (!read_options(count, arguments, &self.options))
		return usage();
	leave_descriptors();
	if (chdir(self.options.folder) != 0 || pipe2(ends, O_CLOEXEC) != 0) {
		fprintf(stderr, "backcourt-supervise: %s: %s\n", self.options.folder,
			strerror(errno));
		return RUN_SUPERVISOR_NOT_WRITABLE;
	}
	pid_t staying = fork();
	if (staying == 0) {
		close(ends[0]);
		return stay(&self, ends[1]);
	}
	close(ends[1]);
	while (staying > 0 && read(ends[0], &told, 1) < 0 && errno == EINTR)
		;
	if (staying > 0 && told != RUN_SUPERVISOR_STARTED)
		waitpid(staying, NULL, 0); /* its locks are free when we tell that it failed */
	return told;
}
