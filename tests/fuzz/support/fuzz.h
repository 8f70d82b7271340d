/*
 * fuzz: what the libFuzzer targets share.
 *
 * A target is one file, tests/fuzz/NAME_fuzz.c, with LLVMFuzzerTestOneInput; its kept inputs are in
 * tests/fuzz/corpus/NAME. MUST(what the code promises) ends the run as a finding where it is false.
 */
#ifndef BACKCOURT_TESTS_FUZZ_H
#define BACKCOURT_TESTS_FUZZ_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#define MUST(promise)                                                      \
	do {                                                               \
		if (!(promise))                                            \
			fuzz_broken_promise(__FILE__, __LINE__, #promise); \
	} while (0)
_Noreturn void fuzz_broken_promise(const char *file, int line, const char *promise);

/* What every function that may fail promises: on false the error says why, and only then. */
void fuzz_check_error(bool done, const struct error *err);

/* The input cut into texts at its newlines; a text ends at a NUL byte too. */
struct fuzz_input {
	const char *at, *end;
};
struct fuzz_input fuzz_input(const uint8_t *bytes, size_t length);
/* The next text, "" behind the last one; free it. */
char *fuzz_next_text(struct fuzz_input *input);

/* An empty folder of this process below $BACKCOURT_TEST_TMP, which the runner removes. */
const char *fuzz_folder(void);

#endif
