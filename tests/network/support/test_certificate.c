#include "tests/network/support/test_certificate.h"

#include "base/text.h"
#include "tests/test.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

static void add_extension(X509 *certificate, int kind, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, kind, value);
	assert_non_null(extension);
	X509_add_ext(certificate, extension, -1);
	X509_EXTENSION_free(extension);
}

static X509 *sign(EVP_PKEY *key, const char *names, bool is_over)
{
	X509 *certificate = X509_new();
	X509_NAME *name = X509_get_subject_name(certificate);
	X509_set_version(certificate, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
	X509_gmtime_adj(X509_getm_notAfter(certificate), is_over ? -60 : 36000);
	X509_NAME_add_entry_by_txt(
		name, "CN", MBSTRING_ASC, (const unsigned char *)"made by a test", -1, -1, 0);
	X509_set_issuer_name(certificate, name);
	X509_set_pubkey(certificate, key);
	add_extension(certificate, NID_subject_alt_name, names);
	add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
	return certificate;
}

void test_certificate_make(struct test_certificate *made, const char *names, bool is_over)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	X509 *certificate = sign(key, names, is_over);
	made->context = SSL_CTX_new(TLS_server_method());
	assert_int_equal(SSL_CTX_use_certificate(made->context, certificate), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(made->context, key), 1);
	BIO *text = BIO_new(BIO_s_mem());
	char *bytes;
	PEM_write_bio_X509(text, certificate);
	long length = BIO_get_mem_data(text, &bytes);
	made->pem = memory_copy_span(bytes, (size_t)length);
	BIO_free(text);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

void test_certificate_release(struct test_certificate *made)
{
	SSL_CTX_free(made->context);
	free(made->pem);
	*made = (struct test_certificate){0};
}
