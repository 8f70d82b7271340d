#include "command_parts.h"

#include "jobs/process_scan.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SCRIPT_PLACES 8 /* options of the interpreter stand before the script */

void process_split_line(const char *bytes, size_t length, struct process_line *into)
{
	size_t capacity = 0;
	struct process_line line = {.bytes = memory_copy_span(bytes, length)};
	for (size_t at = 0; at < length && line.count < PROCESS_ARGUMENTS_MAX;
		at += strlen(line.bytes + at) + 1) {
		ARRAY_GROW(line.items, line.count, capacity);
		line.items[line.count++] = line.bytes + at;
	}
	*into = line;
}

void process_line_release(struct process_line *line)
{
	free(line->items);
	free(line->bytes);
	*line = (struct process_line){0};
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash == NULL ? path : slash + 1;
}

/* "python3.12" and "python" are the same interpreter, "pytest" is not. */
static bool is_same_program(const char *a, const char *b)
{
	a = base_name(a);
	b = base_name(b);
	while (isalpha((unsigned char)*a) && *a == *b) {
		a++;
		b++;
	}
	return !isalpha((unsigned char)*a) && !isalpha((unsigned char)*b);
}

static bool has_template(const char *text)
{
	unsigned words = 0;
	char unknown[TEMPLATE_UNKNOWN_BYTES];
	return !template_scan(text, &words, unknown) || words != 0;
}

/* The argument that says what runs: the script of an interpreter, else the program itself. */
static size_t subject_of(const struct command *command)
{
	const char *second = command->argv_count > 1 ? command->argv[1] : "-";
	return second[0] != '-' && !has_template(second) && strchr(second, '.') != NULL ? 1 : 0;
}

/* Without "." and ".." and double slashes; by the text alone. */
static char *tidy_path(const char *folder, const char *path)
{
	struct buffer tidy = {0};
	char *joined =
		path[0] == '/' ? memory_copy_text(path) : memory_format("%s/%s", folder, path);
	for (const char *at = joined; *at != '\0';) {
		at += strspn(at, "/");
		size_t length = strcspn(at, "/");
		bool is_up = length == 2 && memcmp(at, "..", 2) == 0;
		if (is_up) {
			const char *last = tidy.length == 0 ? NULL : strrchr(tidy.bytes, '/');
			tidy.length = last == NULL ? 0 : (size_t)(last - tidy.bytes);
			if (tidy.bytes != NULL)
				tidy.bytes[tidy.length] = '\0';
		} else if (length > 0 && !(length == 1 && at[0] == '.')) {
			buffer_add_char(&tidy, '/');
			buffer_add(&tidy, at, length);
		}
		at += length;
	}
	free(joined);
	char *copy = memory_copy_text(buffer_text(&tidy));
	buffer_release(&tidy);
	return copy;
}

/* The kernel tells folders without their links, people write them with. */
static bool is_same_place(const char *mine, const char *other)
{
	struct stat first, second;
	return strcmp(mine, other) == 0 ||
	       (stat(mine, &first) == 0 && stat(other, &second) == 0 &&
		       first.st_dev == second.st_dev && first.st_ino == second.st_ino);
}

/* Of a process whose folder cannot be read: the end of its path, where it has folders. */
static bool has_same_end(const char *wanted, const char *found)
{
	size_t wanted_length = strlen(wanted), length = strlen(found);
	return strchr(wanted, '/') != NULL && length >= wanted_length &&
	       strcmp(found + length - wanted_length, wanted) == 0 &&
	       (length == wanted_length || found[length - wanted_length - 1] == '/');
}

/* The same path in another checkout is another script. */
static bool is_same_file(
	const struct command *command, const char *wanted, const char *found, const char *cwd)
{
	if (cwd == NULL && found[0] != '/')
		return has_same_end(wanted, found);
	char *mine = tidy_path(command->cwd, wanted), *other = tidy_path(cwd, found);
	bool same = is_same_place(mine, other);
	free(mine);
	free(other);
	return same;
}

/* "python -m backfill_jobs.x.y" is backfill_jobs/x/y.py below the folder that it was started in. */
static bool is_same_module(
	const struct command *command, const char *wanted, const char *found, const char *cwd)
{
	size_t length = strlen(found);
	if (cwd != NULL && !is_same_place(command->cwd, cwd))
		return false;
	if (strlen(wanted) != length + 3 || strcmp(wanted + length, ".py") != 0)
		return false;
	for (size_t i = 0; i < length; i++)
		if ((wanted[i] == '/' ? '.' : wanted[i]) != found[i])
			return false;
	return true;
}

/* The place of the script in the line; line->count when it is not there. */
static size_t find_script(const struct command *command, const char *wanted,
	const struct process_line *line, const char *cwd)
{
	for (size_t i = 1; i < line->count && i <= SCRIPT_PLACES; i++) {
		if (is_same_file(command, wanted, line->items[i], cwd))
			return i;
		if (strcmp(line->items[i - 1], "-m") == 0 &&
			is_same_module(command, wanted, line->items[i], cwd))
			return i;
	}
	return line->count;
}

/* A program without a slash is known by its name; one with a shebang stands second. */
static size_t find_program(
	const struct command *command, const struct process_line *line, const char *cwd)
{
	const char *wanted = command->argv[0];
	bool by_name = strchr(wanted, '/') == NULL;
	for (size_t i = 0; i < line->count && i < 2; i++)
		if (by_name ? strcmp(base_name(line->items[i]), wanted) == 0
			    : is_same_file(command, wanted, line->items[i], cwd))
			return i;
	return line->count;
}

/* The words between the subject and the dates that are no options ("dbt run ..."), in order. */
static bool has_words(
	const struct command *command, size_t subject, const struct process_line *line, size_t from)
{
	for (size_t i = subject + 1; i < command->argv_count; i++) {
		const char *word = command->argv[i];
		if (word[0] == '-' || word[0] == '\0' || has_template(word))
			continue;
		while (from < line->count && strcmp(line->items[from], word) != 0)
			from++;
		if (from++ >= line->count)
			return false;
	}
	return true;
}

bool process_matches(
	const struct command *command, const struct process_line *line, const char *cwd)
{
	size_t subject = subject_of(command);
	if (line->count == 0)
		return false;
	if (subject == 1 && !is_same_program(command->argv[0], line->items[0]))
		return false;
	size_t at = subject == 1 ? find_script(command, command->argv[1], line, cwd)
				 : find_program(command, line, cwd);
	return at < line->count && has_words(command, subject, line, at + 1);
}

/* --- dates ------------------------------------------------------------------------------------ */

/* The value in the line of what the job writes as "--option", "{word}" or "--option={word}". */
static const char *value_in(
	const char *const *texts, size_t count, const char *word, const struct process_line *line)
{
	char brace[16];
	snprintf(brace, sizeof(brace), "{%s}", word);
	for (size_t i = 1; i < count; i++) {
		const char *found = strstr(texts[i], brace);
		if (found == NULL)
			continue;
		bool is_alone = found == texts[i];
		const char *option = is_alone ? texts[i - 1] : texts[i];
		size_t length = strcspn(option, "={");
		if (option[0] != '-')
			continue;			   /* told by its place alone */
		for (size_t at = line->count; at-- > 1;) { /* the last one counts */
			const char *item = line->items[at];
			if (strncmp(item, option, length) != 0)
				continue;
			if (item[length] == '=')
				return item + length + 1;
			if (item[length] == '\0' && at + 1 < line->count)
				return line->items[at + 1];
		}
	}
	return NULL;
}

static int by_date(const void *left, const void *right)
{
	const date_t *a = left, *b = right;
	return (*a > *b) - (*a < *b);
}

/* "2021-11-16,2021-11-18"; false (and nothing) when one of them is no date. */
static bool read_list(const char *text, struct process_dates *into)
{
	size_t capacity = 0, count = 0;
	date_t *dates = NULL;
	for (const char *at = text; count < DATE_RANGE_DAYS_MAX;) {
		char word[DATE_TEXT_BYTES];
		size_t length = strcspn(at, ",");
		ARRAY_GROW(dates, count, capacity);
		if (length != sizeof(word) - 1)
			break;
		memcpy(word, at, length);
		word[length] = '\0';
		if (!date_parse(word, &dates[count]))
			break;
		count++;
		at += length;
		if (*at++ != '\0')
			continue;
		qsort(dates, count, sizeof(*dates), by_date);
		*into = (struct process_dates){.is_known = true,
			.range = {dates[0], dates[count - 1]},
			.dates = dates,
			.date_count = count};
		return true;
	}
	free(dates);
	return false;
}

void process_read_dates(
	const struct command *command, const struct process_line *line, struct process_dates *into)
{
	struct process_dates dates = {.range = {0, -1}};
	const char *list = value_in(command->argv_dates, command->argv_dates_count, "dates", line);
	if (list == NULL)
		list = value_in(command->argv, command->argv_count, "dates", line);
	const char *first = value_in(command->argv, command->argv_count, "start", line);
	if (first == NULL)
		first = value_in(command->argv, command->argv_count, "date", line);
	const char *last = value_in(command->argv, command->argv_count, "end", line);
	*into = dates;
	if (list != NULL) {
		read_list(list, into);
		return;
	}
	if (last == NULL && command->granularity == COMMAND_BY_DATE)
		last = first;
	if (first == NULL || last == NULL || !date_parse(first, &dates.range.first) ||
		!date_parse(last, &dates.range.last) || dates.range.first > dates.range.last)
		return; /* a script's own default is not ours to guess */
	dates.is_known = true;
	*into = dates;
}
