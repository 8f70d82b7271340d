/* An error answer of BigQuery, or of anything between it and us: always a trouble and clean words.
 */
#include "tests/fuzz/support/fuzz.h"

#include "base/text.h"
#include "warehouse/bigquery.h"

#include <string.h>

static void check_text(const char *text)
{
	MUST(text_is_utf8(text, strlen(text)));
	for (; *text != '\0'; text++)
		MUST((unsigned char)*text >= 0x20 && *text != 0x7F);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const long statuses[] = {0, 200, 400, 401, 403, 404, 407, 409, 412, 429, 500, 503};
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		struct bigquery_failure failure;
		bigquery_read_failure((const char *)bytes, length, statuses[i], &failure);
		MUST(failure.trouble != TROUBLE_NONE);
		MUST(failure.status == statuses[i]);
		MUST(failure.message[0] != '\0' || length > 0);
		check_text(failure.reason);
		check_text(failure.message);
	}
	return 0;
}
