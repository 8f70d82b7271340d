/*
 * test_key: an RSA key made for the running test, as a service account's file holds it, and the
 * check of what was signed with it.
 */
#ifndef BACKCOURT_TESTS_TEST_KEY_H
#define BACKCOURT_TESTS_TEST_KEY_H

#include <stdbool.h>

/* The text of a service_account file; free it. bits: 2048, or fewer for a key that is refused. */
char *test_key_file(int bits);
/* Is the JWT signed by the newest key? *claims is its middle part, decoded; free it. */
bool test_key_verify(const char *jwt, char **claims);
/* Writes the text into a new file with this mode; the path is the caller's to free. */
char *test_key_write(const char *folder, const char *name, const char *text, unsigned mode);
void test_key_free(void);

#endif
