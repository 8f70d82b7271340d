/* What the terminal is told besides the screen: its title, a bell, a note, the clipboard. */
#include "tui/terminal_parts.h"

#include "base/memory.h"
#include "tui/terminal_output.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define COPY_BYTES_MAX 65536

void terminal_write(const char *text)
{
	terminal_output_add(text, strlen(text));
}

bool terminal_is_title_capable(const char *name)
{
	static const char *const starts[] = {"xterm", "rxvt", "tmux", "screen", "alacritty", "foot",
		"kitty", "konsole", "gnome", "vte", "st-"};
	for (size_t i = 0; i < ARRAY_COUNT(starts); i++)
		if (text_starts_with(name, starts[i]))
			return true;
	return false;
}

void terminal_set_title(struct terminal *terminal, const char *title)
{
	if (!terminal_has_title(terminal))
		return;
	struct buffer text = {0};
	buffer_add_text(&text, "\033]2;");
	for (const char *c = title; *c != '\0'; c++)
		if ((unsigned char)*c >= ' ' && *c != 127)
			buffer_add_char(&text, *c);
	buffer_add_char(&text, '\a');
	terminal_write(buffer_text(&text));
	buffer_release(&text);
}

void terminal_bell(struct terminal *terminal)
{
	(void)terminal;
	terminal_write("\a");
}

void terminal_make_notification(const char *form, const char *text, struct buffer *into)
{
	buffer_add_text(into, strcmp(form, "osc9") == 0 ? "\033]9;" : "\033]777;notify;backcourt;");
	size_t start = into->length;
	buffer_add_text(into, text);
	/* A text must not end the sequence, nor begin another. */
	for (char *at = into->bytes + start; *at != '\0'; at++)
		*at = *at == '\n' || *at == '\t' ? ' ' : *at;
	text_make_printable(into->bytes + start);
	buffer_add_char(into, '\a');
}

static void make_passthrough(const char *sequence, struct buffer *into)
{
	buffer_add_text(into, "\033Ptmux;");
	for (; *sequence != '\0'; sequence++) {
		if (*sequence == '\033')
			buffer_add_char(into, '\033');
		buffer_add_char(into, *sequence);
	}
	buffer_add_text(into, "\033\\");
}

/* tmux itself knows no notifications, and would drop them. */
void terminal_notify(struct terminal *terminal, const char *form, const char *text)
{
	struct buffer sequence = {0}, wrapped = {0};
	const char *tmux = getenv("TMUX");
	if (!terminal_has_title(terminal) || strcmp(form, "off") == 0)
		return;
	terminal_make_notification(form, text, &sequence);
	if (tmux != NULL && tmux[0] != '\0')
		make_passthrough(buffer_text(&sequence), &wrapped);
	terminal_write(buffer_text(wrapped.length > 0 ? &wrapped : &sequence));
	buffer_release(&sequence);
	buffer_release(&wrapped);
}

void terminal_copy(struct terminal *terminal, const char *text)
{
	size_t length = strlen(text);
	if (!terminal_has_title(terminal) || length > COPY_BYTES_MAX)
		return;
	struct buffer sequence = {0};
	char *encoded = memory_new((length + 2) / 3 * 4 + 1);
	EVP_EncodeBlock((unsigned char *)encoded, (const unsigned char *)text, (int)length);
	buffer_add_format(&sequence, "\033]52;c;%s\a", encoded);
	terminal_write(buffer_text(&sequence));
	buffer_release(&sequence);
	free(encoded);
}
