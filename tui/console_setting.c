/* What a change of a setting does at once, and what only the console can say against one. */
#include "tui/console_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "warehouse/budget.h"

#include <stdio.h>

#define MEBIBYTE 1048576

static void apply_workers(struct console *console)
{
	engine_set_workers(console->engine, console->config->workers);
}

static void apply_pace(struct console *console)
{
	engine_set_pace(console->engine, console->config->pace);
}

static void apply_auto_launch(struct console *console)
{
	engine_set_auto_launch(console->engine, console->config->auto_launch != 0);
}

static void apply_theme(struct console *console)
{
	console_choose_theme(console, console->config->theme);
}

static void apply_ascii(struct console *console)
{
	console_show_glyphs(console);
}

static void apply_budget(struct console *console)
{
	budget_change((int64_t)console->config->budget * MEBIBYTE);
}

static void apply_alerts(struct console *console)
{
	struct alert_settings alerts = {.slow_factor = console->config->slow_factor};
	if (alert_settings_parse_off(console->config->alert_off, &alerts, NULL))
		engine_set_alerts(console->engine, &alerts);
}

static bool is_wanted(const struct config *config, enum view_switch which)
{
	switch (which) {
#define X(name)                  \
	case VIEW_SWITCH_##name: \
		return config->name != 0;
		VIEW_SWITCH_LIST(X)
#undef X
	case VIEW_SWITCH_COUNT:
		break;
	}
	return false;
}

static void apply_switch(struct console *console, enum view_switch which)
{
	int argument = 2 * (int)which + is_wanted(console->config, which);
	console_apply(console, &(struct event){.kind = EVENT_ACTION,
				       .at_ms = clock_wall_ms(),
				       .action = {.action = ACTION_SWITCH, .argument = argument}});
}

#define X(name)                                            \
	static void apply_##name(struct console *console)  \
	{                                                  \
		apply_switch(console, VIEW_SWITCH_##name); \
	}
VIEW_SWITCH_LIST(X)
#undef X

void console_apply_switches(struct console *console)
{
	for (enum view_switch which = 0; which < VIEW_SWITCH_COUNT; which++)
		apply_switch(console, which);
}

void console_keep_switches(struct console *console)
{
	static const enum config_option options[] = {
#define X(name) [VIEW_SWITCH_##name] = CONFIG_OPTION_##name,
		VIEW_SWITCH_LIST(X)
#undef X
	};
	for (enum view_switch which = 0; which < VIEW_SWITCH_COUNT; which++) {
		bool on = model_switch(console->model, which);
		if (on != is_wanted(console->config, which))
			settings_change(console->settings, options[which], on ? "yes" : "no", NULL);
	}
}

/* The configuration is looked at whenever it matters. */
static void apply_nothing(struct console *console)
{
	(void)console;
}

#define apply_alert_off	    apply_alerts
#define apply_slow_factor   apply_alerts
#define apply_alert_bell    apply_nothing
#define apply_alert_notify  apply_nothing
#define apply_start_unasked apply_nothing

/* An option that holds at once and has nothing here does not compile. */
#define APPLY_NOW(member)   apply_##member
#define APPLY_START(member) NULL
#define APPLY_FILE(member)  NULL
#define APPLY_VERB(member)  NULL

static void (*const appliers[CONFIG_OPTION_COUNT])(struct console *console) = {
#define X(member, name, kind, when, ...) [CONFIG_OPTION_##member] = APPLY_##when(member),
	OPTION_LIST(X)
#undef X
};

bool console_change(struct console *console, enum config_option option, const char *text)
{
	struct error err;
	if (!settings_change(console->settings, option, text, &err)) {
		console_say(console, SEVERITY_ERROR, "%s", err.text);
		return false;
	}
	if (appliers[option] != NULL)
		appliers[option](console);
	return true;
}

static bool check_theme(const struct console *console, const char *text, struct error *err)
{
	struct theme theme;
	return theme_load(text, console->theme_folder, &theme, err);
}

static bool check_pipeline(const char *text, struct error *err)
{
	struct pipeline *pipeline;
	if (!pipeline_load(text, &pipeline, err))
		return false;
	pipeline_free(pipeline);
	return true;
}

/* A value that would keep the next start from opening is refused now. */
static bool check(const struct console *console, enum config_option option, const char *text,
	struct error *err)
{
	struct alert_settings alerts;
	if (option == CONFIG_OPTION_theme)
		return check_theme(console, text, err);
	if (option == CONFIG_OPTION_pipeline)
		return check_pipeline(text, err);
	if (option == CONFIG_OPTION_warehouse)
		return warehouse_check_spec(text, err);
	if (option == CONFIG_OPTION_range)
		return session_check_range(console->session.pipeline, text, err);
	if (option == CONFIG_OPTION_alert_off)
		return alert_settings_parse_off(text, &alerts, err);
	if (option == CONFIG_OPTION_alert_slack)
		return alert_way_check(ALERT_BY_SLACK, text, err);
	if (option == CONFIG_OPTION_alert_webhook)
		return alert_way_check(ALERT_BY_WEBHOOK, text, err);
	if (option == CONFIG_OPTION_alert_mail)
		return alert_way_check(ALERT_BY_MAIL, text, err);
	return true;
}

static void show_list(struct console *console)
{
	console_apply(
		console, &(struct event){.kind = EVENT_ACTION,
				 .at_ms = clock_wall_ms(),
				 .action = {.action = ACTION_SHOW, .argument = DIALOG_SETTINGS}});
}

void console_set_setting(struct console *console, size_t row, const char *text)
{
	const struct setting setting = settings_at(console->settings, row);
	struct error err;
	if (!check(console, setting.option, text, &err)) {
		settings_refuse(console->settings, text, err.text);
		return;
	}
	if (!console_change(console, setting.option, text))
		return;
	console_say(console, SEVERITY_GOOD, "%s = %s%s", setting.about.name, text,
		setting.about.when == OPTION_NOW ? ": holds now; W writes it to the file"
						 : ": W writes it, for the next start");
	if (console->model->view.dialog == DIALOG_SETTING)
		show_list(console);
}

void console_write_setting(struct console *console, size_t row)
{
	const struct setting setting = settings_at(console->settings, row);
	char winner[72];
	struct error err;
	if (!settings_write(console->settings, row, &err))
		console_say(console, SEVERITY_ERROR, "%s", err.text);
	else if (settings_winner(&setting, winner) != NULL)
		console_say(console, SEVERITY_WARNING, "written: %s = %s; %s beats it where given",
			setting.about.name, setting.value, winner);
	else
		console_say(console, SEVERITY_GOOD, "written: %s = %s", setting.about.name,
			setting.value);
}

/* What holds although nobody gave it. */
void console_resolve_settings(struct console *console)
{
	struct settings *settings = console->settings;
	const struct model *model = console->model;
	char number[16];
	snprintf(number, sizeof(number), "%d", model->workers);
	settings_resolve(settings, CONFIG_OPTION_workers, number);
	settings_resolve(settings, CONFIG_OPTION_auto_launch, model->auto_launch ? "yes" : "no");
	settings_resolve(settings, CONFIG_OPTION_alert_bell, "yes");
	settings_resolve(settings, CONFIG_OPTION_log_times, "yes");
	settings_resolve(settings, CONFIG_OPTION_warehouse, console->session.warehouse);
	settings_resolve(settings, CONFIG_OPTION_state, console->session.state_folder);
	settings_resolve(settings, CONFIG_OPTION_theme, console->theme.name);
}
