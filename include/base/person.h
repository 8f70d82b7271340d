/*
 * person: who is at work, as the ledger remembers it. Any thread.
 */
#ifndef BACKCOURT_BASE_PERSON_H
#define BACKCOURT_BASE_PERSON_H

#include <stddef.h>

/* "naji@host"; the number of the user where it has no name. Cut to fit. */
void person_find(char *into, size_t room);

#endif
