#include "event/event.h"

#include "witness/audit.h"
#include "witness/cell_rows.h"
#include "jobs/log_piece.h"
#include "warehouse/health.h"
#include "witness/checkpoints.h"
#include "jobs/process_scan.h"
#include "jobs/launch_preview.h"

#include <stdlib.h>
#include <string.h>

static void release_log(struct event *event)
{
	for (int i = 0; i < event->log.count; i++)
		free(event->log.lines[i]);
}

static void release_counts(struct event *event)
{
	day_counts_release(&event->counts.counts);
	free(event->counts.table_of_layout);
}

void event_release(struct event *event)
{
	switch (event->kind) {
	case EVENT_COVERAGE:
		receipts_release(&event->coverage.receipts);
		free(event->coverage.raw_days.items);
		break;
	case EVENT_COUNTS:
		release_counts(event);
		break;
	case EVENT_LOG:
		release_log(event);
		break;
	case EVENT_HISTORY:
		free(event->history.items);
		free(event->history.excuses);
		break;
	case EVENT_ACTION:
		free(event->action.text);
		break;
	case EVENT_QUEUED:
		free(event->queue.dates);
		break;
	case EVENT_BACKGROUND:
		if (event->background.resume != NULL)
			resume_release(event->background.resume);
		free(event->background.resume);
		break;
	case EVENT_RUN_FOUND:
		free(event->found.dates);
		break;
	case EVENT_LOG_PIECE:
	case EVENT_EXCERPT:
		log_piece_free(event->log_piece.piece);
		break;
	case EVENT_LOG_FOUND:
		free(event->log_found.path);
		break;
	case EVENT_AUDIT:
		audit_free(event->audit.audit);
		break;
	case EVENT_HEALTH:
		if (event->health.findings != NULL)
			health_findings_release(event->health.findings);
		free(event->health.findings);
		break;
	case EVENT_CELL_ROWS:
		cell_rows_free(event->cell_rows.rows);
		break;
	case EVENT_PROCESSES:
		if (event->processes.found != NULL)
			found_processes_release(event->processes.found);
		free(event->processes.found);
		break;
	case EVENT_SEASON:
		coverage_free(event->season.coverage);
		calendar_free(event->season.calendar);
		break;
	case EVENT_CHECKPOINTS:
		if (event->checkpoints != NULL)
			checkpoints_release(event->checkpoints);
		free(event->checkpoints);
		break;
	case EVENT_LAUNCH:
		launch_preview_free(event->launch);
		break;
	case EVENT_RUN_STARTED:
		free(event->run_started.outside);
		break;
	case EVENT_ASKED:
	case EVENT_UNATTENDED:
	case EVENT_COVERAGE_FAILED:
	case EVENT_HOLDER:
	case EVENT_RUN_FINISHED:
	case EVENT_DATE_STARTED:
	case EVENT_DATE_PROGRESS:
	case EVENT_DATE_FINISHED:
	case EVENT_DATE_FAILED:
	case EVENT_DATE_CUT:
	case EVENT_IMPORT_PROGRESS:
	case EVENT_IMPORT_FINISHED:
	case EVENT_HANDOFF:
	case EVENT_MESSAGE:
	case EVENT_ALERT:
	case EVENT_CONTROL:
	case EVENT_SIZE:
	case EVENT_CLOCK:
		break;
	}
	memset(event, 0, sizeof(*event));
}
