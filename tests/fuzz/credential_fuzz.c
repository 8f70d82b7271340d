/* The text of a credential file: an identity within its limits, or a reason that can be shown. */
#include "tests/fuzz/support/fuzz.h"

#include "warehouse/credential.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct credential *credential = NULL;
	struct error err = {0};
	bool done = credential_parse((const char *)bytes, length, "key.json", &credential, &err);
	fuzz_check_error(done, &err);
	if (!done)
		return 0;
	const char *email = credential_email(credential);
	const char *project = credential_project(credential);
	const char *quota = credential_quota_project(credential);
	MUST(credential_kind_name(credential) != NULL);
	MUST(strcmp(credential_origin(credential), "key.json") == 0);
	MUST(email == NULL || strpbrk(email, "\r\n") == NULL);
	MUST(project == NULL || strpbrk(project, "\r\n") == NULL);
	MUST(quota == NULL || strpbrk(quota, "\r\n") == NULL); /* it gets into a header */
	credential_free(credential);
	return 0;
}
