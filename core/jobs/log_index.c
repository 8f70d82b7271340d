#include "jobs/log_index.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct log_index {
	int64_t block_bytes;
	int64_t byte_count;
	int64_t newline_count;
	size_t block_count;
	int64_t newlines_before[LOG_INDEX_BLOCKS_MAX];
};

struct log_index *log_index_new(void)
{
	struct log_index *index = memory_new(sizeof(*index));
	log_index_clear(index);
	return index;
}

void log_index_free(struct log_index *index)
{
	free(index);
}

void log_index_clear(struct log_index *index)
{
	index->block_bytes = LOG_INDEX_BLOCK_BYTES;
	index->byte_count = 0;
	index->newline_count = 0;
	index->block_count = 0;
}

typedef int8_t lanes __attribute__((vector_size(16)));

static int64_t sum_of_lanes(lanes counts)
{
	int64_t sum = 0;
	for (size_t i = 0; i < sizeof(counts); i++)
		sum += counts[i];
	return sum;
}

int64_t log_index_count_newlines(const char *bytes, size_t length)
{
	int64_t count = 0;
	size_t i = 0;
	while (i + sizeof(lanes) <= length) {
		lanes counts = {0};
		/* A lane holds up to 127. */
		for (int round = 0; round < 127 && i + sizeof(lanes) <= length; round++) {
			lanes block;
			memcpy(&block, bytes + i, sizeof(block));
			counts -= block == '\n';
			i += sizeof(lanes);
		}
		count += sum_of_lanes(counts);
	}
	for (; i < length; i++)
		count += bytes[i] == '\n';
	return count;
}

static void halve(struct log_index *index)
{
	for (size_t i = 0; i < LOG_INDEX_BLOCKS_MAX / 2; i++)
		index->newlines_before[i] = index->newlines_before[i * 2];
	index->block_count = LOG_INDEX_BLOCKS_MAX / 2;
	index->block_bytes *= 2;
}

void log_index_add(struct log_index *index, const char *bytes, size_t length)
{
	while (length > 0) {
		if (index->block_count == LOG_INDEX_BLOCKS_MAX &&
			index->byte_count == index->block_bytes * LOG_INDEX_BLOCKS_MAX)
			halve(index);
		int64_t into_block = index->byte_count % index->block_bytes;
		if (into_block == 0)
			index->newlines_before[index->block_count++] = index->newline_count;
		int64_t room = index->block_bytes - into_block;
		size_t run = (int64_t)length < room ? length : (size_t)room;
		index->newline_count += log_index_count_newlines(bytes, run);
		index->byte_count += (int64_t)run;
		bytes += run;
		length -= run;
	}
}

int64_t log_index_bytes(const struct log_index *index)
{
	return index->byte_count;
}

int64_t log_index_line_count(const struct log_index *index)
{
	return index->newline_count;
}

static void give_block(
	const struct log_index *index, size_t block, int64_t *offset, int64_t *newlines)
{
	*offset = (int64_t)block * index->block_bytes;
	*newlines = index->block_count == 0 ? 0 : index->newlines_before[block];
}

void log_index_find_line(
	const struct log_index *index, int64_t number, int64_t *offset, int64_t *newlines)
{
	/* The last block with fewer newlines before it than `number`: line `number` begins behind
	 * newline `number`, which is then in or behind that block. */
	size_t low = 0, high = index->block_count;
	while (low + 1 < high) {
		size_t middle = low + (high - low) / 2;
		if (index->newlines_before[middle] < number)
			low = middle;
		else
			high = middle;
	}
	give_block(index, low, offset, newlines);
}

void log_index_find_byte(
	const struct log_index *index, int64_t byte, int64_t *offset, int64_t *newlines)
{
	int64_t block = byte / index->block_bytes;
	if (block >= (int64_t)index->block_count)
		block = index->block_count == 0 ? 0 : (int64_t)index->block_count - 1;
	give_block(index, (size_t)block, offset, newlines);
}
