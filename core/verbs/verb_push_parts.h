/* What verb_push.c and verb_push_say.c share; nobody else includes this. */
#ifndef BACKCOURT_VERB_PUSH_PARTS_H
#define BACKCOURT_VERB_PUSH_PARTS_H

#include "verb_parts.h"

#include "transfer/transfer.h"
#include "warehouse/budget.h"

#include <pthread.h>

struct errand {
	const struct config *config;
	struct config here; /* as `config`, with the embedded warehouse; borrows its texts */
	bool is_push;
	char *local, *remote; /* specs */
	struct session session;
	bool is_open;
	struct lock *lock; /* one push at a time; a pull holds the session's own lock */
	struct warehouse *near, *far;
	const struct table_layout *layouts[TRANSFER_TABLES_MAX];
	size_t count;
	struct transfer_report reports[TRANSFER_TABLES_MAX];
	struct cancel *cancel;
	pthread_t waiter;
	bool is_waiting;
	bool has_acted;
	int64_t compare_bytes;	    /* at the far side, estimated; -1: nobody has said */
	struct budget_state budget; /* before they were paid */
	FILE *out;		    /* of the progress lines: stderr beside JSON */
};

/* core/verbs/verb_push_say.c: `context` is the errand. */
void push_say_detail(void *context, char severity, const char *detail);
void push_say_act(void *context, enum transfer_act act, const struct table_layout *layout,
	date_t date, int64_t rows, int64_t bytes);
/* What a comparison will cost, before it is paid, and what comes on top of it. */
void push_say_cost(void *context, int64_t bytes, int64_t batch_bytes);
/* What came of it, as a table or as JSON. */
void push_print(const struct errand *errand);

#endif
