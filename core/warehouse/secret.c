#include "credential_parts.h"

#include "base/memory.h"

#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

void secret_free(char *text)
{
	if (text != NULL)
		OPENSSL_cleanse(text, strlen(text));
	free(text);
}

char *secret_format(const char *format, ...)
{
	va_list arguments, again;
	va_start(arguments, format);
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		memory_exhausted();
	char *text = memory_new((size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}

void secret_mask(char *text, const char *secret)
{
	size_t length = secret == NULL ? 0 : strlen(secret);
	for (char *at = text; length > 0 && (at = strstr(at, secret)) != NULL; at += length)
		memset(at, '*', length);
}

static void wipe_tree(json_t *tree)
{
	size_t index;
	const char *key;
	json_t *value;
	if (json_is_string(tree))
		OPENSSL_cleanse((char *)json_string_value(tree), json_string_length(tree));
	else if (json_is_object(tree))
		json_object_foreach(tree, key, value) wipe_tree(value);
	else if (json_is_array(tree))
		json_array_foreach(tree, index, value) wipe_tree(value);
}

void secret_json_free(json_t *tree)
{
	wipe_tree(tree);
	json_decref(tree);
}

void credential_guard_process(void)
{
	/* The leak checker of the address sanitizer needs the right that this takes away. */
#ifndef __SANITIZE_ADDRESS__
	prctl(PR_SET_DUMPABLE, 0);
#endif
}
