/* A page of rows of BigQuery: rows of one width come out, or a reason that can be shown. */
#include "tests/fuzz/support/fuzz.h"

#include "warehouse/bigquery.h"

#include <string.h>

struct seen {
	size_t width;
	int64_t count;
	size_t bytes;
};

static bool look(const char *const *cells, size_t cell_count, void *context, struct error *err)
{
	struct seen *seen = context;
	(void)err;
	MUST(seen->count == 0 || seen->width == cell_count);
	seen->width = cell_count;
	seen->count++;
	for (size_t i = 0; i < cell_count; i++)
		seen->bytes += cells[i] == NULL ? 0 : strlen(cells[i]);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct bigquery_page page = {.total_rows = -1};
	struct seen seen = {0};
	struct error err = {0};
	bool done = bigquery_decode_page((const char *)bytes, length, look, &seen, &page, &err);
	fuzz_check_error(done, &err);
	if (!done) {
		MUST(page.column_count == 0 && page.row_count == 0 && page.token[0] == '\0');
		return 0;
	}
	MUST(page.row_count == seen.count);
	MUST(page.row_count == 0 || page.column_count == seen.width);
	MUST(page.column_count <= BIGQUERY_COLUMNS_MAX);
	MUST(strlen(page.token) < sizeof(page.token));
	return 0;
}
