/*
 * token_request: one token from where the credential says. Between access_token.c and
 * token_request.c.
 */
#ifndef BACKCOURT_WAREHOUSE_TOKEN_REQUEST_H
#define BACKCOURT_WAREHOUSE_TOKEN_REQUEST_H

#include "warehouse/access_token.h"

struct token_request {
	struct http *http;
	const char *test_origin;
	struct cancel *cancel;	/* may be NULL */
	int gcloud_ms;		/* how long gcloud may take */
	int64_t now_ms;		/* by our clock */
	int64_t ahead_ms;	/* out: so long before its end the token is renewed */
	int64_t skew_ms;	/* in and out: how far the server's clock is ahead */
	bool is_metadata_known; /* in and out: the metadata server has said that it is one */
};

bool token_fetch(struct token_request *request, const struct credential *credential,
	const char *scope, char **token, int64_t *expires_ms, struct error *err);

/* Holds it only what may stand in a header line, and not too much of it? */
bool token_is_wellformed(const char *text);

#endif
