#include "command_parts.h"

#include <stdio.h>

static bool scan_list(const struct command_reader *reader, const char *key,
	const char *const *texts, size_t count, unsigned *found)
{
	char place[64], unknown[TEMPLATE_UNKNOWN_BYTES];
	for (size_t i = 0; i < count; i++) {
		snprintf(place, sizeof(place), "%s[%zu]", key, i);
		if (template_scan(texts[i], found, unknown))
			continue;
		const char *near = text_nearest(unknown, template_words(), TEMPLATE_COUNT);
		return command_fail(reader, place,
			"nothing is put in for {%s}%s%s%s: {start} {end} {date} {dates}", unknown,
			near != NULL ? " (did you mean {" : "", near != NULL ? near : "",
			near != NULL ? "}?)" : "");
	}
	return true;
}

static bool check_argv(const struct command_reader *reader)
{
	struct command *command = reader->command;
	unsigned found = 0;
	if (command->argv_count == 0)
		return command_fail(reader, "argv", "is missing");
	if (command->argv[0][0] == '\0')
		return command_fail(reader, "argv[0]", "must not be empty");
	if (!scan_list(reader, "argv", command->argv, command->argv_count, &found))
		return false;
	bool by_date = command->granularity == COMMAND_BY_DATE;
	if ((found & (TEMPLATE_BIT(START) | TEMPLATE_BIT(DATE) | TEMPLATE_BIT(DATES))) == 0)
		return command_fail(reader, "argv",
			"has none of {start}, {date}, {dates}: the command would not learn its "
			"dates");
	if ((found & TEMPLATE_BIT(DATE)) != 0 && !by_date)
		return command_fail(reader, "argv", "{date} needs \"granularity\": \"date\"");
	if ((found & TEMPLATE_BIT(START)) != 0 && (found & TEMPLATE_BIT(END)) == 0 && !by_date)
		return command_fail(
			reader, "argv", "{start} without {end} needs \"granularity\": \"date\"");
	if ((found & TEMPLATE_BIT(END)) != 0 && (found & TEMPLATE_BIT(START)) == 0)
		return command_fail(reader, "argv", "{end} stands there without {start}");
	command->takes_list =
		(found & TEMPLATE_BIT(DATES)) != 0 && (found & TEMPLATE_BIT(START)) == 0;
	return true;
}

static bool check_argv_dates(const struct command_reader *reader)
{
	const struct command *command = reader->command;
	unsigned found = 0;
	if (command->argv_dates_count == 0)
		return true;
	if (!scan_list(
		    reader, "argv_dates", command->argv_dates, command->argv_dates_count, &found))
		return false;
	if ((found & TEMPLATE_BIT(DATES)) == 0)
		return command_fail(reader, "argv_dates", "does not hold {dates}");
	return (found & TEMPLATE_BIT(DATE)) == 0 ||
	       command_fail(reader, "argv_dates", "cannot hold {date}: it stands for many dates");
}

static bool check_checkpoint(const struct command_reader *reader)
{
	const struct command *command = reader->command;
	unsigned found = 0;
	if (command->checkpoint == NULL)
		return true;
	char unknown[TEMPLATE_UNKNOWN_BYTES] = "";
	if (!template_scan(command->checkpoint, &found, unknown) ||
		(found & ~(TEMPLATE_BIT(START) | TEMPLATE_BIT(END))) != 0)
		return command_fail(reader, "checkpoint", "may hold {start} and {end} only");
	return true;
}

bool command_check_templates(const struct command_reader *reader)
{
	return check_argv(reader) && check_argv_dates(reader) && check_checkpoint(reader);
}
