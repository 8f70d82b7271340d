#include "settings.h"

#include "base/memory.h"
#include "base/path.h"
#include "config_edit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct setting_state {
	char *value;	/* shown, and written */
	char *resolved; /* NULL: nothing stands for it */
	bool is_changed, is_written;
};

struct settings {
	struct config config;
	struct setting_state states[CONFIG_OPTION_COUNT];
	enum config_option rows[CONFIG_OPTION_COUNT];
	size_t count;
	char *path;	    /* NULL: no folder is known */
	struct buffer file; /* as it was read or written last */
	bool has_file;
	char *refused; /* NULL: nothing */
	char reason[SETTINGS_REASON_BYTES];
};

/* What may hold a secret after its first word is not shown. */
static char *without_arguments(const char *text)
{
	size_t word = strcspn(text, " \t");
	return text[word] == '\0' ? memory_copy_text(text)
				  : memory_format("%.*s ...", (int)word, text);
}

static void take_value(struct settings *settings, enum config_option option)
{
	struct setting_state *state = &settings->states[option];
	struct option_about about;
	struct buffer text = {0};
	config_value(&settings->config, option, &text);
	if (text.length == 0 && state->resolved != NULL)
		buffer_add_text(&text, state->resolved);
	free(state->value);
	bool is_secret = config_option_at(option, &about) && about.when == OPTION_FILE;
	state->value = is_secret ? without_arguments(buffer_text(&text))
				 : memory_copy_text(buffer_text(&text));
	buffer_release(&text);
}

/* False when it is there and cannot be read. */
static bool read_file(const char *path, struct buffer *into, bool *exists, struct error *err)
{
	*exists = path_exists(path);
	return !*exists || path_read_file(path, CONFIG_FILE_BYTES_MAX, into, err);
}

struct settings *settings_new(const struct config *config)
{
	struct settings *settings = memory_new(sizeof(*settings));
	struct option_about about;
	config_copy_options(config, &settings->config);
	for (size_t i = 0; config_option_at(i, &about); i++) {
		take_value(settings, (enum config_option)i);
		if (about.when != OPTION_VERB)
			settings->rows[settings->count++] = (enum config_option)i;
	}
	if (config_file_path(config, &settings->path, NULL))
		read_file(settings->path, &settings->file, &settings->has_file, NULL);
	return settings;
}

void settings_free(struct settings *settings)
{
	if (settings == NULL)
		return;
	for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++) {
		free(settings->states[i].value);
		free(settings->states[i].resolved);
	}
	config_release(&settings->config);
	buffer_release(&settings->file);
	free(settings->refused);
	free(settings->path);
	free(settings);
}

const struct config *settings_config(const struct settings *settings)
{
	return &settings->config;
}

void settings_resolve(struct settings *settings, enum config_option option, const char *text)
{
	struct setting_state *state = &settings->states[option];
	free(state->resolved);
	state->resolved = memory_copy_text(text);
	take_value(settings, option);
}

size_t settings_count(const struct settings *settings)
{
	return settings->count;
}

struct setting settings_at(const struct settings *settings, size_t row)
{
	enum config_option option = settings->rows[row];
	const struct setting_state *state = &settings->states[option];
	struct setting setting = {.option = option,
		.value = state->value,
		.origin = settings->config.origins[option],
		.is_changed = state->is_changed,
		.is_written = state->is_written};
	config_option_at(option, &setting.about);
	return setting;
}

const char *settings_origin_word(enum config_origin origin)
{
	static const char *const words[] = {[ORIGIN_DEFAULT] = "default",
		[ORIGIN_FILE] = "file",
		[ORIGIN_ENVIRONMENT] = "environment",
		[ORIGIN_FLAG] = "flag"};
	return words[origin];
}

const char *settings_winner(const struct setting *setting, char into[72])
{
	switch (setting->origin) {
	case ORIGIN_DEFAULT:
	case ORIGIN_FILE:
		return NULL;
	case ORIGIN_ENVIRONMENT:
		text_copy(into, 72, setting->about.variable);
		return into;
	case ORIGIN_FLAG:
		snprintf(into, 72, "--%s", setting->about.name);
		return into;
	}
	return NULL;
}

bool settings_check(
	const struct settings *settings, size_t row, const char *text, struct error *err)
{
	const struct setting setting = settings_at(settings, row);
	struct config config;
	struct buffer line = {0}, none = {0};
	config_copy_options(&settings->config, &config);
	bool fits = config_set(&config, setting.about.name, text, err) &&
		    config_edit(&none, setting.about.name, text, &line, err);
	buffer_release(&line);
	config_release(&config);
	return fits;
}

bool settings_next(const struct settings *settings, size_t row, struct buffer *into)
{
	const struct setting setting = settings_at(settings, row);
	size_t length = strlen(setting.value);
	if (!setting.about.takes_value) {
		buffer_add_text(into, strcmp(setting.value, "yes") == 0 ? "no" : "yes");
		return true;
	}
	if (!setting.about.is_word)
		return false;
	const char *first = setting.about.argument, *next = first;
	for (const char *at = first; *at != '\0';) {
		size_t size = strcspn(at, "|");
		const char *after = at + size + (at[size] == '|' ? 1 : 0);
		if (size == length && memcmp(at, setting.value, size) == 0 && *after != '\0')
			next = after;
		at = after;
	}
	buffer_add(into, next, strcspn(next, "|"));
	return true;
}

bool settings_change(
	struct settings *settings, enum config_option option, const char *text, struct error *err)
{
	struct setting_state *state = &settings->states[option];
	struct option_about about;
	if (!config_option_at(option, &about) || about.when == OPTION_FILE)
		return error_set(
			err, ERROR_USAGE, "it may hold a secret: it is changed in the file alone");
	if (!config_set(&settings->config, about.name, text, err))
		return false;
	bool differs = strcmp(state->value, text) != 0;
	take_value(settings, option);
	state->is_changed |= differs;
	state->is_written &= !differs;
	return true;
}

void settings_refuse(struct settings *settings, const char *text, const char *reason)
{
	free(settings->refused);
	settings->refused = memory_copy_text(text);
	text_copy(settings->reason, sizeof(settings->reason), reason);
}

const char *settings_refusal(const struct settings *settings, const char *text)
{
	return text_equal(settings->refused, text) ? settings->reason : "";
}

/* The file */

const char *settings_file(const struct settings *settings)
{
	return settings->path == NULL ? "" : settings->path;
}

bool settings_file_exists(const struct settings *settings)
{
	return settings->has_file;
}

/* What a link names is written, so that the link stays. `found` has st_mode 0 where nothing is. */
static bool find_target(const char *path, char **target, struct stat *found, struct error *err)
{
	struct stat link;
	*found = (struct stat){0};
	if (lstat(path, &link) != 0) {
		if (errno != ENOENT)
			return error_set_system(err, errno, "cannot look at %s", path);
		*target = memory_copy_text(path);
		return true;
	}
	char *real = realpath(path, NULL);
	if (real == NULL || stat(real, found) != 0) {
		int reason = errno;
		free(real);
		return error_set_system(err, reason, "cannot look at %s", path);
	}
	if (!S_ISREG(found->st_mode) || found->st_uid != geteuid()) {
		free(real);
		return error_set(err, ERROR_CONFIG, "%s is not %s: it is left alone", path,
			S_ISREG(found->st_mode) ? "yours" : "a regular file");
	}
	*target = real;
	return true;
}

static bool is_as_it_was(struct settings *settings, const char *target, struct error *err)
{
	struct buffer now = {0};
	bool exists;
	if (!read_file(target, &now, &exists, err)) {
		buffer_release(&now);
		return false;
	}
	bool same = exists == settings->has_file && now.length == settings->file.length &&
		    memcmp(buffer_text(&now), buffer_text(&settings->file), now.length) == 0;
	buffer_release(&settings->file);
	settings->file = now;
	settings->has_file = exists;
	if (same)
		return true;
	return error_set(err, ERROR_BUSY,
		"%s changed since it was read: nothing was written; W again writes into what it "
		"is now",
		settings->path);
}

/* Whoever could read the file before can do so after. */
static bool replace_file(
	const char *target, const struct buffer *text, mode_t mode, struct error *err)
{
	if (!path_make_parent(target, err) ||
		!path_write_file(target, buffer_text(text), text->length, err))
		return false;
	if (mode != 0 && chmod(target, mode & 07777) != 0)
		return error_set_system(
			err, errno, "written, but cannot set the mode of %s", target);
	return true;
}

static bool write_value(struct settings *settings, const struct setting *setting,
	const char *target, mode_t mode, struct error *err)
{
	struct buffer made = {0};
	bool done = is_as_it_was(settings, target, err) &&
		    config_edit(&settings->file, setting->about.name, setting->value, &made, err) &&
		    replace_file(target, &made, mode, err);
	if (!done) {
		buffer_release(&made);
		return false;
	}
	buffer_release(&settings->file);
	settings->file = made;
	settings->has_file = true;
	return true;
}

bool settings_write(struct settings *settings, size_t row, struct error *err)
{
	const struct setting setting = settings_at(settings, row);
	struct stat found;
	char *target;
	if (setting.about.when == OPTION_FILE)
		return error_set(
			err, ERROR_USAGE, "it may hold a secret: it is changed in the file alone");
	if (settings->path == NULL)
		return error_set(err, ERROR_CONFIG,
			"no folder is known for the file: set HOME, or give --config");
	if (!find_target(settings->path, &target, &found, err))
		return false;
	bool done = write_value(settings, &setting, target, found.st_mode, err);
	free(target);
	settings->states[setting.option].is_written |= done;
	return done;
}
