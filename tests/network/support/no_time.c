#include "no_time.h"

static struct retry_budget budget = RETRY_BUDGET_FULL;
static _Atomic int64_t now_ms = 1000;
static int waits[NO_TIME_WAITS_MAX];
static size_t wait_count;

int64_t no_time_now_ms(void)
{
	return now_ms;
}

void no_time_set(int64_t to_ms)
{
	now_ms = to_ms;
}

static void pass(struct cancel *cancel, int ms)
{
	(void)cancel;
	now_ms += ms;
	if (wait_count < NO_TIME_WAITS_MAX)
		waits[wait_count] = ms;
	wait_count++;
}

static uint32_t highest(void)
{
	return UINT32_MAX;
}

const struct retry no_time = {
	.first_ms = 1000,
	.longest_ms = 32000,
	.total_ms = 600000,
	.budget = &budget,
	.now_ms = no_time_now_ms,
	.sleep_ms = pass,
	.dice = highest,
};

void no_time_reset(void)
{
	wait_count = 0;
	budget.left = RETRY_BUDGET_MAX;
}

size_t no_time_wait_count(void)
{
	return wait_count;
}

int no_time_wait_ms(size_t wait)
{
	return waits[wait];
}
