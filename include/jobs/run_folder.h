/*
 * run_folder: the folder of one command run (STATE/runs/ID), seen from the console.
 *
 * Order of calls: run_folder_make, launch (jobs/launch.h), run_folder_free. Later, by this or any
 * other console: run_folder_list, run_folder_read (what was started), run_look and run_judge (how
 * it is), run_request (stop it), run_folder_prune. jobs/run_files.h describes the files. Any
 * thread.
 *
 * The folder appears under its name at once, whole and locked: whoever finds it finds a run that is
 * starting, never half a folder.
 */
#ifndef BACKCOURT_JOBS_RUN_FOLDER_H
#define BACKCOURT_JOBS_RUN_FOLDER_H

#include "base/date.h"
#include "base/text.h"
#include "jobs/process.h"
#include "jobs/run_files.h"

#define RUN_ID_BYTES	    40
#define RUN_FOLDERS_MAX	    10000
#define RUN_ABOUT_BYTES_MAX (4UL * 1024 * 1024)
#define RUN_ARGUMENTS_MAX   1000
#define RUN_REASON_BYTES    1200
#define RUN_FREE_BYTES_MIN  (256LL * 1024 * 1024)  /* on the disk, before a start */
#define RUN_LOG_LARGE_BYTES (1024LL * 1024 * 1024) /* a log past this is said */

/* What was started, and from where. Lent to run_folder_make; owned after run_folder_read. */
struct run_about {
	char id[RUN_ID_BYTES]; /* letters, digits, '-', '_', '.'; no '.' first */
	char *pipeline, *table;
	char **argv; /* ends with NULL, as the two below */
	char *cwd;
	char **environment; /* the changes only, "NAME=value"; secrets masked by the caller */
	struct date_range range;
	date_t *dates;
	size_t date_count;
	int64_t attempt;
	int64_t made_ms;
	int64_t timeout_ms;
	int64_t nice;
	char *git_commit; /* of cwd; NULL = unknown */
	bool git_dirty;
	char *host; /* filled by run_folder_make, as the two below */
	char *boot_id;
	int64_t console_pid;
};

void run_about_release(struct run_about *about); /* what run_folder_read filled */

struct run_folder;

/* False: the id is in use, the disk refuses, ... ; nothing is left behind. */
bool run_folder_make(const char *state_folder, const struct run_about *about,
	struct run_folder **made, struct error *err);
void run_folder_free(
	struct run_folder *folder); /* the folder stays; a launched run keeps its lock */
const char *run_folder_path(const struct run_folder *folder);
int run_folder_lock(const struct run_folder *folder); /* the descriptor to hand over */
/* Removes the folder of a run that was not launched. */
void run_folder_discard(struct run_folder *folder);

char *run_folder_of(const char *state_folder, const char *id); /* its path; free() */
bool run_folder_read(const char *path, struct run_about *about, struct error *err);

struct run_list {
	char **ids; /* newest first */
	size_t count, capacity;
};
/* No `runs` folder is an empty list. */
bool run_folder_list(const char *state_folder, struct run_list *list, struct error *err);
void run_list_release(struct run_list *list);
/* The folder of the newest run of the table; *path is NULL where there is none; free() it. */
bool run_folder_newest(const char *state_folder, const char *table, char **path, struct error *err);

struct run_status {
	enum run_ending outcome;
	int code; /* exit status, signal, or errno, by outcome */
	enum run_asked asked;
	int64_t ended_ms, user_ms, system_ms, peak_kib;
	char reason[RUN_REASON_BYTES];
};
struct run_process {
	struct process_identity supervisor,
		child; /* child.pid 0: not started when it was written */
	char boot_id[RUN_BOOT_ID_BYTES];
	int64_t started_ms;
};
/* The texts of `status` and `process`; false when anything is missing. Pure. */
bool run_status_parse(const char *text, struct run_status *into);
bool run_process_parse(const char *text, struct run_process *into);

/* What the folder and /proc show. */
struct run_evidence {
	bool has_status, has_process;
	bool is_status_broken; /* it is there and cannot be read */
	struct run_status status;
	struct run_process process;
	bool is_locked;
	bool is_same_boot; /* of `process`; numbers of another boot mean nothing */
	bool is_supervisor_alive, is_child_alive;
	int64_t log_bytes; /* -1: no log */
};

enum run_state {
	RUN_STATE_RUNNING,
	RUN_STATE_ENDING,      /* its status is known, what it left behind still lives */
	RUN_STATE_FINISHED,    /* its status is known */
	RUN_STATE_NOT_STARTED, /* the job never ran: status says why, or nothing was written */
	RUN_STATE_UNATTENDED,  /* it runs without its supervisor: its status will be unknown */
	RUN_STATE_LOST,	       /* it has ended and nobody knows how: never a success */
};

/* To wait for the end of a run: process_open(evidence.process.supervisor) and poll. */
bool run_look(const char *path, struct run_evidence *evidence, struct error *err);
enum run_state run_judge(const struct run_evidence *evidence); /* pure */
/* Finished, never started, or lost; pure. */
bool run_has_ended(const struct run_evidence *evidence);
/* Its job works on, supervised or not; false also when the folder cannot be looked at. */
bool run_lives(const char *path);
const char *run_state_word(enum run_state state);
/* One sentence: the state, and the evidence for it. */
void run_explain(const struct run_evidence *evidence, struct buffer *into);

/*
 * Asks for something; `who` ("naji at the console, process 4711") is for the reader of `control`.
 * When the disk refuses the line and the verb is to end the run, the supervisor gets SIGTERM
 * instead. The processes of an unattended run are signalled directly, all that hold its lock: a
 * daemon that closed it is not reached, and "kill" may have to be asked again. False: the run is
 * over (ERROR_INPUT), or could not be reached.
 */
bool run_request(const char *path, enum run_verb verb, const char *who, struct error *err);

/* The same line in `control` whatever became of the run: its owner may still listen. */
bool run_note(const char *path, enum run_verb verb, const char *who, struct error *err);

struct run_keep {
	int64_t now_ms, age_ms; /* older ones go */
	size_t count;		/* and so do those beyond the newest `count` */
};
/* Never a run that is running, ending or unattended. */
bool run_folder_prune(const char *state_folder, const struct run_keep *keep, size_t *removed_count,
	struct error *err);

#endif
