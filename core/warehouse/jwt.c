/* A JSON web token signed with a private key: RFC 7515 and 7519, RS256. */
#include "credential_parts.h"

#include "base/memory.h"
#include "base/text.h"
#include "warehouse/access_token.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#define KEY_BITS_MIN 2048

/* base64url without padding (RFC 4648, section 5). */
static char *encode(const unsigned char *bytes, size_t length)
{
	char *text = memory_new((length + 2) / 3 * 4 + 1);
	EVP_EncodeBlock((unsigned char *)text, bytes, (int)length);
	text[strcspn(text, "=")] = '\0';
	for (char *at = text; *at != '\0'; at++)
		if (*at == '+')
			*at = '-';
		else if (*at == '/')
			*at = '_';
	return text;
}

/* OpenSSL would otherwise ask the terminal for the password of an encrypted key. */
static int no_password(char *into, int room, int is_writing, void *context)
{
	(void)into, (void)room, (void)is_writing, (void)context;
	return 0;
}

static bool read_key(const char *pem, EVP_PKEY **key, struct error *err)
{
	BIO *source = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *read =
		source == NULL ? NULL : PEM_read_bio_PrivateKey(source, NULL, no_password, NULL);
	BIO_free(source);
	ERR_clear_error();
	if (read == NULL)
		return error_set(err, ERROR_CONFIG,
			"its private_key is not a key in PEM, or has a password");
	if (EVP_PKEY_get_base_id(read) == EVP_PKEY_RSA && EVP_PKEY_get_bits(read) >= KEY_BITS_MIN) {
		*key = read;
		return true;
	}
	EVP_PKEY_free(read);
	return error_set(err, ERROR_CONFIG, "its private_key is not an RSA key of %d bits or more",
		KEY_BITS_MIN);
}

static bool sign(EVP_PKEY *key, const char *text, char **signature, struct error *err)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	const unsigned char *bytes = (const unsigned char *)text;
	unsigned char *raw = NULL;
	size_t length = 0;
	bool done = context != NULL &&
		    EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
		    EVP_DigestSign(context, NULL, &length, bytes, strlen(text)) == 1;
	if (done) {
		raw = memory_new(length);
		done = EVP_DigestSign(context, raw, &length, bytes, strlen(text)) == 1;
	}
	if (done)
		*signature = encode(raw, length);
	else
		error_set(err, ERROR_CONFIG, "OpenSSL cannot sign with its private_key");
	free(raw);
	EVP_MD_CTX_free(context);
	ERR_clear_error();
	return done;
}

bool jwt_make(const char *private_key_pem, const char *key_id, const char *claims_json, char **jwt,
	struct error *err)
{
	EVP_PKEY *key;
	struct buffer header = {0};
	char *signature;
	if (!read_key(private_key_pem, &key, err))
		return false;
	buffer_add_text(&header, "{\"alg\":\"RS256\",\"typ\":\"JWT\"");
	if (key_id != NULL) {
		buffer_add_text(&header, ",\"kid\":");
		buffer_add_json_text(&header, key_id);
	}
	buffer_add_char(&header, '}');
	char *first = encode((const unsigned char *)header.bytes, header.length);
	char *second = encode((const unsigned char *)claims_json, strlen(claims_json));
	char *signed_part = memory_format("%s.%s", first, second);
	bool done = sign(key, signed_part, &signature, err);
	if (done) {
		*jwt = secret_format("%s.%s", signed_part, signature);
		free(signature);
	}
	free(first);
	free(second);
	free(signed_part);
	buffer_release(&header);
	EVP_PKEY_free(key);
	return done;
}
