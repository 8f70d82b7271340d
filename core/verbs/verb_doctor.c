/* backcourt doctor: what backcourt needs here, what is missing, and what to do about it. */
#include "verb_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "doctor/doctor.h"

#include <stdlib.h>
#include <string.h>

#define NAME_WIDTH  12
#define LEVEL_WIDTH 8
#define INDENT	    (LEVEL_WIDTH + NAME_WIDTH + 2)
#define WIDTH	    80

/* Words in lines of WIDTH columns, the later ones below the first. */
static void add_words(struct buffer *into, const char *text)
{
	int column = INDENT;
	for (const char *word = text; *word != '\0';) {
		int length = (int)strcspn(word, " ");
		if (column > INDENT && column + 1 + length > WIDTH) {
			buffer_add_format(into, "\n%-*s", INDENT, "");
			column = INDENT;
		}
		buffer_add_format(into, "%s%.*s", column > INDENT ? " " : "", length, word);
		column += length + (column > INDENT);
		word += length + strspn(word + length, " ");
	}
	buffer_add_char(into, '\n');
}

static void add_result(struct buffer *into, const struct doctor_result *result, bool is_first)
{
	buffer_add_format(into, "%-*s %-*s ", LEVEL_WIDTH, doctor_level_word(result->level),
		NAME_WIDTH, is_first ? doctor_name(result->check) : "");
	add_words(into, result->text);
}

/* What to do stands once, below the last result of its check. */
static void add_advice(
	struct buffer *into, const struct doctor_report *report, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++) {
		if (report->items[i].level == DOCTOR_GOOD)
			continue;
		buffer_add_format(into, "%-*s", INDENT, "");
		char *line = memory_format("-> %s", doctor_advice(report->items[i].check));
		add_words(into, line);
		free(line);
		return;
	}
}

static void add_summary(struct buffer *into, const struct doctor_report *report)
{
	size_t counts[DOCTOR_LEVELS] = {0};
	for (size_t i = 0; i < report->count; i++)
		counts[report->items[i].level]++;
	buffer_add_format(into, "\n%zu good, %zu %s, %zu could not be asked, %zu failed\n",
		counts[DOCTOR_GOOD], counts[DOCTOR_WARNING],
		counts[DOCTOR_WARNING] == 1 ? "warning" : "warnings", counts[DOCTOR_UNKNOWN],
		counts[DOCTOR_FAILED]);
}

static void print_lines(const struct doctor_report *report)
{
	struct buffer text = {0};
	for (size_t i = 0; i < report->count;) {
		size_t end = i;
		for (; end < report->count && report->items[end].check == report->items[i].check;
			end++)
			add_result(&text, &report->items[end], end == i);
		add_advice(&text, report, i, end);
		i = end;
	}
	add_summary(&text, report);
	verb_print(stdout, &text);
}

static void print_json(const struct doctor_report *report)
{
	char at[CLOCK_TEXT_BYTES];
	json_t *root = json_object(), *list = json_array();
	for (size_t i = 0; i < report->count; i++) {
		const struct doctor_result *result = &report->items[i];
		json_t *item = json_object();
		json_object_set_new(item, "check", json_string(doctor_name(result->check)));
		json_object_set_new(item, "what", json_string(doctor_what(result->check)));
		json_object_set_new(item, "result", json_string(doctor_level_word(result->level)));
		json_object_set_new(item, "found", verb_json_text(result->text));
		json_object_set_new(item, "advice",
			result->level == DOCTOR_GOOD ? json_null()
						     : json_string(doctor_advice(result->check)));
		json_array_append_new(list, item);
	}
	json_object_set_new(root, "version", json_integer(VERB_JSON_VERSION));
	json_object_set_new(root, "at", json_string(clock_format_rfc3339(clock_wall_ms(), at)));
	json_object_set_new(root, "worst", json_string(doctor_level_word(doctor_worst(report))));
	json_object_set_new(root, "checks", list);
	verb_print_json(root);
}

int verb_doctor(const struct config *config)
{
	struct doctor_report report;
	struct error err;
	if (config->argument_count > 0) {
		error_set(&err, ERROR_USAGE, "doctor takes no arguments");
		return verb_fail(&err);
	}
	doctor_look(config, NULL, NULL, &report);
	if (config->json)
		print_json(&report);
	else
		print_lines(&report);
	int status = doctor_exit_status(&report);
	doctor_report_release(&report);
	return status;
}
