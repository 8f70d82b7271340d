#include "tui/console_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/path.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define RANGE_FILE	 "range"
#define RANGE_FILE_BYTES 64

static bool open_folders(struct console *console, struct error *err)
{
	const struct config *config = console->config;
	if (!pipeline_load(config->pipeline, &console->pipeline, err))
		return false;
	if (!config_state_folder(config, console->pipeline->name, &console->state_folder, err) ||
		!config_warehouse(config, console->pipeline->name, &console->warehouse, err))
		return false;
	char *home;
	if (path_config_home(&home, NULL)) {
		console->theme_folder = path_join(home, "themes");
		free(home);
	}
	return path_make_folder(console->state_folder, err);
}

static struct date_range last_range(const struct console *console, bool *known)
{
	struct buffer text = {0};
	struct date_range range = console->pipeline->range;
	char *path = path_join(console->state_folder, RANGE_FILE);
	*known = path_read_file(path, RANGE_FILE_BYTES, &text, NULL);
	if (*known) {
		text.bytes[strcspn(text.bytes, "\n")] = '\0';
		*known = date_range_parse(text.bytes, &range, NULL);
	}
	buffer_release(&text);
	free(path);
	return range;
}

void console_remember_range(const struct console *console)
{
	char text[DATE_RANGE_TEXT_BYTES + 1];
	if (console->model->read_only || !console->model->has_warehouse)
		return;
	char *path = path_join(console->state_folder, RANGE_FILE);
	date_range_format(console->model->range, text);
	size_t length = strlen(text);
	text[length++] = '\n';
	path_write_file(path, text, length, NULL);
	free(path);
}

static bool choose_range(struct console *console, struct date_range *range, struct error *err)
{
	if (console->config->range == NULL) {
		*range = last_range(console, &console->range_settled);
		return true;
	}
	console->range_settled = true;
	return date_range_parse(console->config->range, range, err);
}

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
	const struct config *config = console->config;
	char holder[LOCK_HOLDER_BYTES] = "";
	struct error busy = {0};
	bool read_only = config->read_only;
	if (!read_only && !lock_take(console->state_folder, &console->lock, holder, &busy)) {
		if (busy.kind != ERROR_BUSY) {
			*err = busy;
			return false;
		}
		read_only = true;
	}
	struct engine_options options = {.pipeline = console->pipeline,
		.warehouse = console->warehouse,
		.state_folder = console->state_folder,
		.rules = rules_find(config->rules),
		.workers = config->workers > 0 ? config->workers : console->pipeline->workers,
		.pace_ms = config->pace,
		.auto_launch = config->auto_launch < 0 ? console->pipeline->auto_launch
						       : config->auto_launch != 0,
		.read_only = read_only};
	if (!event_queue_new(&console->queue, err))
		return false;
	text_copy(console->model->warehouse_name, sizeof(console->model->warehouse_name),
		console->warehouse);
	text_copy(console->model->holder, sizeof(console->model->holder), holder);
	console->model->read_only = read_only;
	console->model->workers = options.workers;
	console->model->auto_launch = options.auto_launch;
	return engine_new(&options, console->queue, &console->engine, err);
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
	bool ascii = console->config->ascii || terminal_wants_ascii(console->terminal);
	canvas_set_glyphs(console->canvas, &console->theme, ascii);
	terminal_set_theme(console->terminal, &console->theme);
}

static const char *default_theme(const struct console *console)
{
	int colours = terminal_colours(console->terminal);
	if (colours == 0)
		return "mono";
	if (console->config->theme != NULL)
		return console->config->theme;
	return colours < 256 ? "terminal" : "dark";
}

static void open_screen(struct console *console)
{
	int width = terminal_width(console->terminal), height = terminal_height(console->terminal);
	char title[PIPELINE_NAME_BYTES + 16] = "backcourt ";
	console->keymap = keymap_new();
	console->canvas = canvas_new(width, height);
	console_apply(console, &(struct event){.kind = EVENT_SIZE,
				       .at_ms = clock_wall_ms(),
				       .size = {.width = width, .height = height}});
	text_copy(title + strlen(title), sizeof(title) - strlen(title), console->pipeline->name);
	terminal_set_title(console->terminal, title);
	console_choose_theme(console, "dark"); /* stays when the wished one is broken */
	console_choose_theme(console, default_theme(console));
}

bool console_open(struct console *console, const struct config *config, struct error *err)
{
	struct date_range range;
	*console = (struct console){.config = config, .signals = -1, .started_ms = clock_wall_ms()};
	if (!open_folders(console, err) || !choose_range(console, &range, err) ||
		!open_signals(console, err))
		return false;
	console->model = model_new(console->pipeline, range);
	if (!open_engine(console, err))
		return false;
	if (!terminal_open(&console->terminal, config->color, err))
		return false;
	open_screen(console);
	if (console->model->read_only)
		console_say(console, SEVERITY_WARNING, "read-only%s%s",
			console->model->holder[0] != '\0' ? ": this state folder belongs to " : "",
			console->model->holder);
	engine_refresh(console->engine, range, false);
	return true;
}

void console_close(struct console *console)
{
	terminal_close(console->terminal);
	engine_free(console->engine);
	event_queue_free(console->queue);
	lock_free(console->lock);
	canvas_free(console->canvas);
	keymap_free(console->keymap);
	model_free(console->model);
	pipeline_free(console->pipeline);
	free(console->state_folder);
	free(console->warehouse);
	free(console->theme_folder);
	if (console->signals >= 0)
		close(console->signals);
}
