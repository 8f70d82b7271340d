/*
 * cell_rows: what one table really holds on one date, and who is missing there by name.
 *
 * The screen and the verb `rows` use the same reading: the tables are counted and looked into,
 * beside what the receipt and the ledger say. At most CELL_ROWS_SELECTS statements whatever the
 * table holds, under the warehouse's own cost limit. What could not be asked says so and stays
 * unknown; a warehouse that cannot be opened or counted is an error. Blocks: not on the UI thread.
 */
#ifndef BACKCOURT_CELL_ROWS_H
#define BACKCOURT_CELL_ROWS_H

#include "ledger/ledger.h"
#include "pipeline/pipeline.h"
#include "warehouse/warehouse.h"

#define CELL_ROWS_SELECTS  6  /* receipt, counts, schedule, box scores, names, sample */
#define CELL_ROWS_SHOWN	   50 /* of the sample */
#define CELL_KEY_MAX	   8  /* columns of a key that are looked at */
#define CELL_ATTEMPTS_MAX  20
#define CELL_MISSING_MAX   100 /* names; more are counted */
#define CELL_TROUBLE_BYTES 200

struct cancel;

/* By what the rows are told apart, and so what can be missing by name. */
enum cell_names {
	CELL_NAMES_NONE,
	CELL_NAMES_TEAMS,   /* of the games of the date, or of the whole season */
	CELL_NAMES_PLAYERS, /* who played on the date, team by team */
	CELL_NAMES_GAMES,
};

/* A team, or a game ("LAL@BOS"). */
struct cell_group {
	const char *name;
	int expected; /* rows that it should have: 1, or the players of a team */
	int there;    /* of these */
};

struct cell_null {
	const char *column; /* of the pipeline; lent */
	int64_t rows;	    /* in which it is NULL; -1 unknown */
};

struct cell_rows {
	size_t table;
	date_t date;
	int64_t asked_ms;
	bool counts_only;			     /* the warehouse holds no rows to look into */
	bool is_missing;			     /* there is no such table */
	const char *date_column, *key[CELL_KEY_MAX]; /* lent, like the pipeline */
	size_t key_count;
	int64_t rows, distinct_keys; /* counted now; -1 unknown */
	struct cell_null nulls[PIPELINE_EDGES_MAX];
	size_t null_count;
	bool has_receipt;
	struct receipt receipt;

	struct ledger_attempt attempts[CELL_ATTEMPTS_MAX]; /* newest first */
	size_t attempt_count;
	bool has_run; /* of the newest attempt */
	struct ledger_run run;
	char ledger_trouble[CELL_TROUBLE_BYTES]; /* why it could not be asked; "" */

	enum cell_names names;
	bool of_season;		   /* teams of the season, not of the date */
	struct cell_group *groups; /* by name */
	size_t group_count;
	const char **missing; /* players, by name: "stephencurry (GSW)" */
	size_t missing_count, missing_more;
	int others;				/* rows of nobody who is expected */
	char names_trouble[CELL_TROUBLE_BYTES]; /* why nobody can be named; "" */

	struct row_sample sample; /* in the order of the key */
	char sample_trouble[CELL_TROUBLE_BYTES];
	int64_t selects; /* that it took */
	struct arena arena;
};

struct cell_rows_request {
	const struct pipeline *pipeline;
	const char *warehouse;	  /* spec */
	const char *state_folder; /* of the ledger; NULL: do not ask it */
	size_t table;
	date_t date;
	struct cancel *cancel; /* lent, may be NULL */
};

bool cell_rows_read(
	const struct cell_rows_request *request, struct cell_rows **read, struct error *err);
void cell_rows_free(struct cell_rows *rows); /* accepts NULL */

/* What was counted is evidence: coverage_judge comes next. */
struct coverage;
void cell_rows_note(const struct cell_rows *rows, struct coverage *coverage);

/*
 * The same in words, for a screen and a verb (core/witness/cell_facts.c). Texts live until
 * cell_facts_release; those that came from outside may hold any bytes.
 */
#define CELL_FACTS_MAX 24

struct cell_fact {
	const char *label; /* "counted", "receipt" ...; "" goes on with the one before */
	const char *text;
	int64_t at_ms; /* when it was so; 0 unknown */
	bool is_bad;   /* asks for a person */
};

struct cell_facts {
	struct cell_fact items[CELL_FACTS_MAX];
	size_t count;
	struct arena arena;
};

/* `expected` is what the table should hold and why (struct why); NULL: nobody knows. */
void cell_facts_make(const struct cell_rows *rows, const char *expected, struct cell_facts *facts);
void cell_facts_release(struct cell_facts *facts);

/* Facts and the first rows of the sample as lines of text. */
void cell_rows_say(const struct cell_rows *rows, const struct cell_facts *facts, size_t row_count,
	struct buffer *into);

#endif
