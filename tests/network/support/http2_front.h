/*
 * http2_front: HTTP/2 over TLS by a server that nobody here wrote, in front of plain servers of a
 * test: Debian's nghttpx (package nghttp2-proxy). Which path goes to which server is the test's.
 *
 * Used by one thread of the test.
 */
#ifndef BACKCOURT_TESTS_HTTP2_FRONT_H
#define BACKCOURT_TESTS_HTTP2_FRONT_H

#include <stdbool.h>
#include <stddef.h>

struct http2_front;

struct http2_route {
	const char *path; /* and all below it; "/": whatever no other route has */
	int port;	  /* of the server behind, on 127.0.0.1 */
};

/* Is there such a server on this machine? */
bool http2_front_is_there(void);
/* The routes are lent; one of them is "/". Its files go into the folder. */
struct http2_front *http2_front_new(
	const char *folder, const struct http2_route *routes, size_t count);
/* Takes connections when it returns; always on the same port, also after an end. */
void http2_front_start(struct http2_front *front);
/* Says GOAWAY and takes no more connections; what is asked already is answered. Returns when it has
 * begun to. Another may be started beside it, http2_front_free ends both. */
void http2_front_retire(struct http2_front *front);
/* Ends it with no word to anybody. */
void http2_front_kill(struct http2_front *front);
void http2_front_free(struct http2_front *front);

int http2_front_port(const struct http2_front *front);
const char *http2_front_certificate(const struct http2_front *front); /* a file */

/* How the request for the path was answered, by the server's own log: waits for its line. */
struct http2_line {
	char protocol[16]; /* "HTTP/2" */
	int client_port;   /* tells connections apart */
	int status;
};
struct http2_line http2_front_line(struct http2_front *front, const char *path);

#endif
