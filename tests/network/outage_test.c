/*
 * The server is gone for longer than a minute in the middle of a write, and comes back: at every
 * request, carried out or not. And for longer than anybody waits: then nothing is claimed that is
 * not there, and the next write mends it. The clock is the test's: nobody really waits.
 */
#include "tests/network/support/fake_bigquery.h"
#include "tests/network/support/no_time.h"
#include "tests/support/filled_rows.h"
#include "tests/test.h"

#include "core/warehouse/bigquery_backend.h"
#include "native/processor.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>

#define DAY	  date_of(2021, 11, 16)
#define DAYS	  3
#define ROWS	  3
#define SPAN	  ((struct date_range){DAY, DAY + DAYS - 1})
#define TABLE	  "upcoming_team_game_context"
#define MS	  INT64_C(1637100000000)
#define OUTAGE_MS 90000
#define FOR_EVER  INT64_MAX
#define NEVER	  (-1)
#define PIECE	  65536

/*
 * A door before the service: one request a connection. From a request on it is shut for a while;
 * with `is_after` that one is still carried out, and its answer lost.
 */
struct door {
	int listener, leave, port, far_port;
	pthread_t thread;
	_Atomic int shuts_at; /* the number of the request; NEVER */
	_Atomic bool is_after;
	_Atomic int64_t lasts_ms, open_ms; /* until when it is shut */
	_Atomic int passed, turned_away;
};

static int connect_to(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(socket_ >= 0);
	assert_int_equal(connect(socket_, (struct sockaddr *)&address, sizeof(address)), 0);
	return socket_;
}

/* False: that side has ended. */
static bool move(int from, int to, bool is_lost)
{
	char bytes[PIECE];
	ssize_t got = recv(from, bytes, sizeof(bytes), 0);
	for (ssize_t sent = 0; !is_lost && sent < got;) {
		ssize_t more = send(to, bytes + sent, (size_t)(got - sent), MSG_NOSIGNAL);
		if (more <= 0)
			return false;
		sent += more;
	}
	return got > 0;
}

/* Until the service has said all. */
static void let_through(const struct door *door, int near, bool is_lost)
{
	int far = connect_to(door->far_port);
	struct pollfd sides[] = {{.fd = near, .events = POLLIN}, {.fd = far, .events = POLLIN}};
	while (poll(sides, ARRAY_COUNT(sides), -1) > 0) {
		if (sides[1].revents != 0 && !move(far, near, is_lost))
			break;
		if (sides[0].revents != 0 && !move(near, far, false))
			break;
	}
	close(far);
}

static void take(struct door *door)
{
	int near = accept(door->listener, NULL, NULL);
	int number = door->passed;
	bool is_due = number == door->shuts_at;
	assert_true(near >= 0);
	if (is_due) {
		door->shuts_at = NEVER;
		door->open_ms =
			door->lasts_ms == FOR_EVER ? FOR_EVER : no_time_now_ms() + door->lasts_ms;
	}
	bool is_shut = no_time_now_ms() < door->open_ms;
	if (!is_shut || (is_due && door->is_after)) {
		door->passed++;
		let_through(door, near, is_shut);
	} else {
		door->turned_away++;
	}
	close(near);
}

static void *keep(void *argument)
{
	struct door *door = argument;
	struct pollfd wait[] = {
		{.fd = door->listener, .events = POLLIN}, {.fd = door->leave, .events = POLLIN}};
	while (poll(wait, ARRAY_COUNT(wait), -1) > 0 && wait[1].revents == 0)
		take(door);
	return NULL;
}

static void door_open(struct door *door, int far_port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	door->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	door->leave = eventfd(0, EFD_CLOEXEC);
	door->far_port = far_port;
	door->shuts_at = NEVER;
	assert_int_equal(bind(door->listener, (struct sockaddr *)&address, length), 0);
	assert_int_equal(listen(door->listener, 16), 0);
	assert_int_equal(getsockname(door->listener, (struct sockaddr *)&address, &length), 0);
	door->port = ntohs(address.sin_port);
	assert_int_equal(pthread_create(&door->thread, NULL, keep, door), 0);
}

static void door_close(struct door *door)
{
	uint64_t one = 1;
	assert_int_equal(write(door->leave, &one, sizeof(one)), sizeof(one));
	pthread_join(door->thread, NULL);
	close(door->leave);
	close(door->listener);
}

static void door_shut_at(struct door *door, int request, bool is_after, int64_t lasts_ms)
{
	door->passed = door->turned_away = 0;
	door->is_after = is_after;
	door->lasts_ms = lasts_ms;
	door->open_ms = 0;
	door->shuts_at = request;
}

/* The writer behind it */

struct place {
	struct fake_bigquery *service;
	struct fake *server;
	struct door door;
	const struct table_layout *layout;
	struct warehouse *warehouse, *reader;
	struct receipt receipts[DAYS];
	size_t written;
	int flavour;
	struct error err;
};

static struct warehouse *open_it(struct place *place)
{
	struct warehouse *warehouse;
	if (!warehouse_open("bigquery:p?writes=load", WAREHOUSE_WRITE, &warehouse, &place->err) ||
		!warehouse_prepare(warehouse, &place->layout, 1, &place->err))
		fail_msg("%s", place->err.text);
	return warehouse;
}

static void go_through_the_door(struct place *place)
{
	struct bigquery_connection *connection = connection_of(place->warehouse);
	char url[60];
	snprintf(url, sizeof(url), "http://127.0.0.1:%d", place->door.port);
	const struct bigquery_settings settings = {
		.project = "p", .endpoint = url, .policy = &no_time, .is_emulator = true};
	bigquery_free(connection->client);
	connection->client = NULL;
	if (!bigquery_new(&settings, &connection->client, &place->err))
		fail_msg("%s", place->err.text);
}

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	no_time_set(1000);
	place->service = fake_bigquery_publish();
	place->server = fake_bigquery_server(place->service);
	place->layout = processor_find(TABLE)->layout;
	place->warehouse = open_it(place);
	place->reader = open_it(place);
	door_open(&place->door, fake_port(place->server));
	go_through_the_door(place);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	warehouse_close(place->warehouse);
	warehouse_close(place->reader);
	door_close(&place->door);
	fake_bigquery_withdraw(place->service);
	free(place);
	return 0;
}

/* Each time other rows. */
static bool write_days(struct place *place)
{
	struct rows rows[DAYS];
	struct day_write writes[DAYS];
	bool unchanged[DAYS];
	no_time_reset();
	place->flavour++;
	for (int i = 0; i < DAYS; i++) {
		rows_init(&rows[i], place->layout);
		filled_rows_add(&rows[i], DAY + i, ROWS, place->flavour);
		writes[i] = (struct day_write){.layout = place->layout,
			.date = DAY + i,
			.run = "r",
			.rows = &rows[i],
			.now_ms = MS + INT64_C(1000) * place->flavour};
	}
	bool done = warehouse_replace_days(place->warehouse, writes, DAYS, place->receipts,
		unchanged, &place->written, &place->err);
	for (int i = 0; i < DAYS; i++)
		rows_release(&rows[i]);
	return done;
}

/* The hash of a date's rows as they lie there. */
static void hash_of(struct place *place, date_t date, char hash[DIGEST_TEXT_BYTES])
{
	const char *names[TABLE_COLUMNS_MAX];
	struct symbols *symbols = symbols_new();
	struct rows rows;
	struct frame frame;
	rows_init(&rows, place->layout);
	for (size_t i = 0; i < place->layout->column_count; i++)
		names[i] = place->layout->columns[i].name;
	const struct read_request request = {.layout = place->layout,
		.columns = names,
		.column_count = place->layout->column_count,
		.range = {date, date}};
	if (!warehouse_read(place->reader, &request, symbols, &frame, &place->err))
		fail_msg("%s", place->err.text);
	for (size_t row = 0; row < frame.row_count; row++) {
		rows_add(&rows);
		for (size_t i = 0; i < frame.column_count; i++)
			rows_copy_cell(&rows, i, &frame, i, row);
	}
	rows_hash(&rows, hash);
	frame_release(&frame);
	rows_release(&rows);
	symbols_free(symbols);
}

/* A receipt that is not open tells the truth. The number of those that are. */
static int expect_no_lie(struct place *place, int request)
{
	struct receipts receipts;
	int closed = 0;
	if (!warehouse_receipts(place->reader, SPAN, &receipts, &place->err))
		fail_msg("%s", place->err.text);
	for (size_t i = 0; i < receipts.count; i++) {
		char hash[DIGEST_TEXT_BYTES];
		hash_of(place, receipts.items[i].date, hash);
		if (!receipts.items[i].is_open && !text_equal(hash, receipts.items[i].hash))
			fail_msg("gone at request %d: the receipt of date %zu lies", request, i);
		closed += !receipts.items[i].is_open;
	}
	receipts_release(&receipts);
	return closed;
}

static void expect_written(struct place *place, int request)
{
	if (!write_days(place))
		fail_msg("gone at request %d: %s", request, place->err.text);
	assert_int_equal(place->written, DAYS);
	assert_int_equal(expect_no_lie(place, request), DAYS);
	assert_int_equal(fake_bigquery_number(place->service,
				 "SELECT count(*) FROM `p.nba_analytics." TABLE "`"),
		DAYS * ROWS);
}

static void an_outage_of_a_minute_and_a_half_is_waited_out_at_every_request(void **state)
{
	struct place *place = *state;
	int outages = 0;
	expect_written(place, NEVER);
	for (bool is_met = true; is_met; outages += is_met) {
		int64_t start_ms = no_time_now_ms();
		door_shut_at(&place->door, outages / 2, outages % 2 == 1, OUTAGE_MS);
		expect_written(place, outages / 2);
		is_met = place->door.shuts_at == NEVER;
		if (is_met)
			assert_true(no_time_now_ms() - start_ms >= OUTAGE_MS);
		door_shut_at(&place->door, NEVER, false, 0);
	}
	print_message("# gone %d times\n", outages);
	assert_true(outages > 20);
}

/* What has begun over there goes on without us, and ends before the same date is written again. */
static void one_that_does_not_end_claims_nothing_and_is_mended(void **state)
{
	struct place *place = *state;
	int outages = 0, failures = 0;
	expect_written(place, NEVER);
	fake_bigquery_limit(place->service, &(const struct fake_limits){.looks_of_load = 3});
	for (bool is_met = true; is_met; outages += is_met) {
		door_shut_at(&place->door, outages / 2, outages % 2 == 1, FOR_EVER);
		bool done = write_days(place);
		is_met = place->door.shuts_at == NEVER;
		if (is_met)
			assert_true(!done || outages % 2 == 1); /* of the last, only the answer */
		failures += !done;
		expect_no_lie(place, outages / 2);
		door_shut_at(&place->door, NEVER, false, 0); /* it is back */
		expect_written(place, outages / 2);
		fake_bigquery_land(place->service);
		assert_int_equal(expect_no_lie(place, outages / 2), DAYS);
	}
	assert_int_equal(fake_bigquery_traffic(place->service).clashes, 0);
	print_message("# gone %d times, %d failures\n", outages, failures);
	assert_true(failures > 20);
}

int main(void)
{
#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_PLACE(an_outage_of_a_minute_and_a_half_is_waited_out_at_every_request),
		AT_A_PLACE(one_that_does_not_end_claims_nothing_and_is_mended),
	};
	return RUN(tests);
}
