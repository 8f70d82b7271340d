/* What is done before any verb is. */
#include "tests/test.h"

#include "verbs/verbs.h"

#include <jansson.h>

static int seed_count, seeds_before_the_verb;
static size_t seed_given;

/* Stands before jansson's own, which seeds by itself only with the first object. */
void json_object_seed(size_t seed)
{
	seed_count++;
	seed_given = seed;
}

static int note_theme(const struct config *config)
{
	(void)config;
	seeds_before_the_verb = seed_count;
	return 0;
}

static void json_is_seeded_once_and_before_any_verb(void **state)
{
	(void)state;
	static const struct verbs_of_screen screen = {.theme = note_theme};
	char *folder = test_folder();
	setenv("XDG_CONFIG_HOME", folder, 1);
	seed_given = 1;
	assert_int_equal(
		verbs_main(2, (char *const[]){(char *)"backcourt", (char *)"theme", NULL}, &screen),
		0);
	assert_int_equal(seeds_before_the_verb, 1);
	assert_int_equal(seed_count, 1);
	assert_int_equal(seed_given, 0); /* 0: from the system's random bytes */
	free(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_is_seeded_once_and_before_any_verb),
	};
	return RUN(tests);
}
