/*
 * log_reader_parts: the reader in four files. log_reader.c makes records of lines,
 * log_reader_acts.c does what the rules say, log_reader_dates.c keeps what is known of a date and
 * judges it, log_reader_run.c what is known of the run.
 */
#ifndef BACKCOURT_JOBS_LOG_READER_PARTS_H
#define BACKCOURT_JOBS_LOG_READER_PARTS_H

#include "log_reader.h"

#include "log_memo.h"
#include "log_prefix.h"

#define AHEAD_MAX 4  /* lines whose meaning is asked for before it is needed */
#define LOADS_MAX 64 /* load lines that no parallel date has claimed */

/* How good a reason is; the first of the best is shown. */
enum weight {
	WEIGHT_NONE,
	WEIGHT_HINT,   /* W: something to watch */
	WEIGHT_ERROR,  /* E */
	WEIGHT_REASON, /* F */
};

struct cause {
	enum weight weight;
	char category[LOG_CATEGORY_BYTES];
	char text[LOG_REASON_BYTES];
};

/* What was seen of one date since it began. */
struct date_state {
	date_t date;	    /* DATE_NONE: lines came, their date is not known yet */
	bool is_from_start; /* no line of it can have been missed */
	bool has_evidence;  /* anything was seen */
	bool is_window_open;
	bool is_partial;      /* a batch failed */
	bool has_save_failed; /* and no load came after it */
	bool was_recorded_ok, was_recorded_failed;
	enum log_stage stage;
	int64_t began_offset;
	int64_t loaded_rows, batch_rows; /* -1: no such line */
	int64_t written, to_write;	 /* -1 */
	int64_t batch, batches;
	int64_t entities, failures;	/* -1 */
	int64_t started_ms, seconds_ms; /* -1 */
	struct cause cause;		/* the best so far */
	struct cause save;		/* of has_save_failed or is_partial */
	struct cause check;		/* explains why `checked_table` counts as missing */
	char checked_table[LOG_CATEGORY_BYTES];
	char no_data[LOG_REASON_BYTES];
};

struct log_reader {
	struct log_listener listener;
	struct line_splitter *splitter;
	struct log_matcher *matcher;
	bool owns_matcher;

	/* The record that bare lines continue. */
	enum log_severity record_severity;
	bool is_record_lower;
	bool has_record;
	bool is_record_in_traceback;

	/* Lines that wait; they lie in the bytes that were given. */
	const char *given;
	size_t given_length;
	struct ahead {
		struct line line;
		struct memo_key key;
	} ahead[AHEAD_MAX];
	size_t ahead_first, ahead_count;

	/* The line in hand. */
	int64_t offset;
	const char *time; /* of a timed prefix, or NULL */
	struct log_hour hour;

	/* The run. */
	bool has_summary;
	bool has_dates;
	bool is_parallel;
	bool is_dry_run;
	struct log_counts counts;
	struct cause refusal;
	struct cause crash; /* the last exception, until a record follows it */

	struct date_state hand;	 /* the date of a sequential run; what has no date otherwise */
	struct date_state *open; /* other dates without a verdict: in parallel, or set aside */
	size_t open_count, open_capacity;
	int64_t loads[LOADS_MAX];
	size_t load_count;

	int8_t *rule_stages; /* the stage that a rule's word names, or -1 */
};

/* log_reader_acts.c */
void reader_act(struct log_reader *reader, const char *message, const struct log_hit *hit);
bool reader_is_verdict(enum log_act act);

/* log_reader_run.c */
struct captured;
void run_begin(struct log_reader *reader, const struct captured *line);
void run_range(struct log_reader *reader, const struct captured *line);
void run_plan(struct log_reader *reader, const struct captured *line);
void run_mode(struct log_reader *reader, const struct captured *line);
void run_checkpoint(struct log_reader *reader, const struct captured *line);
void run_refusal(struct log_reader *reader, const struct captured *line);
void run_counts(struct log_reader *reader, const struct captured *line);
void run_failed_dates(struct log_reader *reader, const struct captured *line);
/* The process is gone, or another run begins. */
void reader_end_run(struct log_reader *reader);

/* log_reader_dates.c */
void state_clear(struct date_state *state);
/* The state of that date (DATE_NONE: the one in hand), made when it is new. */
struct date_state *reader_state(struct log_reader *reader, date_t date);
void reader_begin_date(struct log_reader *reader, date_t date);
void reader_set_stage(struct log_reader *reader, struct date_state *state, enum log_stage stage);
void reader_set_aside(struct log_reader *reader);
void reader_close_window(struct log_reader *reader, struct date_state *state);
/* Rows of one load line, or -1 when only what was added up before is to be told. */
void reader_tell_rows(struct log_reader *reader, const struct date_state *state, int64_t rows);
enum said { SAID_OK, SAID_FAILED, SAID_SKIPPED, SAID_DRY };
/* A verdict line: its date or DATE_NONE, what it says, its text (may be ""), its counts or -1. */
struct verdict {
	date_t date;
	enum said said;
	char text[LOG_REASON_BYTES];
	int64_t entities, failures;
};
void reader_verdict(struct log_reader *reader, const struct verdict *verdict);
/* No verdict will come for what is open: the next date begins, or the summary. */
void reader_close_open(struct log_reader *reader);
/* The process is gone. */
void reader_interrupt_open(struct log_reader *reader);
/* The text an end is told with: one sentence, or the best cause. */
void reader_explain(struct log_fact *fact, const struct cause *cause, const char *otherwise);

/* Keeps the first of the best. The category is found from the text, else `word`. */
void reader_weigh(struct log_reader *reader, struct cause *cause, enum weight weight,
	const char *word, const char *text, size_t length);
/* Puts the place and the time of the line in hand into it. */
void reader_tell(struct log_reader *reader, struct log_fact *fact);
void reader_tell_of(struct log_reader *reader, enum log_fact_kind kind, date_t date);
/* What was captured, with the category and the severity of the line's rule. */
struct captured;
void reader_tell_text(struct log_reader *reader, const struct captured *line, struct log_fact fact,
	enum log_capture name);
struct log_fact fact_of(enum log_fact_kind kind, date_t date);
void copy_reason(char into[LOG_REASON_BYTES], const char *text, size_t length);

#endif
