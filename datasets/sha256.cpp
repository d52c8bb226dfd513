#include <openssl/evp.h>

#include <array>
#include <memory>
#include <new>

#include "datasets/download.hpp"

namespace tracer {

std::string sha256(std::span<const unsigned char> bytes) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                   &EVP_MD_CTX_free);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (context == nullptr || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) != 1 ||
      EVP_DigestFinal_ex(context.get(), digest.data(), &length) != 1) {
    throw std::bad_alloc();  // the only way in which SHA-256 fails
  }
  std::string text;
  for (unsigned i = 0; i < length; ++i) {
    for (const int nibble : {digest[i] >> 4, digest[i] & 0xf}) {
      text += "0123456789abcdef"[static_cast<std::size_t>(nibble)];
    }
  }
  return text;
}

}  // namespace tracer
