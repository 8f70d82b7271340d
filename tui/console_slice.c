/* The screen's thread comes to a core soon, although it has no right to more of it. */
#include "tui/console_parts.h"

#include <linux/sched.h>
#include <sched.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SLICE_NS 100000 /* the shortest that Linux takes */

/* As the kernel has it (sched_setattr(2)); the C library knows it only since 2.41. */
struct attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

/* Since Linux 6.12 a thread may ask for short slices, and then comes before those with longer ones
 * whenever it wakes up; before that the call changes nothing. Threads made later do not inherit it:
 * nice levels would go over to them, and to the jobs that they start, for good. */
void console_shorten_slice(void)
{
	struct attributes attributes = {.size = sizeof(attributes),
		.policy = SCHED_OTHER,
		.flags = SCHED_FLAG_RESET_ON_FORK,
		.nice = getpriority(PRIO_PROCESS, 0),
		.runtime = SLICE_NS};
	syscall(SYS_sched_setattr, 0, &attributes, 0);
}
