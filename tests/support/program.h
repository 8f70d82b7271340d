/*
 * program: runs the built program for a test and collects what it says.
 *
 * The binary is $BACKCOURT (set by `make check`). Every run gets its own HOME and XDG folders below
 * `home`, so that no test sees another's state or the user's.
 */
#ifndef BACKCOURT_TESTS_PROGRAM_H
#define BACKCOURT_TESTS_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PROGRAM_ARGUMENTS_MAX 30

struct program {
	pid_t pid;
	int output; /* read end of both stdout and stderr */
};

struct program_result {
	int status;   /* exit status; 128 + the signal when one killed it */
	char *output; /* stdout and stderr together; free it */
};

/* The path of the binary; the test fails when it is not set. */
const char *program_path(void);
/* The environment of a test's program: HOME, XDG_*, TZ, LC_ALL, PATH and TERM, and
 * BIGQUERY_EMULATOR_HOST where the test has set it; nothing else. The texts live until the next
 * call. */
char **program_environment(const char *home, const char *term);
/* Starts the program with its stdin at /dev/null; the arguments end with NULL. */
struct program program_start(const char *home, const char *const *arguments);
/* The same with more variables ("NAME=value", at most PROGRAM_VARIABLES_MAX); NULL ends them. */
#define PROGRAM_VARIABLES_MAX 8
struct program program_start_with(
	const char *home, const char *const *variables, const char *const *arguments);
/* Reads what it says until the text was among it; what was read is lost to program_finish. */
void program_await(struct program *program, const char *text);
/* Reads that many lines, or all that there are. */
void program_skip_lines(const struct program *program, uint32_t lines);
/* Reads everything, then waits. */
struct program_result program_finish(struct program *program);
/* It ended with that status and, unless NULL, said these words; frees what it said. */
void program_expect(struct program_result result, int status, const char *words);
/* Starts, reads everything, waits. */
struct program_result program_run(const char *home, const char *const *arguments);

/* The same for a run that ends well or leaves gaps; what it said is the caller's to free. */
char *program_run_well(const char *home, const char *const *arguments);
/* What stands in the only log of a state folder; the caller's to free. */
char *program_only_log(const char *state_folder);

/* program_run("home", "run", "--range", ...) with the list ended for you. */
#define PROGRAM_RUN(home, ...)	 program_run(home, (const char *const[]){__VA_ARGS__, NULL})
#define PROGRAM_WELL(home, ...)	 program_run_well(home, (const char *const[]){__VA_ARGS__, NULL})
#define PROGRAM_START(home, ...) program_start(home, (const char *const[]){__VA_ARGS__, NULL})

#endif
