/* The session of a run: nothing reads the signals yet, and a warehouse may be asked for minutes. */
#include "verb_run_parts.h"

#include "base/cancel.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>

struct watch {
	int signals;
	struct cancel *stop; /* raised by a signal */
	struct cancel *over; /* raised by us */
};

/* The signal stays: where the session is open all the same, the loop of the run obeys it. */
static void *watch_signals(void *context)
{
	const struct watch *watch = context;
	struct pollfd seen[] = {{.fd = watch->signals, .events = POLLIN},
		{.fd = cancel_descriptor(watch->over), .events = POLLIN}};
	while (poll(seen, ARRAY_COUNT(seen), -1) < 0 && errno == EINTR)
		seen[0].revents = seen[1].revents = 0;
	if (seen[0].revents != 0)
		cancel_raise(watch->stop, CANCEL_NOW);
	return NULL;
}

static bool open_watched(
	const struct config *config, struct runner *runner, struct watch *watch, struct error *err)
{
	pthread_t thread;
	int reason = pthread_create(&thread, NULL, watch_signals, watch);
	if (reason != 0)
		return error_set_system(err, reason, "cannot wait for signals");
	bool done = session_open_stoppable(config, watch->stop, &runner->session, err);
	cancel_raise(watch->over, CANCEL_NOW);
	pthread_join(thread, NULL);
	return done;
}

bool run_open_session(const struct config *config, struct runner *runner, struct error *err)
{
	struct watch watch = {.signals = runner->signals};
	bool done = cancel_new(&watch.stop, err) && cancel_new(&watch.over, err) &&
		    open_watched(config, runner, &watch, err);
	cancel_free(watch.stop);
	cancel_free(watch.over);
	return done;
}
