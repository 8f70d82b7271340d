/*
 * log_bench FILE: how fast a log is shown, split, indexed and read, in this process, one thread.
 *
 * Prints one line per measure: seconds of CPU time and MiB/s. The references (wc -l, grep -cE on
 * the same file) are measured by whoever runs it, in the same minute.
 */
#include "base/clock.h"
#include "jobs/log_index.h"
#include "jobs/log_reader.h"
#include "jobs/log_window.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)128 * 1024)

static char piece[PIECE_BYTES];
static int64_t facts, lines, outcomes[LOG_OUTCOME_COUNT];

static void take_fact(void *context, const struct log_fact *fact)
{
	(void)context;
	facts++;
	if (fact->kind == LOG_FACT_DATE_ENDED)
		outcomes[fact->outcome]++;
}

static void take_line(void *context, const struct line *line)
{
	(void)context;
	lines += line->length > 0;
}

/* CPU time of this process: the machine may have other work. */
static int64_t cpu_ms(void)
{
	struct timespec time;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void report(const char *what, int64_t started_ms, int64_t bytes)
{
	double seconds = (double)(cpu_ms() - started_ms) / 1000;
	printf("%-24s %8.3f s  %8.0f MiB/s\n", what, seconds,
		(double)bytes / 1048576 / (seconds > 0 ? seconds : 1e-3));
}

static int64_t walk(int descriptor, void (*take)(void *context, size_t length), void *context)
{
	int64_t offset = 0;
	ssize_t got;
	while ((got = pread(descriptor, piece, sizeof(piece), offset)) > 0) {
		take(context, (size_t)got);
		offset += got;
	}
	return offset;
}

static void read_only(void *context, size_t length)
{
	(void)context;
	(void)length;
}

static void split(void *context, size_t length)
{
	line_splitter_add(context, piece, length, take_line, NULL);
}

static void add_to_index(void *context, size_t length)
{
	log_index_add(context, piece, length);
}

static void add_to_reader(void *context, size_t length)
{
	log_reader_add(context, piece, length);
}

static void look_at_tail(int descriptor, const struct log_rules *rules)
{
	struct log_window window;
	struct error err;
	int64_t started = clock_monotonic_ms();
	if (!log_window_read(descriptor, INT64_MAX, 199, 1, rules, &window, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return;
	}
	printf("%-24s %8" PRId64 " ms (%zu lines)\n", "tail", clock_monotonic_ms() - started,
		window.count);
	log_window_release(&window);
}

int main(int argc, char **argv)
{
	int descriptor = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	if (descriptor < 0) {
		fprintf(stderr, "usage: log_bench FILE\n");
		return 2;
	}
	struct line_splitter *splitter = line_splitter_new();
	struct log_index *index = log_index_new();
	struct log_rules *rules = log_rules_new();
	struct log_listener listener = {.fact = take_fact};
	struct log_reader *reader = log_reader_new(rules, &listener);
	look_at_tail(descriptor, rules);
	int64_t started = cpu_ms();
	int64_t bytes = walk(descriptor, read_only, NULL);
	report("read", started, bytes);
	started = cpu_ms();
	walk(descriptor, add_to_index, index);
	report("index lines", started, bytes);
	started = cpu_ms();
	walk(descriptor, split, splitter);
	report("split into lines", started, bytes);
	started = cpu_ms();
	walk(descriptor, add_to_reader, reader);
	report("parse, all rules", started, bytes);
	log_reader_end(reader);
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	printf("%" PRId64 " lines, %" PRId64 " indexed, %" PRId64 " facts, %" PRId64
	       " dates ok, %ld KiB\n",
		lines, log_index_line_count(index), facts, outcomes[LOG_OUTCOME_OK],
		usage.ru_maxrss);
	log_reader_free(reader);
	log_rules_free(rules);
	log_index_free(index);
	line_splitter_free(splitter);
	close(descriptor);
	return 0;
}
