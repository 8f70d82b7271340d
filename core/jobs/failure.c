#include "jobs/failure.h"

#include "coverage/failures.h"

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
