/* Terminal, locale, colours. */
#include "doctor_parts.h"

#include "base/memory.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_MIN   60
#define HEIGHT_MIN  15
#define COLOURS_ALL 256

/* Of whichever of our three descriptors is a terminal. */
static bool find_size(struct winsize *size)
{
	for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++)
		if (ioctl(descriptor, TIOCGWINSZ, size) == 0 && size->ws_col > 0)
			return true;
	return false;
}

static void look_at_terminal(struct doctor *doctor, const char *term, bool is_known)
{
	struct winsize size;
	char words[48] = "no terminal here to measure";
	bool is_small = false;
	if (find_size(&size)) {
		snprintf(words, sizeof(words), "%dx%d", size.ws_col, size.ws_row);
		is_small = size.ws_col < WIDTH_MIN || size.ws_row < HEIGHT_MIN;
	}
	if (term == NULL || strcmp(term, "dumb") == 0)
		doctor_add(doctor, DOCTOR_TERMINAL, DOCTOR_WARNING,
			"TERM is %s: lines of text instead of the console",
			term == NULL ? "not set" : "dumb");
	else if (!is_known)
		doctor_add(doctor, DOCTOR_TERMINAL, DOCTOR_FAILED,
			"TERM=%.60s: this machine has no terminfo entry of that name", term);
	else
		doctor_add(doctor, DOCTOR_TERMINAL, is_small ? DOCTOR_WARNING : DOCTOR_GOOD,
			"TERM=%.60s, %s", term, words);
}

static const char *locale_name(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		if (doctor_environment(names[i]) != NULL)
			return doctor_environment(names[i]);
	return "C";
}

static void look_at_locale(struct doctor *doctor)
{
	const char *name = locale_name();
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	if (locale == (locale_t)0) {
		doctor_add(doctor, DOCTOR_LOCALE, DOCTOR_FAILED,
			"%.60s: this machine has no such locale", name);
		return;
	}
	const char *codeset = nl_langinfo_l(CODESET, locale);
	bool is_utf8 = strcmp(codeset, "UTF-8") == 0;
	doctor_add(doctor, DOCTOR_LOCALE, is_utf8 ? DOCTOR_GOOD : DOCTOR_WARNING, "%.60s: %.40s%s",
		name, codeset, is_utf8 ? "" : ", so ASCII is drawn");
	freelocale(locale);
}

static void look_at_colours(struct doctor *doctor, const char *term, bool is_known, int colours)
{
	const char *asked = doctor->config->color;
	if (text_equal(asked, "never") ||
		(doctor_environment("NO_COLOR") != NULL && !text_equal(asked, "always")))
		doctor_add(doctor, DOCTOR_COLOURS, DOCTOR_GOOD, "off, by %s",
			text_equal(asked, "never") ? "--color never" : "NO_COLOR");
	else if (!is_known)
		doctor_add(doctor, DOCTOR_COLOURS, DOCTOR_UNKNOWN,
			"no terminfo entry tells of %.60s", term == NULL ? "this terminal" : term);
	else if (colours >= COLOURS_ALL)
		doctor_add(doctor, DOCTOR_COLOURS, DOCTOR_GOOD, "%d", colours);
	else
		doctor_add(doctor, DOCTOR_COLOURS, DOCTOR_WARNING, "%s has %d", term,
			colours < 0 ? 0 : colours);
}

void doctor_look_at_screen(struct doctor *doctor)
{
	const char *term = doctor_environment("TERM");
	int colours = -1;
	bool is_known = term != NULL && terminfo_find(term, &colours);
	look_at_terminal(doctor, term, is_known);
	look_at_locale(doctor);
	look_at_colours(doctor, term, is_known, colours);
}
