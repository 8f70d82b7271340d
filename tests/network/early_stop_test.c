/* A run whose warehouse does not answer: a signal ends it, as early as that is. */
#include "tests/network/support/fake_server.h"
#include "tests/support/program.h"
#include "tests/test.h"

#include <signal.h>

static void say_nothing(
	const struct fake_request *request, struct fake_answer *answer, void *context)
{
	(void)request;
	(void)context;
	answer->fault = FAKE_SILENT;
}

static void a_signal_ends_a_run_that_waits_for_its_first_answer(void **state)
{
	(void)state;
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	for (size_t i = 0; i < ARRAY_COUNT(signals); i++) {
		char *home = test_folder();
		struct fake *fake = fake_start();
		fake_handle(fake, say_nothing, NULL);
		setenv("BIGQUERY_EMULATOR_HOST", fake_url(fake), 1);
		struct program program = PROGRAM_START(
			home, "run", "--warehouse", "bigquery:p", "--range", "2021-11-16");
		fake_wait_for(fake, "", 1);
		assert_int_equal(kill(program.pid, signals[i]), 0);
		struct program_result result = program_finish(&program);
		if (result.status != 2 || strstr(result.output, "stopped") == NULL)
			fail_msg("%d: %s", result.status, result.output);
		free(result.output);
		fake_finish(fake);
		unsetenv("BIGQUERY_EMULATOR_HOST");
		free(home);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signal_ends_a_run_that_waits_for_its_first_answer),
	};
	return RUN(tests);
}
