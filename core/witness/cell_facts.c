/* What was found in a cell, in words. */
#include "witness/cell_rows.h"

#include "base/clock.h"
#include "base/memory.h"

#include <inttypes.h>
#include <string.h>

#define HASH_SHOWN 8

struct telling {
	const struct cell_rows *rows;
	struct cell_facts *facts;
	struct buffer text; /* of the fact being told */
};

static const char *plural(int64_t count)
{
	return count == 1 ? "" : "s";
}

/* Takes the text. */
static struct cell_fact *tell(struct telling *telling, const char *label, int64_t at_ms)
{
	struct cell_facts *facts = telling->facts;
	struct cell_fact *fact = &facts->items[facts->count++];
	*fact = (struct cell_fact){.label = label,
		.text = arena_copy_text(&facts->arena, buffer_text(&telling->text)),
		.at_ms = at_ms};
	buffer_clear(&telling->text);
	return fact;
}

static void tell_counts(struct telling *telling)
{
	const struct cell_rows *rows = telling->rows;
	struct buffer *text = &telling->text;
	if (rows->is_missing)
		buffer_add_text(text, "there is no such table");
	else if (rows->rows < 0)
		buffer_add_text(text, "the warehouse does not know");
	else
		buffer_add_format(text, "%" PRId64 " row%s", rows->rows, plural(rows->rows));
	if (rows->rows > 0 && rows->distinct_keys >= 0)
		buffer_add_format(text, ", %" PRId64 " different key%s", rows->distinct_keys,
			plural(rows->distinct_keys));
	tell(telling, "counted", rows->asked_ms)->is_bad = rows->is_missing;
}

static void tell_nulls(struct telling *telling)
{
	const struct cell_rows *rows = telling->rows;
	bool is_bad = false;
	if (rows->null_count == 0 || rows->rows <= 0)
		return;
	for (size_t i = 0; i < rows->null_count; i++) {
		buffer_add_format(&telling->text, "%s%s in %" PRId64 " of %" PRId64 " rows",
			i == 0 ? "" : ", ", rows->nulls[i].column, rows->nulls[i].rows, rows->rows);
		is_bad |= rows->nulls[i].rows > 0;
	}
	tell(telling, "NULL", 0)->is_bad = is_bad;
}

static void tell_receipt(struct telling *telling)
{
	const struct receipt *receipt = &telling->rows->receipt;
	struct buffer *text = &telling->text;
	if (telling->rows->counts_only)
		return;
	if (receipt_is_announcement(receipt)) {
		bool is_void = telling->rows->rows == 0;
		buffer_add_text(text, is_void ? "none: a first write was announced and never came"
					      : "none: a first write began and left none, so "
						"nobody has said that these rows are all");
		tell(telling, "receipt", receipt->verified_ms)->is_bad = !is_void;
		return;
	}
	if (receipt->is_open) {
		buffer_add_format(text,
			"a write began after number %" PRId64
			" and left none: the rows are of before or of that write",
			receipt->sequence);
		tell(telling, "receipt", receipt->verified_ms)->is_bad = true;
		return;
	}
	if (!telling->rows->has_receipt) {
		buffer_add_text(text, telling->rows->rows > 0
					      ? "none: this program did not write these rows"
					      : "none: this program wrote nothing here");
		tell(telling, "receipt", 0);
		return;
	}
	buffer_add_format(text, "%" PRId64 " row%s by run %s, number %" PRId64 ", hash %.*s",
		receipt->rows, plural(receipt->rows), receipt->run, receipt->sequence, HASH_SHOWN,
		receipt->hash);
	tell(telling, "receipt", receipt->written_ms);
	if (receipt->verified_ms > receipt->written_ms) {
		buffer_add_text(text, "a later run found them right");
		tell(telling, "", receipt->verified_ms);
	}
	for (size_t i = 0; i < receipt->source_count; i++) {
		const struct receipt_source *source = &receipt->sources[i];
		buffer_add_format(text, "%s%s ", i == 0 ? "" : ", ", source->table);
		if (source->sequence > 0)
			buffer_add_format(text, "%" PRId64, source->sequence);
		else
			buffer_add_text(text, "without a receipt");
	}
	if (receipt->source_count > 0)
		tell(telling, "made from", 0);
}

static const char *words_of(enum ledger_state state)
{
	static const char *const words[] = {[LEDGER_DATE_RUNNING] = "is running",
		[LEDGER_DATE_SUCCEEDED] = "succeeded",
		[LEDGER_DATE_FAILED] = "failed",
		[LEDGER_DATE_KILLED] = "was stopped",
		[LEDGER_DATE_SUSPECT] = "was cut while it wrote"};
	return words[state];
}

static void tell_attempt(struct telling *telling)
{
	const struct cell_rows *rows = telling->rows;
	const struct ledger_attempt *newest = &rows->attempts[0];
	struct buffer *text = &telling->text;
	bool is_most = rows->attempt_count == CELL_ATTEMPTS_MAX;
	buffer_add_format(text, "the newest of %s%zu attempt%s %s", is_most ? "at least " : "",
		rows->attempt_count, plural((int64_t)rows->attempt_count), words_of(newest->state));
	if (newest->rows >= 0)
		buffer_add_format(text, ", %" PRId64 " row%s", newest->rows, plural(newest->rows));
	if (newest->category[0] != '\0')
		buffer_add_format(text, ": %s", newest->category);
	if (newest->reason[0] != '\0')
		buffer_add_format(text, ": %s", newest->reason);
	tell(telling, "ledger", newest->ended_ms > 0 ? newest->ended_ms : newest->started_ms)
		->is_bad =
		newest->state != LEDGER_DATE_SUCCEEDED && newest->state != LEDGER_DATE_RUNNING;
	if (!rows->has_run || rows->run.log_path[0] == '\0')
		return;
	buffer_add_text(text, rows->run.log_path);
	if (newest->log_offset >= 0)
		buffer_add_format(text, " from byte %" PRId64, newest->log_offset);
	tell(telling, "log", 0);
}

static void tell_ledger(struct telling *telling)
{
	const struct cell_rows *rows = telling->rows;
	if (rows->attempt_count > 0) {
		tell_attempt(telling);
		return;
	}
	bool is_bad = rows->ledger_trouble[0] != '\0';
	buffer_add_text(&telling->text, is_bad ? rows->ledger_trouble : "no attempt is known");
	tell(telling, "ledger", 0)->is_bad = is_bad;
}

/* The first has the label, all of them ask for a person. */
static void tell_difference(struct telling *telling)
{
	const struct cell_facts *facts = telling->facts;
	bool is_first = facts->count == 0 || strcmp(facts->items[0].label, "differ") != 0;
	tell(telling, is_first ? "differ" : "", 0)->is_bad = true;
}

static void tell_differing_ledger(struct telling *telling)
{
	const struct cell_rows *rows = telling->rows;
	const struct ledger_attempt *newest = &rows->attempts[0];
	struct buffer *text = &telling->text;
	bool has_ended = rows->attempt_count > 0;
	if (!has_ended || rows->rows < 0)
		return;
	if (newest->state == LEDGER_DATE_SUCCEEDED && newest->rows >= 0 &&
		newest->rows != rows->rows)
		buffer_add_format(text,
			"the newest run told of %" PRId64 " row%s, the table has %" PRId64,
			newest->rows, plural(newest->rows), rows->rows);
	else if (newest->state == LEDGER_DATE_SUCCEEDED && newest->rows < 0 && rows->rows == 0)
		buffer_add_text(text, "the newest run succeeded, the table has no row");
	else if (newest->state == LEDGER_DATE_FAILED && rows->rows > 0)
		buffer_add_format(text,
			"the newest run failed; %" PRId64 " row%s from before are there",
			rows->rows, plural(rows->rows));
	if (text->length > 0)
		tell_difference(telling);
}

/* In what the witnesses do not agree: it stands first. */
static void tell_differences(struct telling *telling)
{
	const struct cell_rows *rows = telling->rows;
	struct buffer *text = &telling->text;
	if (rows->has_receipt && rows->rows >= 0 && rows->receipt.rows != rows->rows) {
		buffer_add_format(text,
			"the receipt says %" PRId64 " row%s, the table has %" PRId64
			": it was changed past its receipt",
			rows->receipt.rows, plural(rows->receipt.rows), rows->rows);
		tell_difference(telling);
	}
	if (rows->rows > 0 && rows->distinct_keys > 0 && rows->distinct_keys < rows->rows) {
		buffer_add_format(text, "every key stands there %.1f times",
			(double)rows->rows / (double)rows->distinct_keys);
		tell_difference(telling);
	}
	tell_differing_ledger(telling);
}

static size_t count_short(const struct cell_rows *rows)
{
	size_t count = 0;
	for (size_t i = 0; i < rows->group_count; i++)
		count += rows->groups[i].there < rows->groups[i].expected;
	return count;
}

static const char *what_of(const struct cell_rows *rows)
{
	if (rows->names == CELL_NAMES_GAMES)
		return "games of the date";
	return rows->of_season ? "teams of the season" : "teams of the date";
}

/* "DAL, LAL" or, of players, "DAL 0 of 11, LAL 9 of 12". */
static void list_short(struct telling *telling)
{
	const struct cell_rows *rows = telling->rows;
	const char *before = "";
	for (size_t i = 0; i < rows->group_count; i++) {
		const struct cell_group *group = &rows->groups[i];
		if (group->there >= group->expected)
			continue;
		buffer_add_format(&telling->text, "%s%s", before, group->name);
		if (rows->names == CELL_NAMES_PLAYERS)
			buffer_add_format(
				&telling->text, " %d of %d", group->there, group->expected);
		before = ", ";
	}
}

static void tell_groups(struct telling *telling)
{
	const struct cell_rows *rows = telling->rows;
	const char *what = what_of(rows);
	size_t short_count = count_short(rows);
	struct buffer *text = &telling->text;
	bool is_bad = short_count > 0;
	if (rows->group_count == 0)
		buffer_add_format(text, "the schedule has no %s to compare with", what);
	else if (rows->rows == 0)
		buffer_add_format(text, "all %zu %s: there is no row", rows->group_count, what);
	else if (!is_bad)
		buffer_add_format(
			text, "nobody: all %zu %s have their rows", rows->group_count, what);
	else {
		buffer_add_format(text, "%zu of %zu %s: ", short_count, rows->group_count, what);
		list_short(telling);
	}
	tell(telling, "missing", 0)->is_bad = is_bad;
}

static void tell_players(struct telling *telling)
{
	const struct cell_rows *rows = telling->rows;
	struct buffer *text = &telling->text;
	if (rows->missing_count > 0 && rows->rows != 0) {
		for (size_t i = 0; i < rows->missing_count; i++)
			buffer_add_format(text, "%s%s", i == 0 ? "" : ", ", rows->missing[i]);
		if (rows->missing_more > 0)
			buffer_add_format(text, " and %zu more", rows->missing_more);
		tell(telling, "players", 0);
	}
	if (rows->others > 0) {
		buffer_add_format(text, "%d row%s of players who did not play that day",
			rows->others, plural(rows->others));
		tell(telling, rows->missing_count > 0 ? "" : "players", 0);
	}
}

static void tell_others(struct telling *telling)
{
	const struct cell_rows *rows = telling->rows;
	if (rows->others == 0)
		return;
	buffer_add_format(&telling->text, "%d row%s of none of the %s", rows->others,
		plural(rows->others), what_of(rows));
	tell(telling, "", 0)->is_bad = true;
}

static void tell_missing(struct telling *telling)
{
	const struct cell_rows *rows = telling->rows;
	if (rows->is_missing)
		return; /* that is said already */
	if (rows->names_trouble[0] != '\0') {
		buffer_add_format(&telling->text, "%s%s",
			rows->counts_only ? "" : "nobody can be named: ", rows->names_trouble);
		tell(telling, "missing", 0);
		return;
	}
	if (rows->names == CELL_NAMES_NONE)
		return;
	tell_groups(telling);
	if (rows->names == CELL_NAMES_PLAYERS)
		tell_players(telling);
	else
		tell_others(telling);
}

void cell_facts_make(const struct cell_rows *rows, const char *expected, struct cell_facts *facts)
{
	struct telling telling = {.rows = rows, .facts = facts};
	*facts = (struct cell_facts){0};
	tell_differences(&telling);
	tell_missing(&telling);
	if (expected != NULL) {
		buffer_add_text(&telling.text, expected);
		tell(&telling, "expected", 0);
	}
	tell_counts(&telling);
	tell_nulls(&telling);
	tell_receipt(&telling);
	tell_ledger(&telling);
	buffer_release(&telling.text);
}

void cell_facts_release(struct cell_facts *facts)
{
	arena_release(&facts->arena);
	*facts = (struct cell_facts){0};
}
