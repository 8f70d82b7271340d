#include "tests/test.h"

#include "tests/screens/support/keys.h"
#include "tests/screens/support/scenes.h"

struct wish press(struct stage *stage, const char *key)
{
	struct controller_answer answer;
	input_t input = input_parse(key, strlen(key));
	assert_int_not_equal(input, INPUT_NONE);
	controller_key(stage->model, stage->keymap, input, STAGE_NOW_MS, &answer);
	assert_true(answer.event_count <= CONTROLLER_EVENTS_MAX);
	for (int i = 0; i < answer.event_count; i++)
		stage_apply(stage, &answer.events[i]);
	return answer.wish;
}

void press_all(struct stage *stage, const char *const *keys)
{
	for (; *keys != NULL; keys++)
		press(stage, *keys);
}

void type(struct stage *stage, const char *text)
{
	for (; *text != '\0'; text++) {
		char key[2] = {*text, '\0'};
		assert_int_equal(press(stage, *text == ' ' ? "Space" : key).kind, WISH_NONE);
	}
}

struct stage *scene_at(const char *scene, const char *key, enum view_id view)
{
	struct stage *stage = scene_set(scene);
	assert_non_null(stage);
	assert_int_equal(press(stage, key).kind, WISH_NONE);
	assert_int_equal(stage->model->view.view, view);
	return stage;
}

struct stage *stage_middle(void)
{
	struct stage *stage = stage_new(120, 40);
	stage_middle_of_a_run(stage);
	return stage;
}
