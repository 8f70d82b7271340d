/* Whole runs of scripts whose logs meet the end of a disk, or grow past what is sensible. */
#include "tests/processes/support/gate.h"
#include "tests/processes/support/small_disk.h"
#include "tests/processes/support/yard.h"
#include "tests/test.h"

#include "base/path.h"

#include <fcntl.h>
#include <sys/stat.h>

#define DISK_OPTIONS "size=272m" /* a start wants 256 MiB */
#define BLOCK_BYTES  4096
#define LARGE_LOG    "truncate -s 1025M /dev/fd/2\n"

/* The disk of the state folder, over its own folder: the lock of the table is there too. */
static char *mount_state(const struct scripts *scripts)
{
	struct error err;
	assert_true(path_make_folder(scripts->state, &err));
	small_disk_mount(scripts->state, DISK_OPTIONS);
	return path_join(scripts->state, "filler");
}

/* What the file of the log has of the disk already, but for `left` bytes. */
static void fill_block_of_log(const char *run, off_t left)
{
	struct stat found;
	char *path = path_join(run, RUN_FILE_LOG);
	int log = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	assert_true(log >= 0);
	if (fstat(log, &found) != 0)
		fail_msg("%s", path);
	for (off_t room = BLOCK_BYTES - found.st_size % BLOCK_BYTES; room > left; room--)
		assert_int_equal(write(log, room == left + 1 ? "\n" : "-", 1), 1);
	close(log);
	free(path);
}

static void finish_badly(struct program *program)
{
	struct program_result result = program_finish(program);
	if (result.status == 0 || strstr(result.output, "2021-11-17: 382 rows") != NULL)
		fail_msg("status %d:\n%s", result.status, result.output);
	free(result.output);
}

/* The next run has room, and does what is not known to be done. */
static void repair(const struct scripts *scripts, const char *filler)
{
	assert_int_equal(unlink(filler), 0);
	struct program_result result = SCRIPTS_RUN(scripts, "run");
	if (result.status != 0)
		fail_msg("status %d:\n%s", result.status, result.output);
	free(result.output);
	assert_int_equal(scripts_count(scripts, "pcf", "Deleting existing data for 2021-11-16"), 1);
}

static void a_date_cut_by_a_full_disk_between_delete_and_load_is_suspect(void **state)
{
	(void)state;
	static const struct script_table tables[] = {
		{"pcf", P4, "], \"env\": {" GATE "}", NULL}, {0}};
	struct scripts scripts;
	scripts_open(&scripts, tables);
	char *filler = mount_state(&scripts);
	struct program program;
	char *run = gate_reach(&scripts, &program);
	small_disk_fill(scripts.state, "filler");
	fill_block_of_log(run, 0);
	scripts_open_gate(&scripts);
	struct run_evidence evidence = yard_await_end(run);
	assert_int_equal(evidence.status.outcome, RUN_EXITED); /* it is known, on a full disk */
	finish_badly(&program);
	repair(&scripts, filler);
	assert_true(scripts_cell_is(&scripts, "pcf", "2021-11-17", "complete"));
	small_disk_unmount(scripts.state);
	free(run);
	free(filler);
	scripts_close(&scripts);
}

/* Nothing in the log says that it was deleted; nothing says that it was not. */
static void a_date_whose_lines_found_no_room_is_not_called_untouched(void **state)
{
	(void)state;
	static const struct script_table tables[] = {
		{"pcf", P4, "], \"env\": {\"SIMULATE_WAIT\": \"2021-11-17\"}", NULL}, {0}};
	struct scripts scripts;
	char *paths[SCRIPTS_RUNS_MAX];
	scripts_open(&scripts, tables);
	char *filler = mount_state(&scripts);
	struct program program = SCRIPTS_START(&scripts, "run");
	program_await(&program, "pcf 2021-11-16: 382 rows");
	assert_int_equal(scripts_runs(&scripts, "pcf", paths), 1);
	yard_await_log(paths[0],
		"2021-11-17\nINFO:precompute_base:PRECOMPUTE_STEP Precompute processor "
		"run starting\n");
	small_disk_fill(scripts.state, "filler");
	fill_block_of_log(paths[0], 10);
	scripts_let_on(&scripts);
	yard_await_end(paths[0]);
	struct program_result result = program_finish(&program);
	assert_int_not_equal(result.status, 0);
	if (strstr(result.output, "2021-11-17: its log stops within a line") == NULL)
		fail_msg("%s", result.output);
	free(result.output);
	repair(&scripts, filler);
	assert_true(scripts_cell_is(&scripts, "pcf", "2021-11-17", "complete"));
	small_disk_unmount(scripts.state);
	free(paths[0]);
	free(filler);
	scripts_close(&scripts);
}

/* Sparse: what counts is its length. */
static void a_log_past_its_limit_is_said_while_the_job_works(void **state)
{
	(void)state;
	static const struct script_table tables[] = {
		{"pcf", P4, "], \"env\": {\"SIMULATE_GATE\": \"2021-11-17\"}", NULL}, {0}};
	struct scripts scripts;
	struct buffer text = {0};
	struct error err;
	scripts_open(&scripts, tables);
	char *script = path_join(scripts.home, "pcf.sh");
	assert_true(path_read_file(script, PATH_FILE_BYTES_MAX, &text, &err));
	char *larger = memory_format("%s%s", LARGE_LOG, buffer_text(&text));
	assert_true(path_write_file(script, larger, strlen(larger), &err));
	struct program program = SCRIPTS_START(&scripts, "run");
	program_await(&program, "pcf: its log has passed 1024 MiB"); /* the gate is still closed */
	scripts_open_gate(&scripts);
	struct program_result result = program_finish(&program);
	assert_int_equal(result.status, 0);
	assert_null(strstr(result.output, "its log has passed")); /* once */
	free(result.output);
	buffer_release(&text);
	free(larger);
	free(script);
	scripts_close(&scripts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_date_cut_by_a_full_disk_between_delete_and_load_is_suspect),
		cmocka_unit_test(a_date_whose_lines_found_no_room_is_not_called_untouched),
		cmocka_unit_test(a_log_past_its_limit_is_said_while_the_job_works),
	};
	small_disk_enter();
	return cmocka_run_group_tests(tests, NULL, scripts_forget);
}
