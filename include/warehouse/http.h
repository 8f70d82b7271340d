/*
 * http: one request at a time over HTTPS, with a limit on everything and an instant cancel.
 *
 * Order of calls: http_new, any number of http_send or http_call, http_free. A client belongs to
 * one thread. All clients of the process share their connections, which stay open while there is
 * any client: where the server speaks HTTP/2, what several clients ask at once goes over one
 * connection, and a cancel or a limit of one ends its stream alone.
 *
 * Certificates are always verified (TLS 1.2 or newer), redirects are never followed, and http://
 * is refused unless the request allows it and the host is this machine, the metadata server, or
 * what the operator named (plain_origin). Those are spoken to without a proxy; else proxies are
 * those of the environment (https_proxy, no_proxy). A text that comes out of here never holds a
 * header that was sent, a query string or a user name of a proxy.
 */
#ifndef BACKCOURT_WAREHOUSE_HTTP_H
#define BACKCOURT_WAREHOUSE_HTTP_H

#include "base/error.h"
#include "base/text.h"
#include "warehouse/retry.h"

#include <stddef.h>
#include <stdint.h>

#define HTTP_URL_BYTES_MAX     8192
#define HTTP_HEADER_BYTES_MAX  65536   /* of a reply, all headers */
#define HTTP_ERROR_BYTES_MAX   1048576 /* of a body with status 400 or more */
#define HTTP_CONNECT_MS	       10000
#define HTTP_SHARE_MS	       2000 /* for a connection that another client is making */
#define HTTP_STALL_SECONDS     60   /* without a byte: the transfer is given up */
#define HTTP_LOCATION_BYTES    2048
#define HTTP_REQUEST_BYTES_MAX 67108864 /* 64 MiB */

struct cancel;
struct http;

struct http_settings {
	const char *ca_file;	    /* NULL: the system's */
	struct cancel *cancel;	    /* lent, may be NULL: CANCEL_NOW ends a request at once */
	long stall_seconds;	    /* 0: HTTP_STALL_SECONDS */
	int share_ms;		    /* 0: HTTP_SHARE_MS */
	const struct retry *policy; /* lent, NULL: retry_default */
};

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE };

/* Everything is lent until the call returns. */
struct http_request {
	enum http_method method;
	const char *url;
	const char *bearer;	  /* token of the Authorization header; NULL: none */
	const char *content_type; /* NULL: no body */
	const char *body;
	size_t body_bytes;
	const char *const *headers; /* "Name: value", without secrets */
	size_t header_count;
	size_t reply_bytes_max; /* after decompression */
	long time_ms_max;	/* of the whole transfer; 0: only the stall rule */
	int tries_max;		/* of http_call; 0: as long as the policy allows */
	bool is_plain_allowed;	/* http://, where that stays near (see above) */
	/* "http://HOST:PORT", named by the operator: an emulator elsewhere that is allowed, another
	 * metadata server; NULL: none. */
	const char *plain_origin;
};

struct http_reply {
	long status;
	const char *protocol; /* "HTTP/2", "HTTP/1.1": what was spoken; never freed */
	struct buffer body;
	char location[HTTP_LOCATION_BYTES]; /* "" when absent or too long */
	char range[64];			    /* of a 308 */
	int64_t retry_after_ms;		    /* -1: not said */
	int64_t date_ms;		    /* the server's clock; -1: not said */
	bool is_metadata;		    /* Metadata-Flavor: Google */
};

enum http_result {
	HTTP_ANSWERED, /* with any status */
	HTTP_UNHEARD,  /* no answer: the server may or may not have acted; trying again may help */
	HTTP_REFUSED,  /* a limit, a certificate, a URL: trying again does not help */
	HTTP_STOPPED,  /* cancelled */
};

bool http_new(const struct http_settings *settings, struct http **made, struct error *err);
void http_free(struct http *http);
/* The cancel of the requests that follow. */
void http_set_cancel(struct http *http, struct cancel *cancel);
/* How many requests were sent, repeated ones included. */
int64_t http_request_count(const struct http *http);

/*
 * One try. *reply is filled with HTTP_ANSWERED only and is the caller's to release; otherwise *err
 * says what happened (never a secret).
 */
enum http_result http_send(struct http *http, const struct http_request *request,
	struct http_reply *reply, struct error *err);

/*
 * Tries until an answer is taken, the policy's time is over, or it is cancelled. `judge` looks at
 * an answer: true repeats the request. Without an answer the request is repeated always: only for
 * requests that may arrive twice.
 */
typedef bool (*http_judge)(const struct http_reply *reply, void *context);
enum http_result http_call(struct http *http, const struct http_request *request, http_judge judge,
	void *context, struct http_reply *reply, struct error *err);
/* Who is told why a call takes long: once in each http_call, before its third try, on its thread.
 */
struct http_waits {
	void *context;
	void (*hear)(void *context, const char *why); /* NULL: nobody */
};
void http_hear_waits(struct http *http, struct http_waits waits);
/* The judge that knows the status only: 429 and 500, 502, 503, 504 are repeated. */
bool http_judge_status(const struct http_reply *reply, void *context);

/* Wipes the body before it is given back. Accepts a zeroed reply. */
void http_reply_release(struct http_reply *reply);

/* Adds the text with everything but A-Z a-z 0-9 - . _ ~ as %XX. */
void http_add_escaped(struct buffer *url, const char *text);
/* Is the host of the URL 127.0.0.0/8, ::1 or localhost? */
bool http_is_loopback(const char *url);
/* Is it that of a machine of Google's, by address or name, at its port? */
bool http_is_metadata(const char *url);
/* Have both URLs the same scheme, host and port? */
bool http_same_origin(const char *a, const char *b);
/* "libcurl 7.88.1", and the certificates that it trusts by itself; NULL: none are built in. */
struct http_library {
	char name[32];
	const char *ca_file;
	const char *ca_folder;
};
void http_describe_library(struct http_library *library);
/* Can it be read, and does it hold at least one certificate? Libcurl says no more than that it
 * could not set it. */
bool http_check_ca_file(const char *path, struct error *err);
/* Makes a text from outside fit for a message: control bytes and broken UTF-8 become '?'. */
void http_clean_text(char *text);

#endif
