/*
 * The completion for bash: verbs, options, the words that an option takes, and the pipeline's
 * tables, which the program is asked for (`backcourt help tables`).
 */
#include "help_pages.h"

#include "base/memory.h"
#include "verbs/verbs.h"

#include <stdio.h>
#include <string.h>

static const char *const verb_names[] = {
#define X(id, name, page, arguments, help) name,
	VERB_LIST(X)
#undef X
};

static const char *const verb_arguments[] = {
#define X(id, name, page, arguments, help) arguments,
	VERB_LIST(X)
#undef X
};

static void add_verbs(struct buffer *into, const char *separator, const char *argument)
{
	const char *before = "";
	for (size_t i = 0; i < ARRAY_COUNT(verb_names); i++) {
		if (argument != NULL && strstr(verb_arguments[i], argument) == NULL)
			continue;
		buffer_add_format(into, "%s%s", before, verb_names[i]);
		before = separator;
	}
}

static void add_options(struct buffer *into)
{
	struct option_about about;
	for (size_t i = 0; config_option_at(i, &about); i++) {
		buffer_add_format(into, " --%s", about.name);
		if (about.can_say_no)
			buffer_add_format(into, " --no-%s", about.name);
	}
}

/* Options of fixed words, one case each: "--rules) words="corrected original" ;;". */
static void add_words(struct buffer *into)
{
	struct option_about about;
	for (size_t i = 0; config_option_at(i, &about); i++) {
		if (!about.is_word)
			continue;
		buffer_add_format(into, "\t--%s) words=\"", about.name);
		for (const char *at = about.argument; *at != '\0'; at++)
			buffer_add_char(into, *at == '|' ? ' ' : *at);
		buffer_add_text(into, "\" ;;\n");
	}
}

static bool names_a_path(const char *argument)
{
	return strstr(argument, "FILE") != NULL || strstr(argument, "DIR") != NULL ||
	       strstr(argument, "PATH") != NULL;
}

static void add_paths(struct buffer *into, bool paths)
{
	struct option_about about;
	const char *before = "\t";
	for (size_t i = 0; config_option_at(i, &about); i++) {
		if (about.is_word || !about.takes_value || names_a_path(about.argument) != paths)
			continue;
		buffer_add_format(into, "%s--%s", before, about.name);
		before = "|";
	}
	buffer_add_text(into, paths ? ") files=yes ;;\n" : ") return ;;\n");
}

void help_add_completion(struct buffer *into)
{
	buffer_add_text(into, "# bash completion for backcourt, made by `backcourt help bash`\n"
			      "_backcourt() {\n"
			      "\tlocal current=\"${COMP_WORDS[COMP_CWORD]}\" "
			      "before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
			      "\tlocal words= files= verb= word\n"
			      "\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
			      "\t\tcase $word in\n"
			      "\t\t");
	add_verbs(into, "|", NULL);
	buffer_add_text(into, ") verb=${verb:-$word} ;;\n"
			      "\t\tesac\n"
			      "\tdone\n"
			      "\tcase $before in\n");
	add_words(into);
	add_paths(into, true);
	add_paths(into, false);
	buffer_add_text(into, "\t*)\n"
			      "\t\tcase $current,$verb in\n"
			      "\t\t-*) words=\"");
	add_options(into);
	buffer_add_text(into, "\" ;;\n\t\t*,) words=\"");
	add_verbs(into, " ", NULL);
	buffer_add_text(into, "\" ;;\n\t\t*,");
	add_verbs(into, "|*,", "TABLE");
	buffer_add_text(into, ") words=$(\"${COMP_WORDS[0]}\" help tables 2>/dev/null) ;;\n\t\t*,");
	add_verbs(into, "|*,", "DIR");
	buffer_add_text(into, ") files=yes ;;\n"
			      "\t\tesac ;;\n"
			      "\tesac\n"
			      "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
			      "\t[ -z \"$files\" ] || mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY "
			      "< <(compgen -f -- \"$current\")\n"
			      "}\n"
			      "complete -o filenames -F _backcourt backcourt\n");
}
