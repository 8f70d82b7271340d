#include "token_request.h"

#include "base/memory.h"
#include "credential_parts.h"
#include "gcloud.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#define GOOGLE_TOKEN_URL "https://oauth2.googleapis.com/token"
#define FORM		 "application/x-www-form-urlencoded"
#define JWT_LIFE_SECONDS 3600
#define CLOCK_GRACE_S	 10 /* our clock may be ahead of theirs by so much */
#define TOKEN_TIME_MS	 30000
#define METADATA_TIME_MS 3000
#define METADATA_TRIES	 3
#define UNSAID_LIFE_MS	 300000 /* of a token whose end is not said */

/* The test's server instead of any other: the path stays. */
static char *place_url(const struct token_request *request, const char *url)
{
	if (request->test_origin == NULL)
		return memory_copy_text(url);
	const char *host = strstr(url, "://");
	const char *path = host == NULL ? NULL : strchr(host + 3, '/');
	return memory_format("%s%s", request->test_origin, path == NULL ? "/" : path);
}

/* The answer of any status, repeated while it may pass. */
static bool ask(struct token_request *request, struct http_request *asked, const char *url,
	struct http_reply *reply, struct error *err)
{
	char *placed = place_url(request, url);
	asked->url = placed;
	asked->is_plain_allowed |= request->test_origin != NULL;
	asked->reply_bytes_max = TOKEN_REPLY_BYTES_MAX;
	if (asked->time_ms_max == 0)
		asked->time_ms_max = TOKEN_TIME_MS;
	enum http_result result =
		http_call(request->http, asked, http_judge_status, NULL, reply, err);
	free(placed);
	return result == HTTP_ANSWERED;
}

/* "" where it is not known what helps. */
static const char *advice_for(const struct credential *credential, const char *reason)
{
	bool is_over = strcmp(reason, "invalid_grant") == 0;
	if (credential->kind == CREDENTIAL_IMPERSONATED)
		return "it takes roles/iam.serviceAccountTokenCreator on that account";
	return is_over ? credential_login_advice(credential) : "";
}

/* {"error": "invalid_grant", "error_description": "..."} or {"error": {"message": "..."}} */
static bool refuse(
	const struct credential *credential, const struct http_reply *reply, struct error *err)
{
	json_t *tree = json_loadb(buffer_text(&reply->body), reply->body.length, 0, NULL);
	json_t *error = json_object_get(tree, "error");
	const char *reason =
		json_string_value(json_is_object(error) ? json_object_get(error, "status") : error);
	const char *words = json_string_value(json_is_object(error)
						      ? json_object_get(error, "message")
						      : json_object_get(tree, "error_description"));
	reason = reason == NULL ? "no reason" : reason;
	char text[ERROR_TEXT_BYTES];
	snprintf(text, sizeof(text), "%.60s%s%.200s", reason, words == NULL ? "" : ": ",
		words == NULL ? "" : words);
	http_clean_text(text);
	bool is_final = reply->status >= 400 && reply->status < 500 && reply->status != 429;
	const char *advice = advice_for(credential, reason);
	bool has_advice = advice[0] != '\0';
	/* What helps comes first: the end is cut off where there is little room. */
	error_set(err, is_final ? ERROR_REFUSED : ERROR_NETWORK,
		"no token%s%s%s for %s (%s): status %ld, %s", has_advice ? " (" : "", advice,
		has_advice ? ")" : "",
		credential->email != NULL ? credential->email : credential->origin,
		credential_kind_name(credential), reply->status, text);
	json_decref(tree);
	return false;
}

static bool take_reply(const struct token_request *request, const struct credential *credential,
	struct http_reply *reply, char **token, int64_t *expires_ms, struct error *err)
{
	bool done = reply->status == 200
			    ? token_parse_reply(buffer_text(&reply->body), reply->body.length,
				      request->now_ms, token, expires_ms, err)
			    : refuse(credential, reply, err);
	http_reply_release(reply);
	return done;
}

static char *escape(const char *text)
{
	struct buffer escaped = {0};
	/* Three bytes for each at most: no move leaves a piece of a secret behind. */
	escaped.capacity = 3 * strlen(text) + 1;
	escaped.bytes = memory_new(escaped.capacity);
	http_add_escaped(&escaped, text);
	return escaped.bytes;
}

static char *make_claims(
	const struct token_request *request, const struct credential *credential, const char *scope)
{
	struct buffer claims = {0};
	int64_t now_s = (request->now_ms + request->skew_ms) / 1000 - CLOCK_GRACE_S;
	buffer_add_text(&claims, "{\"iss\":");
	buffer_add_json_text(&claims, credential->email);
	buffer_add_text(&claims, ",\"scope\":");
	buffer_add_json_text(&claims, scope);
	buffer_add_format(&claims,
		",\"aud\":\"" GOOGLE_TOKEN_URL "\",\"iat\":%" PRId64 ",\"exp\":%" PRId64 "}", now_s,
		now_s + JWT_LIFE_SECONDS);
	return claims.bytes;
}

static bool post_form(struct token_request *request, const char *url, char *form,
	struct http_reply *reply, struct error *err)
{
	struct http_request asked = {.method = HTTP_POST,
		.content_type = FORM,
		.body = form,
		.body_bytes = strlen(form)};
	bool done = ask(request, &asked, url, reply, err);
	secret_free(form);
	return done;
}

static bool post_assertion(struct token_request *request, const struct credential *credential,
	const char *scope, struct http_reply *reply, struct error *err)
{
	char *jwt;
	char *claims = make_claims(request, credential, scope);
	bool done = jwt_make(credential->private_key, credential->key_id, claims, &jwt, err) ||
		    error_prefix(err, "the credential %s", credential->origin);
	free(claims);
	if (!done)
		return false;
	char *form = secret_format("grant_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Agrant-type%%3Ajwt-"
				   "bearer&assertion=%s",
		jwt);
	secret_free(jwt);
	return post_form(request, GOOGLE_TOKEN_URL, form, reply, err);
}

/* True: the refusal may come from the clocks, and the server's time is now known. */
static bool is_clock_wrong(struct token_request *request, const struct http_reply *reply)
{
	if (reply->status == 200 || reply->date_ms < 0 ||
		strstr(buffer_text(&reply->body), "invalid_grant") == NULL)
		return false;
	int64_t skew_ms = reply->date_ms - request->now_ms;
	int64_t change_ms = skew_ms - request->skew_ms;
	if (change_ms < TOKEN_SKEW_WARN_MS && change_ms > -TOKEN_SKEW_WARN_MS)
		return false;
	request->skew_ms = skew_ms;
	return true;
}

static bool fetch_service_account(struct token_request *request,
	const struct credential *credential, const char *scope, struct http_reply *reply,
	struct error *err)
{
	if (!post_assertion(request, credential, scope, reply, err))
		return false;
	if (!is_clock_wrong(request, reply))
		return true;
	http_reply_release(reply);
	return post_assertion(request, credential, scope, reply, err);
}

static bool fetch_authorized_user(struct token_request *request,
	const struct credential *credential, struct http_reply *reply, struct error *err)
{
	char *id = escape(credential->client_id);
	char *secret = escape(credential->client_secret);
	char *refresh = escape(credential->refresh_token);
	char *form = secret_format(
		"grant_type=refresh_token&client_id=%s&client_secret=%s&refresh_token=%s", id,
		secret, refresh);
	free(id);
	secret_free(secret);
	secret_free(refresh);
	return post_form(request, GOOGLE_TOKEN_URL, form, reply, err);
}

struct metadata_question {
	const char *host, *path;
	int time_ms, tries;
};

static bool ask_metadata(struct token_request *request, const struct metadata_question *question,
	struct http_reply *reply, struct error *err)
{
	static const char *const headers[] = {"Metadata-Flavor: Google"};
	char *origin = memory_format("http://%s", question->host);
	char *url = memory_format("%s%s", origin, question->path);
	struct http_request asked = {.headers = headers,
		.header_count = ARRAY_COUNT(headers),
		.time_ms_max = question->time_ms,
		.tries_max = question->tries,
		.is_plain_allowed = true,
		.plain_origin = origin};
	bool done = ask(request, &asked, url, reply, err);
	free(origin);
	free(url);
	if (!done)
		return error_prefix(err,
			"no Google credentials but those of a metadata server (NO_GCE_CHECK=true "
			"if there is none; gcloud auth application-default login makes others)");
	if (reply->is_metadata)
		return true;
	http_reply_release(reply);
	return error_set(err, ERROR_NETWORK,
		"%s answers, but is not the metadata server (no Metadata-Flavor)", question->host);
}

/* Short and once: where there is no such server, nobody waits long to hear it. */
static bool greet_metadata(
	struct token_request *request, const struct credential *credential, struct error *err)
{
	struct http_reply greeting = {0};
	int limit_ms = credential->metadata_ms;
	const struct metadata_question question = {credential->metadata_probe, "/",
		limit_ms != 0 ? limit_ms : METADATA_PROBE_MS, credential->metadata_tries};
	if (request->is_metadata_known)
		return true;
	if (!ask_metadata(request, &question, &greeting, err))
		return false;
	http_reply_release(&greeting);
	request->is_metadata_known = true;
	return true;
}

static bool fetch_metadata(struct token_request *request, const struct credential *credential,
	const char *scope, struct http_reply *reply, struct error *err)
{
	int limit_ms = credential->metadata_ms;
	if (!greet_metadata(request, credential, err))
		return false;
	char *escaped = escape(scope);
	char *path = memory_format(
		"/computeMetadata/v1/instance/service-accounts/default/token?scopes=%s", escaped);
	const struct metadata_question question = {credential->metadata_host, path,
		limit_ms != 0 ? limit_ms : METADATA_TIME_MS, METADATA_TRIES};
	bool done = ask_metadata(request, &question, reply, err);
	free(escaped);
	free(path);
	return done;
}

/* The whole text, or one field of it. */
static bool cut_subject(const struct credential *credential, const char *text, size_t length,
	char **subject, struct error *err)
{
	if (credential->subject_field == NULL) {
		size_t end = strcspn(text, "\r\n");
		*subject = memory_copy_span(text, end);
		return end > 0 ||
		       (free(*subject), error_set(err, ERROR_CONFIG, "the subject token is empty"));
	}
	json_t *tree = json_loadb(text, length, 0, NULL);
	const char *found = json_string_value(json_object_get(tree, credential->subject_field));
	if (found != NULL)
		*subject = memory_copy_text(found);
	else
		error_set(err, ERROR_CONFIG, "the subject token's file has no text \"%s\"",
			credential->subject_field);
	bool done = found != NULL;
	secret_json_free(tree);
	return done;
}

static bool subject_from_url(struct token_request *request, const struct credential *credential,
	char **subject, struct error *err)
{
	struct http_request asked = {
		.headers = (const char *const *)credential->subject_headers,
		.header_count = credential->subject_header_count,
		.is_plain_allowed = true,
	};
	struct http_reply reply;
	if (!ask(request, &asked, credential->subject_url, &reply, err))
		return false;
	bool done = reply.status == 200 ? cut_subject(credential, buffer_text(&reply.body),
						  reply.body.length, subject, err)
					: error_set(err, ERROR_NETWORK,
						  "no subject token: its server answers with "
						  "status %ld",
						  reply.status);
	http_reply_release(&reply);
	return done;
}

static bool find_subject(struct token_request *request, const struct credential *credential,
	char **subject, struct error *err)
{
	char *text, *warning = NULL;
	size_t length;
	if (credential->subject_file == NULL)
		return subject_from_url(request, credential, subject, err);
	bool done = credential_read_file(credential->subject_file, &text, &length, &warning, err);
	free(warning);
	if (!done)
		return false;
	done = cut_subject(credential, text, length, subject, err);
	secret_free(text);
	return done;
}

static bool fetch_external(struct token_request *request, const struct credential *credential,
	const char *scope, struct http_reply *reply, struct error *err)
{
	char *subject;
	if (!find_subject(request, credential, &subject, err))
		return false;
	char *token = escape(subject);
	char *audience = escape(credential->audience);
	char *type = escape(credential->subject_token_type);
	char *wanted = escape(scope);
	char *form = secret_format(
		"grant_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Agrant-type%%3Atoken-exchange"
		"&requested_token_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Atoken-type%%3Aaccess_token"
		"&audience=%s&scope=%s&subject_token=%s&subject_token_type=%s",
		audience, wanted, token, type);
	secret_free(subject);
	secret_free(token);
	free(audience);
	free(type);
	free(wanted);
	return post_form(request, credential->token_url, form, reply, err);
}

static bool fetch_impersonated(struct token_request *request, const struct credential *credential,
	const char *scope, struct http_reply *reply, struct error *err)
{
	char *bearer = NULL;
	int64_t ignored_ms;
	if (!token_fetch(request, credential->source, SCOPE_CLOUD, &bearer, &ignored_ms, err))
		return false;
	struct buffer body = {0};
	buffer_add_text(&body, "{\"scope\":[");
	buffer_add_json_text(&body, scope);
	buffer_add_format(&body, "],\"lifetime\":\"3600s\",\"delegates\":%s}",
		credential->delegates == NULL ? "[]" : credential->delegates);
	struct http_request asked = {.method = HTTP_POST,
		.content_type = "application/json",
		.bearer = bearer,
		.body = body.bytes,
		.body_bytes = body.length};
	bool done = ask(request, &asked, credential->impersonation_url, reply, err);
	buffer_release(&body);
	secret_free(bearer);
	return done;
}

/* Nobody says how long it lives: it is used for as long as it is trusted at all. A start of gcloud
 * takes seconds, and it gives out tokens that are new. */
static void set_unsaid_life(struct token_request *request, int64_t *expires_ms)
{
	*expires_ms = request->now_ms + UNSAID_LIFE_MS;
	request->ahead_ms = 0;
}

/* gcloud's file holds nothing but the token. */
static bool read_token_file(struct token_request *request, const struct credential *credential,
	char **token, int64_t *expires_ms, struct error *err)
{
	char *text, *warning = NULL;
	size_t length;
	bool done = credential_read_file(credential->token_file, &text, &length, &warning, err);
	free(warning);
	if (!done)
		return false;
	text[strcspn(text, "\r\n")] = '\0';
	done = token_is_wellformed(text);
	if (done) {
		*token = memory_copy_text(text);
		set_unsaid_life(request, expires_ms);
	} else {
		error_set(err, ERROR_CONFIG, "%s holds no token", credential->token_file);
	}
	secret_free(text);
	return done;
}

bool token_fetch(struct token_request *request, const struct credential *credential,
	const char *scope, char **token, int64_t *expires_ms, struct error *err)
{
	struct http_reply reply = {0};
	bool done = false;
	switch (credential->kind) {
	case CREDENTIAL_TOKEN_FILE:
		return read_token_file(request, credential, token, expires_ms, err);
	case CREDENTIAL_GCLOUD:
		if (!gcloud_print_token(request->gcloud_ms, request->cancel, token, err))
			return false;
		set_unsaid_life(request, expires_ms);
		return true;
	case CREDENTIAL_SERVICE_ACCOUNT:
		done = fetch_service_account(request, credential, scope, &reply, err);
		break;
	case CREDENTIAL_AUTHORIZED_USER:
		done = fetch_authorized_user(request, credential, &reply, err);
		break;
	case CREDENTIAL_EXTERNAL_ACCOUNT:
		done = fetch_external(request, credential, scope, &reply, err);
		break;
	case CREDENTIAL_METADATA:
		done = fetch_metadata(request, credential, scope, &reply, err);
		break;
	case CREDENTIAL_IMPERSONATED:
		done = fetch_impersonated(request, credential, scope, &reply, err);
		break;
	case CREDENTIAL_KIND_COUNT:
		break;
	}
	request->ahead_ms = TOKEN_AHEAD_MS;
	return done && take_reply(request, credential, &reply, token, expires_ms, err);
}
