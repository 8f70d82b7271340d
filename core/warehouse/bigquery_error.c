/* What the service says when something is wrong: the reason first, then the status. */
#include "bigquery_parts.h"

#include "base/memory.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *reason;
	enum bigquery_trouble trouble;
} reasons[] = {
	{"rateLimitExceeded", TROUBLE_RATE},
	{"jobRateLimitExceeded", TROUBLE_JOB},
	{"backendError", TROUBLE_SERVER},
	{"internalError", TROUBLE_SERVER},
	{"badGateway", TROUBLE_SERVER},
	{"tableUnavailable", TROUBLE_SERVER},
	{"jobBackendError", TROUBLE_JOB},
	{"jobInternalError", TROUBLE_JOB},
	{"bytesBilledLimitExceeded", TROUBLE_EXPENSIVE},
	{"quotaExceeded", TROUBLE_QUOTA},
	{"accessDenied", TROUBLE_DENIED},
	{"insufficientPermissions", TROUBLE_DENIED},
	{"accessNotConfigured", TROUBLE_DENIED},
	{"billingNotEnabled", TROUBLE_DENIED},
	{"blocked", TROUBLE_DENIED},
	{"forbidden", TROUBLE_DENIED},
	{"authError", TROUBLE_LOGIN},
	{"required", TROUBLE_INVALID}, /* a parameter: a login that is missing has its 401 */
	{"invalid", TROUBLE_INVALID},
	{"invalidQuery", TROUBLE_INVALID},
	{"attributeError", TROUBLE_INVALID},
	{"invalidUser", TROUBLE_INVALID},
	{"badRequest", TROUBLE_INVALID},
	{"notFound", TROUBLE_MISSING},
	{"duplicate", TROUBLE_EXISTS},
	{"conditionNotMet", TROUBLE_STALE},
	{"resourceInUse", TROUBLE_IN_USE},
	{"resourcesExceeded", TROUBLE_BIG},
	{"billingTierLimitExceeded", TROUBLE_BIG},
	{"responseTooLarge", TROUBLE_BIG},
	{"stopped", TROUBLE_STOPPED},
	{"timeout", TROUBLE_TIMEOUT},
	{"proxyAuthenticationRequired", TROUBLE_PROXY},
	{"notImplemented", TROUBLE_UNSUPPORTED},
};

#define DML_QUEUE_IS_FULL "Too many DML statements outstanding"

static enum bigquery_trouble trouble_of_status(long status)
{
	switch (status) {
	case 400:
		return TROUBLE_INVALID;
	case 401:
		return TROUBLE_LOGIN;
	case 403:
		return TROUBLE_DENIED;
	case 404:
		return TROUBLE_MISSING;
	case 407:
		return TROUBLE_PROXY;
	case 409:
		return TROUBLE_EXISTS;
	case 412:
		return TROUBLE_STALE;
	case 429:
		return TROUBLE_RATE;
	case 501:
		return TROUBLE_UNSUPPORTED;
	default:
		return status >= 500 ? TROUBLE_SERVER : TROUBLE_UNKNOWN;
	}
}

enum bigquery_trouble bigquery_trouble_of(long status, const char *reason, const char *message)
{
	/* A 400 whose reason is as good as none. */
	if (message != NULL && strstr(message, "streaming buffer") != NULL)
		return TROUBLE_STREAMING;
	/* Two run on a table and twenty wait. It is called resourcesExceeded, and passes. */
	if (message != NULL && strstr(message, DML_QUEUE_IS_FULL) != NULL)
		return TROUBLE_RATE;
	/* Called invalidQuery; nothing has changed, and the next one may come through. */
	if (message != NULL && strstr(message, "due to concurrent update") != NULL)
		return TROUBLE_JOB;
	/* An emulator's "jobInternalError". */
	if (message != NULL && strstr(message, "Table not found: ") != NULL)
		return TROUBLE_MISSING;
	if (status == 401)
		return TROUBLE_LOGIN;
	for (size_t i = 0; reason != NULL && i < ARRAY_COUNT(reasons); i++)
		if (strcmp(reasons[i].reason, reason) == 0)
			return reasons[i].trouble;
	return trouble_of_status(status);
}

bool bigquery_was_queue_full(const struct bigquery_failure *failure)
{
	return strstr(failure->message, DML_QUEUE_IS_FULL) != NULL;
}

bool bigquery_may_repeat(enum bigquery_trouble trouble)
{
	return trouble == TROUBLE_RATE || trouble == TROUBLE_SERVER;
}

/* A passing overload ends by itself; what is broken inside stays so for much longer. */
bool bigquery_may_ask_again(const struct bigquery_failure *failure, int *internal_errors)
{
	if (!bigquery_may_repeat(failure->trouble))
		return false;
	return strcmp(failure->reason, "internalError") != 0 ||
	       ++*internal_errors <= BIGQUERY_INTERNAL_MAX;
}

static const char *advice_for(enum bigquery_trouble trouble)
{
	switch (trouble) {
	case TROUBLE_EXPENSIVE:
		return "; the query was not run. Raise the limit or narrow the range";
	case TROUBLE_QUOTA:
		return "; it is not tried again today";
	case TROUBLE_PROXY:
		return "; the proxy wants a login: see https_proxy";
	case TROUBLE_STREAMING:
		return "; wait until the buffer is empty (up to 90 minutes)";
	case TROUBLE_NONE:
	case TROUBLE_RATE:
	case TROUBLE_SERVER:
	case TROUBLE_JOB:
	case TROUBLE_DENIED:
	case TROUBLE_INVALID:
	case TROUBLE_MISSING:
	case TROUBLE_EXISTS:
	case TROUBLE_STALE:
	case TROUBLE_IN_USE:
	case TROUBLE_BIG:
	case TROUBLE_STOPPED:
	case TROUBLE_TIMEOUT:
	case TROUBLE_UNSUPPORTED:
	case TROUBLE_NETWORK:
	case TROUBLE_UNKNOWN:
	case TROUBLE_LOGIN: /* has its own: write_login_advice */
		return "";
	}
	return "";
}

static void fill_failure(
	struct bigquery_failure *failure, long status, const char *reason, const char *message)
{
	*failure = (struct bigquery_failure){.status = status};
	failure->trouble = bigquery_trouble_of(status, reason, message);
	text_copy(failure->reason, sizeof(failure->reason), reason);
	text_copy(failure->message, sizeof(failure->message), message);
	http_clean_text(failure->reason);
	http_clean_text(failure->message);
}

void bigquery_read_failure(
	const char *text, size_t length, long status, struct bigquery_failure *failure)
{
	json_t *tree = bigquery_parse(text, length);
	json_t *error = json_object_get(tree, "error");
	json_t *first = json_array_get(json_object_get(error, "errors"), 0);
	const char *reason = bigquery_text_at(first, "reason");
	const char *message = bigquery_text_at(error, "message");
	if (message == NULL)
		message = bigquery_text_at(first, "message");
	if (message == NULL)
		message = tree == NULL ? "the answer is not one of BigQuery's" : "no reason given";
	fill_failure(failure, status, reason, message);
	json_decref(tree);
}

void bigquery_note_redirect(long status, struct bigquery_failure *failure)
{
	fill_failure(failure, status, NULL,
		"the answer leads elsewhere, which is not followed: is the endpoint right?");
}

static enum error_kind kind_of(enum bigquery_trouble trouble)
{
	if (trouble == TROUBLE_STOPPED)
		return ERROR_CANCELLED;
	if (trouble == TROUBLE_QUOTA || trouble == TROUBLE_DENIED || trouble == TROUBLE_LOGIN)
		return ERROR_REFUSED;
	return trouble == TROUBLE_EXPENSIVE ? ERROR_LIMIT : ERROR_WAREHOUSE;
}

/* Before what the service says: the end is cut off where there is little room. */
static void write_login_advice(const struct bigquery *bigquery, char *into, size_t bytes)
{
	const struct token_source *tokens = bigquery->settings.tokens;
	const char *advice = tokens != NULL ? token_source_advice(tokens) : LOGIN_ADVICE;
	if (bigquery->failure.trouble == TROUBLE_LOGIN)
		snprintf(into, bytes, "the login is refused (%s): ", advice);
}

static bool set_error(const struct bigquery *bigquery, const char *what, struct error *err)
{
	const struct bigquery_failure *failure = &bigquery->failure;
	char status[32] = "", advice[120] = "";
	write_login_advice(bigquery, advice, sizeof(advice));
	if (failure->status != 0)
		snprintf(status, sizeof(status), "%sstatus %ld",
			failure->reason[0] == '\0' ? "" : ", ", failure->status);
	return error_set(err, kind_of(failure->trouble), "BigQuery: %s: %s%s (%s%s)%s", what,
		advice, failure->message, failure->reason, status, advice_for(failure->trouble));
}

bool bigquery_refuse_with(struct bigquery *bigquery, long status, const char *reason,
	const char *message, const char *what, struct error *err)
{
	fill_failure(
		&bigquery->failure, status, reason, message == NULL ? "no reason given" : message);
	/* The same words about a job: it has ended, and only a new one can do better. */
	if (status == 0 && bigquery_may_repeat(bigquery->failure.trouble))
		bigquery->failure.trouble = TROUBLE_JOB;
	return set_error(bigquery, what, err);
}

bool bigquery_refuse(struct bigquery *bigquery, long status, const json_t *problem,
	const char *what, struct error *err)
{
	if (problem == NULL)
		return set_error(bigquery, what, err);
	return bigquery_refuse_with(bigquery, status, bigquery_text_at(problem, "reason"),
		bigquery_text_at(problem, "message"), what, err);
}

bool bigquery_refuse_size(struct bigquery *bigquery, const char *what, const char *too_much,
	size_t limit, struct error *err)
{
	bigquery->failure = (struct bigquery_failure){.trouble = TROUBLE_BIG};
	snprintf(bigquery->failure.message, sizeof(bigquery->failure.message),
		"%s is limited to %zu", too_much, limit);
	return error_set(err, ERROR_LIMIT, "BigQuery: %s: %s; nothing was sent", what,
		bigquery->failure.message);
}

bool bigquery_check_writable(struct bigquery *bigquery, const char *what, struct error *err)
{
	if (!bigquery->settings.is_read_only)
		return true;
	bigquery->failure = (struct bigquery_failure){.trouble = TROUBLE_DENIED};
	text_copy(bigquery->failure.message, sizeof(bigquery->failure.message), "read-only");
	return error_set(err, ERROR_USAGE, "BigQuery: %s: this session is read-only", what);
}
