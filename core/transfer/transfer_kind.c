/* Invented games must not lie among real ones, whichever way they would come. */
#include "transfer_parts.h"

#include "warehouse/raw_kind.h"

static const char *words_of(const struct raw_look *look)
{
	switch (look->kind) {
	case RAW_KIND_NONE:
		return look->has_games ? "games that are neither the league's nor the sample's"
				       : "no games, so that nobody can tell what its raw rows are";
	case RAW_KIND_REAL:
		return "real games";
	case RAW_KIND_SAMPLE:
		return "the sample season";
	case RAW_KIND_MIXED:
		return "the sample's games among real ones";
	}
	return "";
}

static bool is_known(const struct raw_look *look)
{
	return look->kind != RAW_KIND_NONE;
}

/* Raw rows join those of the same kind alone. Computed ones may lie where no raw ones do. */
static bool may_meet(bool is_raw, const struct raw_look *from, const struct raw_look *to)
{
	if (!is_raw)
		return !is_known(from) || !is_known(to) || from->kind == to->kind;
	if (from->kind == RAW_KIND_MIXED)
		return false;
	if (!to->has_games)
		return true;
	return is_known(from) && from->kind == to->kind;
}

bool transfer_check_kinds(struct transfer *transfer, struct error *err)
{
	const struct transfer_wish *wish = transfer->wish;
	struct raw_look from, to;
	if (transfer->count == 0)
		return true;
	if (!raw_kind_look(wish->from.warehouse, &from, err) ||
		!raw_kind_look(wish->to.warehouse, &to, err))
		return false;
	if (may_meet(wish->is_raw, &from, &to))
		return true;
	return error_set(err, ERROR_INPUT,
		"%s holds %s, and %s holds %s: invented games and real ones must not meet, nor "
		"what is computed from them, so nothing was changed. Take another project "
		"(--remote) or another warehouse (--warehouse)",
		warehouse_name(wish->from.warehouse), words_of(&from),
		warehouse_name(wish->to.warehouse), words_of(&to));
}
