/*
 * team_boxes: team box scores by game, with the formulas' inputs. Sorted by date, game, team.
 */
#ifndef BACKCOURT_NATIVE_TEAM_BOXES_H
#define BACKCOURT_NATIVE_TEAM_BOXES_H

#include "formulas.h"
#include "native/processor.h"

struct team_box {
	const char *game_id, *team, *opponent; /* of the batch's symbols */
	date_t date;
	bool home, win;
	struct box_line line;
	int64_t three_makes, three_attempts, fg_makes, ft_makes, rebounds, assists;
};

struct team_boxes {
	struct team_box *items;
	size_t count;
	const struct team_box **by_game; /* the same, by game id */
};

/* One SELECT. */
bool team_boxes_load(const struct batch *batch, struct date_range range, struct team_boxes **loaded,
	struct error *err);
void team_boxes_free(struct team_boxes *boxes);
/* NULL when there is none. The texts are of the batch's symbols. */
const struct team_box *team_boxes_find(
	const struct team_boxes *boxes, const char *game_id, const char *team);
/* Index of the first item that is not before the date. */
size_t team_boxes_from(const struct team_boxes *boxes, date_t date);

/* Exact seconds of a box row: `sec`, or `min` where that is empty (core/native: one rule). */
int64_t box_seconds(const struct frame *frame, size_t sec, size_t min, size_t row);

#endif
