/*
 * sample_random: the sample's own random numbers, so that every machine draws the same ones.
 *
 * PCG32 (XSH RR 64/32) after M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient
 * Statistically Good Algorithms for Random Number Generation", HMC-CS-2014-0905. Integers only.
 */
#ifndef BACKCOURT_RAW_SAMPLE_RANDOM_H
#define BACKCOURT_RAW_SAMPLE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random {
	uint64_t state, increment;
};

/* Streams of one seed are independent: a change in one part leaves the others' numbers alone. */
void random_seed(struct random *random, uint32_t seed, uint32_t stream);
int random_below(struct random *random, int bound);	      /* 0..bound - 1 */
int random_between(struct random *random, int low, int high); /* both inclusive */
bool random_chance(struct random *random, int per_mille);
/* About normal, mean 0, never beyond three deviations. */
int random_bell(struct random *random, int deviation);
/* An index, each as often as its weight; the weights must not all be 0. */
size_t random_pick(struct random *random, const int *weights, size_t count);
/* Puts 0..count - 1 into `order`, in random order. */
void random_order(struct random *random, int *order, int count);

#endif
