/* The answer as it comes in: its limits, and the few headers that anybody wants. */
#include "http_exchange.h"

#include "base/memory.h"

#include <curl/curl.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void http_reply_release(struct http_reply *reply)
{
	if (reply->body.bytes != NULL)
		OPENSSL_cleanse(reply->body.bytes, reply->body.capacity);
	buffer_release(&reply->body);
}

/* Grows by itself, since a reply with a token must not leave copies behind when it moves. */
static void keep_bytes(struct buffer *body, const char *bytes, size_t length)
{
	if (body->length + length + 1 > body->capacity) {
		size_t capacity = 2 * (body->length + length) + 4096;
		char *moved = memory_new(capacity);
		if (body->length > 0) {
			memcpy(moved, body->bytes, body->length);
			OPENSSL_cleanse(body->bytes, body->length);
		}
		free(body->bytes);
		body->bytes = moved;
		body->capacity = capacity;
	}
	buffer_add(body, bytes, length);
}

size_t http_reply_limit(const struct http_exchange *exchange)
{
	size_t wanted = exchange->request->reply_bytes_max;
	bool is_error = exchange->reply.status >= 400 && wanted > HTTP_ERROR_BYTES_MAX;
	return is_error ? HTTP_ERROR_BYTES_MAX : wanted;
}

size_t http_take_body(char *bytes, size_t size, size_t count, void *context)
{
	struct http_exchange *exchange = context;
	size_t length = size * count; /* libcurl: size is 1 */
	if (length > http_reply_limit(exchange) - exchange->reply.body.length) {
		exchange->limit = "the answer";
		return 0;
	}
	keep_bytes(&exchange->reply.body, bytes, length);
	return length;
}

/* The value of the header `name` of a line, cut to `room`; false when it is another header. */
static bool header_value(
	const char *line, size_t length, const char *name, char *value, size_t room)
{
	size_t name_length = strlen(name);
	if (length <= name_length || strncasecmp(line, name, name_length) != 0 ||
		line[name_length] != ':')
		return false;
	const char *at = line + name_length + 1;
	const char *end = line + length;
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	while (end > at && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' '))
		end--;
	size_t value_length = (size_t)(end - at);
	if (value_length >= room)
		value_length = 0; /* half a value is worse than none */
	memcpy(value, at, value_length);
	value[value_length] = '\0';
	return true;
}

/* Seconds, or the date when it may be tried again. */
static int64_t retry_after(const char *text, int64_t date_ms)
{
	int64_t seconds;
	if (text_to_integer(text, &seconds))
		return seconds >= 0 && seconds <= 86400 ? seconds * 1000 : -1;
	time_t when = curl_getdate(text, NULL);
	int64_t now_ms = date_ms >= 0 ? date_ms : (int64_t)time(NULL) * 1000;
	return when == -1 || (int64_t)when * 1000 < now_ms ? -1 : (int64_t)when * 1000 - now_ms;
}

static void note_header(struct http_reply *reply, const char *line, size_t length)
{
	char value[128];
	if (length > 5 && strncmp(line, "HTTP/", 5) == 0) {
		/* A 100 or a proxy's answer came before: its headers are not the reply's. */
		reply->location[0] = reply->range[0] = '\0';
		reply->retry_after_ms = reply->date_ms = -1;
		reply->is_metadata = false;
		const char *status = memchr(line, ' ', length);
		reply->status = status == NULL ? 0 : strtol(status, NULL, 10);
	} else if (header_value(
			   line, length, "location", reply->location, sizeof(reply->location)) ||
		   header_value(line, length, "range", reply->range, sizeof(reply->range))) {
		return;
	} else if (header_value(line, length, "retry-after", value, sizeof(value))) {
		reply->retry_after_ms = retry_after(value, reply->date_ms);
	} else if (header_value(line, length, "date", value, sizeof(value))) {
		time_t date = curl_getdate(value, NULL);
		reply->date_ms = date == -1 ? -1 : (int64_t)date * 1000;
	} else if (header_value(line, length, "metadata-flavor", value, sizeof(value))) {
		reply->is_metadata = strcasecmp(value, "Google") == 0;
	}
}

size_t http_take_header(char *bytes, size_t size, size_t count, void *context)
{
	struct http_exchange *exchange = context;
	size_t length = size * count;
	exchange->header_bytes += length;
	if (exchange->header_bytes > HTTP_HEADER_BYTES_MAX) {
		exchange->limit = "the header";
		return 0;
	}
	note_header(&exchange->reply, bytes, length);
	return length;
}
