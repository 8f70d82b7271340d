/*
 * command: the definition of a command job, and what it makes of a list of dates.
 *
 * Order of calls: command_parse once per table (it checks everything that can be checked without
 * looking at the disk), command_preflight before a start (it looks), command_plan to split dates
 * into runs, command_argv and command_environment for each run, command_free. Immutable once
 * parsed; any thread. There is no shell anywhere: arguments are passed as they are.
 *
 * Keys of the "job" object (core/manual/pipeline.md):
 *   argv          list of texts. {start} {end} {date} {dates} are replaced inside an argument;
 *                 every other brace is itself
 *   argv_dates    the same for scripts that take a list; must hold {dates}
 *   cwd           absolute, or ~/...
 *   env           object of texts, added to the console's environment
 *   secret_env    names of variables whose values are never shown
 *   granularity   "range" (default), "date", "chunk(N)"
 *   requires      {"TABLE": ROWS}: the script refuses a date with fewer rows upstream
 *   external_log  where a job started by hand writes; checkpoint: its file, with {start} {end}
 *   silent_after, timeout   "90s" "10m" "8h"
 *   nice          0..19
 *   stop          {"when": "after_date" | "at_once", "signal": "TERM" | "INT",
 *                  "kill_after": "10s"}
 */
#ifndef BACKCOURT_JOBS_COMMAND_H
#define BACKCOURT_JOBS_COMMAND_H

#include "base/memory.h"
#include "base/text.h"
#include "pipeline/pipeline.h"

#define COMMAND_ARGUMENTS_MAX	256
#define COMMAND_VARIABLES_MAX	64
#define COMMAND_TEXT_BYTES_MAX	4096 /* of one argument, value or path */
#define COMMAND_CHUNK_DATES_MAX 1000
#define COMMAND_LIST_DATES_MAX                                                                   \
	4000			   /* in one {dates}: an argument is at most 128 KiB (execve(2)) \
				    */
#define COMMAND_SECRET_BYTES_MIN 6 /* a shorter secret is not looked for inside texts */
#define COMMAND_MASK		 "***"

enum command_granularity { COMMAND_BY_RANGE, COMMAND_BY_DATE, COMMAND_BY_CHUNK };
enum command_stop { COMMAND_STOP_AFTER_DATE, COMMAND_STOP_AT_ONCE };

struct command_variable {
	const char *name, *value;
};

struct command {
	struct arena texts; /* owns every text below */
	const char *table;
	const char **argv;
	size_t argv_count;
	const char **argv_dates;
	size_t argv_dates_count; /* 0: the script takes no list */
	bool takes_list;	 /* argv itself has {dates} and no {start} */
	const char *cwd;
	struct command_variable *variables;
	size_t variable_count;
	const char **secrets; /* names */
	size_t secret_count;
	enum command_granularity granularity;
	size_t chunk_dates;
	const char *external_log; /* NULL = not given, as the next */
	const char *checkpoint;
	int64_t silent_after_ms, timeout_ms; /* timeout 0 = none */
	int64_t nice;
	enum command_stop stop;
	int stop_signal;
	int64_t kill_after_ms;
};

/* `table` has a command job. Messages: "nba.json: tables[7].job.argv[2]: ...". */
bool command_parse(
	const struct pipeline *pipeline, size_t table, struct command **parsed, struct error *err);
void command_free(struct command *command);

/* One process: the dates it shall compute. */
struct command_run {
	date_t *dates; /* ascending */
	size_t date_count;
	struct date_range range; /* from the first to the last */
	bool by_list;		 /* told as {dates}, not as a range */
};

struct command_runs {
	struct command_run *items;
	size_t count, capacity;
};

struct command_dates {
	const date_t *dates, *off_days;
	size_t date_count, off_day_count;
};

/*
 * `dates` and `off_days` ascend, without repetition. A range may cross off days (nothing is
 * expected there) and nothing else. With gaps between the dates a script that takes a list gets
 * one; the others are started once per unbroken range.
 */
void command_plan(const struct command *command, const struct command_dates *dates,
	struct command_runs *runs);
void command_runs_release(struct command_runs *runs);

/* Lists that end with NULL; command_list_free. */
char **command_argv(const struct command *command, const struct command_run *run);
/* The inherited environment with the job's changes. */
char **command_environment(const struct command *command, char *const *inherited);
/* For showing and keeping: the changes only, secrets as "NAME=***"; arguments with the values of
 * secrets replaced. */
char **command_shown_environment(const struct command *command);
char **command_shown_argv(const struct command *command, const struct command_run *run);
void command_list_free(char **list);

/*
 * Whatever may quote a secret (an argument, another variable, a line of the script, the command
 * line of a process) is shown, kept and sent with COMMAND_MASK in its place; free() it. Of a secret
 * of several lines each line is one; where a text ends or was cut, what a secret begins with is one
 * too. The log file itself is the script's own and stays as it was written.
 */
char *command_mask(const struct command *command, const char *text);
bool command_quotes_secret(const struct command *command, const char *text, size_t length);
/* All lines that were read of a log, for the secrets of all jobs (NULL: that table has none): one
 * script may be told what another must not know. */
struct log_window;
void command_mask_piece(struct command *const *commands, size_t count, struct log_window *piece);

/* One line for a shell: cd, variables, arguments, quoted where needed; secrets are left to the
 * shell's own environment. */
void command_show(
	const struct command *command, const struct command_run *run, struct buffer *into);
/* The checkpoint file of a run, or NULL; free(). */
char *command_checkpoint(const struct command *command, struct date_range range);

/*
 * Looks at the disk: the folder, the program (through PATH where it has no slash), the interpreter
 * named in its first line, and a script given as the first argument. False: err says what is
 * missing and what to do.
 */
bool command_preflight(const struct command *command, struct error *err);

enum command_prediction { COMMAND_ACCEPTS, COMMAND_REFUSES, COMMAND_UNKNOWN };
/*
 * Whether the script of that table will take a date ("requires"), from the rows of every table of
 * the pipeline on that date
 * (-1 = not known). `why` names what is short ("upcoming_team_game_context 6 < 10") or unknown.
 */
enum command_prediction command_predict(
	const struct pipeline *pipeline, size_t table, const int64_t *rows, struct buffer *why);

#endif
