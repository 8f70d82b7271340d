/*
 * bigquery: Google's REST interface v2, as far as this program needs it.
 *
 * One `struct bigquery` is one client of one project and belongs to one thread. Every call blocks;
 * CANCEL_NOW of the cancel given ends it at once, and the job that it waits for is cancelled too.
 *
 * Jobs get ids of our own: when the answer to an insert is lost the same id is sent again, and
 * "already exists" then means that the first one arrived. So nothing runs twice, and nothing is
 * taken for done that was not seen to be done. What went wrong is told apart by the reason that the
 * service gives, then by the status (bytesBilledLimitExceeded is a 500 that must never be
 * repeated). Failed calls leave a `struct bigquery_failure` beside the error.
 *
 * A read-only client asks for the read-only scope, uses jobs.query alone and refuses everything
 * else before it is sent; its cancel only stops the waiting.
 *
 * Source: the discovery document of BigQuery v2.
 */
#ifndef BACKCOURT_WAREHOUSE_BIGQUERY_H
#define BACKCOURT_WAREHOUSE_BIGQUERY_H

#include "base/error.h"
#include "base/text.h"
#include "warehouse/detail.h"
#include "warehouse/retry.h"
#include "warehouse/table.h"

#include <stdint.h>

#define BIGQUERY_PAGE_ROWS	      10000
#define BIGQUERY_PAGES_MAX	      100000
#define BIGQUERY_REPLY_BYTES_MAX      33554432 /* 32 MiB */
#define BIGQUERY_JSON_DEPTH_MAX	      64
#define BIGQUERY_COLUMNS_MAX	      1000
#define BIGQUERY_TABLES_MAX	      10000 /* of one dataset */
#define BIGQUERY_JOB_ID_BYTES	      160
#define BIGQUERY_JOB_ATTEMPTS_MAX     3
#define BIGQUERY_BILLED_MIN	      10485760 /* per table of a query */
/* The service's own, refused here before anything is sent; ERROR_LIMIT and TROUBLE_BIG. */
#define BIGQUERY_SQL_BYTES_MAX	      1048576
#define BIGQUERY_REQUEST_BYTES_MAX    10485760 /* JSON; rows that are loaded do not count */
#define BIGQUERY_QUERY_PARAMETERS_MAX 10000

struct bigquery;
struct cancel;
struct token_source;
struct write_pace;

struct bigquery_settings {
	const char *project;
	const char *endpoint;	     /* "https://host[:port]"; NULL: Google's */
	const char *location;	     /* NULL: the service finds it */
	const char *quota_project;   /* NULL: none */
	const char *ca_file;	     /* NULL: the system's */
	const char *run;	     /* label of the jobs; NULL: none */
	struct token_source *tokens; /* lent, shared; NULL: no Authorization (an emulator) */
	struct cancel *cancel;	     /* lent, may be NULL */
	const struct retry *policy;  /* lent, NULL: retry_default */
	struct write_pace *pace; /* lent, of loads; NULL: the process's, and none for an emulator */
	bool is_emulator;	 /* plain http, past all proxies */
	bool is_read_only;
};

bool bigquery_new(
	const struct bigquery_settings *settings, struct bigquery **made, struct error *err);
void bigquery_free(struct bigquery *bigquery);
void bigquery_set_cancel(struct bigquery *bigquery, struct cancel *cancel);
void bigquery_hear_details(struct bigquery *bigquery, const struct detail_listener *listener);

/* Reason (or the status where there is none) -> what it means for the caller. */
enum bigquery_trouble {
	TROUBLE_NONE,
	TROUBLE_RATE,	     /* too fast: repeated */
	TROUBLE_SERVER,	     /* passing failure of the service: repeated */
	TROUBLE_JOB,	     /* the job ran and failed through the service: a new job */
	TROUBLE_EXPENSIVE,   /* over maximumBytesBilled: never repeated */
	TROUBLE_QUOTA,	     /* a daily quota: not today */
	TROUBLE_DENIED,	     /* a permission is missing */
	TROUBLE_LOGIN,	     /* the token was refused, twice */
	TROUBLE_INVALID,     /* our request or statement */
	TROUBLE_MISSING,     /* not found */
	TROUBLE_EXISTS,	     /* already there */
	TROUBLE_STALE,	     /* changed meanwhile */
	TROUBLE_IN_USE,	     /* e.g. a dataset that is not empty */
	TROUBLE_BIG,	     /* the query or its answer is too large */
	TROUBLE_STOPPED,     /* cancelled */
	TROUBLE_TIMEOUT,     /* the job's own time limit */
	TROUBLE_PROXY,	     /* the proxy wants a login */
	TROUBLE_UNSUPPORTED, /* not implemented there */
	TROUBLE_STREAMING,   /* rows are in the streaming buffer */
	TROUBLE_NETWORK,     /* no answer */
	TROUBLE_UNKNOWN,
};

struct bigquery_failure {
	enum bigquery_trouble trouble;
	long status; /* 0: it came in a job, or there was no answer */
	char reason[64];
	char message[400]; /* without control bytes */
};

/* Of the newest call that failed. */
const struct bigquery_failure *bigquery_last_failure(const struct bigquery *bigquery);
/* A call was not made at all: what an earlier one met says nothing of it. */
void bigquery_forget_failure(struct bigquery *bigquery);
enum bigquery_trouble bigquery_trouble_of(long status, const char *reason, const char *message);

struct bigquery_parameter {
	const char *name;
	const char *type;  /* "DATE", "STRING", "INT64", "FLOAT64", "BOOL" */
	const char *value; /* NULL: SQL's NULL */
};

struct bigquery_query {
	const char *name; /* a word for the job id: letters, digits, _ */
	const char *sql;
	const struct bigquery_parameter *parameters;
	size_t parameter_count;
	int64_t billed_bytes_max; /* 0: no limit */
	int64_t rows_max;	  /* of the answer; more is ERROR_LIMIT */
};

/* One row: NULL where the cell is NULL, a JSON list where the column is repeated. Lent. */
typedef bool (*bigquery_take_row)(
	const char *const *cells, size_t cell_count, void *context, struct error *err);

struct bigquery_result {
	char job[BIGQUERY_JOB_ID_BYTES];
	int64_t row_count;
	int64_t bytes_processed;
	int64_t bytes_billed; /* as the service says, else what it bills at least for these bytes */
	int64_t affected_rows; /* of DML; -1: not said */
	int64_t inserted_rows; /* -1: not said */
	int64_t updated_rows;  /* -1: not said */
};

/* What the partitions of a dataset's tables hold: number, table, partition, rows and ms of the last
 * write. Added to `sql` (behind a UNION ALL where there is something); its parameters are @first
 * and @last, strings as "20211116". names: "'a', 'b'", checked by the caller. */
struct bigquery_partitions {
	size_t number; /* comes back with each row */
	const char *project, *dataset;
};
void bigquery_add_partitions(
	struct buffer *sql, const struct bigquery_partitions *asked, const char *names);

/* Runs it, waits, hands out every row. `take` may be NULL for a statement without rows. */
bool bigquery_select(struct bigquery *bigquery, const struct bigquery_query *query,
	bigquery_take_row take, void *context, struct bigquery_result *result, struct error *err);
/* DML or a script: never repeated beyond its job id; refused when read-only. */
bool bigquery_execute(struct bigquery *bigquery, const struct bigquery_query *query,
	struct bigquery_result *result, struct error *err);
/* What it would read, by a dry run (free). */
bool bigquery_estimate(struct bigquery *bigquery, const struct bigquery_query *query,
	int64_t *bytes, struct error *err);

struct bigquery_field {
	char *name;
	char *type; /* normalised: INT64, FLOAT64, BOOL, STRUCT, NUMERIC ... */
	bool is_repeated;
	bool is_required;
};

struct bigquery_table {
	char *name;
	char *kind;		  /* "TABLE", "VIEW" ... */
	char *partition_type;	  /* "DAY" ...; NULL: not partitioned by time */
	char *partition_field;	  /* NULL: by time of loading */
	int64_t expiration_ms;	  /* rows of partitions older than this vanish; 0: never */
	int64_t table_expires_ms; /* 0: never */
	int64_t streaming_rows;	  /* in the streaming buffer; 0: none; -1: some */
	int64_t row_count;	  /* lags a little; -1: not said */
	bool is_filter_required;
	struct bigquery_field *fields; /* empty in a list of tables */
	size_t field_count;
};

struct bigquery_tables {
	struct bigquery_table *items; /* by name */
	size_t count;
	size_t capacity;
};

/* A dataset that is missing has no tables: *is_missing then, and true. */
bool bigquery_list_tables(struct bigquery *bigquery, const char *dataset,
	struct bigquery_tables *tables, bool *is_missing, struct error *err);
void bigquery_tables_release(struct bigquery_tables *tables);
const struct bigquery_table *bigquery_find_table(
	const struct bigquery_tables *tables, const char *name);
/* TROUBLE_MISSING where it is not there. */
bool bigquery_get_table(struct bigquery *bigquery, const char *dataset, const char *name,
	struct bigquery_table *table, struct error *err);
void bigquery_table_release(struct bigquery_table *table);

/* An existing dataset or table is fine for these two. */
bool bigquery_make_dataset(struct bigquery *bigquery, const char *dataset, struct error *err);
/* The layout's columns, partitioned by day of its date column and clustered by its key.
 * expires_ms: wall clock, 0: never; a table that expires is for a moment, and neither. */
bool bigquery_make_table(struct bigquery *bigquery, const char *dataset, const char *name,
	const struct table_layout *layout, int64_t expires_ms, struct error *err);
/* A table that is not there is fine. */
bool bigquery_drop_table(
	struct bigquery *bigquery, const char *dataset, const char *name, struct error *err);

enum bigquery_disposition { LOAD_REPLACES, LOAD_APPENDS };

struct bigquery_load {
	const char *name; /* a word for the job id */
	const char *dataset;
	const char *table; /* may end in $YYYYMMDD: that partition alone */
	const char *rows;  /* lines of JSON */
	size_t rows_bytes;
	enum bigquery_disposition disposition;
};

struct bigquery_loaded {
	char job[BIGQUERY_JOB_ID_BYTES];
	int64_t rows;	/* as the service counted; -1: not said */
	int64_t end_ms; /* by the service's clock; 0: not said */
};

/* One atomic load job into a table that exists. */
bool bigquery_load_rows(struct bigquery *bigquery, const struct bigquery_load *load,
	struct bigquery_loaded *loaded, struct error *err);

/*
 * The same in two steps, so that several jobs may be under way: begin gives the rows to the service
 * and does not wait, end waits. Who has begun must end it, also after a stop (that cancels the
 * job). The load is lent until then: what fails through the service is sent again.
 */
struct bigquery_loading {
	char job[BIGQUERY_JOB_ID_BYTES];
	char location[64];
	int attempts;
	struct retry_state retry;
};
bool bigquery_begin_load(struct bigquery *bigquery, const struct bigquery_load *load,
	struct bigquery_loading *loading, struct error *err);
bool bigquery_end_load(struct bigquery *bigquery, const struct bigquery_load *load,
	struct bigquery_loading *loading, struct bigquery_loaded *loaded, struct error *err);

/*
 * One page of an answer (fuzzed): hands out its rows; `*columns` 0 before the first page. *token is
 * the next page's, "" at the end.
 */
struct bigquery_page {
	size_t column_count;
	int64_t row_count;  /* of this page */
	int64_t total_rows; /* of the whole answer; -1: not said */
	char token[1024];
};
bool bigquery_decode_page(const char *text, size_t length, bigquery_take_row take, void *context,
	struct bigquery_page *page, struct error *err);

/* The problem that an answer with a bad status tells of (fuzzed). */
void bigquery_read_failure(
	const char *text, size_t length, long status, struct bigquery_failure *failure);

/* Names may hold letters, digits, _ (a project also - . :): they get into statements as they are.
 */
bool bigquery_is_name(const char *name, bool is_project);

/* A location ("EU", "europe-west1") or the id of a job: letters, digits, _ and -. */
bool bigquery_is_word(const char *text);

#endif
