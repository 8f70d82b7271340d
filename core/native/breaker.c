#include "breaker.h"

#include "base/clock.h"
#include "support.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS (24LL * 3600 * 1000)

struct breaker {
	struct attempt_rows rows; /* by date, then entity */
};

bool breaker_load(
	const struct batch *batch, const char *table, struct breaker **loaded, struct error *err)
{
	struct breaker *breaker = memory_new(sizeof(*breaker));
	struct date_range range = {batch->dates[0], batch_last(batch)};
	if (!warehouse_read_attempts(batch->warehouse, table, range, &breaker->rows, err)) {
		free(breaker);
		return false;
	}
	*loaded = breaker;
	return true;
}

void breaker_free(struct breaker *breaker)
{
	if (breaker == NULL)
		return;
	free(breaker->rows.items);
	free(breaker);
}

struct wanted {
	const char *entity;
	date_t date;
};

static int compare_rows(const void *key, const void *item)
{
	const struct wanted *wanted = key;
	const struct attempt_row *row = item;
	return wanted->date != row->date ? wanted->date - row->date
					 : strcmp(wanted->entity, row->entity);
}

struct breaker_state breaker_state(
	const struct breaker *breaker, const char *entity, date_t date, int64_t now_ms)
{
	struct wanted wanted = {entity, date};
	const struct attempt_row *row =
		breaker->rows.count == 0 ? NULL
					 : bsearch(&wanted, breaker->rows.items,
						   breaker->rows.count, sizeof(*row), compare_rows);
	if (row == NULL)
		return (struct breaker_state){0};
	bool active = row->tripped && row->until_ms > now_ms;
	return (struct breaker_state){active, row->attempts, active ? row->until_ms : 0};
}

bool breaker_skips(const struct breaker *breaker, const struct batch *batch, const char *entity,
	date_t date, struct day_output *output)
{
	struct breaker_state state = breaker_state(breaker, entity, date, batch->now_ms);
	char until[CLOCK_TEXT_BYTES];
	if (!state.active)
		return false;
	clock_format_rfc3339(state.until_ms, until);
	batch_log(batch, 'W', "%s: Circuit breaker active until %s - skipping", entity, until);
	day_output_fail(output, entity, "CIRCUIT_BREAKER_ACTIVE", false,
		"Circuit breaker active until %s", until);
	return true;
}

void breaker_count(const struct breaker *breaker, const struct batch *batch, const char *entity,
	date_t date, double completeness_pct, const char *reason, struct day_output *output)
{
	struct breaker_state state = breaker_state(breaker, entity, date, batch->now_ms);
	ARRAY_GROW(output->attempts, output->attempt_count, output->attempt_capacity);
	struct day_attempt *attempt = &output->attempts[output->attempt_count++];
	*attempt = (struct day_attempt){.completeness_pct = completeness_pct, .reason = reason};
	attempt->row.date = date;
	attempt->row.attempts = state.attempts + 1;
	attempt->row.tripped = attempt->row.attempts >= BREAKER_ATTEMPTS;
	attempt->row.until_ms = attempt->row.tripped ? batch->now_ms + BREAKER_DAYS * DAY_MS : 0;
	text_copy(attempt->row.entity, sizeof(attempt->row.entity), entity);
	if (attempt->row.tripped)
		batch_log(batch, 'E', "%s: Circuit breaker TRIPPED after %" PRId64 " attempts",
			entity, attempt->row.attempts);
}
