/*
 * access_token: the tokens of one identity and scope, fetched when needed and kept in memory only.
 *
 * One `struct token_source` is shared by all workers: one of them fetches, the others wait for it.
 * A token is renewed when less than TOKEN_AHEAD_MS of its life is left, or five minutes after it
 * was had where nobody says how long it lives (gcloud, a token file). When Google answers 401 the
 * caller says token_source_forget and asks once more. The caller lends its HTTP client, so a cancel
 * of the caller ends the waiting. Any thread.
 */
#ifndef BACKCOURT_WAREHOUSE_ACCESS_TOKEN_H
#define BACKCOURT_WAREHOUSE_ACCESS_TOKEN_H

#include "warehouse/credential.h"
#include "warehouse/http.h"

#define TOKEN_AHEAD_MS	      225000 /* 3 min 45 s, as google-auth */
#define TOKEN_REPLY_BYTES_MAX 65536
#define TOKEN_BYTES_MAX	      16384
#define TOKEN_SKEW_WARN_MS    30000

#define SCOPE_BIGQUERY	     "https://www.googleapis.com/auth/bigquery"
#define SCOPE_CLOUD	     "https://www.googleapis.com/auth/cloud-platform"
#define SCOPE_CLOUD_READONLY "https://www.googleapis.com/auth/cloud-platform.read-only"

struct token_source;

struct token_settings {
	const struct credential *credential; /* lent, outlives the source */
	const char *scope;
	int64_t (*now_ms)(void); /* NULL: clock_wall_ms */
	const char *test_origin; /* tests: "http://127.0.0.1:PORT" instead of every host */
	int gcloud_ms;		 /* how long gcloud may take; 0: its limit (a test has less time) */
};

struct token_source *token_source_new(const struct token_settings *settings);
void token_source_free(struct token_source *source);
/* *token is the caller's: secret_free. */
bool token_source_get(struct token_source *source, struct http *http, struct cancel *cancel,
	char **token, struct error *err);
/* The token was refused: the next get fetches a new one (unless another caller did so already). */
void token_source_forget(struct token_source *source, const char *token);
/* What to do where its tokens are refused: credential_login_advice. Lent. */
const char *token_source_advice(const struct token_source *source);
/* For `doctor`: ms that are left (-1: no token yet), and how far the server's clock is ahead. */
int64_t token_source_left_ms(struct token_source *source);
int64_t token_source_skew_ms(struct token_source *source);

/* An answer of a token endpoint (fuzzed): {"access_token", "expires_in"} or {"accessToken",
 * "expireTime"}. *token is secret_free'd by the caller. */
bool token_parse_reply(const char *text, size_t length, int64_t now_ms, char **token,
	int64_t *expires_ms, struct error *err);

/* A signed JWT (RFC 7519, RS256) over the claims of a service account; secret_free. */
bool jwt_make(const char *private_key_pem, const char *key_id, const char *claims_json, char **jwt,
	struct error *err);

#endif
