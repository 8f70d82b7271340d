/*
 * test_certificate: a key and a certificate made for the running test, signed by itself, so that
 * the test names it as the authority that is trusted (or does not).
 */
#ifndef BACKCOURT_TESTS_TEST_CERTIFICATE_H
#define BACKCOURT_TESTS_TEST_CERTIFICATE_H

#include <openssl/ssl.h>
#include <stdbool.h>

struct test_certificate {
	SSL_CTX *context; /* of a server with it */
	char *pem;
};

/* "DNS:example.org,IP:127.0.0.1"; is_over: it ended a minute ago. */
void test_certificate_make(struct test_certificate *made, const char *names, bool is_over);
void test_certificate_release(struct test_certificate *made);

#endif
