/* A paste, and one whose end never comes. */
#include "tests/test.h"

#include "tui/paste.h"

static void beats(struct paste *paste, int count)
{
	for (int i = 0; i < count; i++)
		paste_beat(paste);
}

static void it_lasts_from_mark_to_mark_however_long_it_is(void **state)
{
	(void)state;
	struct paste paste = {.is_on = false};
	assert_false(paste_take(&paste, 'a'));
	assert_false(paste.is_on);
	assert_true(paste_take(&paste, INPUT_PASTE_BEGIN));
	for (int i = 0; i < 1000000; i++) {
		assert_false(paste_take(&paste, i % 2 == 0 ? 'X' : 'y'));
		assert_true(paste.is_on);
	}
	assert_true(paste_take(&paste, INPUT_PASTE_END));
	assert_false(paste.is_on);
	assert_true(paste_take(&paste, INPUT_PASTE_END)); /* without a beginning */
	assert_false(paste.is_on);
}

static void one_that_stops_for_a_while_is_still_one(void **state)
{
	(void)state;
	struct paste paste = {.is_on = false};
	paste_take(&paste, INPUT_PASTE_BEGIN);
	for (int i = 0; i < 100; i++) {
		beats(&paste, PASTE_QUIET_BEATS - 1);
		assert_false(paste_take(&paste, 'X'));
		assert_true(paste.is_on);
	}
	beats(&paste, 1000); /* its end comes late: it is no key */
	assert_true(paste_take(&paste, INPUT_PASTE_END));
	assert_false(paste.is_on);
}

static void after_a_long_silence_without_its_end_a_key_is_a_key_again(void **state)
{
	(void)state;
	struct paste paste = {.is_on = false};
	paste_take(&paste, INPUT_PASTE_BEGIN);
	paste_take(&paste, 'X');
	beats(&paste, PASTE_QUIET_BEATS);
	assert_true(paste.is_on);
	assert_false(paste_take(&paste, '3'));
	assert_false(paste.is_on);
	beats(&paste, 1000); /* silence before the next one counts for nothing */
	paste_take(&paste, INPUT_PASTE_BEGIN);
	paste_take(&paste, 'X');
	assert_true(paste.is_on);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_lasts_from_mark_to_mark_however_long_it_is),
		cmocka_unit_test(one_that_stops_for_a_while_is_still_one),
		cmocka_unit_test(after_a_long_silence_without_its_end_a_key_is_a_key_again),
	};
	return RUN(tests);
}
