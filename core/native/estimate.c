/* What a batch would read. */
#include "native/processor.h"

#include "base/clock.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static int by_date(const void *a, const void *b)
{
	date_t first = *(const date_t *)a, second = *(const date_t *)b;
	return (first > second) - (first < second);
}

/* What is loaded is empty: nothing is computed from it. */
static bool load(const struct processor *processor, const struct batch *batch)
{
	void *state = NULL;
	struct error err;
	if (!processor->load(batch, &state, &err))
		return false;
	processor->release(state);
	return true;
}

int64_t processor_estimate(const struct processor *processor, struct warehouse *warehouse,
	const struct calendar *calendar, const date_t *dates, size_t count)
{
	int64_t bytes = 0;
	if (count == 0 || !warehouse_only_estimate(warehouse, &bytes))
		return -1;
	date_t *ascending = memory_new_array(count, sizeof(*ascending));
	memcpy(ascending, dates, count * sizeof(*ascending));
	qsort(ascending, count, sizeof(*ascending), by_date);
	struct batch batch = {.warehouse = warehouse,
		.rules = &rules_corrected,
		.calendar = calendar,
		.dates = ascending,
		.date_count = count,
		.symbols = symbols_new(),
		.now_ms = clock_wall_ms()};
	bool done = load(processor, &batch);
	warehouse_only_estimate(warehouse, NULL);
	symbols_free(batch.symbols);
	free(ascending);
	return done ? bytes : -1;
}
