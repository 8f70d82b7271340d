#include "coverage/coverage.h"

static const struct {
	char letter;
	const char *word;
	const char *meaning;
} verdicts[VERDICT_COUNT] = {
#define X(id, letter, word, gap, meaning) [VERDICT_##id] = {letter, word, meaning},
	VERDICT_LIST(X)
#undef X
};

static const char *const reasons[REASON_COUNT] = {
#define X(id) [REASON_##id] = #id,
	REASON_LIST(X)
#undef X
};

char verdict_letter(enum verdict verdict)
{
	return verdicts[verdict].letter;
}

const char *verdict_word(enum verdict verdict)
{
	return verdicts[verdict].word;
}

const char *verdict_meaning(enum verdict verdict)
{
	return verdicts[verdict].meaning;
}

const char *reason_word(enum reason reason)
{
	return reasons[reason];
}
