#include "tests/processes/support/small_disk.h"

#include "base/path.h"
#include "tests/test.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

#define BLOCK_BYTES 4096

static bool can_mount;

void small_disk_enter(void)
{
	int flags = geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER;
	can_mount = unshare(flags) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

void small_disk_mount(const char *folder, const char *options)
{
	if (!can_mount) {
		print_message("# skipped: no mount namespace to be had\n");
		skip();
	}
	assert_int_equal(mount("none", folder, "tmpfs", 0, options), 0);
}

void small_disk_unmount(const char *folder)
{
	assert_int_equal(umount2(folder, MNT_DETACH), 0);
}

void small_disk_fill(const char *folder, const char *name)
{
	static const char zeros[BLOCK_BYTES];
	char *path = path_join(folder, name);
	int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	assert_true(file >= 0);
	while (write(file, zeros, sizeof(zeros)) > 0)
		;
	assert_int_equal(errno, ENOSPC);
	close(file);
	free(path);
}
