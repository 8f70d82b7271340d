#include "log_prefilter.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* The first eight bytes of a literal decide nearly always: one comparison of two numbers. */
struct literal_entry {
	uint64_t head, mask;
	const char *text;
	uint16_t length;
	uint16_t rule;
};

#define BUCKETS 1024
#define BYTES	256

/* Literals by their first two bytes; those of one byte come first and are always compared. */
struct literal_table {
	struct literal_entry *items;
	size_t count, capacity;
	uint16_t first[BUCKETS + 1];
};

struct inside_entry {
	const char *text;
	uint16_t length;
	uint16_t rarest; /* place of the byte to look for */
	uint16_t rule;
};

struct prefilter {
	struct literal_table starts;
	struct literal_table words;
	/* By their rarest bytes; those of byte b are from first_inside[b] on. */
	struct inside_entry *inside;
	size_t inside_count, inside_capacity;
	uint16_t first_inside[BYTES + 1];
	uint16_t *always;
	size_t always_count, always_capacity;
	struct arena arena;
};

struct prefilter *prefilter_new(void)
{
	return memory_new(sizeof(struct prefilter));
}

void prefilter_free(struct prefilter *prefilter)
{
	if (prefilter == NULL)
		return;
	free(prefilter->starts.items);
	free(prefilter->words.items);
	free(prefilter->inside);
	free(prefilter->always);
	arena_release(&prefilter->arena);
	free(prefilter);
}

static void add_literal(struct prefilter *prefilter, struct literal_table *table, uint16_t rule,
	const struct shape_literal *literal)
{
	ARRAY_GROW(table->items, table->count, table->capacity);
	struct literal_entry *entry = &table->items[table->count++];
	size_t head = literal->length < 8 ? literal->length : 8;
	*entry = (struct literal_entry){
		.text = arena_copy_span(&prefilter->arena, literal->text, literal->length),
		.length = (uint16_t)literal->length,
		.rule = rule,
	};
	memcpy(&entry->head, literal->text, head);
	memset(&entry->mask, 0xFF, head);
}

/* Capitals, digits and bytes beyond ASCII are rare in logs; common letters come last. */
static uint16_t rarest_byte(const struct shape_literal *literal)
{
	static const char common[] = " etaoinsrlcdpu_.:hmgfybvwk";
	size_t best = 0, best_rank = 0;
	for (size_t i = 0; i < literal->length; i++) {
		const char *found = strchr(common, literal->text[i]);
		size_t rank = found == NULL ? sizeof(common) : (size_t)(found - common);
		if (rank > best_rank) {
			best = i;
			best_rank = rank;
		}
	}
	return (uint16_t)best;
}

static void add_inside(
	struct prefilter *prefilter, uint16_t rule, const struct shape_literal *literal)
{
	ARRAY_GROW(prefilter->inside, prefilter->inside_count, prefilter->inside_capacity);
	prefilter->inside[prefilter->inside_count++] = (struct inside_entry){
		.text = arena_copy_span(&prefilter->arena, literal->text, literal->length),
		.length = (uint16_t)literal->length,
		.rarest = rarest_byte(literal),
		.rule = rule,
	};
}

void prefilter_add(struct prefilter *prefilter, uint16_t rule, const struct shape *shape)
{
	for (int i = 0; i < shape->literal_count; i++) {
		const struct shape_literal *literal = &shape->literals[i];
		switch (shape->kind) {
		case SHAPE_ANY:
			break;
		case SHAPE_START:
			add_literal(prefilter, &prefilter->starts, rule, literal);
			break;
		case SHAPE_WORD:
			add_literal(prefilter, &prefilter->words, rule, literal);
			break;
		case SHAPE_INSIDE:
			add_inside(prefilter, rule, literal);
			break;
		}
	}
	if (shape->kind != SHAPE_ANY)
		return;
	ARRAY_GROW(prefilter->always, prefilter->always_count, prefilter->always_capacity);
	prefilter->always[prefilter->always_count++] = rule;
}

static unsigned bucket_of(const char *text)
{
	return ((unsigned char)text[0] * 37U + (unsigned char)text[1]) % BUCKETS;
}

static int place_of(const struct literal_entry *entry)
{
	return entry->length == 1 ? -1 : (int)bucket_of(entry->text);
}

static int compare_entries(const void *a, const void *b)
{
	const struct literal_entry *left = a, *right = b;
	int difference = place_of(left) - place_of(right);
	return difference != 0 ? difference : left->rule - right->rule;
}

static void seal_table(struct literal_table *table)
{
	if (table->count > 0)
		qsort(table->items, table->count, sizeof(table->items[0]), compare_entries);
	size_t next = 0;
	while (next < table->count && place_of(&table->items[next]) < 0)
		next++;
	for (int bucket = 0; bucket < BUCKETS; bucket++) {
		table->first[bucket] = (uint16_t)next;
		while (next < table->count && place_of(&table->items[next]) == bucket)
			next++;
	}
	table->first[BUCKETS] = (uint16_t)next;
}

static unsigned char byte_of(const struct inside_entry *entry)
{
	return (unsigned char)entry->text[entry->rarest];
}

static int compare_inside(const void *a, const void *b)
{
	return byte_of(a) - byte_of(b);
}

static void seal_inside(struct prefilter *prefilter)
{
	size_t next = 0;
	if (prefilter->inside_count > 0)
		qsort(prefilter->inside, prefilter->inside_count, sizeof(prefilter->inside[0]),
			compare_inside);
	for (unsigned byte = 0; byte <= BYTES; byte++) {
		while (next < prefilter->inside_count && byte_of(&prefilter->inside[next]) < byte)
			next++;
		prefilter->first_inside[byte] = (uint16_t)next;
	}
}

void prefilter_seal(struct prefilter *prefilter)
{
	seal_table(&prefilter->starts);
	seal_table(&prefilter->words);
	seal_inside(prefilter);
}

struct found {
	uint16_t *rules;
	int count, room;
};

/* Keeps them ascending and single; there are few. */
static void add_found(struct found *found, uint16_t rule)
{
	int at = found->count;
	while (at > 0 && found->rules[at - 1] > rule)
		at--;
	if ((at > 0 && found->rules[at - 1] == rule) || found->count == found->room)
		return;
	memmove(found->rules + at + 1, found->rules + at,
		(size_t)(found->count - at) * sizeof(found->rules[0]));
	found->rules[at] = rule;
	found->count++;
}

static void compare_some(const struct literal_table *table, size_t from, size_t to,
	const char *text, size_t length, struct found *found)
{
	uint64_t head = 0;
	memcpy(&head, text, length < 8 ? length : 8);
	for (size_t i = from; i < to; i++) {
		const struct literal_entry *entry = &table->items[i];
		if ((head & entry->mask) != entry->head || entry->length > length)
			continue;
		if (entry->length <= 8 ||
			memcmp(text + 8, entry->text + 8, entry->length - 8U) == 0)
			add_found(found, entry->rule);
	}
}

static void find_literals(
	const struct literal_table *table, const char *text, size_t length, struct found *found)
{
	if (length == 0)
		return;
	if (table->first[0] > 0)
		compare_some(table, 0, table->first[0], text, length, found);
	if (length == 1)
		return;
	unsigned bucket = bucket_of(text);
	size_t from = table->first[bucket], to = table->first[bucket + 1];
	if (from < to)
		compare_some(table, from, to, text, length, found);
}

/* Bit c of word c / 64: letters, digits, '-', '.' and '_'. */
static bool is_word_byte(char c)
{
	static const uint64_t words[4] = {0x03FF600000000000U, 0x07FFFFFE87FFFFFEU, 0, 0};
	unsigned byte = (unsigned char)c;
	return (words[byte / 64] >> (byte % 64) & 1U) != 0;
}

static void find_words(
	const struct prefilter *prefilter, const char *text, size_t length, struct found *found)
{
	size_t i = 0;
	while (i < length && is_word_byte(text[i]))
		i++;
	if (i > 0 && i < length && text[i] == ':')
		find_literals(&prefilter->words, text + i + 1, length - i - 1, found);
}

static bool is_around(
	const struct inside_entry *entry, const char *text, size_t length, size_t rarest)
{
	return rarest >= entry->rarest && length - (rarest - entry->rarest) >= entry->length &&
	       memcmp(text + rarest - entry->rarest, entry->text, entry->length) == 0;
}

/* One pass over the text, for they are many where there are any. */
static void find_inside(
	const struct prefilter *prefilter, const char *text, size_t length, struct found *found)
{
	if (prefilter->inside_count == 0)
		return;
	for (size_t i = 0; i < length; i++) {
		const uint16_t *first = &prefilter->first_inside[(unsigned char)text[i]];
		for (size_t k = first[0]; k < first[1]; k++)
			if (is_around(&prefilter->inside[k], text, length, i))
				add_found(found, prefilter->inside[k].rule);
	}
}

int prefilter_find(const struct prefilter *prefilter, const char *text, size_t length,
	uint16_t *rules, int room)
{
	struct found found = {rules, 0, room};
	find_literals(&prefilter->starts, text, length, &found);
	find_words(prefilter, text, length, &found);
	find_inside(prefilter, text, length, &found);
	for (size_t i = 0; i < prefilter->always_count; i++)
		add_found(&found, prefilter->always[i]);
	return found.count;
}
