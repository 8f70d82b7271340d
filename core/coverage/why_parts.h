/* What the files of the Why share; nobody else includes this. */
#ifndef BACKCOURT_COVERAGE_WHY_PARTS_H
#define BACKCOURT_COVERAGE_WHY_PARTS_H

#include "coverage/why.h"
#include "coverage_parts.h"

struct inquiry {
	const struct coverage *coverage;
	const struct why_setting *setting;
	const struct pipeline_table *described;
	const struct cell *cell;
	struct why *why;
	/* What needs a person before the cell can be repaired; a table of -1: nothing. */
	int stuck_table, stuck_because;
	enum reason stuck_reason;
	date_t stuck_date;
};

/* The text of the buffer in the memory of the Why; the buffer is released. */
const char *why_keep(struct why *why, struct buffer *text);
const char *why_table_name(const struct inquiry *inquiry, size_t table);

void why_collect_facts(struct inquiry *inquiry);
void why_collect_ruled_out(struct inquiry *inquiry);
void why_foresee(struct inquiry *inquiry); /* next, work_ms, command; after the links */

#endif
