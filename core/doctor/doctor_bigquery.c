/* What the probe found, as results. */
#include "doctor_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "warehouse/http.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GOOGLE_ENDPOINT "https://bigquery.googleapis.com"
#define SKEW_WARNING_MS 30000
#define SKEW_FAILED_MS	300000
#define TOKEN_LOW_MS	60000

/* False: it was answered. Else the result is added. */
static bool add_unanswered(struct doctor *doctor, enum doctor_check check,
	const struct probe_answer *answer, const char *subject)
{
	switch (answer->state) {
	case PROBE_ANSWERED:
		return false;
	case PROBE_NOT_ASKED:
		doctor_add(doctor, check, DOCTOR_UNKNOWN,
			"%s%snot asked: something before it failed", subject,
			subject[0] == '\0' ? "" : ": ");
		return true;
	case PROBE_REFUSED:
		doctor_add(doctor, check, DOCTOR_FAILED, "%s%s%s", subject,
			subject[0] == '\0' ? "" : ": ", answer->problem.text);
		return true;
	case PROBE_UNHEARD:
		doctor_add(doctor, check, DOCTOR_UNKNOWN, "%s%s%s", subject,
			subject[0] == '\0' ? "" : ": ", answer->problem.text);
		return true;
	}
	return true;
}

static void add_place(struct doctor *doctor, const struct bigquery_probe *probe)
{
	if (probe->is_emulator)
		doctor_add(doctor, DOCTOR_EMULATOR, DOCTOR_WARNING,
			"EMULATOR: %.200s stands in for BigQuery (BIGQUERY_EMULATOR_HOST)",
			probe->endpoint);
	doctor_add(doctor, DOCTOR_ENDPOINT, DOCTOR_GOOD, "%.200s, from %s%s%.60s%s",
		probe->endpoint == NULL ? GOOGLE_ENDPOINT : probe->endpoint,
		probe->endpoint_origin == NULL ? "the default" : probe->endpoint_origin,
		probe->location == NULL ? "" : ", location ",
		probe->location == NULL ? "" : probe->location,
		probe->is_read_only ? ", read-only" : "");
	if (probe->project != NULL)
		doctor_add(doctor, DOCTOR_PROJECT, DOCTOR_GOOD, "%.200s, from %s", probe->project,
			probe->project_origin);
	else if (probe->identity.state == PROBE_ANSWERED || probe->is_emulator)
		doctor_add(doctor, DOCTOR_PROJECT, DOCTOR_FAILED,
			"neither --warehouse nor the environment nor the credential names one");
	else
		doctor_add(doctor, DOCTOR_PROJECT, DOCTOR_UNKNOWN,
			"a credential might name one, but there is none");
}

static void add_identity(struct doctor *doctor, const struct bigquery_probe *probe)
{
	if (probe->is_emulator || add_unanswered(doctor, DOCTOR_IDENTITY, &probe->identity, ""))
		return;
	doctor_add(doctor, DOCTOR_IDENTITY, DOCTOR_GOOD, "%.150s%s%s (%s)%s%.100s",
		probe->email == NULL ? "" : probe->email, probe->email == NULL ? "" : ", ",
		probe->origin, probe->kind, probe->quota_project == NULL ? "" : ", quota project ",
		probe->quota_project == NULL ? "" : probe->quota_project);
	if (probe->warning != NULL)
		doctor_add(doctor, DOCTOR_KEY_FILE, DOCTOR_WARNING, "%s", probe->warning);
	else
		doctor_add(doctor, DOCTOR_KEY_FILE, DOCTOR_GOOD, "nobody else can read it");
}

static void add_token(struct doctor *doctor, const struct bigquery_probe *probe)
{
	char left[DURATION_TEXT_BYTES];
	const char *scope =
		probe->is_scope_ours ? probe->scope : "scopes as the ready token has them";
	if (probe->is_emulator || add_unanswered(doctor, DOCTOR_TOKEN, &probe->token, ""))
		return;
	bool is_low = probe->token_left_ms >= 0 && probe->token_left_ms < TOKEN_LOW_MS;
	doctor_add(doctor, DOCTOR_TOKEN, is_low ? DOCTOR_WARNING : DOCTOR_GOOD, "good for %s, %s",
		clock_format_duration(probe->token_left_ms, left), scope);
}

static void add_clock(struct doctor *doctor, const struct bigquery_probe *probe)
{
	char much[DURATION_TEXT_BYTES];
	if (probe->is_emulator)
		return;
	if (!probe->has_skew) {
		doctor_add(doctor, DOCTOR_CLOCK, DOCTOR_UNKNOWN, "Google's clock was not heard of");
		return;
	}
	int64_t off_ms = probe->skew_ms < 0 ? -probe->skew_ms : probe->skew_ms;
	enum doctor_level level = off_ms >= SKEW_FAILED_MS    ? DOCTOR_FAILED
				  : off_ms >= SKEW_WARNING_MS ? DOCTOR_WARNING
							      : DOCTOR_GOOD;
	/* The header tells whole seconds, and the answer took its time. */
	if (level == DOCTOR_GOOD)
		doctor_add(
			doctor, DOCTOR_CLOCK, level, "agrees within %d s", SKEW_WARNING_MS / 1000);
	else
		doctor_add(doctor, DOCTOR_CLOCK, level, "this machine is %s %s Google",
			clock_format_duration(off_ms, much),
			probe->skew_ms > 0 ? "behind" : "ahead of");
}

/* Host and port: a proxy's URL may hold a password. */
static const char *proxy_place(const char *url)
{
	const char *host = strstr(url, "://");
	host = host == NULL ? url : host + 3;
	const char *user_end = strrchr(host, '@');
	return user_end == NULL ? host : user_end + 1;
}

static bool is_unheard(const struct bigquery_probe *probe)
{
	return probe->token.state == PROBE_UNHEARD || probe->dry_run.state == PROBE_UNHEARD;
}

static void add_proxy(struct doctor *doctor, const struct bigquery_probe *probe)
{
	static const char *const names[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
	const char *none = doctor_environment("no_proxy");
	if (none == NULL)
		none = doctor_environment("NO_PROXY");
	for (size_t i = 0; i < ARRAY_COUNT(names) && !probe->is_emulator; i++) {
		const char *url = doctor_environment(names[i]);
		if (url == NULL)
			continue;
		doctor_add(doctor, DOCTOR_PROXY, is_unheard(probe) ? DOCTOR_UNKNOWN : DOCTOR_GOOD,
			"%.150s, from %s%s%.150s", proxy_place(url), names[i],
			none == NULL ? "" : ", not for ", none == NULL ? "" : none);
		return;
	}
	doctor_add(doctor, DOCTOR_PROXY, DOCTOR_GOOD, "none%s",
		probe->is_emulator ? ": an emulator is reached directly" : "");
}

static void add_own_certificates(struct doctor *doctor, const char *path)
{
	struct error err;
	if (http_check_ca_file(path, &err))
		doctor_add(doctor, DOCTOR_CERTIFICATES, DOCTOR_GOOD,
			"%.300s, from the option ca_file", path);
	else
		doctor_add(doctor, DOCTOR_CERTIFICATES, DOCTOR_FAILED, "%s", err.text);
}

static void add_certificates(struct doctor *doctor, const struct bigquery_probe *probe)
{
	struct http_library library;
	http_describe_library(&library);
	const char *path = library.ca_file != NULL ? library.ca_file : library.ca_folder;
	const char *unread = doctor_environment("SSL_CERT_FILE");
	if (probe->is_emulator)
		return;
	if (probe->ca_file != NULL)
		add_own_certificates(doctor, probe->ca_file);
	else if (path == NULL)
		doctor_add(doctor, DOCTOR_CERTIFICATES, DOCTOR_UNKNOWN,
			"%s does not tell where it looks", library.name);
	else if (access(path, R_OK) != 0)
		doctor_add(doctor, DOCTOR_CERTIFICATES, DOCTOR_FAILED, "%.300s: %s", path,
			strerror(errno));
	else if (unread != NULL)
		doctor_add(doctor, DOCTOR_CERTIFICATES, DOCTOR_WARNING,
			"%.200s is used; SSL_CERT_FILE is not read: say ca_file=%.150s", path,
			unread);
	else
		doctor_add(
			doctor, DOCTOR_CERTIFICATES, DOCTOR_GOOD, "%.300s, %s", path, library.name);
}

static void add_dry_run(struct doctor *doctor, const struct bigquery_probe *probe)
{
	if (!add_unanswered(doctor, DOCTOR_DRY_RUN, &probe->dry_run, ""))
		doctor_add(doctor, DOCTOR_DRY_RUN, DOCTOR_GOOD, "SELECT 1 would run%s%s",
			probe->protocol == NULL ? "" : ", asked over ",
			probe->protocol == NULL ? "" : probe->protocol);
}

static const struct probe_dataset *find_dataset(
	const struct bigquery_probe *probe, const char *name)
{
	for (size_t i = 0; i < probe->dataset_count; i++)
		if (strcmp(probe->datasets[i].name, name) == 0)
			return &probe->datasets[i];
	return NULL;
}

static void add_table(struct doctor *doctor, const struct bigquery_probe *probe,
	const struct pipeline_table *table)
{
	char *name = memory_format("%s.%s", table->dataset, table->name);
	const struct probe_dataset *dataset = find_dataset(probe, table->dataset);
	if (dataset == NULL) /* more datasets than PROBE_DATASETS_MAX */
		doctor_add(doctor, DOCTOR_TABLE, DOCTOR_UNKNOWN, "%s: not asked", name);
	else if (add_unanswered(doctor, DOCTOR_TABLE, &dataset->answer, name))
		;
	else if (dataset->is_missing)
		doctor_add(doctor, DOCTOR_TABLE, DOCTOR_FAILED, "%s: there is no dataset %s", name,
			table->dataset);
	else if (bigquery_find_table(&dataset->tables, table->name) == NULL)
		doctor_add(doctor, DOCTOR_TABLE, DOCTOR_FAILED, "%s is not there", name);
	else
		doctor_add(doctor, DOCTOR_TABLE, DOCTOR_GOOD, "%s", name);
	free(name);
}

static size_t collect_datasets(const struct pipeline *pipeline, const char **names)
{
	size_t count = 0;
	for (size_t i = 0; pipeline != NULL && i < pipeline->table_count; i++) {
		const char *name = pipeline->tables[i].dataset;
		bool is_known = false;
		for (size_t k = 0; k < count; k++)
			is_known |= strcmp(names[k], name) == 0;
		if (!is_known && count < PROBE_DATASETS_MAX)
			names[count++] = name;
	}
	return count;
}

void doctor_look_at_bigquery(struct doctor *doctor, const char *spec)
{
	const char *datasets[PROBE_DATASETS_MAX];
	struct bigquery_probe probe;
	struct error err;
	const struct probe_request request = {.spec = spec,
		.datasets = datasets,
		.dataset_count = collect_datasets(doctor->pipeline, datasets),
		.policy = doctor->policy,
		.test_origin = doctor->test_origin};
	if (!bigquery_probe(&request, &probe, &err)) {
		doctor_add(doctor, DOCTOR_ENDPOINT, DOCTOR_FAILED, "%s", err.text);
		return;
	}
	add_place(doctor, &probe);
	add_identity(doctor, &probe);
	add_token(doctor, &probe);
	add_clock(doctor, &probe);
	add_proxy(doctor, &probe);
	add_certificates(doctor, &probe);
	add_dry_run(doctor, &probe);
	for (size_t i = 0; doctor->pipeline != NULL && i < doctor->pipeline->table_count; i++)
		add_table(doctor, &probe, &doctor->pipeline->tables[i]);
	bigquery_probe_release(&probe);
}
