/*
 * digest: short SHA-256 digests, and numbers as the texts that are digested.
 *
 * data_hash columns are the first 16 hex digits of SHA-256 (phase 3, 2.6; phase 4, 2.5).
 * Any thread.
 */
#ifndef BACKCOURT_BASE_DIGEST_H
#define BACKCOURT_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_TEXT_BYTES  17
#define REAL_TEXT_BYTES	   32
#define INTEGER_TEXT_BYTES 21

/* Writes 16 lower-case hex digits and NUL; returns `into`. */
char *digest_sha256_16(const void *bytes, size_t length, char into[DIGEST_TEXT_BYTES]);

/* A digest made piece by piece. digest_end releases it; call it exactly once. */
struct digest;
struct digest *digest_begin(void);
void digest_add(struct digest *digest, const void *bytes, size_t length);
char *digest_end(struct digest *digest, char into[DIGEST_TEXT_BYTES]);

/* Writes the decimal digits and NUL; returns where the NUL is. */
char *integer_format(int64_t value, char into[INTEGER_TEXT_BYTES]);
/* Shortest text that reads back as the same double, as Python's repr: "2.5", "10.0", "1e+16". */
char *real_format(double value, char into[REAL_TEXT_BYTES]);

#endif
