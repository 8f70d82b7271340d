#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
	struct timespec now;
	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_wall_ms(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t clock_monotonic_ms(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

static void split_local(int64_t wall_ms, struct tm *local, int *milliseconds)
{
	int64_t rest = ((wall_ms % 1000) + 1000) % 1000;
	time_t seconds = (time_t)((wall_ms - rest) / 1000);
	*milliseconds = (int)rest;
	if (localtime_r(&seconds, local) == NULL)
		memset(local, 0, sizeof(*local));
}

char *clock_format_rfc3339(int64_t wall_ms, char into[CLOCK_TEXT_BYTES])
{
	struct tm local;
	int milliseconds;
	split_local(wall_ms, &local, &milliseconds);
	char start[24], zone[8];
	strftime(start, sizeof(start), "%Y-%m-%dT%H:%M:%S", &local);
	strftime(zone, sizeof(zone), "%z", &local);
	snprintf(into, CLOCK_TEXT_BYTES, "%s.%03d%.3s:%s", start, milliseconds, zone, zone + 3);
	return into;
}

char *clock_format_time(int64_t wall_ms, char into[CLOCK_TEXT_BYTES])
{
	struct tm local;
	int milliseconds;
	split_local(wall_ms, &local, &milliseconds);
	strftime(into, CLOCK_TEXT_BYTES, "%H:%M:%S", &local);
	return into;
}

date_t clock_local_date(int64_t wall_ms)
{
	struct tm local;
	int milliseconds;
	split_local(wall_ms, &local, &milliseconds);
	return date_of(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
}

char *clock_format_duration(int64_t duration_ms, char into[DURATION_TEXT_BYTES])
{
	int64_t seconds = duration_ms / 1000;
	if (duration_ms < 0)
		snprintf(into, DURATION_TEXT_BYTES, "--");
	else if (duration_ms < 100)
		snprintf(into, DURATION_TEXT_BYTES, "%dms", (int)duration_ms);
	else if (duration_ms < 10000)
		snprintf(into, DURATION_TEXT_BYTES, "%.1fs", (double)duration_ms / 1000.0);
	else if (seconds < 60)
		snprintf(into, DURATION_TEXT_BYTES, "%ds", (int)seconds);
	else if (seconds < 3600)
		snprintf(into, DURATION_TEXT_BYTES, "%dm%02d", (int)(seconds / 60),
			(int)(seconds % 60));
	else if (seconds < 86400)
		snprintf(into, DURATION_TEXT_BYTES, "%dh%02d", (int)(seconds / 3600),
			(int)(seconds / 60 % 60));
	else
		snprintf(into, DURATION_TEXT_BYTES, "%lldd%02d", (long long)(seconds / 86400),
			(int)(seconds / 3600 % 24));
	return into;
}
