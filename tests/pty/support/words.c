#include "tests/pty/support/words.h"

#define ESCAPE '\033'
#define BELL   '\a'

static void end_string(struct words *words)
{
	const char *text = buffer_text(&words->string);
	if (!text_starts_with(text, "]2;") && !text_starts_with(text, "]0;"))
		buffer_add_format(&words->notes, "%s\n", text + (text[0] == ']'));
	words->state = WORDS_PLAIN;
}

static void read_plain(struct words *words, unsigned char c)
{
	bool continues = (c & 0xC0) == 0x80;
	words->broken += continues != (words->continuing > 0);
	words->continuing = continues	? words->continuing - (words->continuing > 0)
			    : c >= 0xF0 ? 3
			    : c >= 0xE0 ? 2
			    : c >= 0xC0 ? 1
					: 0;
	words->bells += c == BELL;
	if (c == ESCAPE)
		words->state = WORDS_ESCAPE;
}

static void read_escape(struct words *words, unsigned char c)
{
	words->state = c == '['			? WORDS_CONTROL
		       : c == ']' || c == 'P'	? WORDS_STRING
		       : c >= 0x20 && c <= 0x2F ? WORDS_CHARSET
						: WORDS_PLAIN;
	words->broken += c < 0x20 || c >= 0x7F;
	words->is_ending = false;
	buffer_clear(&words->string);
	if (words->state == WORDS_STRING)
		buffer_add_char(&words->string, (char)c);
}

/* Within tmux's DCS an escape is written twice, and a bell is one of the text. */
static void read_string(struct words *words, unsigned char c)
{
	bool is_device = words->string.bytes[0] == 'P';
	bool was_escape = words->is_ending;
	words->is_ending = c == ESCAPE && !was_escape;
	if (words->is_ending)
		return;
	if ((c == BELL && !is_device && !was_escape) || (was_escape && c == '\\'))
		end_string(words);
	else {
		words->broken += was_escape && c != ESCAPE;
		buffer_add_char(&words->string, (char)c);
	}
}

void words_read(struct words *words, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)bytes[i];
		switch (words->state) {
		case WORDS_PLAIN:
			read_plain(words, c);
			break;
		case WORDS_ESCAPE:
			read_escape(words, c);
			break;
		case WORDS_CHARSET:
		case WORDS_CONTROL:
			words->broken += c < 0x20 || c >= 0x7F;
			if (c >= (words->state == WORDS_CONTROL ? 0x40 : 0x30))
				words->state = WORDS_PLAIN;
			break;
		case WORDS_STRING:
			read_string(words, c);
			break;
		}
	}
}

void words_release(struct words *words)
{
	buffer_release(&words->notes);
	buffer_release(&words->string);
}
