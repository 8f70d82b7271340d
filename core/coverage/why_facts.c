/* The witnesses of a cell, and what they rule out. */
#include "why_parts.h"

#include <inttypes.h>
#include <string.h>

#define OWN_FACTS_MAX	  5 /* excuse, expectation, warehouse, ledger, checkpoint */
#define RULED_OUT_OWN_MAX 9

static int64_t age_ms(const struct inquiry *inquiry, int64_t at_ms)
{
	int64_t now_ms = inquiry->setting->now_ms;
	return at_ms > 0 && now_ms >= at_ms ? now_ms - at_ms : -1;
}

static void add_fact(
	struct inquiry *inquiry, const char *witness, struct buffer *text, int64_t at_ms)
{
	struct why *why = inquiry->why;
	why->facts[why->fact_count++] = (struct why_fact){.witness = witness,
		.text = why_keep(why, text),
		.age_ms = age_ms(inquiry, at_ms),
		.table = -1};
}

static struct calendar_day day_of(const struct inquiry *inquiry)
{
	return inquiry->coverage->memory->days[inquiry->why->date - inquiry->coverage->range.first];
}

static void say_per_game(const struct inquiry *inquiry, struct buffer *text)
{
	const struct cell *cell = inquiry->cell;
	int games = day_of(inquiry).games;
	if (cell->expected_min == cell->expected_max)
		buffer_add_format(text, "%" PRId64 " rows", cell->expected_max);
	else
		buffer_add_format(text, "%" PRId64 " to %" PRId64 " rows", cell->expected_min,
			cell->expected_max);
	buffer_add_format(text, ": %g a game, %d game%s", inquiry->described->expect.per_game,
		games, games == 1 ? "" : "s");
}

static void say_raw(const struct inquiry *inquiry, struct buffer *text)
{
	struct calendar_day day = day_of(inquiry);
	if (expectation_raw_rows(inquiry->described, &day) >= 0)
		buffer_add_format(text, "%" PRId64 " rows: the raw rows of %d game%s",
			inquiry->cell->expected, day.games, day.games == 1 ? "" : "s");
	else if (inquiry->cell->expected >= 0)
		say_per_game(inquiry, text);
	else
		buffer_add_text(text, "as many as there are raw rows, which nobody counted");
}

static void say_rule(const struct inquiry *inquiry, struct buffer *text)
{
	const struct expectation *rule = &inquiry->described->expect;
	const struct cell *cell = inquiry->cell;
	switch (rule->rule) {
	case EXPECT_NOTHING_KNOWN:
		buffer_add_text(text, "any rows: the pipeline has no rule for this table");
		break;
	case EXPECT_PER_GAME:
		say_per_game(inquiry, text);
		break;
	case EXPECT_CONSTANT:
		buffer_add_format(text, "%" PRId64 " rows; %" PRId64 " will do", rule->constant,
			rule->minimum);
		break;
	case EXPECT_SAME_AS:
		if (cell->expected >= 0)
			buffer_add_format(text,
				"%" PRId64 " to %" PRId64 " rows: ", cell->expected_min,
				cell->expected_max);
		buffer_add_format(text, "%g to 100 %% of the rows of %s", rule->min_ratio * 100,
			why_table_name(inquiry, rule->same_as));
		break;
	case EXPECT_AT_LEAST_PREVIOUS:
		buffer_add_format(text, "at least %" PRId64 " row%s%s", cell->expected_min,
			cell->expected_min == 1 ? "" : "s",
			cell->expected_min > 1 && cell->expected_min > rule->minimum
				? ": not fewer than on the date before"
				: "");
		break;
	case EXPECT_ROWS_OF_RAW:
		say_raw(inquiry, text);
		break;
	}
}

static void add_expectation(struct inquiry *inquiry)
{
	struct buffer text = {0};
	struct calendar_day day = day_of(inquiry);
	switch (inquiry->cell->expects) {
	case EXPECTED_YES:
		say_rule(inquiry, &text);
		break;
	case EXPECTED_NOT_OFF:
		buffer_add_text(&text, day.season < 0 ? "nothing: outside every season"
						      : "nothing: no games on this day");
		break;
	case EXPECTED_NOT_BOOTSTRAP:
		buffer_add_format(&text, "nothing: day %d of the season", day.day_of_season + 1);
		break;
	case EXPECTED_NOT_FIRST:
		buffer_add_text(&text, "nothing: before the table's first date of the season");
		break;
	case EXPECTED_UNKNOWN:
		buffer_add_text(&text, "unknown: the schedule does not reach this day");
		break;
	}
	add_fact(inquiry, "expectation", &text, 0);
}

const char *why_expectation(const struct why *why)
{
	for (size_t i = 0; i < why->fact_count; i++)
		if (strcmp(why->facts[i].witness, "expectation") == 0)
			return why->facts[i].text;
	return "";
}

static void add_warehouse(struct inquiry *inquiry)
{
	const struct cell *cell = inquiry->cell;
	struct buffer text = {0};
	if (!cell->rows_known && cell->checked_ms == 0)
		buffer_add_text(&text, "not asked yet");
	else {
		if (!cell->rows_known)
			buffer_add_text(&text, "could not be asked; when it last could: ");
		buffer_add_format(
			&text, "%" PRId64 " row%s", cell->rows, cell->rows == 1 ? "" : "s");
		if (cell->distinct_keys >= 0 && cell->rows > 0)
			buffer_add_format(
				&text, ", %" PRId64 " different keys", cell->distinct_keys);
		if (cell->is_uncounted)
			buffer_add_text(
				&text, " by its partition alone: keys and NULLs not counted");
		if (cell->has_receipt)
			buffer_add_format(&text, ", receipt %" PRId64, cell->sequence);
		else if (cell->is_open && cell->sequence == 0)
			buffer_add_text(&text, "; a first write was announced and left no receipt");
		else if (cell->is_open)
			buffer_add_format(&text,
				" when receipt %" PRId64
				" was made; a write began since and left none",
				cell->sequence);
	}
	add_fact(inquiry, "warehouse", &text, cell->checked_ms);
}

static const char *attempt_words(enum attempt_state state)
{
	static const char *const words[] = {[ATTEMPT_NONE] = "no attempt is known",
		[ATTEMPT_QUEUED] = "queued",
		[ATTEMPT_RUNNING] = "running",
		[ATTEMPT_SUCCEEDED] = "the newest attempt succeeded",
		[ATTEMPT_FAILED] = "the newest attempt failed",
		[ATTEMPT_KILLED] = "the newest attempt was stopped",
		[ATTEMPT_SUSPECT] = "the newest attempt was cut while it wrote",
		[ATTEMPT_TIMED_OUT] = "the newest attempt took too long",
		[ATTEMPT_LOST] = "nobody saw the end of the newest attempt"};
	return words[state];
}

/* What the script believes: beside what is there. */
static void add_checkpoint(struct inquiry *inquiry)
{
	const struct why *why = inquiry->why;
	const struct cell *cell = inquiry->cell;
	const struct checkpoint_note *note =
		coverage_checkpoint(inquiry->coverage, why->table, why->date);
	struct buffer text = {0};
	if (note == NULL)
		return;
	buffer_add_format(&text, "the script noted: %s", note->words);
	if (coverage_checkpoint_is_wrong(inquiry->coverage, why->table, why->date) &&
		cell->rows == 0)
		buffer_add_text(&text, "; the table lacks it");
	else if (coverage_checkpoint_is_wrong(inquiry->coverage, why->table, why->date))
		buffer_add_format(&text, "; the table has only %" PRId64 " rows", cell->rows);
	else if (!note->is_success && cell->passes)
		buffer_add_text(&text, "; the table has it all the same");
	add_fact(inquiry, "checkpoint", &text, note->at_ms);
}

static void add_ledger(struct inquiry *inquiry)
{
	const struct cell *cell = inquiry->cell;
	struct buffer text = {0};
	buffer_add_text(&text, attempt_words(cell->attempt));
	if (cell->attempt_words[0] != '\0')
		buffer_add_format(&text, ": %s", cell->attempt_words);
	if (cell->attempt != ATTEMPT_NONE && cell->has_receipt && cell->attempt_ms > 0 &&
		cell->proved_ms > cell->attempt_ms)
		buffer_add_text(&text, "; the receipt is newer");
	add_fact(inquiry, "ledger", &text, cell->attempt_ms);
}

static void add_excuse(struct inquiry *inquiry)
{
	const struct excuse *excuse =
		coverage_excuse(inquiry->coverage, inquiry->why->table, inquiry->why->date);
	struct buffer text = {0};
	char until[DATE_TEXT_BYTES];
	if (excuse == NULL)
		return;
	buffer_add_text(&text, excuse->words);
	if (excuse->until != DATE_NONE)
		buffer_add_format(&text, ", until %s", date_format(excuse->until, until));
	add_fact(inquiry, "excuse", &text, 0);
}

static void add_edge(struct inquiry *inquiry, size_t edge)
{
	const struct why *why = inquiry->why;
	size_t other = pipeline_edge(inquiry->described, edge);
	const struct cell *above = coverage_cell(inquiry->coverage, other, why->date);
	size_t day = (size_t)(why->date - inquiry->coverage->range.first);
	int64_t recorded =
		inquiry->coverage->memory
			->sources[why->table][pipeline_edge_count(inquiry->described) * day + edge];
	struct buffer text = {0};
	buffer_add_format(
		&text, "%s: %s", why_table_name(inquiry, other), verdict_word(above->verdict));
	if (above->has_receipt)
		buffer_add_format(&text, ", receipt %" PRId64, above->sequence);
	if (inquiry->cell->has_receipt && recorded > 0)
		buffer_add_format(&text, "; this was computed from %" PRId64, recorded);
	else if (inquiry->cell->has_receipt && recorded == 0)
		buffer_add_text(&text, "; it had none when this was computed");
	add_fact(inquiry, edge < inquiry->described->upstream_count ? "upstream" : "guard", &text,
		above->written_ms);
	inquiry->why->facts[why->fact_count - 1].table = (int)other;
}

static void add_past(struct inquiry *inquiry, const struct history_edge *edge)
{
	struct past past = coverage_past(inquiry->coverage, edge, inquiry->why->date);
	struct buffer text = {0};
	buffer_add_format(&text, "%s: ", why_table_name(inquiry, edge->table));
	if (past.expected == 0) {
		buffer_add_text(&text, past.is_cut ? "all its dates before lie before the range"
						   : "no date before is expected");
		add_fact(inquiry, "history", &text, 0);
		return;
	}
	buffer_add_format(
		&text, "%d of %d expected dates before have rows", past.with_rows, past.expected);
	if (past.busy > 0)
		buffer_add_format(&text, ", %d queued or running", past.busy);
	if (past.unknown > 0)
		buffer_add_format(&text, ", %d unknown", past.unknown);
	if (past.is_cut)
		buffer_add_text(&text, " (more lie before the range)");
	add_fact(inquiry, "history", &text, 0);
}

/* Then what it would be made of does not matter. */
static bool is_nothing_expected(const struct cell *cell)
{
	return cell->expects == EXPECTED_NOT_OFF || cell->expects == EXPECTED_NOT_BOOTSTRAP ||
	       cell->expects == EXPECTED_NOT_FIRST;
}

void why_collect_facts(struct inquiry *inquiry)
{
	const struct pipeline_table *described = inquiry->described;
	struct why *why = inquiry->why;
	size_t room = OWN_FACTS_MAX + pipeline_edge_count(described) + described->history_count;
	why->facts = arena_new(&why->arena, room * sizeof(*why->facts));
	add_excuse(inquiry);
	add_expectation(inquiry);
	add_warehouse(inquiry);
	add_ledger(inquiry);
	add_checkpoint(inquiry);
	if (is_nothing_expected(inquiry->cell))
		return;
	for (size_t i = 0; i < pipeline_edge_count(described); i++)
		add_edge(inquiry, i);
	for (size_t i = 0; i < described->history_count; i++)
		add_past(inquiry, &described->history[i]);
}

static void rule_out(struct inquiry *inquiry, struct buffer *text)
{
	struct why *why = inquiry->why;
	why->ruled_out[why->ruled_out_count++] = why_keep(why, text);
}

static void rule_out_calendar(struct inquiry *inquiry)
{
	struct calendar_day day = day_of(inquiry);
	struct buffer text = {0};
	if (inquiry->cell->expects != EXPECTED_YES)
		return;
	if (day.games > 0) {
		buffer_add_format(
			&text, "an off day: %d game%s", day.games, day.games == 1 ? "" : "s");
		rule_out(inquiry, &text);
	}
	if (inquiry->described->bootstrap) {
		buffer_add_format(&text, "bootstrap: day %d of the season, after the first %d",
			day.day_of_season + 1, inquiry->coverage->pipeline->bootstrap_days);
		rule_out(inquiry, &text);
	}
}

static void rule_out_nulls(struct inquiry *inquiry)
{
	const struct pipeline_table *described = inquiry->described;
	struct buffer text = {0};
	for (size_t i = 0; i < described->critical_count; i++) {
		int64_t nulls = coverage_nulls(
			inquiry->coverage, inquiry->why->table, inquiry->why->date, i);
		if (nulls < 0 || (double)nulls > described->critical[i].max_null_ratio *
							 (double)inquiry->cell->rows)
			continue;
		buffer_add_format(&text, "NULLs: %" PRId64 " of %" PRId64 " rows lack %s", nulls,
			inquiry->cell->rows, described->critical[i].column);
		rule_out(inquiry, &text);
	}
}

static void rule_out_rows(struct inquiry *inquiry)
{
	const struct cell *cell = inquiry->cell;
	struct buffer text = {0};
	if (!cell->rows_known || cell->rows <= 0)
		return;
	if (cell->distinct_keys >= cell->rows) {
		buffer_add_format(
			&text, "duplicates: %" PRId64 " rows, as many different keys", cell->rows);
		rule_out(inquiry, &text);
	}
	rule_out_nulls(inquiry);
	/* Without a receipt or the time of a write nobody knows what it was computed from. */
	if (cell->fresh && pipeline_edge_count(inquiry->described) > 0 &&
		(cell->has_receipt || cell->written_ms > 0)) {
		buffer_add_text(&text, "stale: computed from the upstreams as they are");
		rule_out(inquiry, &text);
	}
}

static void rule_out_runs(struct inquiry *inquiry)
{
	const struct cell *cell = inquiry->cell;
	struct buffer text = {0};
	if (cell->attempt == ATTEMPT_QUEUED || cell->attempt == ATTEMPT_RUNNING)
		return;
	buffer_add_text(&text, "a run under way: none of ours computes it or waits to");
	rule_out(inquiry, &text);
	if (cell->attempt != ATTEMPT_NONE && cell->attempt != ATTEMPT_SUSPECT && !cell->is_open) {
		buffer_add_text(&text, "a cut write: the newest attempt ended outside of it");
		rule_out(inquiry, &text);
	}
}

static void rule_out_gate(struct inquiry *inquiry)
{
	const struct why *why = inquiry->why;
	struct buffer text = {0};
	enum reason reason;
	int because;
	if (inquiry->cell->expects != EXPECTED_YES ||
		pipeline_edge_count(inquiry->described) == 0 ||
		!coverage_gate(inquiry->coverage, why->table, why->date, &reason, &because))
		return;
	buffer_add_format(&text, "upstreams and guards: all %zu are complete or not expected",
		pipeline_edge_count(inquiry->described));
	rule_out(inquiry, &text);
}

void why_collect_ruled_out(struct inquiry *inquiry)
{
	struct why *why = inquiry->why;
	struct buffer text = {0};
	why->ruled_out = arena_new(&why->arena, RULED_OUT_OWN_MAX * sizeof(*why->ruled_out));
	rule_out_calendar(inquiry);
	if (coverage_excuse(inquiry->coverage, why->table, why->date) == NULL &&
		why->verdict != VERDICT_EXCUSED) {
		buffer_add_text(&text, "an excuse: there is none");
		rule_out(inquiry, &text);
	}
	rule_out_rows(inquiry);
	rule_out_runs(inquiry);
	rule_out_gate(inquiry);
}
