/*
 * console: the interactive program on a terminal. It owns the loop: one poll over keyboard, event
 * queue and signals; every fact goes through model_apply, every wish to the engine.
 */
#ifndef BACKCOURT_TUI_CONSOLE_H
#define BACKCOURT_TUI_CONSOLE_H

#include "config.h"

#define CONSOLE_NATIVE_NICENESS	  10 /* native work leaves the core to the screen */
#define CONSOLE_HEARTBEAT_MS	  1000
#define CONSOLE_SCAN_MS		  30000	 /* between two looks for jobs started by hand */
#define CONSOLE_WATCH_MS	  120000 /* what "watch it" aims at */
#define CONSOLE_WATCH_PACE_MS_MAX 5000

/* Runs until the operator quits; an exit status of enum exit_status. */
int console_run(const struct config *config);

#endif
