/*
 * canned_service: the BigQuery warehouse against a service of canned answers, so that every request
 * it makes can be counted and every answer be as odd as a test wants it.
 *
 * The job's own name, which is in the path of each question about it, chooses among the answers.
 * canned_set_up fills in what a table that is right would say; a test changes what it is about.
 */
#ifndef BACKCOURT_TESTS_CANNED_SERVICE_H
#define BACKCOURT_TESTS_CANNED_SERVICE_H

#include "tests/network/support/fake_server.h"
#include "warehouse/warehouse.h"

#define DAY    date_of(2021, 11, 16)
#define NOW_MS 1637200000000

/* Two tables of nba_precompute and one of nba_predictions, with the same columns: a date and a name
 * as keys, a whole number that must be there, a real number, a list. */
extern const struct table_layout canned_factors, canned_cache, canned_features;

/* What the service says of them. */
#define FIELDS                                                              \
	"{\"name\":\"game_date\",\"type\":\"DATE\",\"mode\":\"REQUIRED\"}," \
	"{\"name\":\"Player_Lookup\",\"type\":\"STRING\"},"                 \
	"{\"name\":\"points\",\"type\":\"INTEGER\"},{\"name\":\"ts_pct\",\"type\":\"FLOAT64\"}"
#define ISSUES		  ",{\"name\":\"issues\",\"type\":\"STRING\",\"mode\":\"REPEATED\"}"
#define BY_DAY		  ",\"timePartitioning\":{\"type\":\"DAY\",\"field\":\"game_date\"}"
#define SCHEMA(f)	  "\"schema\":{\"fields\":[" f "]}"
#define TABLE(rest)	  "{\"tableReference\":{\"tableId\":\"factors\"},\"type\":\"TABLE\"," rest "}"
#define ROWS(names, rows) "{\"jobComplete\":true," SCHEMA(names) "," rows "}"
#define ONE(name)	  "{\"name\":\"" name "\",\"type\":\"STRING\"}"
#define NUMBER(n)	  ROWS(ONE("n"), "\"totalRows\":\"1\",\"rows\":[{\"f\":[{\"v\":\"" n "\"}]}]")
#define RECOUNT(n)                                                                                 \
	ROWS(ONE("d") "," ONE("n"), "\"totalRows\":\"1\",\"rows\":[{\"f\":[{\"v\":\"2021-11-16\"}" \
				    ",{\"v\":\"" n "\"}]}]")
#define NONE ROWS(ONE("n"), "\"totalRows\":\"0\"")

struct service {
	struct fake *fake;
	struct warehouse *warehouse;
	const char *table;    /* tables.get */
	const char *tables;   /* tables.list of nba_precompute */
	const char *recount;  /* rows of "recount" */
	const char *coverage; /* rows of "coverage" */
	const char *receipts; /* rows of "receipts" */
	const char *read;     /* rows of a read */
	const char *failed;   /* rows of "failure_counts" */
	const char *locked;   /* rows of "lock_counts" */
	const char *stored;   /* "outputRows" of a load */
	bool is_old;	      /* the receipts have no column null_counts yet */
	bool asks_new;	      /* the newest job names it */
	char job[512];
};

/* Of a cmocka test: *state is a struct service, its warehouse open for writing. */
int canned_set_up(void **state);
int canned_tear_down(void **state);
#define ON_A_SERVICE(test) cmocka_unit_test_setup_teardown(test, canned_set_up, canned_tear_down)

/* Two rows of canned_factors; rows_release. */
void canned_fill(struct rows *rows);
/* Writes them, with a failure and what they were computed from. */
bool canned_write_day(struct service *service, int64_t now_ms, struct receipt *receipt,
	bool *unchanged, struct error *err);
/* The same write is refused with these words. */
void canned_expect_refusal(struct service *service, const char *words);

#endif
