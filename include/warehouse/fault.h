/*
 * fault: lets a test break a write at any of its points.
 *
 * Every write of a backend calls warehouse_fault_point between its steps; without a hook that is
 * one load and a branch. The hook may end the process (_exit: a crash at that very point) or return
 * true: the write then fails with an error and is rolled back. Set it before other threads exist.
 */
#ifndef BACKCOURT_WAREHOUSE_FAULT_H
#define BACKCOURT_WAREHOUSE_FAULT_H

#include "base/error.h"

typedef bool (*warehouse_fault_hook)(const char *point, void *context);

/* NULL takes the hook away. */
void warehouse_fault_set(warehouse_fault_hook hook, void *context);
/* True: go on. False: the hook wants a failure; *err is filled. */
bool warehouse_fault_point(const char *point, struct error *err);

#endif
