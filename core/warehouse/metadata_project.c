/* The project that a machine of Google's belongs to, as its metadata server says. */
#include "credential_parts.h"

#include "base/memory.h"
#include "warehouse/bigquery.h"
#include "warehouse/http.h"

#include <stdlib.h>

#define PROJECT_BYTES_MAX 300

/* The server answers with nothing but the name; anything else is none. */
static char *take_name(const struct http_reply *reply)
{
	const char *name = buffer_text(&reply->body);
	bool is_name = reply->status == 200 && reply->is_metadata && bigquery_is_name(name, true);
	return is_name ? memory_copy_text(name) : NULL;
}

char *credential_ask_project(const struct credential *credential)
{
	static const char *const headers[] = {"Metadata-Flavor: Google"};
	while (credential->source != NULL)
		credential = credential->source;
	struct http *http;
	struct http_reply reply = {0};
	if (credential->kind != CREDENTIAL_METADATA ||
		!http_new(&(struct http_settings){0}, &http, NULL))
		return NULL;
	char *origin = memory_format("http://%s", credential->metadata_host);
	char *url = memory_format("%s/computeMetadata/v1/project/project-id", origin);
	const struct http_request request = {.url = url,
		.headers = headers,
		.header_count = ARRAY_COUNT(headers),
		.reply_bytes_max = PROJECT_BYTES_MAX,
		.time_ms_max =
			credential->metadata_ms != 0 ? credential->metadata_ms : METADATA_PROBE_MS,
		.is_plain_allowed = true,
		.plain_origin = origin};
	char *project = NULL;
	if (http_send(http, &request, &reply, NULL) == HTTP_ANSWERED)
		project = take_name(&reply);
	http_reply_release(&reply);
	http_free(http);
	free(origin);
	free(url);
	return project;
}
