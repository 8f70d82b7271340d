/* Which causes are told, and in which order. */
#include "coverage/causes.h"

#include "coverage_parts.h"

#include <stdlib.h>

static int compare_causes(const void *a, const void *b)
{
	const struct cause *first = a, *second = b;
	if (first->frees != second->frees)
		return second->frees - first->frees;
	if (first->holds_up != second->holds_up)
		return second->holds_up - first->holds_up;
	if (first->cells != second->cells)
		return second->cells - first->cells;
	if (first->table != second->table)
		return first->table < second->table ? -1 : 1;
	return (int)first->reason - (int)second->reason;
}

static bool is_worth_telling(const struct cause *cause)
{
	return cause->holds_up > 0 || (cause->cells > 0 && verdict_is_gap(cause->verdict));
}

void causes_keep_what_matters(struct causes *causes)
{
	size_t kept = 0;
	for (size_t i = 0; i < causes->count; i++) {
		if (is_worth_telling(&causes->items[i]))
			causes->items[kept++] = causes->items[i];
		else
			date_set_release(&causes->items[i].dates);
	}
	causes->count = kept;
	if (kept > 0)
		qsort(causes->items, kept, sizeof(*causes->items), compare_causes);
}

void causes_release(struct causes *causes)
{
	for (size_t i = 0; i < causes->count; i++)
		date_set_release(&causes->items[i].dates);
	free(causes->items);
	*causes = (struct causes){0};
}
