#include "jobs/process_tree.h"

#include "base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

struct seen {
	struct process_stat stat;
	bool belongs, is_spared;
};

/* All of /proc at one moment, by process number. */
struct snapshot {
	struct seen *items;
	size_t count, capacity;
};

static int by_number(const void *left, const void *right)
{
	const struct seen *a = left, *b = right;
	return (a->stat.pid > b->stat.pid) - (a->stat.pid < b->stat.pid);
}

static void take_snapshot(struct snapshot *snapshot)
{
	DIR *all = opendir("/proc");
	*snapshot = (struct snapshot){0};
	for (struct dirent *entry = all == NULL ? NULL : readdir(all); entry != NULL;
		entry = readdir(all)) {
		struct seen seen = {0};
		if (!process_read_stat((pid_t)strtol(entry->d_name, NULL, 10), &seen.stat))
			continue;
		ARRAY_GROW(snapshot->items, snapshot->count, snapshot->capacity);
		snapshot->items[snapshot->count++] = seen;
	}
	if (all != NULL)
		closedir(all);
	if (snapshot->count > 1)
		qsort(snapshot->items, snapshot->count, sizeof(*snapshot->items), by_number);
}

static struct seen *find(const struct snapshot *snapshot, pid_t pid)
{
	struct seen key = {.stat = {.pid = pid}};
	return snapshot->count == 0
		       ? NULL
		       : bsearch(&key, snapshot->items, snapshot->count, sizeof(key), by_number);
}

static struct seen *find_same(const struct snapshot *snapshot, struct process_identity identity)
{
	struct seen *seen = find(snapshot, identity.pid);
	return seen != NULL && seen->stat.start_ticks == identity.start_ticks ? seen : NULL;
}

static void mark_known(const struct process_tree *tree, struct snapshot *snapshot)
{
	for (size_t i = 0; i < tree->spared_count; i++) {
		struct seen *seen = find_same(snapshot, tree->spared[i]);
		if (seen != NULL)
			seen->is_spared = true;
	}
	for (size_t i = 0; i < tree->count; i++) {
		struct seen *seen = find_same(snapshot, tree->members[i].identity);
		if (seen != NULL)
			seen->belongs = true;
	}
}

/* A group keeps the number of its leader while anybody is in it, also when the leader has ended;
 * but only where that was a moment ago is it surely the same group. */
static bool is_led_by_member(
	const struct process_tree *tree, const struct snapshot *snapshot, pid_t leader)
{
	const struct seen *seen = find(snapshot, leader);
	if (seen != NULL)
		return seen->belongs;
	for (size_t i = 0; i < tree->count; i++)
		if (tree->members[i].identity.pid == leader && tree->members[i].lives)
			return true;
	return false;
}

static bool is_child_of_member(const struct snapshot *snapshot, const struct seen *seen)
{
	const struct seen *parent = find(snapshot, seen->stat.parent);
	return parent != NULL && parent->belongs &&
	       seen->stat.start_ticks >= parent->stat.start_ticks;
}

static bool is_one_of_us(const struct process_tree *tree, const struct snapshot *snapshot,
	const struct seen *seen, bool by_group)
{
	if (is_child_of_member(snapshot, seen))
		return true;
	return by_group && (is_led_by_member(tree, snapshot, seen->stat.group) ||
				   is_led_by_member(tree, snapshot, seen->stat.session));
}

static struct process_identity identity_of(const struct seen *seen)
{
	return (struct process_identity){seen->stat.pid, seen->stat.start_ticks};
}

static void add_member(struct process_tree *tree, struct process_identity identity)
{
	ARRAY_GROW(tree->members, tree->count, tree->capacity);
	tree->members[tree->count++] = (struct process_tree_member){.identity = identity};
}

static void spare(struct process_tree *tree, struct process_identity identity)
{
	ARRAY_GROW(tree->spared, tree->spared_count, tree->spared_capacity);
	tree->spared[tree->spared_count++] = identity;
}

/* From parents to children, until nobody new is found. */
static void add_members(struct process_tree *tree, struct snapshot *snapshot, bool by_group)
{
	bool is_new = true;
	while (is_new) {
		is_new = false;
		for (size_t i = 0; i < snapshot->count && tree->count < PROCESS_TREE_MAX; i++) {
			struct seen *seen = &snapshot->items[i];
			if (seen->belongs || seen->is_spared || seen->stat.pid == getpid() ||
				!is_one_of_us(tree, snapshot, seen, by_group))
				continue;
			seen->belongs = is_new = true;
			add_member(tree, identity_of(seen));
		}
	}
}

static size_t count_living(struct process_tree *tree)
{
	size_t count = 0;
	for (size_t i = 0; i < tree->count; i++) {
		tree->members[i].lives = process_is_alive(tree->members[i].identity);
		count += tree->members[i].lives;
	}
	return count;
}

/* Who is in the group now and no child: typed beside it at a shell. */
static void spare_neighbours(struct process_tree *tree, const struct snapshot *snapshot)
{
	pid_t leader = tree->members[0].identity.pid;
	for (size_t i = 0; i < snapshot->count; i++) {
		const struct seen *seen = &snapshot->items[i];
		bool is_beside = seen->stat.group == leader || seen->stat.session == leader;
		if (is_beside && !seen->belongs && !seen->is_spared)
			spare(tree, identity_of(seen));
	}
}

void process_tree_open(
	struct process_tree *tree, struct process_identity process, struct process_identity spared)
{
	struct snapshot snapshot;
	*tree = (struct process_tree){0};
	add_member(tree, process);
	if (spared.pid > 0 && spared.pid != process.pid)
		spare(tree, spared);
	take_snapshot(&snapshot);
	mark_known(tree, &snapshot);
	add_members(tree, &snapshot, false);
	spare_neighbours(tree, &snapshot);
	free(snapshot.items);
	count_living(tree);
}

void process_tree_release(struct process_tree *tree)
{
	free(tree->members);
	free(tree->spared);
	*tree = (struct process_tree){0};
}

size_t process_tree_look(struct process_tree *tree)
{
	struct snapshot snapshot;
	take_snapshot(&snapshot);
	mark_known(tree, &snapshot);
	add_members(tree, &snapshot, true);
	free(snapshot.items);
	return count_living(tree);
}

/* Who ends meanwhile needs no signal. */
static bool send_signal(struct process_identity identity, int signal, struct error *err)
{
	int descriptor = process_open(identity);
	if (descriptor < 0)
		return true;
	bool sent = syscall(SYS_pidfd_send_signal, descriptor, signal, NULL, 0) == 0;
	if (!sent && errno != ESRCH)
		error_set_system(err, errno, "cannot signal process %d", (int)identity.pid);
	else
		sent = true;
	if (sent && signal == SIGTERM)
		(void)syscall(SYS_pidfd_send_signal, descriptor, SIGCONT, NULL, 0);
	close(descriptor);
	return sent;
}

bool process_tree_signal(struct process_tree *tree, int signal, struct error *err)
{
	bool done = true;
	process_tree_look(tree);
	for (size_t i = 0; i < tree->count; i++) {
		struct process_tree_member *member = &tree->members[i];
		if (!member->lives || member->told == signal)
			continue;
		member->told = signal;
		done &= send_signal(member->identity, signal, done ? err : NULL);
	}
	return done;
}
