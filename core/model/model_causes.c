/* What stands in the way, as the coverage was judged last: worked out when somebody asks, all at
 * once or a piece at a time, and kept until it is judged again. */
#include "model_parts.h"

#include "base/memory.h"

#include <stdlib.h>

struct found_causes {
	struct causes causes;
	uint64_t judgement; /* that they were made from; 0: none yet */
	struct date_range range;
	int64_t made_ms;
	bool is_wanted; /* anew, in pieces */
	struct causes_walk *walk;
	uint64_t walked; /* the judgement that it walks over */
};

struct found_causes *found_causes_new(void)
{
	return memory_new(sizeof(struct found_causes));
}

void found_causes_free(struct found_causes *found)
{
	causes_end(found->walk, NULL);
	causes_release(&found->causes);
	free(found);
}

static void set_made(const struct model *model, uint64_t judgement)
{
	struct found_causes *found = model->found_causes;
	found->judgement = judgement;
	found->range = model->range;
	found->made_ms = model->now_ms;
	found->is_wanted = false;
}

static bool is_current(const struct model *model)
{
	const struct found_causes *found = model->found_causes;
	return found->judgement == model->judgement ||
	       (found->judgement != 0 && model_keeps(model, found->range, found->made_ms));
}

const struct causes *model_causes(const struct model *model)
{
	struct found_causes *found = model->found_causes;
	if (is_current(model))
		return &found->causes;
	if (found->judgement != 0 && model_takes_pieces(model, found->range)) {
		found->is_wanted = true;
		return &found->causes;
	}
	causes_release(&found->causes);
	coverage_causes(model->coverage, &found->causes);
	set_made(model, model->judgement);
	return &found->causes;
}

bool model_causes_are_wanted(const struct model *model)
{
	return model->found_causes->is_wanted;
}

/* Of a coverage that was judged again nothing is looked at any more: it may be gone. */
void model_causes_go_on(const struct model *model)
{
	struct found_causes *found = model->found_causes;
	if (found->walk != NULL && found->walked != model->judgement) {
		causes_end(found->walk, NULL);
		found->walk = NULL;
	}
	if (found->walk == NULL) {
		found->walk = causes_begin(model->coverage);
		found->walked = model->judgement;
	}
	if (causes_go_on(found->walk))
		return;
	causes_release(&found->causes);
	causes_end(found->walk, &found->causes);
	found->walk = NULL;
	set_made(model, found->walked);
}
