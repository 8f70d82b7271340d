/* What alerts look like on their way out. */
#include "alert/alert_send.h"

#include "base/clock.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

static void add_sentence(const struct alert_told *told, struct buffer *into)
{
	buffer_add_format(into, "%s: %s", told->pipeline, told->alert->text);
	if (told->alert->times > 1)
		buffer_add_format(into, " (%d times)", told->alert->times);
}

static bool has_line(const struct alert *alert, int line)
{
	return line < ALERT_LINES_MAX && alert->lines[line][0] != '\0';
}

/* Slack's markup knows these three, and nothing else of a text must be a command. */
static void add_escaped(struct buffer *into, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '&')
			buffer_add_text(into, "&amp;");
		else if (*text == '<')
			buffer_add_text(into, "&lt;");
		else if (*text == '>')
			buffer_add_text(into, "&gt;");
		else
			buffer_add_char(into, *text);
	}
}

void alert_write_slack(const struct alert_told *told, struct buffer *body)
{
	struct buffer plain = {0}, text = {0};
	add_sentence(told, &plain);
	for (int i = 0; has_line(told->alert, i); i++)
		buffer_add_format(&plain, "\n%s", told->alert->lines[i]);
	buffer_add_format(&text, "[%s] ", severity_words[alert_row(told->alert->kind)->severity]);
	add_escaped(&text, buffer_text(&plain));
	size_t length = text.length;
	while (length > ALERT_SLACK_TEXT_MAX ||
		(length < text.length && (text.bytes[length] & 0xC0) == 0x80))
		length--;
	text.bytes[length] = '\0';
	buffer_add_text(body, "{\"text\":");
	buffer_add_json_text(body, buffer_text(&text));
	buffer_add_char(body, '}');
	buffer_release(&plain);
	buffer_release(&text);
}

static void add_member(struct buffer *body, const char *name, const char *value)
{
	buffer_add_format(body, ",\"%s\":", name);
	if (value == NULL)
		buffer_add_text(body, "null");
	else
		buffer_add_json_text(body, value);
}

void alert_write_webhook(const struct alert_told *told, const char *id, struct buffer *body)
{
	const struct alert *alert = told->alert;
	char at[CLOCK_TEXT_BYTES], date[DATE_TEXT_BYTES];
	buffer_add_text(body, "{\"version\":1");
	add_member(body, "id", id);
	add_member(body, "time", clock_format_rfc3339(alert->at_ms, at));
	add_member(body, "event", alert_row(alert->kind)->name);
	add_member(body, "severity", severity_words[alert_row(alert->kind)->severity]);
	add_member(body, "pipeline", told->pipeline);
	buffer_add_text(body, ",\"run\":");
	if (alert->run == 0)
		buffer_add_text(body, "null");
	else
		buffer_add_format(body, "%" PRIu32, alert->run);
	add_member(body, "table", told->table);
	add_member(body, "date", alert->date == DATE_NONE ? NULL : date_format(alert->date, date));
	buffer_add_format(body, ",\"times\":%d", alert->times);
	add_member(body, "message", alert->text);
	buffer_add_text(body, ",\"lines\":[");
	for (int i = 0; has_line(alert, i); i++) {
		buffer_add_text(body, i == 0 ? "" : ",");
		buffer_add_json_text(body, alert->lines[i]);
	}
	buffer_add_text(body, "]}");
}

char *alert_sign(
	const char *secret, int64_t seconds, const char *body, char into[ALERT_SIGNATURE_BYTES])
{
	struct buffer signed_text = {0};
	unsigned char code[EVP_MAX_MD_SIZE];
	unsigned length = 0;
	buffer_add_format(&signed_text, "%" PRId64 ".%s", seconds, body);
	HMAC(EVP_sha256(), secret, (int)strlen(secret),
		(const unsigned char *)buffer_text(&signed_text), signed_text.length, code,
		&length);
	int used = snprintf(into, ALERT_SIGNATURE_BYTES, "t=%" PRId64 ",v1=", seconds);
	for (unsigned i = 0; i < length && used + 3 <= ALERT_SIGNATURE_BYTES; i++)
		used += snprintf(
			into + used, (size_t)(ALERT_SIGNATURE_BYTES - used), "%02x", code[i]);
	buffer_release(&signed_text);
	return into;
}

/* One word of RFC 2047: a subject from outside holds neither line ends nor raw bytes. */
static void add_subject(struct buffer *message, const char *text)
{
	char encoded[4 * ((ALERT_TEXT_BYTES + 2) / 3) + 1];
	char cut[46]; /* 75 characters are the longest word */
	size_t length = strlen(text) < sizeof(cut) - 1 ? strlen(text) : sizeof(cut) - 1;
	while (length > 0 && text[length] != '\0' && (text[length] & 0xC0) == 0x80)
		length--;
	memcpy(cut, text, length);
	cut[length] = '\0';
	EVP_EncodeBlock((unsigned char *)encoded, (const unsigned char *)cut, (int)length);
	buffer_add_format(message, "Subject: =?utf-8?B?%s?=\r\n", encoded);
}

/* Lines of 76 characters of base64: whatever the text holds, no line is a command or too long. */
static void add_encoded(struct buffer *message, const struct buffer *text)
{
	char line[80];
	for (size_t at = 0; at < text->length; at += 57) {
		size_t length = text->length - at < 57 ? text->length - at : 57;
		EVP_EncodeBlock((unsigned char *)line, (const unsigned char *)text->bytes + at,
			(int)length);
		buffer_add_format(message, "%s\r\n", line);
	}
}

void alert_write_mail(const struct alert_told *told, const char *from, const char *to,
	const char *id, struct buffer *message)
{
	struct buffer text = {0}, subject = {0};
	time_t seconds = (time_t)(told->alert->at_ms / 1000);
	struct tm parts;
	char date[64];
	gmtime_r(&seconds, &parts);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000", &parts);
	buffer_add_format(&subject, "[backcourt %s] %s %s", told->pipeline,
		alert_row(told->alert->kind)->name, told->table);
	buffer_add_format(message,
		"Date: %s\r\nFrom: <%s>\r\nTo: %s\r\nMessage-ID: <%s@backcourt.invalid>\r\n", date,
		from, to, id);
	add_subject(message, buffer_text(&subject));
	buffer_add_text(message, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
				 "Content-Type: text/plain; charset=utf-8\r\n"
				 "Content-Transfer-Encoding: base64\r\n\r\n");
	add_sentence(told, &text);
	for (int i = 0; has_line(told->alert, i); i++)
		buffer_add_format(&text, "\n\n%s", told->alert->lines[i]);
	buffer_add_char(&text, '\n');
	add_encoded(message, &text);
	buffer_release(&text);
	buffer_release(&subject);
}
