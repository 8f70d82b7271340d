/* Small questions about URLs and texts from outside. */
#include "http_exchange.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

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

bool http_find_host(const char *url, char into[HTTP_HOST_BYTES])
{
	char *host = NULL;
	CURLU *parsed = curl_url();
	bool known = parsed != NULL && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
		     curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
		     strlen(host) < HTTP_HOST_BYTES;
	if (known)
		text_copy(into, HTTP_HOST_BYTES, host);
	curl_free(host);
	curl_url_cleanup(parsed);
	return known;
}

/* A name that only begins like an address is none: whoever owns it says where it leads. */
bool http_is_loopback(const char *url)
{
	char host[HTTP_HOST_BYTES];
	struct in_addr address;
	if (!http_find_host(url, host))
		return false;
	return strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
	       (inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127);
}

bool http_is_metadata(const char *url)
{
	return http_same_origin(url, "http://169.254.169.254") ||
	       http_same_origin(url, "http://metadata.google.internal");
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

bool http_check_ca_file(const char *path, struct error *err)
{
	struct stat about;
	if (stat(path, &about) != 0 || access(path, R_OK) != 0)
		return error_set(err, ERROR_CONFIG, "%.300s: %s", path, strerror(errno));
	X509_STORE *store = S_ISREG(about.st_mode) ? X509_STORE_new() : NULL;
	bool is_good = store != NULL && X509_STORE_load_file(store, path) == 1;
	X509_STORE_free(store);
	ERR_clear_error();
	return is_good ||
	       error_set(err, ERROR_CONFIG, "%.300s holds no certificate in PEM form", path);
}
