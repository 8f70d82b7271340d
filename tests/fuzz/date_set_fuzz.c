/* The language of dates: what is accepted is written again as it was read; what is not changes
 * nothing and says why. */
#include "tests/fuzz/support/fuzz.h"

#include "base/date_set.h"

#include <stdlib.h>
#include <string.h>

static bool find(const void *context, const char *name, struct date_set *into, struct error *err)
{
	(void)context;
	if (strcmp(name, "@gaps") != 0 && strcmp(name, "season:2021-22") != 0)
		return error_set(err, ERROR_USAGE, "no dates are called '%s'", name);
	date_set_add(into, (struct date_range){18919, 18930});
	date_set_add(into, (struct date_range){18933, 18933});
	return true;
}

static void check_again(const struct date_set *set, const struct date_names *names)
{
	struct date_set again = {0};
	struct buffer text = {0};
	struct error err;
	date_set_format(set, &text);
	if (set->count > 0 && text.length <= DATE_SET_TEXT_BYTES_MAX) {
		MUST(date_set_parse(buffer_text(&text), names, &again, &err));
		MUST(again.count == set->count);
		MUST(memcmp(again.ranges, set->ranges, set->count * sizeof(*set->ranges)) == 0);
	}
	date_set_release(&again);
	buffer_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const struct date_names names = {.find = find, .everything = {18900, 18999}};
	struct fuzz_input input = fuzz_input(bytes, length);
	char *text = fuzz_next_text(&input);
	struct date_set set = {0};
	struct error err = {0};
	date_set_add(&set, (struct date_range){1, 2});
	bool parsed = date_set_parse(text, &names, &set, &err);
	fuzz_check_error(parsed, &err);
	MUST(parsed || (set.count == 1 && set.ranges[0].first == 1 && set.ranges[0].last == 2));
	for (size_t i = 1; i < set.count; i++)
		MUST(set.ranges[i - 1].last + 1 < set.ranges[i].first);
	check_again(&set, &names);
	date_set_release(&set);
	free(text);
	return 0;
}
