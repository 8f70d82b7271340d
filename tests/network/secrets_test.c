/*
 * No secret leaves the program but to whom it belongs: every verb is run against a Google that
 * repeats the token in its answers, with hooks and webhooks, and then everything that was printed,
 * written or handed to another process is searched for what was planted.
 */
#include "tests/network/support/fake_server.h"
#include "tests/network/support/test_key.h"
#include "tests/network/support/tls_front.h"
#include "tests/support/program.h"
#include "tests/support/scripts.h"
#include "tests/test.h"

#include "base/path.h"

#include <fcntl.h>
#include <ftw.h>
#include <jansson.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define TOKEN	 "ya29.planted-in-the-answer-of-the-token-endpoint"
#define HMAC	 "hush-the-key-of-signatures"
#define URL_PATH "hush-the-path-of-the-webhook"

static const struct script_table tables[] = {
	{"pcf", "phase4_simulator", "], \"env\": {\"SIMULATE_EMPTY\": \"2021-11-16\"}", NULL}, {0}};

struct place {
	struct fake *google, *listener; /* listener: of the webhook */
	struct tls_front *front;
	struct scripts scripts;
	char *home, *key, *authority, *warehouse;
	char *proxy, *credential; /* of the environment */
	char *pem_line;		  /* one of the private key's lines */
	int answered;
};

/* Refusals that are not repeated, in turn; those of 401 and the texts repeat what was sent. */
static void refuse(const struct fake_request *request, struct fake_answer *answer, void *context)
{
	struct place *place = context;
	static const struct fake_answer refusals[] = {
		{.status = 401,
			.body = "{\"error\":{\"code\":401,\"message\":\"Invalid Credentials: "
				"Bearer " TOKEN "\",\"errors\":[{\"reason\":\"authError\"}]}}"},
		{.status = 400,
			.body = "{\"error\":{\"code\":400,\"message\":\"" TOKEN
				"\",\"errors\":[{\"reason\":\"invalid\"}]}}"},
		{.status = 403, .body = "<html>Authorization: Bearer " TOKEN "</html>"},
		{.body = "Authorization: Bearer " TOKEN},
		{.status = 302, .headers = "Location: https://127.0.0.1:1/?" TOKEN "\r\n"},
		{.fault = FAKE_ENDLESS_HEADERS, .headers = "X-Token: " TOKEN "\r\n"}};
	if (strstr(request->path, "/token") != NULL)
		*answer = (struct fake_answer){
			.body = "{\"access_token\":\"" TOKEN "\",\"expires_in\":3599}"};
	else
		*answer = refusals[(size_t)place->answered++ % ARRAY_COUNT(refusals)];
}

static void take_alert(
	const struct fake_request *request, struct fake_answer *answer, void *context)
{
	(void)request;
	(void)context;
	answer->status = 410;
	answer->body = "no such hook: /" URL_PATH;
}

/* A line out of the middle of the key in the file. */
static char *cut_pem_line(const char *key_file)
{
	json_t *tree = json_loads(key_file, 0, NULL);
	const char *pem = json_string_value(json_object_get(tree, "private_key"));
	for (int line = 0; line < 10; line++)
		pem = strchr(pem, '\n') + 1;
	char *cut = memory_copy_span(pem, strcspn(pem, "\n"));
	assert_int_equal(strlen(cut), 64);
	json_decref(tree);
	return cut;
}

static void write_files(struct place *place)
{
	char *key = test_key_file(2048);
	place->key = test_key_write(place->home, "key.json", key, 0600);
	place->pem_line = cut_pem_line(key);
	place->authority = test_key_write(
		place->home, "authority.pem", tls_front_certificate(place->front), 0600);
	place->warehouse = memory_format("bigquery:p?ca_file=%s", place->authority);
	place->proxy =
		memory_format("https_proxy=http://127.0.0.1:%d", tls_front_port(place->front));
	place->credential = memory_format("GOOGLE_APPLICATION_CREDENTIALS=%s", place->key);
	free(key);
}

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	place->google = fake_start();
	place->listener = fake_start();
	place->front = tls_front_start(
		fake_port(place->google), (struct tls_front_manners){.is_proxy = true});
	fake_handle(place->google, refuse, place);
	fake_handle(place->listener, take_alert, place);
	scripts_open(&place->scripts, tables);
	place->home = place->scripts.home;
	write_files(place);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	tls_front_finish(place->front);
	fake_finish(place->google);
	fake_finish(place->listener);
	free(place->key);
	free(place->authority);
	free(place->warehouse);
	free(place->proxy);
	free(place->credential);
	free(place->pem_line);
	scripts_close(&place->scripts);
	free(place);
	return 0;
}

/* What no text may hold. The assertion is the newest that went to the token endpoint. */
static const char *find_secret(struct place *place, const char *text, size_t length)
{
	const char *form = fake_body(place->google, "POST /token", 0);
	const char *assertion = strrchr(form, '.'); /* its signature */
	const char *const secrets[] = {TOKEN, HMAC, URL_PATH, place->pem_line, assertion};
	for (size_t i = 0; i < ARRAY_COUNT(secrets); i++)
		if (secrets[i] != NULL &&
			memmem(text, length, secrets[i], strlen(secrets[i])) != NULL)
			return secrets[i];
	return NULL;
}

static void expect_none(struct place *place, const char *where, const char *text, size_t length)
{
	const char *secret = find_secret(place, text, length);
	if (secret != NULL)
		fail_msg("%s holds %.40s", where, secret);
}

static struct place *searched;
static size_t file_count;

static int search_file(const char *path, const struct stat *about, int kind, struct FTW *walk)
{
	static const char *const ours[] = {"key.json", "authority.pem", "webhook"};
	struct buffer text = {0};
	(void)about;
	for (size_t i = 0; i < ARRAY_COUNT(ours); i++)
		if (strcmp(path + walk->base, ours[i]) == 0)
			return 0;
	if (kind != FTW_F)
		return 0;
	if (!path_read_file(path, (size_t)64 << 20, &text, NULL))
		fail_msg("%s cannot be read", path);
	expect_none(searched, path, buffer_text(&text), text.length);
	buffer_release(&text);
	file_count++;
	return 0;
}

/* Everything below the home of the program: its log, ledger, runs, settings, what a hook wrote. */
static void search_home(struct place *place)
{
	searched = place;
	file_count = 0;
	assert_int_equal(nftw(place->home, search_file, 16, FTW_PHYS), 0);
}

static char *run(struct place *place, const char *const *arguments)
{
	const char *const variables[] = {place->proxy, place->credential, NULL};
	struct program program = program_start_with(place->home, variables, arguments);
	struct program_result result = program_finish(&program);
	if (result.status == 0 || result.status > 4)
		fail_msg("%s ends with %d: %s", arguments[0], result.status, result.output);
	expect_none(place, arguments[0], result.output, strlen(result.output));
	return result.output;
}

static void no_verb_says_or_writes_a_secret(void **state)
{
	struct place *place = *state;
#define GOOGLE "--warehouse", place->warehouse, "--range", "2021-11-16..2021-11-16"
	const char *const verbs[][12] = {{"doctor", GOOGLE}, {"doctor", "--json", GOOGLE},
		{"coverage", GOOGLE}, {"health", GOOGLE}, {"run", GOOGLE}, {"status", GOOGLE},
		{"push", "--raw", "--create", "--remote", place->warehouse},
		{"pull", "--raw", "--create", "--remote", place->warehouse}};
	size_t refused_count = 0;
	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < ARRAY_COUNT(verbs); i++) {
			char *said = run(place, verbs[i]);
			refused_count += strstr(said, "***") != NULL;
			free(said);
		}
	search_home(place);
	/* It was no idle search: tokens went out, and came back in what was told. */
	assert_non_null(strstr(fake_headers(place->google, "POST /bigquery", 0), "Bearer " TOKEN));
	assert_true(refused_count > 0);
	assert_true(place->answered > 12);
}

/* The hook writes down all that it and its parent were given. */
static void what_other_processes_can_see_holds_no_secret(void **state)
{
	struct place *place = *state;
	char *hook = memory_format(
		"#!/bin/sh\nenv >%s/seen\ncat /proc/$PPID/cmdline /proc/$PPID/environ "
		">>%s/seen\n",
		place->home, place->home);
	char *hook_file = test_key_write(place->home, "hook", hook, 0700);
	char *way = memory_format(
		"url = %s/" URL_PATH "\nsecret = " HMAC "\n", fake_url(place->listener));
	char *way_file = test_key_write(place->home, "webhook", way, 0600);
	const char *const arguments[] = {"run", "--pipeline", place->scripts.pipeline,
		"--warehouse", place->scripts.warehouse, "--alert-hook", hook_file,
		"--alert-webhook", way_file, NULL};
	char *said = run(place, arguments);
	assert_non_null(strstr(said, "status 410"));
	assert_non_null(strstr(fake_path(place->listener, "POST", 0), URL_PATH));
	assert_non_null(strstr(fake_headers(place->listener, "POST", 0), "X-Signature: t="));
	search_home(place);
	assert_true(file_count > 4);
	char *seen = path_join(place->home, "seen");
	assert_true(path_exists(seen));
	free(seen);
	free(said);
	free(hook);
	free(hook_file);
	free(way);
	free(way_file);
}

static void let_cores_be_written(void)
{
	const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
	if (setrlimit(RLIMIT_CORE, &unlimited) != 0)
		skip();
}

static bool would_leave_a_core(const char *folder)
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		if (chdir(folder) == 0)
			signal(SIGABRT, SIG_DFL);
		raise(SIGABRT);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) && WCOREDUMP(status);
}

static void silent(const struct fake_request *request, struct fake_answer *answer, void *context)
{
	(void)context;
	if (strstr(request->path, "/token") != NULL)
		answer->body = "{\"access_token\":\"" TOKEN "\",\"expires_in\":3599}";
	else
		answer->fault = FAKE_SILENT;
}

/* While it waits for Google, with the key and a token in memory. */
static void a_program_that_dies_leaves_no_core_file(void **state)
{
	struct place *place = *state;
	const char *const variables[] = {place->proxy, place->credential, NULL};
	const char *const arguments[] = {"coverage", "--warehouse", place->warehouse, NULL};
	int status;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	print_message("# skipped: a sanitizer's process leaves no core file, or an endless one\n");
	skip();
#endif
	let_cores_be_written();
	if (!would_leave_a_core(place->home)) {
		print_message("# skipped: no process leaves a core file on this machine\n");
		skip();
	}
	fake_handle(place->google, silent, NULL);
	/* A core file may be written there: the project's own folder has one called core. */
	int here = open(".", O_RDONLY | O_CLOEXEC);
	assert_int_equal(chdir(place->home), 0);
	struct program program = program_start_with(place->home, variables, arguments);
	assert_int_equal(fchdir(here), 0);
	close(here);
	fake_wait_for(place->google, "POST /bigquery", 1);
	assert_int_equal(kill(program.pid, SIGSEGV), 0);
	assert_int_equal(waitpid(program.pid, &status, 0), program.pid);
	close(program.output);
	assert_true(WIFSIGNALED(status));
	assert_false(WCOREDUMP(status));
}

static int forget(void **state)
{
	(void)state;
	test_key_free();
	scripts_forget(NULL);
	return 0;
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(no_verb_says_or_writes_a_secret),
		TEST(what_other_processes_can_see_holds_no_secret),
		TEST(a_program_that_dies_leaves_no_core_file),
	};
	return cmocka_run_group_tests(tests, NULL, forget);
}
