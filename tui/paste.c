#include "tui/paste.h"

bool paste_take(struct paste *paste, input_t input)
{
	bool is_mark = input == INPUT_PASTE_BEGIN || input == INPUT_PASTE_END;
	if (is_mark)
		paste->is_on = input == INPUT_PASTE_BEGIN;
	else if (paste->quiet_beats >= PASTE_QUIET_BEATS)
		paste->is_on = false;
	paste->quiet_beats = 0;
	return is_mark;
}

void paste_beat(struct paste *paste)
{
	if (paste->is_on && paste->quiet_beats < PASTE_QUIET_BEATS)
		paste->quiet_beats++;
}
