/*
 * push_place: a home with a filled embedded warehouse, the fake service, and push and pull run as
 * programs between them.
 */
#ifndef BACKCOURT_TESTS_PUSH_PLACE_H
#define BACKCOURT_TESTS_PUSH_PLACE_H

#include "tests/network/support/remote_place.h"
#include "warehouse/warehouse.h"

#define DAY	  date_of(2021, 11, 16)
#define DATES	  3
#define RANGE	  "2021-11-16..2021-11-18"
#define REMOTE	  "--remote", "bigquery:p?writes=load"
#define FACTORS	  "player_composite_factors"
#define CONTEXT	  "upcoming_team_game_context"
#define PUSH(...) PROGRAM_RUN(place->home, "push", REMOTE, __VA_ARGS__)
#define PULL(...) PROGRAM_RUN(place->home, "pull", REMOTE, __VA_ARGS__)

/* Of a cmocka test: *state is a struct place (remote_place.h). Two raw tables are filled, and two
 * computed ones (FACTORS from CONTEXT). */
int push_place_set_up(void **state);
#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, push_place_set_up, place_tear_down)

/* Another, empty service instead of the one that is there. */
void push_place_renew_service(struct place *place);
void push_expect_number(const struct place *place, const char *sql, int64_t wanted);
/* Starts a push that dies at that request; false: it came to its end before. */
bool push_until(struct place *place, int request, const char *const *arguments);
/* Requests that asked for an estimate alone. */
size_t push_count_dry_runs(const struct place *place);
const struct table_layout *push_layout(const char *name);

#endif
