/*
 * sample_names: names of people who do not exist.
 */
#ifndef BACKCOURT_RAW_SAMPLE_NAMES_H
#define BACKCOURT_RAW_SAMPLE_NAMES_H

#include "sample_random.h"

#define SAMPLE_NAME_BYTES 48

/* A number of 0..SAMPLE_NAME_COUNT - 1 gives a name with a player_lookup of its own. */
#define SAMPLE_NAME_COUNT 16000

void sample_name(int number, char name[SAMPLE_NAME_BYTES]);

#endif
