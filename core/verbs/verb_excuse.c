/* backcourt excuse: cells of which nothing is to be expected, who says so and why. */
#include "verb_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/person.h"
#include "coverage/select.h"
#include "ledger/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXCUSE_RANGES_SHOWN 3
#define EXCUSE_WORDS_BEFORE 2 /* TABLE DATES, then the reason */

/* What was asked for, without what only the coverage knows. */
static bool read_wish(const struct config *config, struct ledger_excuse *excuse, struct error *err)
{
	struct buffer reason = {0};
	*excuse = (struct ledger_excuse){.until = DATE_NONE, .made_ms = clock_wall_ms()};
	for (int i = EXCUSE_WORDS_BEFORE; i < config->argument_count; i++)
		buffer_add_format(
			&reason, "%s%s", reason.length > 0 ? " " : "", config->arguments[i]);
	bool fits = text_copy(excuse->reason, sizeof(excuse->reason), buffer_text(&reason));
	buffer_release(&reason);
	person_find(excuse->author, sizeof(excuse->author));
	if (!fits)
		return error_set(
			err, ERROR_USAGE, "a reason has at most %d bytes", LEDGER_EXCUSE_BYTES - 1);
	if (config->remove && (excuse->reason[0] != '\0' || config->until != NULL))
		return error_set(err, ERROR_USAGE, "--remove takes no reason and no --until");
	if (!config->remove && excuse->reason[0] == '\0')
		return error_set(err, ERROR_USAGE,
			"excuse wants a reason: excuse pgs 2021-11-16 \"games were postponed\"");
	if (config->until != NULL && !date_parse(config->until, &excuse->until))
		return error_set(err, ERROR_USAGE, "--until: \"%.60s\" is not a date (YYYY-MM-DD)",
			config->until);
	return true;
}

/* The table, and the dates of it that the words choose. */
static bool choose_dates(const struct config *config, struct ledger_excuse *excuse,
	struct date_set *dates, struct error *err)
{
	struct verb_view view;
	struct config bare = *config;
	bare.argument_count = 1; /* what follows is no table */
	if (!verb_view_open(&bare, &view, err))
		return false;
	const char *name = view.session.pipeline->tables[view.tables[0]].name;
	text_copy(excuse->table, sizeof(excuse->table), name);
	bool done =
		coverage_select(view.coverage, view.tables[0], config->arguments[1], dates, err);
	if (done && dates->count == 0)
		done = error_set(
			err, ERROR_USAGE, "no date of %s is %.60s", name, config->arguments[1]);
	verb_view_close(&view);
	return done;
}

/* The owner of the folder may be another console: what it has open must stay readable to it. */
static bool check_version(const char *folder, struct error *err)
{
	struct ledger *ledger;
	if (!ledger_exists(folder))
		return true;
	if (!ledger_open(folder, LEDGER_READ, &ledger, err))
		return false;
	ledger_close(ledger);
	return true;
}

/* Brings the ledger up to date, so that it comes before everything that reads. */
static bool open_ledger(
	const char *folder, struct lock **lock, struct ledger **ledger, struct error *err)
{
	*lock = NULL;
	if (!path_make_folder(folder, err))
		return false;
	if (!lock_take(folder, lock, NULL, err) &&
		(err->kind != ERROR_BUSY || !check_version(folder, err)))
		return false;
	if (ledger_open(folder, LEDGER_WRITE, ledger, err))
		return true;
	lock_free(*lock);
	return false;
}

static bool store(const struct config *config, struct ledger *ledger, struct ledger_excuse *excuse,
	struct date_set *dates, struct error *err)
{
	int64_t taken = 0;
	if (!choose_dates(config, excuse, dates, err))
		return false;
	if (!config->remove)
		return ledger_excuse(ledger, excuse, dates, err);
	if (!ledger_take_back(ledger, excuse, dates, &taken, err))
		return false;
	return taken > 0 || error_set(err, ERROR_USAGE, "%s is not excused on %.60s", excuse->table,
				    config->arguments[1]);
}

static bool has_ended(const struct ledger_excuse *excuse, int64_t now_ms)
{
	return excuse->until != DATE_NONE && excuse->until < clock_local_date(now_ms);
}

/* One line: some dates of a table that were excused together. */
static void add_line(const struct ledger_excuse *excuse, const struct date_set *dates,
	int64_t now_ms, struct buffer *into)
{
	char until[DATE_TEXT_BYTES], made[DATE_TEXT_BYTES];
	buffer_add_format(into, "%-30s ", excuse->table);
	date_set_say(dates, EXCUSE_RANGES_SHOWN, into);
	buffer_add_format(into, ": %s (%s, %s)", excuse->reason, excuse->author,
		date_format(clock_local_date(excuse->made_ms), made));
	if (excuse->until != DATE_NONE)
		buffer_add_format(into, ", %s %s", has_ended(excuse, now_ms) ? "ended" : "until",
			date_format(excuse->until, until));
	buffer_add_char(into, '\n');
}

static json_t *json_excuse(
	const struct ledger_excuse *excuse, const struct date_set *dates, int64_t now_ms)
{
	char text[CLOCK_TEXT_BYTES];
	json_t *object = json_object();
	json_object_set_new(object, "table", verb_json_text(excuse->table));
	json_object_set_new(object, "dates", verb_json_dates(dates));
	json_object_set_new(object, "until", verb_json_date(excuse->until));
	json_object_set_new(object, "holds", json_boolean(!has_ended(excuse, now_ms)));
	json_object_set_new(object, "reason", verb_json_text(excuse->reason));
	json_object_set_new(object, "author", verb_json_text(excuse->author));
	json_object_set_new(
		object, "made", json_string(clock_format_rfc3339(excuse->made_ms, text)));
	return object;
}

static bool belong_together(const struct ledger_excuse *a, const struct ledger_excuse *b)
{
	return strcmp(a->table, b->table) == 0 && strcmp(a->reason, b->reason) == 0 &&
	       strcmp(a->author, b->author) == 0 && a->until == b->until &&
	       a->made_ms == b->made_ms;
}

/* The excuse at *next and those that were made with it; *next goes on behind them. */
static void gather(const struct ledger_excuses *list, size_t *next, struct date_set *dates)
{
	size_t first = *next;
	date_set_clear(dates);
	for (; *next < list->count && belong_together(&list->items[first], &list->items[*next]);
		(*next)++)
		date_set_add(dates,
			(struct date_range){list->items[*next].date, list->items[*next].date});
}

static bool read_all(const char *folder, struct ledger_excuses *list, struct error *err)
{
	struct ledger *ledger;
	if (!ledger_exists(folder))
		return true;
	if (!ledger_open(folder, LEDGER_READ, &ledger, err))
		return false;
	bool done = ledger_read_excuses(ledger, DATE_RANGE_ALWAYS, list, err);
	ledger_close(ledger);
	return done;
}

static void print_list(const struct config *config, const struct session *session,
	const char *table, const struct ledger_excuses *list)
{
	int64_t now_ms = clock_wall_ms();
	struct date_set dates = {0};
	struct buffer text = {0};
	json_t *excuses = json_array();
	for (size_t next = 0; next < list->count;) {
		const struct ledger_excuse *excuse = &list->items[next];
		gather(list, &next, &dates);
		if (table != NULL && strcmp(table, excuse->table) != 0)
			continue;
		add_line(excuse, &dates, now_ms, &text);
		json_array_append_new(excuses, json_excuse(excuse, &dates, now_ms));
	}
	date_set_release(&dates);
	if (config->json) {
		json_t *head = verb_json_head(session->pipeline, session->range, now_ms);
		json_object_set(head, "excuses", excuses);
		verb_print_json(head);
		buffer_release(&text);
	} else {
		if (text.length == 0)
			buffer_add_text(&text, "nothing is excused\n");
		verb_print(stdout, &text);
	}
	json_decref(excuses);
}

static bool list_excuses(const struct config *config, struct error *err)
{
	struct session session;
	struct ledger_excuses list = {0};
	size_t tables[PIPELINE_TABLES_MAX], count;
	if (!session_open(config, false, false, &session, err))
		return false;
	bool done = verb_tables(session.pipeline, config, tables, &count, err) &&
		    read_all(session.state_folder, &list, err);
	if (done)
		print_list(config, &session,
			config->argument_count == 0 ? NULL
						    : session.pipeline->tables[tables[0]].name,
			&list);
	free(list.items);
	session_close(&session);
	return done;
}

static void print_stored(const struct config *config, const struct ledger_excuse *excuse,
	const struct date_set *dates)
{
	struct buffer text = {0};
	int64_t now_ms = clock_wall_ms();
	if (config->json) {
		json_t *object = json_excuse(excuse, dates, now_ms);
		json_object_set_new(object, "version", json_integer(VERB_JSON_VERSION));
		json_object_set_new(object, "removed", json_boolean(config->remove));
		verb_print_json(object);
		return;
	}
	if (config->remove) {
		buffer_add_format(&text, "%s: no longer excused on ", excuse->table);
		date_set_say(dates, EXCUSE_RANGES_SHOWN, &text);
		buffer_add_char(&text, '\n');
	} else
		add_line(excuse, dates, now_ms, &text);
	verb_print(stdout, &text);
}

static bool find_folder(const struct config *config, char **folder, struct error *err)
{
	struct session session;
	if (!session_open(config, false, false, &session, err))
		return false;
	*folder = memory_copy_text(session.state_folder);
	session_close(&session);
	return true;
}

static bool change_at(const struct config *config, const char *folder, struct ledger_excuse *excuse,
	struct error *err)
{
	struct date_set dates = {0};
	struct ledger *ledger;
	struct lock *lock;
	if (!open_ledger(folder, &lock, &ledger, err))
		return false;
	bool done = store(config, ledger, excuse, &dates, err);
	if (done)
		print_stored(config, excuse, &dates);
	date_set_release(&dates);
	ledger_close(ledger);
	lock_free(lock);
	return done;
}

static bool change(const struct config *config, struct error *err)
{
	struct ledger_excuse excuse;
	char *folder;
	if (config->read_only)
		return error_set(err, ERROR_USAGE, "--read-only: nothing is excused");
	if (!read_wish(config, &excuse, err) || !find_folder(config, &folder, err))
		return false;
	bool done = change_at(config, folder, &excuse, err);
	free(folder);
	return done;
}

int verb_excuse(const struct config *config)
{
	struct error err;
	bool done = config->argument_count < EXCUSE_WORDS_BEFORE ? list_excuses(config, &err)
								 : change(config, &err);
	return done ? EXIT_ALL_COMPLETE : verb_fail(&err);
}
