#include "base/digest.h"

#include "base/memory.h"

#include <math.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct digest {
	EVP_MD_CTX *context;
};

/* Looking the algorithm up takes longer than digesting a row: once per process. */
static const EVP_MD *algorithm;

static void find_algorithm(void)
{
	algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (algorithm == NULL)
		memory_exhausted();
}

static const EVP_MD *sha256(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, find_algorithm);
	return algorithm;
}

struct digest *digest_begin(void)
{
	struct digest *digest = memory_new(sizeof(*digest));
	digest->context = EVP_MD_CTX_new();
	if (digest->context == NULL || EVP_DigestInit_ex(digest->context, sha256(), NULL) != 1)
		memory_exhausted();
	return digest;
}

static void write_hex(const unsigned char *bytes, size_t count, char *into)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < count; i++) {
		*into++ = digits[bytes[i] >> 4];
		*into++ = digits[bytes[i] & 15];
	}
	*into = '\0';
}

void digest_add(struct digest *digest, const void *bytes, size_t length)
{
	if (EVP_DigestUpdate(digest->context, bytes, length) != 1)
		memory_exhausted();
}

char *digest_end(struct digest *digest, char into[DIGEST_TEXT_BYTES])
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned length = 0;
	if (EVP_DigestFinal_ex(digest->context, sum, &length) != 1)
		memory_exhausted();
	write_hex(sum, 8, into);
	EVP_MD_CTX_free(digest->context);
	free(digest);
	return into;
}

char *digest_sha256_16(const void *bytes, size_t length, char into[DIGEST_TEXT_BYTES])
{
	struct digest *digest = digest_begin();
	digest_add(digest, bytes, length);
	return digest_end(digest, into);
}

char *integer_format(int64_t value, char into[INTEGER_TEXT_BYTES])
{
	char digits[INTEGER_TEXT_BYTES];
	int count = 0;
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	do {
		digits[count++] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (value < 0)
		*into++ = '-';
	while (count > 0)
		*into++ = digits[--count];
	*into = '\0';
	return into;
}

/* Python writes exponents from 1e16 up and below 1e-4; %g switches at the precision instead. */
static void write_shortest(double value, int precision, char into[REAL_TEXT_BYTES])
{
	double size = fabs(value);
	if (size != 0.0 && (size >= 1e16 || size < 1e-4)) {
		snprintf(into, REAL_TEXT_BYTES, "%.*e", precision - 1, value);
		return;
	}
	int exponent = size == 0.0 ? 0 : (int)floor(log10(size));
	int decimals = precision - 1 - exponent;
	snprintf(into, REAL_TEXT_BYTES, "%.*f", decimals < 0 ? 0 : decimals, value);
}

static void drop_mantissa_zeros(char *text)
{
	char *exponent = strchr(text, 'e');
	char *end = exponent == NULL ? text + strlen(text) : exponent;
	char *keep = end;
	if (memchr(text, '.', (size_t)(end - text)) != NULL) {
		while (keep[-1] == '0')
			keep--;
		if (keep[-1] == '.')
			keep--;
	}
	memmove(keep, end, strlen(end) + 1);
}

#define SHORT_DECIMALS_MAX 4
#define SHORT_VALUE_MAX	   1e9

/* A decimal of at most 15 digits that reads back as the value is the shortest, and division of two
 * exact numbers gives what reading would. Most numbers of a table are such. */
static bool write_short(double value, char into[REAL_TEXT_BYTES])
{
	int64_t power = 1;
	double size = fabs(value);
	if (!(size < SHORT_VALUE_MAX))
		return false;
	for (int decimals = 0; decimals <= SHORT_DECIMALS_MAX; decimals++, power *= 10) {
		int64_t scaled = llround(size * (double)power);
		if ((double)scaled / (double)power != size)
			continue;
		char *at = into;
		if (signbit(value))
			*at++ = '-';
		at = integer_format(scaled / power, at);
		*at++ = '.';
		if (decimals == 0)
			*at++ = '0';
		for (int64_t unit = power / 10; unit > 0; unit /= 10)
			*at++ = (char)('0' + scaled / unit % 10);
		*at = '\0';
		return true;
	}
	return false;
}

char *real_format(double value, char into[REAL_TEXT_BYTES])
{
	if (write_short(value, into))
		return into;
	if (isnan(value) || isinf(value)) {
		snprintf(into, REAL_TEXT_BYTES, "%s",
			isnan(value) ? "nan"
			: value > 0  ? "inf"
				     : "-inf");
		return into;
	}
	/* 15 digits are enough but for subnormal numbers, whose shortest text can be one digit. */
	for (int precision = fpclassify(value) == FP_SUBNORMAL ? 1 : 15; precision <= 17;
		precision++) {
		write_shortest(value, precision, into);
		if (strtod(into, NULL) == value)
			break;
	}
	drop_mantissa_zeros(into);
	if (strpbrk(into, ".e") == NULL)
		memcpy(into + strlen(into), ".0", sizeof(".0"));
	return into;
}
