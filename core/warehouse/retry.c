#include "warehouse/retry.h"

#include "base/cancel.h"
#include "base/clock.h"

#include <sys/random.h>

static struct retry_budget process_budget = RETRY_BUDGET_FULL;

/* Unpredictable only so far as that clients shall differ. */
static uint32_t random_bits(void)
{
	uint32_t bits;
	if (getrandom(&bits, sizeof(bits), GRND_NONBLOCK) != (ssize_t)sizeof(bits))
		bits = (uint32_t)clock_monotonic_ms() * 2654435761U;
	return bits;
}

const struct retry retry_default = {
	.first_ms = 1000,
	.longest_ms = 32000,
	.total_ms = 600000,
	.budget = &process_budget,
	.now_ms = clock_monotonic_ms,
	.sleep_ms = cancel_sleep_ms,
	.dice = random_bits,
};

static void refill(struct retry_budget *budget, int64_t now_ms, double more)
{
	if (budget->counted_ms != 0 && now_ms > budget->counted_ms)
		more += (double)(now_ms - budget->counted_ms) / RETRY_REFILL_MS;
	budget->counted_ms = now_ms;
	budget->left += more;
	if (budget->left > RETRY_BUDGET_MAX)
		budget->left = RETRY_BUDGET_MAX;
}

void retry_begin(struct retry_state *state, const struct retry *policy)
{
	*state = (struct retry_state){.policy = policy, .start_ms = policy->now_ms()};
	pthread_mutex_lock(&policy->budget->lock);
	refill(policy->budget, state->start_ms, 1.0 / RETRY_REQUESTS_PER_ONE);
	pthread_mutex_unlock(&policy->budget->lock);
}

/* Takes one repeat out; the ms until it is there. */
static int64_t spend(const struct retry *policy)
{
	struct retry_budget *budget = policy->budget;
	pthread_mutex_lock(&budget->lock);
	refill(budget, policy->now_ms(), 0);
	budget->left -= 1;
	double missing = budget->left < 0 ? -budget->left : 0;
	pthread_mutex_unlock(&budget->lock);
	return (int64_t)(missing * RETRY_REFILL_MS);
}

static int64_t jitter(const struct retry *policy, int attempts)
{
	int64_t ceiling = policy->first_ms;
	for (int i = 1; i < attempts && ceiling < policy->longest_ms; i++)
		ceiling *= 2;
	if (ceiling > policy->longest_ms)
		ceiling = policy->longest_ms;
	return (int64_t)(((uint64_t)policy->dice() * ((uint64_t)ceiling + 1)) >> 32);
}

bool retry_wait(struct retry_state *state, int64_t retry_after_ms, struct cancel *cancel)
{
	const struct retry *policy = state->policy;
	int64_t passed = policy->now_ms() - state->start_ms;
	state->attempts++;
	int64_t wait = jitter(policy, state->attempts);
	if (wait < retry_after_ms)
		wait = retry_after_ms;
	if (wait > policy->total_ms - passed)
		return false;
	int64_t budget_ms = spend(policy);
	if (wait < budget_ms)
		wait = budget_ms;
	if (wait > policy->total_ms - passed)
		return false;
	policy->sleep_ms(cancel, (int)wait);
	return cancel_level(cancel) != CANCEL_NOW;
}
