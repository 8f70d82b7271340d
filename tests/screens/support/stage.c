#include "tests/test.h"

#include "tests/screens/support/stage.h"

#include "base/path.h"

#include <locale.h>
#include <time.h>

#define GAME_ROWS_PER_GAME 22

struct stage *stage_new(int width, int height)
{
	struct stage *stage = memory_new(sizeof(*stage));
	struct error err = {0};
	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC", 1);
	tzset();
	if (!pipeline_load(NULL, &stage->pipeline, &err))
		fail_msg("%s", err.text);
	stage->model = model_new(stage->pipeline, stage->pipeline->range);
	stage->keymap = keymap_new();
	stage->canvas = canvas_new(width, height);
	canvas_set_glyphs(stage->canvas, NULL, false);
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
	if (month == 11 && day == 25)
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
		.box_rows = games * GAME_ROWS_PER_GAME,
		.roster_rows = games * 34};
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
			(definition->bootstrap && date < stage->model->range.first + 14))
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

void stage_complete(struct stage *stage)
{
	static const char *const order[] = {
		"pgs", "togs", "tdgs", "upgc", "utgc", "tdza", "psza", "pcf", "pdc", "mlfs"};
	struct receipts receipts = {0};
	for (size_t i = 0; i < ARRAY_COUNT(order); i++)
		add_receipts(stage, &receipts, order[i], stage->model->range.last, DATE_NONE);
	apply_receipts(stage, &receipts);
}

static void start_run(
	struct stage *stage, const char *table, int worker, int done, int total, date_t date)
{
	static uint32_t run;
	size_t index = table_named(stage, table);
	struct date_range range = stage->model->range;
	struct event queued = {.kind = EVENT_QUEUED, .table = index};
	queued.queue.queued = true;
	queued.queue.dates = memory_new_array(64, sizeof(date_t));
	for (date_t d = date; d <= range.last; d++)
		if (games_on(d) > 0)
			queued.queue.dates[queued.queue.count++] = d;
	stage_apply(stage, &queued);
	run = run % 9 + 1;
	stage_apply(stage, &(struct event){.kind = EVENT_RUN_STARTED,
				   .table = index,
				   .run = run,
				   .at_ms = STAGE_NOW_MS - 47000,
				   .run_started = {.date_count = 8, .worker = worker}});
	for (int i = 0; i < MODEL_DURATIONS; i++)
		stage->model->tables[index].durations_ms[i] = 900 + worker * 400 + i * 10;
	stage->model->tables[index].duration_count = MODEL_DURATIONS;
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
	struct receipts receipts = {0};
	date_t last = stage->model->range.last;
	date_t thin = date_of(2021, 11, 16), failed = date_of(2021, 11, 13);
	add_receipts(stage, &receipts, "pgs", last, DATE_NONE);
	add_receipts(stage, &receipts, "togs", last, DATE_NONE);
	add_receipts(stage, &receipts, "tdgs", last, DATE_NONE);
	add_receipts(stage, &receipts, "upgc", date_of(2021, 11, 20), DATE_NONE);
	add_receipts(stage, &receipts, "utgc", last, DATE_NONE);
	add_receipts(stage, &receipts, "tdza", last, thin);
	add_receipts(stage, &receipts, "psza", date_of(2021, 11, 22), DATE_NONE);
	add_receipts(stage, &receipts, "pcf", date_of(2021, 11, 14), DATE_NONE);
	add_receipts(stage, &receipts, "pdc", date_of(2021, 11, 12), DATE_NONE);
	add_receipts(stage, &receipts, "mlfs", date_of(2021, 11, 10), DATE_NONE);
	apply_receipts(stage, &receipts);
	struct event failure = {.kind = EVENT_DATE_FAILED,
		.table = table_named(stage, "pdc"),
		.date = failed,
		.at_ms = STAGE_NOW_MS - 90000};
	text_copy(failure.message.text, sizeof(failure.message.text),
		"missing input: no shot zones for 11-12");
	stage_apply(stage, &failure);
	start_run(stage, "upgc", 0, 118, 204, date_of(2021, 11, 21));
	start_run(stage, "psza", 1, 211, 402, date_of(2021, 11, 23));
	start_run(stage, "pcf", 2, 64, 371, date_of(2021, 11, 15));
	write_logs(stage);
	stage_apply(stage, &(struct event){.kind = EVENT_CLOCK});
	size_t position = 0;
	while (stage->pipeline->order[position] != table_named(stage, "upgc"))
		position++;
	for (size_t i = 0; i < position; i++)
		stage_action(stage, ACTION_NEXT_TABLE, 0, NULL);
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

void golden_check(const char *name, const struct canvas *canvas)
{
	struct buffer painted = {0}, golden = {0};
	struct error err;
	char *path = memory_format("tests/data/golden/%s.txt", name);
	const char *accept = getenv("BACKCOURT_ACCEPT");
	canvas_dump(canvas, &painted);
	if (accept != NULL && accept[0] == '1') {
		assert_true(path_make_parent(path, &err));
		assert_true(path_write_file(path, painted.bytes, painted.length, &err));
	} else if (!path_read_file(path, PATH_FILE_BYTES_MAX, &golden, &err)) {
		fail_msg("%s", err.text);
	} else if (strcmp(buffer_text(&golden), buffer_text(&painted)) != 0) {
		print_message("%s is now:\n%s", path, buffer_text(&painted));
		fail_msg("%s is not what is painted (`make golden` accepts it)", path);
	}
	buffer_release(&painted);
	buffer_release(&golden);
	free(path);
}
