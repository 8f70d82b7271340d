/* What a console that died left behind. */
#include "ledger_parts.h"

/* Only of runs that are still open; a date that failed and was then written again was written. */
static const char prove_sql[] =
	"INSERT INTO attempts(run, table_name, date, state, category, reason, row_count,"
	" started_ms, ended_ms, log_offset)"
	" SELECT id, ?2, ?3, 'succeeded', '', '', ?4, ?5, ?5, -1 FROM runs"
	" WHERE id = ?1 AND table_name = ?2 AND outcome = 'running'"
	" ON CONFLICT(run, date) DO UPDATE SET state = 'succeeded', category = '', reason = '',"
	" row_count = excluded.row_count, ended_ms = excluded.ended_ms"
	" WHERE state <> 'succeeded'";

static bool prove_dates(struct ledger *ledger, const struct ledger_proof *proofs, size_t count,
	int64_t *proved, struct error *err)
{
	sqlite3_stmt *statement;
	if (!ledger_prepare(ledger, prove_sql, &statement, err))
		return false;
	bool done = true;
	for (size_t i = 0; done && i < count; i++) {
		ledger_bind_text(statement, 1, proofs[i].run);
		ledger_bind_text(statement, 2, proofs[i].table);
		ledger_bind_date(statement, 3, proofs[i].date);
		sqlite3_bind_int64(statement, 4, proofs[i].rows);
		sqlite3_bind_int64(statement, 5, proofs[i].at_ms);
		done = sqlite3_step(statement) == SQLITE_DONE ||
		       ledger_fail(ledger, err, "cannot take over a receipt");
		*proved += done ? sqlite3_changes(ledger->database) : 0;
		sqlite3_reset(statement);
	}
	sqlite3_finalize(statement);
	return done;
}

static bool change(
	struct ledger *ledger, const char *sql, int64_t now_ms, int64_t *changed, struct error *err)
{
	sqlite3_stmt *statement;
	if (!ledger_prepare(ledger, sql, &statement, err))
		return false;
	sqlite3_bind_int64(statement, 1, now_ms);
	if (!ledger_finish(ledger, statement, err))
		return false;
	*changed = sqlite3_changes(ledger->database);
	return true;
}

static bool reconcile(struct ledger *ledger, const struct ledger_proof *proofs, size_t count,
	int64_t now_ms, struct ledger_reconciled *result, struct error *err)
{
	return prove_dates(ledger, proofs, count, &result->proved, err) &&
	       change(ledger,
		       "UPDATE attempts SET state = 'killed', ended_ms = ?1 WHERE state = 'running'"
		       " AND run IN (SELECT id FROM runs WHERE outcome = 'running'"
		       " AND executor = 'native')",
		       now_ms, &result->killed, err) &&
	       change(ledger,
		       "UPDATE runs SET outcome = 'lost', ended_ms = ?1,"
		       " done = (SELECT count(*) FROM attempts WHERE run = id"
		       "  AND state = 'succeeded'),"
		       " failed = (SELECT count(*) FROM attempts WHERE run = id"
		       "  AND state = 'failed'),"
		       " remaining = max(0, planned - (SELECT count(*) FROM attempts"
		       "  WHERE run = id AND state IN ('succeeded', 'failed')))"
		       " WHERE outcome = 'running' AND executor = 'native'",
		       now_ms, &result->runs, err);
}

bool ledger_reconcile(struct ledger *ledger, const struct ledger_proof *proofs, size_t count,
	int64_t now_ms, struct ledger_reconciled *result, struct error *err)
{
	struct ledger_reconciled found = {0};
	if (!ledger_run_sql(ledger, "BEGIN IMMEDIATE", err))
		return false;
	if (!ledger_commit_if(ledger, reconcile(ledger, proofs, count, now_ms, &found, err), err))
		return false;
	*result = found;
	return true;
}
