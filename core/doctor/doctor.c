#include "doctor_parts.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
	const char *name, *what, *advice;
} checks[DOCTOR_CHECK_COUNT] = {
#define X(id, name, what, advice) [DOCTOR_##id] = {name, what, advice},
	DOCTOR_CHECK_LIST(X)
#undef X
};

static const char *const level_words[DOCTOR_LEVELS] = {
	[DOCTOR_GOOD] = "good",
	[DOCTOR_WARNING] = "warning",
	[DOCTOR_UNKNOWN] = "unknown",
	[DOCTOR_FAILED] = "failed",
};

const char *doctor_name(enum doctor_check check)
{
	return checks[check].name;
}

const char *doctor_what(enum doctor_check check)
{
	return checks[check].what;
}

const char *doctor_advice(enum doctor_check check)
{
	return checks[check].advice;
}

const char *doctor_level_word(enum doctor_level level)
{
	return level_words[level];
}

const char *doctor_environment(const char *name)
{
	const char *value = getenv(name);
	return value != NULL && value[0] != '\0' ? value : NULL;
}

void doctor_add(struct doctor *doctor, enum doctor_check check, enum doctor_level level,
	const char *format, ...)
{
	struct doctor_report *report = doctor->report;
	va_list arguments;
	ARRAY_GROW(report->items, report->count, report->capacity);
	struct doctor_result *result = &report->items[report->count++];
	*result = (struct doctor_result){.check = check, .level = level};
	va_start(arguments, format);
	if (vsnprintf(result->text, sizeof(result->text), format, arguments) < 0)
		result->text[0] = '\0';
	va_end(arguments);
	text_make_printable(result->text);
}

static void look_at_pipeline(struct doctor *doctor)
{
	struct error err;
	if (!pipeline_load(doctor->config->pipeline, &doctor->pipeline, &err)) {
		doctor_add(doctor, DOCTOR_PIPELINE, DOCTOR_FAILED, "%s", err.text);
		return;
	}
	doctor_add(doctor, DOCTOR_PIPELINE, DOCTOR_GOOD, "%s: %s, %zu tables",
		doctor->pipeline->source, doctor->pipeline->name, doctor->pipeline->table_count);
}

static int compare_results(const void *a, const void *b)
{
	const struct doctor_result *const *first = a, *const *second = b;
	if ((*first)->check != (*second)->check)
		return (*first)->check < (*second)->check ? -1 : 1;
	return *first < *second ? -1 : *first > *second;
}

/* What a check needs decides when it is made; the list decides how it is read. */
static void sort_results(struct doctor_report *report)
{
	struct doctor_result **order = memory_new_array(report->count + 1, sizeof(*order));
	struct doctor_result *sorted = memory_new_array(report->count + 1, sizeof(*sorted));
	for (size_t i = 0; i < report->count; i++)
		order[i] = &report->items[i];
	qsort(order, report->count, sizeof(struct doctor_result *), compare_results);
	for (size_t i = 0; i < report->count; i++)
		sorted[i] = *order[i];
	free(order);
	free(report->items);
	report->items = sorted;
	report->capacity = report->count + 1;
}

void doctor_look(const struct config *config, const struct retry *policy, const char *test_origin,
	struct doctor_report *report)
{
	struct doctor doctor = {
		.config = config, .policy = policy, .test_origin = test_origin, .report = report};
	*report = (struct doctor_report){0};
	doctor_look_at_screen(&doctor);
	look_at_pipeline(&doctor);
	doctor_look_at_places(&doctor);
	doctor_look_at_jobs(&doctor);
	pipeline_free(doctor.pipeline);
	sort_results(report);
}

void doctor_report_release(struct doctor_report *report)
{
	free(report->items);
	*report = (struct doctor_report){0};
}

enum doctor_level doctor_worst(const struct doctor_report *report)
{
	enum doctor_level worst = DOCTOR_GOOD;
	for (size_t i = 0; i < report->count; i++)
		if (report->items[i].level > worst)
			worst = report->items[i].level;
	return worst;
}

int doctor_exit_status(const struct doctor_report *report)
{
	enum doctor_level worst = doctor_worst(report);
	if (worst == DOCTOR_UNKNOWN)
		return EXIT_GAPS_REMAIN;
	if (worst != DOCTOR_FAILED)
		return EXIT_ALL_COMPLETE;
	for (size_t i = 0; i < report->count; i++)
		if (report->items[i].level == DOCTOR_FAILED &&
			report->items[i].check < DOCTOR_EMULATOR &&
			report->items[i].check != DOCTOR_STORE)
			return EXIT_CONFIGURATION;
	return EXIT_WAREHOUSE;
}
