#include "base/date.h"

#include <stdio.h>
#include <string.h>

#define YEAR_FIRST 1900
#define YEAR_LAST  2199

/* days_from_civil and its inverse: Howard Hinnant, "chrono-compatible low-level date algorithms".
 */
date_t date_of(int year, int month, int day)
{
	int shifted = month <= 2 ? year - 1 : year;
	int era = (shifted >= 0 ? shifted : shifted - 399) / 400;
	int year_of_era = shifted - era * 400;
	int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * 146097 + day_of_era - 719468;
}

void date_split(date_t date, int *year, int *month, int *day)
{
	int shifted = date + 719468;
	int era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int day_of_era = shifted - era * 146097;
	int year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int shifted_month = (5 * day_of_year + 2) / 153;
	*day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
	*month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
	*year = year_of_era + era * 400 + (*month <= 2);
}

int date_year(date_t date)
{
	int year, month, day;
	date_split(date, &year, &month, &day);
	return year;
}

int date_month(date_t date)
{
	int year, month, day;
	date_split(date, &year, &month, &day);
	return month;
}

int date_day(date_t date)
{
	int year, month, day;
	date_split(date, &year, &month, &day);
	return day;
}

int date_weekday(date_t date)
{
	int weekday = (date + 3) % 7; /* 1970-01-01 was a Thursday */
	return weekday < 0 ? weekday + 7 : weekday;
}

static bool parse_digits(const char *text, size_t count, int *value)
{
	int number = 0;
	for (size_t i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		number = number * 10 + (text[i] - '0');
	}
	*value = number;
	return true;
}

static bool parse_month(const char *text, int *year, int *month)
{
	return parse_digits(text, 4, year) && text[4] == '-' && parse_digits(text + 5, 2, month) &&
	       *year >= YEAR_FIRST && *year <= YEAR_LAST && *month >= 1 && *month <= 12;
}

static date_t first_of_next_month(int year, int month)
{
	return month == 12 ? date_of(year + 1, 1, 1) : date_of(year, month + 1, 1);
}

bool date_parse(const char *text, date_t *date)
{
	int year, month, day;
	if (strlen(text) != 10 || !parse_month(text, &year, &month) || text[7] != '-' ||
		!parse_digits(text + 8, 2, &day) || day < 1)
		return false;
	date_t parsed = date_of(year, month, day);
	if (parsed >= first_of_next_month(year, month))
		return false;
	*date = parsed;
	return true;
}

char *date_format(date_t date, char into[DATE_TEXT_BYTES])
{
	if (date == DATE_NONE) {
		memcpy(into, "-", 2);
		return into;
	}
	int year, month, day;
	date_split(date, &year, &month, &day);
	snprintf(into, DATE_TEXT_BYTES, "%04u-%02u-%02u", (unsigned)year % 10000u,
		(unsigned)month % 100u, (unsigned)day % 100u);
	return into;
}

char *date_format_short(date_t date, char into[DATE_TEXT_BYTES])
{
	char whole[DATE_TEXT_BYTES];
	date_format(date, whole);
	memcpy(into, date == DATE_NONE ? whole : whole + 5, date == DATE_NONE ? 2 : 6);
	return into;
}

static bool parse_range(const char *text, struct date_range *range)
{
	const char *dots = strstr(text, "..");
	if (dots == NULL) {
		int year, month;
		if (strlen(text) == 7 && parse_month(text, &year, &month)) {
			range->first = date_of(year, month, 1);
			range->last = first_of_next_month(year, month) - 1;
			return true;
		}
		return date_parse(text, &range->first) && date_parse(text, &range->last);
	}
	char first[DATE_TEXT_BYTES];
	if (dots - text != DATE_TEXT_BYTES - 1)
		return false;
	memcpy(first, text, DATE_TEXT_BYTES - 1);
	first[DATE_TEXT_BYTES - 1] = '\0';
	return date_parse(first, &range->first) && date_parse(dots + 2, &range->last);
}

bool date_range_parse(const char *text, struct date_range *range, struct error *err)
{
	struct date_range parsed = {0, 0};
	if (!parse_range(text, &parsed))
		return error_set(err, ERROR_USAGE,
			"'%.40s' is not a range of dates: write 2021-10-19..2021-11-30, 2021-11-16 "
			"or 2021-11",
			text);
	if (parsed.last < parsed.first)
		return error_set(err, ERROR_USAGE, "the range '%.40s' ends before it begins", text);
	if (date_range_days(parsed) > DATE_RANGE_DAYS_MAX)
		return error_set(err, ERROR_LIMIT, "the range '%.40s' has more than %d days", text,
			DATE_RANGE_DAYS_MAX);
	*range = parsed;
	return true;
}

char *date_range_format(struct date_range range, char into[DATE_RANGE_TEXT_BYTES])
{
	char first[DATE_TEXT_BYTES], last[DATE_TEXT_BYTES];
	snprintf(into, DATE_RANGE_TEXT_BYTES, "%s..%s", date_format(range.first, first),
		date_format(range.last, last));
	return into;
}

int32_t date_range_days(struct date_range range)
{
	return range.last < range.first ? 0 : range.last - range.first + 1;
}

struct date_range date_range_union(struct date_range a, struct date_range b)
{
	if (a.last < a.first)
		return b;
	if (b.last < b.first)
		return a;
	return (struct date_range){
		a.first < b.first ? a.first : b.first, a.last > b.last ? a.last : b.last};
}
