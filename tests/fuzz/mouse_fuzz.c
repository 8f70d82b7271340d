/* What a terminal sends behind ESC [ <, with whatever follows. */
#include "tests/fuzz/support/fuzz.h"

#include "tui/mouse.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct mouse_report report = {0};
	for (size_t i = 0; i < length; i++) {
		enum mouse_progress progress = mouse_read(&report, bytes[i]);
		if (progress == MOUSE_GOES_ON) {
			MUST(bytes[i] >= ' ' && bytes[i] < '@');
			continue;
		}
		struct mouse_event event = mouse_read_event(&report, bytes[i]);
		MUST(event.x >= -1 && event.x < MOUSE_NUMBER_MAX);
		MUST(event.y >= -1 && event.y < MOUSE_NUMBER_MAX);
		MUST(event.kind == MOUSE_NONE || bytes[i] == 'M');
		report = (struct mouse_report){0};
	}
	return 0;
}
