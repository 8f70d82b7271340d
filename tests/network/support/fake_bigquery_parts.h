/* fake_bigquery_parts: what the files of the fake share. Nobody else includes this. */
#ifndef BACKCOURT_TESTS_FAKE_BIGQUERY_PARTS_H
#define BACKCOURT_TESTS_FAKE_BIGQUERY_PARTS_H

#include "fake_bigquery.h"

#include <pthread.h>

#define FAKE_PROJECT	  "p"
#define FAKE_WRITES_MAX	  4096
#define FAKE_BILLED_MIN	  INT64_C(10485760)
#define FAKE_PARTITION_MS INT64_C(86400000)

struct fake_write { /* for the quotas */
	char table[200];
	int64_t at_ms;
};

struct fake_bigquery {
	struct fake *server;
	sqlite3 *rows;
	json_t *datasets; /* name -> {} */
	json_t *tables;	  /* "dataset.table" -> resource */
	json_t *jobs;	  /* id -> job */
	json_t *results;  /* id -> {"schema", "rows"} */
	json_t *modified; /* "dataset.table 20211116" -> ms of the newest load */
	json_t *waiting;  /* id of a load under way -> {"looks", "job", "rows"} */
	json_t *sessions; /* resumable uploads: number -> job; their bytes are in `pieces` */
	struct buffer pieces;
	struct fake_limits limits;
	struct fake_traffic traffic;
	struct fake_login login;
	bool is_login_over;
	int login_asked; /* requests that login.ends_at is about */
	int token_count;
	int64_t billed;
	struct fake_write writes[FAKE_WRITES_MAX];
	size_t write_count;
	int64_t (*now_ms)(void);
	int etag;
	char *said; /* the body of the newest answer */
	char headers[256];
	pthread_mutex_t lock; /* guards the order to kill */
	pthread_cond_t aimed;
	int request, kill_request;
	bool is_kill_after, has_killed;
	pid_t victim;
};

struct fake_problem {
	int status;
	const char *reason;
	char message[512];
};

/* Fills it and returns false. */
bool fake_problem_set(struct fake_problem *problem, int status, const char *reason,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

json_t *fake_at(const json_t *tree, const char *path);
const char *fake_text_at(const json_t *tree, const char *path); /* NULL: none */

/* Answers: the body is taken over. */
void fake_say(struct fake_bigquery *service, struct fake_answer *answer, json_t *body);
void fake_say_problem(struct fake_bigquery *service, struct fake_answer *answer,
	const struct fake_problem *problem);
void fake_say_missing(struct fake_bigquery *service, struct fake_answer *answer, const char *what);
json_t *fake_number(int64_t value); /* a new text, as the service writes 64 bits */

/* fake_bigquery_login.c. False: it is answered, by a token or a refusal. */
bool fake_let_in(struct fake_bigquery *service, const struct fake_request *request,
	struct fake_answer *answer);

/* fake_bigquery_tables.c */
void fake_set_etag(struct fake_bigquery *service, json_t *resource);
void fake_make_dataset(
	struct fake_bigquery *service, const json_t *body, struct fake_answer *answer);
void fake_make_table(struct fake_bigquery *service, const char *dataset, const json_t *body,
	struct fake_answer *answer);
void fake_list_tables(
	struct fake_bigquery *service, const char *dataset, struct fake_answer *answer);
void fake_on_table(struct fake_bigquery *service, const char *dataset, const char *id,
	const struct fake_request *request, const json_t *body, struct fake_answer *answer);

/* fake_bigquery_jobs.c: jobs.insert, jobs.query, a load whose rows have come, and questions. */
void fake_insert_query(
	struct fake_bigquery *service, const json_t *asked, struct fake_answer *answer);
void fake_ask_query(struct fake_bigquery *service, const json_t *body, struct fake_answer *answer);
void fake_run_load(struct fake_bigquery *service, const json_t *asked, const char *rows,
	size_t bytes, struct fake_answer *answer);
/* A load that is under way ends as "stopped", and none of its rows is there. */
void fake_cancel_job(struct fake_bigquery *service, const char *id, struct fake_answer *answer);
void fake_on_job(struct fake_bigquery *service, const char *id, bool is_query,
	const struct fake_request *request, struct fake_answer *answer);

/* fake_bigquery_list.c: the jobs in the states that are asked for, page by page. */
void fake_list_jobs(struct fake_bigquery *service, const struct fake_request *request,
	struct fake_answer *answer);

/* fake_bigquery_upload.c */
void fake_load_multipart(struct fake_bigquery *service, const struct fake_request *request,
	struct fake_answer *answer);
void fake_begin_session(
	struct fake_bigquery *service, const json_t *body, struct fake_answer *answer);
void fake_take_piece(struct fake_bigquery *service, const struct fake_request *request,
	struct fake_answer *answer);

/* fake_bigquery_sql.c: the functions that SQLite lacks. */
void fake_sql_begin(struct fake_bigquery *service);
/* The configuration of a query; *result is a new {"schema", "rows"}. */
bool fake_sql_run(struct fake_bigquery *service, const json_t *query, json_t **result,
	int64_t *affected, struct fake_problem *problem);
/* The bytes it would read, and the tables that it names. */
bool fake_sql_estimate(struct fake_bigquery *service, const json_t *query, int64_t *bytes,
	int64_t *billed, struct fake_problem *problem);
void fake_sql_make_table(struct fake_bigquery *service, const json_t *resource, const char *name);
void fake_sql_drop_table(struct fake_bigquery *service, const char *name);

/* fake_bigquery_load.c. The rows into the table of the job; the outcome is in *problem. */
bool fake_load(struct fake_bigquery *service, const json_t *job, const char *rows, size_t bytes,
	int64_t *stored, struct fake_problem *problem);
/* Counts a write; false when it is one too many. */
bool fake_quota_take(struct fake_bigquery *service, const char *table, bool is_load,
	struct fake_problem *problem);

/* fake_discovery.c: a new document, for a service at that URL. */
json_t *fake_discovery(const char *url);

#endif
