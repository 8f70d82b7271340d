#include "witness/audit.h"
#include "base/clock.h"
#include "native/rules.h"
#include "tui/parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What failed: what asks for a person first, then what was to be expected. */

#define SIGN_WIDTH     2
#define CATEGORY_MOST  25 /* "INCOMPLETE_DATA_SKIPPED" and a blank */
#define CATEGORY_SHORT 20
#define NUMBER_WIDTH   6
#define LEFT_WIDTH     9
#define LOCK_WIDTH     18 /* "  9 out, 29 next" */
#define DATES_MOST     26

/* A width of 0 leaves the column out. */
struct columns {
	int name, category, category_width, whole, entities, tries, lock, lock_width, dates,
		dates_width, words, words_width;
};

static bool has_locks(const struct failures *failures)
{
	return failures->at_risk + failures->locked > 0;
}

static struct columns place_columns(const struct scene *scene, int width)
{
	struct columns c = {.name = 1 + SIGN_WIDTH};
	bool roomy = scene->layout->size >= LAYOUT_NORMAL;
	int gap = scene->layout->size > LAYOUT_TINY; /* for the sign before a heading */
	c.category = c.name + part_short_names(scene->model->pipeline, "table") + 1 + gap;
	c.category_width = roomy ? CATEGORY_MOST : CATEGORY_SHORT;
	c.whole = c.category + c.category_width;
	c.entities = c.whole + NUMBER_WIDTH + gap;
	c.tries = c.entities + LEFT_WIDTH + gap;
	c.lock = c.tries + NUMBER_WIDTH;
	c.lock_width = has_locks(model_failures(scene->model)) && roomy ? LOCK_WIDTH : 0;
	c.dates = c.lock + c.lock_width + 2;
	int rest = width - 1 - c.dates;
	c.dates_width = roomy && rest > 2 * DATES_MOST	 ? DATES_MOST
			: roomy && rest > DATES_MOST + 8 ? rest * 2 / 5
							 : rest;
	c.words = c.dates + c.dates_width + 1;
	c.words_width = width - 1 - c.words;
	return c;
}

static void paint_heading(const struct scene *scene, struct rect line, const struct columns *c)
{
	int x = line.x, y = line.y;
	part_head(scene, (struct rect){x + c->name, y, 5, 1}, FAILURE_SORT_TABLE, "table");
	part_head(scene, (struct rect){x + c->category, y, c->category_width, 1},
		FAILURE_SORT_CATEGORY, "category");
	part_head_right(scene, (struct rect){x + c->whole, y, NUMBER_WIDTH, 1}, FAILURE_SORT_DATES,
		"dates");
	part_head_right(scene, (struct rect){x + c->entities, y, LEFT_WIDTH, 1}, FAILURE_SORT_LEFT,
		"left out");
	part_head_right(scene, (struct rect){x + c->tries, y, NUMBER_WIDTH, 1}, FAILURE_SORT_TRIES,
		"tries");
	if (c->lock_width > 0)
		canvas_text(scene->canvas, x + c->lock + 2, y, PEN(HEADING), "lock-out");
	part_head(
		scene, (struct rect){x + c->dates, y, c->dates_width, 1}, FAILURE_SORT_FIRST, "on");
	if (c->words_width > 0)
		canvas_text_fit(
			scene->canvas, x + c->words, y, c->words_width, PEN(HEADING), "because");
}

static void paint_number(const struct scene *scene, int x, int y, int width, int64_t number)
{
	char text[24];
	snprintf(text, sizeof(text), "%" PRId64, number);
	canvas_text_right(scene->canvas, x, y, width, number > 0 ? PEN(TEXT) : PEN(FAINT),
		number > 0 ? text : "-");
}

static void paint_lock(const struct scene *scene, struct rect line, const struct columns *c,
	const struct failure_group *group)
{
	char text[48] = "";
	if (c->lock_width == 0)
		return;
	if (group->locked > 0)
		snprintf(text, sizeof(text), "%" PRId64 " out", group->locked);
	if (group->at_risk > 0)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%" PRId64 " next",
			text[0] == '\0' ? "" : ", ", group->at_risk);
	canvas_text_fit(
		scene->canvas, line.x + c->lock + 2, line.y, c->lock_width - 2, PEN(WARNING), text);
}

static struct pen pen_of(const struct failure_group *group)
{
	return group->is_expected ? PEN(DIM) : PEN_VERDICT(VERDICT_FAILED);
}

static void paint_group(const struct scene *scene, struct rect line, const struct columns *c,
	const struct failure_group *group)
{
	struct canvas *canvas = scene->canvas;
	struct buffer dates = {0};
	struct pen text = group->is_expected ? PEN(DIM) : PEN(TEXT);
	canvas_glyph(canvas, line.x + 1, line.y, pen_of(group),
		group->is_expected ? GLYPH_STATE_BOOTSTRAP : GLYPH_STATE_FAILED);
	canvas_text(canvas, line.x + c->name, line.y, text,
		scene->model->pipeline->tables[group->table].short_name);
	canvas_text_fit(canvas, line.x + c->category, line.y, c->category_width - 1, pen_of(group),
		group->category);
	paint_number(scene, line.x + c->whole, line.y, NUMBER_WIDTH, group->whole_dates);
	paint_number(scene, line.x + c->entities, line.y, LEFT_WIDTH, group->entities);
	paint_number(scene, line.x + c->tries, line.y, NUMBER_WIDTH, group->tries);
	paint_lock(scene, line, c, group);
	part_date_set(&group->dates, c->dates_width, &dates);
	canvas_text_fit(
		canvas, line.x + c->dates, line.y, c->dates_width, text, buffer_text(&dates));
	buffer_release(&dates);
	if (c->words_width > 0)
		canvas_text_fit(
			canvas, line.x + c->words, line.y, c->words_width, PEN(DIM), group->words);
}

/* The cursor lies on the list's ground. */
static void paint_cursor(const struct scene *scene, struct rect line)
{
	canvas_glyph(scene->canvas, line.x, line.y, PEN(FRAME_FOCUS), GLYPH_POINTER);
	canvas_ground(scene->canvas, line, ROLE_SELECTED);
}

static void paint_rows(const struct scene *scene, struct rect rect, const struct columns *c)
{
	const struct failures *failures = model_failures(scene->model);
	size_t cursor = model_events_row(scene->model), first = 0;
	size_t rows = rect.height > 0 ? (size_t)rect.height : 0;
	if (cursor < failures->count && cursor >= rows && rows > 0)
		first = cursor - rows + 1;
	for (size_t i = 0; i < rows && first + i < failures->count; i++) {
		struct rect line = {rect.x, rect.y + (int)i, rect.width, 1};
		bool is_last =
			i + 1 == rows && first + rows < failures->count && cursor != first + i;
		if (is_last) {
			canvas_format(scene->canvas, line.x + c->name, line.y, PEN(DIM),
				"and %zu more", failures->count - first - i);
			return;
		}
		part_spot_row(scene, line, first + i);
		paint_group(scene, line, c, &failures->groups[first + i]);
		if (cursor == first + i)
			paint_cursor(scene, line);
	}
}

static void add_sum(const struct failure_sum *sum, struct buffer *into)
{
	if (sum->dates > 0)
		buffer_add_format(into, "%d date%s", sum->dates, sum->dates == 1 ? "" : "s");
	if (sum->entities > 0)
		buffer_add_format(
			into, "%s%" PRId64 " left out", sum->dates > 0 ? ", " : "", sum->entities);
	if (sum->dates == 0 && sum->entities == 0)
		buffer_add_text(into, "nothing");
}

/* Returns the columns it took. */
static int paint_sum(const struct scene *scene, int x, int y, const char *title, struct pen pen,
	const struct failure_sum *sum)
{
	struct buffer text = {0};
	int used = canvas_text(scene->canvas, x, y, PEN(HEADING), title) + 1;
	add_sum(sum, &text);
	used += canvas_text(scene->canvas, x + used, y, pen, buffer_text(&text));
	buffer_release(&text);
	return used;
}

static void add_locks(const struct scene *scene, struct buffer *into)
{
	const struct failures *failures = model_failures(scene->model);
	char until[DATE_TEXT_BYTES];
	if (failures->locked + failures->at_risk > 0 && scene->layout->size < LAYOUT_NORMAL) {
		buffer_add_format(into, "locked %" PRId64 ", next %" PRId64, failures->locked,
			failures->at_risk);
		return;
	}
	if (failures->locked > 0)
		buffer_add_format(into, "%" PRId64 " locked out until %s", failures->locked,
			date_format_short(clock_local_date(failures->until_ms), until));
	if (failures->at_risk > 0)
		buffer_add_format(into, "%sa failing retry locks out %" PRId64,
			failures->locked > 0 ? ", " : "", failures->at_risk);
}

/* What could not be asked is no "nothing"; NULL: all was asked. */
static const char *doubt_of(const struct model *model)
{
	const struct audit *audit = model->audit;
	if (audit == NULL)
		return "asking the ledger and the warehouse";
	if (audit->is_without_records)
		return "a file of counts has no failure records";
	if (audit->records_trouble[0] != '\0')
		return audit->records_trouble;
	return audit->has_records ? NULL : "the failure records were not asked for";
}

static struct pen pen_of_sum(const struct failure_sum *sum, bool is_known)
{
	if (sum->dates > 0 || sum->entities > 0)
		return PEN(ERROR);
	return is_known ? PEN(GOOD) : PEN(TEXT);
}

static void paint_sums(const struct scene *scene, struct rect line)
{
	const struct model *model = scene->model;
	const struct failures *failures = model_failures(model);
	const char *doubt = doubt_of(model);
	struct buffer locks = {0};
	bool is_trouble = model->audit != NULL && model->audit->records_trouble[0] != '\0';
	int x = line.x + 1, end = line.x + line.width - 1;
	x += paint_sum(scene, x, line.y, "real", pen_of_sum(&failures->real, doubt == NULL),
		     &failures->real) +
	     3;
	x += paint_sum(scene, x, line.y, "expected", PEN(TEXT), &failures->expected) + 3;
	add_locks(scene, &locks);
	canvas_text_fit(scene->canvas, x, line.y, end - x,
		doubt == NULL || is_trouble ? PEN(WARNING) : PEN(DIM),
		doubt == NULL ? buffer_text(&locks) : doubt);
	buffer_release(&locks);
}

void part_failures(const struct scene *scene, struct rect area)
{
	const struct failures *failures = model_failures(scene->model);
	bool has_focus = model_events_row(scene->model) < failures->count;
	struct rect rect = part_box(scene, area, "failures", "r retries the table", has_focus);
	struct rect before = canvas_clip(scene->canvas, rect);
	struct columns columns = place_columns(scene, rect.width);
	paint_sums(scene, (struct rect){rect.x, rect.y, rect.width, 1});
	if (failures->count > 0 && rect.height > 2) {
		paint_heading(scene, (struct rect){rect.x, rect.y + 1, rect.width, 1}, &columns);
		paint_rows(scene, (struct rect){rect.x, rect.y + 2, rect.width, rect.height - 2},
			&columns);
	}
	canvas_clip(scene->canvas, before);
}

void part_tries(const struct scene *scene, size_t table, struct buffer *into)
{
	const struct audit *audit = scene->model->audit;
	const char *name = scene->model->pipeline->tables[table].name;
	int most = 0;
	int64_t at_risk = 0, locked = 0;
	if (audit == NULL)
		return;
	for (size_t i = 0; i < audit->try_count; i++)
		if (audit->tries[i].table == table && audit->tries[i].tries > most)
			most = audit->tries[i].tries;
	for (size_t i = 0; i < audit->locks.count; i++)
		if (strcmp(audit->locks.items[i].table, name) == 0) {
			at_risk += audit->locks.items[i].at_risk;
			locked += audit->locks.items[i].locked;
		}
	if (most > 0)
		buffer_add_format(into,
			"A date of it has failed %d time%s since it last "
			"succeeded. ",
			most, most == 1 ? "" : "s");
	if (at_risk > 0)
		buffer_add_format(into,
			"A failing attempt locks out %" PRId64 " more for %d days: it is their "
			"attempt number %d. ",
			at_risk, BREAKER_DAYS, BREAKER_ATTEMPTS);
	if (locked > 0)
		buffer_add_format(into,
			"%" PRId64 " are locked out now and left alone (backcourt breaker reset "
			"%s).",
			locked, scene->model->pipeline->tables[table].short_name);
}
