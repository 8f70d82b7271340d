/*
 * gcloud: what Google's own program knows on this machine, for whoever has no other login.
 *
 * It is started only where the user asked for it (auth=gcloud): it is slow, and it may be anybody's
 * program of that name. Its files are read without it. Between credential_search.c, token_request.c
 * and bigquery_place.c.
 */
#ifndef BACKCOURT_WAREHOUSE_GCLOUD_H
#define BACKCOURT_WAREHOUSE_GCLOUD_H

#include "base/error.h"

struct cancel;

#define GCLOUD_TIME_MS	      15000
#define GCLOUD_BYTES_MAX      8192
#define GCLOUD_FILE_BYTES_MAX 65536

/* `gcloud auth print-access-token`, without a shell: base/helper.h. It prints at most
 * GCLOUD_BYTES_MAX; of what it says on its other output the beginning is told. *token is the
 * caller's: secret_free. */
bool gcloud_print_token(int limit_ms, struct cancel *cancel, char **token, struct error *err);

/* [core] project of the active configuration, in $CLOUDSDK_CONFIG or ~/.config/gcloud; the caller's
 * to free. NULL: there is none (files that cannot be read count as none). */
char *gcloud_project(const char *(*environment)(const char *name));

#endif
