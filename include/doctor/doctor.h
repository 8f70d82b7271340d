/*
 * doctor: looks at everything that backcourt needs here, and says of each thing whether it is there
 * and what to do when it is not.
 *
 * One list of checks: what a check looks at and the sentence that tells what to do stand in
 * DOCTOR_CHECK_LIST, and `backcourt doctor`, its JSON and the tests come from it. A check gives one
 * result or several (one per folder, job, table). Something that could not be asked is
 * DOCTOR_UNKNOWN, never good. No result holds a secret. Blocks: the network is asked where the
 * warehouse is BigQuery (warehouse/probe.h). Not for the UI thread.
 */
#ifndef BACKCOURT_DOCTOR_H
#define BACKCOURT_DOCTOR_H

#include "config.h"
#include "warehouse/probe.h"

/* X(id, name, what it checks, what to do) */
#define DOCTOR_CHECK_LIST(X)                                                                      \
	X(TERMINAL, "terminal", "the console can draw on this terminal",                          \
		"Set TERM to the terminal's own name (TERM=xterm-256color fits most), install "   \
		"ncurses-term for rare ones, and make the window at least 60x15; the verbs and "  \
		"--plain work anywhere.")                                                         \
	X(LOCALE, "locale", "characters beyond ASCII can be shown",                               \
		"Set LANG or LC_ALL to a UTF-8 locale that `locale -a` lists, such as C.UTF-8; "  \
		"until then the screen is drawn in ASCII.")                                       \
	X(COLOURS, "colours", "the terminal has the 256 colours of the themes",                   \
		"Use TERM=xterm-256color where the terminal has them, else --theme terminal "     \
		"(16 colours) or mono.")                                                          \
	X(STATE, "state", "runs, logs and the ledger can be written",                             \
		"Make the folder writable and free some space, or choose another with --state.")  \
	X(STORE, "warehouse", "the warehouse is there and can be written",                        \
		"`backcourt sample` or `backcourt import DIR` makes one; --warehouse chooses "    \
		"another place.")                                                                 \
	X(SETTINGS, "config", "settings and themes can be kept",                                  \
		"Make the folder writable; XDG_CONFIG_HOME chooses another.")                     \
	X(LOGOUT, "logout", "jobs live on when you log out",                                      \
		"Start the console with \"systemd-run --user --scope backcourt\" after "          \
		"\"loginctl enable-linger\", or set KillUserProcesses=no in logind.conf.")        \
	X(SUPERVISOR, "supervisor", "the program that keeps jobs alive is found",                 \
		"Install backcourt-supervise beside backcourt, or name it in "                    \
		"BACKCOURT_SUPERVISE.")                                                           \
	X(PIPELINE, "pipeline", "the pipeline loads without an error",                            \
		"Correct what the message names; `backcourt pipeline --check FILE` reads it "     \
		"again.")                                                                         \
	X(JOB, "job", "a command job's folder, program and script are found",                     \
		"Correct the job's cwd or argv in the pipeline, or install what is missing.")     \
	X(ALERTS, "alerts", "the files of the alerts' ways out can be used",                      \
		"Correct what the message names; `chmod 600` on such a file.")                    \
	X(EMULATOR, "emulator", "this is the real BigQuery",                                      \
		"Unset BIGQUERY_EMULATOR_HOST to reach the real BigQuery.")                       \
	X(ENDPOINT, "endpoint", "where BigQuery is reached",                                      \
		"Correct the endpoint in --warehouse or the variable that is named.")             \
	X(PROJECT, "project", "which project, and what named it",                                 \
		"Name it in --warehouse bigquery:PROJECT, or set GOOGLE_CLOUD_PROJECT.")          \
	X(IDENTITY, "identity", "who we are towards Google",                                      \
		"Run `gcloud auth application-default login`, or name a key file in "             \
		"GOOGLE_APPLICATION_CREDENTIALS.")                                                \
	X(KEY_FILE, "key file", "only you can read the credential",                               \
		"Run `chmod 600` on the file, and make a new key if others may have copied it.")  \
	X(TOKEN, "token", "Google gives us a token, with which scope and for how long",           \
		"Log in again (`gcloud auth application-default login`) or make a new key; for "  \
		"a key also check the clock of this machine.")                                    \
	X(CLOCK, "clock", "this machine's clock agrees with Google's",                            \
		"Set the clock (`timedatectl set-ntp true`): signed logins fail when it is "      \
		"minutes off.")                                                                   \
	X(PROXY, "proxy", "which proxy is in the way",                                            \
		"Correct https_proxy, or name Google's hosts in no_proxy.")                       \
	X(CERTIFICATES, "certificates", "the certificates of authorities can be read",            \
		"Install ca-certificates, or name your own file: "                                \
		"--warehouse 'bigquery:PROJECT?ca_file=/path'.")                                  \
	X(DRY_RUN, "dry run", "BigQuery takes a query of ours (a dry run, free)",                 \
		"The message names what is missing: a permission (roles/bigquery.user), the "     \
		"BigQuery API of the project, its billing, or the network.")                      \
	X(TABLE, "table", "a table of the pipeline is found",                                     \
		"`backcourt run` makes missing tables where it may; else check the project, the " \
		"dataset's location and roles/bigquery.dataEditor.")

enum doctor_check {
#define X(id, name, what, advice) DOCTOR_##id,
	DOCTOR_CHECK_LIST(X)
#undef X
		DOCTOR_CHECK_COUNT
};

enum doctor_level { DOCTOR_GOOD, DOCTOR_WARNING, DOCTOR_UNKNOWN, DOCTOR_FAILED, DOCTOR_LEVELS };

struct doctor_result {
	enum doctor_check check;
	enum doctor_level level;
	char text[ERROR_TEXT_BYTES]; /* what was found, one line */
};

struct doctor_report {
	struct doctor_result *items; /* in the order of the list */
	size_t count;
	size_t capacity;
};

const char *doctor_name(enum doctor_check check);
const char *doctor_what(enum doctor_check check);
const char *doctor_advice(enum doctor_check check);
const char *doctor_level_word(enum doctor_level level); /* "good" "warning" "unknown" "failed" */

/* Everything. `policy` and `test_origin`: as in struct probe_request; NULL outside of tests. */
void doctor_look(const struct config *config, const struct retry *policy, const char *test_origin,
	struct doctor_report *report);
void doctor_report_release(struct doctor_report *report);

/* The worst level, and the exit status: 0 nothing worse than a warning, 1 something could not be
 * asked, 3 something of this machine or its settings failed, 4 the warehouse or the network did. */
enum doctor_level doctor_worst(const struct doctor_report *report);
int doctor_exit_status(const struct doctor_report *report);

#endif
