/*
 * detail: what is worth a line of a log beside the one sentence of an error: each row that a load
 * refused, the place in a statement, how long a job has been waiting to begin, that a service does
 * not answer and is asked again.
 *
 * A listener hears it on the thread of the call that it is about, before that call returns. A line
 * is UTF-8 without control characters, at most DETAIL_LINE_BYTES with its NUL; it is lent.
 */
#ifndef BACKCOURT_WAREHOUSE_DETAIL_H
#define BACKCOURT_WAREHOUSE_DETAIL_H

#define DETAIL_LINE_BYTES 400

struct detail_listener {
	void *context;
	/* Severity: 'I', 'W' or 'E'. NULL: nobody hears. */
	void (*hear)(void *context, char severity, const char *line);
};

/*
 * Hears what no listener of a connection does, on any thread: nobody should sit before a silent
 * program. Lent for as long as it is set; NULL: nobody, as at first. Any thread.
 */
void detail_listen_by_default(const struct detail_listener *listener);

#endif
