#include "jobs/checkpoint.h"

#include "base/memory.h"
#include "base/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct checkpoint_file {
	char *path;
	struct checkpoint good;
	bool has_good;
	int torn_count;
	struct buffer bytes; /* of the last whole reading */
};

struct checkpoint_file *checkpoint_file_new(const char *path)
{
	struct checkpoint_file *file = memory_new(sizeof(*file));
	file->path = memory_copy_text(path);
	return file;
}

void checkpoint_file_free(struct checkpoint_file *file)
{
	if (file == NULL)
		return;
	checkpoint_release(&file->good);
	buffer_release(&file->bytes);
	free(file->path);
	free(file);
}

const struct checkpoint *checkpoint_file_good(const struct checkpoint_file *file)
{
	return file->has_good ? &file->good : NULL;
}

static enum checkpoint_reading note_torn(
	struct checkpoint_file *file, const struct error *why, struct error *err)
{
	error_set(err, why->kind, "the checkpoint %s: %s", file->path, why->text);
	/* A limit is not a race: waiting does not help. */
	if (why->kind == ERROR_LIMIT || why->kind == ERROR_SYSTEM)
		return CHECKPOINT_DAMAGED;
	if (file->torn_count < CHECKPOINT_RETRIES_MAX)
		file->torn_count++;
	return file->torn_count < CHECKPOINT_RETRIES_MAX ? CHECKPOINT_TORN : CHECKPOINT_DAMAGED;
}

static bool is_same(const struct checkpoint_file *file, const struct buffer *bytes)
{
	return file->has_good && file->bytes.length == bytes->length &&
	       memcmp(buffer_text(&file->bytes), buffer_text(bytes), bytes->length) == 0;
}

enum checkpoint_reading checkpoint_file_read(struct checkpoint_file *file, struct error *err)
{
	struct buffer bytes = {0};
	struct error why = {0};
	struct stat status;
	if (stat(file->path, &status) != 0) {
		if (errno == ENOENT || errno == ENOTDIR) {
			file->torn_count = 0;
			return CHECKPOINT_ABSENT;
		}
		error_set_system(&why, errno, "cannot look at it");
		return note_torn(file, &why, err);
	}
	if (!S_ISREG(status.st_mode)) {
		error_set(&why, ERROR_SYSTEM, "it is not a regular file");
		return note_torn(file, &why, err);
	}
	struct checkpoint made;
	if (!path_read_file(file->path, CHECKPOINT_BYTES_MAX, &bytes, &why))
		goto torn;
	if (is_same(file, &bytes)) {
		buffer_release(&bytes);
		file->torn_count = 0;
		return CHECKPOINT_SAME;
	}
	if (!checkpoint_parse(buffer_text(&bytes), bytes.length, &made, &why))
		goto torn;
	checkpoint_release(&file->good);
	buffer_release(&file->bytes);
	file->good = made;
	file->bytes = bytes;
	file->has_good = true;
	file->torn_count = 0;
	return CHECKPOINT_NEW;
torn:
	buffer_release(&bytes);
	return note_torn(file, &why, err);
}

enum checkpoint_reading checkpoint_file_read_whole(struct checkpoint_file *file, struct error *err)
{
	enum checkpoint_reading reading;
	while ((reading = checkpoint_file_read(file, err)) == CHECKPOINT_TORN)
		(void)poll(NULL, 0, CHECKPOINT_RETRY_MS);
	return reading;
}

/* "<job>_<start>_<end>.json" */
static bool parse_name(const char *name, const char *job, struct date_range *range)
{
	size_t length = strlen(job);
	char first[DATE_TEXT_BYTES], last[DATE_TEXT_BYTES];
	size_t date_bytes = DATE_TEXT_BYTES - 1;
	if (strlen(name) != length + 2 * (date_bytes + 1) + strlen(".json") ||
		strncmp(name, job, length) != 0 || !text_ends_with(name, ".json") ||
		name[length] != '_' || name[length + 1 + date_bytes] != '_')
		return false;
	text_copy(first, sizeof(first), name + length + 1);
	text_copy(last, sizeof(last), name + length + 2 + date_bytes);
	return date_parse(first, &range->first) && date_parse(last, &range->last);
}

static int compare_places(const void *a, const void *b)
{
	const struct checkpoint_place *left = a, *right = b;
	if (left->range.first != right->range.first)
		return left->range.first < right->range.first ? -1 : 1;
	return (left->range.last > right->range.last) - (left->range.last < right->range.last);
}

bool checkpoint_list(
	const char *folder, const char *job, struct checkpoint_list *list, struct error *err)
{
	struct checkpoint_list made = {0};
	DIR *open_folder = opendir(folder);
	if (open_folder == NULL && errno != ENOENT)
		return error_set_system(err, errno, "looking for checkpoints in %s", folder);
	const struct dirent *entry;
	while (open_folder != NULL && made.count < CHECKPOINT_LIST_MAX &&
		(entry = readdir(open_folder)) != NULL) {
		struct date_range range;
		if (!parse_name(entry->d_name, job, &range))
			continue;
		ARRAY_GROW(made.items, made.count, made.capacity);
		made.items[made.count++] = (struct checkpoint_place){
			.path = path_join(folder, entry->d_name), .range = range};
	}
	if (open_folder != NULL)
		closedir(open_folder);
	if (made.count > 0)
		qsort(made.items, made.count, sizeof(made.items[0]), compare_places);
	*list = made;
	return true;
}

void checkpoint_list_release(struct checkpoint_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i].path);
	free(list->items);
	*list = (struct checkpoint_list){0};
}
