#include "base/error.h"

#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 3, 0))) static void write_text(
	char *text, size_t room, const char *format, va_list arguments)
{
	if (vsnprintf(text, room, format, arguments) < 0)
		text[0] = '\0';
}

bool(error_set)(struct error *err, enum error_kind kind, const char *format, ...)
{
	if (err == NULL)
		return false;
	char text[ERROR_TEXT_BYTES];
	va_list arguments;
	va_start(arguments, format);
	write_text(text, sizeof(text), format, arguments);
	va_end(arguments);
	err->kind = kind;
	memcpy(err->text, text, sizeof(text));
	return false;
}

bool(error_set_system)(struct error *err, int number, const char *format, ...)
{
	if (err == NULL)
		return false;
	char text[ERROR_TEXT_BYTES];
	va_list arguments;
	va_start(arguments, format);
	write_text(text, sizeof(text), format, arguments);
	va_end(arguments);
	size_t length = strlen(text);
	snprintf(text + length, sizeof(text) - length, ": %s", strerror(number));
	err->kind = ERROR_SYSTEM;
	memcpy(err->text, text, sizeof(text));
	return false;
}

bool(error_prefix)(struct error *err, const char *format, ...)
{
	if (err == NULL)
		return false;
	char text[ERROR_TEXT_BYTES];
	va_list arguments;
	va_start(arguments, format);
	write_text(text, sizeof(text), format, arguments);
	va_end(arguments);
	size_t length = strlen(text);
	snprintf(text + length, sizeof(text) - length, ": %s", err->text);
	memcpy(err->text, text, sizeof(text));
	return false;
}

enum exit_status error_exit_status(enum error_kind kind)
{
	switch (kind) {
	case ERROR_NONE:
		return EXIT_ALL_COMPLETE;
	case ERROR_USAGE:
	case ERROR_CONFIG:
	case ERROR_INPUT:
		return EXIT_CONFIGURATION;
	case ERROR_WAREHOUSE:
	case ERROR_NETWORK:
	case ERROR_SYSTEM:
	case ERROR_LIMIT:
	case ERROR_BUSY:
	case ERROR_REFUSED:
		return EXIT_WAREHOUSE;
	case ERROR_CANCELLED:
		return EXIT_RUN_FAILED;
	}
	return EXIT_CONFIGURATION;
}
