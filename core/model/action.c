#include "model/action.h"

#include <stddef.h>
#include <string.h>

static const struct action_row rows[ACTION_COUNT] = {[ACTION_NONE] = {"none", "", 'G', "", "", ""},
#define X(id, name, keys, where, label, help, verb) \
	[ACTION_##id] = {name, keys, where, label, help, verb},
	ACTION_LIST(X)
#undef X
};

const struct action_row *action_row(enum action action)
{
	return &rows[action];
}

enum action action_find(const char *name)
{
	for (int i = 0; i < ACTION_COUNT; i++)
		if (strcmp(rows[i].name, name) == 0)
			return (enum action)i;
	return ACTION_NONE;
}
