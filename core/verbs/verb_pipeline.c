/* backcourt pipeline: shows a built-in pipeline, or checks a file. */
#include "verb_parts.h"

#include <stdio.h>

static const char *wanted(const struct config *config)
{
	return config->argument_count > 0 ? config->arguments[0] : config->pipeline;
}

static bool print(const char *name, struct error *err)
{
	size_t length;
	struct pipeline *pipeline;
	const char *text = pipeline_embedded(name, &length);
	if (text != NULL)
		return fwrite(text, 1, length, stdout) == length ||
		       error_set(err, ERROR_SYSTEM, "cannot write to the standard output");
	if (!pipeline_load(name, &pipeline, err))
		return false;
	pipeline_free(pipeline);
	return error_set(err, ERROR_USAGE, "%s is a file: --print shows the built-in ones", name);
}

static bool check(const char *name, struct error *err)
{
	struct pipeline *pipeline;
	if (!pipeline_load(name, &pipeline, err))
		return false;
	struct buffer text = {0};
	buffer_add_format(&text, "%s: pipeline %s, %zu tables, no errors\n", pipeline->source,
		pipeline->name, pipeline->table_count);
	verb_print(stdout, &text);
	pipeline_free(pipeline);
	return true;
}

int verb_pipeline(const struct config *config)
{
	struct error err;
	if (config->argument_count > 1 || (config->print && config->check)) {
		error_set(&err, ERROR_USAGE, "pipeline wants --print [NAME] or --check FILE");
		return verb_fail(&err);
	}
	bool done = config->print ? print(wanted(config), &err) : check(wanted(config), &err);
	return done ? EXIT_ALL_COMPLETE : verb_fail(&err);
}
