/* Whether jobs can be started, and live on. */
#include "doctor_parts.h"

#include "alert/alert_send.h"
#include "base/memory.h"
#include "jobs/command.h"
#include "jobs/launch.h"
#include "jobs/logout.h"

#include <stdlib.h>

static void look_at_logout(struct doctor *doctor)
{
	switch (logout_look()) {
	case LOGOUT_KEEPS_JOBS:
		doctor_add(doctor, DOCTOR_LOGOUT, DOCTOR_GOOD, "jobs live on");
		break;
	case LOGOUT_ENDS_JOBS:
		doctor_add(doctor, DOCTOR_LOGOUT, DOCTOR_WARNING,
			"logind ends your processes at logout (KillUserProcesses=yes)");
		break;
	case LOGOUT_UNKNOWN:
		doctor_add(doctor, DOCTOR_LOGOUT, DOCTOR_UNKNOWN, "logind did not answer");
		break;
	}
}

static void look_at_supervisor(struct doctor *doctor)
{
	struct error err;
	char *path;
	if (!launch_find_supervisor(NULL, &path, &err)) {
		doctor_add(doctor, DOCTOR_SUPERVISOR, DOCTOR_FAILED, "%s", err.text);
		return;
	}
	doctor_add(doctor, DOCTOR_SUPERVISOR, DOCTOR_GOOD, "%.400s", path);
	free(path);
}

static void look_at_job(struct doctor *doctor, size_t table)
{
	const char *name = doctor->pipeline->tables[table].name;
	struct command *command = NULL;
	struct error err;
	bool ready = command_parse(doctor->pipeline, table, &command, &err) &&
		     command_preflight(command, &err);
	if (ready)
		doctor_add(doctor, DOCTOR_JOB, DOCTOR_GOOD, "%s: %.200s in %.200s", name,
			command->argv[0], command->cwd);
	else
		doctor_add(doctor, DOCTOR_JOB, DOCTOR_FAILED, "%s", err.text);
	command_free(command);
}

static void look_at_alerts(struct doctor *doctor)
{
	const struct config *config = doctor->config;
	const char *const files[ALERT_WAY_COUNT] = {[ALERT_BY_SLACK] = config->alert_slack,
		[ALERT_BY_WEBHOOK] = config->alert_webhook,
		[ALERT_BY_MAIL] = config->alert_mail};
	struct error err;
	for (size_t i = 0; i < ALERT_WAY_COUNT; i++) {
		if (files[i] == NULL)
			continue;
		if (alert_way_check((enum alert_way)i, files[i], &err))
			doctor_add(doctor, DOCTOR_ALERTS, DOCTOR_GOOD, "%s: %.300s",
				alert_way_name((enum alert_way)i), files[i]);
		else
			doctor_add(doctor, DOCTOR_ALERTS, DOCTOR_FAILED, "%s", err.text);
	}
}

void doctor_look_at_jobs(struct doctor *doctor)
{
	look_at_logout(doctor);
	look_at_supervisor(doctor);
	look_at_alerts(doctor);
	for (size_t i = 0; doctor->pipeline != NULL && i < doctor->pipeline->table_count; i++)
		if (doctor->pipeline->tables[i].job.executor == EXECUTOR_COMMAND)
			look_at_job(doctor, i);
}
