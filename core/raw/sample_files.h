/*
 * sample_files: the nine CSV files of a sample, written beside its folder and moved there whole.
 *
 * Order of calls: sample_files_open; rows (sheet_... of one sheet, sheet_end_row) and, now and
 * then, sample_files_flush; sample_files_finish; sample_files_free, which takes away whatever was
 * not finished. Rows are kept in memory until the next flush.
 */
#ifndef BACKCOURT_RAW_SAMPLE_FILES_H
#define BACKCOURT_RAW_SAMPLE_FILES_H

#include "base/date.h"
#include "base/text.h"

enum sample_sheet {
	SHEET_GAMES,
	SHEET_TEAM_BOX,
	SHEET_PLAYER_BOX,
	SHEET_SHOTS,
	SHEET_DID_NOT_PLAY,
	SHEET_ODDS,
	SHEET_INJURIES,
	SHEET_PLAYERS,
	SHEET_TEAMS,
	SHEET_COUNT,
};

struct sheet {
	int descriptor; /* -1: closed */
	struct buffer rows;
	bool in_row;
};

struct sample_files {
	char *target;	 /* the folder that was asked for, resolved where it exists */
	char *workplace; /* beside it; NULL once moved away */
	struct sheet sheets[SHEET_COUNT];
};

/* Refuses a target that holds anything but an earlier sample. */
bool sample_files_open(const char *folder, struct sample_files **opened, struct error *err);
void sample_files_free(struct sample_files *files);
/* Writes what has gathered. */
bool sample_files_flush(struct sample_files *files, struct error *err);
/* Everything to the disk, the mark (`note` is its text) last; then into place. */
bool sample_files_finish(struct sample_files *files, const char *note, struct error *err);

/* One field; quoted where RFC 4180 wants it. NULL is an empty field. */
void sheet_text(struct sheet *sheet, const char *text);
void sheet_integer(struct sheet *sheet, int value);
void sheet_halves(struct sheet *sheet, int halves); /* 3 is 1.5 */
void sheet_date(struct sheet *sheet, date_t date);
void sheet_end_row(struct sheet *sheet);

#endif
