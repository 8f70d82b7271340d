/*
 * engine_parts: what core/engine/engine*.c share. Nobody else includes this.
 */
#ifndef BACKCOURT_ENGINE_PARTS_H
#define BACKCOURT_ENGINE_PARTS_H

#include "engine/engine.h"
#include "alert/alert_send.h"
#include "jobs/command.h"
#include "jobs/executor.h"
#include "jobs/log_rules.h"
#include "jobs/process.h"
#include "jobs/run_files.h"
#include "jobs/scheduler.h"
#include "jobs/worker_pool.h"
#include "jobs/log_piece.h"
#include "jobs/resume.h"
#include "warehouse/health.h"

#include <time.h>

/* The run of one table, while it has a worker. */
struct engine_job {
	struct cancel *cancel; /* NULL: no run */
	uint32_t run;
	int worker;
	bool is_found;			 /* an earlier console started it, or nobody's */
	struct process_identity outside; /* pid 0: a run of ours */
};

/* How a way out of alerts does: those of alert_send.h, then the hook. */
#define ENGINE_HOOK ALERT_WAY_COUNT
#define ENGINE_WAYS (ALERT_WAY_COUNT + 1)
struct engine_way {
	bool has_failed;	 /* the newest alert did not go out by it */
	bool is_refused;	 /* for good, as long as its file is the same: not tried again */
	struct timespec changed; /* of that file */
	int64_t ready_ms;	 /* wall clock: the other side wants to be left alone until then */
	char trouble[EVENT_TEXT_BYTES];
};

/* An alert that has to go out by some of the ways. */
struct engine_alert {
	struct alert alert;
	char id[ALERT_ID_BYTES]; /* of all its tries */
	unsigned ways;		 /* a bit of each */
	int tries;		 /* that were in vain */
	int64_t first_ms;	 /* wall clock: of the first; 0: there was none */
	int64_t due_ms;		 /* wall clock: not before */
};

struct engine {
	struct engine_options options; /* texts lent */
	struct event_queue *queue;     /* lent */
	struct worker_pool *pool;
	struct worker_pool *native_pool; /* for what computes: options.native_niceness */
	struct scheduler *scheduler;
	struct engine_job *jobs;     /* by table */
	struct command **commands;   /* by table; NULL: its job is no command */
	struct log_rules *log_rules; /* NULL: no table has a command job */
	bool *paused;		     /* by table */
	int *failures;		     /* by table: dates that failed one after the other */
	bool has_raw;		     /* a schedule was read: the warehouse is there */
	bool all_paused;
	bool is_leaving;
	uint32_t run_count;
	struct resume left;    /* what a detached console gives to the background */
	struct resume offered; /* what a dead run in the background left */
	struct cancel *follow; /* of the worker that follows a background run; NULL: none */
	char followed[EVENT_RUN_BYTES];

	struct alerts *alerts;
	struct engine_alert hook_waiting[ALERT_WAITING_MAX]; /* oldest first */
	size_t hook_count;
	size_t hook_dropped;	/* since none waited, and not said yet */
	struct hook_task *hook; /* an alert on its way out; NULL: none */
	struct engine_way ways[ENGINE_WAYS];
	int64_t hook_ready_ms;	 /* wall clock: not before */
	struct date_range range; /* of the scheduler and of `told` */
	bool *told;	     /* by table, then day: the model was told that the cell is queued */
	size_t *told_counts; /* by table: how many cells */

	/* The io lane: one refresh and one import at a time. */
	struct cancel *refresh; /* NULL: none under way */
	bool refresh_again, refresh_recount;
	struct excuse_wish *excuse; /* owned; the next refresh stores it; or NULL */
	struct date_range asked;    /* the range of the newest wish; `was_asked`: there was one */
	bool was_asked;
	bool is_reconciled; /* what earlier consoles left is settled, or being settled */
	struct receipt
		*recent; /* of dates finished while the refresh read: newer than its answer */
	size_t recent_count, recent_capacity;
	struct cancel *import;
	struct log_place piece_next; /* read when the piece under way has come */
	bool is_piece_next, is_reading_piece;
	uint32_t piece_asked;	       /* the newest generation that was wished for */
	bool audit_watched;	       /* somebody looks at the events */
	struct cancel *audit;	       /* of the reading under way; NULL: none */
	bool audit_again;	       /* something happened meanwhile */
	bool audit_wants_records;      /* the next reading asks the warehouse too */
	struct date_range audit_range; /* of the newest records */
	uint32_t rows_asked;	       /* the newest generation that was wished for */
	struct cancel *rows;	       /* of the cell that is being looked into; NULL: none */
	struct engine_cell {
		size_t table;
		date_t date; /* DATE_NONE: none */
		uint32_t generation;
	} rows_next;	       /* looked into when that one has answered */
	struct cancel *health; /* a look at the tables, or a repair; NULL: none under way */
	bool is_repairing;
	bool is_writing_handoff;
	bool is_previewing;
	bool is_reading_excerpt;
	bool is_finding_log;
	bool is_scanning; /* for jobs started by hand */
	/* By table: the process that was told as a second writer. */
	struct process_identity *strangers;
	struct cancel **resumes; /* by table: of the wait for a resume of a paused script; NULL */
	bool is_reading_season;
};

/* core/engine/engine.c: forgets what was told of another range. */
void engine_set_range(struct engine *engine, struct date_range range);

/* core/engine/engine.c: a run of an earlier console gets a worker that follows it. */
void engine_adopt(struct engine *engine, const struct event *event);

/* The run gets a worker that does `work`; owns the task. */
bool engine_give_to_worker(struct engine *engine, struct run_task *task, void (*work)(void *task));
struct run_task *engine_new_task(
	struct engine *engine, size_t table, const date_t *dates, size_t count);

/* core/engine/engine_outside.c: jobs that were started by hand. */
/* A scan has ended: what it found gets workers that follow it. */
void engine_processes_came(
	struct engine *engine, const struct model *model, const struct event *event);
/* On the io lane: scans, and pushes what was found; runs of this state folder are not among it. */
struct engine_scan {
	struct command *const *commands; /* lent, by table; NULL where there is none */
	size_t table_count;
	const char *state_folder; /* lent */
	struct event_queue *queue;
	size_t asked_table;
};
void engine_scan_processes(const struct engine_scan *scan);
#define ENGINE_SCAN_UNASKED SIZE_MAX
/* True, and said, when a job from outside holds the table. */
bool engine_is_held_outside(struct engine *engine, const struct model *model, size_t table);
/* core/engine/engine_follow.c: events of a run in the background are the model's alone, as long as
 * engine->follow is there. */
void engine_follow(struct engine *engine, const struct event *event);
void engine_unfollow(struct engine *engine);
/* `table` (NULL: all) is for pause and resume; `words` are said when it was asked. */
void engine_ask_background(
	struct engine *engine, enum run_verb verb, const char *table, const char *words);

/* core/engine/engine_alerts.c */
/* What is wrong with the ways out, and what helps: of their files, and of what happened. Reads the
 * files: not on the UI thread. Returns how many there are, ENGINE_WAYS at most. */
size_t engine_look_at_ways(const struct engine_options *options,
	const struct engine_way ways[ENGINE_WAYS], struct health_way *into);
void engine_alert_came(struct engine *engine, const struct event *event);
/* Is one on its way, or waits for its first try or one that comes soon? */
bool engine_alerts_are_busy(const struct engine *engine);
/* What waits is given up, and said. */
void engine_drop_alerts(struct engine *engine);
void engine_step_alerts(struct engine *engine, const struct model *model, int64_t now_ms);

/* core/engine/engine_resume.c: a date of what is left has ended. */
void engine_left_ended(struct engine *engine, const struct event *event);

/* core/engine/engine_requests.c: the verbs pause and resume. */
void engine_asked(struct engine *engine, const struct event *event);
/* The dates of a script wait: a resume may be asked for in the folder of its newest run. */
void engine_await_resume(struct engine *engine, size_t table);

/* core/engine/engine_report.c: facts of the engine's own, in the order of the queue. */
void engine_say(struct engine *engine, enum severity severity, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The dates of the table that the scheduler has queued or taken out since the last call. */
int engine_tell_queue(struct engine *engine, size_t table);
/* Nothing new is queued, but more than the queue changed. */
void engine_tell_reach(struct engine *engine, size_t table, bool queued, enum queue_reach reach);
/* Out of the queue, and not by itself again; returns how many dates. Then engine_tell_queue. */
int engine_take_back(struct engine *engine, size_t table);
/* Those of the dates that wait now, in the order in which they will start. */
void engine_tell_planned(struct engine *engine, size_t table, const struct plan_step *step);
/* These dates wait too (auto-launch took them without a queue), or do not wait any more. */
void engine_tell_dates(
	struct engine *engine, size_t table, const date_t *dates, size_t count, bool queued);
void engine_tell_control(struct engine *engine, int table);
/* What the model was told last; false: that is known already, or lies outside the range. */
bool engine_set_told(struct engine *engine, size_t table, date_t date, bool queued);

/* core/engine/engine_rows.c */
void engine_rows_came(struct engine *engine);
/* The answer of the cell that is looked into is not waited for. */
void engine_drop_rows(struct engine *engine);

/* core/engine/engine_log.c */
void engine_log_came(struct engine *engine);

/* core/engine/engine_audit.c */
/* After model_apply. */
void engine_audit_heard(struct engine *engine, const struct event *event);
void engine_drop_audit(struct engine *engine);

/* core/engine/engine_refresh.c */
/* Before model_apply: what was written meanwhile beats what the refresh read. */
void engine_refresh_came(struct engine *engine, struct event *event);
void engine_refresh_ended(struct engine *engine);
void engine_note_receipt(struct engine *engine, const struct receipt *receipt);

/* core/engine/engine_health.c */
void engine_drop_health(struct engine *engine);
void engine_health_came(struct engine *engine);

/* core/engine/engine_excuse.c */
struct excuse_wish;
void excuse_wish_free(struct excuse_wish *wish);
/* In a worker: `text` says what came of it; false when no cell was changed. */
bool excuse_wish_store(const struct excuse_wish *wish, const char *folder, char *text, size_t room);

#endif
