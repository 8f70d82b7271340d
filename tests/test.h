/* What every test includes: cmocka with its prerequisites, and the test data's place. */
#ifndef BACKCOURT_TESTS_TEST_H
#define BACKCOURT_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"

/* A test that failed or is skipped is left by longjmp: compilers and analyzers shall know that
 * nothing comes after. */
void _fail(const char *const file, const int line) __attribute__((noreturn));
void _skip(const char *const file, const int line) __attribute__((noreturn));

/* "../shared/data/NAME", or NULL when it is not there; free it. */
static inline char *test_data(const char *name)
{
	const char *folder = getenv("BACKCOURT_TEST_DATA");
	char *path = memory_format("%s/%s", folder != NULL ? folder : "../shared/data", name);
	if (access(path, R_OK) == 0)
		return path;
	free(path);
	return NULL;
}

/* Ends the test as skipped, and says why, where the real data are absent. */
#define NEED_DATA(variable, name)                                                  \
	char *variable = test_data(name);                                          \
	if ((variable) == NULL) {                                                  \
		print_message("# skipped: %s is not beside this project\n", name); \
		skip();                                                            \
	}

/* A new empty folder below $TMPDIR; the runner removes them all afterwards. */
static inline char *test_folder(void)
{
	const char *parent = getenv("BACKCOURT_TEST_TMP");
	char *path = memory_format("%s/backcourt-test-XXXXXX", parent != NULL ? parent : "/tmp");
	assert_non_null(mkdtemp(path));
	return path;
}

#define RUN(tests) cmocka_run_group_tests(tests, NULL, NULL)

#endif
