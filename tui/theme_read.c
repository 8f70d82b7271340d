/* Themes from their files: the embedded ones, the user's, and what these inherit. */
#include "tui/theme_parts.h"

#include "base/embedded.h"
#include "base/memory.h"
#include "base/path.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define VARIABLE_BYTES 32

static const char *const glyph_names[GLYPH_COUNT] = {
#define X(id, name, code_point, ascii) [GLYPH_##id] = name,
	GLYPH_LIST(X)
#undef X
#define X(id, letter, word, gap, meaning) [GLYPH_STATE_##id] = word,
		VERDICT_LIST(X)
#undef X
};

static const char *const built_in_themes[] = {
	"dark", "light", "terminal", "high-contrast", "deuteranopia", "tritanopia", "mono"};

static const char *const ansi_names[16] = {"black", "red", "green", "yellow", "blue", "magenta",
	"cyan", "white", "bright-black", "bright-red", "bright-green", "bright-yellow",
	"bright-blue", "bright-magenta", "bright-cyan", "bright-white"};

struct variable {
	char name[VARIABLE_BYTES];
	struct colour colour;
};

/* One file being read; `depth` counts the files that inherit it. */
struct reader {
	const char *source;
	const char *user_folder;
	int line;
	int depth;
	struct theme *theme;
	struct variable variables[THEME_VARIABLES_MAX];
	size_t variable_count;
};

static bool complain(struct reader *reader, struct error *err, const char *what, const char *word)
{
	return error_set(
		err, ERROR_CONFIG, "%s:%d: %s '%s'", reader->source, reader->line, what, word);
}

static size_t find_name(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return count;
}

static bool parse_hex(const char *word, struct colour *colour)
{
	if (strlen(word) != 7 || strspn(word + 1, "0123456789abcdefABCDEF") != 6)
		return false;
	*colour = (struct colour){COLOUR_RGB, (uint32_t)strtoul(word + 1, NULL, 16)};
	return true;
}

static bool parse_colour(struct reader *reader, const char *word, struct colour *colour)
{
	int64_t index;
	if (word[0] == '#')
		return parse_hex(word, colour);
	if (word[0] == '$') {
		for (size_t i = reader->variable_count; i-- > 0;)
			if (strcmp(reader->variables[i].name, word + 1) == 0) {
				*colour = reader->variables[i].colour;
				return true;
			}
		return false;
	}
	if (strcmp(word, "default") == 0) {
		*colour = (struct colour){COLOUR_DEFAULT, 0};
		return true;
	}
	if (text_to_integer(word, &index) && index >= 0 && index <= 255) {
		*colour = (struct colour){COLOUR_INDEX, (uint32_t)index};
		return true;
	}
	size_t name = find_name(ansi_names, 16, word);
	*colour = (struct colour){COLOUR_INDEX, (uint32_t)name};
	return name < 16;
}

static unsigned parse_attribute(const char *word)
{
	static const struct {
		const char *word;
		unsigned attribute;
	} attributes[] = {{"bold", ATTRIBUTE_BOLD}, {"dim", ATTRIBUTE_DIM},
		{"underline", ATTRIBUTE_UNDERLINE}, {"reverse", ATTRIBUTE_REVERSE}};
	for (size_t i = 0; i < ARRAY_COUNT(attributes); i++)
		if (strcmp(attributes[i].word, word) == 0)
			return attributes[i].attribute;
	return 0;
}

/* The next blank-separated word of *rest, cut out in place; NULL at the end. */
static char *next_word(char **rest)
{
	char *word = *rest + strspn(*rest, " \t");
	if (*word == '\0')
		return NULL;
	char *end = word + strcspn(word, " \t");
	*rest = *end == '\0' ? end : end + 1;
	*end = '\0';
	return word;
}

static bool read_style(
	struct reader *reader, char *value, struct theme_style *style, struct error *err)
{
	struct theme_style fresh = {0};
	bool first = true;
	for (char *word; (word = next_word(&value)) != NULL; first = false) {
		unsigned attribute = parse_attribute(word);
		fresh.attributes |= attribute;
		if (attribute != 0)
			continue;
		struct colour *colour = &fresh.foreground;
		if (strcmp(word, "on") == 0) {
			colour = &fresh.background;
			word = next_word(&value);
		} else if (!first) {
			return complain(reader, err, "not an attribute:", word);
		}
		if (word == NULL)
			return complain(reader, err, "a colour is missing after", "on");
		if (!parse_colour(reader, word, colour))
			return complain(reader, err, "not a colour:", word);
	}
	if (first)
		return complain(reader, err, "a value is missing after", "=");
	*style = fresh;
	return true;
}

/* One quoted form; *rest moves behind it. */
static bool read_quoted(char **rest, uint32_t *code_point)
{
	char *start = *rest + strspn(*rest, " \t");
	if (*start != '"')
		return false;
	size_t length = strlen(start + 1);
	size_t used = text_decode_utf8(start + 1, length, code_point);
	if (used == 0 || start[1 + used] != '"')
		return false;
	*rest = start + used + 2;
	return true;
}

static bool read_glyph(struct reader *reader, const char *name, char *value, struct error *err)
{
	size_t glyph = find_name(glyph_names, GLYPH_COUNT, name);
	uint32_t unicode, plain;
	char *rest = value;
	if (glyph == GLYPH_COUNT)
		return complain(reader, err, "no glyph is called", name);
	if (!read_quoted(&rest, &unicode) || !read_quoted(&rest, &plain) || *rest != '\0')
		return complain(reader, err, "a glyph is \"X\" \"Y\" (Unicode, ASCII), not", value);
	if (plain < 32 || plain > 126)
		return complain(reader, err, "the second form is not ASCII:", value);
	reader->theme->glyphs[glyph] = unicode;
	reader->theme->ascii[glyph] = (char)plain;
	return true;
}

static bool read_variable(struct reader *reader, const char *name, char *value, struct error *err)
{
	if (reader->variable_count == THEME_VARIABLES_MAX)
		return complain(reader, err, "too many variables at", name);
	struct variable *variable = &reader->variables[reader->variable_count];
	if (!text_copy(variable->name, sizeof(variable->name), name))
		return complain(reader, err, "a name is too long:", name);
	if (!parse_colour(reader, value, &variable->colour))
		return complain(reader, err, "not a colour:", value);
	reader->variable_count++;
	return true;
}

static bool read_text(struct reader *reader, const char *text, size_t length, struct error *err);

char *theme_user_folder(void)
{
	char *home;
	if (!path_config_home(&home, NULL))
		return NULL;
	char *folder = path_join(home, "themes");
	free(home);
	return folder;
}

static bool load_text(
	const char *name, const char *user_folder, struct buffer *text, struct error *err)
{
	if (strchr(name, '/') != NULL)
		return path_read_file(name, THEME_FILE_BYTES_MAX, text, err);
	char *file = memory_format("%s/%s.theme", user_folder == NULL ? "" : user_folder, name);
	bool own = user_folder != NULL && path_exists(file);
	bool good = own && path_read_file(file, THEME_FILE_BYTES_MAX, text, err);
	free(file);
	if (own)
		return good;
	size_t length;
	file = memory_format("themes/%s.theme", name);
	const char *embedded = embedded_find(file, &length);
	free(file);
	if (embedded == NULL) {
		const char *near =
			text_nearest(name, built_in_themes, ARRAY_COUNT(built_in_themes));
		return error_set(err, ERROR_CONFIG, "no theme is called %s%s%s", name,
			near != NULL ? "; did you mean " : "", near != NULL ? near : "");
	}
	buffer_add(text, embedded, length);
	return true;
}

static bool read_inherited(struct reader *reader, const char *name, struct error *err)
{
	if (reader->depth == THEME_INHERIT_DEPTH_MAX)
		return complain(reader, err, "inherits in a circle:", name);
	struct buffer text = {0};
	const char *source = reader->source;
	int line = reader->line;
	bool good = load_text(name, reader->user_folder, &text, err);
	if (!good) {
		error_prefix(err, "%s:%d", source, line);
	} else {
		reader->source = name;
		reader->depth++;
		good = read_text(reader, buffer_text(&text), text.length, err);
		reader->depth--;
		reader->source = source;
		reader->line = line;
	}
	buffer_release(&text);
	return good;
}

static bool read_pair(struct reader *reader, char *key, char *value, struct error *err)
{
	if (strcmp(key, "inherit") == 0)
		return read_inherited(reader, value, err);
	if (strcmp(key, "name") == 0) {
		if (reader->depth == 0 &&
			!text_copy(reader->theme->name, sizeof(reader->theme->name), value))
			return complain(reader, err, "a name is too long:", value);
		return true;
	}
	if (text_starts_with(key, "color."))
		return read_variable(reader, key + 6, value, err);
	if (text_starts_with(key, "glyph."))
		return read_glyph(reader, key + 6, value, err);
	size_t role = find_name(theme_role_names, ROLE_COUNT, key);
	if (role < ROLE_COUNT)
		return read_style(reader, value, &reader->theme->styles[role], err);
	const char *near = text_nearest(key, theme_role_names, ROLE_COUNT);
	if (near == NULL)
		return complain(reader, err, "unknown key", key);
	return error_set(err, ERROR_CONFIG, "%s:%d: unknown key '%s'; did you mean %s",
		reader->source, reader->line, key, near);
}

static char *trim(char *text)
{
	text += strspn(text, " \t");
	size_t length = strlen(text);
	while (length > 0 && isspace((unsigned char)text[length - 1]))
		text[--length] = '\0';
	return text;
}

static bool read_line(struct reader *reader, char *line, struct error *err)
{
	line = trim(line);
	if (line[0] == '\0' || line[0] == '#')
		return true;
	char *equals = strchr(line, '=');
	if (equals == NULL)
		return complain(reader, err, "a line is key = value, not", line);
	*equals = '\0';
	return read_pair(reader, trim(line), trim(equals + 1), err);
}

static bool read_text(struct reader *reader, const char *text, size_t length, struct error *err)
{
	reader->line = 0;
	for (size_t at = 0; at < length;) {
		const char *newline = memchr(text + at, '\n', length - at);
		size_t count = newline == NULL ? length - at : (size_t)(newline - text) - at;
		char line[THEME_LINE_BYTES_MAX + 1];
		reader->line++;
		if (count > THEME_LINE_BYTES_MAX || memchr(text + at, '\0', count) != NULL)
			return error_set(err, ERROR_CONFIG,
				"%s:%d: a line has at most %d bytes and none is NUL",
				reader->source, reader->line, THEME_LINE_BYTES_MAX);
		memcpy(line, text + at, count);
		line[count] = '\0';
		if (!read_line(reader, line, err))
			return false;
		at += count + 1;
	}
	return true;
}

static bool parse_with_folder(const struct buffer *text, const char *source,
	const char *user_folder, struct theme *theme, struct error *err)
{
	struct theme fresh = {.name = ""};
	struct reader reader = {.source = source, .user_folder = user_folder, .theme = &fresh};
	if (text->length > THEME_FILE_BYTES_MAX)
		return error_set(err, ERROR_LIMIT, "%s: a theme has at most %d bytes", source,
			THEME_FILE_BYTES_MAX);
	struct buffer ours = {0};
	bool is_btop = theme_is_btop(buffer_text(text));
	if (is_btop && !theme_from_btop(buffer_text(text), source, &ours, err))
		return false;
	const struct buffer *read = is_btop ? &ours : text;
	bool good = read_text(&reader, buffer_text(read), read->length, err);
	buffer_release(&ours);
	if (!good)
		return false;
	if (fresh.name[0] == '\0')
		text_copy(fresh.name, sizeof(fresh.name), source);
	*theme = fresh;
	return true;
}

bool theme_parse(
	const char *text, size_t length, const char *source, struct theme *theme, struct error *err)
{
	struct buffer copy = {0};
	buffer_add(&copy, text, length);
	bool good = parse_with_folder(&copy, source, NULL, theme, err);
	buffer_release(&copy);
	return good;
}

bool theme_load(
	const char *name_or_path, const char *user_folder, struct theme *theme, struct error *err)
{
	struct buffer text = {0};
	bool good = load_text(name_or_path, user_folder, &text, err) &&
		    parse_with_folder(&text, name_or_path, user_folder, theme, err);
	buffer_release(&text);
	return good;
}

const char *theme_next(const char *name)
{
	size_t count = ARRAY_COUNT(built_in_themes);
	size_t at = find_name(built_in_themes, count, name);
	return at >= count - 1 ? built_in_themes[0] : built_in_themes[at + 1];
}
