#include "outside_log.h"

#include "base/memory.h"
#include "log_reader.h"
#include "log_io.h"

#include <stdlib.h>

#define PIECE_BYTES 131072

struct newest_run {
	int64_t begins; /* -1: none */
	struct date_range range;
	bool has_summary;
};

static void hear_fact(void *context, const struct log_fact *fact)
{
	struct newest_run *run = context;
	if (fact->kind == LOG_FACT_RUN_BEGAN)
		*run = (struct newest_run){fact->offset, fact->range, false};
	else if (fact->kind == LOG_FACT_SUMMARY)
		run->has_summary = true;
}

static int64_t read_all(int log, struct log_reader *reader)
{
	char *piece = memory_new(PIECE_BYTES);
	int64_t offset = 0;
	for (ssize_t got; (got = log_read_at(log, piece, PIECE_BYTES, offset)) > 0; offset += got)
		log_reader_add(reader, piece, (size_t)got);
	free(piece);
	return offset;
}

static bool is_about_other_dates(const struct newest_run *run, const struct process_dates *dates)
{
	return dates->is_known && dates->dates == NULL && run->range.first <= run->range.last &&
	       (run->range.first != dates->range.first || run->range.last != dates->range.last);
}

int64_t outside_log_start(
	int log, const struct found_process *process, const struct log_rules *rules)
{
	struct newest_run run = {.begins = -1};
	struct log_listener listener = {&run, hear_fact, NULL};
	struct log_reader *reader = log_reader_new(rules, &listener);
	int64_t end = read_all(log, reader);
	log_reader_free(reader);
	bool is_of_another = is_about_other_dates(&run, &process->dates) ||
			     (run.has_summary && process_is_alive(process->identity));
	if (is_of_another)
		return end;
	return run.begins > 0 ? run.begins : 0;
}
