/*
 * http_exchange: one request and what has come back of its answer. Shared by http.c, http_reply.c
 * and http_text.c, nobody else includes this.
 */
#ifndef BACKCOURT_WAREHOUSE_HTTP_EXCHANGE_H
#define BACKCOURT_WAREHOUSE_HTTP_EXCHANGE_H

#include "warehouse/http.h"

#define HTTP_HOST_BYTES 256

struct http_exchange {
	const struct http_request *request;
	struct http_reply reply;
	size_t header_bytes;
	const char *limit; /* what was too long, NULL: nothing */
};

/* libcurl's callbacks; `context` is the exchange. A short count ends the transfer. */
size_t http_take_body(char *bytes, size_t size, size_t count, void *context);
size_t http_take_header(char *bytes, size_t size, size_t count, void *context);
/* Of the body, by what the request allows and the status that has come. */
size_t http_reply_limit(const struct http_exchange *exchange);
/* The host as libcurl will connect to it, without user and port; false: it is no URL. */
bool http_find_host(const char *url, char into[HTTP_HOST_BYTES]);

#endif
