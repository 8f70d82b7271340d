/* backcourt breaker reset TABLE: the entities that the circuit breaker locked out may run again. */
#include "verb_parts.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool reset(const struct session *session, const char *table, struct error *err)
{
	struct warehouse *warehouse;
	int64_t count = 0;
	char range[DATE_RANGE_TEXT_BYTES];
	if (!warehouse_open(session->warehouse, WAREHOUSE_WRITE, &warehouse, err))
		return false;
	bool done = warehouse_reset_breaker(
		warehouse, table, session->range, clock_wall_ms(), &count, err);
	warehouse_close(warehouse);
	if (done)
		printf("%s %s: %" PRId64 " reset\n", table,
			date_range_format(session->range, range), count);
	return done;
}

int verb_breaker(const struct config *config)
{
	struct session session;
	struct error err;
	if (config->argument_count != 2 || strcmp(config->arguments[0], "reset") != 0) {
		error_set(&err, ERROR_USAGE, "breaker wants: reset TABLE");
		return verb_fail(&err);
	}
	if (!session_open(config, true, true, &session, &err))
		return verb_fail(&err);
	size_t table = pipeline_find(session.pipeline, config->arguments[1]);
	bool done = table < session.pipeline->table_count
			    ? reset(&session, session.pipeline->tables[table].name, &err)
			    : error_set(&err, ERROR_USAGE, "no table is called \"%.60s\"",
				      config->arguments[1]);
	session_close(&session);
	return done ? EXIT_ALL_COMPLETE : verb_fail(&err);
}
