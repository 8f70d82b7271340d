/* One mail, over a connection of its own: a reused one may be older than the demand for TLS. */
#include "alert_parts.h"

#include "base/memory.h"
#include "warehouse/http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ADDRESSES_MAX	   10
#define ADDRESS_BYTES_MAX  254
#define MAIL_REFUSED_FIRST 500 /* of SMTP: for good */

struct sending {
	const char *message;
	size_t length, sent;
};

/* An address gets into a command and into headers: nothing in it may end either. */
static bool is_address(const char *text, size_t length)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789@._-+";
	if (length == 0 || length > ADDRESS_BYTES_MAX || memchr(text, '@', length) == NULL)
		return false;
	for (size_t i = 0; i < length; i++)
		if (text[i] == '\0' || strchr(letters, text[i]) == NULL)
			return false;
	return true;
}

/* NULL when there is something that is no address, or too many. */
static struct curl_slist *list_recipients(const char *to, struct buffer *header)
{
	struct curl_slist *list = NULL;
	int count = 0;
	while (*to != '\0') {
		to += strspn(to, " ,");
		size_t length = strcspn(to, " ,");
		if (length == 0)
			break;
		if (!is_address(to, length) || count++ == ADDRESSES_MAX) {
			curl_slist_free_all(list);
			return NULL;
		}
		char *address = memory_format("<%.*s>", (int)length, to);
		list = curl_slist_append(list, address);
		buffer_add_format(header, "%s%s", count == 1 ? "" : ",\r\n ", address);
		free(address);
		to += length;
	}
	return list;
}

bool alert_mail_check(const struct alert_keys *keys, struct error *err)
{
	struct buffer header = {0};
	const char *server = keys->values[MAIL_SERVER], *from = keys->values[MAIL_FROM];
	struct curl_slist *list = list_recipients(keys->values[MAIL_TO], &header);
	bool has_recipients = list != NULL;
	curl_slist_free_all(list);
	buffer_release(&header);
	if (!text_starts_with(server, "smtp://") && !text_starts_with(server, "smtps://"))
		return error_set(err, ERROR_CONFIG, "server must be smtp:// or smtps://");
	if (!is_address(from, strlen(from)))
		return error_set(err, ERROR_CONFIG, "from is not an address");
	return has_recipients ||
	       error_set(err, ERROR_CONFIG, "to must be one to %d addresses with commas between",
		       ADDRESSES_MAX);
}

static size_t give(char *into, size_t size, size_t count, void *context)
{
	struct sending *sending = context;
	size_t room = size * count, left = sending->length - sending->sent;
	size_t given = left < room ? left : room;
	memcpy(into, sending->message + sending->sent, given);
	sending->sent += given;
	return given;
}

static void set_options(CURL *easy, const struct alert_keys *keys, struct sending *sending)
{
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_URL, keys->values[MAIL_SERVER]);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)ALERT_TRY_MS);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)ALERT_MAIL_MS);
	if (keys->values[MAIL_CA_FILE] != NULL)
		curl_easy_setopt(easy, CURLOPT_CAINFO, keys->values[MAIL_CA_FILE]);
	if (keys->values[MAIL_USER] != NULL)
		curl_easy_setopt(easy, CURLOPT_USERNAME, keys->values[MAIL_USER]);
	if (keys->values[MAIL_PASSWORD] != NULL)
		curl_easy_setopt(easy, CURLOPT_PASSWORD, keys->values[MAIL_PASSWORD]);
	curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(easy, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(easy, CURLOPT_READDATA, sending);
}

/* libcurl's own words may quote a line of the server's: only what is known to be harmless. */
static bool judge(CURL *easy, CURLcode code, struct error *err)
{
	long status = 0;
	if (code == CURLE_OK)
		return true;
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	bool is_config = status >= MAIL_REFUSED_FIRST || code == CURLE_USE_SSL_FAILED ||
			 code == CURLE_LOGIN_DENIED || code == CURLE_PEER_FAILED_VERIFICATION;
	return error_set(err, is_config ? ERROR_CONFIG : ERROR_NETWORK,
		"the mail of alerts: %s (SMTP %ld)", curl_easy_strerror(code), status);
}

static bool send_once(const struct alert_keys *keys, const char *from, struct curl_slist *to,
	const struct buffer *message, struct error *err)
{
	struct sending sending = {buffer_text(message), message->length, 0};
	CURL *easy = curl_easy_init();
	if (easy == NULL)
		memory_exhausted();
	set_options(easy, keys, &sending);
	curl_easy_setopt(easy, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, to);
	bool done = judge(easy, curl_easy_perform(easy), err);
	curl_easy_cleanup(easy);
	return done;
}

bool alert_mail_send(const struct alert_keys *keys, const struct alert_told *told, const char *id,
	struct error *err)
{
	struct buffer message = {0}, header = {0};
	struct http *http; /* starts libcurl, once for all */
	if (!alert_mail_check(keys, err) || !http_new(&(struct http_settings){0}, &http, err))
		return false;
	struct curl_slist *to = list_recipients(keys->values[MAIL_TO], &header);
	char *from = memory_format("<%s>", keys->values[MAIL_FROM]);
	alert_write_mail(told, keys->values[MAIL_FROM], buffer_text(&header), id, &message);
	bool done = send_once(keys, from, to, &message, err);
	curl_slist_free_all(to);
	http_free(http);
	free(from);
	buffer_release(&header);
	buffer_release(&message);
	return done;
}
