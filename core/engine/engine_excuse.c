/* Excuses of the operator: stored by the refresh that shows what they change. */
#include "engine_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/person.h"
#include "ledger/ledger.h"

#include <stdio.h>
#include <stdlib.h>

/* Owned by the engine until a refresh takes it. */
struct excuse_wish {
	const struct pipeline *pipeline;
	struct date_set *dates; /* by table */
	char reason[LEDGER_EXCUSE_BYTES];
};

void excuse_wish_free(struct excuse_wish *wish)
{
	if (wish == NULL)
		return;
	for (size_t i = 0; i < wish->pipeline->table_count; i++)
		date_set_release(&wish->dates[i]);
	free(wish->dates);
	free(wish);
}

/* *count grows by the cells that were excused, or are no more. */
static bool store_table(struct ledger *ledger, const struct excuse_wish *wish, size_t table,
	int64_t *count, struct error *err)
{
	struct ledger_excuse excuse = {.until = DATE_NONE, .made_ms = clock_wall_ms()};
	const struct date_set *dates = &wish->dates[table];
	int64_t taken = date_set_days(dates);
	text_copy(excuse.table, sizeof(excuse.table), wish->pipeline->tables[table].name);
	text_copy(excuse.reason, sizeof(excuse.reason), wish->reason);
	person_find(excuse.author, sizeof(excuse.author));
	bool done = wish->reason[0] != '\0' ? ledger_excuse(ledger, &excuse, dates, err)
					    : ledger_take_back(ledger, &excuse, dates, &taken, err);
	if (done)
		*count += taken;
	return done;
}

bool excuse_wish_store(const struct excuse_wish *wish, const char *folder, char *text, size_t room)
{
	struct ledger *ledger;
	struct error err;
	int64_t count = 0;
	bool done = ledger_open(folder, LEDGER_WRITE, &ledger, &err);
	bool is_open = done;
	for (size_t i = 0; done && i < wish->pipeline->table_count; i++)
		done = wish->dates[i].count == 0 || store_table(ledger, wish, i, &count, &err);
	if (is_open)
		ledger_close(ledger);
	if (done && count == 0)
		text_copy(text, room, "an excuse wants a reason; there was none to take back");
	else if (done)
		snprintf(text, room, "%lld %s %s", (long long)count,
			count == 1 ? "cell is" : "cells are",
			wish->reason[0] != '\0' ? "excused" : "no longer excused");
	else
		text_copy(text, room, err.text);
	return done && count > 0;
}

void engine_excuse(struct engine *engine, const struct model *model, const struct date_set *dates,
	const char *reason)
{
	const struct pipeline *pipeline = engine->options.pipeline;
	struct excuse_wish *wish = memory_new(sizeof(*wish));
	wish->pipeline = pipeline;
	wish->dates = memory_new_array(pipeline->table_count, sizeof(*wish->dates));
	for (size_t i = 0; i < pipeline->table_count; i++)
		for (size_t k = 0; k < dates[i].count; k++)
			date_set_add(&wish->dates[i], dates[i].ranges[k]);
	bool fits = text_copy(wish->reason, sizeof(wish->reason), reason);
	if (!fits || engine->options.read_only || engine->excuse != NULL) {
		engine_say(engine, SEVERITY_WARNING, "%s",
			!fits			    ? "the reason is too long"
			: engine->options.read_only ? "read-only: nothing is excused"
						    : "another excuse is still being stored");
		excuse_wish_free(wish);
		return;
	}
	engine->excuse = wish;
	engine_refresh(engine, engine_range(engine, model), false);
}
