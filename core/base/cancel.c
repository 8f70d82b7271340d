#include "base/cancel.h"

#include "base/memory.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct cancel {
	_Atomic int level;
	int descriptor;	      /* eventfd, written once at CANCEL_NOW */
	int change;	      /* eventfd, written at every change */
	pthread_mutex_t lock; /* guards `paused` */
	pthread_cond_t changed;
	bool paused;
};

bool cancel_new(struct cancel **made, struct error *err)
{
	int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	int change = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (descriptor < 0 || change < 0) {
		error_set_system(err, errno, "cannot make an event descriptor");
		if (descriptor >= 0)
			close(descriptor);
		return false;
	}
	struct cancel *cancel = memory_new(sizeof(*cancel));
	cancel->descriptor = descriptor;
	cancel->change = change;
	pthread_mutex_init(&cancel->lock, NULL);
	pthread_cond_init(&cancel->changed, NULL);
	*made = cancel;
	return true;
}

void cancel_free(struct cancel *cancel)
{
	if (cancel == NULL)
		return;
	close(cancel->descriptor);
	close(cancel->change);
	pthread_cond_destroy(&cancel->changed);
	pthread_mutex_destroy(&cancel->lock);
	free(cancel);
}

/* EAGAIN means that it is readable already. */
static void make_readable(int descriptor)
{
	uint64_t one = 1;
	ssize_t written = write(descriptor, &one, sizeof(one));
	(void)written;
}

void cancel_raise(struct cancel *cancel, enum cancel_level level)
{
	int now = atomic_load(&cancel->level);
	while (now < (int)level && !atomic_compare_exchange_weak(&cancel->level, &now, (int)level))
		;
	if (level == CANCEL_NOW)
		make_readable(cancel->descriptor);
	make_readable(cancel->change);
	pthread_mutex_lock(&cancel->lock);
	pthread_cond_broadcast(&cancel->changed);
	pthread_mutex_unlock(&cancel->lock);
}

enum cancel_level cancel_level(const struct cancel *cancel)
{
	return cancel == NULL ? CANCEL_NOT : (enum cancel_level)atomic_load(&cancel->level);
}

int cancel_descriptor(const struct cancel *cancel)
{
	return cancel->descriptor;
}

int cancel_change_descriptor(const struct cancel *cancel)
{
	return cancel->change;
}

void cancel_note_change(struct cancel *cancel)
{
	uint64_t count;
	ssize_t got = read(cancel->change, &count, sizeof(count));
	(void)got; /* EAGAIN: nothing has changed */
}

void cancel_set_paused(struct cancel *cancel, bool paused)
{
	pthread_mutex_lock(&cancel->lock);
	cancel->paused = paused;
	pthread_cond_broadcast(&cancel->changed);
	pthread_mutex_unlock(&cancel->lock);
	make_readable(cancel->change);
}

bool cancel_is_paused(const struct cancel *cancel)
{
	struct cancel *open = (struct cancel *)cancel; /* only its lock is touched */
	pthread_mutex_lock(&open->lock);
	bool paused = open->paused;
	pthread_mutex_unlock(&open->lock);
	return paused;
}

void cancel_wait_while_paused(struct cancel *cancel)
{
	if (cancel == NULL)
		return;
	pthread_mutex_lock(&cancel->lock);
	while (cancel->paused && cancel_level(cancel) == CANCEL_NOT)
		pthread_cond_wait(&cancel->changed, &cancel->lock);
	pthread_mutex_unlock(&cancel->lock);
}

void cancel_sleep_ms(struct cancel *cancel, int ms)
{
	struct pollfd wait = {.fd = cancel == NULL ? -1 : cancel->descriptor, .events = POLLIN};
	(void)poll(&wait, 1, ms);
}
