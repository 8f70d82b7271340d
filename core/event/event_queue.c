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
#define TAKEN_AT_ONCE_MOST 64

struct event_queue {
	pthread_mutex_t lock; /* guards everything below but the descriptor */
	pthread_cond_t room;
	/* A ring of owned events, of some 2 KB each: they are copied before and after the lock is
	 * held, so that whoever loses its core does so holding it as seldom as can be. */
	struct event **slots;
	size_t capacity; /* EVENT_QUEUE_SLOTS, more after a post into a full queue */
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
	queue->slots = memory_new_array(queue->capacity, sizeof(struct event *));
	pthread_mutex_init(&queue->lock, NULL);
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&queue->room, &monotonic);
	pthread_condattr_destroy(&monotonic);
	*made = queue;
	return true;
}

static void free_event(struct event *event)
{
	event_release(event);
	free(event);
}

void event_queue_free(struct event_queue *queue)
{
	if (queue == NULL)
		return;
	for (size_t i = 0; i < queue->count; i++)
		free_event(queue->slots[place_of(queue, i)]);
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

/* Called with the lock held and room in the ring; true: the descriptor is to tell of it. Who takes
 * has more right to a core than who pushes, and would only wait for the lock: it is woken after. */
static bool put(struct event_queue *queue, struct event *event)
{
	queue->slots[place_of(queue, queue->count)] = event;
	return queue->count++ == 0;
}

static struct event *copy_of(const struct event *event)
{
	struct event *copy = memory_resize(NULL, 1, sizeof(*copy));
	*copy = *event;
	return copy;
}

bool event_queue_push(struct event_queue *queue, struct event *event, struct cancel *cancel)
{
	struct event *copy = copy_of(event);
	memset(event, 0, sizeof(*event));
	pthread_mutex_lock(&queue->lock);
	while (queue->count >= EVENT_QUEUE_SLOTS && cancel_level(cancel) != CANCEL_NOW)
		wait_for_room(queue);
	bool has_room = queue->count < EVENT_QUEUE_SLOTS;
	bool is_first = has_room && put(queue, copy);
	pthread_mutex_unlock(&queue->lock);
	if (is_first)
		set_readable(queue);
	if (!has_room)
		free_event(copy);
	return has_room;
}

static void grow(struct event_queue *queue)
{
	assert(queue->capacity > 0);
	struct event **slots = memory_new_array(2 * queue->capacity, sizeof(struct event *));
	for (size_t i = 0; i < queue->count; i++)
		slots[i] = queue->slots[place_of(queue, i)];
	free(queue->slots);
	queue->slots = slots;
	queue->capacity *= 2;
	queue->first = 0;
}

void event_queue_post(struct event_queue *queue, struct event *event)
{
	struct event *copy = copy_of(event);
	memset(event, 0, sizeof(*event));
	pthread_mutex_lock(&queue->lock);
	if (queue->count == queue->capacity)
		grow(queue);
	bool is_first = put(queue, copy);
	pthread_mutex_unlock(&queue->lock);
	if (is_first)
		set_readable(queue);
}

size_t event_queue_take_some(struct event_queue *queue, struct event *events, size_t room)
{
	struct event *pointers[TAKEN_AT_ONCE_MOST];
	size_t taken = 0, most = room < TAKEN_AT_ONCE_MOST ? room : TAKEN_AT_ONCE_MOST;
	pthread_mutex_lock(&queue->lock);
	for (; taken < most && queue->count > 0; taken++) {
		pointers[taken] = queue->slots[queue->first];
		queue->first = place_of(queue, 1);
		queue->count--;
	}
	/* Even when there was nothing: who pushed what was taken before may have told of it since.
	 */
	if (queue->count == 0)
		set_unreadable(queue);
	if (taken > 0)
		pthread_cond_broadcast(&queue->room);
	pthread_mutex_unlock(&queue->lock);
	for (size_t i = 0; i < taken; i++) {
		events[i] = *pointers[i];
		free(pointers[i]);
	}
	return taken;
}

bool event_queue_take(struct event_queue *queue, struct event *event)
{
	return event_queue_take_some(queue, event, 1) > 0;
}

int event_queue_descriptor(const struct event_queue *queue)
{
	return queue->descriptor;
}
