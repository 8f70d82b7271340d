/* Who may ask: tokens that are given out, and the end of a login in the middle of things. */
#include "fake_bigquery_parts.h"

#include "tests/test.h"

#define TOKEN "ya29.of-the-fake-"

static bool is_due(struct fake_bigquery *service, const struct fake_request *request)
{
	char asked[4200];
	snprintf(asked, sizeof(asked), "%s %s", request->method, request->path);
	return service->login.ends_at != NULL && strstr(asked, service->login.ends_at) != NULL &&
	       service->login_asked++ == service->login.ends_nth;
}

static void give_token(struct fake_bigquery *service, struct fake_answer *answer)
{
	char token[60];
	if (service->is_login_over && service->login.end != FAKE_TOKENS_END) {
		answer->status = 400;
		fake_say(service, answer,
			json_pack("{s:s, s:s}", "error", "invalid_grant", "error_description",
				"Token has been expired or revoked."));
		return;
	}
	snprintf(token, sizeof(token), TOKEN "%d", ++service->token_count);
	fake_say(service, answer,
		json_pack("{s:s, s:i}", "access_token", token, "expires_in",
			service->login.life_seconds));
}

static bool is_known(const struct fake_bigquery *service, const struct fake_request *request)
{
	bool is_refused = service->is_login_over && service->login.end != FAKE_GRANT_ENDS;
	return !is_refused && strstr(request->headers, "Authorization: Bearer " TOKEN) != NULL;
}

bool fake_let_in(struct fake_bigquery *service, const struct fake_request *request,
	struct fake_answer *answer)
{
	struct fake_problem problem;
	if (service->login.life_seconds == 0)
		return true;
	if (text_starts_with(request->path, "/token")) {
		give_token(service, answer);
		return false;
	}
	service->is_login_over = service->is_login_over || is_due(service, request);
	if (is_known(service, request))
		return true;
	fake_problem_set(&problem, 401, "authError",
		"Request had invalid authentication credentials. Expected OAuth 2 access token");
	fake_say_problem(service, answer, &problem);
	return false;
}

void fake_bigquery_log_in(struct fake_bigquery *service, const struct fake_login *login)
{
	fake_hold(service->server);
	service->login = *login;
	service->is_login_over = false;
	service->login_asked = 0;
	fake_let_go(service->server);
}
