#include "tests/network/support/fake_smtp.h"

#include "base/text.h"
#include "tests/test.h"

#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

#define WAIT_MS 30000

struct fake_smtp {
	struct fake_smtp_manners manners;
	int listener, port, client;
	pthread_t thread;
	SSL_CTX *context;
	SSL *tls; /* NULL: not yet */
	struct buffer plain, secret, certificate;
	bool is_over;
};

static void add_extension(X509 *certificate, int kind, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, kind, value);
	X509_add_ext(certificate, extension, -1);
	X509_EXTENSION_free(extension);
}

/* Signed by itself: the test names it as the authority that is trusted. */
static void make_certificate(struct fake_smtp *server)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	X509 *certificate = X509_new();
	X509_NAME *name = X509_get_subject_name(certificate);
	X509_set_version(certificate, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	X509_NAME_add_entry_by_txt(
		name, "CN", MBSTRING_ASC, (const unsigned char *)"fake smtp", -1, -1, 0);
	X509_set_issuer_name(certificate, name);
	X509_set_pubkey(certificate, key);
	add_extension(certificate, NID_subject_alt_name, "IP:127.0.0.1");
	add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
	server->context = SSL_CTX_new(TLS_server_method());
	assert_int_equal(SSL_CTX_use_certificate(server->context, certificate), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(server->context, key), 1);
	BIO *text = BIO_new(BIO_s_mem());
	char *bytes;
	PEM_write_bio_X509(text, certificate);
	long length = BIO_get_mem_data(text, &bytes);
	buffer_add(&server->certificate, bytes, (size_t)length);
	BIO_free(text);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

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
	server->tls = SSL_new(server->context);
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

static void *serve(void *context)
{
	struct fake_smtp *server = context;
	struct buffer line = {0};
	server->client = is_readable(server->listener)
				 ? accept4(server->listener, NULL, NULL, SOCK_CLOEXEC)
				 : -1;
	if (server->client < 0)
		return NULL;
	const char *greeting = server->manners.greeting;
	say(server, greeting != NULL ? greeting : "220 fake ESMTP");
	while (take_line(server, &line) && answer(server, &line))
		;
	if (server->tls != NULL)
		SSL_free(server->tls);
	close(server->client);
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
	make_certificate(server);
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
	return buffer_text(&server->certificate);
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
	SSL_CTX_free(server->context);
	buffer_release(&server->plain);
	buffer_release(&server->secret);
	buffer_release(&server->certificate);
	free(server);
}
