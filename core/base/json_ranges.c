#include "base/json_ranges.h"

void json_ranges_format(const struct date_set *set, struct buffer *into)
{
	char text[DATE_RANGE_TEXT_BYTES];
	buffer_add_char(into, '[');
	for (size_t i = 0; i < set->count; i++)
		buffer_add_format(into, "%s\"%s\"", i > 0 ? ", " : "",
			date_range_format(set->ranges[i], text));
	buffer_add_char(into, ']');
}

static bool add_range(const json_t *item, struct date_set *into)
{
	struct date_range range;
	const char *text = json_string_value(item);
	if (text == NULL || !date_range_parse(text, &range, NULL))
		return false;
	date_set_add(into, range);
	return date_set_days(into) <= DATE_RANGE_DAYS_MAX;
}

bool json_ranges_parse(const json_t *list, struct date_set *into)
{
	bool good = json_is_array(list);
	date_set_clear(into);
	for (size_t i = 0; good && i < json_array_size(list); i++)
		good = add_range(json_array_get(list, i), into);
	if (!good)
		date_set_clear(into);
	return good;
}
