/* Events as lines of JSON: what is written is read back, and nothing else is. */
#include "tests/test.h"

#include "event/event_lines.h"
#include "jobs/run_control.h"

#include "base/path.h"

#include <poll.h>

#define AT 1637070000123

static struct pipeline *pipeline;

static int load(void **state)
{
	struct error err;
	(void)state;
	return pipeline_load("nba", &pipeline, &err) ? 0 : 1;
}

static int unload(void **state)
{
	(void)state;
	pipeline_free(pipeline);
	return 0;
}

static char *format(const struct event *event)
{
	struct buffer line = {0};
	assert_true(event_line_format(pipeline, event, &line));
	assert_int_equal(line.bytes[line.length - 1], '\n');
	line.bytes[--line.length] = '\0';
	assert_null(strchr(line.bytes, '\n'));
	return line.bytes;
}

/* What was read back; release it. The same line comes out of it. */
static struct event there_and_back(const struct event *event)
{
	struct event read;
	char *line = format(event);
	if (!event_line_parse(pipeline, line, strlen(line), &read))
		fail_msg("not read: %s", line);
	char *again = format(&read);
	assert_string_equal(again, line);
	assert_int_equal(read.kind, event->kind);
	assert_int_equal(read.at_ms, AT);
	free(line);
	free(again);
	return read;
}

static struct event new_event(enum event_kind kind)
{
	return (struct event){.kind = kind, .at_ms = AT, .table = 3, .date = 18947, .run = 7};
}

static void runs_and_dates_come_back_as_they_were(void **state)
{
	(void)state;
	struct event event = new_event(EVENT_RUN_STARTED), read;
	event.run_started.date_count = 42;
	event.run_started.worker = 2;
	event.run_started.paced = true;
	event.date = DATE_NONE;
	read = there_and_back(&event);
	assert_int_equal(read.table, 3);
	assert_int_equal(read.run, 7);
	assert_int_equal(read.run_started.date_count, 42);
	assert_int_equal(read.run_started.worker, 2);
	assert_true(read.run_started.paced);
	for (int outcome = 0; outcome < RUN_OUTCOME_COUNT; outcome++) {
		event = new_event(EVENT_RUN_FINISHED);
		event.run_finished.outcome = (enum run_outcome)outcome;
		event.run_finished.done = 1;
		event.run_finished.failed = 2;
		event.run_finished.left = 3;
		read = there_and_back(&event);
		assert_int_equal(read.run_finished.outcome, outcome);
		assert_int_equal(read.run_finished.failed, 2);
	}
	event = new_event(EVENT_DATE_STARTED);
	read = there_and_back(&event);
	assert_int_equal(read.date, 18947);
	event = new_event(EVENT_DATE_PROGRESS);
	event.progress.done = 50;
	event.progress.total = 389;
	text_copy(event.progress.entity, sizeof(event.progress.entity), "player");
	read = there_and_back(&event);
	assert_int_equal(read.progress.total, 389);
	assert_string_equal(read.progress.entity, "player");
}

static void a_receipt_comes_back_whole(void **state)
{
	(void)state;
	struct event event = new_event(EVENT_DATE_FINISHED);
	struct receipt *receipt = &event.finished.receipt;
	text_copy(receipt->table, sizeof(receipt->table), pipeline->tables[3].name);
	text_copy(receipt->run, sizeof(receipt->run), "20211116T140000123-upgc-7");
	text_copy(receipt->hash, sizeof(receipt->hash), "0123456789abcdef");
	receipt->date = 18947;
	receipt->rows = 382;
	receipt->distinct_keys = 381;
	receipt->sequence = INT64_C(1) << 60;
	receipt->written_ms = AT;
	receipt->verified_ms = AT + 1;
	receipt->source_count = 2;
	text_copy(receipt->sources[0].table, TABLE_NAME_BYTES, "player_game_summary");
	receipt->sources[0].sequence = 12;
	text_copy(receipt->sources[1].table, TABLE_NAME_BYTES, "team_defense_game_summary");
	event.finished.duration_ms = 1234;
	event.finished.failures = 3;
	event.finished.unchanged = true;
	struct event read = there_and_back(&event);
	assert_memory_equal(&read.finished.receipt, receipt, sizeof(*receipt));
	assert_int_equal(read.finished.duration_ms, 1234);
	assert_int_equal(read.finished.failures, 3);
	assert_true(read.finished.unchanged);
	event.finished.is_reported = true;
	event.finished.receipt = (struct receipt){.rows = -1};
	read = there_and_back(&event);
	assert_true(read.finished.is_reported);
	assert_int_equal(read.finished.receipt.rows, -1);
}

static void lines_of_any_bytes_and_words_come_back(void **state)
{
	(void)state;
	struct event event = new_event(EVENT_LOG), read;
	static const char *const lines[] = {"plain", "", "quoted \"x\" \\ \t\x01", "✅ 2021-11-16"};
	for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
		event.log.lines[i] = memory_copy_text(lines[i]);
		event.log.severities[i] = "IWEI"[i];
	}
	event.log.count = ARRAY_COUNT(lines);
	read = there_and_back(&event);
	assert_int_equal(read.log.count, 4);
	for (size_t i = 0; i < ARRAY_COUNT(lines); i++)
		assert_string_equal(read.log.lines[i], lines[i]);
	assert_int_equal(read.log.severities[2], 'E');
	event_release(&read);
	event_release(&event);
	event = new_event(EVENT_DATE_FAILED);
	text_copy(event.message.text, sizeof(event.message.text), "X: a \xff b");
	char *line = format(&event);
	assert_true(event_line_parse(pipeline, line, strlen(line), &read));
	assert_string_equal(read.message.text, "X: a \xef\xbf\xbd b");
	free(line);
	event = new_event(EVENT_DATE_CUT);
	event.cut.state = ATTEMPT_SUSPECT;
	text_copy(event.cut.text, sizeof(event.cut.text), "cut");
	read = there_and_back(&event);
	assert_int_equal(read.cut.state, ATTEMPT_SUSPECT);
	event = new_event(EVENT_MESSAGE);
	event.message.severity = SEVERITY_WARNING;
	text_copy(event.message.text, sizeof(event.message.text), "words");
	read = there_and_back(&event);
	assert_int_equal(read.message.severity, SEVERITY_WARNING);
}

static void an_alert_comes_back_with_its_lines_and_its_delivery_has_none(void **state)
{
	(void)state;
	struct event event = new_event(EVENT_ALERT);
	struct alert *alert = &event.alert.alert;
	struct buffer line = {0};
	*alert = (struct alert){
		.kind = ALERT_SAME_ERROR, .table = 3, .date = 18947, .at_ms = AT, .times = 4};
	text_copy(alert->text, sizeof(alert->text), "upgc: it failed");
	text_copy(alert->lines[0], ALERT_LINE_BYTES, "first");
	text_copy(alert->lines[1], ALERT_LINE_BYTES, "second");
	struct event read = there_and_back(&event);
	assert_memory_equal(&read.alert.alert, alert, sizeof(*alert));
	event.alert.stage = ALERT_DELIVERED;
	assert_false(event_line_format(pipeline, &event, &line));
}

static void queues_and_switches_come_back_and_the_reader_owns_nothing(void **state)
{
	(void)state;
	struct event event = new_event(EVENT_QUEUED), read;
	date_t dates[] = {18947, 18949, 18950};
	event.queue.queued = true;
	event.queue.dates = dates;
	event.queue.count = 3;
	read = there_and_back(&event);
	assert_int_equal(read.queue.count, 3);
	assert_memory_equal(read.queue.dates, dates, sizeof(dates));
	event_release(&read);
	event = new_event(EVENT_CONTROL);
	event.control.workers = 4;
	event.control.auto_launch = event.control.all_paused = true;
	event.control.paused_table = 2;
	event.control.table_paused = true;
	read = there_and_back(&event);
	assert_int_equal(read.control.workers, 4);
	assert_int_equal(read.control.paused_table, 2);
	assert_true(read.control.all_paused);
	assert_true(read.control.read_only);
	event.control.paused_table = -1;
	read = there_and_back(&event);
	assert_int_equal(read.control.paused_table, -1);
}

static void what_is_no_event_of_ours_is_passed_over(void **state)
{
	(void)state;
#define HEAD "\"at_ms\": 5, \"table\": \"player_game_summary\", \"run\": 1"
	static const char *const lines[] = {"", "x", "[]", "{}", "null", "{\"event\": \"log\"}",
		"{\"event\": \"begin\", \"version\": 1}", "{\"event\": \"dance\", " HEAD "}",
		"{\"event\": \"date_started\", " HEAD "}",
		"{\"event\": \"date_started\", \"date\": \"2021-02-30\", " HEAD "}",
		"{\"event\": \"date_finished\", \"date\": \"2021-11-16\", \"rows\": 3, " HEAD "}",
		"{\"event\": \"run_started\", \"dates\": -1, \"worker\": 0, " HEAD "}",
		"{\"event\": \"run_started\", \"dates\": 3000000000, \"worker\": 0, " HEAD "}",
		"{\"event\": \"run_finished\", \"outcome\": \"fine\", " HEAD "}",
		"{\"event\": \"log\", \"severities\": \"II\", \"lines\": [\"a\"], " HEAD "}",
		"{\"event\": \"queued\", \"dates\": [\"2021-11-31\"], " HEAD "}",
		"{\"event\": \"queued\", \"dates\": [\"2001-01-01..2015-01-01\", "
		"\"2020-01-01..2034-01-01\"], " HEAD "}",
		"{\"event\": \"date_started\", \"date\": \"2021-11-16\", \"at_ms\": 5, \"table\": "
		"\"none\"}",
		"{\"event\": \"date_started\", \"date\": \"2021-11-16\", \"at_ms\": 5, \"at_ms\": "
		"6, "
		"\"table\": \"player_game_summary\"}"};
	struct event event;
	for (size_t i = 0; i < ARRAY_COUNT(lines); i++)
		if (event_line_parse(pipeline, lines[i], strlen(lines[i]), &event))
			fail_msg("taken: %s", lines[i]);
	char *huge = memory_new_array(EVENT_LINE_BYTES_MAX + 2, 1);
	memset(huge, ' ', EVENT_LINE_BYTES_MAX + 1);
	static const char good[] =
		"{\"event\": \"date_started\", \"date\": \"2021-11-16\", " HEAD "}";
	memcpy(huge, good, sizeof(good) - 1);
	assert_true(event_line_parse(pipeline, huge, EVENT_LINE_BYTES_MAX, &event));
	assert_false(event_line_parse(pipeline, huge, EVENT_LINE_BYTES_MAX + 1, &event));
	free(huge);
}

static void only_events_that_others_can_use_have_a_line(void **state)
{
	(void)state;
	static const enum event_kind without[] = {EVENT_COVERAGE, EVENT_COUNTS, EVENT_HISTORY,
		EVENT_SIZE, EVENT_CLOCK, EVENT_ACTION, EVENT_BACKGROUND};
	struct buffer line = {0};
	for (size_t i = 0; i < ARRAY_COUNT(without); i++) {
		struct event event = new_event(without[i]);
		assert_false(event_line_format(pipeline, &event, &line));
		assert_int_equal(line.length, 0);
	}
}

static void requests_are_read_as_they_come_and_long_lines_are_none(void **state)
{
	(void)state;
	struct run_control *control;
	struct error err;
	enum run_verb verb;
	char text[RUN_CONTROL_LINE_MAX + 64];
	char *folder = test_folder();
	char *path = path_join(folder, RUN_FILE_CONTROL);
	assert_false(run_control_open(folder, &control, &err));
	static const char first[] = "# requests\npause now\npaus";
	assert_true(path_write_file(path, first, strlen(first), &err));
	assert_true(run_control_open(folder, &control, &err));
	assert_true(run_control_next(control, &verb));
	assert_int_equal(verb, RUN_VERB_PAUSE);
	assert_false(run_control_next(control, &verb));
	FILE *file = fopen(path, "a");
	fputs("e\nresumed\n\n resume\nresume\t2021\n", file);
	fflush(file);
	struct pollfd source = {.fd = run_control_descriptor(control), .events = POLLIN};
	assert_int_equal(poll(&source, 1, 60000), 1);
	assert_true(run_control_next(control, &verb));
	assert_int_equal(verb, RUN_VERB_PAUSE);
	assert_true(run_control_next(control, &verb));
	assert_int_equal(verb, RUN_VERB_RESUME);
	assert_false(run_control_next(control, &verb));
	memset(text, 'x', sizeof(text));
	for (size_t i = 0; i < strlen("kill "); i++)
		text[i] = "kill "[i];
	fwrite(text, 1, RUN_CONTROL_LINE_MAX, file);
	fputs("\n", file);
	fwrite(text, 1, RUN_CONTROL_LINE_MAX + 1, file);
	fputs("\nstop\n", file);
	fclose(file);
	assert_true(run_control_next(control, &verb));
	assert_int_equal(verb, RUN_VERB_KILL);
	assert_true(run_control_next(control, &verb));
	assert_int_equal(verb, RUN_VERB_STOP);
	assert_false(run_control_next(control, &verb));
	run_control_close(control);
	free(path);
	free(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_and_dates_come_back_as_they_were),
		cmocka_unit_test(a_receipt_comes_back_whole),
		cmocka_unit_test(lines_of_any_bytes_and_words_come_back),
		cmocka_unit_test(an_alert_comes_back_with_its_lines_and_its_delivery_has_none),
		cmocka_unit_test(queues_and_switches_come_back_and_the_reader_owns_nothing),
		cmocka_unit_test(what_is_no_event_of_ours_is_passed_over),
		cmocka_unit_test(only_events_that_others_can_use_have_a_line),
		cmocka_unit_test(requests_are_read_as_they_come_and_long_lines_are_none),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
