/*
 * report_parts: what core/report/report*.c share. Nobody else includes this.
 */
#ifndef BACKCOURT_REPORT_PARTS_H
#define BACKCOURT_REPORT_PARTS_H

#include "report/report.h"

#include "base/text.h"

#define REPORT_RANGES_SHOWN  6
#define REPORT_REASONS_SHOWN 6 /* of one table */

/* core/report/report_runs.c: fills runs, newest, holder; adds to unknown. */
void report_find_runs(struct report *report);
void report_release_runs(struct report *report);

/* core/report/report.c: what could not be asked, as a list. */
void report_add_unknown(const struct report *report, struct buffer *into);
/* core/report/report_state.c: a section each. */
void report_add_running(const struct report *report, struct buffer *into);
void report_add_reasons(const struct report *report, struct buffer *into);
void report_add_data(const struct report *report, struct buffer *into);
void report_add_issues(const struct report *report, struct buffer *into);
/* core/report/report_chain.c */
void report_add_chain(const struct report *report, struct buffer *into);
/* core/report/report_goal.c */
void report_add_goal(const struct report *report, struct buffer *into);
/* core/report/report_steps.c */
void report_add_steps(const struct report *report, struct buffer *into);

static inline const struct pipeline_table *report_table(const struct report *report, size_t table)
{
	return &report->request.pipeline->tables[table];
}

#endif
