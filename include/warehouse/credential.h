/*
 * credential: who we are towards Google, found as Google's own libraries find it.
 *
 * The order: a file named by $GOOGLE_APPLICATION_CREDENTIALS (when it is set and cannot be used,
 * that is an error, nothing else is tried); gcloud's application_default_credentials.json in
 * $CLOUDSDK_CONFIG or ~/.config/gcloud; the metadata server, where this machine looks like one of
 * Google's. $CLOUDSDK_AUTH_ACCESS_TOKEN_FILE comes before all of them, and
 * $CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT is put on top of whatever was found. gcloud itself is
 * started only where the user asked for that.
 *
 * The metadata server is that of $GCE_METADATA_HOST (HOST[:PORT]). Before the first token it is
 * asked whether it is one, at $GCE_METADATA_IP, else that host, else 169.254.169.254: three tries
 * ($GCE_METADATA_DETECT_RETRIES, 1 to 20) of 1 s. $GCE_METADATA_TIMEOUT (whole seconds, 1 to 60) is
 * the limit of that and of all it is asked. A value that is none is an error.
 *
 * A file must be a regular one of ours or of root, at most CREDENTIAL_FILE_BYTES_MAX, and nobody
 * else may be able to write it; when others can read it, credential_warning says so. Secrets are
 * wiped when the credential is freed, and once one is in memory the process leaves no core file.
 * A credential never changes after it is made: any thread may read it.
 *
 * Source of the file formats: google-auth; AIP-4110 to 4118.
 */
#ifndef BACKCOURT_WAREHOUSE_CREDENTIAL_H
#define BACKCOURT_WAREHOUSE_CREDENTIAL_H

#include "base/error.h"

#include <stddef.h>

#define CREDENTIAL_FILE_BYTES_MAX 65536

struct credential;

struct credential_search {
	const char *file;	 /* by option; NULL: search */
	const char *impersonate; /* by option; NULL: the environment's */
	bool is_gcloud_asked;	 /* by option: `gcloud auth print-access-token`, nothing else */
	const char *(*environment)(const char *name); /* NULL: getenv */
};

bool credential_find(
	const struct credential_search *search, struct credential **found, struct error *err);
/* One file's text; `origin` names it in messages. */
bool credential_parse(const char *text, size_t length, const char *origin,
	struct credential **parsed, struct error *err);
void credential_free(struct credential *credential);

/* All lent; NULL where it is not known. */
const char *credential_kind_name(const struct credential *credential); /* "service_account" ... */
const char *credential_origin(const struct credential *credential); /* file, or "metadata server" */
const char *credential_email(const struct credential *credential);
const char *credential_project(const struct credential *credential);
const char *credential_quota_project(const struct credential *credential);
const char *credential_warning(const struct credential *credential);
/* What to do where its login is refused; "run: ..." or "is ...?". */
#define LOGIN_ADVICE "run: gcloud auth application-default login" /* where nobody knows better */
const char *credential_login_advice(const struct credential *credential);

/* The project of a machine of Google's: one question to its metadata server, 1 s at most (or
 * $GCE_METADATA_TIMEOUT); free it. NULL: the credential is of another kind, or nothing fit to be a
 * project was heard. */
char *credential_ask_project(const struct credential *credential);

/* Opens, checks and reads any file with secrets in it, as above. *warning stays NULL, or says that
 * others can read the file. The caller wipes the text (secret_free) and frees the warning. */
bool credential_read_file(
	const char *path, char **text, size_t *length, char **warning, struct error *err);

/* Wipes and frees a text that holds a secret; NULL is fine. */
void secret_free(char *text);
/* Stars wherever the secret stands in the text: for words from outside that may repeat it. */
void secret_mask(char *text, const char *secret);

#endif
