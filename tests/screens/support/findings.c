#include "tests/screens/support/findings.h"

#include "native/processor.h"
#include "tests/test.h"
#include "warehouse/health.h"

#define DAY_MS	    INT64_C(86400000)
#define FIELDS_MOST (TABLE_COLUMNS_MAX + 1)
#define AGE_MS	    12000

/* Nine tables as they are laid out; each then gets its trouble. */
struct world {
	struct health_table tables[HEALTH_TABLES_MAX];
	struct bigquery_field fields[16][FIELDS_MOST];
	struct health_dataset datasets[2];
	struct health_breaker breaker;
	struct bigquery_field history;
	struct health_facts facts;
};

static const char *type_of(enum column_type type)
{
	static const char *const names[] = {[COLUMN_TEXT] = "STRING",
		[COLUMN_INTEGER] = "INT64",
		[COLUMN_REAL] = "FLOAT64",
		[COLUMN_BOOLEAN] = "BOOL",
		[COLUMN_DATE] = "DATE",
		[COLUMN_TIMESTAMP] = "TIMESTAMP",
		[COLUMN_LIST] = "STRING"};
	return names[type];
}

static void lay_out(struct world *world, size_t number)
{
	const struct table_layout *layout = processor_at(number)->layout;
	struct health_table *table = &world->tables[number];
	*table =
		(struct health_table){.layout = layout, .state = HEALTH_FOUND, .unhashed_rows = -1};
	table->found.partition_type = (char *)"DAY";
	table->found.partition_field = (char *)layout->date_column;
	table->found.fields = world->fields[number];
	for (size_t i = 0; i < layout->column_count; i++)
		world->fields[number][table->found.field_count++] =
			(struct bigquery_field){.name = (char *)layout->columns[i].name,
				.type = (char *)type_of(layout->columns[i].type)};
}

static struct health_table *find(struct world *world, const char *name)
{
	for (size_t i = 0; i < world->facts.table_count; i++)
		if (strcmp(world->tables[i].layout->name, name) == 0)
			return &world->tables[i];
	fail_msg("no processor makes %s", name);
}

static void drop_column(struct health_table *table, const char *name)
{
	struct bigquery_table *found = &table->found;
	size_t kept = 0;
	for (size_t i = 0; i < found->field_count; i++)
		if (strcmp(found->fields[i].name, name) != 0)
			found->fields[kept++] = found->fields[i];
	found->field_count = kept;
}

static void add_trouble(struct world *world)
{
	find(world, "player_composite_factors")->found.expiration_ms = 90 * DAY_MS;
	find(world, "player_daily_cache")->found.expiration_ms = 90 * DAY_MS;
	find(world, "ml_feature_store_v2")->found.expiration_ms = 30 * DAY_MS;
	drop_column(find(world, "player_game_summary"), "data_hash");
	drop_column(find(world, "upcoming_player_game_context"), "data_hash");
	drop_column(find(world, "ml_feature_store_v2"), "data_source");
	find(world, "team_defense_zone_analysis")->found.streaming_rows = 30;
	find(world, "team_offense_game_summary")->state = HEALTH_ABSENT;
	struct health_table *denied = find(world, "upcoming_team_game_context");
	denied->state = HEALTH_UNSEEN;
	text_copy(denied->problem, sizeof(denied->problem),
		"BigQuery: cannot look at the table: Access Denied: user lacks "
		"bigquery.tables.get (accessDenied)");
	struct health_table *extra = find(world, "player_shot_zone_analysis");
	extra->found.fields[extra->found.field_count++] = (struct bigquery_field){
		.name = (char *)"corner_three_share", .type = (char *)"FLOAT64"};
	world->history = (struct bigquery_field){
		.name = (char *)"success", .type = (char *)"BOOL", .is_required = true};
	world->facts.run_history = (struct health_table){
		.state = HEALTH_FOUND, .found = {.fields = &world->history, .field_count = 1}};
	world->breaker = (struct health_breaker){.table = "player_composite_factors",
		.is_ours = true,
		.entities = 12,
		.cells = 31,
		.first = date_of(2021, 11, 16),
		.last = date_of(2021, 11, 21),
		.until_ms = world->facts.at_ms + 3 * DAY_MS};
	world->facts.breakers = &world->breaker;
	world->facts.breaker_count = 1;
	world->datasets[0].partitions_expire_ms = 90 * DAY_MS;
	world->facts.jobs_today = 412;
	world->facts.billed_bytes_today = INT64_C(96) << 20;
}

static void answer(struct stage *stage, bool has_trouble, const char *without)
{
	struct world *world = memory_new(sizeof(*world));
	struct health_findings findings;
	world->datasets[0] =
		(struct health_dataset){.name = (char *)"nba_precompute", .state = HEALTH_FOUND};
	world->facts = (struct health_facts){.is_bigquery = true,
		.place = (char *)"nba-props-platform",
		.at_ms = stage->model->now_ms - AGE_MS,
		.tables = world->tables,
		.table_count = processor_count(),
		.datasets = world->datasets,
		.dataset_count = 1,
		.run_history = {.state = HEALTH_ABSENT},
		.breaker_state = HEALTH_ABSENT,
		.quota_state = HEALTH_FOUND,
		.has_token = true,
		.token_left_ms = 3300000};
	for (size_t i = 0; i < processor_count(); i++)
		lay_out(world, i);
	if (has_trouble)
		add_trouble(world);
	health_judge(&world->facts, stage->model->range, &findings);
	free(world);
	for (size_t i = 0; without != NULL && i < findings.count; i++)
		if (strcmp(findings.items[i].id, without) == 0) {
			free(findings.items[i].subject);
			free(findings.items[i].evidence);
			free(findings.items[i].statement);
			findings.count--;
			memmove(&findings.items[i], &findings.items[i + 1],
				(findings.count - i) * sizeof(findings.items[0]));
		}
	struct event event = {.kind = EVENT_HEALTH, .at_ms = stage->model->now_ms};
	event.health.findings = memory_new(sizeof(findings));
	*event.health.findings = findings;
	event.health.is_repair = without != NULL;
	if (without != NULL) {
		event.health.severity = SEVERITY_GOOD;
		snprintf(event.health.text, sizeof(event.health.text), "%s is mended", without);
	}
	stage_apply(stage, &event);
}

void findings_answer_many(struct stage *stage)
{
	answer(stage, true, NULL);
}

void findings_answer_none(struct stage *stage)
{
	answer(stage, false, NULL);
}

void findings_answer_failure(struct stage *stage, const char *text)
{
	struct event event = {.kind = EVENT_HEALTH, .at_ms = stage->model->now_ms};
	event.health.severity = SEVERITY_ERROR;
	text_copy(event.health.text, sizeof(event.health.text), text);
	stage_apply(stage, &event);
}

void findings_answer_repair(struct stage *stage, const char *id)
{
	answer(stage, true, id);
}
