/*
 * engine: the wishes that go down. It owns the worker threads, decides what runs next
 * (jobs/scheduler.h) and speaks to the world through the event queue only.
 *
 * UI thread only. Order of calls: engine_new, engine_refresh or engine_import_sample, any wishes,
 * engine_apply for every event, engine_step after one or some of them, engine_leave and so on until
 * engine_is_idle, engine_free. None of the calls blocks (engine_free joins threads that have
 * reported). The console and the verb `run` drive it in the same way.
 */
#ifndef BACKCOURT_ENGINE_H
#define BACKCOURT_ENGINE_H

#include "alert/alert_send.h"
#include "event/event_queue.h"
#include "model/model.h"
#include "native/rules.h"
#include "jobs/resume.h"

struct engine;
struct launch_preview;

struct engine_options {
	const struct pipeline *pipeline;
	const char *warehouse;	  /* spec */
	const char *state_folder; /* runs, logs, ledger */
	const struct rules *rules;
	int workers;	     /* 1..PIPELINE_WORKERS_MAX */
	int pace_ms;	     /* per date; 0 = full speed */
	int native_niceness; /* of the threads of native runs and those that follow scripts */
	bool auto_launch;
	bool read_only;
	bool follow_outside; /* jobs that were started by hand are followed; else only named */
	struct alert_settings alerts;
	const char *alert_hook;			     /* lent; a command (alert.h), NULL: none */
	struct alert_files alert_files;		     /* lent (alert_send.h) */
	const struct alert_schedule *alert_schedule; /* lent; NULL: alert_schedule_default */
	bool offers_rest; /* EVENT_BACKGROUND tells what a dead run in the background left */
};

bool engine_new(const struct engine_options *options, struct event_queue *queue,
	struct engine **made, struct error *err);
void engine_free(struct engine *engine);

/* Asks for receipts and raw days of the range (EVENT_COVERAGE); `recount` counts the tables too. */
void engine_refresh(struct engine *engine, struct date_range range, bool recount);
/* The range that was asked for last; its coverage may still be on its way. The model's before. */
struct date_range engine_range(const struct engine *engine, const struct model *model);
/* Makes and imports the sample season into the warehouse (EVENT_IMPORT_*), then refreshes. */
void engine_import_sample(struct engine *engine);

/*
 * Looks into a cell (EVENT_CELL_ROWS with the generation); a wish of an older generation that is
 * still under way is cancelled, and one of the same is the same wish. DATE_NONE: nobody wants to
 * see any more. Only ever called because of a key: it costs what the warehouse costs.
 */
void engine_read_rows(struct engine *engine, size_t table, date_t date, uint32_t generation);
/* Looks for jobs that were started by hand and follows those that write a free table; does nothing
 * where there are no command jobs, while a look is under way, or without follow_outside. `asked`:
 * by the operator, for `table`, and so what came of it is said. */
void engine_scan(struct engine *engine, size_t table, bool asked);
bool engine_can_scan(const struct engine *engine);
/* Reads the cells of a season outside the range (EVENT_SEASON); false while another one is read. */
bool engine_read_season(struct engine *engine, const struct model *model, size_t season);

/* Looks up the log of the newest run of a table (EVENT_LOG_FOUND); nothing while it looks for one.
 */
void engine_find_log(struct engine *engine, size_t table, bool edits);
/* Reads a piece of a log (EVENT_LOG_PIECE); an equal generation is the same wish. */
struct log_place;
void engine_read_log(struct engine *engine, const struct log_place *place, uint32_t generation);

/*
 * While somebody looks at the events (`on`) the engine reads the audit (EVENT_AUDIT): at once, and
 * again when something happened that the ledger knows. The warehouse's records are asked for at
 * once, after a run, and with a recount; never by a clock.
 */
void engine_watch_audit(struct engine *engine, bool on);

/* Looks at the tables themselves (EVENT_HEALTH); nothing while a look or a repair is under way. */
void engine_look_at_health(struct engine *engine, struct date_range range);
/* Mends the finding of that id and looks again (EVENT_HEALTH). */
void engine_repair(struct engine *engine, struct date_range range, const char *id);

/* Excuses these dates (by table), or takes their excuses back (an empty reason): the ledger keeps
 * them, a message says so, and the coverage of the range is read anew. The sets are copied. */
void engine_excuse(struct engine *engine, const struct model *model, const struct date_set *dates,
	const char *reason);

/* Writes the hand-off of the range to a file (report.h); EVENT_HANDOFF names it. */
void engine_write_handoff(struct engine *engine, struct date_range range);

/* Reads what the newest run of a script wrote about a date (EVENT_EXCERPT). */
void engine_read_excerpt(struct engine *engine, size_t table, date_t date);

/* Dates of a table that a start would queue; owned by whoever asks. */
struct launch_choice {
	size_t table;
	date_t *dates;
	size_t date_count;
};
/* The gaps (or what can be retried) that engine_start (engine_retry) would queue now. */
void engine_choose(struct engine *engine, const struct model *model, size_t table, date_t date,
	bool retry, struct launch_choice *choice);
/*
 * Looks at what would be started of the scripts among the choices; EVENT_LAUNCH tells (with `wish`,
 * `table` and `date`, which are the caller's). False: there is nothing to show, start it.
 */
bool engine_preview(struct engine *engine, const struct model *model,
	const struct launch_choice *choices, size_t count, const struct launch_preview *asked);

/*
 * Queues the gaps of a table in the model's range (those that a run can cure); DATE_NONE = all
 * dates. Returns how many cells were queued; 0 is said in an EVENT_MESSAGE with the reason.
 */
int engine_start(struct engine *engine, const struct model *model, size_t table, date_t date);
/* Queues every date of every step, in the order of the plan, and nothing else. Returns how many
 * cells; 0 is said. */
int engine_run_plan(struct engine *engine, const struct model *model, const struct plan *plan);
/* The gaps of every table that has no upstreams, and, with auto-launch, later those that become
 * ready. */
int engine_start_all(struct engine *engine, const struct model *model);
/* Failed, thin, empty, killed and suspect dates only. */
int engine_retry(struct engine *engine, const struct model *model, size_t table);
void engine_stop(struct engine *engine, size_t table, bool at_once); /* takes its queue back too */
/* The same of a job from outside, which engine_stop leaves alone: only when it is still the process
 * that the operator was shown. */
void engine_stop_outside(struct engine *engine, size_t table, bool at_once, int pid);
/* SIGSTOP or SIGCONT for the processes of its script, wherever they are; the answer is a message,
 * and EVENT_ASKED of whoever follows the run. */
void engine_freeze(struct engine *engine, size_t table, bool freezes);
void engine_pause(struct engine *engine, size_t table, bool paused);
void engine_pause_all(struct engine *engine, bool paused);
void engine_set_workers(struct engine *engine, int workers);
void engine_set_auto_launch(struct engine *engine, bool on);
void engine_set_pace(struct engine *engine, int pace_ms);
void engine_set_alerts(struct engine *engine, const struct alert_settings *alerts);
bool engine_is_table_busy(const struct engine *engine, size_t table);

/*
 * Applies one event to the model and to the engine's own books, and releases it. Every event that
 * is taken from the queue goes through here; the model is changed by model_apply alone.
 */
void engine_apply(struct engine *engine, struct model *model, struct event *event);
/* Starts whatever the scheduler allows now, and tells what is due (EVENT_ALERT). Call after
 * engine_apply of one or some events, and when engine_due_ms (wall clock; INT64_MAX: never) has
 * come. */
void engine_step(struct engine *engine, const struct model *model);
/*
 * What is queued, runs or would start by itself goes into `left`, then engine_leave(DETACHED). Once
 * the engine is idle, engine_take_left moves what was not finished meanwhile out (the caller
 * releases it): false when that is nothing but scripts that run. engine_resume queues what another
 * engine left, in dependency order, once the coverage and the history are there; the count of
 * queued cells.
 */
void engine_detach(struct engine *engine, const struct model *model);
bool engine_take_left(struct engine *engine, struct resume *left);
int engine_resume(struct engine *engine, const struct model *model, const struct resume *resume);
/* Goes on with what a dead run in the background left, or forgets it. */
void engine_go_on(struct engine *engine, const struct model *model, bool go_on);
/* The state folder is ours now: what was read-only is no more. Reads the coverage anew. */
void engine_own(struct engine *engine, const struct model *model);
int64_t engine_due_ms(const struct engine *engine, const struct model *model);
enum leave {
	LEAVE_AFTER_DATES,
	LEAVE_AT_ONCE,
	LEAVE_DETACHED, /* command jobs go on in the background; native ones as LEAVE_AFTER_DATES;
			   engine_detach keeps what they leave */
};
/* Starts nothing more; what runs ends as said. A later call may be less patient. */
void engine_leave(struct engine *engine, enum leave how);
/* Nothing runs, nothing that engine_step could start is left, no refresh or import is under way. */
bool engine_is_idle(const struct engine *engine);
/* Something is queued that only a pause holds back. */
bool engine_is_held(const struct engine *engine);

#endif
