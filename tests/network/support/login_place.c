#include "tests/network/support/login_place.h"

#include "tests/network/support/test_key.h"
#include "tests/network/support/tls_front.h"
#include "tests/test.h"

#define USER                                                                    \
	"{\"type\":\"authorized_user\",\"client_id\":\"id\",\"client_secret\":" \
	"\"s&cret\",\"refresh_token\":\"1//refresh\"}"

void login_place_use(struct login_place *login, const char *name, const char *value)
{
	free(login->credential);
	login->credential = memory_format("%s=%s", name, value);
}

static void open_front(struct login_place *login)
{
	const struct place *place = login->place;
	login->front = tls_front_start(
		fake_port(place->server), (struct tls_front_manners){.is_proxy = true});
	login->authority = test_key_write(
		place->home, "authority.pem", tls_front_certificate(login->front), 0600);
	char *user = test_key_write(place->home, "user.json", USER, 0600);
	login->warehouse = memory_format("bigquery:p?writes=load&ca_file=%s", login->authority);
	login->proxy =
		memory_format("https_proxy=http://127.0.0.1:%d", tls_front_port(login->front));
	login_place_use(login, "GOOGLE_APPLICATION_CREDENTIALS", user);
	free(user);
}

/* The raw tables come by an emulator's door, which is shut behind them. */
int login_place_set_up(void **state)
{
	struct login_place *login = memory_new(sizeof(*login));
	void *place;
	place_set_up(&place);
	login->place = place;
	program_expect(
		PROGRAM_RUN(login->place->home, "sample", "--range", "2021-10-19..2021-10-25"), 0,
		NULL);
	program_expect(PROGRAM_RUN(login->place->home, "push", "--raw", "--create", "--remote",
			       "bigquery:p?writes=load", "--range", LOGIN_RANGE),
		0, NULL);
	unsetenv("BIGQUERY_EMULATOR_HOST");
	open_front(login);
	login_place_log_in(login);
	*state = login;
	return 0;
}

int login_place_tear_down(void **state)
{
	struct login_place *login = *state;
	void *place = login->place;
	tls_front_finish(login->front);
	place_tear_down(&place);
	free(login->authority);
	free(login->warehouse);
	free(login->proxy);
	free(login->credential);
	free(login);
	return 0;
}

void login_place_log_in(struct login_place *login)
{
	fake_bigquery_log_in(login->place->service, &(struct fake_login){.life_seconds = 3599});
}

struct program_result login_place_do(const struct login_place *login, const char *const *words)
{
	const char *const variables[] = {login->proxy, login->credential, NULL};
	struct program program = program_start_with(login->place->home, variables, words);
	return program_finish(&program);
}
