#include "tests/support/lab.h"

#include "base/path.h"
#include "tests/test.h"

#include <inttypes.h>
#include <regex.h>

void lab_open(struct lab *lab)
{
	struct error err;
	*lab = (struct lab){.folder = test_folder(), .now_ms = 1700000000000};
	lab->path = path_join(lab->folder, "warehouse.db");
	const struct table_layout *layouts[RAW_TABLE_COUNT + 32];
	size_t count = 0;
	for (int i = 0; i < RAW_TABLE_COUNT; i++)
		layouts[count++] = raw_table_layout((enum raw_table)i);
	for (size_t i = 0; i < processor_count(); i++)
		layouts[count++] = processor_at(i)->layout;
	assert_true(warehouse_open(lab->path, WAREHOUSE_CREATE, &lab->warehouse, &err));
	if (!warehouse_prepare(lab->warehouse, layouts, count, &err))
		fail_msg("%s", err.text);
	assert_true(pipeline_load(NULL, &lab->pipeline, &err));
}

static void drop_output(struct lab *lab)
{
	if (lab->has_output)
		day_output_release(&lab->output);
	lab->has_output = false;
}

void lab_close(struct lab *lab)
{
	drop_output(lab);
	buffer_release(&lab->log);
	calendar_free(lab->calendar);
	pipeline_free(lab->pipeline);
	warehouse_close(lab->warehouse);
	free(lab->folder);
	free(lab->path);
}

static void set_value(struct rows *rows, size_t column, const char *text)
{
	int64_t integer = 0;
	double real = 0;
	switch (rows->layout->columns[column].type) {
	case COLUMN_INTEGER:
		assert_true(text_to_integer(text, &integer));
		rows_set_integer(rows, column, integer);
		break;
	case COLUMN_BOOLEAN:
		rows_set_boolean(rows, column, text[0] == '1' || text[0] == 't');
		break;
	case COLUMN_REAL:
		assert_true(text_to_real(text, &real));
		rows_set_real(rows, column, real);
		break;
	case COLUMN_TEXT:
	case COLUMN_DATE:
	case COLUMN_TIMESTAMP:
	case COLUMN_LIST:
		rows_set_text(rows, column, text);
		break;
	}
}

static void set_default(struct rows *rows, size_t column)
{
	const struct column *described = &rows->layout->columns[column];
	if ((described->flags & (COLUMN_KEY | COLUMN_REQUIRED)) == 0)
		return;
	bool is_text = described->type == COLUMN_TEXT || described->type == COLUMN_DATE;
	set_value(rows, column, is_text ? "" : "0");
}

/* Takes the next "name=value" off the text; false at its end. */
static bool next_pair(char **text, char **name, char **value)
{
	*name = strsep(text, " ");
	while (*name != NULL && **name == '\0')
		*name = strsep(text, " ");
	if (*name == NULL)
		return false;
	*value = strchr(*name, '=');
	assert_non_null(*value);
	*(*value)++ = '\0';
	for (char *at = *value; *at != '\0'; at++)
		if (*at == '_')
			*at = ' ';
	return true;
}

void lab_put(struct lab *lab, const struct table_layout *layout, const char *text)
{
	struct rows rows;
	struct error err;
	struct raw_load_result result;
	char *copy = memory_copy_text(text);
	char *rest = copy;
	char *name, *value;
	rows_init(&rows, layout);
	rows_add(&rows);
	for (size_t i = 0; i < layout->column_count; i++)
		set_default(&rows, i);
	while (next_pair(&rest, &name, &value)) {
		size_t column = table_column(layout, name);
		if (column == layout->column_count)
			fail_msg("%s has no column %s", layout->name, name);
		set_value(&rows, column, value);
	}
	if (!warehouse_load_begin(lab->warehouse, layout, &err) ||
		!warehouse_load_row(lab->warehouse, rows.values, &err) ||
		!warehouse_load_commit(lab->warehouse, &result, &err))
		fail_msg("%s", err.text);
	rows_release(&rows);
	free(copy);
}

void lab_put_native(struct lab *lab, const char *table, const char *format, ...)
{
	char text[800];
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	assert_in_range(length, 1, sizeof(text) - 1);
	assert_non_null(processor_find(table));
	lab_put(lab, processor_find(table)->layout, text);
}

const char *lab_date(date_t date)
{
	static char texts[4][DATE_TEXT_BYTES];
	static unsigned turn;
	return date_format(date, texts[turn++ % ARRAY_COUNT(texts)]);
}

date_t lab_day(const char *text)
{
	date_t date;
	assert_true(date_parse(text, &date));
	return date;
}

struct rules lab_original_without_gates(void)
{
	struct rules rules = rules_original;
	rules.upstream_gates = false;
	return rules;
}

static void make_calendar(struct lab *lab)
{
	struct raw_days days;
	struct error err;
	struct date_range all = {date_of(1950, 1, 1), date_of(2150, 1, 1)};
	assert_true(warehouse_raw_days(lab->warehouse, all, &days, &err));
	calendar_free(lab->calendar);
	lab->calendar = calendar_new(lab->pipeline, &days);
	free(days.items);
}

static void keep_line(void *context, char severity, const char *text)
{
	struct lab *lab = context;
	buffer_add_format(&lab->log, "%c %s\n", severity, text);
}

static void keep_progress(void *context, const char *entity, int done, int total)
{
	struct lab *lab = context;
	buffer_add_format(&lab->log, "%s %d/%d\n", entity, done, total);
}

static bool run_dates(struct lab *lab, const struct processor *processor, const struct rules *rules,
	struct date_range dates, struct error *err)
{
	void *state = NULL;
	struct processor_listener listener = {lab, keep_progress, keep_line};
	size_t count = (size_t)date_range_days(dates);
	date_t *days = memory_new_array(count, sizeof(*days));
	for (size_t i = 0; i < count; i++)
		days[i] = dates.first + (date_t)i;
	struct batch batch = {.warehouse = lab->warehouse,
		.rules = rules,
		.calendar = lab->calendar,
		.dates = days,
		.date_count = count,
		.symbols = symbols_new(),
		.listener = &listener,
		.now_ms = lab->now_ms};
	drop_output(lab);
	buffer_clear(&lab->log);
	day_output_init(&lab->output, processor->layout);
	lab->has_output = true;
	bool done = processor->load(&batch, &state, err);
	for (size_t i = 0; i < count && done; i++) {
		day_output_clear(&lab->output);
		done = processor->compute(state, &batch, days[i], &lab->output, err);
	}
	processor->release(state);
	symbols_free(batch.symbols);
	free(days);
	return done;
}

static bool try_run(struct lab *lab, const char *table, const struct rules *rules, const char *date,
	struct error *err)
{
	const struct processor *processor = processor_find(table);
	date_t day;
	assert_non_null(processor);
	assert_true(date_parse(date, &day));
	make_calendar(lab);
	return run_dates(lab, processor, rules, (struct date_range){day, day}, err);
}

void lab_run(struct lab *lab, const char *table, const struct rules *rules, const char *date)
{
	struct error err = {0};
	if (!try_run(lab, table, rules, date, &err))
		fail_msg("%s", err.text);
}

int64_t lab_select_count(struct lab *lab, const char *table, const char *first, size_t days)
{
	struct error err = {0};
	date_t day;
	assert_true(date_parse(first, &day));
	int64_t before = warehouse_select_count(lab->warehouse);
	if (!run_dates(lab, processor_find(table), &rules_corrected,
		    (struct date_range){day, day + (date_t)days - 1}, &err))
		fail_msg("%s", err.text);
	return warehouse_select_count(lab->warehouse) - before;
}

bool lab_has_line(const struct lab *lab, const char *pattern)
{
	regex_t expression;
	assert_int_equal(regcomp(&expression, pattern, REG_EXTENDED | REG_NEWLINE | REG_NOSUB), 0);
	bool found = regexec(&expression, buffer_text(&lab->log), 0, NULL, 0) == 0;
	regfree(&expression);
	return found;
}

void lab_empty(struct lab *lab, const char *table, const char *date)
{
	struct rows none;
	struct day_write write = {.layout = processor_find(table)->layout,
		.run = "lab",
		.rows = &none,
		.now_ms = lab->now_ms};
	struct receipt receipt;
	bool unchanged;
	struct error err;
	rows_init(&none, write.layout);
	assert_true(date_parse(date, &write.date));
	if (!warehouse_replace_day(lab->warehouse, &write, &receipt, &unchanged, &err))
		fail_msg("%s", err.text);
	rows_release(&none);
}

void lab_run_and_write(
	struct lab *lab, const char *table, const struct rules *rules, const char *date)
{
	date_t day;
	struct receipt receipt;
	bool unchanged;
	struct error err;
	assert_true(date_parse(date, &day));
	lab_run(lab, table, rules, date);
	struct day_write write = {.layout = lab->output.rows.layout,
		.date = day,
		.run = "lab",
		.rows = &lab->output.rows,
		.failures = lab->output.failures,
		.failure_count = lab->output.failure_count,
		.now_ms = lab->now_ms};
	if (!warehouse_replace_day(lab->warehouse, &write, &receipt, &unchanged, &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < lab->output.attempt_count; i++) {
		const struct day_attempt *attempt = &lab->output.attempts[i];
		assert_true(warehouse_add_attempt(lab->warehouse, table, &attempt->row,
			attempt->completeness_pct, attempt->reason, lab->now_ms, &err));
	}
}

void lab_run_fails(struct lab *lab, const char *table, const struct rules *rules, const char *date,
	const char *text)
{
	struct error err = {0};
	assert_false(try_run(lab, table, rules, date, &err));
	assert_string_equal(err.text, text);
}

const char *lab_failure(const struct lab *lab, const char *entity)
{
	static char text[400];
	for (size_t i = 0; i < lab->output.failure_count; i++) {
		const struct failure *failure = &lab->output.failures[i];
		if (strcmp(failure->entity, entity) != 0)
			continue;
		snprintf(text, sizeof(text), "%s: %s", failure->category, failure->reason);
		return text;
	}
	return "none";
}

const char *lab_value(const struct lab *lab, size_t row, const char *column)
{
	static char texts[8][512];
	static unsigned turn;
	char *text = texts[turn++ % ARRAY_COUNT(texts)];
	size_t index = table_column(lab->output.rows.layout, column);
	if (index == lab->output.rows.layout->column_count)
		fail_msg("%s has no column %s", lab->output.rows.layout->name, column);
	const struct value *value = rows_value(&lab->output.rows, row, index);
	char real[REAL_TEXT_BYTES];
	switch (value->kind) {
	case VALUE_NULL:
		return "NULL";
	case VALUE_INTEGER:
		snprintf(text, 512, "%" PRId64, value->integer);
		break;
	case VALUE_REAL:
		snprintf(text, 512, "%s", real_format(value->real, real));
		break;
	case VALUE_BOOLEAN:
		return value->integer ? "true" : "false";
	case VALUE_TEXT:
		snprintf(text, 512, "%s", value->text);
		break;
	}
	return text;
}

size_t lab_row(const struct lab *lab, const char *column, const char *text)
{
	for (size_t row = 0; row < lab->output.rows.count; row++)
		if (strcmp(lab_value(lab, row, column), text) == 0)
			return row;
	fail_msg("no row has %s = %s", column, text);
	return 0;
}

void lab_expect(const struct lab *lab, size_t row, const char *text)
{
	char *copy = memory_copy_text(text);
	char *rest = copy;
	char *name, *value;
	while (next_pair(&rest, &name, &value)) {
		const char *found = lab_value(lab, row, name);
		double wanted, real;
		bool numbers = text_to_real(value, &wanted) && text_to_real(found, &real);
		if (numbers ? wanted != real : strcmp(found, value) != 0)
			fail_msg("%s is %s, not %s", name, found, value);
	}
	free(copy);
}
