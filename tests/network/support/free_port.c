#include "tests/network/support/free_port.h"

#include "tests/test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

int free_port(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(probe, (struct sockaddr *)&address, length), 0);
	assert_int_equal(getsockname(probe, (struct sockaddr *)&address, &length), 0);
	close(probe);
	return ntohs(address.sin_port);
}
