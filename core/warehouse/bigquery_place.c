/* "PROJECT?location=EU&writes=dml", and what the environment adds to it. */
#include "bigquery_backend.h"

#include "base/memory.h"
#include "gcloud.h"
#include "warehouse/credential.h"
#include "warehouse/http.h"

#include <stdlib.h>
#include <string.h>

#define VALUE_BYTES_MAX 1024

void bigquery_place_release(struct bigquery_place *place)
{
	free(place->project);
	free(place->location);
	free(place->endpoint);
	free(place->credentials);
	free(place->impersonate);
	free(place->run);
	free(place->ca_file);
	free(place->quota_project);
	*place = (struct bigquery_place){0};
}

static void take_text(char **into, const char *value)
{
	free(*into);
	*into = memory_copy_text(value);
}

static bool take_flag(const char *key, const char *value, bool *into, struct error *err)
{
	if (strcmp(value, "0") != 0 && strcmp(value, "1") != 0)
		return error_set(
			err, ERROR_CONFIG, "bigquery: %s is 0 or 1, not \"%s\"", key, value);
	*into = value[0] == '1';
	return true;
}

static bool take_megabytes(const char *value, int64_t *bytes, struct error *err)
{
	int64_t megabytes;
	if (!text_to_integer(value, &megabytes) || megabytes < 10 || megabytes > 100000000)
		return error_set(err, ERROR_CONFIG,
			"bigquery: billed_mb is a number from 10 to 100000000, not \"%s\"", value);
	*bytes = megabytes * 1048576;
	return true;
}

static bool take_way(const char *value, enum write_way *way, struct error *err)
{
	if (strcmp(value, "load") != 0 && strcmp(value, "dml") != 0)
		return error_set(
			err, ERROR_CONFIG, "bigquery: writes is load or dml, not \"%s\"", value);
	*way = value[0] == 'l' ? WRITE_BY_LOAD : WRITE_BY_DML;
	return true;
}

static bool take_login(const char *value, bool *is_gcloud_asked, struct error *err)
{
	if (strcmp(value, "gcloud") != 0)
		return error_set(err, ERROR_CONFIG,
			"bigquery: auth is gcloud (which then prints the tokens), not \"%.40s\"",
			value);
	*is_gcloud_asked = true;
	return true;
}

struct options {
	struct bigquery_place *place;
	bool is_way_known;
	bool is_remote_allowed;
};

static bool take_option(
	struct options *options, const char *key, const char *value, struct error *err)
{
	struct bigquery_place *place = options->place;
	if (strcmp(key, "location") == 0)
		take_text(&place->location, value);
	else if (strcmp(key, "endpoint") == 0)
		take_text(&place->endpoint, value);
	else if (strcmp(key, "credentials") == 0)
		take_text(&place->credentials, value);
	else if (strcmp(key, "impersonate") == 0)
		take_text(&place->impersonate, value);
	else if (strcmp(key, "run") == 0)
		take_text(&place->run, value);
	else if (strcmp(key, "ca_file") == 0)
		take_text(&place->ca_file, value);
	else if (strcmp(key, "quota_project") == 0)
		take_text(&place->quota_project, value);
	else if (strcmp(key, "billed_mb") == 0)
		return take_megabytes(value, &place->billed_bytes_max, err);
	else if (strcmp(key, "read_only") == 0)
		return take_flag(key, value, &place->is_read_only, err);
	else if (strcmp(key, "remote_emulator") == 0)
		return take_flag(key, value, &options->is_remote_allowed, err);
	else if (strcmp(key, "auth") == 0)
		return take_login(value, &place->is_gcloud_asked, err);
	else if (strcmp(key, "writes") == 0) {
		options->is_way_known = true;
		return take_way(value, &place->way, err);
	} else
		return error_set(err, ERROR_CONFIG,
			"bigquery: there is no option \"%s\" (there are: location, endpoint, "
			"credentials, auth, impersonate, quota_project, run, ca_file, billed_mb, "
			"read_only, writes, remote_emulator)",
			key);
	return true;
}

static bool take_options(struct options *options, const char *text, struct error *err)
{
	char key[32], value[VALUE_BYTES_MAX];
	while (*text != '\0') {
		size_t length = strcspn(text, "&");
		size_t key_length = strcspn(text, "=&");
		if (key_length == length || key_length >= sizeof(key) ||
			length - key_length - 1 >= sizeof(value))
			return error_set(err, ERROR_CONFIG,
				"bigquery: \"%.*s\" is not an option of the form key=value",
				length > 60 ? 60 : (int)length, text);
		memcpy(key, text, key_length);
		key[key_length] = '\0';
		memcpy(value, text + key_length + 1, length - key_length - 1);
		value[length - key_length - 1] = '\0';
		if (!take_option(options, key, value, err))
			return false;
		text += length + (text[length] == '&');
	}
	return true;
}

/* "localhost:9050", "http://127.0.0.1:9050/bigquery/v2/" -> "http://..." without the path. */
static char *endpoint_of(const char *host, const char *scheme)
{
	char *url = memory_format("%s%s", strstr(host, "://") == NULL ? scheme : "", host);
	size_t length = strlen(url);
	while (length > 0 && url[length - 1] == '/')
		url[--length] = '\0';
	if (text_ends_with(url, "/bigquery/v2"))
		url[length - strlen("/bigquery/v2")] = '\0';
	return url;
}

static bool find_endpoint(
	struct options *options, const char *(*environment)(const char *), struct error *err)
{
	struct bigquery_place *place = options->place;
	const char *emulator = environment("BIGQUERY_EMULATOR_HOST");
	const char *override = environment("CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY");
	if (place->endpoint != NULL) {
		char *given = place->endpoint;
		place->endpoint = endpoint_of(given, "https://");
		place->endpoint_origin = "the option endpoint";
		free(given);
		return true;
	}
	if (emulator != NULL && emulator[0] != '\0') {
		place->endpoint = endpoint_of(emulator, "http://");
		place->endpoint_origin = "BIGQUERY_EMULATOR_HOST";
		place->is_emulator = true;
		if (!http_is_loopback(place->endpoint) && !options->is_remote_allowed)
			return error_set(err, ERROR_CONFIG,
				"BIGQUERY_EMULATOR_HOST is %s, which is not this machine "
				"(--allow-remote-emulator allows it, and so does remote_emulator=1 "
				"in the warehouse's name)",
				place->endpoint);
		if (!options->is_way_known)
			place->way = WRITE_BY_DML;
	} else if (override != NULL && override[0] != '\0') {
		place->endpoint = endpoint_of(override, "https://");
		place->endpoint_origin = "CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY";
	}
	return true;
}

/* In the order of Google's own tools. */
static void find_project(struct bigquery_place *place, const char *(*environment)(const char *))
{
	static const char *const names[] = {
		"GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT"};
	for (size_t i = 0; i < ARRAY_COUNT(names) && place->project == NULL; i++) {
		const char *value = environment(names[i]);
		if (value == NULL || value[0] == '\0')
			continue;
		place->project = memory_copy_text(value);
		place->project_origin = names[i];
	}
}

static bool check_project(const struct bigquery_place *place, struct error *err)
{
	return place->project == NULL || bigquery_is_name(place->project, true) ||
	       error_set(err, ERROR_CONFIG, "bigquery: \"%.100s\" is not a project (from %s)",
		       place->project, place->project_origin);
}

static const char *system_environment(const char *name)
{
	return getenv(name);
}

bool bigquery_place_complete(
	struct bigquery_place *place, const struct credential *credential, struct error *err)
{
	const char *named = credential == NULL ? NULL : credential_project(credential);
	if (place->project == NULL && named != NULL) {
		place->project = memory_copy_text(named);
		place->project_origin = "the credential";
	}
	if (place->project == NULL) {
		place->project = gcloud_project(system_environment);
		place->project_origin = "gcloud's active configuration";
	}
	if (place->project == NULL && credential != NULL) {
		place->project = credential_ask_project(credential);
		place->project_origin = "the metadata server";
	}
	if (place->project != NULL)
		return check_project(place, err);
	return error_set(err, ERROR_CONFIG,
		"bigquery: no project: name it (--warehouse bigquery:PROJECT) or set "
		"GOOGLE_CLOUD_PROJECT");
}

const char *bigquery_quota_project(
	const struct bigquery_place *place, const struct credential *credential)
{
	if (place->quota_project != NULL || credential == NULL)
		return place->quota_project;
	return credential_quota_project(credential);
}

bool bigquery_place_parse(const char *text, const char *(*environment)(const char *),
	struct bigquery_place *parsed, struct error *err)
{
	size_t length = strcspn(text, "?");
	struct bigquery_place place = {.billed_bytes_max = BILLED_MB_MAX * 1048576LL};
	struct options options = {.place = &place};
	environment = environment != NULL ? environment : system_environment;
	if (length > 0) {
		place.project = memory_copy_span(text, length);
		place.project_origin = "the warehouse's name";
	}
	find_project(&place, environment);
	bool done = check_project(&place, err);
	done = done && take_options(&options, text + length + (text[length] == '?'), err);
	if (done && place.location != NULL && !bigquery_is_word(place.location))
		done = error_set(
			err, ERROR_CONFIG, "bigquery: \"%.60s\" is not a location", place.location);
	if (done && place.quota_project != NULL && !bigquery_is_name(place.quota_project, true))
		done = error_set(err, ERROR_CONFIG, "bigquery: \"%.60s\" is not a project",
			place.quota_project);
	done = done && find_endpoint(&options, environment, err);
	if (done)
		*parsed = place;
	else
		bigquery_place_release(&place);
	return done;
}

bool warehouse_is_emulated(const char *spec)
{
	struct bigquery_place place;
	if (!text_starts_with(spec, "bigquery:") ||
		!bigquery_place_parse(spec + strlen("bigquery:"), NULL, &place, NULL))
		return false;
	bool is_emulator = place.is_emulator;
	bigquery_place_release(&place);
	return is_emulator;
}
