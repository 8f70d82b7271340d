/*
 * turn: what a turn of the loop may do before the next key is looked at.
 *
 * Keys go first: events are applied some at a time, and a key that waits ends the turn's events and
 * puts off the frame that they alone would cause. It delays nothing for long: a key is answered by
 * a frame of its own, which shows what was applied by then. UI thread only.
 */
#ifndef BACKCOURT_TUI_TURN_H
#define BACKCOURT_TUI_TURN_H

#include "event/event_queue.h"

#define TURN_FRAME_MS	     100 /* between two frames that events alone caused */
#define TURN_EVENTS_GAP_MS   4	 /* between two turns that take events: jobs print faster */
#define TURN_EVENTS_MAX	     256
#define TURN_EVENTS_PER_LOOK 8 /* at the keyboard */

/* Who takes the events, and who knows of keys. */
struct turn_events {
	struct event_queue *queue;
	/* Applies and releases it. */
	void (*apply)(void *context, struct event *event);
	bool (*key_waits)(void *context);
	void *context;
};

/* Applies the oldest events, at most TURN_EVENTS_MAX, and of those behind the first
 * TURN_EVENTS_PER_LOOK none while a key waits. Returns how many. */
size_t turn_take_events(const struct turn_events *turn);

/* How long events that came at `now_ms` wait for their turn, when the newest that took some was at
 * `taken_ms`; 0: not at all. */
int64_t turn_events_wait_ms(int64_t taken_ms, int64_t now_ms);

struct turn_frame {
	bool key_changed, event_changed; /* since the last frame of either kind */
	bool key_waits;
	int64_t framed_ms, now_ms; /* monotonic; of the last frame that no key caused */
};

bool turn_frame_is_due(const struct turn_frame *frame);

#endif
