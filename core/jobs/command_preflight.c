#include "command_parts.h"

#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_LINE_BYTES 256 /* what the kernel reads of it (execve(2)) */

static bool check_folder(const struct command *command, struct error *err)
{
	struct stat found;
	if (stat(command->cwd, &found) != 0)
		return error_set_system(err, errno, "%s: cannot use the folder %s (job.cwd)",
			command->table, command->cwd);
	if (!S_ISDIR(found.st_mode))
		return error_set(err, ERROR_CONFIG, "%s: %s (job.cwd) is no folder", command->table,
			command->cwd);
	if (access(command->cwd, X_OK) == 0)
		return true;
	return error_set_system(err, errno, "%s: cannot enter the folder %s (job.cwd)",
		command->table, command->cwd);
}

static char *below_cwd(const struct command *command, const char *path)
{
	return path[0] == '/' ? memory_copy_text(path) : path_join(command->cwd, path);
}

static bool is_executable_file(const char *path)
{
	struct stat found;
	if (stat(path, &found) != 0)
		return false;
	if (!S_ISREG(found.st_mode)) {
		errno = EACCES;
		return false;
	}
	return access(path, X_OK) == 0;
}

/* As posix_spawnp will: the first executable file of that name; NULL when there is none. */
static char *find_in_path(const struct command *command, const char *name)
{
	const char *at = command_variable_value(command, "PATH");
	if (at == NULL)
		at = getenv("PATH");
	while (at != NULL && *at != '\0') {
		size_t length = strcspn(at, ":");
		char *folder = memory_copy_span(at, length);
		char *shown = below_cwd(command, folder[0] == '\0' ? "." : folder);
		char *path = path_join(shown, name);
		free(folder);
		free(shown);
		if (is_executable_file(path))
			return path;
		free(path);
		at += length + (at[length] == ':');
	}
	return NULL;
}

/* What a dangling link points at, for the message: an interpreter that was removed below a venv. */
static char *dangling_target(const char *path)
{
	char target[COMMAND_TEXT_BYTES_MAX];
	ssize_t length = readlink(path, target, sizeof(target) - 1);
	if (length <= 0 || path_exists(path))
		return NULL;
	return memory_copy_span(target, (size_t)length);
}

static bool refuse_program(
	const struct command *command, const char *path, int reason, struct error *err)
{
	char *target = dangling_target(path);
	if (target != NULL)
		error_set(err, ERROR_CONFIG,
			"%s: %s is a link to %s, which is not there (was the interpreter removed?)",
			command->table, path, target);
	else
		error_set_system(
			err, reason, "%s: cannot run %s (job.argv[0])", command->table, path);
	free(target);
	return false;
}

static bool find_program(const struct command *command, char **path, struct error *err)
{
	const char *name = command->argv[0];
	if (strchr(name, '/') == NULL) {
		*path = find_in_path(command, name);
		return *path != NULL ||
		       error_set(err, ERROR_CONFIG, "%s: no program %s in PATH (job.argv[0])",
			       command->table, name);
	}
	char *found = below_cwd(command, name);
	if (!is_executable_file(found)) {
		refuse_program(command, found, errno, err);
		free(found);
		return false;
	}
	*path = found;
	return true;
}

/* "#!/interpreter argument": its absence reads as if the script itself were missing. */
static bool check_interpreter(const struct command *command, const char *path, struct error *err)
{
	char line[FIRST_LINE_BYTES + 1];
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t got = file < 0 ? -1 : read(file, line, FIRST_LINE_BYTES);
	if (file >= 0)
		close(file);
	line[got > 0 ? got : 0] = '\0';
	if (strncmp(line, "#!", 2) != 0)
		return true; /* an ELF program, or one that we may run and not read */
	char *name = line + 2 + strspn(line + 2, " \t");
	name[strcspn(name, " \t\r\n")] = '\0';
	char *interpreter = below_cwd(command, name);
	bool found = is_executable_file(interpreter);
	if (!found)
		error_set_system(err, errno, "%s: cannot run %s: its first line asks for %s",
			command->table, path, name);
	free(interpreter);
	return found;
}

/* NULL: the first argument is none. */
static char *find_script(const struct command *command)
{
	unsigned words = 0;
	char unknown[TEMPLATE_UNKNOWN_BYTES];
	const char *script = command->argv_count > 1 ? command->argv[1] : "-";
	if (script[0] == '-' || strchr(script, '/') == NULL ||
		!template_scan(script, &words, unknown) || words != 0)
		return NULL;
	return below_cwd(command, script);
}

char *command_subject(const struct command *command)
{
	char *script = find_script(command);
	return script != NULL ? script : memory_copy_text(command->cwd);
}

/* An interpreter would start, say that the script is missing and end: that is known before. */
static bool check_script(const struct command *command, struct error *err)
{
	char *path = find_script(command);
	bool found = path == NULL || access(path, R_OK) == 0 ||
		     error_set_system(err, errno, "%s: cannot read the script %s (job.argv[1])",
			     command->table, path);
	free(path);
	return found;
}

bool command_preflight(const struct command *command, struct error *err)
{
	char *program = NULL;
	bool ready = check_folder(command, err) && find_program(command, &program, err) &&
		     check_interpreter(command, program, err) && check_script(command, err);
	free(program);
	return ready;
}

enum command_prediction command_predict(
	const struct pipeline *pipeline, size_t table, const int64_t *rows, struct buffer *why)
{
	const struct pipeline_job *job = &pipeline->tables[table].job;
	enum command_prediction prediction = COMMAND_ACCEPTS;
	for (size_t i = 0; i < job->minimum_count; i++) {
		const struct job_minimum *minimum = &job->minimums[i];
		const char *name = pipeline->tables[minimum->table].name;
		int64_t found = rows[minimum->table];
		if (found >= minimum->rows)
			continue;
		buffer_add_text(why, why->length > 0 ? ", " : "");
		if (found < 0) {
			buffer_add_format(why, "%s unknown", name);
			prediction = prediction == COMMAND_REFUSES ? prediction : COMMAND_UNKNOWN;
		} else {
			buffer_add_format(why, "%s %lld < %lld", name, (long long)found,
				(long long)minimum->rows);
			prediction = COMMAND_REFUSES;
		}
	}
	return prediction;
}
