/*
 * run_files: the files of a run folder, and what they hold.
 *
 * backcourt-supervise and the console meet in this folder only. Constants, no code: the supervisor
 * is one file over libc and this header.
 *
 *   run.json  what was started, by whom (written by the console before anything starts)
 *   lock      locked (OFD lock, whole file) as long as the supervisor or any process of the run
 *             that inherited the descriptor lives
 *   control   requests, one a line, appended: VERB, then words for the reader. The first line
 *             (a comment) keeps a block of the disk for the others
 *   process   who runs (written by the supervisor, before the job is started and after)
 *                 supervisor PID START_TICKS
 *                 child PID START_TICKS          (0 0: not started yet)
 *                 boot BOOT_ID
 *                 started_ms N
 *                 end
 *   log       standard output and standard error of the job, as they come
 *   status    how it ended (written once, by rename)
 *                 outcome exited | signalled | not_started
 *                 code N                         (exit status, signal or errno)
 *                 asked nothing | stop | terminate | kill | timeout | signal
 *                 ended_ms N
 *                 user_ms N
 *                 system_ms N
 *                 peak_kib N
 *                 reason TEXT                    (one line; not_started only)
 *                 end
 *
 * A `status` without its last line is no status. Times are wall-clock milliseconds, START_TICKS is
 * field 22 of /proc/PID/stat (proc(5)), BOOT_ID is /proc/sys/kernel/random/boot_id.
 */
#ifndef BACKCOURT_JOBS_RUN_FILES_H
#define BACKCOURT_JOBS_RUN_FILES_H

#define RUN_FILE_ABOUT	 "run.json"
#define RUN_FILE_LOCK	 "lock"
#define RUN_FILE_CONTROL "control"
#define RUN_FILE_PROCESS "process"
#define RUN_FILE_LOG	 "log"
#define RUN_FILE_STATUS	 "status"

/* Exit statuses of the process that was asked to supervise; it ends when the job runs. */
#define RUN_SUPERVISOR_STARTED	    0
#define RUN_SUPERVISOR_NOT_STARTED  1 /* status says why */
#define RUN_SUPERVISOR_NOT_WRITABLE 2
#define RUN_SUPERVISOR_USAGE	    3

/* The descriptors that a run inherits, above those that shell scripts use by number. */
#define RUN_LOCK_DESCRIPTOR  20
#define RUN_TABLE_DESCRIPTOR 21
#define RUN_TEXT_BYTES_MAX   4096  /* of process, status and one read of control */
#define RUN_CONTROL_LINE_MAX 256   /* a longer line is no request */
#define RUN_KILL_AFTER_MS    10000 /* default: from the first signal to the last */
#define RUN_LEFT_BEHIND_MS   2000  /* what the job leaves running is asked to end after this */
/* Once a second, while the disk refuses the status; not where the folder was removed, and not after
 * a SIGTERM. */
#define RUN_STATUS_TRIES_MAX 600
#define RUN_BOOT_ID_BYTES    40

/*
 * What `control` may ask:
 *   stop       the job's stop signal, once; the job ends in its own time
 *   terminate  the same, and SIGKILL for the whole tree after --kill-after-ms
 *   kill       SIGKILL at once: the job's group, and everything that was daemonised
 *   freeze, continue   SIGSTOP, SIGCONT; the timeout stands still meanwhile
 *   pause, resume      the supervisor leaves them. Of a native run in the background, for the job
 *                      itself: all of it, or the table that a word of the line names
 *                      ("table:NAME"). Of a script, for the console or `run` that follows it: a
 * pause is a stop after the date, the other dates wait, and a resume is asked for in the folder of
 * the run that was paused, although that has ended "After this date" is not among them: whoever
 * reads the log asks terminate after a verdict line.
 */
#define RUN_CONTROL_TABLE "table:" /* how that word begins */
#define RUN_VERBS(X)              \
	X(STOP, "stop")           \
	X(TERMINATE, "terminate") \
	X(KILL, "kill")           \
	X(FREEZE, "freeze")       \
	X(CONTINUE, "continue")   \
	X(PAUSE, "pause")         \
	X(RESUME, "resume")

#define RUN_ENDINGS(X)            \
	X(EXITED, "exited")       \
	X(SIGNALLED, "signalled") \
	X(NOT_STARTED, "not_started")

/* Why it was ended from outside, as far as the supervisor did it; "signal" is SIGTERM to the
 * supervisor (shutdown, logout). */
#define RUN_ASKED(X)              \
	X(NOTHING, "nothing")     \
	X(STOP, "stop")           \
	X(TERMINATE, "terminate") \
	X(KILL, "kill")           \
	X(TIMEOUT, "timeout")     \
	X(SIGNAL, "signal")

#define RUN_ENUM_VERB(name, word)   RUN_VERB_##name,
#define RUN_ENUM_ENDING(name, word) RUN_##name,
#define RUN_ENUM_ASKED(name, word)  RUN_ASKED_##name,
#define RUN_WORD(name, word)	    word,

enum run_verb { RUN_VERBS(RUN_ENUM_VERB) RUN_VERB_COUNT };
enum run_ending { RUN_ENDINGS(RUN_ENUM_ENDING) RUN_ENDING_COUNT };
enum run_asked { RUN_ASKED(RUN_ENUM_ASKED) RUN_ASKED_COUNT };

#endif
