#include "base/severity.h"

const char *const severity_words[SEVERITY_COUNT] = {
#define X(id, word) [SEVERITY_##id] = word,
	SEVERITY_LIST(X)
#undef X
};
