/* An emulator on another machine: refused unless a person allows it, by flag or in the name. */
#include "tests/network/support/push_place.h"
#include "tests/test.h"

#include "config.h"

static const char *nothing(const char *variable)
{
	(void)variable;
	return NULL;
}

static char *spec_of(const char *warehouse, bool is_allowed)
{
	char *arguments[] = {(char *)"backcourt", (char *)"--warehouse", (char *)warehouse,
		(char *)"--allow-remote-emulator", NULL};
	struct config config;
	struct error err;
	char *spec;
	char *folder = test_folder();
	setenv("XDG_CONFIG_HOME", folder, 1);
	if (!config_load(is_allowed ? 4 : 3, arguments, nothing, &config, &err) ||
		!config_warehouse(&config, "nba", &spec, &err))
		fail_msg("%s", err.text);
	config_release(&config);
	free(folder);
	return spec;
}

static void the_flag_becomes_a_part_of_the_warehouse_s_name(void **state)
{
	(void)state;
	static const struct {
		const char *warehouse, *spec;
		bool is_allowed;
	} cases[] = {
		{"bigquery:p", "bigquery:p", false},
		{"bigquery:p", "bigquery:p?remote_emulator=1", true},
		{"bigquery:", "bigquery:?remote_emulator=1", true},
		{"bigquery:p?location=EU", "bigquery:p?location=EU&remote_emulator=1", true},
		{"/tmp/warehouse.db", "/tmp/warehouse.db", true},
		{"counts:/tmp/counts.csv", "counts:/tmp/counts.csv", true},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		char *spec = spec_of(cases[i].warehouse, cases[i].is_allowed);
		assert_string_equal(spec, cases[i].spec);
		free(spec);
	}
}

#define ALLOWED "--allow-remote-emulator"

/* 0.0.0.0 is no address of this machine by its name, and yet leads to it. */
static void nothing_is_sent_to_an_emulator_elsewhere_before_somebody_allows_it(void **state)
{
	struct place *place = *state;
	char elsewhere[32];
	snprintf(elsewhere, sizeof(elsewhere), "0.0.0.0:%d", fake_port(place->server));
	setenv("BIGQUERY_EMULATOR_HOST", elsewhere, 1);
	const char *warehouse = "bigquery:p?writes=load";
	place_expect(place,
		PROGRAM_RUN(place->home, "coverage", "--warehouse", warehouse, "--range", RANGE),
		3);
	place_expect_words(place, ALLOWED);
	place_expect(place, PUSH("--raw", "--dry-run"), 3);
	place_expect_words(place, ALLOWED);
	assert_int_equal(fake_count(place->server, ""), 0);

	struct program_result asked = PROGRAM_RUN(
		place->home, "coverage", "--warehouse", warehouse, "--range", RANGE, ALLOWED);
	free(asked.output);
	size_t count = fake_count(place->server, "");
	assert_true(count > 0);
	place_expect(place, PUSH("--raw", "--dry-run", "--create", ALLOWED), 1);
	assert_true(fake_count(place->server, "") > count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_flag_becomes_a_part_of_the_warehouse_s_name),
		AT_A_PLACE(nothing_is_sent_to_an_emulator_elsewhere_before_somebody_allows_it),
	};
	return RUN(tests);
}
