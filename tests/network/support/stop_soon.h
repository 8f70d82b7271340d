/*
 * stop_soon: a stop that comes into a request.
 *
 * stop_soon_begin starts a thread that waits until the fake was asked so often, then raises
 * CANCEL_NOW; the test lends `cancel` to what shall be stopped, and ends it with stop_soon_end.
 */
#ifndef BACKCOURT_TESTS_STOP_SOON_H
#define BACKCOURT_TESTS_STOP_SOON_H

#include "base/cancel.h"
#include "tests/network/support/fake_server.h"

#include <pthread.h>

struct stop_soon {
	struct fake *fake;
	struct cancel *cancel;
	const char *request; /* the stop comes when so many of these were asked */
	size_t count;
	pthread_t thread;
};

void stop_soon_begin(struct stop_soon *stop, struct fake *fake, const char *request, size_t count);
void stop_soon_end(struct stop_soon *stop);

#endif
