#include "jobs/git_state.h"

#include "base/helper.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/* "# branch.oid <commit>", more headers, then a line per changed file. */
struct git_state git_state_parse(const char *text)
{
	static const char oid[] = "# branch.oid ";
	struct git_state state = {0};
	const char *line = strstr(text, oid);
	if (line == NULL || (line != text && line[-1] != '\n'))
		return state;
	line += strlen(oid);
	size_t length = strspn(line, "0123456789abcdef");
	if ((length != 40 && length != 64) || line[length] != '\n')
		return state; /* "(initial)": no commit yet */
	memcpy(state.commit, line, length);
	state.is_known = true;
	for (line = text; *line != '\0' && !state.is_dirty; line++) {
		state.is_dirty = *line != '#';
		line = strchr(line, '\n');
		if (line == NULL)
			break;
	}
	return state;
}

/* GIT_OPTIONAL_LOCKS=0: asking must not disturb the users' own git in that folder. */
static char **environment_of_git(void)
{
	size_t count = 0, used = 0;
	while (environ[count] != NULL)
		count++;
	char **list = memory_new_array(count + 2, sizeof(*list));
	list[used++] = (char *)"GIT_OPTIONAL_LOCKS=0";
	for (size_t i = 0; i < count; i++)
		if (!text_starts_with(environ[i], "GIT_"))
			list[used++] = environ[i];
	return list;
}

struct git_state git_state_read(const char *folder)
{
	char *argv[] = {(char *)"git", (char *)"-C", (char *)folder, (char *)"status",
		(char *)"--porcelain=v2", (char *)"--branch", (char *)"--untracked-files=no", NULL};
	struct git_state state = {0};
	struct buffer answer = {0};
	char **environment = environment_of_git();
	if (helper_ask(argv, environment, GIT_STATE_MS, &answer))
		state = git_state_parse(buffer_text(&answer));
	free(environment);
	buffer_release(&answer);
	return state;
}
