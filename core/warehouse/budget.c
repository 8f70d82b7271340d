#include "warehouse/budget.h"

#include "base/memory.h"
#include "base/path.h"
#include "budget_account.h"
#include "budget_names.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEBIBYTE 1048576

static char *file_path; /* NULL: no budget */
static _Atomic int64_t limit_bytes;

void budget_set(const char *file, int64_t bytes_per_day)
{
	free(file_path);
	file_path = bytes_per_day > 0 ? memory_copy_text(file) : NULL;
	limit_bytes = file_path != NULL ? bytes_per_day : 0;
}

void budget_change(int64_t bytes_per_day)
{
	if (file_path != NULL && bytes_per_day > 0)
		limit_bytes = bytes_per_day;
}

static int64_t left_of(int64_t used)
{
	return used < limit_bytes ? limit_bytes - used : 0;
}

static bool refuse(int64_t used, int64_t least, struct error *err)
{
	int64_t left = left_of(used);
	return error_set(err, ERROR_LIMIT,
		"the daily budget of BigQuery is spent: this costs at least %" PRId64
		" MiB, and %" PRId64 " of %" PRId64
		" MiB are left today (until midnight UTC; --budget MIB raises it)",
		least / MEBIBYTE + (least % MEBIBYTE > 0), left / MEBIBYTE, limit_bytes / MEBIBYTE);
}

static bool refuse_for_now(const struct budget_account *account, struct error *err)
{
	return error_set(err, ERROR_BUSY,
		"of the daily budget of BigQuery %" PRId64
		" MiB are left, and statements under way have reserved %" PRId64
		" of them (--budget MIB raises it)",
		left_of(budget_account_used(account)) / MEBIBYTE,
		budget_account_reserved(account) / MEBIBYTE);
}

/* A free one may be locked for an instant more, where a program is being started. */
static int first_free(const struct budget_account *account)
{
	int slot = 0;
	while (slot < account->record_count &&
		(account->records[slot].bytes > 0 || budget_account_is_held(account, slot)))
		slot++;
	return slot;
}

/* Where the dead have taken all room, nobody will ask for their bills any more. */
static bool make_room(struct budget_account *account, int *slot, struct error *err)
{
	bool done = true;
	for (int i = 0; done && i < account->record_count; i++)
		if (account->records[i].is_owed)
			done = budget_account_bury(account, i, account->records[i].bytes, err);
	*slot = first_free(account);
	return done;
}

static bool find_slot(struct budget_account *account, int *slot, struct error *err)
{
	*slot = first_free(account);
	if (*slot == BUDGET_HOLDS_MAX && !make_room(account, slot, err))
		return false;
	if (*slot == BUDGET_HOLDS_MAX)
		return error_set(err, ERROR_BUSY, "%d statements of BigQuery are under way",
			BUDGET_HOLDS_MAX);
	account->record_count += *slot == account->record_count;
	return true;
}

static bool reserve(struct budget_account *account, int64_t least, int64_t most,
	struct budget_hold *hold, struct error *err)
{
	int slot;
	int64_t used = budget_account_used(account);
	int64_t left = left_of(used + budget_account_reserved(account));
	int64_t bytes = most < left ? most : left;
	if (bytes < least)
		return least > left_of(used) ? refuse(used, least, err)
					     : refuse_for_now(account, err);
	if (!find_slot(account, &slot, err))
		return false;
	account->records[slot].bytes = bytes;
	account->records[slot].least = least;
	*hold = (struct budget_hold){bytes, least, account->descriptor, slot};
	return budget_account_take(account, slot, err);
}

bool budget_reserve(int64_t least, int64_t most, struct budget_hold *hold, struct error *err)
{
	struct budget_account account;
	*hold = (struct budget_hold){.bytes = INT64_MAX, .least = least, .descriptor = -1};
	if (file_path == NULL)
		return true;
	if (!budget_account_open(file_path, &account, err))
		return false;
	if (!reserve(&account, least, most, hold, err)) {
		close(account.descriptor);
		hold->descriptor = -1;
		return false;
	}
	flock(account.descriptor, LOCK_UN); /* the record's own lock stays */
	return true;
}

/* Somebody has removed the file, to begin anew: the hold has no record in the new one. */
static bool is_same_file(const struct stat *one, const struct stat *other)
{
	return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

static bool settle(struct budget_account *account, const struct budget_hold *hold, int64_t paid,
	struct error *err)
{
	struct stat now, kept;
	budget_account_spend(account, paid);
	if (!budget_account_write_head(account, err))
		return false;
	if (fstat(account->descriptor, &now) != 0 || fstat(hold->descriptor, &kept) != 0 ||
		!is_same_file(&now, &kept) || hold->slot >= account->record_count)
		return true;
	return budget_account_free(account, hold->slot, err);
}

bool budget_settle(struct budget_hold *hold, int64_t paid, struct error *err)
{
	struct budget_account account;
	if (hold->descriptor < 0)
		return true;
	bool is_open = budget_account_open(file_path, &account, err);
	bool done = is_open && settle(&account, hold, paid, err);
	close(hold->descriptor); /* before the next one may look for a record */
	hold->descriptor = -1;
	if (is_open)
		close(account.descriptor);
	return done;
}

void budget_name(const struct budget_hold *hold, const char *name)
{
	struct stat kept, there;
	bool is_kept = hold->descriptor >= 0 && fstat(hold->descriptor, &kept) == 0 &&
		       stat(file_path, &there) == 0 && is_same_file(&kept, &there);
	/* One that cannot be written leaves none, which is owed in full. */
	if (is_kept)
		budget_name_write(file_path, hold->slot, name, NULL);
}

bool budget_find_owed(struct budget_owed *owed, size_t room, size_t *count, struct error *err)
{
	struct budget_account account;
	*count = 0;
	if (file_path == NULL || !path_exists(file_path))
		return true;
	if (!budget_account_open(file_path, &account, err))
		return false;
	for (int i = 0; i < account.record_count && *count < room; i++) {
		struct budget_owed *one = &owed[*count];
		if (!account.records[i].is_owed)
			continue;
		*one = (struct budget_owed){
			account.records[i].bytes, account.records[i].least, i, ""};
		budget_name_read(file_path, i, one->name);
		*count += one->name[0] != '\0';
	}
	close(account.descriptor);
	return true;
}

bool budget_settle_owed(const struct budget_owed *owed, int64_t paid, struct error *err)
{
	struct budget_account account;
	char name[BUDGET_NAME_BYTES];
	if (file_path == NULL)
		return true;
	if (!budget_account_open(file_path, &account, err))
		return false;
	budget_name_read(file_path, owed->slot, name);
	bool is_it = owed->slot < account.record_count && account.records[owed->slot].is_owed &&
		     strcmp(name, owed->name) == 0;
	bool done = !is_it || budget_account_bury(&account, owed->slot, paid, err);
	close(account.descriptor);
	return done;
}

bool budget_look(struct budget_state *state, struct error *err)
{
	struct budget_account account;
	*state = (struct budget_state){.bytes_per_day = limit_bytes};
	if (file_path == NULL || !path_exists(file_path))
		return true;
	if (!budget_account_open(file_path, &account, err))
		return false;
	state->used_bytes = budget_account_used(&account);
	state->reserved_bytes = budget_account_reserved(&account);
	close(account.descriptor);
	return true;
}

bool budget_check(int64_t bytes, struct error *err)
{
	struct budget_state state;
	if (!budget_look(&state, err))
		return false;
	return file_path == NULL || bytes <= left_of(state.used_bytes) ||
	       refuse(state.used_bytes, bytes, err);
}
