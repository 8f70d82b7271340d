#include "tests/test.h"

#include "base/memory.h"
#include "event/event_queue.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>

static struct event_queue *new_queue(void)
{
	struct event_queue *queue = NULL;
	struct error err;
	assert_true(event_queue_new(&queue, &err));
	return queue;
}

static struct event message(int number)
{
	struct event event = {.kind = EVENT_MESSAGE, .at_ms = number};
	return event;
}

static bool is_readable(const struct event_queue *queue)
{
	struct pollfd wait = {.fd = event_queue_descriptor(queue), .events = POLLIN};
	return poll(&wait, 1, 0) == 1;
}

static void events_come_out_in_order_and_the_descriptor_tells(void **state)
{
	(void)state;
	struct event_queue *queue = new_queue();
	struct event event;
	assert_false(is_readable(queue));
	assert_false(event_queue_take(queue, &event));
	for (int i = 0; i < 3; i++) {
		event = message(i);
		assert_true(event_queue_push(queue, &event, NULL));
	}
	for (int i = 0; i < 3; i++) {
		assert_true(is_readable(queue));
		assert_true(event_queue_take(queue, &event));
		assert_int_equal(event.at_ms, i);
	}
	assert_false(is_readable(queue));
	event_queue_free(queue);
}

static void pushing_moves_the_memory_and_freeing_releases_what_is_left(void **state)
{
	(void)state;
	struct event_queue *queue = new_queue();
	struct event event = {.kind = EVENT_LOG};
	event.log.lines[0] = memory_copy_text("a line");
	event.log.count = 1;
	assert_true(event_queue_push(queue, &event, NULL));
	assert_null(event.log.lines[0]);
	event_queue_free(queue); /* the leak checker watches */
}

#define PUSHERS	   4
#define PER_PUSHER 5000

static void *push_many(void *context)
{
	for (int i = 0; i < PER_PUSHER; i++) {
		struct event event = message(i);
		assert_true(event_queue_push(context, &event, NULL));
	}
	return NULL;
}

static void nothing_is_lost_when_many_threads_fill_the_queue(void **state)
{
	(void)state;
	struct event_queue *queue = new_queue();
	pthread_t threads[PUSHERS];
	for (int i = 0; i < PUSHERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, push_many, queue), 0);
	int64_t sum = 0;
	for (int taken = 0; taken < PUSHERS * PER_PUSHER; taken++) {
		struct event event;
		struct pollfd wait = {.fd = event_queue_descriptor(queue), .events = POLLIN};
		while (!event_queue_take(queue, &event))
			assert_int_equal(poll(&wait, 1, -1), 1);
		sum += event.at_ms;
	}
	for (int i = 0; i < PUSHERS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(sum, (int64_t)PUSHERS * PER_PUSHER * (PER_PUSHER - 1) / 2);
	event_queue_free(queue);
}

struct blocked {
	struct event_queue *queue;
	struct cancel *cancel;
	bool pushed;
};

static void *push_one(void *context)
{
	struct blocked *blocked = context;
	struct event event = message(-1);
	blocked->pushed = event_queue_push(blocked->queue, &event, blocked->cancel);
	return NULL;
}

static void a_pusher_at_a_full_queue_leaves_when_it_is_cancelled(void **state)
{
	(void)state;
	struct error err;
	struct blocked blocked = {.queue = new_queue(), .pushed = true};
	assert_true(cancel_new(&blocked.cancel, &err));
	for (int i = 0; i < EVENT_QUEUE_SLOTS; i++) {
		struct event event = message(i);
		assert_true(event_queue_push(blocked.queue, &event, NULL));
	}
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, push_one, &blocked), 0);
	cancel_raise(blocked.cancel, CANCEL_NOW);
	pthread_join(thread, NULL);
	assert_false(blocked.pushed);
	event_queue_free(blocked.queue);
	cancel_free(blocked.cancel);
}

static void posting_into_a_full_queue_neither_waits_nor_changes_the_order(void **state)
{
	(void)state;
	struct event_queue *queue = new_queue();
	struct event event;
	for (int i = 0; i < EVENT_QUEUE_SLOTS; i++) {
		event = message(i);
		assert_true(event_queue_push(queue, &event, NULL));
	}
	assert_true(event_queue_take(queue, &event)); /* so that the ring has turned */
	event_release(&event);
	for (int i = EVENT_QUEUE_SLOTS; i < 3 * EVENT_QUEUE_SLOTS; i++) {
		event = message(i);
		event_queue_post(queue, &event);
	}
	for (int i = 1; i < 3 * EVENT_QUEUE_SLOTS; i++) {
		assert_true(event_queue_take(queue, &event));
		assert_int_equal(event.at_ms, i);
		event_release(&event);
	}
	assert_false(event_queue_take(queue, &event));
	event_queue_free(queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_come_out_in_order_and_the_descriptor_tells),
		cmocka_unit_test(pushing_moves_the_memory_and_freeing_releases_what_is_left),
		cmocka_unit_test(nothing_is_lost_when_many_threads_fill_the_queue),
		cmocka_unit_test(a_pusher_at_a_full_queue_leaves_when_it_is_cancelled),
		cmocka_unit_test(posting_into_a_full_queue_neither_waits_nor_changes_the_order),
	};
	return RUN(tests);
}
