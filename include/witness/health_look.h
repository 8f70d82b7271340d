/*
 * health_look: the health of the warehouse that a pipeline works on, as findings, and their repair.
 *
 * Opens the warehouse, looks (warehouse/health.h), judges, closes. The columns that a table should
 * have are those of its native processor, also where scripts write it. Blocks; not for the UI
 * thread. Several lookers may be at work at once; a repair is for the owner of the state folder.
 */
#ifndef BACKCOURT_HEALTH_LOOK_H
#define BACKCOURT_HEALTH_LOOK_H

#include "pipeline/pipeline.h"
#include "warehouse/health.h"

struct cancel;

struct health_request {
	const struct pipeline *pipeline;
	const char *warehouse; /* spec */
	struct date_range range;
	struct cancel *cancel;	       /* may be NULL */
	const struct health_way *ways; /* as in struct health_facts */
	size_t way_count;
};

bool health_look(
	const struct health_request *request, struct health_findings *findings, struct error *err);

/*
 * Repairs the finding of that id, if it is still there, and looks again. *findings is what is found
 * afterwards; *is_gone is whether that finding is not among it any more. False: nothing was
 * repaired, or nobody could look whether it helped (the text says which).
 */
bool health_repair(const struct health_request *request, const char *id,
	struct health_findings *findings, bool *is_gone, struct error *err);

#endif
