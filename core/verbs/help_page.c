/* Finds the pages of the manual among the embedded files. */
#include "help_pages.h"

#include "base/embedded.h"

#include <stdio.h>
#include <string.h>

static const char folder[] = "core/manual/", ending[] = ".md";

bool help_page_name(const char *file, char into[HELP_PAGE_NAME_BYTES])
{
	size_t length = strlen(file), around = sizeof(folder) - 1 + sizeof(ending) - 1;
	if (length <= around || length - around >= HELP_PAGE_NAME_BYTES ||
		strncmp(file, folder, sizeof(folder) - 1) != 0)
		return false;
	snprintf(into, HELP_PAGE_NAME_BYTES, "%.*s", (int)(length - around),
		file + sizeof(folder) - 1);
	return true;
}

const char *help_page(const char *name, size_t *length)
{
	char file[sizeof(folder) + HELP_PAGE_NAME_BYTES + sizeof(ending)];
	if (strlen(name) >= HELP_PAGE_NAME_BYTES)
		return NULL;
	snprintf(file, sizeof(file), "%s%s%s", folder, name, ending);
	return embedded_find(file, length);
}
