/*
 * book: a ledger as its tests write it: runs of one table, their dates, and what it says of them.
 */
#ifndef BACKCOURT_TESTS_BOOK_H
#define BACKCOURT_TESTS_BOOK_H

#include "ledger/ledger.h"

#define DAY 18947 /* 2021-11-16, the first date of every run */

/* Ten days on both sides of DAY: what is asked for. */
extern const struct date_range book_around;

/* For writing; the test fails when it cannot be opened. */
struct ledger *book_open(const char *folder);
/* Begins a run of player_daily_cache over five dates. */
struct ledger_run book_begin(struct ledger *ledger, const char *id, int64_t started_ms);
/* The date of the run has come to that state: 200 rows when it succeeded, a reason when it failed.
 */
bool book_record(struct ledger *ledger, const char *run, date_t date, enum ledger_state state,
	struct error *err);
/* The newest attempts of all dates around; free the items. */
struct ledger_attempts book_newest(struct ledger *ledger);
/* There is one run in it: that one. */
struct ledger_run book_only_run(struct ledger *ledger);

#endif
