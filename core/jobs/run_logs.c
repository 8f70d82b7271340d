#include "jobs/run_logs.h"

#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static int is_log(const struct dirent *entry)
{
	return text_ends_with(entry->d_name, ".log");
}

static void free_names(struct dirent **names, int count)
{
	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

/* The oldest come first in the order of names. */
static bool remove_oldest(const char *folder, struct dirent *const *names, size_t excess,
	size_t *removed, struct error *err)
{
	for (size_t i = 0; i < excess; i++) {
		char *path = path_join(folder, names[i]->d_name);
		bool gone = unlink(path) == 0 || errno == ENOENT;
		if (!gone)
			error_set_system(err, errno, "cannot remove the old log %s", path);
		free(path);
		if (!gone)
			return false;
		(*removed)++;
	}
	return true;
}

bool run_logs_prune(const char *state_folder, size_t keep, size_t *removed, struct error *err)
{
	struct dirent **names = NULL;
	char *folder = path_join(state_folder, "logs");
	int count = scandir(folder, &names, is_log, alphasort);
	bool done = true;
	*removed = 0;
	if (count < 0)
		done = errno == ENOENT ||
		       error_set_system(err, errno, "cannot look into %s", folder);
	else if ((size_t)count > keep)
		done = remove_oldest(folder, names, (size_t)count - keep, removed, err);
	free_names(names, count);
	free(folder);
	return done;
}
