/*
 * event_queue: the one bounded queue of events from worker threads to the UI thread.
 *
 * Any thread pushes; the UI thread polls event_queue_descriptor and takes. A full queue makes the
 * pusher wait until there is room or its cancel reaches CANCEL_NOW (then the event is released and
 * false comes back). Nothing is dropped silently, nothing grows without bound.
 */
#ifndef BACKCOURT_EVENT_QUEUE_H
#define BACKCOURT_EVENT_QUEUE_H

#include "base/cancel.h"
#include "event/event.h"

#define EVENT_QUEUE_SLOTS 1024

struct event_queue;

bool event_queue_new(struct event_queue **made, struct error *err);
void event_queue_free(struct event_queue *queue); /* releases what is still in it */
/* Moves *event into the queue; *event is zeroed either way. */
bool event_queue_push(struct event_queue *queue, struct event *event, struct cancel *cancel);
/*
 * For the thread that takes (it cannot wait for itself): finds room beyond EVENT_QUEUE_SLOTS when
 * the queue is full. What it posts between two takes is bounded by what the operator does.
 */
void event_queue_post(struct event_queue *queue, struct event *event);
/* Moves the oldest event out; false when there is none. Never waits. */
bool event_queue_take(struct event_queue *queue, struct event *event);
/* The same of at most `room` events; returns how many. */
size_t event_queue_take_some(struct event_queue *queue, struct event *events, size_t room);
/* Readable while not empty, and perhaps once more: until a take that finds nothing. */
int event_queue_descriptor(const struct event_queue *queue);

#endif
