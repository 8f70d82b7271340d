#include "tests/support/backfill.h"

#include "tests/test.h"

#include <math.h>

#define ROWS_PER_GAME 2
#define START_MS      1700000000000
#define SAID_MS	      5 /* between two lines that are read in one go */

uint32_t backfill_random(struct backfill *backfill, uint32_t below)
{
	/* xorshift32 */
	backfill->random ^= backfill->random << 13;
	backfill->random ^= backfill->random >> 17;
	backfill->random ^= backfill->random << 5;
	return below == 0 ? 0 : backfill->random % below;
}

static double random_part(struct backfill *backfill)
{
	return backfill_random(backfill, 1000000) / 1e6;
}

static bool chance(struct backfill *backfill, uint32_t percent)
{
	return backfill_random(backfill, 100) < percent;
}

/* Normal enough: the sum of twelve. */
static double random_normal(struct backfill *backfill)
{
	double sum = -6;
	for (int i = 0; i < 12; i++)
		sum += random_part(backfill);
	return sum;
}

static void tell_at(struct backfill *backfill, struct event event, int64_t at_ms)
{
	event.at_ms = at_ms;
	if (!backfill->is_away)
		model_apply(backfill->model, &event);
	event_release(&event);
}

static void tell(struct backfill *backfill, struct event event)
{
	tell_at(backfill, event, backfill->now_ms);
}

/* A world */

static void add_edge(struct backfill *backfill, struct buffer *json, const char *key, int table)
{
	buffer_add_format(
		json, ", \"%s\": [\"t%u\"]", key, backfill_random(backfill, (uint32_t)table));
}

static void make_pipeline(struct backfill *backfill)
{
	struct buffer json = {0};
	struct error err;
	int tables = 2 + (int)backfill_random(backfill, BACKFILL_TABLES_MAX - 1);
	buffer_add_format(&json,
		"{\"version\": 1, \"name\": \"simulated\", \"calendar\": {\"seasons\": [{\"name\":"
		" \"S\", \"first\": \"2021-10-19\", \"last\": \"2022-04-10\"}]}, \"run\":"
		" {\"workers\": %u, \"release\": \"%s\"}, \"tables\": [",
		1 + backfill_random(backfill, BACKFILL_LANES_MAX),
		chance(backfill, 50) ? "range" : "date");
	for (int i = 0; i < tables; i++) {
		buffer_add_format(&json, "%s{\"name\": \"t%d\", \"expect\": {\"per_game\": %d}",
			i == 0 ? "" : ", ", i, ROWS_PER_GAME);
		if (i > 0 && chance(backfill, 70))
			add_edge(backfill, &json, "upstreams", i);
		if (i > 0 && chance(backfill, 20))
			add_edge(backfill, &json, "guards", i);
		if (i > 0 && chance(backfill, 15))
			buffer_add_format(&json,
				", \"history\": [{\"table\": \"t%u\", \"days\": 5}]",
				backfill_random(backfill, (uint32_t)i));
		buffer_add_char(&json, '}');
	}
	buffer_add_text(&json, "]}");
	if (!pipeline_parse(
		    buffer_text(&json), json.length, "simulated", &backfill->pipeline, &err))
		fail_msg("%s\n%s", err.text, buffer_text(&json));
	buffer_release(&json);
}

static void make_jobs(struct backfill *backfill)
{
	for (size_t i = 0; i < backfill->pipeline->table_count; i++)
		backfill->jobs[i] = (struct backfill_job){
			.base_ms = 3000 * exp(3 * random_part(backfill)), /* 3 s .. 1 min */
			.games_share = random_part(backfill),
			.noise = 0.05 + 0.2 * random_part(backfill),
			.slower = 1,
			.voice = (enum voice)backfill_random(backfill, 3),
			.burst = 2 + (int)backfill_random(backfill, 3)};
}

static int games_on(const struct backfill *backfill, date_t date)
{
	return backfill->games[date - backfill->first + BACKFILL_EARLIER];
}

static int64_t duration_of(struct backfill *backfill, size_t table, date_t date)
{
	const struct backfill_job *job = &backfill->jobs[table];
	double games = games_on(backfill, date);
	double part = 1 - job->games_share + job->games_share * games / BACKFILL_USUAL;
	double date_ms =
		job->base_ms * job->slower * part * exp(job->noise * random_normal(backfill));
	return (int64_t)(chance(backfill, 2) ? 3 * date_ms : date_ms) + 1;
}

static void tell_coverage(struct backfill *backfill)
{
	struct event event = {.kind = EVENT_COVERAGE};
	struct raw_days *raw = &event.coverage.raw_days;
	event.coverage.range =
		(struct date_range){backfill->first, backfill->first + backfill->days - 1};
	raw->first_game = backfill->first - BACKFILL_EARLIER;
	for (date_t date = raw->first_game; date <= event.coverage.range.last; date++) {
		if (games_on(backfill, date) == 0)
			continue;
		ARRAY_GROW(raw->items, raw->count, raw->capacity);
		raw->items[raw->count++] =
			(struct raw_day){.date = date, .regular_games = games_on(backfill, date)};
	}
	raw->last_game = event.coverage.range.last;
	struct receipts *receipts = &event.coverage.receipts;
	for (size_t i = 0; i < backfill->receipts.count; i++) {
		ARRAY_GROW(receipts->items, receipts->count, receipts->capacity);
		receipts->items[receipts->count++] = backfill->receipts.items[i];
	}
	tell(backfill, event);
}

static void tell_history(struct backfill *backfill)
{
	struct event event = {.kind = EVENT_HISTORY};
	event.history.count = backfill->attempt_count;
	event.history.items =
		memory_new_array(backfill->attempt_count + 1, sizeof(*event.history.items));
	memcpy(event.history.items, backfill->attempts,
		backfill->attempt_count * sizeof(*event.history.items));
	tell(backfill, event);
}

static void open_console(struct backfill *backfill)
{
	struct date_range range = {backfill->first, backfill->first + backfill->days - 1};
	backfill->model = model_new(backfill->pipeline, range);
	backfill->scheduler = scheduler_new(backfill->pipeline, range);
	tell(backfill, (struct event){.kind = EVENT_CONTROL,
			       .control = {.workers = backfill->pipeline->workers,
				       .auto_launch = true,
				       .paused_table = -1}});
	scheduler_set_auto_launch(backfill->scheduler, true);
}

static void close_console(struct backfill *backfill)
{
	model_free(backfill->model);
	scheduler_free(backfill->scheduler);
}

void backfill_open(struct backfill *backfill, uint32_t seed)
{
	*backfill = (struct backfill){.random = seed * 2654435761U | 1,
		.first = date_of(2021, 10, 31),
		.now_ms = START_MS};
	for (int i = 0; i < 8; i++)
		backfill_random(backfill, 2); /* neighbouring seeds begin alike */
	make_pipeline(backfill);
	make_jobs(backfill);
	backfill->days = 40 + (int)backfill_random(backfill, BACKFILL_DAYS_MAX - 40);
	for (int day = 0; day < BACKFILL_EARLIER + backfill->days; day++)
		backfill->games[day] =
			chance(backfill, 8) ? 0 : 1 + (int)backfill_random(backfill, 13);
	open_console(backfill);
	tell_coverage(backfill);
}

void backfill_close(struct backfill *backfill)
{
	close_console(backfill);
	receipts_release(&backfill->receipts);
	pipeline_free(backfill->pipeline);
}

void backfill_remember_earlier_runs(struct backfill *backfill)
{
	for (size_t table = 0; table < backfill->pipeline->table_count; table++)
		for (date_t date = backfill->first - BACKFILL_EARLIER; date < backfill->first;
			date++)
			backfill->attempts[backfill->attempt_count++] =
				(struct cell_attempt){.table = table,
					.date = date,
					.state = ATTEMPT_SUCCEEDED,
					.at_ms = START_MS - 100000 + date,
					.duration_ms = games_on(backfill, date) == 0
							       ? -1
							       : duration_of(backfill, table, date),
					.rows = -1};
	tell_history(backfill);
}

/* Engine */

static void tell_dates(
	struct backfill *backfill, size_t table, const date_t *dates, size_t count, bool queued)
{
	struct event event = {.kind = EVENT_QUEUED, .table = table, .queue.queued = queued};
	event.queue.dates = memory_new_array(count + 1, sizeof(date_t));
	memcpy(event.queue.dates, dates, count * sizeof(date_t));
	event.queue.count = count;
	tell(backfill, event);
}

static void tell_run_started(struct backfill *backfill, size_t lane)
{
	const struct turn *turn = &backfill->lanes[lane].turn;
	tell(backfill,
		(struct event){.kind = EVENT_RUN_STARTED,
			.table = turn->table,
			.run = (uint32_t)++backfill->sequence,
			.run_started = {.date_count = (int)turn->count, .worker = (int)lane}});
}

static bool is_running(const struct backfill *backfill, size_t table)
{
	for (size_t i = 0; i < BACKFILL_LANES_MAX; i++)
		if (backfill->lanes[i].is_busy && backfill->lanes[i].turn.table == table)
			return true;
	return false;
}

static void begin_date(struct backfill *backfill, struct backfill_lane *lane)
{
	size_t table = lane->turn.table;
	date_t date = lane->turn.dates[lane->at];
	lane->is_in_date = true;
	lane->began_ms = backfill->now_ms;
	lane->ends_ms = backfill->now_ms + duration_of(backfill, table, date);
	if (lane->told < lane->at)
		return; /* it has not told of the date before */
	lane->told_ms = backfill->now_ms;
	tell(backfill, (struct event){.kind = EVENT_DATE_STARTED, .table = table, .date = date});
}

static void start_what_can(struct backfill *backfill)
{
	struct turn turn;
	if (backfill->is_away)
		return;
	while (scheduler_take_stuck(backfill->scheduler, backfill->model->coverage, &turn))
		tell_dates(backfill, turn.table, turn.dates, turn.count, false);
	while (scheduler_next(backfill->scheduler, backfill->model->coverage, &turn)) {
		size_t lane = 0;
		while (backfill->lanes[lane].is_busy)
			lane++;
		assert_true(lane < BACKFILL_LANES_MAX && !is_running(backfill, turn.table));
		backfill->lanes[lane] = (struct backfill_lane){.turn = turn, .is_busy = true};
		tell_dates(backfill, turn.table, turn.dates, turn.count, true);
		tell_run_started(backfill, lane);
		begin_date(backfill, &backfill->lanes[lane]);
	}
}

void backfill_start(struct backfill *backfill)
{
	scheduler_queue_all(backfill->scheduler, backfill->model->coverage);
	tell(backfill, (struct event){.kind = EVENT_QUEUED,
			       .queue = {.queued = true, .reach = REACH_EVERYTHING}});
	for (size_t table = 0; table < backfill->pipeline->table_count; table++) {
		date_t dates[BACKFILL_DAYS_MAX];
		size_t count = 0;
		for (date_t date = backfill->first; date < backfill->first + backfill->days; date++)
			if (scheduler_is_queued(backfill->scheduler, table, date))
				dates[count++] = date;
		tell_dates(backfill, table, dates, count, true);
	}
	start_what_can(backfill);
}

/* Jobs */

static void write_receipt(struct backfill *backfill, size_t table, date_t date)
{
	const struct pipeline_table *described = &backfill->pipeline->tables[table];
	struct receipts *receipts = &backfill->receipts;
	ARRAY_GROW(receipts->items, receipts->count, receipts->capacity);
	struct receipt *receipt = &receipts->items[receipts->count];
	int rows = ROWS_PER_GAME * games_on(backfill, date);
	*receipt = (struct receipt){.date = date,
		.rows = rows,
		.distinct_keys = rows,
		.sequence = (int64_t)++backfill->sequence,
		.written_ms = backfill->now_ms};
	text_copy(receipt->table, sizeof(receipt->table), described->name);
	for (size_t i = 0; i < pipeline_edge_count(described); i++) {
		size_t other = pipeline_edge(described, i);
		struct receipt_source *source = &receipt->sources[receipt->source_count++];
		text_copy(source->table, sizeof(source->table),
			backfill->pipeline->tables[other].name);
		for (size_t k = 0; k < receipts->count; k++)
			if (receipts->items[k].date == date &&
				strcmp(receipts->items[k].table, source->table) == 0)
				source->sequence = receipts->items[k].sequence;
	}
	receipts->count++;
}

static const struct receipt *receipt_of(const struct backfill *backfill, size_t table, date_t date)
{
	for (size_t i = backfill->receipts.count; i-- > 0;) {
		const struct receipt *receipt = &backfill->receipts.items[i];
		if (receipt->date == date &&
			strcmp(receipt->table, backfill->pipeline->tables[table].name) == 0)
			return receipt;
	}
	fail_msg("no receipt");
}

static void tell_date_finished(
	struct backfill *backfill, size_t table, date_t date, int64_t duration_ms, int64_t at_ms)
{
	struct event event = {.kind = EVENT_DATE_FINISHED, .table = table, .date = date};
	event.finished.receipt = *receipt_of(backfill, table, date);
	event.finished.duration_ms = duration_ms;
	tell_at(backfill, event, at_ms);
	if (!backfill->is_away)
		scheduler_date_done(backfill->scheduler, table, date, true);
}

/* What the job has not told of yet, a few lines in one go. */
static void speak(struct backfill *backfill, struct backfill_lane *lane)
{
	const struct backfill_job *job = &backfill->jobs[lane->turn.table];
	for (size_t i = 0; lane->told < lane->at; i++, lane->told++) {
		size_t table = lane->turn.table;
		date_t date = lane->turn.dates[lane->told];
		int64_t at_ms = backfill->now_ms + (int64_t)i * SAID_MS;
		int64_t seen_ms = i == 0 ? backfill->now_ms - lane->told_ms : SAID_MS;
		if (i > 0)
			tell_at(backfill,
				(struct event){
					.kind = EVENT_DATE_STARTED, .table = table, .date = date},
				at_ms - SAID_MS);
		tell_date_finished(backfill, table, date,
			job->voice == VOICE_SAYS ? lane->durations_ms[lane->told] : seen_ms, at_ms);
	}
	lane->told_ms = backfill->now_ms;
}

static void remember_attempt(struct backfill *backfill, const struct backfill_lane *lane)
{
	const struct backfill_job *job = &backfill->jobs[lane->turn.table];
	bool is_known = job->voice == VOICE_SAYS ||
			(job->voice == VOICE_WATCHED && !backfill->is_away && !lane->is_found);
	backfill->attempts[backfill->attempt_count++] =
		(struct cell_attempt){.table = lane->turn.table,
			.date = lane->turn.dates[lane->at],
			.state = ATTEMPT_SUCCEEDED,
			.at_ms = backfill->now_ms,
			.duration_ms = is_known ? lane->durations_ms[lane->at] : -1,
			.rows = -1};
}

static void end_run(struct backfill *backfill, struct backfill_lane *lane)
{
	size_t table = lane->turn.table;
	lane->is_busy = false;
	if (backfill->is_away)
		return;
	struct event event = {.kind = EVENT_RUN_FINISHED,
		.table = table,
		.run_finished = {.outcome = RUN_SUCCEEDED}};
	event.run_finished.done = (int)lane->turn.count;
	tell(backfill, event);
	scheduler_batch_done(backfill->scheduler, table, false);
}

static void end_date(struct backfill *backfill, struct backfill_lane *lane)
{
	struct backfill_job *job = &backfill->jobs[lane->turn.table];
	lane->durations_ms[lane->at] = backfill->now_ms - lane->began_ms;
	write_receipt(backfill, lane->turn.table, lane->turn.dates[lane->at]);
	remember_attempt(backfill, lane);
	lane->at++;
	lane->is_in_date = false;
	job->done++;
	job->done_slower += job->slower > 1;
	bool is_last = lane->at == lane->turn.count;
	size_t waits = job->voice == VOICE_BURSTS ? (size_t)job->burst : 1;
	if (!backfill->is_away && (is_last || lane->at - lane->told >= waits))
		speak(backfill, lane);
	if (is_last)
		end_run(backfill, lane);
	else if (!backfill->is_paused)
		begin_date(backfill, lane);
}

bool backfill_go_on(struct backfill *backfill, int64_t until_ms)
{
	struct backfill_lane *next = NULL;
	bool is_busy = false;
	for (size_t i = 0; i < BACKFILL_LANES_MAX; i++) {
		struct backfill_lane *lane = &backfill->lanes[i];
		is_busy |= lane->is_busy;
		if (lane->is_busy && lane->is_in_date &&
			(next == NULL || lane->ends_ms < next->ends_ms))
			next = lane;
	}
	if (next == NULL || next->ends_ms > until_ms) {
		if (until_ms > backfill->now_ms && is_busy)
			backfill->now_ms = until_ms;
		tell(backfill, (struct event){.kind = EVENT_CLOCK});
		return is_busy;
	}
	backfill->now_ms = next->ends_ms;
	end_date(backfill, next);
	start_what_can(backfill);
	return true;
}

/* The operator */

void backfill_pause(struct backfill *backfill, bool paused)
{
	backfill->is_paused = paused;
	for (size_t i = 0; i < backfill->pipeline->table_count; i++)
		scheduler_set_paused(backfill->scheduler, i, paused);
	tell(backfill, (struct event){.kind = EVENT_CONTROL,
			       .control = {.workers = backfill->pipeline->workers,
				       .auto_launch = true,
				       .all_paused = paused,
				       .paused_table = -1}});
	for (size_t i = 0; !paused && i < BACKFILL_LANES_MAX; i++)
		if (backfill->lanes[i].is_busy && !backfill->lanes[i].is_in_date)
			begin_date(backfill, &backfill->lanes[i]);
	if (!paused)
		start_what_can(backfill);
}

void backfill_leave(struct backfill *backfill, bool jobs_go_on)
{
	close_console(backfill);
	backfill->model = NULL;
	backfill->scheduler = NULL;
	backfill->is_away = true;
	for (size_t i = 0; !jobs_go_on && i < BACKFILL_LANES_MAX; i++)
		backfill->lanes[i].is_busy = false;
}

/* Its log is read from the beginning: it tells in one go what it did until now. */
static void adopt(struct backfill *backfill, size_t number)
{
	struct backfill_lane *lane = &backfill->lanes[number];
	size_t table = lane->turn.table;
	const struct backfill_job *job = &backfill->jobs[table];
	lane->is_found = true;
	scheduler_adopt(backfill->scheduler, table, lane->turn.dates, lane->turn.count);
	tell_dates(backfill, table, lane->turn.dates, lane->turn.count, true);
	tell_run_started(backfill, number);
	for (size_t i = 0; i < lane->at; i++) {
		date_t date = lane->turn.dates[i];
		tell(backfill,
			(struct event){.kind = EVENT_DATE_STARTED, .table = table, .date = date});
		tell_date_finished(backfill, table, date,
			job->voice == VOICE_SAYS ? lane->durations_ms[i] : -1, backfill->now_ms);
	}
	lane->told = lane->at;
	lane->told_ms = backfill->now_ms;
	tell(backfill, (struct event){.kind = EVENT_DATE_STARTED,
			       .table = table,
			       .date = lane->turn.dates[lane->at]});
}

void backfill_return(struct backfill *backfill)
{
	backfill->is_away = false;
	open_console(backfill);
	for (size_t i = 0; i < BACKFILL_LANES_MAX; i++)
		if (backfill->lanes[i].is_busy)
			tell(backfill, (struct event){.kind = EVENT_RUN_FOUND,
					       .table = backfill->lanes[i].turn.table});
	tell_coverage(backfill);
	tell_history(backfill);
	for (size_t i = 0; i < BACKFILL_LANES_MAX; i++)
		if (backfill->lanes[i].is_busy)
			adopt(backfill, i);
	backfill_start(backfill);
}
