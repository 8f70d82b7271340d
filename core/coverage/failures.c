#include "coverage/failures.h"

#include "base/memory.h"
#include "coverage/select.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* What says that something is too early, and not that something is wrong. Three attempts that were
 * too early make a CIRCUIT_BREAKER_ACTIVE of the same entity. INCOMPLETE_UPSTREAM (what the later
 * scripts split off from EXPECTED_INCOMPLETE), UPSTREAM_INCOMPLETE and MISSING_UPSTREAM_IN_BACKFILL
 * are real on any day: somebody has to see to the table above. */
static const char *const early[] = {"INSUFFICIENT_DATA", "INCOMPLETE_DATA",
	"INCOMPLETE_DATA_SKIPPED", "EXPECTED_INCOMPLETE", "MISSING_DEPENDENCY",
	"MISSING_DEPENDENCIES", "MISSING_UPSTREAM", "MINIMUM_THRESHOLD_NOT_MET", "NO_SHOT_ZONE",
	"CIRCUIT_BREAKER_ACTIVE"};

/* Of the entities of a date, once the season is no longer young. */
#define USUAL_PERCENT	   30
#define USUAL_LATE_PERCENT 20
#define LATE_FROM_DAY	   60

bool failure_is_early(const char *category)
{
	for (size_t i = 0; i < ARRAY_COUNT(early); i++)
		if (strcmp(category, early[i]) == 0)
			return true;
	return false;
}

bool failure_is_expected(
	const char *category, const struct season_day *day, int64_t failed, int64_t rows)
{
	if (!failure_is_early(category) || day->number < 0)
		return false;
	if (day->number < day->early_days)
		return true;
	int percent = day->number < LATE_FROM_DAY ? USUAL_PERCENT : USUAL_LATE_PERCENT;
	return rows >= 0 && failed * 100 <= (failed + rows) * percent;
}

struct search {
	const struct coverage *coverage;
	const struct failure_evidence *evidence;
	struct failures *failures;
	int early_days;
};

static struct failure_group *find_group(
	struct search *search, size_t table, const char *category, bool is_expected)
{
	struct failures *failures = search->failures;
	for (size_t i = 0; i < failures->count; i++) {
		struct failure_group *group = &failures->groups[i];
		if (group->table == table && group->is_expected == is_expected &&
			strcmp(group->category, category) == 0)
			return group;
	}
	if (failures->count == FAILURE_GROUPS_MAX) {
		failures->left_out++;
		return NULL;
	}
	struct failure_group *group = &failures->groups[failures->count++];
	*group = (struct failure_group){.table = table, .is_expected = is_expected, .words = ""};
	text_copy(group->category, sizeof(group->category), category);
	return group;
}

static int tries_of(const struct search *search, size_t table, date_t date)
{
	size_t low = 0, high = search->evidence->try_count;
	const struct try_count *tries = search->evidence->tries;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		bool is_before = tries[middle].table < table ||
				 (tries[middle].table == table && tries[middle].date < date);
		low = is_before ? middle + 1 : low;
		high = is_before ? high : middle;
	}
	bool found = low < search->evidence->try_count && tries[low].table == table &&
		     tries[low].date == date;
	return found ? tries[low].tries : 0;
}

static void add_date(struct search *search, struct failure_group *group, date_t date)
{
	int tries = tries_of(search, group->table, date);
	bool is_later = group->dates.count == 0 || date_set_span(&group->dates).last < date;
	if (is_later)
		coverage_add_date(search->coverage, group->table, date, &group->dates);
	else
		date_set_add(&group->dates, (struct date_range){date, date});
	group->tries = tries > group->tries ? tries : group->tries;
}

static void keep_words(struct search *search, struct failure_group *group, const char *words)
{
	if (group->words[0] == '\0' && words[0] != '\0')
		group->words = arena_copy_text(&search->failures->arena, words);
}

static struct season_day day_of_season(const struct search *search, date_t date)
{
	struct calendar_day day = calendar_day(search->coverage->calendar, date);
	return (struct season_day){day.season < 0 ? -1 : day.day_of_season, search->early_days};
}

/* "PROCESSING_ERROR: the disk is full" -> its length up to the colon; 0: no category. */
static size_t category_length(const char *words)
{
	size_t length = 0;
	while (isupper((unsigned char)words[length]) || words[length] == '_')
		length++;
	return length > 0 && words[length] == ':' ? length : 0;
}

static void add_whole_date(struct search *search, size_t table, date_t date)
{
	const struct cell *cell = coverage_cell(search->coverage, table, date);
	bool is_failed = cell->attempt == ATTEMPT_FAILED || cell->attempt == ATTEMPT_TIMED_OUT;
	char category[TABLE_NAME_BYTES] = "FAILED";
	if (!is_failed || cell->passes)
		return;
	const char *words = cell->attempt_words;
	size_t length = category_length(words);
	if (length > 0 && length < sizeof(category)) {
		memcpy(category, words, length);
		category[length] = '\0';
		words += length + 1;
		words += strspn(words, " ");
	} else if (cell->attempt == ATTEMPT_TIMED_OUT) {
		text_copy(category, sizeof(category), "TIMEOUT");
	}
	struct season_day day = day_of_season(search, date);
	bool is_expected = failure_is_expected(category, &day, 1, 0);
	struct failure_sum *sum =
		is_expected ? &search->failures->expected : &search->failures->real;
	struct failure_group *group = find_group(search, table, category, is_expected);
	sum->dates++;
	if (group == NULL)
		return;
	group->whole_dates++;
	add_date(search, group, date);
	keep_words(search, group, words);
}

static void add_whole_dates(struct search *search)
{
	const struct coverage *coverage = search->coverage;
	for (size_t table = 0; table < coverage->pipeline->table_count; table++)
		for (date_t date = coverage->range.first; date <= coverage->range.last; date++)
			add_whole_date(search, table, date);
}

static bool is_same_cell(const struct failure_count *a, const struct failure_count *b)
{
	return a->date == b->date && strcmp(a->table, b->table) == 0;
}

/* All of the cell that were too early: together they are measured. */
static int64_t count_early(const struct failure_counts *records, size_t index)
{
	const struct failure_count *record = &records->items[index];
	int64_t sum = 0;
	size_t first = index;
	while (first > 0 && is_same_cell(&records->items[first - 1], record))
		first--;
	for (size_t i = first; i < records->count && is_same_cell(&records->items[i], record); i++)
		if (failure_is_early(records->items[i].category))
			sum += records->items[i].entities;
	return sum;
}

static void add_record(struct search *search, size_t index)
{
	const struct failure_counts *records = search->evidence->records;
	const struct failure_count *record = &records->items[index];
	const struct coverage *coverage = search->coverage;
	size_t table = pipeline_find(coverage->pipeline, record->table);
	const struct cell *cell = table < coverage->pipeline->table_count
					  ? coverage_cell(coverage, table, record->date)
					  : NULL;
	if (cell == NULL)
		return;
	struct season_day day = day_of_season(search, record->date);
	bool is_expected = failure_is_expected(record->category, &day, count_early(records, index),
		cell->rows_known ? cell->rows : -1);
	struct failure_sum *sum =
		is_expected ? &search->failures->expected : &search->failures->real;
	struct failure_group *group = find_group(search, table, record->category, is_expected);
	sum->entities += record->entities;
	if (group == NULL)
		return;
	group->entities += record->entities;
	add_date(search, group, record->date);
	keep_words(search, group, record->reason);
}

static void add_lock(struct search *search, const struct lock_count *lock)
{
	struct failures *failures = search->failures;
	const struct pipeline *pipeline = search->coverage->pipeline;
	size_t table = pipeline_find(pipeline, lock->table);
	if (table == pipeline->table_count || !date_range_has(search->coverage->range, lock->date))
		return;
	failures->at_risk += lock->at_risk;
	failures->locked += lock->locked;
	failures->until_ms =
		lock->until_ms > failures->until_ms ? lock->until_ms : failures->until_ms;
	for (size_t i = 0; i < failures->count; i++) {
		struct failure_group *group = &failures->groups[i];
		if (group->table != table || !date_set_has(&group->dates, lock->date))
			continue;
		group->at_risk += lock->at_risk;
		group->locked += lock->locked;
	}
}

static int compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int by_weight(const void *a, const void *b)
{
	const struct failure_group *first = a, *second = b;
	if (first->is_expected != second->is_expected)
		return first->is_expected ? 1 : -1;
	if (first->whole_dates != second->whole_dates)
		return compare_numbers(second->whole_dates, first->whole_dates);
	if (first->entities != second->entities)
		return compare_numbers(second->entities, first->entities);
	if (first->table != second->table)
		return first->table < second->table ? -1 : 1;
	return strcmp(first->category, second->category);
}

void failures_find(const struct coverage *coverage, const struct failure_evidence *evidence,
	struct failures *failures)
{
	struct search search = {
		coverage, evidence, failures, pipeline_early_days(coverage->pipeline)};
	*failures = (struct failures){0};
	failures->groups = memory_new_array(FAILURE_GROUPS_MAX, sizeof(*failures->groups));
	add_whole_dates(&search);
	for (size_t i = 0; evidence->records != NULL && i < evidence->records->count; i++)
		add_record(&search, i);
	for (size_t i = 0; evidence->locks != NULL && i < evidence->locks->count; i++)
		add_lock(&search, &evidence->locks->items[i]);
	qsort(failures->groups, failures->count, sizeof(*failures->groups), by_weight);
}

void failures_release(struct failures *failures)
{
	for (size_t i = 0; i < failures->count; i++)
		date_set_release(&failures->groups[i].dates);
	free(failures->groups);
	arena_release(&failures->arena);
	*failures = (struct failures){0};
}
