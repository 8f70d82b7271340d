#include "witness/checkpoints.h"

#include "base/date_set.h"
#include "base/memory.h"
#include "coverage/select.h"
#include "jobs/checkpoint.h"
#include "jobs/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_END     "_{start}_{end}.json"
#define RANGES_NAMED 4

static void add_says(struct checkpoints *checkpoints, const struct checkpoint *from, size_t table,
	date_t date, const char *words)
{
	ARRAY_GROW(checkpoints->items, checkpoints->count, checkpoints->capacity);
	struct checkpoint_says *says = &checkpoints->items[checkpoints->count++];
	*says = (struct checkpoint_says){.table = table, .date = date, .at_ms = from->updated_ms};
	text_copy(says->words, sizeof(says->words), words);
}

static void add_list(struct checkpoints *checkpoints, const struct checkpoint *from, size_t table,
	const struct checkpoint_dates *dates, const char *words)
{
	for (size_t i = 0; i < dates->count; i++)
		add_says(checkpoints, from, table, dates->items[i], words);
}

static void add_failures(
	struct checkpoints *checkpoints, const struct checkpoint *from, size_t table)
{
	char words[CHECKPOINT_WORDS_BYTES], resume[DATE_TEXT_BYTES];
	snprintf(words, sizeof(words), "failed; the job would resume at %s and never retry it",
		date_format(from->resume_date, resume));
	for (size_t i = 0; i < from->failed.count; i++) {
		bool is_left = !from->is_starting_over && from->failed.items[i] < from->resume_date;
		add_says(checkpoints, from, table, from->failed.items[i],
			is_left ? words : "failed");
	}
}

static void note(struct buffer *into, const char *text)
{
	buffer_add_format(into, "%s%s", into->length > 0 ? "; " : "", text);
}

static void take(struct checkpoints *checkpoints, size_t table, const struct checkpoint *from)
{
	struct checkpoint_state *state = &checkpoints->states[table];
	struct buffer trap = {0};
	size_t before = checkpoints->count;
	add_list(checkpoints, from, table, &from->skipped, "skipped");
	add_failures(checkpoints, from, table);
	size_t successes = checkpoints->count;
	add_list(checkpoints, from, table, &from->successful, "success");
	for (size_t i = before; i < checkpoints->count; i++)
		checkpoints->items[i].is_success = i >= successes;
	checkpoint_describe_resume(from, &trap);
	if (trap.length > 0)
		note(&state->trap, buffer_text(&trap));
	for (int i = 0; i < from->finding_count; i++)
		note(&state->trouble, from->findings[i]);
	buffer_release(&trap);
}

static bool read_file(struct checkpoints *checkpoints, size_t table, const char *path)
{
	struct checkpoint_file *file = checkpoint_file_new(path);
	struct error err = {0};
	bool is_whole = checkpoint_file_read_whole(file, &err) != CHECKPOINT_DAMAGED;
	if (!is_whole)
		note(&checkpoints->states[table].trouble, err.text);
	else if (checkpoint_file_good(file) != NULL)
		take(checkpoints, table, checkpoint_file_good(file));
	checkpoint_file_free(file);
	return is_whole;
}

static bool overlap(struct date_range a, struct date_range b)
{
	return a.first <= b.last && b.first <= a.last;
}

/* Every file of the job: its name has the range that was asked for, and that may have been any. */
static void read_job(
	struct checkpoints *checkpoints, size_t table, const char *pattern, struct date_range range)
{
	const char *slash = strrchr(pattern, '/');
	struct checkpoint_list list = {0};
	struct error err;
	if (slash == NULL || !text_ends_with(slash, NAME_END))
		return;
	char *folder = memory_copy_span(pattern, (size_t)(slash - pattern));
	char *job = memory_copy_span(slash + 1, strlen(slash + 1) - strlen(NAME_END));
	bool is_whole = checkpoint_list(folder, job, &list, &err);
	if (!is_whole)
		note(&checkpoints->states[table].trouble, err.text);
	for (size_t i = 0; is_whole && i < list.count; i++)
		if (overlap(list.items[i].range, range))
			is_whole = read_file(checkpoints, table, list.items[i].path);
	checkpoints->states[table].is_read = is_whole;
	checkpoint_list_release(&list);
	free(folder);
	free(job);
}

/* Of two files that speak of one date the one that was written later is right. */
static int by_age(const void *a, const void *b)
{
	const struct checkpoint_says *first = a, *second = b;
	return (first->at_ms > second->at_ms) - (first->at_ms < second->at_ms);
}

void checkpoints_read(
	const struct pipeline *pipeline, struct date_range range, struct checkpoints *checkpoints)
{
	*checkpoints = (struct checkpoints){.table_count = pipeline->table_count};
	checkpoints->states = memory_new_array(pipeline->table_count, sizeof(*checkpoints->states));
	for (size_t i = 0; i < pipeline->table_count; i++) {
		struct command *command = NULL;
		if (pipeline->tables[i].job.executor != EXECUTOR_COMMAND ||
			!command_parse(pipeline, i, &command, NULL))
			continue;
		if (command->checkpoint != NULL)
			read_job(checkpoints, i, command->checkpoint, range);
		command_free(command);
	}
	if (checkpoints->count > 1)
		qsort(checkpoints->items, checkpoints->count, sizeof(*checkpoints->items), by_age);
}

void checkpoints_release(struct checkpoints *checkpoints)
{
	for (size_t i = 0; i < checkpoints->table_count; i++) {
		buffer_release(&checkpoints->states[i].trap);
		buffer_release(&checkpoints->states[i].trouble);
	}
	free(checkpoints->states);
	free(checkpoints->items);
	*checkpoints = (struct checkpoints){0};
}

void checkpoints_apply(const struct checkpoints *checkpoints, struct coverage *coverage)
{
	for (size_t i = 0; i < checkpoints->table_count; i++)
		if (checkpoints->states[i].is_read)
			coverage_forget_checkpoints(coverage, i);
	for (size_t i = 0; i < checkpoints->count; i++) {
		const struct checkpoint_says *says = &checkpoints->items[i];
		if (checkpoints->states[says->table].is_read)
			coverage_set_checkpoint(coverage, says->table, says->date,
				&(struct checkpoint_note){
					says->is_success, says->words, says->at_ms});
	}
}

int checkpoints_contradictions(const struct coverage *coverage, size_t table, struct buffer *into)
{
	struct date_set dates = {0};
	for (date_t date = coverage->range.first; date <= coverage->range.last; date++)
		if (coverage_checkpoint_is_wrong(coverage, table, date))
			date_set_add(&dates, (struct date_range){date, date});
	int count = (int)date_set_days(&dates);
	if (count > 0) {
		buffer_add_format(into,
			"the checkpoint says success on %d %s that the table lacks: ", count,
			count == 1 ? "date" : "dates");
		date_set_say(&dates, RANGES_NAMED, into);
	}
	date_set_release(&dates);
	return count;
}
