/*
 * What the scripts are known to print, line by line: catalogue_lines.txt has every alternative of
 * every expression that was collected from their source ("ID", tab, line), and each must be known
 * here; and each line of the collection's tables must have the severity that stands there.
 */
#include "core/jobs/log_matcher.h"

#include "base/path.h"
#include "base/text.h"
#include "tests/test.h"

#define CATALOGUE      "tests/data/logs/catalogue_lines.txt"
#define LINES_AT_LEAST 450

static struct log_rules *rules;
static struct log_matcher *matcher;

static int set_up(void **state)
{
	(void)state;
	rules = log_rules_new();
	matcher = log_matcher_new(rules);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	log_matcher_free(matcher);
	log_rules_free(rules);
	return 0;
}

/* Where a line of that kind stands: J_ and H_ come from the script, tracebacks and what the
 * interpreter says have no prefix, the rest comes from the layers below. */
static unsigned scope_of(const char *id)
{
	static const char *const bare[] = {"TB_", "A_", "BQ_", "PYWARN", "RULE"};
	for (size_t i = 0; i < ARRAY_COUNT(bare); i++)
		if (text_starts_with(id, bare[i]))
			return LOG_SCOPE_BARE | LOG_SCOPE_LOUD;
	/* a few of the later ones are printed by helpers: by the script or by another logger */
	if (text_starts_with(id, "H_"))
		return LOG_SCOPE_MAIN | LOG_SCOPE_LOWER | LOG_SCOPE_LOUD;
	return text_starts_with(id, "J_") ? LOG_SCOPE_MAIN : LOG_SCOPE_LOWER | LOG_SCOPE_LOUD;
}

static void every_line_of_the_catalogue_is_known(void **state)
{
	(void)state;
	struct buffer lines = {0};
	struct error err;
	struct log_hit hits[LOG_HITS_MAX];
	int count = 0, unknown = 0;
	assert_true(path_read_file(CATALOGUE, 1 << 20, &lines, &err));
	char *rest = lines.bytes;
	for (char *line; (line = strsep(&rest, "\n")) != NULL && line[0] != '\0'; count++) {
		char *text = strchr(line, '\t');
		assert_non_null(text);
		*text++ = '\0';
		if (log_matcher_match(matcher, text, strlen(text), scope_of(line), hits) > 0)
			continue;
		print_message("# %s is not known: %s\n", line, text);
		unknown++;
	}
	assert_int_equal(unknown, 0);
	assert_true(count > LINES_AT_LEAST);
	buffer_release(&lines);
}

#define MAIN  LOG_SCOPE_MAIN
#define LOWER LOG_SCOPE_LOWER
#define LOUD  (LOG_SCOPE_LOWER | LOG_SCOPE_LOUD)
#define BARE  (LOG_SCOPE_BARE | LOG_SCOPE_LOUD)

static const struct {
	char severity;
	unsigned scope;
	const char *text;
} known[] = {
	/* progress and stages */
	{'P', LOWER, "Processing player 50/389 (12.9%)"},
	{'P', LOWER, "Processed 50/346 players"},
	{'P', LOWER, "Writing batch 2/4 (100 rows)"},
	{'P', LOWER, "Player processing progress: 150/446 | Rate: 4.1 players/sec | ETA: 1.2min"},
	{'P', LOWER, "Calculating composite factors for 389 players"},
	{'P', LOWER, "Checking completeness for 382 players across 5 windows..."},
	{'P', LOWER,
		"Completeness check complete in 31.4s (5 windows, parallel). Bootstrap mode: "
		"False, "
		"Season boundary: True"},
	{'I', LOWER, "Extracted 450 game records for 30 teams"},
	{'I', LOWER, "Extracted schedule for 11 games on 2021-11-17"},
	{'I', LOWER, "Gamebook has 412 records for 2021-11-17 - using BACKFILL mode"},
	{'I', LOWER,
		"[BACKFILL MODE] Found 382 players for 2021-11-17 (187 with prop lines, 195 "
		"without)"},
	{'P', LOWER, "PRECOMPUTE_STEP Precompute processor run starting"},
	{'P', LOWER, "ANALYTICS_STEP Data extracted in 12.4s"},
	{'I', LOWER, "PRECOMPUTE_STATS {\"run_id\": \"9f1c02ab\"}"},
	{'I', LOWER,
		"Recorded run history: PlayerCompositeFactorsProcessor_20251203_212207_9f1c02ab - "
		"success (35.6s)"},
	{'I', LOWER, "Calculated metrics for 313 players, 97 failures"},
	{'I', LOWER, "Processed 29/30 teams successfully"},
	{'I', LOWER, "Cache calculation complete: 207 successful, 175 failed"},
	{'P', LOWER, "Deleting existing data for 2021-11-17"},
	{'P', LOWER, "✅ Deleted 389 existing rows"},
	{'P', LOWER, "✅ Successfully loaded 389 rows"},
	{'P', LOWER, "Successfully loaded 22 records"},
	{'P', LOWER, "Successfully saved 313 records"},
	{'P', LOWER, "✅ Batch written successfully (100 rows)"},
	{'P', LOWER, "Write complete: 346/346 rows (100.0% success)"},
	/* dependencies */
	{'I', LOWER, "Checking dependency: nba_analytics.upcoming_player_game_context"},
	{'F', LOUD, "Missing critical dependency: nba_analytics.upcoming_team_game_context"},
	{'F', LOUD, "Missing critical dependencies: ['nba_analytics.upcoming_team_game_context']"},
	{'W', LOUD, "BACKFILL_MODE: Missing critical dependencies: ['a.b'] - continuing anyway"},
	{'N', LOUD, "Missing optional dependency: nba_raw.odds_api_game_lines"},
	{'N', LOUD, "Stale dependency: nba_analytics.player_game_summary: 63.2h old (max: 24h)"},
	{'N', LOUD, "Stale upstream data detected: ['nba_analytics.player_game_summary: 63.2h']"},
	{'N', LOUD, "BACKFILL_MODE: Ignoring stale data check - ['a.b']"},
	{'E', LOUD, "Error checking nba_raw.nbac_schedule: 400 Unrecognized name: data_hash"},
	{'I', LOWER, "Dependency check complete: critical_present=True, fresh=False"},
	{'I', LOWER, "✅ 30/30 teams have 15+ games"},
	{'W', LOUD, "⚠️ Only 24/25 teams have 15+ games"},
	/* completeness and circuit breaker */
	{'I', LOWER, "Player schedule check: 382 players with teams, avg expected: nan games"},
	{'E', LOUD, "No team found for any of 382 players"},
	{'W', LOUD, "jalensuggs: Completeness 60.0% (6/10 games) - skipping"},
	{'W', LOUD, "jalensuggs: Completeness 0% (0/0 games) - below 90% threshold, skipping"},
	{'W', LOUD,
		"jalensuggs: Not all windows complete - L5=80.0%, L10=60.0%, L7d=100.0%, "
		"L14d=75.0% "
		"- skipping"},
	{'W', LOUD, "jalensuggs: Not all windows complete (avg 74.0%) - skipping"},
	{'W', LOUD,
		"jalensuggs: Upstream not ready (shot_zone=False, team_defense=True) - skipping"},
	{'W', LOUD, "BOS: Only 13/15 games"},
	{'I', LOWER, "Upstream completeness check: 377/382 players have all upstreams ready"},
	{'E', LOUD, "Completeness check for l7d failed: Timeout of 600.0s exceeded"},
	{'S', LOUD,
		"Completeness checking failed (ValueError: x). Using default 'all ready' values"},
	{'E', LOUD, "Error querying upstream completeness: 400 x"},
	{'W', LOUD,
		"jalensuggs: Circuit breaker active until 2025-12-11 05:22:41+00:00 - skipping"},
	{'W', LOUD, "jalensuggs: Circuit breaker TRIPPED after 3 attempts"},
	{'I', LOWER, "Batch circuit breaker check: 12 players with history, 0 active breakers"},
	{'N', LOUD, "Failed to record reprocess attempt for jalensuggs: x"},
	{'N', LOUD, "Error checking circuit breaker for jalensuggs: x"},
	{'E', LOUD, "Circuit breaker OPENED: Class:start:end (after 5 failures)"},
	/* known noise */
	{'N', LOUD, "Failed to log processing run: 400 Provided Schema does not match Table x"},
	{'N', LOUD, "Failed to extract source hashes: 400 Unrecognized name: data_hash"},
	{'N', LOUD, "No data_hash found in upstream table"},
	{'N', LOUD, "Error querying previous hashes: 400 x"},
	{'N', LOUD, "Error checking game schedule: 404 Not found: Table x"},
	{'N', LOUD, "AWS SES error sending CRITICAL alert 'x': The security token is expired"},
	{'N', LOUD, "No recipients for CRITICAL alert: x"},
	{'N', LOUD, "No email recipients configured"},
	{'N', LOWER, "Slack notification sent successfully to #error-alerts: x"},
	{'N', LOUD, "Failed to send Slack notification: x"},
	{'N', LOUD, "Cannot send Slack notification: x"},
	{'N', LOWER, "Sending error notification 'x' to channels: ['a']"},
	{'N', LOWER, "BACKFILL_MODE: Suppressing alert - x"},
	{'N', LOUD, "Failed to save debug data: Object of type date is not JSON serializable"},
	{'N', LOWER, "⏸️  Skipping downstream trigger (backfill mode) - x"},
	{'N', BARE, "/x/bigquery/table.py:1933: UserWarning: BigQuery Storage module not found"},
	{'N', BARE, "  warnings.warn("},
	{'N', LOUD, "No betting lines available - will continue with NULL spreads/totals"},
	{'N', LOUD, "No injury data available for x"},
	{'W', LOUD, "No upcoming_player_game_context for jalensuggs on 2021-11-17"},
	{'W', LOUD, "Feature 5 (fatigue) missing from Phase 4, using default=50"},
	{'N', LOUD, "RegistryReader destroyed with 12 unflushed unresolved players"},
	{'N', LOWER, "NBATeamMapper initialized with 30 teams"},
	{'N', LOWER, "Notification router initialized: x"},
	/* silent failures */
	{'S', LOUD, "Error saving to BigQuery: 429 Exceeded rate limits"},
	{'S', LOUD, "Error saving data: x"},
	{'S', LOUD, "No transformed data to save"},
	{'S', LOUD, "No transformed data to write"},
	{'S', LOUD, "No data to save"},
	{'S', LOUD, "Batch 3 failed: 503 The service is currently unavailable."},
	{'S', LOUD, "Write errors: [{'index': 0}]"},
	{'S', LOUD, "⚠️ Load blocked by streaming buffer - 12 rows skipped"},
	{'S', LOUD, "🔒 Cannot acquire processing lock for 2021-11-26 - another instance"},
	/* real errors */
	{'F', LOUD, "PrecomputeProcessorBase Error: x"},
	{'F', LOUD, "AnalyticsProcessorBase Error: x"},
	{'F', LOUD, "Error processing date 2021-11-17: x"},
	{'F', LOUD, "Error extracting players (backfill mode): x"},
	{'F', LOUD, "Error extracting schedule data: x"},
	{'W', LOUD, "Error extracting prop lines: x"},
	{'W', LOUD, "Error extracting from BettingPros: x"},
	{'F', LOUD, "CRITICAL: No schedule data available"},
	{'F', LOUD, "Batch insert failed: x"},
	{'F', LOUD, "Delete failed with non-streaming error: x"},
	{'F', LOUD, "MERGE operation failed: x"},
	{'W', LOUD, "Batch write attempt 1 failed: x"},
	{'S', LOUD, "Batch write failed after 3 attempts: x"},
	{'W', LOUD, "Failed to process jalensuggs: x"},
	{'E', LOUD, "Timeout of 600.0s exceeded, last exception: Read timed out."},
	/* what looks like more than it is */
	{'I', MAIN, "CRITICAL: This processor runs LAST - requires ALL Phase 4 processors"},
	{'I', LOWER, "  ✗ Failed: 0 team-game records"},
	{'I', LOWER, "  ✗ nba_raw.odds_api_game_lines: 0 rows"},
};

static char letter_of(enum log_severity severity)
{
	switch (severity) {
	case LOG_PROGRESS:
		return 'P';
	case LOG_INFORMATION:
		return 'I';
	case LOG_NOISE:
		return 'N';
	case LOG_WATCH:
		return 'W';
	case LOG_ERROR:
		return 'E';
	case LOG_REASON:
		return 'F';
	case LOG_SILENT:
		return 'S';
	}
	return '?';
}

static void every_known_line_has_its_severity(void **state)
{
	(void)state;
	struct log_hit hits[LOG_HITS_MAX];
	int wrong = 0;
	for (size_t i = 0; i < ARRAY_COUNT(known); i++) {
		int count = log_matcher_match(
			matcher, known[i].text, strlen(known[i].text), known[i].scope, hits);
		char got = count > 0 ? letter_of(hits[0].rule->severity) : '-';
		if (got == known[i].severity)
			continue;
		print_message("# %c (%s), not %c: %s\n", got,
			count > 0 ? hits[0].rule->id : "no rule", known[i].severity, known[i].text);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			every_line_of_the_catalogue_is_known, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			every_known_line_has_its_severity, set_up, tear_down),
	};
	return RUN(tests);
}
