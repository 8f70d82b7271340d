/*
 * sample_home: a new home (program.h) whose warehouse has the sample season and nothing computed.
 *
 * The season is made once per test program, and copied.
 */
#ifndef BACKCOURT_TESTS_SAMPLE_HOME_H
#define BACKCOURT_TESTS_SAMPLE_HOME_H

char *sample_home(void); /* free() it */
/* The home's warehouse; free() it. */
char *sample_home_warehouse(const char *home);
void sample_home_forget(void);

#endif
