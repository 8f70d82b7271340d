/*
 * probe: what can be found out about a BigQuery warehouse before anything is done with it.
 *
 * bigquery_probe asks one thing after the other and keeps every answer, the refusals included: who
 * we are, a token, one dry run of "SELECT 1" (free), and the list of tables of each dataset. What
 * depends on an answer that did not come is not asked, and says so. Nothing in a probe is a secret.
 * Blocks, a few seconds where nobody answers (see PROBE_PATIENCE_MS). Any thread.
 */
#ifndef BACKCOURT_WAREHOUSE_PROBE_H
#define BACKCOURT_WAREHOUSE_PROBE_H

#include "warehouse/bigquery.h"

#define PROBE_PATIENCE_MS  8000 /* of repeats, per question */
#define PROBE_DATASETS_MAX 32

struct probe_request {
	const char *spec; /* "bigquery:..." */
	const char *const *datasets;
	size_t dataset_count; /* at most PROBE_DATASETS_MAX */
	struct cancel *cancel;
	const struct retry *policy; /* NULL: repeats for PROBE_PATIENCE_MS */
	const char *test_origin;    /* tests: "http://127.0.0.1:PORT" instead of every host */
};

enum probe_state {
	PROBE_NOT_ASKED, /* something before it failed */
	PROBE_ANSWERED,
	PROBE_REFUSED, /* somebody said no: the problem tells who and why */
	PROBE_UNHEARD, /* nobody answered */
};

struct probe_answer {
	enum probe_state state;
	struct error problem; /* of PROBE_REFUSED and PROBE_UNHEARD */
};

struct probe_dataset {
	char *name;
	struct probe_answer answer;
	bool is_missing; /* it is not there, or it is empty */
	struct bigquery_tables tables;
};

struct bigquery_probe {
	char *project;		     /* NULL: nobody names one */
	const char *project_origin;  /* constants */
	char *endpoint;		     /* NULL: Google's own */
	const char *endpoint_origin; /* NULL: the default */
	char *location;		     /* NULL: not given */
	char *ca_file;
	bool is_emulator, is_read_only;

	struct probe_answer identity;
	char *kind, *origin, *email, *warning, *quota_project; /* NULL: not known */
	const char *scope;				       /* that is asked for */
	bool is_scope_ours; /* false: a ready token, whose scopes nobody tells */

	struct probe_answer token;
	int64_t token_left_ms; /* -1: not known */

	struct probe_answer dry_run;
	const char *protocol; /* "HTTP/2": what it was asked over; NULL: not known */
	bool has_skew;
	int64_t skew_ms; /* how far the service's clock is ahead of ours */

	struct probe_dataset *datasets; /* of the request, in its order */
	size_t dataset_count;
};

/* False with ERROR_CONFIG where the spec cannot be read: then nothing was asked. */
bool bigquery_probe(
	const struct probe_request *request, struct bigquery_probe *probe, struct error *err);
void bigquery_probe_release(struct bigquery_probe *probe);
bool probe_is_bigquery(const char *spec);

#endif
