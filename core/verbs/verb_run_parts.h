/*
 * verb_run_parts: what core/verbs/verb_run*.c share. Nobody else includes this.
 */
#ifndef BACKCOURT_VERB_RUN_PARTS_H
#define BACKCOURT_VERB_RUN_PARTS_H

#include "jobs/run_control.h"
#include "verbs/plan_file.h"
#include "verb_parts.h"

struct runner {
	struct session session;
	struct event_queue *queue;
	struct engine *engine;
	struct model *model;
	int signals;
	FILE *out; /* of the progress lines: stderr beside JSON */
	size_t tables[PIPELINE_TABLES_MAX];
	size_t table_count;
	struct date_set *chosen; /* by table, with a selection or a file: what was asked for */
	struct plan_file file;	 /* of --plan FILE */
	bool has_file;
	bool names_tables;
	bool is_importing; /* the sample season comes first */
	bool is_started;
	bool waits[PIPELINE_TABLES_MAX]; /* --wait: started when the run that holds it has ended */
	bool is_counted;		 /* the tables are counted once, after the last run */
	bool was_stopped;
	bool is_unknown; /* the coverage could not be read */
	bool is_refused; /* --range names what there is not */
	int done, failed;
	bool has_run_failed; /* a run, whatever its dates say */
	char imported[64];
	int64_t foreseen_ms; /* when the end was said last */
	/* Of a run that goes on from what another left. */
	struct resume resume;
	bool is_resuming;
	bool has_history;	     /* of the first coverage: it may begin */
	struct run_control *control; /* of the run folder we work in; NULL: none */
	bool was_told_to_stop;	     /* through it */
};

/* core/verbs/verb_run_say.c: what happens, a line each, and what was reached. */
void run_say(const struct runner *runner, int64_t at_ms, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void run_say_event(struct runner *runner, const struct event *event);
/* When everything ends, as the console says it; at most every few seconds, nothing while nobody
 * knows. */
void run_say_forecast(struct runner *runner);
void run_say_begin(const struct runner *runner);
void run_print_json(const struct runner *runner, int status);
void run_print_end(const struct runner *runner);

/* core/verbs/verb_run_plan.c: --plan. Before the engine is made; the range and the tables may be
 * those of a file. */
/* core/verbs/verb_run_open.c: the session; a signal ends the wait for its warehouse. */
bool run_open_session(const struct config *config, struct runner *runner, struct error *err);
bool run_read_plan(struct runner *runner, struct error *err);
bool run_choose_tables(struct runner *runner, struct error *err);
/* After the first refresh. */
void run_start_plan(struct runner *runner);
/* What a run could still cure of what was asked for; false: that cannot be said. */
bool run_plan_rest(const struct runner *runner, struct plan *plan);

/* core/verbs/verb_run_resume.c: --resume, and the background. Before the engine is made; range,
 * workers and so on are those of the file. */
bool run_read_resume(struct runner *runner, struct engine_options *options, struct error *err);
/* Obeys what the run folder was asked since the last call. */
void run_obey(struct runner *runner);
/* At the end: what is left goes to the background, or is forgotten. */
void run_leave_rest(struct runner *runner);

#endif
