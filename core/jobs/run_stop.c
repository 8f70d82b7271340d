#include "jobs/run_stop.h"

#include "base/memory.h"
#include "run_watch.h"

#include <stdlib.h>

#define TURN_MS 50 /* for one run, while there are several */

/* Only the run's own end matters here; the verdicts are for whoever settles it. */
static void hear_nothing(void *context, const struct log_fact *fact)
{
	(void)context;
	(void)fact;
}

static void begin(struct run_watch *watch, enum run_stop_how how)
{
	/* What is in the log already is no reason to stop now. */
	run_watch_catch_up(watch);
	if (how == RUN_STOP_NOW)
		run_watch_kill(watch);
	else
		run_watch_want_stop(watch,
			how == RUN_STOP_ANYWHERE ? WATCH_STOP_ANYWHERE : WATCH_STOP_AFTER_DATE);
}

static size_t open_all(const struct run_stop *stop, struct run_watch **watches, struct error *err)
{
	struct log_listener listener = {NULL, hear_nothing, NULL};
	size_t opened = 0;
	for (size_t i = 0; i < stop->count; i++) {
		const struct run_to_stop *run = &stop->runs[i];
		if (!run_watch_open(run->path, stop->rules, &listener, &watches[opened], err))
			continue;
		begin(watches[opened++], run->how);
		stop->begun(stop->context, i);
	}
	return opened;
}

static size_t drop_ended(struct run_watch **watches, size_t count)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (run_watch_is_over(watches[i]))
			run_watch_close(watches[i]);
		else
			watches[kept++] = watches[i];
	return kept;
}

bool run_stop(const struct run_stop *stop, struct error *err)
{
	struct run_watch **watches = memory_new_array(stop->count + 1, sizeof(struct run_watch *));
	size_t opened = open_all(stop, watches, err), left = opened;
	while (left > 0) {
		for (size_t i = 0; i < left; i++)
			run_watch_step(watches[i], -1, left > 1 ? TURN_MS : -1);
		left = drop_ended(watches, left);
	}
	free(watches);
	return opened == stop->count;
}
