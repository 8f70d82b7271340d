/*
 * client_place: a BigQuery client of its own against a fake server that follows a script.
 *
 * A test writes down the steps of the server (FAKE_SCRIPT), lets the client ask, and looks at what
 * was sent. Waits take no time (no_time.h).
 */
#ifndef BACKCOURT_TESTS_CLIENT_PLACE_H
#define BACKCOURT_TESTS_CLIENT_PLACE_H

#include "base/text.h"
#include "tests/network/support/fake_server.h"
#include "warehouse/bigquery.h"

#include <jansson.h>

struct cancel;
struct credential;
struct token_source;

struct place {
	struct fake *fake;
	struct bigquery *bigquery;
	struct cancel *cancel;
	/* Freed with the place; NULL unless a test logs in. */
	struct credential *credential;
	struct token_source *tokens;
	struct buffer rows; /* "7,-;" */
};

/* Of a cmocka test: *state is a struct place. */
int client_place_set_up(void **state);
int client_place_tear_down(void **state);
#define ON_A_SERVER(test) \
	cmocka_unit_test_setup_teardown(test, client_place_set_up, client_place_tear_down)

/* What the client was opened with; client_open opens another one instead, by other settings. */
struct bigquery_settings client_settings(struct place *place);
void client_open(struct place *place, const struct bigquery_settings *settings);

/* A query with a parameter that has a value and one that has none, of at most 100 rows: they are
 * added to place->rows. */
bool client_ask(struct place *place, struct bigquery_result *result, struct error *err);
/* A bigquery_row_function whose context is the place. */
bool client_note_row(const char *const *cells, size_t cell_count, void *context, struct error *err);
/* Asks, and the rows so far are these. */
void client_expect_rows(struct place *place, const char *rows);
/* Asks, and it fails for that reason with these words. */
void client_expect_trouble(struct place *place, enum bigquery_trouble trouble, const char *words);

/* The JSON of the nth request whose line holds the text; json_decref it. */
json_t *client_sent(struct place *place, const char *text, size_t nth);
/* A member that is a text; the test fails when it is none. */
const char *client_member(const json_t *tree, const char *name);

/* Steps of a query that goes well: its job is taken, is done, and has one row. */
#define REFERENCE \
	"\"jobReference\":{\"projectId\":\"p\",\"jobId\":\"job_of_server\",\"location\":\"EU\"}"
#define INSERTED                                                                     \
	{                                                                            \
		"POST /bigquery/v2/projects/p/jobs",                                 \
		{                                                                    \
			.body = "{" REFERENCE ",\"status\":{\"state\":\"RUNNING\"}}" \
		}                                                                    \
	}
#define COMPLETE                                                                           \
	{                                                                                  \
		"GET /queries/job_of_server",                                              \
		{                                                                          \
			.body = "{" REFERENCE ",\"jobComplete\":true,\"totalRows\":\"0\"}" \
		}                                                                          \
	}
#define SCHEMA                                                                                    \
	"\"schema\":{\"fields\":[{\"name\":\"a\",\"type\":\"INTEGER\"},{\"name\":\"b\",\"type\":" \
	"\"STRING\"}]}"
#define ONE_ROW                                                                                    \
	{                                                                                          \
		"GET /queries/job_of_server",                                                      \
		{                                                                                  \
			.body = "{" SCHEMA ",\"totalRows\":\"1\",\"rows\":[{\"f\":[{\"v\":\"7\"}," \
				"{\"v\":null}]}]}"                                                 \
		}                                                                                  \
	}
/* How the service refuses. */
#define ERROR_BODY(code, reason, message)                                                     \
	"{\"error\":{\"code\":" #code ",\"message\":\"" message "\",\"errors\":[{\"domain\":" \
	"\"global\",\"reason\":\"" reason "\",\"message\":\"" message "\"}]}}"

#endif
