/*
 * A stop while an upload in pieces is under way: before a piece is answered, and while its bytes
 * still leave. The job is cancelled under its id, and the next write finds nothing half done.
 */
#include "tests/network/support/fake_bigquery.h"
#include "tests/network/support/no_time.h"
#include "tests/network/support/stop_soon.h"
#include "tests/support/filled_rows.h"
#include "tests/test.h"

#include "base/cancel.h"
#include "core/warehouse/bigquery_backend.h"
#include "native/processor.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>

#define DAY	   date_of(2021, 11, 16)
#define TABLE	   "upcoming_team_game_context"
#define MS	   INT64_C(1637100000000)
#define BIG_BYTES  ((size_t)20 * 1024 * 1024)
#define PIECE_LAST 8388607
#define PIECES	   3
#define ROWS	   1100
#define TEXT_BYTES 8000 /* of each row: more than one piece in all */

/* The load must end as stopped. */
static void load_big(const char *url, struct cancel *cancel)
{
	struct bigquery *client;
	struct bigquery_loaded loaded;
	struct error err = {0};
	char *rows = memory_new(BIG_BYTES + 1);
	memset(rows, '\n', BIG_BYTES);
	const struct bigquery_settings settings = {.project = "p",
		.endpoint = url,
		.cancel = cancel,
		.policy = &no_time,
		.is_emulator = true};
	const struct bigquery_load load = {.name = "t",
		.dataset = "d",
		.table = "t$20211116",
		.rows = rows,
		.rows_bytes = BIG_BYTES};
	no_time_reset();
	assert_true(bigquery_new(&settings, &client, &err));
	assert_false(bigquery_load_rows(client, &load, &loaded, &err));
	assert_int_equal(err.kind, ERROR_CANCELLED);
	assert_int_equal(bigquery_last_failure(client)->trouble, TROUBLE_STOPPED);
	assert_int_equal(no_time_wait_count(), 0);
	bigquery_free(client);
	free(rows);
}

#define CANCEL_STEP                                                         \
	{                                                                   \
		"POST /jobs/backcourt_t_",                                  \
		{                                                           \
			.body = "{\"kind\":\"bigquery#jobCancelResponse\"}" \
		}                                                           \
	}

static void a_piece_that_is_not_answered_is_left(void **state)
{
	(void)state;
	for (size_t silent = 1; silent <= PIECES; silent++) {
		struct fake *fake = fake_start();
		struct stop_soon stopping;
		char location[200], ranges[PIECES][80];
		struct fake_step steps[PIECES + 2];
		size_t count = 0;
		snprintf(location, sizeof(location), "Location: %s/upload/session?id=1\r\n",
			fake_url(fake));
		steps[count++] =
			(struct fake_step){"POST uploadType=resumable", {.headers = location}};
		for (size_t i = 1; i < silent; i++) {
			snprintf(ranges[i], sizeof(ranges[i]), "Range: bytes=0-%zu\r\n",
				i * (PIECE_LAST + 1) - 1);
			steps[count++] = (struct fake_step){
				"PUT /upload/session", {.status = 308, .headers = ranges[i]}};
		}
		steps[count++] = (struct fake_step){"PUT /upload/session", {.fault = FAKE_SILENT}};
		steps[count++] = (struct fake_step)CANCEL_STEP;
		fake_script(fake, steps, count);
		stop_soon_begin(&stopping, fake, "PUT /upload/session", silent);
		load_big(fake_url(fake), stopping.cancel);
		stop_soon_end(&stopping);
		fake_finish(fake); /* no request but these */
	}
}

/* A server that answers what comes first, takes a little of the second request, and no more. */
struct sluggard {
	int listener, stuck;
	char url[60];
	struct cancel *cancel;
	char third[400]; /* the beginning of the request that comes then */
	pthread_t thread;
};

static int take(const struct sluggard *sluggard)
{
	struct pollfd wait = {.fd = sluggard->listener, .events = POLLIN};
	assert_int_equal(poll(&wait, 1, 60000), 1);
	int socket = accept(sluggard->listener, NULL, NULL);
	assert_true(socket >= 0);
	return socket;
}

/* Up to `most` bytes, or to the end of a request that has no more than a head and a short body. */
static size_t take_bytes(int socket, char *bytes, size_t most)
{
	size_t length = 0;
	ssize_t got;
	while (length < most && (got = recv(socket, bytes + length, most - length, 0)) > 0) {
		length += (size_t)got;
		bytes[length] = '\0';
		const char *head = strstr(bytes, "\r\n\r\n");
		const char *told = strcasestr(bytes, "\r\ncontent-length: ");
		size_t body = told == NULL ? 0 : strtoul(told + 18, NULL, 10);
		if (head != NULL && (size_t)(head + 4 - bytes) + body <= length)
			break;
	}
	return length;
}

static void answer(int socket, const char *headers, const char *body)
{
	char text[400];
	snprintf(text, sizeof(text),
		"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %zu\r\n%s\r\n%s",
		strlen(body), headers, body);
	assert_int_equal(send(socket, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
	close(socket);
}

static void *serve(void *argument)
{
	struct sluggard *sluggard = argument;
	char bytes[16385], location[200];
	int socket = take(sluggard);
	take_bytes(socket, bytes, sizeof(bytes) - 1);
	snprintf(location, sizeof(location), "Location: %s/upload/session?id=1\r\n", sluggard->url);
	answer(socket, location, "");
	sluggard->stuck = take(sluggard);
	take_bytes(sluggard->stuck, bytes, sizeof(bytes) - 1);
	cancel_raise(sluggard->cancel, CANCEL_NOW);
	socket = take(sluggard);
	take_bytes(socket, bytes, sizeof(bytes) - 1);
	text_copy(sluggard->third, sizeof(sluggard->third), bytes);
	answer(socket, "", "{}");
	return NULL;
}

static void start(struct sluggard *sluggard)
{
	struct error err;
	int few = 4096; /* so that a piece does not fit into what the kernel keeps */
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	sluggard->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(
		setsockopt(sluggard->listener, SOL_SOCKET, SO_RCVBUF, &few, sizeof(few)), 0);
	assert_int_equal(bind(sluggard->listener, (struct sockaddr *)&address, length), 0);
	assert_int_equal(listen(sluggard->listener, 8), 0);
	assert_int_equal(getsockname(sluggard->listener, (struct sockaddr *)&address, &length), 0);
	snprintf(sluggard->url, sizeof(sluggard->url), "http://127.0.0.1:%d",
		ntohs(address.sin_port));
	assert_true(cancel_new(&sluggard->cancel, &err));
	assert_int_equal(pthread_create(&sluggard->thread, NULL, serve, sluggard), 0);
}

static void a_piece_whose_bytes_are_still_leaving_is_cut(void **state)
{
	struct sluggard sluggard = {.stuck = -1};
	(void)state;
	start(&sluggard);
	load_big(sluggard.url, sluggard.cancel);
	pthread_join(sluggard.thread, NULL);
	assert_true(
		text_starts_with(sluggard.third, "POST /bigquery/v2/projects/p/jobs/backcourt_t_"));
	assert_non_null(strstr(sluggard.third, "/cancel"));
	cancel_free(sluggard.cancel);
	close(sluggard.stuck);
	close(sluggard.listener);
}

struct day {
	struct warehouse *warehouse;
	struct rows rows;
	struct receipt receipt;
	struct error err;
};

static bool write_day(struct day *day)
{
	bool unchanged;
	const struct day_write write = {.layout = day->rows.layout,
		.date = DAY,
		.run = "r",
		.rows = &day->rows,
		.now_ms = MS};
	return warehouse_replace_day(day->warehouse, &write, &day->receipt, &unchanged, &day->err);
}

static bool is_sealed(struct day *day)
{
	struct receipts receipts;
	if (!warehouse_receipts(
		    day->warehouse, (struct date_range){DAY, DAY}, &receipts, &day->err))
		fail_msg("%s", day->err.text);
	const struct receipt *receipt = receipts_find(&receipts, TABLE, DAY);
	bool is_there = receipt != NULL && !receipt->is_open;
	receipts_release(&receipts);
	return is_there;
}

/* One column of every row gets that text. */
static void make_long(struct rows *rows)
{
	const struct table_layout *layout = rows->layout;
	char text[TEXT_BYTES + 1];
	size_t column = 0;
	while (layout->columns[column].flags != 0 || layout->columns[column].type != COLUMN_TEXT)
		column++;
	memset(text, 'x', TEXT_BYTES);
	text[TEXT_BYTES] = '\0';
	const char *copy = arena_copy_text(&rows->arena, text);
	for (size_t i = 0; i < rows->count; i++)
		rows->values[i * layout->column_count + column] =
			(struct value){VALUE_TEXT, {.text = copy}};
}

static void open_day(struct day *day)
{
	const struct table_layout *layout = processor_find(TABLE)->layout;
	rows_init(&day->rows, layout);
	filled_rows_add(&day->rows, DAY, ROWS, 0);
	make_long(&day->rows);
	if (!warehouse_open(
		    "bigquery:p?writes=load", WAREHOUSE_WRITE, &day->warehouse, &day->err) ||
		!warehouse_prepare(day->warehouse, &layout, 1, &day->err))
		fail_msg("%s", day->err.text);
}

/* The stop comes with a piece; whether the service has it whole is for the service to know. What
 * counts is that rows, receipt and answer agree, and that the next write mends it. */
static void a_date_that_is_stopped_between_its_pieces_is_written_by_the_next(void **state)
{
	(void)state;
	struct fake_bigquery *service = fake_bigquery_publish();
	struct fake *server = fake_bigquery_server(service);
	static const char count[] = "SELECT count(*) FROM `p.nba_analytics." TABLE "`";
	struct day day = {0};
	open_day(&day);
	for (size_t piece = 1; piece <= 2; piece++) {
		struct stop_soon stopping;
		size_t pieces = fake_count(server, "PUT ");
		fake_bigquery_number(service, "DELETE FROM `p.nba_analytics." TABLE "`");
		fake_bigquery_number(service, "DELETE FROM `p.backcourt_ops.receipts`");
		stop_soon_begin(&stopping, server, "PUT ", pieces + piece);
		warehouse_set_cancel(day.warehouse, stopping.cancel);
		bool done = write_day(&day);
		stop_soon_end(&stopping);
		warehouse_set_cancel(day.warehouse, NULL);
		if (!done)
			assert_int_equal(day.err.kind, ERROR_CANCELLED);
		assert_int_equal(is_sealed(&day), done);
		int64_t rows = fake_bigquery_number(service, count);
		assert_true(rows == ROWS || (rows == 0 && !done));
		if (!write_day(&day))
			fail_msg("%s", day.err.text);
		assert_int_equal(fake_bigquery_number(service, count), ROWS);
		assert_true(is_sealed(&day));
	}
	assert_true(fake_count(server, "PUT ") > 4); /* two of each that came to its end */
	warehouse_close(day.warehouse);
	rows_release(&day.rows);
	fake_bigquery_withdraw(service);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_piece_that_is_not_answered_is_left),
		cmocka_unit_test(a_piece_whose_bytes_are_still_leaving_is_cut),
		cmocka_unit_test(a_date_that_is_stopped_between_its_pieces_is_written_by_the_next),
	};
	return RUN(tests);
}
