/* Hosts that never answer a connection, and names that nobody resolves: whoever talks to another
 * one does not wait for them. */
#include "tests/network/support/fake_server.h"
#include "tests/test.h"

#include "base/cancel.h"
#include "warehouse/http.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/socket.h>
#include <time.h>

#define FILLERS_MAX	 16
#define DEADLINE_SECONDS 120

/* A port whose queue is full: the system drops what else knocks there. */
struct deaf_host {
	int listener, port;
	int fillers[FILLERS_MAX];
	size_t filler_count;
};

static void let_one_in(struct deaf_host *host)
{
	struct sockaddr_in place = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)host->port)};
	int filler = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(host->filler_count < FILLERS_MAX);
	assert_int_equal(connect(filler, (struct sockaddr *)&place, sizeof(place)), 0);
	host->fillers[host->filler_count++] = filler;
}

/* Of a socket that listens the system tells how many wait (unacked) and how many may (sacked): the
 * queue is full when there is one more. Waits until all that were let in are among them. */
static bool is_deaf(const struct deaf_host *host)
{
	struct tcp_info queue = {0};
	time_t end = time(NULL) + DEADLINE_SECONDS;
	for (;;) {
		socklen_t length = sizeof(queue);
		assert_int_equal(
			getsockopt(host->listener, IPPROTO_TCP, TCP_INFO, &queue, &length), 0);
		if (queue.tcpi_unacked >= host->filler_count)
			return queue.tcpi_unacked > queue.tcpi_sacked;
		assert_true(time(NULL) < end);
		poll(NULL, 0, 5);
	}
}

static void deaf_host_open(struct deaf_host *host)
{
	struct sockaddr_in place = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(place);
	*host = (struct deaf_host){.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
	assert_int_equal(bind(host->listener, (struct sockaddr *)&place, length), 0);
	assert_int_equal(listen(host->listener, 0), 0);
	assert_int_equal(getsockname(host->listener, (struct sockaddr *)&place, &length), 0);
	host->port = ntohs(place.sin_port);
	while (!is_deaf(host))
		let_one_in(host);
}

static void deaf_host_close(struct deaf_host *host)
{
	for (size_t i = 0; i < host->filler_count; i++)
		close(host->fillers[i]);
	close(host->listener);
}

/* Connections to the port that wait for an answer, by /proc/net/tcp. */
static int count_knocking(int port)
{
	char line[512], wanted[32];
	int count = 0;
	FILE *file = fopen("/proc/net/tcp", "re");
	assert_non_null(file);
	snprintf(wanted, sizeof(wanted), " 0100007F:%04X 02 ", (unsigned)port);
	while (fgets(line, sizeof(line), file) != NULL)
		count += strstr(line, wanted) != NULL;
	fclose(file);
	return count;
}

static void wait_for_knocking(int port, int count)
{
	time_t end = time(NULL) + DEADLINE_SECONDS;
	while (count_knocking(port) < count) {
		if (time(NULL) > end)
			fail_msg("%d of %d are connecting", count_knocking(port), count);
		poll(NULL, 0, 5);
	}
}

/* One client, on a thread of its own; it asks until it is answered or stopped. */
struct client {
	char url[64];
	struct http *http;
	struct cancel *cancel;
	pthread_t thread;
	enum http_result result;
	struct http_reply reply;
	struct error err;
};

static void *ask(void *context)
{
	struct client *client = context;
	const struct http_request request = {.url = client->url,
		.reply_bytes_max = 1000,
		.is_plain_allowed = true,
		.plain_origin = client->url};
	do
		client->result = http_send(client->http, &request, &client->reply, &client->err);
	while (client->result == HTTP_UNHEARD); /* on a machine so slow that one was given up */
	return NULL;
}

static void client_start(struct client *client, const char *scheme, const char *host, int port)
{
	*client = (struct client){0};
	snprintf(client->url, sizeof(client->url), "%s://%s:%d", scheme, host, port);
	assert_true(cancel_new(&client->cancel, NULL));
	const struct http_settings settings = {.cancel = client->cancel};
	assert_true(http_new(&settings, &client->http, NULL));
	assert_int_equal(pthread_create(&client->thread, NULL, ask, client), 0);
}

static void client_finish(struct client *client, enum http_result wanted)
{
	struct timespec end;
	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += DEADLINE_SECONDS;
	if (pthread_timedjoin_np(client->thread, NULL, &end) != 0)
		fail_msg("%s has no end", client->url);
	if (client->result != wanted)
		fail_msg("%s: result %d, %s", client->url, (int)client->result, client->err.text);
	http_reply_release(&client->reply);
	http_free(client->http);
	cancel_free(client->cancel);
}

static void expect_answer_of(struct fake *fake)
{
	struct client client;
	client_start(&client, "http", "127.0.0.1", fake_port(fake));
	client_finish(&client, HTTP_ANSWERED);
}

static void who_talks_to_another_host_does_not_wait_for_one_that_is_deaf(void **state)
{
	(void)state;
	static const char *const schemes[] = {"http", "https"};
	for (size_t i = 0; i < ARRAY_COUNT(schemes); i++) {
		static const struct fake_step steps[] = {{"GET", {.body = "{}"}}};
		struct fake *fake = fake_start();
		struct deaf_host host;
		struct client waiting;
		deaf_host_open(&host);
		FAKE_SCRIPT(fake, steps);
		client_start(&waiting, schemes[i], "127.0.0.1", host.port);
		wait_for_knocking(host.port, 1);
		expect_answer_of(fake);
		cancel_raise(waiting.cancel, CANCEL_NOW);
		client_finish(&waiting, HTTP_STOPPED);
		deaf_host_close(&host);
		fake_finish(fake);
	}
}

/* Not one behind the other, as libcurl would have it. */
static void expect_all_to_knock(const char *scheme)
{
	struct deaf_host host;
	struct client clients[3];
	deaf_host_open(&host);
	for (size_t i = 0; i < ARRAY_COUNT(clients); i++)
		client_start(&clients[i], scheme, "127.0.0.1", host.port);
	wait_for_knocking(host.port, ARRAY_COUNT(clients));
	for (size_t i = 0; i < ARRAY_COUNT(clients); i++) {
		cancel_raise(clients[i].cancel, CANCEL_NOW);
		client_finish(&clients[i], HTTP_STOPPED);
	}
	deaf_host_close(&host);
}

static void plain_clients_of_a_deaf_host_do_not_wait_for_each_other(void **state)
{
	(void)state;
	expect_all_to_knock("http");
}

static void clients_of_a_deaf_host_wait_for_a_shared_connection_only_for_a_while(void **state)
{
	(void)state;
	expect_all_to_knock("https");
}

/* It is resolved when the test says so. */
#define SLOW_HOST "slow.example"
static sem_t is_asked, may_answer;

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
	struct addrinfo **found)
{
	typedef int (*resolver)(
		const char *, const char *, const struct addrinfo *, struct addrinfo **);
	resolver real;
	*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	if (node == NULL || strcmp(node, SLOW_HOST) != 0)
		return real(node, service, hints, found);
	sem_post(&is_asked);
	while (sem_wait(&may_answer) != 0)
		;
	return EAI_FAIL;
}

static void a_stop_does_not_wait_for_a_name_that_nobody_resolves(void **state)
{
	(void)state;
	static const struct fake_step steps[] = {{"GET", {.body = "{}"}}};
	struct fake *fake = fake_start();
	struct client waiting, keeper;
	struct deaf_host host;
	sem_init(&is_asked, 0, 0);
	sem_init(&may_answer, 0, 0);
	deaf_host_open(&host);
	FAKE_SCRIPT(fake, steps);
	client_start(&keeper, "http", "127.0.0.1", host.port); /* the thread lives on */
	client_start(&waiting, "https", SLOW_HOST, 443);
	while (sem_wait(&is_asked) != 0)
		;
	cancel_raise(waiting.cancel, CANCEL_NOW);
	client_finish(&waiting, HTTP_STOPPED);
	expect_answer_of(fake);
	cancel_raise(keeper.cancel, CANCEL_NOW);
	client_finish(&keeper, HTTP_STOPPED);
	sem_post(&may_answer);
	deaf_host_close(&host);
	fake_finish(fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_talks_to_another_host_does_not_wait_for_one_that_is_deaf),
		cmocka_unit_test(plain_clients_of_a_deaf_host_do_not_wait_for_each_other),
		cmocka_unit_test(
			clients_of_a_deaf_host_wait_for_a_shared_connection_only_for_a_while),
		cmocka_unit_test(a_stop_does_not_wait_for_a_name_that_nobody_resolves),
	};
	return RUN(tests);
}
