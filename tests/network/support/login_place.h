/*
 * login_place: the program before a BigQuery where one has to log in, by way of Google's own names
 * and TLS (tls_front): no emulator's door, every rule for tokens and certificates in force.
 *
 * The service holds the raw tables of LOGIN_RANGE already; nothing is computed there.
 */
#ifndef BACKCOURT_TESTS_LOGIN_PLACE_H
#define BACKCOURT_TESTS_LOGIN_PLACE_H

#include "tests/network/support/remote_place.h"

#define LOGIN_RANGE   "2021-10-19..2021-10-21"
#define LOGIN_CONTEXT "upcoming_team_game_context"
#define LOGIN_ROWS    44 /* of it in the range, if it is computed */

struct tls_front;

struct login_place {
	struct place *place;
	struct tls_front *front;
	char *authority;	  /* the file of the CA that vouches for the front */
	char *warehouse;	  /* a name that names it */
	char *proxy, *credential; /* variables, "NAME=value" */
};

/* Of a cmocka test: *state is a struct login_place. */
int login_place_set_up(void **state);
int login_place_tear_down(void **state);
#define AT_A_LOGIN(test) \
	cmocka_unit_test_setup_teardown(test, login_place_set_up, login_place_tear_down)

/* A login that does not end. */
void login_place_log_in(struct login_place *login);
/* `credential`, "NAME=value", instead of the file that gcloud's application default is in. */
void login_place_use(struct login_place *login, const char *name, const char *value);
struct program_result login_place_do(const struct login_place *login, const char *const *words);
/* The verb over the place's warehouse and range, with more words. */
#define LOGIN_DO(login, ...)                                                    \
	login_place_do(login, (const char *const[]){__VA_ARGS__, "--warehouse", \
				      (login)->warehouse, "--range", LOGIN_RANGE, NULL})

#endif
