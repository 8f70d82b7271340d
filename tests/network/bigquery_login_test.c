/* The BigQuery client: what it does with a login that is refused. */
#include "tests/network/support/client_place.h"
#include "tests/test.h"

#include "warehouse/access_token.h"

static void use_token(struct place *place, const char *quota_project)
{
	struct bigquery_settings settings = client_settings(place);
	const char *text = "{\"type\":\"authorized_user\",\"client_id\":\"id\",\"client_secret\":"
			   "\"secret\",\"refresh_token\":\"refresh\"}";
	struct error err;
	assert_true(credential_parse(text, strlen(text), "key.json", &place->credential, &err));
	const struct token_settings tokens = {.credential = place->credential,
		.scope = SCOPE_BIGQUERY,
		.test_origin = fake_url(place->fake)};
	place->tokens = token_source_new(&tokens);
	settings.tokens = place->tokens;
	settings.quota_project = quota_project;
	client_open(place, &settings);
}

#define TOKEN(name)                                                                   \
	{                                                                             \
		"POST /token",                                                        \
		{                                                                     \
			.body = "{\"access_token\":\"" name "\",\"expires_in\":3599}" \
		}                                                                     \
	}
#define UNAUTHORIZED                                                                               \
	{                                                                                          \
		"POST /jobs",                                                                      \
		{                                                                                  \
			.status = 401, .body = ERROR_BODY(401, "authError", "Invalid Credentials") \
		}                                                                                  \
	}

static void a_refused_token_is_renewed_once(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {TOKEN("token-1"), UNAUTHORIZED, TOKEN("token-2"),
		INSERTED, COMPLETE, ONE_ROW, UNAUTHORIZED, TOKEN("token-3"), UNAUTHORIZED};
	use_token(place, NULL);
	FAKE_SCRIPT(place->fake, steps);
	client_expect_rows(place, "7,-;");
	assert_non_null(strstr(fake_headers(place->fake, "POST /jobs", 0), "Bearer token-1"));
	assert_non_null(strstr(fake_headers(place->fake, "POST /jobs", 1), "Bearer token-2"));
	client_expect_trouble(place, TROUBLE_LOGIN, "gcloud auth application-default login");
}

static void a_quota_project_without_the_right_is_left_out(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {TOKEN("token-1"),
		{"POST /jobs", {.status = 403,
				       .body = ERROR_BODY(403, "forbidden",
					       "Caller does not have required permission to use "
					       "project q. "
					       "Grant roles/serviceusage.serviceUsageConsumer")}},
		INSERTED, COMPLETE, ONE_ROW};
	use_token(place, "q");
	FAKE_SCRIPT(place->fake, steps);
	client_expect_rows(place, "7,-;");
	assert_non_null(
		strstr(fake_headers(place->fake, "POST /jobs", 0), "X-Goog-User-Project: q\r\n"));
	assert_null(strstr(fake_headers(place->fake, "POST /jobs", 1), "X-Goog-User-Project"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_SERVER(a_refused_token_is_renewed_once),
		ON_A_SERVER(a_quota_project_without_the_right_is_left_out),
	};
	return RUN(tests);
}
