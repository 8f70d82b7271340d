/* The reader over transcripts in the users' shape: tests/data/logs. */
#include "jobs/log_reader.h"

#include "tests/support/fact_text.h"
#include "tests/test.h"

#include <time.h>

static struct log_rules *rules;

static int set_up(void **state)
{
	(void)state;
	rules = log_rules_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	log_rules_free(rules);
	return 0;
}

struct heard {
	struct buffer facts;
	struct buffer lines; /* "E+ TB_END text" */
	bool wants_offsets;
	int64_t ended_offset, began_offset, at_ms, started_ms;
	int line_count, hidden_count;
};

static void take_fact(void *context, const struct log_fact *fact)
{
	struct heard *heard = context;
	if (heard->wants_offsets)
		buffer_add_format(&heard->facts, "%lld ", (long long)fact->offset);
	fact_text_add(&heard->facts, fact);
	if (fact->kind == LOG_FACT_DATE_ENDED) {
		heard->ended_offset = fact->offset;
		heard->began_offset = fact->began_offset;
		heard->at_ms = fact->at_ms;
		heard->started_ms = fact->started_ms;
	}
}

static void take_line(void *context, const struct log_line *line)
{
	struct heard *heard = context;
	buffer_add_format(&heard->lines, "%c%c %s ", log_severity_letter(line->severity),
		line->is_continuation ? '+' : ' ', line->rule == NULL ? "-" : line->rule->id);
	buffer_add(&heard->lines, line->line->text + line->message_start,
		line->line->length - line->message_start);
	buffer_add_char(&heard->lines, '\n');
	heard->line_count++;
	heard->hidden_count += line->is_hidden;
}

static struct log_reader *reader_for(struct heard *heard)
{
	struct log_listener listener = {heard, take_fact, take_line};
	return log_reader_new(rules, &listener);
}

static struct heard read_text(const char *text)
{
	struct heard heard = {0};
	struct log_reader *reader = reader_for(&heard);
	log_reader_add(reader, text, strlen(text));
	log_reader_end(reader);
	log_reader_free(reader);
	return heard;
}

static struct heard read_file(const char *name)
{
	struct heard heard = {0};
	struct buffer file = log_sample(name);
	struct log_reader *reader = reader_for(&heard);
	log_reader_add(reader, file.bytes, file.length);
	log_reader_end(reader);
	log_reader_free(reader);
	buffer_release(&file);
	return heard;
}

static void heard_release(struct heard *heard)
{
	buffer_release(&heard->facts);
	buffer_release(&heard->lines);
}

/* The facts that begin with one of the words, in their order. */
static void assert_facts(struct heard *heard, const char *const *words, const char *expected)
{
	struct buffer kept = {0};
	char *rest = heard->facts.bytes;
	for (char *line; (line = strsep(&rest, "\n")) != NULL && line[0] != '\0';)
		for (size_t i = 0; words[i] != NULL; i++)
			if (strncmp(line, words[i], strlen(words[i])) == 0)
				buffer_add_format(&kept, "%s\n", line);
	assert_string_equal(buffer_text(&kept), expected);
	buffer_release(&kept);
	heard_release(heard);
}

static const char *const ends[] = {"ended", "run ended", "problem", "refused", "listed", NULL};
static const char *const everything[] = {"", NULL};

static void assert_ends(const char *text, const char *expected)
{
	struct heard heard = read_text(text);
	assert_facts(&heard, ends, expected);
}

static void phase_3_players(void **state)
{
	(void)state;
	struct heard heard = read_file("upgc.log");
	assert_facts(&heard, everything,
		"run began\n"
		"range 2021-11-17..2021-11-19\n"
		"began 2021-11-17\n"
		"stage 2021-11-17 extract\n"
		"stage 2021-11-17 calculate\n"
		"progress 2021-11-17 player 0/382\n"
		"stage 2021-11-17 completeness\n"
		"stage 2021-11-17 calculate\n"
		"stage 2021-11-17 delete\n"
		"window 2021-11-17 open\n"
		"stage 2021-11-17 load\n"
		"window 2021-11-17 closed\n"
		"rows 2021-11-17 382\n"
		"ended 2021-11-17 ok rows 382 of 382 without 0\n"
		"began 2021-11-18\n"
		"stage 2021-11-18 extract\n"
		"ended 2021-11-18 empty rows 0 of 0 without 0: No data to save\n"
		"began 2021-11-19\n"
		"stage 2021-11-19 extract\n"
		"ended 2021-11-19 failed TIMEOUT: Timeout of 600.0s exceeded, last exception: "
		"HTTPSConnectionPool(host='bigquery.googleapis.com', port=443): Read timed out. "
		"(read timeout=600)\n"
		"summary\n"
		"run ended with failures ok 2 failed 1\n");
}

static void phase_3_teams_whose_verdict_says_0_and_whose_save_errors_are_swallowed(void **state)
{
	(void)state;
	struct heard heard = read_file("utgc.log");
	assert_facts(&heard, ends,
		"ended 2021-11-17 ok rows 22 of 0 ms 41000\n"
		"problem 2021-11-18 S SAVE_ERROR: Error saving data: 429 Exceeded rate limits: "
		"too many table update operations for this table\n"
		"ended 2021-11-18 failed of 0 ms 41000 in the window QUOTA: Error saving data: 429 "
		"Exceeded rate limits: too many table update operations for this table\n"
		"run ended with failures ok 2\n");
}

static void phase_4_with_a_resume_and_one_cause_for_six_error_lines(void **state)
{
	(void)state;
	struct heard heard = read_file("pcf.log");
	assert_facts(&heard, everything,
		"checkpoint /tmp/backfill_checkpoints/"
		"player_composite_factors_2021-11-16_2021-11-30.json\n"
		"run began 2021-11-16..2021-11-30\n"
		"checkpoint /tmp/backfill_checkpoints/"
		"player_composite_factors_2021-11-16_2021-11-30.json\n"
		"resumed 2021-11-16\n"
		"plan dates 2 of 15 workers 1\n"
		"began 2021-11-16\n"
		"stage 2021-11-16 dependencies\n"
		"ended 2021-11-16 failed ms 4400 MISSING_DEPENDENCY: Missing critical dependency: "
		"nba_analytics.upcoming_team_game_context\n"
		"began 2021-11-17\n"
		"stage 2021-11-17 dependencies\n"
		"stage 2021-11-17 extract\n"
		"stage 2021-11-17 calculate\n"
		"stage 2021-11-17 completeness\n"
		"stage 2021-11-17 calculate\n"
		"progress 2021-11-17 player 0/382\n"
		"progress 2021-11-17 player 50/382\n"
		"progress 2021-11-17 player 382/382\n"
		"stage 2021-11-17 delete\n"
		"window 2021-11-17 open\n"
		"stage 2021-11-17 load\n"
		"window 2021-11-17 closed\n"
		"rows 2021-11-17 382\n"
		"stage 2021-11-17 record\n"
		"ended 2021-11-17 ok rows 382 of 382 ms 36800\n"
		"summary\n"
		"listed 2021-11-16\n"
		"run ended with failures ok 1 failed 1\n");
}

static void phase_4_bootstrap_swallowed_save_and_nothing_to_save(void **state)
{
	(void)state;
	struct heard heard = read_file("psza.log");
	assert_facts(&heard, ends,
		"ended 2021-11-01 skipped: bootstrap period\n"
		"ended 2021-11-02 ok rows 313 of 313 without 97\n"
		"problem 2021-11-03 S SAVE_ERROR: Error saving to BigQuery: 429 Exceeded rate "
		"limits: too many table update operations for this table\n"
		"ended 2021-11-03 failed of 313 without 97 in the window QUOTA: Error saving to "
		"BigQuery: 429 Exceeded rate limits: too many table update operations for this "
		"table\n"
		"ended 2021-11-04 empty rows 0 of 0: No transformed data to save\n"
		"run ended with failures ok 3 failed 0\n");
}

static void batches_a_partial_write_and_a_cut_between_batches(void **state)
{
	(void)state;
	struct heard heard = read_file("mlfs_cut.log");
	assert_facts(&heard, ends,
		"ended 2021-11-16 ok rows 346 of 346 without 0\n"
		"problem 2021-11-17 S PARTIAL_WRITE: Batch 3 failed: 503 The service is currently "
		"unavailable.\n"
		"ended 2021-11-17 failed rows 246 of 346 without 0 PARTIAL_WRITE: Batch 3 failed: "
		"503 The service is currently unavailable.\n"
		"ended 2021-11-18 suspect rows 200 of 346 without 0 in the window: the process "
		"ended between delete and load\n"
		"run ended aborted: the log ends without a summary\n");
}

static void dates_in_parallel(void **state)
{
	(void)state;
	struct heard heard = read_file("parallel.log");
	assert_facts(&heard, ends,
		"ended 2021-11-17 ok rows 382 of 382\n"
		"ended 2021-11-18 ok rows 212 of 212\n"
		"ended 2021-11-20 unknown of 99: dates in parallel: no load line has this count\n"
		"ended 2021-11-19 failed MISSING_DEPENDENCY: Missing critical dependencies: "
		"['nba_raw.nbac_gamebook_player_stats']\n"
		"ended 2021-11-21 suspect in the window: the process ended between delete and "
		"load\n"
		"run ended aborted: the log ends without a summary\n");
}

static void refused_arguments_and_ctrl_c(void **state)
{
	(void)state;
	struct heard heard = read_file("refused.log");
	assert_facts(&heard, ends,
		"refused ARGUMENTS: unrecognized arguments: --no-resume\n"
		"run ended refused ARGUMENTS: unrecognized arguments: --no-resume\n");
	heard = read_file("interrupted.log");
	assert_facts(&heard, ends,
		"ended 2021-11-16 interrupted INTERRUPTED: KeyboardInterrupt\n"
		"run ended aborted INTERRUPTED: KeyboardInterrupt\n");
}

static void escapes_zeros_bars_glued_records_and_a_cut_last_line(void **state)
{
	(void)state;
	struct heard heard = read_file("ugly.log");
	assert_non_null(
		strstr(heard.lines.bytes, "I+ - [2025-12-04 10:11:12] Starting \uFFFD\uFFFDPCF"));
	assert_non_null(strstr(heard.lines.bytes, "Downloading: 100%"));
	assert_null(strstr(heard.lines.bytes, "Downloading:  10%"));
	assert_non_null(
		strstr(heard.lines.bytes, "P  C_START Checking completeness for 382 players "
					  "(games window: 5)\nP  C_START Checking "
					  "completeness for 382 players (days window: 7)\n"));
	assert_facts(&heard, ends,
		"ended 2021-11-16 ok rows 382 of 382\n"
		"ended 2021-11-17 failed SCHEMA: Error checking nba_raw.nbac_schedule: 400 "
		"Unrecognized name: data_hash at [5:17]\n"
		"run ended aborted: the log ends without a summary\n");
}

/* samples_rules.txt says for each of the 81 lines its severity, "+" where it continues a record,
 * and the rule that decides; it was checked by eye. */
static void every_sample_line_has_its_rule_and_severity(void **state)
{
	(void)state;
	struct heard heard = read_file("samples.log");
	struct buffer expected = log_sample("samples_rules.txt"), got = {0};
	char *rest = heard.lines.bytes;
	int count = 0;
	for (char *line; (line = strsep(&rest, "\n")) != NULL && line[0] != '\0'; count++) {
		size_t id = strcspn(line + 3, " ");
		buffer_add(&got, line, line[1] == '+' ? 2 : 1);
		buffer_add_char(&got, ' ');
		buffer_add(&got, line + 3, id);
		buffer_add_char(&got, '\n');
	}
	assert_int_equal(count, 81);
	assert_string_equal(got.bytes, expected.bytes);
	buffer_release(&expected);
	buffer_release(&got);
	heard_release(&heard);
}

static void success_is_believed_only_with_a_load(void **state)
{
	(void)state;
	assert_ends("INFO:__main__:Processing day 1/2: 2021-11-16\n"
		    "INFO:__main__:  ✓ Success: 382 players\n"
		    "INFO:__main__:Processing day 2/2: 2021-11-17\n"
		    "INFO:precompute_base:✅ MERGE completed: 382 rows affected\n"
		    "INFO:__main__:  ✓ Success: 382 players\n"
		    "INFO:__main__:BACKFILL COMPLETE\n",
		"ended 2021-11-16 empty rows 0 of 382: no load line was seen\n"
		"ended 2021-11-17 ok rows 382 of 382\n"
		"run ended finished\n");
}

static void a_lock_that_was_denied_is_no_success(void **state)
{
	(void)state;
	assert_ends("INFO:__main__:Processing game date 11/15: 2021-11-26\n"
		    "WARNING:precompute_base:🔒 Cannot acquire processing lock for 2021-11-26 - "
		    "another instance is processing.\n"
		    "INFO:__main__:  ✓ Success: 0 players processed\n",
		"problem 2021-11-26 S LOCK_HELD: 🔒 Cannot acquire processing lock for 2021-11-26 - "
		"another instance is processing.\n"
		"ended 2021-11-26 failed of 0 LOCK_HELD: 🔒 Cannot acquire processing lock for "
		"2021-11-26 - another instance is processing.\n"
		"run ended aborted: the log ends without a summary\n");
}

static void a_save_that_worked_at_last_is_one(void **state)
{
	(void)state;
	assert_ends("INFO:__main__:Processing day 1/1: 2021-11-16\n"
		    "ERROR:precompute_base:Batch insert failed: 503 \n"
		    "INFO:precompute_base:✅ Successfully loaded 382 rows\n"
		    "INFO:__main__:  ✓ Success: 382 players\n",
		"problem 2021-11-16 F SAVE_ERROR: Batch insert failed: 503 \n"
		"ended 2021-11-16 ok rows 382 of 382\n"
		"run ended aborted: the log ends without a summary\n");
}

static void a_counter_of_another_logger_is_no_verdict(void **state)
{
	(void)state;
	assert_ends("INFO:__main__:Processing date 1/1: 2021-11-16\n"
		    "INFO:a.b:  ✗ Failed: 0 team-game records\n"
		    "INFO:a.b:  ✗ Failed: Unknown\n"
		    "INFO:a.b:Successfully loaded 22 records\n"
		    "INFO:__main__:✅ 2021-11-16: Processed 0 teams, 0 games\n",
		"ended 2021-11-16 ok rows 22 of 0\n"
		"run ended aborted: the log ends without a summary\n");
}

static void a_process_that_ends_within_a_date(void **state)
{
	(void)state;
	static const char head[] = "INFO:__main__:Processing day 1/1: 2021-11-16\n"
				   "INFO:precompute_base:Deleting existing data for 2021-11-16\n";
	static const struct {
		const char *more, *end;
	} cases[] = {
		{"", "suspect in the window: the process ended between delete and load"},
		{"INFO:precompute_base:✅ Deleted 5 existing rows\n",
			"suspect in the window: the process ended between delete and load"},
		{"INFO:precompute_base:✅ Successfully loaded 5 rows\n",
			"interrupted rows 5: the process ended within the date"},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		char *text = memory_format("%s%s", head, cases[i].more);
		char *expected =
			memory_format("ended 2021-11-16 %s\n"
				      "run ended aborted: the log ends without a summary\n",
				cases[i].end);
		assert_ends(text, expected);
		free(text);
		free(expected);
	}
}

static void a_new_run_in_the_same_file_ends_the_one_before(void **state)
{
	(void)state;
	assert_ends("INFO:__main__:Starting backfill from 2021-11-16 to 2021-11-17\n"
		    "INFO:__main__:Processing day 1/2: 2021-11-16\n"
		    "INFO:precompute_base:Deleting existing data for 2021-11-16\n"
		    "INFO:__main__:Starting backfill from 2021-11-16 to 2021-11-17\n"
		    "INFO:__main__:Processing day 1/2: 2021-11-16\n"
		    "INFO:precompute_base:✅ Successfully loaded 5 rows\n"
		    "INFO:__main__:  ✓ Success: 5 players\n"
		    "INFO:__main__:PHASE 4 BACKFILL SUMMARY - X:\n"
		    "INFO:__main__:  Successful: 1, Skipped: 0, Failed: 0\n",
		"ended 2021-11-16 suspect in the window: the process ended between delete and "
		"load\n"
		"run ended aborted: the log ends without a summary\n"
		"ended 2021-11-16 ok rows 5 of 5\n"
		"run ended finished ok 1 failed 0\n");
}

/* PSZA --dates prints no verdict per date, PCF --dates nothing but one. */
static void forms_without_a_verdict_or_without_a_beginning(void **state)
{
	(void)state;
	assert_ends("INFO:__main__:Processing 3 specific dates\n"
		    "INFO:__main__:Processing date 1/3: 2021-11-16\n"
		    "INFO:precompute_base:✅ Successfully loaded 5 rows\n"
		    "INFO:rh:Recorded run history: X_20251203_212207_9f1c02ab - success (3.0s)\n"
		    "INFO:__main__:Processing date 2/3: 2021-11-17\n"
		    "ERROR:precompute_base:Missing critical dependency: a.b\n"
		    "INFO:__main__:Processing date 3/3: 2021-11-18\n"
		    "INFO:__main__:Summary: 1 success, 0 skipped, 2 failed\n",
		"ended 2021-11-16 ok rows 5 ms 3000\n"
		"ended 2021-11-17 failed MISSING_DEPENDENCY: Missing critical dependency: a.b\n"
		"ended 2021-11-18 unknown: the date ended without a verdict\n"
		"run ended with failures ok 1 failed 2\n");
	assert_ends("INFO:__main__:Processing 2 specific dates\n"
		    "INFO:precompute_base:Deleting existing data for 2021-11-16\n"
		    "INFO:precompute_base:✅ Successfully loaded 5 rows\n"
		    "INFO:rh:Recorded run history: X_20251203_212207_9f1c02ab - success (3.0s)\n"
		    "INFO:rh:Started run tracking: X_20251203_212211_9f1c02ab (phase=p, "
		    "trigger=manual)\n"
		    "ERROR:precompute_base:Missing critical dependency: a.b\n"
		    "INFO:__main__:2021-11-16: success\n"
		    "INFO:__main__:2021-11-17: failed\n",
		"ended 2021-11-16 ok rows 5 ms 3000\n"
		"ended 2021-11-17 failed MISSING_DEPENDENCY: Missing critical dependency: a.b\n"
		"run ended aborted: the log ends without a summary\n");
}

static void a_success_whose_beginning_is_not_in_the_log_is_unknown(void **state)
{
	(void)state;
	assert_ends("INFO:__main__:Processing day 1/2: 2021-11-16\n"
		    "INFO:__main__:✅ 2021-11-17: Processed 382 players (0 failed)\n",
		"ended 2021-11-17 unknown of 382 without 0: the log does not have the beginning of "
		"this date\n"
		"ended 2021-11-16 interrupted: the process ended within the date\n"
		"run ended aborted: the log ends without a summary\n");
}

static void verdicts_go_to_dates_and_not_to_numbers(void **state)
{
	(void)state;
	/* After a resume the script counts 1/15 again. */
	assert_ends("INFO:__main__:Processing day 1/15: 2021-11-23\n"
		    "ERROR:__main__:  ✗ Failed: 2021-11-23\n"
		    "INFO:__main__:Processing day 2/15: 2021-11-24\n"
		    "INFO:__main__:  ✓ Dry run: deps MISSING\n"
		    "INFO:__main__:Processing day 1/15: 2021-11-25\n"
		    "ERROR:__main__:  ✗ Exception: 404 Not found: Table a.b\n"
		    "INFO:__main__:  ✓ Success: 30 teams\n",
		"ended 2021-11-23 failed UNKNOWN: the log gives no reason\n"
		"ended 2021-11-24 dry run: deps MISSING\n"
		"ended 2021-11-25 failed NOT_FOUND: 404 Not found: Table a.b\n"
		"problem - W UNKNOWN: a success without a date\n"
		"run ended aborted: the log ends without a summary\n");
}

static void a_traceback_inside_noise_is_not_hidden(void **state)
{
	(void)state;
	struct heard heard = read_text("WARNING:pb:Stale dependency: a: 30h\n"
				       "  and more of it\n"
				       "Traceback (most recent call last):\n"
				       "  File \"x.py\", line 1, in <module>\n"
				       "    main()\n"
				       "some.odd.Timeout: too late\n"
				       "Location: us-west2\n");
	assert_string_equal(heard.lines.bytes, "N  D_STALE Stale dependency: a: 30h\n"
					       "N+ -   and more of it\n"
					       "E+ TB_BEGIN Traceback (most recent call last):\n"
					       "E+ TB_FRAME   File \"x.py\", line 1, in <module>\n"
					       "E+ -     main()\n"
					       "E+ - some.odd.Timeout: too late\n"
					       "N+ BQ_LOC Location: us-west2\n");
	assert_facts(
		&heard, ends, "run ended refused PROCESSING_ERROR: some.odd.Timeout: too late\n");
}

static void offsets_lead_to_the_lines_and_times_are_those_of_the_log(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	struct heard heard =
		read_text("first line\n"
			  "2025-12-03 21:22:07,114 - INFO - Processing day 1/15: 2021-11-16\n"
			  "2025-12-03 21:22:08,114 - rh - INFO - Started run tracking: "
			  "X_20251203_212207_9f1c02ab (phase=p, trigger=manual)\n"
			  "2025-12-03 21:25:07,114 - ERROR -   ✗ Failed: Unknown\n");
	assert_int_equal(heard.began_offset, 11);
	assert_int_equal(heard.ended_offset, 11 + 65 + 113);
	assert_int_equal(heard.started_ms, 1764796927000);
	assert_int_equal(heard.at_ms, 1764797107000);
	heard_release(&heard);
}

static void a_truncated_file_does_not_end_the_date(void **state)
{
	(void)state;
	static const char first[] = "INFO:__main__:Processing day 1/1: 2021-11-16\n"
				    "INFO:pb:✅ Successfully loaded 5 rows\nINFO:cut";
	static const char second[] = "INFO:__main__:  ✓ Success: 5 players\n";
	struct heard heard = {0};
	struct log_reader *reader = reader_for(&heard);
	log_reader_add(reader, first, strlen(first));
	log_reader_restart(reader);
	log_reader_add(reader, second, strlen(second));
	log_reader_end(reader);
	log_reader_free(reader);
	assert_int_equal(heard.began_offset, -1);
	assert_int_equal(heard.ended_offset, 0);
	assert_facts(&heard, ends,
		"ended 2021-11-16 ok rows 5 of 5\n"
		"run ended aborted: the log ends without a summary\n");
}

static void the_window_can_be_asked_for(void **state)
{
	(void)state;
	struct heard heard = {0};
	struct log_reader *reader = reader_for(&heard);
	static const char *const lines[] = {"INFO:__main__:Processing day 1/1: 2021-11-16\n",
		"INFO:pb:Deleting existing data for 2021-11-16\n",
		"INFO:pb:✅ Successfully loaded 5 rows\n"};
	for (int i = 0; i < 3; i++) {
		log_reader_add(reader, lines[i], strlen(lines[i]));
		assert_int_equal(log_reader_is_in_window(reader), i == 1);
	}
	log_reader_free(reader);
	heard_release(&heard);
}

static void noise_is_hidden(void **state)
{
	(void)state;
	struct heard heard = read_file("pcf.log");
	int found = 0;
	for (const char *at = heard.lines.bytes; (at = strstr(at, " N_RUNTBL ")) != NULL; at++)
		found++;
	assert_int_equal(heard.line_count, 79);
	assert_int_equal(heard.hidden_count, 16);
	assert_int_equal(found, 2);
	heard_release(&heard);
}

static void more_dates_at_once_than_the_limit(void **state)
{
	(void)state;
	struct buffer text = {0};
	char date[DATE_TEXT_BYTES];
	date_t first = date_of(2021, 11, 1);
	buffer_add_text(&text, "INFO:__main__:PARALLEL BACKFILL MODE\n");
	for (int i = 0; i < LOG_PARALLEL_DATES_MAX + 10; i++)
		buffer_add_format(&text, "INFO:u:Processing upcoming player game context for %s\n",
			date_format(first + i, date));
	struct heard heard = read_text(text.bytes);
	int unknown = 0, interrupted = 0;
	for (const char *at = heard.facts.bytes; (at = strstr(at, " unknown: the date")) != NULL;
		at++)
		unknown++;
	for (const char *at = heard.facts.bytes; (at = strstr(at, " interrupted: ")) != NULL; at++)
		interrupted++;
	assert_int_equal(unknown, 10);
	assert_int_equal(interrupted, LOG_PARALLEL_DATES_MAX);
	buffer_release(&text);
	heard_release(&heard);
}

static void assert_same_in_pieces(const char *name, const struct buffer *file)
{
	struct heard whole = {.wants_offsets = true};
	struct log_reader *reader = reader_for(&whole);
	log_reader_add(reader, file->bytes, file->length);
	log_reader_end(reader);
	log_reader_free(reader);
	for (int round = 0; round < 30; round++) {
		struct heard pieces = {.wants_offsets = true};
		reader = reader_for(&pieces);
		for (size_t at = 0; at < file->length;) {
			size_t run = 1 + (size_t)rand() % (round % 3 == 0 ? 3 : 400);
			run = run > file->length - at ? file->length - at : run;
			log_reader_add(reader, file->bytes + at, run);
			at += run;
		}
		log_reader_end(reader);
		log_reader_free(reader);
		if (strcmp(pieces.facts.bytes, whole.facts.bytes) != 0 ||
			strcmp(pieces.lines.bytes, whole.lines.bytes) != 0)
			fail_msg("%s reads differently in pieces", name);
		heard_release(&pieces);
	}
	heard_release(&whole);
}

static void loads_that_nobody_claims_make_room(void **state)
{
	(void)state;
	struct buffer text = {0};
	buffer_add_text(&text, "INFO:__main__:PARALLEL BACKFILL MODE\n");
	for (int i = 0; i < 100; i++)
		buffer_add_format(&text, "INFO:u:Successfully loaded %d records\n", 1000 + i);
	buffer_add_text(&text, "INFO:__main__:  ✓ 2021-11-17: 1099 players\n"
			       "INFO:__main__:  ✓ 2021-11-18: 1000 players\n");
	assert_ends(text.bytes, "ended 2021-11-17 ok rows 1099 of 1099\n"
				"ended 2021-11-18 unknown of 1000: dates in parallel: no load line "
				"has this count\n"
				"run ended aborted: the log ends without a summary\n");
	buffer_release(&text);
}

static struct heard read_copies(struct log_matcher *matcher, const struct buffer *file, int copies)
{
	struct heard heard = {0};
	struct log_listener listener = {&heard, take_fact, take_line};
	struct log_reader *reader = log_reader_new_with(matcher, &listener);
	/* In odd pieces, so that some lines lie in one and some in two. */
	for (int i = 0; i < copies; i++)
		for (size_t at = 0; at < file->length; at += 5003)
			log_reader_add(reader, file->bytes + at,
				file->length - at < 5003 ? file->length - at : 5003);
	log_reader_free(reader);
	return heard;
}

/* Lines that were seen before are remembered with what they mean: nobody must notice. */
static void what_was_said_before_means_the_same(void **state)
{
	(void)state;
	static const char *const names[] = {"pcf.log", "utgc.log", "upgc.log", "mlfs_cut.log"};
	struct log_matcher *matcher = log_matcher_new(rules);
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		int copies = 80;
		struct buffer file = log_sample(names[i]), facts = {0}, lines = {0};
		struct log_matcher *fresh = log_matcher_new(rules);
		struct heard one = read_copies(fresh, &file, 1);
		struct heard two = read_copies(fresh, &file, 2);
		struct heard many = read_copies(matcher, &file, copies);
		/* From the second copy on each begins with the end of the run before. */
		buffer_add_text(&facts, two.facts.bytes);
		for (int k = 2; k < copies; k++)
			buffer_add_text(&facts, two.facts.bytes + one.facts.length);
		for (int k = 0; k < copies; k++)
			buffer_add_text(&lines, one.lines.bytes);
		assert_true(one.facts.length > 0 && two.facts.length > one.facts.length);
		assert_true(strcmp(many.facts.bytes, facts.bytes) == 0);
		assert_true(strcmp(many.lines.bytes, lines.bytes) == 0);
		buffer_release(&file);
		buffer_release(&facts);
		buffer_release(&lines);
		heard_release(&one);
		heard_release(&two);
		heard_release(&many);
		log_matcher_free(fresh);
	}
	log_matcher_free(matcher);
}

static void facts_do_not_depend_on_how_the_bytes_are_cut(void **state)
{
	(void)state;
	static const char *const names[] = {"upgc.log", "utgc.log", "pcf.log", "psza.log",
		"mlfs_cut.log", "parallel.log", "refused.log", "interrupted.log", "ugly.log",
		"samples.log"};
	unsigned seed = (unsigned)time(NULL);
	print_message("# seed %u\n", seed);
	srand(seed);
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct buffer file = log_sample(names[i]);
		assert_same_in_pieces(names[i], &file);
		buffer_release(&file);
	}
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(phase_3_players),
		CASE(phase_3_teams_whose_verdict_says_0_and_whose_save_errors_are_swallowed),
		CASE(phase_4_with_a_resume_and_one_cause_for_six_error_lines),
		CASE(phase_4_bootstrap_swallowed_save_and_nothing_to_save),
		CASE(batches_a_partial_write_and_a_cut_between_batches),
		CASE(dates_in_parallel),
		CASE(refused_arguments_and_ctrl_c),
		CASE(escapes_zeros_bars_glued_records_and_a_cut_last_line),
		CASE(every_sample_line_has_its_rule_and_severity),
		CASE(success_is_believed_only_with_a_load),
		CASE(a_lock_that_was_denied_is_no_success),
		CASE(a_save_that_worked_at_last_is_one),
		CASE(a_counter_of_another_logger_is_no_verdict),
		CASE(a_process_that_ends_within_a_date),
		CASE(a_new_run_in_the_same_file_ends_the_one_before),
		CASE(forms_without_a_verdict_or_without_a_beginning),
		CASE(a_success_whose_beginning_is_not_in_the_log_is_unknown),
		CASE(verdicts_go_to_dates_and_not_to_numbers),
		CASE(a_traceback_inside_noise_is_not_hidden),
		CASE(offsets_lead_to_the_lines_and_times_are_those_of_the_log),
		CASE(a_truncated_file_does_not_end_the_date),
		CASE(the_window_can_be_asked_for),
		CASE(noise_is_hidden),
		CASE(more_dates_at_once_than_the_limit),
		CASE(loads_that_nobody_claims_make_room),
		CASE(what_was_said_before_means_the_same),
		CASE(facts_do_not_depend_on_how_the_bytes_are_cut),
	};
#undef CASE
	return RUN(tests);
}
