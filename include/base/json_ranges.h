/*
 * json_ranges: a set of dates as a JSON list of ranges, ["2021-10-19..2021-11-24", "2021-11-26"].
 *
 * At most DATE_RANGE_DAYS_MAX dates are read. Pure; any thread.
 */
#ifndef BACKCOURT_JSON_RANGES_H
#define BACKCOURT_JSON_RANGES_H

#include "base/date_set.h"

#include <jansson.h>

void json_ranges_format(const struct date_set *set, struct buffer *into);
/* Replaces what the set held; false, and the set is empty, when it is no such list. */
bool json_ranges_parse(const json_t *list, struct date_set *into);

#endif
