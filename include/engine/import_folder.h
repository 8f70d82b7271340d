/*
 * import_folder: raw CSV files, or the sample season, into a warehouse that is made where there is
 * none. The verbs import and sample and the engine use it. Blocks: not on the UI thread.
 */
#ifndef BACKCOURT_IMPORT_FOLDER_H
#define BACKCOURT_IMPORT_FOLDER_H

#include "raw/import.h"
#include "raw/sample.h"

/* Opens or makes the warehouse with all its tables, and loads the folder into it. */
bool import_folder(const char *warehouse, const char *folder, const struct import_options *options,
	struct import_report *report, struct error *err);

/* Writes a sample season into `folder` (made, and removed afterwards) and loads it. */
bool import_sample(const char *warehouse, const char *folder, const struct sample_options *sample,
	const struct import_options *options, struct import_report *report, struct error *err);

#endif
