#!/bin/sh
# Simulates a phase 3 backfill script: neither --no-resume nor --dates, messages that begin with an
# empty line, verdicts with their date. It computes nothing. The environment chooses:
#   SIMULATE_FAILED    dates that fail        SIMULATE_EXCEPTION  dates that raise
#   SIMULATE_UNTIL     later dates have no raw data and fail, before there is a file "mended"
#   SIMULATE_ROWS      players per date (382) SIMULATE_STEP       seconds between two stages (0)
start= end=
while [ $# -gt 0 ]; do
	case $1 in
	--start-date) start=$2; shift 2 ;;
	--end-date) end=$2; shift 2 ;;
	*)
		echo "usage: ${0##*/} [-h] --start-date START_DATE [--end-date END_DATE] [--dry-run]" >&2
		echo "${0##*/}: error: unrecognized arguments: $1" >&2
		exit 2 ;;
	esac
done
[ -n "$end" ] || end=$start
processor=data_processors.analytics.upcoming_player_game_context.upcoming_player_game_context_processor
step() { [ -z "$SIMULATE_STEP" ] || sleep "$SIMULATE_STEP"; }
say() { printf '%s\n' "$1" >&2; }
has() { case " $1 " in *" $2 "*) return 0 ;; esac; return 1; }

list= at=$start
while [ "$(printf '%s' "$at" | tr -d -)" -le "$(printf '%s' "$end" | tr -d -)" ]; do
	list="$list $at"
	at=$(date -u -d "$at + 1 day" +%F)
done
count=$(printf '%s\n' $list | wc -l)
say "INFO:__main__:Upcoming Player Game Context Backfill"
say "INFO:__main__:Date Range: $start to $end"
say "INFO:__main__:Total Days: $count"
say "INFO:__main__:Mode: PRODUCTION"
rows=${SIMULATE_ROWS:-382} i=0 done=0
for at in $list; do
	i=$((i + 1))
	say "INFO:__main__:"
	say "========================================"
	say "INFO:__main__:Processing date $i/$count: $at"
	say "INFO:__main__:========================================"
	say "INFO:$processor:Processing upcoming player game context for $at"
	step
	if [ -n "$SIMULATE_UNTIL" ] && [ ! -e mended ] &&
		[ "$(printf '%s' "$at" | tr -d -)" -gt "$(printf '%s' "$SIMULATE_UNTIL" | tr -d -)" ]; then
		say "ERROR:$processor:Error extracting players (backfill mode): no raw data for $at"
		say "WARNING:__main__:⚠️  $at: Processing failed - no raw data for $at"
	elif has "$SIMULATE_FAILED" "$at"; then
		say "WARNING:__main__:⚠️  $at: Processing failed - unknown"
	elif has "$SIMULATE_EXCEPTION" "$at"; then
		say "ERROR:__main__:❌ $at: Exception - 'players_processed'"
	else
		say "INFO:$processor:Deleted existing records for $at"
		step
		say "INFO:$processor:Successfully loaded $rows records"
		say "INFO:__main__:✅ $at: Processed $rows players (0 failed)"
		done=$((done + 1))
	fi
done
say "INFO:__main__:"
say "============================================================"
say "INFO:__main__:BACKFILL COMPLETE"
say "INFO:__main__:Days Processed: $done/$count"
say "INFO:__main__:Days Failed: $((count - done))"
exit 0
