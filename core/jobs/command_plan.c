#include "command_parts.h"

#include <stdlib.h>

static bool is_off(const struct command_dates *all, date_t date)
{
	size_t low = 0, high = all->off_day_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (all->off_days[middle] < date)
			low = middle + 1;
		else
			high = middle;
	}
	return low < all->off_day_count && all->off_days[low] == date;
}

/* Nothing but off days lies between the two. */
static bool is_unbroken(const struct command_dates *all, date_t before, date_t after)
{
	for (date_t between = before + 1; between < after; between++)
		if (!is_off(all, between))
			return false;
	return true;
}

/* The first place at or after `from` where a new range begins; `date_count` when none does. */
static size_t end_of_range(const struct command_dates *all, size_t from)
{
	size_t end = from + 1;
	while (end < all->date_count && is_unbroken(all, all->dates[end - 1], all->dates[end]))
		end++;
	return end;
}

static void add_run(const struct command_dates *all, size_t from, size_t end, bool by_list,
	struct command_runs *runs)
{
	struct command_run run = {.date_count = end - from,
		.range = {all->dates[from], all->dates[end - 1]},
		.by_list = by_list};
	run.dates = memory_new_array(run.date_count, sizeof(*run.dates));
	for (size_t i = 0; i < run.date_count; i++)
		run.dates[i] = all->dates[from + i];
	ARRAY_GROW(runs->items, runs->count, runs->capacity);
	runs->items[runs->count++] = run;
}

static size_t longest_run(const struct command *command)
{
	switch (command->granularity) {
	case COMMAND_BY_RANGE:
		break;
	case COMMAND_BY_DATE:
		return 1;
	case COMMAND_BY_CHUNK:
		return command->chunk_dates;
	}
	return SIZE_MAX;
}

static size_t at_most(size_t from, size_t count, size_t end)
{
	return end - from > count ? from + count : end;
}

void command_plan(
	const struct command *command, const struct command_dates *dates, struct command_runs *runs)
{
	size_t longest = longest_run(command);
	bool has_list = command->takes_list || command->argv_dates_count > 0;
	for (size_t from = 0; from < dates->date_count;) {
		size_t unbroken = end_of_range(dates, from);
		size_t end = at_most(from, longest, unbroken);
		bool by_list = command->takes_list;
		/* A list where a range would end too early; a range where it reaches as far. */
		if (has_list && (by_list || end == unbroken)) {
			size_t listed = at_most(from,
				longest < COMMAND_LIST_DATES_MAX ? longest : COMMAND_LIST_DATES_MAX,
				dates->date_count);
			by_list |= listed > end;
			end = by_list ? listed : end;
		}
		add_run(dates, from, end, by_list, runs);
		from = end;
	}
}

void command_runs_release(struct command_runs *runs)
{
	for (size_t i = 0; i < runs->count; i++)
		free(runs->items[i].dates);
	free(runs->items);
	*runs = (struct command_runs){0};
}
