/*
 * credential_parts: what a credential holds. The files of the credential and of the token share
 * it; nobody else includes this.
 */
#ifndef BACKCOURT_WAREHOUSE_CREDENTIAL_PARTS_H
#define BACKCOURT_WAREHOUSE_CREDENTIAL_PARTS_H

#include "warehouse/credential.h"

#include <jansson.h>

enum credential_kind {
	CREDENTIAL_TOKEN_FILE, /* a file with a ready token, read again for each */
	CREDENTIAL_SERVICE_ACCOUNT,
	CREDENTIAL_AUTHORIZED_USER,
	CREDENTIAL_EXTERNAL_ACCOUNT,
	CREDENTIAL_METADATA,
	CREDENTIAL_GCLOUD,	 /* the program is asked, since the user wants it so */
	CREDENTIAL_IMPERSONATED, /* somebody else by way of `source` */
	CREDENTIAL_KIND_COUNT,
};

#define METADATA_PROBE_MS 1000 /* of the first question, without a GCE_METADATA_TIMEOUT */

struct credential {
	enum credential_kind kind;
	char *origin;
	char *warning;
	char *project;
	char *quota_project;
	char *email; /* of the service account, also of the impersonated one */
	/* Secrets. */
	char *private_key;
	char *client_secret;
	char *refresh_token;
	char *client_id;
	char *key_id;
	/* external_account: where the subject token is, and what it is changed for. */
	char *audience;
	char *subject_token_type;
	char *token_url;
	char *subject_file;
	char *subject_url;
	char *subject_field; /* of a JSON answer; NULL: the whole text is the token */
	char **subject_headers;
	size_t subject_header_count;
	/* Impersonation. */
	char *impersonation_url;
	char *delegates; /* a JSON list */
	struct credential *source;
	/* The metadata server: HOST[:PORT] of what is asked, and of what is asked first whether it
	 * is one. */
	char *metadata_host;
	char *metadata_probe;
	int metadata_ms;    /* GCE_METADATA_TIMEOUT, of every request to it; 0: not set */
	int metadata_tries; /* of the first question */
	char *token_file;
};

/* Is the URL https and its host `host` or "REGION.`regional`"? */
bool credential_url_is_of(const char *url, const char *host, const char *regional);
/* Puts the impersonation of an account on top; takes *credential over. */
void credential_impersonate(struct credential **credential, const char *email);
/* The words about a file that others can read; free it. */
char *credential_readable_warning(const char *path);
/* From here on the process leaves no core file. */
void credential_guard_process(void);

/* A copy that is exactly as long as it must be: no growth leaves pieces of a secret behind. */
char *secret_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Overwrites the texts of a JSON tree, then releases it. */
void secret_json_free(json_t *tree);

#endif
