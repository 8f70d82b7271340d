#include "tests/bench/support/users_log.h"

#include "base/date.h"
#include "base/path.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define SAMPLE_BYTES_MAX 1048576
#define DAYS		 1200 /* then they begin again */
#define COUNT_DIGITS_MIN 3
#define COUNT_DIGITS_MAX 6

/* Without the ugly one: half of all bytes would be one hostile line of it, which neither people nor
 * grep meet. */
static const char *const samples[] = {
	"interrupted", "mlfs_cut", "parallel", "pcf", "psza", "refused", "samples", "upgc", "utgc"};

static bool read_samples(struct buffer *into)
{
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		char path[64];
		struct error err;
		snprintf(path, sizeof(path), "tests/data/logs/%s.log", samples[i]);
		if (!path_read_file(path, SAMPLE_BYTES_MAX, into, &err))
			return false;
		if (into->length > 0 && into->bytes[into->length - 1] != '\n')
			buffer_add_char(into, '\n');
	}
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool move_date(char *text, size_t length, int days)
{
	char day[DATE_TEXT_BYTES];
	date_t date;
	if (length < DATE_TEXT_BYTES - 1)
		return false;
	memcpy(day, text, DATE_TEXT_BYTES - 1);
	day[DATE_TEXT_BYTES - 1] = '\0';
	if (!date_parse(day, &date))
		return false;
	date_format(date + days, day);
	memcpy(text, day, DATE_TEXT_BYTES - 1);
	return true;
}

/* The same number becomes the same one everywhere in a copy; statuses of HTTP stay. */
static void change_count(char *text, size_t digits, int copy)
{
	bool is_status = digits == 3 && (text[0] == '4' || text[0] == '5') && text[1] == '0';
	if (digits < COUNT_DIGITS_MIN || digits > COUNT_DIGITS_MAX || is_status)
		return;
	for (size_t i = 0; i < digits; i++)
		if (text[i] != '0')
			text[i] = (char)('1' + (text[i] - '1' + copy) % 9);
}

/* Not what the clock said: the time at the start of a line, the stamps in the names of runs. */
static bool is_of_clock(const char *text, size_t at)
{
	return at == 0 || text[at - 1] == '\n' || text[at - 1] == '_';
}

static void change_numbers(char *text, size_t length, int copy)
{
	for (size_t at = 0; at < length;) {
		size_t digits = 0;
		while (at + digits < length && is_digit(text[at + digits]))
			digits++;
		bool is_number = digits > 0 && !is_of_clock(text, at);
		if (is_number && move_date(text + at, length - at, copy % DAYS))
			digits = DATE_TEXT_BYTES - 1;
		else if (is_number)
			change_count(text + at, digits, copy);
		at += digits > 0 ? digits : 1;
	}
}

static bool write_copies(FILE *file, const struct buffer *all, int64_t bytes)
{
	struct buffer copy = {0};
	bool is_written = true;
	int64_t written = 0;
	for (int i = 0; is_written && written < bytes; i++) {
		buffer_clear(&copy);
		buffer_add(&copy, all->bytes, all->length);
		change_numbers(copy.bytes, copy.length, i);
		is_written = fwrite(copy.bytes, 1, copy.length, file) == copy.length;
		written += (int64_t)copy.length;
	}
	buffer_release(&copy);
	return is_written && fputs(USERS_LOG_LAST_LINE "\n", file) >= 0;
}

bool users_log_write(const char *path, int64_t bytes)
{
	struct buffer all = {0};
	FILE *file = read_samples(&all) ? fopen(path, "we") : NULL;
	bool is_written = file != NULL && write_copies(file, &all, bytes);
	if (file != NULL)
		is_written = fclose(file) == 0 && is_written;
	buffer_release(&all);
	return is_written;
}
