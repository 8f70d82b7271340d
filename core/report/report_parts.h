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
/* core/report/report_command.c: the options with which a command sees what the report saw. */
void report_add_range(const struct report *report, struct buffer *into);
void report_step_dates(const struct plan_step *step, struct date_set *dates);
/* core/report/report_steps.c */
void report_add_steps(const struct report *report, struct buffer *into);

/*
 * core/report/report_markdown.c: text from outside, on one line, that formats nothing: as prose,
 * with a backslash before what is Markdown; or as code. A sentence of ours quotes `words` of a job
 * (NULL: none): those are code in it, the rest prose.
 */
void report_add_prose(const char *text, struct buffer *into);
void report_add_code(const char *text, bool is_in_table, struct buffer *into);
void report_add_sentence(const char *sentence, const char *words, struct buffer *into);
/* A word for a shell, on one line whatever is in it. */
void report_add_word(const char *text, struct buffer *into);
/* What a job said of the cell, as coverage_explain may quote it; "": nothing. */
const char *report_words(const struct report *report, size_t table, date_t date);

static inline const struct pipeline_table *report_table(const struct report *report, size_t table)
{
	return &report->request.pipeline->tables[table];
}

#endif
