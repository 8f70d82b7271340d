/*
 * doctor_parts: what core/doctor/doctor*.c share. Nobody else includes this.
 */
#ifndef BACKCOURT_DOCTOR_PARTS_H
#define BACKCOURT_DOCTOR_PARTS_H

#include "doctor/doctor.h"
#include "pipeline/pipeline.h"

#define DOCTOR_FREE_LOW_BYTES	1073741824LL /* 1 GiB: a warning */
#define DOCTOR_FREE_SHORT_BYTES 104857600LL  /* 100 MiB: runs are refused soon */

struct doctor {
	const struct config *config;
	const struct retry *policy;
	const char *test_origin;
	struct pipeline *pipeline; /* NULL: it does not load */
	struct doctor_report *report;
};

void doctor_add(struct doctor *doctor, enum doctor_check check, enum doctor_level level,
	const char *format, ...) __attribute__((format(printf, 4, 5)));
/* An environment variable that is set to something; NULL else. */
const char *doctor_environment(const char *name);

/* core/doctor/doctor_screen.c */
void doctor_look_at_screen(struct doctor *doctor);
/* core/doctor/doctor_places.c */
void doctor_look_at_places(struct doctor *doctor);
/* core/doctor/doctor_jobs.c */
void doctor_look_at_jobs(struct doctor *doctor);
/* core/doctor/doctor_bigquery.c */
void doctor_look_at_bigquery(struct doctor *doctor, const char *spec);

/* core/doctor/doctor_terminfo.c: how many colours the entry of `name` says, found where ncurses
 * looks for it; -1: it says none. False: there is no such entry. */
bool terminfo_find(const char *name, int *colours);

#endif
