#include "warehouse/access_token.h"

#include "base/cancel.h"
#include "base/clock.h"
#include "base/memory.h"
#include "gcloud.h"
#include "token_request.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LOOK_MS 200 /* a waiter looks at its cancel so often */

struct token_source {
	struct token_settings settings;
	char *scope;
	pthread_mutex_t lock; /* guards the rest; never held while a request runs */
	pthread_cond_t changed;
	bool is_fetching;
	char *token; /* NULL: none */
	int64_t expires_ms;
	int64_t ahead_ms; /* of that, when it is renewed */
	int64_t skew_ms;
	bool is_metadata_known;
};

struct token_source *token_source_new(const struct token_settings *settings)
{
	struct token_source *source = memory_new(sizeof(*source));
	source->settings = *settings;
	source->scope = memory_copy_text(settings->scope);
	if (source->settings.gcloud_ms == 0)
		source->settings.gcloud_ms = GCLOUD_TIME_MS;
	if (source->settings.now_ms == NULL)
		source->settings.now_ms = clock_wall_ms;
	pthread_mutex_init(&source->lock, NULL);
	pthread_cond_init(&source->changed, NULL);
	return source;
}

void token_source_free(struct token_source *source)
{
	if (source == NULL)
		return;
	secret_free(source->token);
	free(source->scope);
	pthread_mutex_destroy(&source->lock);
	pthread_cond_destroy(&source->changed);
	free(source);
}

/* Under the lock. */
static bool is_fresh(const struct token_source *source)
{
	return source->token != NULL &&
	       source->expires_ms - source->settings.now_ms() > source->ahead_ms;
}

/* Under the lock: until there is a token or nobody fetches one. False when cancelled. */
static bool wait_for_fetcher(struct token_source *source, struct cancel *cancel)
{
	while (source->is_fetching && !is_fresh(source)) {
		if (cancel_level(cancel) == CANCEL_NOW)
			return false;
		struct timespec until;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += LOOK_MS * 1000000L;
		until.tv_sec += until.tv_nsec / 1000000000L;
		until.tv_nsec %= 1000000000L;
		pthread_cond_timedwait(&source->changed, &source->lock, &until);
	}
	return true;
}

static bool fetch(
	struct token_source *source, struct http *http, struct cancel *cancel, struct error *err)
{
	struct token_request request = {
		.http = http,
		.test_origin = source->settings.test_origin,
		.cancel = cancel,
		.gcloud_ms = source->settings.gcloud_ms,
		.now_ms = source->settings.now_ms(),
		.skew_ms = source->skew_ms,
		.is_metadata_known = source->is_metadata_known,
	};
	char *token;
	int64_t expires_ms;
	source->is_fetching = true;
	pthread_mutex_unlock(&source->lock);
	bool done = token_fetch(
		&request, source->settings.credential, source->scope, &token, &expires_ms, err);
	pthread_mutex_lock(&source->lock);
	source->is_fetching = false;
	source->skew_ms = request.skew_ms;
	source->is_metadata_known = request.is_metadata_known;
	if (done) {
		secret_free(source->token);
		source->token = token;
		source->expires_ms = expires_ms;
		source->ahead_ms = request.ahead_ms;
	}
	pthread_cond_broadcast(&source->changed);
	return done;
}

bool token_source_get(struct token_source *source, struct http *http, struct cancel *cancel,
	char **token, struct error *err)
{
	pthread_mutex_lock(&source->lock);
	bool done = wait_for_fetcher(source, cancel) ||
		    error_set(err, ERROR_CANCELLED, "the wait for a token was stopped");
	if (done && !is_fresh(source)) {
		/* A token that is not yet over bridges a failure of the renewal. */
		done = fetch(source, http, cancel, err) ||
		       (source->token != NULL && source->expires_ms > source->settings.now_ms() &&
			       cancel_level(cancel) != CANCEL_NOW);
	}
	if (done)
		*token = memory_copy_text(source->token);
	pthread_mutex_unlock(&source->lock);
	return done;
}

void token_source_forget(struct token_source *source, const char *token)
{
	pthread_mutex_lock(&source->lock);
	if (source->token != NULL && strcmp(source->token, token) == 0) {
		secret_free(source->token);
		source->token = NULL;
	}
	pthread_mutex_unlock(&source->lock);
}

const char *token_source_advice(const struct token_source *source)
{
	return credential_login_advice(source->settings.credential);
}

int64_t token_source_left_ms(struct token_source *source)
{
	pthread_mutex_lock(&source->lock);
	int64_t left_ms =
		source->token == NULL ? -1 : source->expires_ms - source->settings.now_ms();
	pthread_mutex_unlock(&source->lock);
	return left_ms;
}

int64_t token_source_skew_ms(struct token_source *source)
{
	pthread_mutex_lock(&source->lock);
	int64_t skew_ms = source->skew_ms;
	pthread_mutex_unlock(&source->lock);
	return skew_ms;
}
