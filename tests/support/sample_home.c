#include "tests/support/sample_home.h"

#include "base/path.h"
#include "base/text.h"
#include "tests/support/program.h"
#include "tests/test.h"
#include "warehouse/warehouse.h"

#include <fcntl.h>

static char *made;

char *sample_home_warehouse(const char *home)
{
	return memory_format("%s/data/backcourt/nba/warehouse.db", home);
}

static void make(void)
{
	made = test_folder();
	struct program_result result = PROGRAM_RUN(made, "sample");
	if (result.status != 0)
		fail_msg("%s", result.output);
	free(result.output);
}

static void copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ssize_t got;
	assert_true(in >= 0 && out >= 0);
	while ((got = copy_file_range(in, NULL, out, NULL, 1L << 30, 0)) > 0)
		;
	assert_int_equal(got, 0);
	close(in);
	close(out);
}

char *sample_home(void)
{
	if (made == NULL)
		make();
	return sample_home_like(made);
}

char *sample_home_like(const char *model)
{
	struct error err;
	char *home = test_folder();
	char *from = sample_home_warehouse(model), *to = sample_home_warehouse(home);
	if (!path_make_parent(to, &err))
		fail_msg("%s", err.text);
	copy_file(from, to);
	free(from);
	free(to);
	return home;
}

char *sample_home_receipts(const char *home, struct date_range range)
{
	struct receipts receipts;
	struct error err;
	struct buffer text = {0};
	struct warehouse *warehouse;
	char *path = sample_home_warehouse(home);
	if (!warehouse_open(path, WAREHOUSE_READ, &warehouse, &err))
		fail_msg("%s", err.text);
	assert_true(warehouse_receipts(warehouse, range, &receipts, &err));
	for (size_t i = 0; i < receipts.count; i++) {
		char date[DATE_TEXT_BYTES];
		buffer_add_format(&text, "%s %s %lld %s\n", receipts.items[i].table,
			date_format(receipts.items[i].date, date),
			(long long)receipts.items[i].rows, receipts.items[i].hash);
	}
	receipts_release(&receipts);
	warehouse_close(warehouse);
	free(path);
	return text.bytes != NULL ? text.bytes : memory_copy_text("");
}

void sample_home_forget(void)
{
	free(made);
	made = NULL;
}
