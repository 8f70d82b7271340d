/*
 * model_parts: the pieces that core/model/model*.c share. Nobody else includes this.
 */
#ifndef BACKCOURT_MODEL_PARTS_H
#define BACKCOURT_MODEL_PARTS_H

#include "model/model.h"

/* Adds a line to the events ring; the caller may say more of it. */
struct event_line *model_add_event(struct model *model, int64_t at_ms, enum severity severity,
	const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The line above the keys. */
void model_set_message(
	struct model *model, int64_t at_ms, enum severity severity, const char *text);

/* core/model/model_insight.c */
struct insight *insight_new(const struct pipeline *pipeline);
void insight_free(struct insight *insight);

/* core/model/model_coverage.c */
void model_apply_coverage(struct model *model, const struct event *event);
void model_apply_counts(struct model *model, const struct event *event);
void model_apply_coverage_failed(struct model *model, const struct event *event);
void model_apply_history(struct model *model, const struct event *event);
void model_apply_checkpoints(struct model *model, const struct event *event);

/* core/model/model_pace.c: what was made of all cells of this range then is kept for now, although
 * they changed. */
bool model_keeps(const struct model *model, struct date_range range, int64_t made_ms);
/* There are many cells, and what was made of this range before will do until the pieces are made.
 */
bool model_takes_pieces(const struct model *model, struct date_range range);

/* core/model/model_causes.c */
struct found_causes *found_causes_new(void);
void found_causes_free(struct found_causes *found);
/* Somebody asked for newer ones; then a piece of them. */
bool model_causes_are_wanted(const struct model *model);
void model_causes_go_on(const struct model *model);

/* core/model/model_forecast.c, in the same way */
struct forecast *forecast_new(void);
void forecast_free(struct forecast *forecast);
bool model_forecast_is_wanted(const struct model *model);
void model_forecast_go_on(const struct model *model);

/* core/model/model_speed.c */
/* A worked date of this console. */
void model_learn_date(struct model *model, const struct event *event);
/* A date in hand when something was paused says nothing of its speed. */
void model_note_pauses(struct model *model);
/* From the attempts of earlier runs, for what this console has not worked on yet. */
void model_learn_history(struct model *model, const struct event *event);
/* Which gaps may start by themselves from now on. */
void model_learn_queue(struct model *model, const struct event *event);

/* core/model/model_jobs.c: runs and dates. */
void model_apply_run_started(struct model *model, const struct event *event);
void model_apply_run_finished(struct model *model, const struct event *event);
void model_apply_date_started(struct model *model, const struct event *event);
void model_apply_date_progress(struct model *model, const struct event *event);
void model_apply_date_finished(struct model *model, const struct event *event);
void model_apply_date_failed(struct model *model, const struct event *event);
void model_apply_date_cut(struct model *model, const struct event *event);
void model_apply_queued(struct model *model, const struct event *event);
void model_apply_control(struct model *model, const struct event *event);
void model_apply_asked(struct model *model, const struct event *event);
void model_apply_unattended(struct model *model, const struct event *event);
void model_warn_of_freezes(struct model *model);
void model_apply_stop_wishes(struct model *model, const struct event *event);
/* The cells of the table that wait, and its state where it has no worker. */
void model_count_queued(struct model *model, size_t table);

/* core/model/model_ranks.c */
void model_note_ranks(struct model *model, const struct event *event);
/* Of what the table has to do, in the order of the pipeline; returns how many of them go before
 * everything else. */
size_t model_sort_by_ranks(const struct model *model, size_t table, int32_t *days, size_t count);

/* core/model/model_log.c: takes the lines out of the event. */
void model_apply_log(struct model *model, struct event *event);
void model_log_release(struct table_log *log);
void model_logs_init(struct table_model *table);
void model_logs_release(struct table_model *table);
void model_apply_excerpt(struct model *model, struct event *event);
/* A line that is held. */
const struct table_line *model_log_line(const struct table_log *log, uint64_t number);
void model_log_add_copy(struct table_log *log, const struct table_line *line);
/* The log that the log view shows of a table, as if there were no filter. */
const struct table_log *model_source_log(const struct model *model, size_t table);

/* core/model/model_log_filter.c: lines that pass view->log_filter. */
struct log_filter *model_log_filter_new(void);
void model_log_filter_free(struct log_filter *filter);
/* Looks at the lines that came, or at all of them when the log or the filter is another one. Called
 * last, for every event. */
void model_log_filter_apply(struct model *model);
/* The lines that were looked at are not those of the log any more. */
void model_log_filter_forget(struct model *model);
const struct table_log *model_log_filtered(
	const struct model *model, const struct table_log *source);

/* core/model/model_log_view.c: the place in the log. `rows` is the number of rows that are seen. */
void model_follow_log(struct view_state *view, bool follow);
void model_scroll_log(struct model *model, int64_t lines, int rows);
void model_shift_log(struct view_state *view, int steps);
/* The first held line that is not older than that. */
uint64_t model_log_line_of_order(const struct table_log *log, uint64_t order);
void model_search_log(struct model *model, int step, int rows);
/* Where the newest lines of the date begin in what is held of the selected table's log; false: none
 * of them are held. */
bool model_jump_to_date(struct model *model, date_t date, int rows);
/* Shows model->excerpt from its first line. */
void model_open_excerpt(struct model *model);
/* Known noise is shown, or not: what was on the screen stays there. */
void model_toggle_noise(struct model *model);
/* core/model/model_switch.c: false when the action is no switch. */
bool model_apply_switch_action(struct model *model, const struct event *event);
/* False when the action is none of the log's. */
bool model_apply_log_action(struct model *model, enum action action, int rows);

/* core/model/model_dates.c: marks, zoom, seasons. False when the action is none of them. */
bool model_apply_date_action(struct model *model, enum action action);
void model_clear_marks(struct model *model);
/* By units of the zoom, clipped to the range. */
void model_move_date(struct model *model, int64_t steps);

/* core/model/model_cell.c: the rows of a cell. */
void model_ask_for_rows(struct model *model);
void model_apply_cell_rows(struct model *model, struct event *event);
/* By columns of the sample. */
void model_shift_rows(struct model *model, int64_t steps);
/* core/model/model_seasons.c: what was read besides the range. */
void model_take_season(struct model *model, struct event *event);
void model_forget_seasons(struct model *model);
void model_change_season(struct model *model, int step);

/* core/model/model_log_piece.c: opens the dialog that shows it. */
void model_ask_for_log_piece(struct model *model, const char *path, int64_t offset);
void model_apply_log_piece(struct model *model, struct event *event);

/* core/model/model_events.c: the Events. */
struct trail *trail_new(void);
void trail_free(struct trail *trail);
void model_apply_audit(struct model *model, struct event *event);
void model_select_events_row(struct model *model, int64_t number);
void model_enter_events(struct model *model);
/* As the list says by now; the cursor stays on its group. */
void model_sort_failures(struct model *model);
/* From one list to the other. */
void model_turn_events(struct model *model);
void model_filter_events(struct model *model, const char *text);

/* core/model/model_health.c: takes the findings out of the event; false when the action is not of
 * the health. */
void model_apply_health(struct model *model, struct event *event);
void model_select_finding(struct model *model, int64_t number);
/* Sorted and filtered as the list says by now; the cursor stays on its finding. */
void model_arrange_findings(struct model *model);
void model_filter_findings(struct model *model, const char *text);
bool model_apply_health_action(struct model *model, enum action action);

/* core/model/model_point.c: false when the action is not of the mouse. */
bool model_apply_mouse_action(struct model *model, const struct event *event);

/* core/model/model_find.c: rows that have a text. The second: as it is typed, the third with Enter;
 * the last goes on, false when the action or the view is of the log. */
bool model_finds_rows(enum view_id view);
void model_find_typed(struct model *model);
void model_find_accepted(struct model *model);
bool model_apply_find_action(struct model *model, enum action action);

/* core/model/model_sort.c: false when the action does not sort. */
bool model_apply_sort_action(struct model *model, const struct event *event);

/* core/model/model_plan.c: the cursor of the plan; false when the action does not edit the plan. */
void model_select_plan_row(struct model *model, int64_t number);
void model_enter_plan(struct model *model);
bool model_apply_plan_action(struct model *model, enum action action);
/* Lists the dates of the step under the cursor, or no longer; false where there is no step. */
bool model_open_plan_row(struct model *model);

/* core/model/model_move.c: the cursor; what lies outside is moved inside. */
void model_select_table_index(struct model *model, size_t table);
void model_select_date(struct model *model, int64_t date);

/* Movements; false when the action is not one. */
bool model_apply_movement(struct model *model, enum action action, int rows);
bool model_has_date_cursor(enum view_id view);

/* core/model/model_view.c: view, dialogs. Called last, for every event. */
void model_view_apply(struct model *model, const struct event *event);

#endif
