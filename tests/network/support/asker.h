/*
 * asker: one HTTP client with one request on a thread of its own, so that a test can have several
 * under way at once.
 *
 * Order of calls: asker_prepare, changes to the fields, asker_start, asker_finish, asker_release.
 * The client lives, and with it the connections of the process, until asker_release.
 */
#ifndef BACKCOURT_TESTS_ASKER_H
#define BACKCOURT_TESTS_ASKER_H

#include "base/error.h"
#include "warehouse/http.h"

#include <pthread.h>

#define ASKER_TOKEN    "ya29.never-shown"
#define ASKER_SHARE_MS 600000 /* however slow the machine is, they share a connection */

struct cancel;

struct asker {
	/* The question: a GET with a token, or a POST of the body; all lent. */
	char url[128];
	const char *ca_file;
	const struct retry *policy;
	int share_ms; /* ASKER_SHARE_MS */
	const char *body;
	size_t body_bytes;
	size_t reply_bytes_max;
	struct cancel *cancel; /* its own */

	struct http *http;
	pthread_t thread;

	/* The answer, after asker_finish. */
	enum http_result result;
	struct http_reply reply;
	struct error err;
};

/* "https://127.0.0.1:PORT" and the path; waits take no time (no_time.h). */
void asker_prepare(struct asker *asker, int port, const char *path, const char *ca_file);
void asker_start(struct asker *asker);
/* The test fails when it does not end so. */
void asker_finish(struct asker *asker, enum http_result wanted);
/* The same two without a thread. */
void asker_ask(struct asker *asker, enum http_result wanted);
void asker_release(struct asker *asker);

#endif
