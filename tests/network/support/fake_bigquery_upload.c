/* Uploads: in two parts of one request, or in pieces that can be resumed. */
#include "fake_bigquery_parts.h"

#include "tests/test.h"

/* Two parts, no more and no less. */
void fake_load_multipart(struct fake_bigquery *service, const struct fake_request *request,
	struct fake_answer *answer)
{
	struct fake_problem problem;
	char boundary[80] = "--";
	const char *named = strcasestr(request->headers, "boundary=");
	const char *at = buffer_text(&request->body), *end = at + request->body.length;
	const char *starts[8];
	size_t count = 0;
	if (named != NULL)
		sscanf(named + 9, "%70[^\r\n; ]", boundary + 2);
	while (count < ARRAY_COUNT(starts) &&
		(at = memmem(at, (size_t)(end - at), boundary, strlen(boundary))) != NULL) {
		starts[count++] = at;
		at += strlen(boundary);
	}
	if (named == NULL || count != 3) {
		fake_problem_set(&problem, 400, "badRequest",
			"a multipart upload has two parts, not %d", (int)count - 1);
		fake_say_problem(service, answer, &problem);
		return;
	}
	const char *job = strstr(starts[0], "\r\n\r\n") + 4;
	const char *rows = strstr(starts[1], "\r\n\r\n") + 4;
	json_t *asked = json_loadb(job, (size_t)(starts[1] - 2 - job), 0, NULL);
	assert_non_null(asked);
	fake_run_load(service, asked, rows, (size_t)(starts[2] - 2 - rows), answer);
	json_decref(asked);
}

void fake_begin_session(
	struct fake_bigquery *service, const json_t *body, struct fake_answer *answer)
{
	json_decref(service->sessions);
	service->sessions = json_deep_copy(body);
	buffer_clear(&service->pieces);
	snprintf(service->headers, sizeof(service->headers), "Location: %s/upload/session?id=1\r\n",
		fake_url(service->server));
	answer->headers = service->headers;
}

struct piece_range {
	bool is_question; /* of what is stored: no bytes come with it */
	bool is_piece;
	size_t first, last, total;
};

static bool read_count(const char **at, size_t *count)
{
	char *end;
	*count = strtoul(*at, &end, 10);
	bool any = end != *at;
	*at = end;
	return any;
}

static bool read_mark(const char **at, char mark)
{
	bool is_there = **at == mark;
	*at += is_there;
	return is_there;
}

/* "a-b/total", or a star in place of a-b. */
static struct piece_range read_piece_range(const char *at)
{
	struct piece_range range = {0};
	range.is_question =
		read_mark(&at, '*') && read_mark(&at, '/') && read_count(&at, &range.total);
	range.is_piece = !range.is_question && read_count(&at, &range.first) &&
			 read_mark(&at, '-') && read_count(&at, &range.last) &&
			 read_mark(&at, '/') && read_count(&at, &range.total);
	return range;
}

/* Bytes that do not follow on those stored are refused. */
void fake_take_piece(struct fake_bigquery *service, const struct fake_request *request,
	struct fake_answer *answer)
{
	struct fake_problem problem;
	const char *range = strcasestr(request->headers, "\r\ncontent-range: bytes ");
	range = range == NULL ? "" : range + strlen("\r\ncontent-range: bytes ");
	struct piece_range piece = read_piece_range(range);
	if (service->sessions == NULL) {
		fake_say_missing(service, answer, "Session");
		return;
	}
	if (piece.is_piece && (piece.first != service->pieces.length ||
				      piece.last + 1 - piece.first != request->body.length ||
				      piece.last >= piece.total)) {
		fake_problem_set(
			&problem, 400, "badRequest", "Content-Range %.60s does not fit", range);
		fake_say_problem(service, answer, &problem);
		return;
	}
	if (piece.is_piece)
		buffer_add(&service->pieces, request->body.bytes, request->body.length);
	if (service->pieces.length == piece.total && piece.total > 0) {
		fake_run_load(
			service, service->sessions, service->pieces.bytes, piece.total, answer);
		return;
	}
	answer->status = 308;
	service->headers[0] = '\0';
	if (service->pieces.length > 0)
		snprintf(service->headers, sizeof(service->headers), "Range: bytes=0-%zu\r\n",
			service->pieces.length - 1);
	answer->headers = service->headers;
}
