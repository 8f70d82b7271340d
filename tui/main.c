#include "tui/console.h"
#include "tui/theme_verb.h"
#include "verbs/verbs.h"

#include <locale.h>

int main(int argc, char **argv)
{
	static const struct verbs_of_screen screen = {.console = console_run, .theme = theme_verb};
	setlocale(LC_CTYPE, ""); /* which characters the terminal shows; numbers stay as in C */
	return verbs_main(argc, argv, &screen);
}
