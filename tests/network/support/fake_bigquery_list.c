/* jobs.list: without configurations (projection=minimal). */
#include "fake_bigquery_parts.h"

#include "tests/test.h"

static bool is_asked_for(const struct fake_request *request, const json_t *job)
{
	char wanted[40];
	snprintf(wanted, sizeof(wanted), "stateFilter=%s", fake_text_at(job, "status.state"));
	return strstr(request->path, "stateFilter=") == NULL ||
	       strcasestr(request->path, wanted) != NULL;
}

static size_t number_of(const struct fake_request *request, const char *name, size_t otherwise)
{
	const char *at = strstr(request->path, name);
	return at == NULL ? otherwise : strtoul(at + strlen(name), NULL, 10);
}

static bool is_refused(struct fake_bigquery *service, const struct fake_request *request)
{
	return service->limits.lists == FAKE_LISTS_NONE ||
	       (service->limits.lists == FAKE_LISTS_OWN &&
		       strstr(request->path, "allUsers=true") != NULL);
}

static void refuse(struct fake_bigquery *service, struct fake_answer *answer)
{
	struct fake_problem problem;
	fake_problem_set(&problem, 403, "accessDenied",
		"Access Denied: Project " FAKE_PROJECT
		": User does not have bigquery.jobs.list permission in project " FAKE_PROJECT ".");
	fake_say_problem(service, answer, &problem);
}

void fake_list_jobs(struct fake_bigquery *service, const struct fake_request *request,
	struct fake_answer *answer)
{
	const size_t first = number_of(request, "pageToken=", 0);
	const size_t last = first + number_of(request, "maxResults=", 50);
	const char *id;
	json_t *job, *listed = json_array();
	size_t number = 0;
	if (is_refused(service, request)) {
		json_decref(listed);
		refuse(service, answer);
		return;
	}
	json_object_foreach(service->jobs, id, job)
	{
		if (!is_asked_for(request, job))
			continue;
		if (number >= first && number < last)
			json_array_append_new(
				listed, json_pack("{s:s, s:O, s:O, s:O}", "id", id, "jobReference",
						json_object_get(job, "jobReference"), "state",
						fake_at(job, "status.state"), "status",
						json_object_get(job, "status")));
		number++;
	}
	json_t *list = json_pack("{s:s, s:o}", "kind", "bigquery#jobList", "jobs", listed);
	if (number > last)
		json_object_set_new(list, "nextPageToken", fake_number((int64_t)last));
	fake_say(service, answer, list);
}
