#include "bigquery_parts.h"

#include "base/cancel.h"
#include "base/memory.h"
#include "warehouse/write_pace.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#define GOOGLE_ENDPOINT "https://bigquery.googleapis.com"
#define HEADERS_MAX	8
#define LETTERS		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

static bool is_made_of(const char *text, const char *letters)
{
	size_t length = strlen(text);
	return length > 0 && length <= 300 && strspn(text, letters) == length;
}

bool bigquery_is_name(const char *name, bool is_project)
{
	return is_made_of(name, is_project ? LETTERS "-.:" : LETTERS);
}

bool bigquery_is_word(const char *text)
{
	return is_made_of(text, LETTERS "-");
}

bool bigquery_new(
	const struct bigquery_settings *settings, struct bigquery **made, struct error *err)
{
	struct http *http;
	const struct http_settings transport = {.ca_file = settings->ca_file,
		.cancel = settings->cancel,
		.policy = settings->policy};
	if (!bigquery_is_name(settings->project, true))
		return error_set(err, ERROR_CONFIG, "\"%s\" is not the name of a Google project",
			settings->project);
	if (!http_new(&transport, &http, err))
		return false;
	struct bigquery *bigquery = memory_new(sizeof(*bigquery));
	struct bigquery_settings *kept = &bigquery->settings;
	*kept = *settings;
	kept->project = memory_copy_text(settings->project);
	kept->endpoint =
		memory_copy_text(settings->endpoint != NULL ? settings->endpoint : GOOGLE_ENDPOINT);
	kept->location = memory_copy_text(settings->location);
	kept->quota_project = memory_copy_text(settings->quota_project);
	kept->run = memory_copy_text(settings->run);
	if (kept->pace == NULL && !kept->is_emulator)
		kept->pace = &write_pace_default;
	bigquery->http = http;
	http_hear_waits(http, (struct http_waits){bigquery, bigquery_tell_wait});
	bigquery->cancel = settings->cancel;
	*made = bigquery;
	return true;
}

void bigquery_free(struct bigquery *bigquery)
{
	if (bigquery == NULL)
		return;
	http_free(bigquery->http);
	free((char *)bigquery->settings.project);
	free((char *)bigquery->settings.endpoint);
	free((char *)bigquery->settings.location);
	free((char *)bigquery->settings.quota_project);
	free((char *)bigquery->settings.run);
	free(bigquery);
}

void bigquery_set_cancel(struct bigquery *bigquery, struct cancel *cancel)
{
	bigquery->cancel = cancel;
	http_set_cancel(bigquery->http, cancel);
}

const struct bigquery_failure *bigquery_last_failure(const struct bigquery *bigquery)
{
	return &bigquery->failure;
}

void bigquery_forget_failure(struct bigquery *bigquery)
{
	bigquery->failure = (struct bigquery_failure){0};
}

/* What the judge of an answer learns while it judges. */
struct verdict {
	const struct bigquery_call *call;
	struct bigquery_failure failure;
	json_t *tree; /* of a good answer */
	bool is_text_wanted;
	bool is_garbled; /* status 200 and not JSON */
	int garbled_count;
	int internal_errors;
};

/* A good status with a bad body (cut on its way) is asked for once more. */
static bool judge_good(const struct http_reply *reply, struct verdict *verdict)
{
	if (verdict->is_text_wanted || (reply->body.length == 0 && verdict->call->is_empty_ok))
		return false;
	verdict->tree = bigquery_parse(buffer_text(&reply->body), reply->body.length);
	verdict->is_garbled = verdict->tree == NULL;
	return verdict->is_garbled && verdict->garbled_count++ == 0;
}

/* 308 is how an upload in pieces goes on. Anything else would take the token to another place. */
static bool is_redirect(long status)
{
	return status >= 300 && status < 400 && status != 308;
}

static bool judge(const struct http_reply *reply, void *context)
{
	struct verdict *verdict = context;
	verdict->failure = (struct bigquery_failure){0};
	verdict->is_garbled = false;
	if (is_redirect(reply->status)) {
		bigquery_note_redirect(reply->status, &verdict->failure);
		return false;
	}
	if (reply->status < 400)
		return judge_good(reply, verdict) && !verdict->call->is_one_try;
	bigquery_read_failure(
		buffer_text(&reply->body), reply->body.length, reply->status, &verdict->failure);
	return !verdict->call->is_one_try &&
	       bigquery_may_ask_again(&verdict->failure, &verdict->internal_errors);
}

static char *make_url(const struct bigquery *bigquery, const struct bigquery_call *call)
{
	if (call->url != NULL)
		return memory_copy_text(call->url);
	return memory_format("%s%s/bigquery/v2/%s%sprettyPrint=false", bigquery->settings.endpoint,
		call->is_upload ? "/upload" : "", call->path,
		strchr(call->path, '?') == NULL ? "?" : "&");
}

/* One exchange with its repeats, under one token. */
static enum http_result exchange(struct bigquery *bigquery, const struct bigquery_call *call,
	const char *token, struct verdict *verdict, struct http_reply *reply, struct error *err)
{
	const char *headers[HEADERS_MAX];
	size_t count = 0;
	char *quota = NULL;
	for (; count < call->header_count && count < HEADERS_MAX - 1; count++)
		headers[count] = call->headers[count];
	if (bigquery->settings.quota_project != NULL && !bigquery->is_quota_project_dropped) {
		quota = memory_format("X-Goog-User-Project: %s", bigquery->settings.quota_project);
		headers[count++] = quota;
	}
	char *url = make_url(bigquery, call);
	char *body = call->body == NULL ? NULL : json_dumps(call->body, JSON_COMPACT);
	const char *text = body != NULL ? body : call->text;
	struct http_request request = {.method = call->method,
		.url = url,
		.bearer = token,
		.content_type = body != NULL ? "application/json" : call->content_type,
		.body = text,
		.body_bytes = body != NULL ? strlen(body) : call->text_bytes,
		.headers = headers,
		.header_count = count,
		.reply_bytes_max = BIGQUERY_REPLY_BYTES_MAX,
		.time_ms_max = call->time_ms != 0 ? call->time_ms : BIGQUERY_CALL_MS,
		.is_plain_allowed = bigquery->settings.is_emulator,
		.plain_origin =
			bigquery->settings.is_emulator ? bigquery->settings.endpoint : NULL};
	enum http_result result =
		call->is_one_try ? http_send(bigquery->http, &request, reply, err)
				 : http_call(bigquery->http, &request, judge, verdict, reply, err);
	if (result == HTTP_ANSWERED && call->is_one_try)
		judge(reply, verdict);
	free(quota);
	free(url);
	free(body);
	return result;
}

/* True: something about us has changed, and the same call may now succeed. */
static bool mend(struct bigquery *bigquery, const struct bigquery_failure *failure,
	const char *token, bool is_first)
{
	if (!is_first)
		return false;
	if (failure->trouble == TROUBLE_LOGIN && token != NULL) {
		token_source_forget(bigquery->settings.tokens, token);
		return true;
	}
	if (failure->status == 403 && bigquery->settings.quota_project != NULL &&
		!bigquery->is_quota_project_dropped &&
		strstr(failure->message, BIGQUERY_SCOPE_DENIED) != NULL) {
		bigquery->is_quota_project_dropped = true;
		return true;
	}
	return false;
}

static bool take_token(struct bigquery *bigquery, char **token, struct error *err)
{
	*token = NULL;
	if (bigquery->settings.tokens == NULL)
		return true;
	if (token_source_get(
		    bigquery->settings.tokens, bigquery->http, bigquery->cancel, token, err))
		return true;
	bigquery->failure = (struct bigquery_failure){.trouble = TROUBLE_LOGIN};
	return false;
}

static bool fail_unheard(
	struct bigquery *bigquery, enum http_result result, const char *what, struct error *err)
{
	bigquery->failure = (struct bigquery_failure){
		.trouble = result == HTTP_STOPPED ? TROUBLE_STOPPED : TROUBLE_NETWORK};
	return error_prefix(err, "BigQuery: %s", what);
}

static bool judge_answer(struct bigquery *bigquery, const struct verdict *verdict, const char *what,
	struct error *err)
{
	bigquery->failure = verdict->failure;
	if (verdict->failure.trouble != TROUBLE_NONE)
		return bigquery_refuse(bigquery, verdict->failure.status, NULL, what, err);
	if (!verdict->is_garbled)
		return true;
	bigquery->failure.trouble = TROUBLE_NETWORK;
	return error_set(err, ERROR_NETWORK,
		"BigQuery: %s: the answer is not JSON (or deeper than "
		"%d levels)",
		what, BIGQUERY_JSON_DEPTH_MAX);
}

static bool check_size(struct bigquery *bigquery, const struct bigquery_call *call,
	const char *what, struct error *err)
{
	if (call->body == NULL ||
		json_dumpb(call->body, NULL, 0, JSON_COMPACT) <= BIGQUERY_REQUEST_BYTES_MAX)
		return true;
	return bigquery_refuse_size(
		bigquery, what, "a request in bytes", BIGQUERY_REQUEST_BYTES_MAX, err);
}

static bool ask(struct bigquery *bigquery, const struct bigquery_call *call, const char *what,
	struct verdict *verdict, struct http_reply *reply, struct error *err)
{
	if ((call->is_write && !bigquery_check_writable(bigquery, what, err)) ||
		!check_size(bigquery, call, what, err))
		return false;
	for (bool is_first = true;; is_first = false) {
		char *token;
		if (!take_token(bigquery, &token, err))
			return error_prefix(err, "BigQuery: %s", what);
		*reply = (struct http_reply){0};
		if (cancel_level(bigquery->cancel) != CANCEL_NOW)
			bigquery->may_be_sent = true;
		enum http_result result = exchange(bigquery, call, token, verdict, reply, err);
		secret_mask(verdict->failure.message, token);
		bool again = result == HTTP_ANSWERED &&
			     mend(bigquery, &verdict->failure, token, is_first);
		secret_free(token);
		if (result != HTTP_ANSWERED)
			return fail_unheard(bigquery, result, what, err);
		if (!again)
			break;
		http_reply_release(reply);
	}
	if (judge_answer(bigquery, verdict, what, err))
		return true;
	json_decref(verdict->tree);
	http_reply_release(reply);
	return false;
}

bool bigquery_ask(struct bigquery *bigquery, const struct bigquery_call *call, const char *what,
	json_t **reply, struct http_reply *head, struct error *err)
{
	struct verdict verdict = {.call = call};
	struct http_reply answer;
	if (!ask(bigquery, call, what, &verdict, &answer, err))
		return false;
	*reply = verdict.tree;
	http_reply_release(&answer);
	if (head != NULL)
		*head = answer;
	return true;
}

bool bigquery_ask_text(struct bigquery *bigquery, const struct bigquery_call *call,
	const char *what, struct buffer *text, struct error *err)
{
	struct verdict verdict = {.call = call, .is_text_wanted = true};
	struct http_reply answer;
	if (!ask(bigquery, call, what, &verdict, &answer, err))
		return false;
	*text = answer.body;
	return true;
}

bool bigquery_be_stopped(struct bigquery *bigquery, const char *what, struct error *err)
{
	bigquery->failure = (struct bigquery_failure){.trouble = TROUBLE_STOPPED};
	return error_set(err, ERROR_CANCELLED, "BigQuery: %s: stopped", what);
}

bool bigquery_wait_again(
	struct bigquery *bigquery, struct retry_state *state, const char *what, struct error *err)
{
	if (retry_wait(state, -1, bigquery->cancel))
		return true;
	return cancel_level(bigquery->cancel) == CANCEL_NOW &&
	       bigquery_be_stopped(bigquery, what, err);
}
