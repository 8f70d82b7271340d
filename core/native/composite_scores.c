#include "composite_scores.h"

#include "base/text.h"

#include <math.h>

#define EXTREME_FATIGUE	   50
#define EXTREME_MISMATCH   8.0
#define EXTREME_ADJUSTMENT 12.0

static double or_else(double value, double otherwise)
{
	return isnan(value) ? otherwise : value;
}

static double clamp(double value, double low, double high)
{
	return value < low ? low : value > high ? high : value;
}

/* Phase 4, 7.3; the defaults of NULL are its last line. */
int fatigue_score(const struct player_load *load)
{
	double pairs = or_else(load->back_to_backs_14, 0);
	double age = or_else(load->age, 25);
	int score = 100;
	if (load->back_to_back)
		score -= 15;
	else if (or_else(load->days_rest, 1) >= 3)
		score += 5;
	if (or_else(load->games_7, 3) >= 4)
		score -= 10;
	if (or_else(load->minutes_7, 200) > 240)
		score -= 10;
	if (or_else(load->avg_minutes_7, 30) > 35)
		score -= 8;
	score -= pairs >= 2 ? 12 : pairs == 1 ? 5 : 0;
	score -= age >= 35 ? 10 : age >= 30 ? 5 : 0;
	return (int)clamp(score, 0, 100);
}

enum zone matchup_zone(const struct matchup *matchup)
{
	if (text_equal(matchup->primary, "mid_range"))
		return ZONE_MID_RANGE;
	return text_equal(matchup->primary, "perimeter") ? ZONE_THREE : ZONE_PAINT;
}

/* Phase 4, 7.4. Corrected: no primary zone, no mismatch (decision 9). */
double mismatch_score(const struct rules *rules, const struct matchup *matchup)
{
	if (!matchup->has_player || !matchup->has_team)
		return 0.0;
	if (rules->mismatch_needs_zone && matchup->primary == NULL)
		return 0.0;
	enum zone zone = matchup_zone(matchup);
	double weight = fmin(or_else(matchup->rate[zone], 50) / 50, 1.0);
	double score = or_else(matchup->versus_league[zone], 0) * weight;
	if (fabs(score) > 5)
		score *= 1.2;
	return clamp(score, -10, 10);
}

double pace_score(double pace_differential)
{
	return clamp(or_else(pace_differential, 0) / 2, -3, 3);
}

/* Phase 4, 7.5. Corrected: without projection or base there is no spike (decision 11). */
double usage_spike_score(const struct rules *rules, const struct usage *usage)
{
	if (!rules->usage_default_25 && (isnan(usage->projected) || isnan(usage->base)))
		return 0.0;
	double projected = or_else(usage->projected, 25);
	double base = or_else(usage->base, 25);
	double stars = or_else(usage->stars_out, 0);
	if (base == 0)
		return 0.0;
	double score = (projected - base) * 0.3;
	if (stars > 0 && score > 0)
		score *= stars >= 2 ? 1.30 : 1.15;
	return clamp(score, -3, 3);
}

struct composite_scores composite_scores_of(const struct rules *rules,
	const struct player_load *load, const struct matchup *matchup, double pace_differential,
	const struct usage *usage)
{
	struct composite_scores scores = {
		.fatigue = fatigue_score(load),
		.mismatch = mismatch_score(rules, matchup),
		.pace = pace_score(pace_differential),
		.usage = usage_spike_score(rules, usage),
	};
	scores.fatigue_adjustment = (double)(scores.fatigue - 100) / 20;
	scores.total = scores.fatigue_adjustment + scores.mismatch + scores.pace + scores.usage;
	return scores;
}

void composite_warnings(const struct composite_scores *scores, char into[WARNING_TEXT_BYTES])
{
	const struct {
		bool applies;
		const char *text;
	} warnings[] = {
		{scores->fatigue < EXTREME_FATIGUE,
			"EXTREME_FATIGUE: Player showing severe fatigue"},
		{fabs(scores->mismatch) > EXTREME_MISMATCH,
			"EXTREME_MATCHUP: Unusual zone mismatch"},
		{fabs(scores->total) > EXTREME_ADJUSTMENT,
			"EXTREME_ADJUSTMENT: Very large composite adjustment"},
	};
	struct buffer text = {0};
	for (size_t i = 0; i < sizeof(warnings) / sizeof(warnings[0]); i++)
		if (warnings[i].applies)
			buffer_add_format(
				&text, "%s%s", text.length == 0 ? "" : "; ", warnings[i].text);
	text_copy(into, WARNING_TEXT_BYTES, buffer_text(&text));
	buffer_release(&text);
}
