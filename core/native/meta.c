#include "meta.h"

void rows_set_meta(struct rows *rows, size_t first, struct meta *meta)
{
	enum { LIST_OF_META = 0, META_LIST(COLUMN_INDEX) };
#define AT(column) (first + COL_##column - COL_expected_games_count)
	rows_set_integer(rows, AT(expected_games_count), meta->completeness.expected);
	rows_set_integer(rows, AT(actual_games_count), meta->completeness.actual);
	rows_set_integer(rows, AT(missing_games_count), meta->completeness.missing);
	rows_set_real(rows, AT(completeness_percentage), meta->completeness.pct);
	rows_set_boolean(rows, AT(is_production_ready), meta->ready);
	rows_set_list(rows, AT(data_quality_issues), &meta->issues);
	rows_set_integer(rows, AT(reprocess_attempt_count), meta->attempts);
	rows_set_boolean(rows, AT(circuit_breaker_active), false);
	rows_set_boolean(rows, AT(manual_override_required), false);
	rows_set_boolean(rows, AT(season_boundary_detected), is_season_boundary(meta->date));
	rows_set_boolean(rows, AT(backfill_bootstrap_mode), meta->bootstrap);
	rows_set_text(rows, AT(processing_decision_reason), "processed_successfully");
#undef AT
}

const char *tier_of_score(double score)
{
	static const struct {
		double from;
		const char *tier;
	} tiers[] = {{95, "gold"}, {75, "silver"}, {50, "bronze"}, {25, "poor"}};
	for (size_t i = 0; i < ARRAY_COUNT(tiers); i++)
		if (score >= tiers[i].from)
			return tiers[i].tier;
	return "unusable";
}
