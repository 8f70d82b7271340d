/* A piece of a log, between the wish to see it and the answer. */
#include "model_parts.h"

static void forget_log_piece(struct model *model)
{
	log_piece_free(model->log_piece);
	model->log_piece = NULL;
	model->log_piece_trouble[0] = '\0';
}

/* Whatever answers an earlier wish comes too late. */
void model_ask_for_log_piece(struct model *model, const char *path, int64_t offset)
{
	forget_log_piece(model);
	text_copy(model->log_place.path, sizeof(model->log_place.path), path);
	model->log_place.offset = offset;
	model->view.log_piece_generation++;
	model->view.dialog = DIALOG_LOG;
	model->view.scroll = 0;
}

void model_apply_log_piece(struct model *model, struct event *event)
{
	if (event->log_piece.generation != model->view.log_piece_generation ||
		model->view.dialog != DIALOG_LOG)
		return;
	forget_log_piece(model);
	model->log_piece = event->log_piece.piece;
	event->log_piece.piece = NULL;
	text_copy(
		model->log_piece_trouble, sizeof(model->log_piece_trouble), event->log_piece.text);
}
