/* The reader of logs: what it takes for a verdict, and what it keeps of what it has read. */
#include "tests/support/heard.h"
#include "tests/test.h"

static void success_is_believed_only_with_a_load(void **state)
{
	(void)state;
	heard_assert_ends("INFO:__main__:Processing day 1/2: 2021-11-16\n"
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
	heard_assert_ends(
		"INFO:__main__:Processing game date 11/15: 2021-11-26\n"
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
	heard_assert_ends("INFO:__main__:Processing day 1/1: 2021-11-16\n"
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
	heard_assert_ends("INFO:__main__:Processing date 1/1: 2021-11-16\n"
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
		heard_assert_ends(text, expected);
		free(text);
		free(expected);
	}
}

static void a_new_run_in_the_same_file_ends_the_one_before(void **state)
{
	(void)state;
	heard_assert_ends("INFO:__main__:Starting backfill from 2021-11-16 to 2021-11-17\n"
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
	heard_assert_ends(
		"INFO:__main__:Processing 3 specific dates\n"
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
	heard_assert_ends(
		"INFO:__main__:Processing 2 specific dates\n"
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
	heard_assert_ends("INFO:__main__:Processing day 1/2: 2021-11-16\n"
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
	heard_assert_ends("INFO:__main__:Processing day 1/15: 2021-11-23\n"
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
	struct heard heard = heard_text("WARNING:pb:Stale dependency: a: 30h\n"
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
	heard_assert_facts(&heard, heard_ends,
		"run ended refused PROCESSING_ERROR: some.odd.Timeout: too late\n");
}

static void offsets_lead_to_the_lines_and_times_are_those_of_the_log(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	struct heard heard =
		heard_text("first line\n"
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
	struct log_reader *reader = heard_reader(&heard);
	log_reader_add(reader, first, strlen(first));
	log_reader_restart(reader);
	log_reader_add(reader, second, strlen(second));
	log_reader_end(reader);
	log_reader_free(reader);
	assert_int_equal(heard.began_offset, -1);
	assert_int_equal(heard.ended_offset, 0);
	heard_assert_facts(&heard, heard_ends,
		"ended 2021-11-16 ok rows 5 of 5\n"
		"run ended aborted: the log ends without a summary\n");
}

static void the_window_can_be_asked_for(void **state)
{
	(void)state;
	struct heard heard = {0};
	struct log_reader *reader = heard_reader(&heard);
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
	struct heard heard = heard_file("pcf.log");
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
	struct heard heard = heard_text(text.bytes);
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

static void loads_that_nobody_claims_make_room(void **state)
{
	(void)state;
	struct buffer text = {0};
	buffer_add_text(&text, "INFO:__main__:PARALLEL BACKFILL MODE\n");
	for (int i = 0; i < 100; i++)
		buffer_add_format(&text, "INFO:u:Successfully loaded %d records\n", 1000 + i);
	buffer_add_text(&text, "INFO:__main__:  ✓ 2021-11-17: 1099 players\n"
			       "INFO:__main__:  ✓ 2021-11-18: 1000 players\n");
	heard_assert_ends(text.bytes,
		"ended 2021-11-17 ok rows 1099 of 1099\n"
		"ended 2021-11-18 unknown of 1000: dates in parallel: no load line "
		"has this count\n"
		"run ended aborted: the log ends without a summary\n");
	buffer_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HEARD(success_is_believed_only_with_a_load),
		HEARD(a_lock_that_was_denied_is_no_success),
		HEARD(a_save_that_worked_at_last_is_one),
		HEARD(a_counter_of_another_logger_is_no_verdict),
		HEARD(a_process_that_ends_within_a_date),
		HEARD(a_new_run_in_the_same_file_ends_the_one_before),
		HEARD(forms_without_a_verdict_or_without_a_beginning),
		HEARD(a_success_whose_beginning_is_not_in_the_log_is_unknown),
		HEARD(verdicts_go_to_dates_and_not_to_numbers),
		HEARD(a_traceback_inside_noise_is_not_hidden),
		HEARD(offsets_lead_to_the_lines_and_times_are_those_of_the_log),
		HEARD(a_truncated_file_does_not_end_the_date),
		HEARD(the_window_can_be_asked_for),
		HEARD(noise_is_hidden),
		HEARD(more_dates_at_once_than_the_limit),
		HEARD(loads_that_nobody_claims_make_room),
	};
	return RUN(tests);
}
