/*
 * bigquery_parts: what the files of the BigQuery client share. Nobody else includes this.
 */
#ifndef BACKCOURT_WAREHOUSE_BIGQUERY_PARTS_H
#define BACKCOURT_WAREHOUSE_BIGQUERY_PARTS_H

#include "warehouse/access_token.h"
#include "warehouse/bigquery.h"
#include "warehouse/http.h"

#include <jansson.h>

#define BIGQUERY_WAIT_MS      10000 /* the service holds a question about a job so long */
#define BIGQUERY_CALL_MS      60000
#define BIGQUERY_CANCEL_MS    5000
#define BIGQUERY_LATE_JOB_MS  60000 /* a job that was just inserted may be unknown so long */
#define BIGQUERY_INTERNAL_MAX 3	    /* so often is an internalError answered by asking again */
#define BIGQUERY_PAGE_JOBS    1000  /* of a list of them */
#define BIGQUERY_SCOPE_DENIED "serviceusage.serviceUsageConsumer"

struct bigquery {
	struct bigquery_settings settings; /* its texts are copies */
	struct http *http;
	struct cancel *cancel;
	bool is_quota_project_dropped;
	bool may_be_sent; /* a request, since somebody set it to false */
	struct bigquery_failure failure;
	struct detail_listener listener;
	/* NULL: nobody. What the job of a query is called: before it is sent, or (read-only) as
	 * soon as the service has named it; of each attempt. */
	void (*hear_job)(void *context, const char *job);
	void *hear_context;
};

/* One call. The path follows "/bigquery/v2/"; everything is lent. */
struct bigquery_call {
	enum http_method method;
	const char *path;
	const char *url; /* instead of the path: a whole one (resumable uploads) */
	json_t *body;	 /* NULL: see text */
	const char *content_type;
	const char *text; /* a body that is not JSON */
	size_t text_bytes;
	const char *const *headers;
	size_t header_count;
	long time_ms;	  /* 0: BIGQUERY_CALL_MS */
	bool is_upload;	  /* by the path of uploads */
	bool is_one_try;  /* never repeated */
	bool is_empty_ok; /* an answer without a body is fine: *reply is then NULL */
	bool is_write;	  /* refused when read-only */
};

/*
 * Sends it with a token, repeats what may be repeated, and parses the answer. False: *err and
 * bigquery->failure say why. `what` begins the sentence ("cannot list the tables of d"). `head`
 * (may be NULL) gets the status and headers of an answer that was taken.
 */
bool bigquery_ask(struct bigquery *bigquery, const struct bigquery_call *call, const char *what,
	json_t **reply, struct http_reply *head, struct error *err);
/* The raw text instead of the tree: for pages of rows. */
bool bigquery_ask_text(struct bigquery *bigquery, const struct bigquery_call *call,
	const char *what, struct buffer *text, struct error *err);

/* A redirect, which is never followed. */
void bigquery_note_redirect(long status, struct bigquery_failure *failure);
/* Fills bigquery->failure and *err from {"reason", "message"} of a job; returns false. */
bool bigquery_refuse(struct bigquery *bigquery, long status, const json_t *problem,
	const char *what, struct error *err);
/* The same in words; both may be NULL. */
bool bigquery_refuse_with(struct bigquery *bigquery, long status, const char *reason,
	const char *message, const char *what, struct error *err);
bool bigquery_may_repeat(enum bigquery_trouble trouble);
/* As many statements as may wait to change a table do: a new job, however often. */
bool bigquery_was_queue_full(const struct bigquery_failure *failure);
/* The same of one question, whose internalErrors are counted: only a few of them are waited out. */
bool bigquery_may_ask_again(const struct bigquery_failure *failure, int *internal_errors);
/* Nothing was sent: a limit of the service would have been passed. Returns false. */
bool bigquery_refuse_size(struct bigquery *bigquery, const char *what, const char *too_much,
	size_t limit, struct error *err);
bool bigquery_check_writable(struct bigquery *bigquery, const char *what, struct error *err);

static inline const struct retry *bigquery_policy(const struct bigquery *bigquery)
{
	return bigquery->settings.policy != NULL ? bigquery->settings.policy : &retry_default;
}

/* Between two requests; returns false. */
bool bigquery_be_stopped(struct bigquery *bigquery, const char *what, struct error *err);
/* retry_wait. False with a stop: that is then the failure, whatever was waited out. */
bool bigquery_wait_again(
	struct bigquery *bigquery, struct retry_state *state, const char *what, struct error *err);

/* JSON, strictly: depth and duplicate keys are checked. NULL when it is not. */
json_t *bigquery_parse(const char *text, size_t length);
/* Members by a path "a.b.c"; NULL when one is missing. */
json_t *bigquery_at(const json_t *tree, const char *path);
const char *bigquery_text_at(const json_t *tree, const char *path);
/* A number, or a text with one; `otherwise` when it is neither. */
int64_t bigquery_integer_at(const json_t *tree, const char *path, int64_t otherwise);

/* bigquery_detail.c: one line for the listener. */
void bigquery_tell(const struct bigquery *bigquery, char severity, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* As http_waits: `context` is the client. */
void bigquery_tell_wait(void *context, const char *why);
/* For the listener too, the first of what status.errors[] has beside the result. The
 * number of all. */
size_t bigquery_tell_bad_rows(
	const struct bigquery *bigquery, const json_t *errors, const char *result);
/* Lent; NULL: there is none. */
const char *bigquery_first_bad_row(const json_t *errors, const char *result);
/* A statement failed, and the failure's message may end in "[line:column]": shows that place to the
 * listener and in *err. */
void bigquery_show_place(const struct bigquery *bigquery, const char *sql, struct error *err);
/* A job that does not begin: how long, and what holds it back; told less and less often. */
struct bigquery_pending {
	int64_t since_ms;
	int64_t tell_after_ms;
};
void bigquery_begin_pending(const struct bigquery *bigquery, struct bigquery_pending *pending);
bool bigquery_is_pending_due(
	const struct bigquery *bigquery, const struct bigquery_pending *pending);
/* `job`: as it was just seen. Nothing is told of one that runs, or before it is due. */
void bigquery_tell_pending(
	const struct bigquery *bigquery, struct bigquery_pending *pending, const json_t *job);

/* A job, from its insertion to its end. */
struct bigquery_job {
	char id[BIGQUERY_JOB_ID_BYTES];
	char location[64];
	bool is_query;
};

/* "backcourt_NAME_RANDOM_aATTEMPT" */
void bigquery_name_job(struct bigquery_job *job, const char *name, int attempt);
/* jobReference of a job that we insert; new reference. */
json_t *bigquery_job_reference(const struct bigquery *bigquery, const struct bigquery_job *job);
/* Our labels; new reference. */
json_t *bigquery_labels(const struct bigquery *bigquery);
void bigquery_take_reference(struct bigquery_job *job, const json_t *reply);
/* "projects/P/jobs/ID?location=L&..." */
void bigquery_add_job_path(struct buffer *path, const struct bigquery *bigquery,
	const char *collection, const struct bigquery_job *job);
/* Inserts {"jobReference", "configuration"} under job->id; `already there` counts as inserted. */
bool bigquery_insert_job(struct bigquery *bigquery, struct bigquery_job *job, json_t *configuration,
	const char *what, struct error *err);
/* jobs.get until it is DONE; false when it failed. *finished is the job resource. */
bool bigquery_wait_job(struct bigquery *bigquery, struct bigquery_job *job, const char *what,
	json_t **finished, struct error *err);
/* jobs.get once: the job resource, however the job is. */
bool bigquery_get_job(struct bigquery *bigquery, const struct bigquery_job *job, const char *what,
	json_t **found, struct error *err);
/* One page of jobs.list; the parameters begin with "&". *token is that of the page, then of the
 * next: "" at the end. */
bool bigquery_list_jobs(struct bigquery *bigquery, const char *parameters, struct buffer *token,
	const char *what, json_t **reply, struct error *err);
/* jobs.get once: false when it failed (or cannot be found), whatever else it is doing. */
bool bigquery_look_at_job(struct bigquery *bigquery, const struct bigquery_job *job,
	const char *what, struct error *err);
/* The same, after a stop while it was inserted, if a request may have reached the service. */
void bigquery_cancel_if_sent(struct bigquery *bigquery, const struct bigquery_job *job);
/* Asks for the job where it is due: the questions about an answer do not tell how it is. */
void bigquery_look_whether_pending(struct bigquery *bigquery, const struct bigquery_job *job,
	struct bigquery_pending *pending);
/* After a stop: asks the service to end the job, without much patience. Keeps the failure. */
void bigquery_cancel_job(struct bigquery *bigquery, const struct bigquery_job *job);

#endif
