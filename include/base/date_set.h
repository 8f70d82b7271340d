/*
 * date_set: a set of dates as sorted ranges, and the language in which people write one.
 *
 *     2021-11-16               one day            season:2021-22   a season
 *     2021-11-16..2021-11-30   a range            @gaps, @failed   what the coverage says
 *     2021-11                  a month            !2021-11-25      without these
 *
 * Terms stand between commas or blanks, in any order: the set is everything that is named, without
 * everything behind a '!'. With exclusions only, everything is what the caller says it is. Names
 * (season: and @) are the caller's: this file knows neither seasons nor coverage.
 *
 * Zero-initialise, then date_set_release. One thread at a time.
 */
#ifndef BACKCOURT_BASE_DATE_SET_H
#define BACKCOURT_BASE_DATE_SET_H

#include "base/date.h"
#include "base/text.h"

#include <stddef.h>

#define DATE_SET_TEXT_BYTES_MAX 4096 /* of a written set */
#define DATE_SET_TERM_BYTES_MAX 64   /* of one term */

struct date_set {
	struct date_range *ranges; /* ascending; never touching each other */
	size_t count;
	size_t capacity;
};

void date_set_release(struct date_set *set);
void date_set_clear(struct date_set *set); /* keeps the memory */
/* An empty range changes nothing. */
void date_set_add(struct date_set *set, struct date_range range);
void date_set_remove(struct date_set *set, struct date_range range);
bool date_set_has(const struct date_set *set, date_t date);
int64_t date_set_days(const struct date_set *set);
/* From the first date to the last; the empty range for the empty set. */
struct date_range date_set_span(const struct date_set *set);

/* for (date_t date = date_set_first(set); date != DATE_NONE; date = date_set_next(set, date)) */
date_t date_set_first(const struct date_set *set);
/* The first date of the set after this one, or DATE_NONE. */
date_t date_set_next(const struct date_set *set, date_t date);

/* "2021-11-16..2021-11-18,2021-11-21": date_set_parse reads it back. "" for the empty set. */
void date_set_format(const struct date_set *set, struct buffer *into);

/* What the names mean, and what "everything" is. */
struct date_names {
	/* `name` with its "season:" or '@': adds its dates, or says what is wrong. NULL: no names.
	 */
	bool (*find)(
		const void *context, const char *name, struct date_set *into, struct error *err);
	const void *context;
	struct date_range everything;
};

/* Replaces what the set held; on an error it is untouched. The set may come out empty. */
bool date_set_parse(
	const char *text, const struct date_names *names, struct date_set *set, struct error *err);

#endif
