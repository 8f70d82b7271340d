/* The doctor: what it says of a set-up that is whole, and of each one that is broken. */
#include "tests/network/support/fake_server.h"
#include "tests/network/support/no_time.h"
#include "tests/network/support/test_key.h"
#include "tests/test.h"

#include "base/clock.h"
#include "base/path.h"
#include "doctor/doctor.h"

#include <time.h>

#define SECRET "ya29.very-secret-token"
#define USER                                                                    \
	"{\"type\":\"authorized_user\",\"client_id\":\"id\",\"client_secret\":" \
	"\"hush-hush\",\"refresh_token\":\"1//hush\",\"project_id\":\"keyed\"}"
#define DENIED                                                                            \
	"{\"error\":{\"code\":403,\"message\":\"Access Denied: Project p: User does not " \
	"have bigquery.jobs.create permission\",\"errors\":[{\"reason\":\"accessDenied\"}]}}"
#define NO_DATASET                                                     \
	"{\"error\":{\"code\":404,\"message\":\"Not found: Dataset\"," \
	"\"errors\":[{\"reason\":\"notFound\"}]}}"

/* What the tests set; all of it is taken back after each. */
static const char *const variables[] = {"TERM", "LC_ALL", "LC_CTYPE", "LANG", "NO_COLOR", "HOME",
	"XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "BACKCOURT_SUPERVISE",
	"BIGQUERY_EMULATOR_HOST", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT",
	"GOOGLE_APPLICATION_CREDENTIALS", "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", "CLOUDSDK_CONFIG",
	"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
	"SSL_CERT_FILE", "NO_GCE_CHECK", "CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY",
	"CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT"};

struct place {
	struct fake *fake;
	char *folder;
	char *token_file;
	char *saved[ARRAY_COUNT(variables)];
	/* What the service does. */
	struct fake_answer dry_run;
	struct fake_answer token;
	struct fake_answer tables;
	const char *left_out; /* a table that is not listed */
	char date[64];
	struct buffer list;
};

static void list_tables(struct place *place)
{
	static const char *const names[] = {"player_game_summary", "team_offense_game_summary",
		"team_defense_game_summary", "upcoming_player_game_context",
		"upcoming_team_game_context", "team_defense_zone_analysis",
		"player_shot_zone_analysis", "player_daily_cache", "player_composite_factors",
		"ml_feature_store_v2"};
	buffer_clear(&place->list);
	buffer_add_text(&place->list, "{\"tables\":[");
	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		if (place->left_out == NULL || strcmp(names[i], place->left_out) != 0)
			buffer_add_format(&place->list,
				"%s{\"tableReference\":{\"tableId\":\"%s\"},\"type\":\"TABLE\"}",
				place->list.bytes[place->list.length - 1] == '[' ? "" : ",",
				names[i]);
	buffer_add_text(&place->list, "]}");
}

static void serve(const struct fake_request *request, struct fake_answer *answer, void *context)
{
	struct place *place = context;
	if (strstr(request->path, "/queries") != NULL)
		*answer = place->dry_run;
	else if (strstr(request->path, "/tables") != NULL)
		*answer = place->tables;
	else
		*answer = place->token;
	if (strstr(request->path, "/tables") != NULL && answer->body == NULL)
		answer->body = buffer_text(&place->list);
}

static void set_date(struct place *place, int64_t wall_ms)
{
	time_t seconds = (time_t)(wall_ms / 1000);
	struct tm parts;
	gmtime_r(&seconds, &parts);
	strftime(place->date, sizeof(place->date), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
	place->dry_run.headers = place->date;
}

/* From now on; the server may still be at the end of a request that it did not answer. */
static void answer(struct place *place, struct fake_answer *which, struct fake_answer with)
{
	fake_hold(place->fake);
	*which = with;
	fake_let_go(place->fake);
}

static void set_folder(const struct place *place, const char *variable, const char *name)
{
	char *path = path_join(place->folder, name);
	setenv(variable, path, 1);
	free(path);
}

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	for (size_t i = 0; i < ARRAY_COUNT(variables); i++) {
		place->saved[i] = memory_copy_text(getenv(variables[i]));
		unsetenv(variables[i]);
	}
	no_time_reset();
	place->folder = test_folder();
	place->token_file = test_key_write(place->folder, "token", SECRET, 0600);
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	set_folder(place, "HOME", "home");
	set_folder(place, "XDG_STATE_HOME", "state");
	set_folder(place, "XDG_DATA_HOME", "data");
	set_folder(place, "XDG_CONFIG_HOME", "config");
	setenv("NO_GCE_CHECK", "true", 1);
	setenv("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", place->token_file, 1);
	setenv("BACKCOURT_SUPERVISE", "/bin/true", 1);
	place->fake = fake_start();
	place->dry_run.body = "{\"jobComplete\":true,\"totalBytesProcessed\":\"0\"}";
	place->token.body = "{\"access_token\":\"" SECRET "\",\"expires_in\":3599}";
	set_date(place, clock_wall_ms());
	list_tables(place);
	fake_handle(place->fake, serve, place);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	fake_finish(place->fake);
	for (size_t i = 0; i < ARRAY_COUNT(variables); i++) {
		if (place->saved[i] != NULL)
			setenv(variables[i], place->saved[i], 1);
		else
			unsetenv(variables[i]);
		free(place->saved[i]);
	}
	buffer_release(&place->list);
	free(place->token_file);
	free(place->folder);
	free(place);
	return 0;
}

static const char *no_variable(const char *name)
{
	(void)name;
	return NULL;
}

/* The report of these options; NULL ends them. No result may hold a secret. */
static struct doctor_report look(struct place *place, const char *const *options)
{
	char *argv[16] = {(char *)"backcourt", (char *)"doctor"};
	int argc = 2;
	struct config config;
	struct error err;
	struct doctor_report report;
	for (; options[argc - 2] != NULL; argc++)
		argv[argc] = (char *)options[argc - 2];
	if (!config_load(argc, argv, no_variable, &config, &err))
		fail_msg("%s", err.text);
	doctor_look(&config, &no_time, fake_url(place->fake), &report);
	config_release(&config);
	static const char *const secrets[] = {SECRET, "hush", "pass-word", "BEGIN PRIVATE KEY"};
	for (size_t i = 0; i < report.count; i++)
		for (size_t k = 0; k < ARRAY_COUNT(secrets); k++)
			assert_null(strstr(report.items[i].text, secrets[k]));
	return report;
}

#define LOOK(place, ...) look(place, (const char *const[]){__VA_ARGS__, NULL})
#define GOOGLE		 "--warehouse", "bigquery:p"

static const struct doctor_result *find(
	const struct doctor_report *report, enum doctor_check check, enum doctor_level level)
{
	for (size_t i = 0; i < report->count; i++)
		if (report->items[i].check == check && report->items[i].level == level)
			return &report->items[i];
	return NULL;
}

/* One result of that level whose text has those words; then the report is released. */
static void expect(struct doctor_report report, enum doctor_check check, enum doctor_level level,
	const char *words)
{
	const struct doctor_result *result = find(&report, check, level);
	for (size_t i = 0; result == NULL && i < report.count; i++)
		if (report.items[i].check == check)
			print_error("%s %s\n", doctor_level_word(report.items[i].level),
				report.items[i].text);
	if (result == NULL)
		fail_msg("%s is not %s", doctor_name(check), doctor_level_word(level));
	if (strstr(result->text, words) == NULL)
		fail_msg("\"%s\" is not in: %s", words, result->text);
	doctor_report_release(&report);
}

static void a_whole_set_up_is_good_in_every_check(void **state)
{
	struct place *place = *state;
	struct doctor_report report = LOOK(place, GOOGLE);
	bool seen[DOCTOR_CHECK_COUNT] = {false};
	for (size_t i = 0; i < report.count; i++) {
		const struct doctor_result *result = &report.items[i];
		seen[result->check] = true;
		if (result->check != DOCTOR_LOGOUT && result->level != DOCTOR_GOOD)
			fail_msg("%s: %s", doctor_name(result->check), result->text);
		if (i > 0)
			assert_true(report.items[i - 1].check <= result->check);
	}
	for (size_t i = DOCTOR_ENDPOINT; i < DOCTOR_CHECK_COUNT; i++)
		assert_true(seen[i]);
	assert_int_equal(fake_count(place->fake, "/queries"), 1);
	assert_int_equal(
		fake_count(place->fake, "/tables"), 3); /* one per dataset, not per table */
	assert_non_null(strstr(fake_body(place->fake, "/queries", 0), "\"dryRun\":true"));
	doctor_report_release(&report);
}

static void every_check_says_what_it_looks_at_and_what_to_do(void **state)
{
	(void)state;
	for (enum doctor_check check = 0; check < DOCTOR_CHECK_COUNT; check++) {
		assert_true(strlen(doctor_name(check)) > 0);
		assert_true(strlen(doctor_what(check)) > 10);
		size_t length = strlen(doctor_advice(check));
		assert_int_equal(doctor_advice(check)[length - 1], '.');
	}
}

static void a_terminal_without_an_entry_is_told(void **state)
{
	setenv("TERM", "no-such-terminal", 1);
	expect(LOOK(*state, GOOGLE), DOCTOR_TERMINAL, DOCTOR_FAILED, "no terminfo entry");
	expect(LOOK(*state, GOOGLE), DOCTOR_COLOURS, DOCTOR_UNKNOWN, "no-such-terminal");
	setenv("TERM", "../../etc/passwd", 1);
	expect(LOOK(*state, GOOGLE), DOCTOR_TERMINAL, DOCTOR_FAILED, "no terminfo entry");
	setenv("TERM", "dumb", 1);
	expect(LOOK(*state, GOOGLE), DOCTOR_TERMINAL, DOCTOR_WARNING, "dumb");
	unsetenv("TERM");
	expect(LOOK(*state, GOOGLE), DOCTOR_TERMINAL, DOCTOR_WARNING, "not set");
}

static void colours_are_counted_as_the_terminal_says(void **state)
{
	expect(LOOK(*state, GOOGLE), DOCTOR_COLOURS, DOCTOR_GOOD, "256");
	setenv("TERM", "vt100", 1);
	expect(LOOK(*state, GOOGLE), DOCTOR_COLOURS, DOCTOR_WARNING, "vt100 has 0");
	setenv("TERM", "linux", 1);
	expect(LOOK(*state, GOOGLE), DOCTOR_COLOURS, DOCTOR_WARNING, "linux has 8");
	setenv("NO_COLOR", "1", 1);
	expect(LOOK(*state, GOOGLE), DOCTOR_COLOURS, DOCTOR_GOOD, "NO_COLOR");
	expect(LOOK(*state, GOOGLE, "--color", "always"), DOCTOR_COLOURS, DOCTOR_WARNING, "8");
}

static void a_locale_that_is_not_there_is_told(void **state)
{
	setenv("LC_ALL", "xx_YY.UTF-8", 1);
	expect(LOOK(*state, GOOGLE), DOCTOR_LOCALE, DOCTOR_FAILED, "xx_YY.UTF-8");
	setenv("LC_ALL", "C", 1);
	expect(LOOK(*state, GOOGLE), DOCTOR_LOCALE, DOCTOR_WARNING, "ASCII");
}

/* The tests may run as root, who may write everywhere: but not below a file. */
static void folders_that_cannot_be_made_are_told(void **state)
{
	struct place *place = *state;
	char *below = path_join(place->token_file, "state");
	expect(LOOK(place, GOOGLE, "--state", below), DOCTOR_STATE, DOCTOR_FAILED,
		"is not a folder");
	setenv("XDG_CONFIG_HOME", below, 1);
	expect(LOOK(place, GOOGLE), DOCTOR_SETTINGS, DOCTOR_FAILED, "is not a folder");
	free(below);
	struct doctor_report report = LOOK(place, GOOGLE);
	assert_int_equal(doctor_exit_status(&report), EXIT_CONFIGURATION);
	doctor_report_release(&report);
	expect(LOOK(place, GOOGLE, "--state", "/dev/shm/a/b/c"), DOCTOR_STATE, DOCTOR_GOOD,
		"not made yet");
}

static void a_warehouse_file_is_opened(void **state)
{
	struct place *place = *state;
	struct doctor_report report;
	expect(LOOK(place, "--plain"), DOCTOR_STORE, DOCTOR_WARNING, "nothing is there yet");
	expect(LOOK(place, "--warehouse", place->token_file), DOCTOR_STORE, DOCTOR_FAILED,
		"not a database");
	report = LOOK(place, "--warehouse", place->token_file);
	assert_int_equal(doctor_exit_status(&report), EXIT_WAREHOUSE);
	doctor_report_release(&report);
	expect(LOOK(place, "--warehouse", "oracle:x"), DOCTOR_STORE, DOCTOR_FAILED,
		"no kind of warehouse");
	expect(LOOK(place, "--warehouse", "counts:/nope.csv"), DOCTOR_STORE, DOCTOR_FAILED, "nope");
}

static void a_missing_supervisor_is_told(void **state)
{
	setenv("BACKCOURT_SUPERVISE", "/nope/backcourt-supervise", 1);
	expect(LOOK(*state, GOOGLE), DOCTOR_SUPERVISOR, DOCTOR_FAILED, "/nope");
}

static void a_broken_pipeline_is_told_and_the_rest_is_looked_at(void **state)
{
	struct place *place = *state;
	char *path = test_key_write(place->folder, "broken.json", "{\"version\":1,", 0600);
	expect(LOOK(place, GOOGLE, "--pipeline", path), DOCTOR_PIPELINE, DOCTOR_FAILED,
		"broken.json");
	expect(LOOK(place, GOOGLE, "--pipeline", path), DOCTOR_DRY_RUN, DOCTOR_GOOD, "");
	free(path);
}

static void jobs_whose_scripts_are_missing_are_told_one_by_one(void **state)
{
	struct doctor_report report = LOOK(*state, GOOGLE, "--pipeline", "nba-scripts");
	size_t count = 0;
	for (size_t i = 0; i < report.count; i++)
		count += report.items[i].check == DOCTOR_JOB &&
			 report.items[i].level == DOCTOR_FAILED;
	assert_true(count > 1);
	expect(report, DOCTOR_JOB, DOCTOR_FAILED, "cwd");
}

static void an_emulator_is_told(void **state)
{
	struct place *place = *state;
	setenv("BIGQUERY_EMULATOR_HOST", fake_url(place->fake), 1);
	unsetenv("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE"); /* nobody has to log in there */
	expect(LOOK(place, GOOGLE), DOCTOR_EMULATOR, DOCTOR_WARNING, "EMULATOR");
	struct doctor_report report = LOOK(place, GOOGLE);
	assert_null(find(&report, DOCTOR_IDENTITY, DOCTOR_FAILED));
	expect(report, DOCTOR_DRY_RUN, DOCTOR_GOOD, "SELECT 1 would run, asked over HTTP/1.1");
	setenv("BIGQUERY_EMULATOR_HOST", "10.0.0.1:9050", 1);
	expect(LOOK(place, GOOGLE), DOCTOR_ENDPOINT, DOCTOR_FAILED, "not this machine");
}

static void the_project_says_where_it_came_from(void **state)
{
	struct place *place = *state;
	expect(LOOK(place, GOOGLE), DOCTOR_PROJECT, DOCTOR_GOOD, "the warehouse's name");
	expect(LOOK(place, "--warehouse", "bigquery:"), DOCTOR_PROJECT, DOCTOR_FAILED, "neither");
	setenv("CLOUDSDK_CORE_PROJECT", "from-gcloud", 1);
	expect(LOOK(place, "--warehouse", "bigquery:"), DOCTOR_PROJECT, DOCTOR_GOOD,
		"from-gcloud, from CLOUDSDK_CORE_PROJECT");
	setenv("GOOGLE_CLOUD_PROJECT", "first", 1);
	expect(LOOK(place, "--warehouse", "bigquery:?location=EU"), DOCTOR_PROJECT, DOCTOR_GOOD,
		"first, from GOOGLE_CLOUD_PROJECT");
	setenv("GOOGLE_CLOUD_PROJECT", "no`project", 1);
	expect(LOOK(place, "--warehouse", "bigquery:"), DOCTOR_ENDPOINT, DOCTOR_FAILED,
		"GOOGLE_CLOUD_PROJECT");
}

static void without_an_identity_nothing_else_is_asked(void **state)
{
	struct place *place = *state;
	unsetenv("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE");
	expect(LOOK(place, GOOGLE), DOCTOR_IDENTITY, DOCTOR_FAILED,
		"gcloud auth application-default login");
	setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nope/key.json", 1);
	expect(LOOK(place, GOOGLE), DOCTOR_IDENTITY, DOCTOR_FAILED, "/nope/key.json");
	expect(LOOK(place, GOOGLE), DOCTOR_TOKEN, DOCTOR_UNKNOWN, "not asked");
	expect(LOOK(place, GOOGLE), DOCTOR_DRY_RUN, DOCTOR_UNKNOWN, "not asked");
	expect(LOOK(place, GOOGLE), DOCTOR_TABLE, DOCTOR_UNKNOWN, "not asked");
	assert_int_equal(fake_count(place->fake, ""), 0);
}

static void use_key(struct place *place, unsigned mode)
{
	char *path = test_key_write(place->folder, "key.json", USER, mode);
	unsetenv("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE");
	setenv("GOOGLE_APPLICATION_CREDENTIALS", path, 1);
	free(path);
}

static void a_key_that_others_can_read_is_told(void **state)
{
	struct place *place = *state;
	use_key(place, 0644);
	expect(LOOK(place, GOOGLE), DOCTOR_KEY_FILE, DOCTOR_WARNING, "others can read");
	expect(LOOK(place, GOOGLE), DOCTOR_TOKEN, DOCTOR_GOOD, "good for 59m");
}

static void a_refused_login_is_failed_and_an_unheard_one_unknown(void **state)
{
	struct place *place = *state;
	use_key(place, 0600);
	answer(place, &place->token,
		(struct fake_answer){.status = 400,
			.body = "{\"error\":\"invalid_grant\",\"error_description\":\"Token has "
				"been "
				"expired or revoked.\"}"});
	expect(LOOK(place, GOOGLE), DOCTOR_TOKEN, DOCTOR_FAILED, "expired or revoked");
	expect(LOOK(place, GOOGLE), DOCTOR_DRY_RUN, DOCTOR_UNKNOWN, "not asked");
	answer(place, &place->token, (struct fake_answer){.fault = FAKE_CLOSES});
	expect(LOOK(place, GOOGLE), DOCTOR_TOKEN, DOCTOR_UNKNOWN, "cannot talk to");
	answer(place, &place->token, (struct fake_answer){.status = 503, .body = "busy"});
	expect(LOOK(place, GOOGLE), DOCTOR_TOKEN, DOCTOR_UNKNOWN, "503");
}

static void a_clock_that_is_off_is_told(void **state)
{
	struct place *place = *state;
	set_date(place, clock_wall_ms() + 600000);
	expect(LOOK(place, GOOGLE), DOCTOR_CLOCK, DOCTOR_FAILED, "behind Google");
	set_date(place, clock_wall_ms() - 120000);
	expect(LOOK(place, GOOGLE), DOCTOR_CLOCK, DOCTOR_WARNING, "ahead of Google");
	place->dry_run.headers = NULL;
	expect(LOOK(place, GOOGLE), DOCTOR_CLOCK, DOCTOR_UNKNOWN, "not heard");
}

static void a_proxy_is_named_without_its_password(void **state)
{
	struct place *place = *state;
	setenv("https_proxy", "http://me:pass-word@proxy.example:3128", 1);
	setenv("no_proxy", "localhost", 1);
	expect(LOOK(place, GOOGLE), DOCTOR_PROXY, DOCTOR_GOOD,
		"proxy.example:3128, from https_proxy");
	answer(place, &place->dry_run, (struct fake_answer){.fault = FAKE_CLOSES});
	expect(LOOK(place, GOOGLE), DOCTOR_PROXY, DOCTOR_UNKNOWN, "proxy.example:3128");
}

static void certificates_that_cannot_be_read_are_told(void **state)
{
	struct place *place = *state;
	expect(LOOK(place, "--warehouse", "bigquery:p?ca_file=/nope.pem"), DOCTOR_CERTIFICATES,
		DOCTOR_FAILED, "/nope.pem");
	setenv("SSL_CERT_FILE", "/company.pem", 1);
	expect(LOOK(place, GOOGLE), DOCTOR_CERTIFICATES, DOCTOR_WARNING, "ca_file=/company.pem");
}

static void a_refused_dry_run_is_failed_and_an_unheard_one_unknown(void **state)
{
	struct place *place = *state;
	struct doctor_report report;
	place->dry_run.status = 403;
	place->dry_run.body = DENIED;
	expect(LOOK(place, GOOGLE), DOCTOR_DRY_RUN, DOCTOR_FAILED, "bigquery.jobs.create");
	report = LOOK(place, GOOGLE);
	assert_int_equal(doctor_exit_status(&report), EXIT_WAREHOUSE);
	doctor_report_release(&report);
	answer(place, &place->dry_run, (struct fake_answer){.fault = FAKE_CLOSES});
	report = LOOK(place, GOOGLE);
	assert_int_equal(doctor_exit_status(&report), EXIT_GAPS_REMAIN); /* unknown is not good */
	expect(report, DOCTOR_DRY_RUN, DOCTOR_UNKNOWN, "cannot talk to");
	expect(LOOK(place, GOOGLE), DOCTOR_TABLE, DOCTOR_UNKNOWN, "not asked");
	answer(place, &place->dry_run,
		(struct fake_answer){.status = 503, .body = "<html>busy</html>"});
	expect(LOOK(place, GOOGLE), DOCTOR_DRY_RUN, DOCTOR_UNKNOWN, "503");
}

static void each_table_is_found_or_not(void **state)
{
	struct place *place = *state;
	place->left_out = "player_daily_cache";
	list_tables(place);
	struct doctor_report report = LOOK(place, GOOGLE);
	size_t good = 0;
	for (size_t i = 0; i < report.count; i++)
		good += report.items[i].check == DOCTOR_TABLE &&
			report.items[i].level == DOCTOR_GOOD;
	assert_int_equal(good, 9);
	expect(report, DOCTOR_TABLE, DOCTOR_FAILED, "player_daily_cache is not there");
	answer(place, &place->tables, (struct fake_answer){.status = 404, .body = NO_DATASET});
	expect(LOOK(place, GOOGLE), DOCTOR_TABLE, DOCTOR_FAILED, "no dataset nba_analytics");
	answer(place, &place->tables, (struct fake_answer){.fault = FAKE_CLOSES});
	expect(LOOK(place, GOOGLE), DOCTOR_TABLE, DOCTOR_UNKNOWN, "cannot talk to");
}

static void files_of_alerts_are_read_and_nothing_is_sent(void **state)
{
	struct place *place = *state;
	char *file = test_key_write(
		place->folder, "slack", "url = https://hooks.slack.com/hush-hook\n", 0600);
	expect(LOOK(place, GOOGLE, "--alert-slack", file), DOCTOR_ALERTS, DOCTOR_GOOD, "slack");
	expect(LOOK(place, GOOGLE, "--alert-mail", file), DOCTOR_ALERTS, DOCTOR_FAILED,
		"mail knows no");
	expect(LOOK(place, GOOGLE, "--alert-webhook", "/nope"), DOCTOR_ALERTS, DOCTOR_FAILED,
		"/nope");
	free(file);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_whole_set_up_is_good_in_every_check),
		cmocka_unit_test(every_check_says_what_it_looks_at_and_what_to_do),
		TEST(a_terminal_without_an_entry_is_told),
		TEST(colours_are_counted_as_the_terminal_says),
		TEST(a_locale_that_is_not_there_is_told),
		TEST(folders_that_cannot_be_made_are_told),
		TEST(a_warehouse_file_is_opened),
		TEST(a_missing_supervisor_is_told),
		TEST(a_broken_pipeline_is_told_and_the_rest_is_looked_at),
		TEST(jobs_whose_scripts_are_missing_are_told_one_by_one),
		TEST(files_of_alerts_are_read_and_nothing_is_sent),
		TEST(an_emulator_is_told),
		TEST(the_project_says_where_it_came_from),
		TEST(without_an_identity_nothing_else_is_asked),
		TEST(a_key_that_others_can_read_is_told),
		TEST(a_refused_login_is_failed_and_an_unheard_one_unknown),
		TEST(a_clock_that_is_off_is_told),
		TEST(a_proxy_is_named_without_its_password),
		TEST(certificates_that_cannot_be_read_are_told),
		TEST(a_refused_dry_run_is_failed_and_an_unheard_one_unknown),
		TEST(each_table_is_found_or_not),
	};
	return RUN(tests);
}
