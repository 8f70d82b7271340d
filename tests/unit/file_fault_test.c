/*
 * Every system call behind files that are written whole, read, locked and listed fails in turn. The
 * linker sends the core's calls to the __wrap_ functions below (Makefile).
 */
#include "tests/test.h"

#include "base/lock.h"
#include "base/path.h"
#include "core/ledger/ledger_parts.h"
#include "raw/import.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

static struct {
	const char *call; /* NULL: nothing fails */
	int nth;	  /* which call of it, from 1 */
	int reason;	  /* errno */
	int count;
	bool one_byte_at_a_time;
} fault;

static bool fails(const char *call)
{
	if (fault.call == NULL || strcmp(fault.call, call) != 0 || ++fault.count != fault.nth)
		return false;
	errno = fault.reason;
	return true;
}

static void arm(const char *call, int nth, int reason)
{
	fault.call = call;
	fault.nth = nth;
	fault.reason = reason;
	fault.count = 0;
}

/* Whether it came to the failure. */
static bool disarm(void)
{
	bool fired = fault.count >= fault.nth;
	fault.call = NULL;
	return fired;
}

#define WRAP(type, name, declaration, arguments, failed)                  \
	type __real_##name declaration;                                   \
	type __wrap_##name declaration;                                   \
	type __wrap_##name declaration                                    \
	{                                                                 \
		return fails(#name) ? (failed) : __real_##name arguments; \
	}
WRAP(int, flock, (int descriptor, int how), (descriptor, how), -1)
WRAP(int, fsync, (int descriptor), (descriptor), -1)
WRAP(int, mkdir, (const char *path, mode_t mode), (path, mode), -1)
WRAP(int, mkostemp, (char *path, int flags), (path, flags), -1)
WRAP(struct dirent *, readdir, (DIR * folder), (folder), NULL)
WRAP(int, rename, (const char *from, const char *to), (from, to), -1)
WRAP(ssize_t, read, (int descriptor, void *into, size_t room), (descriptor, into, room), -1)

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
	return fails("open") ? -1 : __real_open(path, flags, 0600);
}

/* Linux closes the descriptor even when close reports a failure. */
int __real_close(int descriptor);
int __wrap_close(int descriptor);
int __wrap_close(int descriptor)
{
	bool failed = fails("close");
	int reason = errno;
	int status = __real_close(descriptor);
	if (!failed)
		return status;
	errno = reason;
	return -1;
}

ssize_t __real_write(int descriptor, const void *bytes, size_t length);
ssize_t __wrap_write(int descriptor, const void *bytes, size_t length);
ssize_t __wrap_write(int descriptor, const void *bytes, size_t length)
{
	if (fails("write"))
		return -1;
	return __real_write(descriptor, bytes, fault.one_byte_at_a_time ? 1 : length);
}

static int files_in(const char *folder)
{
	int count = 0;
	DIR *open = opendir(folder);
	assert_non_null(open);
	for (const struct dirent *entry; (entry = __real_readdir(open)) != NULL;)
		count += entry->d_name[0] != '.';
	closedir(open);
	return count;
}

static void expect_content(const char *path, const char *wanted)
{
	struct buffer text = {0};
	struct error err;
	assert_true(path_read_file(path, 100, &text, &err));
	assert_string_equal(buffer_text(&text), wanted);
	buffer_release(&text);
}

static void a_file_is_written_whole_or_left_as_it_was(void **state)
{
	(void)state;
	static const char *const calls[] = {
		"mkostemp", "write", "fsync", "close", "rename", "open"};
	char *folder = test_folder();
	char *path = path_join(folder, "settings");
	struct error err = {0};
	int failures = 0;
	for (size_t i = 0; i < ARRAY_COUNT(calls); i++)
		for (int nth = 1; nth <= 3; nth++) {
			assert_true(path_write_file(path, "old", 3, &err));
			arm(calls[i], nth, ENOSPC);
			err = (struct error){0};
			bool done = path_write_file(path, "brand new", 9, &err);
			if (!disarm())
				assert_true(done);
			expect_content(path, done ? "brand new" : "old");
			assert_int_equal(files_in(folder), 1);
			if (!done)
				assert_non_null(strstr(err.text, "No space left on device"));
			failures += !done;
		}
	assert_int_equal(failures, 5); /* the folder's own sync is the only thing let pass */
	free(path);
	free(folder);
}

static void interrupted_and_short_writes_go_on(void **state)
{
	(void)state;
	char *folder = test_folder();
	char *path = path_join(folder, "settings");
	struct error err = {0};
	fault.one_byte_at_a_time = true;
	arm("write", 2, EINTR);
	assert_true(path_write_file(path, "0123456789", 10, &err));
	assert_true(disarm());
	fault.one_byte_at_a_time = false;
	arm("read", 1, EINTR);
	expect_content(path, "0123456789");
	assert_true(disarm());
	free(path);
	free(folder);
}

static void a_file_that_cannot_be_read_is_no_empty_file(void **state)
{
	(void)state;
	static const char *const calls[] = {"open", "read"};
	char *folder = test_folder();
	char *path = path_join(folder, "settings");
	struct buffer text = {0};
	struct error err;
	assert_true(path_write_file(path, "0123456789", 10, &err));
	buffer_add_text(&text, "before");
	for (size_t i = 0; i < ARRAY_COUNT(calls); i++) {
		arm(calls[i], 1, EIO);
		assert_false(path_read_file(path, 100, &text, &err));
		assert_true(disarm());
		assert_int_equal(err.kind, ERROR_SYSTEM);
		assert_non_null(strstr(err.text, path));
		assert_non_null(strstr(err.text, "Input/output error"));
		assert_string_equal(buffer_text(&text), "before");
	}
	buffer_release(&text);
	free(path);
	free(folder);
}

static void a_folder_that_cannot_be_made_is_named(void **state)
{
	(void)state;
	char *folder = test_folder();
	char *path = path_join(folder, "a/b/c");
	struct error err;
	for (int nth = 1;; nth++) {
		arm("mkdir", nth, EROFS);
		bool done = path_make_folder(path, &err);
		if (!disarm()) {
			assert_true(done);
			break;
		}
		/* A folder that is there already needs no mkdir. */
		assert_true(done || strstr(err.text, "Read-only file system") != NULL);
	}
	assert_true(path_exists(path));
	free(path);
	free(folder);
}

static void a_lock_that_cannot_be_taken_is_never_held(void **state)
{
	(void)state;
	static const char *const calls[] = {"open", "flock"};
	char *folder = test_folder();
	struct error err;
	struct lock *lock = NULL;
	for (size_t i = 0; i < ARRAY_COUNT(calls); i++) {
		arm(calls[i], 1, ENOLCK);
		assert_false(lock_take(folder, &lock, NULL, &err));
		assert_true(disarm());
		assert_null(lock);
		assert_int_equal(err.kind, ERROR_SYSTEM); /* not BUSY: nobody holds it */
	}
	assert_true(lock_take(folder, &lock, NULL, &err));
	lock_free(lock);
	free(folder);
}

static void an_old_ledger_is_not_changed_when_its_copy_cannot_be_kept(void **state)
{
	(void)state;
	char *folder = test_folder();
	const struct ledger_step steps[] = {
		ledger_steps[0], ledger_steps[1], {"ALTER TABLE runs ADD COLUMN host TEXT"}};
	struct ledger *ledger;
	struct error err;
	assert_true(ledger_open(folder, LEDGER_WRITE, &ledger, &err));
	ledger_close(ledger);
	arm("rename", 1, EACCES);
	assert_false(ledger_open_with(folder, LEDGER_WRITE, steps, 3, &ledger, &err));
	assert_true(disarm());
	assert_non_null(strstr(err.text, "Permission denied"));
	assert_true(ledger_open(folder, LEDGER_WRITE, &ledger, &err)); /* still version 1 */
	ledger_close(ledger);
	assert_true(ledger_open_with(folder, LEDGER_WRITE, steps, 3, &ledger, &err));
	ledger_close(ledger);
	free(folder);
}

struct import_place {
	char *folder, *rejected, *path;
	struct warehouse *warehouse;
};

static void put(const char *folder, const char *name, const char *text)
{
	struct error err;
	char *path = path_join(folder, name);
	assert_true(path_write_file(path, text, strlen(text), &err));
	free(path);
}

static struct import_place import_place(void)
{
	struct error err;
	struct import_place place = {.folder = test_folder(), .rejected = test_folder()};
	place.path = path_join(place.rejected, "warehouse.db");
	assert_true(warehouse_open(place.path, WAREHOUSE_CREATE, &place.warehouse, &err));
	put(place.folder, "players.csv",
		"player_id,player,lookup,bbref_id\n1,One,one,o1\nx,Two,two,t2\n3,Three,three,t3\n");
	return place;
}

static bool import(
	const struct import_place *place, struct import_report *report, struct error *err)
{
	struct import_options options = {.rejected_folder = place->rejected, .range = {0, -1}};
	return raw_import_folder(place->warehouse, place->folder, &options, report, err);
}

static void leave(struct import_place *place)
{
	warehouse_close(place->warehouse);
	free(place->folder);
	free(place->rejected);
	free(place->path);
}

static void rows_are_not_loaded_when_the_rejected_ones_cannot_be_kept(void **state)
{
	(void)state;
	struct import_place place = import_place();
	struct import_report report;
	struct error err;
	char *rejected = path_join(place.rejected, "players.rejected.csv");
	assert_int_equal(symlink("/dev/full", rejected), 0);
	assert_false(import(&place, &report, &err));
	assert_non_null(strstr(err.text, rejected));
	assert_int_equal(report.tables[RAW_PLAYERS].added, 0);
	unlink(rejected);
	assert_true(import(&place, &report, &err));
	assert_int_equal(report.tables[RAW_PLAYERS].added, 2);
	assert_int_equal(report.rejected, 1);
	free(rejected);
	leave(&place);
}

static void a_folder_that_cannot_be_listed_to_its_end_is_not_imported(void **state)
{
	(void)state;
	struct import_place place = import_place();
	struct import_report report;
	struct error err;
	put(place.folder, "teams.csv", "season\n");
	for (int nth = 1;; nth++) {
		arm("readdir", nth, EIO);
		bool done = import(&place, &report, &err);
		bool fired = disarm();
		assert_false(done); /* the file of the teams is no such file */
		if (!fired)
			break;
		assert_non_null(strstr(err.text, "cannot read the folder"));
	}
	assert_null(strstr(err.text, "cannot read the folder"));
	leave(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_written_whole_or_left_as_it_was),
		cmocka_unit_test(interrupted_and_short_writes_go_on),
		cmocka_unit_test(a_file_that_cannot_be_read_is_no_empty_file),
		cmocka_unit_test(a_folder_that_cannot_be_made_is_named),
		cmocka_unit_test(a_lock_that_cannot_be_taken_is_never_held),
		cmocka_unit_test(an_old_ledger_is_not_changed_when_its_copy_cannot_be_kept),
		cmocka_unit_test(rows_are_not_loaded_when_the_rejected_ones_cannot_be_kept),
		cmocka_unit_test(a_folder_that_cannot_be_listed_to_its_end_is_not_imported),
	};
	return RUN(tests);
}
