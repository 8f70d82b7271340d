/*
 * small_disk: a small tmpfs over a folder, seen by this test program and what it starts alone (a
 * mount namespace, and a user namespace where we are not root).
 */
#ifndef BACKCOURT_TESTS_SMALL_DISK_H
#define BACKCOURT_TESTS_SMALL_DISK_H

/* In main, before anything else; the tests are skipped where the kernel allows neither. */
void small_disk_enter(void);
/* `options`: "size=256k". */
void small_disk_mount(const char *folder, const char *options);
void small_disk_unmount(const char *folder);
/* Eats whatever room is left there, with a file of that name. */
void small_disk_fill(const char *folder, const char *name);

#endif
