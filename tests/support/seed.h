/*
 * seed: where the random tests begin, so that what failed once fails again.
 *
 * The same number at every run, unless $BACKCOURT_TEST_SEED gives another one; it is printed, and
 * the runner shows what a failed test printed. To look at many:
 *
 *	for seed in $(seq 100); do BACKCOURT_TEST_SEED=$seed make -s check ONLY=line_splitter_test;
 *done
 */
#ifndef BACKCOURT_TESTS_SEED_H
#define BACKCOURT_TESTS_SEED_H

#include <stdint.h>

/* Prints it; what is no number fails the test. */
uint32_t seed_of_tests(void);
/* The next number that follows from the seed, 0 .. below-1. */
uint32_t seed_below(uint64_t *seed, uint32_t below);

#endif
