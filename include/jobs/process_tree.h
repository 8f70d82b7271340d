/*
 * process_tree: a process that nobody supervises, and all that it started, to be ended together.
 *
 * Order of calls: process_tree_open as early as possible, process_tree_look and process_tree_signal
 * as often as wanted, process_tree_release. One thread at a time; each call reads all of /proc
 * (milliseconds) and waits for nothing.
 *
 * To the tree belong the process itself, the children of a member, and whoever is in a process
 * group or session that a member leads; who was seen once belongs to it for good, whatever becomes
 * of its parent. Not to it belongs what was beside the process in its group when the tree was
 * opened (the `tee` and `grep` of an interactive pipeline), nor `spared`: they end by themselves
 * when their input ends. Members are known by number and start time, and signals go by pidfd: never
 * to a process that got a number since. Not found is what had left group and session and lost its
 * parent before anybody looked (a daemon that forked twice).
 */
#ifndef BACKCOURT_JOBS_PROCESS_TREE_H
#define BACKCOURT_JOBS_PROCESS_TREE_H

#include "jobs/process.h"

#include <stddef.h>

#define PROCESS_TREE_MAX 4096 /* members, the dead among them; more are not looked for */

struct process_tree_member {
	struct process_identity identity;
	bool lives; /* when last looked at */
	int told;   /* the newest signal that it was sent, 0 = none */
};

struct process_tree {
	struct process_tree_member *members; /* the process itself first */
	size_t count, capacity;
	struct process_identity *spared;
	size_t spared_count, spared_capacity;
};

/* `spared` may be nobody, or the process itself (which is not spared then). */
void process_tree_open(
	struct process_tree *tree, struct process_identity process, struct process_identity spared);
void process_tree_release(struct process_tree *tree);

/* Looks for new members; how many live. */
size_t process_tree_look(struct process_tree *tree);
/* Looks, then sends the signal to each that lives and was not sent it before; after SIGTERM a
 * SIGCONT, as what is stopped cannot answer. False: one could not be signalled, err says who; the
 * others were. */
bool process_tree_signal(struct process_tree *tree, int signal, struct error *err);

#endif
