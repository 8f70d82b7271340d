/* What a token endpoint answers. */
#include "token_request.h"

#include "base/memory.h"
#include "base/text.h"
#include "credential_parts.h"

#include <string.h>
#include <time.h>

#define LIFE_SECONDS_MAX 86400

/* A number, or (as some servers do) a text with a number. */
static bool read_life(json_t *value, int64_t *seconds)
{
	if (json_is_integer(value))
		*seconds = json_integer_value(value);
	else if (!json_is_string(value) || !text_to_integer(json_string_value(value), seconds))
		return false;
	return *seconds > 0 && *seconds <= LIFE_SECONDS_MAX;
}

/* "2026-11-16T12:00:00Z" */
static bool read_time(const char *text, int64_t *ms)
{
	struct tm parts = {0};
	const char *end = text == NULL ? NULL : strptime(text, "%Y-%m-%dT%H:%M:%S", &parts);
	if (end == NULL)
		return false;
	end += *end == '.' ? 1 + strspn(end + 1, "0123456789") : 0;
	if (strcmp(end, "Z") != 0)
		return false;
	*ms = (int64_t)timegm(&parts) * 1000;
	return true;
}

bool token_is_wellformed(const char *text)
{
	size_t length = text == NULL ? 0 : strlen(text);
	if (length == 0 || length > TOKEN_BYTES_MAX)
		return false;
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

static bool read_expiry(json_t *reply, int64_t now_ms, int64_t *expires_ms)
{
	int64_t seconds;
	if (read_life(json_object_get(reply, "expires_in"), &seconds)) {
		*expires_ms = now_ms + seconds * 1000;
		return true;
	}
	const char *when = json_string_value(json_object_get(reply, "expireTime"));
	return read_time(when, expires_ms) && *expires_ms > now_ms &&
	       *expires_ms <= now_ms + LIFE_SECONDS_MAX * 1000LL;
}

bool token_parse_reply(const char *text, size_t length, int64_t now_ms, char **token,
	int64_t *expires_ms, struct error *err)
{
	json_error_t where;
	int64_t until_ms;
	json_t *reply = json_loadb(text, length, JSON_REJECT_DUPLICATES, &where);
	const char *found = json_string_value(json_object_get(reply, "access_token"));
	if (found == NULL)
		found = json_string_value(json_object_get(reply, "accessToken"));
	bool done = token_is_wellformed(found) ||
		    error_set(err, ERROR_NETWORK, "the token endpoint's answer holds no token");
	done = done && (read_expiry(reply, now_ms, &until_ms) ||
			       error_set(err, ERROR_NETWORK,
				       "the token endpoint does not say how long its token lives"));
	if (done) {
		*token = memory_copy_text(found);
		*expires_ms = until_ms;
	}
	secret_json_free(reply);
	return done;
}
