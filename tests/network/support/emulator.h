/*
 * emulator: a BigQuery that nobody here wrote, started for a test on this machine's loopback.
 *
 * .ci/emulator knows how each is had and run. One that cannot be had (no network, no Go ...) skips
 * the tests that need it, with its reason.
 */
#ifndef BACKCOURT_TESTS_EMULATOR_H
#define BACKCOURT_TESTS_EMULATOR_H

#include "tests/network/support/free_port.h"

#include <stdbool.h>
#include <sys/types.h>

enum emulator_kind {
	EMULATOR_BQEMULATOR, /* Python, DuckDB */
	EMULATOR_GOCCY,	     /* Go, Google's own SQL analyser, SQLite */
	EMULATOR_COUNT,
};

/* What each can do, as measured with the versions in .ci/emulator (the last four by a test of
 * emulator_test). Neither has byte limits, logins, etags, quotas, partitions that expire or a
 * streaming buffer: fake_bigquery and fake_server carry those. */
struct emulator_ability {
	const char *name;
	bool is_made_unasked;	 /* installed by the tests themselves: seconds, not minutes */
	bool tells_changed_rows; /* how many rows a statement changed */
	bool keeps_its_speed;	 /* some hundred queries and more (goccy: issue 512) */
	bool knows_decorators;	 /* t$YYYYMMDD as the place of a load; else days are merged */
	bool estimates_bytes;	 /* a dry run says more than 0 */
	bool knows_partitions;	 /* INFORMATION_SCHEMA.PARTITIONS */
};
extern const struct emulator_ability emulator_abilities[EMULATOR_COUNT];

struct emulator {
	enum emulator_kind kind;
	pid_t pid;
	int port;
	struct free_ports ports; /* that one, and the next for gRPC, which nobody uses */
	char reason[256];	 /* why there is none */
};

/* Installs it if need be, starts it and sets BIGQUERY_EMULATOR_HOST; false: see the reason. */
bool emulator_start(struct emulator *emulator, enum emulator_kind kind);
void emulator_stop(struct emulator *emulator);

#endif
