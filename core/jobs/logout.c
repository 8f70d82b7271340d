#include "jobs/logout.h"

#include "base/helper.h"
#include "base/memory.h"
#include "base/path.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CGROUP_BYTES_MAX (64UL * 1024)

/* The line with that number, without its end; free() it. */
static char *line_of(const char *text, int number)
{
	for (; number > 0 && text != NULL; number--) {
		text = strchr(text, '\n');
		text = text == NULL ? NULL : text + 1;
	}
	return text == NULL ? memory_copy_text("") : memory_copy_span(text, strcspn(text, "\n"));
}

/* `as 2 "root" "naji"` */
static bool names_user(const char *list, const char *user)
{
	char *quoted = memory_format("\"%s\"", user);
	bool names = strstr(list, quoted) != NULL;
	free(quoted);
	return names;
}

enum logout_effect logout_judge(const char *properties, const char *cgroup, const char *user)
{
	char *kill = line_of(properties, 0), *only = line_of(properties, 1),
	     *except = line_of(properties, 2);
	enum logout_effect effect = LOGOUT_UNKNOWN;
	bool is_whole = text_starts_with(only, "as ") && text_starts_with(except, "as ");
	if (strstr(cgroup, "/session-") == NULL || strcmp(kill, "b false") == 0)
		effect = LOGOUT_KEEPS_JOBS;
	else if (strcmp(kill, "b true") == 0 && is_whole)
		effect = names_user(except, user) ||
					 (strcmp(only, "as 0") != 0 && !names_user(only, user))
				 ? LOGOUT_KEEPS_JOBS
				 : LOGOUT_ENDS_JOBS;
	free(kill);
	free(only);
	free(except);
	return effect;
}

enum logout_effect logout_look(void)
{
	char *argv[] = {(char *)"busctl", (char *)"get-property", (char *)"org.freedesktop.login1",
		(char *)"/org/freedesktop/login1", (char *)"org.freedesktop.login1.Manager",
		(char *)"KillUserProcesses", (char *)"KillOnlyUsers", (char *)"KillExcludeUsers",
		NULL};
	struct buffer answer = {0}, cgroup = {0};
	struct passwd entry, *found = NULL;
	char bytes[4096];
	if (!path_exists("/run/systemd/seats"))
		return LOGOUT_KEEPS_JOBS; /* no logind here */
	enum logout_effect effect = LOGOUT_UNKNOWN;
	getpwuid_r(getuid(), &entry, bytes, sizeof(bytes), &found);
	if (path_read_file("/proc/self/cgroup", CGROUP_BYTES_MAX, &cgroup, NULL) &&
		helper_ask(argv, NULL, LOGOUT_MS, &answer))
		effect = logout_judge(buffer_text(&answer), buffer_text(&cgroup),
			found != NULL ? entry.pw_name : "");
	buffer_release(&answer);
	buffer_release(&cgroup);
	return effect;
}
