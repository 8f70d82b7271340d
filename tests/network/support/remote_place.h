/*
 * remote_place: a home, and the fake service, which every program and warehouse of the test finds
 * as BigQuery.
 */
#ifndef BACKCOURT_TESTS_REMOTE_PLACE_H
#define BACKCOURT_TESTS_REMOTE_PLACE_H

#include "tests/network/support/fake_bigquery.h"
#include "tests/support/program.h"

struct place {
	char *home;
	char *path; /* of the embedded warehouse there; nothing has made it yet */
	struct fake_bigquery *service;
	struct fake *server;
	int status;
	char *said; /* by the newest run that place_expect was given */
};

/* Of a cmocka test: *state is a struct place. */
int place_set_up(void **state);
int place_tear_down(void **state);
#define AT_A_REMOTE(test) cmocka_unit_test_setup_teardown(test, place_set_up, place_tear_down)

/* The run has ended so; what it said is kept. */
void place_expect(struct place *place, struct program_result result, int status);
/* The newest run said that. */
void place_expect_words(const struct place *place, const char *words);
/* Starts a run that dies at that request, before it is carried out or after; false: it came to its
 * end before, and well. */
bool place_die_at(struct place *place, int request, bool is_after, const char *const *arguments);

#endif
