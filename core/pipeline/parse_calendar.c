/* The calendar of a pipeline: its seasons, and what stands for a schedule where there is none. */
#include "base/csv.h"
#include "base/memory.h"
#include "parse_parts.h"

#include <stdlib.h>
#include <string.h>

static const char *const calendar_keys[] = {
	"source", "bootstrap_days", "seasons", "file", "weekdays", NULL};
static const char *const season_keys[] = {"name", "first", "last", NULL};

static bool parse_season(
	const struct parser *parser, const struct json_place *place, struct pipeline_season *season)
{
	if (!json_place_check_keys(&parser->source, place, season_keys) ||
		!parse_text(parser, place, "name", true, season->name, sizeof(season->name)) ||
		!parse_date(parser, place, "first", &season->first) ||
		!parse_date(parser, place, "last", &season->last))
		return false;
	return season->first <= season->last ||
	       json_place_fail(&parser->source, place, "the season ends before it begins");
}

static bool parse_seasons(struct parser *parser, const struct json_place *calendar)
{
	struct pipeline *pipeline = parser->pipeline;
	struct json_place list;
	if (!parse_list(parser, calendar, "seasons", PIPELINE_SEASONS_MAX, &list,
		    &pipeline->season_count))
		return false;
	for (size_t i = 0; i < pipeline->season_count; i++) {
		struct json_place item = json_place_item(&list, i);
		if (!parse_season(parser, &item, &pipeline->seasons[i]))
			return false;
		if (i > 0 && pipeline->seasons[i].first <= pipeline->seasons[i - 1].last)
			return json_place_fail(&parser->source, &item,
				"begins before the season before it ends (seasons ascend)");
	}
	return true;
}

/* Beside the pipeline's file, unless it says where. */
static char *path_of(const struct parser *parser, const char *name)
{
	const char *source = parser->source.name, *slash = strrchr(source, '/');
	if (name[0] == '/' || slash == NULL)
		return memory_copy_text(name);
	return memory_format("%.*s%s", (int)(slash - source + 1), source, name);
}

static bool read_game_day(struct pipeline *pipeline, const struct csv_record *record,
	const char *path, struct error *err)
{
	struct pipeline_game_day day;
	int64_t games = 0;
	size_t count = pipeline->game_day_count;
	bool is_day = record->field_count == 2 && date_parse(record->fields[0].text, &day.date) &&
		      text_to_integer(record->fields[1].text, &games) && games >= 0 &&
		      games <= PIPELINE_GAMES_MAX;
	if (!is_day)
		return error_set(err, ERROR_CONFIG,
			"%s:%lld: a line is DATE,GAMES (2021-10-19,2; at most %d games)", path,
			(long long)record->line, PIPELINE_GAMES_MAX);
	if (count > 0 && pipeline->game_days[count - 1].date >= day.date)
		return error_set(err, ERROR_CONFIG, "%s:%lld: the dates do not ascend", path,
			(long long)record->line);
	if (count == PIPELINE_GAME_DAYS_MAX)
		return error_set(err, ERROR_LIMIT, "%s: a calendar has at most %d days", path,
			PIPELINE_GAME_DAYS_MAX);
	day.games = (int)games;
	ARRAY_GROW(pipeline->game_days, pipeline->game_day_count, pipeline->game_day_capacity);
	pipeline->game_days[pipeline->game_day_count++] = day;
	return true;
}

static bool is_head(const struct csv_record *record)
{
	return record->field_count == 2 && strcmp(record->fields[0].text, "date") == 0 &&
	       strcmp(record->fields[1].text, "games") == 0;
}

static bool read_game_days(struct pipeline *pipeline, const char *path, struct error *err)
{
	struct csv *csv;
	struct csv_record *record = memory_new(sizeof(*record));
	enum csv_result result = CSV_FAILED;
	if (csv_open(path, &csv, err)) {
		bool is_first = true;
		while ((result = csv_next(csv, record, err)) == CSV_RECORD) {
			if (!(is_first && is_head(record)) &&
				!read_game_day(pipeline, record, path, err)) {
				result = CSV_FAILED;
				break;
			}
			is_first = false;
		}
		csv_close(csv);
	}
	free(record);
	return result == CSV_END;
}

static bool parse_file(const struct parser *parser, const struct json_place *calendar)
{
	char name[PIPELINE_PATH_BYTES] = "";
	struct error why;
	if (!parse_text(parser, calendar, "file", false, name, sizeof(name)))
		return false;
	if (name[0] == '\0')
		return true;
	char *path = path_of(parser, name);
	bool done = read_game_days(parser->pipeline, path, &why);
	free(path);
	struct json_place place = json_place_member(calendar, "file");
	return done || json_place_fail(&parser->source, &place, "%s", why.text);
}

/* Bits from Monday on; where the source is the rule alone, Monday to Friday unless it says so. */
static bool parse_weekdays(const struct parser *parser, const struct json_place *calendar)
{
	static const char *const names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", NULL};
	struct pipeline *pipeline = parser->pipeline;
	struct json_place list;
	size_t count = 0;
	if (json_place_member(calendar, "weekdays").value == NULL) {
		pipeline->weekdays = pipeline->has_weekdays_only ? 0x1f : 0;
		return true;
	}
	if (!parse_list(parser, calendar, "weekdays", 7, &list, &count))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct json_place item = json_place_item(&list, i);
		const char *name = json_string_value(item.value);
		size_t day = 0;
		while (names[day] != NULL && (name == NULL || strcmp(names[day], name) != 0))
			day++;
		if (names[day] == NULL)
			return json_place_fail(
				&parser->source, &item, "is none of Mon Tue Wed Thu Fri Sat Sun");
		pipeline->weekdays |= 1U << day;
	}
	return true;
}

bool parse_calendar(struct parser *parser, const struct json_place *root)
{
	static const char *const sources[] = {"schedule", "weekdays", NULL};
	struct json_place calendar = json_place_member(root, "calendar");
	int64_t days = 0;
	int source = 0;
	if (calendar.value == NULL)
		return true;
	if (!json_place_check_keys(&parser->source, &calendar, calendar_keys) ||
		!parse_word(parser, &calendar, "source", sources, &source) ||
		!parse_integer(parser, &calendar, "bootstrap_days", 0, 366, &days))
		return false;
	parser->pipeline->bootstrap_days = (int)days;
	parser->pipeline->has_weekdays_only = source == 1;
	return parse_seasons(parser, &calendar) && parse_file(parser, &calendar) &&
	       parse_weekdays(parser, &calendar);
}
