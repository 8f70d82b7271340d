/*
 * severity: how much something that is told matters: events, alerts, the trail of a table.
 *
 * The words stand in files and in what alerts send. (What a check found has words of its own, which
 * know "unknown": warehouse/health.h, doctor/doctor.h.)
 */
#ifndef BACKCOURT_BASE_SEVERITY_H
#define BACKCOURT_BASE_SEVERITY_H

/* X(id, word), worst last. */
#define SEVERITY_LIST(X)      \
	X(INFO, "info")       \
	X(GOOD, "good")       \
	X(WARNING, "warning") \
	X(ERROR, "error")

enum severity {
#define X(id, word) SEVERITY_##id,
	SEVERITY_LIST(X)
#undef X
};
enum { SEVERITY_COUNT = SEVERITY_ERROR + 1 };

extern const char *const severity_words[SEVERITY_COUNT];

#endif
