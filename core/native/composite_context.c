#include "composite_context.h"

#include "base/digest.h"
#include "base/memory.h"

#include <math.h>

#define LEAGUE_PACE	 100.0
#define CLEAR_DIFFERENCE 2.0 /* on either side of which a score has a name */

static void begin_field(struct buffer *into, const char *name)
{
	buffer_add_text(into, into->length == 0 ? "{" : ", ");
	buffer_add_json_text(into, name);
	buffer_add_text(into, ": ");
}

/* An INTEGER column's value; NULL counts as `otherwise`. */
static void add_whole(struct buffer *into, const char *name, double value, int otherwise)
{
	begin_field(into, name);
	buffer_add_format(into, "%.0f", isnan(value) ? otherwise : value);
}

static void add_real(struct buffer *into, const char *name, double value)
{
	char text[REAL_TEXT_BYTES];
	begin_field(into, name);
	buffer_add_text(into, isnan(value) ? "null" : real_format(value, text));
}

static void add_real_or(struct buffer *into, const char *name, double value, double otherwise)
{
	add_real(into, name, isnan(value) ? otherwise : value);
}

static void add_text(struct buffer *into, const char *name, const char *value)
{
	begin_field(into, name);
	if (value == NULL)
		buffer_add_text(into, "null");
	else
		buffer_add_json_text(into, value);
}

static void add_boolean(struct buffer *into, const char *name, bool value)
{
	begin_field(into, name);
	buffer_add_text(into, value ? "true" : "false");
}

struct note {
	bool applies;
	const char *text;
};

static void add_notes(struct buffer *into, const char *name, const struct note *notes, size_t count)
{
	const char *separator = "";
	begin_field(into, name);
	buffer_add_char(into, '[');
	for (size_t i = 0; i < count; i++) {
		if (!notes[i].applies)
			continue;
		buffer_add_text(into, separator);
		buffer_add_json_text(into, notes[i].text);
		separator = ", ";
	}
	buffer_add_char(into, ']');
}

/* The name of a value that is clearly above, clearly below, or neither. */
static const char *name_of(double value, const char *above, const char *below, const char *neither)
{
	if (value > CLEAR_DIFFERENCE)
		return above;
	return value < -CLEAR_DIFFERENCE ? below : neither;
}

void write_fatigue_context(const struct player_load *load, int score, struct buffer *into)
{
	const struct note penalties[] = {
		{load->back_to_back, "back_to_back: -15"},
		{load->games_7 >= 4, "frequent_games: -10"},
		{load->minutes_7 > 240, "heavy_minutes: -10"},
		{load->age >= 35, "veteran_age: -10"},
	};
	const struct note bonus = {load->days_rest >= 3, "extra_rest: +5"};
	buffer_clear(into);
	add_whole(into, "days_rest", load->days_rest, 0);
	add_boolean(into, "back_to_back", load->back_to_back);
	add_whole(into, "games_last_7", load->games_7, 0);
	add_whole(into, "minutes_last_7", load->minutes_7, 0);
	add_real_or(into, "avg_minutes_pg_last_7", load->avg_minutes_7, 0);
	add_whole(into, "back_to_backs_last_14", load->back_to_backs_14, 0);
	add_whole(into, "player_age", load->age, 25);
	add_notes(into, "penalties_applied", penalties, ARRAY_COUNT(penalties));
	add_notes(into, "bonuses_applied", &bonus, 1);
	add_whole(into, "final_score", score, 0);
	buffer_add_char(into, '}');
}

void write_shot_zone_context(
	const struct matchup *matchup, const char *weak_zone, double score, struct buffer *into)
{
	enum zone zone = matchup_zone(matchup);
	buffer_clear(into);
	if (!matchup->has_player || !matchup->has_team) {
		add_boolean(into, "missing_data", true);
		buffer_add_char(into, '}');
		return;
	}
	add_text(into, "player_primary_zone",
		matchup->primary == NULL ? "unknown" : matchup->primary);
	add_real(into, "primary_zone_frequency", matchup->rate[zone]);
	add_text(into, "opponent_weak_zone", weak_zone);
	add_real(into, "opponent_defense_vs_league", matchup->versus_league[zone]);
	add_text(into, "mismatch_type", name_of(score, "favorable", "unfavorable", "neutral"));
	add_real(into, "final_score", score);
	buffer_add_char(into, '}');
}

void write_pace_context(
	double pace_differential, double opponent_pace, double score, struct buffer *into)
{
	double differential = isnan(pace_differential) ? 0 : pace_differential;
	buffer_clear(into);
	add_real(into, "pace_differential", differential);
	add_real_or(into, "opponent_pace_last_10", opponent_pace, LEAGUE_PACE);
	add_real(into, "league_avg_pace", LEAGUE_PACE);
	add_text(into, "pace_environment", name_of(differential, "fast", "slow", "normal"));
	add_real(into, "final_score", score);
	buffer_add_char(into, '}');
}

void write_usage_context(
	const struct rules *rules, const struct usage *usage, double score, struct buffer *into)
{
	double unknown = rules->usage_default_25 ? 0 : NAN;
	double projected = isnan(usage->projected) ? unknown : usage->projected;
	double base = isnan(usage->base) ? unknown : usage->base;
	double difference = projected - base;
	buffer_clear(into);
	add_real(into, "projected_usage_rate", projected);
	add_real(into, "avg_usage_last_7", base);
	add_real(into, "usage_differential", difference);
	add_whole(into, "star_teammates_out", usage->stars_out, 0);
	add_text(into, "usage_trend",
		isnan(difference) ? "unknown" : name_of(difference, "spike", "drop", "stable"));
	add_real(into, "final_score", score);
	buffer_add_char(into, '}');
}
