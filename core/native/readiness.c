#include "readiness.h"

bool gates_pass(
	const struct batch *batch, const struct gate *gates, size_t count, struct error *err)
{
	struct buffer missing = {0};
	if (!batch->rules->upstream_gates)
		return true;
	for (size_t i = 0; i < count; i++) {
		const struct table_layout *layout = gates[i].layout;
		if (gates[i].row_count >= gates[i].needed_count)
			continue;
		batch_log(batch, 'E', "Missing critical dependency: %s.%s", layout->dataset,
			layout->name);
		buffer_add_format(&missing, "%s'%s.%s'", missing.length == 0 ? "" : ", ",
			layout->dataset, layout->name);
	}
	if (missing.length > 0)
		error_set(err, ERROR_INPUT, "Missing critical dependencies: [%s]", missing.bytes);
	bool pass = missing.length == 0;
	buffer_release(&missing);
	return pass;
}

static bool are_upstreams_ready(const struct readiness *readiness)
{
	for (int i = 0; i < UPSTREAMS_MAX; i++)
		if (!readiness->upstream_ready[i])
			return false;
	return true;
}

bool readiness_is_full(const struct readiness *readiness)
{
	return readiness->own.ready && are_upstreams_ready(readiness);
}

static void tell_incomplete(const struct readiness *readiness, const struct batch *batch)
{
	const struct completeness *own = &readiness->own;
	batch_log(batch, 'W', "%s: Completeness %.1f%% (%d/%d games) - skipping", readiness->lookup,
		own->pct, own->actual, own->expected);
}

static void tell_upstreams(const struct readiness *readiness, const struct readiness_words *words,
	const struct batch *batch)
{
	struct buffer text = {0};
	for (int i = 0; i < UPSTREAMS_MAX; i++)
		buffer_add_format(&text, "%s%s=%s", i == 0 ? "" : ", ", words->upstreams[i].label,
			readiness->upstream_ready[i] ? "True" : "False");
	batch_log(batch, 'W', "%s: Upstream not ready (%s) - skipping", readiness->lookup,
		text.bytes);
	buffer_release(&text);
}

bool readiness_skips(const struct readiness *readiness, const struct readiness_words *words,
	const struct breaker *breaker, const struct batch *batch, struct day_output *output)
{
	const struct completeness *own = &readiness->own;
	if (breaker_skips(breaker, batch, readiness->lookup, readiness->date, output))
		return true;
	if (!batch->rules->skip_not_ready || readiness->bootstrap || readiness_is_full(readiness))
		return false;
	if (!own->ready) {
		tell_incomplete(readiness, batch);
		breaker_count(breaker, batch, readiness->lookup, readiness->date, own->pct,
			"incomplete_own_data", output);
		day_output_fail(output, readiness->lookup, words->incomplete_category, true,
			"Incomplete own data: %.1f%%", own->pct);
		return true;
	}
	tell_upstreams(readiness, words, batch);
	breaker_count(breaker, batch, readiness->lookup, readiness->date, own->pct,
		"incomplete_upstream_dependencies", output);
	day_output_fail(output, readiness->lookup, "UPSTREAM_INCOMPLETE", true, "%s",
		words->upstream_reason);
	return true;
}

struct meta readiness_meta(const struct readiness *readiness, const struct readiness_words *words,
	const struct breaker *breaker, const struct batch *batch)
{
	struct meta meta = {.completeness = readiness->own,
		.ready = readiness_is_full(readiness),
		.bootstrap = readiness->bootstrap,
		.date = readiness->date};
	meta.attempts =
		breaker_state(breaker, readiness->lookup, readiness->date, batch->now_ms).attempts;
	for (int i = 0; i < UPSTREAMS_MAX; i++)
		if (!readiness->upstream_ready[i])
			list_add(&meta.issues, "upstream_%s_incomplete", words->upstreams[i].issue);
	/* The original never writes such a row but in the bootstrap; its successor names it so. */
	if (!batch->rules->skip_not_ready && !readiness->own.ready)
		list_add(&meta.issues, "own_data_incomplete");
	return meta;
}
