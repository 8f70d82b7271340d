/* gcloud's own files: which project its active configuration names. */
#include "gcloud.h"

#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define NAME_BYTES_MAX 100

static const char *look_up(const char *(*environment)(const char *), const char *name)
{
	const char *value = environment(name);
	return value != NULL && value[0] != '\0' ? value : NULL;
}

static char *config_folder(const char *(*environment)(const char *))
{
	const char *folder = look_up(environment, "CLOUDSDK_CONFIG");
	const char *home = look_up(environment, "HOME");
	if (folder != NULL)
		return memory_copy_text(folder);
	return home == NULL ? NULL : path_join(home, ".config/gcloud");
}

static bool read_text(const char *folder, const char *name, struct buffer *text)
{
	char *path = path_join(folder, name);
	bool done = path_read_file(path, GCLOUD_FILE_BYTES_MAX, text, NULL);
	free(path);
	return done;
}

/* A name that cannot lead out of the folder. */
static bool is_configuration_name(const char *name, size_t length)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789_-";
	return length > 0 && length < NAME_BYTES_MAX && strspn(name, letters) >= length;
}

static char *active_configuration(const char *folder, const char *(*environment)(const char *name))
{
	struct buffer text = {0};
	const char *named = look_up(environment, "CLOUDSDK_ACTIVE_CONFIG_NAME");
	if (named == NULL && read_text(folder, "active_config", &text))
		named = buffer_text(&text);
	if (named == NULL)
		named = "default";
	size_t length = strcspn(named, " \t\r\n");
	char *name = is_configuration_name(named, length)
			     ? memory_format("configurations/config_%.*s", (int)length, named)
			     : NULL;
	buffer_release(&text);
	return name;
}

/* "project = x" below "[core]". */
static char *find_project(const char *text)
{
	bool is_core = false;
	while (*text != '\0') {
		text += strspn(text, " \t\r\n");
		size_t length = strcspn(text, "\r\n");
		if (*text == '[')
			is_core = text_starts_with(text, "[core]");
		size_t key = strcspn(text, " \t=\r\n");
		const char *value = text + key + strspn(text + key, " \t");
		if (is_core && key == 7 && strncmp(text, "project", 7) == 0 && *value == '=') {
			value += 1 + strspn(value + 1, " \t");
			return memory_copy_span(value, strcspn(value, " \t\r\n"));
		}
		text += length;
	}
	return NULL;
}

char *gcloud_project(const char *(*environment)(const char *name))
{
	struct buffer text = {0};
	char *folder = config_folder(environment), *project = NULL;
	char *name = folder == NULL ? NULL : active_configuration(folder, environment);
	if (name != NULL && read_text(folder, name, &text))
		project = find_project(buffer_text(&text));
	buffer_release(&text);
	free(name);
	free(folder);
	if (project != NULL && project[0] == '\0') {
		free(project);
		project = NULL;
	}
	return project;
}
