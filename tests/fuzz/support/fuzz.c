#include "tests/fuzz/support/fuzz.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void fuzz_broken_promise(const char *file, int line, const char *promise)
{
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, promise);
	abort();
}

void fuzz_check_error(bool done, const struct error *err)
{
	MUST(done || err->kind != ERROR_NONE);
	MUST(done || err->text[0] != '\0');
	MUST(memchr(err->text, '\0', sizeof(err->text)) != NULL);
}

struct fuzz_input fuzz_input(const uint8_t *bytes, size_t length)
{
	return (struct fuzz_input){(const char *)bytes, (const char *)bytes + length};
}

char *fuzz_next_text(struct fuzz_input *input)
{
	size_t left = (size_t)(input->end - input->at);
	const char *line_end = left == 0 ? NULL : memchr(input->at, '\n', left);
	size_t length = line_end == NULL ? left : (size_t)(line_end - input->at);
	char *text = length == 0 ? memory_copy_text("") : memory_copy_span(input->at, length);
	input->at = line_end == NULL ? input->end : line_end + 1;
	return text;
}

const char *fuzz_folder(void)
{
	static char folder[256];
	if (folder[0] != '\0')
		return folder;
	const char *parent = getenv("BACKCOURT_TEST_TMP");
	int length = snprintf(folder, sizeof(folder), "%s/fuzz-XXXXXX", parent ? parent : "/tmp");
	MUST(length > 0 && (size_t)length < sizeof(folder) && mkdtemp(folder) != NULL);
	return folder;
}
