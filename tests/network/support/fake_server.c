#include "fake_server.h"

#include "tests/test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <zlib.h>

#define REQUEST_BYTES_MAX 134217728
#define PATIENCE_MS	  120000
#define TLS_HANDSHAKE	  0x16

struct fake {
	int listener;
	int leave;    /* eventfd: fake_finish wants the thread to end */
	int released; /* eventfd: how many answers that wait may go out */
	int port;
	char url[64];
	pthread_t thread;
	pthread_mutex_t lock; /* guards everything below */
	pthread_cond_t asked;
	const struct fake_step *steps;
	size_t step_count, step;
	fake_handler handler;
	void *context;
	struct fake_request *requests;
	size_t request_count, request_room;
	char complaint[512];
};

/* True: the socket has something to read; false: the test is over. */
static bool wait_readable(struct fake *fake, int socket)
{
	struct pollfd wait[] = {
		{.fd = socket, .events = POLLIN}, {.fd = fake->leave, .events = POLLIN}};
	return poll(wait, 2, -1) > 0 && wait[1].revents == 0;
}

static bool read_more(struct fake *fake, int socket, struct buffer *into)
{
	char bytes[16384];
	if (!wait_readable(fake, socket))
		return false;
	ssize_t got = recv(socket, bytes, sizeof(bytes), 0);
	if (got <= 0 || into->length + (size_t)got > REQUEST_BYTES_MAX)
		return false;
	buffer_add(into, bytes, (size_t)got);
	return true;
}

static size_t content_length(const char *headers)
{
	const char *line = strcasestr(headers, "\r\ncontent-length:");
	return line == NULL ? 0 : strtoul(line + 17, NULL, 10);
}

/* "METHOD PATH HTTP/1.1\r\nheaders\r\n\r\nbody" */
static bool read_request(struct fake *fake, int socket, struct fake_request *request)
{
	struct buffer all = {0};
	const char *end = NULL;
	while (end == NULL && read_more(fake, socket, &all) && all.bytes[0] != TLS_HANDSHAKE)
		end = strstr(buffer_text(&all), "\r\n\r\n");
	bool done = end != NULL;
	size_t head = done ? (size_t)(end - all.bytes) + 4 : 0;
	size_t body = done ? content_length(all.bytes) : 0;
	while (done && all.length < head + body)
		done = read_more(fake, socket, &all);
	if (done) {
		char *path = strchr(all.bytes, ' ');
		char *version = strchr(path + 1, ' ');
		request->method = memory_copy_span(all.bytes, (size_t)(path - all.bytes));
		request->path = memory_copy_span(path + 1, (size_t)(version - path - 1));
		request->headers = memory_copy_span(all.bytes, head);
		buffer_add(&request->body, all.bytes + head, body);
	}
	buffer_release(&all);
	return done;
}

static bool fits(const struct fake_request *request, const char *text)
{
	size_t method = strcspn(text, " ");
	if (text[method] == '\0')
		return strstr(request->path, text) != NULL || text_equal(request->method, text);
	return strlen(request->method) == method && strncmp(request->method, text, method) == 0 &&
	       strstr(request->path, text + method + 1) != NULL;
}

static void complain(struct fake *fake, const struct fake_request *request, const char *wanted)
{
	if (fake->complaint[0] == '\0')
		snprintf(fake->complaint, sizeof(fake->complaint),
			"request %zu was %s %.150s, the script has %s", fake->request_count,
			request->method, request->path, wanted);
}

/* Under the lock. */
static struct fake_answer next_answer(struct fake *fake, const struct fake_request *request)
{
	struct fake_answer answer = {.status = 599};
	if (fake->handler != NULL) {
		answer.status = 200;
		fake->handler(request, &answer, fake->context);
	} else if (fake->step == fake->step_count) {
		complain(fake, request, "no more steps");
	} else {
		const struct fake_step *step = &fake->steps[fake->step++];
		answer = step->answer;
		if (step->wants != NULL && !fits(request, step->wants))
			complain(fake, request, step->wants);
	}
	return answer;
}

static bool send_all(int socket, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(socket, bytes, length, MSG_NOSIGNAL);
		if (sent <= 0)
			return false;
		bytes += sent;
		length -= (size_t)sent;
	}
	return true;
}

static void wait_for_departure(struct fake *fake, int socket)
{
	char bytes[256];
	while (wait_readable(fake, socket))
		if (recv(socket, bytes, sizeof(bytes), 0) <= 0)
			return;
}

/* False: the client has left, or the test is over. */
static bool wait_for_release(struct fake *fake, int socket)
{
	uint64_t one;
	struct pollfd wait[] = {{.fd = socket, .events = POLLIN},
		{.fd = fake->leave, .events = POLLIN}, {.fd = fake->released, .events = POLLIN}};
	return poll(wait, 3, -1) > 0 && wait[0].revents == 0 && wait[1].revents == 0 &&
	       read(fake->released, &one, sizeof(one)) == (ssize_t)sizeof(one);
}

static void send_endless(struct fake *fake, int socket, const char *piece)
{
	while (send_all(socket, piece, strlen(piece))) {
		struct pollfd wait = {.fd = fake->leave, .events = POLLIN};
		if (poll(&wait, 1, 0) > 0)
			return;
	}
}

static void compress_into(struct buffer *body, const char *bytes, size_t length, size_t times)
{
	static char out[65536];
	z_stream stream = {0};
	assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY), Z_OK);
	for (size_t i = 0; i < times; i++) {
		stream.next_in = (unsigned char *)bytes;
		stream.avail_in = (unsigned)length;
		do {
			stream.next_out = (unsigned char *)out;
			stream.avail_out = sizeof(out);
			deflate(&stream, i + 1 == times ? Z_FINISH : Z_NO_FLUSH);
			buffer_add(body, out, sizeof(out) - stream.avail_out);
		} while (stream.avail_out == 0);
	}
	deflateEnd(&stream);
}

static void make_body(const struct fake_answer *answer, struct buffer *body)
{
	static const char zeros[65536];
	const char *text = answer->body == NULL ? "" : answer->body;
	if (answer->fault == FAKE_GZIP || answer->fault == FAKE_GZIP_CUT)
		compress_into(body, text, strlen(text), 1);
	else if (answer->fault == FAKE_GZIP_BOMB)
		compress_into(body, zeros, sizeof(zeros), 640);
	else
		buffer_add_text(body, text);
	if (answer->fault == FAKE_GZIP_CUT)
		body->length /= 2;
}

static void send_answer(struct fake *fake, int socket, const struct fake_answer *answer)
{
	struct buffer head = {0}, body = {0};
	bool is_gzip = answer->fault == FAKE_GZIP || answer->fault == FAKE_GZIP_CUT ||
		       answer->fault == FAKE_GZIP_BOMB;
	bool is_half = answer->fault == FAKE_STALLS || answer->fault == FAKE_CUTS;
	make_body(answer, &body);
	buffer_add_format(&head, "HTTP/1.1 %d Fake\r\nConnection: close\r\n%s%s",
		answer->status == 0 ? 200 : answer->status,
		is_gzip ? "Content-Encoding: gzip\r\n" : "",
		answer->headers == NULL ? "" : answer->headers);
	if (answer->fault == FAKE_ENDLESS_HEADERS) {
		send_all(socket, head.bytes, head.length);
		send_endless(fake, socket, "X-More: and more and more and more and more\r\n");
	} else if (answer->fault == FAKE_ENDLESS_BODY) {
		buffer_add_text(&head, "Transfer-Encoding: chunked\r\n\r\n");
		send_all(socket, head.bytes, head.length);
		send_endless(fake, socket, "20\r\n{\"and\": \"more\", \"and\": \"more\"}\r\n\r\n");
	} else {
		buffer_add_format(&head, "Content-Length: %zu\r\n\r\n", body.length);
		send_all(socket, head.bytes, head.length);
		send_all(socket, buffer_text(&body), is_half ? body.length / 2 : body.length);
	}
	if (answer->fault == FAKE_STALLS)
		wait_for_departure(fake, socket);
	buffer_release(&head);
	buffer_release(&body);
}

static void serve(struct fake *fake, int socket)
{
	struct fake_request request = {0};
	if (!read_request(fake, socket, &request))
		return;
	pthread_mutex_lock(&fake->lock);
	struct fake_answer answer = next_answer(fake, &request);
	ARRAY_GROW(fake->requests, fake->request_count, fake->request_room);
	fake->requests[fake->request_count++] = request;
	pthread_cond_broadcast(&fake->asked);
	pthread_mutex_unlock(&fake->lock);
	struct linger at_once = {.l_onoff = 1};
	if (answer.fault == FAKE_SILENT)
		wait_for_departure(fake, socket);
	else if (answer.fault == FAKE_RESETS)
		setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	else if (answer.fault != FAKE_CLOSES &&
		 (answer.fault != FAKE_WAITS || wait_for_release(fake, socket)))
		send_answer(fake, socket, &answer);
}

static void *run(void *argument)
{
	struct fake *fake = argument;
	while (wait_readable(fake, fake->listener)) {
		int socket = accept4(fake->listener, NULL, NULL, SOCK_CLOEXEC);
		if (socket < 0)
			continue;
		serve(fake, socket);
		close(socket);
	}
	return NULL;
}

struct fake *fake_start(void)
{
	struct fake *fake = memory_new(sizeof(*fake));
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	fake->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fake->listener, (struct sockaddr *)&address, length), 0);
	assert_int_equal(listen(fake->listener, 16), 0);
	assert_int_equal(getsockname(fake->listener, (struct sockaddr *)&address, &length), 0);
	fake->leave = eventfd(0, EFD_CLOEXEC);
	fake->released = eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE);
	fake->port = ntohs(address.sin_port);
	snprintf(fake->url, sizeof(fake->url), "http://127.0.0.1:%d", fake->port);
	pthread_mutexattr_t kind; /* a handler may call what holds the server itself */
	pthread_mutexattr_init(&kind);
	pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&fake->lock, &kind);
	pthread_mutexattr_destroy(&kind);
	pthread_cond_init(&fake->asked, NULL);
	assert_int_equal(pthread_create(&fake->thread, NULL, run, fake), 0);
	return fake;
}

void fake_script(struct fake *fake, const struct fake_step *steps, size_t count)
{
	pthread_mutex_lock(&fake->lock);
	if (fake->step < fake->step_count && fake->complaint[0] == '\0')
		snprintf(fake->complaint, sizeof(fake->complaint),
			"%zu steps were left when the next script came",
			fake->step_count - fake->step);
	fake->steps = steps;
	fake->step_count = count;
	fake->step = 0;
	pthread_mutex_unlock(&fake->lock);
}

void fake_handle(struct fake *fake, fake_handler handler, void *context)
{
	pthread_mutex_lock(&fake->lock);
	fake->handler = handler;
	fake->context = context;
	pthread_mutex_unlock(&fake->lock);
}

void fake_release(struct fake *fake)
{
	uint64_t one = 1;
	assert_int_equal(write(fake->released, &one, sizeof(one)), (ssize_t)sizeof(one));
}

void fake_hold(struct fake *fake)
{
	pthread_mutex_lock(&fake->lock);
}

void fake_let_go(struct fake *fake)
{
	pthread_mutex_unlock(&fake->lock);
}

const char *fake_url(const struct fake *fake)
{
	return fake->url;
}

int fake_port(const struct fake *fake)
{
	return fake->port;
}

/* Under the lock. */
static size_t count_fitting(const struct fake *fake, const char *text)
{
	size_t count = 0;
	for (size_t i = 0; i < fake->request_count; i++)
		count += fits(&fake->requests[i], text);
	return count;
}

size_t fake_count(struct fake *fake, const char *text)
{
	pthread_mutex_lock(&fake->lock);
	size_t count = count_fitting(fake, text);
	pthread_mutex_unlock(&fake->lock);
	return count;
}

/* Requests are never changed once they are in the list; the list itself may move. */
static struct fake_request find(struct fake *fake, const char *text, size_t nth)
{
	static char none[] = "";
	struct fake_request found = {.path = none, .headers = none};
	pthread_mutex_lock(&fake->lock);
	for (size_t i = 0; i < fake->request_count; i++)
		if (fits(&fake->requests[i], text) && nth-- == 0)
			found = fake->requests[i];
	pthread_mutex_unlock(&fake->lock);
	return found;
}

const char *fake_body(struct fake *fake, const char *text, size_t nth)
{
	struct fake_request found = find(fake, text, nth);
	return found.body.bytes == NULL ? "" : found.body.bytes;
}

const char *fake_headers(struct fake *fake, const char *text, size_t nth)
{
	return find(fake, text, nth).headers;
}

const char *fake_path(struct fake *fake, const char *text, size_t nth)
{
	return find(fake, text, nth).path;
}

void fake_wait_for(struct fake *fake, const char *text, size_t count)
{
	struct timespec deadline;
	int status = 0;
	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += PATIENCE_MS / 1000;
	pthread_mutex_lock(&fake->lock);
	while (status == 0 && count_fitting(fake, text) < count)
		status = pthread_cond_timedwait(&fake->asked, &fake->lock, &deadline);
	pthread_mutex_unlock(&fake->lock);
	if (status != 0)
		fail_msg("no request \"%s\" came", text);
}

void fake_finish(struct fake *fake)
{
	char complaint[512];
	uint64_t one = 1;
	ssize_t written = write(fake->leave, &one, sizeof(one));
	assert_int_equal(written, (ssize_t)sizeof(one));
	pthread_join(fake->thread, NULL);
	close(fake->listener);
	close(fake->leave);
	close(fake->released);
	memcpy(complaint, fake->complaint, sizeof(complaint));
	size_t left = fake->step_count - fake->step;
	for (size_t i = 0; i < fake->request_count; i++) {
		free(fake->requests[i].method);
		free(fake->requests[i].path);
		free(fake->requests[i].headers);
		buffer_release(&fake->requests[i].body);
	}
	free(fake->requests);
	pthread_mutex_destroy(&fake->lock);
	pthread_cond_destroy(&fake->asked);
	free(fake);
	if (complaint[0] != '\0')
		fail_msg("%s", complaint);
	if (left > 0)
		fail_msg("%zu steps of the script were never asked for", left);
}
