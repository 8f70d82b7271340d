#include "sample_random.h"

#include <assert.h>

static uint32_t next(struct random *random)
{
	uint64_t before = random->state;
	random->state = before * 6364136223846793005u + random->increment;
	uint32_t mixed = (uint32_t)((before >> 18 ^ before) >> 27);
	unsigned turn = (unsigned)(before >> 59);
	return mixed >> turn | mixed << (-turn & 31);
}

void random_seed(struct random *random, uint32_t seed, uint32_t stream)
{
	random->state = 0;
	random->increment = (uint64_t)stream << 1 | 1;
	next(random);
	random->state += seed;
	next(random);
}

/* By multiplication: a bias of bound / 2^32 is nothing here. */
int random_below(struct random *random, int bound)
{
	assert(bound > 0);
	return (int)((uint64_t)next(random) * (uint64_t)bound >> 32);
}

int random_between(struct random *random, int low, int high)
{
	return low + random_below(random, high - low + 1);
}

bool random_chance(struct random *random, int per_mille)
{
	return random_below(random, 1000) < per_mille;
}

/* One uniform draw has a third of the variance. */
int random_bell(struct random *random, int deviation)
{
	int sum = 0;
	for (int i = 0; i < 3; i++)
		sum += random_between(random, -deviation, deviation);
	return sum;
}

size_t random_pick(struct random *random, const int *weights, size_t count)
{
	int sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += weights[i];
	int drawn = random_below(random, sum);
	size_t at = 0;
	while (drawn >= weights[at])
		drawn -= weights[at++];
	return at;
}

void random_order(struct random *random, int *order, int count)
{
	for (int i = 0; i < count; i++) {
		int j = random_below(random, i + 1);
		order[i] = order[j];
		order[j] = i;
	}
}
