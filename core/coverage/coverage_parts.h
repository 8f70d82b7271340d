/* What the files of core/coverage share; nobody else includes this. */
#ifndef BACKCOURT_COVERAGE_PARTS_H
#define BACKCOURT_COVERAGE_PARTS_H

#include "coverage/coverage.h"

/* Of the days before a day: how many ... One more than there are days per table. */
struct tally {
	int32_t expected, with_rows, unknown, busy;
};

/* Said by a script's log. */
struct report {
	int64_t rows;
	int64_t at_ms; /* 0: nothing was said */
};

struct coverage_memory {
	/* As in the cells, by table, then day: what most questions need, in a hundredth of the
	 * room. UNKNOWN before coverage_judge. */
	uint8_t *verdicts;
	uint8_t *reasons;
	int16_t *becauses;
	/* A bit per day, by table: cells whose evidence changed since they were judged; while
	 * coverage_judge_changes works, also those that came out different. */
	uint64_t **stirred;
	bool all_stirred;
	uint64_t judgement;	  /* the newest; 0 before the first */
	uint64_t *day_judgements; /* by day: the newest that left something different there */
	struct table_summary *summaries; /* by table */
	bool *is_summed;		 /* by table: its summary is right */
	struct symbols *words;
	struct calendar_day *days; /* of the range, as coverage_judge last read the calendar */
	uint8_t *expects;	   /* enum expected_day, by table, then day; read then, too */
	struct tally **tallies;	   /* by table; NULL where nobody looks back on it */
	int64_t **sources;	   /* by table: edge_count sequences per day; -1 unrecorded */
	date_t *first_kept;	   /* by table */
	struct checkpoint_note **checkpoints; /* by table, then day; words NULL: nothing */
	struct report **reports;	      /* by table, then day; NULL where nothing was said */
	int64_t **spent_ms;		      /* by table, then day; NULL where nothing is known */
	int64_t **nulls; /* by table: a number per critical column and day; -1 not counted */
	struct excuse *excuses;
	size_t excuse_count, excuse_capacity;
	date_t today;
};

#define WORD_BITS   64
#define TABLE_WORDS (PIPELINE_TABLES_MAX / WORD_BITS + 1)

/* A set of tables. */
struct table_bits {
	uint64_t words[TABLE_WORDS];
};

static inline void table_bits_add(struct table_bits *bits, size_t table)
{
	bits->words[table / WORD_BITS] |= (uint64_t)1 << (table % WORD_BITS);
}

static inline bool table_bits_has(const struct table_bits *bits, size_t table)
{
	return bits->words[table / WORD_BITS] >> (table % WORD_BITS) & 1;
}

/* A table while it is judged, day by day, oldest first. */
struct bench {
	const struct coverage *coverage;
	const struct pipeline_table *described;
	size_t table;
	struct cell *cells;	     /* of the table, by day */
	uint8_t *verdicts;	     /* of the table, by day */
	uint8_t *reasons;	     /* of the table, by day */
	int16_t *becauses;	     /* of the table, by day */
	const uint8_t *expects;	     /* of the table, by day: what the calendar says */
	const struct cell *measures; /* of the table that it is to have as many rows as, or NULL */
	struct tally *tallies;	     /* of the table, or NULL */
	struct per_game {
		int games;
		int64_t low, shown, high;
	} newest; /* what the rule says of the number of games that it was asked last */
	int64_t previous_rows; /* of the newest earlier date of the season that has any; 0 none */
	int previous_season;
};

/* Of the critical columns of a table on a day, in order. */
static inline int64_t *nulls_of(const struct coverage *coverage, size_t table, int32_t day)
{
	return &coverage->memory->nulls[table][coverage->pipeline->tables[table].critical_count *
					       (size_t)day];
}

/* A number that no coverage has yet. */
uint64_t judge_next_number(void);

/* The verdicts on one table, from a bench that was laid for it. */
void judge_lay_bench(const struct coverage *coverage, size_t table, struct bench *bench);
void judge_cell(struct bench *bench, int32_t day);
/* Rows are expected, and nobody has excused them. */
static inline bool is_expected(const struct cell *cell)
{
	return cell->expects == EXPECTED_YES && cell->verdict != VERDICT_EXCUSED &&
	       cell->verdict != VERDICT_EXPIRED;
}

/* What those that look back on the table know of the days before day + 1, from the day before. */
static inline void judge_count_day(const struct bench *bench, int32_t day)
{
	const struct cell *cell = &bench->cells[day];
	struct tally tally = bench->tallies[day];
	bool expected = is_expected(cell);
	tally.expected += expected;
	tally.with_rows += cell->rows_known && cell->rows > 0;
	tally.unknown += expected && !cell->rows_known;
	tally.busy += cell->verdict == VERDICT_QUEUED || cell->verdict == VERDICT_RUNNING;
	bench->tallies[day + 1] = tally;
}

/* A cell more of the table; then what follows from the counts. */
static inline void summary_add(struct table_summary *summary, const struct cell *cell)
{
	summary->by_verdict[cell->verdict]++;
	summary->expected += is_expected(cell);
	summary->rows += cell->rows_known ? cell->rows : 0;
}

static inline void summary_close(struct table_summary *summary)
{
	summary->complete = summary->by_verdict[VERDICT_COMPLETE];
	for (int verdict = 0; verdict < VERDICT_COUNT; verdict++)
		summary->gaps += verdict_is_gap(verdict) ? summary->by_verdict[verdict] : 0;
}

#define STIR_BITS 64
static inline size_t stir_words(const struct coverage *coverage)
{
	return (size_t)coverage->days / STIR_BITS + 1;
}

static inline void stir(const struct coverage *coverage, size_t table, date_t date)
{
	size_t day = (size_t)(date - coverage->range.first);
	coverage->memory->stirred[table][day / STIR_BITS] |= UINT64_C(1) << (day % STIR_BITS);
	coverage->memory->is_summed[table] = false;
}

void stir_all(const struct coverage *coverage);

/* core/coverage/evidence.c: the cell holds no rows, and was looked at. */
void evidence_set_empty(struct cell *cell, int64_t checked_ms);
/* By critical column; counted: NULL when nobody did. */
void evidence_set_nulls(
	const struct coverage *coverage, size_t table, date_t date, const int64_t *counted);

/* The reason of a cell whose job wants more rows than a cell with this verdict has: more may come
 * where it is a gap. */
enum reason minimum_reason(enum verdict verdict);

static inline enum verdict verdict_at(const struct coverage *coverage, size_t table, int32_t day)
{
	return (enum verdict)
		coverage->memory->verdicts[table * (size_t)coverage->days + (size_t)day];
}

static inline enum reason reason_at(const struct coverage *coverage, size_t table, int32_t day)
{
	return (enum reason)coverage->memory->reasons[table * (size_t)coverage->days + (size_t)day];
}

static inline int because_at(const struct coverage *coverage, size_t table, int32_t day)
{
	return coverage->memory->becauses[table * (size_t)coverage->days + (size_t)day];
}

/* Whether rows are expected: most verdicts say so, without a look at the cell. */
static inline bool is_expected_at(const struct coverage *coverage, size_t table, int32_t day)
{
	enum verdict verdict = verdict_at(coverage, table, day);
	if (verdict == VERDICT_OFF || verdict == VERDICT_BOOTSTRAP)
		return false;
	if (verdict != VERDICT_UNKNOWN && verdict != VERDICT_EXCUSED && verdict != VERDICT_EXPIRED)
		return true;
	return coverage->cells[table * (size_t)coverage->days + (size_t)day].expects ==
	       EXPECTED_YES;
}

/* verdict_opens_gate, for the loops over all cells. */
static inline bool opens_gate(enum verdict verdict)
{
	enum {
		OPEN = 1 << VERDICT_COMPLETE | 1 << VERDICT_EXCUSED | 1 << VERDICT_OFF |
		       1 << VERDICT_BOOTSTRAP
	};
	return OPEN >> verdict & 1;
}

/* The cells of a table, by day. */
static inline struct cell *cells_of(const struct coverage *coverage, size_t table)
{
	return &coverage->cells[table * (size_t)coverage->days];
}

/* coverage_history_window and coverage_past, for the loops over all cells. */
static inline date_t season_first(const struct coverage *coverage, date_t date)
{
	if (!date_range_has(coverage->range, date))
		return calendar_season_first(coverage->calendar, date);
	const struct calendar_day *day = &coverage->memory->days[date - coverage->range.first];
	return day->season < 0 ? DATE_NONE : date - day->day_of_season;
}

static inline struct date_range window_of(
	const struct coverage *coverage, const struct history_edge *edge, date_t date)
{
	date_t season = season_first(coverage, date);
	date_t first = edge->span == HISTORY_SEASON ? season : date - edge->days;
	if (season != DATE_NONE && first < season)
		first = season;
	return (struct date_range){first, date - 1};
}

static inline struct past past_of(
	const struct coverage *coverage, const struct history_edge *edge, date_t date)
{
	struct date_range window = window_of(coverage, edge, date);
	const struct tally *tallies = coverage->memory->tallies[edge->table];
	struct past past = {.is_cut = window.first < coverage->range.first};
	if (past.is_cut)
		window.first = coverage->range.first;
	if (window.last > coverage->range.last)
		window.last = coverage->range.last;
	if (window.last < window.first)
		return past;
	const struct tally *from = &tallies[window.first - coverage->range.first];
	const struct tally *to = &tallies[window.last + 1 - coverage->range.first];
	past.expected = to->expected - from->expected;
	past.with_rows = to->with_rows - from->with_rows;
	past.unknown = to->unknown - from->unknown;
	past.busy = to->busy - from->busy;
	return past;
}

/* Nothing at all lies behind the edge, and something should; what lies before the range is not
 * known to be missing. */
static inline bool is_missing(const struct past *past)
{
	return past->expected > 0 && past->with_rows == 0 && !past->is_cut;
}

/* The newest date behind a history edge with this verdict (VERDICT_COUNT: that is expected), or
 * DATE_NONE. */
date_t newest_behind(const struct coverage *coverage, const struct history_edge *edge, date_t date,
	enum verdict wanted);

/* From a cell to the first that it waits for; false when it waits for none. Tables have an order,
 * so that a walk ends after as many steps as there are tables. */
bool step_up(const struct coverage *coverage, size_t *table, date_t *date);

/* What a cell will hold by its rule, once it is written well; -1: cannot be said. */
int64_t rows_to_come(const struct coverage *coverage, size_t table, int32_t day);

/* Drops what holds up nothing and is no gap, and sorts the rest. */
struct causes;
void causes_keep_what_matters(struct causes *causes);

/* cell_needs_you, for the loops over all cells. */
bool needs_you_at(const struct coverage *coverage, size_t table, int32_t day);

/* "refuses fewer than 10 rows of utgc; there are 6": what the job of a table demands of another. */
void say_refusal(const struct coverage *coverage, size_t table, size_t demanded, date_t date,
	struct buffer *into);

/* The reason of a cell below an upstream with this verdict, which does not open the gate. */
enum reason gate_reason(enum verdict verdict);

/* Fills expected, expected_min and expected_max (-1: unknown) from the table's rule; the tables
 * before it in the pipeline's order and the dates before this one must have theirs. */
void expectation_fill(struct bench *bench, int32_t day);
/* Nothing is expected of the cell. */
static inline void expectation_clear(struct cell *cell)
{
	/* Of most cells nothing ever was: their second cache line is left alone. */
	if (cell->expected_max != -1)
		cell->expected = cell->expected_min = cell->expected_max = -1;
}

/* What rows_of: raw compares with; -1: nobody counted the raw rows. */
int64_t expectation_raw_rows(const struct pipeline_table *table, const struct calendar_day *day);
/* Call after every day: what at_least_previous looks at. True: the day counts for it. */
bool expectation_remember(struct bench *bench, int32_t day);
/* The same for the newest day before this one that counts. */
void expectation_recall(struct bench *bench, int32_t day);

#endif
