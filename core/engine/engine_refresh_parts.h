/*
 * engine_refresh_parts: a refresh in two files. engine_refresh.c asks the witnesses and takes in
 * their answer, engine_settle.c settles before that what other consoles left. Nobody else includes
 * this.
 *
 * A refresh_task is made on the UI thread and belongs to the worker from then on: whatever is here
 * runs on the io lane, reads the task and pushes events.
 */
#ifndef BACKCOURT_ENGINE_REFRESH_PARTS_H
#define BACKCOURT_ENGINE_REFRESH_PARTS_H

#include "engine_parts.h"

#include "witness/witnesses.h"

struct refresh_task {
	struct witness_request request;
	bool reconcile, follow_outside;
	bool offers;			   /* to go on with what a dead one left */
	bool follows;			   /* looks for a run in the background */
	struct command *const *commands;   /* lent, by table; NULL where there is none */
	const struct log_rules *log_rules; /* lent; NULL without command jobs */
	struct cancel *cancel;		   /* lent */
	struct excuse_wish *excuse;	   /* owned; stored before anything is read; NULL: none */
	struct event_queue *queue;
};

/* Of now. */
struct event refresh_event(enum event_kind kind);
/* An event of a kind that carries a message. */
void refresh_say(const struct refresh_task *task, enum event_kind kind, enum severity severity,
	const char *text);
/* Who writes the table; "": nobody. */
void refresh_tell_holder(const struct refresh_task *task, size_t table, const char *holder);

/* core/engine/engine_settle.c */
/* Runs that died, old logs, command jobs; tells what became of them. Before the coverage is read.
 */
void refresh_settle(const struct refresh_task *task);
/* Native work that goes on, or died, in the background. Behind the coverage. */
void refresh_look_for_background(const struct refresh_task *task);

#endif
