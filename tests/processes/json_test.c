/* What every --json prints is what `help json` says: no member more, none less, of that type. */
#include "tests/test.h"

#include "base/path.h"
#include "tests/processes/support/verb.h"
#include "tests/support/program.h"

#define RANGE	    "2021-11-01..2021-11-06"
#define MEMBERS_MAX 600
#define PATH_BYTES  200

/* A row of the table. */
struct member {
	char verb[40], path[PATH_BYTES], type[40];
	bool seen;
};

static struct member members[MEMBERS_MAX];
static size_t member_count;

static void read_members(const char *home)
{
	char *table = VERB_OUTPUT(home, 0, "help", "json"), *rest = table;
	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		struct member *member = &members[member_count];
		if (sscanf(line, "| `%39[^`]` | `%199[^`]` | %39[^|] |", member->verb, member->path,
			    member->type) != 3)
			continue;
		size_t length = strlen(member->type);
		while (length > 0 && member->type[length - 1] == ' ')
			member->type[--length] = '\0';
		member_count++;
		assert_true(member_count < MEMBERS_MAX);
	}
	assert_true(member_count > 100);
	free(table);
}

static struct member *find(const char *verb, const char *path)
{
	for (size_t i = 0; i < member_count; i++)
		if (strcmp(members[i].verb, verb) == 0 && strcmp(members[i].path, path) == 0)
			return &members[i];
	return NULL;
}

static bool is_of_type(const json_t *value, const char *type)
{
	static const struct {
		const char *word;
		json_type type;
	} types[] = {{"text", JSON_STRING}, {"date", JSON_STRING}, {"time", JSON_STRING},
		{"number", JSON_INTEGER}, {"object", JSON_OBJECT}, {"counts", JSON_OBJECT}};
	if (json_is_null(value))
		return strstr(type, " or null") != NULL;
	if (json_is_boolean(value))
		return strcmp(type, "boolean") == 0;
	for (size_t i = 0; i < ARRAY_COUNT(types); i++)
		if (strncmp(type, types[i].word, strlen(types[i].word)) == 0)
			return json_typeof(value) == types[i].type;
	return false;
}

static void walk(const char *verb, const char *path, const json_t *value);

static void walk_object(const char *verb, const char *path, const json_t *value)
{
	const char *key;
	json_t *item;
	json_object_foreach((json_t *)value, key, item)
	{
		char below[PATH_BYTES];
		snprintf(below, sizeof(below), "%s%s%s", path, path[0] == '\0' ? "" : ".", key);
		walk(verb, below, item);
	}
}

static void walk(const char *verb, const char *path, const json_t *value)
{
	struct member *member = find(verb, path);
	char below[PATH_BYTES];
	if (member != NULL) {
		member->seen = true;
		if (!is_of_type(value, member->type))
			fail_msg("%s: %s is not of type %s", verb, path, member->type);
	}
	if (json_is_array(value)) {
		snprintf(below, sizeof(below), "%s[]", path);
		for (size_t i = 0; i < json_array_size(value); i++)
			walk(verb, below, json_array_get(value, i));
	} else if (json_is_object(value) &&
		   (member == NULL || strcmp(member->type, "counts") != 0)) {
		walk_object(verb, path, value);
	} else if (member == NULL) {
		fail_msg("%s: %s is not in `help json`", verb, path);
	}
}

/* Members of lists that may be empty here are not missed; of the head all must be there. */
static void check(const char *verb, char *output)
{
	json_t *root = verb_parse(output);
	if (json_integer_value(json_object_get(root, "version")) != 1)
		fail_msg("%s has no version", verb);
	walk(verb, "", root);
	for (size_t i = 0; i < member_count; i++)
		if (strcmp(members[i].verb, verb) == 0 && strpbrk(members[i].path, ".[") == NULL &&
			!members[i].seen)
			fail_msg("%s printed no %s", verb, members[i].path);
	json_decref(root);
}

/* The JSON alone: what the verb says beside it goes to stderr. */
static char *json_of(char *output)
{
	char *start = strstr(output, "{\n");
	assert_non_null(start);
	memmove(output, start, strlen(start) + 1);
	return output;
}

static void every_verb_prints_what_the_table_says(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = test_folder(), *before = path_join(home, "before.csv");
	struct error err;
	read_members(home);
	VERB_EXPECT(home, 0, "import", slice);
	char *csv = VERB_OUTPUT(home, 1, "coverage", "--csv", "--range", RANGE);
	assert_true(path_write_file(before, csv, strlen(csv), &err));
	free(csv);
	check("run", json_of(VERB_OUTPUT(home, 0, "run", "togs", "pgs", "--json", "--range",
			     "2021-11-01..2021-11-04")));
	check("status", VERB_OUTPUT(home, 1, "status", "--json", "--range", RANGE));
	check("coverage", VERB_OUTPUT(home, 1, "coverage", "--json", "--range", RANGE));
	check("gaps", VERB_OUTPUT(home, 1, "gaps", "--json", "--range", RANGE));
	check("why", VERB_OUTPUT(home, 1, "why", "pcf", "2021-11-03", "--json", "--range", RANGE));
	check("rows", VERB_OUTPUT(home, 0, "rows", "togs", "2021-11-03", "--json"));
	check("plan", VERB_OUTPUT(home, 1, "plan", "pgs", "pcf", "--json", "--range", RANGE));
	check("excuse TABLE DATES",
		VERB_OUTPUT(home, 0, "excuse", "pgs", "2021-11-05", "never came", "--json"));
	check("excuse", VERB_OUTPUT(home, 0, "excuse", "--json", "--range", RANGE));
	check("diff", VERB_OUTPUT(home, 1, "diff", before, "--json", "--range", RANGE));
	check("handoff", VERB_OUTPUT(home, 0, "handoff", "--json", "--range", RANGE));
	check("health", VERB_OUTPUT(home, 0, "health", "--json"));
	/* Its exit status is that of the machine. */
	check("doctor", json_of(PROGRAM_RUN(home, "doctor", "--json").output));
	free(before);
	free(home);
	free(slice);
}

/* A verb that looks at --json has its rows: none is forgotten. */
static void every_verb_that_knows_json_is_in_the_table(void **state)
{
	(void)state;
	char *home = test_folder(), *verbs = VERB_OUTPUT(home, 0, "help", "verbs"), *rest = verbs;
	int count = 0;
	member_count = 0;
	read_members(home);
	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		char verb[40];
		struct buffer source = {0};
		if (sscanf(line, "| `backcourt %39[a-z]", verb) != 1)
			continue;
		char *path = memory_format(
			"core/verbs/verb_%s.c", strcmp(verb, "pull") == 0 ? "push" : verb);
		bool is_read = path_exists(path) &&
			       path_read_file(path, PATH_FILE_BYTES_MAX, &source, NULL);
		bool knows = is_read && strstr(buffer_text(&source), "->json") != NULL;
		if (knows && find(verb, "version") == NULL)
			fail_msg("%s --json is not in `help json`", verb);
		count += knows;
		buffer_release(&source);
		free(path);
	}
	assert_true(count >= 13);
	free(verbs);
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_verb_prints_what_the_table_says),
		cmocka_unit_test(every_verb_that_knows_json_is_in_the_table),
	};
	return RUN(tests);
}
