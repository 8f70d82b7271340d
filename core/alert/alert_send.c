#include "alert/alert_send.h"

#include "alert_parts.h"
#include "base/clock.h"
#include "base/memory.h"
#include "warehouse/credential.h"
#include "warehouse/health.h"
#include "warehouse/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#define REASON_BYTES 80
#define REPEATED_MAX 3 /* characters in a row that a refusal may share with a URL */
#define REPLY_BYTES  65536

static const char *const way_names[] = {
#define X(id, name) name,
	ALERT_WAY_LIST(X)
#undef X
};

/* Which keys a file may have; those before `required` must be there. */
static const struct {
	const char *keys[ALERT_KEYS_MAX];
	size_t required;
} ways[ALERT_WAY_COUNT] = {
	[ALERT_BY_SLACK] = {{"url", "host"}, 1},
	[ALERT_BY_WEBHOOK] = {{"url", "secret"}, 1},
	[ALERT_BY_MAIL] = {{"server", "from", "to", "user", "password", "ca_file"}, 3},
};

const char *alert_way_name(enum alert_way way)
{
	return way_names[way];
}

void alert_keys_release(struct alert_keys *keys)
{
	for (size_t i = 0; i < ALERT_KEYS_MAX; i++)
		secret_free(keys->values[i]);
	*keys = (struct alert_keys){0};
}

/* The line is one of ours to write on. */
static bool take_line(enum alert_way way, const char *file, int number, char *line,
	struct alert_keys *keys, struct error *err)
{
	char *name = line + strspn(line, " \t");
	size_t length = strcspn(name, " \t=");
	char *value = name + length + strspn(name + length, " \t");
	if (name[0] == '\0' || name[0] == '#')
		return true;
	if (*value != '=')
		return error_set(
			err, ERROR_CONFIG, "%s:%d: \"name = value\" is wanted", file, number);
	value++;
	value += strspn(value, " \t");
	size_t end = strlen(value);
	while (end > 0 && strchr(" \t\r", value[end - 1]) != NULL)
		value[--end] = '\0';
	name[length] = '\0';
	for (size_t i = 0; i < ALERT_KEYS_MAX && ways[way].keys[i] != NULL; i++)
		if (strcmp(ways[way].keys[i], name) == 0) {
			secret_free(keys->values[i]);
			keys->values[i] = memory_copy_text(value);
			return true;
		}
	/* The name is not shown: it may be a secret that stands in the wrong place. */
	return error_set(
		err, ERROR_CONFIG, "%s:%d: %s knows no such name", file, number, way_names[way]);
}

static bool take_lines(enum alert_way way, const char *file, char *text, struct alert_keys *keys,
	struct error *err)
{
	int number = 1;
	for (char *line = text; line != NULL; number++) {
		char *next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		if (!take_line(way, file, number, line, keys, err))
			return false;
		line = next;
	}
	for (size_t i = 0; i < ways[way].required; i++)
		if (keys->values[i] == NULL || keys->values[i][0] == '\0')
			return error_set(
				err, ERROR_CONFIG, "%s: %s is missing", file, ways[way].keys[i]);
	return true;
}

bool alert_keys_read(
	enum alert_way way, const char *file, struct alert_keys *keys, struct error *err)
{
	char *text, *warning = NULL;
	size_t length;
	*keys = (struct alert_keys){0};
	if (!credential_read_file(file, &text, &length, &warning, err))
		return false;
	bool done = warning == NULL || error_set(err, ERROR_CONFIG, "%s", warning);
	done = done && (memchr(text, '\0', length) == NULL ||
			       error_set(err, ERROR_CONFIG, "%s holds a NUL byte", file));
	done = done && take_lines(way, file, text, keys, err);
	secret_free(text);
	free(warning);
	if (!done)
		alert_keys_release(keys);
	return done;
}

static bool check_url(const char *url, struct error *err)
{
	if (text_starts_with(url, "https://") ||
		(text_starts_with(url, "http://") && http_is_loopback(url)))
		return true;
	return error_set(err, ERROR_CONFIG, "the url must be https://");
}

#define SLACK_HOST "hooks.slack.com"

/* The URL of Slack's is a secret whole: a mistyped or changed one must not carry it elsewhere. */
static bool check_host(const struct alert_keys *keys, struct error *err)
{
	const char *named = keys->values[1], *url = keys->values[0];
	char *pinned = memory_format("https://%s", named != NULL ? named : SLACK_HOST);
	bool is_of =
		http_is_loopback(url) || http_same_origin(url, pinned) ||
		error_set(err, ERROR_CONFIG,
			"the url is not one of %.60s (host = NAME[:PORT] allows another)", pinned);
	free(pinned);
	return is_of;
}

static bool check(enum alert_way way, const struct alert_keys *keys, struct error *err)
{
	if (way == ALERT_BY_MAIL)
		return alert_mail_check(keys, err);
	return check_url(keys->values[0], err) && (way != ALERT_BY_SLACK || check_host(keys, err));
}

void alert_make_id(char into[ALERT_ID_BYTES])
{
	unsigned char bytes[16] = {0};
	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		memory_exhausted();
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(into + 2 * i, 3, "%02x", bytes[i]);
}

/* What of a URL only its owner knows: all behind the host, but for the word that all of Slack's
 * have in common and its refusals use too ("no_service"). */
static const char *secret_of(const char *url)
{
	static const char common[] = "/services/";
	const char *host = strstr(url, "://");
	const char *path = host == NULL ? url : host + 3;
	path += strcspn(path, "/?#");
	return text_starts_with(path, common) ? path + strlen(common) : path;
}

/* Have they so many characters in a row in common, in whatever case? */
static bool repeats(const char *text, const char *secret)
{
	size_t length = strlen(text);
	for (size_t i = 0; i + REPEATED_MAX < length; i++)
		for (const char *at = secret; strlen(at) > REPEATED_MAX; at++)
			if (strncasecmp(text + i, at, REPEATED_MAX + 1) == 0)
				return true;
	return false;
}

/*
 * What the other side says, where it is a code of its own ("channel_is_archived"). Whatever else it
 * says may hold the URL, as it was sent or in another spelling.
 */
static void copy_reason(const struct http_reply *reply, const char *url, char into[REASON_BYTES])
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz_ ";
	const char *body = buffer_text(&reply->body);
	size_t length = strspn(body, allowed);
	size_t rest = strspn(body + length, "\r\n");
	bool is_code = length < REASON_BYTES && length + rest == reply->body.length;
	text_copy(into, is_code ? length + 1 : 1, body);
	if (repeats(into, secret_of(url)))
		into[0] = '\0';
}

static bool judge_reply(
	enum alert_way way, const char *url, const struct http_reply *reply, struct error *err)
{
	char reason[REASON_BYTES];
	if (reply->status >= 200 && reply->status < 300)
		return true;
	copy_reason(reply, url, reason);
	bool passes = reply->status == 429 || reply->status >= 500;
	return error_set(err, passes ? ERROR_NETWORK : ERROR_CONFIG,
		"the %s of alerts refused one: status %ld%s%s", way_names[way], reply->status,
		reason[0] == '\0' ? "" : " ", reason);
}

/* One try. *retry_after_ms is left alone where nothing is said of it. */
static bool post(enum alert_way way, const struct alert_keys *keys, const char *body,
	int64_t *retry_after_ms, struct error *err)
{
	struct http *http;
	struct http_reply reply = {0};
	char header[ALERT_SIGNATURE_BYTES + 16], signature[ALERT_SIGNATURE_BYTES];
	const char *headers[] = {header};
	bool is_signed = way == ALERT_BY_WEBHOOK && keys->values[1] != NULL;
	if (!check(way, keys, err) || !http_new(&(const struct http_settings){0}, &http, err))
		return false;
	if (is_signed)
		alert_sign(keys->values[1], clock_wall_ms() / 1000, body, signature);
	snprintf(header, sizeof(header), "X-Signature: %s", is_signed ? signature : "");
	const struct http_request request = {.method = HTTP_POST,
		.url = keys->values[0],
		.content_type = "application/json",
		.body = body,
		.body_bytes = strlen(body),
		.headers = headers,
		.header_count = is_signed ? 1 : 0,
		.reply_bytes_max = REPLY_BYTES,
		.time_ms_max = ALERT_TRY_MS,
		.is_plain_allowed = http_is_loopback(keys->values[0])};
	bool heard = http_send(http, &request, &reply, err) == HTTP_ANSWERED;
	bool done = heard && judge_reply(way, keys->values[0], &reply, err);
	if (heard)
		*retry_after_ms = reply.retry_after_ms;
	http_reply_release(&reply);
	http_free(http);
	return done;
}

static bool send_by(enum alert_way way, const struct alert_keys *keys,
	const struct alert_told *told, int64_t *retry_after_ms, struct error *err)
{
	struct buffer body = {0};
	char id[ALERT_ID_BYTES];
	bool done = false;
	if (told->id == NULL)
		alert_make_id(id);
	else
		text_copy(id, sizeof(id), told->id);
	switch (way) {
	case ALERT_BY_SLACK:
		alert_write_slack(told, &body);
		done = post(way, keys, buffer_text(&body), retry_after_ms, err);
		break;
	case ALERT_BY_WEBHOOK:
		alert_write_webhook(told, id, &body);
		done = post(way, keys, buffer_text(&body), retry_after_ms, err);
		break;
	case ALERT_BY_MAIL:
		done = alert_mail_send(keys, told, id, err);
		break;
	case ALERT_WAY_COUNT:
		break;
	}
	buffer_release(&body);
	return done;
}

bool alert_way_check(enum alert_way way, const char *file, struct error *err)
{
	struct alert_keys keys;
	if (!alert_keys_read(way, file, &keys, err))
		return false;
	bool done = check(way, &keys, err) || error_prefix(err, "%s", file);
	alert_keys_release(&keys);
	return done;
}

size_t alert_ways_look(const struct alert_files *files, struct health_way *broken)
{
	size_t count = 0;
	struct error err;
	for (unsigned i = 0; i < ALERT_WAY_COUNT; i++) {
		if (files->files[i] == NULL ||
			alert_way_check((enum alert_way)i, files->files[i], &err))
			continue;
		struct health_way *way = &broken[count++];
		way->name = way_names[i];
		text_copy(way->problem, sizeof(way->problem), err.text);
		snprintf(way->help, sizeof(way->help), "mend %.300s: the next alert reads it anew",
			files->files[i]);
	}
	return count;
}

bool alert_way_send(enum alert_way way, const char *file, const struct alert_told *told,
	int64_t *retry_after_ms, struct error *err)
{
	struct alert_keys keys;
	*retry_after_ms = -1;
	if (!alert_keys_read(way, file, &keys, err))
		return false;
	bool done = send_by(way, &keys, told, retry_after_ms, err);
	alert_keys_release(&keys);
	return done;
}
