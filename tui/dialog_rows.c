#include "witness/cell_rows.h"
#include "tui/dialog_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* What a cell holds: what asks for a person first, the witnesses, then the rows themselves. */

#define COLUMN_GAP  2
#define COLUMN_MOST 26 /* columns of the screen that one of the table gets at most */
#define FIXED_SHARE 2  /* the key keeps at most the half of the width */

/* The columns of the sample in the order in which they are shown: the key stays, the others move
 * sideways. */
struct grid {
	const struct scene *scene;
	const struct row_sample *sample;
	size_t order[SAMPLE_COLUMNS_MAX];
	size_t column_count, fixed_count;
};

static const struct sample_value *value_at(const struct grid *grid, size_t row, size_t column)
{
	return &grid->sample->values[row * grid->sample->column_count + column];
}

static bool is_number(const char *text)
{
	double value;
	return text_to_real(text, &value);
}

/* Numbers stand at the right, whatever else the column has stands at the left. */
static bool is_of_numbers(const struct grid *grid, size_t column)
{
	bool has_number = false;
	for (size_t row = 0; row < grid->sample->row_count; row++) {
		const char *text = value_at(grid, row, column)->text;
		if (text != NULL && !is_number(text))
			return false;
		has_number |= text != NULL;
	}
	return has_number;
}

static int width_of(const struct grid *grid, size_t column)
{
	const struct canvas *canvas = grid->scene->canvas;
	int width = canvas_text_width(canvas, grid->sample->columns[column]);
	for (size_t row = 0; row < grid->sample->row_count && width < COLUMN_MOST; row++) {
		const char *text = value_at(grid, row, column)->text;
		int needed = text == NULL ? (int)strlen("NULL") : canvas_text_width(canvas, text);
		width = needed > width ? needed : width;
	}
	return width < COLUMN_MOST ? width : COLUMN_MOST;
}

static bool is_named(const struct grid *grid, size_t column, const char *name)
{
	return strcasecmp(grid->sample->columns[column], name) == 0;
}

/* Key, everything else, and last the date, which is the same in all rows. */
static void order_columns(struct grid *grid, const struct cell_rows *rows)
{
	bool is_placed[SAMPLE_COLUMNS_MAX] = {false};
	size_t last = grid->sample->column_count;
	for (size_t i = 0; i < grid->sample->column_count; i++)
		if (is_named(grid, i, rows->date_column)) {
			is_placed[i] = true;
			last = i;
		}
	for (size_t k = 0; k < rows->key_count; k++)
		for (size_t i = 0; i < grid->sample->column_count; i++)
			if (!is_placed[i] && is_named(grid, i, rows->key[k])) {
				is_placed[i] = true;
				grid->order[grid->column_count++] = i;
			}
	grid->fixed_count = grid->column_count;
	for (size_t i = 0; i < grid->sample->column_count; i++)
		if (!is_placed[i])
			grid->order[grid->column_count++] = i;
	if (last < grid->sample->column_count)
		grid->order[grid->column_count++] = last;
}

static void paint_name(const struct grid *grid, size_t column, struct rect place, bool at_right)
{
	struct canvas *canvas = grid->scene->canvas;
	const char *name = grid->sample->columns[column];
	int shift = at_right ? place.width - canvas_text_width(canvas, name) : 0;
	shift = shift > 0 ? shift : 0;
	part_name(canvas, place.x + shift, place.y, place.width - shift, PEN_ON(HEADING, DIALOG),
		name);
}

static void paint_value(const struct grid *grid, const char *text, struct rect place, bool at_right)
{
	struct canvas *canvas = grid->scene->canvas;
	struct pen pen = text == NULL ? PEN_ON(FAINT, DIALOG) : PEN_ON(TEXT, DIALOG);
	const char *shown = text == NULL ? "NULL" : text;
	int width = canvas_text_width(canvas, shown);
	int shift = at_right && width < place.width ? place.width - width : 0;
	canvas_text_fit(canvas, place.x + shift, place.y, place.width - shift, pen, shown);
}

/* The name at `y`, the rows below it; a name that is scrolled out stays in the first line that is
 * seen. Returns the columns of the screen that it took. */
static int paint_column(const struct grid *grid, size_t column, int x, int room, int y)
{
	struct rect place = {x, y, width_of(grid, column), 1};
	int top = grid->scene->canvas->clip.y, head = y < top ? top : y;
	if (place.width > room)
		place.width = room;
	bool at_right = is_of_numbers(grid, column);
	for (size_t row = 0; row < grid->sample->row_count; row++)
		if (++place.y > head)
			paint_value(grid, value_at(grid, row, column)->text, place, at_right);
	place.y = head;
	paint_name(grid, column, place, at_right);
	return place.width + COLUMN_GAP;
}

/* Everything from `x` to `end`, from the given column on; returns the first that is not seen. */
static size_t paint_columns(const struct grid *grid, size_t from, size_t to, int *x, int end, int y)
{
	size_t i = from;
	while (i < to && *x < end) {
		int width = width_of(grid, grid->order[i]);
		bool is_whole = *x + width <= end;
		if (!is_whole && i > from && end - *x < COLUMN_MOST / 2)
			break;
		*x += paint_column(grid, grid->order[i], *x, end - *x, y);
		i++;
	}
	return i;
}

static size_t first_moving(const struct grid *grid)
{
	size_t left = (size_t)grid->scene->model->view.rows_left;
	size_t moving = grid->column_count - grid->fixed_count;
	if (moving == 0)
		return grid->fixed_count;
	return grid->fixed_count + (left < moving ? left : moving - 1);
}

static int paint_grid(const struct grid *grid, struct sheet *sheet, int y, size_t *end)
{
	int x = sheet->x, right = sheet->x + sheet->width;
	paint_columns(grid, 0, grid->fixed_count, &x, sheet->x + sheet->width / FIXED_SHARE, y);
	*end = paint_columns(grid, first_moving(grid), grid->column_count, &x, right, y);
	return y + 1 + (int)grid->sample->row_count;
}

static void say_columns(const struct grid *grid, size_t end, struct buffer *into)
{
	size_t first = first_moving(grid);
	if (first == grid->fixed_count && end == grid->column_count)
		buffer_add_format(into, "all %zu columns", grid->column_count);
	else
		buffer_add_format(
			into, "columns %zu to %zu of %zu", first + 1, end, grid->column_count);
	if (grid->sample->columns_left_out > 0)
		buffer_add_format(into, " (%zu more are not read)", grid->sample->columns_left_out);
}

static void add_sample(struct sheet *sheet, const struct cell_rows *rows)
{
	struct grid grid = {.scene = sheet->scene, .sample = &rows->sample};
	struct buffer note = {0};
	size_t end;
	order_columns(&grid, rows);
	if (rows->rows > (int64_t)rows->sample.row_count)
		buffer_add_format(&note, "the first %zu of %" PRId64 " rows by key, ",
			rows->sample.row_count, rows->rows);
	else
		buffer_add_format(&note, "all %zu rows by key, ", rows->sample.row_count);
	int y = sheet->y++;
	sheet->y = paint_grid(&grid, sheet, sheet->y, &end);
	say_columns(&grid, end, &note);
	canvas_text_fit(sheet->scene->canvas, sheet->x, y, sheet->width, PEN_ON(DIM, DIALOG),
		buffer_text(&note));
	buffer_release(&note);
}

static void add_fact(struct sheet *sheet, const struct cell_fact *fact, struct pen pen)
{
	struct sheet words;
	words = sheet_open_section(sheet, fact->label);
	if (fact->at_ms > 0) {
		sheet_age(&words, fact->at_ms);
		words.width -= SHEET_AGE_WIDTH + 2;
	}
	sheet_paragraph(&words, pen, fact->text);
	sheet_close_section(sheet, &words);
	sheet->y--; /* facts stand close */
}

/* Who is missing where the rows are enough is worth a look, no more. */
static struct pen pen_of(const struct model *model, const struct cell_fact *fact)
{
	const struct cell_rows *rows = model->cell_rows;
	const struct cell *cell = coverage_cell(model->coverage, rows->table, rows->date);
	if (strcmp(fact->label, "missing") == 0 && fact->is_bad)
		return cell != NULL && verdict_is_gap(cell->verdict) ? PEN(ERROR) : PEN(WARNING);
	if (fact->is_bad)
		return PEN(WARNING);
	return strcmp(fact->label, "counted") == 0 ? PEN(STRONG) : PEN(TEXT);
}

static void add_facts(struct sheet *sheet)
{
	struct cell_facts facts;
	struct pen before = PEN(TEXT);
	model_cell_facts(sheet->scene->model, &facts);
	for (size_t i = 0; i < facts.count; i++) {
		const struct cell_fact *fact = &facts.items[i];
		bool goes_on = fact->label[0] == '\0' && fact->is_bad;
		before = goes_on ? before : pen_of(sheet->scene->model, fact);
		add_fact(sheet, fact, before);
	}
	cell_facts_release(&facts);
}

/* The verdict, as everywhere else: the rows are looked at because of it. */
static void add_verdict(struct sheet *sheet, const struct cell_rows *rows)
{
	const struct coverage *coverage = sheet->scene->model->coverage;
	const struct cell *cell = coverage_cell(coverage, rows->table, rows->date);
	struct buffer text = {0};
	if (cell == NULL)
		return;
	struct pen pen = PEN_VERDICT(cell->verdict);
	coverage_explain(coverage, rows->table, rows->date, &text);
	struct sheet words = sheet_open_section(sheet, verdict_word(cell->verdict));
	sheet_paragraph(&words, pen, without_verdict(cell->verdict, buffer_text(&text)));
	sheet_close_section(sheet, &words);
	buffer_release(&text);
}

void dialog_fill_rows(struct sheet *sheet)
{
	const struct model *model = sheet->scene->model;
	const struct cell_rows *rows = model->cell_rows;
	if (rows == NULL && model->cell_rows_trouble[0] != '\0') {
		sheet_paragraph(sheet, PEN(ERROR), model->cell_rows_trouble);
		sheet_paragraph(
			sheet, PEN(DIM), "nothing is known of this cell now; ^R asks again");
		return;
	}
	if (rows == NULL) {
		sheet_line(sheet, PEN(DIM), "asking the warehouse and the ledger");
		return;
	}
	add_verdict(sheet, rows);
	add_facts(sheet);
	if (rows->sample_trouble[0] != '\0') {
		sheet_blank(sheet);
		sheet_paragraph(sheet, PEN(WARNING), rows->sample_trouble);
	}
	if (rows->sample.row_count > 0) {
		sheet_blank(sheet);
		add_sample(sheet, rows);
	}
}
