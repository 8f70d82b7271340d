/*
 * log_rules: what a line of a log means, as one table (core/jobs/log_rules.tsv, whose head explains
 * its columns). A new kind of line is a line there.
 *
 * Once made, the rules are only read: any number of threads may share them. Who applies them to
 * lines is core/jobs/log_matcher.h.
 */
#ifndef BACKCOURT_JOBS_LOG_RULES_H
#define BACKCOURT_JOBS_LOG_RULES_H

/* X(id, letter, meaning) */
#define LOG_SEVERITY_LIST(X)                                    \
	X(PROGRESS, 'P', "progress")                            \
	X(INFORMATION, 'I', "information")                      \
	X(NOISE, 'N', "noise: counted, hidden by default")      \
	X(WATCH, 'W', "look at it if it grows")                 \
	X(ERROR, 'E', "a real problem; the date is likely bad") \
	X(REASON, 'F', "the reason why a date failed")          \
	X(SILENT, 'S', "a silent failure: the script will say success")

enum log_severity {
#define X(id, letter, meaning) LOG_##id,
	LOG_SEVERITY_LIST(X)
#undef X
};

char log_severity_letter(enum log_severity severity);
/* How lines are marked where they are shown (event.h): 'E', 'W', 'I', or 'N' for noise. */
char log_severity_mark(enum log_severity severity);

struct log_rules;

/* The embedded table. */
struct log_rules *log_rules_new(void);
void log_rules_free(struct log_rules *rules);

#endif
