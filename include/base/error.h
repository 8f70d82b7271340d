/*
 * error: what went wrong, in one sentence, and of which kind.
 *
 * A function that can fail for more than one reason returns bool and takes `struct error *err`
 * last: true = done; false = *err is filled, outputs are untouched and nothing leaks. The sentence
 * says what was tried, on what, and why it failed. It never holds a secret. Any thread; an error
 * belongs to its caller and needs no release.
 */
#ifndef BACKCOURT_BASE_ERROR_H
#define BACKCOURT_BASE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>

#define ERROR_TEXT_BYTES 512

enum error_kind {
	ERROR_NONE,
	ERROR_USAGE,	 /* the command line */
	ERROR_CONFIG,	 /* pipeline, settings, theme */
	ERROR_INPUT,	 /* a file or a text from outside */
	ERROR_WAREHOUSE, /* the warehouse or the ledger */
	ERROR_NETWORK,
	ERROR_SYSTEM,  /* a system call; the text ends with its reason */
	ERROR_LIMIT,   /* a named limit was reached */
	ERROR_BUSY,    /* somebody else holds it; the text names the holder */
	ERROR_REFUSED, /* a quota, a right, a login: all that is like it would be refused too */
	ERROR_CANCELLED,
};

struct error {
	enum error_kind kind;
	char text[ERROR_TEXT_BYTES];
};

/* Exit statuses of every verb. */
enum exit_status {
	EXIT_ALL_COMPLETE = 0,
	EXIT_GAPS_REMAIN = 1,
	EXIT_RUN_FAILED = 2,
	EXIT_CONFIGURATION = 3,
	EXIT_WAREHOUSE = 4,
};

/* Fills *err (which may be NULL) and returns false, so that `return error_set(...)` reads well. */
bool error_set(struct error *err, enum error_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* As error_set with ERROR_SYSTEM, and ": " plus the text of `number` (an errno) at the end. */
bool error_set_system(struct error *err, int number, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "<words>: " before the sentence; returns false. */
bool error_prefix(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * That these three return false is written where compilers and analyzers can read it: they then
 * know that the outputs are filled whenever a function that may fail returned true.
 */
static inline bool error_false(void)
{
	return false;
}
#define error_set(...)	      (error_set(__VA_ARGS__), error_false())
#define error_set_system(...) (error_set_system(__VA_ARGS__), error_false())
#define error_prefix(...)     (error_prefix(__VA_ARGS__), error_false())

/* The exit status that an error of this kind ends a verb with. */
enum exit_status error_exit_status(enum error_kind kind);

#endif
