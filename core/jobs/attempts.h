/* attempts: how often dates of a table were tried, by the ledger. Any thread. */
#ifndef BACKCOURT_JOBS_ATTEMPTS_H
#define BACKCOURT_JOBS_ATTEMPTS_H

#include "ledger/ledger.h"

enum attempts_kind { ATTEMPTS_ALL, ATTEMPTS_FAILED };

/* `dates` ascend; counts[i] is how often dates[i] was tried (or failed), of the newest
 * LEDGER_LIST_MAX attempts of the table between the first and the last. */
bool attempts_count(struct ledger *ledger, const char *table, const date_t *dates,
	size_t date_count, enum attempts_kind kind, int64_t *counts, struct error *err);

#endif
