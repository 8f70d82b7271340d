#include "travel.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

#define EARTH_RADIUS_MILES 3959.0

static const struct {
	char team[4];
	double latitude, longitude;
} arenas[] = {
	{"ATL", 33.7573, -84.3963},
	{"HOU", 29.6807, -95.3615},
	{"OKC", 35.4634, -97.5151},
	{"BOS", 42.3662, -71.0621},
	{"IND", 39.7640, -86.1555},
	{"ORL", 28.5392, -81.3839},
	{"BKN", 40.6826, -73.9754},
	{"LAC", 34.0430, -118.2673},
	{"PHI", 39.9012, -75.1720},
	{"CHA", 35.2251, -80.8392},
	{"LAL", 34.0430, -118.2673},
	{"PHX", 33.4457, -112.0712},
	{"CHI", 41.8807, -87.6742},
	{"MEM", 35.1382, -90.0505},
	{"POR", 45.5316, -122.6668},
	{"CLE", 41.4965, -81.6882},
	{"MIA", 25.7814, -80.1870},
	{"SAC", 38.5816, -121.4999},
	{"DAL", 32.7906, -96.8103},
	{"MIL", 43.0435, -87.9167},
	{"SAS", 29.4270, -98.4375},
	{"DEN", 39.7487, -105.0077},
	{"MIN", 44.9795, -93.2760},
	{"TOR", 43.6434, -79.3791},
	{"DET", 42.3411, -83.0553},
	{"NOP", 29.9490, -90.0821},
	{"UTA", 40.7683, -111.9011},
	{"GSW", 37.7679, -122.3873},
	{"NYK", 40.7505, -73.9934},
	{"WAS", 38.8981, -77.0209},
};

static int find_arena(const char *team)
{
	for (size_t i = 0; i < ARRAY_COUNT(arenas); i++)
		if (strcmp(arenas[i].team, team) == 0)
			return (int)i;
	return -1;
}

int travel_miles(const char *from, const char *to)
{
	int a = find_arena(from);
	int b = find_arena(to);
	if (a < 0 || b < 0)
		return 0;
	double first = arenas[a].latitude * M_PI / 180;
	double second = arenas[b].latitude * M_PI / 180;
	double north = sin((second - first) / 2);
	double east = sin((arenas[b].longitude - arenas[a].longitude) * M_PI / 180 / 2);
	double chord = north * north + cos(first) * cos(second) * east * east;
	return (int)rint(2 * EARTH_RADIUS_MILES * asin(sqrt(chord)));
}
