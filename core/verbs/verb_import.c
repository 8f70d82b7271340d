/* backcourt import DIR, and backcourt sample [DIR]. */
#include "verb_parts.h"

#include "base/memory.h"
#include "base/path.h"
#include "engine/import_folder.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* On a terminal one line that is written over; elsewhere the notes, a line per file, are enough. */
struct progress {
	bool is_terminal;
	int percent;
	char what[64];
};

static void hear_progress(void *context, const char *what, int64_t done, int64_t total)
{
	struct progress *progress = context;
	int percent = total > 0 ? (int)(100 * done / total) : 0;
	bool changed = percent != progress->percent || !text_equal(progress->what, what);
	if (!progress->is_terminal || !changed)
		return;
	progress->percent = percent;
	text_copy(progress->what, sizeof(progress->what), what);
	text_make_printable(progress->what);
	fprintf(stderr, "\r\033[K%3d %%  %s", percent, progress->what);
}

static void hear_note(void *context, char severity, const char *text)
{
	const struct progress *progress = context;
	struct buffer line = {0};
	if (progress->is_terminal)
		fputs("\r\033[K", stderr);
	buffer_add_format(&line, "%s%s\n", severity == 'W' ? "warning: " : "", text);
	verb_print(stderr, &line);
}

static void end_progress(const struct progress *progress)
{
	if (progress->is_terminal)
		fputs("\r\033[K", stderr);
}

static void print_report(const struct import_report *report)
{
	printf("%-16s %10s %10s %10s\n", "raw table", "added", "changed", "same");
	for (int i = 0; i < RAW_TABLE_COUNT; i++) {
		const struct raw_load_result *table = &report->tables[i];
		if (table->added + table->changed + table->same > 0)
			printf("%-16s %10" PRId64 " %10" PRId64 " %10" PRId64 "\n",
				raw_table_layout((enum raw_table)i)->name, table->added,
				table->changed, table->same);
	}
	if (report->rejected > 0)
		printf("%" PRId64 " rows rejected\n", report->rejected);
}

/* Imports `folder`, or the sample season when it is NULL. */
static bool bring(const struct session *session, const char *folder, struct error *err)
{
	const struct config *config = session->config;
	struct progress progress = {.is_terminal = isatty(STDERR_FILENO) != 0, .percent = -1};
	struct import_listener listener = {&progress, hear_progress, hear_note};
	struct import_options options = {.range = {0, -1}, .listener = &listener};
	struct sample_options sample = {config->seasons, (uint32_t)config->seed};
	struct import_report report = {0};
	char *rejected = path_join(session->state_folder, "rejected");
	char *work = path_join(session->state_folder, "sample");
	options.rejected_folder = rejected;
	if (session->range_is_given)
		options.range = session->range;
	bool done =
		folder != NULL
			? import_folder(session->warehouse, folder, &options, &report, err)
			: import_sample(session->warehouse, work, &sample, &options, &report, err);
	end_progress(&progress);
	free(work);
	free(rejected);
	if (done)
		print_report(&report);
	return done;
}

static int import(const struct config *config, const char *folder)
{
	struct session session;
	struct error err;
	if (!session_open(config, true, true, &session, &err))
		return verb_fail(&err);
	bool done = bring(&session, folder, &err);
	session_close(&session);
	return done ? EXIT_ALL_COMPLETE : verb_fail(&err);
}

int verb_import(const struct config *config)
{
	struct error err;
	if (config->argument_count != 1) {
		error_set(&err, ERROR_USAGE, "import wants one folder");
		return verb_fail(&err);
	}
	return import(config, config->arguments[0]);
}

static int write_sample(const struct config *config)
{
	struct progress progress = {.is_terminal = isatty(STDERR_FILENO) != 0, .percent = -1};
	struct import_listener listener = {&progress, hear_progress, hear_note};
	struct sample_options sample = {config->seasons, (uint32_t)config->seed};
	struct error err;
	bool done = sample_write(config->arguments[0], &sample, &listener, NULL, &err);
	end_progress(&progress);
	return done ? EXIT_ALL_COMPLETE : verb_fail(&err);
}

int verb_sample(const struct config *config)
{
	struct error err;
	if (config->argument_count > 1) {
		error_set(&err, ERROR_USAGE, "sample wants at most one folder");
		return verb_fail(&err);
	}
	return config->argument_count == 1 ? write_sample(config) : import(config, NULL);
}
