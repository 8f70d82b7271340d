/*
 * gate: a run of the script pcf that is met between the delete and the load of its second date, and
 * waits there until scripts_open_gate: whatever a test does to it comes in time.
 */
#ifndef BACKCOURT_TESTS_GATE_H
#define BACKCOURT_TESTS_GATE_H

#include "tests/support/scripts.h"

#define P4	    "phase4_simulator"
#define P4_ENV(env) ", \"--no-resume\"], \"env\": {" env "}"
#define GATE	    "\"SIMULATE_GATE\": \"2021-11-17\""

/* The one script, for scripts_open. */
extern const struct script_table gate_script[];

/* Runs the pipeline and comes back when pcf is there; the path of the run's folder, to be freed. */
char *gate_reach(const struct scripts *scripts, struct program *program);

#endif
