/* Datasets and tables: made, listed, patched, dropped. */
#include "fake_bigquery_parts.h"

#include "tests/test.h"

void fake_set_etag(struct fake_bigquery *service, json_t *resource)
{
	char etag[24];
	snprintf(etag, sizeof(etag), "etag%d", service->etag++);
	json_object_set_new(resource, "etag", json_string(etag));
}

void fake_make_dataset(
	struct fake_bigquery *service, const json_t *body, struct fake_answer *answer)
{
	const char *name = fake_text_at(body, "datasetReference.datasetId");
	struct fake_problem problem;
	if (json_object_get(service->datasets, name) == NULL) {
		json_object_set(service->datasets, name, (json_t *)body);
		fake_say(service, answer, json_deep_copy(body));
		return;
	}
	fake_problem_set(&problem, 409, "duplicate", "Already Exists: Dataset p:%s", name);
	fake_say_problem(service, answer, &problem);
}

void fake_make_table(struct fake_bigquery *service, const char *dataset, const json_t *body,
	struct fake_answer *answer)
{
	char name[200];
	struct fake_problem problem;
	if (json_object_get(service->datasets, dataset) == NULL) {
		fake_say_missing(service, answer, "Dataset");
		return;
	}
	snprintf(
		name, sizeof(name), "%s.%s", dataset, fake_text_at(body, "tableReference.tableId"));
	if (json_object_get(service->tables, name) != NULL) {
		fake_problem_set(&problem, 409, "duplicate", "Already Exists: Table p:%s", name);
		fake_say_problem(service, answer, &problem);
		return;
	}
	json_t *resource = json_deep_copy(body);
	json_object_set_new(resource, "type", json_string("TABLE"));
	fake_set_etag(service, resource);
	json_object_set_new(service->tables, name, resource);
	fake_sql_make_table(service, resource, name);
	fake_say(service, answer, json_deep_copy(resource));
}

void fake_list_tables(
	struct fake_bigquery *service, const char *dataset, struct fake_answer *answer)
{
	json_t *tables = json_array();
	const char *name;
	json_t *table;
	if (json_object_get(service->datasets, dataset) == NULL) {
		json_decref(tables);
		fake_say_missing(service, answer, "Dataset");
		return;
	}
	json_object_foreach(service->tables, name, table)
	{
		json_t *item = json_deep_copy(table);
		json_object_del(item, "schema");
		if (text_equal(fake_text_at(table, "tableReference.datasetId"), dataset))
			json_array_append_new(tables, item);
		else
			json_decref(item);
	}
	fake_say(service, answer, json_pack("{s:o}", "tables", tables));
}

/* PATCH with an If-Match that is not the newest changes nothing. */
static void patch_table(struct fake_bigquery *service, const char *name, json_t *table,
	const struct fake_request *request, const json_t *body, struct fake_answer *answer)
{
	struct fake_problem problem;
	const char *match = strcasestr(request->headers, "\r\nif-match: ");
	const char *etag = fake_text_at(table, "etag");
	if (match != NULL && strncmp(match + 12, etag, strlen(etag)) != 0) {
		fake_problem_set(&problem, 412, "conditionNotMet",
			"Precondition Failed: the table %s has changed", name);
		fake_say_problem(service, answer, &problem);
		return;
	}
	json_object_update(table, (json_t *)body);
	fake_set_etag(service, table);
	fake_say(service, answer, json_deep_copy(table));
}

void fake_on_table(struct fake_bigquery *service, const char *dataset, const char *id,
	const struct fake_request *request, const json_t *body, struct fake_answer *answer)
{
	char name[200], what[256];
	snprintf(name, sizeof(name), "%s.%s", dataset, id);
	json_t *table = json_object_get(service->tables, name);
	snprintf(what, sizeof(what), "Table p:%s was not found in location US of", name);
	if (table == NULL)
		fake_say_missing(service, answer, what);
	else if (strcmp(request->method, "PATCH") == 0)
		patch_table(service, name, table, request, body, answer);
	else if (strcmp(request->method, "DELETE") == 0) {
		fake_sql_drop_table(service, name);
		json_object_del(service->tables, name);
		answer->status = 204;
	} else
		fake_say(service, answer, json_deep_copy(table));
}
