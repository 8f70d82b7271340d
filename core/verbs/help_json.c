/* backcourt help json: what every --json prints; tests/processes/json_test.c compares it with what
 * is printed. */
#include "help_pages.h"

#include "base/memory.h"

#include <string.h>

/* What the range of a verb is about. */
#define HEAD(verb)                                                                   \
	{verb, "version", "number", "1"}, {verb, "pipeline", "text", "its name"},    \
		{verb, "range.first", "date", ""}, {verb, "range.last", "date", ""}, \
	{                                                                            \
		verb, "at", "time",                                                  \
			"when it was printed: RFC 3339 with milliseconds "           \
			"and zone, as every time"                                    \
	}

#define SUMMARY(verb)                                                                         \
	{verb, "tables[].table", "text", ""}, {verb, "tables[].expected", "number", "dates"}, \
		{verb, "tables[].complete", "number", "dates"},                               \
		{verb, "tables[].gaps", "number", "dates"},                                   \
		{verb, "tables[].rows", "number", "those that are known"},                    \
	{                                                                                     \
		verb, "tables[].verdicts", "counts", "dates by the word of their verdict"     \
	}

/* What push and pull say alike. */
#define COPY(verb)                                                                             \
	{verb, "from", "text", "a warehouse"}, {verb, "to", "text", "the other"},              \
		{verb, "dry_run", "boolean", "nothing was sent"},                              \
		{verb, "compare", "object or null", "what comparing costs, by estimate"},      \
		{verb, "compare.bytes", "number", "that BigQuery reads for it"},               \
		{verb, "compare.budget_bytes", "number", "of a day; 0: no limit"},             \
		{verb, "compare.budget_used_bytes", "number", "before it"},                    \
		{verb, "tables[].table", "text", ""},                                          \
		{verb, "tables[].absent", "boolean", "it is not there"},                       \
		{verb, "tables[].same", "number", "dates"},                                    \
		{verb, "tables[].sent", "number", "dates"},                                    \
		{verb, "tables[].renewed", "number", "receipts"},                              \
		{verb, "tables[].rows", "number", ""}, {verb, "tables[].bytes", "number", ""}, \
		{verb, "tables[].only_there", "number", "dates"},                              \
		{verb, "tables[].interrupted", "number", "dates left out"},                    \
		{verb, "tables[].failures", "number", "failure records sent"},                 \
		{verb, "tables[].failure_dates", "number", "dates that got others"},           \
	{                                                                                      \
		verb, "tables[].attempts", "number", "breaker attempts sent"                   \
	}

/* What the rest takes. */
#define ETA(verb)                                                                                  \
	{verb, "eta.p50_ms", "number or null", "as likely less as more"},                          \
		{verb, "eta.p90_ms", "number or null", "nine times in ten less"},                  \
		{verb, "eta.at_least", "boolean", "some tables never worked: without their time"}, \
		{verb, "eta.workers", "number", "that it is foreseen with"},                       \
		{verb, "eta.path[].table", "text", "decides the end, in the order of time"},       \
		{verb, "eta.path[].dates", "number", "so many of its dates do"},                   \
	{                                                                                          \
		verb, "eta.path[].duration_ms", "number", ""                                       \
	}

static const struct member {
	const char *verb, *path, *type, *meaning;
} members[] = {
	HEAD("run"),
	{"run", "status", "number", "the exit status"},
	{"run", "done", "number", "dates that were computed"},
	{"run", "failed", "number", "dates that failed"},
	{"run", "stopped", "boolean", "by a signal"},
	{"run", "cells", "number or null", "that a run could still cure"},
	ETA("run"),
	SUMMARY("run"),
	HEAD("status"),
	{"status", "witness", "text", "receipts or counted (--verify)"},
	{"status", "progress", "text", "complete dates, phase by phase"},
	{"status", "cells", "number", "that a run could cure"},
	ETA("status"),
	SUMMARY("status"),
	{"status", "tables[].last_run", "object or null", "the newest run of the ledger"},
	{"status", "tables[].last_run.id", "text", ""},
	{"status", "tables[].last_run.outcome", "text", ""},
	{"status", "tables[].last_run.state", "text or null",
		"of a script, while it runs: running, running unattended, ending ..."},
	{"status", "tables[].last_run.started", "time", ""},
	{"status", "tables[].last_run.ended", "time or null", ""},
	{"status", "tables[].last_run.done", "number", "dates"},
	{"status", "tables[].last_run.failed", "number", "dates"},
	{"status", "tables[].last_run.left", "number", "dates"},
	{"status", "tables[].last_run.log", "text", "path"},
	HEAD("coverage"),
	{"coverage", "witness", "text", "receipts or counted (--verify)"},
	{"coverage", "cells[].table", "text", ""},
	{"coverage", "cells[].date", "date", "every date of the range"},
	{"coverage", "cells[].rows", "number or null", "null: unknown"},
	{"coverage", "cells[].expected", "number or null", "rows"},
	{"coverage", "cells[].verdict", "text", ""},
	{"coverage", "cells[].min", "number or null", "rows that the rule allows"},
	{"coverage", "cells[].max", "number or null", ""},
	{"coverage", "cells[].distinct", "number or null", "keys; null: not counted"},
	{"coverage", "cells[].reason", "text", "a reason code"},
	{"coverage", "cells[].because", "text or null", "the table that blocks or makes stale"},
	{"coverage", "cells[].why", "text", "a sentence"},
	{"coverage", "cells[].games", "number", "of the date"},
	HEAD("gaps"),
	{"gaps", "progress", "text", "complete dates, phase by phase"},
	{"gaps", "held_up", "number", "cells that wait for the causes"},
	{"gaps", "causes[].table", "text", "what frees most comes first"},
	{"gaps", "causes[].verdict", "text", ""},
	{"gaps", "causes[].reason", "text", ""},
	{"gaps", "causes[].cells", "number", ""},
	{"gaps", "causes[].holds_up", "number", "cells that wait for it"},
	{"gaps", "causes[].frees", "number", "cells that wait for nothing else"},
	{"gaps", "causes[].needs_you", "boolean", "no run can cure it"},
	{"gaps", "causes[].dates[]", "date", ""},
	{"gaps", "causes[].why", "text", ""},
	HEAD("rows"),
	{"rows", "table", "text", ""},
	{"rows", "date", "date", ""},
	{"rows", "verdict", "text", ""},
	{"rows", "expected", "number or null", ""},
	{"rows", "rows", "number or null", "counted now; null: unknown"},
	{"rows", "distinct_keys", "number or null", ""},
	{"rows", "nulls", "counts", "rows by critical column"},
	{"rows", "differences[]", "text", "where the witnesses differ"},
	{"rows", "names.by", "text", "what the groups are"},
	{"rows", "names.groups[].name", "text", ""},
	{"rows", "names.groups[].expected", "number or null", ""},
	{"rows", "names.groups[].there", "number or null", ""},
	{"rows", "names.missing_players[]", "text", ""},
	{"rows", "names.missing_players_not_listed", "number", ""},
	{"rows", "names.other_rows", "number", ""},
	{"rows", "names.trouble", "text or null", ""},
	{"rows", "receipt", "object or null", "the newest"},
	{"rows", "receipt.rows", "number", ""},
	{"rows", "receipt.distinct_keys", "number or null", ""},
	{"rows", "receipt.run", "text", ""},
	{"rows", "receipt.hash", "text", ""},
	{"rows", "receipt.sequence", "number", ""},
	{"rows", "receipt.written_at", "time or null", ""},
	{"rows", "receipt.verified_at", "time or null", ""},
	{"rows", "receipt.computed_from", "counts", "sequence by upstream table"},
	{"rows", "attempts[].run", "text", "newest first"},
	{"rows", "attempts[].state", "text", ""},
	{"rows", "attempts[].category", "text", ""},
	{"rows", "attempts[].reason", "text", ""},
	{"rows", "attempts[].rows", "number or null", ""},
	{"rows", "attempts[].started_at", "time or null", ""},
	{"rows", "attempts[].ended_at", "time or null", ""},
	{"rows", "attempts[].log_offset", "number or null", ""},
	{"rows", "log", "text or null", "path"},
	{"rows", "sample.columns[]", "text", ""},
	{"rows", "sample.rows[][]", "text or null", ""},
	{"rows", "sample.trouble", "text or null", ""},
	HEAD("why"),
	{"why", "table", "text", ""},
	{"why", "date", "date", ""},
	{"why", "verdict", "text", ""},
	{"why", "reason", "text", ""},
	{"why", "why", "text", ""},
	{"why", "chain[].table", "text", "from the cell to the root of its state"},
	{"why", "chain[].date", "date", ""},
	{"why", "chain[].verdict", "text", ""},
	{"why", "chain[].reason", "text", ""},
	{"why", "chain[].why", "text", ""},
	{"why", "evidence[].witness", "text", ""},
	{"why", "evidence[].says", "text", ""},
	{"why", "evidence[].age_ms", "number or null", ""},
	{"why", "ruled_out[]", "text", ""},
	{"why", "below[].table", "text", "what waits for the cell"},
	{"why", "below[].cells", "number", ""},
	{"why", "next", "text", "what happens next"},
	{"why", "work_ms", "number or null", "what a run of it takes"},
	{"why", "command", "text", "what repairs it, or empty"},
	HEAD("plan"),
	{"plan", "cells", "number", "of all steps"},
	{"plan", "duration_ms", "number or null",
		"with the workers of the pipeline; null: not known"},
	ETA("plan"),
	{"plan", "steps[].table", "text", "behind everything that it needs"},
	{"plan", "steps[].dates[]", "date", "in the order of the run"},
	{"plan", "steps[].first", "number", "so many of them were put first; absent: none"},
	{"plan", "steps[].below", "number", "cells of later steps that wait for it"},
	{"plan", "steps[].duration_ms", "number or null", "one date after the other"},
	{"plan", "steps[].bytes", "number or null", "that it would read; null: nobody can say"},
	{"plan", "steps[].held_by", "text or null", "who writes the table now"},
	{"plan", "left[].table", "text", ""},
	{"plan", "left[].needs_you", "boolean", "no run can cure it"},
	{"plan", "left[].reason", "text", ""},
	{"plan", "left[].because", "text or null", "a table"},
	{"plan", "left[].cells", "number", ""},
	{"plan", "left[].dates[]", "date", ""},
	HEAD("excuse"),
	{"excuse", "excuses[].table", "text", ""},
	{"excuse", "excuses[].dates[]", "date", ""},
	{"excuse", "excuses[].until", "date or null", "null: for good"},
	{"excuse", "excuses[].holds", "boolean", "today"},
	{"excuse", "excuses[].reason", "text", ""},
	{"excuse", "excuses[].author", "text", ""},
	{"excuse", "excuses[].made", "time", ""},
	{"excuse TABLE DATES", "version", "number", "1"},
	{"excuse TABLE DATES", "table", "text", ""},
	{"excuse TABLE DATES", "dates[]", "date", ""},
	{"excuse TABLE DATES", "until", "date or null", ""},
	{"excuse TABLE DATES", "holds", "boolean", ""},
	{"excuse TABLE DATES", "reason", "text", ""},
	{"excuse TABLE DATES", "author", "text", ""},
	{"excuse TABLE DATES", "made", "time", ""},
	{"excuse TABLE DATES", "removed", "boolean", "--remove took it back"},
	{"diff", "version", "number", "1"},
	{"diff", "at", "time", ""},
	{"diff", "before", "text", "the file"},
	{"diff", "after", "text or null", "the other file; null: now"},
	{"diff", "equal", "boolean", ""},
	{"diff", "tables[].table", "text", "those that differ"},
	{"diff", "tables[].rows_before", "number", ""},
	{"diff", "tables[].rows_after", "number", ""},
	{"diff", "tables[].completed[]", "date", ""},
	{"diff", "tables[].became_gaps[]", "date", ""},
	{"diff", "tables[].other_verdicts[]", "date", ""},
	{"diff", "tables[].rows_changed[]", "date", ""},
	{"diff", "tables[].only_before[]", "date", ""},
	{"diff", "tables[].only_after[]", "date", ""},
	{"diff", "tables[].cells[].date", "date", ""},
	{"diff", "tables[].cells[].verdict_before", "text or null", ""},
	{"diff", "tables[].cells[].verdict_after", "text or null", ""},
	{"diff", "tables[].cells[].rows_before", "number or null", ""},
	{"diff", "tables[].cells[].rows_after", "number or null", ""},
	{"doctor", "version", "number", "1"},
	{"doctor", "at", "time", ""},
	{"doctor", "worst", "text", ""},
	{"doctor", "checks[].check", "text", ""},
	{"doctor", "checks[].what", "text", ""},
	{"doctor", "checks[].result", "text", ""},
	{"doctor", "checks[].found", "text", ""},
	{"doctor", "checks[].advice", "text or null", ""},
	HEAD("health"),
	{"health", "findings[].id", "text", ""},
	{"health", "findings[].kind", "text", ""},
	{"health", "findings[].severity", "text", ""},
	{"health", "findings[].subject", "text", ""},
	{"health", "findings[].evidence", "text", ""},
	{"health", "findings[].meaning", "text", ""},
	{"health", "findings[].seen", "time", ""},
	{"health", "findings[].statement", "text or null", "SQL that mends it"},
	{"health", "findings[].can_fix", "boolean", "with --fix ID"},
	HEAD("push"),
	COPY("push"),
	HEAD("pull"),
	COPY("pull"),
	HEAD("handoff"),
	ETA("handoff"),
	{"handoff", "status", "text", ""},
	{"handoff", "priority", "text", ""},
	{"handoff", "unknown[]", "text", "what could not be read, or asked"},
	{"handoff", "running[].table", "text", ""},
	{"handoff", "running[].kind", "text", "native, command or by hand"},
	{"handoff", "running[].state", "text", ""},
	{"handoff", "running[].first", "date or null", ""},
	{"handoff", "running[].last", "date or null", ""},
	{"handoff", "running[].started", "time or null", ""},
	{"handoff", "running[].pid", "number or null", ""},
	{"handoff", "running[].log", "text or null", "path"},
	SUMMARY("handoff"),
	{"handoff", "causes[]", "text", ""},
	{"handoff", "steps[].table", "text", ""},
	{"handoff", "steps[].dates[]", "date", ""},
	{"handoff", "steps[].command", "text", "for a shell"},
	{"handoff", "goal", "text", ""},
	{"handoff", "markdown", "text", "the whole hand-off"},
};

void help_add_json(struct buffer *into)
{
	buffer_add_text(into, "| verb | member | type | meaning |\n|---|---|---|---|\n");
	for (size_t i = 0; i < ARRAY_COUNT(members); i++)
		buffer_add_format(into, "| `%s` | `%s` | %s | %s |\n", members[i].verb,
			members[i].path, members[i].type, members[i].meaning);
}
