#include "warehouse/budget.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define DAY_MS	     86400000
#define HEAD_BYTES   32 /* "2026-11-26 00000000000000000000\n": written at once, never longer */
#define RECORD_BYTES 42 /* "00000000000000000000 00000000000000000000\n" */
#define FILE_BYTES   (HEAD_BYTES + BUDGET_HOLDS_MAX * RECORD_BYTES)
#define BYTES_MOST   (INT64_C(1) << 60) /* of any number in the file: sums stay in the type */
#define MEBIBYTE     1048576

static char *file_path; /* NULL: no budget */
static _Atomic int64_t limit_bytes;

/* What the file says. */
struct account {
	int descriptor;
	int64_t used;
	struct {
		int64_t bytes, least; /* 0: free */
	} records[BUDGET_HOLDS_MAX];
	int record_count;
};

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

static bool fail(const char *what, struct error *err)
{
	return error_set_system(
		err, errno, "cannot %s the budget of BigQuery, %s", what, file_path);
}

static bool lock(int descriptor, struct error *err)
{
	while (flock(descriptor, LOCK_EX) != 0)
		if (errno != EINTR)
			return fail("lock", err);
	return true;
}

/* Opened and locked against other processes and, since every opening is its own, other threads. */
static bool open_file(int *descriptor, struct error *err)
{
	if (!path_make_parent(file_path, err))
		return false;
	*descriptor = open(file_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*descriptor < 0)
		return fail("open", err);
	if (lock(*descriptor, err))
		return true;
	close(*descriptor);
	return false;
}

static date_t today(void)
{
	return (date_t)(clock_wall_ms() / DAY_MS);
}

static bool is_amount(const char *text, int64_t *bytes)
{
	return text_to_integer(text, bytes) && *bytes >= 0 && *bytes <= BYTES_MOST;
}

/* "A B": two words, of which the second is an amount. */
static char *split(char *line, size_t bytes, int64_t *amount)
{
	char *end = memchr(line, '\n', bytes);
	char *space = memchr(line, ' ', bytes);
	if (end == NULL || space == NULL || space > end)
		return NULL;
	*space = *end = '\0';
	return is_amount(space + 1, amount) ? end + 1 : NULL;
}

static bool parse_records(struct account *account, char *text, size_t bytes)
{
	for (size_t at = 0; at < bytes; at += RECORD_BYTES) {
		int64_t *first = &account->records[account->record_count].bytes;
		int64_t *second = &account->records[account->record_count++].least;
		if (split(&text[at], RECORD_BYTES, second) != &text[at] + RECORD_BYTES ||
			!is_amount(&text[at], first))
			return false;
	}
	return true;
}

/* An empty file and one of another day are a fresh start; anything else that is no record is not
 * taken for nothing spent. */
static bool parse(struct account *account, char *text, size_t bytes)
{
	date_t date;
	if (bytes == 0)
		return true;
	size_t head = bytes < HEAD_BYTES ? bytes : HEAD_BYTES;
	const char *end = split(text, head, &account->used);
	bool has_records = bytes > HEAD_BYTES;
	if (end == NULL || !date_parse(text, &date) || (has_records && end != text + HEAD_BYTES) ||
		(has_records && (bytes - HEAD_BYTES) % RECORD_BYTES != 0) || bytes > FILE_BYTES)
		return false;
	if (date != today())
		account->used = 0;
	return !has_records || parse_records(account, text + HEAD_BYTES, bytes - HEAD_BYTES);
}

static bool read_file(struct account *account, struct error *err)
{
	char *text = memory_new(FILE_BYTES + 1);
	ssize_t got = pread(account->descriptor, text, FILE_BYTES + 1, 0);
	bool done = got < 0 ? fail("read", err)
			    : parse(account, text, (size_t)got) ||
				      error_set(err, ERROR_INPUT,
					      "%s does not say what BigQuery has cost today; "
					      "remove it to begin anew",
					      file_path);
	free(text);
	return done;
}

static bool write_text(int descriptor, const char *text, size_t bytes, off_t at, struct error *err)
{
	return pwrite(descriptor, text, bytes, at) == (ssize_t)bytes || fail("write", err);
}

static bool write_head(const struct account *account, struct error *err)
{
	char date[DATE_TEXT_BYTES], text[HEAD_BYTES + 1];
	snprintf(text, sizeof(text), "%s %020" PRId64 "\n", date_format(today(), date),
		account->used);
	return write_text(account->descriptor, text, HEAD_BYTES, 0, err);
}

static off_t place_of(int slot)
{
	return HEAD_BYTES + (off_t)slot * RECORD_BYTES;
}

static bool write_record(const struct account *account, int slot, struct error *err)
{
	char text[RECORD_BYTES + 1];
	snprintf(text, sizeof(text), "%020" PRId64 " %020" PRId64 "\n",
		account->records[slot].bytes, account->records[slot].least);
	return write_text(account->descriptor, text, RECORD_BYTES, place_of(slot), err);
}

/* Locks of an open file, not of a process: threads have their own, and a crash ends them. */
static struct flock lock_of(int slot)
{
	return (struct flock){.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = place_of(slot),
		.l_len = RECORD_BYTES};
}

static bool is_held(const struct account *account, int slot)
{
	struct flock other = lock_of(slot);
	/* One that cannot be asked for is not taken for free. */
	return fcntl(account->descriptor, F_OFD_GETLK, &other) != 0 || other.l_type != F_UNLCK;
}

static void spend(struct account *account, int64_t bytes)
{
	account->used = bytes > BYTES_MOST - account->used ? BYTES_MOST : account->used + bytes;
}

/* Counted before the record is freed: a crash in between counts it twice, never not at all. */
static bool bury(struct account *account, int slot, struct error *err)
{
	spend(account, account->records[slot].least);
	account->records[slot].bytes = account->records[slot].least = 0;
	return write_head(account, err) && write_record(account, slot, err);
}

static bool bury_the_dead(struct account *account, struct error *err)
{
	bool done = true;
	for (int i = 0; done && i < account->record_count; i++)
		if (account->records[i].bytes > 0 && !is_held(account, i))
			done = bury(account, i, err);
	return done;
}

static bool open_account(struct account *account, struct error *err)
{
	*account = (struct account){.descriptor = -1};
	if (!open_file(&account->descriptor, err))
		return false;
	if (read_file(account, err) && bury_the_dead(account, err))
		return true;
	close(account->descriptor);
	return false;
}

static int64_t reserved_bytes(const struct account *account)
{
	int64_t sum = 0;
	for (int i = 0; i < account->record_count; i++)
		sum = account->records[i].bytes > BYTES_MOST - sum
			      ? BYTES_MOST
			      : sum + account->records[i].bytes;
	return sum;
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

static bool refuse_for_now(const struct account *account, struct error *err)
{
	return error_set(err, ERROR_BUSY,
		"of the daily budget of BigQuery %" PRId64
		" MiB are left, and statements under way have reserved %" PRId64
		" of them (--budget MIB raises it)",
		left_of(account->used) / MEBIBYTE, reserved_bytes(account) / MEBIBYTE);
}

/* A free one may be locked for an instant more, where a program is being started. */
static bool find_slot(struct account *account, int *slot, struct error *err)
{
	*slot = 0;
	while (*slot < account->record_count &&
		(account->records[*slot].bytes > 0 || is_held(account, *slot)))
		++*slot;
	if (*slot == BUDGET_HOLDS_MAX)
		return error_set(err, ERROR_BUSY, "%d statements of BigQuery are under way",
			BUDGET_HOLDS_MAX);
	account->record_count += *slot == account->record_count;
	return true;
}

static bool take_slot(struct account *account, int slot, struct error *err)
{
	struct flock own = lock_of(slot);
	if (fcntl(account->descriptor, F_OFD_SETLK, &own) != 0)
		return fail("lock", err);
	return write_head(account, err) && write_record(account, slot, err);
}

static bool reserve(struct account *account, int64_t least, int64_t most, struct budget_hold *hold,
	struct error *err)
{
	int slot;
	int64_t left = left_of(account->used + reserved_bytes(account));
	int64_t bytes = most < left ? most : left;
	if (bytes < least)
		return least > left_of(account->used) ? refuse(account->used, least, err)
						      : refuse_for_now(account, err);
	if (!find_slot(account, &slot, err))
		return false;
	account->records[slot].bytes = bytes;
	account->records[slot].least = least;
	*hold = (struct budget_hold){bytes, least, account->descriptor, slot};
	return take_slot(account, slot, err);
}

bool budget_reserve(int64_t least, int64_t most, struct budget_hold *hold, struct error *err)
{
	struct account account;
	*hold = (struct budget_hold){.bytes = INT64_MAX, .least = least, .descriptor = -1};
	if (file_path == NULL)
		return true;
	if (!open_account(&account, err))
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
static bool is_same_file(int one, int other)
{
	struct stat first, second;
	return fstat(one, &first) == 0 && fstat(other, &second) == 0 &&
	       first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

static bool settle(
	struct account *account, const struct budget_hold *hold, int64_t paid, struct error *err)
{
	spend(account, paid);
	if (!write_head(account, err))
		return false;
	if (!is_same_file(account->descriptor, hold->descriptor) ||
		hold->slot >= account->record_count)
		return true;
	account->records[hold->slot].bytes = account->records[hold->slot].least = 0;
	return write_record(account, hold->slot, err);
}

bool budget_settle(struct budget_hold *hold, int64_t paid, struct error *err)
{
	struct account account;
	if (hold->descriptor < 0)
		return true;
	bool is_open = open_account(&account, err);
	bool done = is_open && settle(&account, hold, paid, err);
	close(hold->descriptor); /* before the next one may look for a record */
	hold->descriptor = -1;
	if (is_open)
		close(account.descriptor);
	return done;
}

bool budget_look(struct budget_state *state, struct error *err)
{
	struct account account;
	*state = (struct budget_state){.bytes_per_day = limit_bytes};
	if (file_path == NULL || !path_exists(file_path))
		return true;
	if (!open_account(&account, err))
		return false;
	state->used_bytes = account.used;
	state->reserved_bytes = reserved_bytes(&account);
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
