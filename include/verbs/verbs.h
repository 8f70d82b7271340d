/*
 * verbs: the command line. One line per verb; `backcourt help`, "did you mean" and the dispatch
 * come from VERB_LIST. A verb is verb_NAME in core/verbs/verb_NAME.c and returns the exit status
 * (architecture: Verbs). Output goes to stdout, trouble to stderr. Main thread.
 */
#ifndef BACKCOURT_VERBS_H
#define BACKCOURT_VERBS_H

#include "config.h"

#define BACKCOURT_VERSION "0.1.0"

/* X(id, name, page of the manual that tells of it (core/manual) or NULL, arguments, help) */
#define VERB_LIST(X)                                                                               \
	X(run, "run", "plan", "[TABLE...] [--plan [FILE]]",                                        \
		"compute the gaps of the range, or a plan, without a screen")                      \
	X(pause, "pause", "jobs", "[TABLE...] [--freeze]",                                         \
		"after the date in hand; resume goes on")                                          \
	X(resume, "resume", "jobs", "[TABLE...]", "go on with what was paused or frozen")          \
	X(stop, "stop", "jobs", "[TABLE...] [--now]", "end command jobs, after the date in hand")  \
	X(status, "status", "coverage", "[TABLE...]", "one line per table")                        \
	X(coverage, "coverage", "coverage", "[TABLE...]",                                          \
		"every table and date: rows, expected, verdict")                                   \
	X(why, "why", "coverage", "TABLE DATE",                                                    \
		"why a cell is as it is, and what would repair it")                                \
	X(rows, "rows", "rows", "TABLE DATE",                                                      \
		"what a table holds on a date, and who is missing there")                          \
	X(gaps, "gaps", "coverage", "[TABLE...]",                                                  \
		"what stands in the way, by how much it holds up")                                 \
	X(plan, "plan", "plan", "[TABLE...]", "what to run, in which order, to cure it")           \
	X(excuse, "excuse", "excuse", "[TABLE [DATES [REASON]]]",                                  \
		"nothing is to be expected there; alone: the list")                                \
	X(diff, "diff", "coverage", "FILE [FILE]",                                                 \
		"what changed between two `coverage --csv`, or since one")                         \
	X(handoff, "handoff", "excuse", "[FILE]", "what the next person has to know, as Markdown") \
	X(import, "import", NULL, "DIR", "load raw CSV files")                                     \
	X(sample, "sample", NULL, "[DIR]",                                                         \
		"make a synthetic season and import it (or write it to DIR)")                      \
	X(push, "push", "bigquery", "[--raw] [TABLE...]",                                          \
		"copy what differs from here to BigQuery")                                         \
	X(pull, "pull", "bigquery", "[--raw] [TABLE...]",                                          \
		"copy what differs from BigQuery to here")                                         \
	X(pipeline, "pipeline", "pipeline", "--print [NAME] | --check FILE",                       \
		"show or check a pipeline")                                                        \
	X(theme, "theme", "theme", "--print [NAME] | --check FILE",                                \
		"the themes; show one, or check a file and its colours")                           \
	X(breaker, "breaker", "health", "reset TABLE",                                             \
		"let tripped players and teams be tried again")                                    \
	X(alerts, "alerts", "alerts", "test", "send one by each way out, and say which arrive")    \
	X(health, "health", "health", "[--fix ID]", "what is wrong with the tables themselves")    \
	X(doctor, "doctor", "doctor", "",                                                          \
		"what this machine and the warehouse need, and what to do")                        \
	X(version, "version", NULL, "", "print the version")                                       \
	X(help, "help", NULL, "[TOPIC]", "this help; of a verb, or of a topic: keys, jobs, json...")

#define X(id, name, page, arguments, help) int verb_##id(const struct config *config);
VERB_LIST(X)
#undef X

/* What only the program with a screen can do. */
struct verbs_of_screen {
	int (*console)(const struct config *config);
	int (*theme)(const struct config *config);
};

/*
 * Runs what the command line asks for. `console` opens the screen; it is called when no verb is
 * given and stdin and stdout are a terminal that can show one; without it the plain run happens.
 */
int verbs_main(int argc, char *const *argv, const struct verbs_of_screen *screen);

#endif
