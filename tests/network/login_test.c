/* Logins that the environment or the user asks for: gcloud itself, ready tokens, impersonation. */
#include "tests/network/support/fake_server.h"
#include "tests/network/support/no_time.h"
#include "tests/network/support/test_key.h"
#include "tests/test.h"

#include "base/cancel.h"
#include "base/path.h"
#include "core/warehouse/gcloud.h"
#include "warehouse/access_token.h"
#include "warehouse/warehouse.h"

#include <sys/stat.h>

#define USER                                                                    \
	"{\"type\":\"authorized_user\",\"client_id\":\"id\",\"client_secret\":" \
	"\"s&cret\",\"refresh_token\":\"1//refresh\"}"

static const char *const variables[] = {"HOME", "PATH", "CLOUDSDK_CONFIG", "NO_GCE_CHECK",
	"CLOUDSDK_ACTIVE_CONFIG_NAME", "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE",
	"CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT", "GOOGLE_APPLICATION_CREDENTIALS",
	"GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_QUOTA_PROJECT"};

struct place {
	struct fake *fake;
	struct http *http;
	char *folder;
	char *saved[ARRAY_COUNT(variables)];
};

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	const struct http_settings settings = {.policy = &no_time};
	for (size_t i = 0; i < ARRAY_COUNT(variables); i++) {
		place->saved[i] = memory_copy_text(getenv(variables[i]));
		unsetenv(variables[i]);
	}
	no_time_reset();
	place->fake = fake_start();
	place->folder = test_folder();
	assert_true(http_new(&settings, &place->http, NULL));
	setenv("HOME", place->folder, 1);
	setenv("NO_GCE_CHECK", "true", 1);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	for (size_t i = 0; i < ARRAY_COUNT(variables); i++) {
		if (place->saved[i] != NULL)
			setenv(variables[i], place->saved[i], 1);
		else
			unsetenv(variables[i]);
		free(place->saved[i]);
	}
	http_free(place->http);
	fake_finish(place->fake);
	free(place->folder);
	free(place);
	return 0;
}

/* A "gcloud" of the test's, the only one on the path; it notes that it was started, and how. */
static void make_gcloud(const struct place *place, const char *lines)
{
	char *text =
		memory_format("#!/bin/sh\necho \"$*\" >>%s/started\n%s\n", place->folder, lines);
	char *path = test_key_write(place->folder, "gcloud", text, 0700);
	char *search = memory_format("%s:/bin:/usr/bin", place->folder);
	setenv("PATH", search, 1);
	free(search);
	free(path);
	free(text);
}

static char *read_started(const struct place *place)
{
	struct buffer text = {0};
	char *path = path_join(place->folder, "started");
	path_read_file(path, 4096, &text, NULL);
	free(path);
	return text.bytes != NULL ? text.bytes : memory_copy_text("");
}

static struct credential *find(bool is_gcloud_asked)
{
	const struct credential_search search = {.is_gcloud_asked = is_gcloud_asked};
	struct credential *credential;
	struct error err = {0};
	if (!credential_find(&search, &credential, &err))
		fail_msg("%s", err.text);
	return credential;
}

/* The token, or NULL and why not; nothing of it may be a secret. */
static char *ask(struct place *place, const struct credential *credential, struct error *err)
{
	char *token = NULL;
	const struct token_settings settings = {.credential = credential,
		.scope = SCOPE_BIGQUERY,
		.test_origin = fake_url(place->fake)};
	struct token_source *source = token_source_new(&settings);
	*err = (struct error){0};
	token_source_get(source, place->http, NULL, &token, err);
	token_source_free(source);
	assert_null(strstr(err->text, "s&cret"));
	assert_null(strstr(err->text, "1//refresh"));
	assert_null(strstr(err->text, "(null)"));
	return token;
}

static void gcloud_is_started_only_when_the_user_asks_for_it(void **state)
{
	struct place *place = *state;
	struct credential *credential;
	struct error err;
	const struct credential_search search = {0};
	make_gcloud(place, "echo ya29.of-gcloud");
	assert_false(credential_find(&search, &credential, &err));
	char *started = read_started(place);
	assert_string_equal(started, "");
	free(started);
	credential = find(true);
	assert_string_equal(credential_kind_name(credential), "gcloud");
	char *token = ask(place, credential, &err);
	if (token == NULL)
		fail_msg("%s", err.text);
	assert_string_equal(token, "ya29.of-gcloud");
	started = read_started(place);
	assert_string_equal(started, "auth print-access-token --quiet\n");
	free(started);
	secret_free(token);
	credential_free(credential);
}

static void a_gcloud_that_fails_is_told_in_its_own_words(void **state)
{
	struct place *place = *state;
	static const struct {
		const char *lines, *words;
	} cases[] = {
		{"echo 'ERROR: no \033[31mactive account' >&2; exit 1", "no ?[31mactive account"},
		{"exit 3", "it says nothing"},
		{"kill -9 $$", "it says nothing"},
		{"echo; echo later", "printed no token"},
		{"echo 'ya29.with a blank'", "printed no token"},
		{"while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa || exit 1; "
		 "done",
			"print-access-token failed"},
	};
	struct error err;
	struct credential *credential = find(true);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		make_gcloud(place, cases[i].lines);
		assert_null(ask(place, credential, &err));
		if (strstr(err.text, cases[i].words) == NULL)
			fail_msg("%s: \"%s\" is not in: %s", cases[i].lines, cases[i].words,
				err.text);
	}
	/* A login that has ended: what wants the next token is refused like the first. */
	make_gcloud(place, "exit 1");
	assert_null(ask(place, credential, &err));
	assert_int_equal(err.kind, ERROR_REFUSED);
	assert_non_null(strstr(err.text, "failed (run: gcloud auth login): "));
	setenv("PATH", "/nowhere", 1);
	assert_null(ask(place, credential, &err));
	assert_non_null(strstr(err.text, "cannot start gcloud"));
	credential_free(credential);
}

/* No more than a token of its limit, and not for longer than it may take; what it started goes too.
 */
static void a_gcloud_without_an_end_is_ended(void **state)
{
	struct place *place = *state;
	struct error err = {0};
	char *token = NULL;
	struct credential *credential = find(true);
	const struct token_settings settings = {
		.credential = credential, .scope = SCOPE_BIGQUERY, .gcloud_ms = 300};
	struct token_source *source = token_source_new(&settings);
	make_gcloud(place, "echo ya29.half; sleep 1000 & sleep 1000");
	assert_false(token_source_get(source, place->http, NULL, &token, &err));
	assert_non_null(strstr(err.text, "print-access-token took more than "));
	assert_int_equal(err.kind, ERROR_CONFIG);
	/* Closed outputs are no end of it either. */
	make_gcloud(place, "echo ya29.whole; exec >/dev/null 2>&1; sleep 1000");
	assert_false(token_source_get(source, place->http, NULL, &token, &err));
	assert_non_null(strstr(err.text, "print-access-token took more than "));
	assert_null(strstr(err.text, "ya29"));
	token_source_free(source);
	credential_free(credential);
}

static void what_gcloud_prints_has_a_limit(void **state)
{
	struct place *place = *state;
	struct error err;
	struct credential *credential = find(true);
	/* The limit counts the end of the line. */
	make_gcloud(place, "head -c 8191 /dev/zero | tr '\\0' a; echo");
	char *token = ask(place, credential, &err);
	if (token == NULL)
		fail_msg("%s", err.text);
	assert_int_equal(strlen(token), GCLOUD_BYTES_MAX - 1);
	secret_free(token);
	make_gcloud(place, "head -c 8192 /dev/zero | tr '\\0' a; echo");
	assert_null(ask(place, credential, &err));
	assert_non_null(strstr(err.text, "more than a token of 8192 bytes"));
	/* A complaint without end is none of an answer's business. */
	make_gcloud(place, "head -c 100000 /dev/zero | tr '\\0' b >&2; echo ya29.good");
	token = ask(place, credential, &err);
	if (token == NULL)
		fail_msg("%s", err.text);
	assert_string_equal(token, "ya29.good");
	secret_free(token);
	credential_free(credential);
}

static void a_stop_does_not_wait_for_gcloud(void **state)
{
	struct place *place = *state;
	struct error err = {0};
	struct cancel *cancel;
	char *token = NULL;
	struct credential *credential = find(true);
	const struct token_settings settings = {.credential = credential, .scope = SCOPE_BIGQUERY};
	struct token_source *source = token_source_new(&settings);
	make_gcloud(place, "sleep 1000");
	assert_true(cancel_new(&cancel, &err));
	cancel_raise(cancel, CANCEL_NOW);
	assert_false(token_source_get(source, place->http, cancel, &token, &err));
	assert_int_equal(err.kind, ERROR_CANCELLED);
	cancel_free(cancel);
	token_source_free(source);
	credential_free(credential);
}

static void expect_project(const char *wanted)
{
	struct warehouse *warehouse;
	struct error err = {0};
	bool done = warehouse_open("bigquery:?auth=gcloud", WAREHOUSE_READ, &warehouse, &err);
	if (done != (wanted != NULL))
		fail_msg("%s", done ? "a project came from nowhere" : err.text);
	if (!done)
		return;
	char *name = memory_format("bigquery:%s", wanted);
	assert_string_equal(warehouse_name(warehouse), name);
	free(name);
	warehouse_close(warehouse);
}

static void write_configuration(const struct place *place, const char *name, const char *text)
{
	free(test_key_write(place->folder, name, text, 0600));
}

static void the_active_configuration_of_gcloud_names_the_project(void **state)
{
	struct place *place = *state;
	struct error err;
	char *configurations = path_join(place->folder, "configurations");
	expect_project(NULL);
	assert_true(path_make_folder(configurations, &err));
	setenv("CLOUDSDK_CONFIG", place->folder, 1);
	write_configuration(place, "configurations/config_default",
		"[compute]\nproject = wrong\n\n[core]\naccount = me\nproject = of-default\n");
	write_configuration(place, "configurations/config_work", "[core]\r\nproject=of-work\r\n");
	write_configuration(place, "configurations/config_none", "[core]\nproject =\n");
	expect_project("of-default");
	write_configuration(place, "active_config", "work\n");
	expect_project("of-work");
	setenv("CLOUDSDK_ACTIVE_CONFIG_NAME", "none", 1);
	expect_project(NULL);
	setenv("CLOUDSDK_ACTIVE_CONFIG_NAME", "../configurations/config_work", 1);
	expect_project(NULL);
	setenv("GOOGLE_CLOUD_PROJECT", "first", 1);
	expect_project("first");
	free(configurations);
}

static void a_machine_of_google_names_its_project_itself(void **state)
{
	struct place *place = *state;
	struct warehouse *warehouse;
	struct error err;
	char host[40];
	static const struct fake_step steps[] = {
		{"GET /computeMetadata/v1/project/project-id",
			{.headers = "Metadata-Flavor: Google\r\n", .body = "of-machine"}},
		{"GET /computeMetadata/", {.body = "of-a-stranger"}},
		{"GET /computeMetadata/",
			{.headers = "Metadata-Flavor: Google\r\n", .body = "no`project"}}};
	FAKE_SCRIPT(place->fake, steps);
	snprintf(host, sizeof(host), "127.0.0.1:%d", fake_port(place->fake));
	setenv("GCE_METADATA_HOST", host, 1);
	setenv("GCE_METADATA_TIMEOUT", "60", 1); /* a second is not much on a busy machine */
	unsetenv("NO_GCE_CHECK");
	bool done = warehouse_open("bigquery:", WAREHOUSE_READ, &warehouse, &err);
	if (!done)
		fail_msg("%s", err.text);
	assert_string_equal(warehouse_name(warehouse), "bigquery:of-machine");
	warehouse_close(warehouse);
	for (int i = 0; i < 2; i++) {
		assert_false(warehouse_open("bigquery:", WAREHOUSE_READ, &warehouse, &err));
		assert_non_null(strstr(err.text, "no project"));
	}
	unsetenv("GCE_METADATA_HOST");
	unsetenv("GCE_METADATA_TIMEOUT");
}

static void files_of_tokens_that_others_can_read_are_told(void **state)
{
	struct place *place = *state;
	struct error err;
	char *file = test_key_write(place->folder, "token", "ya29.ready\n", 0644);
	setenv("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", file, 1);
	struct credential *credential = find(false);
	assert_non_null(strstr(credential_warning(credential), "others can read"));
	char *token = ask(place, credential, &err);
	assert_string_equal(token, "ya29.ready");
	secret_free(token);
	credential_free(credential);
	assert_int_equal(chmod(file, 0600), 0);
	credential = find(false);
	assert_null(credential_warning(credential));
	credential_free(credential);
	unsetenv("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE");
	assert_int_equal(chmod(file, 0640), 0);
	char *text = memory_format("{\"type\":\"external_account\",\"audience\":\"//iam/pool\","
				   "\"subject_token_type\":\"urn:jwt\",\"token_url\":"
				   "\"https://sts.googleapis.com/v1/token\","
				   "\"credential_source\":{\"file\":\"%s\"}}",
		file);
	char *key = test_key_write(place->folder, "external.json", text, 0600);
	setenv("GOOGLE_APPLICATION_CREDENTIALS", key, 1);
	credential = find(false);
	assert_non_null(strstr(credential_warning(credential), file));
	credential_free(credential);
	free(key);
	free(text);
	free(file);
}

/* Put on top by the environment; what is refused below names the file it came from. */
static void an_impersonation_by_the_environment_goes_by_way_of_what_was_found(void **state)
{
	struct place *place = *state;
	struct error err;
	const struct fake_step steps[] = {
		{"POST /token", {.body = "{\"access_token\":\"ya29.user\",\"expires_in\":3599}"}},
		{"POST /v1/projects/-/serviceAccounts/robot%40p.iam:generateAccessToken",
			{.status = 403,
				.body = "{\"error\":{\"status\":\"PERMISSION_DENIED\","
					"\"message\":\"no\"}}"}},
		{"POST /token", {.status = 400, .body = "{\"error\":\"invalid_grant\"}"}}};
	FAKE_SCRIPT(place->fake, steps);
	char *key = test_key_write(place->folder, "user.json", USER, 0600);
	setenv("GOOGLE_APPLICATION_CREDENTIALS", key, 1);
	setenv("CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT", "robot@p.iam", 1);
	setenv("GOOGLE_CLOUD_QUOTA_PROJECT", "pays", 1);
	struct credential *credential = find(false);
	assert_string_equal(credential_email(credential), "robot@p.iam");
	assert_string_equal(credential_quota_project(credential), "pays");
	assert_null(ask(place, credential, &err));
	assert_non_null(strstr(err.text, "roles/iam.serviceAccountTokenCreator"));
	assert_null(ask(place, credential, &err));
	assert_non_null(strstr(err.text, "gcloud auth application-default login"));
	assert_non_null(strstr(err.text, "user.json"));
	credential_free(credential);
	free(key);
}

static void a_refused_source_inside_a_file_names_the_file(void **state)
{
	struct place *place = *state;
	struct credential *credential;
	struct error err;
	const struct fake_step steps[] = {
		{"POST /token", {.status = 400, .body = "{\"error\":\"invalid_grant\"}"}}};
	static const char text[] =
		"{\"type\":\"impersonated_service_account\","
		"\"service_account_impersonation_url\":\"https://iamcredentials.googleapis.com/v1/"
		"projects/-/serviceAccounts/o@p.iam:generateAccessToken\","
		"\"source_credentials\":" USER "}";
	FAKE_SCRIPT(place->fake, steps);
	assert_true(credential_parse(text, strlen(text), "other.json", &credential, &err));
	assert_null(ask(place, credential, &err));
	assert_non_null(strstr(err.text, "other.json"));
	credential_free(credential);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(gcloud_is_started_only_when_the_user_asks_for_it),
		TEST(a_gcloud_that_fails_is_told_in_its_own_words),
		TEST(a_gcloud_without_an_end_is_ended),
		TEST(what_gcloud_prints_has_a_limit),
		TEST(a_stop_does_not_wait_for_gcloud),
		TEST(the_active_configuration_of_gcloud_names_the_project),
		TEST(a_machine_of_google_names_its_project_itself),
		TEST(files_of_tokens_that_others_can_read_are_told),
		TEST(an_impersonation_by_the_environment_goes_by_way_of_what_was_found),
		TEST(a_refused_source_inside_a_file_names_the_file),
	};
	return RUN(tests);
}
