#include "tests/test.h"

#include "tests/screens/support/ansi.h"
#include "tests/screens/support/golden.h"

#include "base/path.h"

#define GOLDEN_BYTES_MAX (1UL << 20)

static bool same_pen(struct pen a, struct pen b)
{
	return a.role == b.role && a.ground == b.ground && a.attributes == b.attributes;
}

static void add_pen(struct buffer *into, int first, int last, struct pen pen)
{
	buffer_add_format(into, "  %d-%d %s", first, last, role_name((enum role)pen.role));
	if (pen.ground != ROLE_TEXT)
		buffer_add_format(into, "/%s", role_name((enum role)pen.ground));
	if (pen.attributes != 0)
		buffer_add_format(into, "+%u", pen.attributes);
}

static bool is_bare(const struct canvas_cell *cell)
{
	return cell->glyph == ' ' && cell->pen.ground == ROLE_TEXT && cell->pen.attributes == 0;
}

/* Runs of equal pens; bare blanks belong to nothing. */
static void add_row_of_roles(struct buffer *into, const struct canvas *canvas, int y)
{
	int first = -1;
	struct pen pen = PEN(TEXT);
	buffer_add_format(into, "%3d", y);
	for (int x = 0; x <= canvas->width; x++) {
		const struct canvas_cell *cell = canvas_at(canvas, x, y);
		bool bare = cell == NULL || is_bare(cell);
		if (first >= 0 && (bare || !same_pen(pen, cell->pen))) {
			add_pen(into, first, x - 1, pen);
			first = -1;
		}
		if (first < 0 && !bare) {
			first = x;
			pen = cell->pen;
		}
	}
	buffer_add_char(into, '\n');
}

static void dump(const struct canvas *canvas, const struct theme *mono, struct buffer *into)
{
	canvas_dump(canvas, into);
	buffer_add_text(into, mono != NULL ? "--- attributes\n" : "--- roles\n");
	if (mono != NULL)
		attribute_dump(canvas, mono, into);
	else
		for (int y = 0; y < canvas->height; y++)
			add_row_of_roles(into, canvas, y);
}

static void compare(const char *path, const struct buffer *painted)
{
	struct buffer golden = {0};
	struct error err;
	const char *accept = getenv("BACKCOURT_ACCEPT");
	if (accept != NULL && accept[0] == '1') {
		assert_true(path_make_parent(path, &err));
		assert_true(path_write_file(path, painted->bytes, painted->length, &err));
	} else if (!path_read_file(path, GOLDEN_BYTES_MAX, &golden, &err)) {
		fail_msg("%s", err.text);
	} else if (strcmp(buffer_text(&golden), buffer_text(painted)) != 0) {
		print_message("%s is now:\n%s", path, buffer_text(painted));
		fail_msg("%s is not what is painted (`make golden` accepts it)", path);
	}
	buffer_release(&golden);
}

void golden_check(
	struct stage *stage, const char *name, int width, int height, enum golden_form form)
{
	static const char *const endings[] = {
		[GOLDEN_UNICODE] = "", [GOLDEN_ASCII] = "-ascii", [GOLDEN_MONO] = "-mono"};
	struct theme mono;
	struct error err;
	struct buffer painted = {0};
	if (!theme_load("mono", NULL, &mono, &err))
		fail_msg("%s", err.text);
	bool is_mono = form == GOLDEN_MONO;
	canvas_set_glyphs(stage->canvas, is_mono ? &mono : NULL, form == GOLDEN_ASCII);
	stage_size(stage, width, height);
	scene_paint(stage->canvas, stage->model, stage->keymap, "dark");
	dump(stage->canvas, is_mono ? &mono : NULL, &painted);
	char *path = memory_format(
		"tests/data/golden/%s-%dx%d%s.txt", name, width, height, endings[form]);
	compare(path, &painted);
	free(path);
	buffer_release(&painted);
	canvas_set_glyphs(stage->canvas, NULL, false);
}

void golden_check_sizes(struct stage *stage, const char *name)
{
	golden_check(stage, name, 80, 24, GOLDEN_UNICODE);
	golden_check(stage, name, 120, 40, GOLDEN_UNICODE);
	golden_check(stage, name, 200, 60, GOLDEN_UNICODE);
}

void golden_check_forms(struct stage *stage, const char *name)
{
	golden_check(stage, name, 80, 24, GOLDEN_ASCII);
	golden_check(stage, name, 120, 40, GOLDEN_ASCII);
	golden_check(stage, name, 200, 60, GOLDEN_ASCII);
	golden_check(stage, name, 120, 40, GOLDEN_MONO);
}
