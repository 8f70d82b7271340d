/*
 * fake_server: a scripted HTTP server on 127.0.0.1, for everything that a real one does rarely.
 *
 * A thread of the test program answers one request after the other, each on a connection of its
 * own, and writes down what it was asked. The answers are a list of steps, or a function of the
 * test's. Whatever was asked against the script is told by fake_finish, which fails the test.
 */
#ifndef BACKCOURT_TESTS_FAKE_SERVER_H
#define BACKCOURT_TESTS_FAKE_SERVER_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

struct fake;

enum fake_fault {
	FAKE_ANSWERS,
	FAKE_CLOSES,	      /* takes the request, then closes without a word */
	FAKE_RESETS,	      /* the same with a TCP reset */
	FAKE_SILENT,	      /* takes the request, never answers; until the client leaves */
	FAKE_WAITS,	      /* takes the request, answers after fake_release */
	FAKE_STALLS,	      /* half of the body, then nothing more */
	FAKE_CUTS,	      /* half of the body, then the end */
	FAKE_ENDLESS_BODY,    /* chunks until the client leaves */
	FAKE_ENDLESS_HEADERS, /* headers until the client leaves */
	FAKE_GZIP,	      /* the body gzipped */
	FAKE_GZIP_CUT,	      /* the same, without its end */
	FAKE_GZIP_BOMB,	      /* 40 MiB of zeros, gzipped */
};

struct fake_answer {
	int status;	     /* 0: 200 */
	const char *headers; /* "Name: value\r\n...", may be NULL */
	const char *body;    /* may be NULL */
	enum fake_fault fault;
};

struct fake_request {
	char *method;
	char *path;    /* with the query */
	char *headers; /* as they came */
	struct buffer body;
};

/* `wants`: "METHOD text", with the text somewhere in the path; NULL takes anything. */
struct fake_step {
	const char *wants;
	struct fake_answer answer;
};

/* Fills *answer; its texts must live until the next call. Runs on the server's thread. */
typedef void (*fake_handler)(
	const struct fake_request *request, struct fake_answer *answer, void *context);

struct fake *fake_start(void);
/* The steps are lent until fake_finish. */
void fake_script(struct fake *fake, const struct fake_step *steps, size_t count);
#define FAKE_SCRIPT(fake, steps) fake_script(fake, steps, ARRAY_COUNT(steps))
void fake_handle(struct fake *fake, fake_handler handler, void *context);
/* Between the two no handler runs: for whoever changes or reads what one answers from. */
void fake_hold(struct fake *fake);
void fake_let_go(struct fake *fake);

/* Lets one answer that waits go out, or the next that will. */
void fake_release(struct fake *fake);

const char *fake_url(const struct fake *fake); /* "http://127.0.0.1:PORT" */
int fake_port(const struct fake *fake);
/* How many requests had the text in "METHOD path"; "" counts all. */
size_t fake_count(struct fake *fake, const char *text);
/* The body or the headers of the nth request (from 0) with the text; "" if there was none. Lent. */
const char *fake_body(struct fake *fake, const char *text, size_t nth);
const char *fake_headers(struct fake *fake, const char *text, size_t nth);
const char *fake_path(struct fake *fake, const char *text, size_t nth);
/* Waits until so many requests with the text have come in (ten seconds, then the test fails). */
void fake_wait_for(struct fake *fake, const char *text, size_t count);

/* Ends the thread. Fails the test when a request was against the script or steps are left. */
void fake_finish(struct fake *fake);

#endif
