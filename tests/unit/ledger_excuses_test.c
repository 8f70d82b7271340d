/* The excuses in the ledger: made, replaced, taken back, and how many there may be. */
#include "tests/support/book.h"
#include "tests/test.h"

#include "base/path.h"
#include "core/ledger/ledger_parts.h"

static void a_ledger_from_before_excuses_is_copied_and_can_then_excuse(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct ledger *ledger;
	struct error err;
	struct ledger_excuses list;
	assert_true(ledger_open_with(folder, LEDGER_WRITE, ledger_steps, 1, &ledger, &err));
	book_begin(ledger, "one", 500);
	assert_false(ledger_read_excuses(ledger, book_around, &list, &err));
	ledger_close(ledger);
	ledger = book_open(folder);
	struct ledger_excuse excuse = {.table = "player_daily_cache", .until = DATE_NONE};
	struct date_set dates = {0};
	date_set_add(&dates, (struct date_range){DAY, DAY});
	assert_true(ledger_excuse(ledger, &excuse, &dates, &err));
	assert_string_equal(book_only_run(ledger).id, "one");
	ledger_close(ledger);
	char *backup = path_join(folder, "ledger.db.v1.bak");
	assert_true(path_exists(backup));
	date_set_release(&dates);
	free(backup);
	free(folder);
}

static struct ledger_excuses read_excuses(struct ledger *ledger)
{
	struct ledger_excuses list = {0};
	struct error err;
	if (!ledger_read_excuses(ledger, book_around, &list, &err))
		fail_msg("%s", err.text);
	return list;
}

static void excuses_are_replaced_and_taken_back_by_date(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct ledger *ledger = book_open(folder);
	struct error err;
	struct date_set dates = {0}, one = {0};
	struct ledger_excuse excuse = {.table = "player_daily_cache",
		.until = DATE_NONE,
		.reason = "no source",
		.author = "naji@host",
		.made_ms = 77};
	date_set_add(&dates, (struct date_range){DAY, DAY + 2});
	date_set_add(&dates, (struct date_range){book_around.last + 1, book_around.last + 1});
	date_set_add(&one, (struct date_range){DAY + 1, DAY + 1});
	assert_true(ledger_excuse(ledger, &excuse, &dates, &err));
	text_copy(excuse.reason, sizeof(excuse.reason), "postponed");
	excuse.until = DAY + 30;
	assert_true(ledger_excuse(ledger, &excuse, &one, &err));
	ledger_close(ledger);

	ledger = book_open(folder);
	struct ledger_excuses list = read_excuses(ledger);
	assert_int_equal(list.count, 3);
	assert_string_equal(list.items[0].reason, "no source");
	assert_int_equal(list.items[0].until, DATE_NONE);
	assert_int_equal(list.items[1].date, DAY + 1);
	assert_int_equal(list.items[1].until, DAY + 30);
	assert_string_equal(list.items[1].reason, "postponed");
	assert_string_equal(list.items[1].author, "naji@host");
	assert_int_equal(list.items[1].made_ms, 77);
	free(list.items);

	int64_t taken = -1;
	text_copy(excuse.table, sizeof(excuse.table), "another");
	assert_true(ledger_take_back(ledger, &excuse, &dates, &taken, &err));
	assert_int_equal(taken, 0);
	text_copy(excuse.table, sizeof(excuse.table), "player_daily_cache");
	assert_true(ledger_take_back(ledger, &excuse, &one, &taken, &err));
	assert_int_equal(taken, 1);
	list = read_excuses(ledger);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.items[1].date, DAY + 2);
	free(list.items);
	struct ledger_events events;
	assert_true(ledger_newest_events(ledger, 10, &events, &err));
	assert_int_equal(events.count, 3); /* two excuses and one that was taken back */
	assert_string_equal(events.items[0].text, "no longer excused (naji@host) 2021-11-17");
	free(events.items);
	date_set_release(&dates);
	date_set_release(&one);
	ledger_close(ledger);
	free(folder);
}

static void more_excuses_than_there_may_be_are_refused_whole(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct ledger *ledger = book_open(folder);
	struct error err;
	struct date_set dates = {0};
	struct ledger_excuse excuse = {.table = "player_daily_cache", .until = DATE_NONE};
	char sql[512];
	snprintf(sql, sizeof(sql),
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
		" INSERT INTO excuses SELECT 'other', i, NULL, '', '', 0 FROM n",
		LEDGER_EXCUSES_MAX - 2);
	assert_true(ledger_run_sql(ledger, sql, &err));
	date_set_add(&dates, (struct date_range){DAY, DAY + 2});
	assert_false(ledger_excuse(ledger, &excuse, &dates, &err));
	assert_int_equal(err.kind, ERROR_LIMIT);
	struct ledger_excuses list = read_excuses(ledger);
	assert_int_equal(list.count, 0);
	date_set_remove(&dates, (struct date_range){DAY, DAY});
	assert_true(ledger_excuse(ledger, &excuse, &dates, &err));
	list = read_excuses(ledger);
	assert_int_equal(list.count, 2);
	free(list.items);
	date_set_release(&dates);
	ledger_close(ledger);
	free(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ledger_from_before_excuses_is_copied_and_can_then_excuse),
		cmocka_unit_test(excuses_are_replaced_and_taken_back_by_date),
		cmocka_unit_test(more_excuses_than_there_may_be_are_refused_whole),
	};
	return RUN(tests);
}
