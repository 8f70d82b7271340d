/*
 * budget_account: the file of the budget (warehouse/budget.h has its format), opened, locked, read
 * and changed. What is open is locked against everybody else until its descriptor is unlocked or
 * closed. Any thread.
 */
#ifndef BACKCOURT_WAREHOUSE_BUDGET_ACCOUNT_H
#define BACKCOURT_WAREHOUSE_BUDGET_ACCOUNT_H

#include "warehouse/budget.h"

struct budget_account {
	const char *path; /* lent */
	int descriptor;
	bool is_of_today;
	int64_t used; /* settled */
	struct {
		int64_t bytes, least; /* 0: free */
		bool is_owed;	      /* its holder is gone */
	} records[BUDGET_HOLDS_MAX];
	int record_count;
};

bool budget_account_open(const char *path, struct budget_account *account, struct error *err);
/* Holds the record: by the descriptor, so that it ends with it. Its numbers are set before. */
bool budget_account_take(struct budget_account *account, int slot, struct error *err);
bool budget_account_is_held(const struct budget_account *account, int slot);
/* Adds to what was used; budget_account_write_head writes it. */
void budget_account_spend(struct budget_account *account, int64_t bytes);
bool budget_account_write_head(const struct budget_account *account, struct error *err);
bool budget_account_free(struct budget_account *account, int slot, struct error *err);
/* What was reserved has cost `paid`: both of the above. */
bool budget_account_bury(struct budget_account *account, int slot, int64_t paid, struct error *err);
int64_t budget_account_reserved(const struct budget_account *account); /* by the living */
int64_t budget_account_used(const struct budget_account *account);     /* or owed */

#endif
