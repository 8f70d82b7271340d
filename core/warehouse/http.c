#include "http_exchange.h"
#include "http_line.h"

#include "base/cancel.h"
#include "base/memory.h"

#include <curl/curl.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct http {
	struct http_line *line;
	CURL *easy;
	struct cancel *cancel;
	char *ca_file;
	long stall_seconds;
	int share_ms;
	const struct retry *policy;
	struct http_waits waits;
	int64_t request_count;
	bool is_doubtful; /* the last failure may be one that stays: repeated once only */
	char reason[CURL_ERROR_SIZE];
};

static pthread_once_t started = PTHREAD_ONCE_INIT;
static CURLcode start_status;

static void start_curl(void)
{
	/* A forgotten SSLKEYLOGFILE would write the keys of every connection into a file. */
	unsetenv("SSLKEYLOGFILE");
	start_status = curl_global_init(CURL_GLOBAL_DEFAULT);
}

bool http_new(const struct http_settings *settings, struct http **made, struct error *err)
{
	pthread_once(&started, start_curl);
	if (start_status != CURLE_OK)
		return error_set(err, ERROR_NETWORK, "cannot start libcurl: %s",
			curl_easy_strerror(start_status));
	struct http_line *line;
	if (!http_line_open(&line, err))
		return false;
	struct http *http = memory_new(sizeof(*http));
	http->line = line;
	http->easy = curl_easy_init();
	if (http->easy == NULL)
		memory_exhausted();
	http->cancel = settings->cancel;
	http->ca_file = memory_copy_text(settings->ca_file);
	http->stall_seconds =
		settings->stall_seconds > 0 ? settings->stall_seconds : HTTP_STALL_SECONDS;
	http->share_ms = settings->share_ms > 0 ? settings->share_ms : HTTP_SHARE_MS;
	http->policy = settings->policy != NULL ? settings->policy : &retry_default;
	*made = http;
	return true;
}

void http_describe_library(struct http_library *library)
{
	const curl_version_info_data *about = curl_version_info(CURLVERSION_NOW);
	*library = (struct http_library){.ca_file = about->cainfo, .ca_folder = about->capath};
	snprintf(library->name, sizeof(library->name), "libcurl %.20s", about->version);
}

void http_free(struct http *http)
{
	if (http == NULL)
		return;
	curl_easy_cleanup(http->easy);
	http_line_close(http->line);
	free(http->ca_file);
	free(http);
}

void http_set_cancel(struct http *http, struct cancel *cancel)
{
	http->cancel = cancel;
}

void http_hear_waits(struct http *http, struct http_waits waits)
{
	http->waits = waits;
}

int64_t http_request_count(const struct http *http)
{
	return http->request_count;
}

/* The headers of a request. The one with the token is in memory of ours, which is wiped. */
struct headers {
	struct curl_slist *list;
	struct curl_slist authorization;
};

static void add_header(struct headers *headers, const char *line)
{
	struct curl_slist *longer = curl_slist_append(headers->list, line);
	if (longer == NULL)
		memory_exhausted();
	headers->list = longer;
}

static struct curl_slist *make_headers(struct headers *headers, const struct http_request *request)
{
	*headers = (struct headers){0};
	add_header(headers, "Expect:");
	if (request->content_type != NULL) {
		char *line = memory_format("Content-Type: %s", request->content_type);
		add_header(headers, line);
		free(line);
	}
	for (size_t i = 0; i < request->header_count; i++)
		add_header(headers, request->headers[i]);
	if (request->bearer == NULL)
		return headers->list;
	headers->authorization.data = memory_format("Authorization: Bearer %s", request->bearer);
	headers->authorization.next = headers->list;
	return &headers->authorization;
}

static void release_headers(struct headers *headers)
{
	char *line = headers->authorization.data;
	if (line != NULL)
		OPENSSL_cleanse(line, strlen(line));
	free(line);
	curl_slist_free_all(headers->list);
}

static void set_method(CURL *easy, const struct http_request *request)
{
	static const char *const names[] = {
		[HTTP_GET] = "GET",
		[HTTP_POST] = "POST",
		[HTTP_PUT] = "PUT",
		[HTTP_PATCH] = "PATCH",
		[HTTP_DELETE] = "DELETE",
	};
	bool has_body = request->method != HTTP_GET && request->method != HTTP_DELETE;
	if (has_body) {
		curl_easy_setopt(easy, CURLOPT_POST, 1L);
		curl_easy_setopt(
			easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_bytes);
		curl_easy_setopt(
			easy, CURLOPT_POSTFIELDS, request->body == NULL ? "" : request->body);
	}
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, names[request->method]);
}

/* Where nobody between us and the other side could read along, or the operator wants it so. */
static bool is_near(const struct http_request *request)
{
	return http_is_loopback(request->url) || http_is_metadata(request->url) ||
	       (request->plain_origin != NULL &&
		       http_same_origin(request->url, request->plain_origin));
}

static bool is_tls(const struct http_request *request)
{
	return text_starts_with(request->url, "https://");
}

static void set_transport(struct http *http, const struct http_request *request)
{
	CURL *easy = http->easy;
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	/* Else the network thread, and all with it, waits for a name server that is slow when a
	 * transfer ends that has given up waiting for it. */
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, is_tls(request) ? "https" : "http");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)HTTP_CONNECT_MS);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, request->time_ms_max);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, http->stall_seconds);
	curl_easy_setopt(easy, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
	if (http->ca_file != NULL)
		curl_easy_setopt(easy, CURLOPT_CAINFO, http->ca_file);
	if (is_near(request))
		curl_easy_setopt(easy, CURLOPT_PROXY, "");
}

static void set_options(
	struct http *http, struct http_exchange *exchange, struct curl_slist *headers)
{
	CURL *easy = http->easy;
	curl_easy_reset(easy); /* keeps the connections */
	http->reason[0] = '\0';
	set_transport(http, exchange->request);
	set_method(easy, exchange->request);
	curl_easy_setopt(easy, CURLOPT_URL, exchange->request->url);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "backcourt/1 (gzip)");
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, http->reason);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, http_take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, http_take_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
}

/* "example.com": neither user nor path nor query belong in a message. */
static const char *host_of(const char *url, char into[HTTP_HOST_BYTES])
{
	if (!http_find_host(url, into))
		text_copy(into, HTTP_HOST_BYTES, "the server");
	return into;
}

static bool may_help_to_repeat(CURLcode code)
{
	static const CURLcode passing[] = {CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY,
		CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT, CURLE_GOT_NOTHING,
		CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2,
		CURLE_HTTP2_STREAM, CURLE_SSL_CONNECT_ERROR, CURLE_BAD_CONTENT_ENCODING};
	for (size_t i = 0; i < ARRAY_COUNT(passing); i++)
		if (passing[i] == code)
			return true;
	return false;
}

/* libcurl has no code of its own for it: a proxy that wants a login looks like a broken line. */
static bool has_proxy_refused(const struct http *http)
{
	long status = 0;
	return curl_easy_getinfo(http->easy, CURLINFO_HTTP_CONNECTCODE, &status) == CURLE_OK &&
	       status >= 400 && status < 500;
}

static enum http_result explain_failure(
	struct http *http, const struct http_exchange *exchange, CURLcode code, struct error *err)
{
	char host[HTTP_HOST_BYTES];
	host_of(exchange->request->url, host);
	if (exchange->limit != NULL) {
		error_set(err, ERROR_LIMIT, "%s: %s is longer than the limit of %zu bytes", host,
			exchange->limit,
			exchange->header_bytes > HTTP_HEADER_BYTES_MAX
				? (size_t)HTTP_HEADER_BYTES_MAX
				: http_reply_limit(exchange));
		return HTTP_REFUSED;
	}
	http->is_doubtful = code == CURLE_SSL_CONNECT_ERROR || code == CURLE_BAD_CONTENT_ENCODING;
	bool is_proxys_no = has_proxy_refused(http);
	const char *reason = http->reason[0] != '\0' ? http->reason : curl_easy_strerror(code);
	const char *advice = is_proxys_no ? " (see https_proxy and no_proxy)"
			     : code == CURLE_PEER_FAILED_VERIFICATION
				     ? " (is there a proxy that opens TLS? name its CA file)"
				     : "";
	error_set(err, ERROR_NETWORK, "cannot talk to %s: %.200s%s", host, reason, advice);
	if (err != NULL)
		http_clean_text(err->text);
	return may_help_to_repeat(code) && !is_proxys_no ? HTTP_UNHEARD : HTTP_REFUSED;
}

static enum http_result stopped(
	const struct http_request *request, struct http_reply *answer, struct error *err)
{
	char host[HTTP_HOST_BYTES];
	http_reply_release(answer);
	error_set(
		err, ERROR_CANCELLED, "the request to %s was stopped", host_of(request->url, host));
	return HTTP_STOPPED;
}

static const char *protocol_of(CURL *easy)
{
	long version = 0;
	curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
	return version == CURL_HTTP_VERSION_2_0	  ? "HTTP/2"
	       : version == CURL_HTTP_VERSION_1_1 ? "HTTP/1.1"
						  : "an old HTTP";
}

static enum http_result run_exchange(
	struct http *http, struct http_exchange *exchange, struct error *err)
{
	CURLcode code;
	int share_ms = is_tls(exchange->request) ? http->share_ms : 0; /* without TLS: no streams */
	http->request_count++;
	if (!http_line_run(http->line, http->easy, share_ms, http->cancel, &code))
		return stopped(exchange->request, &exchange->reply, err);
	if (code != CURLE_OK)
		return explain_failure(http, exchange, code, err);
	curl_easy_getinfo(http->easy, CURLINFO_RESPONSE_CODE, &exchange->reply.status);
	exchange->reply.protocol = protocol_of(http->easy);
	return HTTP_ANSWERED;
}

static bool check_request(const struct http_request *request, struct error *err)
{
	char host[HTTP_HOST_BYTES];
	if (strlen(request->url) > HTTP_URL_BYTES_MAX)
		return error_set(err, ERROR_LIMIT, "a URL of more than %d bytes for %s",
			HTTP_URL_BYTES_MAX, host_of(request->url, host));
	if (request->body_bytes > HTTP_REQUEST_BYTES_MAX)
		return error_set(err, ERROR_LIMIT, "a request of more than %d bytes for %s",
			HTTP_REQUEST_BYTES_MAX, host_of(request->url, host));
	if (text_starts_with(request->url, "https://"))
		return true;
	if (!text_starts_with(request->url, "http://") || !request->is_plain_allowed ||
		!is_near(request))
		return error_set(err, ERROR_NETWORK,
			"%s: only https is spoken outside this machine",
			host_of(request->url, host));
	return true;
}

enum http_result http_send(struct http *http, const struct http_request *request,
	struct http_reply *reply, struct error *err)
{
	struct headers headers;
	struct http_exchange exchange = {
		.request = request, .reply = {.retry_after_ms = -1, .date_ms = -1}};
	if (!check_request(request, err))
		return HTTP_REFUSED;
	set_options(http, &exchange, make_headers(&headers, request));
	enum http_result result = run_exchange(http, &exchange, err);
	curl_easy_reset(http->easy); /* forgets the headers before they are freed */
	release_headers(&headers);
	if (result == HTTP_ANSWERED)
		*reply = exchange.reply;
	else
		http_reply_release(&exchange.reply);
	return result;
}

/* A first repeat is soon over; with the second one somebody may wonder. */
static void tell_wait(const struct http *http, const struct http_request *request, int attempts,
	long status, const struct error *err)
{
	char host[HTTP_HOST_BYTES], words[HTTP_HOST_BYTES + 64];
	if (http->waits.hear == NULL || attempts != 1)
		return;
	snprintf(words, sizeof(words), "%s answers with status %ld", host_of(request->url, host),
		status);
	http->waits.hear(http->waits.context, status != 0 ? words : err->text);
}

enum http_result http_call(struct http *http, const struct http_request *request, http_judge judge,
	void *context, struct http_reply *reply, struct error *err)
{
	struct retry_state state;
	struct error own;
	int doubts = 0;
	err = err != NULL ? err : &own;
	retry_begin(&state, http->policy);
	for (;;) {
		struct http_reply answer = {.retry_after_ms = -1};
		enum http_result result = http_send(http, request, &answer, err);
		bool again =
			result == HTTP_ANSWERED ? judge(&answer, context) : result == HTTP_UNHEARD;
		if (result == HTTP_UNHEARD && http->is_doubtful)
			again = doubts++ == 0;
		again = again &&
			(request->tries_max == 0 || state.attempts + 1 < request->tries_max);
		if (again)
			tell_wait(http, request, state.attempts, answer.status, err);
		if (again && retry_wait(&state, answer.retry_after_ms, http->cancel)) {
			http_reply_release(&answer);
			continue;
		}
		if (again && cancel_level(http->cancel) == CANCEL_NOW)
			return stopped(request, &answer, err);
		if (result == HTTP_ANSWERED)
			*reply = answer;
		return result;
	}
}

bool http_judge_status(const struct http_reply *reply, void *context)
{
	(void)context;
	return reply->status == 429 || reply->status == 500 ||
	       (reply->status >= 502 && reply->status <= 504);
}
