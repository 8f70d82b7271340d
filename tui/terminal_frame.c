#include "tui/terminal_frame.h"

#include "tui/terminal_output.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

void terminal_frame_open(struct terminal_frame *frame)
{
	*frame = (struct terminal_frame){.memory = -1};
	int screen = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (screen < 0)
		return;
	frame->screen = fdopen(screen, "w");
	if (frame->screen == NULL)
		close(screen);
	else
		frame->memory = memfd_create("frame", MFD_CLOEXEC);
}

void terminal_frame_close(struct terminal_frame *frame)
{
	if (frame->screen != NULL)
		fclose(frame->screen);
	if (frame->memory >= 0)
		close(frame->memory);
	buffer_release(&frame->bytes);
	*frame = (struct terminal_frame){.memory = -1};
}

void terminal_frame_begin(struct terminal_frame *frame)
{
	if (frame->memory >= 0)
		dup3(frame->memory, fileno(frame->screen), O_CLOEXEC);
}

static void read_memory(struct terminal_frame *frame)
{
	char bytes[4096];
	off_t at = 0;
	buffer_clear(&frame->bytes);
	for (ssize_t got; (got = pread(frame->memory, bytes, sizeof(bytes), at)) > 0; at += got)
		buffer_add(&frame->bytes, bytes, (size_t)got);
	/* Through either descriptor the next frame begins at the same place. */
	if (ftruncate(frame->memory, 0) == 0)
		lseek(frame->memory, 0, SEEK_SET);
}

void terminal_frame_end(struct terminal_frame *frame)
{
	if (frame->memory < 0)
		return;
	dup3(STDOUT_FILENO, fileno(frame->screen), O_CLOEXEC);
	read_memory(frame);
	terminal_output_add(buffer_text(&frame->bytes), frame->bytes.length);
}
