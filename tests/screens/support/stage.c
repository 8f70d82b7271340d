#include "tests/test.h"

#include "tests/screens/support/stage.h"

#include <locale.h>
#include <time.h>

#define GAME_ROWS_PER_GAME 22

struct stage *stage_open(const char *json, struct date_range range)
{
	struct stage *stage = memory_new(sizeof(*stage));
	struct error err = {0};
	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC", 1);
	tzset();
	bool good = json == NULL
			    ? pipeline_load(NULL, &stage->pipeline, &err)
			    : pipeline_parse(json, strlen(json), "stage", &stage->pipeline, &err);
	if (!good)
		fail_msg("%s", err.text);
	stage->model = model_new(stage->pipeline, range);
	stage->keymap = keymap_new();
	stage->canvas = canvas_new(80, 24);
	canvas_set_glyphs(stage->canvas, NULL, false);
	stage_size(stage, 80, 24);
	return stage;
}

struct stage *stage_new(int width, int height)
{
	struct date_range range = {date_of(2021, 10, 19), date_of(2021, 11, 30)};
	struct stage *stage = stage_open(NULL, range);
	stage_size(stage, width, height);
	return stage;
}

void stage_free(struct stage *stage)
{
	canvas_free(stage->canvas);
	keymap_free(stage->keymap);
	model_free(stage->model);
	pipeline_free(stage->pipeline);
	free(stage);
}

void stage_apply(struct stage *stage, struct event *event)
{
	if (event->at_ms == 0)
		event->at_ms = STAGE_NOW_MS;
	model_apply(stage->model, event);
	event_release(event);
}

void stage_size(struct stage *stage, int width, int height)
{
	stage_apply(stage,
		&(struct event){.kind = EVENT_SIZE, .size = {.width = width, .height = height}});
}

void stage_action(struct stage *stage, enum action action, int argument, const char *text)
{
	stage_apply(stage, &(struct event){.kind = EVENT_ACTION,
				   .table = model_selected_table(stage->model),
				   .action = {.action = action,
					   .argument = argument,
					   .text = memory_copy_text(text)}});
}

static size_t table_named(const struct stage *stage, const char *name)
{
	size_t table = pipeline_find(stage->pipeline, name);
	assert_true(table < stage->pipeline->table_count);
	return table;
}

void stage_log(struct stage *stage, const char *table, date_t date, char severity, const char *text)
{
	struct event event = {.kind = EVENT_LOG, .table = table_named(stage, table), .date = date};
	uint64_t written = stage->model->tables[event.table].log.next;
	event.at_ms = STAGE_NOW_MS - 20000 + (int64_t)(written < 11 ? written : 11) * 1700;
	event.log.lines[0] = memory_copy_text(text);
	event.log.severities[0] = severity;
	event.log.count = 1;
	stage_apply(stage, &event);
}

static int64_t games_on(date_t date)
{
	static const int64_t games[7] = {9, 4, 11, 3, 10, 7, 6};
	int year, month, day;
	date_split(date, &year, &month, &day);
	if ((month == 11 && day == 25) || (month == 12 && day == 24) ||
		(month == 2 && day >= 18 && day <= 23) || date > date_of(2022, 4, 10))
		return 0;
	return games[date_weekday(date)];
}

static void add_day(struct raw_days *days, date_t date)
{
	int64_t games = games_on(date);
	if (games == 0)
		return;
	ARRAY_GROW(days->items, days->count, days->capacity);
	days->items[days->count++] = (struct raw_day){.date = date,
		.regular_games = games,
		.box_rows = (int64_t)games * GAME_ROWS_PER_GAME,
		.roster_rows = (int64_t)games * 34};
}

static int64_t rows_expected(const char *table, date_t date)
{
	static const struct {
		const char *name;
		int per_game, constant;
	} rules[] = {{"pgs", GAME_ROWS_PER_GAME, 0}, {"togs", 2, 0}, {"tdgs", 2, 0},
		{"upgc", 34, 0}, {"utgc", 2, 0}, {"tdza", 0, 30}, {"psza", 0, 320}, {"pcf", 34, 0},
		{"pdc", 25, 0}, {"mlfs", 34, 0}};
	for (size_t i = 0; i < ARRAY_COUNT(rules); i++)
		if (strcmp(rules[i].name, table) == 0)
			return rules[i].constant > 0 ? rules[i].constant
						     : rules[i].per_game * games_on(date);
	return 0;
}

/* What the rows were computed from: the receipts of the same date that are there already. */
static void add_sources(const struct stage *stage, const struct receipts *receipts,
	const size_t *tables, size_t count, struct receipt *receipt)
{
	for (size_t i = 0; i < count; i++) {
		const char *name = stage->pipeline->tables[tables[i]].name;
		struct receipt_source *source = &receipt->sources[receipt->source_count++];
		text_copy(source->table, sizeof(source->table), name);
		for (size_t k = 0; k < receipts->count; k++)
			if (receipts->items[k].date == receipt->date &&
				strcmp(receipts->items[k].table, name) == 0)
				source->sequence = receipts->items[k].sequence;
	}
}

/* Dates of the table up to `last` have their rows; `thin` has fewer. */
static void add_receipts(struct stage *stage, struct receipts *receipts, const char *short_name,
	date_t last, date_t thin)
{
	size_t table = table_named(stage, short_name);
	const struct pipeline_table *definition = &stage->pipeline->tables[table];
	for (date_t date = stage->model->range.first; date <= last; date++) {
		if (games_on(date) == 0 ||
			(definition->bootstrap && date < date_of(2021, 10, 19) + 14))
			continue;
		ARRAY_GROW(receipts->items, receipts->count, receipts->capacity);
		struct receipt *receipt = &receipts->items[receipts->count++];
		*receipt = (struct receipt){.date = date,
			.rows = rows_expected(short_name, date),
			.sequence = (int64_t)receipts->count,
			.written_ms = STAGE_NOW_MS - 600000,
			.verified_ms = STAGE_NOW_MS - 600000};
		if (date == thin)
			receipt->rows = receipt->rows * 2 / 5;
		receipt->distinct_keys = receipt->rows;
		text_copy(receipt->table, sizeof(receipt->table), definition->name);
		add_sources(stage, receipts, definition->upstreams, definition->upstream_count,
			receipt);
		add_sources(stage, receipts, definition->guards, definition->guard_count, receipt);
	}
}

static void apply_receipts(struct stage *stage, struct receipts *receipts)
{
	struct event event = {.kind = EVENT_COVERAGE, .at_ms = STAGE_NOW_MS - 56000};
	struct date_range range = stage->model->range;
	event.coverage.range = range;
	event.coverage.receipts = *receipts;
	for (date_t date = range.first; date <= range.last; date++)
		add_day(&event.coverage.raw_days, date);
	event.coverage.raw_days.first_game = range.first;
	event.coverage.raw_days.last_game = date_of(2022, 4, 10);
	stage_apply(stage, &event);
	stage_apply(stage, &(struct event){.kind = EVENT_CLOCK});
}

void stage_schedule(struct stage *stage)
{
	struct receipts receipts = {0};
	apply_receipts(stage, &receipts);
}

void stage_receipts(struct stage *stage, const struct stage_rows *rows)
{
	struct receipts receipts = {0};
	for (; rows->table != NULL; rows++)
		add_receipts(stage, &receipts, rows->table, rows->last, rows->thin);
	apply_receipts(stage, &receipts);
}

void stage_complete(struct stage *stage)
{
	date_t last = stage->model->range.last;
	stage_receipts(
		stage, (struct stage_rows[]){{"pgs", last, DATE_NONE}, {"togs", last, DATE_NONE},
			       {"tdgs", last, DATE_NONE}, {"upgc", last, DATE_NONE},
			       {"utgc", last, DATE_NONE}, {"tdza", last, DATE_NONE},
			       {"psza", last, DATE_NONE}, {"pcf", last, DATE_NONE},
			       {"pdc", last, DATE_NONE}, {"mlfs", last, DATE_NONE}, {0}});
}

static void queue_from(struct stage *stage, size_t table, date_t date)
{
	struct date_range range = stage->model->range;
	struct event queued = {.kind = EVENT_QUEUED, .table = table};
	queued.queue.queued = true;
	queued.queue.dates = memory_new_array((size_t)date_range_days(range) + 1, sizeof(date_t));
	for (date_t day = date; day <= range.last; day++)
		if (games_on(day) > 0)
			queued.queue.dates[queued.queue.count++] = day;
	stage_apply(stage, &queued);
}

static void finish_dates(struct stage *stage, size_t table, int worker)
{
	struct table_model *job = &stage->model->tables[table];
	for (int i = 0; i < 10; i++)
		job->worked.own[i] = (struct eta_sample){900 + worker * 400 + i * 10, 0, 1};
	job->worked.own_count = 10;
	job->worked.own_dates = 10;
	job->speed = eta_speed_of(job->worked.own, job->worked.own_count);
}

void stage_run(struct stage *stage, const char *table, int worker, date_t date, int done, int total)
{
	size_t index = table_named(stage, table);
	uint32_t run = (uint32_t)worker + 1;
	queue_from(stage, index, date);
	stage_apply(stage, &(struct event){.kind = EVENT_RUN_STARTED,
				   .table = index,
				   .run = run,
				   .at_ms = STAGE_NOW_MS - 47000,
				   .run_started = {.date_count = 8, .worker = worker}});
	finish_dates(stage, index, worker);
	stage_apply(stage, &(struct event){.kind = EVENT_DATE_STARTED,
				   .table = index,
				   .date = date,
				   .run = run,
				   .at_ms = STAGE_NOW_MS - 1500});
	stage_apply(stage, &(struct event){.kind = EVENT_DATE_PROGRESS,
				   .table = index,
				   .date = date,
				   .run = run,
				   .progress = {.done = done, .total = total}});
}

void stage_run_outside(struct stage *stage, const char *table, int worker, struct outside_job *job)
{
	size_t index = table_named(stage, table);
	date_t date = date_of(2021, 11, 22);
	stage_apply(stage,
		&(struct event){.kind = EVENT_RUN_STARTED,
			.table = index,
			.run = (uint32_t)worker + 1,
			.run_started = {.date_count = 14, .worker = worker, .outside = job}});
	stage_apply(
		stage, &(struct event){.kind = EVENT_DATE_STARTED, .table = index, .date = date});
	stage_apply(stage, &(struct event){.kind = EVENT_DATE_PROGRESS,
				   .table = index,
				   .date = date,
				   .progress = {.done = 50, .total = 382}});
}

void stage_fail(struct stage *stage, const char *table, date_t date, const char *reason)
{
	struct event failure = {.kind = EVENT_DATE_FAILED,
		.table = table_named(stage, table),
		.date = date,
		.at_ms = STAGE_NOW_MS - 90000};
	text_copy(failure.message.text, sizeof(failure.message.text), reason);
	stage_apply(stage, &failure);
}

void stage_select(struct stage *stage, const char *table)
{
	size_t position = 0, index = table_named(stage, table);
	while (stage->pipeline->order[position] != index)
		position++;
	for (size_t i = 0; i < stage->pipeline->table_count; i++)
		stage_action(stage, ACTION_PREVIOUS_TABLE, 0, NULL);
	for (size_t i = 0; i < position; i++)
		stage_action(stage, ACTION_NEXT_TABLE, 0, NULL);
}

static void write_logs(struct stage *stage)
{
	date_t before = date_of(2021, 11, 20), date = date_of(2021, 11, 21);
	static const struct {
		bool is_before;
		char severity;
		const char *text;
	} lines[] = {{true, 'I', "processing date 28 of 38: 2021-11-20, 7 games"},
		{true, 'I', "238 rows computed, 238 written, none unchanged"},
		{true, 'I', "2021-11-20 verified: 238 rows, 238 expected, 0.9s"},
		{false, 'I', "processing date 29 of 38: 2021-11-21, 6 games"},
		{false, 'I', "204 players and non-players on the game-day rosters"},
		{false, 'W', "3 players have no game in the last 30 days"},
		{false, 'I', "50 of 204 players"}, {false, 'I', "100 of 204 players"},
		{false, 'E', "one row refused: minutes are not a number: \033[31mDNP\033[0m"},
		{false, 'I', "118 of 204 players"}};
	for (size_t i = 0; i < ARRAY_COUNT(lines); i++)
		stage_log(stage, "upgc", lines[i].is_before ? before : date, lines[i].severity,
			lines[i].text);
}

void stage_middle_of_a_run(struct stage *stage)
{
	date_t last = stage->model->range.last, none = DATE_NONE;
	stage_receipts(stage,
		(struct stage_rows[]){{"pgs", last, none}, {"togs", last, none},
			{"tdgs", last, none}, {"upgc", date_of(2021, 11, 20), none},
			{"utgc", last, none}, {"tdza", last, date_of(2021, 11, 16)},
			{"psza", date_of(2021, 11, 22), none}, {"pcf", date_of(2021, 11, 14), none},
			{"pdc", date_of(2021, 11, 12), none}, {"mlfs", date_of(2021, 11, 10), none},
			{0}});
	stage_fail(stage, "pdc", date_of(2021, 11, 13), "missing input: no shot zones for 11-12");
	stage_run(stage, "upgc", 0, date_of(2021, 11, 21), 118, 204);
	stage_run(stage, "psza", 1, date_of(2021, 11, 23), 211, 402);
	stage_run(stage, "pcf", 2, date_of(2021, 11, 15), 64, 371);
	write_logs(stage);
	stage_apply(stage, &(struct event){.kind = EVENT_CLOCK});
	stage_select(stage, "upgc");
}

const char *stage_paint(struct stage *stage)
{
	static struct buffer text;
	scene_paint(stage->canvas, stage->model, stage->keymap, "dark");
	buffer_clear(&text);
	canvas_dump(stage->canvas, &text);
	return buffer_text(&text);
}

bool stage_shows(struct stage *stage, const char *text)
{
	return strstr(stage_paint(stage), text) != NULL;
}

int stage_row_of(struct stage *stage, const char *text)
{
	const char *screen = stage_paint(stage), *found = strstr(screen, text);
	int row = 0;
	if (found == NULL)
		return -1;
	for (const char *c = screen; c < found; c++)
		row += *c == '\n';
	return row;
}
