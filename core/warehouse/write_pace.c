#include "warehouse/write_pace.h"

#include <assert.h>

struct write_pace write_pace_default = WRITE_PACE_NEW;

/* FNV-1a. */
static uint64_t key_of(const char *text)
{
	uint64_t key = 14695981039346656037U;
	for (; *text != '\0'; text++)
		key = (key ^ (unsigned char)*text) * 1099511628211U;
	return key;
}

static int64_t *time_of(struct write_pace_table *table, uint64_t number)
{
	return &table->at_ms[number % WRITE_PACE_PARTITION_WRITES];
}

static int64_t newest_ms(struct write_pace_table *table)
{
	return table->count == 0 ? INT64_MIN : *time_of(table, table->count - 1);
}

static struct write_pace_table *find_table(struct write_pace *pace, uint64_t key)
{
	struct write_pace_table *oldest = &pace->tables[0];
	for (size_t i = 0; i < WRITE_PACE_TABLES_MAX; i++) {
		struct write_pace_table *table = &pace->tables[i];
		if (table->count > 0 && table->key == key)
			return table;
		if (newest_ms(table) < newest_ms(oldest))
			oldest = table;
	}
	*oldest = (struct write_pace_table){.key = key};
	return oldest;
}

int64_t write_pace_take(struct write_pace *pace, const char *table, size_t most, int64_t now_ms)
{
	int64_t wait_ms = 0;
	assert(most > 0 && most <= WRITE_PACE_PARTITION_WRITES);
	pthread_mutex_lock(&pace->lock);
	struct write_pace_table *found = find_table(pace, key_of(table));
	if (found->count >= most)
		wait_ms = *time_of(found, found->count - most) + WRITE_PACE_WINDOW_MS - now_ms;
	if (wait_ms <= 0) {
		*time_of(found, found->count++) = now_ms;
		wait_ms = 0;
	}
	pthread_mutex_unlock(&pace->lock);
	return wait_ms;
}
