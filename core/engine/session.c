#include "engine/session.h"

#include "base/date_set.h"
#include "base/memory.h"
#include "base/path.h"
#include "warehouse/budget.h"

#include <stdlib.h>
#include <string.h>

#define MEBIBYTE	 1048576
#define RANGE_FILE	 "range"
#define RANGE_FILE_BYTES 64

static bool is_empty(struct date_range range)
{
	return range.last < range.first;
}

static bool overlap(struct date_range a, struct date_range b)
{
	return !is_empty(a) && !is_empty(b) && a.first <= b.last && b.first <= a.last;
}

struct date_range session_choose_range(
	const struct pipeline *pipeline, const struct calendar *calendar, struct date_range last)
{
	struct date_range schedule = calendar_schedule(calendar);
	if (schedule.first == DATE_NONE)
		return is_empty(last) ? pipeline->range : last;
	if (overlap(last, schedule))
		return last;
	if (overlap(pipeline->range, schedule))
		return pipeline->range;
	return calendar_newest_season(calendar);
}

bool session_remember_range(const char *state_folder, struct date_range range, struct error *err)
{
	char text[DATE_RANGE_TEXT_BYTES];
	char *path = path_join(state_folder, RANGE_FILE);
	date_range_format(range, text);
	bool done = path_write_file(path, text, strlen(text), err);
	free(path);
	return done;
}

bool session_recall_range(const char *state_folder, struct date_range *range)
{
	struct buffer text = {0};
	char *path = path_join(state_folder, RANGE_FILE);
	bool done = path_exists(path) && path_read_file(path, RANGE_FILE_BYTES, &text, NULL) &&
		    date_range_parse(buffer_text(&text), range, NULL);
	buffer_release(&text);
	free(path);
	return done;
}

static bool read_calendar(
	const struct session *session, struct calendar **calendar, struct error *err)
{
	struct warehouse *warehouse;
	*calendar = NULL;
	if (!warehouse_exists(session->warehouse)) {
		*calendar = calendar_new(session->pipeline, NULL);
		return true;
	}
	if (!warehouse_open(session->warehouse, WAREHOUSE_READ, &warehouse, err))
		return false;
	warehouse_set_cancel(warehouse, session->stop);
	bool done = calendar_load(warehouse, session->pipeline, calendar, err);
	warehouse_close(warehouse);
	return done;
}

/* What @names select is known later, when there is a coverage: they add nothing to the span. */
static bool find_season(
	const void *context, const char *name, struct date_set *into, struct error *err)
{
	const struct pipeline *pipeline = context;
	struct date_range dates;
	if (pipeline_dates(pipeline, name, &dates)) {
		date_set_add(into, dates);
		return true;
	}
	if (name[0] == '@')
		return true;
	return error_set(err, ERROR_USAGE, "%s has no %s", pipeline->name, name);
}

static bool select_dates(
	const struct pipeline *pipeline, const char *text, struct date_set *into, struct error *err)
{
	struct date_names names = {.find = find_season, .context = pipeline, .everything = {0, -1}};
	return date_set_parse(text, &names, into, err);
}

bool session_check_range(const struct pipeline *pipeline, const char *text, struct error *err)
{
	struct date_range range;
	struct date_set dates = {0};
	bool fits =
		date_range_parse(text, &range, NULL) || select_dates(pipeline, text, &dates, err);
	date_set_release(&dates);
	return fits;
}

/* One range, or a selection of dates: then the session's range is its span. */
static bool read_range_option(struct session *session, struct error *err)
{
	const char *text = session->config->range;
	struct date_set dates = {0};
	if (text == NULL)
		return true;
	session->range_is_given = date_range_parse(text, &session->range, NULL);
	if (session->range_is_given)
		return true;
	if (!select_dates(session->pipeline, text, &dates, err))
		return error_prefix(err, "--range");
	session->selection = text;
	session->range_is_given = dates.count > 0;
	if (session->range_is_given)
		session->range = date_set_span(&dates);
	date_set_release(&dates);
	return true;
}

static bool choose_range(struct session *session, bool for_report, struct error *err)
{
	struct calendar *calendar;
	struct date_range last = {0, -1};
	if (!read_range_option(session, err))
		return false;
	if (!session->range_is_given && !session_recall_range(session->state_folder, &last))
		last = (struct date_range){0, -1};
	if (!read_calendar(session, &calendar, err)) {
		if (!for_report)
			return false;
		session->has_trouble = true;
		calendar = calendar_new(session->pipeline, NULL);
	}
	session->has_data = calendar_schedule(calendar).first != DATE_NONE;
	if (!session->range_is_given)
		session->range = session_choose_range(session->pipeline, calendar, last);
	calendar_free(calendar);
	return true;
}

/* Read-only sessions need no state folder, so they make none. */
static bool take_lock(
	struct session *session, bool wants_to_write, bool must_write, struct error *err)
{
	session->read_only = session->config->read_only || !wants_to_write;
	if (session->read_only && must_write)
		return error_set(err, ERROR_USAGE, "this verb writes: it cannot be --read-only");
	if (session->read_only)
		return true;
	if (!path_make_folder(session->state_folder, err))
		return false;
	if (lock_take(session->state_folder, &session->lock, session->holder, err))
		return true;
	session->lock = NULL;
	if (must_write || err->kind != ERROR_BUSY)
		return false;
	session->read_only = true;
	return true;
}

static bool open_parts(struct session *session, struct error *err)
{
	const struct config *config = session->config;
	session->rules = rules_find(config->rules);
	session->alerts.slow_factor = config->slow_factor;
	return alert_settings_parse_off(config->alert_off, &session->alerts, err) &&
	       pipeline_load(config->pipeline, &session->pipeline, err) &&
	       config_state_folder(config, session->pipeline->name, &session->state_folder, err) &&
	       config_warehouse(config, session->pipeline->name, &session->warehouse, err) &&
	       warehouse_check_spec(session->warehouse, err);
}

/* What BigQuery has to know of this session before anything is asked. */
static void set_terms(struct session *session)
{
	const struct config *config = session->config;
	char *file = path_join(session->state_folder, BUDGET_FILE);
	budget_set(file, (int64_t)config->budget * MEBIBYTE);
	free(file);
	if (!config->read_only)
		return;
	char *spec = warehouse_read_only_spec(session->warehouse);
	free(session->warehouse);
	session->warehouse = spec;
}

static bool open_on_terms(struct session *session, struct error *err)
{
	if (!open_parts(session, err))
		return false;
	set_terms(session);
	return true;
}

static bool open_and_lock(
	struct session *session, bool wants_to_write, bool must_write, struct error *err)
{
	if (open_on_terms(session, err) && take_lock(session, wants_to_write, must_write, err) &&
		choose_range(session, false, err))
		return true;
	session_close(session);
	return false;
}

bool session_open(const struct config *config, bool wants_to_write, bool must_write,
	struct session *session, struct error *err)
{
	*session = (struct session){.config = config};
	return open_and_lock(session, wants_to_write, must_write, err);
}

bool session_open_stoppable(const struct config *config, struct cancel *stop,
	struct session *session, struct error *err)
{
	*session = (struct session){.config = config, .stop = stop};
	bool done = open_and_lock(session, true, true, err);
	session->stop = NULL;
	return done;
}

bool session_open_report(const struct config *config, struct session *session, struct error *err)
{
	*session = (struct session){.config = config, .read_only = true};
	if (open_on_terms(session, err) && choose_range(session, true, err))
		return true;
	session_close(session);
	return false;
}

bool session_own(struct session *session)
{
	struct error err;
	if (!session->read_only || session->config->read_only ||
		!lock_take(session->state_folder, &session->lock, session->holder, &err))
		return false;
	session->read_only = false;
	session->holder[0] = '\0';
	return true;
}

void session_close(struct session *session)
{
	lock_free(session->lock);
	pipeline_free(session->pipeline);
	free(session->warehouse);
	free(session->state_folder);
	*session = (struct session){0};
}

struct engine_options session_engine_options(const struct session *session)
{
	const struct config *config = session->config;
	const struct pipeline *pipeline = session->pipeline;
	return (struct engine_options){.pipeline = pipeline,
		.warehouse = session->warehouse,
		.state_folder = session->state_folder,
		.rules = session->rules,
		.workers = config->workers > 0 ? config->workers : pipeline->workers,
		.pace_ms = config->pace,
		.auto_launch =
			config->auto_launch < 0 ? pipeline->auto_launch : config->auto_launch != 0,
		.alerts = session->alerts,
		.alert_hook = config->alert_hook,
		.alert_files = {{[ALERT_BY_SLACK] = config->alert_slack,
			[ALERT_BY_WEBHOOK] = config->alert_webhook,
			[ALERT_BY_MAIL] = config->alert_mail}},
		.read_only = session->read_only};
}
