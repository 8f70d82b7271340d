/*
 * alert_parts: what core/alert/alert_send.c and core/alert/alert_mail.c share. Nobody else includes
 * this.
 */
#ifndef BACKCOURT_ALERT_PARTS_H
#define BACKCOURT_ALERT_PARTS_H

#include "alert/alert_send.h"

#define ALERT_KEYS_MAX 6

/* The values of a way's file, in the order of its keys; NULL: not given. */
struct alert_keys {
	char *values[ALERT_KEYS_MAX];
};

enum mail_key { MAIL_SERVER, MAIL_FROM, MAIL_TO, MAIL_USER, MAIL_PASSWORD, MAIL_CA_FILE };

bool alert_keys_read(
	enum alert_way way, const char *file, struct alert_keys *keys, struct error *err);
void alert_keys_release(struct alert_keys *keys); /* wipes them */

/* core/alert/alert_mail.c */
bool alert_mail_check(const struct alert_keys *keys, struct error *err);
bool alert_mail_send(const struct alert_keys *keys, const struct alert_told *told, const char *id,
	struct error *err);

#endif
