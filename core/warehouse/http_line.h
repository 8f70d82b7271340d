/*
 * http_line: a client's line to the network thread. Between http.c and http_line.c.
 *
 * There is one network thread in the process, while any line is open: it alone drives libcurl's
 * transfers. So all clients share its connections, an HTTP/2 connection carries what several of
 * them ask at once, and a cancel takes effect without waiting for anything.
 *
 * A line belongs to one thread, which has one transfer at a time on it. libcurl's callbacks of the
 * transfer run on the network thread, and on no other while http_line_run has not returned: they
 * must neither block nor call what is here.
 */
#ifndef BACKCOURT_WAREHOUSE_HTTP_LINE_H
#define BACKCOURT_WAREHOUSE_HTTP_LINE_H

#include "base/error.h"

#include <curl/curl.h>

struct cancel;
struct http_line;

/* The first starts the network thread (libcurl is started already), the last to be closed ends it
 * and closes the connections. */
bool http_line_open(struct http_line **opened, struct error *err);
void http_line_close(struct http_line *line); /* NULL is fine */

/*
 * Blocks until the transfer has ended, *code is libcurl's verdict then; false when CANCEL_NOW came
 * before. Afterwards the handle is the caller's alone again. It waits up to share_ms for the
 * connection that another transfer is making to the same host, to be a stream of it; then it makes
 * its own. libcurl itself would wait for as long as that takes, one behind the other.
 */
bool http_line_run(
	struct http_line *line, CURL *easy, int share_ms, struct cancel *cancel, CURLcode *code);

#endif
