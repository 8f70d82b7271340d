#include "tests/processes/support/gate.h"

#include "tests/processes/support/yard.h"
#include "tests/test.h"

const struct script_table gate_script[] = {{"pcf", P4, P4_ENV(GATE), NULL}, {0}};

char *gate_reach(const struct scripts *scripts, struct program *program)
{
	char *paths[SCRIPTS_RUNS_MAX];
	*program = SCRIPTS_START(scripts, "run");
	program_await(program, "pcf 2021-11-16: 382 rows");
	assert_int_equal(scripts_runs(scripts, "pcf", paths), 1);
	yard_await_log(paths[0], "Deleting existing data for 2021-11-17");
	return paths[0];
}
