/*
 * date: calendar days and ranges of them, as one number.
 *
 * A date is the count of days since 1970-01-01 in the proleptic Gregorian calendar (1970-01-01 =
 * 0). Years 1900 to 2199 are accepted from outside. No time zone: a game date is the league's own
 * date. Pure; any thread.
 */
#ifndef BACKCOURT_BASE_DATE_H
#define BACKCOURT_BASE_DATE_H

#include "base/error.h"

#include <stdint.h>

typedef int32_t date_t;

#define DATE_NONE	      INT32_MIN
#define DATE_TEXT_BYTES	      11 /* "2021-11-16" and NUL */
#define DATE_RANGE_TEXT_BYTES 24
#define DATE_RANGE_DAYS_MAX   7400 /* twenty years */

struct date_range {
	date_t first;
	date_t last; /* inclusive; last < first is the empty range */
};

/* 1900-01-01 to 2199-12-31: every date that is accepted from outside. */
#define DATE_RANGE_ALWAYS ((struct date_range){-25567, 84005})

date_t date_of(int year, int month, int day); /* the arguments must be a real day */
void date_split(date_t date, int *year, int *month, int *day);
int date_year(date_t date);
int date_month(date_t date);   /* 1..12 */
int date_day(date_t date);     /* 1..31 */
int date_weekday(date_t date); /* 0 = Monday .. 6 = Sunday */

/* "YYYY-MM-DD" exactly; false leaves *date alone. */
bool date_parse(const char *text, date_t *date);
/* Writes "YYYY-MM-DD" and returns `into`. DATE_NONE writes "-". */
char *date_format(date_t date, char into[DATE_TEXT_BYTES]);
/* Writes "MM-DD" and returns `into`. */
char *date_format_short(date_t date, char into[DATE_TEXT_BYTES]);

/* "A..B", "A" (one day) or "YYYY-MM" (the month), with A <= B; at most DATE_RANGE_DAYS_MAX days. */
bool date_range_parse(const char *text, struct date_range *range, struct error *err);
char *date_range_format(struct date_range range, char into[DATE_RANGE_TEXT_BYTES]);
int32_t date_range_days(struct date_range range); /* 0 for the empty range */
static inline bool date_range_has(struct date_range range, date_t date)
{
	return date >= range.first && date <= range.last;
}
struct date_range date_range_union(struct date_range a, struct date_range b);

#endif
