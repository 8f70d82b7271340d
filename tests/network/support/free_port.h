/*
 * free_port: TCP ports of 127.0.0.1 that stay nobody else's until they are released: for servers
 * that must be told theirs (with SO_REUSEADDR they can still listen there, and nobody else comes
 * first), and for what nobody may answer.
 */
#ifndef BACKCOURT_TESTS_FREE_PORT_H
#define BACKCOURT_TESTS_FREE_PORT_H

#define FREE_PORTS_MAX 2

struct free_ports {
	int first, count;
	int descriptors[FREE_PORTS_MAX];
};

/* So many, one after the other. */
void free_ports_take(struct free_ports *ports, int count);
/* Of taken ones, or of a zeroed struct. */
void free_ports_release(struct free_ports *ports);

#endif
