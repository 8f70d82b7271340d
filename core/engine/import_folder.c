#include "engine/import_folder.h"

#include "native/processor.h"

bool import_folder(const char *warehouse, const char *folder, const struct import_options *options,
	struct import_report *report, struct error *err)
{
	struct warehouse *opened;
	if (!warehouse_open(warehouse, WAREHOUSE_CREATE, &opened, err))
		return false;
	/* The import makes the raw tables itself, and tells which of them were missing. */
	bool done = raw_import_folder(opened, folder, options, report, err) &&
		    processors_prepare(opened, err);
	warehouse_close(opened);
	return done;
}

bool import_sample(const char *warehouse, const char *folder, const struct sample_options *sample,
	const struct import_options *options, struct import_report *report, struct error *err)
{
	bool done = sample_write(folder, sample, options->listener, options->cancel, err) &&
		    import_folder(warehouse, folder, options, report, err);
	sample_remove(folder);
	return done;
}
