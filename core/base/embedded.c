#include "base/embedded.h"

#include <string.h>

const char *embedded_find(const char *name, size_t *length)
{
	for (size_t i = 0; i < embedded_file_count; i++) {
		if (strcmp(embedded_files[i].name, name) != 0)
			continue;
		*length = (size_t)(embedded_files[i].end - embedded_files[i].bytes) - 1;
		return embedded_files[i].bytes;
	}
	return NULL;
}
