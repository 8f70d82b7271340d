/*
 * run_outcome: how a run ended, as the ledger keeps it and an event tells it.
 */
#ifndef BACKCOURT_BASE_RUN_OUTCOME_H
#define BACKCOURT_BASE_RUN_OUTCOME_H

/* X(id, word in the ledger, word in a line of events) */
#define RUN_OUTCOME_LIST(X)                                                           \
	X(GOES_ON, "running", "detached") /* told at its end: without this console */ \
	X(SUCCEEDED, "succeeded", "succeeded")                                        \
	X(STOPPED, "stopped", "stopped") /* after a date, by the operator */          \
	X(FAILED, "failed", "failed")                                                 \
	X(KILLED, "killed", "killed")                                                 \
	X(LOST, "lost", "lost") /* nobody saw its end */

enum run_outcome {
#define X(id, word, line_word) RUN_##id,
	RUN_OUTCOME_LIST(X)
#undef X
};
enum { RUN_OUTCOME_COUNT = RUN_LOST + 1 };

/* As the ledger has it. */
extern const char *const run_outcome_words[RUN_OUTCOME_COUNT];

#endif
