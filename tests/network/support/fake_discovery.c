/* The discovery document, as far as Google's bq wants one: its methods and where they are. */
#include "fake_bigquery_parts.h"

#include "tests/test.h"

static const struct {
	const char *resource, *method, *verb, *path;
	const char *request, *response;
	const char *in_path[4];
	const char *in_query[6];
} methods[] = {
	{"jobs", "insert", "POST", "projects/{+projectId}/jobs", "Job", "Job", {"projectId"}, {0}},
	{"jobs", "get", "GET", "projects/{+projectId}/jobs/{+jobId}", NULL, "Job",
		{"projectId", "jobId"}, {"location"}},
	{"jobs", "query", "POST", "projects/{+projectId}/queries", "Any", "Any", {"projectId"},
		{0}},
	{"jobs", "getQueryResults", "GET", "projects/{+projectId}/queries/{+jobId}", NULL, "Any",
		{"projectId", "jobId"},
		{"location", "maxResults", "pageToken", "startIndex", "timeoutMs"}},
	{"tables", "get", "GET", "projects/{+projectId}/datasets/{+datasetId}/tables/{+tableId}",
		NULL, "Any", {"projectId", "datasetId", "tableId"}, {"selectedFields", "view"}},
	{"tables", "list", "GET", "projects/{+projectId}/datasets/{+datasetId}/tables", NULL, "Any",
		{"projectId", "datasetId"}, {"maxResults", "pageToken"}},
	{"datasets", "get", "GET", "projects/{+projectId}/datasets/{+datasetId}", NULL, "Any",
		{"projectId", "datasetId"}, {"datasetView", "accessPolicyVersion"}},
	{"datasets", "list", "GET", "projects/{+projectId}/datasets", NULL, "Any", {"projectId"},
		{"maxResults", "pageToken", "all", "filter"}},
};

static void add_parameters(
	json_t *method, const char *const *names, size_t most, const char *location)
{
	json_t *parameters = json_object_get(method, "parameters");
	for (size_t i = 0; i < most && names[i] != NULL; i++) {
		bool is_path = location[0] == 'p';
		json_object_set_new(parameters, names[i],
			json_pack("{s:s, s:s, s:b}", "type", "string", "location", location,
				"required", is_path));
		if (is_path)
			json_array_append_new(
				json_object_get(method, "parameterOrder"), json_string(names[i]));
	}
}

static json_t *make_method(size_t index)
{
	char id[80];
	snprintf(id, sizeof(id), "bigquery.%s.%s", methods[index].resource, methods[index].method);
	json_t *method = json_pack("{s:s, s:s, s:s, s:{}, s:[], s:{s:s}}", "id", id, "path",
		methods[index].path, "httpMethod", methods[index].verb, "parameters",
		"parameterOrder", "response", "$ref", methods[index].response);
	if (methods[index].request != NULL)
		json_object_set_new(
			method, "request", json_pack("{s:s}", "$ref", methods[index].request));
	add_parameters(method, methods[index].in_path, 4, "path");
	add_parameters(method, methods[index].in_query, 6, "query");
	if (strcmp(id, "bigquery.jobs.insert") != 0)
		return method;
	static const char path[] = "/upload/bigquery/v2/projects/{+projectId}/jobs";
	json_object_set_new(method, "supportsMediaUpload", json_true());
	json_object_set_new(method, "mediaUpload",
		json_pack("{s:[s], s:{s:{s:b, s:s}, s:{s:b, s:s}}}", "accept", "*/*", "protocols",
			"simple", "multipart", 1, "path", path, "resumable", "multipart", 1, "path",
			path));
	return method;
}

json_t *fake_discovery(const char *url)
{
	char root[80], base[100];
	snprintf(root, sizeof(root), "%s/", url);
	snprintf(base, sizeof(base), "%s/bigquery/v2/", url);
	json_t *resources = json_object();
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		json_t *resource = json_object_get(resources, methods[i].resource);
		if (resource == NULL) {
			resource = json_pack("{s:{}}", "methods");
			json_object_set_new(resources, methods[i].resource, resource);
		}
		json_object_set_new(
			json_object_get(resource, "methods"), methods[i].method, make_method(i));
	}
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:{}, s:{s:{s:s, s:s}, "
			 "s:{s:s, s:s}}, s:o}",
		"kind", "discovery#restDescription", "id", "bigquery:v2", "name", "bigquery",
		"version", "v2", "rootUrl", root, "basePath", "/bigquery/v2/", "baseUrl", base,
		"servicePath", "bigquery/v2/", "batchPath", "batch/bigquery/v2", "parameters",
		"schemas", "Any", "id", "Any", "type", "object", "Job", "id", "Job", "type",
		"object", "resources", resources);
}
