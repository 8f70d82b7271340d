/* Real files that grow, shrink, move and come back, followed through one descriptor. */
#include "jobs/log_follower.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/jobs/line_splitter.h"
#include "tests/support/seed.h"
#include "tests/test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define DEADLINE_MS 120000

static struct log_follower *follower;
static char *folder;

/* What a listener heard: bytes as they are, changes as "<truncated>". */
struct heard {
	struct buffer text;
	int64_t next; /* where the next byte must come from */
	int64_t total;
	bool counts_only;
};

static void take_bytes(void *context, int64_t offset, const char *bytes, size_t length)
{
	struct heard *heard = context;
	assert_int_equal(offset, heard->next);
	assert_true(length <= LOG_PIECE_BYTES);
	heard->next += (int64_t)length;
	heard->total += (int64_t)length;
	if (!heard->counts_only)
		buffer_add(&heard->text, bytes, length);
}

static void take_change(void *context, enum log_change change, const char *reason)
{
	struct heard *heard = context;
	static const char *const words[] = {
		[LOG_APPEARED] = "<appeared>",
		[LOG_TRUNCATED] = "<truncated>",
		[LOG_REPLACED] = "<replaced>",
		[LOG_GONE] = "<gone>",
		[LOG_UNREADABLE] = "<unreadable>",
	};
	assert_int_equal(reason != NULL, change == LOG_UNREADABLE);
	if (change == LOG_TRUNCATED || change == LOG_REPLACED)
		heard->next = 0;
	buffer_add_text(&heard->text, words[change]);
}

static int set_up(void **state)
{
	(void)state;
	struct error err;
	folder = test_folder();
	assert_true(log_follower_new(&follower, &err));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	log_follower_free(follower);
	free(folder);
	return 0;
}

static char *path_of(const char *name)
{
	return memory_format("%s/%s", folder, name);
}

static struct followed_file *follow_path(const char *path, struct heard *heard)
{
	struct log_file_listener listener = {heard, take_bytes, take_change};
	struct followed_file *file;
	struct error err;
	assert_true(log_follower_add(follower, path, &listener, &file, &err));
	return file;
}

static struct followed_file *follow(const char *name, struct heard *heard)
{
	char *path = path_of(name);
	struct followed_file *file = follow_path(path, heard);
	free(path);
	return file;
}

static void write_file(const char *name, int flags, const char *text)
{
	char *path = path_of(name);
	int descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
	assert_true(descriptor >= 0);
	assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
	close(descriptor);
	free(path);
}

static void move(const char *from, const char *to)
{
	char *old_path = path_of(from), *new_path = path_of(to);
	assert_int_equal(rename(old_path, new_path), 0);
	free(old_path);
	free(new_path);
}

static void turn(void)
{
	struct pollfd wait = {.fd = log_follower_descriptor(follower), .events = POLLIN};
	int timeout = log_follower_timeout_ms(follower, clock_monotonic_ms());
	poll(&wait, 1, timeout < 0 || timeout > 100 ? 100 : timeout);
	log_follower_step(follower, clock_monotonic_ms());
}

static void wait_for(struct heard *heard, const char *expected)
{
	int64_t deadline = clock_monotonic_ms() + DEADLINE_MS;
	while (strcmp(buffer_text(&heard->text), expected) != 0) {
		if (clock_monotonic_ms() > deadline)
			fail_msg("heard \"%s\"", buffer_text(&heard->text));
		turn();
	}
	buffer_clear(&heard->text);
}

static void a_file_that_grows(void **state)
{
	(void)state;
	struct heard heard = {0};
	write_file("a.log", 0, "one\n");
	struct followed_file *file = follow("a.log", &heard);
	wait_for(&heard, "<appeared>one\n");
	write_file("a.log", O_APPEND, "two");
	wait_for(&heard, "two");
	write_file("a.log", O_APPEND, " more\n");
	wait_for(&heard, " more\n");
	struct followed_state now = followed_file_state(file);
	assert_true(now.exists);
	assert_false(now.is_polled);
	assert_int_equal(now.offset, 13);
	assert_int_equal(now.size, 13);
	/* Nothing to do: only the descriptor wakes. */
	assert_int_equal(log_follower_timeout_ms(follower, clock_monotonic_ms()), -1);
	buffer_release(&heard.text);
}

static void a_file_that_appears_later(void **state)
{
	(void)state;
	struct heard heard = {0};
	struct followed_file *file = follow("late.log", &heard);
	turn();
	assert_false(followed_file_state(file).exists);
	assert_int_equal(log_follower_timeout_ms(follower, clock_monotonic_ms()), -1);
	write_file("other.log", 0, "x");
	write_file("late.log", 0, "here\n");
	wait_for(&heard, "<appeared>here\n");
	buffer_release(&heard.text);
}

static void a_folder_that_appears_later(void **state)
{
	(void)state;
	struct heard heard = {0};
	struct followed_file *file = follow("deep/late.log", &heard);
	turn();
	assert_true(followed_file_state(file).is_polled);
	char *deep = path_of("deep");
	assert_int_equal(mkdir(deep, 0700), 0);
	write_file("deep/late.log", 0, "here\n");
	wait_for(&heard, "<appeared>here\n");
	assert_false(followed_file_state(file).is_polled);
	write_file("deep/late.log", O_APPEND, "more\n");
	wait_for(&heard, "more\n");
	/* The folder moves away and another takes its name. */
	move("deep", "old");
	assert_int_equal(mkdir(deep, 0700), 0);
	write_file("deep/late.log", 0, "new\n");
	int64_t deadline = clock_monotonic_ms() + DEADLINE_MS;
	while (!text_ends_with(buffer_text(&heard.text), "new\n")) {
		assert_true(clock_monotonic_ms() < deadline);
		turn();
	}
	free(deep);
	buffer_release(&heard.text);
}

static void a_file_that_is_truncated(void **state)
{
	(void)state;
	struct heard heard = {0};
	write_file("a.log", 0, "one\ntwo\n");
	follow("a.log", &heard);
	wait_for(&heard, "<appeared>one\ntwo\n");
	write_file("a.log", O_TRUNC, "");
	wait_for(&heard, "<truncated>");
	write_file("a.log", 0, "x\n");
	wait_for(&heard, "x\n");
	/* Shorter, in one go: what `tee` does on a second run. */
	write_file("a.log", O_TRUNC, "y");
	wait_for(&heard, "<truncated>y");
	buffer_release(&heard.text);
}

static void a_file_that_is_written_anew_and_grew_past_the_place_reached(void **state)
{
	(void)state;
	struct heard heard = {0};
	write_file("a.log", 0, "one\ntwo\n");
	follow("a.log", &heard);
	wait_for(&heard, "<appeared>one\ntwo\n");
	write_file("a.log", O_TRUNC, "another run\nwith more lines\n");
	wait_for(&heard, "<truncated>another run\nwith more lines\n");
	/* Of the same length as before. */
	write_file("a.log", O_TRUNC, "another run\nwith more linez\n");
	wait_for(&heard, "<truncated>another run\nwith more linez\n");
	buffer_release(&heard.text);
}

static void a_file_that_is_rotated_is_read_to_its_end_first(void **state)
{
	(void)state;
	struct heard heard = {0};
	write_file("a.log", 0, "one\n");
	follow("a.log", &heard);
	wait_for(&heard, "<appeared>one\n");
	/* All of it before the follower looks again. */
	write_file("a.log", O_APPEND, "last of the old\n");
	move("a.log", "a.log.1");
	write_file("a.log", 0, "first of the new\n");
	wait_for(&heard, "last of the old\n<replaced>first of the new\n");
	write_file("a.log", O_APPEND, "more\n");
	wait_for(&heard, "more\n");
	buffer_release(&heard.text);
}

static void a_file_that_another_is_renamed_over(void **state)
{
	(void)state;
	struct heard heard = {0};
	write_file("a.log", 0, "one\n");
	follow("a.log", &heard);
	wait_for(&heard, "<appeared>one\n");
	write_file("b.log", 0, "two\n");
	move("b.log", "a.log");
	wait_for(&heard, "<replaced>two\n");
	buffer_release(&heard.text);
}

static void a_file_that_is_deleted_and_still_grows_then_comes_back(void **state)
{
	(void)state;
	struct heard heard = {0};
	char *path = path_of("a.log");
	int descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	struct followed_file *file = follow("a.log", &heard);
	wait_for(&heard, "<appeared>");
	assert_int_equal(unlink(path), 0);
	wait_for(&heard, "<gone>");
	assert_false(followed_file_state(file).exists);
	assert_int_equal(write(descriptor, "ghost\n", 6), 6);
	wait_for(&heard, "ghost\n");
	close(descriptor);
	write_file("a.log", 0, "back\n");
	wait_for(&heard, "<replaced>back\n");
	assert_true(followed_file_state(file).exists);
	free(path);
	buffer_release(&heard.text);
}

static void what_is_not_a_file_is_said_once(void **state)
{
	(void)state;
	struct heard fifo = {0}, directory = {0};
	char *path = path_of("pipe");
	assert_int_equal(mkfifo(path, 0600), 0);
	free(path);
	path = path_of("folder");
	assert_int_equal(mkdir(path, 0700), 0);
	free(path);
	struct followed_file *file = follow("pipe", &fifo);
	follow("folder", &directory);
	wait_for(&fifo, "<unreadable>");
	wait_for(&directory, "<unreadable>");
	/* Tried again, not told again. */
	int64_t now_ms = clock_monotonic_ms();
	for (int i = 1; i < 5; i++)
		log_follower_step(follower, now_ms + (int64_t)i * LOG_STAT_MS);
	assert_int_equal(fifo.text.length, 0);
	assert_true(followed_file_state(file).is_polled);
	int timeout = log_follower_timeout_ms(follower, now_ms + 4 * (int64_t)LOG_STAT_MS);
	assert_true(timeout > 0 && timeout <= LOG_STAT_MS);
	/* It becomes one. */
	path = path_of("pipe");
	assert_int_equal(unlink(path), 0);
	free(path);
	write_file("pipe", 0, "text\n");
	wait_for(&fifo, "<appeared>text\n");
	assert_false(followed_file_state(file).is_polled);
	buffer_release(&fifo.text);
	buffer_release(&directory.text);
}

static void a_link_is_looked_at_every_second(void **state)
{
	(void)state;
	struct heard heard = {0};
	char *link = path_of("link.log"), *first = path_of("1.log"), *second = path_of("2.log");
	write_file("1.log", 0, "one\n");
	write_file("2.log", 0, "two\n");
	assert_int_equal(symlink(first, link), 0);
	struct followed_file *file = follow("link.log", &heard);
	wait_for(&heard, "<appeared>one\n");
	assert_true(followed_file_state(file).is_polled);
	assert_int_equal(unlink(link), 0);
	assert_int_equal(symlink(second, link), 0);
	wait_for(&heard, "<replaced>two\n");
	free(link);
	free(first);
	free(second);
	buffer_release(&heard.text);
}

static void a_large_file_is_read_in_steps_and_holds_up_no_other(void **state)
{
	(void)state;
	struct heard big = {.counts_only = true}, small = {0};
	char *path = path_of("big.log");
	int descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	int64_t bytes = (int64_t)LOG_STEP_BYTES * 8;
	assert_int_equal(ftruncate(descriptor, bytes), 0);
	close(descriptor);
	write_file("small.log", 0, "here\n");
	struct followed_file *file = follow("big.log", &big);
	follow("small.log", &small);
	log_follower_step(follower, clock_monotonic_ms());
	assert_string_equal(small.text.bytes, "<appeared>here\n");
	assert_true(big.total >= LOG_STEP_BYTES / 2);
	assert_true(big.total <= LOG_STEP_BYTES + LOG_PIECE_BYTES);
	assert_int_equal(followed_file_state(file).size, bytes);
	assert_true(followed_file_state(file).offset < bytes);
	assert_int_equal(log_follower_timeout_ms(follower, clock_monotonic_ms()), 0);
	for (int i = 0; i < 20 && big.total < bytes; i++)
		log_follower_step(follower, clock_monotonic_ms());
	assert_int_equal(big.total, bytes);
	free(path);
	buffer_release(&big.text);
	buffer_release(&small.text);
}

static void as_many_files_as_the_limit_and_not_one_more(void **state)
{
	(void)state;
	static struct heard heard[LOG_FOLLOWED_MAX];
	struct error err;
	for (int i = 0; i < LOG_FOLLOWED_MAX; i++) {
		char *name = memory_format("%d.log", i);
		write_file(name, 0, "x\n");
		heard[i] = (struct heard){0};
		follow(name, &heard[i]);
		free(name);
	}
	struct followed_file *more;
	struct log_file_listener listener = {&heard[0], take_bytes, take_change};
	assert_false(log_follower_add(follower, "/tmp/more.log", &listener, &more, &err));
	assert_int_equal(err.kind, ERROR_LIMIT);
	for (int i = 0; i < LOG_FOLLOWED_MAX; i++)
		wait_for(&heard[i], "<appeared>x\n");
	move("0.log", "0.old");
	write_file("0.log", 0, "y\n");
	wait_for(&heard[0], "<replaced>y\n");
	for (int i = 0; i < LOG_FOLLOWED_MAX; i++)
		buffer_release(&heard[i].text);
}

static void two_followers_of_one_file_hear_the_same(void **state)
{
	(void)state;
	struct heard one = {0}, two = {0};
	write_file("a.log", 0, "x\n");
	follow("a.log", &one);
	follow("a.log", &two);
	wait_for(&one, "<appeared>x\n");
	wait_for(&two, "<appeared>x\n");
	write_file("a.log", O_APPEND, "y\n");
	wait_for(&one, "y\n");
	wait_for(&two, "y\n");
	buffer_release(&one.text);
	buffer_release(&two.text);
}

#define FLOOD_LINES	400000
#define FLOOD_ROTATIONS 12

/* Writes numbered lines as fast as it can and now and then renames the file away; not before the
 * last file was seen, since of one that came and went between two looks nobody can know. */
static void flood(unsigned seed, int seen)
{
	char *path = path_of("flood.log");
	int descriptor = -1;
	struct buffer text = {0};
	srand(seed);
	for (int i = 0; i < FLOOD_LINES; i++) {
		if (i % (FLOOD_LINES / FLOOD_ROTATIONS) == 0) {
			char byte;
			char *old_path = memory_format("%s.%d", path, i);
			if (i > 0 && read(seen, &byte, 1) != 1)
				_exit(2);
			if (write(descriptor, buffer_text(&text), text.length) >= 0)
				rename(path, old_path);
			buffer_clear(&text);
			close(descriptor);
			descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
			free(old_path);
		}
		buffer_add_format(&text, "%d %.*s\n", i, rand() % 100,
			"..............................................................."
			"........................................");
		if (rand() % 20 != 0)
			continue;
		/* Not always at the end of a line. */
		size_t kept = (size_t)rand() % 5;
		kept = kept > text.length ? 0 : kept;
		char rest[8];
		memcpy(rest, text.bytes + text.length - kept, kept);
		if (write(descriptor, text.bytes, text.length - kept) < 0)
			_exit(1);
		buffer_clear(&text);
		buffer_add(&text, rest, kept);
	}
	_exit(write(descriptor, text.bytes, text.length) < 0);
}

struct counted {
	struct line_splitter *splitter;
	int64_t offset; /* of the byte that comes next */
	int64_t next;
	int replaced;
	int seen; /* a byte for each file that comes */
};

static void count_line(void *context, const struct line *line)
{
	struct counted *counted = context;
	char number[16];
	size_t digits = strspn(line->text, "0123456789");
	assert_true(line->has_newline && digits < sizeof(number));
	memcpy(number, line->text, digits);
	number[digits] = '\0';
	int64_t value;
	assert_true(text_to_integer(number, &value));
	assert_int_equal(value, counted->next);
	counted->next++;
}

static void count_bytes(void *context, int64_t offset, const char *bytes, size_t length)
{
	struct counted *counted = context;
	assert_int_equal(offset, counted->offset);
	counted->offset += (int64_t)length;
	line_splitter_add(counted->splitter, bytes, length, count_line, counted);
}

static void count_change(void *context, enum log_change change, const char *reason)
{
	struct counted *counted = context;
	assert_null(reason);
	assert_int_not_equal(change, LOG_TRUNCATED);
	counted->replaced += change == LOG_REPLACED;
	if (change == LOG_REPLACED || change == LOG_APPEARED)
		assert_int_equal(write(counted->seen, "x", 1), 1);
	if (change != LOG_REPLACED)
		return;
	/* The old file was read to its end, which is the end of a line: none is given without. */
	line_splitter_end(counted->splitter, count_line, counted);
	line_splitter_restart(counted->splitter, 0);
	counted->offset = 0;
}

static void no_line_of_a_flood_is_lost_or_seen_twice_across_rotations(void **state)
{
	(void)state;
	unsigned seed = seed_of_tests();
	int ends[2];
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	struct counted counted = {.splitter = line_splitter_new(), .seen = ends[1]};
	struct log_file_listener listener = {&counted, count_bytes, count_change};
	struct followed_file *file;
	struct error err;
	char *path = path_of("flood.log");
	assert_true(log_follower_add(follower, path, &listener, &file, &err));
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(ends[1]);
		flood(seed, ends[0]);
	}
	int64_t deadline = clock_monotonic_ms() + 2 * (int64_t)DEADLINE_MS;
	while (counted.next < FLOOD_LINES) {
		assert_true(clock_monotonic_ms() < deadline);
		turn();
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(counted.replaced, (FLOOD_LINES - 1) / (FLOOD_LINES / FLOOD_ROTATIONS));
	close(ends[0]);
	close(ends[1]);
	line_splitter_free(counted.splitter);
	free(path);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(a_file_that_grows),
		CASE(a_file_that_appears_later),
		CASE(a_folder_that_appears_later),
		CASE(a_file_that_is_truncated),
		CASE(a_file_that_is_written_anew_and_grew_past_the_place_reached),
		CASE(a_file_that_is_rotated_is_read_to_its_end_first),
		CASE(a_file_that_another_is_renamed_over),
		CASE(a_file_that_is_deleted_and_still_grows_then_comes_back),
		CASE(what_is_not_a_file_is_said_once),
		CASE(a_link_is_looked_at_every_second),
		CASE(a_large_file_is_read_in_steps_and_holds_up_no_other),
		CASE(as_many_files_as_the_limit_and_not_one_more),
		CASE(no_line_of_a_flood_is_lost_or_seen_twice_across_rotations),
		CASE(two_followers_of_one_file_hear_the_same),
	};
#undef CASE
	return RUN(tests);
}
