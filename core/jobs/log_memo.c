#include "log_memo.h"

#include "base/memory.h"
#include "log_rules_parts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define WAYS	   2
#define CACHE_LINE 64
#define NO_SPAN	   255 /* above every place in a line that is remembered */

struct memo_entry {
	uint64_t digest[2]; /* both 0: empty */
	uint8_t length;
	uint8_t message_start;
	uint8_t scope;
	uint8_t level;
	uint8_t hit_count;
	bool is_timed;
	bool was_asked_for;
	uint16_t rules[LOG_MEMO_HITS];
	struct {
		uint8_t start, length;
	} spans[LOG_MEMO_HITS][LOG_MEMO_CAPTURES];
	uint64_t digits; /* a digest of the very text; 0: its digits do not matter */
} __attribute__((aligned(CACHE_LINE)));

_Static_assert(sizeof(struct memo_entry) == CACHE_LINE, "a place is one cache line");
_Static_assert(LOG_MEMO_TEXT_BYTES < NO_SPAN, "places in a line fit a byte");

struct memo_category {
	uint64_t digest[2];
	const char *word;
};

struct log_memo {
	const struct log_rules *rules;
	uint64_t seed[2];
	struct memo_entry *places;
	struct memo_category categories[LOG_MEMO_CATEGORIES];
};

struct log_memo *log_memo_new(const struct log_rules *rules)
{
	struct log_memo *memo = memory_new(sizeof(*memo));
	size_t bytes = sizeof(struct memo_entry) * LOG_MEMO_PLACES;
	memo->rules = rules;
	memo->places = aligned_alloc(CACHE_LINE, bytes);
	if (memo->places == NULL)
		memory_exhausted();
	memset(memo->places, 0, bytes);
	/* Without randomness the seed is that of an address; nothing else depends on it. */
	if (getrandom(memo->seed, sizeof(memo->seed), GRND_NONBLOCK) != sizeof(memo->seed))
		memo->seed[0] = (uint64_t)(uintptr_t)memo;
	return memo;
}

void log_memo_free(struct log_memo *memo)
{
	if (memo == NULL)
		return;
	free(memo->places);
	free(memo);
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 product = (unsigned __int128)a * b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

typedef uint8_t lanes __attribute__((vector_size(16)));

static inline lanes without_digits(lanes block)
{
	lanes is_digit = (lanes)((lanes)(block - '0') < 10);
	return (block & ~is_digit) | ('0' & is_digit);
}

struct chains {
	uint64_t one, two;
};

/* Two chains over the same sixteen bytes, with constants without structure. */
static inline void add_block(struct chains *chains, const char *text, bool are_digits_alike)
{
	lanes block;
	uint64_t words[2];
	memcpy(&block, text, sizeof(block));
	if (are_digits_alike)
		block = without_digits(block);
	memcpy(words, &block, sizeof(words));
	chains->one =
		mix(chains->one ^ words[0] ^ 0xA0761D6478BD642FU, words[1] ^ 0xE7037ED1A0B428DBU);
	chains->two =
		mix(chains->two ^ words[1] ^ 0x8EBC6AF09C88C6E3U, words[0] ^ 0x589965CC75374CC3U);
}

static inline void digest(const uint64_t seed[2], const char *text, size_t length,
	bool are_digits_alike, uint64_t into[2])
{
	struct chains chains = {seed[0] ^ length, seed[1] ^ (length << 32)};
	if (length < sizeof(lanes)) {
		char padded[sizeof(lanes)] = {0};
		memcpy(padded, text, length);
		add_block(&chains, padded, are_digits_alike);
	} else {
		for (size_t at = 0; at + sizeof(lanes) < length; at += sizeof(lanes))
			add_block(&chains, text + at, are_digits_alike);
		/* The last sixteen overlap what was read: no copy of a rest. */
		add_block(&chains, text + length - sizeof(lanes), are_digits_alike);
	}
	into[0] = mix(chains.one, seed[1] | 1);
	into[1] = mix(chains.two, seed[0] | 1);
}

/* Of a line whose digits count, never 0. */
static uint64_t digest_of_digits(const struct log_memo *memo, const struct memo_key *key)
{
	uint64_t whole[2];
	digest(memo->seed, key->text, key->length, false, whole);
	return whole[0] | 1;
}

static struct memo_entry *places_of(const struct log_memo *memo, const struct memo_key *key)
{
	return &memo->places[key->digest[0] % (LOG_MEMO_PLACES / WAYS) * WAYS];
}

static void recall_hit(const struct log_memo *memo, const struct memo_entry *entry, int number,
	struct log_hit *hit)
{
	hit->rule_number = entry->rules[number];
	hit->rule = log_rules_at(memo->rules, hit->rule_number);
	for (int i = 0; i < hit->rule->capture_count; i++) {
		uint8_t start = entry->spans[number][i].start;
		hit->captures[i].start = start == NO_SPAN ? UINT32_MAX : start;
		hit->captures[i].length = entry->spans[number][i].length;
	}
}

struct memo_key log_memo_key(const struct log_memo *memo, const char *text, size_t length)
{
	struct memo_key key = {
		.text = text,
		.length = length,
		.is_short = length <= LOG_MEMO_TEXT_BYTES,
	};
	if (!key.is_short)
		return key;
	digest(memo->seed, text, length, true, key.digest);
	const struct memo_entry *place = places_of(memo, &key);
	for (int way = 0; way < WAYS; way++)
		__builtin_prefetch(place + way);
	return key;
}

static bool is_of(const struct log_memo *memo, const struct memo_entry *entry,
	const struct memo_key *key, unsigned bare_scope)
{
	return entry->digest[0] == key->digest[0] && entry->digest[1] == key->digest[1] &&
	       entry->length == key->length &&
	       ((entry->scope & LOG_SCOPE_BARE) == 0 || entry->scope == bare_scope) &&
	       (entry->digits == 0 || entry->digits == digest_of_digits(memo, key));
}

bool log_memo_find(struct log_memo *memo, const struct memo_key *key, unsigned bare_scope,
	struct log_meaning *meaning)
{
	if (!key->is_short)
		return false;
	struct memo_entry *entry = places_of(memo, key);
	for (int way = 0; way < WAYS; way++, entry++) {
		if (!is_of(memo, entry, key, bare_scope))
			continue;
		entry->was_asked_for = true;
		meaning->message_start = entry->message_start;
		meaning->scope = entry->scope;
		meaning->level = (enum log_level)entry->level;
		meaning->is_timed = entry->is_timed;
		meaning->hit_count = entry->hit_count;
		for (int i = 0; i < entry->hit_count; i++)
			recall_hit(memo, entry, i, &meaning->hits[i]);
		return true;
	}
	return false;
}

static bool is_small(const struct log_meaning *meaning)
{
	if (meaning->hit_count > LOG_MEMO_HITS)
		return false;
	for (int i = 0; i < meaning->hit_count; i++)
		if (meaning->hits[i].rule->capture_count > LOG_MEMO_CAPTURES)
			return false;
	return true;
}

/* The first that nobody asked for; NULL the first time that all were. */
static struct memo_entry *free_place(struct log_memo *memo, const struct memo_key *key)
{
	struct memo_entry *entry = places_of(memo, key);
	for (int way = 0; way < WAYS; way++)
		if (!entry[way].was_asked_for)
			return &entry[way];
	for (int way = 0; way < WAYS; way++)
		entry[way].was_asked_for = false;
	return NULL;
}

void log_memo_keep(
	struct log_memo *memo, const struct memo_key *key, const struct log_meaning *meaning)
{
	if (!key->is_short || !is_small(meaning))
		return;
	struct memo_entry *entry = free_place(memo, key);
	if (entry == NULL)
		return;
	bool tells_digits = log_rules_tell_digits(memo->rules, key->text + meaning->message_start,
		key->length - meaning->message_start);
	*entry = (struct memo_entry){
		.digest = {key->digest[0], key->digest[1]},
		.length = (uint8_t)key->length,
		.message_start = (uint8_t)meaning->message_start,
		.scope = (uint8_t)meaning->scope,
		.level = (uint8_t)meaning->level,
		.hit_count = (uint8_t)meaning->hit_count,
		.is_timed = meaning->is_timed,
		.digits = tells_digits ? digest_of_digits(memo, key) : 0,
	};
	for (int i = 0; i < meaning->hit_count; i++) {
		const struct log_hit *hit = &meaning->hits[i];
		entry->rules[i] = (uint16_t)hit->rule_number;
		for (int k = 0; k < hit->rule->capture_count; k++) {
			bool is_there = hit->captures[k].start != UINT32_MAX;
			entry->spans[i][k].start =
				is_there ? (uint8_t)hit->captures[k].start : NO_SPAN;
			entry->spans[i][k].length = (uint8_t)hit->captures[k].length;
		}
	}
}

const char **log_memo_category(
	struct log_memo *memo, const char *text, size_t length, bool *is_known)
{
	uint64_t wanted[2];
	digest(memo->seed, text, length, false, wanted);
	struct memo_category *place = &memo->categories[wanted[0] % LOG_MEMO_CATEGORIES];
	*is_known = place->digest[0] == wanted[0] && place->digest[1] == wanted[1];
	place->digest[0] = wanted[0];
	place->digest[1] = wanted[1];
	return &place->word;
}
