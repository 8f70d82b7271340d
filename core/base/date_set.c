#include "base/date_set.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define SEPARATORS ", \t\n"

void date_set_release(struct date_set *set)
{
	free(set->ranges);
	*set = (struct date_set){0};
}

void date_set_clear(struct date_set *set)
{
	set->count = 0;
}

/* The first range that ends at or after the date. */
static size_t place_of(const struct date_set *set, date_t date)
{
	size_t low = 0;
	size_t high = set->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (set->ranges[middle].last < date)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Puts `count` ranges in the place of those from `first` up to `end`. */
static void replace(struct date_set *set, size_t first, size_t end, const struct date_range *ranges,
	size_t count)
{
	size_t needed = set->count - (end - first) + count;
	if (needed > set->capacity) {
		set->capacity = needed < 8 ? 8 : needed * 2;
		set->ranges = memory_resize(set->ranges, set->capacity, sizeof(*set->ranges));
	}
	if (set->count > end)
		memmove(&set->ranges[first + count], &set->ranges[end],
			(set->count - end) * sizeof(*set->ranges));
	if (count > 0)
		memcpy(&set->ranges[first], ranges, count * sizeof(*ranges));
	set->count = needed;
}

void date_set_add(struct date_set *set, struct date_range range)
{
	if (range.last < range.first)
		return;
	/* A range that ends the day before is continued. */
	size_t first = place_of(set, range.first == INT32_MIN ? range.first : range.first - 1);
	size_t end = first;
	while (end < set->count &&
		(range.last == INT32_MAX || set->ranges[end].first <= range.last + 1)) {
		range = date_range_union(range, set->ranges[end]);
		end++;
	}
	replace(set, first, end, &range, 1);
}

void date_set_remove(struct date_set *set, struct date_range range)
{
	struct date_range left[2];
	size_t left_count = 0;
	if (range.last < range.first)
		return;
	size_t first = place_of(set, range.first);
	size_t end = first;
	while (end < set->count && set->ranges[end].first <= range.last)
		end++;
	if (end == first)
		return;
	if (set->ranges[first].first < range.first)
		left[left_count++] = (struct date_range){set->ranges[first].first, range.first - 1};
	if (set->ranges[end - 1].last > range.last)
		left[left_count++] = (struct date_range){range.last + 1, set->ranges[end - 1].last};
	replace(set, first, end, left, left_count);
}

bool date_set_has(const struct date_set *set, date_t date)
{
	size_t place = place_of(set, date);
	return place < set->count && set->ranges[place].first <= date;
}

int64_t date_set_days(const struct date_set *set)
{
	int64_t days = 0;
	for (size_t i = 0; i < set->count; i++)
		days += (int64_t)set->ranges[i].last - set->ranges[i].first + 1;
	return days;
}

struct date_range date_set_span(const struct date_set *set)
{
	if (set->count == 0)
		return (struct date_range){0, -1};
	return (struct date_range){set->ranges[0].first, set->ranges[set->count - 1].last};
}

date_t date_set_first(const struct date_set *set)
{
	return set->count == 0 ? DATE_NONE : set->ranges[0].first;
}

date_t date_set_next(const struct date_set *set, date_t date)
{
	size_t place = date == INT32_MAX ? set->count : place_of(set, date + 1);
	if (place == set->count)
		return DATE_NONE;
	return set->ranges[place].first > date ? set->ranges[place].first : date + 1;
}

void date_set_format(const struct date_set *set, struct buffer *into)
{
	char text[DATE_RANGE_TEXT_BYTES];
	for (size_t i = 0; i < set->count; i++) {
		struct date_range range = set->ranges[i];
		if (i > 0)
			buffer_add_char(into, ',');
		buffer_add_text(into, range.first == range.last ? date_format(range.first, text)
								: date_range_format(range, text));
	}
}

struct reading {
	const struct date_names *names;
	struct date_set included, excluded;
	bool includes; /* something was named, however empty it is */
};

static bool read_term(
	const struct reading *reading, const char *term, struct date_set *into, struct error *err)
{
	struct date_range range;
	if (term[0] == '@' || text_starts_with(term, "season:")) {
		if (reading->names->find == NULL)
			return error_set(err, ERROR_USAGE, "'%s' means nothing here", term);
		return reading->names->find(reading->names->context, term, into, err);
	}
	if (!date_range_parse(term, &range, err))
		return false;
	date_set_add(into, range);
	return true;
}

static bool read_text(struct reading *reading, const char *text, struct error *err)
{
	char term[DATE_SET_TERM_BYTES_MAX + 1];
	for (text += strspn(text, SEPARATORS); text[0] != '\0'; text += strspn(text, SEPARATORS)) {
		size_t length = strcspn(text, SEPARATORS);
		bool excludes = text[0] == '!';
		if (length > DATE_SET_TERM_BYTES_MAX)
			return error_set(err, ERROR_LIMIT,
				"'%.20s...' is longer than %d bytes: no date is", text,
				DATE_SET_TERM_BYTES_MAX);
		memcpy(term, text, length);
		term[length] = '\0';
		if (!read_term(reading, term + excludes,
			    excludes ? &reading->excluded : &reading->included, err))
			return false;
		reading->includes = reading->includes || !excludes;
		text += length;
	}
	return true;
}

bool date_set_parse(
	const char *text, const struct date_names *names, struct date_set *set, struct error *err)
{
	struct reading reading = {.names = names};
	if (strlen(text) > DATE_SET_TEXT_BYTES_MAX)
		return error_set(err, ERROR_LIMIT, "the dates are longer than %d bytes",
			DATE_SET_TEXT_BYTES_MAX);
	if (text[strspn(text, SEPARATORS)] == '\0')
		return error_set(err, ERROR_USAGE,
			"no dates: write 2021-11-16..2021-11-30, 2021-11, season:2021-22 or @gaps");
	bool done = read_text(&reading, text, err);
	if (done) {
		if (!reading.includes)
			date_set_add(&reading.included, names->everything);
		for (size_t i = 0; i < reading.excluded.count; i++)
			date_set_remove(&reading.included, reading.excluded.ranges[i]);
		date_set_release(set);
		*set = reading.included;
	} else
		date_set_release(&reading.included);
	date_set_release(&reading.excluded);
	return done;
}
