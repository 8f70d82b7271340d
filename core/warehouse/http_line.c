#include "http_line.h"

#include "base/cancel.h"
#include "base/clock.h"
#include "base/memory.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define IDLE_MS 3600000 /* whoever wants something wakes the thread */

enum wish { WISH_NONE, WISH_TO_RUN, WISH_TO_STOP };

struct http_line {
	int ended; /* eventfd: the transfer has ended */
	/* The rest is under the network's lock. */
	struct http_line *next_open;
	struct http_line *next; /* of those that wish something */
	CURL *easy;
	int share_ms;
	enum wish wish;
	bool is_running;
	int64_t share_until_ms; /* by the monotonic clock; 0: it waits for nobody's connection */
	CURLcode code;
};

struct network {
	CURLM *multi; /* holds the connections */
	pthread_t thread;
	pthread_mutex_t lock; /* guards the rest and the lines; never held while bytes are moved */
	struct http_line *open, *wishing;
	bool is_over;
};

static pthread_mutex_t birth = PTHREAD_MUTEX_INITIALIZER; /* guards these two */
static struct network *network;
static int line_count;

/* Under the lock. */
static void end_transfer(struct http_line *line, CURLcode code)
{
	uint64_t one = 1;
	curl_multi_remove_handle(network->multi, line->easy);
	line->is_running = false;
	line->code = code;
	while (write(line->ended, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

/* Under the lock. */
static void begin_transfer(struct http_line *line)
{
	curl_easy_setopt(line->easy, CURLOPT_PIPEWAIT, line->share_until_ms == 0 ? 0L : 1L);
	if (curl_multi_add_handle(network->multi, line->easy) != CURLM_OK)
		memory_exhausted();
}

/* Under the lock. A transfer may have ended before the wish to stop it is heard. */
static void grant(struct http_line *line)
{
	enum wish wish = line->wish;
	line->wish = WISH_NONE;
	if (wish == WISH_TO_STOP) {
		if (line->is_running)
			end_transfer(line, CURLE_ABORTED_BY_CALLBACK);
		return;
	}
	line->is_running = true;
	line->share_until_ms = line->share_ms > 0 ? clock_monotonic_ms() + line->share_ms : 0;
	curl_easy_setopt(line->easy, CURLOPT_PRIVATE, line);
	begin_transfer(line);
}

/* False: nobody wants anything any more. */
static bool hear_wishes(void)
{
	pthread_mutex_lock(&network->lock);
	while (network->wishing != NULL) {
		struct http_line *line = network->wishing;
		network->wishing = line->next;
		grant(line);
	}
	bool goes_on = !network->is_over;
	pthread_mutex_unlock(&network->lock);
	return goes_on;
}

static void end_finished(void)
{
	const CURLMsg *message;
	int left;
	pthread_mutex_lock(&network->lock);
	while ((message = curl_multi_info_read(network->multi, &left)) != NULL) {
		struct http_line *line = NULL;
		CURLcode code = message->data.result; /* dies with the handle's removal */
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &line);
		end_transfer(line, code);
	}
	pthread_mutex_unlock(&network->lock);
}

/* It has no connection, knows no address to make one to, and has not sent a byte. */
static bool has_not_begun(const struct http_line *line)
{
	curl_off_t looked_up_us = 0;
	long sent_bytes = 0;
	curl_easy_getinfo(line->easy, CURLINFO_NAMELOOKUP_TIME_T, &looked_up_us);
	curl_easy_getinfo(line->easy, CURLINFO_REQUEST_SIZE, &sent_bytes);
	return looked_up_us == 0 && sent_bytes == 0;
}

/* Whoever has waited long enough for the connection of another makes its own. The ms until somebody
 * else has. */
static int end_sharing(void)
{
	int64_t now_ms = clock_monotonic_ms(), next_ms = now_ms + IDLE_MS;
	pthread_mutex_lock(&network->lock);
	for (struct http_line *line = network->open; line != NULL; line = line->next_open) {
		if (!line->is_running || line->share_until_ms == 0)
			continue;
		if (line->share_until_ms > now_ms) {
			next_ms = line->share_until_ms < next_ms ? line->share_until_ms : next_ms;
			continue;
		}
		line->share_until_ms = 0;
		if (has_not_begun(line)) {
			curl_multi_remove_handle(network->multi, line->easy);
			begin_transfer(line);
		}
	}
	pthread_mutex_unlock(&network->lock);
	return (int)(next_ms - now_ms);
}

/* libcurl itself cannot go on (it has no memory, the system does not let it wait). */
static void end_all(void)
{
	pthread_mutex_lock(&network->lock);
	for (struct http_line *line = network->open; line != NULL; line = line->next_open)
		if (line->is_running)
			end_transfer(line, CURLE_OUT_OF_MEMORY);
	pthread_mutex_unlock(&network->lock);
}

static void *run(void *argument)
{
	int running;
	(void)argument;
	while (hear_wishes()) {
		bool is_well = curl_multi_perform(network->multi, &running) == CURLM_OK;
		end_finished();
		is_well = is_well &&
			  curl_multi_poll(network->multi, NULL, 0, end_sharing(), NULL) == CURLM_OK;
		if (!is_well)
			end_all();
	}
	return NULL;
}

/* Under `birth`, as the next two. */
static bool start_network(struct error *err)
{
	network = memory_new(sizeof(*network));
	network->multi = curl_multi_init();
	if (network->multi == NULL)
		memory_exhausted();
	pthread_mutex_init(&network->lock, NULL);
	int reason = pthread_create(&network->thread, NULL, run, NULL);
	if (reason == 0)
		return true;
	curl_multi_cleanup(network->multi);
	pthread_mutex_destroy(&network->lock);
	free(network);
	network = NULL;
	return error_set_system(err, reason, "cannot start the network thread");
}

static void end_network(void)
{
	pthread_mutex_lock(&network->lock);
	network->is_over = true;
	pthread_mutex_unlock(&network->lock);
	curl_multi_wakeup(network->multi);
	pthread_join(network->thread, NULL);
	curl_multi_cleanup(network->multi);
	pthread_mutex_destroy(&network->lock);
	free(network);
	network = NULL;
}

bool http_line_open(struct http_line **opened, struct error *err)
{
	int ended = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (ended < 0)
		return error_set_system(err, errno, "cannot make a descriptor for the network");
	pthread_mutex_lock(&birth);
	bool done = line_count > 0 || start_network(err);
	line_count += done;
	pthread_mutex_unlock(&birth);
	if (!done) {
		close(ended);
		return false;
	}
	struct http_line *line = memory_new(sizeof(*line));
	line->ended = ended;
	pthread_mutex_lock(&network->lock);
	line->next_open = network->open;
	network->open = line;
	pthread_mutex_unlock(&network->lock);
	*opened = line;
	return true;
}

static void forget(const struct http_line *line)
{
	pthread_mutex_lock(&network->lock);
	struct http_line **link = &network->open;
	while (*link != line)
		link = &(*link)->next_open;
	*link = line->next_open;
	pthread_mutex_unlock(&network->lock);
}

void http_line_close(struct http_line *line)
{
	if (line == NULL)
		return;
	pthread_mutex_lock(&birth);
	forget(line);
	if (--line_count == 0)
		end_network();
	pthread_mutex_unlock(&birth);
	close(line->ended);
	free(line);
}

static void wish(struct http_line *line, enum wish wish)
{
	pthread_mutex_lock(&network->lock);
	if (line->wish == WISH_NONE) {
		line->next = network->wishing;
		network->wishing = line;
	}
	line->wish = wish;
	pthread_mutex_unlock(&network->lock);
	curl_multi_wakeup(network->multi);
}

/* Takes back what was not heard yet; false: there was nothing. */
static bool withdraw(struct http_line *line)
{
	pthread_mutex_lock(&network->lock);
	bool is_unheard = line->wish != WISH_NONE;
	struct http_line **link = &network->wishing;
	while (is_unheard && *link != line)
		link = &(*link)->next;
	if (is_unheard)
		*link = line->next;
	line->wish = WISH_NONE;
	pthread_mutex_unlock(&network->lock);
	return is_unheard;
}

/* False: CANCEL_NOW came before the end. */
static bool await_end(const struct http_line *line, struct cancel *cancel)
{
	struct pollfd seen[] = {{.fd = line->ended, .events = POLLIN},
		{.fd = cancel == NULL ? -1 : cancel_descriptor(cancel), .events = POLLIN}};
	while (seen[0].revents == 0 && seen[1].revents == 0)
		if (poll(seen, 2, -1) < 0)
			seen[0].revents = seen[1].revents = 0;
	return seen[1].revents == 0;
}

static CURLcode take_end(struct http_line *line)
{
	uint64_t count;
	while (read(line->ended, &count, sizeof(count)) < 0 && errno == EINTR)
		;
	pthread_mutex_lock(&network->lock);
	CURLcode code = line->code;
	pthread_mutex_unlock(&network->lock);
	return code;
}

bool http_line_run(
	struct http_line *line, CURL *easy, int share_ms, struct cancel *cancel, CURLcode *code)
{
	if (cancel_level(cancel) == CANCEL_NOW)
		return false;
	line->easy = easy;
	line->share_ms = share_ms;
	wish(line, WISH_TO_RUN);
	bool has_ended = await_end(line, cancel);
	if (!has_ended && !withdraw(line)) {
		wish(line, WISH_TO_STOP);
		(void)await_end(line, NULL);
		(void)withdraw(line); /* it had ended before that was heard */
	}
	*code = take_end(line);
	return has_ended;
}
