/*
 * tls_front: TLS in front of a plain server of a test, so that the program may believe to talk to
 * Google itself.
 *
 * It either is the server (https://127.0.0.1:PORT), or an HTTP proxy that answers every CONNECT by
 * taking the place of the host that was asked for: with https_proxy set to it, the program speaks
 * to "bigquery.googleapis.com" and "oauth2.googleapis.com" of the test, with every rule for tokens
 * and certificates in force. A thread relays one connection after the other.
 */
#ifndef BACKCOURT_TESTS_TLS_FRONT_H
#define BACKCOURT_TESTS_TLS_FRONT_H

#include <stdbool.h>
#include <stddef.h>

struct tls_front;

struct tls_front_manners {
	const char *names; /* as in test_certificate.h; NULL: those of Google, and 127.0.0.1 */
	bool is_over;	   /* the certificate's time */
	bool is_old;	   /* speaks TLS 1.1 and no newer one */
	bool is_proxy;
};

struct tls_front *tls_front_start(int server_port, struct tls_front_manners manners);
void tls_front_finish(struct tls_front *front);
int tls_front_port(const struct tls_front *front);
const char *tls_front_certificate(const struct tls_front *front); /* PEM */
/* After tls_front_finish was not yet called: how many connections came, how many of them ended in a
 * handshake, and whether all of those offered HTTP/2. */
struct tls_front_count {
	size_t connections, handshakes;
	bool is_http2_offered;
};
struct tls_front_count tls_front_counts(struct tls_front *front);

#endif
