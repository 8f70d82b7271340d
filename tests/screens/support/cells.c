#include "tests/screens/support/cells.h"
#include "tests/test.h"

#include "witness/audit.h"
#include "witness/cell_rows.h"

#include <stdlib.h>
#include <string.h>

#define RUN_ID "20211124T135512-togs-3"

static struct cell_rows *found(const struct stage *stage)
{
	struct cell_rows *rows = memory_new(sizeof(*rows));
	rows->table = model_selected_table(stage->model);
	rows->date = stage->model->view.date;
	rows->asked_ms = STAGE_NOW_MS - 3000;
	const struct pipeline_table *table = &stage->pipeline->tables[rows->table];
	rows->date_column = table->date_column;
	for (size_t i = 0; i < table->key_count; i++)
		rows->key[rows->key_count++] = table->key[i];
	return rows;
}

static void answer(struct stage *stage, struct cell_rows *rows, const char *text)
{
	struct event event = {.kind = EVENT_CELL_ROWS};
	event.cell_rows.generation = stage->model->view.rows_generation;
	event.cell_rows.rows = rows;
	text_copy(event.cell_rows.text, sizeof(event.cell_rows.text), text);
	stage_apply(stage, &event);
}

static void give_receipt(struct cell_rows *rows, int64_t count)
{
	rows->has_receipt = true;
	rows->receipt = (struct receipt){.date = rows->date,
		.run = RUN_ID,
		.rows = count,
		.distinct_keys = count,
		.hash = "9f31c0de55aa0011",
		.sequence = 118,
		.written_ms = STAGE_NOW_MS - 600000,
		.verified_ms = STAGE_NOW_MS - 600000};
}

static void give_attempt(struct cell_rows *rows, enum ledger_state state, int64_t count)
{
	rows->attempts[rows->attempt_count++] = (struct ledger_attempt){.run = RUN_ID,
		.date = rows->date,
		.state = state,
		.rows = count,
		.started_ms = STAGE_NOW_MS - 601000,
		.ended_ms = STAGE_NOW_MS - 600000,
		.log_offset = 20480};
	rows->has_run = true;
	text_copy(rows->run.log_path, sizeof(rows->run.log_path),
		"~/.local/state/backcourt/nba/logs/" RUN_ID ".log");
}

static void give_group(struct cell_rows *rows, const char *name, int there, int expected)
{
	if (rows->groups == NULL)
		rows->groups = arena_new(&rows->arena, 32 * sizeof(*rows->groups));
	rows->groups[rows->group_count++] =
		(struct cell_group){.name = name, .there = there, .expected = expected};
}

/* `lines` are rows of values, ';' between them and '\n' behind each; "-" is NULL. */
static void give_sample(struct cell_rows *rows, const char *columns, const char *lines)
{
	struct row_sample *sample = &rows->sample;
	char *names = memory_copy_text(columns), *all = memory_copy_text(lines), *line_rest = NULL;
	char *rest = NULL;
	sample->columns = arena_new(&sample->arena, 32 * sizeof(*sample->columns));
	sample->values = arena_new(&sample->arena, (size_t)32 * 64 * sizeof(*sample->values));
	for (char *name = strtok_r(names, ";", &rest); name != NULL;
		name = strtok_r(NULL, ";", &rest))
		sample->columns[sample->column_count++] = arena_copy_text(&sample->arena, name);
	for (char *line = strtok_r(all, "\n", &line_rest); line != NULL;
		line = strtok_r(NULL, "\n", &line_rest)) {
		struct sample_value *value =
			&sample->values[sample->row_count++ * sample->column_count];
		for (char *text = strtok_r(line, ";", &rest); text != NULL;
			text = strtok_r(NULL, ";", &rest))
			(value++)->text = strcmp(text, "-") == 0
						  ? NULL
						  : arena_copy_text(&sample->arena, text);
	}
	free(names);
	free(all);
}

void cells_open(struct stage *stage, const char *table, date_t date)
{
	stage_select(stage, table);
	stage_action(stage, ACTION_VIEW_MATRIX, 0, NULL);
	stage->model->view.date = date;
	stage_action(stage, ACTION_ROWS, 0, NULL);
}

void cells_answer_teams(struct stage *stage)
{
	static const char *const teams[] = {"BKN", "DAL", "GSW", "LAC", "LAL", "PHI", "SAS", "UTA"};
	struct cell_rows *rows = found(stage);
	struct buffer lines = {0};
	rows->rows = rows->distinct_keys = 3;
	rows->null_count = 1;
	rows->nulls[0] = (struct cell_null){"opp_paint_attempts", 0};
	rows->names = CELL_NAMES_TEAMS;
	for (size_t i = 0; i < ARRAY_COUNT(teams); i++) {
		bool is_there = i == 0 || i == 2 || i == 3;
		give_group(rows, teams[i], is_there, 1);
		if (is_there)
			buffer_add_format(&lines,
				"%s;2021-11-16;%zu;%zu.%zu;%zu;0.5%zu;%s;true;2021-11-24T13:56:"
				"18Z\n",
				teams[i], 96 + 3 * i % 31, 101 + i, 7 * i % 10, 38 + i % 9, i % 10,
				i % 4 == 1 ? "-" : "W3");
	}
	give_receipt(rows, 8);
	give_attempt(rows, LEDGER_DATE_SUCCEEDED, 8);
	give_sample(rows,
		"team_abbr;game_date;points_scored;offensive_rating;paint_attempts;"
		"true_shooting_pct;streak;home_game;processed_at",
		buffer_text(&lines));
	buffer_release(&lines);
	answer(stage, rows, "");
}

void cells_answer_players(struct stage *stage)
{
	static const char *const missing[] = {"devonfarrowgate (BOS)", "ivorycaldwen (LAL)",
		"kofibrandtson (LAL)", "lukazeldovic (LAL)", "tavarishornquist (LAL)"};
	struct cell_rows *rows = found(stage);
	struct buffer lines = {0};
	rows->rows = rows->distinct_keys = 136;
	rows->names = CELL_NAMES_PLAYERS;
	rows->others = 48;
	static const char *const whole[] = {"BKN", "DAL", "GSW", "LAC", "PHI", "UTA"};
	give_group(rows, "BOS", 11, 12);
	give_group(rows, "LAL", 7, 11);
	for (size_t i = 0; i < ARRAY_COUNT(whole); i++)
		give_group(rows, whole[i], 11, 11);
	rows->missing = arena_new(&rows->arena, sizeof(missing));
	memcpy(rows->missing, missing, sizeof(missing));
	rows->missing_count = ARRAY_COUNT(missing);
	for (int i = 0; i < 50; i++)
		buffer_add_format(&lines,
			"2021-11-16;player%02d%s;002150%04d;%d;%d.%d;%s;[\"own data incomplete\", "
			"\"%d "
			"of 10 games\"];%s;0.%03d\n",
			i, i == 4 ? "\033[31mred" : "", 147 + i / 12, 60 + 7 * i % 40, i % 9,
			3 * i % 10, i % 5 == 2 ? "-" : "normal", i % 10,
			i == 2 ? "a note that goes on and on and does not end before the column "
				 "does"
			       : "ok",
			17 * i);
	give_receipt(rows, 136);
	text_copy(rows->receipt.sources[0].table, TABLE_NAME_BYTES, "upcoming_player_game_context");
	rows->receipt.sources[0].sequence = 43;
	text_copy(rows->receipt.sources[1].table, TABLE_NAME_BYTES, "player_game_summary");
	rows->receipt.source_count = 2;
	give_attempt(rows, LEDGER_DATE_SUCCEEDED, 136);
	give_attempt(rows, LEDGER_DATE_FAILED, -1);
	give_sample(rows,
		"game_date;player_lookup;game_id;fatigue_score;pace_score;kind;data_quality_issues;"
		"calculation_notes;opponent_strength_score",
		buffer_text(&lines));
	buffer_release(&lines);
	answer(stage, rows, "");
}

void cells_answer_counts(struct stage *stage)
{
	struct cell_rows *rows = found(stage);
	rows->counts_only = true;
	text_copy(rows->names_trouble, sizeof(rows->names_trouble),
		"a file of counts names nobody, and has no rows to show");
	rows->rows = 6;
	rows->distinct_keys = -1;
	answer(stage, rows, "");
}

void cells_answer_failure(struct stage *stage, const char *text)
{
	answer(stage, NULL, text);
}

static void add_line(struct audit *audit, const struct audit_line *line)
{
	audit->lines = memory_resize(audit->lines, audit->line_count + 1, sizeof(*audit->lines));
	audit->lines[audit->line_count] = *line;
	audit->line_count++;
}

static int table_of(const struct stage *stage, const char *name)
{
	return (int)pipeline_find(stage->pipeline, name);
}

#define HOUR_MS INT64_C(3600000)
#define LOG	"~/.local/state/backcourt/nba/logs/20211124T135512-tdza-7.log"

static void add_lines(const struct stage *stage, struct audit *audit)
{
	const struct {
		int64_t ago_ms;
		enum severity severity;
		const char *who, *table;
		int day; /* of November; 0 none */
		const char *text;
	} rows[] = {{20000, SEVERITY_ERROR, "", "tdza", 0,
			    "run failed: 0 done, 6 failed, 8 left, after 24s"},
		{90000, SEVERITY_ERROR, "", "tdza", 14,
			"failed: PROCESSING_ERROR: schema: column paint_defense_vs_league_avg of "
			"team_defense_zone_analysis has no value in 30 of 30 rows"},
		{91000, SEVERITY_ERROR, "", "tdza", 13,
			"failed: PROCESSING_ERROR: schema: column paint_defense_vs_league_avg of "
			"team_defense_zone_analysis has no value in 30 of 30 rows"},
		{100000, SEVERITY_INFO, "naji@courtside", "tdza", 0,
			"run started: 14 dates of 2021-11-09..2021-11-30, native"},
		{HOUR_MS, SEVERITY_INFO, "", "upgc", 0,
			"excused (mk@courtside): the league postponed the game 2021-11-15"},
		{2 * HOUR_MS, SEVERITY_GOOD, "", "upgc", 0, "run finished: 42 done, after 9m12"},
		{3 * HOUR_MS, SEVERITY_INFO, "mk@courtside", "upgc", 0,
			"run started: 42 dates of 2021-10-19..2021-11-30, native"},
		{22 * HOUR_MS, SEVERITY_INFO, "", NULL, 0,
			"hand-off written (mk@courtside): handoff_2021-11-23.md"},
		{23 * HOUR_MS, SEVERITY_WARNING, "", "psza", 11,
			"stopped: stopped before it was written"},
		{24 * HOUR_MS, SEVERITY_ERROR, "", "psza", 0,
			"run lost, nobody saw its end: 3 done, 21 left"},
		{25 * HOUR_MS, SEVERITY_INFO, "naji@courtside", "psza", 0,
			"run started: 24 dates of 2021-11-02..2021-11-30, command"}};
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
		add_line(audit,
			&(struct audit_line){.at_ms = STAGE_NOW_MS - rows[i].ago_ms,
				.severity = rows[i].severity,
				.who = rows[i].who,
				.table =
					rows[i].table == NULL ? -1 : table_of(stage, rows[i].table),
				.date = rows[i].day == 0 ? DATE_NONE
							 : date_of(2021, 11, rows[i].day),
				.text = rows[i].text,
				.log = rows[i].table == NULL ? "" : LOG,
				.log_offset = rows[i].day == 0 ? -1 : 20480});
}

static void add_record(struct audit *audit, const char *table, date_t date, const char *category,
	int64_t entities, const char *reason)
{
	struct failure_counts *records = &audit->records;
	struct failure_count record = {.date = date, .entities = entities};
	text_copy(record.table, sizeof(record.table), table);
	text_copy(record.category, sizeof(record.category), category);
	text_copy(record.reason, sizeof(record.reason), reason);
	ARRAY_GROW(records->items, records->count, records->capacity);
	records->items[records->count++] = record;
}

static void add_records(const struct stage *stage, struct audit *audit)
{
	struct lock_counts *locks = &audit->locks;
	date_t day = date_of(2021, 11, 5);
	add_record(audit, "player_composite_factors", day + 4, "CALCULATION_ERROR", 2,
		"fatigue: games in the last 7 days are -1");
	for (int i = 0; i < 9; i++)
		add_record(audit, "player_shot_zone_analysis", day + i, "INSUFFICIENT_DATA",
			96 - 4 * i, "Only 6 games, need 10");
	add_record(audit, "upcoming_player_game_context", day, "MISSING_DEPENDENCY", 11,
		"No shot zone analysis available");
	for (int i = 0; i < 2; i++) {
		struct lock_count lock = {.date = day + 4 + i,
			.at_risk = 17 - 5 * i,
			.locked = i == 0 ? 0 : 9,
			.until_ms = i == 0 ? 0 : STAGE_NOW_MS + HOUR_MS * 24 * 5};
		text_copy(lock.table, sizeof(lock.table), "team_defense_zone_analysis");
		ARRAY_GROW(locks->items, locks->count, locks->capacity);
		locks->items[locks->count++] = lock;
	}
	audit->tries = memory_new_array(6, sizeof(*audit->tries));
	for (int i = 0; i < 6; i++)
		audit->tries[audit->try_count++] = (struct try_count){
			(size_t)table_of(stage, "tdza"), date_of(2021, 11, 9) + i, i == 0 ? 2 : 1};
	audit->has_records = true;
}

void cells_answer_audit(struct stage *stage)
{
	struct audit *audit = memory_new(sizeof(*audit));
	audit->read_ms = STAGE_NOW_MS;
	add_lines(stage, audit);
	add_records(stage, audit);
	stage_apply(stage, &(struct event){.kind = EVENT_AUDIT, .audit.audit = audit});
}

void cells_answer_no_audit(struct stage *stage)
{
	struct audit *audit = memory_new(sizeof(*audit));
	audit->read_ms = STAGE_NOW_MS;
	audit->is_without_records = true;
	stage_apply(stage, &(struct event){.kind = EVENT_AUDIT, .audit.audit = audit});
}

void cells_answer_log(struct stage *stage)
{
	static const struct {
		enum log_severity severity;
		const char *text;
	} rows[] = {{LOG_PROGRESS, "14:04:46,911 - INFO - Processing date 4/14: 2021-11-12"},
		{LOG_REASON,
			"14:04:46,990 - ERROR - \xe2\x9d\x8c 2021-11-12: Exception - "
			"PROCESSING_ERROR: "
			"schema: column paint_defense_vs_league_avg has no value in 30 of 30 rows"},
		{LOG_PROGRESS, "14:04:47,002 - INFO - Processing date 5/14: 2021-11-13"},
		{LOG_INFORMATION, "14:04:47,003 - INFO - 30 teams, 412 games of the season so far"},
		{LOG_WATCH, "14:04:47,041 - WARNING - PHX: 3 games without shot zones"},
		{LOG_NOISE, "14:04:47,042 - WARNING - SES token expired"},
		{LOG_INFORMATION, "  an escape: ^[[31mred"}, {LOG_INFORMATION, ""},
		{LOG_REASON, "14:04:47,980 - ERROR - \xe2\x9d\x8c 2021-11-13: Exception - "
			     "PROCESSING_ERROR: schema"}};
	struct log_window *piece = memory_new(sizeof(*piece));
	struct event event = {.kind = EVENT_LOG_PIECE};
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		ARRAY_GROW(piece->items, piece->count, piece->capacity);
		piece->items[piece->count++] = (struct log_window_line){
			.text = memory_copy_text(rows[i].text), .severity = rows[i].severity};
	}
	piece->file_bytes = 99999;
	piece->end = 30000;
	event.log_piece.generation = stage->model->view.log_piece_generation;
	event.log_piece.piece = piece;
	stage_apply(stage, &event);
}
