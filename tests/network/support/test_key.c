#include "test_key.h"

#include "base/path.h"
#include "tests/test.h"

#include <fcntl.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sys/stat.h>

static EVP_PKEY *key;

char *test_key_file(int bits)
{
	char *pem;
	EVP_PKEY_free(key);
	key = EVP_RSA_gen((unsigned)bits);
	assert_non_null(key);
	BIO *into = BIO_new(BIO_s_mem());
	assert_int_equal(PEM_write_bio_PrivateKey(into, key, NULL, NULL, 0, NULL, NULL), 1);
	long length = BIO_get_mem_data(into, &pem);
	json_t *file = json_pack("{s:s, s:s, s:s, s:s#, s:s, s:s}", "type", "service_account",
		"project_id", "key-project", "private_key_id", "key-1", "private_key", pem,
		(size_t)length, "client_email", "robot@key-project.iam.gserviceaccount.com",
		"token_uri", "https://oauth2.googleapis.com/token");
	char *text = json_dumps(file, JSON_INDENT(1));
	json_decref(file);
	BIO_free(into);
	return text;
}

void test_key_free(void)
{
	EVP_PKEY_free(key);
	key = NULL;
}

/* base64url; returns the count of bytes. */
static size_t decode(const char *text, size_t length, unsigned char *into)
{
	char padded[8192];
	assert_true(length + 4 < sizeof(padded));
	for (size_t i = 0; i < length; i++)
		padded[i] = text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];
	size_t total = length;
	while (total % 4 != 0)
		padded[total++] = '=';
	int bytes = EVP_DecodeBlock(into, (unsigned char *)padded, (int)total);
	assert_true(bytes >= 0);
	return (size_t)bytes - (total - length);
}

bool test_key_verify(const char *jwt, char **claims)
{
	unsigned char bytes[8192];
	const char *second = strchr(jwt, '.') + 1;
	const char *third = strchr(second, '.') + 1;
	size_t length = decode(second, (size_t)(third - 1 - second), bytes);
	*claims = memory_copy_span((char *)bytes, length);
	length = decode(third,
		strspn(third, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			      "0123456789-_"),
		bytes);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	assert_int_equal(EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key), 1);
	bool is_good = EVP_DigestVerify(context, bytes, length, (const unsigned char *)jwt,
			       (size_t)(third - 1 - jwt)) == 1;
	EVP_MD_CTX_free(context);
	return is_good;
}

char *test_key_write(const char *folder, const char *name, const char *text, unsigned mode)
{
	char *path = path_join(folder, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
	return path;
}
