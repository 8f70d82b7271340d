/* Ways out of alerts that fail while somebody works: said once, kept in the health, and over. */
#include "tests/network/support/fake_server.h"
#include "tests/network/support/fake_smtp.h"
#include "tests/network/support/free_port.h"
#include "tests/network/support/test_key.h"
#include "tests/support/engine_lab.h"
#include "tests/test.h"

#include "base/clock.h"
#include "base/path.h"

#include <sys/stat.h>

struct ways {
	struct engine_lab lab;
	struct fake *fake;
	struct free_ports nobody; /* where the mail is not taken */
	char *webhook, *mail, *hook, *on;
	char *ran;  /* the hook adds a byte to it */
	int wanted; /* events of alerts: one raised, one delivered each */
};

static void write_private(const char *path, const char *text, mode_t mode)
{
	struct error err;
	if (!path_write_file(path, text, strlen(text), &err))
		fail_msg("%s", err.text);
	assert_int_equal(chmod(path, mode), 0);
}

static void write_webhook(const struct ways *ways)
{
	char *text = memory_format("url = %s/hush\nsecret = key\n", fake_url(ways->fake));
	write_private(ways->webhook, text, 0600);
	free(text);
}

static void write_mail(const struct ways *ways, int port, const char *ca_file)
{
	char *text = memory_format("server = smtp://127.0.0.1:%d\nfrom = me@example.org\n"
				   "to = you@example.org\n%s%s\n",
		port, ca_file == NULL ? "#" : "ca_file = ", ca_file == NULL ? "" : ca_file);
	write_private(ways->mail, text, 0600);
	free(text);
}

#define HOUR_MS 3600000
#define NEVER                                               \
	{                                                   \
		HOUR_MS, HOUR_MS, HOUR_MS, HOUR_MS, HOUR_MS \
	}
static const struct alert_schedule first_tries_alone = {
	.waits_ms = NEVER, .total_ms = INT64_C(10) * HOUR_MS};
static const struct alert_schedule quick_tries = {.waits_ms = {1, 1, 1, 1, 1}, .total_ms = HOUR_MS};

static void open_ways_with(
	struct ways *ways, const char *folder, const struct alert_schedule *schedule, bool has_mail)
{
	*ways = (struct ways){.fake = fake_start()};
	ways->webhook = path_join(folder, "webhook");
	ways->mail = path_join(folder, "mail");
	ways->hook = path_join(folder, "hook.sh");
	ways->on = path_join(folder, "on");
	ways->ran = path_join(folder, "ran");
	char *script = memory_format("#!/bin/sh\nprintf . >>%s\ntest -e %s\n", ways->ran, ways->on);
	write_private(ways->hook, script, 0700);
	free(script);
	write_webhook(ways);
	free_ports_take(&ways->nobody, 1);
	write_mail(ways, ways->nobody.first, NULL);
	engine_lab_open(
		&ways->lab, &(struct engine_lab_options){.alert_hook = ways->hook,
				    .alert_schedule = schedule,
				    .alert_files = {{[ALERT_BY_WEBHOOK] = ways->webhook,
					    [ALERT_BY_MAIL] = has_mail ? ways->mail : NULL}}});
	engine_lab_read(&ways->lab, ways->lab.pipeline->range);
}

static void open_ways(struct ways *ways, const char *folder)
{
	open_ways_with(ways, folder, &first_tries_alone, true);
}

static void close_ways(struct ways *ways)
{
	engine_lab_close(&ways->lab);
	fake_finish(ways->fake);
	free_ports_release(&ways->nobody);
	free(ways->webhook);
	free(ways->mail);
	free(ways->hook);
	free(ways->on);
	free(ways->ran);
}

static int wanted_events;

static bool is_delivered(const struct engine_lab *lab)
{
	return lab->seen_count[EVENT_ALERT] >= wanted_events;
}

/* Each is of another kind of its table: none is counted with another. */
static void alert(struct ways *ways, enum alert_kind kind)
{
	struct event event = {.kind = EVENT_ALERT, .table = OFFENSE, .date = DATE_NONE};
	event.alert.stage = ALERT_RAISED;
	event.alert.alert = (struct alert){.kind = kind,
		.table = OFFENSE,
		.date = DATE_NONE,
		.times = 1,
		.text = "offense: something"};
	event_queue_post(ways->lab.queue, &event);
	wanted_events = ways->wanted += 2;
	engine_lab_until(&ways->lab, is_delivered, "the alert's way out");
	engine_lab_until_idle(&ways->lab);
}

/* In how many lines of the events the text stands. */
static int count_said(const struct ways *ways, const char *text)
{
	const struct model *model = ways->lab.model;
	int count = 0;
	for (size_t i = 0; i < model->event_count && i < MODEL_EVENTS_MAX; i++)
		count += strstr(model->events[i].text, text) != NULL;
	return count;
}

static bool health_came(const struct engine_lab *lab)
{
	return lab->seen_count[EVENT_HEALTH] > 0;
}

static const struct health_finding *find_way(struct ways *ways, const char *name)
{
	struct engine_lab *lab = &ways->lab;
	char id[HEALTH_ID_BYTES];
	lab->seen_count[EVENT_HEALTH] = 0;
	engine_look_at_health(lab->engine, lab->pipeline->range);
	engine_lab_until(lab, health_came, "the health");
	snprintf(id, sizeof(id), "alerts:%s", name);
	return health_find(&lab->model->health.findings, id);
}

static void expect_way(struct ways *ways, const char *name, const char *evidence, const char *help)
{
	const struct health_finding *finding = find_way(ways, name);
	assert_non_null(finding);
	assert_int_equal(finding->severity, HEALTH_WARNING);
	assert_false(health_can_repair(finding));
	if (strstr(finding->evidence, evidence) == NULL || strstr(finding->statement, help) == NULL)
		fail_msg("%s: %s; %s", finding->subject, finding->evidence, finding->statement);
}

static const char *const names[] = {"webhook", "mail", "hook"};

static void expect_all_broken(struct ways *ways)
{
	expect_way(ways, "webhook", "refused one: status 410 gone", ways->webhook);
	expect_way(ways, "mail", "the mail of alerts: ", "the next alert tries it again");
	expect_way(ways, "hook", "hook.sh", "run it by hand: it must end with 0");
}

static void a_way_that_fails_is_said_once_stands_in_the_health_and_recovers(void **state)
{
	(void)state;
	struct ways ways;
	char *folder = test_folder();
	static const struct fake_step steps[] = {{"POST /hush", {.status = 410, .body = "gone"}},
		{"POST /hush", {.status = 200}}, {"POST /hush", {.status = 410, .body = "gone"}}};
	open_ways(&ways, folder);
	FAKE_SCRIPT(ways.fake, steps);
	alert(&ways, ALERT_SILENT);
	assert_int_equal(count_said(&ways, "(said once)"), 3);
	assert_int_equal(count_said(&ways, "webhook of alerts refused one: status 410 gone"), 1);
	expect_all_broken(&ways);
	alert(&ways, ALERT_SLOW); /* what is refused for good is not asked again */
	assert_int_equal(count_said(&ways, "(said once)"), 3);
	assert_int_equal(fake_count(ways.fake, ""), 1);
	expect_all_broken(&ways);

	struct fake_smtp *server = fake_smtp_start((struct fake_smtp_manners){0});
	char *ca_file = test_key_write(folder, "ca.pem", fake_smtp_certificate(server), 0600);
	write_mail(&ways, fake_smtp_port(server), ca_file);
	write_webhook(&ways); /* the same text: that somebody was there is enough */
	write_private(ways.on, "", 0600);
	alert(&ways, ALERT_THIN);
	fake_smtp_wait(server);
	fake_smtp_free(server);
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		char *words = memory_format("alerts go out by %s again", names[i]);
		assert_int_equal(count_said(&ways, words), 1);
		assert_null(find_way(&ways, names[i]));
		free(words);
	}

	alert(&ways, ALERT_EMPTY); /* and once more from the beginning */
	assert_int_equal(count_said(&ways, "webhook of alerts refused one: status 410 gone"), 2);
	assert_non_null(find_way(&ways, "webhook"));
	assert_null(find_way(&ways, "hook"));
	close_ways(&ways);
	free(ca_file);
	free(folder);
}

/* What the webhook answers: so many refusals that may pass, then 200. */
static struct {
	int refusals;
	struct fake_answer refusal;
	int64_t at_ms[2]; /* of the first two requests */
	int count;
} webhook;

static void answer_as_wished(
	const struct fake_request *request, struct fake_answer *answer, void *context)
{
	(void)request;
	(void)context;
	if (webhook.count < 2)
		webhook.at_ms[webhook.count] = clock_monotonic_ms();
	if (webhook.count++ < webhook.refusals)
		*answer = webhook.refusal;
	else
		answer->status = 200;
}

static void open_refusing(struct ways *ways, const char *folder,
	const struct alert_schedule *schedule, int refusals, struct fake_answer refusal)
{
	open_ways_with(ways, folder, schedule, false);
	write_private(ways->on, "", 0600);
	webhook.refusals = refusals;
	webhook.refusal = refusal;
	webhook.count = 0;
	fake_handle(ways->fake, answer_as_wished, NULL);
}

static bool is_given_up(const struct engine_lab *lab)
{
	return strstr(lab->said, "given up: the alert \"offense: something\" by webhook") != NULL;
}

static bool is_dropped(const struct engine_lab *lab)
{
	return strstr(lab->said, "did not go out any more") != NULL;
}

static bool is_over(const struct engine_lab *lab)
{
	return strstr(lab->said, "alerts go out by webhook again") != NULL;
}

static void expect_one_id(const struct ways *ways)
{
	const char *first = strstr(fake_body(ways->fake, "POST /hush", 0), "\"id\":");
	assert_non_null(first);
	for (size_t i = 1; i < fake_count(ways->fake, "POST /hush"); i++) {
		const char *id = strstr(fake_body(ways->fake, "POST /hush", i), "\"id\":");
		assert_non_null(id);
		assert_memory_equal(id, first, strcspn(first, ","));
	}
}

static size_t count_hook_runs(const struct ways *ways)
{
	struct buffer text = {0};
	struct error err;
	if (!path_read_file(ways->ran, 4096, &text, &err))
		fail_msg("%s", err.text);
	size_t count = text.length;
	buffer_release(&text);
	return count;
}

static void what_may_pass_is_tried_again_later_by_that_way_alone(void **state)
{
	(void)state;
	struct ways ways;
	char *folder = test_folder();
	open_refusing(&ways, folder, &quick_tries, 2, (struct fake_answer){.status = 503});
	alert(&ways, ALERT_SILENT);
	engine_lab_until(&ways.lab, is_over, "the webhook's alert");
	assert_int_equal(fake_count(ways.fake, "POST /hush"), 3);
	assert_int_equal(count_said(&ways, "webhook of alerts"), 1);
	assert_int_equal(count_hook_runs(&ways), 1);
	expect_one_id(&ways);
	engine_leave(ways.lab.engine, LEAVE_AFTER_DATES);
	engine_lab_until_idle(&ways.lab);
	assert_int_equal(count_said(&ways, "did not go out"), 0);
	close_ways(&ways);
	free(folder);
}

/* The first try and the five of the schedule. */
static void an_outage_that_outlasts_the_schedule_gives_the_alert_up(void **state)
{
	(void)state;
	struct ways ways;
	char *folder = test_folder();
	open_refusing(&ways, folder, &quick_tries, 100, (struct fake_answer){.status = 503});
	alert(&ways, ALERT_SILENT);
	engine_lab_until(&ways.lab, is_given_up, "the end of the tries");
	assert_int_equal(fake_count(ways.fake, "POST /hush"), 1 + ALERT_RETRIES_MAX);
	expect_one_id(&ways);
	assert_int_equal(count_said(&ways, "(said once)"), 1);
	close_ways(&ways);
	free(folder);
}

static void the_other_side_says_when_it_may_be_tried_again(void **state)
{
	(void)state;
	struct ways ways;
	char *folder = test_folder();
	open_refusing(&ways, folder, &quick_tries, 1,
		(struct fake_answer){.status = 429, .headers = "Retry-After: 1\r\n"});
	alert(&ways, ALERT_SILENT);
	engine_lab_until(&ways.lab, is_over, "the webhook's alert");
	assert_int_equal(fake_count(ways.fake, "POST /hush"), 2);
	fake_hold(ways.fake);
	assert_true(webhook.at_ms[1] - webhook.at_ms[0] >= 950);
	fake_let_go(ways.fake);
	close_ways(&ways);
	free(folder);
}

/* Nor does the next alert disturb it meanwhile; the hook hears of both. */
static void who_wants_peace_for_longer_than_the_schedule_has_it(void **state)
{
	(void)state;
	struct ways ways;
	char *folder = test_folder();
	open_refusing(&ways, folder, &quick_tries, 100,
		(struct fake_answer){.status = 503, .headers = "Retry-After: 86400\r\n"});
	alert(&ways, ALERT_SILENT);
	engine_lab_until(&ways.lab, is_given_up, "the first, given up");
	ways.lab.said[0] = '\0';
	alert(&ways, ALERT_SLOW);
	engine_lab_until(&ways.lab, is_given_up, "the second, given up");
	assert_int_equal(fake_count(ways.fake, "POST /hush"), 1);
	assert_int_equal(count_hook_runs(&ways), 2);
	close_ways(&ways);
	free(folder);
}

static void want_peace_once(
	const struct fake_request *request, struct fake_answer *answer, void *context)
{
	(void)request;
	(void)context;
	answer->status = 503;
	answer->headers = webhook.count++ == 0 ? "Retry-After: 1\r\n" : NULL;
}

static bool are_both_given_up(const struct engine_lab *lab)
{
	const struct model *model = lab->model;
	int count = 0;
	for (size_t i = 0; i < model->event_count && i < MODEL_EVENTS_MAX; i++)
		count += strstr(model->events[i].text, "given up: the alert") != NULL;
	return count == 2;
}

/* What the first one heard puts the second off, and that is no try of the second's. */
static void the_peace_that_an_earlier_alert_heard_of_spends_no_try_of_a_later_one(void **state)
{
	(void)state;
	struct ways ways;
	char *folder = test_folder();
	open_refusing(&ways, folder, &quick_tries, 0, (struct fake_answer){0});
	fake_handle(ways.fake, want_peace_once, NULL);
	alert(&ways, ALERT_SILENT);
	alert(&ways, ALERT_SLOW);
	engine_lab_until(&ways.lab, are_both_given_up, "the end of the tries");
	assert_int_equal(fake_count(ways.fake, "POST /hush"), 2 * (1 + ALERT_RETRIES_MAX));
	assert_int_equal(count_hook_runs(&ways), 2);
	close_ways(&ways);
	free(folder);
}

static void what_waits_to_be_tried_again_is_counted_when_the_program_ends(void **state)
{
	(void)state;
	struct ways ways;
	char *folder = test_folder();
	open_refusing(&ways, folder, &first_tries_alone, 1000, (struct fake_answer){.status = 503});
	for (int i = 0; i < ALERT_WAITING_MAX + 2; i++)
		alert(&ways, ALERT_SILENT); /* and idle: nobody waits for the hour */
	assert_int_equal(fake_count(ways.fake, "POST /hush"), ALERT_WAITING_MAX + 2);
	engine_leave(ways.lab.engine, LEAVE_AFTER_DATES);
	engine_lab_until_idle(&ways.lab);
	engine_lab_until(&ways.lab, is_dropped, "what was given up");
	assert_string_equal(ways.lab.said, "100 alerts did not go out any more");
	assert_int_equal(count_said(&ways, "2 alerts did not go out: more than 100 waited"), 1);
	close_ways(&ways);
	free(folder);
}

/* A file that others can read is no way out at all: known before any alert. */
static void a_file_that_is_wrong_is_found_without_an_alert(void **state)
{
	(void)state;
	struct ways ways;
	char *folder = test_folder();
	open_ways(&ways, folder);
	assert_null(find_way(&ways, "webhook"));
	assert_int_equal(chmod(ways.webhook, 0644), 0);
	expect_way(&ways, "webhook", ways.webhook, "the next alert reads it anew");
	assert_int_equal(chmod(ways.webhook, 0600), 0);
	assert_null(find_way(&ways, "webhook"));
	close_ways(&ways);
	free(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_way_that_fails_is_said_once_stands_in_the_health_and_recovers),
		cmocka_unit_test(what_may_pass_is_tried_again_later_by_that_way_alone),
		cmocka_unit_test(an_outage_that_outlasts_the_schedule_gives_the_alert_up),
		cmocka_unit_test(the_other_side_says_when_it_may_be_tried_again),
		cmocka_unit_test(who_wants_peace_for_longer_than_the_schedule_has_it),
		cmocka_unit_test(
			the_peace_that_an_earlier_alert_heard_of_spends_no_try_of_a_later_one),
		cmocka_unit_test(what_waits_to_be_tried_again_is_counted_when_the_program_ends),
		cmocka_unit_test(a_file_that_is_wrong_is_found_without_an_alert),
	};
	return RUN(tests);
}
