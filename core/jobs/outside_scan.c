#include "jobs/outside.h"

bool outside_scan(const struct pipeline *pipeline, const struct process_identity *own,
	size_t own_count, struct found_processes *found, struct error *err)
{
	struct command *commands[PIPELINE_TABLES_MAX] = {NULL};
	bool done = true, any = false;
	*found = (struct found_processes){0};
	for (size_t i = 0; i < pipeline->table_count; i++) {
		if (pipeline->tables[i].job.executor != EXECUTOR_COMMAND)
			continue;
		if (command_parse(pipeline, i, &commands[i], err))
			any = true;
		else
			done = false;
	}
	struct process_search search = {
		(const struct command *const *)commands, pipeline->table_count, own, own_count};
	if (any && !process_scan(&search, found, err))
		done = false;
	for (size_t i = 0; i < pipeline->table_count; i++)
		command_free(commands[i]);
	return done;
}

void outside_say_holder(int pid, const char *user, struct buffer *into)
{
	buffer_add_format(into, "process %d of %s, started outside", pid, user);
}
