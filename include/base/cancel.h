/*
 * cancel: how a worker learns that it shall stop.
 *
 * One `struct cancel` per task, owned by whoever started the task and outliving it. A worker asks
 * between two pieces of work (cancel_level) and polls cancel_descriptor beside whatever else it
 * waits for. Levels only rise. Any thread.
 */
#ifndef BACKCOURT_BASE_CANCEL_H
#define BACKCOURT_BASE_CANCEL_H

#include "base/error.h"

enum cancel_level {
	CANCEL_NOT,
	CANCEL_AFTER_DATE, /* finish the date in hand, then stop */
	CANCEL_DETACH,	   /* the same; what can go on without this process goes on */
	CANCEL_NOW,	   /* leave at once; the open transaction is rolled back */
};

struct cancel;

bool cancel_new(struct cancel **made, struct error *err);
void cancel_free(struct cancel *cancel);
void cancel_raise(struct cancel *cancel, enum cancel_level level);
enum cancel_level cancel_level(const struct cancel *cancel); /* NULL is CANCEL_NOT */
/* Readable once the level is CANCEL_NOW; never read from it. */
int cancel_descriptor(const struct cancel *cancel);
/* Readable after every change, pauses included, until the one who waits calls
 * cancel_note_change. */
int cancel_change_descriptor(const struct cancel *cancel);
void cancel_note_change(struct cancel *cancel);

/*
 * Pausing belongs here too: a paused worker waits in cancel_wait_while_paused between two dates. It
 * returns when the pause is lifted or any cancel level is raised.
 */
void cancel_set_paused(struct cancel *cancel, bool paused);
bool cancel_is_paused(const struct cancel *cancel);
void cancel_wait_while_paused(struct cancel *cancel);
/* Sleeps up to `ms`, less when a level is raised (CANCEL_AFTER_DATE does not cut it short). */
void cancel_sleep_ms(struct cancel *cancel, int ms);

#endif
