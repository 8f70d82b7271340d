/* How long it will take: when that is worked out anew, all at once or a piece at a time. */
#include "model_forecast.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define TABLES_A_PIECE 8

struct forecast *forecast_new(void)
{
	return memory_new(sizeof(struct forecast));
}

void forecast_free(struct forecast *forecast)
{
	eta_end(forecast->walk, NULL);
	free(forecast->games);
	free(forecast->cells);
	free(forecast->days);
	free(forecast);
}

static void list_table(const struct model *model)
{
	struct forecast *forecast = model->forecast;
	size_t table = model->pipeline->order[forecast->listed++];
	forecast->used += forecast_look_at_table(model, table, &forecast->days[forecast->used]);
}

static void add_up_table(const struct model *model)
{
	struct forecast *forecast = model->forecast;
	size_t table = forecast->added_up++;
	forecast->new_left_ms[table] = forecast_table_left_ms(model, table);
}

static void forget_pieces(struct forecast *forecast)
{
	eta_end(forecast->walk, NULL);
	forecast->walk = NULL;
	forecast->is_making = false;
}

static void begin(const struct model *model, struct forecast_key key)
{
	struct forecast *forecast = model->forecast;
	forget_pieces(forecast);
	forecast->is_making = true;
	forecast->making = key;
	forecast->now_ms = model->now_ms;
	forecast->listed = forecast->used = forecast->added_up = 0;
	forecast_make_room(model);
}

/* False: that was all of it. */
static bool go_on(const struct model *model)
{
	struct forecast *forecast = model->forecast;
	size_t tables = model->pipeline->table_count;
	for (int i = 0; i < TABLES_A_PIECE && forecast->listed < tables; i++)
		list_table(model);
	if (forecast->listed < tables)
		return true;
	for (int i = 0; i < TABLES_A_PIECE && forecast->added_up < tables; i++)
		add_up_table(model);
	if (forecast->added_up < tables)
		return true;
	if (forecast->walk == NULL)
		forecast->walk = eta_begin(&(struct eta_queue){.pipeline = model->pipeline,
			.tables = forecast->tables,
			.games = forecast->games,
			.workers = model->workers});
	return eta_go_on(forecast->walk);
}

static void set_made(const struct model *model, struct forecast_key key)
{
	struct forecast *forecast = model->forecast;
	forecast->is_made = true;
	forecast->is_wanted = false;
	forecast->made_ms = model->now_ms;
	forecast->range = model->range;
	forecast->key = key;
}

static void end(const struct model *model)
{
	struct forecast *forecast = model->forecast;
	eta_end(forecast->walk, &forecast->plan);
	forecast->walk = NULL;
	forget_pieces(forecast);
	forecast->cells_in_plan = forecast->used;
	memcpy(forecast->left_ms, forecast->new_left_ms, sizeof(forecast->left_ms));
	set_made(model, forecast->making);
}

static void set_nothing_to_do(const struct model *model, struct forecast_key key)
{
	struct forecast *forecast = model->forecast;
	forget_pieces(forecast);
	forecast->plan = (struct eta_plan){0};
	forecast->cells_in_plan = 0;
	memset(forecast->left_ms, 0, sizeof(forecast->left_ms));
	set_made(model, key);
}

static bool is_anything_in_work(const struct model *model)
{
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		if (model->tables[i].queued > 0 || model->tables[i].worker >= 0)
			return true;
	return false;
}

static uint64_t mix(uint64_t state, uint64_t value)
{
	return (state ^ value) * 0x100000001b3; /* FNV-1a, a word at a time */
}

static uint64_t state_of_table(const struct table_model *job, uint64_t state)
{
	state = mix(state, (uint64_t)job->worker << 32 ^ (uint32_t)job->date);
	state = mix(state, (uint64_t)job->run_done << 32 ^ (uint32_t)job->run_failed);
	state = mix(state, (uint64_t)job->date_started_ms);
	state = mix(state, (uint64_t)job->speed.date_ms);
	state = mix(state, (uint64_t)job->queued);
	return mix(state, (uint64_t)job->paused << 3 | (uint64_t)job->follows << 2 |
				  (uint64_t)job->is_held << 1 | (uint64_t)job->run << 4);
}

/* Everything that it is made from and that no judgement counts. */
static uint64_t state_of(const struct model *model)
{
	uint64_t state = 0xcbf29ce484222325;
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		state = state_of_table(&model->tables[i], state);
	state = mix(state, (uint64_t)model->range.first << 32 ^ (uint32_t)model->range.last);
	return mix(state, (uint64_t)model->workers << 2 | (uint64_t)model->auto_launch << 1 |
				  (uint64_t)model->all_paused);
}

static bool is_fresh_enough(const struct model *model)
{
	const struct forecast *forecast = model->forecast;
	bool is_slow = forecast->cells_in_plan > MODEL_MANY_CELLS;
	return forecast->is_made && (model->hurries || is_slow) &&
	       model_keeps(model, forecast->range, forecast->made_ms);
}

static struct forecast_key key_of(const struct model *model, bool works)
{
	return (struct forecast_key){.judgement = model->judgement,
		.state = state_of(model),
		.second = works ? model->now_ms / 1000 : 0};
}

static struct forecast *look(const struct model *model)
{
	struct forecast *forecast = model->forecast;
	bool works = is_anything_in_work(model);
	struct forecast_key key = key_of(model, works);
	if (forecast->is_made && forecast->key.judgement == key.judgement &&
		forecast->key.state == key.state && forecast->key.second == key.second)
		return forecast;
	if (!works) {
		set_nothing_to_do(model, key);
		return forecast;
	}
	if (is_fresh_enough(model))
		return forecast;
	if (forecast->is_made && model_takes_pieces(model, forecast->range)) {
		forecast->is_wanted = true;
		return forecast;
	}
	begin(model, key);
	while (go_on(model))
		;
	end(model);
	return forecast;
}

bool model_forecast_is_wanted(const struct model *model)
{
	return model->forecast->is_wanted;
}

/* What was listed of another state is no part of this one. */
void model_forecast_go_on(const struct model *model)
{
	struct forecast *forecast = model->forecast;
	struct forecast_key key = key_of(model, is_anything_in_work(model));
	if (!forecast->is_making || forecast->making.judgement != key.judgement ||
		forecast->making.state != key.state)
		begin(model, key);
	else if (!go_on(model))
		end(model);
}

const struct eta_plan *model_eta(const struct model *model)
{
	return &look(model)->plan;
}

int64_t model_table_eta_ms(const struct model *model, size_t table)
{
	return look(model)->left_ms[table];
}
