/*
 * fake_bigquery: BigQuery as far as this program uses it, with what no emulator does: partition
 * decorators, partitions that expire, the streaming buffer, byte estimates and the minimum of 10
 * MiB a table, quotas by the clock, etags, resumable uploads, job ids that exist already.
 *
 * Rows lie in SQLite (names and most of the SQL are understood there as they are). It answers on
 * the thread of fake_server; a test changes a table's settings or looks at rows while nothing is
 * asked. It can end a process at any request, before it is carried out or after it: what an upload
 * that is cut leaves behind is then there to be seen.
 */
#ifndef BACKCOURT_TESTS_FAKE_BIGQUERY_H
#define BACKCOURT_TESTS_FAKE_BIGQUERY_H

#include "tests/network/support/fake_server.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdint.h>
#include <sys/types.h>

struct fake_bigquery;

/* What a day or ten seconds may have; 0: no limit. Google's are 1500 and 5. */
struct fake_limits {
	int loads_per_day;	    /* of a table; failed ones count */
	int writes_per_ten_seconds; /* of a table */
	int64_t bytes_of_row;	    /* of a table's estimate, by its rows; 0: 8 */
	int bad_rows;		    /* every load fails for so many of its rows */
	int looks_of_load; /* a load is done, and its rows there, when it was asked for so often */
	enum {
		FAKE_LISTS_ALL,
		FAKE_LISTS_OWN, /* asked for those of all logins it refuses */
		FAKE_LISTS_NONE,
	} lists; /* jobs */
	bool cancels_in_vain;
};

/* Who may ask. Without fake_bigquery_log_in anybody may, with no token at all. */
struct fake_login {
	int life_seconds;    /* of the tokens that "POST /token" gives out */
	const char *ends_at; /* "METHOD text", a part of it; NULL: it does not end */
	int ends_nth;	     /* which of those requests is the first that comes too late, from 0 */
	enum {
		FAKE_LOGIN_ENDS, /* tokens are refused, and no new ones given (invalid_grant) */
		FAKE_TOKENS_END, /* new ones are given, and refused as well */
		FAKE_GRANT_ENDS, /* tokens are good while they live, and no new ones given */
	} end;
};

/* Load jobs that were under way at once. */
struct fake_traffic {
	int now, most;
	int clashes; /* a second one into the same partition */
};

struct fake_bigquery *fake_bigquery_start(void);
void fake_bigquery_finish(struct fake_bigquery *service);
/* The same two, and between them every warehouse and program of the test takes it for BigQuery
 * (BIGQUERY_EMULATOR_HOST). */
struct fake_bigquery *fake_bigquery_publish(void);
void fake_bigquery_withdraw(struct fake_bigquery *service);
struct fake *fake_bigquery_server(struct fake_bigquery *service);
void fake_bigquery_limit(struct fake_bigquery *service, const struct fake_limits *limits);
/* A new login, which is good until it ends; the texts are lent. */
void fake_bigquery_log_in(struct fake_bigquery *service, const struct fake_login *login);
/* Of all statements that were carried out. */
int64_t fake_bigquery_billed(struct fake_bigquery *service);
struct fake_traffic fake_bigquery_traffic(struct fake_bigquery *service);
/* The loads that are under way are done now, whether anybody asks for them or not. */
void fake_bigquery_land(struct fake_bigquery *service);
/* Instead of the wall clock, for quotas and expiration. */
void fake_bigquery_set_clock(struct fake_bigquery *service, int64_t (*now_ms)(void));

/* Merges the JSON object into the resource of "dataset.table" (a streamingBuffer, an expiration
 * ...); a member that is null is taken away. */
void fake_bigquery_change(struct fake_bigquery *service, const char *table, const char *members);
/* The resource; lent. NULL: there is no such table. */
const json_t *fake_bigquery_table(struct fake_bigquery *service, const char *table);
/* One number out of SQL, the tables as `project.dataset.table`; -1 without one. */
int64_t fake_bigquery_number(struct fake_bigquery *service, const char *sql);

/* The next requests are counted from 0; at number `request` the process dies by SIGKILL, before or
 * after the request was carried out, never hearing the answer. Then fake_bigquery_aim says which.
 */
void fake_bigquery_kill_at(struct fake_bigquery *service, int request, bool is_after);
void fake_bigquery_aim(struct fake_bigquery *service, pid_t process);
/* Did it come to that? Takes the order back. */
bool fake_bigquery_has_killed(struct fake_bigquery *service);

#endif
