/* What the list of options says of itself. */
#include "config_parts.h"

#include "base/memory.h"

#include <stdio.h>
#include <string.h>

static void describe_left(const struct option_row *option, char *into, size_t room)
{
	if (option->kind == KIND_SWITCH)
		snprintf(into, room, "--[no-]%s", option->name);
	else
		snprintf(into, room, "--%s%s%s", option->name,
			option->argument[0] != '\0' ? " " : "", option->argument);
}

/* A default of 0 or -1 stands for "not given". */
static bool shows_default(const struct option_row *option)
{
	return option->initial != NULL && option->kind != KIND_FLAG &&
	       option->kind != KIND_SWITCH && strcmp(option->initial, "0") != 0;
}

void config_describe(struct buffer *into)
{
	for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++) {
		char left[96];
		describe_left(&config_options[i], left, sizeof(left));
		buffer_add_format(into, "  %-32s %s", left, config_options[i].help);
		if (shows_default(&config_options[i]))
			buffer_add_format(into, " (%s)", config_options[i].initial);
		buffer_add_char(into, '\n');
	}
}

void config_describe_markdown(struct buffer *into)
{
	buffer_add_text(into, "| option | variable | what | default |\n|---|---|---|---|\n");
	for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++) {
		char left[96], variable[64];
		describe_left(&config_options[i], left, sizeof(left));
		config_variable(&config_options[i], variable);
		buffer_add_text(into, "| `");
		for (const char *at = left; *at != '\0'; at++)
			buffer_add_format(into, *at == '|' ? "\\%c" : "%c", *at);
		buffer_add_format(into, "` | `%s` | %s | %s |\n", variable, config_options[i].help,
			shows_default(&config_options[i]) ? config_options[i].initial : "");
	}
}

bool config_option_at(size_t index, struct option_about *about)
{
	if (index >= CONFIG_OPTION_COUNT)
		return false;
	const struct option_row *option = &config_options[index];
	*about = (struct option_about){
		.name = option->name,
		.argument = option->argument,
		.help = option->help,
		.initial = shows_default(option) ? option->initial : NULL,
		.takes_value = config_takes_value(option),
		.is_word = option->kind == KIND_WORD,
		.can_say_no = option->kind == KIND_SWITCH,
		.when = option->when,
		.lowest = option->lowest,
		.highest = option->kind == KIND_NUMBER ? option->highest : 0,
	};
	config_variable(option, about->variable);
	return true;
}

/* A number of 0 whose lowest is higher, and a switch of -1, were not given. */
void config_value(const struct config *config, enum config_option index, struct buffer *into)
{
	const struct option_row *option = &config_options[index];
	const char *place = (const char *)config + option->offset;
	if (config_holds_text(option)) {
		const char *text = *(char *const *)place;
		buffer_add_text(into, text == NULL ? "" : text);
		return;
	}
	int number = *(const int *)place;
	if (number < option->lowest)
		return;
	if (option->kind == KIND_NUMBER)
		buffer_add_format(into, "%d", number);
	else
		buffer_add_text(into, number != 0 ? "yes" : "no");
}
