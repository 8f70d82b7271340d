/* Dates, ranges and numbers: what is accepted is written again as it was read. */
#include "tests/fuzz/support/fuzz.h"

#include "base/date.h"
#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check_date(const char *text)
{
	date_t date = DATE_NONE;
	char written[DATE_TEXT_BYTES];
	if (date_parse(text, &date))
		MUST(strcmp(date_format(date, written), text) == 0);
	else
		MUST(date == DATE_NONE);
}

static void check_range(const char *text)
{
	struct date_range range = {7, 3}, again;
	struct error err = {0};
	char written[DATE_RANGE_TEXT_BYTES];
	bool parsed = date_range_parse(text, &range, &err);
	fuzz_check_error(parsed, &err);
	MUST(parsed || (range.first == 7 && range.last == 3));
	if (!parsed)
		return;
	MUST(date_range_days(range) >= 1 && date_range_days(range) <= DATE_RANGE_DAYS_MAX);
	MUST(date_range_parse(date_range_format(range, written), &again, &err));
	MUST(again.first == range.first && again.last == range.last);
}

static void check_numbers(const char *text)
{
	int64_t integer, again;
	double real;
	char written[32];
	if (text_to_integer(text, &integer)) {
		snprintf(written, sizeof(written), "%" PRId64, integer);
		MUST(text_to_integer(written, &again) && again == integer);
		MUST(text_to_real(text, &real));
	}
	if (text_to_real(text, &real))
		MUST(isfinite(real));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct fuzz_input input = fuzz_input(bytes, length);
	char *text = fuzz_next_text(&input);
	check_date(text);
	check_range(text);
	check_numbers(text);
	free(text);
	return 0;
}
