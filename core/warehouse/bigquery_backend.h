/*
 * bigquery_backend: what the files of the BigQuery warehouse share. Nobody else includes this.
 *
 * Datasets are those of the layouts, but for the raw input ("nba_raw" in a layout), which lies in
 * backcourt_raw: the users' own nba_raw has another shape. What this program needs for itself lies
 * in backcourt_ops.
 *
 * A day is replaced by one atomic load job into its partition (free, and nothing is ever half
 * there); its receipt follows in a statement of its own. So that nobody takes the old receipt for
 * the proof of new rows in between, or after a crash there, a receipt that exists is opened before
 * its rows are replaced: the same once more without a hash (struct receipt, is_open). Where there
 * is none, one without rows and with the number 0 announces the first write, so that nobody takes
 * rows without a receipt for somebody's own. The receipt of the write closes either. One statement
 * announces what a call writes and up to DAYS_WRITTEN_MAX dates in all of those that are coming; an
 * announcement of a date that nobody has touched is withdrawn (the number -1), or, after a crash,
 * void for whoever counts no rows there. The rows are always rewritten, even when their hash is
 * unchanged: what a far table holds is not known by it.
 *
 * A receipt that somebody else has left open is more than a doubt about rows: the job that was to
 * write them may still be queued at the service (load jobs for hours), and would land on top of
 * what we write and prove. So before such a date is written, the jobs under way are listed, those
 * into it (their ids begin with table and date) are waited for, or cancelled when they do not end,
 * and only then is it written. One listing serves a connection for ten minutes, however many dates
 * are in doubt; one that fails fails the date: unknown is not "nothing". A job id in the receipt
 * would have to be asked for date by date, and could not be written there before the job has one.
 * Dates whose receipts are closed, or that nobody has begun, cost nothing. Not covered: a job that
 * the list does not show yet (its writer died in this very moment), a second writer that lives
 * on, and jobs of other logins where the right to see them is missing (the log says so).
 */
#ifndef BACKCOURT_WAREHOUSE_BIGQUERY_BACKEND_H
#define BACKCOURT_WAREHOUSE_BIGQUERY_BACKEND_H

#include "backend.h"
#include "warehouse/access_token.h"
#include "warehouse/bigquery.h"
#include "warehouse/budget.h"

#define RAW_DATASET	 "backcourt_raw"
#define OPS_DATASET	 "backcourt_ops"
#define BILLED_MB_MAX	 10240	  /* of one query, unless the spec says otherwise */
#define LOAD_PIECE_BYTES 33554432 /* rows of a raw file are sent in pieces of this size */
#define LOADS_IN_FLIGHT	 4	  /* of one table and connection; the service wants few writers */
#define STAGING_LIFE_MS \
	(6 * 3600000LL) /* a staging table that a crash left behind goes by itself */

/* One identity for all connections of the process: they share its token. */
struct bigquery_identity;

enum write_way {
	WRITE_BY_LOAD, /* into table$YYYYMMDD */
	WRITE_BY_DML,  /* staging and MERGE: where partitions cannot be named (emulators) */
};

/* What the spec and the environment say. */
struct bigquery_place {
	char *project;
	char *location;
	char *endpoint;
	char *credentials;
	char *impersonate;
	char *run;
	char *ca_file;
	char *quota_project;	     /* whose quota is used; NULL: as the credential says */
	const char *project_origin;  /* what named it; constants */
	const char *endpoint_origin; /* NULL: Google's own */
	int64_t billed_bytes_max;
	enum write_way way;
	bool is_emulator;
	bool is_read_only;
	bool is_gcloud_asked; /* for tokens */
};

/* "[PROJECT][?key=value&...]"; `environment` NULL is getenv. Where neither names a project it is
 * left NULL: the credential may name one. */
bool bigquery_place_parse(const char *place, const char *(*environment)(const char *),
	struct bigquery_place *parsed, struct error *err);
void bigquery_place_release(struct bigquery_place *place);

/* Takes the credential's project where the place has none (credential NULL: an emulator). */
bool bigquery_place_complete(
	struct bigquery_place *place, const struct credential *credential, struct error *err);
/* The option's, else the environment's or the file's; NULL: none. Lent by one of the two. */
const char *bigquery_quota_project(
	const struct bigquery_place *place, const struct credential *credential);

bool bigquery_identity_take(
	const struct bigquery_place *place, struct bigquery_identity **identity, struct error *err);
void bigquery_identity_give_back(struct bigquery_identity *identity);
struct token_source *bigquery_identity_tokens(struct bigquery_identity *identity);
const struct credential *bigquery_identity_credential(const struct bigquery_identity *identity);

/* A raw file on its way (warehouse_load_*). */
struct raw_load {
	const struct table_layout *layout; /* NULL: none */
	char staging[TABLE_NAME_BYTES * 2];
	struct buffer rows;
	int64_t given;
};

/* Jobs that were under way when somebody looked. */
struct bigquery_job;
struct left_jobs {
	struct bigquery_job *items;
	size_t count, capacity;
	int64_t at_ms; /* by the clock of the client's policy */
	bool is_listed;
};

struct bigquery_connection {
	struct warehouse shared;
	struct bigquery_place place;
	struct bigquery_identity *identity;
	struct bigquery *client;
	struct raw_load load;
	bool has_receipts_table;   /* it was seen */
	struct receipts announced; /* by this connection, and not written yet */
	struct left_jobs left;
	bool has_asked_for_bills; /* of those that died */
};

static inline struct bigquery_connection *connection_of(const struct warehouse *warehouse)
{
	return (struct bigquery_connection *)warehouse;
}

extern const struct table_layout bigquery_receipts_layout;
extern const struct table_layout bigquery_failures_layout;
extern const struct table_layout bigquery_attempts_layout;

/* The dataset that a layout's table really lies in. */
const char *bigquery_dataset_of(const struct table_layout *layout);
/* `project.dataset.name` in backticks. */
void bigquery_add_table(struct buffer *sql, const struct bigquery_connection *connection,
	const char *dataset, const char *name);
void bigquery_add_layout(struct buffer *sql, const struct bigquery_connection *connection,
	const struct table_layout *layout);
/* A range as @first and @last. */
struct range_parameters {
	char first[DATE_TEXT_BYTES], last[DATE_TEXT_BYTES];
	struct bigquery_parameter parameters[2];
	size_t count;
};
void bigquery_set_range(struct range_parameters *made, struct date_range range);
/* Runs a SELECT with the parameters given, under the connection's cost limit; counts it. */
bool bigquery_ask_rows(struct warehouse *warehouse, const char *name, const char *sql,
	const struct bigquery_parameter *parameters, size_t parameter_count, bigquery_take_row take,
	void *context, struct error *err);
/* The same, when something is known of what it will bill; 0: that is not. */
struct bigquery_cost {
	int64_t least, most;
};
bool bigquery_ask_at_cost(struct warehouse *warehouse, struct bigquery_query *query,
	const struct bigquery_cost *cost, bigquery_take_row take, void *context, struct error *err);
/* bigquery_paying.c: a statement under the connection's limit and what is left of the day's. */
struct bigquery_payment {
	struct budget_hold hold;
	const char *project; /* lent */
};
bool bigquery_begin_paying(struct warehouse *warehouse, struct bigquery_query *query,
	const struct bigquery_cost *cost, struct bigquery_payment *payment, struct error *err);
/* result NULL, and returns false: the query failed. It may have been billed: the least that it can
 * have cost stays counted. The service counts what it would bill, so a query over its reservation
 * is refused there and told here. */
bool bigquery_end_paying(struct warehouse *warehouse, const struct bigquery_query *query,
	struct bigquery_payment *payment, const struct bigquery_result *result, struct error *err);
bool bigquery_ask_estimate(struct warehouse *warehouse, const struct bigquery_query *query,
	int64_t *bytes, struct error *err);
bool bigquery_run(struct warehouse *warehouse, const char *name, const char *sql,
	const struct bigquery_parameter *parameters, size_t parameter_count,
	struct bigquery_result *result, struct error *err);
/* The newest failure was that a table or dataset is not there. */
bool bigquery_was_missing(const struct warehouse *warehouse);
/* The newest failure was that, and the table itself is not there either. False: err says why the
 * statement failed, and whether it was for its location. */
bool bigquery_is_absent(
	struct warehouse *warehouse, const struct table_layout *layout, struct error *err);
/* Cells as numbers and dates; false fills *err (a cell that is none is never taken for 0). */
bool bigquery_cell_integer(const char *cell, int64_t *value, struct error *err);
bool bigquery_cell_date(const char *cell, date_t *date, struct error *err);

/* One line of JSON per row. `table` says how lists are stored there; NULL: as text. */
bool bigquery_add_row(struct buffer *lines, const struct table_layout *layout,
	const struct bigquery_table *table, const struct value *values, struct error *err);
const struct bigquery_field *bigquery_find_field(
	const struct bigquery_table *table, const char *name);
/* May values of that type be stored in the field? What we call such a type there. */
bool bigquery_takes_type(const struct bigquery_field *field, enum column_type type);
const char *bigquery_type_of(enum column_type type);
/* Adds every column that is not as in the layout, in words; nothing where all are. */
void bigquery_compare_schema(const struct bigquery_table *table, const struct table_layout *layout,
	bool is_to_be_written, struct buffer *why);
/* Is the table partitioned by day of the layout's date column? */
bool bigquery_is_by_day(const struct bigquery_table *table, const struct table_layout *layout);
/* Is the table one that we may write this layout's day into? Nothing is written before that. */
bool bigquery_check_table(struct warehouse *warehouse, const struct bigquery_table *table,
	const struct day_write *write, struct error *err);

/* A table for a moment: made, filled, merged, dropped. `name` has room for TABLE_NAME_BYTES * 2. */
bool bigquery_make_staging(struct warehouse *warehouse, const struct table_layout *layout,
	char *name, size_t room, struct error *err);
bool bigquery_fill_staging(struct warehouse *warehouse, const struct table_layout *layout,
	const char *name, const struct buffer *rows, struct error *err);
void bigquery_drop_staging(
	struct warehouse *warehouse, const struct table_layout *layout, const char *name);
/* The end of a MERGE "AS t USING staging AS s": what t lacks comes from s. */
void bigquery_add_insert_of_source(struct buffer *sql, const struct table_layout *layout);

/* The backend's functions. bigquery_prepare.c: */
bool bigquery_prepare_tables(struct warehouse *warehouse, const struct table_layout *const *layouts,
	size_t count, struct error *err);
/* bigquery_read.c: */
bool bigquery_read_frame(struct warehouse *warehouse, const struct read_request *request,
	struct symbols *symbols, struct frame *frame, struct error *err);
bool bigquery_estimate_read(struct warehouse *warehouse, const struct read_request *request,
	int64_t *bytes, struct error *err);
/* bigquery_fit.c: */
bool bigquery_fit(struct warehouse *warehouse, const struct table_layout *layout,
	bool is_to_be_written, enum table_fit *fit, struct buffer *why, struct error *err);
/* bigquery_days.c: */
bool bigquery_count_days(struct warehouse *warehouse, const struct count_table *tables,
	size_t count, struct date_range range, struct day_counts *counts, struct error *err);
bool bigquery_raw_days(struct warehouse *warehouse, struct date_range range, struct raw_days *days,
	struct error *err);
/* bigquery_overview.c: */
bool bigquery_overview(struct warehouse *warehouse, const struct count_table *tables, size_t count,
	struct date_range range, struct day_counts *counts, struct error *err);
/* bigquery_receipts.c: */
bool bigquery_receipts(struct warehouse *warehouse, struct date_range range,
	struct receipts *receipts, struct error *err);
bool bigquery_receipts_of(struct warehouse *warehouse, const char *table, struct date_range range,
	struct receipts *receipts, struct error *err);
bool bigquery_store_receipts(struct warehouse *warehouse, const struct receipt *receipts,
	size_t count, struct error *err);
bool bigquery_store_failures(
	struct warehouse *warehouse, const struct day_write *write, struct error *err);
/* bigquery_opening.c: whoever looks from then on sees that rows may change. */
struct day_opening {
	int64_t at_ms; /* its receipt is open since then */
	bool is_ours;  /* opened by this connection; else a crash has left it so */
};
bool bigquery_open_days(struct warehouse *warehouse, const struct day_write *writes, size_t count,
	const struct receipts *before, struct day_opening *openings, struct error *err);
/* Somebody else has opened it, or a write of ours whose end nobody knows. NULL: there is none. */
bool bigquery_is_left_open(
	const struct bigquery_connection *connection, const struct receipt *receipt);
/* Of a date whose rows are those of before: what undoes its opening. False: nothing does. */
bool bigquery_close_day(const struct receipts *before, const struct day_write *write,
	const struct day_opening *opening, struct receipt *closed);
/* The date after which no receipt matters to a write. */
date_t bigquery_last_coming(const struct day_write *write);
bool bigquery_withdraw(struct warehouse *warehouse, struct error *err);
/* bigquery_left.c: the jobs of others into that date have ended, or it fails. Adds their number. */
bool bigquery_settle_left(struct warehouse *warehouse, const struct day_write *write,
	size_t *settled, struct error *err);
void bigquery_forget_left(struct left_jobs *left); /* accepts a zeroed one */
/* What the ids of all jobs that change rows of the date have behind "backcourt_". */
void bigquery_name_day(const struct day_write *write, char name[2 * TABLE_NAME_BYTES]);
/*
 * bigquery_write.c: replaces the rows of a date. begin gives a load to the service and does not
 * wait; what is begun is ended (unless begin failed), then released.
 */
struct day_put {
	const struct day_write *write;
	struct buffer lines; /* the load's rows */
	char table[2 * TABLE_NAME_BYTES], name[2 * TABLE_NAME_BYTES];
	struct bigquery_load load;
	struct bigquery_loading loading;
	bool is_begun;	 /* something of it may have reached the service */
	bool is_load;	 /* by a load job: it was refused, or there is one */
	bool is_loading; /* it is under way */
	bool is_stored;	 /* a load has ended */
	int64_t end_ms;	 /* by the service's clock; 0: not known */
};
bool bigquery_begin_day(struct warehouse *warehouse, const struct day_write *write,
	const struct bigquery_table *table, struct day_put *put, struct error *err);
bool bigquery_end_day(struct warehouse *warehouse, struct day_put *put, struct error *err);
void bigquery_release_day(struct day_put *put);
int64_t bigquery_rows_bytes(const struct warehouse *warehouse, const struct rows *rows);
/* bigquery_replace.c: */
bool bigquery_replace_days(struct warehouse *warehouse, const struct day_write *writes,
	size_t count, struct receipt *receipts, bool *unchanged, size_t *written,
	struct error *err);
bool bigquery_replace_day(struct warehouse *warehouse, const struct day_write *write,
	struct receipt *receipt, bool *unchanged, struct error *err);
/* bigquery_failures.c: */
bool bigquery_count_failures(struct warehouse *warehouse, struct date_range range,
	struct failure_counts *counts, struct error *err);
bool bigquery_count_locks(struct warehouse *warehouse, struct date_range range, int64_t tries,
	int64_t now_ms, struct lock_counts *counts, struct error *err);
/* bigquery_records.c: */
bool bigquery_put_records(
	struct warehouse *warehouse, const struct record_write *write, struct error *err);
/* bigquery_sample.c: */
bool bigquery_sample_rows(struct warehouse *warehouse, const struct sample_request *request,
	struct row_sample *sample, struct error *err);
/* bigquery_raw.c: */
bool bigquery_load_begin(
	struct warehouse *warehouse, const struct table_layout *layout, struct error *err);
bool bigquery_load_row(struct warehouse *warehouse, const struct value *values, struct error *err);
bool bigquery_load_commit(
	struct warehouse *warehouse, struct raw_load_result *result, struct error *err);
void bigquery_load_abandon(struct warehouse *warehouse);
/* bigquery_attempts.c: */
bool bigquery_read_attempts(struct warehouse *warehouse, const char *table, struct date_range range,
	struct attempt_rows *attempts, struct error *err);
bool bigquery_add_attempt(struct warehouse *warehouse, const char *table,
	const struct attempt_row *attempt, double completeness_pct, const char *skip_reason,
	int64_t now_ms, struct error *err);
bool bigquery_reset_breaker(struct warehouse *warehouse, const char *table, struct date_range range,
	int64_t now_ms, int64_t *reset_count, struct error *err);

/* bigquery_look.c: */
bool bigquery_look(struct warehouse *warehouse, const struct table_layout *const *layouts,
	size_t count, struct health_facts *facts, struct error *err);
bool bigquery_repair(struct warehouse *warehouse, const char *statement, struct error *err);
/* bigquery_look_more.c: breakers (of the tables that are there) and the jobs of today. */
void bigquery_look_at_breakers(
	struct warehouse *warehouse, bool has_ours, bool has_users, struct health_facts *facts);
void bigquery_look_at_jobs(struct warehouse *warehouse, struct health_facts *facts);

#endif
