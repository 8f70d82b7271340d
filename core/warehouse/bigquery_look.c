/* What the checks of health want to know of BigQuery: each dataset and table is asked for once. */
#include "bigquery_backend.h"
#include "bigquery_parts.h"
#include "health_parts.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define USERS_BREAKER_DATASET "nba_orchestration"
#define USERS_BREAKER_TABLE   "reprocess_attempts"

/* After a question that nobody answered the next ones would only wait as long. */
struct looking {
	struct warehouse *warehouse;
	struct bigquery *client;
	struct health_facts *facts;
	bool is_unheard;
	char reason[HEALTH_TEXT_BYTES];
};

static bool may_ask(struct looking *looking, char *problem)
{
	if (looking->is_unheard)
		text_copy(problem, HEALTH_TEXT_BYTES, looking->reason);
	return !looking->is_unheard;
}

static enum health_state note_failure(
	struct looking *looking, const struct error *err, char *problem)
{
	enum bigquery_trouble trouble = bigquery_last_failure(looking->client)->trouble;
	if (bigquery_was_missing(looking->warehouse))
		return HEALTH_ABSENT;
	text_copy(problem, HEALTH_TEXT_BYTES, err->text);
	looking->is_unheard = trouble == TROUBLE_NETWORK || trouble == TROUBLE_LOGIN ||
			      trouble == TROUBLE_STOPPED;
	if (looking->is_unheard)
		snprintf(looking->reason, sizeof(looking->reason), "not asked, since: %.300s",
			err->text);
	return HEALTH_UNSEEN;
}

static void look_at_table(
	struct looking *looking, const char *dataset, const char *name, struct health_table *table)
{
	struct error err;
	table->unhashed_rows = table->loads_today = -1;
	if (!may_ask(looking, table->problem))
		return;
	table->state = bigquery_get_table(looking->client, dataset, name, &table->found, &err)
			       ? HEALTH_FOUND
			       : note_failure(looking, &err, table->problem);
}

static void look_at_dataset(struct looking *looking, struct health_dataset *dataset)
{
	struct buffer path = {0};
	struct error err;
	char what[128];
	json_t *reply = NULL;
	if (!may_ask(looking, dataset->problem))
		return;
	snprintf(what, sizeof(what), "cannot look at the dataset %.60s", dataset->name);
	buffer_add_text(&path, "projects/");
	http_add_escaped(&path, connection_of(looking->warehouse)->place.project);
	buffer_add_text(&path, "/datasets/");
	http_add_escaped(&path, dataset->name);
	const struct bigquery_call call = {.path = buffer_text(&path)};
	bool done = bigquery_ask(looking->client, &call, what, &reply, NULL, &err);
	dataset->state = done ? HEALTH_FOUND : note_failure(looking, &err, dataset->problem);
	dataset->partitions_expire_ms =
		bigquery_integer_at(reply, "defaultPartitionExpirationMs", 0);
	dataset->tables_expire_ms = bigquery_integer_at(reply, "defaultTableExpirationMs", 0);
	json_decref(reply);
	buffer_release(&path);
}

static bool is_known(const struct health_facts *facts, const char *dataset)
{
	for (size_t i = 0; i < facts->dataset_count; i++)
		if (strcmp(facts->datasets[i].name, dataset) == 0)
			return true;
	return false;
}

static void look_at_tables(
	struct looking *looking, const struct table_layout *const *layouts, size_t count)
{
	struct health_facts *facts = looking->facts;
	facts->tables = memory_new_array(count + 1, sizeof(*facts->tables));
	facts->datasets = memory_new_array(count + 1, sizeof(*facts->datasets));
	for (size_t i = 0; i < count; i++) {
		const char *dataset = bigquery_dataset_of(layouts[i]);
		struct health_table *table = &facts->tables[facts->table_count++];
		table->layout = layouts[i];
		look_at_table(looking, dataset, layouts[i]->name, table);
		if (is_known(facts, dataset))
			continue;
		struct health_dataset *found = &facts->datasets[facts->dataset_count++];
		found->name = memory_copy_text(dataset);
		look_at_dataset(looking, found);
	}
}

/* Whether one of the breakers' tables is there; false also where that was not heard. */
static bool is_there(struct looking *looking, const char *dataset, const char *name)
{
	struct health_table table = {0};
	look_at_table(looking, dataset, name, &table);
	bool found = table.state == HEALTH_FOUND;
	if (table.state == HEALTH_UNSEEN) {
		looking->facts->breaker_state = HEALTH_UNSEEN;
		text_copy(looking->facts->breaker_problem, HEALTH_TEXT_BYTES, table.problem);
	}
	bigquery_table_release(&table.found);
	return found;
}

static void look_at_login(const struct looking *looking)
{
	struct bigquery_identity *identity = connection_of(looking->warehouse)->identity;
	struct health_facts *facts = looking->facts;
	if (identity == NULL)
		return; /* an emulator */
	facts->has_token = true;
	facts->token_left_ms = token_source_left_ms(bigquery_identity_tokens(identity));
	text_copy(facts->credential_warning, sizeof(facts->credential_warning),
		credential_warning(bigquery_identity_credential(identity)));
}

bool bigquery_look(struct warehouse *warehouse, const struct table_layout *const *layouts,
	size_t count, struct health_facts *facts, struct error *err)
{
	struct looking looking = {
		.warehouse = warehouse, .client = connection_of(warehouse)->client, .facts = facts};
	if (count > HEALTH_TABLES_MAX)
		return error_set(err, ERROR_LIMIT, "more than %d tables", HEALTH_TABLES_MAX);
	bigquery_set_cancel(looking.client, warehouse->cancel);
	facts->is_bigquery = true;
	facts->place = memory_copy_text(connection_of(warehouse)->place.project);
	look_at_tables(&looking, layouts, count);
	look_at_table(&looking, RUN_HISTORY_DATASET, RUN_HISTORY_TABLE, &facts->run_history);
	facts->breaker_state = HEALTH_ABSENT;
	bool has_ours = is_there(&looking, OPS_DATASET, bigquery_attempts_layout.name);
	bool has_users = is_there(&looking, USERS_BREAKER_DATASET, USERS_BREAKER_TABLE);
	if (!looking.is_unheard) {
		bigquery_look_at_jobs(warehouse, facts);
		if (has_ours || has_users)
			bigquery_look_at_breakers(warehouse, has_ours, has_users, facts);
	} else
		text_copy(facts->quota_problem, HEALTH_TEXT_BYTES, looking.reason);
	look_at_login(&looking);
	return true;
}

bool bigquery_repair(struct warehouse *warehouse, const char *statement, struct error *err)
{
	struct bigquery_result result;
	return bigquery_run(warehouse, "repair", statement, NULL, 0, &result, err);
}
