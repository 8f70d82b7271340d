/* backcourt health: what is wrong with the tables themselves, and the statements that mend it. */
#include "verb_parts.h"

#include "alert/alert_send.h"
#include "base/clock.h"
#include "witness/health_look.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define INDENT	     9
#define ANSWER_BYTES 16

static void add_finding(struct buffer *into, const struct health_finding *finding)
{
	buffer_add_format(into, "%-*s%s: %s\n", INDENT, health_severity_word(finding->severity),
		finding->subject, finding->evidence);
	buffer_add_format(into, "%-*s%s\n", INDENT, "", health_kind_meaning(finding->kind));
	if (finding->statement != NULL)
		buffer_add_format(into, "%-*s  %s\n", INDENT, "", finding->statement);
	if (health_can_repair(finding))
		buffer_add_format(
			into, "%-*s  -> backcourt health --fix %s\n", INDENT, "", finding->id);
}

static void add_count(
	struct buffer *into, const struct health_findings *findings, enum health_severity severity)
{
	size_t count = health_count(findings, severity);
	bool is_first = into->bytes[into->length - 1] == '\n';
	if (count == 0)
		return;
	buffer_add_format(into, "%s%zu %s%s", is_first ? "" : ", ", count,
		severity == HEALTH_UNKNOWN ? "not seen" : health_severity_word(severity),
		count == 1 || severity == HEALTH_UNKNOWN ? "" : "s");
}

static void print_lines(const struct health_findings *findings)
{
	struct buffer text = {0};
	char at[CLOCK_TEXT_BYTES];
	for (size_t i = 0; i < findings->count; i++)
		add_finding(&text, &findings->items[i]);
	if (findings->count == 0)
		buffer_add_text(&text, "nothing is wrong with the tables");
	else
		buffer_add_char(&text, '\n');
	for (enum health_severity severity = 0; severity < HEALTH_SEVERITIES; severity++)
		add_count(&text, findings, severity);
	buffer_add_format(&text, " (looked at %s)\n", clock_format_time(findings->at_ms, at));
	verb_print(stdout, &text);
}

static json_t *json_finding(const struct health_finding *finding)
{
	char at[CLOCK_TEXT_BYTES];
	json_t *object = json_object();
	json_object_set_new(object, "id", verb_json_text(finding->id));
	json_object_set_new(object, "kind", json_string(health_kind_name(finding->kind)));
	json_object_set_new(
		object, "severity", json_string(health_severity_word(finding->severity)));
	json_object_set_new(object, "subject", verb_json_text(finding->subject));
	json_object_set_new(object, "evidence", verb_json_text(finding->evidence));
	json_object_set_new(object, "meaning", json_string(health_kind_meaning(finding->kind)));
	json_object_set_new(object, "seen", json_string(clock_format_rfc3339(finding->at_ms, at)));
	json_object_set_new(object, "statement",
		finding->statement == NULL ? json_null() : verb_json_text(finding->statement));
	json_object_set_new(object, "can_fix", json_boolean(health_can_repair(finding)));
	return object;
}

static void print_json(const struct session *session, const struct health_findings *findings)
{
	json_t *root = verb_json_head(session->pipeline, session->range, findings->at_ms);
	json_t *list = json_array();
	for (size_t i = 0; i < findings->count; i++)
		json_array_append_new(list, json_finding(&findings->items[i]));
	json_object_set_new(root, "findings", list);
	verb_print_json(root);
}

/* Something that nobody could look at is worse than something that is known to be wrong. */
static int status_of(const struct health_findings *findings)
{
	if (health_count(findings, HEALTH_UNKNOWN) > 0)
		return EXIT_WAREHOUSE;
	return health_count(findings, HEALTH_ERROR) + health_count(findings, HEALTH_WARNING) > 0
		       ? EXIT_GAPS_REMAIN
		       : EXIT_ALL_COMPLETE;
}

/* Yes, from --yes or from a person. */
static bool confirm(
	const struct config *config, const struct health_findings *findings, struct error *err)
{
	const struct health_finding *finding = health_find(findings, config->fix);
	struct buffer text = {0};
	char answer[ANSWER_BYTES] = "";
	if (finding == NULL || !health_can_repair(finding) || config->yes)
		return true; /* the repair says what is wrong with it */
	if (!isatty(STDIN_FILENO))
		return error_set(
			err, ERROR_USAGE, "nobody is there to be asked: --yes runs the statement");
	add_finding(&text, finding);
	buffer_add_text(&text, "\nRun it? [y/N] ");
	verb_print(stdout, &text);
	fflush(stdout);
	if (fgets(answer, sizeof(answer), stdin) != NULL &&
		(strcmp(answer, "y\n") == 0 || strcmp(answer, "yes\n") == 0))
		return true;
	return error_set(err, ERROR_CANCELLED, "nothing was changed");
}

static bool fix(const struct session *session, const struct health_request *request,
	struct health_findings *findings, struct error *err)
{
	struct health_findings before;
	bool is_gone;
	if (!health_look(request, &before, err))
		return false;
	bool done = confirm(session->config, &before, err);
	health_findings_release(&before);
	if (!done || !health_repair(request, session->config->fix, findings, &is_gone, err))
		return false;
	if (is_gone) {
		if (!session->config->json)
			printf("%s is mended\n\n", session->config->fix);
		return true;
	}
	health_findings_release(findings);
	return error_set(err, ERROR_WAREHOUSE,
		"%s: the statement ran, and the finding is still there", session->config->fix);
}

int verb_health(const struct config *config)
{
	struct session session;
	struct health_findings findings;
	struct error err;
	bool wants_to_fix = config->fix != NULL;
	if (config->argument_count > 0) {
		error_set(&err, ERROR_USAGE, "health takes no arguments");
		return verb_fail(&err);
	}
	if (!session_open(config, wants_to_fix, wants_to_fix, &session, &err))
		return verb_fail(&err);
	struct health_way ways[ALERT_WAY_COUNT];
	const struct alert_files files = {{[ALERT_BY_SLACK] = config->alert_slack,
		[ALERT_BY_WEBHOOK] = config->alert_webhook,
		[ALERT_BY_MAIL] = config->alert_mail}};
	const struct health_request request = {.pipeline = session.pipeline,
		.warehouse = session.warehouse,
		.range = session.range,
		.ways = ways,
		.way_count = alert_ways_look(&files, ways)};
	bool done = wants_to_fix ? fix(&session, &request, &findings, &err)
				 : health_look(&request, &findings, &err);
	int status = done ? status_of(&findings) : EXIT_WAREHOUSE;
	if (done && config->json)
		print_json(&session, &findings);
	else if (done)
		print_lines(&findings);
	if (done)
		health_findings_release(&findings);
	session_close(&session);
	return done ? status : verb_fail(&err);
}
