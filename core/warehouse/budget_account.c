#include "budget_account.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"
#include "budget_names.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define DAY_MS	     86400000
#define HEAD_BYTES   32 /* "2026-11-26 00000000000000000000\n": written at once, never longer */
#define RECORD_BYTES 42 /* "00000000000000000000 00000000000000000000\n" */
#define FILE_BYTES   (HEAD_BYTES + BUDGET_HOLDS_MAX * RECORD_BYTES)
#define BYTES_MOST   (INT64_C(1) << 60) /* of any number in the file: sums stay in the type */

static bool fail(const struct budget_account *account, const char *what, struct error *err)
{
	return error_set_system(
		err, errno, "cannot %s the budget of BigQuery, %s", what, account->path);
}

/* Opened and locked against other processes and, since every opening is its own, other threads. */
static bool open_file(struct budget_account *account, struct error *err)
{
	if (!path_make_parent(account->path, err))
		return false;
	int descriptor = open(account->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (descriptor < 0)
		return fail(account, "open", err);
	while (flock(descriptor, LOCK_EX) != 0)
		if (errno != EINTR) {
			fail(account, "lock", err);
			close(descriptor);
			return false;
		}
	account->descriptor = descriptor;
	return true;
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

static bool parse_records(struct budget_account *account, char *text, size_t bytes)
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
static bool parse(struct budget_account *account, char *text, size_t bytes)
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
	account->is_of_today = date == today();
	if (!account->is_of_today)
		account->used = 0;
	return !has_records || parse_records(account, text + HEAD_BYTES, bytes - HEAD_BYTES);
}

static bool read_file(struct budget_account *account, struct error *err)
{
	char *text = memory_new(FILE_BYTES + 1);
	ssize_t got = pread(account->descriptor, text, FILE_BYTES + 1, 0);
	bool done = got < 0 ? fail(account, "read", err)
			    : parse(account, text, (size_t)got) ||
				      error_set(err, ERROR_INPUT,
					      "%s does not say what BigQuery has cost today; "
					      "remove it to begin anew",
					      account->path);
	free(text);
	return done;
}

static bool write_text(const struct budget_account *account, const char *text, size_t bytes,
	off_t at, struct error *err)
{
	return pwrite(account->descriptor, text, bytes, at) == (ssize_t)bytes ||
	       fail(account, "write", err);
}

bool budget_account_write_head(const struct budget_account *account, struct error *err)
{
	char date[DATE_TEXT_BYTES], text[HEAD_BYTES + 1];
	snprintf(text, sizeof(text), "%s %020" PRId64 "\n", date_format(today(), date),
		account->used);
	return write_text(account, text, HEAD_BYTES, 0, err);
}

static off_t place_of(int slot)
{
	return HEAD_BYTES + (off_t)slot * RECORD_BYTES;
}

static bool write_record(const struct budget_account *account, int slot, struct error *err)
{
	char text[RECORD_BYTES + 1];
	snprintf(text, sizeof(text), "%020" PRId64 " %020" PRId64 "\n",
		account->records[slot].bytes, account->records[slot].least);
	return write_text(account, text, RECORD_BYTES, place_of(slot), err);
}

/* Locks of an open file, not of a process: threads have their own, and a crash ends them. */
static struct flock lock_of(int slot)
{
	return (struct flock){.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = place_of(slot),
		.l_len = RECORD_BYTES};
}

bool budget_account_is_held(const struct budget_account *account, int slot)
{
	struct flock other = lock_of(slot);
	/* One that cannot be asked for is not taken for free. */
	return fcntl(account->descriptor, F_OFD_GETLK, &other) != 0 || other.l_type != F_UNLCK;
}

void budget_account_spend(struct budget_account *account, int64_t bytes)
{
	account->used = bytes > BYTES_MOST - account->used ? BYTES_MOST : account->used + bytes;
}

/* Counted before the record is freed: a crash in between counts it twice, never not at all. */
bool budget_account_bury(struct budget_account *account, int slot, int64_t paid, struct error *err)
{
	budget_account_spend(account, paid);
	return budget_account_write_head(account, err) && budget_account_free(account, slot, err);
}

/* Whose holders are gone. Those of another day were of that day's money, but they may have ended on
 * this one: their least is counted, once. */
static bool find_the_dead(struct budget_account *account, struct error *err)
{
	bool done = true;
	for (int i = 0; done && i < account->record_count; i++) {
		account->records[i].is_owed =
			account->records[i].bytes > 0 && !budget_account_is_held(account, i);
		if (account->records[i].is_owed && !account->is_of_today)
			done = budget_account_bury(account, i, account->records[i].least, err);
	}
	return done;
}

bool budget_account_open(const char *path, struct budget_account *account, struct error *err)
{
	*account = (struct budget_account){.path = path, .descriptor = -1};
	if (!open_file(account, err))
		return false;
	if (read_file(account, err) && find_the_dead(account, err))
		return true;
	close(account->descriptor);
	return false;
}

bool budget_account_take(struct budget_account *account, int slot, struct error *err)
{
	struct flock own = lock_of(slot);
	if (fcntl(account->descriptor, F_OFD_SETLK, &own) != 0)
		return fail(account, "lock", err);
	return budget_name_write(account->path, slot, "", err) &&
	       budget_account_write_head(account, err) && write_record(account, slot, err);
}

bool budget_account_free(struct budget_account *account, int slot, struct error *err)
{
	account->records[slot].bytes = account->records[slot].least = 0;
	account->records[slot].is_owed = false;
	return write_record(account, slot, err);
}

static int64_t sum_of(const struct budget_account *account, bool is_owed)
{
	int64_t sum = 0;
	for (int i = 0; i < account->record_count; i++) {
		int64_t bytes =
			account->records[i].is_owed == is_owed ? account->records[i].bytes : 0;
		sum = bytes > BYTES_MOST - sum ? BYTES_MOST : sum + bytes;
	}
	return sum;
}

int64_t budget_account_reserved(const struct budget_account *account)
{
	return sum_of(account, false);
}

int64_t budget_account_used(const struct budget_account *account)
{
	int64_t owed = sum_of(account, true);
	return owed > BYTES_MOST - account->used ? BYTES_MOST : account->used + owed;
}
