/* Where credentials may be, in the order of Google's own libraries. */
#include "credential_parts.h"

#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define HOST_BYTES_MAX	     253
#define METADATA_SECONDS_MAX 60
#define METADATA_TRIES	     3
#define METADATA_TRIES_MAX   20

static const char *system_environment(const char *name)
{
	return getenv(name);
}

/* An empty variable counts as not set. */
static const char *look_up(const struct credential_search *search, const char *name)
{
	const char *(*environment)(const char *) =
		search->environment != NULL ? search->environment : system_environment;
	const char *value = environment(name);
	return value != NULL && value[0] != '\0' ? value : NULL;
}

static bool load_file(const char *path, struct credential **found, struct error *err)
{
	char *text, *warning = NULL;
	size_t length;
	if (!credential_read_file(path, &text, &length, &warning, err)) {
		free(warning);
		return false;
	}
	bool done = credential_parse(text, length, path, found, err);
	secret_free(text);
	if (done)
		(*found)->warning = warning;
	else
		free(warning);
	return done;
}

static char *gcloud_file(const struct credential_search *search)
{
	const char *folder = look_up(search, "CLOUDSDK_CONFIG");
	const char *home = look_up(search, "HOME");
	if (folder != NULL)
		return path_join(folder, "application_default_credentials.json");
	return home == NULL
		       ? NULL
		       : memory_format(
				 "%s/.config/gcloud/application_default_credentials.json", home);
}

/* Asking the metadata server on any other machine would only cost the user a wait. */
static bool looks_like_google(const struct credential_search *search)
{
	static const char *const signs[] = {
		"GCE_METADATA_HOST", "GCE_METADATA_ROOT", "K_SERVICE", "KUBERNETES_SERVICE_HOST"};
	struct buffer product = {0};
	const char *off = look_up(search, "NO_GCE_CHECK");
	if (off != NULL && strcmp(off, "true") == 0)
		return false;
	for (size_t i = 0; i < ARRAY_COUNT(signs); i++)
		if (look_up(search, signs[i]) != NULL)
			return true;
	bool is_google = path_read_file("/sys/class/dmi/id/product_name", 4096, &product, NULL) &&
			 text_starts_with(buffer_text(&product), "Google");
	buffer_release(&product);
	return is_google;
}

/* HOST[:PORT] or [IPV6][:PORT], as it may stand in a URL. *host is NULL where none is set. */
static bool take_host(const struct credential_search *search, const char *name, const char **host,
	struct error *err)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789.-:[]";
	const char *value = look_up(search, name);
	if (value != NULL &&
		(strlen(value) > HOST_BYTES_MAX || value[strspn(value, letters)] != '\0'))
		return error_set(
			err, ERROR_CONFIG, "%s is no HOST or HOST:PORT of a metadata server", name);
	*host = value;
	return true;
}

/* A whole number from 1 to `most`; left alone where none is set. */
static bool take_number(const struct credential_search *search, const char *name, int most,
	int *number, struct error *err)
{
	const char *value = look_up(search, name);
	if (value == NULL)
		return true;
	size_t length = strlen(value);
	long found =
		length <= 2 && strspn(value, "0123456789") == length ? strtol(value, NULL, 10) : 0;
	if (found < 1 || found > most)
		return error_set(err, ERROR_CONFIG,
			"%s is \"%.20s\": a whole number from 1 to %d is wanted", name, value,
			most);
	*number = (int)found;
	return true;
}

/* Google's own libraries ask the address first, which costs no look-up of a name. One that is named
 * by host alone is asked there: it need not be at Google's address at all. */
static bool find_metadata(
	const struct credential_search *search, struct credential **found, struct error *err)
{
	const char *host, *older, *address;
	int seconds = 0, tries = METADATA_TRIES;
	if (!take_host(search, "GCE_METADATA_HOST", &host, err) ||
		!take_host(search, "GCE_METADATA_ROOT", &older, err) ||
		!take_host(search, "GCE_METADATA_IP", &address, err) ||
		!take_number(search, "GCE_METADATA_TIMEOUT", METADATA_SECONDS_MAX, &seconds, err) ||
		!take_number(
			search, "GCE_METADATA_DETECT_RETRIES", METADATA_TRIES_MAX, &tries, err))
		return false;
	if (host == NULL)
		host = older;
	if (address == NULL)
		address = host != NULL ? host : "169.254.169.254";
	struct credential *made = memory_new(sizeof(*made));
	made->kind = CREDENTIAL_METADATA;
	made->origin = memory_copy_text("metadata server");
	made->metadata_host = memory_copy_text(host != NULL ? host : "metadata.google.internal");
	made->metadata_probe = memory_copy_text(address);
	made->metadata_ms = seconds * 1000;
	made->metadata_tries = tries;
	*found = made;
	return true;
}

static struct credential *token_file_credential(const char *path)
{
	struct credential *made = memory_new(sizeof(*made));
	made->kind = CREDENTIAL_TOKEN_FILE;
	made->origin = memory_copy_text(path);
	made->token_file = memory_copy_text(path);
	credential_guard_process();
	return made;
}

static struct credential *gcloud_credential(void)
{
	struct credential *made = memory_new(sizeof(*made));
	made->kind = CREDENTIAL_GCLOUD;
	made->origin = memory_copy_text("gcloud auth print-access-token");
	credential_guard_process();
	return made;
}

static bool search_places(
	const struct credential_search *search, struct credential **found, struct error *err)
{
	const char *token_file = look_up(search, "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE");
	const char *named = look_up(search, "GOOGLE_APPLICATION_CREDENTIALS");
	if (search->is_gcloud_asked) {
		*found = gcloud_credential();
		return true;
	}
	if (search->file != NULL)
		return load_file(search->file, found, err);
	if (token_file != NULL) {
		*found = token_file_credential(token_file);
		return true;
	}
	if (named != NULL)
		return load_file(named, found, err) ||
		       error_prefix(err, "GOOGLE_APPLICATION_CREDENTIALS");
	char *path = gcloud_file(search);
	bool is_there = path != NULL && path_exists(path);
	bool done = is_there && load_file(path, found, err);
	free(path);
	if (is_there)
		return done;
	if (!looks_like_google(search))
		return error_set(err, ERROR_CONFIG,
			"no Google credentials: GOOGLE_APPLICATION_CREDENTIALS is not set, gcloud "
			"has no application default, and this is not a machine of Google's. Run: "
			"gcloud auth application-default login");
	return find_metadata(search, found, err);
}

/* Files that hold a token are read again for each; that others can read them is told now. */
static void note_readable_files(struct credential *credential)
{
	for (struct credential *part = credential; part != NULL; part = part->source) {
		const char *path = part->token_file != NULL ? part->token_file : part->subject_file;
		struct stat about;
		if (part->warning == NULL && path != NULL && stat(path, &about) == 0 &&
			(about.st_mode & (S_IRGRP | S_IROTH)) != 0)
			part->warning = credential_readable_warning(path);
	}
}

bool credential_find(
	const struct credential_search *search, struct credential **found, struct error *err)
{
	struct credential *credential;
	if (!search_places(search, &credential, err))
		return false;
	const char *other = search->impersonate != NULL
				    ? search->impersonate
				    : look_up(search, "CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT");
	const char *quota = look_up(search, "GOOGLE_CLOUD_QUOTA_PROJECT");
	if (other != NULL)
		credential_impersonate(&credential, other);
	if (quota != NULL) {
		free(credential->quota_project);
		credential->quota_project = memory_copy_text(quota);
	}
	note_readable_files(credential);
	*found = credential;
	return true;
}
