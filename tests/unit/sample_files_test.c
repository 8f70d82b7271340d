/* The sample as files: the same bytes, all or nothing, and what the importer says to them. */
#include "tests/test.h"

#include "base/digest.h"
#include "base/path.h"
#include "raw/import.h"
#include "raw/sample.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

static const char *const names[] = {"games.csv", "team_box.csv", "player_box.csv", "shots.csv",
	"did_not_play.csv", "odds.csv", "injuries.csv", "players.csv", "teams.csv",
	SAMPLE_MARK_NAME};

struct place {
	char *parent, *folder;
	struct error err;
};

static void open_place(struct place *place)
{
	*place = (struct place){.parent = test_folder()};
	place->folder = path_join(place->parent, "sample");
}

static void leave(struct place *place)
{
	free(place->folder);
	free(place->parent);
}

static bool write_sample(struct place *place, int seasons, uint32_t seed)
{
	struct sample_options options = {.seasons = seasons, .seed = seed};
	return sample_write(place->folder, &options, NULL, NULL, &place->err);
}

static void must_write(struct place *place, uint32_t seed)
{
	if (!write_sample(place, 1, seed))
		fail_msg("%s", place->err.text);
}

static void digest_of_file(
	const struct place *place, const char *name, char text[DIGEST_TEXT_BYTES])
{
	struct error err;
	struct buffer bytes = {0};
	char *path = path_join(place->folder, name);
	if (!path_read_file(path, (size_t)100 << 20, &bytes, &err))
		fail_msg("%s", err.text);
	digest_sha256_16(buffer_text(&bytes), bytes.length, text);
	buffer_release(&bytes);
	free(path);
}

static int count_entries(const char *folder)
{
	DIR *open = opendir(folder);
	assert_non_null(open);
	int count = 0;
	while (readdir(open) != NULL)
		count++;
	closedir(open);
	return count - 2; /* "." and ".." */
}

static void the_same_seed_gives_the_same_bytes_and_another_one_does_not(void **state)
{
	(void)state;
	struct place one, again, other;
	char first[DIGEST_TEXT_BYTES], second[DIGEST_TEXT_BYTES], third[DIGEST_TEXT_BYTES];
	open_place(&one);
	open_place(&again);
	open_place(&other);
	must_write(&one, 5);
	must_write(&again, 5);
	must_write(&other, 6);
	assert_int_equal(count_entries(one.folder), ARRAY_COUNT(names));
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		digest_of_file(&one, names[i], first);
		digest_of_file(&again, names[i], second);
		digest_of_file(&other, names[i], third);
		assert_string_equal(first, second);
		bool is_same = strcmp(names[i], "teams.csv") == 0;
		assert_int_equal(strcmp(first, third) == 0, is_same);
	}
	leave(&one);
	leave(&again);
	leave(&other);
}

/* The promise is "on every machine": whoever changes the generator on purpose changes these. */
static void the_bytes_are_those_that_every_machine_makes(void **state)
{
	(void)state;
	static const struct {
		const char *name, *digest;
	} wanted[] = {{"games.csv", "b63197bc23898596"}, {"player_box.csv", "b7d3115cdbaab0af"},
		{"shots.csv", "beba5040a345f481"}, {"injuries.csv", "dfba5958b2c27fdb"}};
	struct place place;
	char digest[DIGEST_TEXT_BYTES];
	open_place(&place);
	must_write(&place, SAMPLE_SEED);
	for (size_t i = 0; i < ARRAY_COUNT(wanted); i++) {
		digest_of_file(&place, wanted[i].name, digest);
		if (strcmp(digest, wanted[i].digest) != 0)
			fail_msg("%s: %s", wanted[i].name, digest);
	}
	leave(&place);
}

static void import_once(
	struct place *place, struct warehouse *warehouse, struct import_report *report)
{
	char *rejected = path_join(place->parent, "rejected");
	struct import_options options = {.rejected_folder = rejected, .range = {0, -1}};
	if (!raw_import_folder(warehouse, place->folder, &options, report, &place->err))
		fail_msg("%s", place->err.text);
	assert_false(path_exists(rejected));
	free(rejected);
}

static void every_row_is_imported_and_twice_changes_nothing(void **state)
{
	(void)state;
	struct place place;
	struct warehouse *warehouse;
	struct import_report first, second;
	open_place(&place);
	must_write(&place, SAMPLE_SEED);
	char *path = path_join(place.parent, "warehouse.db");
	assert_true(warehouse_open(path, WAREHOUSE_CREATE, &warehouse, &place.err));
	import_once(&place, warehouse, &first);
	import_once(&place, warehouse, &second);
	assert_int_equal(first.file_count, RAW_TABLE_COUNT);
	assert_int_equal(first.rejected, 0);
	assert_int_equal(second.rejected, 0);
	for (int table = 0; table < RAW_TABLE_COUNT; table++) {
		assert_true(first.tables[table].added > 0);
		assert_int_equal(first.tables[table].changed, 0);
		assert_int_equal(first.tables[table].same, 0);
		assert_int_equal(second.tables[table].same, first.tables[table].added);
		assert_int_equal(second.tables[table].added + second.tables[table].changed, 0);
	}
	assert_int_equal(first.tables[RAW_GAMES].added, 1230);
	warehouse_close(warehouse);
	free(path);
	leave(&place);
}

static void an_earlier_sample_and_an_empty_folder_are_replaced(void **state)
{
	(void)state;
	struct place place;
	char old[DIGEST_TEXT_BYTES], new[DIGEST_TEXT_BYTES];
	open_place(&place);
	assert_int_equal(mkdir(place.folder, 0700), 0);
	must_write(&place, 1);
	digest_of_file(&place, "games.csv", old);
	must_write(&place, 2);
	digest_of_file(&place, "games.csv", new);
	assert_string_not_equal(old, new);
	assert_int_equal(count_entries(place.folder), ARRAY_COUNT(names));
	assert_int_equal(count_entries(place.parent), 1);
	leave(&place);
}

static void expect_refusal(struct place *place, const char *words)
{
	assert_false(write_sample(place, 1, 1));
	if (strstr(place->err.text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", place->err.text, words);
}

static void a_folder_with_anything_else_is_left_alone(void **state)
{
	(void)state;
	struct place place;
	open_place(&place);
	assert_int_equal(mkdir(place.folder, 0700), 0);
	char *path = path_join(place.folder, "games.csv");
	assert_true(path_write_file(path, "mine", 4, &place.err));
	expect_refusal(&place, "which is not of a sample");
	assert_int_equal(place.err.kind, ERROR_INPUT);
	struct buffer text = {0};
	assert_true(path_read_file(path, 100, &text, &place.err));
	assert_string_equal(buffer_text(&text), "mine");
	buffer_release(&text);
	assert_int_equal(count_entries(place.folder), 1);
	assert_int_equal(count_entries(place.parent), 1);
	free(path);
	leave(&place);
}

static void notes_beside_a_sample_keep_it_from_being_replaced(void **state)
{
	(void)state;
	struct place place;
	open_place(&place);
	must_write(&place, 1);
	char *path = path_join(place.folder, "notes.txt");
	assert_true(path_write_file(path, "mine", 4, &place.err));
	expect_refusal(&place, "holds notes.txt");
	assert_true(path_exists(path));
	free(path);
	leave(&place);
}

static void the_current_folder_is_refused(void **state)
{
	(void)state;
	struct place place;
	char before[4096];
	open_place(&place);
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(chdir(place.parent), 0);
	free(place.folder);
	place.folder = memory_copy_text(".");
	expect_refusal(&place, "is the current folder");
	assert_int_equal(chdir(before), 0);
	leave(&place);
}

static void one_to_four_seasons_and_no_other_number(void **state)
{
	(void)state;
	struct place place;
	open_place(&place);
	assert_false(write_sample(&place, 0, 1));
	assert_false(write_sample(&place, SAMPLE_SEASONS_MAX + 1, 1));
	assert_int_equal(place.err.kind, ERROR_USAGE);
	assert_int_equal(count_entries(place.parent), 0);
	assert_true(write_sample(&place, SAMPLE_SEASONS_MAX, 1));
	leave(&place);
}

struct watcher {
	struct cancel *cancel;
	int64_t stop_at, heard, total;
};

static void watch(void *context, const char *what, int64_t done, int64_t total)
{
	struct watcher *watcher = context;
	assert_non_null(what);
	assert_true(done > watcher->heard && done <= total);
	watcher->heard = done;
	watcher->total = total;
	if (done == watcher->stop_at)
		cancel_raise(watcher->cancel, CANCEL_NOW);
}

static bool write_watched(struct place *place, struct watcher *watcher)
{
	struct import_listener listener = {.context = watcher, .progress = watch};
	struct sample_options options = {.seasons = 1, .seed = 9};
	return sample_write(place->folder, &options, &listener, watcher->cancel, &place->err);
}

static void a_cancel_leaves_nothing_that_looks_like_a_sample(void **state)
{
	(void)state;
	struct place place;
	struct watcher watcher = {.stop_at = 100};
	open_place(&place);
	assert_true(cancel_new(&watcher.cancel, &place.err));
	assert_false(write_watched(&place, &watcher));
	assert_int_equal(place.err.kind, ERROR_CANCELLED);
	assert_int_equal(watcher.heard, 100);
	assert_int_equal(count_entries(place.parent), 0);
	cancel_free(watcher.cancel);
	watcher = (struct watcher){.stop_at = -1};
	assert_true(write_watched(&place, &watcher));
	assert_int_equal(watcher.heard, watcher.total);
	leave(&place);
}

/* Files of more than a mebibyte cannot be written: as on a full disk, in the middle of a season. */
static void a_full_disk_leaves_the_earlier_sample_as_it_was(void **state)
{
	(void)state;
	struct place place;
	struct rlimit before;
	char old[DIGEST_TEXT_BYTES], new[DIGEST_TEXT_BYTES];
	open_place(&place);
	must_write(&place, 1);
	digest_of_file(&place, "shots.csv", old);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	struct rlimit tight = {.rlim_cur = 1 << 20, .rlim_max = before.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	bool done = write_sample(&place, 1, 2);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_false(done);
	assert_int_equal(place.err.kind, ERROR_SYSTEM);
	assert_non_null(strstr(place.err.text, "cannot write"));
	digest_of_file(&place, "shots.csv", new);
	assert_string_equal(old, new);
	assert_int_equal(count_entries(place.parent), 1);
	leave(&place);
}

static void a_place_that_cannot_be_written_is_told(void **state)
{
	(void)state;
	struct place place;
	open_place(&place);
	char *path = path_join(place.parent, "file");
	assert_true(path_write_file(path, "x", 1, &place.err));
	free(place.folder);
	place.folder = path_join(path, "sample"); /* below a file */
	expect_refusal(&place, "sample");
	assert_int_equal(place.err.kind, ERROR_SYSTEM);
	assert_int_equal(count_entries(place.parent), 1);
	free(path);
	leave(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_seed_gives_the_same_bytes_and_another_one_does_not),
		cmocka_unit_test(the_bytes_are_those_that_every_machine_makes),
		cmocka_unit_test(every_row_is_imported_and_twice_changes_nothing),
		cmocka_unit_test(an_earlier_sample_and_an_empty_folder_are_replaced),
		cmocka_unit_test(a_folder_with_anything_else_is_left_alone),
		cmocka_unit_test(notes_beside_a_sample_keep_it_from_being_replaced),
		cmocka_unit_test(the_current_folder_is_refused),
		cmocka_unit_test(one_to_four_seasons_and_no_other_number),
		cmocka_unit_test(a_cancel_leaves_nothing_that_looks_like_a_sample),
		cmocka_unit_test(a_full_disk_leaves_the_earlier_sample_as_it_was),
		cmocka_unit_test(a_place_that_cannot_be_written_is_told),
	};
	return RUN(tests);
}
