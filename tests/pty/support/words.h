/*
 * words: what a program tells a terminal besides its picture: the bell, notifications. It reads the
 * bytes as they come, in any pieces; zero-initialise, words_release.
 */
#ifndef BACKCOURT_TESTS_WORDS_H
#define BACKCOURT_TESTS_WORDS_H

#include "base/text.h"

struct words {
	int bells;	      /* the BEL that ends a sequence is none */
	int broken;	      /* sequences and characters that something else broke into */
	struct buffer notes;  /* each OSC but the title's, each DCS (with a P): "9;TEXT\n" */
	struct buffer string; /* of the one that is being read */
	enum { WORDS_PLAIN, WORDS_ESCAPE, WORDS_CHARSET, WORDS_CONTROL, WORDS_STRING } state;
	bool is_ending; /* ESC within a string */
	int continuing; /* bytes that the character still needs */
};

void words_read(struct words *words, const char *bytes, size_t length);
void words_release(struct words *words);

#endif
