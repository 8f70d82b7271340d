/* The identities of this process, each with its one token. */
#include "bigquery_backend.h"

#include "base/memory.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct bigquery_identity {
	struct bigquery_identity *next;
	char *key;
	int uses;
	struct credential *credential;
	struct token_source *tokens;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards the list and the uses */
static struct bigquery_identity *identities;

static char *make_key(const struct bigquery_place *place)
{
	return memory_format("%s\n%s\n%d %d", place->credentials == NULL ? "" : place->credentials,
		place->impersonate == NULL ? "" : place->impersonate, place->is_read_only,
		place->is_gcloud_asked);
}

static struct bigquery_identity *find_known(const char *key)
{
	struct bigquery_identity *identity = identities;
	while (identity != NULL && strcmp(identity->key, key) != 0)
		identity = identity->next;
	return identity;
}

static struct bigquery_identity *make(
	const struct bigquery_place *place, const char *key, struct error *err)
{
	const struct credential_search search = {.file = place->credentials,
		.impersonate = place->impersonate,
		.is_gcloud_asked = place->is_gcloud_asked};
	struct credential *credential;
	if (!credential_find(&search, &credential, err))
		return NULL;
	const struct token_settings settings = {.credential = credential,
		.scope = place->is_read_only ? SCOPE_CLOUD_READONLY : SCOPE_BIGQUERY};
	struct bigquery_identity *identity = memory_new(sizeof(*identity));
	identity->key = memory_copy_text(key);
	identity->credential = credential;
	identity->tokens = token_source_new(&settings);
	identity->next = identities;
	identities = identity;
	return identity;
}

bool bigquery_identity_take(
	const struct bigquery_place *place, struct bigquery_identity **identity, struct error *err)
{
	char *key = make_key(place);
	pthread_mutex_lock(&lock);
	struct bigquery_identity *found = find_known(key);
	if (found == NULL)
		found = make(place, key, err);
	if (found != NULL)
		found->uses++;
	pthread_mutex_unlock(&lock);
	free(key);
	*identity = found;
	return found != NULL;
}

void bigquery_identity_give_back(struct bigquery_identity *identity)
{
	if (identity == NULL)
		return;
	pthread_mutex_lock(&lock);
	bool is_last = --identity->uses == 0;
	struct bigquery_identity **link = &identities;
	while (is_last && *link != identity)
		link = &(*link)->next;
	if (is_last)
		*link = identity->next;
	pthread_mutex_unlock(&lock);
	if (!is_last)
		return;
	token_source_free(identity->tokens);
	credential_free(identity->credential);
	free(identity->key);
	free(identity);
}

struct token_source *bigquery_identity_tokens(struct bigquery_identity *identity)
{
	return identity->tokens;
}

const struct credential *bigquery_identity_credential(const struct bigquery_identity *identity)
{
	return identity->credential;
}
