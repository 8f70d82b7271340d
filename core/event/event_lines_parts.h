/*
 * event_lines_parts: the words that the lines of events share. Nobody else includes this.
 */
#ifndef BACKCOURT_EVENT_LINES_PARTS_H
#define BACKCOURT_EVENT_LINES_PARTS_H

#include "base/date_set.h"
#include "base/memory.h"
#include "event/event_lines.h"
#include "base/json_ranges.h"

#include <string.h>

extern const char *const event_line_outcomes[RUN_OUTCOME_COUNT];

#endif
