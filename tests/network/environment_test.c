/*
 * What users have in their environment for Google's own tools, one variable after the other, and
 * which of two wins.
 */
#include "tests/test.h"

#include "core/warehouse/bigquery_backend.h"
#include "core/warehouse/credential_parts.h"
#include "warehouse/credential.h"

#include <sys/stat.h>

#define VARIABLES_MAX 8

static struct {
	const char *name, *value;
} variables[VARIABLES_MAX];
static size_t variable_count;

static const char *look_up(const char *name)
{
	for (size_t i = 0; i < variable_count; i++)
		if (strcmp(variables[i].name, name) == 0)
			return variables[i].value;
	return NULL;
}

/* "A=b", ... */
static void set(const char *const *assignments, size_t count)
{
	static char names[VARIABLES_MAX][64];
	assert_true(count <= VARIABLES_MAX);
	for (size_t i = 0; i < count; i++) {
		size_t length = strcspn(assignments[i], "=");
		snprintf(names[i], sizeof(names[i]), "%.*s", (int)length, assignments[i]);
		variables[i].name = names[i];
		variables[i].value = assignments[i] + length + 1;
	}
	variable_count = count;
}

struct wanted {
	const char *spec;
	const char *environment[4];
	const char *value, *origin; /* NULL: Google's own, or none */
	bool is_emulator;
};

static struct bigquery_place parse(const struct wanted *wanted)
{
	struct bigquery_place place;
	struct error err;
	size_t count = 0;
	while (count < ARRAY_COUNT(wanted->environment) && wanted->environment[count] != NULL)
		count++;
	set(wanted->environment, count);
	if (!bigquery_place_parse(wanted->spec, look_up, &place, &err))
		fail_msg("%s: %s", wanted->spec, err.text);
	return place;
}

static void expect(const struct wanted *wanted, const char *value, const char *origin)
{
	const char *first = wanted->environment[0] == NULL ? "" : wanted->environment[0];
	if (!text_equal(value, wanted->value) || !text_equal(origin, wanted->origin))
		fail_msg("%s, %s: %s from %s", wanted->spec, first, value == NULL ? "none" : value,
			origin == NULL ? "none" : origin);
}

#define EMULATOR "BIGQUERY_EMULATOR_HOST"
#define OVERRIDE "CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY"

static void the_endpoint_is_the_options_then_the_emulators_then_gclouds(void **state)
{
	(void)state;
	static const struct wanted cases[] = {
		{"p", {NULL}, NULL, NULL, false},
		{"p", {EMULATOR "=localhost:9050"}, "http://localhost:9050", EMULATOR, true},
		{"p", {EMULATOR "=http://127.0.0.1:9050/"}, "http://127.0.0.1:9050", EMULATOR,
			true},
		{"p", {EMULATOR "=[::1]:9050/bigquery/v2"}, "http://[::1]:9050", EMULATOR, true},
		{"p", {EMULATOR "=localhost:9050/bigquery/v2/"}, "http://localhost:9050", EMULATOR,
			true},
		{"p", {EMULATOR "=https://localhost:9050"}, "https://localhost:9050", EMULATOR,
			true},
		{"p", {EMULATOR "="}, NULL, NULL, false},
		{"p", {OVERRIDE "=https://private.example/bigquery/v2/"}, "https://private.example",
			OVERRIDE, false},
		{"p", {OVERRIDE "=private.example/"}, "https://private.example", OVERRIDE, false},
		{"p", {OVERRIDE "=https://private.example/", EMULATOR "=localhost:1"},
			"http://localhost:1", EMULATOR, true},
		{"p?endpoint=https://own.example/", {OVERRIDE "=https://private.example/"},
			"https://own.example", "the option endpoint", false},
		{"p?endpoint=own.example/bigquery/v2/", {EMULATOR "=localhost:1"},
			"https://own.example", "the option endpoint", false},
		{"p?remote_emulator=1", {EMULATOR "=10.1.2.3:9050"}, "http://10.1.2.3:9050",
			EMULATOR, true},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct bigquery_place place = parse(&cases[i]);
		expect(&cases[i], place.endpoint, place.endpoint_origin);
		assert_int_equal(place.is_emulator, cases[i].is_emulator);
		/* Decorators are what emulators lack. */
		assert_int_equal(place.way, cases[i].is_emulator ? WRITE_BY_DML : WRITE_BY_LOAD);
		bigquery_place_release(&place);
	}
}

static void an_emulator_elsewhere_is_used_only_when_that_is_allowed(void **state)
{
	(void)state;
	static const char *const hosts[] = {EMULATOR "=10.1.2.3:9050",
		EMULATOR "=127.0.0.1.example.org:9050", EMULATOR "=localhost@example.org",
		EMULATOR "=http://localhost.example.org/", EMULATOR "=//"};
	struct bigquery_place place;
	struct error err;
	for (size_t i = 0; i < ARRAY_COUNT(hosts); i++) {
		set(&hosts[i], 1);
		if (bigquery_place_parse("p", look_up, &place, &err))
			fail_msg("%s is taken for this machine", hosts[i]);
		assert_non_null(strstr(err.text, "--allow-remote-emulator"));
	}
}

static void the_project_is_the_options_then_googles_then_gclouds(void **state)
{
	(void)state;
#define ALL_THREE "GOOGLE_CLOUD_PROJECT=one", "GCLOUD_PROJECT=two", "CLOUDSDK_CORE_PROJECT=three"
	static const struct wanted cases[] = {
		{"zero", {ALL_THREE}, "zero", "the warehouse's name", false},
		{"zero?location=EU", {ALL_THREE}, "zero", "the warehouse's name", false},
		{"", {ALL_THREE}, "one", "GOOGLE_CLOUD_PROJECT", false},
		{"", {"GCLOUD_PROJECT=two", "CLOUDSDK_CORE_PROJECT=three"}, "two", "GCLOUD_PROJECT",
			false},
		{"", {"GOOGLE_CLOUD_PROJECT=", "CLOUDSDK_CORE_PROJECT=three"}, "three",
			"CLOUDSDK_CORE_PROJECT", false},
		{"", {NULL}, NULL, NULL, false},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct bigquery_place place = parse(&cases[i]);
		expect(&cases[i], place.project, place.project_origin);
		bigquery_place_release(&place);
	}
}

static void the_quota_is_the_options_then_the_environments_then_the_files(void **state)
{
	(void)state;
	char *folder = test_folder();
	char *path = memory_format("%s/user.json", folder);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs("{\"type\":\"authorized_user\",\"client_id\":\"i\",\"client_secret\":\"s\","
	      "\"refresh_token\":\"r\",\"quota_project_id\":\"of-file\"}",
		file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0600), 0);
	const struct credential_search search = {.file = path, .environment = look_up};
	struct credential *credential;
	struct error err;
	set(NULL, 0);
	assert_true(credential_find(&search, &credential, &err));
	assert_string_equal(credential_quota_project(credential), "of-file");
	credential_free(credential);
	set((const char *[]){"GOOGLE_CLOUD_QUOTA_PROJECT=of-environment"}, 1);
	assert_true(credential_find(&search, &credential, &err));
	assert_string_equal(credential_quota_project(credential), "of-environment");
	struct bigquery_place place;
	assert_true(bigquery_place_parse("p?quota_project=of-option", look_up, &place, &err));
	assert_string_equal(bigquery_quota_project(&place, credential), "of-option");
	bigquery_place_release(&place);
	assert_true(bigquery_place_parse("p", look_up, &place, &err));
	assert_string_equal(bigquery_quota_project(&place, credential), "of-environment");
	assert_null(bigquery_quota_project(&place, NULL));
	bigquery_place_release(&place);
	assert_false(bigquery_place_parse("p?quota_project=a`b", look_up, &place, &err));
	credential_free(credential);
	free(path);
	free(folder);
}

/* On any machine: a sign that it is one of Google's is among the variables. */
static bool find_metadata(
	const char *const *environment, struct credential **found, struct error *err)
{
	const struct credential_search search = {.environment = look_up};
	size_t count = 0;
	while (environment[count] != NULL)
		count++;
	set(environment, count);
	*err = (struct error){0};
	return credential_find(&search, found, err);
}

static void the_metadata_server_is_the_hosts_then_the_old_ones_then_googles(void **state)
{
	(void)state;
	static const struct {
		const char *environment[5], *host, *probe;
		int ms;
	} cases[] = {
		{{"K_SERVICE=s"}, "metadata.google.internal", "169.254.169.254", 0},
		{{"GCE_METADATA_HOST=m:8080"}, "m:8080", "m:8080", 0},
		{{"GCE_METADATA_ROOT=old"}, "old", "old", 0},
		{{"GCE_METADATA_HOST=new", "GCE_METADATA_ROOT=old"}, "new", "new", 0},
		{{"GCE_METADATA_HOST=new", "GCE_METADATA_IP=127.0.0.1:81"}, "new", "127.0.0.1:81",
			0},
		{{"K_SERVICE=s", "GCE_METADATA_IP=[fd20:ce::254]"}, "metadata.google.internal",
			"[fd20:ce::254]", 0},
		{{"K_SERVICE=s", "GCE_METADATA_HOST=", "GCE_METADATA_IP=", "GCE_METADATA_TIMEOUT="},
			"metadata.google.internal", "169.254.169.254", 0},
		{{"K_SERVICE=s", "GCE_METADATA_TIMEOUT=1"}, "metadata.google.internal",
			"169.254.169.254", 1000},
		{{"K_SERVICE=s", "GCE_METADATA_TIMEOUT=60"}, "metadata.google.internal",
			"169.254.169.254", 60000},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct credential *credential;
		struct error err;
		if (!find_metadata(cases[i].environment, &credential, &err))
			fail_msg("%zu: %s", i, err.text);
		assert_string_equal(credential->metadata_host, cases[i].host);
		assert_string_equal(credential->metadata_probe, cases[i].probe);
		assert_int_equal(credential->metadata_ms, cases[i].ms);
		credential_free(credential);
	}
}

static void a_metadata_server_that_cannot_be_one_is_told(void **state)
{
	(void)state;
	static const char *const bad[] = {"GCE_METADATA_HOST=a/b", "GCE_METADATA_HOST=a@b",
		"GCE_METADATA_HOST=http://a", "GCE_METADATA_ROOT=a?b", "GCE_METADATA_IP=a b",
		"GCE_METADATA_IP=1.2.3.4#", "GCE_METADATA_IP=a\\b", "GCE_METADATA_IP=a%2eb",
		"GCE_METADATA_TIMEOUT=0", "GCE_METADATA_TIMEOUT=61", "GCE_METADATA_TIMEOUT=-1",
		"GCE_METADATA_TIMEOUT=0.5", "GCE_METADATA_TIMEOUT= 3", "GCE_METADATA_TIMEOUT=3s",
		"GCE_METADATA_TIMEOUT=99999999999999999999", "GCE_METADATA_DETECT_RETRIES=0",
		"GCE_METADATA_DETECT_RETRIES=21", "GCE_METADATA_DETECT_RETRIES=-1",
		"GCE_METADATA_DETECT_RETRIES=many"};
	struct credential *credential;
	struct error err;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		char name[32];
		const char *environment[] = {"K_SERVICE=s", bad[i], NULL};
		if (find_metadata(environment, &credential, &err))
			fail_msg("%s is taken", bad[i]);
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(bad[i], "="), bad[i]);
		assert_non_null(strstr(err.text, name));
		assert_int_equal(err.kind, ERROR_CONFIG);
	}
	char host[300] = "GCE_METADATA_HOST=";
	size_t length = strlen(host);
	memset(host + length, 'a', 253);
	const char *environment[] = {host, NULL};
	assert_true(find_metadata(environment, &credential, &err));
	credential_free(credential);
	host[length + 253] = 'a';
	assert_false(find_metadata(environment, &credential, &err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_endpoint_is_the_options_then_the_emulators_then_gclouds),
		cmocka_unit_test(an_emulator_elsewhere_is_used_only_when_that_is_allowed),
		cmocka_unit_test(the_project_is_the_options_then_googles_then_gclouds),
		cmocka_unit_test(the_quota_is_the_options_then_the_environments_then_the_files),
		cmocka_unit_test(the_metadata_server_is_the_hosts_then_the_old_ones_then_googles),
		cmocka_unit_test(a_metadata_server_that_cannot_be_one_is_told),
	};
	return RUN(tests);
}
