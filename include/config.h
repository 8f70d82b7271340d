/*
 * config: what was asked for, from flags, environment and configuration file, in one struct.
 *
 * Every option is one line of OPTION_LIST: its member here, its flag (--read-only), its variable
 * (BACKCOURT_READ_ONLY), its line in the file (read-only = yes), --help and `backcourt help
 * options` come from it. A flag beats the environment, which beats the file, which beats the
 * default.
 *
 * The file: $XDG_CONFIG_HOME/backcourt/config (or --config): lines `name = value`, comments with #.
 * config_load, then readers; config_release last. UI thread.
 */
#ifndef BACKCOURT_CONFIG_H
#define BACKCOURT_CONFIG_H

#include "base/error.h"
#include "base/name_values.h"
#include "base/text.h"

#define CONFIG_FILE_BYTES_MAX  NAME_VALUES_BYTES_MAX
#define CONFIG_VALUE_BYTES_MAX 4096
#define CONFIG_ARGUMENTS_MAX   256

/*
 * X(member, name, KIND, WHEN, argument, lowest, highest, default, help)
 * TEXT: any text; WORD: one of the words in `argument`; NUMBER: lowest..highest; FLAG: yes or no,
 * default no; SWITCH: yes or no, -1 = not given (the pipeline decides). `--no-name` says no.
 * WHEN: what the console's settings (settings.h) make of it, see enum option_when.
 */
#define OPTION_LIST(X)                                                                             \
	X(warehouse, "warehouse", TEXT, START, "KIND:PLACE", 0, 0, NULL,                           \
		"where the tables are: a path (SQLite), counts:FILE or bigquery:PROJECT")          \
	X(state, "state", TEXT, START, "DIR", 0, 0, NULL,                                          \
		"where runs, logs and the ledger are kept")                                        \
	X(pipeline, "pipeline", TEXT, START, "FILE|NAME", 0, 0, "nba",                             \
		"the pipeline: a JSON file, or the name of a built-in one")                        \
	X(config, "config", TEXT, VERB, "FILE", 0, 0, NULL, "the configuration file")              \
	X(range, "range", TEXT, START, "A..B", 0, 0, NULL,                                         \
		"dates: A..B, a day, a month (2021-11), season:2021-22, @goal, @gaps, lists, "     \
		"!without")                                                                        \
	X(rules, "rules", WORD, START, "corrected|original", 0, 0, "corrected",                    \
		"how the native processors compute")                                               \
	X(workers, "workers", NUMBER, NOW, "N", 1, 64, "0",                                        \
		"tables computed at the same time (default: the pipeline's)")                      \
	X(pace, "pace", NUMBER, NOW, "MS", 0, 60000, "0",                                          \
		"let every date take at least so many milliseconds")                               \
	X(auto_launch, "auto-launch", SWITCH, NOW, "", 0, 1, "-1",                                 \
		"start tables by themselves once their upstreams are complete")                    \
	X(read_only, "read-only", FLAG, START, "", 0, 1, "0", "look, but start nothing")           \
	X(start_unasked, "start-unasked", FLAG, NOW, "", 0, 1, "0",                                \
		"start scripts without showing the command first")                                 \
	X(plain, "plain", FLAG, START, "", 0, 1, "0", "lines of text instead of a screen")         \
	X(theme, "theme", TEXT, NOW, "NAME|FILE", 0, 0, NULL, "colours of the screen")             \
	X(color, "color", WORD, START, "auto|always|never", 0, 0, "auto",                          \
		"whether to use colours")                                                          \
	X(mouse, "mouse", FLAG, NOW, "", 0, 1, "0",                                                \
		"take the mouse, but in the log (M: on or off; off, it selects text)")             \
	X(log_wrap, "log-wrap", FLAG, NOW, "", 0, 1, "0", "the Log wraps long lines (W)")          \
	X(log_noise, "log-noise", FLAG, NOW, "", 0, 1, "0", "the Log shows known noise, too (L)")  \
	X(log_times, "log-times", SWITCH, NOW, "", 0, 1, "-1",                                     \
		"the Log shows when its lines came (t; default: yes)")                             \
	X(keys, "keys", TEXT, START, "FILE", 0, 0, NULL,                                           \
		"keys of your own: lines `action = keys` (default: ~/.config/backcourt/keys)")     \
	X(ascii, "ascii", FLAG, NOW, "", 0, 1, "0", "draw with ASCII characters only")             \
	X(json, "json", FLAG, VERB, "", 0, 1, "0",                                                 \
		"print JSON (`backcourt help json` lists what)")                                   \
	X(csv, "csv", FLAG, VERB, "", 0, 1, "0", "the same as --format csv")                       \
	X(format, "format", WORD, VERB, "table|csv|json|md", 0, 0, "table", "how coverage prints") \
	X(until, "until", TEXT, VERB, "DATE", 0, 0, NULL,                                          \
		"excuse: the last day on which it holds")                                          \
	X(remove, "remove", FLAG, VERB, "", 0, 1, "0", "excuse: take it back")                     \
	X(shell, "shell", FLAG, VERB, "", 0, 1, "0", "plan: print the commands")                   \
	X(plan, "plan", FLAG, VERB, "", 0, 1, "0", "run: what `plan` says now, or a saved plan")   \
	X(order, "order", WORD, VERB, "oldest|newest|unblocking", 0, 0, "oldest",                  \
		"plan: which dates come first")                                                    \
	X(verify, "verify", FLAG, VERB, "", 0, 1, "0", "count the tables, trust no receipt")       \
	X(budget, "budget", NUMBER, NOW, "MIB", 10, 2147483647, "102400",                          \
		"how much BigQuery may bill a day before queries are refused")                     \
	X(remote, "remote", TEXT, VERB, "KIND:PLACE", 0, 0, NULL,                                  \
		"push, pull: the other warehouse, as bigquery:PROJECT")                            \
	X(raw, "raw", FLAG, VERB, "", 0, 1, "0", "push, pull: the raw tables")                     \
	X(allow_remote_emulator, "allow-remote-emulator", FLAG, VERB, "", 0, 1, "0",               \
		"BIGQUERY_EMULATOR_HOST may be on another machine")                                \
	X(create, "create", FLAG, VERB, "", 0, 1, "0",                                             \
		"push, pull: make the tables that are missing")                                    \
	X(dry_run, "dry-run", FLAG, VERB, "", 0, 1, "0", "push, pull: say what would be sent")     \
	X(seasons, "seasons", NUMBER, VERB, "N", 1, 4, "1", "how many sample seasons to make")     \
	X(seed, "seed", NUMBER, VERB, "N", 1, 2147483647, "1", "another sample season")            \
	X(resume, "resume", TEXT, VERB, "FILE", 0, 0, NULL,                                        \
		"run: go on with what another run left")                                           \
	X(wait, "wait", FLAG, VERB, "", 0, 1, "0",                                                 \
		"run: jobs started by hand are waited for, not refused, then the rest is done")    \
	X(events, "events", FLAG, VERB, "", 0, 1, "0", "run: every event as a line of JSON")       \
	X(freeze, "freeze", FLAG, VERB, "", 0, 1, "0",                                             \
		"pause: at once, within the date (SIGSTOP)")                                       \
	X(alert_hook, "alert-hook", TEXT, FILE, "COMMAND", 0, 0, NULL,                             \
		"a program, with arguments, that is started for each alert (no shell)")            \
	X(alert_slack, "alert-slack", TEXT, START, "FILE", 0, 0, NULL,                             \
		"alerts go to a Slack-style webhook; the file has `url = ...`")                    \
	X(alert_webhook, "alert-webhook", TEXT, START, "FILE", 0, 0, NULL,                         \
		"alerts go to a webhook; the file has `url = ...` and `secret = ...`")             \
	X(alert_mail, "alert-mail", TEXT, START, "FILE", 0, 0, NULL,                               \
		"alerts go by mail; the file has server, from, to, user, password")                \
	X(alert_notify, "alert-notify", WORD, NOW, "off|osc9|osc777", 0, 0, "off",                 \
		"alerts are notifications of the terminal, where it has them")                     \
	X(alert_bell, "alert-bell", SWITCH, NOW, "", 0, 1, "-1",                                   \
		"ring the bell at alerts (default: yes)")                                          \
	X(alert_off, "alert-off", TEXT, NOW, "KIND,...", 0, 0, NULL,                               \
		"alerts that are not told (help alerts)")                                          \
	X(slow_factor, "slow-factor", NUMBER, NOW, "N", 2, 1000, "3",                              \
		"a date is slow when it takes so many times the median")                           \
	X(now, "now", FLAG, VERB, "", 0, 1, "0", "stop: kill, whatever the job is doing")          \
	X(fix, "fix", TEXT, VERB, "ID", 0, 0, NULL, "health: mend that finding, after a question") \
	X(yes, "yes", FLAG, VERB, "", 0, 1, "0", "health: mend it without the question")           \
	X(print, "print", FLAG, VERB, "", 0, 1, "0", "pipeline, theme: print it")                  \
	X(check, "check", FLAG, VERB, "", 0, 1, "0",                                               \
		"pipeline, theme: check it, print nothing else")                                   \
	X(help, "help", FLAG, VERB, "", 0, 1, "0", "this help")                                    \
	X(version, "version", FLAG, VERB, "", 0, 1, "0", "print the version")

#define OPTION_MEMBER_TEXT(name)   char *name; /* owned; NULL when not given */
#define OPTION_MEMBER_WORD(name)   char *name;
#define OPTION_MEMBER_NUMBER(name) int name;
#define OPTION_MEMBER_FLAG(name)   int name;
#define OPTION_MEMBER_SWITCH(name) int name; /* -1: not given */

/* When a change of an option holds. */
enum option_when {
	OPTION_NOW,   /* at once (tui/console_setting.c) */
	OPTION_START, /* from the next start on */
	OPTION_FILE,  /* likewise; it may hold a secret: only its first word is shown, and it is
			 changed in the file alone */
	OPTION_VERB,  /* of a verb, or of one call: no setting of a console */
};

/* The numbers of the options in their order: CONFIG_OPTION_theme. */
enum config_option {
#define X(member, ...) CONFIG_OPTION_##member,
	OPTION_LIST(X)
#undef X
		CONFIG_OPTION_COUNT
};

/* Where a value came from. The later beats the earlier. */
enum config_origin { ORIGIN_DEFAULT, ORIGIN_FILE, ORIGIN_ENVIRONMENT, ORIGIN_FLAG };

struct config {
#define X(member, name, kind, ...) OPTION_MEMBER_##kind(member)
	OPTION_LIST(X)
#undef X
	enum config_origin origins[CONFIG_OPTION_COUNT];
	char *verb;			       /* NULL: the console */
	char *arguments[CONFIG_ARGUMENTS_MAX]; /* after the verb; owned */
	int argument_count;
};

/* `argv` as main got it. The environment is read through `lookup` (getenv; a test gives its own).
 */
bool config_load(int argc, char *const *argv, const char *(*lookup)(const char *variable),
	struct config *config, struct error *err);
void config_release(struct config *config);

/* One option by its name, as from a file line: `text` is checked. */
bool config_set(struct config *config, const char *name, const char *text, struct error *err);
/* The options alone, without verb and arguments; config_release it. */
void config_copy_options(const struct config *from, struct config *into);
/* The value as a line of the file would have it; "" when it was not given. */
void config_value(const struct config *config, enum config_option option, struct buffer *into);
/* The file that is read, whether it is there or not; false where no folder is known. Free it. */
bool config_file_path(const struct config *config, char **path, struct error *err);
/* The same of the file of keys. */
bool config_keys_path(const struct config *config, char **path, struct error *err);

/* The options part of --help; the same as a table of Markdown. */
void config_describe(struct buffer *into);
void config_describe_markdown(struct buffer *into);

/* One option by its number, for pages that are made of the list; false behind the last. */
struct option_about {
	const char *name, *argument, *help;
	const char *initial; /* NULL: none worth showing */
	bool takes_value, is_word, can_say_no;
	enum option_when when;
	int64_t lowest, highest; /* both 0 where it is no number */
	char variable[64];
};
bool config_option_at(size_t index, struct option_about *about);

/* Where things are when no option says so; free the path. `pipeline` is the pipeline's name. */
bool config_state_folder(
	const struct config *config, const char *pipeline, char **path, struct error *err);
bool config_warehouse(
	const struct config *config, const char *pipeline, char **spec, struct error *err);
/* A copy of the spec of a warehouse, with what options say of it where it is BigQuery's. */
char *config_spec(const struct config *config, const char *spec);

#endif
