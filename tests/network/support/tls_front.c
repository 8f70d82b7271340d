#include "tests/network/support/tls_front.h"

#include "base/text.h"
#include "tests/network/support/test_certificate.h"
#include "tests/test.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#define GOOGLE_NAMES                                                                    \
	"DNS:bigquery.googleapis.com,DNS:oauth2.googleapis.com,DNS:sts.googleapis.com," \
	"DNS:iamcredentials.googleapis.com,IP:127.0.0.1"

struct tls_front {
	struct tls_front_manners manners;
	struct test_certificate certificate;
	int listener, leave, port, server_port;
	pthread_t thread;
	pthread_mutex_t lock; /* guards the counts */
	struct tls_front_count counts;
};

static int connect_to_server(const struct tls_front *front)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)front->server_port)};
	int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(server, (struct sockaddr *)&address, sizeof(address)) == 0)
		return server;
	close(server);
	return -1;
}

/* False: the test is over. */
static bool wait_for(struct tls_front *front, int first, int second, bool *is_first)
{
	struct pollfd wait[] = {{.fd = front->leave, .events = POLLIN},
		{.fd = first, .events = POLLIN}, {.fd = second, .events = POLLIN}};
	bool goes_on = poll(wait, second < 0 ? 2 : 3, -1) > 0 && wait[0].revents == 0;
	*is_first = wait[1].revents != 0;
	return goes_on;
}

/* "CONNECT host:443 HTTP/1.1" and headers, which nobody reads. */
static bool answer_connect(struct tls_front *front, int client)
{
	static const char established[] = "HTTP/1.1 200 Connection established\r\n\r\n";
	struct buffer head = {0};
	bool is_first, goes_on = true;
	char byte;
	while (goes_on && !text_ends_with(buffer_text(&head), "\r\n\r\n")) {
		goes_on = wait_for(front, client, -1, &is_first) && recv(client, &byte, 1, 0) == 1;
		if (goes_on)
			buffer_add_char(&head, byte);
	}
	goes_on = goes_on && text_starts_with(buffer_text(&head), "CONNECT ") &&
		  send(client, established, strlen(established), MSG_NOSIGNAL) > 0;
	buffer_release(&head);
	return goes_on;
}

/* False: one of the two has nothing more to say. */
static bool relay_once(struct tls_front *front, SSL *tls, int client, int server)
{
	char bytes[16384];
	bool is_client = true;
	if (SSL_pending(tls) == 0 && !wait_for(front, client, server, &is_client))
		return false;
	if (is_client) {
		int got = SSL_read(tls, bytes, sizeof(bytes));
		return got > 0 && send(server, bytes, (size_t)got, MSG_NOSIGNAL) == got;
	}
	ssize_t got = recv(server, bytes, sizeof(bytes), 0);
	return got > 0 && SSL_write(tls, bytes, (int)got) == (int)got;
}

static void count(struct tls_front *front, size_t *what, size_t more)
{
	pthread_mutex_lock(&front->lock);
	*what += more;
	pthread_mutex_unlock(&front->lock);
}

static void serve(struct tls_front *front, int client)
{
	SSL *tls = SSL_new(front->certificate.context);
	SSL_set_fd(tls, client);
	bool is_good =
		(!front->manners.is_proxy || answer_connect(front, client)) && SSL_accept(tls) == 1;
	count(front, &front->counts.handshakes, is_good);
	int server = is_good ? connect_to_server(front) : -1;
	while (server >= 0 && relay_once(front, tls, client, server))
		;
	if (is_good)
		SSL_shutdown(tls);
	SSL_free(tls);
	if (server >= 0)
		close(server);
}

static void *run(void *argument)
{
	struct tls_front *front = argument;
	bool is_first;
	while (wait_for(front, front->listener, -1, &is_first)) {
		int client = accept4(front->listener, NULL, NULL, SOCK_CLOEXEC);
		if (client < 0)
			continue;
		count(front, &front->counts.connections, 1);
		serve(front, client);
		close(client);
	}
	return NULL;
}

/* Takes HTTP/1.1 whatever is offered, since the servers of the tests speak no other. */
static int choose_protocol(SSL *tls, const unsigned char **chosen, unsigned char *chosen_length,
	const unsigned char *offered, unsigned length, void *context)
{
	static const unsigned char http1[] = "\x08http/1.1";
	struct tls_front *front = context;
	(void)tls;
	pthread_mutex_lock(&front->lock);
	front->counts.is_http2_offered = memmem(offered, length, "\x02h2", 3) != NULL;
	pthread_mutex_unlock(&front->lock);
	*chosen = http1 + 1;
	*chosen_length = http1[0];
	return SSL_TLSEXT_ERR_OK;
}

struct tls_front *tls_front_start(int server_port, struct tls_front_manners manners)
{
	struct tls_front *front = memory_new(sizeof(*front));
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	signal(SIGPIPE, SIG_IGN); /* as in the program: OpenSSL writes to clients that left */
	front->manners = manners;
	front->server_port = server_port;
	test_certificate_make(&front->certificate,
		manners.names != NULL ? manners.names : GOOGLE_NAMES, manners.is_over);
	SSL_CTX_set_alpn_select_cb(front->certificate.context, choose_protocol, front);
	if (manners.is_old) {
		SSL_CTX_set_cipher_list(front->certificate.context, "DEFAULT@SECLEVEL=0");
		SSL_CTX_set_min_proto_version(front->certificate.context, TLS1_VERSION);
		SSL_CTX_set_max_proto_version(front->certificate.context, TLS1_1_VERSION);
	}
	front->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(front->listener, (struct sockaddr *)&address, length), 0);
	assert_int_equal(listen(front->listener, 32), 0);
	assert_int_equal(getsockname(front->listener, (struct sockaddr *)&address, &length), 0);
	front->port = ntohs(address.sin_port);
	front->leave = eventfd(0, EFD_CLOEXEC);
	pthread_mutex_init(&front->lock, NULL);
	assert_int_equal(pthread_create(&front->thread, NULL, run, front), 0);
	return front;
}

void tls_front_finish(struct tls_front *front)
{
	uint64_t one = 1;
	assert_int_equal(write(front->leave, &one, sizeof(one)), (ssize_t)sizeof(one));
	pthread_join(front->thread, NULL);
	close(front->listener);
	close(front->leave);
	pthread_mutex_destroy(&front->lock);
	test_certificate_release(&front->certificate);
	free(front);
}

int tls_front_port(const struct tls_front *front)
{
	return front->port;
}

const char *tls_front_certificate(const struct tls_front *front)
{
	return front->certificate.pem;
}

struct tls_front_count tls_front_counts(struct tls_front *front)
{
	pthread_mutex_lock(&front->lock);
	struct tls_front_count counts = front->counts;
	pthread_mutex_unlock(&front->lock);
	return counts;
}
