/* backcourt alerts test: one alert by each way out that is set, and what became of it. */
#include "verb_parts.h"

#include "alert/alert_send.h"
#include "base/clock.h"

#include <stdio.h>
#include <string.h>

struct trial {
	const struct pipeline *pipeline;
	const char *table;
	struct alert alert;
	int set_count, failed_count;
};

static void say_end(struct trial *trial, const char *way, bool is_out, const struct error *err)
{
	struct buffer line = {0};
	buffer_add_format(
		&line, "%-8s %s%s\n", way, is_out ? "sent" : "FAILED: ", is_out ? "" : err->text);
	verb_print(stdout, &line);
	trial->set_count++;
	trial->failed_count += !is_out;
}

static void try_hook(struct trial *trial, const char *command)
{
	const struct alert_call call = {
		command, trial->pipeline->name, trial->table, &trial->alert, ALERT_HOOK_TIMEOUT_MS};
	struct error err;
	if (command != NULL)
		say_end(trial, "hook", alert_hook_run(&call, &err), &err);
}

static void try_way(struct trial *trial, enum alert_way way, const char *file)
{
	const struct alert_told told = {
		.alert = &trial->alert, .pipeline = trial->pipeline->name, .table = trial->table};
	int64_t ignored_ms;
	struct error err;
	if (file != NULL)
		say_end(trial, alert_way_name(way),
			alert_way_send(way, file, &told, &ignored_ms, &err), &err);
}

static int try_all(const struct config *config, const struct pipeline *pipeline)
{
	const char *const files[] = {[ALERT_BY_SLACK] = config->alert_slack,
		[ALERT_BY_WEBHOOK] = config->alert_webhook,
		[ALERT_BY_MAIL] = config->alert_mail};
	struct trial trial = {.pipeline = pipeline,
		.table = pipeline->tables[0].name,
		.alert = {.kind = ALERT_TEST,
			.date = DATE_NONE,
			.at_ms = clock_wall_ms(),
			.times = 1,
			.text = "a test: nothing is the matter, alerts reach you"}};
	struct error err;
	try_hook(&trial, config->alert_hook);
	for (unsigned i = 0; i < ALERT_WAY_COUNT; i++)
		try_way(&trial, (enum alert_way)i, files[i]);
	if (trial.set_count > 0)
		return trial.failed_count == 0 ? EXIT_ALL_COMPLETE : EXIT_WAREHOUSE;
	error_set(&err, ERROR_CONFIG,
		"no way out of alerts is set: --alert-hook, --alert-slack, --alert-webhook or "
		"--alert-mail, here or in the configuration file (backcourt help alerts)");
	return verb_fail(&err);
}

int verb_alerts(const struct config *config)
{
	struct pipeline *pipeline;
	struct error err;
	if (config->argument_count != 1 || strcmp(config->arguments[0], "test") != 0) {
		error_set(&err, ERROR_USAGE, "alerts wants: test");
		return verb_fail(&err);
	}
	if (!pipeline_load(config->pipeline, &pipeline, &err))
		return verb_fail(&err);
	int status = try_all(config, pipeline);
	pipeline_free(pipeline);
	return status;
}
