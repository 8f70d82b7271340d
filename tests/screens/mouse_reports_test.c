/* The mouse as the terminal reports it, byte by byte, and the places of a frame that mean
 * something. */
#include "tests/test.h"

#include "tui/mouse.h"
#include "tui/spots.h"

static const struct {
	const char *bytes;
	struct mouse_event event;
} reports[] = {{"0;1;1M", {MOUSE_PRESS, 0, 0}}, {"0;80;24M", {MOUSE_PRESS, 79, 23}},
	{"4;10;3M", {MOUSE_PRESS, 9, 2}}, {"64;2;3M", {MOUSE_WHEEL_UP, 1, 2}},
	{"65;2;3M", {MOUSE_WHEEL_DOWN, 1, 2}}, {"66;2;3M", {MOUSE_WHEEL_LEFT, 1, 2}},
	{"67;2;3M", {MOUSE_WHEEL_RIGHT, 1, 2}}, {"68;2;3M", {MOUSE_WHEEL_LEFT, 1, 2}},
	{"69;2;3M", {MOUSE_WHEEL_RIGHT, 1, 2}}, {"0;1;1m", {MOUSE_NONE, 0, 0}},
	{"1;1;1M", {MOUSE_NONE, 0, 0}}, {"32;1;1M", {MOUSE_NONE, 0, 0}},
	{"128;1;1M", {MOUSE_NONE, 0, 0}}, {"0;0;0M", {MOUSE_PRESS, -1, -1}},
	{"0;99999999999999999999;7M", {MOUSE_PRESS, MOUSE_NUMBER_MAX - 1, 6}},
	{"0;1M", {MOUSE_NONE, 0, -1}}, {"0;1;1;1M", {MOUSE_NONE, 0, 0}},
	{"M", {MOUSE_NONE, -1, -1}}, {"0;-1;1M", {MOUSE_NONE, 0, 0}},
	{"0;1;1x", {MOUSE_NONE, 0, 0}}, {";;;;;;;;M", {MOUSE_NONE, -1, -1}}};

static void reports_are_read_and_absurd_ones_mean_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(reports); i++) {
		struct mouse_report report = {0};
		const char *at = reports[i].bytes;
		while (mouse_read(&report, (input_t)*at) == MOUSE_GOES_ON)
			at++;
		assert_int_equal(at[1], '\0');
		struct mouse_event event = mouse_read_event(&report, (input_t)*at);
		if (memcmp(&event, &reports[i].event, sizeof(event)) != 0)
			fail_msg("%s: %d at %d,%d", reports[i].bytes, event.kind, event.x, event.y);
	}
}

/* Letters are what came to be keys, P a click. */
static void keys_between_reports_stay_keys(void **state)
{
	(void)state;
	static const char bytes[] = "a<0;1;1Mb<0;1<0;2;2Mc<9;9;9me<1\033f<1;2Qg";
	struct mouse_reader reader = {0};
	char keys[sizeof(bytes)] = "";
	size_t count = 0;
	for (const char *at = bytes; *at != '\0'; at++) {
		if (!mouse_take(&reader, *at == '<', (input_t)*at))
			keys[count++] = *at;
		else if (reader.event.kind == MOUSE_PRESS)
			keys[count++] = 'P';
	}
	assert_string_equal(keys, "aPbPce\033fg");
}

static void a_key_within_a_report_ends_it(void **state)
{
	(void)state;
	static const input_t keys[] = {
		INPUT_ESCAPE, INPUT_ENTER, INPUT_TAB, INPUT_BACKSPACE, 0xe4, INPUT_F1, 3};
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
		struct mouse_report report = {0};
		assert_int_equal(mouse_read(&report, '1'), MOUSE_GOES_ON);
		assert_int_equal(mouse_read(&report, keys[i]), MOUSE_IS_BROKEN);
	}
}

static void spots_have_a_limit_and_lie_within_the_clip(void **state)
{
	(void)state;
	struct spots *spots = memory_new(sizeof(*spots));
	struct rect clip = {10, 10, 20, 5};
	spots_add(NULL, clip, (struct spot){.rect = clip});
	spots_add(spots, clip, (struct spot){.rect = {0, 0, 10, 99}});
	assert_int_equal(spots->count, 0);
	for (int i = 0; i < SPOTS_MAX + 3; i++)
		spots_add(spots, clip,
			(struct spot){
				.rect = {0, 0, 400, 400}, .kind = SPOT_ROW, .row = (size_t)i});
	assert_int_equal(spots->count, SPOTS_MAX);
	assert_int_equal(spots_at(spots, 10, 10, false)->row, SPOTS_MAX - 1);
	assert_non_null(spots_at(spots, 29, 14, false));
	assert_null(spots_at(spots, 9, 10, false));
	assert_null(spots_at(spots, 30, 10, false));
	assert_null(spots_at(spots, 29, 15, false));
	assert_null(spots_at(spots, 29, 14, true));
	free(spots);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_are_read_and_absurd_ones_mean_nothing),
		cmocka_unit_test(keys_between_reports_stay_keys),
		cmocka_unit_test(a_key_within_a_report_ends_it),
		cmocka_unit_test(spots_have_a_limit_and_lie_within_the_clip),
	};
	return RUN(tests);
}
