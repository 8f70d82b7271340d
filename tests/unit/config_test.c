#include "tests/test.h"

#include "base/path.h"
#include "config.h"

static const char *variables[8][2];

static const char *lookup(const char *variable)
{
	for (size_t i = 0; i < ARRAY_COUNT(variables); i++)
		if (variables[i][0] != NULL && strcmp(variables[i][0], variable) == 0)
			return variables[i][1];
	return NULL;
}

static int clear(void **state)
{
	(void)state;
	memset(variables, 0, sizeof(variables));
	/* The real configuration of whoever runs the tests has no say. */
	char *folder = test_folder();
	setenv("XDG_CONFIG_HOME", folder, 1);
	free(folder);
	return 0;
}

static bool load(struct config *config, struct error *err, int argc, const char *const *argv)
{
	return config_load(argc, (char *const *)argv, lookup, config, err);
}

#define LOAD(config, err, ...)                                                            \
	load(config, err, (int)ARRAY_COUNT(((const char *[]){"backcourt", __VA_ARGS__})), \
		(const char *[]){"backcourt", __VA_ARGS__})

static char *config_file(const char *text)
{
	char *folder = test_folder();
	char *path = path_join(folder, "settings");
	struct error err;
	assert_true(path_write_file(path, text, strlen(text), &err));
	free(folder);
	return path;
}

static void options_may_stand_before_and_after_the_verb(void **state)
{
	(void)state;
	struct config config;
	struct error err;
	assert_true(LOAD(&config, &err, "--workers", "3", "run", "a_table", "--range=2021-11",
		"--plain", "--", "--odd"));
	assert_string_equal(config.verb, "run");
	assert_int_equal(config.argument_count, 2);
	assert_string_equal(config.arguments[0], "a_table");
	assert_string_equal(config.arguments[1], "--odd");
	assert_int_equal(config.workers, 3);
	assert_string_equal(config.range, "2021-11");
	assert_true(config.plain);
	config_release(&config);
}

static void without_options_the_defaults_hold(void **state)
{
	(void)state;
	struct config config;
	struct error err;
	const char *argv[] = {"backcourt"};
	assert_true(load(&config, &err, 1, argv));
	assert_null(config.verb);
	assert_null(config.warehouse);
	assert_string_equal(config.pipeline, "nba");
	assert_string_equal(config.rules, "corrected");
	assert_int_equal(config.workers, 0);
	assert_int_equal(config.auto_launch, -1);
	config_release(&config);
}

static void a_flag_beats_the_environment_which_beats_the_file(void **state)
{
	(void)state;
	struct config config;
	struct error err;
	char *path = config_file("# mine\nworkers = 2\npace = 20\nrules = original\n"
				 "auto-launch = no\n");
	variables[0][0] = "BACKCOURT_CONFIG";
	variables[0][1] = path;
	variables[1][0] = "BACKCOURT_WORKERS";
	variables[1][1] = "3";
	variables[2][0] = "BACKCOURT_PACE";
	variables[2][1] = "30";
	assert_true(LOAD(&config, &err, "--workers", "4"));
	assert_int_equal(config.workers, 4);
	assert_int_equal(config.pace, 30);
	assert_string_equal(config.rules, "original");
	assert_int_equal(config.auto_launch, 0);
	config_release(&config);
	free(path);
}

static void a_switch_can_be_turned_off_by_its_no(void **state)
{
	(void)state;
	struct config config;
	struct error err;
	assert_true(LOAD(&config, &err, "--no-auto-launch", "--no-ascii"));
	assert_int_equal(config.auto_launch, 0);
	assert_int_equal(config.ascii, 0);
	config_release(&config);
}

static void refuses(const char *words, const char *const *argv, int argc)
{
	struct config config;
	struct error err = {0};
	assert_false(load(&config, &err, argc, argv));
	assert_int_equal(error_exit_status(err.kind), EXIT_CONFIGURATION);
	if (strstr(err.text, words) == NULL)
		fail_msg("\"%s\" lacks \"%s\"", err.text, words);
}

#define REFUSES(words, ...)                                        \
	refuses(words, (const char *[]){"backcourt", __VA_ARGS__}, \
		(int)ARRAY_COUNT(((const char *[]){"backcourt", __VA_ARGS__})))

static void a_mistyped_option_gets_a_suggestion(void **state)
{
	(void)state;
	REFUSES("did you mean --workers?", "--worker", "3");
	REFUSES("there is no option --frobnicate", "--frobnicate");
	REFUSES("begin with --", "-w");
}

static void a_wrong_value_says_what_is_wanted(void **state)
{
	(void)state;
	REFUSES("a number from 1 to 64, not \"65\"", "--workers", "65");
	REFUSES("a number from 1 to 64, not \"0\"", "--workers", "0");
	REFUSES("corrected|original, not \"new\"", "--rules", "new");
	REFUSES("--range wants A..B", "--range");
	REFUSES("--plain wants yes or no", "--plain=maybe");
}

static void a_bad_line_of_the_file_is_named(void **state)
{
	(void)state;
	char *path = config_file("\nworkrs = 2\n");
	char *words = memory_format("%s:2", path);
	REFUSES(words, "--config", path);
	REFUSES("did you mean workers", "--config", path);
	free(words);
	free(path);
	path = config_file("workers\n");
	REFUSES("name = value", "--config", path);
	free(path);
	REFUSES("/nowhere/at/all", "--config", "/nowhere/at/all");
}

static void a_value_has_a_longest_length(void **state)
{
	(void)state;
	char value[CONFIG_VALUE_BYTES_MAX + 2];
	struct config config;
	struct error err;
	memset(value, 'x', sizeof(value));
	value[CONFIG_VALUE_BYTES_MAX] = '\0';
	assert_true(LOAD(&config, &err, "--theme", value));
	config_release(&config);
	value[CONFIG_VALUE_BYTES_MAX] = 'x';
	value[CONFIG_VALUE_BYTES_MAX + 1] = '\0';
	REFUSES("longer than", "--theme", value);
	REFUSES("longer than", "import", value);
}

static void arguments_have_a_greatest_number(void **state)
{
	(void)state;
	const char *argv[CONFIG_ARGUMENTS_MAX + 3];
	struct config config;
	struct error err;
	for (size_t i = 0; i < ARRAY_COUNT(argv); i++)
		argv[i] = "x";
	assert_true(load(&config, &err, CONFIG_ARGUMENTS_MAX + 2, argv));
	config_release(&config);
	refuses("more than", argv, CONFIG_ARGUMENTS_MAX + 3);
}

static void help_names_every_option(void **state)
{
	(void)state;
	struct buffer text = {0}, table = {0};
	config_describe(&text);
	config_describe_markdown(&table);
#define X(member, name, ...)                               \
	assert_non_null(strstr(buffer_text(&text), name)); \
	assert_non_null(strstr(buffer_text(&table), name));
	OPTION_LIST(X)
#undef X
	assert_non_null(strstr(buffer_text(&table), "`BACKCOURT_READ_ONLY`"));
	assert_non_null(strstr(buffer_text(&table), "corrected\\|original"));
	buffer_release(&text);
	buffer_release(&table);
}

static void places_follow_the_options_and_else_the_xdg_folders(void **state)
{
	(void)state;
	struct config config;
	struct error err;
	char *path = NULL;
	setenv("XDG_STATE_HOME", "/s", 1);
	setenv("XDG_DATA_HOME", "/d", 1);
	assert_true(LOAD(&config, &err, "--state", "/mine"));
	assert_true(config_state_folder(&config, "nba", &path, &err));
	assert_string_equal(path, "/mine");
	free(path);
	assert_true(config_warehouse(&config, "nba", &path, &err));
	assert_string_equal(path, "/d/backcourt/nba/warehouse.db");
	free(path);
	config_release(&config);
	assert_true(LOAD(&config, &err, "--warehouse", "sqlite:/w.db"));
	assert_true(config_state_folder(&config, "nba", &path, &err));
	assert_string_equal(path, "/s/backcourt/nba");
	free(path);
	assert_true(config_warehouse(&config, "nba", &path, &err));
	assert_string_equal(path, "sqlite:/w.db");
	free(path);
	config_release(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(options_may_stand_before_and_after_the_verb, clear),
		cmocka_unit_test_setup(without_options_the_defaults_hold, clear),
		cmocka_unit_test_setup(a_flag_beats_the_environment_which_beats_the_file, clear),
		cmocka_unit_test_setup(a_switch_can_be_turned_off_by_its_no, clear),
		cmocka_unit_test_setup(a_mistyped_option_gets_a_suggestion, clear),
		cmocka_unit_test_setup(a_wrong_value_says_what_is_wanted, clear),
		cmocka_unit_test_setup(a_bad_line_of_the_file_is_named, clear),
		cmocka_unit_test_setup(a_value_has_a_longest_length, clear),
		cmocka_unit_test_setup(arguments_have_a_greatest_number, clear),
		cmocka_unit_test_setup(help_names_every_option, clear),
		cmocka_unit_test_setup(places_follow_the_options_and_else_the_xdg_folders, clear),
	};
	return RUN(tests);
}
