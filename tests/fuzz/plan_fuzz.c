/* A plan file may be edited by hand: whatever its bytes are, it is read whole or refused with a
 * reason, and what was read can be planned. */
#include "tests/fuzz/support/fuzz.h"

#include "verbs/plan_file.h"

#include <stdlib.h>

#define DAYS_TRIED 400 /* a coverage of twenty years for each input would be all that is tried */

static const struct pipeline *pipeline_of_plans(void)
{
	static struct pipeline *pipeline;
	struct error err;
	if (pipeline == NULL)
		MUST(pipeline_load("nba", &pipeline, &err));
	return pipeline;
}

static void make(const struct plan_file *file)
{
	struct calendar *calendar = calendar_new(pipeline_of_plans(), NULL);
	struct coverage *coverage = coverage_new(pipeline_of_plans(), calendar, file->range);
	struct plan plan;
	struct buffer text = {0};
	coverage_judge(coverage);
	plan_file_make(file, coverage, NULL, &plan);
	plan_file_say_settled(file, coverage, &text);
	buffer_release(&text);
	plan_release(&plan);
	coverage_free(coverage);
	calendar_free(calendar);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct plan_file file = {0};
	struct error err = {0};
	bool read = plan_file_parse(
		(const char *)bytes, length, "fuzz", pipeline_of_plans(), &file, &err);
	fuzz_check_error(read, &err);
	MUST(read || file.steps == NULL);
	MUST(file.step_count == 0 || file.steps != NULL);
	for (size_t i = 0; i < file.step_count; i++)
		MUST(file.steps[i].first_count <= file.steps[i].count);
	if (read && file.step_count > 0 && date_range_days(file.range) <= DAYS_TRIED)
		make(&file);
	plan_file_release(&file);
	return 0;
}
