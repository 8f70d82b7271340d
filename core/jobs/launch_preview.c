#include "jobs/launch_preview.h"

#include "base/date_set.h"
#include "base/memory.h"
#include "attempts.h"
#include "jobs/checkpoint.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REASONS_NAMED 4 /* dates whose refusal is spelled out */
#define COMMIT_DIGITS 8

/* What the coverage knows */

static void predict(struct launch_item *item, const struct coverage *coverage, date_t date)
{
	int64_t rows[PIPELINE_TABLES_MAX];
	struct buffer why = {0};
	char text[DATE_TEXT_BYTES];
	for (size_t i = 0; i < coverage->pipeline->table_count; i++) {
		const struct cell *cell = coverage_cell(coverage, i, date);
		rows[i] = cell != NULL && cell->rows_known ? cell->rows : -1;
	}
	enum command_prediction prediction =
		command_predict(coverage->pipeline, item->table, rows, &why);
	bool refuses = prediction == COMMAND_REFUSES;
	int *count = refuses ? &item->refused_count : &item->unknown_count;
	if (prediction != COMMAND_ACCEPTS && (*count)++ < REASONS_NAMED)
		buffer_add_format(refuses ? &item->refused : &item->unknown, "%s%s (%s)",
			*count > 1 ? ", " : "", date_format_short(date, text), buffer_text(&why));
	buffer_release(&why);
}

/* A script that walks a range crosses them. */
static void find_off_days(struct launch_item *item, const struct coverage *coverage)
{
	date_t first = item->dates[0], last = item->dates[item->date_count - 1];
	item->off_days = memory_new_array((size_t)(last - first) + 1, sizeof(date_t));
	for (date_t date = first; date <= last; date++) {
		const struct cell *cell = coverage_cell(coverage, item->table, date);
		if (cell != NULL && cell->expects == EXPECTED_NOT_OFF)
			item->off_days[item->off_day_count++] = date;
	}
}

void launch_item_init(struct launch_item *item, const struct coverage *coverage, size_t table,
	const struct command *command, const date_t *dates, size_t date_count)
{
	*item = (struct launch_item){.table = table, .command = command, .date_count = date_count};
	item->dates = memory_new_array(date_count + 1, sizeof(date_t));
	if (date_count == 0)
		return;
	memcpy(item->dates, dates, date_count * sizeof(date_t));
	find_off_days(item, coverage);
	for (size_t i = 0; i < date_count; i++)
		predict(item, coverage, dates[i]);
}

void launch_item_release(struct launch_item *item)
{
	free(item->dates);
	free(item->off_days);
	free(item->failed);
	buffer_release(&item->refused);
	buffer_release(&item->unknown);
	buffer_release(&item->checkpoint);
	*item = (struct launch_item){0};
}

static struct command_runs plan(const struct launch_item *item)
{
	struct command_dates dates = {
		item->dates, item->off_days, item->date_count, item->off_day_count};
	struct command_runs runs = {0};
	if (item->date_count > 0)
		command_plan(item->command, &dates, &runs);
	return runs;
}

/* What has to be asked for */

static void count_failures(
	struct launch_item *item, const char *table_name, const char *state_folder)
{
	struct ledger *ledger = NULL;
	int64_t *counts = memory_new_array(item->date_count + 1, sizeof(*counts));
	bool known = !ledger_exists(state_folder) ||
		     (ledger_open(state_folder, LEDGER_READ, &ledger, NULL) &&
			     attempts_count(ledger, table_name, item->dates, item->date_count,
				     ATTEMPTS_FAILED, counts, NULL));
	ledger_close(ledger);
	if (known)
		item->failed = counts;
	else
		free(counts);
}

static bool clears_checkpoint(const struct command *command)
{
	for (size_t i = 0; i < command->argv_count; i++)
		if (strcmp(command->argv[i], "--no-resume") == 0)
			return true;
	return false;
}

/* A job that is given a list of dates does not look at its checkpoint. */
static void look_at_checkpoint(struct launch_item *item, const struct command_run *run)
{
	struct error err = {0};
	char *path = run->by_list ? NULL : command_checkpoint(item->command, run->range);
	if (path == NULL)
		return;
	struct checkpoint_file *file = checkpoint_file_new(path);
	if (checkpoint_file_read_whole(file, &err) == CHECKPOINT_DAMAGED)
		buffer_add_format(&item->checkpoint, "%s%s",
			item->checkpoint.length > 0 ? "; " : "", err.text);
	const struct checkpoint *good = checkpoint_file_good(file);
	struct buffer trap = {0};
	if (good != NULL)
		checkpoint_describe_resume(good, &trap);
	if (trap.length > 0)
		buffer_add_format(&item->checkpoint, "%s%s%s",
			item->checkpoint.length > 0 ? "; " : "",
			clears_checkpoint(item->command)
				? "cleared first (--no-resume); without that "
				: "",
			buffer_text(&trap));
	buffer_release(&trap);
	checkpoint_file_free(file);
	free(path);
}

void launch_item_look(struct launch_item *item, const char *table_name, const char *state_folder)
{
	struct error err = {0};
	struct command_runs runs = plan(item);
	if (!command_preflight(item->command, &err))
		text_copy(item->trouble, sizeof(item->trouble), err.text);
	item->git = git_state_read(item->command->cwd);
	count_failures(item, table_name, state_folder);
	for (size_t i = 0; i < runs.count; i++)
		look_at_checkpoint(item, &runs.items[i]);
	command_runs_release(&runs);
}

/* As text */

static void add_line(struct launch_preview *preview, enum launch_line_kind kind, const char *label,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

static void add_line(struct launch_preview *preview, enum launch_line_kind kind, const char *label,
	const char *format, ...)
{
	va_list arguments;
	char *text;
	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = memory_copy_text("");
	va_end(arguments);
	text_make_printable(text);
	ARRAY_GROW(preview->lines, preview->line_count, preview->line_capacity);
	preview->lines[preview->line_count++] = (struct launch_line){kind, label, text};
}

static void say_commands(struct launch_preview *preview, const struct launch_item *item,
	const struct command_runs *runs)
{
	for (size_t i = 0; i < runs->count; i++) {
		struct buffer shown = {0};
		command_show(item->command, &runs->items[i], &shown);
		if (i < LAUNCH_COMMANDS_MAX)
			add_line(preview, LAUNCH_COMMAND, "", "%s", buffer_text(&shown));
		buffer_add_format(&preview->commands, "%s\n", buffer_text(&shown));
		buffer_release(&shown);
	}
	if (runs->count > LAUNCH_COMMANDS_MAX)
		add_line(preview, LAUNCH_FACT, "", "and %zu more, one after the other",
			runs->count - LAUNCH_COMMANDS_MAX);
	preview->process_count += (int)runs->count;
}

static void say_dates(struct launch_preview *preview, const struct launch_item *item)
{
	struct date_set set = {0};
	struct buffer text = {0};
	for (size_t i = 0; i < item->date_count; i++)
		date_set_add(&set, (struct date_range){item->dates[i], item->dates[i]});
	date_set_format(&set, &text);
	add_line(preview, LAUNCH_FACT, "dates", "%zu: %s", item->date_count, buffer_text(&text));
	buffer_release(&text);
	date_set_release(&set);
}

static void say_environment(struct launch_preview *preview, const struct launch_item *item)
{
	char **list = command_shown_environment(item->command);
	struct buffer text = {0};
	for (size_t i = 0; list[i] != NULL; i++)
		buffer_add_format(&text, "%s%s", i > 0 ? "  " : "", list[i]);
	if (text.length > 0)
		add_line(preview, LAUNCH_FACT, "env", "%s", buffer_text(&text));
	buffer_release(&text);
	command_list_free(list);
}

static void say_folder(struct launch_preview *preview, const struct launch_item *item)
{
	const struct git_state *git = &item->git;
	add_line(preview, LAUNCH_FACT, "cwd", "%s", item->command->cwd);
	if (git->is_known)
		add_line(preview, git->is_dirty ? LAUNCH_WARNING : LAUNCH_FACT, "commit", "%.*s%s",
			COMMIT_DIGITS, git->commit,
			git->is_dirty ? ", and files that differ from it" : "");
	else
		add_line(preview, LAUNCH_FACT, "commit", "not known");
}

static void say_predictions(struct launch_preview *preview, const struct launch_item *item)
{
	if (item->refused_count > 0)
		add_line(preview, LAUNCH_WARNING, "refuses", "%d of %zu dates: %s%s",
			item->refused_count, item->date_count, buffer_text(&item->refused),
			item->refused_count > REASONS_NAMED ? ", ..." : "");
	if (item->unknown_count > 0)
		add_line(preview, LAUNCH_FACT, "may refuse", "%d of %zu dates: %s%s",
			item->unknown_count, item->date_count, buffer_text(&item->unknown),
			item->unknown_count > REASONS_NAMED ? ", ..." : "");
}

/* From the third failure on the script locks out whom it could not compute. */
static void say_lock_out(struct launch_preview *preview, const struct launch_item *item)
{
	struct buffer text = {0};
	char date[DATE_TEXT_BYTES];
	int count = 0;
	bool is_last_try = false;
	if (item->failed == NULL) {
		add_line(preview, LAUNCH_WARNING, "failed", "not known: the ledger cannot be read");
		return;
	}
	for (size_t i = 0; i < item->date_count; i++) {
		if (item->failed[i] == 0)
			continue;
		is_last_try |= item->failed[i] >= LAUNCH_LOCKOUT_TRIES - 1;
		if (count++ < REASONS_NAMED)
			buffer_add_format(&text, "%s%s (%lld)", count > 1 ? ", " : "",
				date_format_short(item->dates[i], date),
				(long long)item->failed[i]);
	}
	if (count > 0)
		add_line(preview, is_last_try ? LAUNCH_WARNING : LAUNCH_FACT, "failed",
			"%s%s so often before%s", buffer_text(&text),
			count > REASONS_NAMED ? " and others" : "",
			is_last_try ? "; after the third failure of a date the scripts leave its "
				      "players out for days"
				    : "");
	buffer_release(&text);
}

static void say_item(struct launch_preview *preview, const struct pipeline *pipeline,
	const struct launch_item *item)
{
	struct command_runs runs = plan(item);
	add_line(preview, LAUNCH_TABLE, "", "%s: %zu %s", pipeline->tables[item->table].name,
		runs.count, runs.count == 1 ? "process" : "processes, one after the other");
	say_commands(preview, item, &runs);
	if (item->trouble[0] != '\0')
		add_line(preview, LAUNCH_ERROR, "cannot", "%s", item->trouble);
	say_dates(preview, item);
	say_environment(preview, item);
	say_folder(preview, item);
	say_predictions(preview, item);
	say_lock_out(preview, item);
	if (item->checkpoint.length > 0)
		add_line(preview, LAUNCH_WARNING, "checkpoint", "%s",
			buffer_text(&item->checkpoint));
	command_runs_release(&runs);
}

struct launch_preview *launch_say(
	const struct pipeline *pipeline, const struct launch_item *items, size_t count)
{
	struct launch_preview *preview = memory_new(sizeof(*preview));
	preview->date = DATE_NONE;
	for (size_t i = 0; i < count; i++)
		say_item(preview, pipeline, &items[i]);
	return preview;
}

void launch_preview_free(struct launch_preview *preview)
{
	if (preview == NULL)
		return;
	for (size_t i = 0; i < preview->line_count; i++)
		free(preview->lines[i].text);
	free(preview->lines);
	buffer_release(&preview->commands);
	free(preview);
}
