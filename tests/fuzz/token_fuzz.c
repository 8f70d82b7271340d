/* An answer of a token endpoint: a token that may stand in a header line, or a reason. */
#include "tests/fuzz/support/fuzz.h"

#include "warehouse/access_token.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const int64_t now_ms = 1637020800000;
	char *token = NULL;
	int64_t expires_ms = 0;
	struct error err = {0};
	bool done =
		token_parse_reply((const char *)bytes, length, now_ms, &token, &expires_ms, &err);
	fuzz_check_error(done, &err);
	if (!done)
		return 0;
	MUST(strlen(token) > 0 && strlen(token) <= TOKEN_BYTES_MAX);
	MUST(strpbrk(token, "\r\n ") == NULL);
	MUST(expires_ms > now_ms && expires_ms <= now_ms + 86400000);
	secret_free(token);
	return 0;
}
