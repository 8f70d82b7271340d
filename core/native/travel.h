/*
 * travel: miles between the teams' arenas (phase 3, section 4). Pure; any thread.
 */
#ifndef BACKCOURT_NATIVE_TRAVEL_H
#define BACKCOURT_NATIVE_TRAVEL_H

/* Great-circle miles, rounded; 0 for an unknown team or the same one. */
int travel_miles(const char *from, const char *to);

#endif
