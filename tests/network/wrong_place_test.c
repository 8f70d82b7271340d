/* A warehouse that is misspelt, or a file of counts that is not there, is never an empty one: no
 * gaps and nothing to do would be lies. */
#include "tests/support/program.h"
#include "tests/test.h"

static void what_is_misspelt_is_told_by_every_verb(void **state)
{
	(void)state;
	static const char *const verbs[] = {"coverage", "status", "gaps", "plan", "run", "health"};
	static const struct {
		const char *warehouse, *words;
		int status;
	} cases[] = {
		{"bigquery:p?locatoin=EU", "there is no option \"locatoin\"", 3},
		{"bigquery:no project", "\"no project\" is not a project", 3},
		{"counts:/nowhere.csv", "/nowhere.csv", 4},
	};
	char *home = test_folder();
	for (size_t i = 0; i < ARRAY_COUNT(verbs); i++)
		for (size_t k = 0; k < ARRAY_COUNT(cases); k++) {
			struct program_result result = PROGRAM_RUN(home, verbs[i], "--warehouse",
				cases[k].warehouse, "--range", "2021-11-16");
			if (result.status != cases[k].status ||
				strstr(result.output, cases[k].words) == NULL)
				fail_msg("%s: %d, %s", verbs[i], result.status, result.output);
			free(result.output);
		}
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_misspelt_is_told_by_every_verb),
	};
	return RUN(tests);
}
