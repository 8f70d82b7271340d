/*
 * vision: how far apart two colours are to an eye, and how well one can be read on the other. Pure.
 *
 * Simulations of colour blindness: Machado, Oliveira, Fernandes 2009, full severity. Distance:
 * CIEDE2000 as published by Sharma, Wu, Dalal 2005. Contrast: WCAG 2, from 1 to 21.
 */
#ifndef BACKCOURT_TUI_VISION_H
#define BACKCOURT_TUI_VISION_H

#include <stdint.h>

enum vision { VISION_NORMAL, VISION_PROTAN, VISION_DEUTAN, VISION_TRITAN, VISION_COUNT };

/* CIELAB under D65. */
struct lab {
	double l, a, b;
};

const char *vision_name(enum vision vision);
/* Of 0xRRGGBB (sRGB), as such an eye sees it. */
struct lab vision_lab(uint32_t rgb, enum vision vision);
double vision_distance(struct lab p, struct lab q);
double vision_contrast(uint32_t a, uint32_t b);

#endif
