/* Health and doctor on emulators that others wrote: what they say of tables that are really made,
 * and whether a repair really changes them. */
#include "tests/network/support/emulator.h"
#include "tests/test.h"

#include "doctor/doctor.h"
#include "witness/health_look.h"
#include "native/processor.h"
#include "warehouse/warehouse.h"

#define TABLE	     "nba_precompute.player_daily_cache"
#define BREAKER	     "breaker:player_daily_cache"
#define SPEC	     "bigquery:test"
#define NOVEMBER     ((struct date_range){date_of(2021, 11, 1), date_of(2021, 11, 30)})
#define FAR_AHEAD_MS INT64_C(4102444800000)

struct lab {
	struct emulator emulator;
	struct pipeline *pipeline;
	struct health_request request;
	struct warehouse *warehouse;
};

static bool open_lab(struct lab *lab, enum emulator_kind kind)
{
	struct error err;
	*lab = (struct lab){0};
	if (!emulator_start(&lab->emulator, kind)) {
		print_message("# skipped: %s\n", lab->emulator.reason);
		return false;
	}
	assert_true(pipeline_load(NULL, &lab->pipeline, &err));
	lab->request = (struct health_request){
		.pipeline = lab->pipeline, .warehouse = SPEC, .range = NOVEMBER};
	if (!warehouse_open(SPEC, WAREHOUSE_WRITE, &lab->warehouse, &err) ||
		!processors_prepare(lab->warehouse, &err))
		fail_msg("%s", err.text);
	return true;
}

static void close_lab(struct lab *lab)
{
	warehouse_close(lab->warehouse);
	pipeline_free(lab->pipeline);
	emulator_stop(&lab->emulator);
}

static struct health_findings look(const struct lab *lab)
{
	struct health_findings findings;
	struct error err;
	if (!health_look(&lab->request, &findings, &err))
		fail_msg("%s", err.text);
	return findings;
}

static void show(const struct health_findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		print_message("# %s %s: %s\n", health_severity_word(findings->items[i].severity),
			findings->items[i].id, findings->items[i].evidence);
}

static void check_doctor(void)
{
	char *argv[] = {(char *)"backcourt", (char *)"doctor", (char *)"--warehouse", (char *)SPEC};
	struct config config;
	struct doctor_report report;
	struct error err;
	size_t found = 0;
	assert_true(config_load(4, argv, (const char *(*)(const char *))getenv, &config, &err));
	doctor_look(&config, NULL, NULL, &report);
	for (size_t i = 0; i < report.count; i++) {
		const struct doctor_result *result = &report.items[i];
		if (result->check >= DOCTOR_ENDPOINT && result->level != DOCTOR_GOOD)
			fail_msg("%s: %s", doctor_name(result->check), result->text);
		found += result->check == DOCTOR_TABLE;
	}
	assert_int_equal(found, 10);
	doctor_report_release(&report);
	config_release(&config);
}

static void check_tables_as_we_make_them(const struct lab *lab)
{
	struct health_findings findings = look(lab);
	show(&findings);
	assert_int_equal(health_count(&findings, HEALTH_ERROR), 0);
	assert_int_equal(health_count(&findings, HEALTH_WARNING), 0);
	health_findings_release(&findings);
}

static void check_breaker(const struct lab *lab)
{
	const struct attempt_row tripped = {.date = date_of(2021, 11, 16),
		.entity = "lebronjames",
		.attempts = 3,
		.tripped = true,
		.until_ms = FAR_AHEAD_MS};
	struct health_findings findings;
	struct error err;
	bool is_gone;
	if (!warehouse_add_attempt(
		    lab->warehouse, "player_daily_cache", &tripped, 50, "INCOMPLETE", 1, &err))
		fail_msg("%s", err.text);
	findings = look(lab);
	show(&findings);
	const struct health_finding *finding = health_find(&findings, BREAKER);
	assert_non_null(finding);
	assert_non_null(strstr(finding->evidence, "1 player or team is locked out in 1 cell"));
	health_findings_release(&findings);
	if (!health_repair(&lab->request, BREAKER, &findings, &is_gone, &err))
		fail_msg("%s", err.text);
	assert_true(is_gone);
	health_findings_release(&findings);
}

static void a_real_service_is_looked_at_and_mended(void **state)
{
	enum emulator_kind kind = *(const enum emulator_kind *)*state;
	struct lab lab;
	if (!open_lab(&lab, kind))
		skip();
	check_doctor();
	check_tables_as_we_make_them(&lab);
	check_breaker(&lab);
	close_lab(&lab);
}

int main(void)
{
	static enum emulator_kind python = EMULATOR_BQEMULATOR, go = EMULATOR_GOCCY;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(a_real_service_is_looked_at_and_mended, &python),
		cmocka_unit_test_prestate(a_real_service_is_looked_at_and_mended, &go),
	};
	return RUN(tests);
}
