#include "tests/screens/support/hand.h"

#include "tests/screens/support/scenes.h"
#include "tests/test.h"

void hand_look(struct hand *hand)
{
	struct stage *stage = hand->stage;
	scene_paint_spots(stage->canvas, stage->model, stage->keymap, "dark", hand->spots);
}

struct hand hand_on(struct stage *stage)
{
	struct hand hand = {.stage = stage, .spots = memory_new(sizeof(*hand.spots))};
	hand_look(&hand);
	return hand;
}

void hand_let_go(struct hand *hand)
{
	stage_free(hand->stage);
	free(hand->spots);
}

void hand_use_blindly(struct hand *hand, enum mouse_kind kind, int x, int y)
{
	struct stage *stage = hand->stage;
	struct controller_answer answer;
	struct mouse_event event = {kind, x, y};
	struct pointing pointing = mouse_point(&hand->presses, hand->spots, event, hand->now_ms);
	controller_mouse(stage->model, stage->keymap, &pointing, STAGE_NOW_MS, &answer);
	assert_true(answer.event_count <= CONTROLLER_EVENTS_MAX);
	for (int i = 0; i < answer.event_count; i++)
		stage_apply(stage, &answer.events[i]);
	hand->wish = answer.wish.kind;
}

void hand_use(struct hand *hand, enum mouse_kind kind, int x, int y)
{
	hand_use_blindly(hand, kind, x, y);
	hand_look(hand);
}

void hand_click(struct hand *hand, int x, int y)
{
	hand->now_ms += MOUSE_DOUBLE_MS + 1;
	hand_use(hand, MOUSE_PRESS, x, y);
}

void hand_click_twice(struct hand *hand, int x, int y)
{
	hand_click(hand, x, y);
	hand->now_ms += MOUSE_DOUBLE_MS;
	hand_use(hand, MOUSE_PRESS, x, y);
}

void hand_find(struct hand *hand, const char *text, int *x, int *y)
{
	*y = stage_row_of(hand->stage, text);
	if (*y < 0)
		fail_msg("no %s on\n%s", text, stage_paint(hand->stage));
	const char *line = stage_paint(hand->stage);
	for (int i = 0; i < *y; i++)
		line = strchr(line, '\n') + 1;
	char *before = memory_copy_span(line, (size_t)(strstr(line, text) - line));
	*x = canvas_text_width(hand->stage->canvas, before);
	free(before);
}

void hand_click_on(struct hand *hand, const char *text)
{
	int x, y;
	hand_find(hand, text, &x, &y);
	hand_click(hand, x, y);
}

size_t hand_table(const struct hand *hand, const char *name)
{
	return pipeline_find(hand->stage->pipeline, name);
}
