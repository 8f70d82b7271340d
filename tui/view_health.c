#include "base/clock.h"
#include "tui/dialog_parts.h"
#include "tui/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KIND_WIDTH   18
#define SUBJECT_MOST 44
#define FIX_WIDTH    4
#define PAGE_LEAST   5
#define LIST_COLUMN  2

static const enum action footer[] = {ACTION_OPEN, ACTION_FIX, ACTION_COPY, ACTION_FILTER,
	ACTION_SORT, ACTION_REFRESH, ACTION_HANDOFF, ACTION_RANGE, ACTION_THEME, ACTION_NONE};

static int page(const struct model *model, const struct layout *layout)
{
	(void)model;
	int rows = layout->areas[AREA_FINDINGS].height - 3;
	return rows > PAGE_LEAST ? rows : PAGE_LEAST;
}

struct pen part_health_severity(enum health_severity severity)
{
	switch (severity) {
	case HEALTH_ERROR:
		return PEN(ERROR);
	case HEALTH_WARNING:
		return PEN(WARNING);
	case HEALTH_UNKNOWN:
		return PEN(STATE_UNKNOWN);
	case HEALTH_NOTE:
	case HEALTH_SEVERITIES:
		return PEN(DIM);
	}
	return PEN(DIM);
}

/* "3 errors, 1 warning", as far as there are any. */
static void write_counts(const struct health_findings *findings, struct buffer *into)
{
	size_t start = into->length;
	for (enum health_severity severity = 0; severity < HEALTH_SEVERITIES; severity++) {
		size_t count = health_count(findings, severity);
		if (count == 0)
			continue;
		buffer_add_format(into, "%s%zu %s%s", into->length == start ? "" : ", ", count,
			severity == HEALTH_UNKNOWN ? "not seen" : health_severity_word(severity),
			count == 1 || severity == HEALTH_UNKNOWN ? "" : "s");
	}
	if (findings->count == 0)
		buffer_add_text(into, "nothing is wrong");
}

/* How the list is sorted and filtered, as far as it is. */
static void add_list_note(const struct model *model, struct buffer *into)
{
	const struct list_state *list = &model->view.lists[VIEW_HEALTH];
	if (list->sort != FINDING_SORT_SEVERITY)
		buffer_add_format(into, "by %s%s", model_sort_row(VIEW_HEALTH, list->sort)->name,
			list->is_reversed ? ", reversed" : "");
	if (list->filter[0] != '\0')
		buffer_add_format(into, "%s& %.24s  %zu hidden", into->length > 0 ? "  " : "",
			list->filter, model->health.findings.count - model->health.shown);
}

/* Without frames there is room for one of the two. */
static void write_note(const struct scene *scene, struct buffer *into)
{
	const struct model_health *health = &scene->model->health;
	char age[DURATION_TEXT_BYTES + 8];
	add_list_note(scene->model, into);
	if (into->length > 0 && !scene->layout->framed)
		return;
	const char *gap = into->length > 0 ? "  " : "";
	part_age(scene->model, health->findings.at_ms, age);
	if (health->is_looking)
		buffer_add_format(into, "%slooking", gap);
	else if (health->was_seen)
		buffer_add_format(into, "%s%slooked at %s", gap,
			health->trouble[0] != '\0' ? "a newer look failed; " : "", age);
}

static struct rect open_box(const struct scene *scene)
{
	const struct model_health *health = &scene->model->health;
	struct buffer title = {0}, note = {0};
	buffer_add_text(&title, "health");
	if (health->was_seen) {
		buffer_add_text(&title, ": ");
		write_counts(&health->findings, &title);
	}
	write_note(scene, &note);
	struct rect inside = part_box(scene, scene->layout->areas[AREA_FINDINGS],
		buffer_text(&title), buffer_text(&note), true);
	buffer_release(&title);
	buffer_release(&note);
	return inside;
}

/* The columns of the list; the evidence takes the rest. */
struct columns {
	int subject, subject_width, evidence, evidence_width, fix;
};

/* Where there is little room, without the dataset: the whole name is in the detail. */
static const char *name_in(const struct scene *scene, const struct health_finding *finding)
{
	const char *dot = strrchr(finding->subject, '.');
	bool is_short = scene->layout->size < LAYOUT_NORMAL && dot != NULL;
	return is_short ? dot + 1 : finding->subject;
}

static struct columns place_columns(const struct scene *scene, int width)
{
	const struct health_findings *findings = &scene->model->health.findings;
	int longest = 8;
	for (size_t i = 0; i < findings->count; i++) {
		int length = (int)strlen(name_in(scene, &findings->items[i]));
		longest = length > longest ? length : longest;
	}
	struct columns columns = {.subject = LIST_COLUMN + KIND_WIDTH};
	columns.subject_width = longest < SUBJECT_MOST ? longest : SUBJECT_MOST;
	if (columns.subject_width > width * 3 / 8)
		columns.subject_width = width * 3 / 8;
	columns.fix = width - FIX_WIDTH;
	columns.evidence = columns.subject + columns.subject_width + 1;
	columns.evidence_width = columns.fix - columns.evidence - 1;
	return columns;
}

static void paint_row(
	const struct scene *scene, struct rect line, const struct columns *c, size_t number)
{
	struct canvas *canvas = scene->canvas;
	const struct health_finding *finding = &scene->model->health.findings.items[number];
	bool selected = scene->model->view.finding == number;
	if (selected)
		canvas_glyph(canvas, line.x, line.y, PEN(FRAME_FOCUS), GLYPH_POINTER);
	canvas_text_fit(canvas, line.x + LIST_COLUMN, line.y, KIND_WIDTH - 1,
		part_health_severity(finding->severity), health_kind_name(finding->kind));
	part_name(canvas, line.x + c->subject, line.y, c->subject_width,
		selected ? PEN(STRONG) : PEN(TEXT), name_in(scene, finding));
	canvas_text_fit(canvas, line.x + c->evidence, line.y, c->evidence_width,
		selected ? PEN(TEXT) : PEN(DIM), finding->evidence);
	if (health_can_repair(finding))
		canvas_text(canvas, line.x + c->fix, line.y, PEN(KEY), "fix");
	if (selected)
		canvas_ground(canvas, (struct rect){line.x, line.y, line.width, 1}, ROLE_SELECTED);
}

/* Titles are severities: only where the list goes by them. */
static bool has_title(const struct model *model, size_t number)
{
	const struct health_finding *items = model->health.findings.items;
	return model->view.lists[VIEW_HEALTH].sort == FINDING_SORT_SEVERITY &&
	       (number == 0 || items[number - 1].severity != items[number].severity);
}

static int line_of(const struct model *model, size_t number)
{
	int line = (int)number;
	for (size_t i = 0; i <= number && i < model->health.shown; i++)
		line += has_title(model, i);
	return line;
}

/* So that the cursor is seen, and the list fills the area. */
static int first_line(const struct model *model, int height)
{
	int at = line_of(model, model->view.finding);
	int total = line_of(model, model->health.shown - 1) + 1;
	int first = at - height / 2;
	if (first > total - height)
		first = total - height;
	return first > 0 ? first : 0;
}

static void paint_title(const struct scene *scene, struct rect line, enum health_severity severity)
{
	static const char *const titles[HEALTH_SEVERITIES] = {[HEALTH_ERROR] = "errors",
		[HEALTH_WARNING] = "warnings",
		[HEALTH_UNKNOWN] = "not seen: nobody knows",
		[HEALTH_NOTE] = "notes"};
	canvas_text_fit(
		scene->canvas, line.x + 1, line.y, line.width - 2, PEN(HEADING), titles[severity]);
}

static void paint_rows(const struct scene *scene, struct rect rect)
{
	const struct health_findings *findings = &scene->model->health.findings;
	struct columns columns = place_columns(scene, rect.width);
	struct rect line = {rect.x, rect.y - first_line(scene->model, rect.height), rect.width, 1};
	struct rect before = canvas_clip(scene->canvas, rect);
	for (size_t i = 0; i < scene->model->health.shown && line.y < rect.y + rect.height; i++) {
		if (has_title(scene->model, i)) {
			paint_title(scene, line, findings->items[i].severity);
			line.y++;
		}
		part_spot_row(scene, line, i);
		paint_row(scene, line, &columns, i);
		line.y++;
	}
	canvas_clip(scene->canvas, before);
}

static void paint_words(
	const struct scene *scene, struct rect rect, struct pen pen, const char *text, int *y)
{
	while (*text != '\0' && *y < rect.y + rect.height) {
		size_t length = text_line_length(scene->canvas, text, rect.width);
		char *line = memory_copy_span(text, length);
		canvas_text(scene->canvas, rect.x, (*y)++, pen, line);
		free(line);
		text += length;
		text += strspn(text, " ");
	}
}

static const char looked_at[] =
	"Looked at: columns, their types and modes, data_hash, how partitions, tables and "
	"datasets keep their rows, streaming buffers, the circuit breaker, the run history, "
	"load jobs of today, the login, damage of a file.";

static void paint_trouble(const struct scene *scene, struct rect words, int y)
{
	char *help = memory_format("Nobody knows how the tables are. backcourt doctor looks at the "
				   "way to them; %s looks at them again.",
		keymap_first_key(scene->keymap, ACTION_REFRESH));
	paint_words(scene, words, PEN(ERROR), scene->model->health.trouble, &y);
	y++;
	paint_words(scene, words, PEN(DIM), help, &y);
	free(help);
}

static void paint_empty(const struct scene *scene, struct rect rect)
{
	const struct model_health *health = &scene->model->health;
	struct rect words = {rect.x + 1, rect.y, rect.width - 2, rect.height};
	int y = rect.y;
	if (health->trouble[0] != '\0')
		paint_trouble(scene, words, y);
	else if (health->findings.count > 0)
		paint_words(scene, words, PEN(DIM), "no finding has that: Esc shows all", &y);
	else if (!health->was_seen)
		paint_words(scene, words, PEN(DIM),
			health->is_looking ? "looking at the tables"
					   : "nobody has looked at the tables yet",
			&y);
	else {
		paint_words(scene, words, PEN(GOOD), "nothing is wrong with the tables", &y);
		y++;
		paint_words(scene, words, PEN(DIM), looked_at, &y);
	}
}

static const char *advice_of(const struct health_finding *finding)
{
	switch (finding->repair) {
	case REPAIR_NONE:
		break;
	case REPAIR_BY_HAND:
		return "what helps (backcourt does not do it)";
	case REPAIR_STATEMENT:
	case REPAIR_BREAKER:
		return "what mends it (f asks, then runs it)";
	}
	return "nothing has to be run";
}

static void paint_detail(const struct scene *scene)
{
	struct rect area = scene->layout->areas[AREA_DETAIL];
	const struct health_finding *finding = model_finding(scene->model);
	if (area.height <= 2 || finding == NULL)
		return;
	struct rect rect = part_box(
		scene, area, finding->subject, health_severity_word(finding->severity), false);
	struct rect words = {rect.x + 1, rect.y, rect.width - 2, rect.height};
	struct rect before = canvas_clip(scene->canvas, rect);
	bool is_roomy = rect.height >= 9;
	int y = rect.y;
	paint_words(scene, words, part_health_severity(finding->severity), finding->evidence, &y);
	y += is_roomy;
	paint_words(scene, words, PEN(TEXT), health_kind_meaning(finding->kind), &y);
	y += is_roomy;
	paint_words(scene, words, PEN(HEADING), advice_of(finding), &y);
	if (finding->statement != NULL)
		paint_words(scene, words, PEN(STRONG), finding->statement, &y);
	canvas_clip(scene->canvas, before);
}

static void paint(const struct scene *scene)
{
	struct rect inside = open_box(scene);
	if (model_finding(scene->model) == NULL) {
		paint_empty(scene, inside);
		return;
	}
	paint_rows(scene, inside);
	paint_detail(scene);
}

const struct view view_health = {
	.name = "Health", .places = "HFNJG", .footer = footer, .paint = paint, .page = page};
