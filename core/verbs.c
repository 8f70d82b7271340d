#include "verbs.h"

#include "base/clock.h"
#include "base/memory.h"
#include "verb_parts.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name;
	int (*run)(const struct config *config);
} verbs[] = {
#define X(id, name, arguments, help) {name, verb_##id},
	VERB_LIST(X)
#undef X
};

int verb_fail(const struct error *err)
{
	struct buffer text = {0};
	fflush(stdout);
	buffer_add_format(&text, "backcourt: %s\n", err->text);
	verb_print(stderr, &text);
	return error_exit_status(err->kind);
}

void verb_print(FILE *out, struct buffer *text)
{
	if (text->length > 0)
		text_make_printable(text->bytes);
	fputs(buffer_text(text), out);
	buffer_release(text);
}

static bool unknown_verb(const char *name, struct error *err)
{
	const char *names[ARRAY_COUNT(verbs)];
	for (size_t i = 0; i < ARRAY_COUNT(verbs); i++)
		names[i] = verbs[i].name;
	const char *nearest = text_nearest(name, names, ARRAY_COUNT(verbs));
	return error_set(err, ERROR_USAGE, "there is no verb \"%.60s\"%s%s%s; `backcourt help`",
		name, nearest != NULL ? "; did you mean \"" : "", nearest != NULL ? nearest : "",
		nearest != NULL ? "\"?" : "");
}

static bool is_screen_possible(const struct config *config)
{
	const char *term = getenv("TERM");
	return !config->plain && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term != NULL &&
	       term[0] != '\0' && strcmp(term, "dumb") != 0;
}

static int dispatch(const struct config *config, int (*console)(const struct config *config))
{
	struct error err;
	if (config->help)
		return verb_help(config);
	if (config->version)
		return verb_version(config);
	if (config->verb == NULL)
		return is_screen_possible(config) ? console(config) : verb_run_plain(config);
	for (size_t i = 0; i < ARRAY_COUNT(verbs); i++)
		if (strcmp(verbs[i].name, config->verb) == 0)
			return verbs[i].run(config);
	unknown_verb(config->verb, &err);
	return verb_fail(&err);
}

/* The next file that is opened would get the number of a closed one: what is printed would go into
 * a lock or a log. Reading and writing fail here as they did there. */
static void hold_standard_descriptors(void)
{
	for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++)
		if (fcntl(descriptor, F_GETFD) < 0 &&
			open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
			return;
}

static const char *environment(const char *variable)
{
	return getenv(variable);
}

int verbs_main(int argc, char *const *argv, int (*console)(const struct config *config))
{
	struct config config;
	struct error err;
	hold_standard_descriptors();
	if (!config_load(argc, argv, environment, &config, &err))
		return verb_fail(&err);
	int status = dispatch(&config, console);
	config_release(&config);
	/* What was printed and could not be written (a full disk, a closed pipe) is no success. */
	if (fflush(stdout) != 0 || ferror(stdout))
		return status == EXIT_ALL_COMPLETE ? EXIT_WAREHOUSE : status;
	return status;
}

/* Shared pieces */

bool verb_tables(const struct pipeline *pipeline, const struct config *config, size_t *tables,
	size_t *count, struct error *err)
{
	bool wanted[PIPELINE_TABLES_MAX] = {false};
	for (int i = 0; i < config->argument_count; i++) {
		const char *name = config->arguments[i];
		size_t table = pipeline_find(pipeline, name);
		if (table == pipeline->table_count) {
			const char *nearest = pipeline_suggest(pipeline, name);
			return error_set(err, ERROR_USAGE, "no table is called \"%.60s\"%s%s%s",
				name, nearest != NULL ? "; did you mean " : "",
				nearest != NULL ? nearest : "", nearest != NULL ? "?" : "");
		}
		wanted[table] = true;
	}
	*count = 0;
	for (size_t i = 0; i < pipeline->table_count; i++)
		if (config->argument_count == 0 || wanted[pipeline->order[i]])
			tables[(*count)++] = pipeline->order[i];
	return true;
}

int verb_status_of(const struct coverage *coverage, const size_t *tables, size_t count)
{
	int gaps = 0, unknown = 0, open = 0;
	for (size_t i = 0; i < count; i++) {
		struct table_summary summary = coverage_summary(coverage, tables[i]);
		gaps += summary.gaps;
		unknown += summary.by_verdict[VERDICT_UNKNOWN];
		open += summary.by_verdict[VERDICT_RUNNING] + summary.by_verdict[VERDICT_QUEUED];
	}
	if (gaps + open > 0)
		return EXIT_GAPS_REMAIN;
	return unknown > 0 ? EXIT_WAREHOUSE : EXIT_ALL_COMPLETE;
}

bool verb_view_open(const struct config *config, struct verb_view *view, struct error *err)
{
	struct witnesses witnesses;
	*view = (struct verb_view){.now_ms = clock_wall_ms(), .counted = config->verify};
	if (!session_open(config, false, false, &view->session, err))
		return false;
	struct witness_request request = {view->session.pipeline, view->session.warehouse,
		view->session.state_folder, view->session.range, config->verify};
	if (!verb_tables(view->session.pipeline, config, view->tables, &view->table_count, err) ||
		!witnesses_read(&request, &witnesses, err)) {
		session_close(&view->session);
		return false;
	}
	view->coverage = witnesses_judge(&witnesses, view->session.pipeline, view->session.range,
		view->now_ms, &view->calendar);
	for (size_t i = 0; i < view->session.pipeline->table_count; i++)
		view->date_ms[i] = witnesses_date_ms(&witnesses, i);
	witnesses_release(&witnesses);
	return true;
}

void verb_view_close(struct verb_view *view)
{
	coverage_free(view->coverage);
	calendar_free(view->calendar);
	session_close(&view->session);
}

void verb_print_json(json_t *object)
{
	char *text = json_dumps(object, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
	if (text == NULL)
		memory_exhausted();
	puts(text);
	free(text);
	json_decref(object);
}

json_t *verb_json_date(date_t date)
{
	char text[DATE_TEXT_BYTES];
	return date == DATE_NONE ? json_null() : json_string(date_format(date, text));
}

json_t *verb_json_text(const char *text)
{
	struct buffer whole = {0};
	size_t length = strlen(text);
	char encoded[4];
	for (size_t at = 0; at < length;) {
		uint32_t code_point;
		at += text_decode_utf8(text + at, length - at, &code_point);
		buffer_add(&whole, encoded, text_encode_utf8(code_point, encoded));
	}
	json_t *string = json_string(buffer_text(&whole));
	buffer_release(&whole);
	return string;
}

json_t *verb_json_head(const struct pipeline *pipeline, struct date_range range, int64_t now_ms)
{
	char at[CLOCK_TEXT_BYTES];
	json_t *head = json_object();
	json_t *dates = json_object();
	json_object_set_new(dates, "first", verb_json_date(range.first));
	json_object_set_new(dates, "last", verb_json_date(range.last));
	json_object_set_new(head, "version", json_integer(VERB_JSON_VERSION));
	json_object_set_new(head, "pipeline", json_string(pipeline->name));
	json_object_set_new(head, "range", dates);
	json_object_set_new(head, "at", json_string(clock_format_rfc3339(now_ms, at)));
	return head;
}
