/*
 * process_scan: finds jobs that were started by hand, and where they write.
 *
 * A job is known by its command line: the interpreter and the script of a command job
 * (jobs/command.h), as ".venv/bin/python x/y_backfill.py ..." or "python -m x.y_backfill". What
 * runs below another match (a pool of workers), or below a run of ours, is not told again. The log
 * is the file behind its standard output, or behind that of the `tee` at the other end of its pipe,
 * or the job's external_log. Nothing is changed, no signal is sent; a process that ends meanwhile
 * is left out. On a worker thread: it reads all of /proc (milliseconds for some hundred processes).
 */
#ifndef BACKCOURT_JOBS_PROCESS_SCAN_H
#define BACKCOURT_JOBS_PROCESS_SCAN_H

#include "jobs/command.h"
#include "jobs/process.h"

#define PROCESS_LINE_BYTES_MAX	(128UL * 1024) /* of a command line; the rest is not read */
#define PROCESS_ARGUMENTS_MAX	4096
#define PROCESS_FOUND_MAX	256
#define PROCESS_SHOWN_BYTES_MAX 400 /* of a command line */
#define PROCESS_PIPES_MAX	4   /* from the job's output to a file */
#define PROCESS_USER_BYTES	33

/* A command line in pieces. */
struct process_line {
	char *bytes; /* owned */
	const char **items;
	size_t count;
};

/* The bytes of /proc/PID/cmdline: items end with NUL, the last one may lack it. Pure. */
void process_split_line(const char *bytes, size_t length, struct process_line *into);
void process_line_release(struct process_line *line);

/* Whether the line is that job, started in `cwd`: the same script in the job's own folder, links
 * followed. Where the folder is not known (NULL) a script named with folders is taken for it. */
bool process_matches(
	const struct command *command, const struct process_line *line, const char *cwd);

/* Which dates the line asks for. */
struct process_dates {
	bool is_known;		 /* false: the line does not tell, or it cannot be read */
	struct date_range range; /* from the first to the last */
	date_t *dates;		 /* ascending, owned; NULL: all of the range */
	size_t date_count;
};
/* By the words that stand before {start}, {end}, {date} and {dates} in the job. Pure. */
void process_read_dates(
	const struct command *command, const struct process_line *line, struct process_dates *into);

/* The flags in the text of /proc/PID/fdinfo/N (octal, open(2)); -1 when they are not there. Pure.
 */
int process_parse_flags(const char *fdinfo);

enum process_log {
	PROCESS_LOG_NONE,
	PROCESS_LOG_OUTPUT,	/* its own standard output or error */
	PROCESS_LOG_TEE,	/* a file that the other end of its pipe writes */
	PROCESS_LOG_CONFIGURED, /* the job's external_log, which is there */
};

struct found_process {
	struct process_identity identity;
	size_t command; /* index of the command that it is */
	int64_t started_ms;
	char *line; /* for showing: arguments with blanks between, cut, no control bytes */
	char *cwd;  /* NULL = not known */
	char user[PROCESS_USER_BYTES]; /* whose it is: a name, or a number */
	bool is_supervised;	       /* another console's run */
	struct process_dates dates;
	enum process_log log;
	char *log_path;	     /* NULL with PROCESS_LOG_NONE */
	bool log_is_deleted; /* log_path is then below /proc/PID/fd and lives as long as its writer
			      */
	/* Who has the log open (the job, or its tee), and as which descriptor; nobody: configured.
	 */
	struct process_identity writer;
	int writer_descriptor;
};

struct found_processes {
	struct found_process *items; /* by process number */
	size_t count, capacity;
};

struct process_search {
	const struct command *const *commands; /* NULL in the list: none for that table */
	size_t command_count;
	const struct process_identity *own; /* of our runs: supervisors and children */
	size_t own_count;
};

/* False: /proc cannot be read, or there are more than PROCESS_FOUND_MAX. */
bool process_scan(
	const struct process_search *search, struct found_processes *found, struct error *err);
void found_processes_release(struct found_processes *found);
/* A run of that state folder, whoever supervises it: its table's lock knows it by name. */
bool found_process_is_of(const struct found_process *process, const char *state_folder);
void found_processes_forget_of(struct found_processes *found, const char *state_folder);
struct found_process *found_process_copy(const struct found_process *process);
void found_process_free(struct found_process *process); /* what found_process_copy made */
/* "process 4711, started 14:05:58 outside this console: python x.py --start-date ..." */
void found_process_describe(const struct found_process *process, struct buffer *into);

#endif
