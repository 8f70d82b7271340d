#include "jobs/failure.h"

#include "base/memory.h"
#include "coverage/failures.h"

#include <ctype.h>
#include <string.h>

static bool has_early_category(const char *words)
{
	char category[TABLE_NAME_BYTES];
	size_t length = strcspn(words, ": ");
	if (length >= sizeof(category))
		return false;
	memcpy(category, words, length);
	category[length] = '\0';
	return failure_is_early(category);
}

static bool is_early(const struct pipeline *pipeline, date_t date)
{
	for (size_t i = 0; i < pipeline->season_count; i++) {
		const struct pipeline_season *season = &pipeline->seasons[i];
		if (date >= season->first && date <= season->last &&
			date - season->first < pipeline_early_days(pipeline))
			return true;
	}
	return false;
}

bool failure_counts_in_row(const struct pipeline *pipeline, date_t date, const char *words)
{
	return !(is_early(pipeline, date) && has_early_category(words));
}

/* How many bytes of the text are a date; 0: it does not begin with one. */
static size_t date_length(const char *text)
{
	static const char *const shapes[] = {"dddd-dd-dd", "dddddddd"};
	for (size_t i = 0; i < ARRAY_COUNT(shapes); i++) {
		size_t length = 0;
		while (shapes[i][length] != '\0' &&
			(shapes[i][length] == 'd' ? isdigit((unsigned char)text[length]) != 0
						  : text[length] == shapes[i][length]))
			length++;
		if (shapes[i][length] == '\0' && !isdigit((unsigned char)text[length]))
			return length;
	}
	return 0;
}

bool failure_is_same(const char *a, const char *b)
{
	bool is_number = false; /* its later digits are no date of their own */
	while (*a != '\0' && *b != '\0') {
		size_t first = is_number ? 0 : date_length(a),
		       second = is_number ? 0 : date_length(b);
		if ((first == 0) != (second == 0) || (first == 0 && *a != *b))
			return false;
		is_number = isdigit((unsigned char)*a) != 0;
		a += first > 0 ? first : 1;
		b += second > 0 ? second : 1;
	}
	return *a == *b;
}
