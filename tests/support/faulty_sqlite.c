#include "tests/support/faulty_sqlite.h"

#include "tests/test.h"

#include <sqlite3.h>

static struct faulty_plan plan;
static int64_t calls;

static bool fails(enum faulty_kind kind)
{
	if (plan.kind != kind)
		return false;
	calls++;
	return plan.nth > 0 && (plan.lasting ? calls >= plan.nth : calls == plan.nth);
}

/* Memory */

static sqlite3_mem_methods real_memory;

static void *faulty_malloc(int bytes)
{
	return fails(FAULTY_MEMORY) ? NULL : real_memory.xMalloc(bytes);
}

static void *faulty_realloc(void *block, int bytes)
{
	return fails(FAULTY_MEMORY) ? NULL : real_memory.xRealloc(block, bytes);
}

static void install_memory(void)
{
	assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory), SQLITE_OK);
	sqlite3_mem_methods faulty = real_memory;
	faulty.xMalloc = faulty_malloc;
	faulty.xRealloc = faulty_realloc;
	assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &faulty), SQLITE_OK);
	assert_int_equal(sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0), SQLITE_OK);
}

/* Files: each is followed in memory by the file of the real VFS. */

struct faulty_file {
	sqlite3_file shared;
};

static sqlite3_vfs *real_vfs;

static sqlite3_file *real(sqlite3_file *file)
{
	return (sqlite3_file *)((struct faulty_file *)file + 1);
}

static const sqlite3_io_methods *methods(sqlite3_file *file)
{
	return real(file)->pMethods;
}

static int faulty_close(sqlite3_file *file)
{
	return methods(file)->xClose(real(file));
}

static int faulty_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset)
{
	return fails(FAULTY_READ) ? SQLITE_IOERR_READ
				  : methods(file)->xRead(real(file), bytes, count, offset);
}

static int faulty_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset)
{
	return fails(FAULTY_WRITE) ? SQLITE_FULL
				   : methods(file)->xWrite(real(file), bytes, count, offset);
}

static int faulty_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	return fails(FAULTY_WRITE) ? SQLITE_IOERR_TRUNCATE
				   : methods(file)->xTruncate(real(file), size);
}

/* The machine itself does not fail in these tests: to wait for the disk would only make them slow.
 */
static int faulty_sync(sqlite3_file *file, int flags)
{
	(void)file;
	(void)flags;
	return fails(FAULTY_WRITE) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int faulty_file_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return methods(file)->xFileSize(real(file), size);
}

static int faulty_lock(sqlite3_file *file, int level)
{
	return methods(file)->xLock(real(file), level);
}

static int faulty_unlock(sqlite3_file *file, int level)
{
	return methods(file)->xUnlock(real(file), level);
}

static int faulty_check_lock(sqlite3_file *file, int *held)
{
	return methods(file)->xCheckReservedLock(real(file), held);
}

static int faulty_control(sqlite3_file *file, int what, void *argument)
{
	return methods(file)->xFileControl(real(file), what, argument);
}

static int faulty_sector_size(sqlite3_file *file)
{
	return methods(file)->xSectorSize(real(file));
}

static int faulty_characteristics(sqlite3_file *file)
{
	return methods(file)->xDeviceCharacteristics(real(file));
}

static int faulty_map(sqlite3_file *file, int page, int bytes, int extend, void volatile **memory)
{
	return fails(FAULTY_WRITE)
		       ? SQLITE_IOERR_SHMMAP
		       : methods(file)->xShmMap(real(file), page, bytes, extend, memory);
}

static int faulty_map_lock(sqlite3_file *file, int offset, int count, int flags)
{
	return methods(file)->xShmLock(real(file), offset, count, flags);
}

static void faulty_map_barrier(sqlite3_file *file)
{
	methods(file)->xShmBarrier(real(file));
}

static int faulty_unmap(sqlite3_file *file, int remove)
{
	return methods(file)->xShmUnmap(real(file), remove);
}

static const sqlite3_io_methods faulty_methods = {
	.iVersion = 2,
	.xClose = faulty_close,
	.xRead = faulty_read,
	.xWrite = faulty_write,
	.xTruncate = faulty_truncate,
	.xSync = faulty_sync,
	.xFileSize = faulty_file_size,
	.xLock = faulty_lock,
	.xUnlock = faulty_unlock,
	.xCheckReservedLock = faulty_check_lock,
	.xFileControl = faulty_control,
	.xSectorSize = faulty_sector_size,
	.xDeviceCharacteristics = faulty_characteristics,
	.xShmMap = faulty_map,
	.xShmLock = faulty_map_lock,
	.xShmBarrier = faulty_map_barrier,
	.xShmUnmap = faulty_unmap,
};

static int faulty_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *got)
{
	(void)vfs;
	file->pMethods = NULL;
	if (fails(FAULTY_WRITE))
		return SQLITE_CANTOPEN;
	int status = real_vfs->xOpen(real_vfs, path, real(file), flags, got);
	if (status == SQLITE_OK)
		file->pMethods = &faulty_methods;
	return status;
}

static int faulty_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
	(void)vfs;
	return fails(FAULTY_WRITE) ? SQLITE_IOERR_DELETE
				   : real_vfs->xDelete(real_vfs, path, sync_folder);
}

void faulty_sqlite_install(void)
{
	static sqlite3_vfs faulty;
	install_memory();
	real_vfs = sqlite3_vfs_find(NULL);
	assert_non_null(real_vfs);
	faulty = *real_vfs;
	faulty.zName = "faulty";
	faulty.szOsFile = real_vfs->szOsFile + (int)sizeof(struct faulty_file);
	faulty.xOpen = faulty_open;
	faulty.xDelete = faulty_delete;
	assert_int_equal(sqlite3_vfs_register(&faulty, 1), SQLITE_OK);
}

void faulty_sqlite_arm(struct faulty_plan wanted)
{
	calls = 0;
	plan = wanted;
}

int64_t faulty_sqlite_disarm(void)
{
	plan = (struct faulty_plan){FAULTY_NOTHING};
	return calls;
}
