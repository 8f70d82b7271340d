#include "tui/dialogs.h"

#include <ctype.h>
#include <string.h>

/* Actions that make sense from a list: not typing, not dialog answers, not mere movement. */
static bool is_offered(enum action action)
{
	const struct action_row *row = action_row(action);
	bool moves = action >= ACTION_UP && action <= ACTION_HALF_DOWN;
	return row->where != 'D' && row->where != 'T' && row->where != 'S' && !moves &&
	       action != ACTION_PALETTE && action != ACTION_OPEN && action != ACTION_CLOSE;
}

/* The letters in their order, gaps allowed: "sta" finds "start-all". */
static bool has_letters(const char *text, const char *letters)
{
	for (; *text != '\0' && *letters != '\0'; text++)
		if (tolower((unsigned char)*text) == tolower((unsigned char)*letters))
			letters++;
	return *letters == '\0';
}

/* Lower is better; -1 does not fit. */
static int rank_of(enum action action, const char *typed)
{
	const struct action_row *row = action_row(action);
	if (strncasecmp(row->name, typed, strlen(typed)) == 0)
		return 0;
	if (strcasestr(row->name, typed) != NULL)
		return 1;
	if (strcasestr(row->help, typed) != NULL)
		return 2;
	return has_letters(row->name, typed) ? 3 : -1;
}

size_t palette_choices(const struct model *model, enum action *into, size_t room)
{
	size_t count = 0;
	for (int rank = 0; rank <= 3; rank++)
		for (int i = ACTION_NONE + 1; i < ACTION_COUNT && count < room; i++)
			if (is_offered((enum action)i) &&
				rank_of((enum action)i, model->view.typed) == rank)
				into[count++] = (enum action)i;
	return count;
}
