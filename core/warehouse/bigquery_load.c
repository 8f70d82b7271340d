/* Load jobs with their rows: in one request when small, in pieces that can be resumed else. */
#include "bigquery_parts.h"

#include "base/cancel.h"
#include "base/memory.h"
#include "warehouse/write_pace.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MULTIPART_BYTES_MAX 5242880 /* as Google's own clients */
#define PIECE_BYTES	    8388608 /* a multiple of 256 KiB */
#define SESSIONS_MAX	    3	    /* an upload whose session is lost starts again */
#define BOUNDARY	    "backcourt-7f3a91d2c4e8"

static json_t *make_configuration(const struct bigquery *bigquery, const struct bigquery_load *load)
{
	json_t *configuration = json_pack("{s:{s:{s:s, s:s, s:s}, s:s, s:s, s:s, s:i, s:b}}",
		"load", "destinationTable", "projectId", bigquery->settings.project, "datasetId",
		load->dataset, "tableId", load->table, "sourceFormat", "NEWLINE_DELIMITED_JSON",
		"writeDisposition",
		load->disposition == LOAD_REPLACES ? "WRITE_TRUNCATE" : "WRITE_APPEND",
		"createDisposition", "CREATE_NEVER", "maxBadRecords", 0, "ignoreUnknownValues", 0);
	json_object_set_new(configuration, "labels", bigquery_labels(bigquery));
	return configuration;
}

static json_t *make_body(const struct bigquery *bigquery, const struct bigquery_load *load,
	const struct bigquery_job *job)
{
	return json_pack("{s:o, s:o}", "jobReference", bigquery_job_reference(bigquery, job),
		"configuration", make_configuration(bigquery, load));
}

static void add_upload_path(struct buffer *path, const struct bigquery *bigquery, const char *kind)
{
	buffer_add_text(path, "projects/");
	http_add_escaped(path, bigquery->settings.project);
	buffer_add_format(path, "/jobs?uploadType=%s", kind);
}

static bool send_multipart(struct bigquery *bigquery, const struct bigquery_load *load,
	const struct bigquery_job *job, const char *what, json_t **reply, struct error *err)
{
	struct buffer path = {0}, body = {0};
	json_t *description = make_body(bigquery, load, job);
	char *text = json_dumps(description, JSON_COMPACT);
	json_decref(description);
	add_upload_path(&path, bigquery, "multipart");
	buffer_add_format(&body,
		"--" BOUNDARY "\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n%s\r\n"
		"--" BOUNDARY "\r\nContent-Type: application/octet-stream\r\n\r\n",
		text);
	buffer_add(&body, load->rows, load->rows_bytes);
	buffer_add_text(&body, "\r\n--" BOUNDARY "--\r\n");
	const struct bigquery_call call = {.method = HTTP_POST,
		.path = buffer_text(&path),
		.is_upload = true,
		.content_type = "multipart/related; boundary=" BOUNDARY,
		.text = body.bytes,
		.text_bytes = body.length,
		.time_ms = 600000,
		.is_write = true};
	bool done = bigquery_ask(bigquery, &call, what, reply, NULL, err);
	free(text);
	buffer_release(&path);
	buffer_release(&body);
	return done;
}

/* A session is a right to write: its URL must be one of the host that we asked. */
static bool begin_session(struct bigquery *bigquery, const struct bigquery_load *load,
	const struct bigquery_job *job, const char *what, char **session, struct error *err)
{
	struct buffer path = {0};
	struct http_reply head = {0};
	json_t *reply = NULL;
	char length[64];
	snprintf(length, sizeof(length), "X-Upload-Content-Length: %zu", load->rows_bytes);
	const char *headers[] = {"X-Upload-Content-Type: application/octet-stream", length};
	json_t *body = make_body(bigquery, load, job);
	add_upload_path(&path, bigquery, "resumable");
	const struct bigquery_call call = {.method = HTTP_POST,
		.path = buffer_text(&path),
		.is_upload = true,
		.body = body,
		.headers = headers,
		.header_count = ARRAY_COUNT(headers),
		.is_empty_ok = true,
		.is_write = true};
	bool done = bigquery_ask(bigquery, &call, what, &reply, &head, err);
	json_decref(body);
	json_decref(reply);
	buffer_release(&path);
	if (!done)
		return false;
	if (!http_same_origin(head.location, bigquery->settings.endpoint))
		return error_set(err, ERROR_NETWORK,
			"BigQuery: %s: the upload is sent to another host; it was not sent", what);
	*session = memory_copy_text(head.location);
	return true;
}

/* "bytes=0-524287" -> 524288; nothing stored yet: 0. */
static size_t stored_bytes(const struct http_reply *head, size_t total)
{
	int64_t last;
	const char *dash = strchr(head->range, '-');
	if (!text_starts_with(head->range, "bytes=0-") || !text_to_integer(dash + 1, &last) ||
		last < 0 || (uint64_t)last >= total)
		return 0;
	return (size_t)last + 1;
}

/* One piece, or (length 0) the question how much has arrived. *reply stays NULL until the end. */
static bool put_piece(struct bigquery *bigquery, const struct bigquery_load *load,
	const char *session, size_t at, size_t length, size_t *stored, json_t **reply,
	struct error *err)
{
	struct http_reply head = {0};
	char range[96];
	if (length == 0)
		snprintf(range, sizeof(range), "Content-Range: bytes */%zu", load->rows_bytes);
	else
		snprintf(range, sizeof(range), "Content-Range: bytes %zu-%zu/%zu", at,
			at + length - 1, load->rows_bytes);
	const char *headers[] = {range};
	const struct bigquery_call call = {.method = HTTP_PUT,
		.url = session,
		.text = load->rows + at,
		.text_bytes = length,
		.headers = headers,
		.header_count = 1,
		.time_ms = 600000,
		.is_one_try = length > 0,
		.is_empty_ok = true,
		.is_write = true};
	if (!bigquery_ask(bigquery, &call, "cannot upload rows", reply, &head, err))
		return false;
	if (head.status == 308) {
		json_decref(*reply);
		*reply = NULL;
		*stored = stored_bytes(&head, load->rows_bytes);
	} else if (*reply == NULL) {
		return error_set(err, ERROR_NETWORK,
			"BigQuery: the upload ended with status %ld and no job", head.status);
	}
	return true;
}

/* After a mishap the service is asked how much it has; that answer is never guessed. */
static bool send_pieces(struct bigquery *bigquery, const struct bigquery_load *load,
	const char *session, json_t **reply, struct error *err)
{
	static const char what[] = "cannot upload rows";
	struct retry_state state;
	size_t stored = 0;
	int internal_errors = 0;
	bool is_known = true;
	retry_begin(&state, bigquery_policy(bigquery));
	while (*reply == NULL) {
		size_t left = load->rows_bytes - stored;
		size_t length = !is_known ? 0 : left < PIECE_BYTES ? left : PIECE_BYTES;
		size_t before = stored;
		if (put_piece(bigquery, load, session, stored, length, &stored, reply, err)) {
			is_known = true;
			if (stored > before) {
				internal_errors = 0;
				retry_begin(&state, bigquery_policy(bigquery));
			} else if (*reply == NULL) {
				error_set(err, ERROR_NETWORK,
					"BigQuery: the upload makes no progress");
				if (!bigquery_wait_again(bigquery, &state, what, err))
					return false;
			}
			continue;
		}
		is_known = false;
		bool is_unheard = bigquery->failure.trouble == TROUBLE_NETWORK;
		if ((!is_unheard &&
			    !bigquery_may_ask_again(&bigquery->failure, &internal_errors)) ||
			!bigquery_wait_again(bigquery, &state, what, err))
			return false;
	}
	return true;
}

static bool send_resumable(struct bigquery *bigquery, const struct bigquery_load *load,
	const struct bigquery_job *job, const char *what, json_t **reply, struct error *err)
{
	for (int i = 1;; i++) {
		char *session;
		if (!begin_session(bigquery, load, job, what, &session, err))
			return false;
		bool done = send_pieces(bigquery, load, session, reply, err);
		free(session);
		if (done || bigquery->failure.trouble != TROUBLE_MISSING || i == SESSIONS_MAX)
			return done;
	}
}

static bool insert_load(struct bigquery *bigquery, const struct bigquery_load *load,
	struct bigquery_job *job, const char *what, struct error *err)
{
	json_t *reply = NULL;
	bigquery->may_be_sent = false;
	bool done = load->rows_bytes < MULTIPART_BYTES_MAX
			    ? send_multipart(bigquery, load, job, what, &reply, err)
			    : send_resumable(bigquery, load, job, what, &reply, err);
	/* Our id exists: the answer to an earlier try was lost, its job was not. */
	if (!done && bigquery->failure.trouble == TROUBLE_EXISTS)
		return true;
	if (!done && bigquery->failure.trouble == TROUBLE_STOPPED)
		bigquery_cancel_if_sent(bigquery, job);
	if (done)
		bigquery_take_reference(job, reply);
	json_decref(reply);
	return done;
}

static void note_load(const json_t *finished, struct bigquery_loaded *loaded)
{
	loaded->rows = bigquery_integer_at(finished, "statistics.load.outputRows", -1);
	loaded->end_ms = bigquery_integer_at(finished, "statistics.endTime", 0);
}

static bool keep_pace(struct bigquery *bigquery, const struct bigquery_load *load, const char *what,
	struct error *err)
{
	const struct retry *policy = bigquery_policy(bigquery);
	bool is_partition = strchr(load->table, '$') != NULL;
	size_t most = is_partition ? WRITE_PACE_PARTITION_WRITES : WRITE_PACE_WRITES;
	if (bigquery->settings.pace == NULL)
		return true;
	char *table = memory_format("%s.%s.%.*s", bigquery->settings.project, load->dataset,
		(int)strcspn(load->table, "$"), load->table);
	int64_t wait_ms;
	bool is_stopped = false;
	while (!is_stopped && (wait_ms = write_pace_take(bigquery->settings.pace, table, most,
				       policy->now_ms())) > 0) {
		policy->sleep_ms(bigquery->cancel, (int)wait_ms);
		is_stopped = cancel_level(bigquery->cancel) == CANCEL_NOW;
	}
	free(table);
	return !is_stopped || bigquery_be_stopped(bigquery, what, err);
}

/* One more try under a new id: a job that has failed cannot be run again under its own. */
static bool submit(struct bigquery *bigquery, const struct bigquery_load *load,
	struct bigquery_loading *loading, struct error *err)
{
	struct bigquery_job job = {0};
	char what[256];
	snprintf(what, sizeof(what), "cannot load %.60s.%.120s", load->dataset, load->table);
	text_copy(job.location, sizeof(job.location), bigquery->settings.location);
	bigquery_name_job(&job, load->name, ++loading->attempts);
	bool done = keep_pace(bigquery, load, what, err) &&
		    insert_load(bigquery, load, &job, what, err);
	text_copy(loading->job, sizeof(loading->job), job.id);
	text_copy(loading->location, sizeof(loading->location), job.location);
	return done;
}

/* A stop in between leaves the failure: the job that failed has changed nothing. */
static bool may_submit_again(
	struct bigquery *bigquery, struct bigquery_loading *loading, struct error *err)
{
	struct bigquery_failure kept = bigquery->failure;
	if (kept.trouble != TROUBLE_JOB || loading->attempts >= BIGQUERY_JOB_ATTEMPTS_MAX)
		return false;
	bool again = bigquery_wait_again(bigquery, &loading->retry, "cannot load rows again", err);
	bigquery->failure = kept;
	return again;
}

bool bigquery_begin_load(struct bigquery *bigquery, const struct bigquery_load *load,
	struct bigquery_loading *loading, struct error *err)
{
	*loading = (struct bigquery_loading){0};
	retry_begin(&loading->retry, bigquery_policy(bigquery));
	while (!submit(bigquery, load, loading, err))
		if (!may_submit_again(bigquery, loading, err))
			return false;
	return true;
}

static bool wait_for_load(struct bigquery *bigquery, const struct bigquery_load *load,
	const struct bigquery_loading *loading, struct bigquery_loaded *loaded, struct error *err)
{
	struct bigquery_job job = {0};
	json_t *finished;
	char what[256];
	snprintf(what, sizeof(what), "cannot load %.60s.%.120s", load->dataset, load->table);
	text_copy(job.id, sizeof(job.id), loading->job);
	text_copy(job.location, sizeof(job.location), loading->location);
	if (!bigquery_wait_job(bigquery, &job, what, &finished, err))
		return false;
	note_load(finished, loaded);
	text_copy(loaded->job, sizeof(loaded->job), job.id);
	json_decref(finished);
	return true;
}

bool bigquery_end_load(struct bigquery *bigquery, const struct bigquery_load *load,
	struct bigquery_loading *loading, struct bigquery_loaded *loaded, struct error *err)
{
	bool is_submitted = true;
	while (!is_submitted || !wait_for_load(bigquery, load, loading, loaded, err)) {
		if (!may_submit_again(bigquery, loading, err))
			return false;
		is_submitted = submit(bigquery, load, loading, err);
	}
	return true;
}

bool bigquery_load_rows(struct bigquery *bigquery, const struct bigquery_load *load,
	struct bigquery_loaded *loaded, struct error *err)
{
	struct bigquery_loading loading;
	return bigquery_begin_load(bigquery, load, &loading, err) &&
	       bigquery_end_load(bigquery, load, &loading, loaded, err);
}
