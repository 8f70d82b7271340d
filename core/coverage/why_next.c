/* What happens next, and the command that would repair the cell. */
#include "coverage/causes.h"
#include "coverage/plan.h"
#include "why_parts.h"

/* On one of the dates of the chain it is not as it should be. */
static bool is_wanting(const struct inquiry *inquiry, size_t table)
{
	const struct why *why = inquiry->why;
	if (!opens_gate(coverage_verdict(inquiry->coverage, table, why->date)))
		return true;
	for (size_t i = 0; i < why->link_count; i++)
		if (why->links[i].table == table ||
			!opens_gate(coverage_verdict(inquiry->coverage, table, why->links[i].date)))
			return true;
	return false;
}

static void choose(const struct inquiry *inquiry, size_t table, bool *chosen)
{
	chosen[table] |= is_wanting(inquiry, table);
}

/* What is right already is in no command that repairs: neither it nor what stands above it. */
static void choose_above(const struct inquiry *inquiry, bool *chosen)
{
	const struct pipeline *pipeline = inquiry->coverage->pipeline;
	chosen[inquiry->why->table] = true;
	for (size_t i = 0; i < inquiry->why->link_count; i++)
		choose(inquiry, inquiry->why->links[i].table, chosen);
	/* Against the order, so that everything above a table comes after it. */
	for (size_t i = pipeline->table_count; i-- > 0;) {
		size_t below = pipeline->order[i];
		const struct pipeline_table *described = &pipeline->tables[below];
		if (!chosen[below])
			continue;
		for (size_t k = 0; k < pipeline_edge_count(described); k++)
			choose(inquiry, pipeline_edge(described, k), chosen);
		for (size_t k = 0; k < described->job.minimum_count; k++)
			choose(inquiry, described->job.minimums[k].table, chosen);
	}
}

static bool plans_cell(const struct plan *plan, size_t table, date_t date)
{
	for (size_t i = 0; i < plan->step_count; i++)
		for (size_t k = 0; plan->steps[i].table == table && k < plan->steps[i].count; k++)
			if (plan->steps[i].dates[k] == date)
				return true;
	return false;
}

/* The dates of the chain, and the tables of the plan for them, in one command. */
static void say_command(const struct inquiry *inquiry, const struct plan *plan, struct buffer *into)
{
	struct date_set dates = {0};
	buffer_add_text(into, "backcourt run");
	for (size_t i = 0; i < plan->step_count; i++) {
		const struct plan_step *step = &plan->steps[i];
		buffer_add_format(
			into, " %s", inquiry->coverage->pipeline->tables[step->table].short_name);
		for (size_t k = 0; k < step->count; k++)
			date_set_add(&dates, (struct date_range){step->dates[k], step->dates[k]});
	}
	buffer_add_text(into, " --range ");
	date_set_format(&dates, into);
	date_set_release(&dates);
}

static int64_t work_of(const struct inquiry *inquiry, const struct plan *plan)
{
	int64_t work_ms = 0;
	for (size_t i = 0; i < plan->step_count; i++) {
		if (inquiry->setting->speeds == NULL || plan->steps[i].duration_ms < 0)
			return -1;
		work_ms += plan->steps[i].duration_ms;
	}
	return work_ms;
}

/* What no run cures on the way to this cell. */
static void find_stuck(struct inquiry *inquiry, const struct plan *plan)
{
	inquiry->stuck_table = -1;
	for (size_t i = 0; i < plan->left_count && inquiry->stuck_table < 0; i++) {
		if (plan->left[i].kind != LEFT_NEEDS_YOU)
			continue;
		inquiry->stuck_table = (int)plan->left[i].table;
		inquiry->stuck_because = plan->left[i].because;
		inquiry->stuck_reason = plan->left[i].reason;
		inquiry->stuck_date = plan->left[i].dates.ranges[0].first;
	}
}

static void find_command(struct inquiry *inquiry)
{
	struct why *why = inquiry->why;
	bool tables[PIPELINE_TABLES_MAX] = {false};
	struct date_set dates = {0};
	struct plan plan;
	struct buffer text = {0};
	choose_above(inquiry, tables);
	date_set_add(&dates, (struct date_range){why->date, why->date});
	for (size_t i = 0; i < why->link_count; i++)
		date_set_add(&dates, (struct date_range){why->links[i].date, why->links[i].date});
	struct plan_wish wish = {
		.tables = tables, .dates = &dates, .speeds = inquiry->setting->speeds};
	plan_make(inquiry->coverage, &wish, &plan);
	why->command = "";
	why->work_ms = -1;
	if (plans_cell(&plan, why->table, why->date)) {
		say_command(inquiry, &plan, &text);
		why->command = why_keep(why, &text);
		why->work_ms = work_of(inquiry, &plan);
	}
	find_stuck(inquiry, &plan);
	plan_release(&plan);
	date_set_release(&dates);
}

static void say_link(
	const struct inquiry *inquiry, const struct why_link *link, struct buffer *into)
{
	char date[DATE_TEXT_BYTES];
	buffer_add_format(
		into, "%s %s", why_table_name(inquiry, link->table), date_format(link->date, date));
}

/* "..., and then the job of pcf refuses fewer than 10 rows of utgc; there are 6". */
static void say_stuck(const struct inquiry *inquiry, struct buffer *into)
{
	const char *name = why_table_name(inquiry, (size_t)inquiry->stuck_table);
	if (inquiry->stuck_reason != REASON_BLOCKED_JOB_MINIMUM) {
		buffer_add_format(into, " has to be run, and %s needs you (%s)", name,
			reason_word(inquiry->stuck_reason));
		return;
	}
	buffer_add_format(into, " has to be run, but then the job of %s ", name);
	say_refusal(inquiry->coverage, (size_t)inquiry->stuck_table, (size_t)inquiry->stuck_because,
		inquiry->stuck_date, into);
}

static void say_wait(struct inquiry *inquiry, const struct why_link *root, struct buffer *into)
{
	const struct cell *cell = coverage_cell(inquiry->coverage, root->table, root->date);
	bool under_way = root->verdict == VERDICT_RUNNING || root->verdict == VERDICT_QUEUED;
	if (under_way) {
		say_link(inquiry, root, into);
		buffer_add_format(into, " is %s; %s", verdict_word(root->verdict),
			inquiry->setting->auto_launch
				? "when it is complete, this can start by itself"
				: "start this one when it is complete, or switch auto-launch on");
		return;
	}
	buffer_add_text(into, "nothing by itself: ");
	say_link(inquiry, root, into);
	if (cell_needs_you(cell))
		buffer_add_text(into, " needs you; no run cures it");
	else if (inquiry->why->command[0] == '\0' && inquiry->stuck_table >= 0)
		say_stuck(inquiry, into);
	else
		buffer_add_text(into, inquiry->setting->auto_launch
					      ? " has to be run; this can start by itself then"
					      : " has to be run first");
}

static void say_start(const struct inquiry *inquiry, struct buffer *into)
{
	if (inquiry->setting->paused)
		buffer_add_text(into, "nothing while the table is paused");
	else if (cell_needs_you(inquiry->cell))
		buffer_add_text(into, "nothing by itself: it needs you; no run cures it");
	else if (inquiry->setting->auto_launch && pipeline_edge_count(inquiry->described) > 0)
		buffer_add_text(into, "it can start now: by itself after a run of what it reads, "
				      "or when you start it");
	else
		buffer_add_text(into, "nothing by itself: it can start now, when you start it");
}

static void say_queue(const struct inquiry *inquiry, struct buffer *into)
{
	const struct why_link *nearest = inquiry->why->links;
	if (inquiry->setting->paused)
		buffer_add_text(into, "it starts when the table is no longer paused");
	else if (inquiry->why->link_count == 0)
		buffer_add_text(into, "it starts when a worker is free");
	else {
		buffer_add_text(into, "it starts when ");
		say_link(inquiry, nearest, into);
		buffer_add_format(
			into, " is complete; now it is %s", verdict_word(nearest->verdict));
	}
}

/* The last cell of the chain that keeps what lies below it waiting, or NULL. A cell that has what
 * it needs may be the root: too few rows for a job, and complete all the same. */
static const struct why_link *last_closed(const struct why *why)
{
	for (size_t i = why->link_count; i-- > 0;)
		if (!opens_gate(why->links[i].verdict))
			return &why->links[i];
	return NULL;
}

static void say_running(const struct inquiry *inquiry, struct buffer *into)
{
	int below = inquiry->why->below_cells;
	buffer_add_text(into, "its rows are checked when it ends");
	if (below > 0)
		buffer_add_format(
			into, "; %d cell%s for that", below, below == 1 ? " waits" : "s wait");
}

static void say_next(struct inquiry *inquiry, struct buffer *into)
{
	const struct why_link *closed = last_closed(inquiry->why);
	switch (inquiry->why->verdict) {
	case VERDICT_COMPLETE:
		buffer_add_text(into, "nothing: it is complete");
		break;
	case VERDICT_OFF:
	case VERDICT_BOOTSTRAP:
	case VERDICT_EXCUSED:
	case VERDICT_EXPIRED:
		buffer_add_text(into, "nothing: no rows are expected");
		break;
	case VERDICT_RUNNING:
		say_running(inquiry, into);
		break;
	case VERDICT_QUEUED:
		say_queue(inquiry, into);
		break;
	case VERDICT_UNKNOWN:
		buffer_add_text(into, inquiry->cell->is_uncounted
					      ? "a recount counts keys and NULLs"
					      : "a refresh asks the witnesses again");
		break;
	case VERDICT_STALE:
	case VERDICT_SUSPECT:
	case VERDICT_DUPLICATE:
	case VERDICT_FAILED:
	case VERDICT_KILLED:
	case VERDICT_EMPTY:
	case VERDICT_THIN:
	case VERDICT_BLOCKED:
	case VERDICT_READY:
	case VERDICT_PARTIAL:
	case VERDICT_COUNT:
		if (closed != NULL)
			say_wait(inquiry, closed, into);
		else
			say_start(inquiry, into);
		break;
	}
}

void why_foresee(struct inquiry *inquiry)
{
	struct buffer text = {0};
	find_command(inquiry);
	say_next(inquiry, &text);
	inquiry->why->next = why_keep(inquiry->why, &text);
}
