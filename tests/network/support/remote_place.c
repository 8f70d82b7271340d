#include "tests/network/support/remote_place.h"

#include "base/path.h"
#include "tests/test.h"

int place_set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	place->home = test_folder();
	place->path = path_join(place->home, "data/backcourt/nba/warehouse.db");
	place->service = fake_bigquery_publish();
	place->server = fake_bigquery_server(place->service);
	*state = place;
	return 0;
}

int place_tear_down(void **state)
{
	struct place *place = *state;
	fake_bigquery_withdraw(place->service);
	free(place->home);
	free(place->path);
	free(place->said);
	free(place);
	return 0;
}

void place_expect(struct place *place, struct program_result result, int status)
{
	free(place->said);
	place->status = result.status;
	place->said = result.output;
	if (result.status != status)
		fail_msg("exit status %d, not %d: %s", result.status, status, result.output);
}

void place_expect_words(const struct place *place, const char *words)
{
	if (strstr(place->said, words) == NULL)
		fail_msg("\"%s\" is not in: %s", words, place->said);
}

bool place_die_at(struct place *place, int request, bool is_after, const char *const *arguments)
{
	fake_bigquery_kill_at(place->service, request, is_after);
	struct program program = program_start(place->home, arguments);
	fake_bigquery_aim(place->service, program.pid);
	struct program_result result = program_finish(&program);
	bool is_killed = fake_bigquery_has_killed(place->service);
	if (result.status != (is_killed ? 128 + 9 : 0))
		fail_msg("request %d: status %d: %s", request, result.status, result.output);
	free(result.output);
	return is_killed;
}
