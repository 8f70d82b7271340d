/* Folders, their space, the warehouse. */
#include "doctor_parts.h"

#include "base/memory.h"
#include "base/path.h"
#include "warehouse/raw_kind.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* The folder, or the first one above it that is there: it would be made in that. */
static char *nearest_folder(const char *path)
{
	char *folder = memory_copy_text(path);
	while (folder[0] != '\0' && !path_exists(folder)) {
		char *slash = strrchr(folder, '/');
		if (slash == NULL)
			break;
		slash[slash == folder ? 1 : 0] = '\0';
	}
	if (path_exists(folder))
		return folder;
	free(folder);
	return memory_copy_text(".");
}

static void add_space(
	struct doctor *doctor, enum doctor_check check, const char *path, const char *folder)
{
	struct statvfs disk;
	const char *note = path_exists(path) ? "" : " (not made yet)";
	if (statvfs(folder, &disk) != 0) {
		doctor_add(doctor, check, DOCTOR_UNKNOWN,
			"%.300s%s: the free space is not told: %s", path, note, strerror(errno));
		return;
	}
	int64_t free_bytes = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
	enum doctor_level level = free_bytes < DOCTOR_FREE_SHORT_BYTES ? DOCTOR_FAILED
				  : free_bytes < DOCTOR_FREE_LOW_BYTES ? DOCTOR_WARNING
								       : DOCTOR_GOOD;
	doctor_add(doctor, check, level, "%.300s%s, %" PRId64 " MiB free", path, note,
		free_bytes >> 20);
}

/* May the folder, or the first one above it that is there, be written? */
static void look_at_folder(struct doctor *doctor, enum doctor_check check, const char *path)
{
	struct stat about;
	char *folder = nearest_folder(path);
	if (stat(folder, &about) != 0)
		doctor_add(doctor, check, DOCTOR_UNKNOWN, "%.300s: %s", folder, strerror(errno));
	else if (!S_ISDIR(about.st_mode))
		doctor_add(doctor, check, DOCTOR_FAILED, "%.300s is not a folder", folder);
	else if (access(folder, W_OK | X_OK) != 0)
		doctor_add(doctor, check, DOCTOR_FAILED, "%.300s cannot be written: %s", folder,
			strerror(errno));
	else
		add_space(doctor, check, path, folder);
	free(folder);
}

static void look_at_state(struct doctor *doctor)
{
	struct error err;
	char *path;
	const char *name = doctor->pipeline == NULL ? "" : doctor->pipeline->name;
	if (!config_state_folder(doctor->config, name, &path, &err)) {
		doctor_add(doctor, DOCTOR_STATE, DOCTOR_FAILED, "%s", err.text);
		return;
	}
	look_at_folder(doctor, DOCTOR_STATE, path);
	free(path);
}

static void look_at_settings(struct doctor *doctor)
{
	struct error err;
	char *path;
	if (!path_config_home(&path, &err)) {
		doctor_add(doctor, DOCTOR_SETTINGS, DOCTOR_FAILED, "%s", err.text);
		return;
	}
	look_at_folder(doctor, DOCTOR_SETTINGS, path);
	free(path);
}

/* Invented games must be known as such, and never lie among real ones. */
static void look_at_games(struct doctor *doctor, struct warehouse *warehouse)
{
	struct raw_days days;
	enum raw_kind kind;
	struct error err;
	if (!warehouse_raw_days(warehouse, (struct date_range){0, -1}, &days, &err)) {
		doctor_add(doctor, DOCTOR_STORE, DOCTOR_UNKNOWN, "%s", err.text);
		return;
	}
	bool has_games = days.first_game != DATE_NONE;
	free(days.items);
	if (!has_games)
		return;
	if (!raw_kind_of_warehouse(warehouse, &kind, &err))
		doctor_add(doctor, DOCTOR_STORE, DOCTOR_UNKNOWN, "%s", err.text);
	else if (kind == RAW_KIND_SAMPLE)
		doctor_add(doctor, DOCTOR_STORE, DOCTOR_GOOD,
			"its games are the sample's: invented, real data belong into another");
	else if (kind == RAW_KIND_MIXED)
		doctor_add(doctor, DOCTOR_STORE, DOCTOR_FAILED,
			"the sample's invented games lie among real ones: what is computed from "
			"them is worth nothing; start a new warehouse");
}

/* A file that can be opened and lies where its journal can lie beside it. */
static void look_at_file(struct doctor *doctor, const char *spec)
{
	struct warehouse *warehouse;
	struct error err;
	const char *path = text_starts_with(spec, "sqlite:") ? spec + strlen("sqlite:") : spec;
	const char *slash = strrchr(path, '/');
	char *where = slash == NULL   ? memory_copy_text(".")
		      : slash == path ? memory_copy_text("/")
				      : memory_copy_span(path, (size_t)(slash - path));
	if (!warehouse_exists(spec)) {
		doctor_add(
			doctor, DOCTOR_STORE, DOCTOR_WARNING, "%.300s: nothing is there yet", spec);
		look_at_folder(doctor, DOCTOR_STORE, where);
	} else if (!warehouse_open(spec, WAREHOUSE_READ, &warehouse, &err)) {
		doctor_add(doctor, DOCTOR_STORE, DOCTOR_FAILED, "%s", err.text);
	} else {
		look_at_games(doctor, warehouse);
		warehouse_close(warehouse);
		if (access(path, W_OK) != 0)
			doctor_add(doctor, DOCTOR_STORE, DOCTOR_WARNING,
				"%.300s can be read only: %s", path, strerror(errno));
		look_at_folder(doctor, DOCTOR_STORE, where);
	}
	free(where);
}

static void look_at_counts(struct doctor *doctor, const char *spec)
{
	struct warehouse *warehouse;
	struct error err;
	if (!warehouse_open(spec, WAREHOUSE_READ, &warehouse, &err)) {
		doctor_add(doctor, DOCTOR_STORE, DOCTOR_FAILED, "%s", err.text);
		return;
	}
	doctor_add(doctor, DOCTOR_STORE, DOCTOR_GOOD, "%.300s: counts, read-only", spec);
	warehouse_close(warehouse);
}

static void look_at_warehouse(struct doctor *doctor)
{
	struct error err;
	char *spec;
	const char *name = doctor->pipeline == NULL ? "" : doctor->pipeline->name;
	if (!config_warehouse(doctor->config, name, &spec, &err)) {
		doctor_add(doctor, DOCTOR_STORE, DOCTOR_FAILED, "%s", err.text);
		return;
	}
	if (!warehouse_check_spec(spec, &err))
		doctor_add(doctor, DOCTOR_STORE, DOCTOR_FAILED, "%s", err.text);
	else if (probe_is_bigquery(spec))
		doctor_look_at_bigquery(doctor, spec);
	else if (text_starts_with(spec, "counts:"))
		look_at_counts(doctor, spec);
	else
		look_at_file(doctor, spec);
	free(spec);
}

void doctor_look_at_places(struct doctor *doctor)
{
	look_at_state(doctor);
	look_at_settings(doctor);
	look_at_warehouse(doctor);
}
