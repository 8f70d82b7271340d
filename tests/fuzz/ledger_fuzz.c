/* An event made of the input's lines is read back as it was written, or cut. */
#include "tests/fuzz/support/fuzz.h"

#include "base/path.h"
#include "base/text.h"
#include "ledger/ledger.h"

#include <stdlib.h>
#include <string.h>

static struct ledger *ledger;

static void check_event(const char *kind, const char *text, char severity)
{
	struct error err = {0};
	struct ledger_events events;
	struct ledger_event event = {.at_ms = 1, .severity = severity, .date = DATE_NONE};
	text_copy(event.kind, sizeof(event.kind), kind);
	text_copy(event.text, sizeof(event.text), text);
	MUST(ledger_add_event(ledger, &event, &err));
	MUST(ledger_newest_events(ledger, 1, &events, &err));
	MUST(events.count == 1);
	MUST(strcmp(events.items[0].kind, event.kind) == 0);
	MUST(strcmp(events.items[0].text, event.text) == 0);
	free(events.items);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct fuzz_input input = fuzz_input(bytes, length);
	struct error err = {0};
	if (ledger == NULL)
		MUST(ledger_open(fuzz_folder(), LEDGER_WRITE, &ledger, &err));
	char *kind = fuzz_next_text(&input);
	char *text = fuzz_next_text(&input);
	check_event(kind, text, text[0]);
	free(kind);
	free(text);
	return 0;
}
