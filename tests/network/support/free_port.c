#include "tests/network/support/free_port.h"

#include "tests/test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

#define TRIES_MAX 1000

/* Bound and not listening: the kernel gives it neither to who asks for any port nor to a
 * connection. -1: somebody has it. */
static int hold(int *port)
{
	int on = 1;
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)*port)};
	socklen_t length = sizeof(address);
	int holder = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(holder >= 0);
	assert_int_equal(setsockopt(holder, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), 0);
	if (bind(holder, (struct sockaddr *)&address, length) != 0) {
		close(holder);
		return -1;
	}
	assert_int_equal(getsockname(holder, (struct sockaddr *)&address, &length), 0);
	*port = ntohs(address.sin_port);
	return holder;
}

static bool try(struct free_ports *ports, int count)
{
	*ports = (struct free_ports){0};
	for (int port = 0; ports->count < count; port++) {
		int holder = hold(&port);
		if (holder < 0) {
			free_ports_release(ports);
			return false;
		}
		ports->descriptors[ports->count++] = holder;
		ports->first = port + 1 - ports->count;
	}
	return true;
}

void free_ports_take(struct free_ports *ports, int count)
{
	assert_true(count <= FREE_PORTS_MAX);
	for (int i = 0; i < TRIES_MAX; i++)
		if (try(ports, count))
			return;
	fail_msg("there are no %d free ports side by side", count);
}

void free_ports_release(struct free_ports *ports)
{
	while (ports->count > 0)
		close(ports->descriptors[--ports->count]);
}
