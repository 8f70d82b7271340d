/* The reader over whole transcripts in the users' shape (tests/data/logs), in whatever pieces they
 * come. */
#include "tests/support/heard.h"
#include "tests/support/seed.h"
#include "tests/test.h"

static void phase_3_players(void **state)
{
	(void)state;
	struct heard heard = heard_file("upgc.log");
	heard_assert_facts(&heard, heard_everything,
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
	struct heard heard = heard_file("utgc.log");
	heard_assert_facts(&heard, heard_ends,
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
	struct heard heard = heard_file("pcf.log");
	heard_assert_facts(&heard, heard_everything,
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
	struct heard heard = heard_file("psza.log");
	heard_assert_facts(&heard, heard_ends,
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
	struct heard heard = heard_file("mlfs_cut.log");
	heard_assert_facts(&heard, heard_ends,
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
	struct heard heard = heard_file("parallel.log");
	heard_assert_facts(&heard, heard_ends,
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
	struct heard heard = heard_file("refused.log");
	heard_assert_facts(&heard, heard_ends,
		"refused ARGUMENTS: unrecognized arguments: --no-resume\n"
		"run ended refused ARGUMENTS: unrecognized arguments: --no-resume\n");
	heard = heard_file("interrupted.log");
	heard_assert_facts(&heard, heard_ends,
		"ended 2021-11-16 interrupted INTERRUPTED: KeyboardInterrupt\n"
		"run ended aborted INTERRUPTED: KeyboardInterrupt\n");
}

static void escapes_zeros_bars_glued_records_and_a_cut_last_line(void **state)
{
	(void)state;
	struct heard heard = heard_file("ugly.log");
	assert_non_null(
		strstr(heard.lines.bytes, "I+ - [2025-12-04 10:11:12] Starting \uFFFD\uFFFDPCF"));
	assert_non_null(strstr(heard.lines.bytes, "Downloading: 100%"));
	assert_null(strstr(heard.lines.bytes, "Downloading:  10%"));
	assert_non_null(
		strstr(heard.lines.bytes, "P  C_START Checking completeness for 382 players "
					  "(games window: 5)\nP  C_START Checking "
					  "completeness for 382 players (days window: 7)\n"));
	heard_assert_facts(&heard, heard_ends,
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
	struct heard heard = heard_file("samples.log");
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

static void assert_same_in_pieces(const char *name, const struct buffer *file)
{
	struct heard whole = {.wants_offsets = true};
	struct log_reader *reader = heard_reader(&whole);
	log_reader_add(reader, file->bytes, file->length);
	log_reader_end(reader);
	log_reader_free(reader);
	for (int round = 0; round < 30; round++) {
		struct heard pieces = {.wants_offsets = true};
		reader = heard_reader(&pieces);
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

static struct heard read_copies(struct log_matcher *matcher, const struct buffer *file, int copies)
{
	struct heard heard = {0};
	struct log_listener listener = {&heard, heard_take_fact, heard_take_line};
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
	struct log_matcher *matcher = log_matcher_new(heard_rules);
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		int copies = 80;
		struct buffer file = log_sample(names[i]), facts = {0}, lines = {0};
		struct log_matcher *fresh = log_matcher_new(heard_rules);
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
	srand(seed_of_tests());
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct buffer file = log_sample(names[i]);
		assert_same_in_pieces(names[i], &file);
		buffer_release(&file);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HEARD(phase_3_players),
		HEARD(phase_3_teams_whose_verdict_says_0_and_whose_save_errors_are_swallowed),
		HEARD(phase_4_with_a_resume_and_one_cause_for_six_error_lines),
		HEARD(phase_4_bootstrap_swallowed_save_and_nothing_to_save),
		HEARD(batches_a_partial_write_and_a_cut_between_batches),
		HEARD(dates_in_parallel),
		HEARD(refused_arguments_and_ctrl_c),
		HEARD(escapes_zeros_bars_glued_records_and_a_cut_last_line),
		HEARD(every_sample_line_has_its_rule_and_severity),
		HEARD(what_was_said_before_means_the_same),
		HEARD(facts_do_not_depend_on_how_the_bytes_are_cut),
	};
	return RUN(tests);
}
