#!/bin/sh
# Simulates a phase 4 backfill script: its options, its lines, its exit statuses; it computes nothing.
# What happens is chosen by the environment:
#   SIMULATE_FAILED    dates that fail on a missing upstream ("2021-11-16 2021-11-23")
#   SIMULATE_ERROR     dates that fail on an error of the script
#   SIMULATE_EMPTY     dates that report success and save nothing
#   SIMULATE_SKIP      dates that are left out as too early in the season
#   SIMULATE_ROWS      rows of every other date (382)
#   SIMULATE_STEP      seconds between two stages of a date (0)
#   SIMULATE_HANG      a date in which it stops printing for ever
#   SIMULATE_GATE      a date that is deleted and not loaded before there is a file "go"
#   SIMULATE_WAIT      a date that does nothing before there is a file "on"
#   SIMULATE_SAY       what every date prints first; \033 is an escape, as for printf(1)
#   SIMULATE_FLOOD     bytes of progress lines that every date prints, as fast as it can
#   SIMULATE_CORES     the processors that it may use ("0-2", for taskset)
#   SIMULATE_DEAF      not empty: SIGTERM is ignored
#   SIMULATE_POOL      names of children, as of a pool of workers; they live until the job ends them
#                      ("deaf": it ignores SIGTERM, "away": in a session of its own)
# The logging goes to standard error, the status block to standard output, as with the real ones.
start= end= dates= resume=yes
while [ $# -gt 0 ]; do
	case $1 in
	--start-date) start=$2; shift 2 ;;
	--end-date) end=$2; shift 2 ;;
	--dates) dates=$2; shift 2 ;;
	--no-resume) resume=no; shift ;;
	*)
		echo "usage: ${0##*/} [-h] [--start-date START_DATE] [--end-date END_DATE] [--dry-run]" >&2
		echo "${0##*/}: error: unrecognized arguments: $1" >&2
		exit 2 ;;
	esac
done
[ -n "$SIMULATE_DEAF" ] && trap '' TERM
[ -z "$SIMULATE_CORES" ] || taskset -cp "$SIMULATE_CORES" $$ > /dev/null
processor=data_processors.precompute.player_composite_factors.player_composite_factors_processor
step() { [ -z "$SIMULATE_STEP" ] || sleep "$SIMULATE_STEP"; }
say() { printf '%s\n' "$1" >&2; }
has() { case " $1 " in *" $2 "*) return 0 ;; esac; return 1; }

fail_date() {
	say "ERROR:precompute_base:Missing critical dependency: nba_analytics.upcoming_team_game_context"
	say "INFO:precompute_base:Dependency check complete: critical_present=False, fresh=True"
	say "ERROR:precompute_base:Missing critical dependencies: ['nba_analytics.upcoming_team_game_context']"
	say "ERROR:precompute_base:PrecomputeProcessorBase Error: Missing critical dependencies: ['nba_analytics.upcoming_team_game_context']"
	say "Traceback (most recent call last):"
	say '  File "/home/naji/code/nba-stats-scraper/data_processors/precompute/precompute_base.py", line 225, in run'
	say "    raise ValueError(error_msg)"
	say "ValueError: Missing critical dependencies: ['nba_analytics.upcoming_team_game_context']"
	say "ERROR:__main__:  ✗ Failed: Unknown"
	failed=$((failed + 1))
}

break_date() {
	say "ERROR:precompute_base:PrecomputeProcessorBase Error: division by zero"
	say "ERROR:__main__:  ✗ Failed: Unknown"
	failed=$((failed + 1))
}

compute_date() {
	rows=${SIMULATE_ROWS:-382}
	say "INFO:$processor:Calculating composite factors for $rows players"
	step
	say "INFO:$processor:Processing player 50/$rows (13.1%)"
	step
	say "INFO:$processor:Successfully processed $rows players"
	say "INFO:precompute_base:Deleting existing data for $1"
	if [ "$SIMULATE_GATE" = "$1" ]; then while [ ! -e go ] && [ -e "$0" ]; do sleep 0.05; done; fi
	step
	say "INFO:precompute_base:✅ Deleted 0 existing rows"
	step
	if has "$SIMULATE_EMPTY" "$1"; then
		rows=0
		say "WARNING:precompute_base:No transformed data to save"
	else
		say "INFO:precompute_base:✅ Successfully loaded $rows rows"
	fi
	say "INFO:__main__:  ✓ Success: $rows players"
	succeeded=$((succeeded + 1))
}

run_date() { # i N date
	say "INFO:__main__:Processing day $1/$2: $3"
	[ -z "$SIMULATE_SAY" ] || printf '%b\n' "$SIMULATE_SAY" >&2
	[ -z "$SIMULATE_FLOOD" ] || { yes "INFO:$processor:Processing player 50/382 (13.1%)" | head -c "$SIMULATE_FLOOD"; echo; } >&2
	say "INFO:precompute_base:PRECOMPUTE_STEP Precompute processor run starting"
	step
	if [ "$SIMULATE_HANG" = "$3" ]; then while :; do sleep 1000; done; fi
	if [ "$SIMULATE_WAIT" = "$3" ]; then while [ ! -e on ] && [ -e "$0" ]; do sleep 0.05; done; fi
	if has "$SIMULATE_SKIP" "$3"; then
		say "INFO:__main__:BOOTSTRAP: Skipping $3 (early season period)"
		say "INFO:__main__:  ⏭ Skipped: bootstrap period"
		return
	fi
	if has "$SIMULATE_ERROR" "$3"; then break_date
	elif has "$SIMULATE_FAILED" "$3"; then fail_date "$3"
	else compute_date "$3"; fi
}

# A worker has the file that it waits for in its command line, and no output of the job's. It starts
# nothing: a child that is not yet another program would be one more of that command line.
work() {
	waits='while [ -e "$0" ]; do read -rt 0.1 _ <>"$0.fifo"; done'
	case $1 in
	deaf) (trap '' TERM; exec bash -c "$waits" "$PWD/pool") >/dev/null 2>&1 & ;;
	away) setsid bash -c "$waits" "$PWD/pool" >/dev/null 2>&1 & ;;
	*) bash -c "$waits" "$PWD/pool" >/dev/null 2>&1 & ;;
	esac
}
[ -z "$SIMULATE_POOL" ] || { : >pool; rm -f pool.fifo; mkfifo pool.fifo; }
for worker in $SIMULATE_POOL; do work "$worker"; done

failed=0 succeeded=0 i=0
if [ -n "$dates" ]; then
	list=$(printf '%s' "$dates" | tr ',' ' ')
else
	[ "$resume" = yes ] || say "INFO:shared.backfill.checkpoint:Cleared checkpoint: /tmp/backfill_checkpoints/player_composite_factors_${start}_$end.json"
	say "INFO:__main__:Starting backfill from $start to $end"
	list= at=$start
	while [ "$(printf '%s' "$at" | tr -d -)" -le "$(printf '%s' "$end" | tr -d -)" ]; do
		list="$list $at"
		at=$(date -u -d "$at + 1 day" +%F)
	done
fi
count=$(printf '%s\n' $list | wc -l)
say "INFO:__main__:Processing $count days (of $count total)"
for at in $list; do i=$((i + 1)); run_date $i "$count" "$at"; done
say "INFO:__main__:================================================================================"
say "INFO:__main__:PHASE 4 BACKFILL SUMMARY - PlayerCompositeFactorsProcessor:"
say "INFO:__main__:  Successful: $succeeded, Skipped: 0, Failed: $failed"
echo "Checkpoint status: done"
[ -z "$SIMULATE_POOL" ] || { rm -f pool; wait; }
exit 0
