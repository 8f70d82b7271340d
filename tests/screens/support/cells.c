#include "tests/screens/support/cells.h"
#include "tests/test.h"

#include "cell_rows.h"

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
	rows->rows = 6;
	rows->distinct_keys = -1;
	answer(stage, rows, "");
}

void cells_answer_failure(struct stage *stage, const char *text)
{
	answer(stage, NULL, text);
}
