#include "tests/network/support/stop_soon.h"

#include "tests/test.h"

static void *wait_and_stop(void *argument)
{
	struct stop_soon *stop = argument;
	fake_wait_for(stop->fake, stop->request, stop->count);
	cancel_raise(stop->cancel, CANCEL_NOW);
	return NULL;
}

void stop_soon_begin(struct stop_soon *stop, struct fake *fake, const char *request, size_t count)
{
	struct error err;
	*stop = (struct stop_soon){.fake = fake, .request = request, .count = count};
	assert_true(cancel_new(&stop->cancel, &err));
	assert_int_equal(pthread_create(&stop->thread, NULL, wait_and_stop, stop), 0);
}

void stop_soon_end(struct stop_soon *stop)
{
	pthread_join(stop->thread, NULL);
	cancel_free(stop->cancel);
}
