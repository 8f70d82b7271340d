/*
 * free_port: a TCP port of 127.0.0.1 that nobody has now, for servers that must be told theirs.
 * Another program may take it first: whoever uses it notices that its server does not start.
 */
#ifndef BACKCOURT_TESTS_FREE_PORT_H
#define BACKCOURT_TESTS_FREE_PORT_H

int free_port(void);

#endif
