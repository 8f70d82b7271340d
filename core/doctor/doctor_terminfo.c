/* What a compiled terminfo entry says, without curses: the core has no screen. term(5). */
#include "doctor_parts.h"

#include "base/memory.h"
#include "base/path.h"

#include <stdlib.h>
#include <string.h>

#define ENTRY_BYTES_MAX 65536
#define HEAD_BYTES	12
#define MAGIC_16	0432  /* numbers of 16 bits */
#define MAGIC_32	01036 /* numbers of 32 bits */
#define COLOURS_NUMBER	13    /* max_colors is the 14th number */

static int read_short(const char *bytes)
{
	return (unsigned char)bytes[0] | (unsigned char)bytes[1] << 8;
}

static int64_t read_number(const char *bytes, size_t size)
{
	int64_t value = read_short(bytes);
	if (size == 4)
		return (int32_t)((uint32_t)value | (uint32_t)read_short(bytes + 2) << 16);
	return (int16_t)value;
}

/* -1: the entry says none; false: it is no entry. */
static bool read_colours(const char *bytes, size_t length, int *colours)
{
	if (length < HEAD_BYTES)
		return false;
	int magic = read_short(bytes);
	if (magic != MAGIC_16 && magic != MAGIC_32)
		return false;
	size_t size = magic == MAGIC_32 ? 4 : 2;
	size_t at = HEAD_BYTES + (size_t)read_short(bytes + 2) + (size_t)read_short(bytes + 4);
	size_t count = (size_t)read_short(bytes + 6);
	at += at % 2; /* numbers begin on an even byte */
	if (at + count * size > length)
		return false;
	*colours = -1;
	if (count > COLOURS_NUMBER) {
		int64_t value = read_number(bytes + at + COLOURS_NUMBER * size, size);
		*colours = value > 0 ? (int)value : -1;
	}
	return true;
}

static bool read_entry(const char *folder, const char *name, int *colours)
{
	char *paths[] = {memory_format("%s/%c/%s", folder, name[0], name),
		memory_format("%s/%x/%s", folder, (unsigned char)name[0], name)};
	bool found = false;
	for (size_t i = 0; i < ARRAY_COUNT(paths); i++) {
		struct buffer entry = {0};
		found = found || (path_read_file(paths[i], ENTRY_BYTES_MAX, &entry, NULL) &&
					 read_colours(buffer_text(&entry), entry.length, colours));
		buffer_release(&entry);
		free(paths[i]);
	}
	return found;
}

bool terminfo_find(const char *name, int *colours)
{
	static const char *const folders[] = {"/etc/terminfo", "/lib/terminfo",
		"/usr/share/terminfo", "/usr/lib/terminfo", "/usr/local/share/terminfo"};
	const char *own = doctor_environment("TERMINFO");
	const char *home = doctor_environment("HOME");
	if (strchr(name, '/') != NULL || name[0] == '\0')
		return false;
	if (own != NULL && read_entry(own, name, colours))
		return true;
	char *below_home = memory_format("%s/.terminfo", home != NULL ? home : "");
	bool found = home != NULL && read_entry(below_home, name, colours);
	free(below_home);
	for (size_t i = 0; i < ARRAY_COUNT(folders) && !found; i++)
		found = read_entry(folders[i], name, colours);
	return found;
}
