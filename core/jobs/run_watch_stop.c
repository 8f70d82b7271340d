/* When a run may be asked to end without cutting a date, and how it is asked. */
#include "run_watch_parts.h"

#include "base/clock.h"
#include "base/text.h"
#include "jobs/outside.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static void ask_outside(struct run_watch *watch, int signal)
{
	struct error err;
	if (watch->asked_ms == 0)
		watch->asked_ms = clock_monotonic_ms();
	if (!process_tree_signal(&watch->tree, signal, &err))
		text_copy(watch->trouble, sizeof(watch->trouble), err.text);
}

static void ask(struct run_watch *watch, enum run_verb verb)
{
	char who[64];
	struct error err;
	if (watch->path == NULL) {
		ask_outside(watch, verb == RUN_VERB_KILL ? SIGKILL : SIGTERM);
		return;
	}
	snprintf(who, sizeof(who), "backcourt, process %ld", (long)getpid());
	/* Refused: the run is over, as the next look shows; or it is asked again then. */
	(void)run_request(watch->path, verb, who, &err);
}

/* What holds on may not have been reached by the first signal, or started since. Nobody's job is
 * killed unasked: that it ignores the signal is said. */
void watch_press_on(struct run_watch *watch)
{
	if (watch->kill_asked) {
		ask(watch, RUN_VERB_KILL);
		return;
	}
	if (watch->path != NULL)
		return;
	ask_outside(watch, SIGTERM);
	if (clock_monotonic_ms() - watch->asked_ms < OUTSIDE_GRACE_MS)
		return;
	size_t left = process_tree_look(&watch->tree);
	if (left > 0)
		snprintf(watch->trouble, sizeof(watch->trouble),
			"%zu %s of the job of process %d %s SIGTERM: only a kill ends %s", left,
			left == 1 ? "process" : "processes", (int)watch->job.pid,
			left == 1 ? "ignores" : "ignore", left == 1 ? "it" : "them");
}

void watch_consider_stop(struct run_watch *watch)
{
	if (watch->stop == WATCH_STOP_NOT || watch->stop_asked || watch->is_over)
		return;
	bool is_moment = watch->stop == WATCH_STOP_ANYWHERE ||
			 (watch->stop_due && !log_reader_is_in_window(watch->reader) &&
				 watch_has_caught_up(watch));
	if (!is_moment)
		return;
	watch->stop_asked = true;
	ask(watch, RUN_VERB_TERMINATE);
}

void run_watch_want_stop(struct run_watch *watch, enum watch_stop wanted)
{
	if (watch->stop == wanted)
		return;
	watch->stop = wanted;
	watch->stop_due = wanted == WATCH_STOP_OUTSIDE_WINDOW ||
			  (wanted == WATCH_STOP_AFTER_DATE && !watch->is_date_open);
	watch_consider_stop(watch);
}

const char *run_watch_trouble(const struct run_watch *watch)
{
	return watch->trouble;
}

bool run_watch_is_stopping(const struct run_watch *watch)
{
	return watch->stop != WATCH_STOP_NOT && watch->stop_due;
}

bool run_watch_has_asked(const struct run_watch *watch)
{
	return watch->stop_asked || watch->kill_asked;
}

void run_watch_kill(struct run_watch *watch)
{
	watch->kill_asked = true;
	ask(watch, RUN_VERB_KILL);
}
