/* Whether a logout ends jobs, from what logind says. */
#include "tests/test.h"

#include "jobs/logout.h"

#define SESSION "0::/user.slice/user-1000.slice/session-3.scope\n"
#define SERVICE "0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-1.scope\n"

static void what_logind_says_is_judged(void **state)
{
	(void)state;
	static const struct {
		const char *properties, *cgroup;
		enum logout_effect effect;
	} cases[] = {
		{"b false\nas 0\nas 1 \"root\"\n", SESSION, LOGOUT_KEEPS_JOBS},
		{"b true\nas 0\nas 1 \"root\"\n", SESSION, LOGOUT_ENDS_JOBS},
		{"b true\nas 0\nas 1 \"root\"\n", SERVICE, LOGOUT_KEEPS_JOBS},
		{"b true\nas 0\nas 2 \"root\" \"naji\"\n", SESSION, LOGOUT_KEEPS_JOBS},
		{"b true\nas 1 \"naji\"\nas 0\n", SESSION, LOGOUT_ENDS_JOBS},
		{"b true\nas 1 \"other\"\nas 0\n", SESSION, LOGOUT_KEEPS_JOBS},
		{"b true\nas 0\nas 1 \"najim\"", SESSION, LOGOUT_ENDS_JOBS},
		{"b true\n", SESSION, LOGOUT_UNKNOWN},
		{"b maybe\nas 0\nas 0\n", SESSION, LOGOUT_UNKNOWN},
		{"", SESSION, LOGOUT_UNKNOWN},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		if (logout_judge(cases[i].properties, cases[i].cgroup, "naji") != cases[i].effect)
			fail_msg("%s in %s", cases[i].properties, cases[i].cgroup);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_logind_says_is_judged),
	};
	return RUN(tests);
}
