#include "tests/test.h"

#include "tests/screens/support/cells.h"
#include "tests/screens/support/findings.h"
#include "tests/screens/support/scenes.h"

#include "jobs/launch_preview.h"
#include "tui/controller.h"

#define SEASON_TABLES 60

static struct stage *stage_of(int first_month, int first_day, int last_month, int last_day)
{
	struct date_range range = {date_of(2021, first_month, first_day),
		date_of(last_month < first_month ? 2022 : 2021, last_month, last_day)};
	return stage_open(NULL, range);
}

static void tick(struct stage *stage)
{
	stage_apply(stage, &(struct event){.kind = EVENT_CLOCK});
}

/* Four upstreams running, player_composite_factors blocked: the hand-off of 2025-12-03. */
static struct stage *set_handoff(void)
{
	struct stage *stage = stage_of(11, 16, 11, 30);
	date_t last = stage->model->range.last, none = DATE_NONE;
	stage_receipts(stage, (struct stage_rows[]){{"pgs", last, none}, {"togs", last, none},
				      {"tdgs", last, none}, {"upgc", date_of(2021, 11, 16), none},
				      {"utgc", date_of(2021, 11, 19), none},
				      {"tdza", date_of(2021, 11, 21), none},
				      {"psza", date_of(2021, 11, 18), none}, {0}});
	stage_run(stage, "upgc", 0, date_of(2021, 11, 17), 50, 389);
	stage_run(stage, "utgc", 1, date_of(2021, 11, 20), 6, 14);
	stage_run(stage, "tdza", 2, date_of(2021, 11, 22), 21, 30);
	stage_run(stage, "psza", 3, date_of(2021, 11, 19), 211, 402);
	stage_log(stage, "upgc", date_of(2021, 11, 17), 'I',
		"processing date 2 of 14: 2021-11-17, 11 games");
	stage_log(stage, "upgc", date_of(2021, 11, 17), 'I', "50 of 389 players");
	stage_log(stage, "psza", date_of(2021, 11, 19), 'I', "211 of 402 players");
	stage_log(stage, "psza", date_of(2021, 11, 19), 'W', "13 players below 10 shots, skipped");
	tick(stage);
	stage_select(stage, "pcf");
	return stage;
}

/* Two jobs that somebody started at a shell. */
static struct stage *set_outside(void)
{
	static const char *const names[] = {"pcf", "tdza"};
	static const char line[] =
		".venv/bin/python backfill_jobs/precompute/player_composite_factors/"
		"player_composite_factors_precompute_backfill.py --start-date 2021-11-16 "
		"--end-date 2021-11-30 --no-resume";
	struct stage *stage = stage_of(11, 16, 11, 30);
	date_t last = stage->model->range.last, none = DATE_NONE;
	stage_receipts(
		stage, (struct stage_rows[]){{"pgs", last, none}, {"togs", last, none},
			       {"tdgs", last, none}, {"upgc", last, none}, {"utgc", last, none},
			       {"psza", last, none}, {"tdza", date_of(2021, 11, 21), none}, {0}});
	for (int i = 0; i < 2; i++) {
		struct outside_job *job = memory_new(sizeof(*job));
		*job = (struct outside_job){
			.pid = 974361 + i, .started_ms = STAGE_NOW_MS - 4020000, .user = "naji"};
		text_copy(job->line, sizeof(job->line), line);
		stage_run_outside(stage, names[i], i, job);
	}
	tick(stage);
	stage_select(stage, "pcf");
	return stage;
}

#define SCRIPT                                               \
	"backfill_jobs/precompute/player_composite_factors/" \
	"player_composite_factors_precompute_backfill.py"

static const char scripts_json[] =
	"{\"version\":1,\"name\":\"scripts\",\"range\":\"2021-11-16..2021-11-30\",\"tables\":["
	"{\"name\":\"upcoming_team_game_context\",\"short\":\"utgc\",\"expect\":{\"constant\":20},"
	"\"job\":{\"executor\":\"native\"}},"
	"{\"name\":\"player_composite_factors\",\"short\":\"pcf\",\"expect\":{\"constant\":382},"
	"\"job\":{\"executor\":\"command\",\"cwd\":\"/home/naji/code/nba-stats-scraper\",\"argv\":["
	"\".venv/bin/python\",\"" SCRIPT "\",\"--start-date\",\"{start}\",\"--end-date\",\"{end}\","
	"\"--note\",\"it's mine\"],\"env\":{\"PYTHONPATH\":\".\",\"SLACK_WEBHOOK_URL\":"
	"\"https://hooks.example/T000\"},\"secret_env\":[\"SLACK_WEBHOOK_URL\"],"
	"\"requires\":{\"upcoming_team_game_context\":10}}}]}";

static void show_launch(struct stage *stage, const date_t *dates, size_t count)
{
	struct command *command;
	struct launch_item item;
	struct error err;
	if (!command_parse(stage->pipeline, 1, &command, &err))
		fail_msg("%s", err.text);
	launch_item_init(&item, stage->model->coverage, 1, command, dates, count);
	item.git = (struct git_state){true, "7ccb8501aa0000000000000000000000000000aa", true};
	item.failed = memory_new_array(count, sizeof(*item.failed));
	item.failed[0] = 2;
	buffer_add_text(&item.checkpoint,
		"the job would resume at 11-23; 11-16 and 11-18 failed before and would never be "
		"retried");
	struct event event = {.kind = EVENT_LAUNCH, .table = 1};
	event.launch = launch_say(stage->pipeline, &item, 1);
	event.launch->wish = (int)WISH_RETRY;
	event.launch->table = 1;
	launch_item_release(&item);
	command_free(command);
	stage_apply(stage, &event);
}

/* Scattered dates of a script that takes no list: one process each range. */
static struct stage *set_launch(void)
{
	date_t first = date_of(2021, 11, 16);
	struct stage *stage =
		stage_open(scripts_json, (struct date_range){first, date_of(2021, 11, 30)});
	stage_receipts(stage, (struct stage_rows[]){{"utgc", first + 2, first}, {0}});
	tick(stage);
	stage_select(stage, "pcf");
	show_launch(stage, (date_t[]){first, first + 1, first + 7}, 3);
	return stage;
}

static struct stage *set_middle(void)
{
	struct stage *stage = stage_new(80, 24);
	stage_middle_of_a_run(stage);
	return stage;
}

/* The console is open, and nothing has answered yet. */
static struct stage *set_unchecked(void)
{
	struct stage *stage = stage_new(80, 24);
	tick(stage);
	return stage;
}

/* A fresh machine: no warehouse, the sample is offered. */
static struct stage *set_first_start(void)
{
	struct stage *stage = stage_new(80, 24);
	struct event event = {.kind = EVENT_COVERAGE, .at_ms = STAGE_NOW_MS - 3000};
	event.coverage.range = stage->model->range;
	event.coverage.raw_days.first_game = event.coverage.raw_days.last_game = DATE_NONE;
	stage_apply(stage, &event);
	tick(stage);
	text_copy(stage->model->warehouse_name, sizeof(stage->model->warehouse_name),
		"~/.local/share/backcourt/nba/warehouse.db");
	stage_action(stage, ACTION_SHOW, DIALOG_SAMPLE, NULL);
	return stage;
}

static struct stage *set_ready(void)
{
	struct stage *stage = stage_new(80, 24);
	stage_schedule(stage);
	return stage;
}

static struct stage *set_complete(void)
{
	struct stage *stage = stage_new(80, 24);
	stage_complete(stage);
	return stage;
}

static struct stage *set_failures(void)
{
	static const char reason[] =
		"schema: column paint_defense_vs_league_avg of team_defense_zone_analysis has no "
		"value in 30 of 30 rows, at most 15 may be empty; the upstream was computed on "
		"empty shot zones";
	struct stage *stage = stage_new(80, 24);
	date_t last = stage->model->range.last, none = DATE_NONE, day = date_of(2021, 11, 9);
	stage_receipts(stage, (struct stage_rows[]){{"pgs", last, none}, {"togs", last, none},
				      {"tdgs", last, none}, {"upgc", last, none},
				      {"utgc", day, none}, {"psza", day, none}, {0}});
	for (int i = 0; i < 6; i++)
		stage_fail(stage, "tdza", day + i, reason);
	stage_fail(stage, "psza", day + 2, "io: disk full");
	stage_fail(stage, "utgc", day + 4, "lock: database is locked (10.0s)");
	tick(stage);
	stage_select(stage, "tdza");
	return stage;
}

static struct stage *set_read_only(void)
{
	struct stage *stage = set_handoff();
	text_copy(stage->model->holder, sizeof(stage->model->holder),
		"backcourt of naji on pts/3, pid 48121, since 2025-12-03 13:41");
	stage_apply(stage, &(struct event){.kind = EVENT_CONTROL,
				   .control = {.workers = 4,
					   .auto_launch = true,
					   .read_only = true,
					   .paused_table = -1}});
	return stage;
}

static struct stage *set_import(void)
{
	struct stage *stage = set_first_start();
	stage_action(stage, ACTION_ACCEPT, 0, NULL);
	struct event event = {.kind = EVENT_IMPORT_PROGRESS,
		.import = {.done = 7340032, .total = 21495808, .what = "shots_2021-22.csv.gz"}};
	stage_apply(stage, &event);
	return stage;
}

static struct stage *set_unreachable(void)
{
	struct stage *stage = set_middle();
	struct event event = {.kind = EVENT_COVERAGE_FAILED};
	text_copy(event.message.text, sizeof(event.message.text),
		"cannot read warehouse.db: disk I/O error (5898)");
	stage_apply(stage, &event);
	return stage;
}

static struct stage *set_paused(void)
{
	struct stage *stage = set_middle();
	stage_apply(
		stage, &(struct event){.kind = EVENT_CONTROL,
			       .control = {.workers = 4, .all_paused = true, .paused_table = -1}});
	return stage;
}

static struct stage *set_one_day(void)
{
	struct stage *stage = stage_of(11, 16, 11, 16);
	date_t day = stage->model->range.last;
	stage_receipts(stage, (struct stage_rows[]){{"pgs", day, DATE_NONE},
				      {"tdgs", day, DATE_NONE}, {"tdza", day, day}, {0}});
	return stage;
}

/* The first 14 days of the season: all of Phase 4 is bootstrap. */
static struct stage *set_goal(void)
{
	struct stage *stage = stage_of(10, 19, 11, 1);
	date_t last = stage->model->range.first + 2, none = DATE_NONE;
	stage_receipts(stage,
		(struct stage_rows[]){{"pgs", last, none}, {"togs", last, none},
			{"tdgs", last, none}, {"upgc", last, none}, {"utgc", last, none}, {0}});
	return stage;
}

static struct stage *set_season(void)
{
	struct stage *stage = stage_of(10, 19, 4, 10);
	date_t last = stage->model->range.last, none = DATE_NONE;
	stage_receipts(stage,
		(struct stage_rows[]){{"pgs", last, none}, {"togs", last, none},
			{"tdgs", last, none}, {"upgc", date_of(2022, 3, 1), none},
			{"utgc", last, date_of(2022, 1, 4)}, {"tdza", date_of(2022, 2, 8), none},
			{"psza", date_of(2022, 1, 22), none}, {"pcf", date_of(2021, 12, 29), none},
			{0}});
	stage_fail(stage, "upgc", date_of(2022, 3, 4), "io: disk full");
	stage_run(stage, "psza", 0, date_of(2022, 1, 23), 300, 402);
	tick(stage);
	stage_select(stage, "psza");
	return stage;
}

/* `name` has one %d. */
static struct stage *set_pipeline(int tables, const char *name, const char *short_name)
{
	struct buffer json = {0};
	buffer_add_text(&json,
		"{\"version\":1,\"name\":\"stage\",\"range\":\"2021-10-19..2021-11-30\","
		"\"calendar\":{\"source\":\"schedule\",\"bootstrap_days\":14,\"seasons\":[{"
		"\"name\":\"2021-22\",\"first\":\"2021-10-19\",\"last\":\"2022-04-10\"}]},"
		"\"run\":{\"workers\":12},\"tables\":[");
	for (int i = 0; i < tables; i++) {
		char full[80], brief[24];
		snprintf(full, sizeof(full), "%s%d", name, i);
		snprintf(brief, sizeof(brief), "%s%d", short_name, i);
		buffer_add_format(&json,
			"%s{\"name\":\"%s\",\"short\":\"%s\",\"phase\":%d,\"dataset\":\"d%d\","
			"\"date_column\":\"day\",\"key\":[\"day\"],\"expect\":{\"per_game\":2},"
			"\"job\":{\"executor\":\"native\"}",
			i == 0 ? "" : ",", full, brief, 1 + i / 12, 1 + i / 12);
		if (i >= 12)
			buffer_add_format(&json, ",\"upstreams\":[\"%s%d\"]", name, i - 12);
		buffer_add_char(&json, '}');
	}
	buffer_add_text(&json, "]}");
	struct date_range range = {date_of(2021, 10, 19), date_of(2021, 11, 30)};
	struct stage *stage = stage_open(buffer_text(&json), range);
	buffer_release(&json);
	return stage;
}

static struct stage *set_sixty_tables(void)
{
	struct stage *stage = set_pipeline(SEASON_TABLES, "warehouse_table_", "w");
	stage_schedule(stage);
	for (int i = 0; i < 12; i++) {
		char name[24];
		snprintf(name, sizeof(name), "w%d", i);
		stage_run(stage, name, i, date_of(2021, 11, 1) + i, 10 * i, 140);
	}
	stage_fail(stage, "w30", date_of(2021, 11, 8), "io: disk full");
	tick(stage);
	stage_select(stage, "w30");
	return stage;
}

static struct stage *set_long_names(void)
{
	struct stage *stage = set_pipeline(
		14, "a_table_whose_name_says_everything_there_is_to_say_about_it_", "longshort_n_");
	stage_schedule(stage);
	stage_run(stage, "longshort_n_3", 0, date_of(2021, 11, 1), 3, 2000000);
	stage_fail(stage, "longshort_n_13", date_of(2021, 11, 8), "io: disk full");
	tick(stage);
	stage_select(stage, "longshort_n_13");
	return stage;
}

static struct stage *set_strange_log(void)
{
	static const char *const lines[] = {
		"wide: \xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97 end",
		"combining: cafe\xcc\x81 n\xcc\x83o, zero width: a\xe2\x80\x8b|",
		"right to left: \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d",
		"emoji: \xf0\x9f\x8f\x80 ok \xe2\x9c\x85 check",
		"escape: \033[31mred\033[0m \033]0;title\007 \033[2J",
		"control: tab\there, back\bspace, return\rover, nul-ish \001\002, delete\177",
		"invalid: \xff\xfe\xc3( lone \xe2\x82",
		"C1: \xc2\x9b[31m, line separator \xe2\x80\xa8 here"};
	struct stage *stage = set_middle();
	struct buffer wide = {0};
	for (size_t i = 0; i < ARRAY_COUNT(lines); i++)
		stage_log(stage, "upgc", date_of(2021, 11, 21), i % 3 == 2 ? 'W' : 'I', lines[i]);
	for (int i = 0; i < 120; i++)
		buffer_add_text(&wide, i % 7 == 0 ? "\xe6\xbc\xa2" : "x\xcc\x81");
	stage_log(stage, "upgc", date_of(2021, 11, 21), 'I', buffer_text(&wide));
	buffer_release(&wide);
	stage_action(stage, ACTION_VIEW_LOG, 0, NULL);
	return stage;
}

static struct stage *set_rows_of_teams(void)
{
	struct stage *stage = stage_of(11, 10, 11, 30);
	stage_receipts(stage, (struct stage_rows[]){{"pgs", date_of(2021, 11, 30), DATE_NONE},
				      {"togs", date_of(2021, 11, 30), date_of(2021, 11, 16)}, {0}});
	cells_open(stage, "togs", date_of(2021, 11, 16));
	cells_answer_teams(stage);
	return stage;
}

static struct stage *set_rows_of_players(void)
{
	struct stage *stage = set_complete();
	cells_open(stage, "pcf", date_of(2021, 11, 16));
	cells_answer_players(stage);
	return stage;
}

static struct stage *set_rows_awaited(void)
{
	struct stage *stage = set_complete();
	cells_open(stage, "pcf", date_of(2021, 11, 16));
	return stage;
}

static struct stage *set_rows_of_counts(void)
{
	struct stage *stage = set_rows_of_teams();
	stage_action(stage, ACTION_ROWS, 0, NULL);
	cells_answer_counts(stage);
	return stage;
}

static struct stage *set_rows_unknown(void)
{
	struct stage *stage = set_rows_awaited();
	cells_answer_failure(stage,
		"BigQuery: cannot run \"sample\": Query exceeded limit for bytes billed: 10485760. "
		"52428800 or higher required (bytesBilledLimitExceeded)");
	return stage;
}

/* Early in a season most of what fails is to be expected. */
static struct stage *set_events(void)
{
	static const char reason[] =
		"PROCESSING_ERROR: schema: column paint_defense_vs_league_avg of "
		"team_defense_zone_analysis has no value in 30 of 30 rows, at most 15 may be empty";
	struct stage *stage = stage_new(80, 24);
	date_t last = stage->model->range.last, none = DATE_NONE, day = date_of(2021, 11, 9);
	stage_receipts(stage, (struct stage_rows[]){{"pgs", last, none}, {"togs", last, none},
				      {"tdgs", last, none}, {"upgc", last, none},
				      {"utgc", day, none}, {"psza", last, none}, {0}});
	for (int i = 0; i < 6; i++)
		stage_fail(stage, "tdza", day + i, reason);
	stage_fail(stage, "pdc", date_of(2021, 11, 2),
		"MISSING_DEPENDENCY: Missing critical dependencies: "
		"['nba_precompute.player_shot_zone_analysis']");
	stage_fail(stage, "utgc", day + 4, "TIMEOUT: lock: database is locked (10.0s)");
	tick(stage);
	stage_select(stage, "tdza");
	stage_action(stage, ACTION_VIEW_EVENTS, 0, NULL);
	cells_answer_audit(stage);
	stage_action(stage, ACTION_UP, 0, NULL);
	return stage;
}

static struct stage *set_log_piece(void)
{
	struct stage *stage = set_events();
	stage_action(stage, ACTION_NEXT_PANE, 0, NULL);
	stage_action(stage, ACTION_DOWN, 0, NULL);
	stage_action(stage, ACTION_VIEW_LOG, 0, NULL);
	cells_answer_log(stage);
	return stage;
}

static struct stage *set_events_awaited(void)
{
	struct stage *stage = set_failures();
	stage_action(stage, ACTION_VIEW_EVENTS, 0, NULL);
	return stage;
}

static struct stage *set_quiet_events(void)
{
	struct stage *stage = set_complete();
	stage_action(stage, ACTION_VIEW_EVENTS, 0, NULL);
	cells_answer_no_audit(stage);
	return stage;
}

static struct stage *set_health(void)
{
	struct stage *stage = set_middle();
	stage_action(stage, ACTION_VIEW_HEALTH, 0, NULL);
	findings_answer_many(stage);
	tick(stage);
	return stage;
}

static struct stage *set_health_good(void)
{
	struct stage *stage = set_complete();
	stage_action(stage, ACTION_VIEW_HEALTH, 0, NULL);
	findings_answer_none(stage);
	return stage;
}

static struct stage *set_health_awaited(void)
{
	struct stage *stage = set_complete();
	stage_action(stage, ACTION_VIEW_HEALTH, 0, NULL);
	return stage;
}

static struct stage *set_health_unknown(void)
{
	struct stage *stage = set_health_awaited();
	findings_answer_failure(stage,
		"sqlite:/home/naji/warehouse.db: cannot read the columns: database disk image is "
		"malformed");
	return stage;
}

const struct scene_row scenes[] = {{"handoff", set_handoff}, {"middle", set_middle},
	{"outside", set_outside}, {"launch", set_launch}, {"unchecked", set_unchecked},
	{"first-start", set_first_start}, {"ready", set_ready}, {"complete", set_complete},
	{"failures", set_failures}, {"read-only", set_read_only}, {"import", set_import},
	{"unreachable", set_unreachable}, {"paused", set_paused}, {"one-day", set_one_day},
	{"goal", set_goal}, {"season", set_season}, {"sixty-tables", set_sixty_tables},
	{"long-names", set_long_names}, {"strange-log", set_strange_log},
	{"rows-teams", set_rows_of_teams}, {"rows-players", set_rows_of_players},
	{"rows-awaited", set_rows_awaited}, {"rows-counts", set_rows_of_counts},
	{"rows-unknown", set_rows_unknown}, {"events", set_events},
	{"events-awaited", set_events_awaited}, {"events-quiet", set_quiet_events},
	{"log-piece", set_log_piece}, {"health", set_health}, {"health-good", set_health_good},
	{"health-awaited", set_health_awaited}, {"health-unknown", set_health_unknown}};

const size_t scene_count = ARRAY_COUNT(scenes);

struct stage *scene_set(const char *name)
{
	for (size_t i = 0; i < scene_count; i++)
		if (strcmp(scenes[i].name, name) == 0)
			return scenes[i].set();
	return NULL;
}

void scene_make_long(struct stage *stage)
{
	for (size_t i = 0; i < stage->pipeline->table_count; i++) {
		struct table_model *job = &stage->model->tables[i];
		for (int k = 0; k < 12; k++)
			job->worked.own[k] = (struct eta_sample){
				(60000 + 15000 * (int64_t)i) * (k % 3 + 3) / 4, 0, 1};
		job->worked.own_count = 12;
		job->speed = eta_speed_of(job->worked.own, 12);
		job->speed.is_old = i > 8;
	}
	stage_apply(stage, &(struct event){.kind = EVENT_CLOCK, .at_ms = STAGE_NOW_MS + 1000});
}
