#include "tests/network/support/asker.h"

#include "tests/network/support/no_time.h"
#include "tests/test.h"

#include "base/cancel.h"

void asker_prepare(struct asker *asker, int port, const char *path, const char *ca_file)
{
	*asker = (struct asker){.ca_file = ca_file,
		.policy = &no_time,
		.share_ms = ASKER_SHARE_MS,
		.reply_bytes_max = 100000};
	snprintf(asker->url, sizeof(asker->url), "https://127.0.0.1:%d%s", port, path);
	assert_true(cancel_new(&asker->cancel, NULL));
}

static void *ask(void *argument)
{
	struct asker *asker = argument;
	const struct http_request request = {.method = asker->body == NULL ? HTTP_GET : HTTP_POST,
		.url = asker->url,
		.bearer = ASKER_TOKEN,
		.content_type = asker->body == NULL ? NULL : "application/json",
		.body = asker->body,
		.body_bytes = asker->body_bytes,
		.reply_bytes_max = asker->reply_bytes_max};
	asker->result = http_call(
		asker->http, &request, http_judge_status, NULL, &asker->reply, &asker->err);
	return NULL;
}

static void open_client(struct asker *asker)
{
	const struct http_settings settings = {.ca_file = asker->ca_file,
		.cancel = asker->cancel,
		.policy = asker->policy,
		.share_ms = asker->share_ms};
	assert_true(http_new(&settings, &asker->http, NULL));
}

static void expect(const struct asker *asker, enum http_result wanted)
{
	if (asker->result != wanted)
		fail_msg("%s: result %d, %s", asker->url, (int)asker->result, asker->err.text);
	assert_null(strstr(asker->err.text, ASKER_TOKEN));
}

void asker_start(struct asker *asker)
{
	open_client(asker);
	assert_int_equal(pthread_create(&asker->thread, NULL, ask, asker), 0);
}

void asker_finish(struct asker *asker, enum http_result wanted)
{
	pthread_join(asker->thread, NULL);
	expect(asker, wanted);
}

void asker_ask(struct asker *asker, enum http_result wanted)
{
	open_client(asker);
	ask(asker);
	expect(asker, wanted);
}

void asker_release(struct asker *asker)
{
	http_reply_release(&asker->reply);
	http_free(asker->http);
	cancel_free(asker->cancel);
}
