#include "log_prefix.h"

#include "base/memory.h"

#include <string.h>
#include <time.h>

static const struct {
	const char *word;
	size_t length;
	enum log_level level;
} levels[] = {
	{"INFO", 4, LEVEL_INFO},
	{"WARNING", 7, LEVEL_WARNING},
	{"ERROR", 5, LEVEL_ERROR},
	{"DEBUG", 5, LEVEL_DEBUG},
	{"CRITICAL", 8, LEVEL_CRITICAL},
};

/* The length of the level's word at the start of the text; 0 when there is none. */
static size_t read_level(const char *text, size_t length, enum log_level *level)
{
	for (size_t i = 0; i < ARRAY_COUNT(levels); i++) {
		if (levels[i].length < length && text[0] == levels[i].word[0] &&
			memcmp(text, levels[i].word, levels[i].length) == 0) {
			*level = levels[i].level;
			return levels[i].length;
		}
	}
	return 0;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

typedef uint8_t lanes __attribute__((vector_size(16)));

/* Letters, digits, '_' and '.', sixteen at a time: loggers are long, and every record has one. */
static lanes logger_lanes(const char *text)
{
	lanes block;
	memcpy(&block, text, sizeof(block));
	lanes letters = (block | 0x20) - 'a';
	return (lanes)(letters < 26) | (lanes)((lanes)(block - '0') < 10) | (lanes)(block == '_') |
	       (lanes)(block == '.');
}

static bool is_logger(const char *text, size_t length)
{
	if (length == 0 || !is_letter(text[0]))
		return false;
	if (length < sizeof(lanes)) {
		for (size_t i = 1; i < length; i++)
			if (!is_letter(text[i]) && !is_digit(text[i]) && text[i] != '.')
				return false;
		return true;
	}
	/* The last sixteen overlap what was looked at. */
	lanes good = logger_lanes(text + length - sizeof(lanes));
	for (size_t i = 0; i + sizeof(lanes) <= length; i += sizeof(lanes))
		good &= logger_lanes(text + i);
	uint64_t halves[2];
	memcpy(halves, &good, sizeof(halves));
	return (halves[0] & halves[1]) == UINT64_MAX;
}

static bool parse_plain(const char *text, size_t length, struct log_prefix *prefix)
{
	size_t word = read_level(text, length, &prefix->level);
	if (word == 0 || text[word] != ':')
		return false;
	const char *logger = text + word + 1;
	const char *end = memchr(logger, ':', length - word - 1);
	if (end == NULL || !is_logger(logger, (size_t)(end - logger)))
		return false;
	prefix->logger = logger;
	prefix->logger_length = (size_t)(end - logger);
	prefix->time = NULL;
	prefix->message_start = (size_t)(end - text) + 1;
	return true;
}

/* "2025-12-03 21:22:07,114": its length, or 0. */
static size_t time_length(const char *text, size_t length)
{
	static const char shape[] = "dddd-dd-dd_dd:dd:dd.ddd";
	if (length < sizeof(shape) - 1)
		return 0;
	for (size_t i = 0; i < sizeof(shape) - 1; i++) {
		bool fits = text[i] == shape[i];
		if (shape[i] == 'd')
			fits = is_digit(text[i]);
		else if (shape[i] == '_')
			fits = text[i] == ' ' || text[i] == 'T';
		else if (shape[i] == '.')
			fits = text[i] == ',' || text[i] == '.';
		if (!fits)
			return 0;
	}
	size_t taken = sizeof(shape) - 1;
	return taken + (taken < length && text[taken] == 'Z');
}

static bool skip_dash(const char *text, size_t length, size_t *at)
{
	if (*at + 3 > length || memcmp(text + *at, " - ", 3) != 0)
		return false;
	*at += 3;
	return true;
}

static bool parse_timed(const char *text, size_t length, struct log_prefix *prefix)
{
	size_t at = time_length(text, length);
	if (at == 0 || !skip_dash(text, length, &at))
		return false;
	struct log_prefix made = {.time = text};
	size_t word = read_level(text + at, length - at, &made.level);
	size_t behind = at + word;
	if (word == 0 || !skip_dash(text, length, &behind)) {
		const char *end = memmem(text + at, length - at, " - ", 3);
		if (end == NULL || !is_logger(text + at, (size_t)(end - text) - at))
			return false;
		made.logger = text + at;
		made.logger_length = (size_t)(end - text) - at;
		behind = (size_t)(end - text) + 3;
		word = read_level(text + behind, length - behind, &made.level);
		behind += word;
		if (word == 0 || !skip_dash(text, length, &behind))
			return false;
	}
	made.message_start = behind;
	*prefix = made;
	return true;
}

bool log_prefix_parse(const char *text, size_t length, struct log_prefix *prefix)
{
	if (length == 0)
		return false;
	if (is_digit(text[0]))
		return parse_timed(text, length, prefix);
	return parse_plain(text, length, prefix);
}

/* Text that quotes a record is not one. */
static bool may_end_a_message(char c)
{
	return strchr(" '\"([{=:\\", c) == NULL;
}

size_t log_prefix_find_glued(const char *text, size_t length, size_t from)
{
	const char *at = text + from;
	const char *end = text + length;
	for (; at < end && (at = memchr(at, ':', (size_t)(end - at))) != NULL; at++) {
		/* The last letters of the levels' words. */
		char last = at == text ? '\0' : at[-1];
		if (last != 'O' && last != 'G' && last != 'R' && last != 'L')
			continue;
		for (size_t i = 0; i < ARRAY_COUNT(levels); i++) {
			size_t word = levels[i].length;
			struct log_prefix prefix;
			if ((size_t)(at - text) >= from + word + 1 &&
				memcmp(at - word, levels[i].word, word) == 0 &&
				may_end_a_message(at[-(ptrdiff_t)word - 1]) &&
				parse_plain(at - word, (size_t)(end - at) + word, &prefix))
				return (size_t)(at - text) - word;
		}
	}
	return 0;
}

#define TIME_PARTS 6

/* Year, month, day, hour, minute, second. */
static bool read_time(const char *digits, size_t length, int values[TIME_PARTS])
{
	static const int widths[TIME_PARTS] = {4, 2, 2, 2, 2, 2};
	size_t at = 0;
	for (size_t i = 0; i < TIME_PARTS; i++) {
		while (at < length && !is_digit(digits[at]))
			at++;
		values[i] = 0;
		for (int k = 0; k < widths[i]; k++, at++) {
			if (at >= length || !is_digit(digits[at]))
				return false;
			values[i] = values[i] * 10 + (digits[at] - '0');
		}
	}
	return true;
}

static int64_t hour_ms(const int values[TIME_PARTS])
{
	struct tm time = {
		.tm_year = values[0] - 1900,
		.tm_mon = values[1] - 1,
		.tm_mday = values[2],
		.tm_hour = values[3],
		.tm_isdst = -1,
	};
	time_t seconds = mktime(&time);
	return seconds == (time_t)-1 ? -1 : (int64_t)seconds * 1000;
}

int64_t log_prefix_time_in(struct log_hour *hour, const char *digits, size_t length)
{
	int values[TIME_PARTS];
	if (!read_time(digits, length, values))
		return -1;
	if (memcmp(hour->values, values, sizeof(hour->values)) != 0) {
		memcpy(hour->values, values, sizeof(hour->values));
		hour->ms = hour_ms(values);
	}
	if (hour->ms < 0)
		return -1;
	return hour->ms + ((int64_t)values[4] * 60 + values[5]) * 1000;
}

int64_t log_prefix_time_ms(const char *digits, size_t length)
{
	struct log_hour hour = {.ms = -1};
	return log_prefix_time_in(&hour, digits, length);
}
