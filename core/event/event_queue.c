#include "event/event_queue.h"

#include "base/memory.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/* A cancel does not know the queues that wait for room, so a waiter looks at it this often. Only a
 * full queue waits at all. */
#define FULL_QUEUE_LOOK_MS 50

struct event_queue {
	pthread_mutex_t lock; /* guards everything below but the descriptor */
	pthread_cond_t room;
	struct event *slots; /* a ring */
	size_t capacity;     /* EVENT_QUEUE_SLOTS, more after a post into a full queue */
	size_t first, count;
	int descriptor; /* eventfd: its counter is above zero while the queue is not empty */
};

/* Where the event so many places behind the first one is; at most `capacity` of them. */
static size_t place_of(const struct event_queue *queue, size_t behind)
{
	size_t place = queue->first + behind;
	return place < queue->capacity ? place : place - queue->capacity;
}

bool event_queue_new(struct event_queue **made, struct error *err)
{
	int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (descriptor < 0)
		return error_set_system(err, errno, "cannot make the event queue's descriptor");
	struct event_queue *queue = memory_new(sizeof(*queue));
	queue->descriptor = descriptor;
	queue->capacity = EVENT_QUEUE_SLOTS;
	queue->slots = memory_new_array(queue->capacity, sizeof(*queue->slots));
	pthread_mutex_init(&queue->lock, NULL);
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&queue->room, &monotonic);
	pthread_condattr_destroy(&monotonic);
	*made = queue;
	return true;
}

void event_queue_free(struct event_queue *queue)
{
	if (queue == NULL)
		return;
	for (size_t i = 0; i < queue->count; i++)
		event_release(&queue->slots[place_of(queue, i)]);
	close(queue->descriptor);
	free(queue->slots);
	pthread_cond_destroy(&queue->room);
	pthread_mutex_destroy(&queue->lock);
	free(queue);
}

static void wait_for_room(struct event_queue *queue)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += FULL_QUEUE_LOOK_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_cond_timedwait(&queue->room, &queue->lock, &until);
}

static void set_readable(struct event_queue *queue)
{
	uint64_t one = 1;
	ssize_t written = write(queue->descriptor, &one, sizeof(one));
	(void)written; /* EAGAIN means that it is readable already */
}

static void set_unreadable(struct event_queue *queue)
{
	uint64_t counter;
	ssize_t taken = read(queue->descriptor, &counter, sizeof(counter));
	(void)taken; /* EAGAIN means that it was not readable */
}

/* Called with the lock held and room in the ring. */
static void put(struct event_queue *queue, struct event *event)
{
	queue->slots[place_of(queue, queue->count)] = *event;
	if (queue->count++ == 0)
		set_readable(queue);
	memset(event, 0, sizeof(*event));
}

bool event_queue_push(struct event_queue *queue, struct event *event, struct cancel *cancel)
{
	pthread_mutex_lock(&queue->lock);
	while (queue->count >= EVENT_QUEUE_SLOTS && cancel_level(cancel) != CANCEL_NOW)
		wait_for_room(queue);
	bool has_room = queue->count < EVENT_QUEUE_SLOTS;
	if (has_room)
		put(queue, event);
	pthread_mutex_unlock(&queue->lock);
	if (!has_room)
		event_release(event);
	return has_room;
}

static void grow(struct event_queue *queue)
{
	assert(queue->capacity > 0);
	struct event *slots = memory_new_array(2 * queue->capacity, sizeof(*slots));
	for (size_t i = 0; i < queue->count; i++)
		slots[i] = queue->slots[place_of(queue, i)];
	free(queue->slots);
	queue->slots = slots;
	queue->capacity *= 2;
	queue->first = 0;
}

void event_queue_post(struct event_queue *queue, struct event *event)
{
	pthread_mutex_lock(&queue->lock);
	if (queue->count == queue->capacity)
		grow(queue);
	put(queue, event);
	pthread_mutex_unlock(&queue->lock);
}

bool event_queue_take(struct event_queue *queue, struct event *event)
{
	pthread_mutex_lock(&queue->lock);
	bool is_there = queue->count > 0;
	if (is_there) {
		*event = queue->slots[queue->first];
		queue->first = place_of(queue, 1);
		if (--queue->count == 0)
			set_unreadable(queue);
		pthread_cond_signal(&queue->room);
	}
	pthread_mutex_unlock(&queue->lock);
	return is_there;
}

int event_queue_descriptor(const struct event_queue *queue)
{
	return queue->descriptor;
}
