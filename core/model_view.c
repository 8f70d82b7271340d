#include "model_parts.h"

void model_view_apply(struct model *model, const struct event *event)
{
	(void)model;
	(void)event;
}
