#include "tests/network/support/client_place.h"

#include "base/cancel.h"
#include "tests/network/support/no_time.h"
#include "tests/test.h"
#include "warehouse/access_token.h"

struct bigquery_settings client_settings(struct place *place)
{
	return (struct bigquery_settings){.project = "p",
		.endpoint = fake_url(place->fake),
		.cancel = place->cancel,
		.policy = &no_time,
		.run = "Run 17",
		.is_emulator = true};
}

void client_open(struct place *place, const struct bigquery_settings *settings)
{
	struct error err;
	bigquery_free(place->bigquery);
	assert_true(bigquery_new(settings, &place->bigquery, &err));
}

int client_place_set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	struct error err;
	assert_true(cancel_new(&place->cancel, &err));
	place->fake = fake_start();
	no_time_reset();
	struct bigquery_settings settings = client_settings(place);
	client_open(place, &settings);
	*state = place;
	return 0;
}

int client_place_tear_down(void **state)
{
	struct place *place = *state;
	bigquery_free(place->bigquery);
	token_source_free(place->tokens);
	credential_free(place->credential);
	fake_finish(place->fake);
	cancel_free(place->cancel);
	buffer_release(&place->rows);
	free(place);
	return 0;
}

bool client_note_row(const char *const *cells, size_t cell_count, void *context, struct error *err)
{
	struct place *place = context;
	(void)err;
	for (size_t i = 0; i < cell_count; i++)
		buffer_add_format(&place->rows, "%s%s", cells[i] == NULL ? "-" : cells[i],
			i + 1 == cell_count ? ";" : ",");
	return true;
}

bool client_ask(struct place *place, struct bigquery_result *result, struct error *err)
{
	static const struct bigquery_parameter parameters[] = {
		{"first", "DATE", "2021-11-16"}, {"none", "STRING", NULL}};
	const struct bigquery_query query = {.name = "coverage",
		.sql = "SELECT 1",
		.parameters = parameters,
		.parameter_count = 2,
		.billed_bytes_max = 52428800,
		.rows_max = 100};
	*err = (struct error){0};
	return bigquery_select(place->bigquery, &query, client_note_row, place, result, err);
}

void client_expect_rows(struct place *place, const char *rows)
{
	struct bigquery_result result;
	struct error err;
	if (!client_ask(place, &result, &err))
		fail_msg("%s", err.text);
	assert_string_equal(buffer_text(&place->rows), rows);
}

void client_expect_trouble(struct place *place, enum bigquery_trouble trouble, const char *words)
{
	struct bigquery_result result;
	struct error err;
	if (client_ask(place, &result, &err))
		fail_msg("it went well");
	if (strstr(err.text, words) == NULL)
		fail_msg("\"%s\" is not in: %s", words, err.text);
	assert_int_equal(bigquery_last_failure(place->bigquery)->trouble, trouble);
}

json_t *client_sent(struct place *place, const char *text, size_t nth)
{
	json_t *tree = json_loads(fake_body(place->fake, text, nth), 0, NULL);
	assert_non_null(tree);
	return tree;
}

const char *client_member(const json_t *tree, const char *name)
{
	const char *text = json_string_value(json_object_get(tree, name));
	assert_non_null(text);
	return text;
}
