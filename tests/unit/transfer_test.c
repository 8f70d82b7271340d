/* Copying between two warehouses: what goes, what stays, and what the receipts say afterwards. */
#include "tests/support/filled_rows.h"
#include "tests/support/pipeline_run.h"
#include "tests/test.h"

#include "base/path.h"
#include "native/processor.h"
#include "transfer/transfer.h"
#include "warehouse/raw_tables.h"

#define DAY date_of(2021, 11, 16)

struct place {
	struct warehouse *from, *to;
	const struct table_layout *layouts[2]; /* the second is computed from the first */
	struct transfer_report reports[2];
	struct error err;
	int acts[5]; /* by enum transfer_act */
};

static struct warehouse *new_warehouse(bool has_tables)
{
	struct warehouse *warehouse;
	struct error err;
	char *folder = test_folder();
	char *path = path_join(folder, "w.db");
	assert_true(warehouse_open(path, WAREHOUSE_CREATE, &warehouse, &err));
	if (has_tables)
		assert_true(processors_prepare(warehouse, &err));
	else
		assert_true(warehouse_prepare(warehouse, NULL, 0, &err));
	free(path);
	free(folder);
	return warehouse;
}

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	place->from = new_warehouse(true);
	place->to = new_warehouse(true);
	place->layouts[0] = processor_find("upcoming_team_game_context")->layout;
	place->layouts[1] = processor_find("player_composite_factors")->layout;
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	warehouse_close(place->from);
	warehouse_close(place->to);
	free(place);
	return 0;
}

static void note_act(void *context, enum transfer_act act, const struct table_layout *layout,
	date_t date, int64_t rows, int64_t bytes)
{
	struct place *place = context;
	(void)layout;
	(void)date;
	(void)rows;
	(void)bytes;
	place->acts[act]++;
}

static bool copy_tables(struct place *place, size_t first, size_t count, bool is_dry)
{
	const struct transfer_listener listener = {place, note_act};
	const struct transfer_wish wish = {.from = {place->from, true},
		.to = {place->to, false},
		.range = {DAY - 30, DAY + 30},
		.is_dry = is_dry,
		.listener = &listener};
	memset(place->acts, 0, sizeof(place->acts));
	return transfer_tables(
		&wish, &place->layouts[first], count, &place->reports[first], &place->err);
}

static void copy(struct place *place, size_t first, size_t count)
{
	if (!copy_tables(place, first, count, false))
		fail_msg("%s", place->err.text);
}

/* Both tables on a date; the second computed from the first as it is. */
static struct receipt compute(struct place *place, date_t date, int flavour)
{
	struct receipt upstream =
		filled_rows_write(place->from, place->layouts[0], date, 3, flavour, NULL, 0);
	return filled_rows_write(place->from, place->layouts[1], date, 4, flavour, &upstream, 1);
}

static struct receipt receipt_in(struct warehouse *warehouse, const char *table, date_t date)
{
	struct receipts receipts;
	struct error err;
	assert_true(
		warehouse_receipts(warehouse, (struct date_range){date, date}, &receipts, &err));
	const struct receipt *receipt = receipts_find(&receipts, table, date);
	assert_non_null(receipt);
	struct receipt found = *receipt;
	receipts_release(&receipts);
	return found;
}

/* By its receipts: was the second table of `to` computed from the first as it is there? */
static bool is_current_there(const struct place *place, date_t date)
{
	struct receipt upstream = receipt_in(place->to, place->layouts[0]->name, date);
	struct receipt receipt = receipt_in(place->to, place->layouts[1]->name, date);
	assert_int_equal(receipt.source_count, 1);
	assert_string_equal(receipt.sources[0].table, upstream.table);
	return upstream.sequence <= receipt.sources[0].sequence;
}

static void what_differs_goes_and_nothing_else(void **state)
{
	struct place *place = *state;
	compute(place, DAY, 0);
	compute(place, DAY + 1, 0);
	assert_true(copy_tables(place, 0, 2, true));
	assert_int_equal(place->reports[1].sent, 2);
	assert_int_equal(place->acts[TRANSFER_SENT], 4);
	copy(place, 0, 2); /* the dry one wrote nothing */
	assert_int_equal(place->reports[0].sent, 2);
	assert_int_equal(place->reports[1].rows, 8);
	copy(place, 0, 2);
	assert_int_equal(place->reports[0].same, 2);
	assert_int_equal(place->acts[TRANSFER_SENT] + place->acts[TRANSFER_RENEWED], 0);
	compute(place, DAY + 1, 1);
	copy(place, 0, 2);
	assert_int_equal(place->reports[1].same, 1);
	assert_int_equal(place->reports[1].sent, 1);
	assert_string_equal(receipt_in(place->to, place->layouts[1]->name, DAY + 1).hash,
		receipt_in(place->from, place->layouts[1]->name, DAY + 1).hash);
}

static void an_empty_date_goes_with_the_receipt_that_proves_it(void **state)
{
	struct place *place = *state;
	filled_rows_write(place->from, place->layouts[0], DAY, 0, 0, NULL, 0);
	filled_rows_write(place->to, place->layouts[0], DAY, 3, 0, NULL, 0);
	copy(place, 0, 1);
	assert_int_equal(place->reports[0].sent, 1);
	assert_int_equal(receipt_in(place->to, place->layouts[0]->name, DAY).rows, 0);
	copy(place, 0, 1);
	assert_int_equal(place->reports[0].sent, 0);
}

static void numbers_of_receipts_are_those_of_the_other_side(void **state)
{
	struct place *place = *state;
	/* The other side has counted on for a while. */
	for (int i = 0; i < 20; i++)
		filled_rows_write(place->to, place->layouts[0], DAY + 20, 1, i, NULL, 0);
	compute(place, DAY, 0);
	copy(place, 0, 2);
	assert_true(is_current_there(place, DAY));
	assert_true(receipt_in(place->to, place->layouts[0]->name, DAY).sequence > 20);
	assert_int_equal(place->reports[0].only_there, 1);
	assert_int_equal(place->reports[0].first_only_there, DAY + 20);
}

static void what_is_stale_here_is_stale_there(void **state)
{
	struct place *place = *state;
	compute(place, DAY, 0);
	filled_rows_write(place->from, place->layouts[0], DAY, 3, 7, NULL, 0);
	copy(place, 0, 2);
	assert_false(is_current_there(place, DAY));
}

static void a_table_without_its_upstream_is_renewed_when_that_comes(void **state)
{
	struct place *place = *state;
	compute(place, DAY, 0);
	copy(place, 1, 1);
	assert_int_equal(
		receipt_in(place->to, place->layouts[1]->name, DAY).sources[0].sequence, 0);
	copy(place, 0, 1);
	assert_false(is_current_there(place, DAY));
	assert_true(copy_tables(place, 0, 2, true));
	assert_int_equal(place->reports[1].renewed, 1);
	copy(place, 0, 2);
	assert_int_equal(place->reports[1].renewed, 1);
	assert_int_equal(place->reports[1].sent, 0);
	assert_true(is_current_there(place, DAY));
	copy(place, 0, 2);
	assert_int_equal(place->reports[1].renewed, 0);
}

/* What is current there by its own doing does not become stale by a copy of equal rows. */
static void equal_rows_never_make_anything_stale(void **state)
{
	struct place *place = *state;
	compute(place, DAY, 0);
	copy(place, 0, 2);
	filled_rows_write(place->from, place->layouts[0], DAY, 3, 7, NULL, 0); /* stale here now */
	copy(place, 1, 1);
	assert_int_equal(place->reports[1].same, 1);
	assert_true(is_current_there(place, DAY));
}

static void a_receipt_without_its_rows_is_not_believed(void **state)
{
	struct place *place = *state;
	compute(place, DAY, 0);
	copy(place, 0, 2);
	struct receipt kept = receipt_in(place->to, place->layouts[1]->name, DAY);
	filled_rows_write(place->to, place->layouts[1], DAY, 1, 0, NULL, 0);
	assert_true(warehouse_store_receipts(place->to, &kept, 1, &place->err));
	copy(place, 0, 2);
	assert_int_equal(place->reports[1].sent, 1);
}

static void tables_are_made_only_when_that_is_wished(void **state)
{
	struct place *place = *state;
	compute(place, DAY, 0);
	warehouse_close(place->to);
	place->to = new_warehouse(false);
	assert_false(copy_tables(place, 0, 2, false));
	assert_int_equal(place->err.kind, ERROR_WAREHOUSE);
	assert_non_null(strstr(place->err.text, "nba_precompute__player_composite_factors"));
}

static void a_stop_ends_it_between_two_dates(void **state)
{
	struct place *place = *state;
	struct cancel *cancel;
	compute(place, DAY, 0);
	assert_true(cancel_new(&cancel, &place->err));
	cancel_raise(cancel, CANCEL_AFTER_DATE);
	const struct transfer_wish wish = {.from = {place->from, true},
		.to = {place->to, true},
		.range = {DAY, DAY},
		.cancel = cancel};
	assert_false(transfer_tables(&wish, place->layouts, 2, place->reports, &place->err));
	assert_int_equal(place->err.kind, ERROR_CANCELLED);
	cancel_free(cancel);
}

static void raw_rows_are_merged_by_their_key(void **state)
{
	struct place *place = *state;
	const struct table_layout *layouts[] = {
		raw_table_layout(RAW_GAMES), raw_table_layout(RAW_PLAYERS)};
	struct transfer_report reports[2];
	filled_rows_load(place->from, layouts[0], DAY, 3, 0);
	filled_rows_load(place->from, layouts[1], DATE_NONE, 5, 0);
	filled_rows_load(place->to, layouts[0], DAY, 2, 5); /* two of the keys, other values */
	const struct transfer_wish wish = {.from = {place->from, false},
		.to = {place->to, true},
		.range = {DAY, DAY},
		.is_by_key = true};
	for (int i = 0; i < 2; i++) {
		if (!transfer_tables(&wish, layouts, 2, reports, &place->err))
			fail_msg("%s", place->err.text);
		assert_int_equal(reports[0].sent, i == 0);
		assert_int_equal(reports[1].sent, i == 0);
		assert_int_equal(reports[1].same, i == 1);
	}
}

/* Rows come out of a warehouse as they went in: the hash that a processor's rows had is still
 * theirs, in every native table. */
static void every_native_table_keeps_its_hash_on_the_way(void **state)
{
	(void)state;
	struct pipeline_run run;
	struct warehouse *copy = new_warehouse(true);
	const struct sample_options options = {.seasons = 1, .seed = SAMPLE_SEED};
	const struct date_range range = {date_of(2021, 10, 19), date_of(2021, 11, 2)};
	const struct table_layout *layouts[64];
	struct transfer_report reports[64];
	struct receipts before, after;
	pipeline_run_open(&run, NULL, &options, range);
	pipeline_run_compute_last(&run, range);
	for (size_t i = 0; i < run.pipeline->table_count; i++)
		layouts[i] =
			processor_find(run.pipeline->tables[run.pipeline->order[i]].name)->layout;
	const struct transfer_wish wish = {
		.from = {run.warehouse, true}, .to = {copy, false}, .range = range};
	pipeline_run_check(
		transfer_tables(&wish, layouts, run.pipeline->table_count, reports, &run.err),
		&run);
	pipeline_run_check(warehouse_receipts(run.warehouse, range, &before, &run.err), &run);
	pipeline_run_check(warehouse_receipts(copy, range, &after, &run.err), &run);
	assert_int_equal(after.count, before.count);
	for (size_t i = 0; i < after.count; i++)
		if (strcmp(after.items[i].hash, before.items[i].hash) != 0)
			fail_msg("%s has another hash", after.items[i].table);
	receipts_release(&before);
	receipts_release(&after);
	warehouse_close(copy);
	pipeline_run_close(&run);
}

int main(void)
{
#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_PLACE(what_differs_goes_and_nothing_else),
		AT_A_PLACE(an_empty_date_goes_with_the_receipt_that_proves_it),
		AT_A_PLACE(numbers_of_receipts_are_those_of_the_other_side),
		AT_A_PLACE(what_is_stale_here_is_stale_there),
		AT_A_PLACE(a_table_without_its_upstream_is_renewed_when_that_comes),
		AT_A_PLACE(equal_rows_never_make_anything_stale),
		AT_A_PLACE(a_receipt_without_its_rows_is_not_believed),
		AT_A_PLACE(tables_are_made_only_when_that_is_wished),
		AT_A_PLACE(a_stop_ends_it_between_two_dates),
		AT_A_PLACE(raw_rows_are_merged_by_their_key),
		cmocka_unit_test(every_native_table_keeps_its_hash_on_the_way),
	};
	return RUN(tests);
}
