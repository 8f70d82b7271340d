/*
 * fake_smtp: a tiny mail server on 127.0.0.1 that takes one mail (or is busy before), with STARTTLS
 * and a certificate of its own, or without.
 *
 * A thread of the test program talks to one client and writes down every line that it was told.
 */
#ifndef BACKCOURT_TESTS_FAKE_SMTP_H
#define BACKCOURT_TESTS_FAKE_SMTP_H

#include <stdbool.h>

struct fake_smtp;

struct fake_smtp_manners {
	bool has_no_tls;     /* STARTTLS is not offered */
	int busy_count;	     /* so many clients are sent away before one is listened to */
	bool is_never_there; /* and then nobody is */
	const char *refusal; /* the answer to RCPT, instead of 250 */
};

struct fake_smtp *fake_smtp_start(struct fake_smtp_manners manners);
int fake_smtp_port(const struct fake_smtp *server);
/* The PEM of its certificate. */
const char *fake_smtp_certificate(const struct fake_smtp *server);
/* Waits for the thread. What came before TLS and after it; lent until fake_smtp_free. */
void fake_smtp_wait(struct fake_smtp *server);
const char *fake_smtp_plain(const struct fake_smtp *server);
const char *fake_smtp_secret(const struct fake_smtp *server);
void fake_smtp_free(struct fake_smtp *server);

#endif
