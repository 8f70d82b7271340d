#include "warehouse/probe.h"

#include "base/cancel.h"
#include "base/clock.h"
#include "base/memory.h"
#include "bigquery_backend.h"
#include "bigquery_parts.h"
#include "credential_parts.h"

#include <stdlib.h>
#include <string.h>

#define PREFIX	      "bigquery:"
#define PROBE_CALL_MS 10000

/* One look: what was found is in the probe, what it is found with is here. */
struct looking {
	const struct probe_request *request;
	struct bigquery_probe *probe;
	struct bigquery_place place;
	struct retry patience;
	struct credential *credential;
	struct token_source *tokens;
	struct bigquery *client;
};

bool probe_is_bigquery(const char *spec)
{
	return text_starts_with(spec, PREFIX);
}

void bigquery_probe_release(struct bigquery_probe *probe)
{
	for (size_t i = 0; i < probe->dataset_count; i++) {
		free(probe->datasets[i].name);
		bigquery_tables_release(&probe->datasets[i].tables);
	}
	free(probe->datasets);
	free(probe->project);
	free(probe->endpoint);
	free(probe->location);
	free(probe->ca_file);
	free(probe->kind);
	free(probe->origin);
	free(probe->email);
	free(probe->warning);
	free(probe->quota_project);
	*probe = (struct bigquery_probe){0};
}

static void note_answer(
	struct probe_answer *answer, bool done, bool was_heard, const struct error *err)
{
	answer->state = done ? PROBE_ANSWERED : was_heard ? PROBE_REFUSED : PROBE_UNHEARD;
	if (!done)
		answer->problem = *err;
}

/* A service in trouble has not said no. */
static bool was_heard(const struct bigquery *client)
{
	enum bigquery_trouble trouble = bigquery_last_failure(client)->trouble;
	return trouble != TROUBLE_NETWORK && trouble != TROUBLE_STOPPED &&
	       trouble != TROUBLE_SERVER && trouble != TROUBLE_RATE && trouble != TROUBLE_UNKNOWN;
}

static const struct retry *policy_of(const struct looking *looking)
{
	return looking->request->policy != NULL ? looking->request->policy : &looking->patience;
}

static void look_for_identity(struct looking *looking)
{
	struct bigquery_probe *probe = looking->probe;
	const struct credential_search search = {.file = looking->place.credentials,
		.impersonate = looking->place.impersonate,
		.is_gcloud_asked = looking->place.is_gcloud_asked};
	struct error err = {0};
	bool done = credential_find(&search, &looking->credential, &err);
	note_answer(&probe->identity, done, true, &err);
	if (!done)
		return;
	const struct credential *credential = looking->credential;
	probe->kind = memory_copy_text(credential_kind_name(credential));
	probe->origin = memory_copy_text(credential_origin(credential));
	probe->email = memory_copy_text(credential_email(credential));
	probe->warning = memory_copy_text(credential_warning(credential));
	probe->quota_project = memory_copy_text(credential_quota_project(credential));
	probe->is_scope_ours =
		credential->kind != CREDENTIAL_TOKEN_FILE && credential->kind != CREDENTIAL_GCLOUD;
	const struct token_settings settings = {.credential = credential,
		.scope = probe->scope,
		.test_origin = looking->request->test_origin};
	looking->tokens = token_source_new(&settings);
}

static void make_client(struct looking *looking)
{
	const struct bigquery_place *place = &looking->place;
	const char *test_origin = looking->request->test_origin;
	const struct bigquery_settings settings = {.project = place->project,
		.endpoint = test_origin != NULL ? test_origin : place->endpoint,
		.location = place->location,
		.quota_project = looking->probe->quota_project,
		.ca_file = place->ca_file,
		.tokens = looking->tokens,
		.cancel = looking->request->cancel,
		.policy = policy_of(looking),
		.is_emulator = place->is_emulator || test_origin != NULL,
		.is_read_only = place->is_read_only};
	struct error err = {0};
	if (!bigquery_new(&settings, &looking->client, &err))
		note_answer(&looking->probe->dry_run, false, true, &err);
}

static void ask_for_token(struct looking *looking)
{
	struct bigquery_probe *probe = looking->probe;
	struct error err = {0};
	char *token = NULL;
	bool done = token_source_get(
		looking->tokens, looking->client->http, looking->request->cancel, &token, &err);
	secret_free(token);
	/* Who refuses a login answers with a status of 4xx; everything else is no word on it. */
	bool is_no = err.kind != ERROR_NETWORK || strstr(err.text, ": status 4") != NULL;
	note_answer(&probe->token, done, is_no, &err);
	probe->token_left_ms = token_source_left_ms(looking->tokens);
}

static void ask_for_dry_run(struct looking *looking)
{
	struct bigquery_probe *probe = looking->probe;
	struct bigquery *client = looking->client;
	struct buffer path = {0};
	struct http_reply head = {.date_ms = -1};
	struct error err = {0};
	json_t *reply = NULL;
	json_t *body =
		json_pack("{s:s, s:b, s:b}", "query", "SELECT 1", "useLegacySql", 0, "dryRun", 1);
	if (client->settings.location != NULL)
		json_object_set_new(body, "location", json_string(client->settings.location));
	buffer_add_text(&path, "projects/");
	http_add_escaped(&path, client->settings.project);
	buffer_add_text(&path, "/queries");
	const struct bigquery_call call = {.method = HTTP_POST,
		.path = buffer_text(&path),
		.body = body,
		.time_ms = PROBE_CALL_MS};
	bool done = bigquery_ask(client, &call, "the dry run of SELECT 1", &reply, &head, &err);
	note_answer(&probe->dry_run, done, was_heard(client), &err);
	probe->protocol = head.protocol;
	if (done && head.date_ms >= 0) {
		probe->has_skew = true;
		probe->skew_ms = head.date_ms - clock_wall_ms();
	}
	json_decref(reply);
	json_decref(body);
	buffer_release(&path);
}

static void ask_for_tables(struct looking *looking)
{
	for (size_t i = 0; i < looking->probe->dataset_count; i++) {
		struct probe_dataset *dataset = &looking->probe->datasets[i];
		struct error err = {0};
		bool done = bigquery_list_tables(looking->client, dataset->name, &dataset->tables,
			&dataset->is_missing, &err);
		note_answer(&dataset->answer, done, was_heard(looking->client), &err);
		if (dataset->answer.state == PROBE_UNHEARD)
			return; /* the next would only wait as long */
	}
}

static void look(struct looking *looking)
{
	struct bigquery_probe *probe = looking->probe;
	struct error err = {0};
	if (!looking->place.is_emulator)
		look_for_identity(looking);
	if (!looking->place.is_emulator && probe->identity.state != PROBE_ANSWERED)
		return;
	bool has_project = bigquery_place_complete(&looking->place, looking->credential, &err);
	free(probe->project);
	probe->project = memory_copy_text(looking->place.project);
	probe->project_origin = looking->place.project_origin;
	if (!has_project)
		return;
	make_client(looking);
	if (looking->client == NULL)
		return;
	if (looking->tokens != NULL)
		ask_for_token(looking);
	if (looking->tokens != NULL && probe->token.state != PROBE_ANSWERED)
		return;
	ask_for_dry_run(looking);
	if (probe->dry_run.state == PROBE_ANSWERED || probe->dry_run.state == PROBE_REFUSED)
		ask_for_tables(looking);
}

static void begin(struct looking *looking)
{
	const struct bigquery_place *place = &looking->place;
	const struct probe_request *request = looking->request;
	*looking->probe = (struct bigquery_probe){
		.project = memory_copy_text(place->project),
		.project_origin = place->project_origin,
		.endpoint = memory_copy_text(place->endpoint),
		.endpoint_origin = place->endpoint_origin,
		.location = memory_copy_text(place->location),
		.ca_file = memory_copy_text(place->ca_file),
		.is_emulator = place->is_emulator,
		.is_read_only = place->is_read_only,
		.scope = place->is_read_only ? SCOPE_CLOUD_READONLY : SCOPE_BIGQUERY,
		.token_left_ms = -1,
		.datasets =
			memory_new_array(request->dataset_count + 1, sizeof(struct probe_dataset)),
		.dataset_count = request->dataset_count,
	};
	for (size_t i = 0; i < request->dataset_count; i++)
		looking->probe->datasets[i].name = memory_copy_text(request->datasets[i]);
	looking->patience = retry_default;
	looking->patience.total_ms = PROBE_PATIENCE_MS;
}

bool bigquery_probe(
	const struct probe_request *request, struct bigquery_probe *probe, struct error *err)
{
	struct looking looking = {.request = request, .probe = probe};
	if (!bigquery_place_parse(request->spec + strlen(PREFIX), NULL, &looking.place, err))
		return false;
	begin(&looking);
	look(&looking);
	bigquery_free(looking.client);
	token_source_free(looking.tokens);
	credential_free(looking.credential);
	bigquery_place_release(&looking.place);
	return true;
}
