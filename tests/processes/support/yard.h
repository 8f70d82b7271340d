/*
 * yard: where tests of supervised runs start them, wait for them, and see that nothing is left.
 *
 * yard_open makes the test process the subreaper, so that whatever a run leaves behind becomes its
 * child; yard_close fails the test when anything still lives or a descriptor is open. Waiting is
 * for descriptors (inotify, pidfd) with one generous deadline.
 */
#ifndef BACKCOURT_TESTS_YARD_H
#define BACKCOURT_TESTS_YARD_H

#include "jobs/launch.h"

#define YARD_DEADLINE_MS    120000
#define YARD_FILE_BYTES_MAX (16UL * 1024 * 1024)

struct yard {
	char *folder;	  /* the state folder */
	char *supervisor; /* path of the binary */
	int descriptor_count;
	struct launch launch; /* change it before yard_launch; about and argv are set there */
	struct run_about about;
};

void yard_open(struct yard *yard);
void yard_close(struct yard *yard);

/* Launches a shell script as a run of `table`; false with *err when it was refused. */
bool yard_try(struct yard *yard, const char *id, const char *table, const char *script,
	struct error *err);
/* The same for any command. */
bool yard_try_command(
	struct yard *yard, const char *id, const char *table, char *const *argv, struct error *err);
/* The same, must start; gives the path of the run folder (free). */
char *yard_start(struct yard *yard, const char *id, const char *table, const char *script);

struct run_evidence yard_look(const char *run);
enum run_state yard_state(const char *run);
/* Until the log of the run holds `text`. */
void yard_await_log(const char *run, const char *text);
void yard_await_file(const char *run, const char *name);
/* Until the run is finished, not started or lost; the evidence then. */
struct run_evidence yard_await_end(const char *run);
/* Until that process has ended. */
void yard_await_process(struct process_identity identity);
/* That very process must live, and gets the signal (never whoever has its number by now). */
void yard_signal(struct process_identity identity, int signal);
/* The same for the whole group that it leads. */
void yard_signal_group(struct process_identity leader, int signal);
/* Supervisor and job die at once, and are gone; what the run knew of itself is what its folder
 * says. */
void yard_kill_both(const char *run);
/* Until the folder names the job's process; it must be one that lives. */
struct process_identity yard_child(const char *run);
/* The whole file; free() it. */
char *yard_read(const char *run, const char *name);
void yard_request(const char *run, enum run_verb verb);
/* Processes whose command line holds `text`, zombies left out. */
int yard_count_processes(const char *text);

#endif
