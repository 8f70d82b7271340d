/*
 * write_pace: how fast one table may be written: so many writes within any ten seconds.
 *
 * BigQuery takes 5 writes of a table within ten seconds, and 50 of one that is partitioned; what it
 * refuses counts too. Whoever stays a little below never hears of it, and whoever writes at a
 * normal speed never waits here. One pace is shared by all that write the same tables; any thread.
 * The clock is the caller's.
 *
 * Source: "Quotas and limits" of BigQuery.
 */
#ifndef BACKCOURT_WAREHOUSE_WRITE_PACE_H
#define BACKCOURT_WAREHOUSE_WRITE_PACE_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#define WRITE_PACE_WINDOW_MS	    10000
#define WRITE_PACE_WRITES	    4
#define WRITE_PACE_PARTITION_WRITES 40 /* of a partitioned table; the most that is counted */
#define WRITE_PACE_TABLES_MAX	    64 /* the one that was idle longest is forgotten */

struct write_pace_table {
	uint64_t key;	/* of its name: two that share one would wait for each other */
	uint64_t count; /* of all writes; 0: free */
	int64_t at_ms[WRITE_PACE_PARTITION_WRITES]; /* the newest, at count modulo this */
};

struct write_pace {
	pthread_mutex_t lock; /* guards the tables */
	struct write_pace_table tables[WRITE_PACE_TABLES_MAX];
};
#define WRITE_PACE_NEW                            \
	{                                         \
		.lock = PTHREAD_MUTEX_INITIALIZER \
	}

/* The process's. */
extern struct write_pace write_pace_default;

/* 0: it may be written now, and this write is counted. Else the ms until it is worth asking again;
 * most: 1 to WRITE_PACE_PARTITION_WRITES. */
int64_t write_pace_take(struct write_pace *pace, const char *table, size_t most, int64_t now_ms);

#endif
