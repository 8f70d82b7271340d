#include "tests/support/sweep.h"

#include "base/path.h"
#include "tests/support/faulty_sqlite.h"
#include "tests/test.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <sys/wait.h>

/* Of the calls of one kind, where there are more. Sanitizers make each much slower. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SAMPLES 5
#else
#define SAMPLES 40
#endif

static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};

static char *file_path(const char *folder, const char *file, const char *suffix)
{
	return memory_format("%s/%s%s", folder, file, suffix);
}

static void copy_file(const char *from, const char *to)
{
	struct buffer bytes = {0};
	struct error err;
	unlink(to);
	if (!path_exists(from))
		return;
	assert_true(path_read_file(from, PATH_FILE_BYTES_MAX, &bytes, &err));
	FILE *file = fopen(to, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(buffer_text(&bytes), 1, bytes.length, file), bytes.length);
	assert_int_equal(fclose(file), 0);
	buffer_release(&bytes);
}

static void copy_database(const char *from, const char *to, const char *file)
{
	for (size_t i = 0; i < ARRAY_COUNT(suffixes); i++) {
		char *source = file_path(from, file, suffixes[i]);
		char *target = file_path(to, file, suffixes[i]);
		copy_file(source, target);
		free(source);
		free(target);
	}
}

static int add_cells(void *picture, int count, char **texts, char **names)
{
	(void)names;
	for (int i = 0; i < count; i++)
		buffer_add_format(picture, "%s|", texts[i] == NULL ? "NULL" : texts[i]);
	buffer_add_char(picture, '\n');
	return 0;
}

static int add_table(void *context, int count, char **texts, char **names)
{
	(void)count;
	(void)names;
	struct buffer *sql = context;
	buffer_add_format(sql, "SELECT '%s', * FROM \"%s\";", texts[0], texts[0]);
	return 0;
}

/* Every row of every table, and the version; "" for a file without tables or no file. */
static char *picture_of(const char *folder, const char *file)
{
	char *path = file_path(folder, file, "");
	struct buffer sql = {0}, picture = {0};
	sqlite3 *database;
	if (path_exists(path)) {
		assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
		assert_int_equal(
			sqlite3_exec(database,
				"SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
				add_table, &sql, NULL),
			SQLITE_OK);
		buffer_add_text(&sql, sql.length > 0 ? "PRAGMA user_version" : "");
		assert_int_equal(
			sqlite3_exec(database, buffer_text(&sql), add_cells, &picture, NULL),
			SQLITE_OK);
		assert_int_equal(sqlite3_close(database), SQLITE_OK);
	}
	char *text = memory_copy_text(buffer_text(&picture));
	buffer_release(&picture);
	buffer_release(&sql);
	free(path);
	return text;
}

struct sweep {
	const struct sweep_act *act;
	const char *file;
	char *template, *folder; /* what is there before, and where the act is tried */
	char *before, *after;	 /* pictures */
	char *said;
};

enum outcome { DONE, FAILED, SAID_LESS, NO_REASON, OUT_OF_MEMORY };

static enum outcome act_once(const struct sweep *sweep, struct faulty_plan plan)
{
	struct buffer said = {0};
	struct error err = {0};
	faulty_sqlite_arm(plan);
	bool done = sweep->act->act(sweep->folder, &said, &err);
	faulty_sqlite_disarm();
	bool same = strcmp(buffer_text(&said), sweep->said) == 0;
	buffer_release(&said);
	if (done)
		return same ? DONE : SAID_LESS;
	return err.kind != ERROR_NONE && strlen(err.text) >= 10 ? FAILED : NO_REASON;
}

static void leave_out_of_memory(void)
{
	_exit(OUT_OF_MEMORY);
}

static enum outcome act_in_child(const struct sweep *sweep, struct faulty_plan plan)
{
	fflush(NULL);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		memory_on_exhausted(leave_out_of_memory);
		_exit(act_once(sweep, plan));
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return (enum outcome)WEXITSTATUS(status);
}

static void try_once(const struct sweep *sweep, struct faulty_plan plan)
{
	static const char *const words[] = {
		"done", "failed", "said less", "failed without a reason", "out of memory"};
	copy_database(sweep->template, sweep->folder, sweep->file);
	enum outcome outcome =
		plan.kind == FAULTY_MEMORY ? act_in_child(sweep, plan) : act_once(sweep, plan);
	char *found = picture_of(sweep->folder, sweep->file);
	bool is_before = strcmp(found, sweep->before) == 0;
	bool is_after = strcmp(found, sweep->after) == 0;
	bool good = (outcome == DONE && is_after) ||
		    (outcome == FAILED && (is_before || (sweep->act->in_steps && is_after))) ||
		    (outcome == OUT_OF_MEMORY && (is_before || is_after));
	if (!good)
		fail_msg("%s, kind %d, call %" PRId64 "%s: %s, and the file holds\n%s",
			sweep->act->name, (int)plan.kind, plan.nth,
			plan.lasting ? " and all after it" : "", words[outcome], found);
	free(found);
}

/* After a failure the same works, and gives what it gives without one. */
static void try_again(const struct sweep *sweep)
{
	struct buffer said = {0};
	struct error err = {0};
	char *found = picture_of(sweep->folder, sweep->file);
	bool is_new = strcmp(found, sweep->before) == 0;
	free(found);
	if (!is_new)
		return;
	if (!sweep->act->act(sweep->folder, &said, &err))
		fail_msg("%s: does not work after a failure: %s", sweep->act->name, err.text);
	found = picture_of(sweep->folder, sweep->file);
	assert_string_equal(found, sweep->after);
	assert_string_equal(buffer_text(&said), sweep->said);
	free(found);
	buffer_release(&said);
}

static int64_t count_calls(const struct sweep *sweep, enum faulty_kind kind)
{
	struct buffer said = {0};
	struct error err;
	copy_database(sweep->template, sweep->folder, sweep->file);
	faulty_sqlite_arm((struct faulty_plan){.kind = kind});
	bool done = sweep->act->act(sweep->folder, &said, &err);
	int64_t count = faulty_sqlite_disarm();
	assert_true(done);
	buffer_release(&said);
	return count;
}

static void sweep_kind(const struct sweep *sweep, enum faulty_kind kind)
{
	int64_t count = count_calls(sweep, kind);
	int64_t step = count / SAMPLES + 1;
	for (int64_t nth = 1; nth <= count; nth += step)
		for (int lasting = 0; lasting < 2; lasting++) {
			try_once(sweep, (struct faulty_plan){kind, nth, lasting != 0});
			try_again(sweep);
		}
}

static void learn(struct sweep *sweep)
{
	struct buffer said = {0};
	struct error err = {0};
	sweep->template = test_folder();
	sweep->folder = test_folder();
	if (sweep->act->before != NULL)
		sweep->act->before(sweep->template);
	copy_database(sweep->template, sweep->folder, sweep->file);
	sweep->before = picture_of(sweep->folder, sweep->file);
	if (!sweep->act->act(sweep->folder, &said, &err))
		fail_msg("%s: does not work at all: %s", sweep->act->name, err.text);
	sweep->after = picture_of(sweep->folder, sweep->file);
	sweep->said = memory_copy_text(buffer_text(&said));
	buffer_release(&said);
}

void sweep_run(const char *file, const struct sweep_act *act)
{
	struct sweep sweep = {.act = act, .file = file};
	learn(&sweep);
	/* An act that neither writes nor reads anything would pass every test. */
	assert_true(strcmp(sweep.before, sweep.after) != 0 || sweep.said[0] != '\0');
	sweep_kind(&sweep, FAULTY_WRITE);
	sweep_kind(&sweep, FAULTY_READ);
	sweep_kind(&sweep, FAULTY_MEMORY);
	free(sweep.template);
	free(sweep.folder);
	free(sweep.before);
	free(sweep.after);
	free(sweep.said);
}
