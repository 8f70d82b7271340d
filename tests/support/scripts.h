/*
 * scripts: a home with a pipeline of command jobs, whose scripts are the simulators of
 * tests/data/jobs.
 *
 * scripts_open once per test; the programs of the test run with `home` (program.h) and
 * "--pipeline", pipeline, "--warehouse", warehouse. The warehouse has a season's schedule and no
 * other row: the simulators write none. It is made once per test program (scripts_forget at its
 * end).
 */
#ifndef BACKCOURT_TESTS_SCRIPTS_H
#define BACKCOURT_TESTS_SCRIPTS_H

#include "ledger/ledger.h"
#include "tests/support/program.h"

#define SCRIPTS_RUNS_MAX 256

struct scripts {
	char *home, *pipeline, *warehouse, *state; /* paths */
};

struct script_table {
	const char *name;
	const char *simulator; /* "phase3_simulator" */
	const char *more;      /* JSON behind the argv of the job: ", \"env\": {...}" */
	const char *upstreams; /* JSON list */
};

/* The table list ends with one without a name. */
void scripts_open(struct scripts *scripts, const struct script_table *tables);
void scripts_close(struct scripts *scripts);
int scripts_forget(void **state); /* the tear-down of a group; NULL elsewhere */

/* `backcourt VERB ... --pipeline ... --warehouse ... --range ...` */
struct program scripts_start(const struct scripts *scripts, const char *const *arguments);
struct program_result scripts_run(const struct scripts *scripts, const char *const *arguments);
#define SCRIPTS_START(scripts, ...) scripts_start(scripts, (const char *const[]){__VA_ARGS__, NULL})
#define SCRIPTS_RUN(scripts, ...)   scripts_run(scripts, (const char *const[]){__VA_ARGS__, NULL})

/* Somebody else's process: argv (NULL ends it) as a group of its own, which the caller ends and
 * waits for, in `home`; what it says is in the file "by_hand.log" there. */
pid_t scripts_start_by_hand(const struct scripts *scripts, const char *const *argv);
#define SCRIPTS_START_BY_HAND(scripts, ...) \
	scripts_start_by_hand(scripts, (const char *const[]){__VA_ARGS__, NULL})

/* What the simulators wait for: the file "go" of SIMULATE_GATE, "on" of SIMULATE_WAIT. */
void scripts_open_gate(const struct scripts *scripts);
void scripts_let_on(const struct scripts *scripts);
void scripts_touch(const struct scripts *scripts, const char *name);
/* Run folders of a table (NULL: of all); `paths` (may be NULL) gets them, oldest first: free each.
 */
int scripts_runs(const struct scripts *scripts, const char *table, char **paths);
/* How often the text stands in the logs of the table's runs. */
int scripts_count(const struct scripts *scripts, const char *table, const char *text);
/* What the verb coverage prints, as CSV; free it. */
char *scripts_coverage(const struct scripts *scripts);
/* Whether it has that verdict of the date; prints all of it otherwise. */
bool scripts_cell_is(
	const struct scripts *scripts, const char *table, const char *date, const char *verdict);
/* The newest run of a table in the ledger. */
struct ledger_run scripts_newest(const struct scripts *scripts, const char *table);

#endif
