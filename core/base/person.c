#include "base/person.h"

#include "base/memory.h"
#include "base/text.h"

#include <pwd.h>
#include <unistd.h>

#define PASSWD_BYTES 4096

void person_find(char *into, size_t room)
{
	char bytes[PASSWD_BYTES], host[64] = "";
	struct passwd entry, *found = NULL;
	struct buffer text = {0};
	gethostname(host, sizeof(host) - 1);
	if (getpwuid_r(getuid(), &entry, bytes, sizeof(bytes), &found) == 0 && found != NULL)
		buffer_add_text(&text, found->pw_name);
	else
		buffer_add_format(&text, "user %u", (unsigned)getuid());
	buffer_add_format(&text, "@%s", host[0] != '\0' ? host : "unknown host");
	text_copy(into, room, buffer_text(&text));
	buffer_release(&text);
}
