/*
 * log_digits: whether a pattern tells one digit from another.
 *
 * Lines of a log differ mostly in their numbers. A pattern in which every digit is as good as any
 * other ("[0-9]+", never "4") matches all lines that differ only in digits, or none of them, and at
 * the same places. A pattern that does tell digits apart can be blurred: every digit that it names
 * becomes "any digit", so that the blurred one matches whatever the pattern matches, and more.
 */
#ifndef BACKCOURT_JOBS_LOG_DIGITS_H
#define BACKCOURT_JOBS_LOG_DIGITS_H

struct buffer;

enum log_digits {
	DIGITS_ALIKE,
	DIGITS_TOLD_APART, /* `blurred` holds the blurred pattern */
	DIGITS_UNCLEAR,	   /* it says something that is not understood here */
};

enum log_digits log_digits_study(const char *pattern, struct buffer *blurred);

#endif
