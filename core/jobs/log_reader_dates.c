#include "log_reader_parts.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const outcome_words[] = {
#define X(id, word, meaning) [LOG_OUTCOME_##id] = word,
	LOG_OUTCOME_LIST(X)
#undef X
};

static const char *const stage_words[] = {
#define X(id, word) [LOG_STAGE_##id] = word,
	LOG_STAGE_LIST(X)
#undef X
};

const char *log_outcome_word(enum log_outcome outcome)
{
	return outcome_words[outcome];
}

const char *log_stage_word(enum log_stage stage)
{
	return stage_words[stage];
}

void state_clear(struct date_state *state)
{
	*state = (struct date_state){
		.date = DATE_NONE,
		.began_offset = -1,
		.loaded_rows = -1,
		.batch_rows = -1,
		.written = -1,
		.to_write = -1,
		.entities = -1,
		.failures = -1,
		.started_ms = -1,
		.seconds_ms = -1,
	};
}

static struct date_state *find_open(struct log_reader *reader, date_t date)
{
	for (size_t i = 0; i < reader->open_count; i++)
		if (reader->open[i].date == date)
			return &reader->open[i];
	return NULL;
}

void reader_explain(struct log_fact *fact, const struct cause *cause, const char *otherwise)
{
	fact->text = cause != NULL && cause->weight != WEIGHT_NONE ? cause->text : otherwise;
	fact->category = cause != NULL && cause->weight != WEIGHT_NONE ? cause->category : "";
}

static int64_t rows_of(const struct date_state *state)
{
	int64_t rows = state->loaded_rows;
	if (state->batch_rows > rows)
		rows = state->batch_rows;
	return state->written > rows ? state->written : rows;
}

static struct log_fact end_of(const struct date_state *state, enum log_outcome outcome)
{
	struct log_fact fact = fact_of(LOG_FACT_DATE_ENDED, state->date);
	fact.outcome = outcome;
	fact.rows = rows_of(state);
	fact.entities = state->entities;
	fact.failures = state->failures;
	fact.began_offset = state->began_offset;
	fact.started_ms = state->started_ms;
	fact.seconds_ms = state->seconds_ms;
	fact.is_window_open = state->is_window_open;
	return fact;
}

static void tell_end(struct log_reader *reader, struct log_fact *fact)
{
	reader->counts.outcomes[fact->outcome]++;
	reader->has_dates = true;
	reader_tell(reader, fact);
}

static bool says_nothing(const char *text)
{
	return text[0] == '\0' || strcasecmp(text, "unknown") == 0 || strcmp(text, "None") == 0;
}

/* The reason of a failure: a reason from the lines above, else what the verdict says, else the best
 * of the lesser ones. */
static void tell_failure(
	struct log_reader *reader, const struct date_state *state, const char *said)
{
	struct log_fact fact = end_of(state, LOG_OUTCOME_FAILED);
	struct cause verdict = {0};
	if (!says_nothing(said))
		reader_weigh(
			reader, &verdict, WEIGHT_REASON, "PROCESSING_ERROR", said, strlen(said));
	if (state->cause.weight == WEIGHT_REASON)
		reader_explain(&fact, &state->cause, "");
	else if (verdict.weight != WEIGHT_NONE)
		reader_explain(&fact, &verdict, "");
	else if (state->cause.weight == WEIGHT_ERROR)
		reader_explain(&fact, &state->cause, "");
	else if (state->has_save_failed || state->is_partial)
		reader_explain(&fact, &state->save, "");
	else
		reader_explain(&fact, &state->cause,
			state->no_data[0] != '\0' ? state->no_data : "the log gives no reason");
	if (fact.category[0] == '\0')
		fact.category = "UNKNOWN";
	tell_end(reader, &fact);
}

/* Gives a parallel success the load line that has its count. */
static bool claim_load(struct log_reader *reader, int64_t rows)
{
	for (size_t i = 0; i < reader->load_count; i++) {
		if (reader->loads[i] != rows)
			continue;
		memmove(reader->loads + i, reader->loads + i + 1,
			(--reader->load_count - i) * sizeof(reader->loads[0]));
		return true;
	}
	return false;
}

static bool is_partial(const struct date_state *state)
{
	return state->is_partial || state->written < state->to_write;
}

static void tell_success(struct log_reader *reader, struct date_state *state)
{
	char text[LOG_REASON_BYTES];
	if (reader->is_parallel && state->entities > 0 && claim_load(reader, state->entities)) {
		state->loaded_rows = state->entities;
		state->is_window_open = false;
	}
	struct log_fact fact = end_of(state, LOG_OUTCOME_OK);
	if (state->has_save_failed) {
		fact.outcome = LOG_OUTCOME_FAILED;
		reader_explain(&fact, &state->save, "");
	} else if (is_partial(state)) {
		fact.outcome = LOG_OUTCOME_FAILED;
		snprintf(text, sizeof(text), "%lld of %lld rows were written",
			(long long)state->written, (long long)state->to_write);
		reader_explain(&fact, &state->save, text);
		fact.category = "PARTIAL_WRITE";
	} else if (fact.rows <= 0 && reader->is_parallel && state->entities > 0) {
		fact.outcome = LOG_OUTCOME_UNKNOWN;
		fact.text = "dates in parallel: no load line has this count";
	} else if (fact.rows <= 0 && !state->is_from_start) {
		fact.outcome = LOG_OUTCOME_UNKNOWN;
		fact.text = "the log does not have the beginning of this date";
	} else if (fact.rows <= 0) {
		fact.outcome = LOG_OUTCOME_EMPTY;
		fact.rows = 0;
		reader_explain(&fact, &state->cause,
			state->no_data[0] != '\0' ? state->no_data : "no load line was seen");
	}
	tell_end(reader, &fact);
}

static void judge(
	struct log_reader *reader, struct date_state *state, const struct verdict *verdict)
{
	struct log_fact fact;
	/* Three scripts always say 0: what their processor said before is better. */
	if (verdict->entities > 0 || state->entities < 0)
		state->entities = verdict->entities;
	if (verdict->failures >= 0)
		state->failures = verdict->failures;
	switch (verdict->said) {
	case SAID_OK:
		tell_success(reader, state);
		return;
	case SAID_FAILED:
		tell_failure(reader, state, verdict->text);
		return;
	case SAID_SKIPPED:
		fact = end_of(state, LOG_OUTCOME_SKIPPED);
		fact.text = "bootstrap period";
		tell_end(reader, &fact);
		return;
	case SAID_DRY:
		fact = end_of(state, LOG_OUTCOME_DRY_RUN);
		fact.text = verdict->text;
		tell_end(reader, &fact);
		return;
	}
}

/* The next date begins, or the summary: some forms of the scripts say nothing per date. Then the
 * processor's own record decides, with the rows. */
static void judge_without_verdict(struct log_reader *reader, struct date_state *state)
{
	if (state->was_recorded_ok && (rows_of(state) > 0 || state->has_save_failed)) {
		tell_success(reader, state);
		return;
	}
	if (state->was_recorded_failed || state->cause.weight == WEIGHT_REASON) {
		tell_failure(reader, state, "");
		return;
	}
	struct log_fact fact = end_of(state, LOG_OUTCOME_UNKNOWN);
	reader_explain(&fact, &state->cause, "the date ended without a verdict");
	tell_end(reader, &fact);
}

static void judge_interrupted(struct log_reader *reader, struct date_state *state)
{
	struct log_fact fact = end_of(
		state, state->is_window_open ? LOG_OUTCOME_SUSPECT : LOG_OUTCOME_INTERRUPTED);
	reader_explain(&fact, &reader->crash,
		state->is_window_open ? "the process ended between delete and load"
				      : "the process ended within the date");
	tell_end(reader, &fact);
}

static void clear_hand(struct log_reader *reader)
{
	state_clear(&reader->hand);
	/* What follows belongs to the next date from its first line. */
	reader->hand.is_from_start = true;
}

static void drop_open(struct log_reader *reader, struct date_state *state)
{
	*state = reader->open[--reader->open_count];
}

static struct date_state *add_open(struct log_reader *reader, date_t date)
{
	if (reader->open_count == LOG_PARALLEL_DATES_MAX) {
		judge_without_verdict(reader, &reader->open[0]);
		memmove(reader->open, reader->open + 1,
			--reader->open_count * sizeof(reader->open[0]));
	}
	ARRAY_GROW(reader->open, reader->open_count, reader->open_capacity);
	struct date_state *state = &reader->open[reader->open_count++];
	state_clear(state);
	state->date = date;
	state->is_from_start = true;
	state->began_offset = reader->offset;
	return state;
}

struct date_state *reader_state(struct log_reader *reader, date_t date)
{
	if (date == DATE_NONE)
		return &reader->hand;
	struct date_state *found = find_open(reader, date);
	if (found != NULL)
		return found;
	if (reader->is_parallel) {
		struct date_state *made = add_open(reader, date);
		reader_tell_of(reader, LOG_FACT_DATE_BEGAN, date);
		return made;
	}
	if (reader->hand.date == DATE_NONE)
		reader->hand.date = date;
	return &reader->hand;
}

void reader_begin_date(struct log_reader *reader, date_t date)
{
	if (date == DATE_NONE)
		return;
	if (reader->has_summary)
		reader_end_run(reader);
	reader->has_dates = true;
	if (reader->is_parallel) {
		reader_state(reader, date);
		return;
	}
	if (reader->hand.date != DATE_NONE)
		judge_without_verdict(reader, &reader->hand);
	clear_hand(reader);
	reader->hand.date = date;
	reader->hand.began_offset = reader->offset;
	reader_tell_of(reader, LOG_FACT_DATE_BEGAN, date);
}

void reader_set_aside(struct log_reader *reader)
{
	if (!reader->is_parallel && reader->hand.date != DATE_NONE &&
		find_open(reader, reader->hand.date) == NULL)
		*add_open(reader, reader->hand.date) = reader->hand;
	clear_hand(reader);
}

void reader_set_stage(struct log_reader *reader, struct date_state *state, enum log_stage stage)
{
	state->has_evidence = true;
	if (state->began_offset < 0 && state->date != DATE_NONE)
		state->began_offset = reader->offset;
	if (state->stage == stage)
		return;
	state->stage = stage;
	struct log_fact fact = fact_of(LOG_FACT_STAGE, state->date);
	fact.stage = stage;
	reader_tell(reader, &fact);
}

void reader_close_window(struct log_reader *reader, struct date_state *state)
{
	if (!state->is_window_open)
		return;
	state->is_window_open = false;
	reader_tell_of(reader, LOG_FACT_WINDOW, state->date);
}

/* The oldest that nobody claimed makes room. */
static void note_load(struct log_reader *reader, int64_t rows)
{
	if (reader->load_count == LOADS_MAX)
		memmove(reader->loads, reader->loads + 1,
			--reader->load_count * sizeof(reader->loads[0]));
	reader->loads[reader->load_count++] = rows;
}

void reader_tell_rows(struct log_reader *reader, const struct date_state *state, int64_t rows)
{
	if (reader->is_parallel && rows > 0)
		note_load(reader, rows);
	struct log_fact fact = fact_of(LOG_FACT_ROWS, state->date);
	fact.rows = reader->is_parallel ? rows : rows_of(state);
	reader_tell(reader, &fact);
}

static void tell_lost_verdict(struct log_reader *reader, const struct verdict *verdict)
{
	struct log_fact fact = fact_of(LOG_FACT_PROBLEM, DATE_NONE);
	fact.severity = LOG_WATCH;
	fact.category = "UNKNOWN";
	fact.text =
		verdict->said == SAID_OK ? "a success without a date" : "a verdict without a date";
	reader_tell(reader, &fact);
}

void reader_verdict(struct log_reader *reader, const struct verdict *verdict)
{
	struct date_state *hand = &reader->hand;
	struct date_state *found =
		verdict->date == DATE_NONE ? NULL : find_open(reader, verdict->date);
	if (found != NULL) {
		judge(reader, found, verdict);
		drop_open(reader, found);
		return;
	}
	if (verdict->date == DATE_NONE && hand->date == DATE_NONE) {
		tell_lost_verdict(reader, verdict);
		return;
	}
	bool is_hand =
		!reader->is_parallel && (verdict->date == DATE_NONE || hand->date == DATE_NONE ||
						hand->date == verdict->date);
	if (!is_hand) {
		struct date_state alone;
		state_clear(&alone);
		alone.date = verdict->date == DATE_NONE ? hand->date : verdict->date;
		judge(reader, &alone, verdict);
		return;
	}
	if (hand->date == DATE_NONE)
		hand->date = verdict->date;
	judge(reader, hand, verdict);
	clear_hand(reader);
}

static void close_all(struct log_reader *reader,
	void (*judge_one)(struct log_reader *reader, struct date_state *state))
{
	for (size_t i = 0; i < reader->open_count; i++)
		judge_one(reader, &reader->open[i]);
	reader->open_count = 0;
	if (reader->hand.date != DATE_NONE)
		judge_one(reader, &reader->hand);
	clear_hand(reader);
}

void reader_close_open(struct log_reader *reader)
{
	close_all(reader, judge_without_verdict);
}

void reader_interrupt_open(struct log_reader *reader)
{
	close_all(reader, judge_interrupted);
}
