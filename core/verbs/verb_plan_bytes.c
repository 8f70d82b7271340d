/* backcourt plan: how much a step would read. */
#include "verb_parts.h"

#include "native/processor.h"

static void estimate_steps(
	const struct verb_view *view, struct warehouse *warehouse, struct plan *plan)
{
	const struct pipeline *pipeline = view->session.pipeline;
	for (size_t i = 0; i < plan->step_count; i++) {
		struct plan_step *step = &plan->steps[i];
		const struct pipeline_table *table = &pipeline->tables[step->table];
		const struct processor *processor = processor_find(table->name);
		/* What a script reads is known to nobody. */
		if (table->job.executor == EXECUTOR_NATIVE && processor != NULL)
			step->bytes = processor_estimate(
				processor, warehouse, view->calendar, step->dates, step->count);
	}
}

void verb_estimate_plan(const struct verb_view *view, struct plan *plan)
{
	struct warehouse *warehouse;
	int64_t none = 0;
	struct error err;
	if (plan->step_count == 0 ||
		!warehouse_open(view->session.warehouse, WAREHOUSE_READ, &warehouse, &err))
		return;
	if (warehouse_only_estimate(warehouse, &none))
		estimate_steps(view, warehouse, plan);
	warehouse_close(warehouse);
}
