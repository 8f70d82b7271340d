#include "tests/processes/support/verb.h"

#include "tests/support/program.h"
#include "tests/test.h"

char *verb_output(const char *home, int status, const char *const *arguments)
{
	struct program_result result = program_run(home, arguments);
	if (result.status != status)
		fail_msg("%s: exit status %d, not %d:\n%s", arguments[0], result.status, status,
			result.output);
	return result.output;
}

json_t *verb_parse(char *text)
{
	json_error_t where;
	json_t *root = json_loads(text, 0, &where);
	if (root == NULL)
		fail_msg("line %d: %s in:\n%s", where.line, where.text, text);
	free(text);
	return root;
}

const char *verb_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	if (text == NULL)
		fail_msg("no text is called %s", name);
	return text;
}

json_t *verb_table(const json_t *list, const char *table)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *item = json_array_get(list, i);
		if (strcmp(verb_text(item, "table"), table) == 0)
			return item;
	}
	return NULL;
}

char *verb_write_hand_off(const char *home)
{
	static const int games[] = {3, 11, 6, 9, 9, 5, 10, 4, 13, 0, 12, 8, 5, 9, 5};
	char *path = memory_format("%s/counts.csv", home);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs("date,games,player_game_summary,team_offense_game_summary,team_defense_game_summary,"
	      "upcoming_player_game_context,upcoming_team_game_context,team_defense_zone_analysis,"
	      "player_shot_zone_analysis,player_composite_factors,player_daily_cache,"
	      "ml_feature_store_v2\n",
		file);
	for (int i = 0; i < (int)ARRAY_COUNT(games); i++)
		fprintf(file, "2021-11-%02d,%d,%d,%d,%d,%d,%d,%d,%d,0,0,0\n", 16 + i, games[i],
			games[i] * 22, games[i] * 2, games[i] * 2, i == 0 ? games[i] * 34 : 0,
			games[i] * 2, games[i] > 0 ? 30 : 0, games[i] > 0 ? 280 + i : 0);
	assert_int_equal(fclose(file), 0);
	return path;
}

char *verb_write_pipeline(const char *home)
{
	json_t *root = verb_parse(VERB_OUTPUT(home, 0, "pipeline", "--print", "nba-scripts"));
	json_t *tables = json_object_get(root, "tables");
	for (size_t i = 0; i < json_array_size(tables); i++)
		json_object_del(json_object_get(json_array_get(tables, i), "job"), "requires");
	char *path = memory_format("%s/pipeline.json", home);
	assert_int_equal(json_dump_file(root, path, 0), 0);
	json_decref(root);
	return path;
}
