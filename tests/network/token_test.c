/* Who we are and with what token, for every kind of credential. */
#include "tests/network/support/fake_server.h"
#include "tests/network/support/no_time.h"
#include "tests/network/support/test_key.h"
#include "tests/test.h"

#include "base/cancel.h"
#include "base/path.h"
#include "warehouse/access_token.h"

#include <pthread.h>
#include <sys/prctl.h>

#define NOW_MS 1637020800000 /* 2021-11-16T00:00:00Z */
#define GOOD                                                                                \
	{                                                                                   \
		.body = "{\"access_token\":\"token-1\",\"expires_in\":3599,\"token_type\":" \
			"\"Bearer\"}"                                                       \
	}
#define USER                                                                    \
	"{\"type\":\"authorized_user\",\"client_id\":\"id\",\"client_secret\":" \
	"\"s&cret\",\"refresh_token\":\"1//refresh\",\"quota_project_id\":\"q\"}"

static int64_t now_ms;

static int64_t test_now(void)
{
	return now_ms;
}

struct place {
	struct fake *fake;
	struct http *http;
	char *folder;
};

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	struct error err;
	struct http_settings settings = {.policy = &no_time};
	assert_true(http_new(&settings, &place->http, &err));
	place->fake = fake_start();
	place->folder = test_folder();
	no_time_reset();
	now_ms = NOW_MS;
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	http_free(place->http);
	fake_finish(place->fake);
	free(place->folder);
	free(place);
	return 0;
}

static struct credential *parse(const char *text)
{
	struct credential *credential = NULL;
	struct error err = {0};
	if (!credential_parse(text, strlen(text), "key.json", &credential, &err))
		fail_msg("%s", err.text);
	return credential;
}

static struct token_source *source_of(
	const struct place *place, const struct credential *credential)
{
	struct token_settings settings = {.credential = credential,
		.scope = SCOPE_BIGQUERY,
		.now_ms = test_now,
		.test_origin = fake_url(place->fake)};
	return token_source_new(&settings);
}

static void expect_token(struct place *place, struct token_source *source, const char *wanted)
{
	char *token;
	struct error err = {0};
	if (!token_source_get(source, place->http, NULL, &token, &err))
		fail_msg("%s", err.text);
	assert_string_equal(token, wanted);
	secret_free(token);
}

static void expect_no_token(struct place *place, struct token_source *source, const char *words)
{
	char *token;
	struct error err = {0};
	assert_false(token_source_get(source, place->http, NULL, &token, &err));
	if (strstr(err.text, words) == NULL)
		fail_msg("\"%s\" is not in: %s", words, err.text);
	assert_null(strstr(err.text, "s&cret"));
	assert_null(strstr(err.text, "1//refresh"));
	assert_null(strstr(err.text, "PRIVATE"));
}

static void a_service_account_signs_for_its_token(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {{"POST /token", GOOD}};
	FAKE_SCRIPT(place->fake, steps);
	char *file = test_key_file(2048), *claims;
	struct credential *credential = parse(file);
	struct token_source *source = source_of(place, credential);
	assert_string_equal(credential_kind_name(credential), "service_account");
	assert_string_equal(credential_project(credential), "key-project");
	expect_token(place, source, "token-1");
	expect_token(place, source, "token-1"); /* from memory */
	const char *form = fake_body(place->fake, "POST /token", 0);
	const char *start = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&"
			    "assertion=";
	assert_memory_equal(form, start, strlen(start));
	assert_true(test_key_verify(form + strlen(start), &claims));
	assert_string_equal(claims,
		"{\"iss\":\"robot@key-project.iam.gserviceaccount.com\",\"scope\":\"" SCOPE_BIGQUERY
		"\",\"aud\":\"https://oauth2.googleapis.com/token\",\"iat\":1637020790,\"exp\":"
		"1637024390}");
	assert_int_equal(token_source_left_ms(source), 3599000);
	free(claims);
	free(file);
	token_source_free(source);
	credential_free(credential);
}

static void a_wrong_clock_is_measured_and_signed_around(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {
		{"POST /token",
			{.status = 400,
				.headers = "Date: Tue, 16 Nov 2021 00:10:00 GMT\r\n",
				.body = "{\"error\":\"invalid_grant\",\"error_description\":"
					"\"Invalid JWT: Token must be a short-lived token (60 "
					"minutes)\"}"}},
		{"POST /token", GOOD},
	};
	FAKE_SCRIPT(place->fake, steps);
	char *file = test_key_file(2048), *claims;
	struct credential *credential = parse(file);
	struct token_source *source = source_of(place, credential);
	expect_token(place, source, "token-1");
	assert_int_equal(token_source_skew_ms(source), 600000);
	const char *form = fake_body(place->fake, "POST /token", 1);
	assert_true(test_key_verify(strstr(form, "assertion=") + 10, &claims));
	assert_non_null(strstr(claims, "\"iat\":1637021390,"));
	free(claims);
	free(file);
	token_source_free(source);
	credential_free(credential);
}

static void bad_keys_are_refused_without_a_request(void **state)
{
	struct place *place = *state;
	char *weak = test_key_file(1024);
	struct credential *credential = parse(weak);
	struct token_source *source = source_of(place, credential);
	expect_no_token(place, source, "2048 bits");
	token_source_free(source);
	credential_free(credential);
	free(weak);
	credential = parse("{\"type\":\"service_account\",\"client_email\":\"a@b\","
			   "\"private_key\":\"-----BEGIN PRIVATE KEY-----\\nAAAA\\n\"}");
	source = source_of(place, credential);
	expect_no_token(place, source, "not a key in PEM");
	token_source_free(source);
	credential_free(credential);
	assert_int_equal(fake_count(place->fake, ""), 0);
}

static void a_user_is_asked_to_log_in_again_when_the_grant_is_over(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {
		{"POST /token", {.status = 503}},
		{"POST /token", {.status = 503, .body = "<html>"}},
		{"POST /token", {.body = "{\"access_token\":\"token-1\",\"expires_in\":\"3599\"}"}},
		{"POST /token", {.status = 400, .body = "{\"error\":\"invalid_grant\"}"}},
	};
	FAKE_SCRIPT(place->fake, steps);
	struct credential *credential = parse(USER);
	struct token_source *source = source_of(place, credential);
	assert_string_equal(credential_quota_project(credential), "q");
	expect_token(place, source, "token-1");
	assert_string_equal(fake_body(place->fake, "POST /token", 0),
		"grant_type=refresh_token&client_id=id&client_secret=s%26cret&refresh_token="
		"1%2F%2Frefresh");
	now_ms += 3600000;
	expect_no_token(place, source, "gcloud auth application-default login");
	token_source_free(source);
	credential_free(credential);
}

static void a_token_is_renewed_before_its_end_and_bridges_an_outage(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {
		{"POST /token", GOOD},
		{"POST /token", {.status = 401, .body = "{\"error\":\"unauthorized_client\"}"}},
		{"POST /token", {.body = "{\"access_token\":\"token-2\",\"expires_in\":3599}"}},
		{"POST /token", {.body = "{\"access_token\":\"token-3\",\"expires_in\":3599}"}},
	};
	FAKE_SCRIPT(place->fake, steps);
	struct credential *credential = parse(USER);
	struct token_source *source = source_of(place, credential);
	expect_token(place, source, "token-1");
	now_ms += 3599000 - TOKEN_AHEAD_MS - 1;
	expect_token(place, source, "token-1"); /* one ms before it is renewed */
	now_ms += 1;
	expect_token(place, source, "token-1"); /* refused, but the old one still lives */
	expect_token(place, source, "token-2");
	token_source_forget(source, "token-1"); /* somebody with the old one: no effect */
	expect_token(place, source, "token-2");
	token_source_forget(source, "token-2"); /* Google answered 401 */
	expect_token(place, source, "token-3");
	token_source_free(source);
	credential_free(credential);
}

static void the_metadata_server_must_say_that_it_is_one(void **state)
{
	struct place *place = *state;
#define FLAVOUR .headers = "Metadata-Flavor: Google\r\n"
	const struct fake_step steps[] = {
		{"GET /", {.body = "a stranger"}},
		{"GET /", {FLAVOUR}},
		{"GET /computeMetadata/v1/instance/service-accounts/default/token?scopes=https%3A",
			GOOD},
		/* It has said what it is, once for all. */
		{"GET /computeMetadata/",
			{FLAVOUR, .body = "{\"access_token\":\"token-1\",\"expires_in\":300}"}},
		{"GET /computeMetadata/", {.fault = FAKE_CLOSES}},
		{"GET /computeMetadata/", {.fault = FAKE_CLOSES}},
		{"GET /computeMetadata/", {.fault = FAKE_CLOSES}},
	};
	FAKE_SCRIPT(place->fake, steps);
	struct credential_search search = {0};
	struct credential *credential;
	struct error err;
	setenv("GCE_METADATA_HOST", "metadata.example", 1);
	setenv("GCE_METADATA_TIMEOUT", "60", 1); /* a second is not much on a busy machine */
	setenv("HOME", place->folder, 1);
	assert_true(credential_find(&search, &credential, &err));
	unsetenv("GCE_METADATA_HOST");
	unsetenv("GCE_METADATA_TIMEOUT");
	assert_string_equal(credential_origin(credential), "metadata server");
	struct token_source *source = source_of(place, credential);
	expect_no_token(place, source, "no Metadata-Flavor");
	expect_no_token(place, source, "no Metadata-Flavor");
	expect_token(place, source, "token-1");
	assert_non_null(strstr(fake_headers(place->fake, "GET", 0), "Metadata-Flavor: Google\r\n"));
	token_source_forget(source, "token-1");
	expect_no_token(place, source, "NO_GCE_CHECK=true");
	assert_int_equal(fake_count(place->fake, "GET"), 7);
	assert_int_equal(fake_count(place->fake, "GET /computeMetadata/"), 5);
	token_source_free(source);
	credential_free(credential);
}

static void an_impersonation_goes_by_way_of_its_source(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {
		{"POST /token", GOOD},
		{"POST /v1/projects/-/serviceAccounts/other@p.iam.gserviceaccount.com:generate"
		 "AccessToken",
			{.body = "{\"accessToken\":\"token-of-other\",\"expireTime\":"
				 "\"2021-11-16T01:00:00Z\"}"}},
	};
	FAKE_SCRIPT(place->fake, steps);
	struct credential *credential = parse(
		"{\"type\":\"impersonated_service_account\",\"delegates\":[\"d\"],"
		"\"service_account_impersonation_url\":\"https://iamcredentials.googleapis.com/v1/"
		"projects/-/serviceAccounts/other@p.iam.gserviceaccount.com:generateAccessToken\","
		"\"source_credentials\":" USER "}");
	struct token_source *source = source_of(place, credential);
	assert_string_equal(credential_email(credential), "other@p.iam.gserviceaccount.com");
	expect_token(place, source, "token-of-other");
	assert_int_equal(token_source_left_ms(source), 3600000);
	assert_non_null(strstr(fake_headers(place->fake, "generateAccessToken", 0),
		"Authorization: Bearer token-1\r\n"));
	assert_string_equal(fake_body(place->fake, "generateAccessToken", 0),
		"{\"scope\":[\"" SCOPE_BIGQUERY
		"\"],\"lifetime\":\"3600s\",\"delegates\":[\"d\"]}");
	token_source_free(source);
	credential_free(credential);
}

static char *external(const char *source_json, const char *token_url)
{
	return memory_format("{\"type\":\"external_account\",\"audience\":\"//iam/pool\","
			     "\"subject_token_type\":\"urn:jwt\",\"token_url\":\"%s\","
			     "\"credential_source\":%s}",
		token_url, source_json);
}

static void an_external_account_changes_its_subject_token(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {
		{"POST /v1/token", GOOD},
		{"GET /subject?x=1", {.body = "{\"value\":\"from url\"}"}},
		{"POST /v1/token", GOOD},
	};
	FAKE_SCRIPT(place->fake, steps);
	char *path = test_key_write(place->folder, "subject", "from-file\n", 0600);
	char *from_file = memory_format("{\"file\":\"%s\"}", path);
	char *texts[] = {external(from_file, "https://sts.googleapis.com/v1/token"),
		external("{\"url\":\"https://issuer.example/subject?x=1\",\"headers\":{\"X-A\":"
			 "\"b\"},\"format\":{\"type\":\"json\",\"subject_token_field_name\":"
			 "\"value\"}}",
			"https://sts.europe-west4.rep.googleapis.com/v1/token")};
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		struct credential *credential = parse(texts[i]);
		struct token_source *source = source_of(place, credential);
		expect_token(place, source, "token-1");
		token_source_free(source);
		credential_free(credential);
		free(texts[i]);
	}
	assert_non_null(strstr(fake_body(place->fake, "POST /v1/token", 0),
		"&audience=%2F%2Fiam%2Fpool&scope=https%3A%2F%2Fwww.googleapis.com%2Fauth%2F"
		"bigquery&subject_token=from-file&subject_token_type=urn%3Ajwt"));
	assert_non_null(
		strstr(fake_body(place->fake, "POST /v1/token", 1), "subject_token=from%20url&"));
	assert_non_null(strstr(fake_headers(place->fake, "GET /subject", 0), "X-A: b\r\n"));
	free(from_file);
	free(path);
}

static void expect_refusal(const char *text, const char *words)
{
	struct credential *credential;
	struct error err = {0};
	assert_false(credential_parse(text, strlen(text), "key.json", &credential, &err));
	if (strstr(err.text, words) == NULL)
		fail_msg("\"%s\" is not in: %s", words, err.text);
}

static void files_that_lead_elsewhere_are_refused(void **state)
{
	(void)state;
	static const char *const urls[] = {"https://sts.googleapis.com.evil.example/v1/token",
		"http://sts.googleapis.com/v1/token", "https://evil.example/sts.googleapis.com",
		"https://sts.googleapis.com@evil.example/", "https://sts.a.b.rep.googleapis.com/",
		"https://me@sts.googleapis.com/v1/token"};
	for (size_t i = 0; i < ARRAY_COUNT(urls); i++) {
		char *text = external("{\"file\":\"/x\"}", urls[i]);
		expect_refusal(text, "token_url");
		free(text);
	}
	char *program = external("{\"executable\":{\"command\":\"/bin/sh\"}}",
		"https://sts.googleapis.com/v1/token");
	expect_refusal(program, "not supported");
	free(program);
	expect_refusal("{\"type\":\"impersonated_service_account\","
		       "\"service_account_impersonation_url\":\"https://evil.example/x\","
		       "\"source_credentials\":" USER "}",
		"service_account_impersonation_url");
	expect_refusal("{\"type\":\"gdch_service_account\"}", "gdch_service_account");
	expect_refusal(
		"{\"type\":\"authorized_user\",\"client_id\":\"a\\r\\nX: y\"}", "control byte");
	expect_refusal("{\"type\":\"authorized_user\",\"client_id\":5}", "not a text");
	expect_refusal("{\"type\":\"service_account\"}", "client_email");
	expect_refusal("[]", "not a JSON object");
	expect_refusal("", "not a JSON object");
}

static const char *test_environment(const char *name)
{
	return strcmp(name, "GOOGLE_APPLICATION_CREDENTIALS") == 0 ? getenv("TEST_KEY_FILE") : NULL;
}

static bool find_file(const char *path, struct credential **found, struct error *err)
{
	struct credential_search search = {.environment = test_environment};
	setenv("TEST_KEY_FILE", path, 1);
	return credential_find(&search, found, err);
}

static void a_file_that_others_can_write_is_not_used(void **state)
{
	struct place *place = *state;
	struct credential *credential;
	struct error err;
	char *mine = test_key_write(place->folder, "mine", USER, 0600);
	char *readable = test_key_write(place->folder, "readable", USER, 0644);
	char *writable = test_key_write(place->folder, "writable", USER, 0620);
	char *link = path_join(place->folder, "link");
	char *missing = path_join(place->folder, "missing");
	assert_int_equal(symlink(mine, link), 0);
	assert_true(find_file(mine, &credential, &err));
	assert_null(credential_warning(credential));
	assert_string_equal(credential_origin(credential), mine);
	credential_free(credential);
	assert_true(find_file(readable, &credential, &err));
	assert_non_null(strstr(credential_warning(credential), "others can read"));
	credential_free(credential);
	assert_false(find_file(writable, &credential, &err));
	assert_non_null(strstr(err.text, "others can write"));
	assert_false(find_file(link, &credential, &err));
	assert_non_null(strstr(err.text, "symbolic link"));
	assert_false(find_file(missing, &credential, &err)); /* and nothing else is tried */
	assert_non_null(strstr(err.text, "GOOGLE_APPLICATION_CREDENTIALS"));
	assert_false(find_file(place->folder, &credential, &err));
	assert_non_null(strstr(err.text, "not a regular file"));
	free(mine);
	free(readable);
	free(writable);
	free(link);
	free(missing);
}

static void a_file_of_exactly_the_limit_is_read(void **state)
{
	struct place *place = *state;
	struct credential *credential;
	struct error err;
	char *text = memory_new(CREDENTIAL_FILE_BYTES_MAX + (size_t)2);
	snprintf(text, CREDENTIAL_FILE_BYTES_MAX + (size_t)2, "%-*s", CREDENTIAL_FILE_BYTES_MAX,
		USER);
	char *path = test_key_write(place->folder, "long", text, 0600);
	assert_true(find_file(path, &credential, &err));
	credential_free(credential);
	free(path);
	text[CREDENTIAL_FILE_BYTES_MAX] = ' ';
	path = test_key_write(place->folder, "longer", text, 0600);
	assert_false(find_file(path, &credential, &err));
	assert_int_equal(err.kind, ERROR_LIMIT);
	free(path);
	free(text);
}

static void no_core_file_is_left_once_a_secret_is_in_memory(void **state)
{
	(void)state;
#ifdef __SANITIZE_ADDRESS__
	skip();
#endif
	prctl(PR_SET_DUMPABLE, 1);
	credential_free(parse(USER));
	assert_int_equal(prctl(PR_GET_DUMPABLE), 0);
}

static void without_any_credential_the_user_is_told_what_to_run(void **state)
{
	struct place *place = *state;
	struct credential_search search = {0};
	struct credential *credential;
	struct error err;
	setenv("HOME", place->folder, 1);
	setenv("NO_GCE_CHECK", "true", 1);
	assert_false(credential_find(&search, &credential, &err));
	assert_non_null(strstr(err.text, "gcloud auth application-default login"));
	char *path =
		test_key_write(place->folder, "application_default_credentials.json", USER, 0600);
	setenv("CLOUDSDK_CONFIG", place->folder, 1);
	assert_true(credential_find(&search, &credential, &err));
	assert_string_equal(credential_origin(credential), path);
	credential_free(credential);
	unsetenv("CLOUDSDK_CONFIG");
	unsetenv("NO_GCE_CHECK");
	free(path);
}

static void token_answers_are_read_with_care(void **state)
{
	(void)state;
	static const char *const bad[] = {"", "{}", "[]", "{\"access_token\":5,\"expires_in\":9}",
		"{\"access_token\":\"a b\",\"expires_in\":9}",
		"{\"access_token\":\"a\\nb\",\"expires_in\":9}",
		"{\"access_token\":\"\",\"expires_in\":9}",
		"{\"access_token\":\"a\",\"expires_in\":0}",
		"{\"access_token\":\"a\",\"expires_in\":-5}",
		"{\"access_token\":\"a\",\"expires_in\":86401}",
		"{\"access_token\":\"a\",\"expires_in\":\"soon\"}", "{\"access_token\":\"a\"}",
		"{\"access_token\":\"a\",\"access_token\":\"b\",\"expires_in\":9}",
		"{\"accessToken\":\"a\",\"expireTime\":\"yesterday\"}",
		"{\"accessToken\":\"a\",\"expireTime\":\"2021-11-15T23:59:59Z\"}"};
	char *token;
	int64_t expires_ms;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		struct error err = {0};
		if (token_parse_reply(bad[i], strlen(bad[i]), NOW_MS, &token, &expires_ms, &err))
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(err.kind, ERROR_NETWORK);
	}
	const char *longest = "{\"access_token\":\"a\",\"expires_in\":86400}";
	assert_true(token_parse_reply(longest, strlen(longest), NOW_MS, &token, &expires_ms, NULL));
	assert_int_equal(expires_ms, NOW_MS + 86400000);
	secret_free(token);
}

struct caller {
	struct token_source *source;
	struct http *http;
	bool is_done;
};

static void *get_token(void *argument)
{
	struct caller *caller = argument;
	char *token;
	caller->is_done = token_source_get(caller->source, caller->http, NULL, &token, NULL);
	if (caller->is_done)
		secret_free(token);
	return NULL;
}

static void many_callers_make_one_request(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {{"POST /token", GOOD}};
	FAKE_SCRIPT(place->fake, steps);
	struct credential *credential = parse(USER);
	struct token_source *source = source_of(place, credential);
	struct caller callers[8];
	pthread_t threads[8];
	struct http_settings settings = {.policy = &no_time};
	for (size_t i = 0; i < ARRAY_COUNT(callers); i++) {
		callers[i] = (struct caller){.source = source};
		assert_true(http_new(&settings, &callers[i].http, NULL));
		assert_int_equal(pthread_create(&threads[i], NULL, get_token, &callers[i]), 0);
	}
	for (size_t i = 0; i < ARRAY_COUNT(callers); i++) {
		pthread_join(threads[i], NULL);
		assert_true(callers[i].is_done);
		http_free(callers[i].http);
	}
	assert_int_equal(fake_count(place->fake, "POST /token"), 1);
	token_source_free(source);
	credential_free(credential);
}

static int free_key(void **state)
{
	(void)state;
	test_key_free();
	return 0;
}

int main(void)
{
#define ON_A_SERVER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ON_A_SERVER(a_service_account_signs_for_its_token),
		ON_A_SERVER(a_wrong_clock_is_measured_and_signed_around),
		ON_A_SERVER(bad_keys_are_refused_without_a_request),
		ON_A_SERVER(a_user_is_asked_to_log_in_again_when_the_grant_is_over),
		ON_A_SERVER(a_token_is_renewed_before_its_end_and_bridges_an_outage),
		ON_A_SERVER(the_metadata_server_must_say_that_it_is_one),
		ON_A_SERVER(an_impersonation_goes_by_way_of_its_source),
		ON_A_SERVER(an_external_account_changes_its_subject_token),
		cmocka_unit_test(files_that_lead_elsewhere_are_refused),
		ON_A_SERVER(a_file_that_others_can_write_is_not_used),
		ON_A_SERVER(a_file_of_exactly_the_limit_is_read),
		cmocka_unit_test(no_core_file_is_left_once_a_secret_is_in_memory),
		ON_A_SERVER(without_any_credential_the_user_is_told_what_to_run),
		cmocka_unit_test(token_answers_are_read_with_care),
		ON_A_SERVER(many_callers_make_one_request),
	};
	return cmocka_run_group_tests(tests, NULL, free_key);
}
