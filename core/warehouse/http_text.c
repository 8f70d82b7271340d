/* Small questions about URLs and texts from outside. */
#include "warehouse/http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

void http_add_escaped(struct buffer *url, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				    "-._~";
	for (; *text != '\0'; text++)
		if (strchr(plain, *text) != NULL)
			buffer_add_char(url, *text);
		else
			buffer_add_format(url, "%%%02X", (unsigned char)*text);
}

/* "scheme://host:port", the port always said; false when it is not a URL. */
static bool origin_of(const char *url, char *into, size_t room)
{
	char *scheme = NULL, *host = NULL, *port = NULL;
	CURLU *parsed = curl_url();
	bool known = parsed != NULL && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
		     curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
		     curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
		     curl_url_get(parsed, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK;
	if (known) {
		int length = snprintf(into, room, "%s://%s:%s", scheme, host, port);
		known = length > 0 && (size_t)length < room;
	}
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	curl_url_cleanup(parsed);
	return known;
}

bool http_same_origin(const char *a, const char *b)
{
	char first[512], second[512];
	return origin_of(a, first, sizeof(first)) && origin_of(b, second, sizeof(second)) &&
	       strcasecmp(first, second) == 0;
}

/* 127.0.0.1.example.com is not this machine: digits and dots only. */
static bool is_loopback_host(const char *host, size_t length)
{
	if (length == 9 && strncasecmp(host, "localhost", 9) == 0)
		return true;
	if (length == 5 && strncmp(host, "[::1]", 5) == 0)
		return true;
	return length >= 7 && strncmp(host, "127.", 4) == 0 &&
	       strspn(host, "0123456789.") >= length;
}

bool http_is_loopback(const char *url)
{
	char origin[512];
	if (!origin_of(url, origin, sizeof(origin)))
		return false;
	const char *host = strstr(origin, "://") + 3;
	const char *end = strrchr(host, ':');
	return is_loopback_host(host, (size_t)(end - host));
}

void http_clean_text(char *text)
{
	size_t length = strlen(text);
	for (char *at = text; length > 0;) {
		uint32_t code_point;
		size_t used = text_decode_utf8(at, length, &code_point);
		bool is_bad = code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) ||
			      (code_point == 0xFFFD && used == 1);
		if (is_bad)
			memset(at, code_point == '\n' ? ' ' : '?', used);
		at += used;
		length -= used;
	}
}
