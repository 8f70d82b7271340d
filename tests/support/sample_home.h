/*
 * sample_home: a new home (program.h) whose warehouse has the sample season and nothing computed.
 *
 * The season is made once per test program, and copied.
 */
#ifndef BACKCOURT_TESTS_SAMPLE_HOME_H
#define BACKCOURT_TESTS_SAMPLE_HOME_H

#include "base/date.h"

char *sample_home(void); /* free() it */
/* A new home with a copy of the warehouse of the home `model`, which nobody has open; free() it. */
char *sample_home_like(const char *model);
/* The home's warehouse; free() it. */
char *sample_home_warehouse(const char *home);
/* All receipts of the range as one text, to compare two homes: a line each, of table, date, rows
 * and hash. Free it. */
char *sample_home_receipts(const char *home, struct date_range range);
void sample_home_forget(void);

#endif
