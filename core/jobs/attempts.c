#include "attempts.h"

#include <stdlib.h>
#include <string.h>

static int by_date(const void *left, const void *right)
{
	const date_t *a = left, *b = right;
	return (*a > *b) - (*a < *b);
}

bool attempts_count(struct ledger *ledger, const char *table, const date_t *dates,
	size_t date_count, enum attempts_kind kind, int64_t *counts, struct error *err)
{
	struct ledger_attempts attempts = {0};
	if (date_count == 0)
		return true;
	struct date_range range = {dates[0], dates[date_count - 1]};
	if (!ledger_all_attempts(ledger, table, range, LEDGER_LIST_MAX, &attempts, err))
		return false;
	memset(counts, 0, date_count * sizeof(*counts));
	for (size_t i = 0; i < attempts.count; i++) {
		const struct ledger_attempt *attempt = &attempts.items[i];
		const date_t *date =
			bsearch(&attempt->date, dates, date_count, sizeof(*dates), by_date);
		if (date != NULL && (kind == ATTEMPTS_ALL || attempt->state == LEDGER_DATE_FAILED))
			counts[date - dates]++;
	}
	free(attempts.items);
	return true;
}
