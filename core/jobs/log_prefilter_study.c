#include "log_prefilter.h"

#include <string.h>

/*
 * Literals grow as the pattern is read from its start. A literal that met something it cannot
 * follow (a class, a dot, a repetition) is closed: it is still a start of every match, but no
 * longer grows.
 */
struct literals {
	int count;
	bool is_closed[SHAPE_LITERALS_MAX];
	struct shape_literal items[SHAPE_LITERALS_MAX];
};

static const char *read_alternatives(const char *at, struct literals *literals, bool *is_clear);

static bool is_special(char c)
{
	return strchr("\\^$.[]()|?*+{}", c) != NULL;
}

static bool is_all_closed(const struct literals *literals)
{
	for (int i = 0; i < literals->count; i++)
		if (!literals->is_closed[i])
			return false;
	return true;
}

static void close_all(struct literals *literals)
{
	for (int i = 0; i < literals->count; i++)
		literals->is_closed[i] = true;
}

static void append(struct literals *literals, const char *bytes, size_t length)
{
	for (int i = 0; i < literals->count; i++) {
		struct shape_literal *item = &literals->items[i];
		if (literals->is_closed[i])
			continue;
		if (item->length + length > sizeof(item->text)) {
			literals->is_closed[i] = true;
			continue;
		}
		memcpy(item->text + item->length, bytes, length);
		item->length += length;
	}
}

static size_t character_bytes(const char *at)
{
	size_t count = 1;
	while (((unsigned char)at[count] & 0xC0) == 0x80)
		count++;
	return count;
}

/* What repeats the item before it; 0 when nothing does. */
static char quantifier(const char *at)
{
	return *at != '\0' && strchr("?*+{", *at) != NULL ? *at : '\0';
}

/* Replaces each open literal by itself followed by each of `tails`; false when there are too many.
 */
static bool multiply(struct literals *literals, const struct literals *tails)
{
	struct literals result = {0};
	for (int i = 0; i < literals->count; i++) {
		int times = literals->is_closed[i] ? 1 : tails->count;
		for (int k = 0; k < times; k++) {
			if (result.count == SHAPE_LITERALS_MAX)
				return false;
			struct shape_literal *item = &result.items[result.count];
			*item = literals->items[i];
			result.is_closed[result.count] = literals->is_closed[i];
			if (!literals->is_closed[i]) {
				size_t room = sizeof(item->text) - item->length;
				size_t length = tails->items[k].length;
				bool fits = length <= room;
				memcpy(item->text + item->length, tails->items[k].text,
					fits ? length : room);
				item->length += fits ? length : room;
				result.is_closed[result.count] = !fits || tails->is_closed[k];
			}
			result.count++;
		}
	}
	*literals = result;
	return true;
}

/* Reads "(...)" and what repeats it. */
static const char *read_group(const char *at, struct literals *literals, bool *is_clear)
{
	struct literals inner = {.count = 1};
	const char *after = read_alternatives(at + 1, &inner, is_clear);
	if (!*is_clear || *after != ')')
		goto unclear;
	after++;
	switch (quantifier(after)) {
	case '\0':
		break;
	case '?':
		after++;
		if (inner.count == SHAPE_LITERALS_MAX || quantifier(after) != '\0')
			goto unclear;
		inner.is_closed[inner.count] = false;
		inner.items[inner.count++].length = 0;
		break;
	case '+':
		close_all(&inner);
		after++;
		break;
	default:
		goto unclear;
	}
	if (multiply(literals, &inner))
		return after;
unclear:
	*is_clear = false;
	return at;
}

/* Reads one item; NULL where the literals end (the item is something else). */
static const char *read_item(const char *at, struct literals *literals, bool *is_clear)
{
	if (*at == '(') {
		if (at[1] == '?') {
			*is_clear = false;
			return NULL;
		}
		const char *after = read_group(at, literals, is_clear);
		return *is_clear ? after : NULL;
	}
	const char *character = at;
	if (*at == '\\') {
		character = at + 1;
		bool is_literal = *character > ' ' && *character < 0x7F &&
				  strchr(".\\()[]{}|?*+^$/-", *character) != NULL;
		if (!is_literal)
			return NULL;
	} else if (is_special(*at)) {
		return NULL;
	}
	size_t length = character_bytes(character);
	const char *after = character + length;
	if (quantifier(after) != '\0')
		return NULL;
	append(literals, character, length);
	return after;
}

/* Skips to the end of this alternative: its closing ')' or '|' at the same depth. */
static const char *skip_rest(const char *at)
{
	int depth = 0;
	for (; *at != '\0'; at++) {
		if (*at == '\\' && at[1] != '\0') {
			at++;
		} else if (*at == '[') {
			at++;
			at += *at == '^';
			at += *at == ']';
			while (*at != '\0' && *at != ']')
				at += *at == '\\' && at[1] != '\0' ? 2 : 1;
			if (*at == '\0')
				return at;
		} else if (*at == '(') {
			depth++;
		} else if (depth == 0 && (*at == ')' || *at == '|')) {
			return at;
		} else if (*at == ')') {
			depth--;
		}
	}
	return at;
}

/* One alternative: literals as far as they go. A group that is not understood ends them too. */
static const char *read_sequence(const char *at, struct literals *literals)
{
	while (*at != '\0' && *at != ')' && *at != '|') {
		bool is_clear = true;
		struct literals before = *literals;
		const char *after = read_item(at, literals, &is_clear);
		if (after == NULL) {
			*literals = before;
			close_all(literals);
			return skip_rest(at);
		}
		at = after;
		if (is_all_closed(literals))
			return skip_rest(at);
	}
	return at;
}

static const char *read_alternatives(const char *at, struct literals *literals, bool *is_clear)
{
	struct literals all = {0};
	for (;;) {
		struct literals one = {.count = 1};
		at = read_sequence(at, &one);
		if (all.count + one.count > SHAPE_LITERALS_MAX) {
			*is_clear = false;
			return at;
		}
		for (int i = 0; i < one.count; i++) {
			all.is_closed[all.count] = one.is_closed[i];
			all.items[all.count++] = one.items[i];
		}
		if (*at != '|')
			break;
		at++;
	}
	*literals = all;
	return at;
}

static bool take(
	struct shape *shape, enum shape_kind kind, const struct literals *literals, size_t shortest)
{
	if (literals->count == 0)
		return false;
	for (int i = 0; i < literals->count; i++)
		if (literals->items[i].length < shortest)
			return false;
	shape->kind = kind;
	shape->literal_count = literals->count;
	memcpy(shape->literals, literals->items, sizeof(shape->literals));
	return true;
}

/* Where the literals of a sequence end: the item that closed them, or the end. */
static const char *read_open_part(const char *at, struct literals *literals)
{
	while (*at != '\0') {
		bool is_clear = true;
		struct literals before = *literals;
		const char *after = read_item(at, literals, &is_clear);
		if (after == NULL || is_all_closed(literals)) {
			if (after == NULL)
				*literals = before;
			return at;
		}
		at = after;
	}
	return at;
}

static bool is_any_tail(const char *rest)
{
	return strcmp(rest, "(.*)$") == 0 || strcmp(rest, ".*$") == 0 || strcmp(rest, ".*") == 0 ||
	       strcmp(rest, "(.*)") == 0;
}

static bool study_start(const char *at, struct shape *shape)
{
	struct literals literals = {.count = 1};
	const char *rest = read_open_part(at, &literals);
	if (!take(shape, SHAPE_START, &literals, 1))
		return false;
	shape->is_whole = is_any_tail(rest);
	for (int i = 0; i < literals.count; i++)
		if (literals.is_closed[i])
			shape->is_whole = false;
	return true;
}

/* "^[a-z0-9]+: literal" and "^([a-z0-9]+|[A-Z]{3}): literal": skips the word, or gives NULL. */
static const char *skip_word(const char *at)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-";
	bool in_group = *at == '(';
	if (in_group)
		at++;
	for (;;) {
		if (*at != '[')
			return NULL;
		at++;
		size_t length = strspn(at, allowed);
		if (length == 0 || at[length] != ']')
			return NULL;
		at += length + 1;
		if (*at == '+') {
			at++;
		} else if (*at == '{') {
			at += 1 + strspn(at + 1, "0123456789,");
			if (*at++ != '}')
				return NULL;
		}
		if (in_group && *at == '|') {
			at++;
			continue;
		}
		if (in_group && *at++ != ')')
			return NULL;
		return *at == ':' ? at + 1 : NULL;
	}
}

static bool study_word(const char *at, struct shape *shape)
{
	const char *behind = skip_word(at);
	if (behind == NULL)
		return false;
	struct literals literals = {.count = 1};
	read_open_part(behind, &literals);
	return take(shape, SHAPE_WORD, &literals, 2);
}

/* Any item at the top of the pattern whose literals are long enough. */
static bool study_inside(const char *at, struct shape *shape)
{
	while (*at != '\0') {
		struct literals literals = {.count = 1};
		const char *rest = read_open_part(at, &literals);
		if (take(shape, SHAPE_INSIDE, &literals, 5))
			return true;
		if (rest == at) {
			/* A class, a dot, an anchor: one item further, with what repeats it. */
			if (*at == '[') {
				const char *end = strchr(at + 2, ']');
				if (end == NULL)
					return false;
				at = end + 1;
			} else if (*at == '(' || *at == '\\') {
				return false;
			} else {
				at++;
			}
			while (*at != '\0' && strchr("?*+", *at) != NULL)
				at++;
		} else {
			at = rest;
		}
	}
	return false;
}

/* A '|' outside every group makes the anchor one of the first alternative only. */
static bool has_top_alternatives(const char *pattern)
{
	const char *end = skip_rest(pattern);
	return *end != '\0';
}

void log_prefilter_study(const char *pattern, struct shape *shape)
{
	memset(shape, 0, sizeof(*shape));
	/* Options such as (?i) and (?x) change what literals mean. */
	for (const char *at = pattern; (at = strstr(at, "(?")) != NULL; at += 2)
		if (at[2] != ':' && at[2] != '!' && at[2] != '=')
			return;
	if (strstr(pattern, "\\Q") != NULL || strstr(pattern, "(*") == pattern)
		return;
	if (has_top_alternatives(pattern)) {
		struct literals literals = {.count = 1};
		bool is_clear = true;
		const char *end = read_alternatives(pattern, &literals, &is_clear);
		if (is_clear && *end == '\0')
			take(shape, SHAPE_INSIDE, &literals, 3);
		return;
	}
	if (pattern[0] == '^' &&
		(study_start(pattern + 1, shape) || study_word(pattern + 1, shape)))
		return;
	memset(shape, 0, sizeof(*shape));
	study_inside(pattern, shape);
}
