#include "emulator.h"

#include "base/clock.h"
#include "tests/test.h"
#include "warehouse/http.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#define START_MS 300000 /* a Python with DuckDB, on a loaded machine */

extern char **environ;

const struct emulator_ability emulator_abilities[EMULATOR_COUNT] = {
	[EMULATOR_BQEMULATOR] = {"bqemulator", .is_made_unasked = true, .tells_changed_rows = true,
		.keeps_its_speed = true, .knows_partitions = true},
	[EMULATOR_GOCCY] = {"goccy"},
};

/* Its words go into `said`, so that a skip can name them. */
static pid_t spawn(const char *what, const char *name, const char *port, const char *said)
{
	char *const argv[] = {
		(char *)".ci/emulator", (char *)what, (char *)name, (char *)port, NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(
		&actions, STDOUT_FILENO, said, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
	int failed = posix_spawn(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return failed == 0 ? pid : -1;
}

static void read_reason(struct emulator *emulator, const char *said)
{
	FILE *file = fopen(said, "r");
	char line[200];
	snprintf(emulator->reason, sizeof(emulator->reason), "%s cannot be had",
		emulator_abilities[emulator->kind].name);
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		snprintf(emulator->reason, sizeof(emulator->reason), "%.*s",
			(int)strcspn(line, "\n"), line);
	if (file != NULL)
		fclose(file);
}

static bool install(struct emulator *emulator, const char *said)
{
	const struct emulator_ability *ability = &emulator_abilities[emulator->kind];
	const char *wish = getenv("BACKCOURT_INSTALL_EMULATORS"); /* "all": also the slow ones */
	int status;
	if (!ability->is_made_unasked && (wish == NULL || strcmp(wish, "all") != 0))
		return true; /* `run` then says whether it is there */
	pid_t pid = spawn("install", ability->name, NULL, said);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* True once it answers; false when it has ended or takes too long. */
static bool wait_until_ready(struct emulator *emulator)
{
	char url[128];
	struct http *http;
	const struct http_settings settings = {0};
	int64_t deadline_ms = clock_monotonic_ms() + START_MS;
	bool is_ready = false;
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/bigquery/v2/projects/test/datasets",
		emulator->port);
	assert_true(http_new(&settings, &http, NULL));
	while (!is_ready && clock_monotonic_ms() < deadline_ms) {
		const struct http_request request = {
			.url = url, .reply_bytes_max = 1048576, .is_plain_allowed = true};
		struct http_reply reply = {0};
		is_ready = http_send(http, &request, &reply, NULL) == HTTP_ANSWERED &&
			   reply.status == 200;
		http_reply_release(&reply);
		if (!is_ready && waitpid(emulator->pid, NULL, WNOHANG) == emulator->pid) {
			emulator->pid = 0;
			break;
		}
		if (!is_ready)
			retry_default.sleep_ms(NULL, 50);
	}
	http_free(http);
	return is_ready;
}

static bool run(struct emulator *emulator, const char *said)
{
	char port[16];
	free_ports_take(&emulator->ports, 2);
	emulator->port = emulator->ports.first;
	snprintf(port, sizeof(port), "%d", emulator->port);
	emulator->pid = spawn("run", emulator_abilities[emulator->kind].name, port, said);
	return emulator->pid > 0 && wait_until_ready(emulator);
}

bool emulator_start(struct emulator *emulator, enum emulator_kind kind)
{
	char *folder = test_folder();
	char *said = memory_format("%s/emulator", folder);
	*emulator = (struct emulator){.kind = kind};
	bool is_ready = install(emulator, said) && run(emulator, said);
	if (is_ready) {
		char *host = memory_format("127.0.0.1:%d", emulator->port);
		setenv("BIGQUERY_EMULATOR_HOST", host, 1);
		free(host);
	} else {
		read_reason(emulator, said);
		emulator_stop(emulator);
	}
	free(said);
	free(folder);
	return is_ready;
}

void emulator_stop(struct emulator *emulator)
{
	free_ports_release(&emulator->ports);
	if (emulator->pid <= 0)
		return;
	kill(emulator->pid, SIGKILL); /* it has nothing to save */
	waitpid(emulator->pid, NULL, 0);
	emulator->pid = 0;
	unsetenv("BIGQUERY_EMULATOR_HOST");
}
