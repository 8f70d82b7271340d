/* The JSON of a credential file. */
#include "credential_parts.h"

#include "base/memory.h"
#include "base/text.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	const char *advice; /* where its login is refused */
} kinds[CREDENTIAL_KIND_COUNT] = {
	[CREDENTIAL_TOKEN_FILE] = {"access_token_file", "put a new token into its file"},
	[CREDENTIAL_SERVICE_ACCOUNT] = {"service_account",
		"is the key revoked, or this machine's clock wrong?"},
	[CREDENTIAL_AUTHORIZED_USER] = {"authorized_user", LOGIN_ADVICE},
	[CREDENTIAL_EXTERNAL_ACCOUNT] = {"external_account",
		"see to the subject token that its file names"},
	[CREDENTIAL_METADATA] = {"metadata_server", "see to the service account of this machine"},
	[CREDENTIAL_GCLOUD] = {"gcloud", "run: gcloud auth login"},
	[CREDENTIAL_IMPERSONATED] = {"impersonated_service_account"}, /* that of its source */
};

const char *credential_kind_name(const struct credential *credential)
{
	return kinds[credential->kind].name;
}

const char *credential_login_advice(const struct credential *credential)
{
	while (credential->source != NULL)
		credential = credential->source;
	return kinds[credential->kind].advice;
}

const char *credential_origin(const struct credential *credential)
{
	return credential->origin;
}

const char *credential_email(const struct credential *credential)
{
	return credential->email;
}

const char *credential_project(const struct credential *credential)
{
	if (credential->project == NULL && credential->source != NULL)
		return credential_project(credential->source);
	return credential->project;
}

const char *credential_quota_project(const struct credential *credential)
{
	if (credential->quota_project == NULL && credential->source != NULL)
		return credential_quota_project(credential->source);
	return credential->quota_project;
}

const char *credential_warning(const struct credential *credential)
{
	if (credential->warning == NULL && credential->source != NULL)
		return credential_warning(credential->source);
	return credential->warning;
}

void credential_free(struct credential *credential)
{
	if (credential == NULL)
		return;
	secret_free(credential->private_key);
	secret_free(credential->client_secret);
	secret_free(credential->refresh_token);
	for (size_t i = 0; i < credential->subject_header_count; i++)
		secret_free(credential->subject_headers[i]);
	free(credential->subject_headers);
	char *const texts[] = {credential->origin, credential->warning, credential->project,
		credential->quota_project, credential->email, credential->client_id,
		credential->key_id, credential->audience, credential->subject_token_type,
		credential->token_url, credential->subject_file, credential->subject_url,
		credential->subject_field, credential->impersonation_url, credential->delegates,
		credential->metadata_host, credential->metadata_probe, credential->token_file};
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
		free(texts[i]);
	credential_free(credential->source);
	free(credential);
}

bool credential_url_is_of(const char *url, const char *host, const char *regional)
{
	CURLU *parsed = curl_url();
	char *scheme = NULL, *found = NULL, *user = NULL;
	bool known = parsed != NULL && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
		     curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
		     curl_url_get(parsed, CURLUPART_HOST, &found, 0) == CURLUE_OK;
	bool is_of = known && strcmp(scheme, "https") == 0 &&
		     curl_url_get(parsed, CURLUPART_USER, &user, 0) != CURLUE_OK;
	if (is_of && strcmp(found, host) != 0) {
		/* "sts.REGION.rep.googleapis.com": one label before and behind the fixed parts. */
		const char *star = strchr(regional, '*');
		size_t head = (size_t)(star - regional);
		size_t region = strlen(found) > head ? strcspn(found + head, ".") : 0;
		is_of = region > 0 && strncmp(found, regional, head) == 0 &&
			strcmp(found + head + region, star + 1) == 0;
	}
	curl_free(scheme);
	curl_free(found);
	curl_free(user);
	curl_url_cleanup(parsed);
	return is_of;
}

/* Copies a member that must be a text without control bytes (it may get into a header). */
static bool take_text(
	json_t *object, const char *name, bool is_needed, char **into, struct error *err)
{
	json_t *value = json_object_get(object, name);
	if (value == NULL || json_is_null(value))
		return !is_needed || error_set(err, ERROR_CONFIG, "\"%s\" is missing", name);
	if (!json_is_string(value) || json_string_length(value) == 0)
		return error_set(err, ERROR_CONFIG, "\"%s\" is not a text", name);
	const char *text = json_string_value(value);
	bool is_key = strcmp(name, "private_key") == 0;
	for (const char *at = text; *at != '\0'; at++)
		if ((unsigned char)*at < 0x20 && !(is_key && (*at == '\n' || *at == '\r')))
			return error_set(err, ERROR_CONFIG, "\"%s\" holds a control byte", name);
	*into = memory_copy_text(text);
	return true;
}

static bool parse_service_account(json_t *object, struct credential *made, struct error *err)
{
	made->kind = CREDENTIAL_SERVICE_ACCOUNT;
	return take_text(object, "client_email", true, &made->email, err) &&
	       take_text(object, "private_key", true, &made->private_key, err) &&
	       take_text(object, "private_key_id", false, &made->key_id, err) &&
	       take_text(object, "project_id", false, &made->project, err);
}

static bool parse_authorized_user(json_t *object, struct credential *made, struct error *err)
{
	made->kind = CREDENTIAL_AUTHORIZED_USER;
	return take_text(object, "client_id", true, &made->client_id, err) &&
	       take_text(object, "client_secret", true, &made->client_secret, err) &&
	       take_text(object, "refresh_token", true, &made->refresh_token, err);
}

static bool take_subject_headers(json_t *from, struct credential *made, struct error *err)
{
	json_t *headers = json_object_get(from, "headers");
	const char *name;
	json_t *value;
	made->subject_headers =
		memory_new_array(json_object_size(headers) + 1, sizeof(*made->subject_headers));
	json_object_foreach(headers, name, value)
	{
		char *text = NULL;
		if (strpbrk(name, "\r\n:") != NULL || !take_text(headers, name, true, &text, err))
			return error_set(err, ERROR_CONFIG, "a header of credential_source is bad");
		made->subject_headers[made->subject_header_count++] =
			secret_format("%s: %s", name, text);
		secret_free(text);
	}
	return true;
}

static bool parse_subject(json_t *object, struct credential *made, struct error *err)
{
	json_t *from = json_object_get(object, "credential_source");
	json_t *format = json_object_get(from, "format");
	if (!json_is_object(from))
		return error_set(err, ERROR_CONFIG, "\"credential_source\" is missing");
	if (json_object_get(from, "executable") != NULL ||
		json_object_get(from, "environment_id") != NULL ||
		json_object_get(from, "certificate") != NULL)
		return error_set(err, ERROR_CONFIG,
			"its credential_source is a program, AWS or a certificate, which are not "
			"supported; use a file, a URL or a key");
	if (!take_text(from, "file", false, &made->subject_file, err) ||
		!take_text(from, "url", made->subject_file == NULL, &made->subject_url, err) ||
		!take_text(format, "subject_token_field_name", false, &made->subject_field, err))
		return false;
	return take_subject_headers(from, made, err);
}

/* Google warns that such a file can point anywhere: a token goes to Google's hosts only. */
static bool check_impersonation_url(const struct credential *made, struct error *err)
{
	if (made->impersonation_url == NULL ||
		credential_url_is_of(made->impersonation_url, "iamcredentials.googleapis.com",
			"iamcredentials.*.rep.googleapis.com"))
		return true;
	return error_set(err, ERROR_CONFIG,
		"\"service_account_impersonation_url\" is not one of "
		"https://iamcredentials.googleapis.com");
}

static bool parse_external_account(json_t *object, struct credential *made, struct error *err)
{
	made->kind = CREDENTIAL_EXTERNAL_ACCOUNT;
	if (!take_text(object, "audience", true, &made->audience, err) ||
		!take_text(object, "subject_token_type", true, &made->subject_token_type, err) ||
		!take_text(object, "token_url", true, &made->token_url, err) ||
		!take_text(object, "service_account_impersonation_url", false,
			&made->impersonation_url, err) ||
		!parse_subject(object, made, err))
		return false;
	if (!credential_url_is_of(
		    made->token_url, "sts.googleapis.com", "sts.*.rep.googleapis.com"))
		return error_set(err, ERROR_CONFIG,
			"\"token_url\" is not one of https://sts.googleapis.com");
	return check_impersonation_url(made, err);
}

static bool parse_object(json_t *object, struct credential *made, int depth, struct error *err);

static bool parse_impersonated(
	json_t *object, struct credential *made, int depth, struct error *err)
{
	made->kind = CREDENTIAL_IMPERSONATED;
	json_t *from = json_object_get(object, "source_credentials");
	json_t *delegates = json_object_get(object, "delegates");
	if (!take_text(object, "service_account_impersonation_url", true, &made->impersonation_url,
		    err) ||
		!check_impersonation_url(made, err))
		return false;
	if (json_is_array(delegates))
		made->delegates = json_dumps(delegates, JSON_COMPACT);
	if (depth > 0 || !json_is_object(from))
		return error_set(err, ERROR_CONFIG,
			"\"source_credentials\" is missing or itself an impersonation");
	made->source = memory_new(sizeof(*made->source));
	return parse_object(from, made->source, depth + 1, err);
}

static bool parse_object(json_t *object, struct credential *made, int depth, struct error *err)
{
	const char *type = json_string_value(json_object_get(object, "type"));
	if (!take_text(object, "quota_project_id", false, &made->quota_project, err))
		return false;
	if (type == NULL)
		return error_set(err, ERROR_CONFIG, "\"type\" is missing");
	if (strcmp(type, "service_account") == 0)
		return parse_service_account(object, made, err);
	if (strcmp(type, "authorized_user") == 0)
		return parse_authorized_user(object, made, err);
	if (strcmp(type, "external_account") == 0)
		return parse_external_account(object, made, err);
	if (strcmp(type, "impersonated_service_account") == 0)
		return parse_impersonated(object, made, depth, err);
	return error_set(err, ERROR_CONFIG,
		"credentials of type \"%.40s\" are not supported (service_account, "
		"authorized_user, external_account and impersonated_service_account are)",
		type);
}

/* An external account may end in an impersonation: then that is what others see. */
static struct credential *put_impersonation_on_top(struct credential *made)
{
	if (made->kind != CREDENTIAL_EXTERNAL_ACCOUNT || made->impersonation_url == NULL)
		return made;
	struct credential *top = memory_new(sizeof(*top));
	top->kind = CREDENTIAL_IMPERSONATED;
	top->impersonation_url = made->impersonation_url;
	made->impersonation_url = NULL;
	top->source = made;
	return top;
}

/* ".../serviceAccounts/NAME:generateAccessToken" names who it is. */
static void note_email(struct credential *made)
{
	const char *start = made->impersonation_url == NULL
				    ? NULL
				    : strstr(made->impersonation_url, "serviceAccounts/");
	if (start == NULL || made->email != NULL)
		return;
	start += strlen("serviceAccounts/");
	made->email = memory_copy_span(start, strcspn(start, ":/?"));
}

bool credential_parse(const char *text, size_t length, const char *origin,
	struct credential **parsed, struct error *err)
{
	json_error_t where;
	json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, &where);
	if (!json_is_object(object)) {
		json_decref(object);
		return error_set(
			err, ERROR_CONFIG, "the credential %s is not a JSON object", origin);
	}
	struct credential *made = memory_new(sizeof(*made));
	credential_guard_process();
	bool done = parse_object(object, made, 0, err);
	secret_json_free(object);
	if (!done) {
		credential_free(made);
		return error_prefix(err, "the credential %s cannot be used", origin);
	}
	made = put_impersonation_on_top(made);
	note_email(made);
	for (struct credential *part = made; part != NULL; part = part->source)
		part->origin = memory_copy_text(origin);
	*parsed = made;
	return true;
}

void credential_impersonate(struct credential **credential, const char *email)
{
	struct credential *top = memory_new(sizeof(*top));
	char *escaped = curl_easy_escape(NULL, email, 0);
	top->kind = CREDENTIAL_IMPERSONATED;
	top->source = *credential;
	top->origin = memory_copy_text(top->source->origin);
	top->email = memory_copy_text(email);
	top->impersonation_url = memory_format(
		"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/%s:"
		"generateAccessToken",
		escaped);
	curl_free(escaped);
	*credential = top;
}
