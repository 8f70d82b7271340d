/*
 * alert_send: alerts that leave this machine: a Slack-style webhook, a webhook of your own that is
 * signed, and mail.
 *
 * Each way has a file of `name = value` lines (# begins a comment), because it holds secrets: they
 * are never options, never in an argv. The file is read anew for each alert, must be a regular file
 * of yours or root's, and neither readable nor writable by others:
 *
 *   slack    url = https://hooks.slack.com/services/... (host = NAME: of another Slack-like one)
 *   webhook  url = https://..., secret = ... (optional: signs the body)
 *   mail     server = smtp://host:587 or smtps://host:465, from, to (commas between), user,
 *            password, ca_file (all but the first three optional)
 *
 * Everything is encrypted: https outside this machine, STARTTLS or smtps for mail, certificates
 * verified, redirects never followed. A text that comes back in an error holds no URL, no secret.
 *
 * The signature of the webhook: `X-Signature: t=SECONDS,v1=HEX`, HEX being the HMAC-SHA256 with the
 * secret over "SECONDS.BODY". The body is {"version": 1, "id", "time", "event", "severity",
 * "pipeline", "run" (its number, as on the screen and at the end of its log's name; or null),
 * "table", "date" (or null), "times", "message", "lines"}; the id stays the same when it is sent
 * again.
 *
 * One call is one try. What passes (a network that is not there, 429, 5xx, a mail server's 4xx) is
 * worth another by the schedule of alert.h, with the same id. All of them block, up to ALERT_TRY_MS
 * or ALERT_MAIL_MS: on a worker.
 */
#ifndef BACKCOURT_ALERT_SEND_H
#define BACKCOURT_ALERT_SEND_H

#include "alert/alert.h"

#include <stddef.h>

#define ALERT_TRY_MS	      5000
#define ALERT_MAIL_MS	      15000 /* one try of a mail: greeting, TLS, login */
#define ALERT_SLACK_TEXT_MAX  3000  /* bytes, Slack's limit of a section */
#define ALERT_SIGNATURE_BYTES 128
#define ALERT_ID_BYTES	      33

struct health_way;

/* X(id, name of the option's end and of messages) */
#define ALERT_WAY_LIST(X)     \
	X(SLACK, "slack")     \
	X(WEBHOOK, "webhook") \
	X(MAIL, "mail")

enum alert_way {
#define X(id, name) ALERT_BY_##id,
	ALERT_WAY_LIST(X)
#undef X
		ALERT_WAY_COUNT
};

/* The files by way; NULL: that way is not used. All lent. */
struct alert_files {
	const char *files[ALERT_WAY_COUNT];
};

struct alert_told {
	const struct alert *alert;
	const char *pipeline, *table;
	const char *id; /* of alert_make_id, the same in all tries; NULL: a new one */
};

const char *alert_way_name(enum alert_way way);
void alert_make_id(char into[ALERT_ID_BYTES]);
/* Is the file there, ours alone, and complete? Sends nothing. */
bool alert_way_check(enum alert_way way, const char *file, struct error *err);
/* Those that cannot be used, as far as a look at their files tells; returns how many there are, at
 * most ALERT_WAY_COUNT. */
size_t alert_ways_look(const struct alert_files *files, struct health_way *ways);
/* False with ERROR_CONFIG: trying again does not help before somebody changes something; else
 * *retry_after_ms is how long the other side wants to be left alone, -1 where it has not said. */
bool alert_way_send(enum alert_way way, const char *file, const struct alert_told *told,
	int64_t *retry_after_ms, struct error *err);

/* Pure, for the senders and tests. */
void alert_write_slack(const struct alert_told *told, struct buffer *body);
void alert_write_webhook(const struct alert_told *told, const char *id, struct buffer *body);
void alert_write_mail(const struct alert_told *told, const char *from, const char *to,
	const char *id, struct buffer *message);
char *alert_sign(
	const char *secret, int64_t seconds, const char *body, char into[ALERT_SIGNATURE_BYTES]);

#endif
