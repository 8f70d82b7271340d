/*
 * logout: whether the jobs of this login session end when the user logs out.
 *
 * They do where logind is told so (KillUserProcesses=yes, logind.conf(5)) and this process lies in
 * a session's scope: detaching does not help against a control group. The answer comes from logind
 * itself (busctl), because the default differs between distributions. Blocks up to LOGOUT_MS.
 */
#ifndef BACKCOURT_JOBS_LOGOUT_H
#define BACKCOURT_JOBS_LOGOUT_H

#include <stdbool.h>

#define LOGOUT_MS 3000

enum logout_effect {
	LOGOUT_KEEPS_JOBS,
	LOGOUT_ENDS_JOBS,
	LOGOUT_UNKNOWN, /* logind is there and did not answer */
};

/*
 * `properties`: what busctl prints for KillUserProcesses, KillOnlyUsers and KillExcludeUsers
 * ("b true", "as 0", "as 1 \"root\""); `cgroup`: the text of /proc/self/cgroup. Pure.
 */
enum logout_effect logout_judge(const char *properties, const char *cgroup, const char *user);
enum logout_effect logout_look(void);

#endif
