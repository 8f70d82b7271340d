/* libFuzzer target: whatever the bytes are, a checkpoint is read whole or refused with a reason,
 * and what was read is in order. */
#include "jobs/checkpoint.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check_order(const struct checkpoint_dates *dates)
{
	for (size_t i = 1; i < dates->count; i++)
		if (dates->items[i - 1] >= dates->items[i])
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct checkpoint checkpoint = {0};
	struct error err = {0};
	struct buffer text = {0};
	if (!checkpoint_parse((const char *)bytes, length, &checkpoint, &err)) {
		if (err.text[0] == '\0' || checkpoint.job[0] != '\0')
			abort();
		return 0;
	}
	check_order(&checkpoint.successful);
	check_order(&checkpoint.failed);
	check_order(&checkpoint.skipped);
	check_order(&checkpoint.never_retried);
	if (!date_range_has(checkpoint.range, checkpoint.resume_date))
		abort();
	checkpoint_describe_resume(&checkpoint, &text);
	buffer_release(&text);
	checkpoint_release(&checkpoint);
	return 0;
}
