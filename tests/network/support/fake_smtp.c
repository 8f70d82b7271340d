#include "tests/network/support/fake_smtp.h"

#include "base/text.h"
#include "tests/network/support/test_certificate.h"
#include "tests/test.h"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

#define WAIT_MS 120000

struct fake_smtp {
	struct fake_smtp_manners manners;
	int listener, port, client;
	pthread_t thread;
	struct test_certificate certificate;
	SSL *tls; /* NULL: not yet */
	struct buffer plain, secret;
	bool is_over;
};

static bool is_readable(int descriptor)
{
	struct pollfd source = {.fd = descriptor, .events = POLLIN};
	return poll(&source, 1, WAIT_MS) > 0;
}

static bool take_byte(struct fake_smtp *server, char *byte)
{
	if (server->tls != NULL)
		return (SSL_pending(server->tls) > 0 || is_readable(server->client)) &&
		       SSL_read(server->tls, byte, 1) == 1;
	return is_readable(server->client) && read(server->client, byte, 1) == 1;
}

static bool take_line(struct fake_smtp *server, struct buffer *line)
{
	char byte;
	buffer_clear(line);
	while (take_byte(server, &byte)) {
		buffer_add_char(line, byte);
		if (byte == '\n') {
			buffer_add(server->tls == NULL ? &server->plain : &server->secret,
				line->bytes, line->length);
			return true;
		}
	}
	return false;
}

static void say(struct fake_smtp *server, const char *text)
{
	char *line = memory_format("%s\r\n", text);
	if (server->tls != NULL)
		SSL_write(server->tls, line, (int)strlen(line));
	else
		send(server->client, line, strlen(line), MSG_NOSIGNAL);
	free(line);
}

static bool begin_tls(struct fake_smtp *server)
{
	say(server, "220 go ahead");
	server->tls = SSL_new(server->certificate.context);
	SSL_set_fd(server->tls, server->client);
	return SSL_accept(server->tls) == 1;
}

static void take_mail(struct fake_smtp *server, struct buffer *line)
{
	say(server, "354 end with a dot");
	while (take_line(server, line) && strcmp(buffer_text(line), ".\r\n") != 0)
		;
	say(server, "250 taken");
}

/* "AUTH PLAIN", and what proves it in a line of its own. */
static void log_in(struct fake_smtp *server, struct buffer *line)
{
	say(server, "334 ");
	take_line(server, line);
	say(server, "235 welcome");
}

/* False: the talk is over. */
static bool answer(struct fake_smtp *server, struct buffer *line)
{
	const char *text = buffer_text(line);
	if (text_starts_with(text, "EHLO"))
		say(server, server->tls != NULL		 ? "250-fake\r\n250 AUTH PLAIN"
			    : server->manners.has_no_tls ? "250 fake"
							 : "250-fake\r\n250 STARTTLS");
	else if (text_starts_with(text, "STARTTLS"))
		return begin_tls(server);
	else if (text_starts_with(text, "AUTH"))
		log_in(server, line);
	else if (text_starts_with(text, "RCPT") && server->manners.refusal != NULL)
		say(server, server->manners.refusal);
	else if (text_starts_with(text, "DATA"))
		take_mail(server, line);
	else if (text_starts_with(text, "QUIT"))
		return false;
	else
		say(server, "250 ok");
	return true;
}

static bool accept_client(struct fake_smtp *server)
{
	server->client = is_readable(server->listener)
				 ? accept4(server->listener, NULL, NULL, SOCK_CLOEXEC)
				 : -1;
	return server->client >= 0;
}

static void *serve(void *context)
{
	struct fake_smtp *server = context;
	struct buffer line = {0};
	for (int i = 0; i < server->manners.busy_count && accept_client(server); i++) {
		say(server, "421 come back later");
		close(server->client);
	}
	if (!server->manners.is_never_there && accept_client(server)) {
		say(server, "220 fake ESMTP");
		while (take_line(server, &line) && answer(server, &line))
			;
		if (server->tls != NULL)
			SSL_free(server->tls);
		close(server->client);
	}
	buffer_release(&line);
	return NULL;
}

struct fake_smtp *fake_smtp_start(struct fake_smtp_manners manners)
{
	struct fake_smtp *server = memory_new(sizeof(*server));
	struct sockaddr_in place = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(place);
	server->manners = manners;
	test_certificate_make(&server->certificate, "IP:127.0.0.1", false);
	server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(server->listener, (struct sockaddr *)&place, length), 0);
	assert_int_equal(listen(server->listener, 4), 0);
	assert_int_equal(getsockname(server->listener, (struct sockaddr *)&place, &length), 0);
	server->port = ntohs(place.sin_port);
	assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
	return server;
}

int fake_smtp_port(const struct fake_smtp *server)
{
	return server->port;
}

const char *fake_smtp_certificate(const struct fake_smtp *server)
{
	return server->certificate.pem;
}

void fake_smtp_wait(struct fake_smtp *server)
{
	if (!server->is_over)
		pthread_join(server->thread, NULL);
	server->is_over = true;
}

const char *fake_smtp_plain(const struct fake_smtp *server)
{
	return buffer_text(&server->plain);
}

const char *fake_smtp_secret(const struct fake_smtp *server)
{
	return buffer_text(&server->secret);
}

void fake_smtp_free(struct fake_smtp *server)
{
	shutdown(server->listener, SHUT_RDWR);
	fake_smtp_wait(server);
	close(server->listener);
	test_certificate_release(&server->certificate);
	buffer_release(&server->plain);
	buffer_release(&server->secret);
	free(server);
}
