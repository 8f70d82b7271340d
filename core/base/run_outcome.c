#include "base/run_outcome.h"

const char *const run_outcome_words[RUN_OUTCOME_COUNT] = {
#define X(id, word, line_word) [RUN_##id] = word,
	RUN_OUTCOME_LIST(X)
#undef X
};
