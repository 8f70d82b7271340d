#include "budget_names.h"

#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int open_names(const char *budget_file, int flags)
{
	char *path = memory_format("%s-jobs", budget_file);
	int descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
	free(path);
	return descriptor;
}

static off_t place_of(int slot)
{
	return (off_t)slot * BUDGET_NAME_BYTES;
}

bool budget_name_write(const char *budget_file, int slot, const char *name, struct error *err)
{
	char record[BUDGET_NAME_BYTES] = "";
	bool is_some = name[0] != '\0';
	if (!text_copy(record, sizeof(record), name))
		return error_set(err, ERROR_LIMIT, "a name of more than %d bytes for the budget",
			BUDGET_NAME_BYTES - 1);
	int descriptor = open_names(budget_file, is_some ? O_WRONLY | O_CREAT : O_WRONLY);
	if (descriptor < 0 && !is_some && errno == ENOENT)
		return true;
	bool done = descriptor >= 0 && pwrite(descriptor, record, sizeof(record), place_of(slot)) ==
					       (ssize_t)sizeof(record);
	int number = errno;
	if (descriptor >= 0)
		close(descriptor);
	return done || error_set_system(err, number,
			       "cannot write what the budget of BigQuery is reserved for, %s-jobs",
			       budget_file);
}

void budget_name_read(const char *budget_file, int slot, char name[BUDGET_NAME_BYTES])
{
	int descriptor = open_names(budget_file, O_RDONLY);
	ssize_t got =
		descriptor < 0 ? -1 : pread(descriptor, name, BUDGET_NAME_BYTES, place_of(slot));
	bool is_whole = got == BUDGET_NAME_BYTES && memchr(name, '\0', BUDGET_NAME_BYTES) != NULL;
	if (!is_whole)
		name[0] = '\0';
	if (descriptor >= 0)
		close(descriptor);
}
