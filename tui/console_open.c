#include "tui/console_parts.h"

#include "base/clock.h"
#include "warehouse/detail.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Before any thread exists, so that all inherit the mask. */
static bool open_signals(struct console *console, struct error *err)
{
	static const int numbers[] = {SIGWINCH, SIGTERM, SIGINT, SIGHUP, SIGTSTP, SIGCONT, SIGQUIT};
	sigset_t set;
	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_COUNT(numbers); i++)
		sigaddset(&set, numbers[i]);
	signal(SIGPIPE, SIG_IGN);
	if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
		return error_set_system(err, errno, "blocking signals");
	console->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (console->signals < 0)
		return error_set_system(err, errno, "opening a descriptor for signals");
	return true;
}

static bool open_engine(struct console *console, struct error *err)
{
	const struct session *session = &console->session;
	struct engine_options options = session_engine_options(session);
	options.follow_outside = true;
	options.offers_rest = true;
	options.native_niceness = CONSOLE_NATIVE_NICENESS;
	struct model *model = model_new(session->pipeline, session->range);
	console->model = model;
	model_set_pieces(model, true);
	text_copy(model->warehouse_name, sizeof(model->warehouse_name), session->warehouse);
	model->is_emulated = warehouse_is_emulated(session->warehouse);
	text_copy(model->holder, sizeof(model->holder), session->holder);
	model->read_only = session->read_only;
	model->settings = console->settings;
	model->setting_count = settings_count(console->settings);
	model->workers = options.workers;
	model->auto_launch = options.auto_launch;
	return event_queue_new(&console->queue, err) &&
	       engine_new(&options, console->queue, &console->engine, err);
}

void console_show_glyphs(struct console *console)
{
	bool ascii = console->config->ascii || terminal_wants_ascii(console->terminal);
	canvas_set_glyphs(console->canvas, &console->theme, ascii);
}

void console_choose_theme(struct console *console, const char *name)
{
	struct theme theme;
	struct error err;
	if (!theme_load(name, console->theme_folder, &theme, &err)) {
		console_say(console, SEVERITY_ERROR, "%s", err.text);
		return;
	}
	console->theme = theme;
	console_show_glyphs(console);
	terminal_set_theme(console->terminal, &console->theme);
}

/* A file with a mistake changes nothing, and is told. */
static void load_keys(struct console *console)
{
	bool is_named = console->config->keys != NULL;
	char *path = NULL;
	struct error err;
	if (config_keys_path(console->config, &path, NULL) &&
		!keymap_load(console->keymap, path, is_named, &err))
		console_say(console, SEVERITY_ERROR, "%s", err.text);
	free(path);
}

static const char *default_theme(const struct console *console)
{
	int colours = terminal_colours(console->terminal);
	if (colours == 0)
		return "mono";
	if (console->config->theme != NULL)
		return console->config->theme;
	return colours < 256 ? "terminal" : THEME_DEFAULT;
}

static void open_screen(struct console *console)
{
	char title[PIPELINE_NAME_BYTES + 16] = "backcourt ";
	console->keymap = keymap_new();
	load_keys(console);
	console->spots = memory_new(sizeof(*console->spots));
	console->canvas =
		canvas_new(terminal_width(console->terminal), terminal_height(console->terminal));
	console_take_size(console);
	text_copy(title + strlen(title), sizeof(title) - strlen(title),
		console->session.pipeline->name);
	terminal_set_title(console->terminal, title);
	console_choose_theme(console, THEME_DEFAULT); /* stays when the wished one is broken */
	console_choose_theme(console, default_theme(console));
}

bool console_open(struct console *console, const struct config *config, struct error *err)
{
	struct settings *settings = settings_new(config);
	*console = (struct console){.config = settings_config(settings),
		.settings = settings,
		.signals = -1,
		.started_ms = clock_wall_ms(),
		.scanned_ms = clock_monotonic_ms()};
	if (!session_open(config, true, false, &console->session, err))
		return false;
	detail_listen_by_default(NULL); /* from here on the screen tells */
	console->range_settled = console->session.range_is_given;
	console->theme_folder = theme_user_folder();
	if (!open_signals(console, err) || !open_engine(console, err) ||
		!terminal_open(&console->terminal, config->color, err))
		return false;
	open_screen(console);
	console_resolve_settings(console);
	console_apply_switches(console);
	console_shorten_slice();
	if (console->model->read_only)
		console_say(console, SEVERITY_WARNING, "read-only%s%s",
			console->model->holder[0] != '\0' ? ": this state folder belongs to " : "",
			console->model->holder);
	engine_refresh(console->engine, console->session.range, false);
	return true;
}

void console_close(struct console *console, const char *words)
{
	terminal_close(console->terminal, words);
	engine_free(console->engine);
	event_queue_free(console->queue);
	canvas_free(console->canvas);
	keymap_free(console->keymap);
	free(console->spots);
	model_free(console->model);
	session_close(&console->session);
	settings_free(console->settings);
	free(console->theme_folder);
	free(console->log_path);
	if (console->signals >= 0)
		close(console->signals);
}
