#include "run_about.h"

#include "base/memory.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define RUN_ABOUT_VERSION 1

static json_t *list_of_texts(char *const *texts)
{
	json_t *list = json_array();
	for (size_t i = 0; texts != NULL && texts[i] != NULL; i++)
		json_array_append_new(list, json_string(texts[i]));
	return list;
}

static json_t *list_of_dates(const struct run_about *about)
{
	char text[DATE_TEXT_BYTES];
	json_t *list = json_array();
	for (size_t i = 0; i < about->date_count; i++)
		json_array_append_new(list, json_string(date_format(about->dates[i], text)));
	return list;
}

static void set_text(json_t *object, const char *key, const char *text)
{
	if (text != NULL)
		json_object_set_new(object, key, json_string(text));
}

/* An argument that is no UTF-8 has no place in JSON: json_string gives NULL, the list skips it. The
 * file informs; what runs is what the supervisor was given. */
char *run_about_format(const struct run_about *about)
{
	char range[DATE_RANGE_TEXT_BYTES];
	json_t *root = json_object();
	json_object_set_new(root, "version", json_integer(RUN_ABOUT_VERSION));
	set_text(root, "id", about->id);
	set_text(root, "pipeline", about->pipeline);
	set_text(root, "table", about->table);
	set_text(root, "range", date_range_format(about->range, range));
	json_object_set_new(root, "dates", list_of_dates(about));
	json_object_set_new(root, "attempt", json_integer(about->attempt));
	json_object_set_new(root, "argv", list_of_texts(about->argv));
	set_text(root, "cwd", about->cwd);
	json_object_set_new(root, "environment", list_of_texts(about->environment));
	json_object_set_new(root, "timeout_ms", json_integer(about->timeout_ms));
	json_object_set_new(root, "nice", json_integer(about->nice));
	set_text(root, "git_commit", about->git_commit);
	json_object_set_new(root, "git_dirty", json_boolean(about->git_dirty));
	json_object_set_new(root, "made_ms", json_integer(about->made_ms));
	set_text(root, "host", about->host);
	set_text(root, "boot_id", about->boot_id);
	json_object_set_new(root, "console_pid", json_integer(about->console_pid));
	char *dumped = json_dumps(root, JSON_INDENT(2));
	json_decref(root);
	char *text = memory_format("%s\n", dumped);
	free(dumped);
	return text;
}

static char *copy_member(const json_t *root, const char *key)
{
	return memory_copy_text(json_string_value(json_object_get(root, key)));
}

/* NULL: absent, too long or not all texts. */
static char **copy_texts(const json_t *root, const char *key)
{
	const json_t *list = json_object_get(root, key);
	size_t count = json_array_size(list);
	if (!json_is_array(list) || count > RUN_ARGUMENTS_MAX)
		return NULL;
	char **texts = memory_new_array(count + 1, sizeof(*texts));
	for (size_t i = 0; i < count; i++) {
		const char *text = json_string_value(json_array_get(list, i));
		texts[i] = memory_copy_text(text != NULL ? text : "");
	}
	return texts;
}

static bool copy_dates(const json_t *root, struct run_about *into)
{
	const json_t *list = json_object_get(root, "dates");
	size_t count = json_array_size(list);
	if (!json_is_array(list) || count > DATE_RANGE_DAYS_MAX)
		return false;
	into->dates = memory_new_array(count + 1, sizeof(*into->dates));
	for (; into->date_count < count; into->date_count++) {
		const char *text = json_string_value(json_array_get(list, into->date_count));
		if (text == NULL || !date_parse(text, &into->dates[into->date_count]))
			return false;
	}
	return true;
}

static bool copy_range(const json_t *root, struct run_about *into)
{
	const char *text = json_string_value(json_object_get(root, "range"));
	return text != NULL && date_range_parse(text, &into->range, NULL);
}

static bool copy_all(const json_t *root, struct run_about *into)
{
	const char *id = json_string_value(json_object_get(root, "id"));
	into->pipeline = copy_member(root, "pipeline");
	into->table = copy_member(root, "table");
	into->cwd = copy_member(root, "cwd");
	into->argv = copy_texts(root, "argv");
	into->environment = copy_texts(root, "environment");
	into->attempt = json_integer_value(json_object_get(root, "attempt"));
	into->timeout_ms = json_integer_value(json_object_get(root, "timeout_ms"));
	into->nice = json_integer_value(json_object_get(root, "nice"));
	into->git_commit = copy_member(root, "git_commit");
	into->git_dirty = json_is_true(json_object_get(root, "git_dirty"));
	into->made_ms = json_integer_value(json_object_get(root, "made_ms"));
	into->host = copy_member(root, "host");
	into->boot_id = copy_member(root, "boot_id");
	into->console_pid = json_integer_value(json_object_get(root, "console_pid"));
	return id != NULL && text_copy(into->id, sizeof(into->id), id) && into->table != NULL &&
	       into->argv != NULL && into->environment != NULL && copy_range(root, into) &&
	       copy_dates(root, into);
}

bool run_about_parse(const char *json, size_t length, const char *source, struct run_about *into,
	struct error *err)
{
	json_error_t reason;
	struct run_about about = {0};
	json_t *root = json_loadb(json, length, JSON_REJECT_DUPLICATES, &reason);
	if (root == NULL)
		return error_set(err, ERROR_INPUT, "%s:%d:%d: %s", source, reason.line,
			reason.column, reason.text);
	bool done = json_integer_value(json_object_get(root, "version")) == RUN_ABOUT_VERSION &&
		    copy_all(root, &about);
	json_decref(root);
	if (done) {
		*into = about;
		return true;
	}
	run_about_release(&about);
	return error_set(err, ERROR_INPUT, "%s does not describe a run of this version", source);
}

static void release_texts(char **texts)
{
	for (size_t i = 0; texts != NULL && texts[i] != NULL; i++)
		free(texts[i]);
	free(texts);
}

void run_about_release(struct run_about *about)
{
	free(about->pipeline);
	free(about->table);
	release_texts(about->argv);
	free(about->cwd);
	release_texts(about->environment);
	free(about->dates);
	free(about->git_commit);
	free(about->host);
	free(about->boot_id);
	*about = (struct run_about){0};
}
