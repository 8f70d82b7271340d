#include "tests/test.h"

#include "base/memory.h"
#include "tui/turn.h"

struct desk {
	struct event_queue *queue;
	int applied;
	int64_t newest_ms;
	int key_comes_at; /* waits from so many applied events on; -1: never */
	int looks;	  /* at the keyboard */
};

static void apply(void *context, struct event *event)
{
	struct desk *desk = context;
	assert_true(event->at_ms > desk->newest_ms); /* in order, none lost */
	assert_int_equal(event->at_ms, desk->newest_ms + 1);
	desk->newest_ms = event->at_ms;
	desk->applied++;
	event_release(event);
}

static bool key_waits(void *context)
{
	struct desk *desk = context;
	desk->looks++;
	return desk->key_comes_at >= 0 && desk->applied >= desk->key_comes_at;
}

static struct desk open_desk(int events, int key_comes_at)
{
	struct desk desk = {.key_comes_at = key_comes_at};
	struct error err;
	assert_true(event_queue_new(&desk.queue, &err));
	for (int i = 1; i <= events; i++) {
		struct event event = {.kind = EVENT_CLOCK, .at_ms = i};
		assert_true(event_queue_push(desk.queue, &event, NULL));
	}
	return desk;
}

static size_t take(struct desk *desk)
{
	return turn_take_events(&(struct turn_events){
		.queue = desk->queue, .apply = apply, .key_waits = key_waits, .context = desk});
}

static void a_turn_applies_everything_up_to_its_limit(void **state)
{
	(void)state;
	struct desk desk = open_desk(3 * TURN_EVENTS_MAX, -1);
	assert_int_equal(take(&desk), TURN_EVENTS_MAX);
	assert_int_equal(take(&desk), TURN_EVENTS_MAX);
	assert_int_equal(take(&desk), TURN_EVENTS_MAX);
	assert_int_equal(take(&desk), 0);
	assert_int_equal(desk.applied, 3 * TURN_EVENTS_MAX);
	event_queue_free(desk.queue);
}

static void the_keyboard_is_looked_at_after_every_few_events(void **state)
{
	(void)state;
	struct desk desk = open_desk(TURN_EVENTS_MAX, -1);
	take(&desk);
	assert_true(desk.looks >= TURN_EVENTS_MAX / TURN_EVENTS_PER_LOOK - 1);
	event_queue_free(desk.queue);
}

static void a_key_that_comes_ends_the_events_of_the_turn(void **state)
{
	(void)state;
	struct desk desk = open_desk(TURN_EVENTS_MAX, 20);
	assert_in_range(take(&desk), 20, 20 + TURN_EVENTS_PER_LOOK);
	event_queue_free(desk.queue);
}

static void events_go_on_under_keys_that_never_end(void **state)
{
	(void)state;
	struct desk desk = open_desk(TURN_EVENTS_MAX, 0);
	for (int turns = 0; desk.applied < TURN_EVENTS_MAX; turns++) {
		assert_in_range(take(&desk), 1, TURN_EVENTS_PER_LOOK);
		assert_true(turns <= TURN_EVENTS_MAX);
	}
	assert_int_equal(take(&desk), 0);
	event_queue_free(desk.queue);
}

static void events_wait_a_little_for_more_of_them_and_never_longer(void **state)
{
	(void)state;
	assert_int_equal(turn_events_wait_ms(1000, 1000), TURN_EVENTS_GAP_MS);
	assert_int_equal(turn_events_wait_ms(1000, 1001), TURN_EVENTS_GAP_MS - 1);
	assert_int_equal(turn_events_wait_ms(1000, 1000 + TURN_EVENTS_GAP_MS), 0);
	assert_int_equal(turn_events_wait_ms(0, 1000), 0);   /* the first ones */
	assert_int_equal(turn_events_wait_ms(1000, 999), 0); /* whatever the clock does */
}

static void a_key_is_answered_whenever_the_frame_before_was(void **state)
{
	(void)state;
	struct turn_frame frame = {.key_changed = true, .framed_ms = 1000, .now_ms = 1000};
	assert_true(turn_frame_is_due(&frame));
	frame.key_waits = true;
	assert_true(turn_frame_is_due(&frame));
}

static void frames_of_events_come_so_often_and_give_way_to_a_key(void **state)
{
	(void)state;
	struct turn_frame frame = {
		.event_changed = true, .framed_ms = 1000, .now_ms = 1000 + TURN_FRAME_MS - 1};
	assert_false(turn_frame_is_due(&frame));
	frame.now_ms++;
	assert_true(turn_frame_is_due(&frame));
	frame.key_waits = true;
	assert_false(turn_frame_is_due(&frame));
	frame = (struct turn_frame){.framed_ms = 0, .now_ms = INT64_MAX};
	assert_false(turn_frame_is_due(&frame)); /* nothing changed */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_turn_applies_everything_up_to_its_limit),
		cmocka_unit_test(the_keyboard_is_looked_at_after_every_few_events),
		cmocka_unit_test(a_key_that_comes_ends_the_events_of_the_turn),
		cmocka_unit_test(events_go_on_under_keys_that_never_end),
		cmocka_unit_test(events_wait_a_little_for_more_of_them_and_never_longer),
		cmocka_unit_test(a_key_is_answered_whenever_the_frame_before_was),
		cmocka_unit_test(frames_of_events_come_so_often_and_give_way_to_a_key),
	};
	return RUN(tests);
}
