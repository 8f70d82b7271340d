/*
 * A log in the users' shape, $BENCH_LOG_MIB large (1024 where the disk has room): the first screen
 * of its tail beside less +G, everything that it says beside one grep that counts the lines which
 * begin and end a date. Processor time, the best of a few rounds, but for the tail, of which the
 * median counts.
 */
#include "tests/bench/support/measure.h"
#include "tests/bench/support/users_log.h"
#include "tests/pty/support/pty.h"
#include "tests/screens/support/stage.h"

#include "base/memory.h"
#include "base/text.h"
#include "jobs/log_follower.h"
#include "jobs/log_piece.h"
#include "core/jobs/log_reader.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MIB	   INT64_C(1048576)
#define WANTED_MIB 1024
#define SMALL_MIB  128
#define FREE_MIB   2048 /* that others keep */
#define ROUNDS	   3
#define TAILS	   15
#define WIDTH	   120
#define HEIGHT	   40
#define LESS	   "/usr/bin/less"

static const char date_lines[] =
	"Processing (day|date|game date) [0-9]+/[0-9]+: [0-9]{4}-[0-9]{2}-[0-9]{2}|"
	"(✓ Success|✗ (Failed|Exception)): ";

static char home[PATH_MAX], path[PATH_MAX + 32];
static int descriptor;

struct tally {
	int64_t facts, dates;
};

_Noreturn static void give_up(const char *reason)
{
	fprintf(stderr, "benchmark: %s\n", reason);
	unlink(path);
	exit(1);
}

/* "log: parse of everything, 1024 MiB" */
static const char *titled(const char *what, int64_t mib)
{
	static char title[64];
	snprintf(title, sizeof(title), "log: %s, %lld MiB", what, (long long)mib);
	return title;
}

/* 0: there is no room. */
static int64_t size_mib(void)
{
	struct statvfs disk;
	int64_t mib;
	const char *wanted = getenv("BENCH_LOG_MIB");
	if (wanted != NULL && text_to_integer(wanted, &mib) && mib > 0)
		return mib;
	if (statvfs(home, &disk) != 0)
		return 0;
	int64_t room = (int64_t)(disk.f_bavail * disk.f_frsize) / MIB - FREE_MIB;
	return room >= WANTED_MIB ? WANTED_MIB : room >= SMALL_MIB ? SMALL_MIB : 0;
}

/* From the wish to the painted lines, as the console does it; the rules are made on the way. */
static double tail_ms(struct stage *stage)
{
	struct model *model = stage->model;
	struct event event = {.kind = EVENT_LOG_PIECE};
	struct error err;
	double started = measure_now_ms();
	model->view.dialog = DIALOG_LOG;
	model->log_place.offset = -1;
	text_copy(model->log_place.path, sizeof(model->log_place.path), path);
	event.log_piece.generation = ++model->view.log_piece_generation;
	if (!log_piece_read(&model->log_place, NULL, &event.log_piece.piece, &err))
		give_up(err.text);
	stage_apply(stage, &event);
	if (!stage_shows(stage, USERS_LOG_LAST_LINE))
		give_up("the tail is not on the screen");
	return measure_now_ms() - started;
}

static double less_ms(void)
{
	double started = measure_now_ms();
	struct pty *pty = pty_start(home, "xterm-256color", WIDTH, HEIGHT,
		(const char *const[]){LESS, "+G", path, NULL});
	pty_wait_for(pty, USERS_LOG_LAST_LINE);
	double spent = measure_now_ms() - started;
	pty_finish(pty);
	return spent;
}

static void measure_tail(int64_t mib)
{
	bool has_less = access(LESS, X_OK) == 0;
	struct stage *stage = stage_new(WIDTH, HEIGHT);
	double ours[TAILS], theirs[TAILS];
	for (int i = 0; i < TAILS; i++) {
		ours[i] = tail_ms(stage);
		theirs[i] = has_less ? less_ms() : 0;
	}
	stage_free(stage);
	measure_print(&(struct measure){.what = titled("first screen of the tail", mib),
		.unit = "ms",
		.value = measure_quantile(ours, TAILS, 0.5),
		.reference = has_less ? "less +G" : NULL,
		.reference_value = measure_quantile(theirs, TAILS, 0.5),
		.limit = 50});
	if (!has_less)
		measure_skip("log: less +G", LESS " is not installed");
}

/* In pieces as the follower gives them. */
static void read_log(struct log_reader *reader)
{
	static char piece[LOG_PIECE_BYTES];
	int64_t offset = 0;
	ssize_t got;
	while ((got = pread(descriptor, piece, sizeof(piece), offset)) > 0) {
		log_reader_add(reader, piece, (size_t)got);
		offset += got;
	}
}

static void take_fact(void *context, const struct log_fact *fact)
{
	struct tally *tally = context;
	tally->facts++;
	tally->dates += fact->kind == LOG_FACT_DATE_ENDED;
}

static void read_everything(void *context)
{
	struct tally tally = {0};
	struct log_listener listener = {.context = &tally, .fact = take_fact};
	struct log_reader *reader = log_reader_new(context, &listener);
	read_log(reader);
	log_reader_end(reader);
	if (tally.dates == 0)
		give_up("the log says nothing");
	log_reader_free(reader);
}

struct side {
	void (*work)(void *context);
	void *context;
	const char *what, *reference;
	const char *const *argv;
	double ratio_limit;
};

/* In turns, so that both have the same machine. */
static void measure_side(const struct side *side, int64_t mib)
{
	double best = 0, best_reference = 0;
	for (int i = 0; i < ROUNDS; i++) {
		double reference = measure_program_cpu_ms(side->argv);
		if (reference <= 0)
			give_up(side->reference);
		double spent = measure_best_cpu_ms(1, side->work, side->context);
		best = i == 0 || spent < best ? spent : best;
		best_reference = i == 0 || reference < best_reference ? reference : best_reference;
	}
	measure_print(&(struct measure){.what = titled(side->what, mib),
		.unit = "s",
		.value = best / 1e3,
		.reference = side->reference,
		.reference_value = best_reference / 1e3,
		.ratio_limit = side->ratio_limit});
}

static void measure_whole(int64_t mib)
{
	struct log_rules *rules = log_rules_new();
	const char *const count_dates[] = {"grep", "-cE", date_lines, path, NULL};
	measure_side(&(struct side){.work = read_everything,
			     .context = rules,
			     .what = "parse of everything",
			     .reference = "grep -cE",
			     .argv = count_dates,
			     .ratio_limit = 1.5},
		mib);
	log_rules_free(rules);
}

int main(void)
{
	if (realpath("build/bench", home) == NULL)
		give_up("there is no folder build/bench");
	int64_t mib = size_mib();
	if (mib < WANTED_MIB && getenv("BENCH_LOG_MIB") == NULL)
		measure_skip(titled("as large as it should be", WANTED_MIB),
			"the disk has too little room");
	if (mib == 0)
		return 0;
	snprintf(path, sizeof(path), "%s/large.log", home);
	setenv("LC_ALL", "C.UTF-8", 1);
	if (!users_log_write(path, mib * MIB))
		give_up("the log cannot be written");
	descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		give_up("the log cannot be read");
	measure_tail(mib);
	measure_whole(mib);
	close(descriptor);
	unlink(path);
	measure_print(&(struct measure){.what = titled("memory", mib),
		.unit = "MiB",
		.value = measure_peak_mib(),
		.limit = 64});
	return 0;
}
