/* gcloud as a program: asked, bounded, judged. */
#include "gcloud.h"

#include "base/clock.h"
#include "base/helper.h"
#include "base/memory.h"
#include "token_request.h"

#include <openssl/crypto.h>
#include <string.h>

#define COMPLAINT_BYTES 200
#define COMMAND		"gcloud auth print-access-token"

static bool judge_end(
	struct helper_result result, int limit_ms, const char *complaint, struct error *err)
{
	char words[COMPLAINT_BYTES], limit[DURATION_TEXT_BYTES];
	switch (result.end) {
	case HELPER_LATE:
		return error_set(err, ERROR_CONFIG, COMMAND " took more than %s",
			clock_format_duration(limit_ms, limit));
	case HELPER_STOPPED:
		return error_set(err, ERROR_CANCELLED, COMMAND " was stopped");
	case HELPER_TALKED:
		return error_set(err, ERROR_CONFIG,
			COMMAND " failed: it printed more than a token of %d bytes",
			GCLOUD_BYTES_MAX);
	case HELPER_EXITED:
		if (result.code == 0)
			return true;
		break;
	case HELPER_SIGNALLED:
	case HELPER_LOST:
		break;
	}
	text_copy(words, sizeof(words), complaint);
	http_clean_text(words);
	/* What helps comes first: the end is cut off where there is little room. */
	return error_set(err, ERROR_REFUSED, COMMAND " failed (run: gcloud auth login): %s",
		words[0] == '\0' ? "it says nothing" : words);
}

bool gcloud_print_token(int limit_ms, struct cancel *cancel, char **token, struct error *err)
{
	char *const argv[] = {(char *)"gcloud", (char *)"auth", (char *)"print-access-token",
		(char *)"--quiet", NULL};
	char printed[GCLOUD_BYTES_MAX + 1], complaint[GCLOUD_BYTES_MAX + 1];
	struct helper_output output = {printed, sizeof(printed), 0};
	struct helper_output complaints = {complaint, sizeof(complaint), 0};
	const struct helper helper = {.name = "gcloud (auth=gcloud)",
		.argv = argv,
		.limit_ms = limit_ms,
		.cancel = cancel,
		.output = &output,
		.complaint = &complaints};
	struct helper_result result;
	bool done =
		helper_run(&helper, &result, err) && judge_end(result, limit_ms, complaint, err);
	if (done) {
		printed[strcspn(printed, "\r\n")] = '\0';
		done = token_is_wellformed(printed) ||
		       error_set(err, ERROR_CONFIG, COMMAND " printed no token");
	}
	if (done)
		*token = memory_copy_text(printed);
	OPENSSL_cleanse(printed, sizeof(printed));
	OPENSSL_cleanse(complaint, sizeof(complaint));
	return done;
}
