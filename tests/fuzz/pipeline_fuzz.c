/* Whatever the bytes are, a pipeline is loaded whole or refused with a reason. */
#include "tests/fuzz/support/fuzz.h"

#include "pipeline/pipeline.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct pipeline *pipeline = NULL;
	struct error err = {0};
	bool loaded = pipeline_parse((const char *)bytes, length, "fuzz", &pipeline, &err);
	fuzz_check_error(loaded, &err);
	MUST(loaded == (pipeline != NULL));
	pipeline_free(pipeline);
	return 0;
}
