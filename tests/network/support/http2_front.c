#include "tests/network/support/http2_front.h"

#include "tests/network/support/free_port.h"
#include "tests/network/support/test_certificate.h"
#include "tests/network/support/test_key.h"
#include "tests/test.h"

#include "base/clock.h"
#include "base/helper.h"

#include <fcntl.h>
#include <openssl/pem.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#define PATIENCE_MS   120000
#define ARGUMENTS_MAX 24
#define STARTS_MAX    100

extern char **environ;

struct http2_front {
	char *certificate, *key;
	char *arguments[ARGUMENTS_MAX];
	size_t argument_count;
	struct free_ports ports;
	pid_t pid, retired; /* 0: none */
	int output;	    /* its logs; of the newest */
	struct buffer said;
};

bool http2_front_is_there(void)
{
	char *argv[] = {(char *)"nghttpx", (char *)"--version", NULL};
	struct buffer answer = {0};
	bool is_there = helper_ask(argv, NULL, PATIENCE_MS, &answer);
	buffer_release(&answer);
	return is_there;
}

static void write_certificate(struct http2_front *front, const char *folder)
{
	struct test_certificate made;
	char *bytes;
	test_certificate_make(&made, "IP:127.0.0.1", false);
	BIO *into = BIO_new(BIO_s_mem());
	assert_int_equal(PEM_write_bio_PrivateKey(into, SSL_CTX_get0_privatekey(made.context), NULL,
				 NULL, 0, NULL, NULL),
		1);
	long length = BIO_get_mem_data(into, &bytes);
	char *key = memory_copy_span(bytes, (size_t)length);
	front->key = test_key_write(folder, "front-key.pem", key, 0600);
	front->certificate = test_key_write(folder, "front.pem", made.pem, 0600);
	BIO_free(into);
	free(key);
	test_certificate_release(&made);
}

static void add(struct http2_front *front, char *argument)
{
	assert_true(front->argument_count < ARGUMENTS_MAX - 1);
	front->arguments[front->argument_count++] = argument;
}

struct http2_front *http2_front_new(
	const char *folder, const struct http2_route *routes, size_t count)
{
	static const char *const words[] = {"setpriv", "--pdeathsig", "KILL", "nghttpx",
		"--conf=/dev/null", "--workers=1", "--no-ocsp", "--log-level=NOTICE",
		"--accesslog-file=/dev/stderr",
		"--accesslog-format=ACCESS $protocol_version $remote_port $status $path"};
	struct http2_front *front = memory_new(sizeof(*front));
	free_ports_take(&front->ports, 1);
	front->output = -1;
	write_certificate(front, folder);
	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		add(front, memory_copy_text(words[i]));
	add(front, memory_format("--frontend=127.0.0.1,%d", front->ports.first));
	for (size_t i = 0; i < count; i++)
		add(front, memory_format("--backend=127.0.0.1,%d;%s%s", routes[i].port,
				   routes[i].path, strcmp(routes[i].path, "/") == 0 ? "" : "/"));
	add(front, memory_copy_text(front->key));
	add(front, memory_copy_text(front->certificate));
	return front;
}

/* The next piece of its log; false: it has ended. */
static bool read_more(struct http2_front *front, int64_t deadline_ms)
{
	char bytes[4096];
	struct pollfd wait = {.fd = front->output, .events = POLLIN};
	int64_t left_ms = deadline_ms - clock_monotonic_ms();
	if (left_ms <= 0 || poll(&wait, 1, (int)left_ms) == 0)
		fail_msg("nghttpx says nothing more: %s", buffer_text(&front->said));
	ssize_t got = read(front->output, bytes, sizeof(bytes));
	if (got > 0)
		buffer_add(&front->said, bytes, (size_t)got);
	return got > 0;
}

/* False: it has ended without saying that. */
static bool wait_for_word(struct http2_front *front, const char *word, int64_t deadline_ms)
{
	while (strstr(buffer_text(&front->said), word) == NULL)
		if (!read_more(front, deadline_ms))
			return false;
	return true;
}

/* In a group of its own: it works in a child, and both are to be killed. */
static void spawn(struct http2_front *front)
{
	int ends[2];
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
	assert_int_equal(posix_spawnp(&front->pid, front->arguments[0], &actions, &attributes,
				 front->arguments, environ),
		0);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	close(ends[1]);
	front->output = ends[0];
}

static void end(pid_t *pid)
{
	if (*pid == 0)
		return;
	kill(-*pid, SIGKILL);
	assert_int_equal(waitpid(*pid, NULL, 0), *pid);
	*pid = 0;
}

void http2_front_kill(struct http2_front *front)
{
	end(&front->pid);
	if (front->output >= 0)
		close(front->output);
	front->output = -1;
}

/* One that has just ended may hold the port a moment longer: then the next cannot begin yet. */
void http2_front_start(struct http2_front *front)
{
	int64_t deadline_ms = clock_monotonic_ms() + PATIENCE_MS;
	for (int i = 0; i < STARTS_MAX; i++) {
		if (front->output >= 0)
			close(front->output);
		buffer_clear(&front->said);
		spawn(front);
		if (wait_for_word(front, "Created worker thread", deadline_ms))
			return;
		http2_front_kill(front);
	}
	fail_msg("nghttpx does not start: %s", buffer_text(&front->said));
}

void http2_front_retire(struct http2_front *front)
{
	assert_int_equal(front->retired, 0);
	assert_int_equal(kill(front->pid, SIGQUIT), 0);
	assert_true(wait_for_word(
		front, "Graceful shutdown commencing", clock_monotonic_ms() + PATIENCE_MS));
	front->retired = front->pid;
	front->pid = 0;
}

void http2_front_free(struct http2_front *front)
{
	http2_front_kill(front);
	end(&front->retired);
	free_ports_release(&front->ports);
	for (size_t i = 0; i < front->argument_count; i++)
		free(front->arguments[i]);
	buffer_release(&front->said);
	free(front->certificate);
	free(front->key);
	free(front);
}

int http2_front_port(const struct http2_front *front)
{
	return front->ports.first;
}

const char *http2_front_certificate(const struct http2_front *front)
{
	return front->certificate;
}

/* "ACCESS HTTP/2 51224 200 /x" */
struct http2_line http2_front_line(struct http2_front *front, const char *path)
{
	struct http2_line line = {0};
	char *words[5];
	char *end_of_line = memory_format(" %s\n", path);
	if (!wait_for_word(front, end_of_line, clock_monotonic_ms() + PATIENCE_MS))
		fail_msg("nghttpx has ended: %s", buffer_text(&front->said));
	const char *last = strstr(buffer_text(&front->said), end_of_line);
	const char *first = last;
	while (first > front->said.bytes && first[-1] != '\n')
		first--;
	char *text = memory_copy_span(first, (size_t)(last - first));
	assert_int_equal(text_split_words(text, words, ARRAY_COUNT(words)), 4);
	assert_string_equal(words[0], "ACCESS");
	text_copy(line.protocol, sizeof(line.protocol), words[1]);
	line.client_port = (int)strtol(words[2], NULL, 10);
	line.status = (int)strtol(words[3], NULL, 10);
	free(text);
	free(end_of_line);
	return line;
}
