#include "warehouse/fault.h"

#include <stddef.h>

static warehouse_fault_hook fault_hook;
static void *fault_context;

void warehouse_fault_set(warehouse_fault_hook hook, void *context)
{
	fault_hook = hook;
	fault_context = context;
}

bool warehouse_fault_point(const char *point, struct error *err)
{
	if (fault_hook == NULL || !fault_hook(point, fault_context))
		return true;
	return error_set(err, ERROR_WAREHOUSE, "broken on purpose: %s", point);
}
