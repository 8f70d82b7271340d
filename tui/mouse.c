#include "tui/mouse.h"

#include "base/text.h"

#define BUTTON_SHIFT	 4
#define BUTTON_MODIFIERS (4 | 8 | 16) /* Shift, Meta, Control */
#define BUTTON_WHEEL	 64

static void add_digit(struct mouse_report *report, int digit)
{
	if (report->number >= (int)ARRAY_COUNT(report->numbers))
		return;
	int number = report->numbers[report->number] * 10 + digit;
	report->numbers[report->number] = number > MOUSE_NUMBER_MAX ? MOUSE_NUMBER_MAX : number;
}

/* ECMA-48: parameters are 0x30..0x3f, intermediates 0x20..0x2f, the end is 0x40..0x7e. */
enum mouse_progress mouse_read(struct mouse_report *report, input_t input)
{
	if (input >= '0' && input <= '9')
		add_digit(report, (int)(input - '0'));
	else if (input == ';')
		report->number += report->number < (int)ARRAY_COUNT(report->numbers);
	else if (input >= ' ' && input < '@')
		report->is_bad = true;
	else
		return input >= '@' && input <= '~' ? MOUSE_IS_WHOLE : MOUSE_IS_BROKEN;
	return MOUSE_GOES_ON;
}

static enum mouse_kind kind_of(int button)
{
	static const enum mouse_kind wheel[] = {
		MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN, MOUSE_WHEEL_LEFT, MOUSE_WHEEL_RIGHT};
	int plain = button & ~BUTTON_MODIFIERS;
	if (plain == 0)
		return MOUSE_PRESS;
	if (plain < BUTTON_WHEEL || plain >= BUTTON_WHEEL + (int)ARRAY_COUNT(wheel))
		return MOUSE_NONE;
	bool turned = button & BUTTON_SHIFT && plain < BUTTON_WHEEL + 2;
	return wheel[plain - BUTTON_WHEEL + (turned ? 2 : 0)];
}

struct mouse_event mouse_read_event(const struct mouse_report *report, input_t last)
{
	struct mouse_event event = {MOUSE_NONE, report->numbers[1] - 1, report->numbers[2] - 1};
	if (last == 'M' && report->number == 2 && !report->is_bad)
		event.kind = kind_of(report->numbers[0]);
	return event;
}

bool mouse_take(struct mouse_reader *reader, bool begins, input_t input)
{
	bool goes_on = reader->is_in_report && !begins;
	enum mouse_progress progress =
		goes_on ? mouse_read(&reader->report, input) : MOUSE_IS_BROKEN;
	reader->is_in_report = begins || progress == MOUSE_GOES_ON;
	reader->event = (struct mouse_event){.kind = MOUSE_NONE};
	if (begins)
		reader->report = (struct mouse_report){.number = 0};
	if (progress == MOUSE_IS_WHOLE)
		reader->event = mouse_read_event(&reader->report, input);
	return begins || progress != MOUSE_IS_BROKEN;
}

struct pointing mouse_point(struct mouse_presses *presses, const struct spots *spots,
	struct mouse_event event, int64_t now_ms)
{
	bool presses_now = event.kind == MOUSE_PRESS;
	struct pointing pointing = {
		spots, event, spots_at(spots, event.x, event.y, !presses_now), false};
	if (!presses_now)
		return pointing;
	bool is_list = pointing.spot != NULL &&
		       (pointing.spot->kind == SPOT_CELLS || pointing.spot->kind == SPOT_ROW);
	pointing.is_double = is_list && presses->is_armed && presses->x == event.x &&
			     presses->y == event.y && now_ms - presses->at_ms <= MOUSE_DOUBLE_MS;
	*presses = (struct mouse_presses){is_list && !pointing.is_double, event.x, event.y, now_ms};
	return pointing;
}
