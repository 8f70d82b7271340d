#include "tui/turn.h"

size_t turn_take_events(const struct turn_events *turn)
{
	struct event events[TURN_EVENTS_PER_LOOK];
	size_t taken = 0, count;
	do {
		count = event_queue_take_some(turn->queue, events, TURN_EVENTS_PER_LOOK);
		for (size_t i = 0; i < count; i++)
			turn->apply(turn->context, &events[i]);
		taken += count;
	} while (count > 0 && taken + TURN_EVENTS_PER_LOOK <= TURN_EVENTS_MAX &&
		 !turn->key_waits(turn->context));
	return taken;
}

int64_t turn_events_wait_ms(int64_t taken_ms, int64_t now_ms)
{
	int64_t waited_ms = now_ms - taken_ms;
	return waited_ms < 0 || waited_ms >= TURN_EVENTS_GAP_MS ? 0
								: TURN_EVENTS_GAP_MS - waited_ms;
}

bool turn_frame_is_due(const struct turn_frame *frame)
{
	if (frame->key_changed)
		return true;
	return frame->event_changed && !frame->key_waits &&
	       frame->now_ms - frame->framed_ms >= TURN_FRAME_MS;
}
