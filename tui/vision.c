#include "tui/vision.h"

#include <math.h>
#include <stddef.h>

static const double simulations[VISION_COUNT][9] = {{1, 0, 0, 0, 1, 0, 0, 0, 1},
	{0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116,
		1.051998},
	{0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940,
		0.968881},
	{1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367,
		0.303900}};

static double linear(unsigned channel)
{
	double c = channel / 255.0;
	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double limit(double value)
{
	return value < 0 ? 0 : value > 1 ? 1 : value;
}

static double lab_curve(double t)
{
	return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

struct lab vision_lab(uint32_t rgb, enum vision vision)
{
	const double *m = simulations[vision];
	double c[3] = {linear(rgb >> 16), linear(rgb >> 8 & 255), linear(rgb & 255)};
	double s[3];
	for (size_t i = 0; i < 3; i++)
		s[i] = limit(m[3 * i] * c[0] + m[3 * i + 1] * c[1] + m[3 * i + 2] * c[2]);
	double x = 0.4124564 * s[0] + 0.3575761 * s[1] + 0.1804375 * s[2];
	double y = 0.2126729 * s[0] + 0.7151522 * s[1] + 0.0721750 * s[2];
	double z = 0.0193339 * s[0] + 0.1191920 * s[1] + 0.9503041 * s[2];
	double fx = lab_curve(x / 0.95047), fy = lab_curve(y), fz = lab_curve(z / 1.08883);
	return (struct lab){116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)};
}

static double hue(double a, double b)
{
	double angle = atan2(b, a) * 180 / M_PI;
	return angle < 0 ? angle + 360 : angle;
}

static double radians(double degrees)
{
	return degrees * M_PI / 180;
}

double vision_distance(struct lab p, struct lab q)
{
	double mean_c = (hypot(p.a, p.b) + hypot(q.a, q.b)) / 2, c7 = pow(mean_c, 7);
	double g = 0.5 * (1 - sqrt(c7 / (c7 + pow(25, 7))));
	double pa = (1 + g) * p.a, qa = (1 + g) * q.a;
	double pc = hypot(pa, p.b), qc = hypot(qa, q.b), ph = hue(pa, p.b), qh = hue(qa, q.b);
	double dh = qh - ph, mean_h = (ph + qh) / 2;
	if (fabs(dh) > 180) {
		dh += dh > 0 ? -360 : 360;
		mean_h += mean_h < 180 ? 180 : -180;
	}
	if (pc * qc == 0) {
		dh = 0;
		mean_h = ph + qh;
	}
	double big_dh = 2 * sqrt(pc * qc) * sin(radians(dh / 2));
	double mean_l = (p.l + q.l) / 2, mean = (pc + qc) / 2;
	double t = 1 - 0.17 * cos(radians(mean_h - 30)) + 0.24 * cos(radians(2 * mean_h)) +
		   0.32 * cos(radians(3 * mean_h + 6)) - 0.20 * cos(radians(4 * mean_h - 63));
	double l50 = pow(mean_l - 50, 2), m7 = pow(mean, 7);
	double sl = 1 + 0.015 * l50 / sqrt(20 + l50), sc = 1 + 0.045 * mean;
	double sh = 1 + 0.015 * mean * t;
	double rt = -2 * sqrt(m7 / (m7 + pow(25, 7))) *
		    sin(radians(60 * exp(-pow((mean_h - 275) / 25, 2))));
	double dl = (q.l - p.l) / sl, dc = (qc - pc) / sc, de = big_dh / sh;
	return sqrt(dl * dl + dc * dc + de * de + rt * dc * de);
}

static double luminance(uint32_t rgb)
{
	return 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8 & 255) +
	       0.0722 * linear(rgb & 255);
}

double vision_contrast(uint32_t a, uint32_t b)
{
	double x = luminance(a) + 0.05, y = luminance(b) + 0.05;
	return x > y ? x / y : y / x;
}

const char *vision_name(enum vision vision)
{
	static const char *const names[VISION_COUNT] = {
		"normal", "protanopia", "deuteranopia", "tritanopia"};
	return names[vision];
}
