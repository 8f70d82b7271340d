/* The rows of one cell, between the wish to see them and the answer. */
#include "witness/cell_rows.h"
#include "model_parts.h"

static void forget_rows(struct model *model)
{
	cell_rows_free(model->cell_rows);
	model->cell_rows = NULL;
	model->cell_rows_trouble[0] = '\0';
}

/* Whatever answers an earlier wish comes too late. */
void model_ask_for_rows(struct model *model)
{
	forget_rows(model);
	model->view.rows_generation++;
	model->view.scroll = 0;
	model->view.rows_left = 0;
}

void model_apply_cell_rows(struct model *model, struct event *event)
{
	if (event->cell_rows.generation != model->view.rows_generation ||
		model->view.dialog != DIALOG_ROWS)
		return;
	forget_rows(model);
	model->cell_rows = event->cell_rows.rows;
	event->cell_rows.rows = NULL;
	if (model->cell_rows != NULL)
		cell_rows_note(model->cell_rows, model->coverage);
	text_copy(
		model->cell_rows_trouble, sizeof(model->cell_rows_trouble), event->cell_rows.text);
}

void model_cell_facts(const struct model *model, struct cell_facts *facts)
{
	const struct why *why = model_why(model);
	if (why != NULL &&
		(why->table != model->cell_rows->table || why->date != model->cell_rows->date))
		why = NULL;
	cell_facts_make(model->cell_rows, why == NULL ? NULL : why_expectation(why), facts);
}

void model_shift_rows(struct model *model, int64_t steps)
{
	size_t columns = model->cell_rows == NULL ? 0 : model->cell_rows->sample.column_count;
	int64_t left = model->view.rows_left + steps;
	int64_t most = columns == 0 ? 0 : (int64_t)columns - 1;
	model->view.rows_left = (int)(left < 0 ? 0 : left > most ? most : left);
}
