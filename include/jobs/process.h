/*
 * process: who a process is, so that a recycled number is never taken for it.
 *
 * A process is known by its number, its start time (field 22 of /proc/PID/stat, clock ticks since
 * boot) and the boot. Format: proc(5). Any thread; nothing here waits.
 */
#ifndef BACKCOURT_JOBS_PROCESS_H
#define BACKCOURT_JOBS_PROCESS_H

#include "base/error.h"
#include "jobs/run_files.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PROCESS_NAME_BYTES     64
#define PROCESS_STAT_BYTES_MAX 1024

struct process_identity {
	pid_t pid; /* 0 = nobody */
	uint64_t start_ticks;
};

struct process_stat {
	pid_t pid;
	char name[PROCESS_NAME_BYTES]; /* as the kernel has it: at most 15 bytes of any kind */
	char state;		       /* R S D T t Z X ... */
	pid_t parent, group, session;
	int64_t thread_count;
	uint64_t start_ticks;
};

/* The text of /proc/PID/stat; false when it is none. Pure. */
bool process_parse_stat(const char *text, struct process_stat *into);
bool process_read_stat(pid_t pid, struct process_stat *into);

/* That very process, and not a zombie without threads. Only of this boot (process_boot_id). */
bool process_is_alive(struct process_identity identity);
/* A descriptor that becomes readable when it ends (pidfd), or -1 when it has ended. */
int process_open(struct process_identity identity);
/* Sends a signal to that very process, never to one that got its number since (pidfd). Our own runs
 * are asked through their folder instead (run_request). */
bool process_signal(struct process_identity identity, int signal, struct error *err);
bool process_boot_id(char into[RUN_BOOT_ID_BYTES]);
/* Wall-clock time of a start, from the boot time and the ticks; 0 when /proc does not tell. */
int64_t process_started_ms(uint64_t start_ticks);

#endif
