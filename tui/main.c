#include "tui/console.h"
#include "verbs/verbs.h"

#include <locale.h>

int main(int argc, char **argv)
{
	setlocale(LC_CTYPE, ""); /* which characters the terminal shows; numbers stay as in C */
	return verbs_main(argc, argv, console_run);
}
