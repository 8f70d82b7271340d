#include "jobs/run_control.h"

#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

struct run_control {
	int watch;
	int file;
	char line[RUN_CONTROL_LINE_MAX + 1];
	char table[RUN_CONTROL_LINE_MAX + 1]; /* of the newest request */
	size_t length;
	bool is_too_long; /* what follows up to the next newline is no request */
};

bool run_control_open(const char *folder, struct run_control **opened, struct error *err)
{
	struct run_control *control = memory_new(sizeof(*control));
	char *path = path_join(folder, RUN_FILE_CONTROL);
	control->file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	control->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	bool done = control->file >= 0 && control->watch >= 0 &&
		    inotify_add_watch(control->watch, path, IN_MODIFY) >= 0;
	if (done)
		*opened = control;
	else {
		error_set_system(err, errno, "cannot watch %s", path);
		run_control_close(control);
	}
	free(path);
	return done;
}

void run_control_close(struct run_control *control)
{
	if (control == NULL)
		return;
	if (control->file >= 0)
		close(control->file);
	if (control->watch >= 0)
		close(control->watch);
	free(control);
}

int run_control_descriptor(const struct run_control *control)
{
	return control->watch;
}

static bool find_verb(const struct run_control *control, enum run_verb *verb)
{
	static const char *const words[] = {RUN_VERBS(RUN_WORD)};
	size_t length = 0;
	while (length < control->length && control->line[length] > ' ')
		length++;
	for (int i = 0; i < RUN_VERB_COUNT; i++)
		if (strlen(words[i]) == length && memcmp(control->line, words[i], length) == 0) {
			*verb = (enum run_verb)i;
			return true;
		}
	return false;
}

static void find_table(struct run_control *control)
{
	const char *word = " " RUN_CONTROL_TABLE;
	control->line[control->length] = '\0';
	control->table[0] = '\0';
	const char *found = strstr(control->line, word);
	if (found == NULL)
		return;
	found += strlen(word);
	text_copy(control->table, strcspn(found, " ") + 1, found);
}

/* Adds a byte; true when it ends a line that is a request. */
static bool take_byte(struct run_control *control, char byte, enum run_verb *verb)
{
	if (byte != '\n') {
		control->is_too_long |= control->length == RUN_CONTROL_LINE_MAX;
		if (!control->is_too_long)
			control->line[control->length++] = byte;
		return false;
	}
	bool found = !control->is_too_long && find_verb(control, verb);
	if (found)
		find_table(control);
	control->length = 0;
	control->is_too_long = false;
	return found;
}

bool run_control_next(struct run_control *control, enum run_verb *verb)
{
	char bytes[RUN_TEXT_BYTES_MAX], byte;
	while (read(control->watch, bytes, sizeof(bytes)) > 0)
		;
	/* A few requests in a night: one byte a call is fast enough. */
	while (read(control->file, &byte, 1) == 1)
		if (take_byte(control, byte, verb))
			return true;
	return false;
}

const char *run_control_table(const struct run_control *control)
{
	return control->table;
}
