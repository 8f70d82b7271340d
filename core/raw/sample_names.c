#include "sample_names.h"

#include "base/memory.h"

#include <assert.h>
#include <stdio.h>

/* Usual first names, some with letters that player_lookup folds. */
static const char *const first_names[] = {"Andre", "Bastien", "Boško", "Brandt", "Caleb", "Cédric",
	"Corliss", "Dado", "Damir", "Darnell", "Dezmon", "Doğan", "Eamon", "Elijah", "Emeka",
	"Étienne", "Fabrizio", "Ferran", "Garrick", "Gonçalo", "Hakim", "Ignas", "Isaiah", "Ivica",
	"Jaylon", "Jérôme", "Joakim", "Jordy", "Juwan", "Kádár", "Keon", "Kofi", "Lamar", "Lazar",
	"Lučo", "Malachi", "Mārtiņš", "Micah", "Moussa", "Nando", "Nemanja", "Obinna", "Omari",
	"Orlin", "Pau", "Quincy", "Raúl", "Rashid", "Roddy", "Sékou", "Semaj", "Silas", "Stanko",
	"Tavian", "Théo", "Tre", "Ulises", "Vernon", "Wendell", "Xavion", "Yannick", "Zander",
	"Željko", "Zaire"};

/* Surnames are put together: 25 beginnings and ten ends, so that none is a real one. */
static const char *const starts[] = {"Brav", "Cald", "Dornh", "Elst", "Farr", "Gand", "Hexl",
	"Ivor", "Jask", "Kerr", "Lomb", "Marv", "Nold", "Ostr", "Pell", "Quar", "Rusk", "Sorv",
	"Tamb", "Ulv", "Varn", "Wexf", "Yarr", "Zeld", "Öst"};
static const char *const ends[] = {
	"aldi", "aquist", "āns", "ebory", "entov", "ersby", "iković", "ogier", "ondé", "umwell"};
static const char *const suffixes[] = {" Jr.", " III", " II"};

_Static_assert(
	ARRAY_COUNT(first_names) * ARRAY_COUNT(starts) * ARRAY_COUNT(ends) == SAMPLE_NAME_COUNT,
	"every number is one name");

void sample_name(int number, char name[SAMPLE_NAME_BYTES])
{
	assert(number >= 0 && number < SAMPLE_NAME_COUNT);
	size_t first = (size_t)number % ARRAY_COUNT(first_names);
	size_t rest = (size_t)number / ARRAY_COUNT(first_names);
	size_t start = rest % ARRAY_COUNT(starts);
	size_t end = rest / ARRAY_COUNT(starts);
	/* One in 23 is his father's son; the suffix is part of the name of this number. */
	const char *suffix =
		number % 23 == 0 ? suffixes[(size_t)number / 23 % ARRAY_COUNT(suffixes)] : "";
	snprintf(name, SAMPLE_NAME_BYTES, "%s %s%s%s", first_names[first], starts[start], ends[end],
		suffix);
}
