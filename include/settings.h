/*
 * settings: the options of a running console: what holds, where it came from, and the user's file.
 *
 * A row is an option of OPTION_LIST (config.h) that is no verb's. settings_new reads the
 * configuration file once more as text; settings_change then holds at once for whoever reads
 * settings_config (the caller sees to what else has to happen), and settings_write puts one row
 * into the file. UI thread. Texts that are returned are lent until the next call that changes
 * something.
 *
 * settings_write keeps everything else of the file as it is (config_edit.h) and its mode; it
 * replaces the file at once or not at all. It refuses a file that is not a regular file of this
 * user, and one that is not as it was when it was read or written last: then it has been read
 * again, and a second call writes. A link is followed, the file that it names is replaced.
 */
#ifndef BACKCOURT_SETTINGS_H
#define BACKCOURT_SETTINGS_H

#include "config.h"

#define SETTINGS_REASON_BYTES ERROR_TEXT_BYTES

struct settings;

/* The configuration is copied; its verb and arguments are left out. */
struct settings *settings_new(const struct config *config);
void settings_free(struct settings *settings);

/* What holds now. */
const struct config *settings_config(const struct settings *settings);
/* What stands for an option that was not given, as the session found it: "4" workers. */
void settings_resolve(struct settings *settings, enum config_option option, const char *text);

struct setting {
	struct option_about about;
	enum config_option option;
	const char *value;	   /* as in a file; "" when there is none */
	enum config_origin origin; /* of the value with which the console started */
	bool is_changed;	   /* since the start */
	bool is_written;	   /* since the start, and not changed after that */
};

size_t settings_count(const struct settings *settings);
/* `row` below settings_count. */
struct setting settings_at(const struct settings *settings, size_t row);
/* "default" "file" "environment" "flag" */
const char *settings_origin_word(enum config_origin origin);
/* What beats the file at the next start, if it is given again: "--theme" or "BACKCOURT_THEME"; NULL
 * when the file's value will hold. */
const char *settings_winner(const struct setting *setting, char into[72]);

/* Would this value do? As when it is read from a file; changes nothing. */
bool settings_check(
	const struct settings *settings, size_t row, const char *text, struct error *err);
/* The value after this one of a row with few values (yes or no, words); false of another. */
bool settings_next(const struct settings *settings, size_t row, struct buffer *into);
/* ERROR_USAGE when it does not do, or is changed in the file alone. */
bool settings_change(
	struct settings *settings, enum config_option option, const char *text, struct error *err);

/* Why a text was refused by whoever knows more than settings_check, for the place where it is
 * typed; "" of every other text. */
void settings_refuse(struct settings *settings, const char *text, const char *reason);
const char *settings_refusal(const struct settings *settings, const char *text);

/* The file, or "" where no folder for it is known; whether it was there when it was read last. */
const char *settings_file(const struct settings *settings);
bool settings_file_exists(const struct settings *settings);
/* Writes the row's value. What fails leaves the file alone; ERROR_BUSY: it changed meanwhile. */
bool settings_write(struct settings *settings, size_t row, struct error *err);

#endif
