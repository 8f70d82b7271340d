/* libFuzzer target: whatever the bytes are, a pipeline is loaded whole or refused with a reason. */
#include "pipeline/pipeline.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct pipeline *pipeline = NULL;
	struct error err = {0};
	bool loaded = pipeline_parse((const char *)bytes, length, "fuzz", &pipeline, &err);
	if (loaded != (pipeline != NULL) || (!loaded && err.text[0] == '\0'))
		abort();
	pipeline_free(pipeline);
	return 0;
}
