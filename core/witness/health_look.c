#include "witness/health_look.h"

#include "base/clock.h"
#include "base/memory.h"
#include "native/processor.h"
#include "warehouse/warehouse.h"
#include "witness/witnesses.h"

#include <string.h>

/* Scripts lay their tables out as our processors do, but where the pipeline says. */
static struct table_layout layout_of(const struct pipeline_table *table)
{
	struct table_layout layout = witnesses_layout(table);
	const struct processor *processor = processor_find(table->name);
	if (layout.column_count == 0 && processor != NULL) {
		layout.columns = processor->layout->columns;
		layout.column_count = processor->layout->column_count;
	}
	return layout;
}

static bool look(struct warehouse *warehouse, const struct health_request *request,
	struct health_findings *findings, struct error *err)
{
	const struct pipeline *pipeline = request->pipeline;
	struct table_layout layouts[PIPELINE_TABLES_MAX];
	const struct table_layout *pointers[PIPELINE_TABLES_MAX];
	struct health_facts facts;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		layouts[i] = layout_of(&pipeline->tables[i]);
		pointers[i] = &layouts[i];
	}
	if (!warehouse_look(
		    warehouse, pointers, pipeline->table_count, clock_wall_ms(), &facts, err))
		return false;
	facts.ways = request->ways;
	facts.way_count = request->way_count;
	health_judge(&facts, request->range, findings);
	health_facts_release(&facts);
	return true;
}

bool health_look(
	const struct health_request *request, struct health_findings *findings, struct error *err)
{
	struct warehouse *warehouse;
	if (!warehouse_open(request->warehouse, WAREHOUSE_READ, &warehouse, err))
		return false;
	warehouse_set_cancel(warehouse, request->cancel);
	bool done = look(warehouse, request, findings, err);
	warehouse_close(warehouse);
	return done;
}

static bool repair_found(struct warehouse *warehouse, const struct health_findings *findings,
	const char *id, struct error *err)
{
	const struct health_finding *finding = health_find(findings, id);
	if (finding == NULL)
		return error_set(err, ERROR_USAGE,
			"there is no finding \"%.100s\" (any more); `backcourt health` lists them",
			id);
	if (!health_can_repair(finding))
		return error_set(err, ERROR_USAGE, "%s: backcourt does not repair this%s%.300s", id,
			finding->statement == NULL ? "" : "; what helps: ",
			finding->statement == NULL ? "" : finding->statement);
	return warehouse_repair(warehouse, finding, clock_wall_ms(), err);
}

bool health_repair(const struct health_request *request, const char *id,
	struct health_findings *findings, bool *is_gone, struct error *err)
{
	struct warehouse *warehouse;
	struct health_findings before = {0}, after = {0};
	if (!warehouse_open(request->warehouse, WAREHOUSE_WRITE, &warehouse, err))
		return false;
	warehouse_set_cancel(warehouse, request->cancel);
	bool done =
		look(warehouse, request, &before, err) && repair_found(warehouse, &before, id, err);
	if (done && !look(warehouse, request, &after, err))
		done = error_prefix(
			err, "it was repaired, but nobody could look whether it helped");
	warehouse_close(warehouse);
	health_findings_release(&before);
	if (!done)
		return false;
	*is_gone = health_find(&after, id) == NULL;
	*findings = after;
	return true;
}
