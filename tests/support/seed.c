#include "tests/support/seed.h"

#include "base/text.h"
#include "tests/test.h"

#define USUAL_SEED 20211119

uint32_t seed_of_tests(void)
{
	const char *wish = getenv("BACKCOURT_TEST_SEED");
	int64_t seed = USUAL_SEED;
	if (wish != NULL && (!text_to_integer(wish, &seed) || seed < 0 || seed > UINT32_MAX))
		fail_msg("BACKCOURT_TEST_SEED is no number of 32 bits: %s", wish);
	print_message("# BACKCOURT_TEST_SEED=%u\n", (unsigned)seed);
	return (uint32_t)seed;
}

uint32_t seed_below(uint64_t *seed, uint32_t below)
{
	*seed = *seed * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(*seed >> 33) % below;
}
