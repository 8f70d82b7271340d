#include "jobs/executor.h"

#include "base/memory.h"
#include "command_run.h"
#include "jobs/process_scan.h"
#include "native_run.h"

#include <stdlib.h>

/* One line per executor. */
static const struct executor *const executors[] = {
	&native_executor,
	&command_executor,
};

const struct executor *executor_find(enum job_executor kind)
{
	for (size_t i = 0; i < ARRAY_COUNT(executors); i++)
		if (executors[i]->kind == kind)
			return executors[i];
	return NULL;
}

void run_task_free(struct run_task *task)
{
	if (task == NULL)
		return;
	free(task->dates);
	free(task->off_days);
	found_process_free(task->outside);
	free(task);
}
